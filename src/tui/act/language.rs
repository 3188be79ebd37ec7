//! The language changed: what the open window, or one below help, keeps in words is said again.

use crate::{
    desk::live::{Decision, LiveKey},
    domain::value::ids::OrderId,
    tui::{
        act::{draft::bill, waiver},
        overlay::status,
        screens::{confirm::ask, orders},
        state::{
            model::Model,
            overlay::{
                Overlay,
                confirm::{Confirm, Question},
            },
        },
        wording,
    },
};

/// The language changed: what the open window, or one below help, keeps in words is said again.
pub fn say_again(model: &mut Model) {
    let Some(mut overlay) = model.overlay.take() else { return };
    match &mut overlay {
        Overlay::Help(help) => {
            model.overlay = help.below.take().map(|below| *below);
            say_again(model);
            help.below = model.overlay.take().map(Box::new);
        }
        Overlay::Status(menu) => status::say_again(model, menu),
        Overlay::Confirm(confirm) => return ask_again(model, confirm),
        _ => {}
    }
    model.overlay = Some(overlay);
}

/// The language changed: the same is asked in it.
fn ask_again(model: &mut Model, confirm: &Confirm) {
    let order = |id: &OrderId| model.orders.list.find(&LiveKey::Order(id.clone()));
    let about = match &confirm.question {
        Question::DiscardDraft(_) => {
            model.slot().map(|slot| model.texts.count("count.items", slot.draft().lines.len()))
        }
        Question::TakeOver { .. } | Question::Leave => None,
        Question::LeaveUnsent => Some(model.texts.count("count.waiting", model.outbox.waiting)),
        Question::SendParts(of) => Some(bill::parts_about(model, of)),
        Question::LetPass(_) => return waiver::ask(model),
        Question::Readdress { orders: held, .. } => {
            let selected = model.orders.row().and_then(|row| row.order_id.as_ref());
            if selected.is_some_and(|id| held.contains(id)) {
                return orders::decide::ask(model, Decision::Resend);
            }
            None
        }
        Question::Resend(id) | Question::Arrived(id) | Question::Correct(id) => {
            order(id).map(|row| wording::orders::about(model, row))
        }
        Question::Cancel { order_id, .. }
        | Question::DropStatus { order_id, .. }
        | Question::ReaddressStatus { order_id, .. } => order(order_id).map(|row| wording::orders::about(model, row)),
    };
    ask(model, confirm.question.clone(), about.unwrap_or_else(|| confirm.about.clone()));
}
