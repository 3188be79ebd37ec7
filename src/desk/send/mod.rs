//! What waits is sent: the planner decides, the sender carries out, the poll reads back. The frontends hear of it by events.

pub mod endpoint;
pub mod outbox;
pub mod pace;
pub(super) mod pause;
pub(super) mod policy;
pub(super) mod poll;
pub mod repeat_probe;
pub(super) mod sender;
mod window;
pub mod worker;
