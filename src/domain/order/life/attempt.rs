//! Attempts to send: begun, answered, answered late, and ended with the program. Never a step back: what is known to have
//! arrived has arrived.

use super::{Action, Entry, Refusal, Sender, Settled, Standing, Work, change::Change};
use crate::{
    chaos::{self, Bug},
    domain::{
        order::{delivery::Delivery, history::EventKind},
        value::reason::Reason,
    },
};

/// How often one order is sent again after an answer that says "not taken" without a proof that it is OktoPOS's own.
pub const MAX_NOT_TAKEN: u32 = 3;

/// One program sends an entry at a time, and only to the address the entry is bound to.
pub(super) fn begin(change: &mut Change, seq: i64, base_url: &str, by: &Sender) -> Result<(), Refusal> {
    let refuse = |standing| Err(Refusal { standing, action: Action::Send });
    let last_fence = change.life.sender.fence;
    let Some(entry) = change.entry(seq) else { return refuse(Standing::Gone) };
    if entry.is_sending && !chaos::planted(Bug::SentTwiceAtOnce) {
        return refuse(Standing::BeingSent);
    }
    if entry.base_url != base_url && !chaos::planted(Bug::StaleAddress) {
        return refuse(Standing::BoundElsewhere);
    }
    if by.fence < last_fence {
        return refuse(Standing::TakenOver);
    }
    entry.is_sending = true;
    entry.attempts = entry.attempts.saturating_add(1);
    let detail = entry.status().map_or_else(|| entry.attempts.to_string(), str::to_owned);
    if entry.work == Work::Create {
        change.life.delivery = Delivery::Sending;
        change.life.attempts = change.life.attempts.saturating_add(1);
    }
    change.send_by(by);
    change.note(EventKind::Attempt, detail);
    Ok(())
}

/// What an answer comes to. `fence`: of the program whose attempt it was.
pub(super) fn settle(change: &mut Change, seq: i64, fence: u64, settled: &Settled) -> Result<(), Refusal> {
    let is_stale = fence < change.life.sender.fence;
    let found = change.life.waiting.iter().find(|entry| entry.seq == seq).cloned();
    match found {
        Some(entry) if is_stale => overtaken(change, &entry, settled),
        Some(entry) => match entry.work {
            Work::Create => settle_create(change, seq, settled),
            Work::SetStatus { status, .. } => settle_status(change, seq, &status, settled),
        },
        None => late(change, seq, settled),
    }
}

fn settle_create(change: &mut Change, seq: i64, settled: &Settled) -> Result<(), Refusal> {
    match settled {
        Settled::Requeued { reason } => {
            queue_again(change, seq, reason);
            change.note_said(EventKind::Requeued, "", reason);
        }
        Settled::NotTaken { reason } if change.life.not_taken >= MAX_NOT_TAKEN => {
            change.remove(seq);
            lose_sight(change, reason);
        }
        Settled::NotTaken { reason } => {
            change.life.not_taken += 1;
            queue_again(change, seq, reason);
            change.note_said(EventKind::Requeued, "", reason);
        }
        Settled::Again { reason } => {
            queue_again(change, seq, reason);
            change.life.may_have_arrived = true;
            change.note_said(EventKind::Again, "", reason);
        }
        Settled::Accepted { internal_id } => {
            change.accept(Some(*internal_id), None);
            change.note(EventKind::Accepted, internal_id.to_string());
        }
        Settled::Rejected { reason } => change.reject(reason),
        Settled::Unknown { reason } => {
            change.remove(seq);
            lose_sight(change, reason);
        }
        Settled::StatusSet => return Err(other_entry()),
    }
    Ok(())
}

/// Setting a status twice comes to the same, so one that may have been set is sent again.
fn settle_status(change: &mut Change, seq: i64, status: &str, settled: &Settled) -> Result<(), Refusal> {
    match settled {
        Settled::Requeued { reason } | Settled::NotTaken { reason } => {
            set_again(change, seq, reason);
            change.note_said(EventKind::Requeued, "", reason);
        }
        Settled::Again { reason } | Settled::Unknown { reason } => {
            set_again(change, seq, reason);
            change.note_said(EventKind::Again, "", reason);
        }
        Settled::StatusSet => {
            change.remove(seq);
            change.life.status = Some(status.to_owned());
            (change.life.status_problem, change.life.status_tried) = (None, None);
            change.note(EventKind::StatusSet, status);
        }
        Settled::Rejected { reason } => {
            change.remove(seq);
            change.life.status_problem = Some(format!("{status}: {reason}"));
            change.life.status_tried = None;
            change.note_said(EventKind::StatusRefused, status, reason);
        }
        Settled::Accepted { .. } => return Err(other_entry()),
    }
    Ok(())
}

