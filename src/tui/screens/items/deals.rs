//! Puts dishes, combos and halves into the cart, and says what a combo is called and costs as one thing. Whether they can be
//! added is decided at the counter, prices come from the domain.

use rust_decimal::Decimal;

use super::{added, lines};
use crate::{
    desk::counter::{Added, Chosen},
    domain::{
        draft::{Draft, Line, deal::Deal, undo::Touch},
        order::DistributionChannel,
        value::money::cents,
    },
    tui::state::model::{Model, Tone},
};

/// Puts it into the cart and says so.
pub fn add(model: &mut Model, chosen: &Chosen) {
    let Some(slot) = model.slot() else { return };
    let Added { draft, line, name, main, price } = match model.counter().add(slot.draft(), chosen) {
        Ok(added) => added,
        Err(why) => return lines::say_not_added(model, &why),
    };
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |old| *old = draft);
    slot.items.line = Some(line);
    added(model);
    let total = model.texts.money(price * chosen.quantity, &model.shop.currency);
    let quantity = model.texts.quantity(chosen.quantity, &main);
    let text = model.texts.fill("notice.added", &[("n", &quantity), ("name", &name), ("total", &total)]);
    model.say(Tone::Done, text);
}

/// What a line is called: the main line of a combo by the combo's name.
pub fn name(line: &Line) -> &str {
    match &line.deal {
        Some(Deal::Combo(name)) if !line.is_extra() => name,
        _ => &line.article.name,
    }
}

/// What the combo or the halves of a main line cost altogether; `None` for any other line.
pub fn total(draft: &Draft, line: &Line, channel: &DistributionChannel) -> Option<Decimal> {
    let is_deal = line.deal.is_some() && !line.is_extra();
    is_deal.then(|| cents(draft.deal_price(line.id, channel) * line.quantity))
}

/// The first row under a combo's name is its main article, which else would not be named at all.
pub fn main_part(line: &Line) -> Option<&str> {
    matches!(line.deal, Some(Deal::Combo(_))).then_some(&*line.article.name).filter(|_| !line.is_extra())
}
