//! A power cut: what was not synced is gone. A library loaded into the real binary (`powerloss/shim.c`) keeps what a disk
//! would have; the program is killed at random moments, and starts again on that. What was acknowledged is there.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::OnceLock,
    time::Duration,
};

use oktodesk::{
    journal::SqliteJournal,
    ports::{Journal, journal::OrderFilter},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::machine::{Machine, order, tell, until};

/// The library, compiled once for all tests into a directory that goes with the process's last test.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    &SHIM
        .get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("shim.so");
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/powerloss/shim.c");
            let mut cc = Command::new("cc");
            cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&path).arg(source);
            assert!(cc.args(["-ldl", "-lpthread"]).status().unwrap().success(), "the shim must compile");
            (dir, path)
        })
        .1
}

/// How many cuts, by default or on request.
fn seeds(by_default: u64) -> u64 {
    env::var("STORE_SEEDS").map_or(by_default, |text| text.parse().expect("STORE_SEEDS is a number"))
}

/// The one seed to replay, or all.
fn run_seeds(by_default: u64, mut run: impl FnMut(u64)) {
    if let Ok(seed) = env::var("STORE_SEED") {
        return run(seed.parse().expect("STORE_SEED is a number"));
    }
    (0..seeds(by_default)).for_each(|seed| {
        tell(format!("STORE_SEED={seed}"));
        run(seed);
    });
}

/// A machine on whose disk only what was synced stays.
struct Cut {
    machine: Machine,
    random: StdRng,
}

impl Cut {
    fn new(seed: u64) -> Self {
        let mut machine = Machine::new();
        fs::create_dir_all(machine.path("shadow/objects")).unwrap();
        let (data, shadow) = (machine.data_dir(), machine.path("shadow"));
        machine.settings.extend([
            ("LD_PRELOAD", shim().display().to_string()),
            ("POWERLOSS_DIR", data.display().to_string()),
            ("POWERLOSS_SHADOW", shadow.display().to_string()),
        ]);
        Self { machine, random: StdRng::seed_from_u64(seed) }
    }

    fn plant(&mut self, bug: &str) {
        self.machine.settings.push(("CHAOS_BUG", bug.into()));
    }

    fn orders(&mut self, prefix: &str) -> String {
        let count = self.random.random_range(20..60);
        let orders: Vec<Value> = (0..count).map(|number| order(&format!("{prefix}{number}"))).collect();
        self.machine.file(&format!("{prefix}.json"), &json!(orders).to_string())
    }

    /// Power is back: the data directory as the disk has it, and the ids in its journal by delivery.
    fn back(&self) -> (PathBuf, Vec<(String, String)>) {
        let shadow = self.machine.path("shadow");
        let back = self.machine.path("back");
        fs::create_dir(&back).unwrap();
        for line in fs::read_to_string(shadow.join("names")).unwrap().lines() {
            let (inode, name) = line.split_once(' ').unwrap();
            // A file that was never synced has a name and nothing in it.
            let content = fs::read(shadow.join("objects").join(inode)).unwrap_or_default();
            fs::write(back.join(name), content).unwrap();
        }
        let rows = self.machine.runtime.block_on(async {
            let journal = SqliteJournal::open(&back).await.expect("the journal opens after the cut");
            journal.check().await.expect("the journal is whole after the cut");
            let rows = journal.orders(&OrderFilter::default()).await.unwrap();
            journal.close().await.unwrap();
            rows
        });
        let found = rows.into_iter().map(|row| (row.order_id.0, row.delivery.word().to_owned())).collect();
        (back, found)
    }
}

/// Records orders without sending and cuts the power after a random number of acknowledgements; returns what is lost.
fn lost_of_recorded(mut cut: Cut) -> Vec<String> {
    let file = cut.orders("r");
    let mut child = cut.machine.command(&["send", "--no-wait", &file]).spawn().unwrap();
    let wanted = cut.random.random_range(1..20);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    for line in lines.map_while(Result::ok) {
        let line: Value = serde_json::from_str(&line).unwrap();
        acknowledged.push(line["orderId"].as_str().unwrap().to_owned());
        if acknowledged.len() == wanted {
            break;
        }
    }
    kill(child);
    assert_eq!(acknowledged.len(), wanted, "it got so far before the cut");
    let (_, rows) = cut.back();
    let there: BTreeSet<String> = rows.into_iter().map(|(id, _)| id).collect();
    acknowledged.into_iter().filter(|id| !there.contains(id)).collect()
}

/// The orders the sandbox has.
fn received(machine: &Machine) -> Vec<String> {
    let world = machine.world();
    world.orders.iter().map(|order| order.order["orderId"].as_str().unwrap().to_owned()).collect()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    run_seeds(8, |seed| {
        assert_eq!(lost_of_recorded(Cut::new(seed)), Vec::<String>::new(), "STORE_SEED={seed}");
    });
}

/// The control: where the journal does not wait for the disk, the very same cuts lose orders.
#[test]
fn a_journal_that_does_not_wait_for_the_disk_loses_orders() {
    let lost: usize = (0..4)
        .map(|seed| {
            let mut cut = Cut::new(seed);
            cut.plant("synchronous-normal");
            lost_of_recorded(cut).len()
        })
        .sum();
    tell(format!("{lost} acknowledged orders lost in 4 cuts"));
    assert!(lost > 0, "the cut is no power cut");
}

#[test]
fn what_left_for_oktopos_is_never_sent_a_second_time_after_a_power_cut() {
    run_seeds(6, |seed| {
        let mut cut = Cut::new(seed);
        let file = cut.orders("s");
        cut.machine.faults("create:late=5ms");
        let child = cut.machine.command(&["send", &file]).spawn().unwrap();
        let wanted = cut.random.random_range(1..15);
        until("some are sent", || cut.machine.world().attempts.len() >= wanted);
        std::thread::sleep(Duration::from_micros(cut.random.random_range(0..8000)));
        kill(child);
        let (back, rows) = cut.back();
        for id in received(&cut.machine) {
            let delivery = rows.iter().find(|(known, _)| *known == id).map(|(_, word)| word.as_str());
            assert!(
                matches!(delivery, Some("sending" | "accepted")),
                "{id} was received and is {delivery:?} here; STORE_SEED={seed}"
            );
        }
        // The program goes on with what the disk has; the rest of the file is sent now.
        cut.machine.faults("");
        cut.machine.settings.clear();
        let dir = back.display().to_string();
        let ran = cut.machine.run(&["--data-dir", &dir, "send", &file]);
        assert!([0, 6].contains(&ran.code), "{}\nSTORE_SEED={seed}", ran.stderr);
        let mut all = received(&cut.machine);
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "sent twice; STORE_SEED={seed}");
        // What was marked and had not left is not sent again by itself: it waits for a person, in sight.
        let listed = cut.machine.run(&["--data-dir", &dir, "orders"]).expect(0).lines;
        let text = fs::read_to_string(&file).unwrap();
        for wanted in serde_json::from_str::<Vec<Value>>(&text).unwrap() {
            let id = wanted["orderId"].as_str().unwrap();
            let line = listed.iter().find(|line| line["orderId"] == id).expect("none is lost");
            let is_there = all.iter().any(|received| received == id);
            assert!(is_there || line["delivery"] == "unknown", "{line}; STORE_SEED={seed}");
        }
    });
}
