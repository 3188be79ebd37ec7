//! What the network can do to the real client and to a whole desk, through a proxy of our own in front of the real sandbox.
//! Everything is on loopback, on ports of its own, and nothing waits for a fixed time.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "faults/desk.rs"]
mod desk;
#[path = "faults/house.rs"]
mod house;
#[path = "faults/matrix.rs"]
mod matrix;
#[path = "faults/proxy.rs"]
mod proxy;
#[path = "faults/surroundings.rs"]
mod surroundings;
