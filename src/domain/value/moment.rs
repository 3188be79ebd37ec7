//! A moment at the shop: the instant, and the zone in which its local time is told. PURE: the instant is given.

use jiff::{
    Timestamp, civil,
    tz::{AmbiguousOffset, TimeZone},
};

/// An instant, and the zone of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Wall clock, UTC.
    pub now: Timestamp,
    /// The shop's zone.
    pub zone: TimeZone,
}

impl Moment {
    /// The shop's local time.
    pub fn local(&self) -> civil::DateTime {
        self.now.to_zoned(self.zone.clone()).datetime()
    }

    /// The instant of a local time. One that the clocks jump over is none; one that comes twice is the first, as it is
    /// for what is recorded: what is sent has no offset that could tell the two apart.
    pub fn instant(&self, local: civil::DateTime) -> Option<Timestamp> {
        let at = self.zone.to_ambiguous_timestamp(local);
        let skipped = matches!(at.offset(), AmbiguousOffset::Gap { .. });
        at.earlier().ok().filter(|_| !skipped)
    }
}