/// The entry has left the outbox: the ready list, a person or another program's start settled it first. An answer that says
/// what became of an unknown order still counts.
fn late(change: &mut Change, seq: i64, settled: &Settled) -> Result<(), Refusal> {
    if change.life.create_seq != seq {
        return Err(Refusal { standing: Standing::Gone, action: Action::Settle });
    }
    match (&change.life.delivery, settled) {
        (Delivery::Accepted { internal_id: known }, Settled::Accepted { internal_id }) => {
            change.life.delivery = Delivery::Accepted { internal_id: known.or(Some(*internal_id)) };
            change.note(EventKind::Accepted, internal_id.to_string());
        }
        (Delivery::Unknown { .. }, Settled::Accepted { internal_id }) => {
            change.accept(Some(*internal_id), None);
            change.note(EventKind::Accepted, internal_id.to_string());
        }
        (Delivery::Unknown { .. }, Settled::Rejected { reason }) => change.reject(reason),
        (Delivery::Accepted { .. }, Settled::Rejected { reason }) if chaos::planted(Bug::LateAnswerTakesBack) => {
            change.reject(reason);
        }
        (Delivery::Accepted { .. } | Delivery::Unknown { .. }, settled) => return note_only(change, settled),
        (Delivery::Queued | Delivery::Sending | Delivery::Rejected { .. } | Delivery::Cancelled, _) => {
            return Err(change.life.refuse(Action::Settle));
        }
    }
    Ok(())
}

/// The entry has been taken over by another program meanwhile, whose own answer decides about it. Only that the order
/// arrived is true whoever sent it.
fn overtaken(change: &mut Change, entry: &Entry, settled: &Settled) -> Result<(), Refusal> {
    match (&entry.work, settled) {
        (Work::Create, Settled::Accepted { internal_id }) => {
            change.accept(Some(*internal_id), None);
            change.note(EventKind::Accepted, internal_id.to_string());
            Ok(())
        }
        (Work::Create, Settled::StatusSet) | (Work::SetStatus { .. }, Settled::Accepted { .. }) => Err(other_entry()),
        (_, settled) => note_only(change, settled),
    }
}

/// An answer that changes nothing any more: the history keeps it.
fn note_only(change: &mut Change, settled: &Settled) -> Result<(), Refusal> {
    let (kind, reason) = match settled {
        Settled::Requeued { reason } | Settled::NotTaken { reason } => (EventKind::Requeued, reason),
        Settled::Again { reason } => (EventKind::Again, reason),
        Settled::Rejected { reason } => (EventKind::Rejected, reason),
        Settled::Unknown { reason } => (EventKind::Unknown, reason),
        Settled::Accepted { internal_id } => {
            change.note(EventKind::Accepted, internal_id.to_string());
            return Ok(());
        }
        Settled::StatusSet => return Err(change.life.refuse(Action::Settle)),
    };
    change.note_said(kind, "", reason);
    Ok(())
}

/// Every attempt that was under way ended with its program. A create may have arrived; a status is sent again.
pub(super) fn interrupt(change: &mut Change) {
    let reason = Reason::ProgramEnded.sentence();
    let under_way: Vec<_> = change.life.waiting.iter().filter(|entry| entry.is_sending).cloned().collect();
    for entry in under_way {
        if entry.work == Work::Create && !chaos::planted(Bug::InterruptedIsSentAgain) {
            change.remove(entry.seq);
            lose_sight(change, reason);
            continue;
        }
        match entry.work {
            Work::Create => queue_again(change, entry.seq, reason),
            Work::SetStatus { .. } => set_again(change, entry.seq, reason),
        }
        change.note_said(EventKind::Again, "", reason);
    }
}

fn lose_sight(change: &mut Change, reason: &str) {
    change.life.delivery = Delivery::Unknown { reason: reason.to_owned() };
    change.life.may_have_arrived = true;
    change.life.tried = None;
    change.note_said(EventKind::Unknown, "", reason);
}

/// The create waits for its next attempt.
fn queue_again(change: &mut Change, seq: i64, reason: &str) {
    wait_again(change, seq);
    change.life.delivery = Delivery::Queued;
    change.life.tried = Some(reason.to_owned());
}

/// The status waits for its next attempt.
fn set_again(change: &mut Change, seq: i64, reason: &str) {
    wait_again(change, seq);
    change.life.status_tried = Some(reason.to_owned());
}

fn wait_again(change: &mut Change, seq: i64) {
    if let Some(entry) = change.entry(seq) {
        entry.is_sending = false;
    }
}

/// The answer belongs to another kind of entry.
fn other_entry() -> Refusal {
    Refusal { standing: Standing::Gone, action: Action::Settle }
}
