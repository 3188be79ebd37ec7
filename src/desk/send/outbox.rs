//! What is sent next, and what becomes of an attempt. PURE: decides; never sends, records or waits.

use std::{collections::HashSet, time::Duration};

use jiff::{SignedDuration, Timestamp};

pub use super::policy::{Policy, RepeatedOrderId};
use super::{endpoint::Endpoint, pace::Pace};
use crate::{
    chaos::{self, Bug},
    desk::event::{Halt, Held},
    domain::{
        order::delivery::Delivery,
        value::{ids::InternalId, reason::Reason, text::Clean},
    },
    ports::{
        PosError,
        journal::{Address, OutboxEntry, PersonDecision, Settled, Task},
    },
};

/// OktoPOS refuses orders that are due sooner than this.
const TOO_NEAR: SignedDuration = SignedDuration::from_mins(2);

/// A status is held for no longer: what is further away was written before the clock was set back.
const LONGEST_HOLD: SignedDuration = SignedDuration::from_mins(1);

/// A good answer to one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The order was created.
    Created(InternalId),
    /// The status was set.
    StatusSet,
}

/// What one attempt came to.
pub type Outcome = Result<Answer, PosError>;

/// What to record of an attempt, and what it says about those after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What is recorded.
    pub settled: Settled,
    /// What is recorded right after it.
    pub then: Option<PersonDecision>,
    /// What it says about the next attempts.
    pub signal: Signal,
}

/// What an attempt says about the next ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// OktoPOS is there: go on.
    Answered,
    /// Nobody knows about this one, which has left the outbox; the others go on unless it happens again and again.
    Doubt,
    /// Only this entry waits before it is tried again; the others go on as after `Doubt`.
    RetryEntry,
    /// Only this entry waits, longer each time, before it is tried again; the others go on as after `Doubt`.
    RetrySlowly,
    /// No connection: everything waits.
    Outage,
    /// The key is refused: everything stops.
    KeyRefused,
    /// OktoPOS asked to wait this long.
    Throttled(Duration),
}

/// Decides what becomes of an attempt. `may_be_there`: whether an earlier one for this very order may have arrived.
pub fn plan(entry: &OutboxEntry, may_be_there: bool, outcome: &Outcome, policy: &Policy) -> Decision {
    match outcome {
        Ok(answer) => plan_answer(entry, *answer, policy),
        Err(PosError::NotSent { reason }) => requeued(reason.to_string(), Signal::Outage),
        Err(PosError::KeyRefused { reason, is_proven, .. }) => {
            not_taken(key_refused(reason), *is_proven, Signal::KeyRefused)
        }
        Err(PosError::Throttled { after, is_proven }) => {
            let signal = Signal::Throttled(policy.throttled_for(*after));
            not_taken(Reason::Throttled.sentence().into(), *is_proven, signal)
        }
        Err(PosError::Rejected { code, reason }) => plan_rejection(entry, may_be_there, *code, reason, policy),
        Err(PosError::Unavailable { reason, at }) => plan_unavailable(entry, reason, *at, policy),
        Err(PosError::Unknown { reason }) => plan_unknown(entry, reason.to_string(), policy),
    }
}

fn plan_answer(entry: &OutboxEntry, answer: Answer, policy: &Policy) -> Decision {
    let settled = match (&entry.task, answer) {
        (Task::Create, Answer::Created(internal_id)) => Settled::Accepted { internal_id },
        (Task::SetStatus { .. }, Answer::StatusSet) => Settled::StatusSet,
        (Task::Create, Answer::StatusSet) | (Task::SetStatus { .. }, Answer::Created(_)) => {
            return plan_unknown(entry, Reason::OtherCall.sentence().into(), policy);
        }
    };
    Decision { settled, then: None, signal: Signal::Answered }
}

