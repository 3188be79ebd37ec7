//! What a person does with an order: confirms it, asks for a status, decides about what the desk cannot settle, forgets the
//! guest.

use super::{Action, Entry, Life, PersonDecision, Placing, Refusal, StatusAsk, Work, change::Change};
use crate::{
    chaos::{self, Bug},
    domain::{
        order::{delivery::Delivery, history::EventKind},
        value::ids::InternalId,
    },
};

/// Only what OktoPOS does not have is placed again: what was refused or taken back, unless it was seen there. And only by
/// whoever saw it as it is: a desk that still shows it as it was before another desk confirmed it is told first.
pub(super) fn place_again(change: &mut Change, placing: &Placing) -> Result<(), Refusal> {
    let life = &change.life;
    let is_seen = placing.corrects == Some(life.revision()) || chaos::planted(Bug::UnseenPlacedOver);
    if !life.is_free() || !is_seen {
        return Err(life.refuse(Action::PlaceAgain));
    }
    if life.stray.is_some() && !chaos::planted(Bug::StrayPlacedAgain) {
        return Err(Life::refuse_stray(Action::PlaceAgain));
    }
    queue(change, EventKind::Corrected, placing);
    Ok(())
}

/// What was unclear once stays so under the same `orderId`, and attempts are counted on.
pub(super) fn queue(change: &mut Change, kind: EventKind, placing: &Placing) {
    let Placing { first_status, base_url, notes, corrects: _ } = placing;
    let life = &mut change.life;
    life.delivery = Delivery::Queued;
    life.stray = None;
    life.status = None;
    life.status_problem = None;
    life.not_taken = 0;
    life.tried = None;
    life.first_status.clone_from(first_status);
    life.base_url.clone_from(base_url);
    change.joins = Some(Work::Create);
    change.note(kind, "");
    change.events.extend(notes.iter().cloned());
}

/// A status is asked for of what OktoPOS has or is about to get.
pub(super) fn ask_status(change: &mut Change, ask: StatusAsk<'_>) -> Result<(), Refusal> {
    let StatusAsk { status, reason, not_before } = ask;
    match change.life.delivery {
        Delivery::Queued | Delivery::Sending | Delivery::Accepted { .. } => {}
        Delivery::Rejected { .. } | Delivery::Unknown { .. } | Delivery::Cancelled => {
            return Err(change.life.refuse(Action::ChangeStatus));
        }
    }
    change.life.status_problem = None;
    change.joins = Some(Work::SetStatus { status: status.to_owned(), reason: reason.map(str::to_owned), not_before });
    change.note_said(EventKind::StatusRequested, status, reason.unwrap_or_default());
    Ok(())
}

pub(super) fn decide(change: &mut Change, decision: &PersonDecision) -> Result<(), Refusal> {
    match decision {
        PersonDecision::Resend => resend(change),
        PersonDecision::Settle { internal_id } => mark_arrived(change, *internal_id),
        PersonDecision::Cancel => {
            let is_open = matches!(change.life.delivery, Delivery::Queued | Delivery::Rejected { .. });
            if !is_open || change.life.stray.is_some() {
                return Err(change.life.refuse(Action::Cancel));
            }
            cancel(change);
            Ok(())
        }
        PersonDecision::Reopen { draft } => {
            let is_seen = draft.draft.corrects == Some(change.life.revision());
            if change.life.delivery != Delivery::Queued || !is_seen {
                return Err(change.life.refuse(Action::TakeBack));
            }
            cancel(change);
            change.draft = Some(draft.clone());
            Ok(())
        }
        PersonDecision::DropStatus => drop_status(change),
        PersonDecision::WithdrawStatus { status } => withdraw_status(change, status),
        PersonDecision::Readdress { base_url, internal_id } => readdress(change, base_url, *internal_id),
    }
}

/// The same body goes to where it was last bound.
fn resend(change: &mut Change) -> Result<(), Refusal> {
    if !matches!(change.life.delivery, Delivery::Unknown { .. }) {
        return Err(change.life.refuse(Action::SendAgain));
    }
    change.life.delivery = Delivery::Queued;
    change.life.not_taken = 0;
    change.joins = Some(Work::Create);
    change.note(EventKind::Resent, "");
    Ok(())
}

