//! What people were promised, beside what OktoPOS has and what the journal says: every invariant is checked here. Decides
//! nothing and changes nothing of the life it watches.

use std::collections::BTreeMap;

use jiff::Timestamp;
use oktodesk::{
    domain::{
        order::{Order, delivery::Delivery},
        value::ids::OrderId,
    },
    ports::{
        PosError,
        journal::{OrderRow, OutboxEntry, Task},
    },
};
use rust_decimal::prelude::ToPrimitive;

use super::server::Server;

/// What is known of one order apart from the journal.
#[derive(Debug, Default)]
pub struct Promise {
    /// Highest revision a person asked to record.
    pub asked: u32,
    /// Highest revision that was acknowledged.
    pub acknowledged: u32,
    /// The body and the instance it was to be sent to, by revision.
    frozen: BTreeMap<u32, (String, usize)>,
    /// How often a person asked to send it again.
    pub resends: u32,
    /// Whether a person said that it arrived.
    pub settled: bool,
    /// Attempts to create it that the journal was told before.
    begun: u32,
    calls: u32,
    /// Attempts of which nobody can say that they did not arrive.
    exposures: u32,
    /// Statuses in the sequence in which the journal took them.
    statuses: Vec<String>,
    /// Place in `statuses` of the last one that was sent.
    last_sent: Option<usize>,
    /// Statuses that were acknowledged.
    pub acknowledged_statuses: Vec<String>,
}

/// The draft of one order: what was saved and what was only asked for.
#[derive(Debug, Default)]
pub struct DraftPromise {
    pub asked: u32,
    pub acknowledged: u32,
    /// Placed or discarded, or perhaps.
    pub may_be_gone: bool,
}

#[derive(Default)]
pub struct Ledger {
    pub orders: BTreeMap<OrderId, Promise>,
    pub drafts: BTreeMap<OrderId, DraftPromise>,
    /// Whether an order that may have arrived may be sent again without a person.
    pub safe_to_repeat: bool,
}

/// The revision is the order's total, so that every row of a list names it.
pub fn revision_of(order: &Order) -> u32 {
    order.payment.price.value.to_u32().unwrap()
}

impl Promise {
    /// Whether the order as it is now may be at another instance than this one. What people decide about such an order
    /// they decide about two shops at once: nothing can be held against that.
    pub fn may_be_elsewhere(&self, server: usize) -> bool {
        self.exposures > 0 && self.is_bound_elsewhere(server)
    }

    /// Whether what waits of it is held by a program that is configured for this instance.
    pub fn is_bound_elsewhere(&self, server: usize) -> bool {
        self.frozen.values().next_back().is_some_and(|(_, to)| *to != server)
    }

    /// A person said that what waits of it goes to another instance.
    pub fn readdressed(&mut self, server: usize) {
        if let Some((_, to)) = self.frozen.values_mut().next_back() {
            *to = server;
        }
    }
}

impl Ledger {
    pub fn promise(&mut self, id: &OrderId) -> &mut Promise {
        self.orders.entry(id.clone()).or_default()
    }

    /// The journal has it.
    pub fn recorded(&mut self, order: &Order, body: &str, server: usize) {
        self.promise(&order.order_id).frozen.insert(revision_of(order), (body.to_owned(), server));
    }

    pub fn begun(&mut self, id: &OrderId) {
        self.promise(id).begun += 1;
    }

    pub fn status_recorded(&mut self, id: &OrderId, status: &str) {
        self.promise(id).statuses.push(status.to_owned());
    }

    /// A create is about to leave.
    pub fn create_leaves(&mut self, order: &Order, body: &str, server: usize) -> Vec<String> {
        let safe = self.safe_to_repeat;
        let (id, revision) = (order.order_id.clone(), revision_of(order));
        let promise = self.promise(&id);
        promise.calls += 1;
        let mut wrong = Vec::new();
        if promise.calls > promise.begun {
            wrong.push(format!("mark: {id} is sent without a mark in the journal"));
        }
        if !safe && promise.exposures > promise.resends {
            wrong.push(format!("I2: {id} is sent again although it may have arrived and nobody asked for it"));
        }
        match promise.frozen.get(&revision) {
            None => wrong.push(format!("I1: {id} is sent in a revision the journal never had")),
            Some((_, to)) if *to != server => wrong.push(format!("address: {id} is sent to the wrong OktoPOS")),
            Some((frozen, _)) if frozen != body => wrong.push(format!("bytes: {id} is not sent as it was recorded")),
            Some(_) => {}
        }
        promise.exposures += 1;
        wrong
    }

