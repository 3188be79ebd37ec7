//! The way to OktoPOS: what each call meets is decided by the seed. Tells the desk only what a client could see.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use oktodesk::{
    domain::{
        order::{Customer, Order},
        shop::article::Article,
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    ports::{
        Pos, PosError,
        pos::{ReadyOrder, StatusChange, Vocabulary},
    },
};
use tokio::time::sleep;

use super::{
    ledger::revision_of,
    life::{ADDRESSES, Kind, Life},
    random::Random,
    server::{Endpoint, unknown},
    world::Planted,
};

/// The client gives up after this.
const DEADLINE: Duration = Duration::from_secs(35);

/// What the way is like at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Calm,
    Slow,
    Flaky,
    /// No connection at all.
    Down,
    /// Connections open and nothing comes back.
    Silent,
}

/// What one call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// No byte leaves.
    NotSent(Duration),
    /// It left and never arrives.
    Lost(Duration),
    /// It arrives after `there`; the answer takes `back`, or is lost.
    Arrives { there: Duration, back: Duration, is_answered: bool },
}

/// The way of a call that arrives.
struct Way {
    there: Duration,
    back: Duration,
    is_answered: bool,
}

impl Fate {
    /// Waits for what becomes of a call that does not arrive.
    async fn travel(self) -> Result<Way, PosError> {
        match self {
            Self::NotSent(after) => {
                sleep(after).await;
                Err(PosError::NotSent { reason: Clean::new("connection refused") })
            }
            Self::Lost(after) => {
                sleep(after).await;
                Err(unknown("connection reset"))
            }
            Self::Arrives { there, back, is_answered } => Ok(Way { there, back, is_answered }),
        }
    }
}

impl Way {
    /// How long the caller waits for it.
    fn takes(&self) -> Duration {
        (self.there + self.back).min(DEADLINE)
    }

    fn is_in_time(&self) -> bool {
        self.is_answered && self.there + self.back <= DEADLINE
    }
}

impl Weather {
    pub const ALL: [Self; 5] = [Self::Calm, Self::Slow, Self::Flaky, Self::Down, Self::Silent];

    fn fate(self, random: &mut Random) -> Fate {
        let quick = random.millis(1, 120);
        match self {
            Self::Calm => Fate::Arrives { there: quick, back: random.millis(1, 200), is_answered: true },
            Self::Slow => {
                Fate::Arrives { there: random.millis(1, 9_000), back: random.millis(200, 30_000), is_answered: true }
            }
            Self::Flaky => match random.below(10) {
                0 => Fate::NotSent(quick),
                1 => Fate::Lost(quick),
                2 => Fate::Lost(DEADLINE),
                3 => Fate::Arrives { there: quick, back: quick, is_answered: false },
                4 => Fate::Arrives { there: quick, back: DEADLINE, is_answered: false },
                // Handled when the client has long given up.
                5 => Fate::Arrives { there: DEADLINE + random.millis(0, 90_000), back: quick, is_answered: false },
                _ => Fate::Arrives { there: quick, back: quick, is_answered: true },
            },
            Self::Down => Fate::NotSent(if random.chance(500) { quick } else { Duration::from_secs(4) }),
            Self::Silent if random.chance(500) => Fate::Lost(DEADLINE),
            Self::Silent => Fate::Arrives { there: quick, back: DEADLINE, is_answered: false },
        }
    }
}

/// OktoPOS as one program reaches it.
pub struct Line {
    pub life: Arc<Life>,
    pub slot: usize,
    /// Which instance, by its place in `ADDRESSES`.
    pub server: usize,
}

impl Line {
    fn fate(&self) -> Fate {
        let mut state = self.life.state();
        let weather = state.weather;
        weather.fate(&mut state.random)
    }

    /// A place at which the program may be killed.
    async fn point(&self, at: &str) {
        self.life.alive(self.slot).await;
        let dies = {
            let mut state = self.life.state();
            !state.healed && state.random.chance(self.life.world.crashes)
        };
        if dies {
            self.life.die(self.slot, at).await;
        }
    }

    /// What the desk is told; a client that believes everything takes each answer for a good one.
    fn believe<T>(&self, answer: Result<T, PosError>, good: T) -> Result<T, PosError> {
        if self.life.plants(Planted::BelievesEverything) && matches!(answer, Err(PosError::Unknown { .. })) {
            return Ok(good);
        }
        answer
    }

    /// Two programs that send at once is one too many.
    fn check_sender(&self) {
        let mut state = self.life.state();
        if state.sender != Some(self.slot) {
            let what = format!("sender: program {} sends, the right to send is with {:?}", self.slot, state.sender);
            state.violated([what]);
        }
    }

    async fn carry(&self, fate: Fate, order: Order) -> Result<InternalId, PosError> {
        let way = fate.travel().await?;
        let at = self.life.elapsed() + way.there;
        let number = self.life.state().servers[self.server].send(order, at);
        sleep(way.takes()).await;
        self.arrive();
        let answer = self.life.state().servers[self.server].answer(number);
        if way.is_in_time() { answer } else { Err(unknown("no answer in time")) }
    }

