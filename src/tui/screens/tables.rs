//! Tables on the screen: what they are called, what is said beside them, and the new round of one. Which session an order
//! belongs to is decided at the counter.

pub mod view;

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    desk::{counter::SessionSource, live::OpenTable},
    domain::{
        draft::{field::Field, flow::Step, undo::Touch},
        order::OrderType,
        value::ids::OrderId,
    },
    tui::{
        screens::rows::{Row, focused},
        state::{
            model::{Model, Tone},
            slot::Slot,
        },
        update,
    },
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

/// Whether the shown draft holds a token that came from its table: it does not follow to another one.
pub fn shown_is_of_table(model: &Model) -> bool {
    model.slot().is_some_and(|slot| model.counter().token_is_of_table(slot.draft()))
}

/// The cursor leaves a field: the name of a table becomes its number.
pub fn leave(model: &mut Model) {
    let shop = Arc::clone(&model.shop);
    let Some(slot) = model.slot_mut().filter(|slot| focused(slot) == Some(Row::Field(Field::Table))) else { return };
    let typed = slot.text(Field::Table).trim();
    if let Some(number) = shop.table_number(typed).map(|number| number.to_string()).filter(|number| number != typed) {
        slot.change(Touch::Field(Field::Table), |draft| draft.fields.insert(Field::Table, number));
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

/// A new round for a table, in a blank or a new draft, with the cursor in the search.
pub fn open_round(model: &mut Model, table: i64) {
    if model.shop.channel(OrderType::Local).is_none() {
        let kind = model.texts.choice("order_type", OrderType::Local.token(), None);
        let text = model.texts.fill("tables.not_offered", &[("type", &kind)]);
        return model.say(Tone::Warn, text);
    }
    if !model.open_draft() {
        let text = model.texts.t("notice.no_id").to_owned();
        return model.say(Tone::Warn, text);
    }
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |draft| {
        draft.order_type = OrderType::Local;
        draft.fields.insert(Field::Table, table.to_string());
    });
    update::go_to_step(model, Step::Items);
    model.search();
    let open = model.orders.list.open_table(table, None, model.moment.now);
    let (rounds, total) = (open.rounds.len(), model.texts.money(open.total, &model.shop.currency));
    let table = name(model, table);
    let text = match rounds {
        0 => model.texts.fill("tables.first_round", &[("table", &table)]),
        n => model.texts.count("tables.next_round", n).replace("{table}", &table).replace("{total}", &total),
    };
    model.say(Tone::Done, text);
}
