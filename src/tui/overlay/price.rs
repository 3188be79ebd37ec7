//! The price of a line of the cart, typed where its article allows it. Empty means the article's own price again.

use rust_decimal::Decimal;

use super::Outcome;
use crate::{
    domain::draft::{
        Line,
        price::{MAX_PRICE, parse_price},
    },
    tui::{
        input::{edit, key::Key},
        state::model::{Model, Tone},
    },
};

/// What is typed and which line it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricePrompt {
    /// The line of the cart.
    pub line: i64,
    /// What is typed.
    pub text: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}

impl PricePrompt {
    /// Asks for the price of a line.
    pub fn of(line: &Line) -> Self {
        Self { line: line.id, text: String::new(), cursor: 0 }
    }
}

/// The title: whose price, and what it is now.
pub fn title(model: &Model, prompt: &PricePrompt) -> String {
    let line = model.slot().and_then(|slot| slot.draft().line(prompt.line));
    let (name, price) = line.map(|line| (line.article.name.to_string(), price_of(model, line))).unwrap_or_default();
    let unit = line.map(|line| &*line.article.unit).filter(|unit| !unit.is_empty()).unwrap_or("1");
    model.texts.fill("prompt.price", &[("name", &name), ("price", &model.texts.amount(price)), ("unit", unit)])
}

/// What one unit of a line costs in the channel of the shown draft.
pub fn price_of(model: &Model, line: &Line) -> Decimal {
    line.article.price_in(&model.channel()).map_or(Decimal::ZERO, |row| line.unit_price(row))
}

/// Takes the price over; what is none is said.
pub fn accept(model: &Model, prompt: &PricePrompt) -> Outcome {
    let typed = prompt.text.trim();
    let price = parse_price(typed);
    if price.is_some() || typed.is_empty() {
        return Outcome::Price { line: prompt.line, price };
    }
    let (text, most) = (edit_excerpt(typed), model.texts.number(MAX_PRICE));
    let example = model.texts.amount(Decimal::new(750, 2));
    let parts = [("text", &*text), ("example", &example), ("most", &most)];
    Outcome::Say(Tone::Warn, model.texts.fill("notice.not_a_price", &parts))
}

/// The beginning of what was typed, so that the message fits beside it.
fn edit_excerpt(text: &str) -> String {
    text.chars().take(12).collect()
}

/// What is said of a line whose price a person set: `Preis 15,00 statt 18,90`.
pub fn mark(model: &Model, line: &Line) -> Option<String> {
    let price = line.manual_price?;
    let own = line.article.price_in(&model.channel())?.price;
    let (price, own) = (model.texts.amount(price), model.texts.amount(own));
    Some(model.texts.fill("cart.own_price", &[("price", &price), ("own", &own)]))
}

/// Types into the text.
pub fn key(prompt: &mut PricePrompt, key: Key) {
    edit::key(&mut prompt.text, &mut prompt.cursor, key);
}

/// Pastes into the text.
pub fn paste(prompt: &mut PricePrompt, pasted: &str) {
    edit::insert(&mut prompt.text, &mut prompt.cursor, pasted);
}
