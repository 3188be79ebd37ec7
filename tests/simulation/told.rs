//! What a desk heard of each endpoint, beside what it tells: a refusal of one endpoint is told until that endpoint answers
//! otherwise, whatever the others say.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use oktodesk::{desk::event::Connection, ports::PosError};

use super::server::Endpoint;

/// A refusal is told at the latest by then: an answer is recorded first, and disks may be slow.
const SOON: Duration = Duration::from_secs(20);

/// One endpoint refused the key all this time.
#[derive(Debug, Clone, Copy)]
struct Refusal {
    from: Duration,
    to: Option<Duration>,
}

/// What the calls of one program came to.
#[derive(Debug, Default)]
pub struct Told {
    refusals: BTreeMap<Endpoint, Vec<Refusal>>,
}

impl Told {
    pub fn hear<T>(&mut self, endpoint: Endpoint, answer: &Result<T, PosError>, at: Duration) {
        let refusals = self.refusals.entry(endpoint).or_default();
        let is_open = refusals.last().is_some_and(|last| last.to.is_none());
        match (matches!(answer, Err(PosError::KeyRefused { .. })), is_open) {
            (true, false) => refusals.push(Refusal { from: at, to: None }),
            (false, true) => refusals.iter_mut().filter(|one| one.to.is_none()).for_each(|one| one.to = Some(at)),
            _ => {}
        }
    }

    /// What is wrong with a connection that is told. `began` is when the life began, by a wall clock that nobody set; before
    /// `good` the disk was bad, so that answers may have been recorded late.
    pub fn wrong(&self, slot: usize, told: &Connection, began: Timestamp, good: Duration) -> Option<String> {
        let (Connection::Up { since } | Connection::Failing { since, .. }) = told else { return None };
        let since = Duration::try_from(since.duration_since(began)).ok()?;
        let (endpoint, refusal) = self.refusals.iter().find_map(|(endpoint, refusals)| {
            // A key that may not look up guests keeps nothing from being sent.
            let counts = *endpoint != Endpoint::Customers;
            let contradicts =
                |one: &&Refusal| one.from > good && one.from + SOON < since && one.to.is_none_or(|to| since < to);
            refusals.iter().find(contradicts).filter(|_| counts).map(|one| (*endpoint, *one))
        })?;
        Some(format!(
            "told: program {slot} tells {told:?} at {since:?} although {endpoint:?} refuses the key from {:?} to {:?}",
            refusal.from, refusal.to
        ))
    }
}
