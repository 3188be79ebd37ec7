//! What is asked of the selected order: read it, change its status, decide about it. Asks before what cannot be taken back;
//! does nothing itself.

use crate::{
    desk::{
        counter::Correctable,
        live::{Decidable, Decision, LiveRow},
    },
    domain::{
        order::status::StatusRule,
        value::{ids::OrderId, text::Clean},
    },
    tui::{
        effect::Effect,
        input::command::{Command, OrdersCommand},
        overlay::status::cancel::reasons,
        screens::{confirm, orders::status},
        state::{
            model::{Model, Tone},
            orders::{Pending, Purpose},
            overlay::{
                Overlay,
                confirm::Question,
                details::{Details, Subject},
                status::{CancelMenu, StatusMenu, StatusOffer},
            },
        },
        wording::orders::{about, status_word},
    },
};

/// Whether a command can do something for an order: the footer shows it only then.
pub fn fits(row: Option<&LiveRow>, command: OrdersCommand) -> bool {
    use OrdersCommand as C;
    let Some(row) = row else { return matches!(command, C::OrderSearch | C::OrderFilter) };
    match command {
        C::OrderStatus | C::OrderNext => row.status_obstacle().is_none(),
        C::OrderResend => Decidable::of(row, Decision::Resend).is_some(),
        C::OrderArrived => Decidable::of(row, Decision::Arrived).is_some(),
        C::OrderCancel => Decidable::of(row, Decision::Cancel).is_some() || status::can_cancel(row),
        C::OrderCorrect => Correctable::of(row).is_some(),
        C::OrderDown | C::OrderUp | C::OrderPageDown | C::OrderPageUp | C::OrderFirst | C::OrderLast => true,
        C::OrderOpen | C::OrderSearch | C::OrderFilter | C::OrderTypeFilter | C::OrderStatusFilter => true,
        C::OrderPoll | C::OrderLeave | C::OrderMark | C::OrderUndo | C::OrderMute => true,
        C::OrderMore => !row.foreign,
    }
}

/// Key of what a command is called for an order for which it does something else than it is named for.
pub fn label(row: Option<&LiveRow>, command: Command) -> Option<&'static str> {
    let decided = [(Command::OrderResend, Decision::Resend), (Command::OrderCancel, Decision::Cancel)];
    let (_, decision) = decided.into_iter().find(|(of, _)| *of == command)?;
    let Some(decidable) = Decidable::of(row?, decision) else {
        return (command == Command::OrderCancel && status::can_cancel(row?)).then_some("footer.cancel_order");
    };
    match decidable {
        Decidable::Readdress { .. } | Decidable::ReaddressStatus { .. } => Some("footer.readdress"),
        Decidable::DropStatus { refused: true, .. } => Some("footer.note_status"),
        Decidable::DropStatus { refused: false, .. } => Some("footer.drop_status"),
        Decidable::Resend(_) | Decidable::Arrived(_) | Decidable::Cancel { .. } => None,
    }
}

/// Whether a command may be done while details are shown: only one for the very order that is shown.
pub fn is_for_shown(model: &Model, command: OrdersCommand) -> bool {
    let Some(Overlay::Details(details)) = &model.overlay else { return true };
    let Some(row) = model.orders.row() else { return false };
    let same = match &details.subject {
        Subject::Ours(record) => !row.foreign && row.order_id.as_ref() == Some(&record.row.order_id),
        Subject::Foreign(shown) => row.key == shown.key,
    };
    same && matches!(
        command,
        OrdersCommand::OrderStatus
            | OrdersCommand::OrderNext
            | OrdersCommand::OrderUndo
            | OrdersCommand::OrderResend
            | OrdersCommand::OrderArrived
            | OrdersCommand::OrderCorrect
            | OrdersCommand::OrderCancel
            | OrdersCommand::OrderPoll
    )
}

/// Opens the details of the selected order.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.orders.row() else { return Vec::new() };
    if row.foreign {
        let details = Details { subject: Subject::Foreign(Box::new(row.clone())), scroll: 0 };
        model.overlay = Some(Overlay::Details(Box::new(details)));
        return Vec::new();
    }
    let Some(order_id) = row.order_id.clone() else { return Vec::new() };
    // Whoever asks for another order's details does not want the first one's any more.
    model.orders.pending.retain(|pending| pending.purpose != Purpose::Details);
    load(model, order_id, Purpose::Details)
}