    /// The answer, as the desk got it.
    pub fn create_answered<T>(&mut self, id: &OrderId, answer: &Result<T, PosError>) {
        if !matches!(answer, Ok(_) | Err(PosError::Unknown { .. })) {
            let promise = self.promise(id);
            promise.exposures -= 1;
        }
    }

    /// A status change is about to leave for this order of that instance.
    pub fn status_leaves(&mut self, target: Option<&OrderId>, status: &str) -> Vec<String> {
        let found = self.orders.iter_mut().find(|(_, promise)| promise.statuses.iter().any(|known| known == status));
        let Some((id, promise)) = found else { return vec![format!("status: nobody asked for {status}")] };
        if target != Some(id) {
            return vec![format!("address: {status} of {id} is sent to {target:?}")];
        }
        let place = promise.statuses.iter().position(|known| known == status);
        if place < promise.last_sent {
            return vec![format!("sequence: {status} of {id} is sent after a later one")];
        }
        promise.last_sent = place;
        Vec::new()
    }

    /// Everything that has to hold at every moment.
    pub fn check(&self, rows: &[OrderRow], outbox: &[OutboxEntry], servers: &[Server]) -> Vec<String> {
        let rows: BTreeMap<&OrderId, &OrderRow> = rows.iter().map(|row| (&row.order_id, row)).collect();
        let mut wrong = Vec::new();
        for (id, promise) in &self.orders {
            match rows.get(id) {
                Some(row) => self.check_order(promise, row, outbox, servers, &mut wrong),
                None if promise.acknowledged > 0 => wrong.push(format!("I1: {id} was acknowledged and is not there")),
                None => {}
            }
            // Instances are two shops: what is doubled is counted for each.
            let created = servers.iter().map(|server| server.created(id)).max().unwrap_or_default();
            let allowed = if self.safe_to_repeat { 1 } else { 1 + promise.resends as usize };
            if created > allowed {
                wrong.push(format!("I2: {id} was created {created} times, {allowed} allowed"));
            }
        }
        wrong
    }

    fn check_order(
        &self,
        promise: &Promise,
        row: &OrderRow,
        outbox: &[OutboxEntry],
        servers: &[Server],
        wrong: &mut Vec<String>,
    ) {
        let id = &row.order_id;
        let revision = row.total.to_u32().unwrap();
        if revision < promise.acknowledged || revision > promise.asked {
            wrong.push(format!("I1: {id} is in revision {revision}, {} was acknowledged", promise.acknowledged));
        }
        let has = |server: &&Server| server.created(id) > 0;
        if let Delivery::Accepted { internal_id } = row.delivery
            && !promise.settled
        {
            let is_it = |server: &Server| {
                internal_id
                    .is_none_or(|known| server.orders.iter().any(|order| order.internal == known.0 && order.id == *id))
            };
            if !servers.iter().filter(has).any(is_it) {
                wrong.push(format!("I3: {id} is accepted here as {internal_id:?} and not there"));
            }
        }
        if let Some(status) = row.status.as_deref().filter(|status| *status != "ready") {
            let had = |server: &Server| {
                server.orders.iter().any(|order| order.id == *id && order.history.iter().any(|had| had == status))
            };
            if !servers.iter().any(had) {
                wrong.push(format!("I3: {id} is shown as {status}, which OktoPOS never heard"));
            }
        }
        let entries = || outbox.iter().filter(|entry| entry.order_id == *id);
        let creates = entries().filter(|entry| matches!(entry.task, Task::Create)).count();
        if creates != usize::from(row.delivery.waits()) {
            wrong.push(format!("outbox: {id} is {} and waits {creates} times", row.delivery.word()));
        }
        let last = entries().filter_map(|entry| status_of(&entry.task)).next_back();
        if row.pending_status.as_deref() != last {
            wrong.push(format!("visible: {id} shows {:?} as pending, {last:?} is", row.pending_status));
        }
    }
}

pub fn status_of(task: &Task) -> Option<&str> {
    match task {
        Task::SetStatus { status, .. } => Some(status),
        Task::Create => None,
    }
}

/// Whether this entry is not sent until a person does something; said once more, apart from the planner.
pub fn is_held(entry: &OutboxEntry, base_url: &str, wall: Timestamp) -> bool {
    let is_late = matches!(entry.task, Task::Create)
        && entry.delivery == Delivery::Queued
        && entry.due_at.is_some_and(|due| due < wall);
    entry.base_url != base_url || is_late
}
