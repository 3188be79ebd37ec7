//! Pressed or held? A key that is held repeats itself, and no terminal says so: the order would be sent before anybody read
//! the review. Tells a fresh press from a repeated one by what came before it and when. Pure: the times are passed in.
//!
//! The rule of the review. Another key than the one before always counts, at any speed: who types ahead presses F9 and
//! Enter. The same key as before counts after a pause that no keyboard makes before it repeats, or after a shorter one if
//! no repeat follows. What follows faster belongs to one press.

use std::time::Duration;

use crate::{
    domain::value::ids::OrderId,
    tui::input::{key::Key, target::Target},
};

/// What follows the same key faster than this is one press: a key that is held, or hit twice.
pub const BURST: Duration = Duration::from_millis(300);
/// No keyboard waits longer before a held key begins to repeat.
pub const PAUSE: Duration = Duration::from_secs(2);
/// A key that is held repeats within this time once it has begun to.
pub const SETTLE: Duration = Duration::from_millis(150);

/// Something a finger does that can be done twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// A key.
    Key(Key),
    /// A click.
    Click(Target),
}

/// What to make of a press that would send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was pressed on purpose.
    Counts,
    /// Wait for `SETTLE`: if it is not repeated, it was pressed on purpose.
    Wait,
    /// It belongs to the press before.
    Repeated,
}

/// When what was pressed.
#[derive(Debug, Clone, Default)]
pub struct Rhythm {
    now: Duration,
    last: Option<(Press, Duration)>,
    /// Time since the press before this one.
    gap: Duration,
    same: bool,
    after_text: bool,
    waiting: Option<(Duration, OrderId)>,
}

impl Rhythm {
    /// The monotonic clock. Returns the order that waited long enough.
    pub fn beat(&mut self, now: Duration) -> Option<OrderId> {
        self.now = now;
        self.waiting.take_if(|(until, _)| *until <= now).map(|(_, order)| order)
    }

    /// Takes a press in. Returns the order that waited if this is another press: the one before was on purpose.
    pub fn press(&mut self, press: Press) -> Option<OrderId> {
        let before = self.last.replace((press, self.now));
        self.gap = before.map_or(PAUSE, |(_, at)| self.now.saturating_sub(at));
        self.same = before.is_some_and(|(before, _)| before == press);
        self.after_text = before.is_some_and(|(before, _)| matches!(before, Press::Key(key) if key.typed().is_some()));
        self.waiting.take().filter(|_| !self.same).map(|(_, order)| order)
    }

    /// What to make of the last press where it would send.
    pub fn verdict(&self) -> Verdict {
        match self.gap {
            _ if !self.same => Verdict::Counts,
            gap if gap >= PAUSE => Verdict::Counts,
            gap if gap >= BURST => Verdict::Wait,
            _ => Verdict::Repeated,
        }
    }

    /// The same for Enter: it leads through the fields and ends what a scanner types, so it also never counts in a row of
    /// its own or right behind typed text.
    pub fn verdict_of_enter(&self) -> Verdict {
        match self.verdict() {
            Verdict::Counts if self.after_text && self.gap < BURST => Verdict::Repeated,
            Verdict::Counts => Verdict::Counts,
            Verdict::Wait | Verdict::Repeated => Verdict::Repeated,
        }
    }

    /// Waits whether the press is repeated.
    pub fn wait(&mut self, order: OrderId) {
        self.waiting = Some((self.now + SETTLE, order));
    }

    /// When to look at the clock again, if anything waits for it.
    pub fn wake_at(&self) -> Option<Duration> {
        self.waiting.as_ref().map(|(until, _)| *until)
    }
}
