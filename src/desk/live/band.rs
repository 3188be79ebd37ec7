//! Where a row stands in the list: by what was promised and what time it is. PURE.

use jiff::{SignedDuration, Timestamp};

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

impl Hour {
    /// The band of an order that is expected then.
    pub(super) fn band(&self, expected: Option<Timestamp>, is_parcel: bool, done: bool, needs_person: bool) -> Band {
        let soon = self.minute.checked_add(SOON).unwrap_or(self.minute);
        match expected {
            _ if done => Band::Done,
            Some(at) if at < self.minute => Band::Late,
            _ if needs_person => Band::Person,
            Some(at) if at >= self.later_from => Band::Days,
            Some(at) if at > soon => Band::Today,
            None if is_parcel => Band::Today,
            // As soon as possible, and nobody says how long that is.
            Some(_) | None => Band::Soon,
        }
    }
}
