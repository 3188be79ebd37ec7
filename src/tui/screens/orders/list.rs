//! Rows of the live list come, change and go; the cursor stays on its order.

use jiff::Timestamp;

use crate::{
    desk::{
        event::{Halt, Held},
        live::{LiveFilter, LiveRow},
    },
    domain::{order::delivery::Delivery, value::ids::OrderId},
    ports::{journal::OrderRow, pos::ReadyOrder},
    tui::{
        state::model::{Model, Screen, Tone},
        wording::orders::halted,
    },
    words,
};

/// The list comes to the front.
pub fn shown(model: &mut Model) {
    model.orders.follow();
}

/// Rows of the journal are new or changed.
pub fn changed(model: &mut Model, rows: Vec<OrderRow>) {
    if model.orders.list.apply(&rows) {
        model.orders.follow();
    }
}

/// The ready list was read.
pub fn ready(model: &mut Model, rows: Vec<ReadyOrder>, at: Timestamp) {
    model.orders.read_at = Some(at);
    if model.orders.list.set_ready(&rows) {
        model.orders.follow();
    }
}

/// Which orders are held, as the outbox says.
pub fn held(model: &mut Model, held: &[(OrderId, Held)]) {
    if model.orders.list.set_held(held) {
        model.orders.follow();
    }
}

/// Puts the cursor on the first order that needs a person, and from one such order on the next.
pub fn attention(model: &mut Model) {
    let is_there = model.screen == Screen::Orders && model.orders.row().is_some_and(LiveRow::needs_person);
    model.screen = Screen::Orders;
    model.orders.searching = false;
    model.orders.filter(|filter| *filter = LiveFilter::default());
    let orders = &mut model.orders;
    let from = if is_there { orders.selected + 1 } else { 0 };
    let next = orders.list.iter_from(from).position(LiveRow::needs_person).map(|at| from + at);
    if let Some(at) = next.or_else(|| orders.list.iter_from(0).position(LiveRow::needs_person)) {
        return orders.select(at);
    }
    orders.select(0);
    match &model.outbox.halted {
        Some(Halt::KeyRefused { .. }) => return key_refused(model),
        Some(Halt::OtherSender { holder: Some(holder) }) if holder.is_stopped => {
            let text = model.texts.t("notice.sender_stopped").to_owned();
            let detail = words::sender(holder, model.moment.now, &model.texts);
            return model.say_detail(Tone::Alarm, text, &detail);
        }
        Some(halt @ Halt::Throttled { .. }) => {
            let text = halted(model, halt);
            return model.say(Tone::Warn, text);
        }
        _ => {}
    }
    let text = model.texts.t("notice.nobody_needed").to_owned();
    model.say(Tone::Done, text);
}

/// No order needs a person, but the key does: what to do about it, and the cursor on what waits for it.
fn key_refused(model: &mut Model) {
    let waits = |row: &LiveRow| matches!(row.delivery, Some(Delivery::Queued));
    let first = model.orders.list.iter_from(0).position(waits);
    model.orders.select(first.unwrap_or_default());
    let (text, detail) = (model.texts.t("notice.check_key").to_owned(), model.texts.t("hint.key").to_owned());
    model.say_detail(Tone::Warn, text, &detail);
}
