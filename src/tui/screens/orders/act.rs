//! What is asked of the selected order: read it, correct it, change its status, decide about it. Asks before what cannot
//! be taken back; does nothing itself.

use super::{Pending, Purpose};
use crate::{
    desk::live::{LiveRow, StatusObstacle},
    domain::{
        delivery::Delivery,
        field::Field,
        problem::{Problem, ProblemKind, Spot},
        reopen::reopen,
        text::Clean,
    },
    ports::journal::{OrderRecord, PersonDecision},
    tui::{
        command::Command,
        effect::Effect,
        model::{Model, Screen, Tone},
        overlay::{
            Overlay,
            confirm::{self, Question},
            details::{Details, Subject},
            status::{StatusMenu, StatusTarget},
        },
        screens::{form, review},
    },
    words::short_reason,
};

/// Whether a command can do something for an order: the footer shows it only then.
pub fn fits(row: Option<&LiveRow>, command: Command) -> bool {
    let Some(row) = row else { return matches!(command, Command::OrderSearch | Command::OrderFilter) };
    let ours = row.delivery.as_ref().filter(|_| !row.foreign);
    match command {
        Command::OrderStatus => row.status_obstacle().is_none(),
        Command::OrderResend => matches!(ours, Some(Delivery::Unknown { .. })) || row.held_elsewhere().is_some(),
        Command::OrderArrived => matches!(ours, Some(Delivery::Unknown { .. })),
        Command::OrderCorrect => {
            matches!(ours, Some(Delivery::Rejected { .. } | Delivery::Cancelled | Delivery::Queued))
        }
        Command::OrderCancel => matches!(ours, Some(Delivery::Queued | Delivery::Rejected { .. })),
        _ => true,
    }
}

/// Whether a command may be done while details are shown: only one for the very order that is shown.
pub(super) fn is_for_shown(model: &Model, command: Command) -> bool {
    let Some(Overlay::Details(details)) = &model.overlay else { return true };
    let Some(row) = model.orders.row() else { return false };
    let same = match &details.subject {
        Subject::Ours(record) => !row.foreign && row.order_id.as_ref() == Some(&record.row.order_id),
        Subject::Foreign(shown) => row.key == shown.key,
    };
    same && matches!(
        command,
        Command::OrderStatus
            | Command::OrderResend
            | Command::OrderArrived
            | Command::OrderCorrect
            | Command::OrderCancel
            | Command::OrderPoll
    )
}

pub(super) fn open(model: &mut Model, purpose: Purpose) -> Vec<Effect> {
    let Some(row) = model.orders.row() else { return Vec::new() };
    if row.foreign {
        let details = Details { subject: Subject::Foreign(Box::new(row.clone())), scroll: 0 };
        model.overlay = Some(Overlay::Details(Box::new(details)));
        return Vec::new();
    }
    let Some(order_id) = row.order_id.clone() else { return Vec::new() };
    let request = model.next_request();
    model.orders.pending = Some(Pending { request, purpose });
    vec![Effect::LoadOrder { order_id, request }]
}

/// Opens a refused order, or one that was not sent yet, as the draft it came from.
pub(super) fn correct(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.orders.row() else { return Vec::new() };
    let take_back = match &row.delivery {
        Some(Delivery::Rejected { .. } | Delivery::Cancelled) => None,
        // It has to leave the outbox first, or it would be sent while it is being corrected.
        Some(Delivery::Queued) => row.order_id.clone(),
        _ => {
            let text = model.texts.t("notice.cannot_correct").to_owned();
            model.say(Tone::Warn, text);
            return Vec::new();
        }
    };
    let decide = take_back.map(|order_id| Effect::Decide { order_id, decision: PersonDecision::Cancel });
    let load = open(model, Purpose::Correct);
    decide.into_iter().chain(load).collect()
}

pub(super) fn open_correction(model: &mut Model, record: &OrderRecord) {
    model.overlay = None;
    // Effects are done in sequence, so an order that could not be taken back is still on its way here.
    if !matches!(record.row.delivery, Delivery::Rejected { .. } | Delivery::Cancelled) {
        let text = model.texts.t("notice.cannot_correct").to_owned();
        return model.say(Tone::Warn, text);
    }
    if let Some(at) = model.slots.iter().position(|slot| slot.draft().order_id == record.row.order_id) {
        model.current = at;
        model.screen = Screen::Draft;
        return;
    }
    let catalog = std::sync::Arc::clone(&model.catalog);
    let article = |id| catalog.by_id(id).cloned();
    let draft = reopen(&record.order, &model.shop, &model.moment.zone, model.moment.now, article);
    model.push_draft(draft);
    if let Some(slot) = model.slot_mut() {
        slot.touch();
    }
    if ask_for_new_time(model) {
        return;
    }
    let reason = record.row.delivery.reason().unwrap_or_default().to_owned();
    let text = match reason.is_empty() {
        true => model.texts.fill("notice.correct", &[("key", &model.key_label(Command::Send))]),
        false => model.texts.fill("notice.correct_reason", &[("reason", &short_reason(&reason, &model.texts))]),
    };
    model.say(Tone::Warn, text);
}

