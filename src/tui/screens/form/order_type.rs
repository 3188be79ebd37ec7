//! Changes the order type: the cart is repriced, visibly, and a table waits in the house until its order comes back.

use rust_decimal::Decimal;

use crate::{
    desk::counter::change_order_type,
    domain::{
        draft::{flow::Step, undo::Touch},
        order::OrderType,
    },
    tui::{
        screens::{
            delivery,
            form::{cursor::put_cursor, leave::leave},
        },
        state::{
            model::{Model, Tone},
            rows::{Row, entry, focused},
            slot::Slot,
        },
    },
};

/// Changes the order type: the cart is repriced, visibly, and a table does not follow out of the house.
pub fn set_order_type(model: &mut Model, kind: OrderType) {
    let before = model.channel();
    let leaves_table = model.token_is_of_table();
    let left = model.slot().map(|slot| model.counter().left_table(slot.draft())).unwrap_or_default();
    let Some(slot) = model.slot_mut() else { return };
    if slot.draft().order_type == kind {
        return;
    }
    let old = (slot.draft().totals(&before).total, slot.draft().goods(&before));
    if slot.draft().order_type == OrderType::Local {
        slot.left_table = left;
    }
    let left = slot.left_table.clone();
    slot.change(Touch::Alone, |draft| change_order_type(draft, kind, leaves_table, &left));
    delivery::keep_fees(model);
    say_price(model, kind, old);
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
