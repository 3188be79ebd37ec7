//! Where a row stands in the list: by what was promised and what time it is. PURE.

use jiff::{SignedDuration, Timestamp};

use super::row::{LiveKey, LiveRow};
use crate::domain::order::{OrderType, delivery::Delivery, status::Workflow};

/// What is to be there within this time is due soon.
const SOON: SignedDuration = SignedDuration::from_mins(15);

/// Where an order stands in the list: nothing ever stands above what is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// It should be there by now.
    Late,
    /// Somebody has to do something about it.
    Person,
    /// Within a quarter of an hour.
    Soon,
    /// Later, but to be thought of today.
    Today,
    /// For a later day.
    Days,
    /// Nothing is left to do.
    Done,
}

/// What time it is for the list, and what counts by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// Now, in whole minutes: an order is late when the minute it was promised for is over.
    pub minute: Timestamp,
    /// What is due from here on is for a later day.
    pub later_from: Timestamp,
    /// How long an order takes for which nobody was told a time; `None` for as long as it takes.
    pub usual: Option<SignedDuration>,
}

impl Default for Hour {
    fn default() -> Self {
        Self { minute: Timestamp::MIN, later_from: Timestamp::MAX, usual: None }
    }
}

impl LiveRow {
    /// Whether it should be there by now.
    pub fn is_late(&self) -> bool {
        self.band == Band::Late
    }

    /// Computes what follows from the rest: whether it is done, when it should be there, and its place in the list.
    pub(super) fn settle(&mut self, workflow: &Workflow, hour: &Hour) {
        let is_last = self.status.as_deref().is_some_and(|status| workflow.is_last(status));
        self.done = match &self.delivery {
            Some(Delivery::Cancelled) => !self.stray,
            None | Some(Delivery::Accepted { .. }) => {
                is_last && self.pending_status.is_none() && self.status_problem.is_none()
            }
            Some(_) => false,
        };
        self.expected = self.promised_at.or_else(|| self.usual(hour));
        let rank = match &self.delivery {
            Some(Delivery::Unknown { .. }) => Some(0),
            _ if self.stray => Some(0),
            Some(Delivery::Rejected { .. }) => Some(1),
            _ if self.held.is_some() || self.status_problem.is_some() => Some(2),
            _ => None,
        };
        let soon = hour.minute.checked_add(SOON).unwrap_or(hour.minute);
        self.band = match self.expected {
            _ if self.done => Band::Done,
            Some(at) if at < hour.minute => Band::Late,
            _ if rank.is_some() => Band::Person,
            Some(at) if at >= hour.later_from => Band::Days,
            Some(at) if at > soon => Band::Today,
            None if self.order_type == Some(OrderType::Shipping) => Band::Today,
            // As soon as possible, and nobody says how long that is.
            Some(_) | None => Band::Soon,
        };
        let due = self.expected.or(self.created_at).map(Timestamp::as_nanosecond);
        let ended = self.changed_at.or(self.created_at).map(Timestamp::as_nanosecond);
        let time = if self.done { ended.map_or(i128::MAX, |at| -at) } else { due.unwrap_or(i128::MAX) };
        let rank = rank.filter(|_| self.band == Band::Person).unwrap_or_default();
        self.place = (self.band, rank, time);
    }

    /// When it should be there although nobody was told a time. Parcels are not made to one.
    fn usual(&self, hour: &Hour) -> Option<Timestamp> {
        let usual = hour.usual.filter(|_| self.order_type != Some(OrderType::Shipping))?;
        self.created_at?.checked_add(usual).ok()
    }

    /// Where the row stands in the list: what is late, who needs a person, then by the time that was promised, then later days,
    /// what is done last, youngest first.
    pub(super) fn sequence(&self) -> (Band, u8, i128, &LiveKey) {
        (self.place.0, self.place.1, self.place.2, &self.key)
    }
}
