//! What the desk's use cases, the sender and the poll tell each other inside one program. Small values and wake-ups only.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

use super::{
    event::{Connection, Halt},
    send::endpoint::{Endpoint, Heard},
};
use crate::{domain::value::ids::OrderId, ports::PosError};

/// More changed orders than this are read as one list instead of one by one.
const MANY: usize = 200;

/// A wall clock that steps back further than this is believed at once; less is bridged.
const STEP: SignedDuration = SignedDuration::from_mins(2);

/// Wake-ups and news between the parts. One of each part listens.
#[derive(Debug)]
pub(super) struct Link {
    /// The sender has something to look at.
    pub work: Notify,
    /// Rows or numbers are to be published.
    pub changed: Notify,
    /// The ready list is wanted now.
    pub poll: Notify,
    /// A person wants it now, also during a pause.
    pub poll_told: Notify,
    /// It may tell of an order nobody knows about: to be read as soon as OktoPOS allows.
    pub doubt: Notify,
    /// The journal was looked at, after a poll or because one is slow.
    pub looked: Notify,
    /// What this program's worker is doing, with a count of everything it published.
    pub status: watch::Sender<Status>,
    /// Orders whose status was set since the ready list was asked for: what it says of their status is older. Held while
    /// either is recorded, so that neither comes between the other's looking and writing.
    pub set_meanwhile: tokio::sync::Mutex<BTreeSet<OrderId>>,
    news: Mutex<News>,
    heard: Mutex<Heard>,
    stamp: Mutex<Timestamp>,
}

/// What this program's worker is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// Goes up with everything that is published.
    pub ticks: u64,
    /// Since when this program is the sender, if it is.
    pub sender_since: Option<Timestamp>,
    /// Why the outbox stands still.
    pub halt: Option<Halt>,
}

/// What the sender has not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// The outbox may have changed.
    pub changed: bool,
    /// The ready list was read.
    pub connected: bool,
    /// The key is another one, or is accepted where it was refused the time before.
    pub key_changed: bool,
    /// A person asked to try now.
    pub told: bool,
}

#[derive(Debug, Default)]
struct News {
    hints: Hints,
    orders: BTreeSet<OrderId>,
    many: bool,
}

/// Which orders changed and are not published yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// These.
    Orders(Vec<OrderId>),
    /// Too many to name.
    Many,
}

impl Link {
    pub fn new() -> Self {
        Self {
            work: Notify::new(),
            changed: Notify::new(),
            poll: Notify::new(),
            poll_told: Notify::new(),
            doubt: Notify::new(),
            looked: Notify::new(),
            status: watch::Sender::new(Status::default()),
            set_meanwhile: tokio::sync::Mutex::default(),
            news: Mutex::default(),
            heard: Mutex::default(),
            stamp: Mutex::new(Timestamp::MIN),
        }
    }

    /// An order was changed by a person: publish it, and let the sender look at the outbox.
    pub fn order_changed(&self, id: &OrderId) {
        self.note_orders(std::slice::from_ref(id));
        self.hint(|hints| hints.changed = true);
    }

    /// Orders are to be published.
    pub fn note_orders(&self, ids: &[OrderId]) {
        self.keep_orders(ids);
        self.changed.notify_one();
    }

    /// Orders are to be published with the next ones: one that cannot be read must not be tried for again and again.
    pub fn keep_orders(&self, ids: &[OrderId]) {
        let mut news = lock(&self.news);
        news.orders.extend(ids.iter().cloned());
        if news.orders.len() > MANY {
            news.orders.clear();
            news.many = true;
        }
    }

    /// Takes what is to be published.
    pub fn take_orders(&self) -> Changed {
        let mut news = lock(&self.news);
        let orders = std::mem::take(&mut news.orders);
        if std::mem::take(&mut news.many) { Changed::Many } else { Changed::Orders(orders.into_iter().collect()) }
    }

    /// Tells the sender something and wakes it.
    pub fn hint(&self, tell: impl FnOnce(&mut Hints)) {
        tell(&mut lock(&self.news).hints);
        self.work.notify_one();
    }

    /// A person asked to try now. A pause that is shown has ended: who waits must not take it for one that goes on.
    pub fn told(&self) {
        self.hint(|hints| hints.told = true);
        self.status.send_if_modified(|status| status.halt.take_if(|halt| is_pause(halt)).is_some());
    }

    /// Whether a person asked to try now and the sender has not looked at it yet.
    pub fn is_told(&self) -> bool {
        lock(&self.news).hints.told
    }

