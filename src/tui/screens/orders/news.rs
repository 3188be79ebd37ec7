//! What became of an order while its person was told that it is sent, or had gone on to another: said once, in the line where
//! that stood. Decides nothing.

use jiff::SignedDuration;

use crate::{
    desk::{
        event::Held,
        live::{LiveKey, LiveRow},
    },
    domain::{order::delivery::Delivery, value::ids::OrderId},
    ports::journal::OrderRow,
    tui::{
        input::command::Command,
        screens::orders,
        state::model::{Model, Tone},
        wording::orders::{name, reason_of, why},
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
    orders::list::changed(model, rows);
    forget_settled(model);
    tell(model, before);
    arrive(model);
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
    let number = row.internal_id.map(|id| format!("{} {id}", model.texts.t("orders.number")));
    let total = row.total.map(|total| model.texts.money(total, &row.currency));
    let words = std::iter::once(order.short().to_owned()).chain(number).chain(total).collect::<Vec<_>>().join(" · ");
    let text = model.texts.fill("news.arrived", &[("order", &words)]);
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
