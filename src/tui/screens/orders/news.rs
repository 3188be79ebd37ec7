//! What became of an order while its person was told that it is sent, or had gone on to another: said once, in the line where
//! that stood. Decides nothing.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::{
        event::Held,
        live::{LiveKey, LiveRow},
    },
    domain::{order::delivery::Delivery, shop::list::Bell, value::ids::OrderId},
    ports::{journal::OrderRow, pos::ReadyOrder},
    tui::{
        input::command::Command,
        screens::orders,
        state::model::{Model, Tone},
        widgets::canvas::fit,
        wording::orders::{name, place, reason_of, why},
    },
};

/// A key that was on its way when it came does not wipe it away: nobody would have read it.
const STANDS: SignedDuration = SignedDuration::from_secs(4);

/// Rows came from the sender.
pub fn rows(model: &mut Model, rows: Vec<OrderRow>) {
    let settled = |row: &&OrderRow| {
        let is_placing = model.placing.iter().any(|slot| slot.draft().order_id == row.order_id);
        match find(model, &row.order_id) {
            Some(before) => !before.needs_person(),
            None => is_placing,
        }
    };
    let before: Vec<OrderId> = rows.iter().filter(settled).map(|row| row.order_id.clone()).collect();
    let is_unclear =
        |id: &OrderId| find(model, id).is_some_and(|row| matches!(row.delivery, Some(Delivery::Unknown { .. })));
    let unclear: Vec<OrderId> = rows.iter().map(|row| row.order_id.clone()).filter(is_unclear).collect();
    orders::list::changed(model, rows);
    forget_settled(model);
    tell(model, before);
    arrive(model);
    found(model, &unclear);
}

/// What was unclear and is there now.
fn found(model: &mut Model, unclear: &[OrderId]) {
    let is_there = |row: &&LiveRow| matches!(row.delivery, Some(Delivery::Accepted { .. }));
    let rows = unclear.iter().filter_map(|id| find(model, id)).filter(is_there);
    let text = rows.map(|row| model.texts.fill("news.found", &[("order", &name(model, row))])).next_back();
    if let Some(text) = text {
        say_aside(model, Tone::Done, text);
    }
}

/// OktoPOS's ready list was read: an order that came from elsewhere since the last time is said.
pub fn ready(model: &mut Model, rows: Vec<ReadyOrder>, at: Timestamp) {
    let foreign = |model: &Model| -> BTreeSet<LiveKey> {
        model.orders.list.rows().filter(|row| row.foreign && !row.done).map(|row| row.key.clone()).collect()
    };
    let before = model.orders.read_at.map(|_| foreign(model));
    orders::list::ready(model, rows, at);
    let Some(before) = before else { return };
    let mut new = foreign(model);
    new.retain(|key| !before.contains(key));
    let row = new.first().and_then(|key| model.orders.list.find(key));
    let Some(row) = row else { return };
    let text = match new.len() {
        1 => model.texts.fill("news.new", &[("order", &what(model, row))]),
        n => model
            .texts
            .fill("news.new_many", &[("n", &n.to_string()), ("key", &model.key_label(Command::ToggleOrders))]),
    };
    say_aside(model, Tone::Done, text);
    ring(model, Bell::All);
}

/// The clock went on: what became late by it is said, once.
pub fn late(model: &mut Model) {
    let late: BTreeSet<LiveKey> =
        model.orders.list.rows().filter(|row| row.is_late()).map(|row| row.key.clone()).collect();
    let new: Vec<&LiveKey> = late.iter().filter(|key| !model.orders.news.late.contains(key)).collect();
    let row = new.first().and_then(|key| model.orders.list.find(key));
    let text = row.map(|row| match new.len() {
        1 => model.texts.fill("news.late", &[("order", &what(model, row))]),
        n => model
            .texts
            .fill("news.late_many", &[("n", &n.to_string()), ("key", &model.key_label(Command::ToggleOrders))]),
    });
    model.orders.news.late = late;
    if let Some(text) = text {
        say_aside(model, Tone::Warn, text);
        ring(model, Bell::Late);
    }
}

/// Silences the bell, or lets it ring again.
pub fn mute(model: &mut Model) {
    model.orders.muted = !model.orders.muted;
    let key = if model.orders.muted { "notice.muted" } else { "notice.unmuted" };
    let text = model.texts.fill(key, &[("key", &model.key_label(Command::OrderMute))]);
    model.say(Tone::Done, text);
}

fn ring(model: &mut Model, for_what: Bell) {
    let asked = model.shop.list.bell;
    model.orders.rings |= !model.orders.muted && asked != Bell::Off && for_what <= asked;
}

/// Who and how much, for a line that stands on any screen.
fn what(model: &Model, row: &LiveRow) -> String {
    let total = row.total.map(|total| model.texts.money(total, &row.currency));
    let number = row.internal_id.map(|id| format!("{} {id}", model.texts.t("orders.number")));
    let place = fit(&place(model, row, u16::MAX), 30);
    std::iter::once(place).chain(total).chain(number).collect::<Vec<_>>().join(" · ")
}

/// Says something that nobody asked for. What needs somebody, and what a person was told last, is worth more.
fn say_aside(model: &mut Model, tone: Tone, text: String) {
    if model.notice.as_ref().is_some_and(|said| said.tone == Tone::Alarm || stands(model)) {
        return;
    }
    let news = &mut model.orders.news;
    (news.orders, news.text, news.at) = (Vec::new(), text.clone(), Some(model.moment.now));
    model.say(tone, text);
}

