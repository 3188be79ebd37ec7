//! A day of polling, compressed in time: the desk polls a sandbox in another process, which breaks off now and then, while
//! orders come and go. Its memory does not grow and it leaves no descriptor behind. Alone in its process, so that nothing
//! else is measured.
//!
//! A day is 17,280 polls at one each five seconds. Without more it polls for as long as `SECONDS`; with
//! `POLLING_DAY=1` in the environment it polls a whole day.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "common/order.rs"]
mod order;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use oktodesk::{
    desk::{Desk, Ports, Settings, event::DeskEvent, live::LiveList},
    domain::{
        order::{
            Order,
            status::{StatusRule, Workflow},
        },
        value::ids::OrderId,
    },
    journal::{SqliteJournal, lock::FileLock},
    oktopos::{ClientSettings, OktoPos},
    ports::{Ids, Stores},
    sandbox::DEFAULT_KEY,
};
use order::{Clocks, NoIds, order};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// Polls of 24 hours, one each five seconds.
const DAY: usize = 17_280;
/// Orders that are there before anything is measured, as of the day before: the journal's cache is full then.
const YESTERDAY: usize = 200;
/// What is polled before anything is measured: pools and buffers fill.
const WARM_UP: usize = 1_000;
/// How long is polled after that, unless a whole day is asked for.
const SECONDS: u64 = 15;
/// Fewer polls than this measure nothing.
const AT_LEAST: usize = 1_000;
/// An order is taken each so many polls, as in a house with some hundred orders a day.
const ORDER_EACH: usize = 60;
/// Hangs up, refuses and lies now and then, so that connections are made anew.
const FAULTS: &str = "ready:drop-after%40,ready:drop-before%90,ready:500%70,ready:body=garbage%110,ready:portal%130";

/// Ends the process with the test, however it ends.
struct Neighbour(Child);

impl Neighbour {
    fn start() -> (Self, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_oktodesk"))
            .args(["sandbox", "--port", "0", "--faults", FAULTS])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| {
            let line = line.unwrap();
            let at = line.find("http://127.0.0.1:")?;
            Some(line[at..].split(['"', ' ']).next().unwrap().to_owned())
        });
        (Self(child), url.expect("it says where it is"))
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        if self.0.kill().is_ok() {
            self.0.wait().unwrap();
        }
    }
}

/// Resident memory in kB.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// A frontend: what it is told goes into the live list, as on the screen.
struct Front {
    desk: Desk,
    events: mpsc::Receiver<DeskEvent>,
    list: LiveList,
    polls: usize,
    failures: usize,
    orders: usize,
}

impl Front {
    /// Takes in events until so many polls were answered or failed, and takes an order now and then.
    async fn until(&mut self, polls: usize, ends: Instant) {
        while self.polls + self.failures < polls && Instant::now() < ends {
            let event = timeout(Duration::from_secs(30), self.events.recv()).await.expect("it polls").unwrap();
            match event {
                DeskEvent::Orders(rows) => {
                    self.list.apply(&rows);
                }
                DeskEvent::Ready { orders, .. } => {
                    self.polls += 1;
                    self.list.set_ready(&orders);
                    if self.polls.is_multiple_of(ORDER_EACH) {
                        self.take_order().await;
                    }
                }
                DeskEvent::Connection(oktodesk::desk::event::Connection::Down { .. }) => self.failures += 1,
                DeskEvent::SenderStopped { reason } => panic!("{reason}"),
                _ => {}
            }
        }
    }

    /// One order more, and the one before it is done and leaves the ready list.
    async fn take_order(&mut self) {
        let name = |number: usize| format!("order-{number}");
        let order: Order = serde_json::from_value(order(&name(self.orders))).unwrap();
        self.desk.place(&order).await.unwrap();
        if let Some(before) = self.orders.checked_sub(1) {
            self.desk.request_status(&OrderId(name(before)), "completed", None).await.unwrap();
        }
        self.orders += 1;
    }
}

#[tokio::test]
async fn a_day_of_polling_leaves_no_memory_and_no_descriptor_behind() {
    let (_neighbour, url) = Neighbour::start();
    let home = tempfile::tempdir().unwrap();
    let before = descriptors();
    let journal = Arc::new(SqliteJournal::open(home.path()).await.unwrap());
    let pos = OktoPos::new(ClientSettings::new(url.parse().unwrap(), DEFAULT_KEY.into())).unwrap();
    let ports = Ports {
        stores: Stores::of(&journal, Arc::new(())),
        id: NoIds.desk_id(),
        pos: Arc::new(pos),
        clock: Arc::new(Clocks::new()),
        ids: Arc::new(NoIds),
    };
    let mut settings = Settings::new("Europe/Berlin");
    settings.poll_interval = Duration::from_micros(100);
    let desk = Desk::new(ports, settings);
    let (sender, events) = mpsc::channel(256);
    let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
    let lock = Arc::new(FileLock::new(home.path().join("sender.lock")));
    tasks.spawn(desk.worker(lock, sender).run(stop.clone()));
    let last = StatusRule { last: true, ..StatusRule::named("completed") };
    let list = LiveList::new(Workflow { initial: "ready".into(), statuses: vec![last] });
    let mut front = Front { desk, events, list, polls: 0, failures: 0, orders: 0 };

    let far = Duration::from_secs(3600);
    for _ in 0..YESTERDAY {
        front.take_order().await;
    }
    front.until(WARM_UP, Instant::now() + far).await;
    let (warm_memory, warm_descriptors) = (memory(), descriptors());
    let is_whole_day = std::env::var_os("POLLING_DAY").is_some();
    let limit = if is_whole_day { far } else { Duration::from_secs(SECONDS) };
    let began = Instant::now();
    front.until(WARM_UP + DAY, began + limit).await;
    let (end_memory, end_descriptors) = (memory(), descriptors());
    let Front { polls, failures, orders, .. } = front;
    let measured = polls + failures - WARM_UP;
    println!(
        "{measured} polls in {:?} ({failures} failed, {} orders): memory {warm_memory} kB -> {end_memory} kB, \
         descriptors {warm_descriptors} -> {end_descriptors}",
        began.elapsed(),
        orders - YESTERDAY
    );
    assert!(measured >= if is_whole_day { DAY } else { AT_LEAST }, "only {measured} polls");
    assert!(failures > 0, "nothing broke off");
    assert!(end_memory * 10 < warm_memory * 11, "memory grew by more than a tenth");
    // A connection may be open or closed at this moment.
    assert!(end_descriptors <= warm_descriptors + 2, "descriptors");

    stop.cancel();
    drop(front.events);
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    drop(front.desk);
    journal.close().await.unwrap();
    drop(journal);
    // Connections end by themselves right after their client is gone.
    let began = Instant::now();
    while descriptors() > before && began.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(descriptors() <= before, "{} descriptors, {before} before", descriptors());
}
