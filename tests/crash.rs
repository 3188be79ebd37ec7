//! The crash matrix: the real program, killed at every point and at any moment, started again, and asked whether every
//! order it said was saved is there, arrived once, and is shown as what it is.
//!
//! Each point with two seeds in every run of the tests; `CRASH_SEEDS=50 cargo test --test crash` plays them all.
//! `CRASH_POINT=sending.after_mark CRASH_SEED=7` plays one story again.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "how long a restart takes is measured by the machine's own clock")]

#[path = "crash/cases.rs"]
mod cases;
#[path = "crash/dice.rs"]
mod dice;
#[allow(dead_code, reason = "shared with the mishaps, which use the rest")]
#[path = "mishaps/house.rs"]
mod house;
#[allow(dead_code, reason = "shared with suites that use the rest")]
#[path = "common/order.rs"]
mod order;
#[path = "crash/panics.rs"]
mod panics;
#[path = "crash/run.rs"]
mod run;
#[path = "crash/screen.rs"]
mod screen;
#[path = "crash/story.rs"]
mod story;
#[allow(dead_code, reason = "shared with the mishaps, which use the rest")]
#[path = "common/terminal.rs"]
mod terminal;

use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use oktodesk::chaos;
use story::Story;

/// Stories that are played side by side: they wait more than they work.
const SIDE_BY_SIDE: usize = 4;

/// What all stories came to.
#[derive(Default)]
struct Tally {
    stories: u64,
    kills: u64,
    slowest: Duration,
    failures: Vec<String>,
}

impl Tally {
    fn count(&self, word: &str) -> usize {
        self.failures.iter().filter(|failure| failure.contains(word)).count()
    }
}

/// One story.
#[derive(Clone, Copy)]
struct Job {
    kind: Kind,
    name: &'static str,
    seed: u64,
}

#[derive(Clone, Copy)]
enum Kind {
    Point,
    Outside,
    /// Panics on the screen; the seed is how often the point is passed before.
    PanicOnScreen,
    PanicInCommand,
}

fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn matrix() -> Vec<Job> {
    let points = chaos::POINTS.iter().map(|point| (Kind::Point, point.name));
    let all = points.chain(cases::OUTSIDE.iter().map(|name| (Kind::Outside, *name)));
    let wanted = setting("CRASH_POINT");
    let all = all.filter(|(_, name)| wanted.as_deref().is_none_or(|wanted| wanted == *name));
    let number = |text: String| text.parse::<u64>().expect("CRASH_SEED and CRASH_SEEDS are numbers");
    let seeds: Vec<u64> = match setting("CRASH_SEED") {
        Some(seed) => vec![number(seed)],
        None => (1..=setting("CRASH_SEEDS").map_or(2, number)).collect(),
    };
    all.flat_map(|(kind, name)| seeds.iter().map(move |seed| Job { kind, name, seed: *seed })).collect()
}

fn play(job: Job, tally: &Mutex<Tally>) {
    let Job { kind, name, seed } = job;
    let mut story = Story::new(name, seed);
    let played = catch_unwind(AssertUnwindSafe(|| match kind {
        Kind::Point => cases::play(name, &mut story),
        Kind::Outside => cases::play_outside(name, &mut story),
        Kind::PanicOnScreen => panics::on_screen(name, seed, &mut story),
        Kind::PanicInCommand => panics::in_command(name, &mut story),
    }));
    let mut tally = tally.lock().unwrap();
    tally.stories += 1;
    tally.kills += story.kills;
    tally.slowest = tally.slowest.max(story.slowest);
    if let Err(panic) = played {
        let why = panic.downcast_ref::<String>().cloned();
        let why = why.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        tally.failures.push(format!("CRASH_POINT='{name}' CRASH_SEED={seed}: {}", why.unwrap_or_default()));
    }
}

/// Plays all of them, some side by side, and tells the figures.
fn play_all(what: &str, jobs: &[Job]) {
    assert!(!jobs.is_empty(), "no such point");
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                while let Some(job) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    play(*job, &tally);
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    let places = jobs.iter().map(|job| job.name).collect::<std::collections::BTreeSet<_>>().len();
    let figures = format!(
        "{what}: {places} places, {} stories, {} ends, {} lost, {} doubled, {} failed, slowest restart {} ms, {} s in all\n",
        tally.stories,
        tally.kills,
        tally.count("LOST"),
        tally.count("DOUBLED"),
        tally.failures.len(),
        tally.slowest.as_millis(),
        began.elapsed().as_secs()
    );
    // Not through print!, which is kept from who ran the tests when they pass.
    std::io::stderr().write_all(figures.as_bytes()).unwrap();
    assert!(tally.failures.is_empty(), "{:#?}", tally.failures);
    assert!(tally.kills >= tally.stories, "every story has an end");
}

#[test]
fn killed_anywhere_nothing_is_lost_and_nothing_is_sent_twice() {
    play_all("crash matrix", &matrix());
}

#[test]
fn a_panic_ends_the_program_in_order_and_says_so() {
    let on_screen = panics::ON_SCREEN.iter().map(|(name, nth)| (Kind::PanicOnScreen, *name, *nth));
    let in_command = panics::IN_COMMAND.iter().map(|name| (Kind::PanicInCommand, *name, 1));
    let jobs: Vec<Job> = on_screen.chain(in_command).map(|(kind, name, seed)| Job { kind, name, seed }).collect();
    play_all("panics", &jobs);
}
