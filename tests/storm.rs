//! The storm: six real programs on one data directory, three desks in terminals and three commands, killed at any moment,
//! against an OktoPOS that fails, refuses at one endpoint, answers late, and cannot be reached for seconds.
//!
//! 12 seconds in every run of the tests. Before a release, half an hour:
//! `STORM_SECONDS=1800 cargo test --test storm`. `STORM_SEED=7` throws the same dice again; what the programs make of it
//! depends on the machine as well.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "programs are timed by the machine's own clock")]

#[allow(dead_code, reason = "shared with the crash matrix, which uses the rest")]
#[path = "crash/dice.rs"]
mod dice;
#[path = "storm/ground.rs"]
mod ground;
#[allow(dead_code, reason = "shared with suites that use the rest")]
#[path = "common/order.rs"]
mod order;
#[path = "storm/programs.rs"]
mod programs;
#[allow(dead_code, reason = "shared with the crash matrix, which uses the rest")]
#[path = "crash/run.rs"]
mod run;
#[allow(dead_code, reason = "shared with suites that use the rest")]
#[path = "common/terminal.rs"]
mod terminal;
#[path = "storm/verdict.rs"]
mod verdict;

use std::{
    hash::{BuildHasher, RandomState},
    io::Write,
    sync::Mutex,
    time::Duration,
};

use dice::Dice;
use ground::Ground;
use programs::{Storm, Told, clerk, desk, drainer, sender, weather};
use run::Running;
use tokio::time::Instant;
use verdict::Verdict;

/// How long the storm lasts in every run of the tests.
const SECONDS: u64 = 12;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("STORM_SECONDS and STORM_SEED are numbers"))
}

/// Not through print!, which is kept from who ran the tests when they pass.
fn say(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).unwrap();
}

#[test]
fn six_programs_in_a_storm_lose_double_and_throw_away_nothing() {
    let seconds = setting("STORM_SECONDS").unwrap_or(SECONDS);
    let seed = setting("STORM_SEED").unwrap_or_else(|| RandomState::new().hash_one("storm"));
    say(&format!("storm: STORM_SEED={seed} STORM_SECONDS={seconds}\n"));
    let ground = Ground::new();
    Running::start(&["catalog", "sync"], &ground.env()).ended().expect(&[0]);
    let until = Instant::now() + Duration::from_secs(seconds);
    let storm = Storm { ground, told: Mutex::new(Told::default()), until };
    std::thread::scope(|scope| {
        let storm = &storm;
        for name in ["a", "b", "c"] {
            scope.spawn(move || desk(storm, name, &mut Dice::new(name, seed)));
        }
        scope.spawn(move || sender(storm, "f", &mut Dice::new("sender", seed)));
        scope.spawn(move || drainer(storm, &mut Dice::new("drainer", seed)));
        scope.spawn(move || clerk(storm, &mut Dice::new("clerk", seed)));
        scope.spawn(move || weather(storm, &mut Dice::new("weather", seed)));
    });
    // Before anything is judged: the figures of a storm that could not be judged are told as well.
    let figures = {
        let told = storm.told();
        format!(
            "{seconds} s, {} starts, {} kills, {} faults, {} outages, exit codes {:?}; {} lines typed and kept, {} files",
            told.starts,
            told.kills,
            told.faults,
            told.outages,
            told.codes,
            told.kept.len(),
            told.files.len(),
        )
    };
    say(&format!("storm: {figures}\n"));
    let verdict = Verdict::of(&storm);
    let told = storm.told();
    say(&format!(
        "storm: {} orders, {} received, {} unclear and listed, {} drafts, slowest command of the settling {:?}; {} lost, \
         {} doubled, {} thrown away, {} wrong\n",
        verdict.orders,
        verdict.received,
        verdict.unknown,
        verdict.drafts,
        verdict.slowest,
        verdict.lost.len(),
        verdict.doubled.len(),
        verdict.thrown_away.len(),
        verdict.wrong.len(),
    ));
    let found = [&verdict.lost, &verdict.doubled, &verdict.thrown_away, &verdict.wrong];
    assert!(found.iter().all(|found| found.is_empty()), "STORM_SEED={seed}: {verdict:#?}");
    assert!(told.starts > 0 && verdict.orders > 0 && !told.kept.is_empty(), "a storm in which nothing happened");
}
