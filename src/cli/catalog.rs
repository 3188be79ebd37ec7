//! `catalog`: copies the articles and finds them.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    context::{Context, Failure},
    exit::Exit,
    out::say,
};
use crate::{desk::Desk, domain::article::Article};

#[derive(Debug, Serialize)]
struct SyncLine {
    articles: usize,
}

#[derive(Debug, Serialize)]
struct ArticleLine<'a> {
    id: i64,
    number: &'a str,
    name: &'a str,
    group: &'a str,
    unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcode: Option<&'a str>,
    prices: Vec<PriceLine<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PriceLine<'a> {
    channel_id: i64,
    channel: &'a str,
    #[serde(with = "rust_decimal::serde::str")]
    price: Decimal,
    #[serde(with = "rust_decimal::serde::str")]
    tax_rate: Decimal,
}

/// `catalog sync`
pub async fn sync(ctx: &mut Context<'_>, desk: &Desk) -> Result<Exit, Failure> {
    let articles = tokio::select! {
        articles = desk.sync_catalog(|_| {}) => articles?,
        () = ctx.stop.cancelled() => return Err(Failure::said(Exit::Unexpected, ctx.texts.t("cli.interrupted"))),
    };
    ctx.out.line(&SyncLine { articles })?;
    Ok(Exit::Done)
}

/// `catalog search`: an article number or barcode finds its article; other text all articles that hold every word of it.
pub async fn search(ctx: &mut Context<'_>, desk: &Desk, text: &str) -> Result<Exit, Failure> {
    let (articles, made) = desk.articles().await?;
    if made.is_none() {
        say(ctx.texts.t("catalog.never"));
    }
    for article in find(&articles, text) {
        ctx.out.line(&line(article))?;
    }
    Ok(Exit::Done)
}

fn find<'a>(articles: &'a [Article], text: &str) -> Vec<&'a Article> {
    let text = text.trim();
    let exact = |article: &&Article| &*article.number == text || article.barcode.as_deref() == Some(text);
    let found: Vec<&Article> = articles.iter().filter(exact).filter(|_| !text.is_empty()).collect();
    if !found.is_empty() {
        return found;
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let holds = |article: &&Article| {
        let name = format!("{} {}", article.name, article.group).to_lowercase();
        words.iter().all(|word| name.contains(word) || article.number.starts_with(word.as_str()))
    };
    articles.iter().filter(holds).collect()
}

fn line(article: &Article) -> ArticleLine<'_> {
    let price = |row: &'_ crate::domain::article::ChannelPrice| (row.channel.dc_id, row.price, row.tax.rate);
    ArticleLine {
        id: article.id,
        number: &article.number,
        name: &article.name,
        group: &article.group,
        unit: &article.unit,
        barcode: article.barcode.as_deref(),
        prices: article
            .prices
            .iter()
            .map(|row| {
                let (channel_id, price, tax_rate) = price(row);
                PriceLine { channel_id, channel: &row.channel.name, price, tax_rate }
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(number: &str, name: &str, group: &str, barcode: Option<&str>) -> Article {
        Article {
            id: 1,
            number: number.into(),
            name: name.into(),
            group: group.into(),
            unit: "Stück".into(),
            prices: Box::default(),
            barcode: barcode.map(Into::into),
            price_can_change: false,
        }
    }

    #[test]
    fn a_number_or_barcode_beats_words() {
        let articles = [
            article("51", "Pizza Hawaii", "Pizza", None),
            article("510", "Pizza 51", "Pizza", None),
            article("7", "Cola Öko", "Getränke", Some("2000000000015")),
        ];
        let names = |text| find(&articles, text).into_iter().map(|article| &*article.name).collect::<Vec<_>>();
        assert_eq!(names("51"), ["Pizza Hawaii"]);
        assert_eq!(names("2000000000015"), ["Cola Öko"]);
        assert_eq!(names("pizza haw"), ["Pizza Hawaii"]);
        assert_eq!(names("öko getränke"), ["Cola Öko"]);
        assert_eq!(names("pizza cola"), Vec::<&str>::new());
        assert_eq!(names("").len(), 3);
    }
}
