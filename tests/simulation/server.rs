//! OktoPOS as it really is: what arrived, what it made of it, and what it lists. The truth that the desk's claims are held
//! against. Knows nothing of the desk.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use oktodesk::{
    domain::{
        order::{Customer, Order},
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    ports::{
        PosError,
        pos::{ReadyOrder, StatusChange},
    },
};

use super::random::Random;

/// What this instance does with an `orderId` it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// Creates it a second time.
    Doubles,
    /// Answers with the order it has.
    SameOrder,
    /// Refuses with 409.
    Conflict,
}

/// How it answers at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Well,
    KeyRefused,
    Throttled,
    /// 500 without having done anything.
    Broken,
}

/// What it answers each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    Create,
    Status,
    Ready,
    Customers,
}

impl Endpoint {
    pub const ALL: [Self; 4] = [Self::Create, Self::Status, Self::Ready, Self::Customers];
}

/// One order it has.
#[derive(Debug)]
pub struct Created {
    pub id: OrderId,
    pub internal: i64,
    pub status: String,
    /// Every status it was given by a call, in sequence.
    pub given: Vec<String>,
    /// Every status it ever had.
    pub history: Vec<String>,
}

/// A create on its way.
struct Travelling {
    number: u64,
    at: Duration,
    order: Order,
}

pub struct Server {
    pub repeats: Repeats,
    /// How each endpoint answers.
    pub moods: [Mood; 4],
    pub orders: Vec<Created>,
    /// How it lists orders: with its ids, and others than the ready ones, too.
    pub lists: (bool, bool),
    /// No answer leaves anything out.
    pub whole: bool,
    travelling: Vec<Travelling>,
    answers: BTreeMap<u64, Result<InternalId, PosError>>,
    last: u64,
}

/// Orders with this comment of the guest are refused.
pub const BAD: &str = "no such article";

impl Server {
    pub fn new(repeats: Repeats, lists: (bool, bool)) -> Self {
        let (moods, orders, travelling) = ([Mood::Well; 4], Vec::new(), Vec::new());
        Self { repeats, moods, orders, lists, whole: false, travelling, answers: BTreeMap::new(), last: 0 }
    }

    pub fn created(&self, id: &OrderId) -> usize {
        self.orders.iter().filter(|order| order.id == *id).count()
    }

    pub fn by_internal(&mut self, internal: i64) -> Option<&mut Created> {
        self.orders.iter_mut().find(|order| order.internal == internal)
    }

    /// A request leaves for here and arrives then, whatever becomes of who sent it.
    pub fn send(&mut self, order: Order, at: Duration) -> u64 {
        self.last += 1;
        self.travelling.push(Travelling { number: self.last, at, order });
        self.last
    }

    /// Lets everything arrive that is due.
    pub fn arrive(&mut self, now: Duration, wall: Timestamp, random: &mut Random) {
        while let Some(next) = (self.travelling.iter().enumerate())
            .filter(|(_, one)| one.at <= now)
            .min_by_key(|(_, one)| (one.at, one.number))
            .map(|(index, _)| index)
        {
            let Travelling { number, order, .. } = self.travelling.remove(next);
            let answer = self.create(&order, wall, random);
            self.answers.insert(number, answer);
        }
    }

    pub fn answer(&mut self, number: u64) -> Result<InternalId, PosError> {
        self.answers.remove(&number).unwrap_or_else(|| Err(unknown("no answer")))
    }

    fn mood(&self, endpoint: Endpoint, random: &mut Random) -> Result<(), PosError> {
        match self.moods[endpoint as usize] {
            Mood::Well => Ok(()),
            Mood::KeyRefused => {
                Err(PosError::KeyRefused { code: 403, reason: Clean::new("no permission"), is_proven: true })
            }
            Mood::Throttled => {
                let after = random.chance(700).then(|| Duration::from_secs(random.below(400)));
                Err(PosError::Throttled { after, is_proven: true })
            }
            Mood::Broken => Err(unknown("HTTP 500")),
        }
    }

