//! Named points where a test can kill the program, and guards a test can break. A release build has none of it.
//!
//! Tests prove what a crash does and that every guard is held by a test:
//! * `CHAOS_KILL=point@3` ends the process the third time it comes by `point`, as a kill -9 would.
//! * `CHAOS_PANIC=point@3` panics there instead.
//! * `CHAOS_BUG=name` plants the bug of that name; the suite has to fail.
//!
//! All are read once. Without debug assertions they are not read at all, and every call is empty.

mod caught;

pub use caught::Caught;

/// A place at which a crash is tested. `tests/tidy.rs` holds that each stands in the sources exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Its name in `CHAOS_KILL` and `CHAOS_PANIC`.
    pub name: &'static str,
    /// What has happened when the program is there.
    pub what: &'static str,
}

const fn at(name: &'static str, what: &'static str) -> Point {
    Point { name, what }
}

/// Every point.
pub const POINTS: &[Point] = &[
    at("migration.before_commit", "the schema is made, not committed"),
    at("migration.after_commit", "the schema is committed, the file has no name yet"),
    at("file.before_name", "the journal is whole and has no name"),
    at("file.after_name", "the journal has its name, and its first one still"),
    at("recover.before_commit", "what was being sent is about to become unknown"),
    at("recover.after_commit", "what was being sent is unknown"),
    at("catalog.before_commit", "new articles are written, not committed"),
    at("catalog.after_commit", "new articles are committed, nobody knows"),
    at("draft.before_save", "a draft changed and is not written"),
    at("draft.after_save", "a draft is written, nobody knows"),
    at("draft.before_take", "a draft is about to be taken over from another desk"),
    at("draft.after_take", "a draft was taken over from another desk, nobody knows"),
    at("split.before_commit", "a bill is split, its parts are not written"),
    at("split.after_commit", "the parts of a bill are written instead of the whole, nobody knows"),
    at("place.before_commit", "an order is confirmed and not recorded"),
    at("place.after_commit", "an order is recorded, nobody was told"),
    at("saved.before_printed", "an order is recorded, the command line has not said so"),
    at("saved.after_printed", "the command line has said that an order is recorded"),
    at("saved.before_shown", "an order is recorded, the screen has not said so"),
    at("sending.before_mark", "an order is about to be marked as being sent"),
    at("sending.after_mark", "an order is marked as being sent, no byte of it has left"),
    at("connect.before", "a connection is about to be made"),
    at("connect.after", "the connection is there, the head is about to leave"),
    at("request.half", "half the body has left"),
    at("answer.head", "the head of an answer was read"),
    at("answer.body", "an answer was read whole"),
    at("outcome.before_commit", "what became of an order is known and not recorded"),
    at("outcome.after_commit", "what became of an order is recorded, nobody was told"),
    at("decision.before_commit", "a person decided, it is not recorded"),
    at("decision.after_commit", "a person's decision is recorded, nobody was told"),
    at("status.before_commit", "a status change is asked for and not recorded"),
    at("status.after_commit", "a status change is recorded, nobody was told"),
    at("status_outcome.before_commit", "OktoPOS has a status change, it is not recorded"),
    at("status_outcome.after_commit", "a status change is recorded as done, nobody was told"),
    at("observe.before_commit", "the ready list settled orders, it is not recorded"),
    at("observe.after_commit", "orders found in the ready list are recorded as accepted"),
    at("purge.before_commit", "guests are taken out of orders, not committed"),
    at("purge.after_commit", "guests are taken out of orders, nobody was told"),
    at("poll.answered", "the ready list was read"),
    at("sender.step", "the sender is about to do something"),
    at("runner.effect", "the screens asked for something"),
    at("update.msg", "the screens are about to take something in"),
    at("view.draw", "a frame is about to be drawn"),
];

