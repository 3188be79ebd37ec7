//! What must hold when the storm is over: nothing lost, nothing doubled, nothing thrown away, and everything that is unclear
//! in sight.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use oktodesk::{journal::SqliteJournal, ports::Journal};
use serde_json::Value;
use tokio::time::Instant;

use crate::{programs::Storm, run::Running};

/// Runs of the outbox until everything is settled that settles by itself.
const DRAINS: usize = 20;

/// No command takes longer: one order may take its 43 s, and the ready list is given time after that.
const LONGEST: Duration = Duration::from_secs(180);

/// What was found.
#[derive(Debug, Default)]
pub struct Verdict {
    pub orders: usize,
    pub received: usize,
    pub unknown: usize,
    pub drafts: usize,
    /// The command of the settling that took longest.
    pub slowest: Duration,
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
    pub thrown_away: Vec<String>,
    pub wrong: Vec<String>,
}

impl Verdict {
    /// Settles what is left and looks at everything.
    pub fn of(storm: &Storm) -> Self {
        let mut verdict = Self::default();
        verdict.settle(storm);
        let rows = verdict.rows(storm);
        verdict.orders = rows.len();
        verdict.look_at_orders(storm, &rows);
        verdict.look_at_marks(storm);
        verdict.look_at_journal(storm, &rows);
        verdict.wrong.extend(storm.told().wrong.iter().cloned());
        verdict
    }

    fn run(&mut self, storm: &Storm, args: &[&str], codes: &[i32]) -> Vec<Value> {
        let began = Instant::now();
        let mut running = Running::start(args, &storm.ground.env());
        while running.is_up() && began.elapsed() < LONGEST {
            std::thread::sleep(Duration::from_millis(2));
        }
        if running.is_up() {
            running.kill();
        }
        let ran = running.told();
        self.slowest = self.slowest.max(ran.took);
        if !ran.code.is_some_and(|code| codes.contains(&code)) {
            self.wrong.push(format!("{args:?}: {ran:#?}"));
        }
        ran.lines
    }

    /// The sky is clear: every file is sent once more under its key, and the outbox is sent.
    fn settle(&mut self, storm: &Storm) {
        for _ in 0..DRAINS {
            self.run(storm, &["outbox", "--drain"], &[0, 4, 6, 7]);
            let left = self.run(storm, &["outbox"], &[0]);
            if left.iter().all(|entry| entry["delivery"] == "unknown") {
                break;
            }
        }
        let files = storm.told().files.clone();
        for file in &files {
            self.run(storm, &["send", "--key", &file.key, &file.path], &[0, 4, 6]);
        }
        for entry in self.run(storm, &["outbox"], &[0]) {
            // A status of an unclear order waits for the order.
            if entry["delivery"] != "unknown" {
                self.wrong.push(format!("LEFT in the outbox: {entry}"));
            }
        }
    }

    fn rows(&mut self, storm: &Storm) -> BTreeMap<String, Value> {
        let lines = self.run(storm, &["orders"], &[0]);
        lines.into_iter().map(|row| (row["orderId"].as_str().unwrap().to_owned(), row)).collect()
    }

    /// What was said is still true, what is accepted was received, and what was received is known, once.
    fn look_at_orders(&mut self, storm: &Storm, rows: &BTreeMap<String, Value>) {
        let world = storm.ground.world();
        let told = storm.told();
        for line in &told.printed {
            let id = line["orderId"].as_str().unwrap();
            match rows.get(id) {
                None => self.lost.push(format!("{id} was printed and is in no journal: {line}")),
                Some(row) if line["delivery"] == "accepted" && row["delivery"] != "accepted" => {
                    self.wrong.push(format!("{id} was said to be accepted and is {row}"));
                }
                Some(_) => {}
            }
        }
        let mut received: BTreeMap<&str, u64> = BTreeMap::new();
        for order in &world.orders {
            *received.entry(order.order_id()).or_default() += 1;
        }
        self.received = world.orders.len();
        for (id, count) in &received {
            let most = 1 + told.asked.get(*id).copied().unwrap_or_default();
            if *count > most {
                self.doubled.push(format!("{id} was received {count} times, {most} asked for"));
            }
            if !rows.contains_key(*id) {
                self.lost.push(format!("{id} was received and is in no journal"));
            }
        }
        for (id, row) in rows.iter().filter(|(_, row)| row["delivery"] == "accepted") {
            if !received.contains_key(id.as_str()) {
                self.lost.push(format!("{id} counts as accepted and was never received: {row}"));
            }
        }
    }

    /// Every line that was on disk is in exactly one order or draft, and every line of every file in one order.
    fn look_at_marks(&mut self, storm: &Storm) {
        let all = storm.marks();
        let told = storm.told();
        let lost = told.kept.iter().filter(|mark| !all.contains(*mark));
        self.thrown_away.extend(lost.map(|mark| format!("{mark} is in no order and no draft")));
        let lines: Vec<&str> = all.lines().collect();
        let of_files = told.files.iter().flat_map(|file| &file.marks);
        for mark in told.kept.iter().chain(of_files.clone()) {
            let holders = lines.iter().filter(|line| line.contains(mark.as_str())).count();
            if holders > 1 {
                self.doubled.push(format!("{mark} is in {holders} orders and drafts"));
            }
        }
        for mark in of_files.filter(|mark| !all.contains(*mark)) {
            self.lost.push(format!("{mark} of a file that was sent is in no order"));
        }
    }

    fn look_at_journal(&mut self, storm: &Storm, rows: &BTreeMap<String, Value>) {
        let listed = self.run(storm, &["outbox"], &[0]);
        let listed: BTreeSet<&str> = listed.iter().filter_map(|entry| entry["orderId"].as_str()).collect();
        let unknown: Vec<&String> =
            rows.iter().filter(|(_, row)| row["delivery"] == "unknown").map(|(id, _)| id).collect();
        self.unknown = unknown.len();
        for id in unknown.into_iter().filter(|id| !listed.contains(id.as_str())) {
            self.wrong.push(format!("{id} is unclear and not listed"));
        }
        let (saved, ground) = (storm.told().saved.clone(), &storm.ground);
        ground.runtime.block_on(async {
            let journal = SqliteJournal::open(&ground.data_dir()).await.expect("it opens");
            if let Err(error) = journal.check().await {
                self.wrong.push(format!("the journal is not sound: {error}"));
            }
            let drafts = journal.drafts().await.expect("drafts are read");
            self.drafts = drafts.len();
            for open in &drafts {
                let text = serde_json::to_string(&open.draft).expect("a draft is JSON");
                if rows.contains_key(open.draft.order_id.as_str()) {
                    let row = &rows[open.draft.order_id.as_str()];
                    self.wrong.push(format!("{} is an order and a draft: {row}", open.draft.order_id));
                }
                let said = saved.iter().filter(|mark| text.contains(*mark));
                self.lost.extend(said.map(|mark| format!("{mark} was said to be saved and is a draft")));
            }
            journal.close().await.expect("it closes");
        });
    }
}
