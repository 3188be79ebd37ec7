//! One program at the counter: desk, worker, what its screen was told, and the people who use it. Started, ended and killed
//! by the driver.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use oktodesk::{
    desk::{
        Desk, Ports, Settings,
        event::{DeskEvent, OutboxState},
    },
    domain::value::ids::OrderId,
    journal::MemoryJournal,
    ports::{
        Ids, Stores,
        journal::{OrderFilter, OrderRow},
    },
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    life::{ADDRESSES, Kind, Life, LifeClock, LifeIds, Seat},
    network::Line,
    random::Random,
    shared::Screen,
    shelf::Shelf,
    world::Planted,
};

thread_local! {
    /// A life is lived on one thread, so this is its own.
    static JITTER: std::cell::RefCell<Random> = std::cell::RefCell::new(Random::new(0));
}

/// Makes the waits after failures those of this seed.
pub fn seed_jitter(seed: u64) {
    JITTER.with_borrow_mut(|jitter| *jitter = Random::new(seed));
}

fn jitter() -> u32 {
    JITTER.with_borrow_mut(|jitter| (jitter.next() >> 32) as u32)
}

pub struct Program {
    pub life: Arc<Life>,
    pub slot: usize,
    /// Which instance it is configured for.
    pub server: usize,
    pub desk: Desk,
    /// The open orders on its screen.
    pub screen: Screen,
    /// What people are doing with it.
    pub people: JoinSet<()>,
    worker: JoinSet<()>,
    shutdown: CancellationToken,
    events: mpsc::Receiver<DeskEvent>,
    /// The orders as its screen shows them.
    pub rows: BTreeMap<OrderId, OrderRow>,
    /// The numbers in its status bar.
    pub outbox: OutboxState,
    /// How often it got the ready list.
    pub lists: u32,
    /// Why its worker ended by itself.
    pub stopped: Option<String>,
}

impl Program {
    pub async fn start(life: &Arc<Life>, slot: usize, server: usize) -> Self {
        life.step(Kind::Event, format!("program {slot} starts for {}", ADDRESSES[server])).await;
        {
            let mut state = life.state();
            state.running.insert(slot, server);
            state.told.remove(&slot);
            state.pauses.forget(slot);
        }
        let ports = Ports {
            stores: Stores {
                journal: Arc::new(Shelf {
                    life: Arc::clone(life),
                    slot,
                    base_url: ADDRESSES[server],
                    nowhere: MemoryJournal::default(),
                    own: AtomicU64::new(0),
                }),
                guests: Arc::new(()),
                house: Arc::new(()),
                desks: Arc::new(()),
            },
            id: LifeIds(Arc::clone(life)).desk_id(),
            pos: Arc::new(Line { life: Arc::clone(life), slot, server }),
            clock: Arc::new(LifeClock(Arc::clone(life))),
            ids: Arc::new(LifeIds(Arc::clone(life))),
        };
        let mut settings = Settings::new("Europe/Berlin");
        settings.jitter = jitter;
        settings.policy.repeated = life.world.repeated;
        if life.plants(Planted::RepeatsBlindly) {
            settings.policy.repeated = oktodesk::desk::send::outbox::RepeatedOrderId::SameOrder;
        }
        let desk = Desk::new(ports, settings);
        let capacity = *life.state().random.pick(&[1, 4, 256]);
        let (sender, events) = mpsc::channel(capacity);
        let (shutdown, mut worker) = (CancellationToken::new(), JoinSet::new());
        let seat = Arc::new(Seat { life: Arc::clone(life), slot });
        worker.spawn(desk.worker(seat, sender).run(shutdown.clone()));
        let rows = life.store.orders(&OrderFilter::default()).await.unwrap();
        let rows = rows.into_iter().map(|row| (row.order_id.clone(), row)).collect();
        #[rustfmt::skip]
        let program = Self {
            life: Arc::clone(life), slot, server, desk, worker, shutdown, events, rows,
            people: JoinSet::new(), screen: Screen::default(), outbox: OutboxState::default(), lists: 0, stopped: None,
        };
        program
    }

    /// Takes in what the worker told.
    pub fn drain(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            match event {
                DeskEvent::Orders(rows) => self.rows.extend(rows.into_iter().map(|row| (row.order_id.clone(), row))),
                DeskEvent::Outbox(outbox) => self.outbox = outbox,
                DeskEvent::SenderStopped { reason } => self.stopped = Some(reason.to_string()),
                DeskEvent::Ready { .. } => self.lists += 1,
                DeskEvent::Connection(connection) => self.life.judge_told(self.slot, &connection),
                DeskEvent::ReadyRefused { .. } | DeskEvent::Renewed(_) => {}
            }
        }
        while self.people.try_join_next().is_some_and(|done| {
            done.unwrap();
            true
        }) {}
    }

    /// Ends it as a person would. `false`: it was killed before it was done.
    pub async fn end(mut self) -> bool {
        self.life.step(Kind::Event, format!("program {} is ended", self.slot)).await;
        // A call that is cut off by the end came to something that nobody else heard of.
        self.life.state().told.remove(&self.slot);
        self.shutdown.cancel();
        let mut was_killed = self.life.state().dead.contains(&self.slot);
        let mut waited = Duration::ZERO;
        while !(was_killed || self.worker.is_empty() && self.people.is_empty()) {
            self.drain();
            while self.worker.try_join_next().is_some() {}
            tokio::time::sleep(Duration::from_millis(20)).await;
            waited += Duration::from_millis(20);
            was_killed = self.life.state().dead.contains(&self.slot);
            if waited > Duration::from_secs(60) {
                let what = format!("end: program {} does not end", self.slot);
                self.life.state().violated([what]);
                was_killed = true;
            }
        }
        self.kill().await;
        !was_killed
    }

    /// What a kill -9 does: nothing of it runs any more, and the right to send is free.
    pub async fn kill(mut self) {
        self.life.state().dead.insert(self.slot);
        self.people.shutdown().await;
        self.worker.shutdown().await;
        // The worker's own tasks are let go of when the runtime comes by them.
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        {
            let mut state = self.life.state();
            state.dead.remove(&self.slot);
            state.running.remove(&self.slot);
            if state.sender == Some(self.slot) {
                state.sender = None;
            }
        }
        self.life.step(Kind::Event, format!("program {} is gone", self.slot)).await;
    }
}