fn mark_arrived(change: &mut Change, given: Option<InternalId>) -> Result<(), Refusal> {
    let life = &mut change.life;
    match (&life.delivery, life.stray, given) {
        (Delivery::Unknown { .. }, ..) => change.accept(given, None),
        // What was seen in OktoPOS of it is known already.
        (Delivery::Rejected { .. } | Delivery::Cancelled, Some(stray), _) => {
            let status = life.status.take();
            change.accept(given.or(stray.internal_id), status);
        }
        // Accepted without an id its status cannot be changed; a person may look the id up and give it.
        (Delivery::Accepted { internal_id: None }, _, Some(_)) => {
            life.delivery = Delivery::Accepted { internal_id: given };
        }
        (
            Delivery::Queued
            | Delivery::Sending
            | Delivery::Accepted { .. }
            | Delivery::Rejected { .. }
            | Delivery::Cancelled,
            ..,
        ) => return Err(life.refuse(Action::MarkArrived)),
    }
    change.note(EventKind::Settled, given.map_or_else(String::new, |id| id.to_string()));
    Ok(())
}

fn cancel(change: &mut Change) {
    change.life.delivery = Delivery::Cancelled;
    change.life.tried = None;
    change.life.waiting.clear();
    change.note(EventKind::Cancelled, "");
}

/// Changes that wait are given up, and one that was refused is taken note of. What is under way stays.
fn drop_status(change: &mut Change) -> Result<(), Refusal> {
    let is_droppable = |entry: &Entry| !entry.is_sending && entry.work != Work::Create;
    let life = &mut change.life;
    let dropped: Vec<_> = life.waiting.iter().filter(|entry| is_droppable(entry)).filter_map(Entry::status).collect();
    let any = !dropped.is_empty() || life.status_problem.is_some();
    if !matches!(life.delivery, Delivery::Accepted { .. }) || !any {
        return Err(life.refuse(Action::DropStatus));
    }
    let detail = dropped.join(", ");
    life.waiting.retain(|entry| !is_droppable(entry));
    life.status_problem = None;
    change.note(EventKind::StatusDropped, detail);
    Ok(())
}

/// The last change to a status is taken back. Once somebody tried to send it, OktoPOS may have set it.
fn withdraw_status(change: &mut Change, status: &str) -> Result<(), Refusal> {
    let is_it = |entry: &&Entry| entry.status() == Some(status) && entry.attempts == 0 && !entry.is_sending;
    let last = change.life.waiting.iter().rfind(is_it).map(|entry| entry.seq);
    let Some(seq) = last else { return Err(change.life.refuse(Action::DropStatus)) };
    change.remove(seq);
    change.note(EventKind::StatusDropped, status);
    Ok(())
}

/// `seen`: OktoPOS's id of the order as the person saw it. One that arrived meanwhile has an id that means another order at
/// the other address, about which nobody was asked.
fn readdress(change: &mut Change, base_url: &str, seen: Option<InternalId>) -> Result<(), Refusal> {
    let life = &mut change.life;
    let is_open = matches!(life.delivery, Delivery::Queued | Delivery::Accepted { .. });
    if !is_open || life.waiting.is_empty() || seen != life.delivery.internal_id() {
        return Err(life.refuse(Action::Readdress));
    }
    for entry in &mut life.waiting {
        base_url.clone_into(&mut entry.base_url);
    }
    base_url.clone_into(&mut life.base_url);
    change.note(EventKind::Readdressed, base_url);
    Ok(())
}

/// What an open order needs is never taken from it. What a server said of the guest goes with the guest.
pub(super) fn forget_guest(change: &mut Change, over: Option<&[String]>) -> Result<(), Refusal> {
    if !change.life.is_over(over) {
        return Err(change.life.refuse(Action::ForgetGuest));
    }
    change.life.status_problem = None;
    change.note(EventKind::Forgotten, "");
    Ok(())
}
