//! Tables: what they are called, and what is said beside them.

use rust_decimal::Decimal;

use crate::{
    desk::{counter::SessionSource, live::OpenTable},
    domain::{draft::field::Field, value::ids::OrderId},
    tui::state::{model::Model, rows::Row, slot::Slot},
};

/// `Terrasse 3`, or `Tisch 12` for one without a name.
pub fn name(model: &Model, number: i64) -> String {
    model.shop.table_name(number).unwrap_or_else(|| format!("{} {number}", model.texts.t("word.table")))
}

/// The same with the number where the name does not say it: `Terrasse 3 (Tisch 33)`.
pub fn whole_name(model: &Model, number: i64) -> String {
    match model.shop.table_name(number) {
        Some(name) => format!("{name} ({} {number})", model.texts.t("word.table")),
        None => name(model, number),
    }
}

/// A table as it is typed, as staff call it; what means no table stays as it is.
pub fn typed_name(model: &Model, typed: &str) -> String {
    match model.shop.table_number(typed) {
        Some(number) => name(model, number),
        None => format!("{} {typed}", model.texts.t("word.table")),
    }
}

/// What stands beside the table and the token in the form: who is meant by the number, and which session it is.
pub fn note(model: &Model, slot: &Slot, row: Row) -> Option<String> {
    let draft = slot.draft();
    match row {
        Row::Field(Field::Table) => {
            let table = model.shop.table(model.shop.table_number(slot.text(Field::Table))?)?;
            let number = model.shop.table_number(slot.text(Field::Table))?;
            let named = model.shop.table_name(number);
            let area = Some(table.area.clone()).filter(|area| !area.is_empty());
            Some([named, area].into_iter().flatten().collect::<Vec<_>>().join(" · ")).filter(|note| !note.is_empty())
        }
        Row::Field(Field::SessionToken) => {
            let session = model.counter().session(draft)?;
            let key = match session.source {
                SessionSource::Typed => return None,
                SessionSource::Joined => "tables.token_joined",
                SessionSource::First => "tables.token_first",
            };
            Some(model.texts.fill(key, &[("token", OrderId(session.token).short())]))
        }
        _ => None,
    }
}

/// What the open rounds and the draft come to together.
pub fn with_draft(model: &Model, slot: &Slot, open: &OpenTable<'_>) -> Decimal {
    open.total + slot.draft().totals(&model.channel()).total
}