/// Reads an order whole.
pub fn load(model: &mut Model, order_id: OrderId, purpose: Purpose) -> Vec<Effect> {
    let request = model.next_request();
    model.orders.pending.push(Pending { request, order_id: order_id.clone(), purpose });
    vec![Effect::LoadOrder { order_id, request }]
}

/// The order that a person released again just now: the one with the cursor, unless it went on to another meanwhile.
pub fn just_resent(model: &Model) -> Option<OrderId> {
    model.orders.row().filter(|row| row.is_resent())?.order_id.clone()
}

/// Opens the statuses that may follow for the selected order, or says why there are none.
pub fn ask_status(model: &mut Model) {
    let Some(row) = model.orders.row() else { return };
    let target = match status::target(row) {
        Ok(target) => target,
        Err(key) => {
            let text = model.texts.t(key).to_owned();
            return model.say(Tone::Warn, text);
        }
    };
    let workflow = &model.shop.workflow;
    let next = workflow.next(status::current(row), row.order_type);
    let cancel = next.iter().find(|rule| rule.is_cancel()).map(|rule| rule.token.clone());
    let offer = |rule: &&StatusRule| StatusOffer {
        token: rule.token.clone(),
        label: status_word(model, &rule.token),
        letter: workflow.letter(&rule.token),
    };
    let offers: Vec<StatusOffer> = next.iter().filter(|rule| !rule.is_cancel()).map(offer).collect();
    if offers.is_empty() && cancel.is_none() {
        let text = model.texts.t("notice.no_next_status").to_owned();
        return model.say(Tone::Warn, text);
    }
    model.overlay = Some(Overlay::Status(StatusMenu::new(target, title(row), offers, cancel)));
}

/// Asks why the selected order is cancelled; whether it can be.
fn ask_cancel(model: &mut Model) -> bool {
    let Some(row) = model.orders.row().filter(|row| status::can_cancel(row)) else { return false };
    let (Ok(target), Some(rule)) = (status::target(row), model.shop.workflow.cancel(row.order_type)) else {
        return false;
    };
    let menu = CancelMenu::new(target, title(row), rule.token.clone(), reasons(model));
    model.overlay = Some(Overlay::Cancel(menu));
    true
}

/// Short, for a title.
fn title(row: &LiveRow) -> Clean {
    let id = row.internal_id.map(|id| id.to_string()).or(row.order_id.as_ref().map(|id| id.short().to_owned()));
    Clean::new(&format!("{} {}", id.unwrap_or_default(), row.who))
}

/// Asks before something is decided that cannot be taken back; says why where it does not fit.
pub fn ask(model: &mut Model, decision: Decision) {
    let Some(row) = model.orders.row() else { return };
    let about = about(model, row);
    let Some(decidable) = Decidable::of(row, decision) else {
        if decision == Decision::Cancel && ask_cancel(model) {
            return;
        }
        let key = match decision {
            Decision::Resend => "notice.cannot_resend",
            Decision::Arrived => "notice.cannot_arrive",
            Decision::Cancel => "notice.cannot_cancel",
        };
        let text = model.texts.t(key).to_owned();
        return model.say(Tone::Warn, text);
    };
    let question = match decidable {
        Decidable::Resend(order_id) => Question::Resend(order_id),
        Decidable::Arrived(order_id) => Question::Arrived(order_id),
        Decidable::Cancel { order_id, unclear } => Question::Cancel { order_id, unclear },
        Decidable::DropStatus { order_id, refused } => Question::DropStatus { order_id, refused },
        Decidable::ReaddressStatus { order_id, now, internal_id } => {
            Question::ReaddressStatus { order_id, base_url: now.into_string(), internal_id }
        }
        Decidable::Readdress { old, now } => return ask_readdress(model, &old, now),
    };
    confirm::ask(model, question, about);
}

/// Everything that waits for the other address goes with it: what is asked about is all of it.
fn ask_readdress(model: &mut Model, old: &Clean, now: Clean) {
    let orders = model.orders.list.held_for(old);
    let count = model.texts.count("count.orders", orders.len());
    let about = model.texts.fill("confirm.readdress_about", &[("orders", &count), ("old", old), ("now", &now)]);
    confirm::ask(model, Question::Readdress { orders, base_url: now.into_string() }, about);
}
