//! The journal's suite, over each store: what `ports::journal` promises, by example and against a model. A store joins with
//! one `Store` and one `journal_suite!`. What only SQLite has (files, settings) stands in its own part.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails there")]

#[path = "journal/fixtures.rs"]
mod fixtures;
#[path = "journal/memory.rs"]
mod memory;
#[path = "journal/model.rs"]
mod model;
#[path = "journal/queue.rs"]
mod queue;
#[path = "journal/salvage.rs"]
mod salvage;
#[path = "journal/sqlite.rs"]
mod sqlite;
#[path = "journal/suite.rs"]
mod suite;
#[path = "journal/taken.rs"]
mod taken;

use oktodesk::chaos::Bug;

#[test]
fn every_planted_bug_is_caught_here() {
    oktodesk_testkit::planted::expect_caught("journal", &Bug::caught());
}
