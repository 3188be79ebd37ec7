//! Status by one key: the next step of one order or of all that are marked, and back again as long as it was not sent.

use crate::{
    desk::live::{LiveKey, LiveRow, StatusObstacle},
    domain::{order::delivery::Delivery, value::ids::OrderId},
    ports::journal::PersonDecision,
    tui::{
        effect::Effect,
        input::{command::Command, rhythm::Verdict},
        screens::orders::decide::ask_status,
        state::{
            model::{Model, Tone},
            overlay::status::StatusTarget,
        },
        wording::orders::{name, status_word},
    },
};

/// The status that an order has, or will have once what waits is set.
pub fn current(row: &LiveRow) -> Option<&str> {
    row.pending_status.as_deref().or(row.status.as_deref())
}

/// Whose status it is; or the key of the text that says why it cannot be changed.
pub fn target(row: &LiveRow) -> Result<StatusTarget, &'static str> {
    if let Some(obstacle) = row.status_obstacle() {
        return Err(match (obstacle, row.foreign) {
            (StatusObstacle::NoInternalId, true) => "notice.status_foreign",
            (StatusObstacle::NoInternalId, false) => "notice.status_no_id",
            (StatusObstacle::NotAccepted, _) => "notice.status_not_accepted",
        });
    }
    match (row.foreign, &row.order_id, row.internal_id) {
        (false, Some(order_id), _) => Ok(StatusTarget::Ours(order_id.clone())),
        (true, _, Some(internal_id)) => Ok(StatusTarget::Foreign(internal_id)),
        _ => Err("notice.status_foreign"),
    }
}

/// Whether OktoPOS has it and it is not over: then it can only be cancelled there.
pub fn can_cancel(row: &LiveRow) -> bool {
    let is_there = matches!(row.delivery, None | Some(Delivery::Accepted { .. }));
    is_there && row.status_obstacle().is_none() && !row.done && !row.stray
}

/// The step that follows for an order; or the key of the text that says why there is none.
fn step(model: &Model, row: &LiveRow) -> Result<String, &'static str> {
    target(row)?;
    // As long as OktoPOS does not have it, it has the status it was sent with.
    let current = current(row).or_else(|| row.delivery.as_ref().map(|_| model.shop.workflow.initial.as_str()));
    let rule = model.shop.workflow.step(current, row.order_type);
    rule.map(|rule| rule.token.clone()).ok_or("notice.no_next_status")
}

/// What the next step of the selected order is called, for the footer.
pub fn step_word(model: &Model) -> Option<String> {
    let row = model.orders.row().filter(|row| !row.foreign)?;
    step(model, row).ok().map(|token| status_word(model, &token))
}

/// Marks the selected order, or takes its mark away, and goes on to the next.
pub fn mark(model: &mut Model) {
    let Some(key) = model.orders.row().map(|row| row.key.clone()) else { return };
    if !model.orders.marked.remove(&key) {
        model.orders.marked.insert(key);
    }
    model.orders.select(model.orders.selected + 1);
}

/// Gives the selected order, or all that are marked, the status that follows. Not by a key that is held: it would go to the end.
pub fn next(model: &mut Model) -> Vec<Effect> {
    if model.rhythm.verdict() != Verdict::Counts {
        let text = model.texts.t("notice.next_held").to_owned();
        model.say(Tone::Warn, text);
        return Vec::new();
    }
    let marked = std::mem::take(&mut model.orders.marked);
    let rows: Vec<&LiveRow> = marked.iter().filter_map(|key| model.orders.list.find(key)).collect();
    let rows = if rows.is_empty() { model.orders.row().into_iter().collect() } else { rows };
    if let [row] = &*rows
        && row.foreign
    {
        // It is set at once and cannot be taken back: that takes a second key.
        ask_status(model);
        return Vec::new();
    }
    let mut moved: Vec<(OrderId, String)> = Vec::new();
    let mut why = None;
    for row in &rows {
        match (step(model, row), &row.order_id, row.foreign) {
            (Ok(status), Some(order_id), false) => moved.push((order_id.clone(), status)),
            (Ok(_), ..) => why = Some("notice.next_foreign"),
            (Err(key), ..) => why = Some(key),
        }
    }
    let (all, first) = (rows.len(), moved.first().cloned());
    let Some((id, status)) = first else {
        let text = model.texts.t(why.unwrap_or("notice.no_next_status")).to_owned();
        model.say(Tone::Warn, text);
        return Vec::new();
    };
    let key = model.key_label(Command::OrderUndo);
    let text = if all == 1 {
        let order = model.orders.list.find(&LiveKey::Order(id)).map(|row| name(model, row)).unwrap_or_default();
        model.texts.fill("notice.moved", &[("order", &order), ("status", &status_word(model, &status)), ("key", &key)])
    } else {
        let numbers = [("n", moved.len().to_string()), ("all", all.to_string()), ("key", key)];
        let numbers: Vec<(&str, &str)> = numbers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        model.texts.fill("notice.moved_many", &numbers)
    };
    model.orders.moved_said = Some(text.clone());
    model.say(if moved.len() < all { Tone::Warn } else { Tone::Done }, text);
    let hold = model.shop.list.undo_seconds;
    model.orders.moved.clone_from(&moved);
    let effect = |(order_id, status)| Effect::RequestStatus { order_id, status, reason: None, hold };
    moved.into_iter().map(effect).collect()
}

/// A status that was chosen in the window.
pub fn ask(model: &mut Model, target: StatusTarget, status: String, reason: Option<String>) -> Vec<Effect> {
    vec![match target {
        StatusTarget::Ours(order_id) => {
            model.orders.moved = vec![(order_id.clone(), status.clone())];
            Effect::RequestStatus { order_id, status, reason, hold: model.shop.list.undo_seconds }
        }
        StatusTarget::Foreign(internal_id) => Effect::ForeignStatus { internal_id, status, reason },
    }]
}

/// Takes back what was moved last, or what waits of the selected order. The journal says whether it was sent meanwhile.
pub fn take_back(model: &mut Model) -> Vec<Effect> {
    let mut moved = std::mem::take(&mut model.orders.moved);
    if moved.is_empty() {
        let row = model.orders.row().filter(|row| !row.foreign);
        let waits = row.and_then(|row| Some((row.order_id.clone()?, row.pending_status.as_ref()?.to_string())));
        moved.extend(waits);
    }
    if moved.is_empty() {
        let text = model.texts.t("notice.nothing_to_take_back").to_owned();
        model.say(Tone::Warn, text);
    }
    let decide = |(order_id, status)| Effect::Decide { order_id, decision: PersonDecision::WithdrawStatus { status } };
    moved.into_iter().map(decide).collect()
}
