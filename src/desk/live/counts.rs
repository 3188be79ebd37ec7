//! How many orders are what, shown or not: every frame shows them, so they are not counted in it. PURE.

use super::{band::Band, row::LiveRow};
use crate::{desk::event::OutboxState, domain::order::delivery::Delivery};

/// The numbers of all rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not done.
    pub open: usize,
    /// Nobody knows their fate.
    pub unknown: usize,
    /// OktoPOS refused them.
    pub rejected: usize,
    /// Need a person for another reason.
    pub other: usize,
    /// Should be there by now.
    pub late: usize,
    /// For a later day.
    pub later: usize,
    /// Wait to be sent, or are being sent.
    pub waiting: usize,
}

/// The numbers of all orders of the journal, where the list holds only some of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InStore {
    /// Wait to be sent, or are being sent.
    pub waiting: usize,
    /// Nobody knows their fate.
    pub unknown: usize,
    /// OktoPOS refused them.
    pub rejected: usize,
    /// Need a person, for any reason.
    pub needs_person: usize,
}

impl InStore {
    /// As the outbox says.
    pub fn of(outbox: &OutboxState) -> Self {
        let OutboxState { orders, unknown, rejected, needs_person, .. } = *outbox;
        Self { waiting: orders, unknown, rejected, needs_person }
    }
}

impl Counts {
    /// One row more.
    pub(super) fn add(&mut self, row: &LiveRow) {
        self.each(row, |count| *count += 1);
    }

    /// One row less.
    pub(super) fn remove(&mut self, row: &LiveRow) {
        self.each(row, |count| *count -= 1);
    }

    /// The same for all orders, of which the list holds the ones that were counted: it may know less than the journal, and of
    /// an order that came just now more.
    pub(super) fn in_all(self, store: InStore) -> Self {
        let InStore { waiting, unknown, rejected, needs_person } = store;
        let beyond = waiting.saturating_sub(self.waiting);
        let (unknown, rejected) = (self.unknown.max(unknown), self.rejected.max(rejected));
        let other = self.other.max(needs_person.saturating_sub(unknown + rejected));
        Self { open: self.open + beyond, waiting: self.waiting + beyond, unknown, rejected, other, ..self }
    }

    fn each(&mut self, row: &LiveRow, change: impl Fn(&mut usize)) {
        let Self { open, unknown, rejected, other, late, later, waiting } = self;
        if row.delivery.as_ref().is_some_and(Delivery::waits) {
            change(waiting);
        }
        if !row.done {
            change(open);
        }
        match &row.delivery {
            Some(Delivery::Unknown { .. }) => change(unknown),
            Some(Delivery::Rejected { .. }) if !row.stray => change(rejected),
            _ if row.needs_person() => change(other),
            _ => {}
        }
        match row.band {
            Band::Late => change(late),
            Band::Days => change(later),
            Band::Person | Band::Soon | Band::Today | Band::Done => {}
        }
    }
}
