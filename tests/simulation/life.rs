//! One life: the clocks, the chance, the ports' common state and the count of steps. After every step the ledger is held
//! against the journal and OktoPOS. Starts nothing by itself.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use oktodesk::{
    desk::event::Connection,
    domain::value::ids::{DeskId, OrderId},
    journal::MemoryJournal,
    ports::{
        Clock, Ids, Journal, PosError, SenderLock,
        journal::{OrderFilter, OrderRow, OutboxEntry},
    },
};
use tokio::{sync::Notify, time::Instant};

use super::{
    ledger::Ledger,
    network::Weather,
    pauses::Pauses,
    random::Random,
    server::{Endpoint, Server},
    shared::Marks,
    told::Told,
    world::{Planted, Scene, World, world},
};

/// The two instances a program may be configured for.
pub const ADDRESSES: [&str; 2] = ["https://one.test/v1/", "https://two.test/v1/"];

/// What the wall clock says when a life begins.
pub const BEGAN: &str = "2026-07-01T10:00:00Z";

/// What is remembered of the way to a failure.
const TRACE: usize = 10_000;

/// What was done, by kind. Each is followed by a check of everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Steps {
    pub events: u64,
    pub calls: u64,
    pub writes: u64,
    pub clocks: u64,
}

impl Steps {
    pub fn all(&self) -> u64 {
        self.events + self.calls + self.writes + self.clocks
    }

    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.calls += other.calls;
        self.writes += other.writes;
        self.clocks += other.clocks;
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A person, a start, a crash, a change of the weather.
    Event,
    /// A call to OktoPOS.
    Call,
    /// A write into the journal.
    Write,
    /// Time passes, or the wall clock is set.
    Clock,
}

pub struct State {
    pub random: Random,
    pub ledger: Ledger,
    pub servers: [Server; 2],
    pub weather: Weather,
    pub bad_disk: bool,
    /// The journal can be read and not written.
    pub read_only: bool,
    /// When the disk was last made a bad one.
    pub bad_at: Duration,
    /// What was typed into open orders.
    pub marks: Marks,
    /// What became of the last look-up of a guest.
    pub looked_up: BTreeMap<usize, Result<(), PosError>>,
    /// What OktoPOS asked to be left alone for.
    pub pauses: Pauses,
    /// What each program that runs heard.
    pub told: BTreeMap<usize, Told>,
    /// Nothing goes wrong any more.
    pub healed: bool,
    /// Who has the right to send.
    pub sender: Option<usize>,
    /// Programs that ended just now and are not cleared away.
    pub dead: BTreeSet<usize>,
    /// The programs that run, and which instance each is configured for.
    pub running: BTreeMap<usize, usize>,
    /// Orders and drafts that a person has open: nobody else types into them.
    pub open: BTreeSet<OrderId>,
    pub steps: Steps,
    pub next_order: u32,
    pub next_desk: u32,
    pub next_status: u32,
    wall: Timestamp,
    /// When the wall clock was last set.
    pub stepped_at: Duration,
    trace: VecDeque<String>,
    digest: u64,
    violations: Vec<String>,
}