/// The message that stands says that this order is sent.
pub fn on_its_way(model: &mut Model, order: &OrderId) {
    let said = model.notice.as_ref().map(|said| said.text.clone());
    model.orders.news.on_its_way = said.map(|text| (order.clone(), text));
    arrive(model);
}

/// Who still reads that an order is sent reads that it arrived. Anything else that was said since stays.
fn arrive(model: &mut Model) {
    let Some((order, text)) = &model.orders.news.on_its_way else { return };
    if model.notice.as_ref().is_none_or(|said| said.text != *text) {
        return;
    }
    let Some(row) = find(model, order).filter(|row| matches!(row.delivery, Some(Delivery::Accepted { .. }))) else {
        return;
    };
    let text = model.texts.fill("news.arrived", &[("order", &what(model, row))]);
    model.orders.news.on_its_way = None;
    model.say(Tone::Done, text);
}

/// What was decided meanwhile is not told any longer.
fn forget_settled(model: &mut Model) {
    let is_said = model.notice.as_ref().is_some_and(|said| said.text == model.orders.news.text);
    let mut orders = std::mem::take(&mut model.orders.news.orders);
    let all = orders.len();
    orders.retain(|id| find(model, id).is_some_and(LiveRow::needs_person));
    if is_said && orders.len() < all {
        model.notice = None;
        return tell(model, orders);
    }
    model.orders.news.orders = orders;
}

/// The outbox says what it holds back.
pub fn held(model: &mut Model, held: &[(OrderId, Held)]) {
    let has_heard = std::mem::replace(&mut model.orders.news.has_heard, true);
    let settled = |id: &&OrderId| find(model, id).is_some_and(|row| !row.needs_person());
    let before: Vec<OrderId> = held.iter().map(|(id, _)| id).filter(settled).cloned().collect();
    orders::list::held(model, held);
    if has_heard {
        tell(model, before);
    }
}

/// Says which of these orders need a person now. An order that could not be recorded is told before.
pub fn tell(model: &mut Model, mut orders: Vec<OrderId>) {
    orders.retain(|id| find(model, id).is_some_and(LiveRow::needs_person));
    let is_ours = |text: &str| text == model.orders.news.text;
    let is_error = model
        .notice
        .as_ref()
        .is_some_and(|said| said.tone == Tone::Alarm && said.detail.is_some() && !is_ours(&said.text));
    if orders.is_empty() || is_error {
        return;
    }
    if model.notice.as_ref().is_some_and(|said| is_ours(&said.text)) {
        let before = model.orders.news.orders.iter().filter(|id| !orders.contains(id)).cloned();
        orders = before.collect::<Vec<_>>().into_iter().chain(orders).collect();
    }
    let key = model.key_label(Command::Attention);
    let text = match (&*orders, orders.first().and_then(|id| find(model, id))) {
        ([_], Some(row)) => {
            model.texts.fill(&format!("news.{}", word(row)), &[("order", &name(model, row)), ("key", &key)])
        }
        _ => model.texts.fill("news.many", &[("n", &orders.len().to_string()), ("key", &key)]),
    };
    let detail = detail(model, &orders);
    let news = &mut model.orders.news;
    (news.orders, news.text, news.at) = (orders, text.clone(), Some(model.moment.now));
    match detail {
        Some(detail) => model.say_detail(Tone::Alarm, text, &detail),
        None => model.say(Tone::Alarm, text),
    }
    ring(model, Bell::All);
}

/// Why these orders need a person: of a single one all that is known, of several each in a few words.
fn detail(model: &Model, orders: &[OrderId]) -> Option<String> {
    let rows: Vec<&LiveRow> = orders.iter().filter_map(|id| find(model, id)).collect();
    let short = |row: &LiveRow| why(model, row).map(|why| format!("{}: {why}", name(model, row)));
    match &*rows {
        [row] if row.stray || row.held.is_some() => why(model, row),
        [row] => reason_of(model, row),
        rows => Some(rows.iter().filter_map(|row| short(row)).collect::<Vec<_>>().join(" / ")),
    }
    .filter(|detail| !detail.is_empty())
}

/// Whether it was said so lately that a key does not take it away.
pub fn stands(model: &Model) -> bool {
    let news = &model.orders.news;
    let age = news.at.map(|at| model.moment.now.duration_since(at));
    let is_fresh = age.is_some_and(|age| age >= SignedDuration::ZERO && age < STANDS);
    is_fresh && model.notice.as_ref().is_some_and(|said| said.text == news.text)
}

fn find<'a>(model: &'a Model, id: &OrderId) -> Option<&'a LiveRow> {
    model.orders.list.find(&LiveKey::Order(id.clone()))
}

fn word(row: &LiveRow) -> &'static str {
    match (&row.held, &row.delivery) {
        _ if row.stray => "stray",
        (Some(Held::DuePassed { .. }), _) => "due_passed",
        (Some(Held::OtherAddress { .. }), _) => "other_address",
        (None, Some(Delivery::Rejected { .. })) => "rejected",
        (None, Some(Delivery::Unknown { .. })) => "unknown",
        (None, _) => "status",
    }
}
