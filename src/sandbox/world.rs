//! What the sandbox remembers: orders in order of receipt, their statuses, and every attempt to create one. Bounded, and
//! gone when the sandbox ends. Knows no HTTP.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{faults::Route, options::RepeatedOrder};

/// Orders beyond this are refused, so that nothing grows without end.
const MAX_ORDERS: usize = 100_000;

/// Bodies of attempts are kept up to this many bytes; the oldest go first.
const MAX_ATTEMPT_BYTES: usize = 64 << 20;

/// The first `internalId` that is given.
pub(super) const FIRST_INTERNAL_ID: i64 = 10_001;

/// Where an order came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderSource {
    /// `order/create`
    Api,
    /// The made-up web shop.
    WebShop,
}

/// An order the sandbox has accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedOrder {
    /// What the answer said.
    pub internal_id: i64,
    /// The Order object as it was received; its `status` is the first one.
    pub order: Value,
    /// The same, byte for byte.
    pub raw: Arc<str>,
    /// Its status now.
    pub status: String,
    /// Who sent it.
    pub origin: OrderSource,
    /// When it was accepted, by the sandbox's clock.
    pub received_at: Timestamp,
    /// Every status change, oldest first.
    pub status_changes: Vec<StatusSet>,
}

impl ReceivedOrder {
    /// The sending system's id.
    pub fn order_id(&self) -> &str {
        self.order["orderId"].as_str().unwrap_or_default()
    }
}

/// A status change the sandbox has accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusSet {
    /// The new status.
    pub status: String,
    /// What came with it.
    pub payload: Option<Map<String, Value>>,
    /// When, by the sandbox's clock.
    pub at: Timestamp,
}

/// One request to `order/create` that arrived whole, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The `orderId` in it, if it could be read.
    pub order_id: Option<String>,
    /// The body, byte for byte; bytes that are no UTF-8 are replaced.
    pub body: Arc<str>,
}

/// What the sandbox remembers, as it was when asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// Accepted orders in order of receipt. One that was accepted twice is here twice.
    pub orders: Vec<ReceivedOrder>,
    /// Requests to `order/create` in order of receipt, also those that were refused or hit by a fault. Very long ago
    /// ones may be gone.
    pub attempts: Vec<Attempt>,
    /// Attempts counted per `orderId`.
    pub attempts_of: BTreeMap<String, u64>,
    /// Requests per endpoint, whatever became of them.
    pub requests: BTreeMap<Route, u64>,
}

impl Snapshot {
    /// Every accepted order with this `orderId`.
    pub fn of(&self, order_id: &str) -> Vec<&ReceivedOrder> {
        self.orders.iter().filter(|order| order.order_id() == order_id).collect()
    }
}

/// Why an order was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// Its `orderId` is known, and that is a conflict.
    Known,
    /// There are too many orders.
    Full,
}

struct Stored {
    order: ReceivedOrder,
    /// Its row in the ready list, made when the order or its status changes.
    row: Box<str>,
}

/// What the sandbox remembers.
pub(super) struct World {
    repeated: RepeatedOrder,
    with_internal_id: bool,
    first_internal_id: i64,
    orders: Vec<Stored>,
    /// Orders of an earlier run, under the ids they were given then.
    earlier: BTreeMap<i64, Stored>,
    by_order_id: HashMap<String, i64>,
    attempts: VecDeque<Attempt>,
    attempt_bytes: usize,
    attempts_of: BTreeMap<String, u64>,
    requests: BTreeMap<Route, u64>,
}

impl World {
    pub(super) fn new(repeated: RepeatedOrder, with_internal_id: bool) -> Self {
        Self {
            repeated,
            with_internal_id,
            first_internal_id: FIRST_INTERNAL_ID,
            orders: Vec::new(),
            earlier: BTreeMap::new(),
            by_order_id: HashMap::new(),
            attempts: VecDeque::new(),
            attempt_bytes: 0,
            attempts_of: BTreeMap::new(),
            requests: BTreeMap::new(),
        }
    }

    /// The same world with another first `internalId`.
    pub(super) fn starting_at(self, first_internal_id: i64) -> Self {
        Self { first_internal_id, ..self }
    }

