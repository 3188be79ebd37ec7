//! What the network can do to the real client, to a whole desk and to the program in its terminal: through a proxy of our
//! own in front of the real sandbox. Everything is on loopback, on ports of its own, and nothing waits for a fixed time.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "faults/call.rs"]
mod call;
#[path = "faults/client.rs"]
mod client;
#[path = "faults/client_answers.rs"]
mod client_answers;
#[path = "faults/client_matrix.rs"]
mod client_matrix;
#[path = "faults/client_vocabulary.rs"]
mod client_vocabulary;
#[path = "faults/desk.rs"]
mod desk;
#[path = "faults/house.rs"]
mod house;
#[path = "faults/matrix.rs"]
mod matrix;
#[path = "common/order.rs"]
mod order;
#[path = "faults/proxy.rs"]
mod proxy;
#[path = "faults/raw_server.rs"]
mod raw_server;
#[path = "faults/ready.rs"]
mod ready;
#[path = "faults/surroundings.rs"]
mod surroundings;
#[path = "common/terminal.rs"]
#[allow(dead_code, reason = "shared with tests that do more with a terminal")]
mod terminal;
#[path = "faults/typing.rs"]
mod typing;

use oktodesk::chaos::Bug;

#[test]
fn every_planted_bug_is_caught_here() {
    oktodesk_testkit::planted::expect_caught("faults", &Bug::caught());
}
