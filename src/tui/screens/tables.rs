//! Which table a draft is for, what is open there, and the session its order belongs to. Pure, and from memory: it is asked at
//! every key.
//!
//! A session needs no store of its own. Its token is the `orderId` of its first order, and every later round finds it in the
//! list of orders, after a restart and at another desk alike.

pub mod view;

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    desk::live::OpenTable,
    domain::{draft::Draft, field::Field, flow::Step, ids::OrderId, order::OrderType, shop::Shop, undo::Touch},
    tui::{
        model::{Model, Tone},
        screens::rows::{Row, focused},
        slot::Slot,
        update,
    },
};

/// Where the token of a draft comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A person typed it: it wins.
    Typed,
    /// Something is open at the table: the order is one more round of it.
    Joined,
    /// It is the first round.
    First,
}

/// The session a draft's order belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// `sessionToken`.
    pub token: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// The table a draft is for, if it is for one of the house.
pub fn number(shop: &Shop, draft: &Draft) -> Option<i64> {
    let typed = draft.fields.get(&Field::Table).filter(|_| draft.order_type == OrderType::Local)?;
    shop.table_number(typed).filter(|number| shop.tables.is_empty() || shop.table(*number).is_some())
}

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

/// What is open at the table of a draft.
pub fn open<'a>(model: &'a Model, draft: &Draft) -> Option<OpenTable<'a>> {
    let table = number(&model.shop, draft)?;
    Some(model.orders.list.open_table(table, token_in(draft), model.moment.now))
}

fn token_in(draft: &Draft) -> Option<&str> {
    draft.fields.get(&Field::SessionToken).map(|token| token.trim()).filter(|token| !token.is_empty())
}

/// The session of a draft's order; none for an order without a table in which none was typed.
pub fn session(model: &Model, draft: &Draft) -> Option<Session> {
    let open = open(model, draft);
    let joins = open.as_ref().and_then(|open| open.token);
    if let Some(token) = token_in(draft) {
        let origin = match joins {
            Some(_) => Origin::Joined,
            None if token == draft.order_id.as_str() => Origin::First,
            None => Origin::Typed,
        };
        return Some(Session { token: token.to_owned(), origin });
    }
    let table = open?.table;
    let found = joins.or_else(|| being_placed(model, table)).map(str::to_owned);
    let origin = if found.is_some() { Origin::Joined } else { Origin::First };
    Some(Session { token: found.unwrap_or_else(|| draft.order_id.0.clone()), origin })
}

/// The token of an order of this table that is being recorded and not in the list yet.
fn being_placed(model: &Model, table: i64) -> Option<&str> {
    let mut there = model.placing.iter().rev().filter(|slot| number(&model.shop, slot.draft()) == Some(table));
    there.next()?.session.as_deref()
}

/// Writes the session into a draft that is about to become an order.
pub fn join(model: &Model, draft: &mut Draft) {
    if let Some(Session { token, .. }) = session(model, draft) {
        draft.fields.insert(Field::SessionToken, token);
    }
}

/// Whether the token in a draft came from its table: it does not follow to another one.
pub fn is_of_table(model: &Model, draft: &Draft) -> bool {
    token_in(draft).is_some() && session(model, draft).is_some_and(|session| session.origin != Origin::Typed)
}

/// Whether the shown draft holds such a token.
pub fn shown_is_of_table(model: &Model) -> bool {
    model.slot().is_some_and(|slot| is_of_table(model, slot.draft()))
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
            let session = session(model, draft)?;
            let key = match session.origin {
                Origin::Typed => return None,
                Origin::Joined => "tables.token_joined",
                Origin::First => "tables.token_first",
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