    /// Remembers an order of an earlier run with the status it had. Its id must lie before this run's first one.
    pub(super) fn restore(&mut self, internal_id: i64, order: Value, status: &str, at: Timestamp) {
        if internal_id >= self.first_internal_id || self.earlier.len() >= MAX_ORDERS {
            return;
        }
        self.by_order_id.insert(order["orderId"].as_str().unwrap_or_default().to_owned(), internal_id);
        let (raw, status, status_changes) = (order.to_string().into(), status.to_owned(), Vec::new());
        let origin = OrderSource::Api;
        let order = ReceivedOrder { internal_id, order, raw, status, origin, received_at: at, status_changes };
        let row = self.row(&order);
        self.earlier.insert(internal_id, Stored { order, row });
    }

    /// Counts a request and returns how many there have been, this one included.
    pub(super) fn count_request(&mut self, endpoint: Route) -> u64 {
        *self.requests.entry(endpoint).or_default() += 1;
        self.requests.values().sum()
    }

    /// Remembers that a request to create an order arrived.
    pub(super) fn note_attempt(&mut self, order_id: Option<&str>, body: Arc<str>) {
        if let Some(id) = order_id {
            let room = self.attempts_of.len() < MAX_ORDERS;
            match self.attempts_of.get_mut(id) {
                Some(count) => *count += 1,
                None if room => {
                    self.attempts_of.insert(id.to_owned(), 1);
                }
                None => {}
            }
        }
        self.attempt_bytes += body.len();
        self.attempts.push_back(Attempt { order_id: order_id.map(str::to_owned), body });
        while self.attempt_bytes > MAX_ATTEMPT_BYTES || self.attempts.len() > MAX_ORDERS {
            let Some(oldest) = self.attempts.pop_front() else { break };
            self.attempt_bytes -= oldest.body.len();
        }
    }

    /// Takes a valid order and returns its `internalId`.
    pub(super) fn create(
        &mut self,
        order: Value,
        raw: Arc<str>,
        origin: OrderSource,
        at: Timestamp,
    ) -> Result<i64, NotTaken> {
        let field = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
        let (order_id, status) = (field("orderId"), field("status"));
        match (self.by_order_id.get(&order_id), self.repeated) {
            (Some(first), RepeatedOrder::SameOrder) => return Ok(*first),
            (Some(_), RepeatedOrder::Conflict) => return Err(NotTaken::Known),
            _ if self.orders.len() >= MAX_ORDERS => return Err(NotTaken::Full),
            _ => {}
        }
        let internal_id = self.first_internal_id.saturating_add(i64::try_from(self.orders.len()).unwrap_or(i64::MAX));
        self.by_order_id.entry(order_id).or_insert(internal_id);
        let order =
            ReceivedOrder { internal_id, order, raw, status, origin, received_at: at, status_changes: Vec::new() };
        let row = self.row(&order);
        self.orders.push(Stored { order, row });
        Ok(internal_id)
    }

    /// Sets a status; `None` if no order has this `internalId`.
    pub(super) fn set_status(&mut self, internal_id: i64, change: StatusSet) -> Option<()> {
        let index = usize::try_from(internal_id.checked_sub(self.first_internal_id)?);
        let stored = match index {
            Ok(index) => self.orders.get(index)?,
            Err(_) => self.earlier.get(&internal_id)?,
        };
        let mut order = stored.order.clone();
        order.status.clone_from(&change.status);
        order.status_changes.push(change);
        let row = self.row(&order);
        let place = match index {
            Ok(index) => self.orders.get_mut(index)?,
            Err(_) => self.earlier.get_mut(&internal_id)?,
        };
        *place = Stored { order, row };
        Some(())
    }

    /// The ready list as JSON.
    pub(super) fn ready_list(&self, ready_status: &str) -> String {
        let rows: Vec<&str> = self.with_status(ready_status).map(|stored| &*stored.row).collect();
        format!("[{}]", rows.join(","))
    }

    /// How many orders of the web shop wait in the ready list.
    pub(super) fn open_web_shop_orders(&self, ready_status: &str) -> usize {
        self.with_status(ready_status).filter(|stored| stored.order.origin == OrderSource::WebShop).count()
    }

    /// How many orders of the web shop there have been.
    pub(super) fn web_shop_orders(&self) -> usize {
        self.orders.iter().filter(|stored| stored.order.origin == OrderSource::WebShop).count()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot {
            orders: self.earlier.values().chain(&self.orders).map(|stored| stored.order.clone()).collect(),
            attempts: self.attempts.iter().cloned().collect(),
            attempts_of: self.attempts_of.clone(),
            requests: self.requests.clone(),
        }
    }

