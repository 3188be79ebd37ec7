//! Changes the order type: the cart is repriced, visibly, and a table waits in the house until its order comes back.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{leave, put_cursor};
use crate::{
    domain::{
        draft::{Draft, field::Field, flow::Step, undo::Touch},
        order::OrderType,
    },
    tui::{
        screens::{
            rows::{Row, entry, focused},
            tables, terms,
        },
        state::{
            model::{Model, Tone},
            slot::Slot,
        },
    },
};

/// What an order at a table has and none outside the house.
const TABLE: [Field; 2] = [Field::Table, Field::Seat];

/// Changes the order type: the cart is repriced, visibly, and a table does not follow out of the house.
pub fn set_order_type(model: &mut Model, kind: OrderType) {
    let before = model.channel();
    let leaves_table = tables::shown_is_of_table(model);
    let Some(slot) = model.slot_mut() else { return };
    if slot.draft().order_type == kind {
        return;
    }
    let old = (slot.draft().totals(&before).total, slot.draft().goods(&before));
    if slot.draft().order_type == OrderType::Local {
        remember_table(slot, leaves_table);
    }
    let left = slot.left_table.clone();
    slot.change(Touch::Alone, |draft| {
        draft.set_order_type(kind);
        if leaves_table && kind != OrderType::Local {
            draft.fields.remove(&Field::SessionToken);
        }
        if kind == OrderType::Local {
            put_table_back(draft, left);
        }
    });
    terms::keep_fees(model);
    say_price(model, kind, old);
}

/// Keeps what the draft is about to lose, for when a person turns once round all order types.
fn remember_table(slot: &mut Slot, with_token: bool) {
    let token = Some(Field::SessionToken).filter(|_| with_token);
    let fields = TABLE.into_iter().chain(token).filter(|field| !slot.text(*field).is_empty());
    slot.left_table = fields.map(|field| (field, slot.text(field).to_owned())).collect();
}

/// Back in the house: the table is the one it was, unless one was typed meanwhile.
fn put_table_back(draft: &mut Draft, left: BTreeMap<Field, String>) {
    let is_typed = |field: &Field| draft.fields.get(field).is_some_and(|text| !text.is_empty());
    if TABLE.iter().any(is_typed) {
        return;
    }
    for (field, text) in left {
        draft.fields.entry(field).or_insert(text);
    }
}

/// Says what the cart costs now, if that is something else than the sum and the goods before. A fee that comes or goes is no
/// new price, and is said as what it is.
fn say_price(model: &mut Model, kind: OrderType, (old, old_goods): (Decimal, Decimal)) {
    let channel = model.channel();
    let Some(draft) = model.slot().map(|slot| slot.draft()) else { return };
    let (totals, goods) = (draft.totals(&channel), draft.goods(&channel));
    let money = |value| model.texts.money(value, &model.shop.currency);
    let name = model.texts.choice("order_type", kind.token(), None);
    if totals.unpriced > 0 {
        let text = model.texts.count("notice.not_sold_here", totals.unpriced).replace("{type}", &name);
        return model.say(Tone::Alarm, text);
    }
    if totals.total == old {
        return;
    }
    let fee = totals.total - goods;
    let text = match goods == old_goods {
        true if fee.is_zero() => model.texts.fill("notice.fee_gone", &[("type", &name)]),
        true => model.texts.fill("notice.fee_added", &[("type", &name), ("fee", &money(fee))]),
        false => {
            let parts = [("type", &*name), ("from", &money(old)), ("to", &money(totals.total))];
            model.texts.fill("notice.repriced", &parts)
        }
    };
    model.say(Tone::Warn, text);
}

/// The next order type the shop offers.
pub fn next_order_type(model: &mut Model) {
    let kinds: Vec<OrderType> = model.shop.order_types.iter().map(|rule| rule.order_type).collect();
    let Some(current) = model.slot().map(|slot| slot.draft().order_type) else { return };
    let at = kinds.iter().position(|kind| *kind == current).map_or(0, |at| at + 1);
    if let Some(kind) = kinds.get(at % kinds.len().max(1)) {
        let is_below = |slot: &Slot| slot.draft().step == Step::Place && focused(slot) != Some(Row::OrderType);
        let is_below = model.slot().is_some_and(is_below);
        if is_below {
            leave(model);
        }
        set_order_type(model, *kind);
        // The field the cursor was in may be gone, and another one stand in its row.
        if let Some(slot) = model.slot_mut().filter(|_| is_below) {
            put_cursor(slot, entry(slot));
        }
        let text = model.texts.choice("order_type", kind.token(), None);
        if model.notice.is_none() {
            model.say(Tone::Done, text);
        }
    }
}
