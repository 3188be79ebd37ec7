//! One story: a house, some orders, a crash, a restart, and what must hold afterwards (I1 to I4 of the promise).

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::Duration,
};

use oktodesk::{
    journal::SqliteJournal,
    ports::Journal,
    sandbox::{SandboxOptions, Snapshot},
};
use serde_json::Value;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use crate::{
    dice::Dice,
    house::House,
    order::order,
    run::{Ran, Running},
    screen,
};

/// A program that was killed is up again, with its orders in sight, within this time.
pub const RESTART: Duration = Duration::from_secs(2);
/// The signal of `chaos::point`, and a real kill.
const ABORT: i32 = 6;
const KILL: i32 = 9;

/// What later migrations added is taken away.
const FIRST_SCHEMA: &str = "ALTER TABLE outbox DROP COLUMN due_at; ALTER TABLE orders DROP COLUMN status_tried; \
     DROP TABLE event_words; DROP TRIGGER events_stay; ALTER TABLE drafts DROP COLUMN desk; ALTER TABLE orders DROP COLUMN pieces; ALTER TABLE orders DROP COLUMN promised_at; \
     DROP INDEX orders_guest_number; DROP INDEX orders_guest_who; DROP TABLE guest_notes; DROP TABLE imported_guests; \
     ALTER TABLE orders DROP COLUMN guest_number; ALTER TABLE orders DROP COLUMN guest_who; \
     ALTER TABLE orders DROP COLUMN session_token; ALTER TABLE orders DROP COLUMN brief; \
     DROP INDEX orders_flagged; ALTER TABLE orders DROP COLUMN stray; ALTER TABLE orders DROP COLUMN may_have_arrived; \
     ALTER TABLE orders DROP COLUMN not_taken; ALTER TABLE orders DROP COLUMN fence; DROP TABLE senders; \
     DROP INDEX orders_personal; ALTER TABLE orders DROP COLUMN personal; PRAGMA user_version = 1";

/// The orders as the program lists them, by id.
type Rows = BTreeMap<String, Value>;

pub struct Story {
    pub house: House,
    pub dice: Dice,
    /// The ids of the orders of this story.
    pub ids: Vec<String>,
    /// How often a person asked for an order to be sent once more.
    pub asked: BTreeMap<String, u64>,
    /// What the program said of orders, before it was killed or not.
    told: Vec<Value>,
    pub kills: u64,
    pub slowest: Duration,
}

impl Story {
    pub fn new(name: &str, seed: u64) -> Self {
        let mut dice = Dice::new(name, seed);
        let options = SandboxOptions { ready_internal_id: dice.coin(), ..SandboxOptions::default() };
        Self {
            house: House::with(options),
            dice,
            ids: Vec::new(),
            asked: BTreeMap::new(),
            told: Vec::new(),
            kills: 0,
            slowest: Duration::ZERO,
        }
    }

    /// Writes so many orders into a file and returns its name.
    pub fn write_orders(&mut self, count: u64) -> String {
        self.ids = (1..=count).map(|n| format!("order-{n}")).collect();
        let text: String = self.ids.iter().map(|id| format!("{}\n", order(id))).collect();
        fs::write(self.house.path("orders.jsonl"), text).unwrap();
        self.file()
    }

    /// These may be tried again and again: what is received is still counted.
    pub fn may_be_tried(&mut self, ids: &[String]) {
        for id in ids {
            *self.asked.entry(id.clone()).or_default() += 100;
        }
    }

    /// From now on the file has another order, that of the next guest.
    pub fn next_guest(&mut self) {
        let id = "order-of-the-next-guest";
        fs::write(self.file(), format!("{}\n", order(id))).unwrap();
        self.ids.push(id.to_owned());
    }

    /// Takes the journal back to the schema of the first program.
    pub fn make_old(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let file = self.house.data_dir().join("journal.sqlite3");
        runtime.block_on(async {
            let mut old = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
            sqlx::raw_sql(FIRST_SCHEMA).execute(&mut old).await.unwrap();
            old.close().await.unwrap();
        });
    }

    pub fn file(&self) -> String {
        self.house.path("orders.jsonl").display().to_string()
    }

    pub fn env(&self, chaos: Option<(&str, String)>) -> Vec<(String, String)> {
        let chaos = chaos.map(|(name, value)| (name.to_owned(), value));
        // Which guard is broken, if the matrix itself is to be tried out.
        let bug = std::env::var("CHAOS_BUG").ok().map(|bug| ("CHAOS_BUG".to_owned(), bug));
        self.house.env().into_iter().chain(chaos).chain(bug).collect()
    }

    pub fn start(&self, args: &[&str]) -> Running {
        Running::start(args, &self.env(None))
    }

    /// Runs a command to its end.
    pub fn run(&mut self, args: &[&str]) -> Ran {
        let ran = self.start(args).ended();
        self.hear(&ran);
        ran
    }

    pub fn hear(&mut self, ran: &Ran) {
        self.told.extend(ran.lines.iter().filter(|line| line["orderId"].is_string()).cloned());
    }

    /// Runs a command that dies when it comes by the point the nth time. One that does not come by is a failure.
    #[track_caller]
    pub fn crash(&mut self, args: &[&str], point: &str, nth: u64) {
        let ran = Running::start(args, &self.env(Some(("CHAOS_KILL", format!("{point}@{nth}"))))).ended();
        assert_eq!(ran.signal, Some(ABORT), "{point}@{nth} was not reached: {ran:#?}");
        self.hear(&ran);
        self.kills += 1;
    }

