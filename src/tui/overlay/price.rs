//! The price of a line of the cart, typed where its article allows it. Empty means the article's own price again.

use rust_decimal::Decimal;

use super::Overlay;
use crate::{
    desk::counter::can_set_price,
    domain::draft::{
        Line,
        price::{MAX_PRICE, parse_price},
        undo::Touch,
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

/// Asks for the price of the selected line, or says why it stays as it is.
pub fn open(model: &mut Model) {
    let Some(line) = model.slot().and_then(|slot| slot.draft().line(slot.items.line?)) else {
        let text = model.texts.t("notice.no_line").to_owned();
        return model.say(Tone::Warn, text);
    };
    if !can_set_price(line) {
        let text = model.texts.fill("notice.price_fixed", &[("name", &line.article.name)]);
        return model.say(Tone::Warn, text);
    }
    model.overlay = Some(Overlay::Price(PricePrompt { line: line.id, text: String::new(), cursor: 0 }));
}

/// The title: whose price, and what it is now.
pub fn title(model: &Model, prompt: &PricePrompt) -> String {
    let line = model.slot().and_then(|slot| slot.draft().line(prompt.line));
    let (name, price) = line.map(|line| (line.article.name.to_string(), price_of(model, line))).unwrap_or_default();
    let unit = line.map(|line| &*line.article.unit).filter(|unit| !unit.is_empty()).unwrap_or("1");
    model.texts.fill("prompt.price", &[("name", &name), ("price", &model.texts.amount(price)), ("unit", unit)])
}

fn price_of(model: &Model, line: &Line) -> Decimal {
    line.article.price_in(&model.channel()).map_or(Decimal::ZERO, |row| line.unit_price(row))
}

/// Takes the price over; `false` if it is none, which is said.
pub fn accept(model: &mut Model, prompt: &PricePrompt) -> bool {
    let typed = prompt.text.trim();
    let price = parse_price(typed);
    if price.is_none() && !typed.is_empty() {
        let (text, most) = (edit_excerpt(typed), model.texts.number(MAX_PRICE));
        let example = model.texts.amount(Decimal::new(750, 2));
        let parts = [("text", &*text), ("example", &example), ("most", &most)];
        let text = model.texts.fill("notice.not_a_price", &parts);
        model.say(Tone::Warn, text);
        return false;
    }
    let channel = model.channel();
    let Some(slot) = model.slot_mut() else { return true };
    let before = slot.draft().line(prompt.line).cloned();
    let is_set = slot.change(Touch::Alone, |draft| draft.set_price(prompt.line, price, &channel));
    let after = slot.draft().line(prompt.line).cloned();
    let (Some(before), Some(after)) = (before, after) else { return true };
    let name = &after.article.name;
    let (from, to) = (model.texts.amount(price_of(model, &before)), model.texts.amount(price_of(model, &after)));
    let key = if is_set { "notice.price_set" } else { "notice.price_fixed" };
    let text = model.texts.fill(key, &[("name", name), ("from", &from), ("to", &to)]);
    model.say(if is_set { Tone::Done } else { Tone::Warn }, text);
    true
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
