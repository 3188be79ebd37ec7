//! The adapter to OktoPOS: the only place that knows HTTP and the shapes of what OktoPOS answers.
//!
//! What OktoPOS sends is written by others: it is read leniently, cleaned and turned into domain values here. What the
//! desk sends is never repeated, redirected or changed here: one call is at most one request.
//!
//! * `settings`: what the client needs to know, checked before anything is sent.
//! * `client`: one request out, one answer in, bounded in time and size.
//! * `outcome`: what an answer means; the outcome table, pure.
//! * `envelope`, `lenient`: reading what others wrote.
//! * `order_create`, `order_ready`, `order_status`, `articles`, `vocabulary`, `customers`: one endpoint each.
//! * `halves`: a body in two halves, for tests that crash the program between them.
//! * `probe`: facts for the doctor.

mod client;
pub mod endpoints;
mod envelope;
mod halves;
mod lenient;
mod outcome;
mod probe;
mod redact;
mod settings;
mod tls;

#[cfg(test)]
mod fuzz_tests;

pub use client::OktoPos;
pub use probe::{Found, PathProbe};
pub use settings::{ClientError, ClientSettings, Paths};
