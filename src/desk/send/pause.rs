//! The pause that OktoPOS asked for with `Retry-After`. It is kept in the journal, so that every program on it waits, also one
//! that starts later. Bound to the address that asked: another address is asked at once.
//!
//! What refuses orders or statuses pauses everything. What refuses only the ready list pauses only the ready list: a list that
//! is asked for too often never keeps orders from being sent.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ports::{Journal, JournalError};

/// A wall clock that stands this far before the beginning of a pause was set back: then the pause says nothing any more.
const STEP: SignedDuration = SignedDuration::from_mins(2);

/// What OktoPOS asked to be left alone with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum Paused {
    /// Orders and statuses, and therefore everything.
    Outbox,
    /// The ready list.
    Ready,
}

impl Paused {
    /// The name it is kept under in the journal.
    fn name(self) -> &'static str {
        match self {
            Self::Outbox => "pause.outbox",
            Self::Ready => "pause.ready",
        }
    }
}

/// A pause, by the wall clock of the program that was asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// `Pos::base_url` of who asked.
    base_url: String,
    since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Pause {
    /// A pause that begins now.
    pub fn new(base_url: &str, now: Timestamp, wait: Duration) -> Self {
        let until = SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
        Self { base_url: base_url.to_owned(), since: now, until: until.unwrap_or(Timestamp::MAX) }
    }

    /// How much of it is left for a program with this address. Never more than it had at its beginning and than `cap`,
    /// whatever the clock or the journal says.
    pub fn left(&self, base_url: &str, now: Timestamp, cap: Duration) -> Option<Duration> {
        let Self { base_url: asked, since, until } = self;
        if asked != base_url || now.duration_since(*since) < -STEP {
            return None;
        }
        let left = until.duration_since(now).min(until.duration_since(*since));
        Duration::try_from(left).ok().filter(|left| !left.is_zero()).map(|left| left.min(cap))
    }
}

/// The pause that is kept for this address, if some of it is left, and how much.
pub(in crate::desk) async fn kept(
    journal: &dyn Journal,
    what: Paused,
    base_url: &str,
    now: Timestamp,
    cap: Duration,
) -> Result<Option<(Pause, Duration)>, JournalError> {
    let all = all(journal, what).await?.into_iter();
    let mut left = all.filter_map(|pause| pause.left(base_url, now, cap).map(|left| (pause, left)));
    Ok(left.next())
}

/// One for each address that asked.
async fn all(journal: &dyn Journal, what: Paused) -> Result<Vec<Pause>, JournalError> {
    let text = journal.kept(what.name()).await?;
    // What cannot be read was written by another release: no order waits for it.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Over the one that the same address asked for before, and beside those of others that are not over.
pub(in crate::desk) async fn keep(journal: &dyn Journal, what: Paused, pause: &Pause) -> Result<(), JournalError> {
    let mut pauses = all(journal, what).await?;
    pauses.retain(|other| other.base_url != pause.base_url && other.until > pause.since);
    pauses.push(pause.clone());
    let text = serde_json::to_string(&pauses).map_err(|error| JournalError::Unwritable(error.to_string()))?;
    journal.keep(what.name(), &text).await
}

/// A person does not want to wait. Nothing is written where nothing is kept.
pub(in crate::desk) async fn end(journal: &dyn Journal) -> Result<(), JournalError> {
    for what in [Paused::Outbox, Paused::Ready] {
        if journal.kept(what.name()).await?.is_some_and(|text| !text.is_empty()) {
            journal.keep(what.name(), "").await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://here.example/v1";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_pause_holds_for_its_address_until_it_is_over() {
        let pause = Pause::new(HERE, at(1000), Duration::from_secs(60));
        let left = |base_url, now| pause.left(base_url, at(now), Duration::from_secs(300)).map(|left| left.as_secs());
        assert_eq!(left(HERE, 1000), Some(60));
        assert_eq!(left(HERE, 1059), Some(1));
        assert_eq!(left(HERE, 1060), None);
        assert_eq!(left("https://there.example/v1", 1000), None, "another address was not asked");
    }

    #[tokio::test]
    async fn a_pause_of_one_address_leaves_that_of_another_as_it_is() {
        let journal = crate::journal::MemoryJournal::default();
        let there = "https://there.example/v1";
        let keep = async |base_url: &str, now, secs| {
            keep(&journal, Paused::Outbox, &Pause::new(base_url, at(now), Duration::from_secs(secs))).await.unwrap();
        };
        let left = async |base_url: &str, now| {
            let cap = Duration::from_secs(300);
            let kept = kept(&journal, Paused::Outbox, base_url, at(now), cap).await.unwrap();
            kept.map(|(_, left)| left.as_secs())
        };
        keep(HERE, 1000, 60).await;
        keep(there, 1010, 20).await;
        assert_eq!((left(HERE, 1010).await, left(there, 1010).await), (Some(50), Some(20)));
        keep(HERE, 1020, 5).await;
        assert_eq!((left(HERE, 1020).await, left(there, 1020).await), (Some(5), Some(10)));
        keep(HERE, 1040, 5).await;
        assert!(!journal.kept("pause.outbox").await.unwrap().unwrap().contains("there"), "what is over is not kept");
        end(&journal).await.unwrap();
        assert_eq!(left(HERE, 1040).await, None);
    }

    #[test]
    fn no_clock_and_no_journal_makes_it_longer() {
        let cap = Duration::from_secs(300);
        let pause = Pause::new(HERE, at(1000), Duration::from_secs(60));
        assert_eq!(pause.left(HERE, at(990), cap), Some(Duration::from_secs(60)), "a small step back");
        assert_eq!(pause.left(HERE, at(500), cap), None, "the clock was set back");
        for wait in [Duration::from_secs(86_400), Duration::MAX] {
            assert_eq!(Pause::new(HERE, at(1000), wait).left(HERE, at(1001), cap), Some(cap));
        }
    }
}
