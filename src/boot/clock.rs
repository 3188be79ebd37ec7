//! The machine's clocks and new identifiers. The only place that reads either.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::{
    domain::value::ids::{DeskId, OrderId},
    ports::{Clock, Ids},
};

/// The machine's clocks.
#[derive(Debug, Clone)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// Clocks whose monotonic reading begins now.
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that reads the clock for everybody else")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that reads the clock for everybody else")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// UUIDv7: ids that sort by time.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidIds;

impl Ids for UuidIds {
    #[expect(clippy::disallowed_methods, reason = "this is the adapter that makes ids for everybody else")]
    fn order_id(&self) -> OrderId {
        OrderId(uuid::Uuid::now_v7().to_string())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the adapter that makes ids for everybody else")]
    fn desk_id(&self) -> DeskId {
        DeskId(uuid::Uuid::now_v7().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_sort_by_time() {
        let ids: Vec<_> = (0..50).map(|_| UuidIds.order_id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(uuid::Uuid::parse_str(ids[0].as_str()).unwrap().get_version_num(), 7);
    }

    #[test]
    fn the_monotonic_clock_does_not_go_back() {
        let clock = SystemClock::new();
        let first = clock.monotonic();
        assert!(clock.monotonic() >= first);
    }
}
