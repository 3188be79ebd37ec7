//! The price of a line that a person sets. Which lines may have one is decided at the counter and in the domain.

use rust_decimal::Decimal;

use crate::{
    desk::counter::can_set_price,
    domain::draft::undo::Touch,
    tui::{
        state::{
            model::{Model, Tone},
            overlay::{Overlay, prompt::PricePrompt},
        },
        wording::lines::price_of,
    },
};

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
    model.overlay = Some(Overlay::Price(PricePrompt::of(line)));
}

/// Sets the price of a line, or takes its article's own again, and says what it was before.
pub fn set(model: &mut Model, line: i64, price: Option<Decimal>) {
    let channel = model.channel();
    let Some(slot) = model.slot_mut() else { return };
    let before = slot.draft().line(line).cloned();
    let is_set = slot.change(Touch::Alone, |draft| draft.set_price(line, price, &channel));
    let after = slot.draft().line(line).cloned();
    let (Some(before), Some(after)) = (before, after) else { return };
    let name = &after.article.name;
    let (from, to) = (model.texts.amount(price_of(model, &before)), model.texts.amount(price_of(model, &after)));
    let key = if is_set { "notice.price_set" } else { "notice.price_fixed" };
    let text = model.texts.fill(key, &[("name", name), ("from", &from), ("to", &to)]);
    model.say(if is_set { Tone::Done } else { Tone::Warn }, text);
}
