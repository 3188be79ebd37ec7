//! What the sender and the poll write into the log: ids and codes. Never what a server said and never whom it concerns.

use super::send::outbox::{Answer, Decision, Outcome};
use crate::{
    domain::value::{ids::OrderId, text::Clean},
    ports::{
        PosError,
        journal::{OutboxEntry, Settled, Task},
        pos::Renewed,
    },
};

/// Longest id that is written, in characters: one from a file may be of any length.
const MAX_ID: usize = 64;

/// An attempt is marked in the journal and begins now.
pub(super) fn attempt(entry: &OutboxEntry) {
    let attempt = entry.attempts.saturating_add(1);
    tracing::info!(order = id(&entry.order_id), seq = entry.seq, task = task(&entry.task), attempt, "attempt");
}

/// What an attempt came to, and what becomes of it.
pub(super) fn outcome(entry: &OutboxEntry, outcome: &Outcome, decision: &Decision) {
    let internal_id = match outcome {
        Ok(Answer::Created(id)) => Some(id.0),
        _ => None,
    };
    let (word, code) = match outcome {
        Ok(Answer::Created(_)) => ("created", None),
        Ok(Answer::StatusSet) => ("status-set", None),
        Err(error) => failure(error),
    };
    let settled = match decision.settled {
        Settled::Requeued { .. } | Settled::NotTaken { .. } | Settled::Again { .. } => "queued",
        Settled::Accepted { .. } => "accepted",
        Settled::StatusSet => "status-set",
        Settled::Rejected { .. } => "rejected",
        Settled::Unknown { .. } => "unknown",
    };
    let (order, seq, task) = (id(&entry.order_id), entry.seq, task(&entry.task));
    tracing::info!(order, seq, task, outcome = word, code, internal_id, settled, "outcome");
}

/// The ready list was read, or was not.
pub(super) fn ready<T>(answer: &Result<Vec<T>, PosError>) {
    match answer {
        Ok(orders) => tracing::debug!(orders = orders.len(), "ready list"),
        Err(error) => {
            let (outcome, code) = failure(error);
            tracing::debug!(outcome, code, "ready list");
        }
    }
}

/// The settings of the calls were changed while OktoPOS refused something.
pub(super) fn renewed(renewed: &Renewed) {
    match renewed {
        Renewed::Same => {}
        Renewed::Changed => tracing::info!("settings renewed"),
        Renewed::Unusable { .. } => tracing::warn!("settings unusable"),
        Renewed::OtherAddress { .. } => tracing::warn!("another address"),
    }
}

fn failure(error: &PosError) -> (&'static str, Option<u16>) {
    match error {
        PosError::NotSent { .. } => ("not-sent", None),
        PosError::Rejected { code, .. } => ("rejected", Some(*code)),
        PosError::KeyRefused { code, .. } => ("key-refused", Some(*code)),
        PosError::Throttled { .. } => ("throttled", None),
        PosError::Unavailable { .. } => ("unavailable", Some(503)),
        PosError::Unknown { .. } => ("unknown", None),
    }
}

fn task(task: &Task) -> &'static str {
    match task {
        Task::Create => "create",
        Task::SetStatus { .. } => "status",
    }
}

/// Cleaned as well: somebody reads the log in a terminal.
fn id(id: &OrderId) -> String {
    Clean::bounded(id.as_str(), MAX_ID).into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_or_hostile_id_is_cut_and_cleaned() {
        assert_eq!(id(&OrderId("ä".repeat(100))), "ä".repeat(MAX_ID - 1) + "…");
        assert_eq!(id(&OrderId("short".into())), "short");
        assert_eq!(id(&OrderId("a\u{9b}2J\u{202e}b".into())), "a\u{fffd}2J\u{fffd}b");
    }
}
