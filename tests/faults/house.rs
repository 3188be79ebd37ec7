//! A whole desk for one test: journal on disk, worker, real client, the proxy and the sandbox behind it.

use std::{sync::Arc, time::Duration};

use oktodesk::{
    desk::{Desk, Ports, Settings, event::DeskEvent, live::LiveList, send::outbox::Policy},
    domain::{
        order::{
            Order,
            status::{StatusRule, Workflow},
        },
        value::ids::OrderId,
    },
    journal::{SqliteJournal, lock::FileLock},
    oktopos::{ClientSettings, OktoPos},
    ports::{
        Ids, Stores,
        journal::{OrderFilter, OrderRow},
    },
    sandbox::{self, DEFAULT_KEY, Sandbox, SandboxOptions, Snapshot},
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    order::{Clocks, NoIds, order},
    proxy::Proxy,
};

/// The longest a test waits for anything. Never waited out by a test that passes.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn id(text: &str) -> OrderId {
    OrderId(text.into())
}

/// How one house differs from the next.
#[derive(Debug, Clone)]
pub struct Habits {
    /// How long the client waits for a whole call.
    pub total_timeout: Duration,
    pub poll_interval: Duration,
    pub policy: Policy,
    pub options: SandboxOptions,
}

impl Default for Habits {
    fn default() -> Self {
        let quick = Duration::from_millis(10);
        Self {
            total_timeout: PATIENCE,
            poll_interval: Duration::from_millis(30),
            policy: Policy { backoff_base: quick, backoff_cap: quick * 5, ..Policy::default() },
            options: SandboxOptions { ready_internal_id: true, ..SandboxOptions::default() },
        }
    }
}

pub struct House {
    pub desk: Desk,
    pub proxy: Proxy,
    pub sandbox: Sandbox,
    journal: Arc<SqliteJournal>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    _home: tempfile::TempDir,
}

impl House {
    pub async fn new(habits: Habits) -> Self {
        let home = tempfile::tempdir().unwrap();
        let sandbox = sandbox::start(habits.options).await.unwrap();
        let proxy = Proxy::start(sandbox.address());
        let settings = ClientSettings::new(proxy.url().parse().unwrap(), DEFAULT_KEY.into());
        let total_timeout = habits.total_timeout;
        let connect_timeout = total_timeout - Duration::from_millis(100);
        let pos = OktoPos::new(ClientSettings { connect_timeout, total_timeout, ..settings }).unwrap();
        let data = home.path().join("data");
        let journal = Arc::new(SqliteJournal::open(&data).await.unwrap());
        let ports = Ports {
            stores: Stores::of(&journal, Arc::new(())),
            id: NoIds.desk_id(),
            pos: Arc::new(pos),
            clock: Arc::new(Clocks::new()),
            ids: Arc::new(NoIds),
        };
        let mut settings = Settings::new("Europe/Berlin");
        settings.poll_interval = habits.poll_interval;
        settings.policy = habits.policy;
        settings.jitter = || u32::MAX;
        let desk = Desk::new(ports, settings);
        let (events, receiver) = mpsc::channel(64);
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let lock = Arc::new(FileLock::new(data.join("sender.lock")));
        tasks.spawn(desk.worker(lock, events).run(stop.clone()));
        tasks.spawn(watch(receiver));
        Self { desk, proxy, sandbox, journal, stop, tasks, _home: home }
    }

    /// Records orders; that never waits for the network. Returns how long the slowest took.
    pub async fn place(&self, ids: &[&str]) -> Duration {
        let mut slowest = Duration::ZERO;
        for id in ids {
            let order: Order = serde_json::from_value(order(id)).unwrap();
            let began = Instant::now();
            self.desk.place(&order).await.unwrap();
            slowest = slowest.max(began.elapsed());
        }
        slowest
    }

    pub fn world(&self) -> Snapshot {
        self.sandbox.world()
    }

    pub async fn row(&self, text: &str) -> OrderRow {
        self.desk.order(&id(text)).await.unwrap().row
    }

    /// Waits until the journal has these orders in this delivery.
    #[track_caller]
    pub fn until(&self, ids: &[&str], word: &'static str) -> impl Future<Output = ()> {
        let ids: Vec<OrderId> = ids.iter().map(|text| id(text)).collect();
        let (desk, caller) = (self.desk.clone(), std::panic::Location::caller());
        async move {
            let began = Instant::now();
            loop {
                let rows = desk.orders(&OrderFilter::default()).await.unwrap();
                let now = |id: &OrderId| rows.iter().find(|row| row.order_id == *id).map(|row| row.delivery.word());
                if ids.iter().all(|id| now(id) == Some(word)) {
                    return;
                }
                assert!(began.elapsed() < PATIENCE, "{caller}: never {word}: {rows:#?}");
                sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// What holds after every fault: every order is in the journal, the server received each once at most, and what counts
    /// as accepted is there.
    pub async fn expect_nothing_lost_and_nothing_twice(&self, ids: &[&str]) {
        let world = self.world();
        for text in ids {
            let row = self.row(text).await;
            let received = world.of(text).len();
            assert!(received <= 1, "{text} was received {received} times");
            assert!(world.attempts_of.get(*text).copied().unwrap_or(0) <= 1, "{text} was sent more than once");
            if row.delivery.word() == "accepted" {
                assert_eq!(received, 1, "{text} is accepted here and was not received there");
                assert_eq!(row.delivery.internal_id().map(|id| id.0), Some(world.of(text)[0].internal_id), "{text}");
            }
        }
    }

    /// Ends the desk. Nothing of it hangs, and nothing of it panicked.
    pub async fn end(mut self) {
        self.stop.cancel();
        while let Some(ended) = timeout(PATIENCE, self.tasks.join_next()).await.expect("it ends") {
            ended.unwrap();
        }
        self.journal.close().await.unwrap();
    }
}

/// A frontend that does nothing but keep the list.
async fn watch(mut events: mpsc::Receiver<DeskEvent>) {
    let last = StatusRule { last: true, ..StatusRule::named("done") };
    let mut list = LiveList::new(Workflow { initial: "ready".into(), statuses: vec![last] });
    while let Some(event) = events.recv().await {
        match event {
            DeskEvent::Orders(rows) => drop(list.apply(&rows)),
            DeskEvent::Ready { orders, .. } => drop(list.set_ready(&orders)),
            DeskEvent::SenderStopped { reason } => panic!("the sender stopped: {reason}"),
            _ => {}
        }
    }
}
