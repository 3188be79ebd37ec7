//! The part of the outbox that the sender holds: the first heads that can be sent, of orders and of status changes apart, so
//! that neither keeps the other waiting. Read on when they are used up. PURE: it reads no journal and knows no clock.
//!
//! The outbox may hold more than fits into memory, and what stands at its beginning may be held for a person.

use std::{collections::HashSet, time::Duration};

use super::{
    outbox::{self, Now},
    pace::Pace,
};
use crate::{
    domain::value::ids::OrderId,
    ports::journal::{Entries, OutboxEntry, Task},
};

/// Heads of one kind that are held at most, and read at a time.
pub(super) const OF_A_KIND: usize = 128;

/// What the sender holds of the outbox.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// In sequence.
    entries: Vec<OutboxEntry>,
    creates: Reading,
    changes: Reading,
    /// Orders with a status change that was passed over: no later one of the same order may overtake it.
    passed: HashSet<OrderId>,
    /// When the first of the entries that wait alone, and were passed over, may be tried again.
    again: Option<Duration>,
}

/// How far the entries of one kind were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// On from here.
    After(i64),
    /// To the end.
    Done,
}

impl Default for Reading {
    fn default() -> Self {
        Self::After(0)
    }
}

/// Which kind is read next, and from where on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub which: Entries<'static>,
    pub after: i64,
}

impl Window {
    /// What is held, in sequence.
    pub fn entries(&self) -> &[OutboxEntry] {
        &self.entries
    }

    /// The entry with this number.
    pub fn find(&self, seq: i64) -> Option<&OutboxEntry> {
        self.entries.iter().find(|entry| entry.seq == seq)
    }

    /// For what a decision makes of the entries that are held.
    pub fn entries_mut(&mut self) -> &mut Vec<OutboxEntry> {
        &mut self.entries
    }

    /// What is to be read before something is sent: a kind of which nothing is left that could be tried.
    pub fn wants(&mut self, pace: &Pace, now: &Now<'_>) -> Option<Wanted> {
        for (kind, which) in [(Kind::Create, Entries::Creates), (Kind::Change, Entries::Changes)] {
            let Reading::After(after) = *self.reading(kind) else { continue };
            let is_ripe = |entry: &&OutboxEntry| Kind::of(entry) == kind && !waits_alone(entry, pace, now);
            if self.entries.iter().any(|entry| is_ripe(&entry) && outbox::is_sendable(entry, now)) {
                continue;
            }
            self.make_room(kind, pace, now);
            return Some(Wanted { which, after });
        }
        None
    }

    /// Takes in what was read.
    pub fn take(&mut self, wanted: Wanted, page: Vec<OutboxEntry>, pace: &Pace, now: &Now<'_>) {
        let kind = if wanted.which == Entries::Creates { Kind::Create } else { Kind::Change };
        *self.reading(kind) = match page.last() {
            Some(last) if page.len() >= OF_A_KIND => Reading::After(last.seq),
            _ => Reading::Done,
        };
        for entry in page {
            self.add(entry, pace, now);
        }
    }

    /// Takes in the status changes of an order that was sent just now: they stood before what was read since, or are read yet.
    pub fn add_changes(&mut self, changes: Vec<OutboxEntry>, pace: &Pace, now: &Now<'_>) {
        for entry in changes {
            let is_passed = match self.changes {
                Reading::After(after) => entry.seq <= after,
                Reading::Done => true,
            };
            if is_passed {
                self.add(entry, pace, now);
            }
        }
        let held = self.entries.iter().filter(|entry| Kind::of(entry) == Kind::Change).count();
        if held > OF_A_KIND {
            self.cut_changes(held - OF_A_KIND);
        }
    }

    /// Whether everything that waits is held here.
    pub fn is_whole(&self) -> bool {
        (self.creates, self.changes) == (Reading::Done, Reading::Done) && self.passed.is_empty() && self.again.is_none()
    }

    /// When an entry that is not held may be tried again.
    pub fn again(&self) -> Option<Duration> {
        self.again
    }

    fn add(&mut self, entry: OutboxEntry, pace: &Pace, now: &Now<'_>) {
        let is_change = Kind::of(&entry) == Kind::Change;
        if self.find(entry.seq).is_some() || is_change && self.passed.contains(&entry.order_id) {
            return;
        }
        let until = outbox::waits_until(&entry, pace, now);
        if until.is_none() && outbox::is_sendable(&entry, now) {
            let at = self.entries.partition_point(|other| other.seq < entry.seq);
            self.entries.insert(at, entry);
            return;
        }
        self.again = self.again.into_iter().chain(until).min();
        if is_change {
            self.passed.insert(entry.order_id);
        }
    }

    /// Lets go of the entries of a kind: none of them can be tried now.
    fn make_room(&mut self, kind: Kind, pace: &Pace, now: &Now<'_>) {
        let (out, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.entries).into_iter().partition(|entry| Kind::of(entry) == kind);
        self.entries = kept;
        for entry in out {
            let until = outbox::waits_until(&entry, pace, now);
            self.again = self.again.into_iter().chain(until).min();
            if kind == Kind::Change {
                self.passed.insert(entry.order_id);
            }
        }
    }

    /// Takes the last status changes out; they are read again in their turn.
    fn cut_changes(&mut self, over: usize) {
        for _ in 0..over {
            if let Some(at) = self.entries.iter().rposition(|entry| Kind::of(entry) == Kind::Change) {
                self.entries.remove(at);
            }
        }
        let last = self.entries.iter().rfind(|entry| Kind::of(entry) == Kind::Change);
        self.changes = Reading::After(last.map_or(0, |entry| entry.seq));
    }

    fn reading(&mut self, kind: Kind) -> &mut Reading {
        match kind {
            Kind::Create => &mut self.creates,
            Kind::Change => &mut self.changes,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Change,
}

impl Kind {
    fn of(entry: &OutboxEntry) -> Self {
        if entry.task == Task::Create { Self::Create } else { Self::Change }
    }
}

fn waits_alone(entry: &OutboxEntry, pace: &Pace, now: &Now<'_>) -> bool {
    outbox::waits_until(entry, pace, now).is_some()
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
