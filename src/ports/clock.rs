//! Time and new identifiers. The only doors through which either comes into the program.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::value::ids::{DeskId, OrderId};

/// Reads the clocks. Tests set them.
pub trait Clock: Send + Sync {
    /// Wall clock, UTC. May step backwards.
    fn now(&self) -> Timestamp;

    /// Time since some fixed point; never steps. Backoff and ages while running use this one.
    fn monotonic(&self) -> Duration;
}

/// Makes identifiers. Tests count them.
pub trait Ids: Send + Sync {
    /// A new `orderId`: a UUIDv7, so that ids sort by time.
    fn order_id(&self) -> OrderId;

    /// The id of a desk that starts. No other run has it.
    fn desk_id(&self) -> DeskId;
}