/// A guard that a test can break. Each variant says what then goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// An order nobody knows about is sent again without a person.
    RetryAfterUnknown,
    /// The journal does not wait for the disk.
    SynchronousNormal,
    /// The client follows redirects.
    FollowRedirects,
    /// Foreign text keeps its control characters.
    RawEscapes,
    /// The API key stands in the log.
    KeyInLog,
    /// A second program on a journal sends, too.
    SecondSender,
    /// What was read from the outbox goes to the address it was read with, wherever a person has sent it since.
    StaleAddress,
    /// An entry that is being sent is begun a second time.
    SentTwiceAtOnce,
    /// A refusal that comes late takes back that an order has arrived.
    LateAnswerTakesBack,
    /// What was being sent when the program ended is sent again without a person.
    InterruptedIsSentAgain,
    /// An order that was given up here and stands in OktoPOS is placed a second time.
    StrayPlacedAgain,
    /// A desk places what it shows over an order that another desk confirmed since.
    UnseenPlacedOver,
    /// The ready list decides about what a person gave up.
    ReadyListTakesBack,
    /// A desk writes over, places and discards drafts that another desk has open.
    SharedDrafts,
    /// A ready list that is read well stands for a key that was refused for an order.
    PollClearsRefusal,
    /// Files that were taken away under an open journal are not noticed.
    BlindToLoss,
    /// A pause that OktoPOS asked for ends with the program that was asked.
    PauseOfOneProgram,
    /// An order that OktoPOS was too busy for is sent again without a person and without the setting.
    BusyIsSentAgain,
}

impl Bug {
    /// Every planted bug.
    pub const ALL: [Self; 18] = [
        Self::RetryAfterUnknown,
        Self::SynchronousNormal,
        Self::FollowRedirects,
        Self::RawEscapes,
        Self::KeyInLog,
        Self::SecondSender,
        Self::StaleAddress,
        Self::SentTwiceAtOnce,
        Self::LateAnswerTakesBack,
        Self::InterruptedIsSentAgain,
        Self::StrayPlacedAgain,
        Self::UnseenPlacedOver,
        Self::ReadyListTakesBack,
        Self::SharedDrafts,
        Self::PollClearsRefusal,
        Self::BlindToLoss,
        Self::PauseOfOneProgram,
        Self::BusyIsSentAgain,
    ];

    /// Its name in `CHAOS_BUG`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RetryAfterUnknown => "retry-after-unknown",
            Self::SynchronousNormal => "synchronous-normal",
            Self::FollowRedirects => "follow-redirects",
            Self::RawEscapes => "raw-escapes",
            Self::KeyInLog => "key-in-log",
            Self::SecondSender => "second-sender",
            Self::StaleAddress => "stale-address",
            Self::SentTwiceAtOnce => "sent-twice-at-once",
            Self::LateAnswerTakesBack => "late-answer-takes-back",
            Self::InterruptedIsSentAgain => "interrupted-is-sent-again",
            Self::StrayPlacedAgain => "stray-placed-again",
            Self::UnseenPlacedOver => "unseen-placed-over",
            Self::ReadyListTakesBack => "ready-list-takes-back",
            Self::SharedDrafts => "shared-drafts",
            Self::PollClearsRefusal => "poll-clears-refusal",
            Self::BlindToLoss => "blind-to-loss",
            Self::PauseOfOneProgram => "pause-of-one-program",
            Self::BusyIsSentAgain => "busy-is-sent-again",
        }
    }

    /// Every bug by its name, with the tests that catch it.
    pub fn caught() -> [(&'static str, Caught); Self::ALL.len()] {
        Self::ALL.map(|bug| (bug.name(), caught::caught_by(bug)))
    }
}

/// A place at which a crash is tested.
pub fn point(name: &'static str) {
    #[cfg(debug_assertions)]
    armed::point(name);
    #[cfg(not(debug_assertions))]
    let _: &'static str = name;
}

/// Whether a test wants to crash this program somewhere.
pub fn armed() -> bool {
    #[cfg(debug_assertions)]
    return armed::any();
    #[cfg(not(debug_assertions))]
    false
}

/// Whether a test broke this guard.
pub fn planted(bug: Bug) -> bool {
    #[cfg(debug_assertions)]
    return armed::planted(bug);
    #[cfg(not(debug_assertions))]
    {
        let _: Bug = bug;
        false
    }
}

