//! Whole lives of the desk by seed: the real planner, sender and poll over a network, an OktoPOS, clocks, a disk and people
//! that a seed decides. After every step the invariants are held against what really happened. A seed that fails is printed
//! with the command that replays it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "simulation/driver.rs"]
mod driver;
#[path = "simulation/ledger.rs"]
mod ledger;
#[path = "simulation/life.rs"]
mod life;
#[path = "simulation/network.rs"]
mod network;
#[path = "simulation/pauses.rs"]
mod pauses;
#[path = "simulation/people.rs"]
mod people;
#[path = "simulation/program.rs"]
mod program;
#[path = "simulation/random.rs"]
mod random;
#[path = "simulation/server.rs"]
mod server;
#[path = "simulation/shared.rs"]
mod shared;
#[path = "simulation/shelf.rs"]
mod shelf;
#[path = "simulation/told.rs"]
mod told;
#[path = "simulation/world.rs"]
mod world;

use std::{
    env,
    num::NonZero,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use driver::{LENGTH, Outcome, live, live_in};
use life::Steps;
use oktodesk::chaos::Bug;
use world::{Planted, Scene};

/// Steps in CI.
const STEPS: u64 = 1_000_000;
/// Lives of each world that is all about one thing.
const SCENES: u64 = 25;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

fn report(outcome: &Outcome) -> String {
    let Outcome { seed, violations, trace, .. } = outcome;
    let shown = trace.len().saturating_sub(if number("SIMULATION_SEED").is_some() { trace.len() } else { 60 });
    format!(
        "{}\n\nThe life of seed {seed} breaks:\n  {}\nreplay it: SIMULATION_SEED={seed} cargo test --test simulation -- --nocapture",
        trace[shown..].join("\n"),
        violations.join("\n  "),
    )
}

/// Lives of neighbouring seeds until this many steps are done, on every core.
fn lives(first: u64, steps: u64) -> (Steps, Vec<Outcome>) {
    let last = first + steps.div_ceil(LENGTH);
    let (next, failed) = (AtomicU64::new(first), AtomicBool::new(false));
    let all = Mutex::new((Steps::default(), Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, NonZero::get) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= last || failed.load(Ordering::SeqCst) {
                        return;
                    }
                    let outcome = live(seed, None);
                    let mut all = all.lock().unwrap();
                    all.0.add(&outcome.steps);
                    failed.fetch_or(!outcome.violations.is_empty(), Ordering::SeqCst);
                    all.1.push(outcome);
                }
            });
        }
    });
    all.into_inner().unwrap()
}

#[test]
fn a_million_steps_lose_nothing_and_send_nothing_twice() {
    if let Some(seed) = number("SIMULATION_SEED") {
        let outcome = live(seed, None);
        println!("{}", outcome.trace.join("\n"));
        assert!(outcome.violations.is_empty(), "{}", report(&outcome));
        return;
    }
    let steps = number("SIMULATION_STEPS").unwrap_or(STEPS);
    let (done, outcomes) = lives(number("SIMULATION_FIRST").unwrap_or(1), steps);
    if let Some(outcome) = outcomes.iter().find(|outcome| !outcome.violations.is_empty()) {
        panic!("{}", report(outcome));
    }
    let kills: u32 = outcomes.iter().map(|outcome| outcome.kills).sum();
    let orders: usize = outcomes.iter().map(|outcome| outcome.orders).sum();
    println!("{} steps, {done:?}, {} lives, {orders} orders, {kills} kills", done.all(), outcomes.len());
    assert!(done.all() >= steps, "{done:?}");
    assert!(kills > 0 && orders > outcomes.len(), "the lives are no lives: {kills} kills, {orders} orders");
}

#[test]
fn a_seed_means_the_same_life_every_time() {
    for seed in 1..=8 {
        let (one, two) = (live(seed, None), live(seed, None));
        assert_eq!((one.steps, one.digest), (two.steps, two.digest), "seed {seed} cannot be replayed");
    }
    assert_ne!(live(1, None).digest, live(2, None).digest);
}

/// What the check has to say about a broken guard, and within how many lives.
fn expected(planted: Planted) -> &'static [&'static str] {
    match planted {
        Planted::RepeatsBlindly | Planted::Requeues => &["I2"],
        Planted::TwoSenders => &["sender"],
        Planted::LosesOrders
        | Planted::LosesCorrections
        | Planted::LosesDrafts
        | Planted::SharesDrafts
        | Planted::SaysSaved => &["I1"],
        Planted::ForgetsLookups => &["guest"],
        Planted::LosesMarks => &["mark"],
        Planted::ForgetsPauses => &["pause"],
        Planted::BelievesEverything | Planted::ShowsTooEarly => &["I3"],
        Planted::ForgetsRecovery => &["liveness"],
        Planted::Overtakes => &["sequence"],
        Planted::IgnoresAddress | Planted::StaleAddress => &["address"],
    }
}

#[test]
fn every_broken_guard_is_found() {
    let mut missed = Vec::new();
    for planted in Planted::ALL {
        let found = (1..=200).map(|seed| live(seed, Some(planted))).find(|outcome| {
            let is_it = |what: &String| expected(planted).iter().any(|word| what.starts_with(word));
            outcome.violations.iter().any(is_it)
        });
        match found {
            Some(found) => println!("{planted:?}: seed {}, {}", found.seed, found.violations[0]),
            None => missed.push(planted),
        }
    }
    assert_eq!(missed, [], "not found in 200 lives each");
}

/// Lives of a world that is all about one thing.
fn scenes(scene: Scene) {
    for seed in 1..=SCENES {
        let outcome = live_in(seed, None, Some(scene));
        let Outcome { seed, violations, trace, .. } = &outcome;
        let shown = trace.len().saturating_sub(60);
        assert!(violations.is_empty(), "{}\n{scene:?}, seed {seed}: {violations:#?}", trace[shown..].join("\n"));
    }
}

#[test]
fn two_desks_and_one_open_order_throw_nothing_away() {
    scenes(Scene::Drafts);
}

#[test]
fn an_endpoint_that_refuses_alone_is_told_until_it_takes() {
    scenes(Scene::Refusals);
}

#[test]
fn planted_bugs_are_caught() {
    oktodesk_testkit::planted::expect_caught("simulation", &Bug::caught());
}
