//! What lies on disk, with the real binary: no key and no forgotten guest in any file, private modes, disks that are full,
//! read-only, damaged or lose what was not synced. Bigger runs on request: `STORE_SEEDS=200 cargo test --test store`.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "store/backup.rs"]
mod backup;
#[path = "store/faults.rs"]
mod faults;
#[path = "store/forget.rs"]
mod forget;
#[path = "store/machine.rs"]
mod machine;
#[path = "store/places.rs"]
mod places;
#[cfg(target_os = "linux")]
#[cfg(target_os = "linux")]
#[path = "store/powerloss.rs"]
mod powerloss;
#[cfg(target_os = "linux")]
#[path = "store/reading.rs"]
mod reading;
#[path = "store/secrets.rs"]
mod secrets;

#[cfg(target_os = "linux")]
use oktodesk::chaos::Bug;

#[cfg(target_os = "linux")]
#[test]
fn every_planted_bug_is_caught_here() {
    oktodesk_testkit::planted::expect_caught("store", &Bug::caught());
}
