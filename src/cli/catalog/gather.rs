//! Rows of an article file become articles: what belongs together is joined, what cannot be is a problem. Reads no text.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::file::{ArticleLine, ArticleRow, Price};
use crate::{
    cli::common::table::LineFault,
    domain::{
        order::DistributionChannel,
        shop::article::{Article, ChannelPrice, TaxRate},
        value::text::Clean,
    },
};

/// Articles of one file.
const MAX_ARTICLES: usize = 200_000;
/// As OktoPOS has it.
const MAX_NAME: usize = 200;
const MAX_TOKEN: usize = 60;

/// What was read so far; what many articles have in common is kept once.
#[derive(Default)]
pub(super) struct Gathered {
    articles: Vec<Article>,
    by_id: HashMap<i64, usize>,
    /// The line of each article.
    lines: Vec<usize>,
    /// Articles by what staff type or scan.
    by_number: HashMap<CompactString, usize>,
    by_barcode: HashMap<CompactString, usize>,
    texts: HashMap<String, Arc<str>>,
    channels: HashMap<DistributionChannel, Arc<DistributionChannel>>,
    taxes: HashMap<TaxRate, Arc<TaxRate>>,
}

impl Gathered {
    /// The articles in the sequence in which they came.
    pub fn articles(self) -> Vec<Article> {
        self.articles
    }

    /// One article with its prices.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn take_article(&mut self, line: usize, article: ArticleLine) -> Result<(), LineFault> {
        let ArticleLine { id, number, name, group, unit, barcode, price_can_change, prices } = article;
        let barcode = barcode.unwrap_or_default();
        let own = ArticleRow { id, number, name, group, unit, barcode, price_can_change, price: None };
        if self.known(&own).is_some() {
            return Err(LineFault::Twice(own.name));
        }
        self.take(line, own.clone())?;
        prices.into_iter().try_for_each(|price| self.take(line, ArticleRow { price: Some(price), ..own.clone() }))
    }

    fn known(&self, row: &ArticleRow) -> Option<usize> {
        self.by_id.get(&key(row)).copied()
    }

    /// One row: a new article, or another channel of one that is there.
    ///
    /// # Errors
    /// What is wrong with it; then nothing of it is kept.
    pub fn take(&mut self, line: usize, row: ArticleRow) -> Result<(), LineFault> {
        let wrong = |column, value: String| Err(LineFault::Value { column, value });
        if row.id.is_some_and(|id| id <= 0) {
            return wrong("id", row.id.unwrap_or_default().to_string());
        }
        let name = Clean::new(&row.name);
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return wrong("name", row.name);
        }
        let price = row.price.as_ref().map(|price| self.price(price)).transpose()?;
        let token = |text: &str| Clean::bounded(text, MAX_TOKEN).into_string();
        let article = Article {
            id: key(&row),
            number: token(&row.number).into(),
            name: name.as_str().into(),
            group: self.text(token(&row.group)),
            unit: self.text(token(&row.unit)),
            prices: Arc::default(),
            barcode: Some(token(&row.barcode)).filter(|code| !code.is_empty()).map(Into::into),
            price_can_change: row.price_can_change,
        };
        let at = match self.known(&row) {
            Some(at) => at,
            None if self.articles.len() >= MAX_ARTICLES => return Err(LineFault::TooMany),
            None => self.add(line, article.clone())?,
        };
        let there = &mut self.articles[at];
        let is_same = Article { prices: there.prices.clone(), ..article } == *there;
        let Some(price) = price else { return if is_same { Ok(()) } else { Err(LineFault::Twice(row.name)) } };
        if !is_same || there.price_in(&price.channel).is_some() {
            return Err(LineFault::Twice(row.name));
        }
        there.prices = there.prices.iter().cloned().chain([price]).collect();
        Ok(())
    }

    /// An article that was not there. Its number and its barcode must be its own.
    fn add(&mut self, line: usize, article: Article) -> Result<usize, LineFault> {
        let at = self.articles.len();
        let barcode = article.barcode.clone().unwrap_or_default();
        let own = [("number", &article.number, &self.by_number), ("barcode", &barcode, &self.by_barcode)];
        for (column, value, known) in own {
            if let Some(other) = known.get(value) {
                let (value, name) = (value.to_string(), self.articles[*other].name.to_string());
                return Err(LineFault::Shared { column, value, name, line: self.lines[*other] });
            }
        }
        if !article.number.is_empty() {
            self.by_number.insert(article.number.clone(), at);
        }
        if !barcode.is_empty() {
            self.by_barcode.insert(barcode, at);
        }
        self.by_id.insert(article.id, at);
        self.lines.push(line);
        self.articles.push(article);
        Ok(at)
    }

    fn price(&mut self, price: &Price) -> Result<ChannelPrice, LineFault> {
        let Price { channel_id, channel, price, tax_id, tax_rate, tax_code } = price;
        if !(Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(tax_rate) {
            return Err(LineFault::Value { column: "tax_rate", value: tax_rate.to_string() });
        }
        if price.abs() > Decimal::from(1_000_000) {
            return Err(LineFault::Value { column: "price", value: price.to_string() });
        }
        if price.scale() > 2 {
            return Err(LineFault::Decimals { column: "price", value: price.to_string() });
        }
        let name = Clean::bounded(channel, MAX_TOKEN).into_string();
        let channel = once(&mut self.channels, DistributionChannel { dc_id: *channel_id, name });
        let code = tax_code.as_deref().map(|code| Clean::bounded(code, MAX_TOKEN).into_string());
        let tax = TaxRate { id: *tax_id, rate: *tax_rate, code: code.filter(|code| !code.is_empty()) };
        Ok(ChannelPrice { channel, price: *price, tax: once(&mut self.taxes, tax) })
    }

    fn text(&mut self, text: String) -> Arc<str> {
        Arc::clone(self.texts.entry(text).or_insert_with_key(|text| text.as_str().into()))
    }
}

fn once<T: Clone + Eq + Hash>(known: &mut HashMap<T, Arc<T>>, value: T) -> Arc<T> {
    Arc::clone(known.entry(value).or_insert_with_key(|value| Arc::new(value.clone())))
}

/// OktoPOS's id. Without one, a negative number of our own that stays the same from file to file: it is never sent.
fn key(row: &ArticleRow) -> i64 {
    row.id.unwrap_or_else(|| {
        let text = if row.number.is_empty() { &row.name } else { &row.number };
        // FNV-1a: what matters is that it is the same tomorrow.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        -1 - i64::try_from(hash >> 2).unwrap_or_default()
    })
}
