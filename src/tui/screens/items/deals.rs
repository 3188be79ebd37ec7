//! Puts dishes, combos and halves into the cart, and says what a combo is called and costs as one thing. Whether they can be
//! added is decided at the counter, prices come from the domain.

use crate::{
    desk::counter::{Added, Chosen},
    domain::draft::undo::Touch,
    tui::{
        input::command::Command,
        screens::items::{self, search::added},
        state::model::{Model, Tone},
        wording,
    },
};

/// Puts it into the cart and says so.
pub fn add(model: &mut Model, chosen: &Chosen) {
    let Some(slot) = model.slot() else { return };
    let Added { draft, line, name, main, price } = match model.counter().add(slot.draft(), chosen) {
        Ok(added) => added,
        Err(why) => return items::say::not_added(model, &why),
    };
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |old| *old = draft);
    slot.items.line = Some(line);
    added(model);
    let total = model.texts.money(price * chosen.quantity, &model.shop.currency);
    let quantity = model.texts.quantity(chosen.quantity, &main);
    let mut text = model.texts.fill("notice.added", &[("n", &quantity), ("name", &name), ("total", &total)]);
    let asked = model.slot().and_then(|slot| model.counter().asked_of(slot.draft(), line));
    if let Some(questions) = asked {
        // They did not open: what was taken is said, and where it is changed.
        let (answers, key) = (wording::lines::answers(&questions), model.key_label(Command::Extras));
        text = format!("{text} · {}", model.texts.fill("notice.by_default", &[("answers", &answers), ("key", &key)]));
    }
    model.say(Tone::Done, text);
}