/// A conflict over an `orderId` that may have arrived before means that it did. If no attempt before can have arrived it
/// means that somebody else used our `orderId`: that is a refusal, and a person has to look.
fn plan_rejection(entry: &OutboxEntry, may_be_there: bool, code: u16, reason: &Clean, policy: &Policy) -> Decision {
    let is_create = entry.task == Task::Create;
    if is_create && code == 409 && may_be_there && policy.repeated.is_safe_to_repeat() {
        return Decision {
            settled: Settled::Unknown { reason: reason.to_string() },
            then: Some(PersonDecision::Settle { internal_id: None }),
            signal: Signal::Answered,
        };
    }
    Decision { settled: Settled::Rejected { reason: reason.to_string() }, then: None, signal: Signal::Answered }
}

/// Setting a status is absolute, so doing it twice does no harm; creating an order twice does.
fn plan_unknown(entry: &OutboxEntry, reason: String, policy: &Policy) -> Decision {
    match entry.task {
        _ if chaos::planted(Bug::RetryAfterUnknown) => requeued(reason, Signal::RetryEntry),
        Task::Create if !policy.repeated.is_safe_to_repeat() => {
            Decision { settled: Settled::Unknown { reason }, then: None, signal: Signal::Doubt }
        }
        Task::Create => Decision { settled: Settled::Again { reason }, then: None, signal: Signal::RetryEntry },
        Task::SetStatus { .. } => {
            Decision { settled: Settled::Again { reason }, then: None, signal: Signal::RetryEntry }
        }
    }
}

/// An order whose time is too near is refused with the same answer that says that OktoPOS is busy: its own clock tells the two
/// apart. A status can be set again in any case.
fn plan_unavailable(entry: &OutboxEntry, reason: &Clean, at: Option<Timestamp>, policy: &Policy) -> Decision {
    let retry = |settled| Decision { settled, then: None, signal: Signal::RetrySlowly };
    let reason = reason.to_string();
    if matches!(entry.task, Task::SetStatus { .. }) {
        return retry(Settled::Again { reason });
    }
    let too_near = at.and_then(|at| at.checked_add(TOO_NEAR).ok());
    if entry.due_at.zip(too_near).is_some_and(|(due_at, too_near)| due_at < too_near) {
        return Decision { settled: Settled::Rejected { reason }, then: None, signal: Signal::Answered };
    }
    if policy.retry_503 || chaos::planted(Bug::BusyIsSentAgain) {
        return retry(Settled::Requeued { reason });
    }
    plan_unknown(entry, reason, policy)
}

/// Anything on the way may say that nothing was taken; only OktoPOS's own word is believed for good.
fn not_taken(reason: String, is_proven: bool, signal: Signal) -> Decision {
    if is_proven {
        return requeued(reason, signal);
    }
    Decision { settled: Settled::NotTaken { reason }, then: None, signal }
}

fn requeued(reason: String, signal: Signal) -> Decision {
    Decision { settled: Settled::Requeued { reason }, then: None, signal }
}

/// That it was the key, and what the server said of it, if it said anything.
fn key_refused(reason: &str) -> String {
    let sentence = Reason::KeyRefused.sentence();
    if reason.is_empty() || reason == Reason::NoMessage.sentence() {
        return sentence.to_owned();
    }
    format!("{sentence}: {reason}")
}

/// Capped exponential backoff with full jitter: a wait between nothing and the bound of this failure.
///
/// `failures` counts from 1; `random` is uniform over all of `u32`.
pub fn backoff(failures: u32, random: u32, policy: &Policy) -> Duration {
    let doublings = failures.saturating_sub(1).min(31);
    let bound = policy.backoff_base.saturating_mul(1 << doublings).min(policy.backoff_cap);
    let millis = bound.as_millis().min(u128::from(u32::MAX));
    let share = millis * u128::from(random) / u128::from(u32::MAX);
    Duration::from_millis(u64::try_from(share).unwrap_or(u64::MAX))
}