    /// Takes in how a run ended that was killed from outside, if it was.
    pub fn killed(&mut self, ran: &Ran) {
        self.kills += u64::from(ran.signal == Some(KILL));
        assert!(ran.signal.is_none_or(|signal| signal == KILL), "{ran:#?}");
        self.hear(ran);
    }

    /// The orders of the journal as the program lists them.
    #[track_caller]
    pub fn rows(&mut self) -> Rows {
        let ran = self.start(&["orders"]).ended().expect(&[0]);
        let rows: Rows =
            ran.lines.iter().map(|row| (row["orderId"].as_str().unwrap().to_owned(), row.clone())).collect();
        assert_eq!(rows.len(), ran.lines.len(), "an order is listed twice");
        rows
    }

    /// Starts again after a kill: quickly, and with everything that was said still true (I1), nothing invented (I3) and
    /// the journal sound (I4).
    #[track_caller]
    pub fn restart(&mut self) -> Rows {
        let ran = self.start(&["orders"]).ended().expect(&[0]);
        assert!(ran.took < RESTART, "up again only after {:?}", ran.took);
        self.slowest = self.slowest.max(ran.took);
        let rows = self.rows();
        for told in &self.told {
            let id = told["orderId"].as_str().unwrap();
            let row = rows.get(id).unwrap_or_else(|| panic!("LOST: {id} was said to be saved: {told}"));
            if told["delivery"] == "accepted" {
                assert_eq!(row["delivery"], "accepted", "{id} was said to be accepted");
            }
        }
        self.expect_true(&rows);
        self.expect_sound();
        rows
    }

    /// What is accepted here was received there, once; what was received there is known here.
    #[track_caller]
    fn expect_true(&self, rows: &Rows) {
        let world = self.house.world();
        for (id, row) in rows {
            let received = world.of(id);
            assert!(received.len() <= 1, "DOUBLED: {id} was received {} times", received.len());
            if row["delivery"] == "accepted" {
                assert_eq!(received.len(), 1, "{id} counts as accepted and was not received");
                if let Some(known) = row["internalId"].as_i64() {
                    assert_eq!(known, received[0].internal_id, "{id} has somebody else's id");
                }
            }
        }
        for received in &world.orders {
            assert!(rows.contains_key(received.order_id()), "LOST: {} was sent and is unknown", received.order_id());
        }
        for (id, count) in &world.attempts_of {
            let most = 1 + self.asked.get(id).copied().unwrap_or_default();
            assert!(*count <= most, "DOUBLED: {id} was sent {count} times, {most} asked for");
        }
    }

    #[track_caller]
    fn expect_sound(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let journal = SqliteJournal::open(&self.house.data_dir()).await.expect("it opens");
            journal.check().await.expect("it is sound");
            journal.close().await.expect("it closes");
        });
    }

    /// Goes on after a crash until everything is settled, as a person would: send the same file again, look at what is
    /// unclear, and send again what OktoPOS does not have. `while_unsettled` is done once the outbox is empty.
    #[track_caller]
    pub fn settle(&mut self, while_unsettled: impl FnOnce(&Self)) {
        self.house.faults("");
        let before = self.restart();
        // Rejected, nothing to do, unknown.
        self.run(&["outbox", "--drain"]).expect(&[0, 4, 6]);
        let drained = self.rows();
        for (id, row) in &drained {
            let delivery = row["delivery"].as_str().unwrap();
            assert!(!["sending", "queued"].contains(&delivery), "{id} is still {delivery} after a drain");
            if before.get(id).is_some_and(|row| row["delivery"] == "sending") {
                assert!(["unknown", "accepted"].contains(&delivery), "{id} was cut off and is {delivery}");
            }
        }
        self.expect_true(&drained);
        while_unsettled(self);
        // Sending the file again is asking for what was rejected or taken back.
        for (id, row) in &drained {
            if ["rejected", "cancelled"].contains(&row["delivery"].as_str().unwrap()) {
                *self.asked.entry(id.clone()).or_default() += 1;
            }
        }
        let file = self.file();
        self.run(&["send", &file]).expect(&[0, 6]);
        if !self.arrived_unclear().is_empty() {
            screen::watch(self);
        }
        for id in self.unknown() {
            *self.asked.entry(id.clone()).or_default() += 1;
            self.run(&["resend", &id]).expect(&[0]);
        }
        self.expect_settled();
    }

    /// Orders that are unclear here and stand in the ready list there.
    pub fn arrived_unclear(&mut self) -> BTreeSet<String> {
        let world = self.house.world();
        self.unknown().into_iter().filter(|id| !world.of(id).is_empty()).collect()
    }

    fn unknown(&mut self) -> BTreeSet<String> {
        let ran = self.start(&["orders", "--delivery", "unknown"]).ended().expect(&[0]);
        ran.lines.iter().map(|row| row["orderId"].as_str().unwrap().to_owned()).collect()
    }

    /// Every order is accepted here and received there, once; nothing else is; nothing waits.
    #[track_caller]
    fn expect_settled(&mut self) {
        let rows = self.rows();
        self.expect_true(&rows);
        for id in &self.ids {
            let row = rows.get(id).unwrap_or_else(|| panic!("LOST: {id}"));
            assert_eq!(row["delivery"], "accepted", "{id}: {row}");
        }
        let world: Snapshot = self.house.world();
        assert_eq!((rows.len(), world.orders.len()), (self.ids.len(), self.ids.len()), "one row here, one order there");
        assert!(self.start(&["outbox"]).ended().expect(&[0]).lines.is_empty(), "something waits");
        self.expect_sound();
    }
}