#[cfg(debug_assertions)]
mod armed {
    use std::{
        env,
        sync::{
            LazyLock,
            atomic::{AtomicU32, Ordering},
        },
    };

    use super::Bug;

    struct Strike {
        point: String,
        /// Passes left before the one that strikes.
        left: AtomicU32,
    }

    static KILL: LazyLock<Option<Strike>> = LazyLock::new(|| strike("CHAOS_KILL"));
    static PANIC: LazyLock<Option<Strike>> = LazyLock::new(|| strike("CHAOS_PANIC"));
    static BUG: LazyLock<Option<Bug>> = LazyLock::new(|| {
        let name = env::var("CHAOS_BUG").ok()?;
        Bug::ALL.into_iter().find(|bug| bug.name() == name)
    });

    fn strike(variable: &str) -> Option<Strike> {
        let text = env::var(variable).ok()?;
        let (point, nth) = text.split_once('@').unwrap_or((&text, "1"));
        Some(Strike { point: point.to_owned(), left: AtomicU32::new(nth.parse().ok()?) })
    }

    fn hits(strike: Option<&Strike>, name: &str) -> bool {
        strike.is_some_and(|strike| strike.point == name && strike.left.fetch_sub(1, Ordering::SeqCst) == 1)
    }

    pub fn point(name: &'static str) {
        if hits(KILL.as_ref(), name) {
            // No destructor, no flush, no unwinding: what a kill does.
            std::process::abort();
        }
        assert!(!hits(PANIC.as_ref(), name), "planted panic");
    }

    pub fn any() -> bool {
        KILL.is_some() || PANIC.is_some()
    }

    pub fn planted(bug: Bug) -> bool {
        *BUG == Some(bug)
    }
}

#[cfg(test)]
mod tests {
    use oktodesk_testkit::planted::expect_caught;

    use super::*;

    /// The bug after this one; written so that the compiler asks for the place of a new one.
    fn after(bug: Bug) -> Option<Bug> {
        match bug {
            Bug::RetryAfterUnknown => Some(Bug::SynchronousNormal),
            Bug::SynchronousNormal => Some(Bug::FollowRedirects),
            Bug::FollowRedirects => Some(Bug::RawEscapes),
            Bug::RawEscapes => Some(Bug::KeyInLog),
            Bug::KeyInLog => Some(Bug::SecondSender),
            Bug::SecondSender => Some(Bug::StaleAddress),
            Bug::StaleAddress => Some(Bug::SentTwiceAtOnce),
            Bug::SentTwiceAtOnce => Some(Bug::LateAnswerTakesBack),
            Bug::LateAnswerTakesBack => Some(Bug::InterruptedIsSentAgain),
            Bug::InterruptedIsSentAgain => Some(Bug::StrayPlacedAgain),
            Bug::StrayPlacedAgain => Some(Bug::UnseenPlacedOver),
            Bug::UnseenPlacedOver => Some(Bug::ReadyListTakesBack),
            Bug::ReadyListTakesBack => Some(Bug::SharedDrafts),
            Bug::SharedDrafts => Some(Bug::PollClearsRefusal),
            Bug::PollClearsRefusal => Some(Bug::BlindToLoss),
            Bug::BlindToLoss => Some(Bug::PauseOfOneProgram),
            Bug::PauseOfOneProgram => Some(Bug::BusyIsSentAgain),
            Bug::BusyIsSentAgain => None,
        }
    }

    #[test]
    fn every_planted_bug_is_caught_here() {
        let every: Vec<Bug> = std::iter::successors(Some(Bug::RetryAfterUnknown), |bug| after(*bug)).collect();
        assert_eq!(every, Bug::ALL, "a bug is in no list");
        expect_caught("lib", &Bug::caught());
    }

    #[test]
    fn points_are_told_apart() {
        let mut names: Vec<_> = POINTS.iter().map(|point| point.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), POINTS.len());
        assert!(POINTS.iter().all(|point| !point.what.is_empty()));
    }
}