/// The address, the wall clock and the monotonic clock that decisions are made by.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// `Pos::base_url`.
    pub base_url: &'a str,
    /// Wall clock: only due times are held against it.
    pub wall: Timestamp,
    /// Monotonic clock: every wait is measured by it.
    pub monotonic: Duration,
}

/// What the outbox does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send this entry.
    Send(i64),
    /// This entry can never be sent: settle it as refused.
    Refuse {
        /// Which entry.
        seq: i64,
        /// Why.
        reason: &'static str,
    },
    /// Nothing can be sent before this instant of the monotonic clock.
    WaitUntil(Duration),
    /// Something waits and everything stands still, until this instant at the latest.
    Halted {
        /// Why.
        halt: Halt,
        /// Instant of the monotonic clock at which it is tried again.
        until: Duration,
    },
    /// Nothing to send until something changes.
    Idle,
}

impl Now<'_> {
    /// What decides about what is held.
    pub fn address(&self) -> Address<'_> {
        Address { base_url: self.base_url, wall: self.wall }
    }
}

impl Next {
    /// Until when is waited, if it is waited for a time.
    pub(in crate::desk) fn until(&self) -> Option<Duration> {
        match self {
            Self::WaitUntil(until) | Self::Halted { until, .. } => Some(*until),
            Self::Send(_) | Self::Refuse { .. } | Self::Idle => None,
        }
    }
}

/// Picks what to do next. `entries` in sequence, as the journal lists them.
///
/// Of one order only the first entry is looked at, so a status change never overtakes its order or an earlier change. The
/// entry that creates the order counts as its first, wherever it stands: sent again it stands behind changes that wait.
///
/// While the key counts as refused one entry at a time tries it, and always the one that was refused least: an order that is
/// refused whatever the key is keeps the others waiting no longer.
pub fn next(entries: &[OutboxEntry], pace: &Pace, now: &Now<'_>) -> Next {
    let mut orders = HashSet::new();
    let mut wake: Option<Duration> = None;
    let mut blocked: Option<Next> = None;
    let mut trial: Option<(bool, u32, i64)> = None;
    for entry in entries {
        if entry.waits_for_its_order() || !orders.insert(&entry.order_id) {
            continue;
        }
        let readiness = readiness(entry, now);
        if readiness == Readiness::Waits {
            continue;
        }
        if let Some(until) = waits_until(entry, pace, now) {
            wake = wake.into_iter().chain([until]).min();
            continue;
        }
        if let Readiness::Never(reason) = readiness {
            return Next::Refuse { seq: entry.seq, reason };
        }
        if let Some(next) = pace.blocked(now.monotonic) {
            return next;
        }
        let endpoint = Endpoint::of(&entry.task);
        if let Some(next) = pace.blocked_at(endpoint, now.monotonic) {
            let until = next.until();
            wake = wake.into_iter().chain(until).min();
            blocked = blocked.or(Some(next));
            continue;
        }
        let Some(refusing) = pace.refusing_for(endpoint) else {
            return Next::Send(trial.map_or(entry.seq, |(_, _, seq)| seq));
        };
        // A status that is taken says nothing about orders; they come first.
        let is_other = refusing == Endpoint::Create && endpoint != Endpoint::Create;
        let rank = (is_other, pace.refusals(entry.seq), entry.seq);
        trial = Some(trial.map_or(rank, |best| best.min(rank)));
    }
    match (trial, blocked, wake) {
        (Some((_, _, seq)), ..) => Next::Send(seq),
        (None, Some(Next::Halted { halt, .. }), Some(until)) => Next::Halted { halt, until },
        (None, _, Some(until)) => Next::WaitUntil(until),
        (None, _, None) => Next::Idle,
    }
}