    fn create(&mut self, order: &Order, wall: Timestamp, random: &mut Random) -> Result<InternalId, PosError> {
        self.mood(Endpoint::Create, random)?;
        if let Some(known) = self.orders.iter().find(|known| known.id == order.order_id) {
            match self.repeats {
                Repeats::Doubles => {}
                Repeats::SameOrder => return Ok(InternalId(known.internal)),
                Repeats::Conflict => return Err(rejected(409, "orderId exists")),
            }
        }
        let due = order.pickup.as_ref().and_then(|pickup| pickup.timestamp);
        let due = due.and_then(|due| due.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|due| due.timestamp());
        if due.is_some_and(|due| due < wall) {
            return Err(PosError::Unavailable { reason: Clean::new("pickup time has passed"), at: Some(wall) });
        }
        if order.intermediary.as_deref() == Some(BAD) {
            return Err(rejected(400, BAD));
        }
        // Ids of two instances are the same numbers for different orders.
        let internal = 1000 + self.orders.len() as i64;
        let status = order.status.clone();
        let history = vec![status.clone()];
        self.orders.push(Created { id: order.order_id.clone(), internal, status, given: vec![], history });
        Ok(InternalId(internal))
    }

    pub fn set_status(&mut self, change: &StatusChange, random: &mut Random) -> Result<(), PosError> {
        self.mood(Endpoint::Status, random)?;
        if is_refused(&change.status) {
            return Err(rejected(400, "no such status"));
        }
        let order = self.by_internal(change.internal_id.0).ok_or_else(|| rejected(404, "no such order"))?;
        order.status.clone_from(&change.status);
        order.given.push(change.status.clone());
        order.history.push(change.status.clone());
        Ok(())
    }

    /// Who has this number: somebody, for every second one.
    pub fn customers(&self, number: &str, random: &mut Random) -> Result<Vec<Customer>, PosError> {
        self.mood(Endpoint::Customers, random)?;
        let is_known = number.ends_with(['0', '2', '4', '6', '8']);
        let customer = || Customer { phone: Some(number.to_owned()), ..Customer::default() };
        Ok(is_known.then(customer).into_iter().collect())
    }

    /// The ready list as it is now, with what others put into it.
    pub fn list(&mut self, random: &mut Random) -> Result<Vec<ReadyOrder>, PosError> {
        self.mood(Endpoint::Ready, random)?;
        let (ids, all) = self.lists;
        let row = |order: &Created| ReadyOrder {
            order_id: Some(order.id.clone()),
            internal_id: ids.then_some(InternalId(order.internal)),
            status: Some(order.status.clone()),
            ..ReadyOrder::default()
        };
        let mut rows: Vec<_> = self.orders.iter().filter(|order| all || order.status == "ready").map(row).collect();
        if random.chance(100) {
            rows.push(ReadyOrder::default());
            rows.push(ReadyOrder { order_id: Some(OrderId("foreign".into())), ..ReadyOrder::default() });
        }
        if random.chance(100) && !rows.is_empty() {
            rows.push(random.pick(&rows).clone());
        }
        for last in (1..rows.len()).rev() {
            rows.swap(last, random.index(last + 1));
        }
        // Some answers leave something out.
        let kept = if !self.whole && random.chance(50) { random.index(rows.len() + 1) } else { rows.len() };
        rows.truncate(kept);
        Ok(rows)
    }
}

/// Every seventh status is a word that OktoPOS does not know.
pub fn is_refused(status: &str) -> bool {
    status.trim_start_matches('s').parse::<u32>().is_ok_and(|number| number % 7 == 0)
}

pub fn unknown(reason: &str) -> PosError {
    PosError::Unknown { reason: Clean::new(reason) }
}

fn rejected(code: u16, reason: &str) -> PosError {
    PosError::Rejected { code, reason: Clean::new(reason) }
}