impl State {
    pub fn say(&mut self, at: Duration, what: &str) {
        let line = format!("{:>10.3} {what}", at.as_secs_f64());
        for byte in line.bytes() {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if what.is_empty() {
            return;
        }
        if self.trace.len() == TRACE {
            self.trace.pop_front();
        }
        self.trace.push_back(line);
    }

    pub fn violated(&mut self, what: impl IntoIterator<Item = String>) {
        self.violations.extend(what);
    }

    pub fn set_clock(&mut self, by: SignedDuration, at: Duration) {
        self.wall += by;
        self.stepped_at = at;
    }
}

pub struct Life {
    pub world: World,
    /// The journal as it is on disk, past everything that may fail on the way.
    pub store: Arc<dyn Journal>,
    /// Somebody has to look at `State::dead`.
    pub news: Notify,
    start: Instant,
    state: Mutex<State>,
}

impl Life {
    pub fn new(seed: u64, planted: Option<Planted>, scene: Option<Scene>) -> Arc<Self> {
        let mut random = Random::new(seed);
        let (world, repeats, lists) = world(planted, scene, &mut random);
        let ledger = Ledger { safe_to_repeat: world.repeated.is_safe_to_repeat(), ..Ledger::default() };
        let state = State {
            random,
            ledger,
            servers: [Server::new(repeats, lists), Server::new(repeats, lists)],
            weather: Weather::Calm,
            bad_disk: false,
            read_only: false,
            bad_at: Duration::ZERO,
            marks: Marks::default(),
            looked_up: BTreeMap::new(),
            pauses: Pauses::default(),
            told: BTreeMap::new(),
            healed: false,
            sender: None,
            dead: BTreeSet::new(),
            running: BTreeMap::new(),
            open: BTreeSet::new(),
            steps: Steps::default(),
            next_order: 0,
            next_desk: 0,
            next_status: 0,
            wall: BEGAN.parse().unwrap(),
            stepped_at: Duration::ZERO,
            trace: VecDeque::new(),
            digest: 0xcbf2_9ce4_8422_2325,
            violations: vec![],
        };
        let (store, news, start) = (Arc::new(MemoryJournal::default()), Notify::new(), Instant::now());
        Arc::new(Self { world, store, news, start, state: Mutex::new(state) })
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn plants(&self, planted: Planted) -> bool {
        self.world.planted == Some(planted)
    }

    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub fn wall(&self) -> Timestamp {
        self.state().wall + SignedDuration::try_from(self.elapsed()).unwrap()
    }

    /// Counts a step, lets arrive what is due, and checks everything.
    pub async fn step(&self, kind: Kind, what: String) {
        let (now, wall) = (self.elapsed(), self.wall());
        {
            let mut state = self.state();
            let State { steps, servers, random, .. } = &mut *state;
            match kind {
                Kind::Event => steps.events += 1,
                Kind::Call => steps.calls += 1,
                Kind::Write => steps.writes += 1,
                Kind::Clock => steps.clocks += 1,
            }
            servers.iter_mut().for_each(|server| server.arrive(now, wall, random));
            state.say(now, &what);
        }
        self.check().await;
    }

    async fn check(&self) {
        let (rows, outbox) = self.look().await;
        let drafts = self.store.drafts().await.unwrap();
        let mut state = self.state();
        let mut wrong = state.ledger.check(&rows, &outbox, &state.servers);
        for (id, promise) in state.ledger.drafts.iter().filter(|(_, promise)| promise.acknowledged > 0) {
            let saved = drafts.iter().find(|open| open.draft.order_id == *id).map(|open| open.draft.focus);
            let is_right = saved.map_or(promise.may_be_gone, |saved| {
                (promise.acknowledged as usize..=promise.asked as usize).contains(&saved)
            });
            if !is_right {
                wrong.push(format!("I1: the draft {id} was saved as {} and is {saved:?}", promise.acknowledged));
            }
        }
        wrong.extend(state.marks.lost(&drafts, rows.iter().map(|row| &row.order_id)));
        state.violated(wrong);
    }

    /// Takes in what a program hears of an endpoint.
    pub fn hear<T>(&self, slot: usize, endpoint: Endpoint, answer: &Result<T, PosError>) {
        let at = self.elapsed();
        self.state().told.entry(slot).or_default().hear(endpoint, answer, at);
    }

    /// A call of the outbox leaves, and later comes back.
    pub fn outbox_leaves(&self, slot: usize, server: usize) {
        let at = self.elapsed();
        let mut state = self.state();
        // By a clock that is set nobody can say when a pause ends.
        let wrong = state.pauses.leaves(slot, server, at).filter(|_| !self.world.clock_steps);
        state.violated(wrong);
    }

    pub fn outbox_hears<T>(&self, slot: usize, server: usize, endpoint: Endpoint, answer: &Result<T, PosError>) {
        let at = self.elapsed();
        self.state().pauses.hear(slot, server, answer, at);
        self.hear(slot, endpoint, answer);
    }

    /// Holds what a program tells of the connection against what it heard.
    pub fn judge_told(&self, slot: usize, connection: &Connection) {
        let mut state = self.state();
        if self.world.clock_steps || state.bad_disk || state.read_only {
            return;
        }
        let (began, good) = (BEGAN.parse().unwrap(), state.bad_at + Duration::from_secs(120));
        let wrong = state.told.get(&slot).and_then(|told| told.wrong(slot, connection, began, good));
        state.violated(wrong);
    }

    /// The journal as it is.
    pub async fn look(&self) -> (Vec<OrderRow>, Vec<OutboxEntry>) {
        (self.store.orders(&OrderFilter::default()).await.unwrap(), self.store.outbox().await.unwrap())
    }

    pub fn is_over(&self) -> bool {
        !self.state().violations.is_empty()
    }

    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    pub fn trace(&self) -> (Vec<String>, u64) {
        let state = self.state();
        (state.trace.iter().cloned().collect(), state.digest)
    }

    /// Ends this program here and now: whoever calls this never goes on.
    pub async fn die(&self, slot: usize, at: &str) {
        {
            let mut state = self.state();
            state.say(self.elapsed(), &format!("program {slot} is killed {at}"));
            state.dead.insert(slot);
        }
        self.news.notify_one();
        std::future::pending::<()>().await;
    }

    /// A dead program does nothing more until it is cleared away.
    pub async fn alive(&self, slot: usize) {
        if self.state().dead.contains(&slot) {
            std::future::pending::<()>().await;
        }
    }
}

/// The clocks of every program: the monotonic one is the runtime's, the wall clock is set besides.
pub struct LifeClock(pub Arc<Life>);

impl Clock for LifeClock {
    fn now(&self) -> Timestamp {
        self.0.wall()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Identifiers by number.
pub struct LifeIds(pub Arc<Life>);

impl Ids for LifeIds {
    fn order_id(&self) -> OrderId {
        let mut state = self.0.state();
        state.next_order += 1;
        OrderId(format!("order-{}", state.next_order))
    }

    fn desk_id(&self) -> DeskId {
        let mut state = self.0.state();
        state.next_desk += 1;
        DeskId(format!("desk-{}", state.next_desk))
    }
}

/// The right to send, as one program sees it.
pub struct Seat {
    pub life: Arc<Life>,
    pub slot: usize,
}

impl SenderLock for Seat {
    fn try_acquire(&self) -> Result<bool, String> {
        let mut state = self.life.state();
        if state.dead.contains(&self.slot) {
            return Err("the program has ended".into());
        }
        if state.sender.is_none() && !state.healed && state.random.chance(20) {
            return Err("the lock cannot be read".into());
        }
        let holder = *state.sender.get_or_insert(self.slot);
        Ok(holder == self.slot || self.life.plants(Planted::TwoSenders))
    }
}
