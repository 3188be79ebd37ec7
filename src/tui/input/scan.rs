//! Typed or scanned? A scanner is a keyboard that types digits and Enter faster than hands can, wherever the cursor is. Tells
//! the two apart by the time between keys, taken as they are read. Pure: the times are passed in.
//!
//! The rule. Eight to fourteen digits and Enter are a scan if nothing was pressed right before them, no pause between them
//! is longer than `GAP`, and a key took `PER_KEY` or less on average. Keyboards of scanners report every 1 to 8 ms, press and
//! release apart; a held key repeats itself every 30 ms, 15 at the very fastest, and always the same; hands need 60 and
//! more. Keys that waited while the machine stood still seem as fast as a scanner's, so digits are only taken back out of a
//! field if they are an article's, or a whole barcode by their check digit.

use std::time::Duration;

use crate::domain::value::barcode::{self, is_checked};

/// Longest pause between two keys of one scan: a busy machine may read one late.
pub const GAP: Duration = Duration::from_millis(35);
/// Longest time a key of a scan takes on average.
pub const PER_KEY: Duration = Duration::from_millis(20);
/// Digits that would do something at once wait for so long whether more follow; a little more than `GAP`, so that a key
/// that was read in time is heard in time.
pub const HOLD: Duration = Duration::from_millis(45);

/// What may become a scan, and when. `B` is what the digits changed, as it was before the first of them.
pub struct Scan<B> {
    /// The monotonic clock.
    pub now: Duration,
    /// When a key was pressed last that is no digit and ended no scan.
    pub other_key: Option<Duration>,
    /// The digits so far.
    pub burst: Option<Burst<B>>,
}

/// Digits in quick succession.
pub struct Burst<B> {
    /// What was pressed.
    pub digits: String,
    /// When the first of them was pressed.
    pub begun: Duration,
    /// When the last of them was pressed.
    pub last: Duration,
    /// What they changed, as it was before the first of them; `None` if they wait and have changed nothing yet.
    pub before: Option<B>,
    /// It cannot become a scan any more: it has too many digits, or came right behind other keys.
    pub spoilt: bool,
}

impl<B> Default for Scan<B> {
    fn default() -> Self {
        Self { now: Duration::ZERO, other_key: None, burst: None }
    }
}

impl<B> Scan<B> {
    /// When digits that wait have waited long enough.
    pub fn wake_at(&self) -> Option<Duration> {
        self.burst.as_ref().filter(|burst| burst.waits()).map(|burst| burst.last + HOLD)
    }
}

impl<B> Burst<B> {
    /// Whether its digits were not given to anybody yet.
    pub fn waits(&self) -> bool {
        self.before.is_none() && !self.spoilt
    }

    /// Whether a digit pressed now belongs to it.
    pub fn goes_on(&self, now: Duration) -> bool {
        now.saturating_sub(self.last) <= GAP
    }

    /// Whether Enter pressed now makes a scan of it.
    pub fn is_scan(&self, now: Duration) -> bool {
        let count = self.digits.len();
        let keys = u32::try_from(count).unwrap_or(u32::MAX);
        let is_fast = now.saturating_sub(self.begun) <= PER_KEY.saturating_mul(keys);
        let first = self.digits.chars().next();
        let is_held = self.digits.chars().all(|digit| Some(digit) == first);
        barcode::DIGITS.contains(&count) && !self.spoilt && self.goes_on(now) && is_fast && !is_held
    }

    /// Whether its digits are a barcode although no article has it. Short ones and, where a phone number is typed, those that
    /// begin like one are too easily something else.
    pub fn is_barcode(&self, in_phone: bool) -> bool {
        self.digits.len() >= 12 && is_checked(&self.digits) && !(in_phone && self.digits.starts_with('0'))
    }
}