/// An order whose time has passed is opened where the new one is typed; the old one is gone, and undo brings it back.
fn ask_for_new_time(model: &mut Model) -> bool {
    let passed = |problem: &Problem| problem.kind == ProblemKind::TimePassed && problem.spot == Spot::Field(Field::Due);
    let Some(problem) = review::problems(model).into_iter().find(passed) else { return false };
    review::go_to(model, problem);
    form::command(model, Command::ClearField);
    let text = model.texts.fill("notice.new_time", &[("key", &model.key_label(Command::Send))]);
    model.say(Tone::Warn, text);
    true
}

pub(super) fn ask_status(model: &mut Model) {
    let Some(row) = model.orders.row() else { return };
    let obstacle = row.status_obstacle().map(|obstacle| match (obstacle, row.foreign) {
        (StatusObstacle::NoInternalId, true) => "notice.status_foreign",
        (StatusObstacle::NoInternalId, false) => "notice.status_no_id",
        (StatusObstacle::NotAccepted, _) => "notice.status_not_accepted",
    });
    if let Some(key) = obstacle {
        let text = model.texts.t(key).to_owned();
        return model.say(Tone::Warn, text);
    }
    let target = match (row.foreign, &row.order_id, row.internal_id) {
        (false, Some(order_id), _) => StatusTarget::Ours(order_id.clone()),
        (true, _, Some(internal_id)) => StatusTarget::Foreign(internal_id),
        _ => return,
    };
    let current = row.pending_status.as_deref().or(row.status.as_deref());
    let offers: Vec<(String, String)> = model
        .shop
        .workflow
        .next(current, row.order_type)
        .iter()
        .map(|rule| (rule.token.clone(), model.texts.choice("status", &rule.token, rule.label.as_deref())))
        .collect();
    if offers.is_empty() {
        let text = model.texts.t("notice.no_next_status").to_owned();
        return model.say(Tone::Warn, text);
    }
    model.overlay = Some(Overlay::Status(StatusMenu::new(target, about(row), offers)));
}

fn about(row: &LiveRow) -> Clean {
    let id = row.internal_id.map(|id| id.to_string()).or(row.order_id.as_ref().map(|id| id.short().to_owned()));
    Clean::new(&format!("{} {}", id.unwrap_or_default(), row.who))
}

/// Asks before something is decided that cannot be taken back; says why where it does not fit.
pub(super) fn ask(model: &mut Model, command: Command) {
    let Some(row) = model.orders.row() else { return };
    let (about, order_id) = (about(row).to_string(), row.order_id.clone().filter(|_| !row.foreign));
    let delivery = row.delivery.clone();
    if let (Command::OrderResend, Some((old, now))) = (command, row.held_elsewhere()) {
        let (old, base_url) = (old.clone(), now.to_string());
        let orders = model.orders.list.held_for(&old);
        let count = model.texts.count("count.orders", orders.len());
        let about =
            model.texts.fill("confirm.readdress_about", &[("orders", &count), ("old", &old), ("now", &base_url)]);
        return confirm::ask(model, Question::Readdress { orders, base_url }, about);
    }
    let question = match (command, delivery, order_id) {
        (Command::OrderResend, Some(Delivery::Unknown { .. }), Some(id)) => Question::Resend(id),
        (Command::OrderArrived, Some(Delivery::Unknown { .. }), Some(id)) => Question::Arrived(id),
        (Command::OrderCancel, Some(Delivery::Queued | Delivery::Rejected { .. }), Some(id)) => Question::Cancel(id),
        _ => {
            let key = match command {
                Command::OrderResend => "notice.cannot_resend",
                Command::OrderArrived => "notice.cannot_arrive",
                _ => "notice.cannot_cancel",
            };
            let text = model.texts.t(key).to_owned();
            return model.say(Tone::Warn, text);
        }
    };
    confirm::ask(model, question, about);
}
