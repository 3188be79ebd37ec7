//! An open draft in a few words: where it goes, what is in it.

use crate::{
    domain::draft::field::Field,
    tui::{
        state::{model::Model, rows, slot::Slot},
        wording,
    },
};

/// Where the order goes, in a few words: `Tisch 12 · im Haus`.
pub fn place(model: &Model, slot: &Slot) -> String {
    let texts = &model.texts;
    let mut parts = vec![texts.choice("order_type", slot.draft().order_type.token(), None)];
    let labelled = |field, key: &str| {
        Some(slot.text(field)).filter(|text| !text.is_empty()).map(|text| format!("{} {text}", texts.t(key)))
    };
    parts.extend(
        Some(slot.text(Field::Table))
            .filter(|text| !text.is_empty())
            .map(|text| wording::tables::typed_name(model, text)),
    );
    parts.extend(labelled(Field::Seat, "word.seat"));
    let due = slot.text(Field::Due);
    let short = rows::short_time(Field::Due, due, &model.shop, model.moment.local(), texts);
    parts.extend(short.or_else(|| Some(due.to_owned()).filter(|text| !text.is_empty() && text != "asap")));
    let name = [Field::FamilyName, Field::GivenName, Field::Phone].map(|field| slot.text(field));
    parts.extend(name.into_iter().find(|text| !text.is_empty()).map(str::to_owned));
    parts.join(" · ")
}

/// What is in it: `2 Cola 0,5 l, 1 Pizza Hawaii +1`; the first dishes, and how many more there are.
pub fn dishes(model: &Model, slot: &Slot, most: usize) -> String {
    let dishes: Vec<_> = slot.draft().ordered().collect();
    let dish = |line: &&crate::domain::draft::Line| {
        format!("{} {}", model.texts.number(line.quantity), wording::lines::name(line))
    };
    let named = dishes.iter().take(most).map(dish).collect::<Vec<_>>().join(", ");
    if dishes.len() > most { format!("{named} +{}", dishes.len() - most) } else { named }
}
