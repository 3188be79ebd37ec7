//! Articles in a file: CSV with a header, or JSON. Strict: what is not understood is named with its line, because a wrong
//! price is worse than none. Reads and writes text, no files.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::gather::Gathered;
use crate::{
    cli::common::table::{LineFault, LineProblem, Problems, Record, read_rows},
    domain::{
        shop::article::{Article, ChannelPrice},
        value::money::parse_decimal,
    },
};

/// The columns of the CSV file, in the order they are written. A row is an article in one channel.
pub const COLUMNS: [&str; 13] = [
    "id",
    "number",
    "name",
    "group",
    "unit",
    "barcode",
    "price_can_change",
    "channel_id",
    "channel",
    "price",
    "tax_id",
    "tax_rate",
    "tax_code",
];
/// Columns that must be there; the others may be left out.
const REQUIRED: [&str; 4] = ["name", "channel_id", "price", "tax_rate"];

/// One row of the CSV file, and one price of a JSON article with its article.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ArticleRow {
    pub id: Option<i64>,
    pub number: String,
    pub name: String,
    pub group: String,
    pub unit: String,
    pub barcode: String,
    pub price_can_change: bool,
    pub price: Option<Price>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Price {
    pub channel_id: i64,
    #[serde(default)]
    pub channel: String,
    #[serde(with = "crate::domain::value::exact::text")]
    pub price: Decimal,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<i64>,
    #[serde(with = "crate::domain::value::exact::text")]
    pub tax_rate: Decimal,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
}

/// An article as a line of JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArticleLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<i64>,
    #[serde(default)]
    pub(super) number: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) group: String,
    #[serde(default)]
    pub(super) unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) barcode: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) price_can_change: bool,
    pub(super) prices: Vec<Price>,
}

impl From<&Article> for ArticleLine {
    fn from(article: &Article) -> Self {
        let Article { id, number, name, group, unit, prices, barcode, price_can_change } = article;
        let price = |row: &ChannelPrice| Price {
            channel_id: row.channel.dc_id,
            channel: row.channel.name.clone(),
            price: without_idle_digits(row.price),
            tax_id: row.tax.id,
            tax_rate: row.tax.rate,
            tax_code: row.tax.code.clone(),
        };
        Self {
            id: (*id > 0).then_some(*id),
            number: number.to_string(),
            name: name.to_string(),
            group: group.to_string(),
            unit: unit.to_string(),
            barcode: barcode.as_deref().map(str::to_owned),
            price_can_change: *price_can_change,
            prices: prices.iter().map(price).collect(),
        }
    }
}

/// Reads articles: JSON if the text begins like it, else CSV.
///
/// # Errors
/// What is wrong, with lines; then nothing may be imported.
pub fn read(text: &str) -> Result<Vec<Article>, Vec<LineProblem>> {
    let (mut gathered, mut problems) = (Gathered::default(), Problems::default());
    if text.trim_start().starts_with(['[', '{']) {
        read_json(text, &mut gathered, &mut problems);
    } else {
        read_rows(text, (&COLUMNS, &REQUIRED), &mut problems, |line, record| gathered.take(line, row(record)?));
    }
    problems.or_all(gathered.articles())
}

/// A price with no more decimals than it needs, and two of them at least: OktoPOS may say 9.500.
fn without_idle_digits(price: Decimal) -> Decimal {
    let mut plain = price.normalize();
    if plain.scale() < 2 {
        plain.rescale(2);
    }
    plain
}

/// Articles as CSV, a row for every price. An article without a price has a row with empty columns for it.
pub fn to_csv<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for article in articles {
        let ArticleLine { id, number, name, group, unit, barcode, price_can_change, prices } = article.into();
        let own = [
            id.map(|id| id.to_string()).unwrap_or_default(),
            number,
            name,
            group,
            unit,
            barcode.unwrap_or_default(),
            price_can_change.to_string(),
        ];
        for price in prices {
            let price = [
                price.channel_id.to_string(),
                price.channel,
                price.price.to_string(),
                price.tax_id.map(|id| id.to_string()).unwrap_or_default(),
                price.tax_rate.to_string(),
                price.tax_code.unwrap_or_default(),
            ];
            writer.write_record(own.iter().chain(&price))?;
        }
        if article.prices.is_empty() {
            writer.write_record(own.iter().map(String::as_str).chain([""; 6]))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn row(record: &Record<'_>) -> Result<ArticleRow, LineFault> {
    let field = |column| record.field(column);
    let text = |column| field(column).to_owned();
    let value = |column: &'static str| LineFault::Value { column, value: text(column) };
    for column in ["id", "number", "barcode", "price"] {
        record.digits(column)?;
    }
    let integer = |column: &'static str| match field(column) {
        "" => Ok(None),
        text => text.parse::<i64>().map(Some).map_err(|_| value(column)),
    };
    let decimal = |column: &'static str| parse_decimal(field(column)).ok_or_else(|| value(column));
    let price_can_change = match field("price_can_change").to_lowercase().as_str() {
        "" | "0" | "false" | "no" | "nein" => false,
        "1" | "true" | "yes" | "ja" => true,
        _ => return Err(value("price_can_change")),
    };
    let is_unpriced = ["channel_id", "price", "tax_rate"].iter().all(|column| field(column).is_empty());
    let price = || -> Result<Price, LineFault> {
        Ok(Price {
            channel_id: integer("channel_id")?.ok_or_else(|| value("channel_id"))?,
            channel: text("channel"),
            price: decimal("price")?,
            tax_id: integer("tax_id")?,
            tax_rate: decimal("tax_rate")?,
            tax_code: Some(text("tax_code")).filter(|code| !code.is_empty()),
        })
    };
    Ok(ArticleRow {
        id: integer("id")?,
        number: text("number"),
        name: text("name"),
        group: text("group"),
        unit: text("unit"),
        barcode: text("barcode"),
        price_can_change,
        price: if is_unpriced { None } else { Some(price()?) },
    })
}

fn read_json(text: &str, gathered: &mut Gathered, problems: &mut Problems) {
    let raws: Result<Vec<&RawValue>, _> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::Deserializer::from_str(text).into_iter().collect()
    };
    let raws = match raws {
        Ok(raws) => raws,
        Err(error) => return problems.add(error.line(), LineFault::Form(error.to_string())),
    };
    let (mut line, mut seen) = (1, 0);
    for raw in raws {
        // The raw value is a piece of the text, so its address tells where it stands.
        let at = raw.get().as_ptr().addr() - text.as_ptr().addr();
        line += text.as_bytes()[seen..at].iter().filter(|byte| **byte == b'\n').count();
        seen = at;
        match serde_json::from_str::<ArticleLine>(raw.get()) {
            Ok(article) => {
                if let Err(fault) = gathered.take_article(line, article) {
                    problems.add(line, fault);
                }
            }
            Err(error) => {
                problems.add(line + error.line().saturating_sub(1), LineFault::Form(error.to_string()));
            }
        }
        if problems.is_hopeless() {
            return;
        }
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
