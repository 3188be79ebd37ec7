//! How fast the outbox may go: outages, refused keys, throttling, and waits of single entries. PURE: a state machine on
//! the monotonic clock; starts no timer.

use std::{collections::BTreeMap, time::Duration};

use super::{
    endpoint::Endpoint,
    outbox::{Next, Policy, Signal, backoff},
    pause::Pause,
    policy::DOUBTS_ALLOWED,
};
use crate::{
    chaos::{self, Bug},
    desk::event::Halt,
    domain::value::text::Clean,
};

/// What the last attempts taught. Starts empty with the program: nothing of it needs to survive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pace {
    outage: Option<Wait>,
    throttled: Option<Throttle>,
    journal: Option<(Wait, Clean)>,
    create: Answers,
    status: Answers,
    entries: BTreeMap<i64, Wait>,
    /// Entries that were sent and refused for the key.
    refused: BTreeMap<i64, Refused>,
}

/// The pause that OktoPOS asked for, and when it ends on the monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Throttle {
    pause: Pause,
    until: Duration,
}

/// What one of the two endpoints of the outbox taught. An answer of one of them says nothing about the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Answers {
    /// How many entries it took. Only compared.
    taken: u64,
    doubts: u32,
    /// Too many doubts in a row. What another call brings back is no answer to the ones that got none.
    doubted: Option<Wait>,
    /// The key is refused until an entry is taken.
    key: Option<KeyRefusal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct KeyRefusal {
    times: u32,
    until: Duration,
    /// Orders that were taken when the refusal began.
    orders_taken: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Refused {
    times: u32,
    /// Entries its endpoint had taken by then.
    taken: u64,
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

impl Answers {
    /// An attempt came to something, whatever it was.
    fn settled(&mut self) {
        (self.doubted, self.doubts) = (None, 0);
    }
}

impl Pace {
    /// Takes in what an attempt at an endpoint says about the next ones. `random` is uniform over all of `u32`.
    pub fn note(&mut self, seq: i64, endpoint: Endpoint, signal: Signal, policy: &Policy, random: u32, now: Duration) {
        self.journal = None;
        match signal {
            Signal::Answered => {
                self.entries.remove(&seq);
                self.refused.remove(&seq);
                self.outage = None;
                let answers = self.of_mut(endpoint);
                answers.settled();
                answers.taken = answers.taken.saturating_add(1);
                answers.key = None;
            }
            Signal::Doubt => {
                self.entries.remove(&seq);
                self.doubt(endpoint, policy, random, now);
            }
            Signal::RetryEntry => {
                self.put_off(seq, policy, random, now);
                self.doubt(endpoint, policy, random, now);
            }
            Signal::RetrySlowly => {
                let failures = self.entries.get(&seq).map_or(0, |wait| wait.failures).saturating_add(1);
                let until = now.saturating_add(key_wait(failures, policy));
                self.entries.insert(seq, Wait { failures, until });
                self.doubt(endpoint, policy, random, now);
            }
            Signal::Outage => self.outage = Some(Wait::longer(self.outage, policy, random, now)),
            Signal::KeyRefused => {
                self.outage = None;
                self.of_mut(endpoint).settled();
                self.key_refused(seq, endpoint, policy, now);
            }
            // How long is in the journal, which `paused` is told.
            Signal::Throttled(_) => {
                self.outage = None;
                self.of_mut(endpoint).settled();
            }
        }
    }

    /// What the journal keeps of a pause, and how much of it is left. The end of one that is known already stays where it is on
    /// the monotonic clock, wherever the wall clock is set.
    pub fn paused(&mut self, kept: Option<(Pause, Duration)>, now: Duration) {
        self.throttled = kept.map(|(pause, left)| match self.throttled.take() {
            Some(known) if known.pause == pause => known,
            _ => Throttle { pause, until: now.saturating_add(left) },
        });
    }

    /// The key was refused for this entry. If others were taken since it was refused before, it is the entry and not the key
    /// that is refused: then it waits alone.
    fn key_refused(&mut self, seq: i64, endpoint: Endpoint, policy: &Policy, now: Duration) {
        let taken = self.of(endpoint).taken;
        let before = self.refused.get(&seq).copied();
        let times = before.map_or(0, |refused| refused.times).saturating_add(1);
        self.refused.insert(seq, Refused { times, taken });
        if before.is_some_and(|refused| refused.taken < taken) {
            let until = now.saturating_add(key_wait(times, policy));
            self.entries.insert(seq, Wait { failures: times, until });
            return;
        }
        let orders_taken = self.create.taken;
        let key = &mut self.of_mut(endpoint).key;
        let times = key.map_or(0, |key| key.times).saturating_add(1);
        let orders_taken = key.map_or(orders_taken, |key| key.orders_taken);
        *key = Some(KeyRefusal { times, until: now.saturating_add(key_wait(times, policy)), orders_taken });
    }

    /// OktoPOS answered another call. Ends an outage, which all calls share, and no doubts and no refusal: it may answer that
    /// call and no order.
    pub fn connected(&mut self) {
        self.outage = None;
        if chaos::planted(Bug::PollClearsRefusal) {
            (self.create.key, self.status.key) = (None, None);
        }
    }

    /// The key is another one than before, or was refused for another call and is now accepted there: it is tried at once.
    /// Until an entry is taken it counts as refused.
    pub fn key_changed(&mut self) {
        for answers in [&mut self.create, &mut self.status] {
            if let Some(key) = &mut answers.key {
                (key.times, key.until) = (0, Duration::ZERO);
            }
        }
        let refused = &self.refused;
        self.entries.retain(|seq, _| !refused.contains_key(seq));
        self.refused.clear();
    }

    /// A person asked to try now.
    pub fn told(&mut self) {
        self.key_changed();
        (self.outage, self.throttled) = (None, None);
        self.create.settled();
        self.status.settled();
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

    /// Why the outbox as a whole stands still at this instant, if it does. An outage is no halt: it is the connection. A
    /// refused key is told until an entry is taken, also while one is tried.
    pub fn halt(&self, now: Duration) -> Option<Halt> {
        if let Some((_, reason)) = &self.journal {
            return Some(Halt::Journal { reason: reason.clone() });
        }
        let refused = self.refusing().map(|endpoint| Halt::KeyRefused { endpoint });
        refused.or_else(|| self.pausing(now).map(|(halt, _)| halt))
    }

    /// The pause that OktoPOS asked for, while it lasts, and when it ends.
    fn pausing(&self, now: Duration) -> Option<(Halt, Duration)> {
        let throttle = self.throttled.as_ref().filter(|throttle| throttle.until > now)?;
        Some((Halt::Throttled { until: throttle.pause.until }, throttle.until))
    }

    /// The endpoint of the outbox that refuses the key now.
    pub fn refusing(&self) -> Option<Endpoint> {
        [Endpoint::Create, Endpoint::Status].into_iter().find(|endpoint| self.of(*endpoint).key.is_some())
    }

    /// The endpoint whose refusal keeps entries for this one from being sent one after the other.
    pub fn refusing_for(&self, endpoint: Endpoint) -> Option<Endpoint> {
        let status = self.status_refusal(endpoint).map(|_| Endpoint::Status);
        self.create.key.map(|_| Endpoint::Create).or(status)
    }

    fn status_refusal(&self, endpoint: Endpoint) -> Option<KeyRefusal> {
        let applies = |key: &KeyRefusal| endpoint == Endpoint::Status || self.create.taken == key.orders_taken;
        self.status.key.filter(applies)
    }

    /// How often the entry was refused for the key: of those that can try it the one that was refused least is sent.
    pub fn refusals(&self, seq: i64) -> u32 {
        self.refused.get(&seq).map_or(0, |refused| refused.times)
    }

    /// What is done instead of sending, if nothing at all may be sent now.
    pub fn blocked(&self, now: Duration) -> Option<Next> {
        if let Some((wait, reason)) = self.journal.as_ref().filter(|(wait, _)| wait.until > now) {
            return Some(Next::Halted { halt: Halt::Journal { reason: reason.clone() }, until: wait.until });
        }
        if let Some(until) = self.create.key.map(|key| key.until).filter(|until| *until > now) {
            return Some(Next::Halted { halt: Halt::KeyRefused { endpoint: Endpoint::Create }, until });
        }
        if let Some((halt, until)) = self.pausing(now) {
            return Some(Next::Halted { halt, until });
        }
        self.outage.map(|wait| wait.until).filter(|until| *until > now).map(Next::WaitUntil)
    }

    /// The same for what goes to this endpoint. A key that is refused for a status stops everything, too, until an order was
    /// taken with it.
    pub fn blocked_at(&self, endpoint: Endpoint, now: Duration) -> Option<Next> {
        let key = self.status_refusal(endpoint).map(|key| key.until).filter(|until| *until > now);
        if let Some(until) = key {
            return Some(Next::Halted { halt: Halt::KeyRefused { endpoint: Endpoint::Status }, until });
        }
        let doubted = self.of(endpoint).doubted.map(|wait| wait.until);
        doubted.filter(|until| *until > now).map(Next::WaitUntil)
    }

    /// Forgets waits of entries that are no longer in the outbox.
    pub fn keep_entries(&mut self, mut is_there: impl FnMut(i64) -> bool) {
        self.entries.retain(|seq, _| is_there(*seq));
        self.refused.retain(|seq, _| is_there(*seq));
    }

    fn of(&self, endpoint: Endpoint) -> &Answers {
        if endpoint == Endpoint::Status { &self.status } else { &self.create }
    }

    fn of_mut(&mut self, endpoint: Endpoint) -> &mut Answers {
        if endpoint == Endpoint::Status { &mut self.status } else { &mut self.create }
    }

    fn doubt(&mut self, endpoint: Endpoint, policy: &Policy, random: u32, now: Duration) {
        let answers = self.of_mut(endpoint);
        answers.doubts = answers.doubts.saturating_add(1);
        if answers.doubts > DOUBTS_ALLOWED {
            answers.doubted = Some(Wait::longer(answers.doubted, policy, random, now));
        }
    }
}

/// How long a refused key, or an entry that OktoPOS is too busy for, is left alone.
fn key_wait(times: u32, policy: &Policy) -> Duration {
    let doublings = times.saturating_sub(1).min(16);
    policy.key_probe.saturating_mul(1 << doublings).min(policy.key_probe_cap)
}
