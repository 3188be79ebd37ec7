//! The price of a line of the cart, typed where its article allows it. Empty means the article's own price again.

use rust_decimal::Decimal;

use crate::{
    domain::draft::price::{MAX_PRICE, parse_price},
    tui::{
        input::{edit, key::Key},
        overlay::outcome::Outcome,
        state::{
            model::{Model, Tone},
            overlay::prompt::PricePrompt,
        },
        wording::lines::price_of,
    },
};

/// The title: whose price, and what it is now.
pub fn title(model: &Model, prompt: &PricePrompt) -> String {
    let line = model.slot().and_then(|slot| slot.draft().line(prompt.line));
    let (name, price) = line.map(|line| (line.article.name.to_string(), price_of(model, line))).unwrap_or_default();
    let unit = line.map(|line| &*line.article.unit).filter(|unit| !unit.is_empty()).unwrap_or("1");
    model.texts.fill("prompt.price", &[("name", &name), ("price", &model.texts.amount(price)), ("unit", unit)])
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

/// Types into the text.
pub fn key(prompt: &mut PricePrompt, key: Key) {
    edit::key(&mut prompt.text, &mut prompt.cursor, key);
}

/// Pastes into the text.
pub fn paste(prompt: &mut PricePrompt, pasted: &str) {
    edit::insert(&mut prompt.text, &mut prompt.cursor, pasted);
}