    /// Shows why the outbox stands still, if it does; whether that is new. A pause that was looked at before a person ended it
    /// is not shown any more.
    pub fn show_halt(&self, halt: Option<Halt>) -> bool {
        self.status.send_if_modified(|status| {
            let halt = halt.filter(|halt| !(is_pause(halt) && self.is_told()));
            let is_new = status.halt != halt;
            status.halt = halt;
            is_new
        })
    }

    /// Takes what the sender was told.
    pub fn take_hints(&self) -> Hints {
        std::mem::take(&mut lock(&self.news).hints)
    }

    /// The instant to record a change with: the wall clock, but later than the one before unless the clock was set back
    /// by more than a small step. So the younger of two rows of one order can be told by its `changed_at`.
    pub fn stamp(&self, now: Timestamp) -> Timestamp {
        let mut last = lock(&self.stamp);
        let next = last.checked_add(SignedDuration::from_millis(1)).unwrap_or(now);
        *last = if now >= next || last.duration_since(now) > STEP { now } else { next };
        *last
    }

    /// Takes in what a call came to.
    pub fn hear(&self, endpoint: Endpoint, answer: Result<(), &PosError>) {
        lock(&self.heard).note(endpoint, answer);
    }

    /// The same of a call that neither the sender nor the poll made: it is published as soon as possible.
    pub fn hear_beside(&self, endpoint: Endpoint, answer: Result<(), &PosError>) {
        self.hear(endpoint, answer);
        self.changed.notify_one();
    }

    /// Whether an endpoint refuses something that other settings may mend, see `Heard::is_refused`.
    pub fn is_refused(&self) -> bool {
        lock(&self.heard).is_refused()
    }

    /// The calls are made with another key: the sender tries it at once.
    pub fn key_changed(&self) {
        lock(&self.heard).key_changed();
        self.hint(|hints| hints.key_changed = true);
        self.changed.notify_one();
    }

    /// The worst of what the endpoints last said, see `Heard::connection`.
    pub fn connection(&self, before: &Connection, now: Timestamp) -> Connection {
        lock(&self.heard).connection(before, now)
    }

    /// Counts something published, so that who waits looks again.
    pub fn tick(&self) {
        self.status.send_modify(|status| status.ticks = status.ticks.wrapping_add(1));
    }
}

fn is_pause(halt: &Halt) -> bool {
    matches!(halt, Halt::Throttled { .. })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn stamps_rise_over_small_steps_and_follow_large_ones() {
        let link = Link::new();
        assert_eq!(link.stamp(at(1000)), at(1000));
        assert!(link.stamp(at(1000)) > at(1000), "two changes in one instant keep their order");
        assert!(link.stamp(at(995)) > at(1000), "a small step back is bridged");
        assert_eq!(link.stamp(at(500)), at(500), "a large one is believed");
        assert_eq!(link.stamp(at(2000)), at(2000));
    }

    /// Between the sender's look at the pause and its telling of it a person may have ended it.
    #[test]
    fn a_pause_that_a_person_ended_is_not_shown_again() {
        let link = Link::new();
        let pause = || Some(Halt::Throttled { until: at(1000) });
        let shown = || link.status.borrow().halt.clone();
        assert!(link.show_halt(pause()) && !link.show_halt(pause()));
        assert_eq!(shown(), pause());
        link.told();
        assert_eq!(shown(), None);
        assert!(!link.show_halt(pause()), "it was read before");
        let refused = Some(Halt::KeyRefused { endpoint: Endpoint::Create });
        assert!(link.show_halt(refused.clone()), "nothing else is hidden");
        link.told();
        assert_eq!(shown(), refused);
        assert!(link.take_hints().told);
        assert!(link.show_halt(pause()), "what is read afterwards is a pause of its own");
    }

    #[test]
    fn changed_orders_are_named_once_and_bounded() {
        let link = Link::new();
        let (a, b) = (OrderId("a".into()), OrderId("b".into()));
        link.note_orders(&[b.clone(), a.clone(), b.clone()]);
        assert_eq!(link.take_orders(), Changed::Orders(vec![a, b]));
        assert_eq!(link.take_orders(), Changed::Orders(vec![]));
        for n in 0..=MANY {
            link.note_orders(&[OrderId(n.to_string())]);
        }
        assert_eq!(link.take_orders(), Changed::Many);
        assert_eq!(link.take_orders(), Changed::Orders(vec![]));
    }
}