    fn with_status(&self, status: &str) -> impl Iterator<Item = &Stored> {
        self.earlier.values().chain(&self.orders).filter(move |stored| stored.order.status == status)
    }

    fn row(&self, order: &ReceivedOrder) -> Box<str> {
        let mut row = order.order.clone();
        row["status"] = order.status.as_str().into();
        if self.with_internal_id {
            row["internalId"] = order.internal_id.into();
        }
        row.to_string().into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn create(world: &mut World, order_id: &str) -> Result<i64, NotTaken> {
        let order = json!({ "orderId": order_id, "status": "ready" });
        world.create(order.clone(), order.to_string().into(), OrderSource::Api, Timestamp::UNIX_EPOCH)
    }

    fn set(world: &mut World, internal_id: i64, status: &str) -> Option<()> {
        let change = StatusSet { status: status.into(), payload: None, at: Timestamp::UNIX_EPOCH };
        world.set_status(internal_id, change)
    }

    #[test]
    fn a_repeated_order_is_what_the_option_says() {
        for (repeated, second, kept) in [
            (RepeatedOrder::AcceptAgain, Ok(10_002), 2),
            (RepeatedOrder::SameOrder, Ok(10_001), 1),
            (RepeatedOrder::Conflict, Err(NotTaken::Known), 1),
        ] {
            let mut world = World::new(repeated, false);
            assert_eq!(create(&mut world, "a"), Ok(10_001));
            assert_eq!(create(&mut world, "a"), second);
            assert_eq!(world.snapshot().of("a").len(), kept);
        }
    }

    #[test]
    fn the_ready_list_follows_the_status_and_keeps_the_order_of_receipt() {
        let mut world = World::new(RepeatedOrder::AcceptAgain, true);
        for id in ["a", "b", "c"] {
            create(&mut world, id).unwrap();
        }
        assert_eq!(set(&mut world, 10_002, "done"), Some(()));
        let list: Value = serde_json::from_str(&world.ready_list("ready")).unwrap();
        let expected = json!([
            { "orderId": "a", "status": "ready", "internalId": 10_001 },
            { "orderId": "c", "status": "ready", "internalId": 10_003 },
        ]);
        assert_eq!(list, expected);
        set(&mut world, 10_002, "ready").unwrap();
        let list: Value = serde_json::from_str(&world.ready_list("ready")).unwrap();
        assert_eq!(list[1]["orderId"], "b");
        assert_eq!(world.snapshot().orders[1].status_changes.len(), 2);
    }

    #[test]
    fn an_order_of_an_earlier_run_is_still_there() {
        let mut world = World::new(RepeatedOrder::SameOrder, true).starting_at(20_001);
        world.restore(10_001, json!({ "orderId": "old", "status": "ready" }), "ready", Timestamp::UNIX_EPOCH);
        assert_eq!(create(&mut world, "old"), Ok(10_001), "it is known");
        assert_eq!(create(&mut world, "new"), Ok(20_001));
        let list: Value = serde_json::from_str(&world.ready_list("ready")).unwrap();
        assert_eq!((&list[0]["internalId"], &list[1]["internalId"]), (&json!(10_001), &json!(20_001)));
        assert_eq!(set(&mut world, 10_001, "done"), Some(()));
        assert_eq!(world.snapshot().orders[0].status, "done");
        assert_eq!(set(&mut world, 10_002, "done"), None);
    }

    #[test]
    fn unknown_internal_ids_are_refused() {
        let mut world = World::new(RepeatedOrder::AcceptAgain, false);
        create(&mut world, "a").unwrap();
        for id in [i64::MIN, -1, 0, 10_000, 10_002, i64::MAX] {
            assert_eq!(set(&mut world, id, "done"), None, "{id}");
        }
    }

    #[test]
    fn attempts_are_bounded_by_their_bytes() {
        let mut world = World::new(RepeatedOrder::AcceptAgain, false);
        let body: Arc<str> = "x".repeat(1 << 20).into();
        for _ in 0..70 {
            world.note_attempt(Some("a"), body.clone());
        }
        let snapshot = world.snapshot();
        assert_eq!((snapshot.attempts.len(), snapshot.attempts_of["a"]), (64, 70));
    }
}