    fn arrive(&self) {
        let (now, wall) = (self.life.elapsed(), self.life.wall());
        let mut state = self.life.state();
        let state = &mut *state;
        state.servers[self.server].arrive(now, wall, &mut state.random);
    }

    /// A call that is handled the moment it arrives, and when it leaves: of such a one no late copy comes by.
    async fn ask<T>(
        &self,
        fate: Fate,
        handle: impl FnOnce(&mut super::server::Server, &mut Random) -> Result<T, PosError>,
    ) -> Result<T, PosError> {
        let way = fate.travel().await?;
        let answer = {
            let mut state = self.life.state();
            let state = &mut *state;
            handle(&mut state.servers[self.server], &mut state.random)
        };
        sleep(way.takes()).await;
        if way.is_in_time() { answer } else { Err(unknown("no answer in time")) }
    }
}

#[async_trait]
impl Pos for Line {
    async fn create_order(&self, body: &str) -> Result<InternalId, PosError> {
        self.life.alive(self.slot).await;
        let order: Order = serde_json::from_str(body).unwrap();
        let (id, fate, slot) = (order.order_id.clone(), self.fate(), self.slot);
        self.check_sender();
        self.life.outbox_leaves(slot, self.server);
        {
            let mut state = self.life.state();
            let wrong = state.ledger.create_leaves(&order, body, self.server);
            state.violated(wrong);
        }
        let revision = revision_of(&order);
        self.life.step(Kind::Call, format!("program {slot} creates {id} in revision {revision}: {fate:?}")).await;
        self.point("before a create").await;
        let answer = self.carry(fate, order).await;
        self.life.alive(slot).await;
        self.life.outbox_hears(slot, self.server, Endpoint::Create, &answer);
        {
            let mut state = self.life.state();
            state.ledger.create_answered(&id, &answer);
            state.say(self.life.elapsed(), &format!("program {slot} hears of {id}: {answer:?}"));
        }
        self.point("after a create").await;
        self.believe(answer, InternalId(1))
    }

    async fn ready_orders(&self) -> Result<Vec<ReadyOrder>, PosError> {
        self.life.alive(self.slot).await;
        let (fate, slot) = (self.fate(), self.slot);
        self.life.step(Kind::Call, format!("program {slot} asks for the ready list: {fate:?}")).await;
        let answer = self.ask(fate, |server, random| server.list(random)).await;
        self.life.alive(slot).await;
        self.life.hear(slot, Endpoint::Ready, &answer);
        answer
    }

    async fn set_status(&self, change: &StatusChange) -> Result<(), PosError> {
        self.life.alive(self.slot).await;
        let (fate, slot) = (self.fate(), self.slot);
        self.check_sender();
        self.life.outbox_leaves(slot, self.server);
        {
            let mut state = self.life.state();
            let target = state.servers[self.server].by_internal(change.internal_id.0).map(|order| order.id.clone());
            let wrong = state.ledger.status_leaves(target.as_ref(), &change.status);
            state.violated(wrong);
        }
        let (to, status) = (change.internal_id, &change.status);
        self.life.step(Kind::Call, format!("program {slot} sets {to} to {status}: {fate:?}")).await;
        self.point("before a status").await;
        let answer = self.ask(fate, |server, random| server.set_status(change, random)).await;
        self.life.alive(slot).await;
        self.life.outbox_hears(slot, self.server, Endpoint::Status, &answer);
        {
            let what = format!("program {slot} hears of {status}: {answer:?}");
            self.life.state().say(self.life.elapsed(), &what);
        }
        self.point("after a status").await;
        self.believe(answer, ())
    }

    async fn vocabulary(&self) -> Result<Vocabulary, PosError> {
        Ok(Vocabulary::default())
    }

    async fn articles(&self, _page: u32, _size: u32, _words: &Vocabulary) -> Result<Vec<Article>, PosError> {
        Ok(Vec::new())
    }

    async fn customers_by_phone(&self, number: &str) -> Result<Vec<Customer>, PosError> {
        self.life.alive(self.slot).await;
        let (fate, slot) = (self.fate(), self.slot);
        self.life.step(Kind::Call, format!("program {slot} looks {number} up: {fate:?}")).await;
        let answer = self.ask(fate, |server, random| server.customers(number, random)).await;
        self.life.alive(slot).await;
        self.life.state().looked_up.insert(slot, answer.as_ref().map(|_| ()).map_err(Clone::clone));
        if self.life.plants(Planted::ForgetsLookups) {
            return Ok(answer.unwrap_or_default());
        }
        answer
    }

    fn base_url(&self) -> &str {
        ADDRESSES[self.server]
    }
}

/// The instance by its address.
pub fn server_of(base_url: &str) -> usize {
    ADDRESSES.iter().position(|address| *address == base_url).unwrap()
}

/// The instance's own id of an order, if it has the order.
pub fn truth(life: &Life, server: usize, id: &OrderId) -> Option<InternalId> {
    let state = life.state();
    state.servers[server].orders.iter().find(|order| order.id == *id).map(|order| InternalId(order.internal))
}