/// Until when an entry waits alone: after failures of its own, or because a person may still take it back.
pub(in crate::desk) fn waits_until(entry: &OutboxEntry, pace: &Pace, now: &Now<'_>) -> Option<Duration> {
    let left = entry.not_before.map(|at| at.duration_since(now.wall));
    let left = left.filter(|left| left.is_positive() && *left <= LONGEST_HOLD);
    let held = left.and_then(|left| Duration::try_from(left).ok()).map(|left| now.monotonic + left);
    pace.entry_until(entry.seq).into_iter().chain(held).max().filter(|until| *until > now.monotonic)
}

/// Whether an entry can be sent, apart from the pace of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Readiness {
    Ready,
    /// For its order, or for a person.
    Waits,
    Never(&'static str),
}

/// Why an entry waits for a person, although its order does not say so.
pub fn held(entry: &OutboxEntry, now: &Now<'_>) -> Option<Held> {
    if !entry.is_held(&now.address()) {
        return None;
    }
    Some(match entry.due_at.filter(|_| entry.base_url == now.base_url) {
        Some(due_at) => Held::DuePassed { due_at },
        None => Held::OtherAddress { base_url: Clean::new(&entry.base_url), now: Clean::new(now.base_url) },
    })
}

/// Whether an entry can be sent, or is to be refused, apart from the pace of the outbox.
pub(in crate::desk) fn is_sendable(entry: &OutboxEntry, now: &Now<'_>) -> bool {
    matches!(readiness(entry, now), Readiness::Ready | Readiness::Never(_))
}

fn readiness(entry: &OutboxEntry, now: &Now<'_>) -> Readiness {
    match entry.task {
        _ if entry.base_url != now.base_url || entry.is_held(&now.address()) => Readiness::Waits,
        // Only a queued order is sent: whatever else it is, it has been sent before.
        Task::Create if entry.delivery == Delivery::Queued => Readiness::Ready,
        Task::Create => Readiness::Waits,
        Task::SetStatus { .. } => status_readiness(entry),
    }
}

fn status_readiness(entry: &OutboxEntry) -> Readiness {
    match &entry.delivery {
        Delivery::Accepted { .. } if internal_id(entry).is_some() => Readiness::Ready,
        Delivery::Accepted { .. } => Readiness::Never("OktoPOS's id of this order is not known"),
        Delivery::Cancelled => Readiness::Never("the order was cancelled"),
        Delivery::Queued | Delivery::Sending | Delivery::Rejected { .. } | Delivery::Unknown { .. } => Readiness::Waits,
    }
}

/// OktoPOS's id of the entry's order, once known.
pub fn internal_id(entry: &OutboxEntry) -> Option<InternalId> {
    entry.internal_id.or_else(|| entry.delivery.internal_id())
}

/// What the outbox looks like after a decision, without asking the journal again.
pub(in crate::desk) fn fold(entries: &mut Vec<OutboxEntry>, sent: &OutboxEntry, decision: &Decision) {
    let is_create = sent.task == Task::Create;
    let delivery = match &decision.settled {
        // One that is not to be tried again has left the outbox, which the next attempt at it is told.
        Settled::Requeued { .. } | Settled::NotTaken { .. } | Settled::Again { .. } => {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.seq == sent.seq) {
                entry.attempts = sent.attempts.saturating_add(1);
            }
            return;
        }
        _ if decision.then.is_some() => Delivery::Accepted { internal_id: None },
        Settled::Accepted { internal_id } => Delivery::Accepted { internal_id: Some(*internal_id) },
        Settled::Rejected { reason } => Delivery::Rejected { reason: reason.clone() },
        Settled::Unknown { reason } => Delivery::Unknown { reason: reason.clone() },
        Settled::StatusSet => sent.delivery.clone(),
    };
    entries.retain(|entry| entry.seq != sent.seq);
    if is_create {
        for entry in entries.iter_mut().filter(|entry| entry.order_id == sent.order_id) {
            entry.internal_id = delivery.internal_id();
            entry.delivery = delivery.clone();
        }
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
