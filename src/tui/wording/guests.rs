//! What is said of a known caller: what is different about an order that was repeated.

use crate::{
    domain::{draft::again::Difference, value::text::Clean},
    i18n::Texts,
    tui::state::{caller::Caller, model::Model, slot::Slot},
};

/// `weg: Cola`, `Pizza Hawaii 10,50 → 11,50`.
pub fn differences(caller: &Caller, texts: &Texts) -> Vec<String> {
    let line = |difference: &Difference| match difference {
        Difference::Gone { name } => texts.fill("guest.gone", &[("name", &Clean::new(name))]),
        Difference::SoldOut { name } => texts.fill("guest.sold_out", &[("name", &Clean::new(name))]),
        Difference::Price { name, from, to } => {
            let (from, to) = (texts.amount(*from), texts.amount(*to));
            texts.fill("guest.price", &[("name", &Clean::new(name)), ("from", &from), ("to", &to)])
        }
    };
    caller.differences.iter().map(line).collect()
}

/// What is different about lines that were repeated, in one line for the review; `None` if nothing is.
pub fn sentence(model: &Model, slot: &Slot) -> Option<String> {
    let is_there = slot.caller.is_repeated(slot.draft());
    let listed = differences(&slot.caller, &model.texts);
    (is_there && !listed.is_empty()).then(|| model.texts.fill("guest.different", &[("list", &listed.join(" · "))]))
}

/// The note of the shown draft's guest, with its word before it.
pub fn note(model: &Model, slot: &Slot) -> Option<String> {
    let note = &slot.caller.known.note;
    (!note.is_empty()).then(|| format!("{}: {note}", model.texts.t("guest.note")))
}
