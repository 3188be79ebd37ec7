//! How fast the outbox may go: outages, refused keys, throttling, and waits of single entries. PURE: a state machine on
//! the monotonic clock; starts no timer.

use std::{collections::BTreeMap, time::Duration};

use super::{
    event::Halt,
    outbox::{Next, Policy, Signal, backoff},
};
use crate::domain::text::Clean;

/// This many attempts in a row of which nobody knows what became of them are taken for an outage: one broken answer is the
/// trouble of one order, a row of them would make every waiting order a question for a person.
const DOUBTS_ALLOWED: u32 = 2;

/// What the last attempts taught. Starts empty with the program: nothing of it needs to survive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pace {
    outage: Option<Wait>,
    doubts: u32,
    /// Too many doubts in a row. What another call brings back is no answer to the ones that got none.
    doubted: Option<Wait>,
    key: Option<Duration>,
    refusals: u32,
    throttled: Option<Duration>,
    journal: Option<(Wait, Clean)>,
    entries: BTreeMap<i64, Wait>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wait {
    failures: u32,
    until: Duration,
}

impl Wait {
    /// The wait after one failure more.
    fn longer(before: Option<Self>, policy: &Policy, random: u32, now: Duration) -> Self {
        let failures = before.map_or(0, |wait| wait.failures).saturating_add(1);
        Self { failures, until: now.saturating_add(backoff(failures, random, policy)) }
    }
}

impl Pace {
    /// Takes in what an attempt says about the next ones. `random` is uniform over all of `u32`.
    pub fn note(&mut self, seq: i64, signal: Signal, policy: &Policy, random: u32, now: Duration) {
        self.journal = None;
        match signal {
            Signal::Answered => {
                self.entries.remove(&seq);
                self.answered();
            }
            Signal::Doubt => {
                self.entries.remove(&seq);
                self.doubt(policy, random, now);
            }
            Signal::RetryEntry => {
                self.put_off(seq, policy, random, now);
                self.doubt(policy, random, now);
            }
            Signal::Outage => self.outage = Some(Wait::longer(self.outage, policy, random, now)),
            Signal::KeyRefused => {
                self.settled();
                self.refusals = self.refusals.saturating_add(1);
                let doublings = (self.refusals - 1).min(16);
                let wait = policy.key_probe.saturating_mul(1 << doublings).min(policy.key_probe_cap);
                self.key = Some(now.saturating_add(wait));
            }
            Signal::Throttled(wait) => {
                self.settled();
                self.throttled = Some(now.saturating_add(wait));
            }
        }
    }

    /// OktoPOS answered another call. Ends an outage, and no doubts: it may answer that call and no order. Ends a refusal of
    /// the key if that call shows that the key is right again: it was refused before itself, or the refusal is the first one.
    pub fn connected(&mut self, key_was_refused: bool) {
        self.outage = None;
        if key_was_refused || self.refusals <= 1 {
            self.key = None;
        }
    }

    /// A person asked to try now. What OktoPOS asked to wait for is still waited for.
    pub fn told(&mut self) {
        self.settled();
        self.key = None;
        self.journal = None;
        self.entries.clear();
    }

    /// The journal could not record. Nothing is sent that is not recorded before. Returns until when to wait.
    pub fn journal_failed(&mut self, reason: Clean, policy: &Policy, random: u32, now: Duration) -> Duration {
        let wait = Wait::longer(self.journal.take().map(|(wait, _)| wait), policy, random, now);
        self.journal = Some((wait, reason));
        wait.until
    }

    /// Until when the journal is left alone, if it failed.
    pub fn journal_until(&self) -> Option<Duration> {
        self.journal.as_ref().map(|(wait, _)| wait.until)
    }

    /// The entry alone waits; nothing was sent, so nothing is learnt about the others.
    pub fn put_off(&mut self, seq: i64, policy: &Policy, random: u32, now: Duration) {
        let wait = Wait::longer(self.entries.get(&seq).copied(), policy, random, now);
        self.entries.insert(seq, wait);
    }

    /// The journal works again.
    pub fn journal_works(&mut self) {
        self.journal = None;
    }

    /// Until when this entry alone waits.
    pub fn entry_until(&self, seq: i64) -> Option<Duration> {
        self.entries.get(&seq).map(|wait| wait.until)
    }

    /// Why the outbox as a whole stands still at this instant, if it does. An outage is no halt: it is the connection.
    pub fn halt(&self, now: Duration) -> Option<Halt> {
        match (&self.journal, self.blocked(now)) {
            (Some((_, reason)), _) => Some(Halt::Journal { reason: reason.clone() }),
            (None, Some(Next::Halted { halt, .. })) => Some(halt),
            (None, _) => None,
        }
    }

    /// What is done instead of sending, if nothing may be sent now.
    pub fn blocked(&self, now: Duration) -> Option<Next> {
        if let Some((wait, reason)) = self.journal.as_ref().filter(|(wait, _)| wait.until > now) {
            return Some(Next::Halted { halt: Halt::Journal { reason: reason.clone() }, until: wait.until });
        }
        if let Some(until) = self.key.filter(|until| *until > now) {
            return Some(Next::Halted { halt: Halt::KeyRefused, until });
        }
        if let Some(until) = self.throttled.filter(|until| *until > now) {
            return Some(Next::Halted { halt: Halt::Throttled, until });
        }
        let until = [self.outage, self.doubted].into_iter().flatten().map(|wait| wait.until).max();
        until.filter(|until| *until > now).map(Next::WaitUntil)
    }

    /// Forgets waits of entries that are no longer in the outbox.
    pub fn keep_entries(&mut self, mut is_there: impl FnMut(i64) -> bool) {
        self.entries.retain(|seq, _| is_there(*seq));
    }

    fn answered(&mut self) {
        self.settled();
        self.key = None;
        self.refusals = 0;
        self.throttled = None;
    }

    /// An attempt came to something, whatever it was.
    fn settled(&mut self) {
        (self.outage, self.doubted, self.doubts) = (None, None, 0);
    }

    fn doubt(&mut self, policy: &Policy, random: u32, now: Duration) {
        self.doubts = self.doubts.saturating_add(1);
        if self.doubts > DOUBTS_ALLOWED {
            self.doubted = Some(Wait::longer(self.doubted, policy, random, now));
        }
    }
}
