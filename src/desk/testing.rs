//! Test doubles of the ports: a journal in memory, an OktoPOS that answers by script, clocks that follow tokio's time.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use tokio::time::{Instant, sleep};

use super::{Desk, Ports, Settings};
use crate::{
    domain::{
        article::Article,
        delivery::Delivery,
        draft::Draft,
        ids::{InternalId, OrderId},
        money::Money,
        order::{Customer, Order, Payment, ZonedInstant},
        privacy::{traces, without_guest},
        text::Clean,
    },
    ports::{
        Clock, Ids, Journal, JournalError, Pos, PosError, SenderLock,
        house::PlaceNote,
        journal::{
            EventKind, Forget, Forgotten, GuestOrder, NewOrder, OrderEvent, OrderFilter, OrderRecord, OrderRow,
            OutboxEntry, PersonDecision, Settled, Task,
        },
        pos::{ReadyOrder, StatusChange},
    },
};

pub const BASE_URL: &str = "https://pos.test/v1/";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

/// Both clocks follow tokio's time, so that paused tests move them; the wall clock can be set besides.
pub struct TestClock {
    start: Instant,
    wall: Mutex<Timestamp>,
}

impl TestClock {
    pub fn new() -> Self {
        Self { start: Instant::now(), wall: Mutex::new("2026-07-01T10:00:00Z".parse().unwrap()) }
    }

    /// Moves the wall clock alone.
    pub fn step(&self, by: SignedDuration) {
        *lock(&self.wall) += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *lock(&self.wall) + SignedDuration::try_from(self.monotonic()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

#[derive(Default)]
pub struct TestIds(AtomicU64);

impl Ids for TestIds {
    fn order_id(&self) -> OrderId {
        OrderId(format!("order-{}", self.0.fetch_add(1, Ordering::SeqCst)))
    }
}

/// A lock several programs of one test share: the first to ask has it.
#[derive(Clone, Default)]
pub struct TestLock {
    taken: Arc<AtomicBool>,
    mine: Arc<AtomicBool>,
}

impl TestLock {
    /// The same lock as seen by another program.
    pub fn other(&self) -> Self {
        Self { taken: Arc::clone(&self.taken), mine: Arc::default() }
    }

    pub fn release(&self) {
        if self.mine.swap(false, Ordering::SeqCst) {
            self.taken.store(false, Ordering::SeqCst);
        }
    }
}

impl SenderLock for TestLock {
    fn try_acquire(&self) -> Result<bool, String> {
        if self.mine.load(Ordering::SeqCst) {
            return Ok(true);
        }
        let free = !self.taken.swap(true, Ordering::SeqCst);
        self.mine.store(free, Ordering::SeqCst);
        Ok(free)
    }
}

/// The journal's contract on maps. Nothing of it is durable; a "restart" keeps the value and makes a new desk.
#[derive(Default)]
pub struct MemoryJournal {
    state: Mutex<Books>,
    faults: Mutex<HashMap<&'static str, VecDeque<JournalError>>>,
    pub outbox_reads: AtomicU64,
}

#[derive(Default)]
struct Books {
    drafts: BTreeMap<OrderId, Draft>,
    orders: BTreeMap<OrderId, OrderRecord>,
    outbox: BTreeMap<i64, OutboxEntry>,
    /// Body and address of every order, for sending it again.
    frozen: HashMap<OrderId, (String, String)>,
    /// The last create entry of every order, in the outbox or not: an answer may come late.
    creates: HashMap<OrderId, i64>,
    /// OktoPOS's ids of strays.
    stray_ids: HashMap<OrderId, Option<InternalId>>,
    last_seq: i64,
    articles: (Vec<Article>, Option<Timestamp>),
    kept: HashMap<String, String>,
}

impl MemoryJournal {
    /// The next `times` calls of this method fail and change nothing.
    pub fn fail(&self, method: &'static str, times: usize) {
        let error = JournalError::Unwritable("disk full".into());
        lock(&self.faults).entry(method).or_default().extend(std::iter::repeat_n(error, times));
    }

    pub fn delivery(&self, id: &str) -> Delivery {
        lock(&self.state).orders[&OrderId(id.into())].row.delivery.clone()
    }

    pub fn row(&self, id: &str) -> OrderRow {
        lock(&self.state).orders[&OrderId(id.into())].row.clone()
    }

    pub fn events(&self, id: &str) -> Vec<EventKind> {
        lock(&self.state).orders[&OrderId(id.into())].events.iter().map(|event| event.kind).collect()
    }

    pub fn body(&self, id: &str) -> String {
        lock(&self.state).frozen[&OrderId(id.into())].0.clone()
    }

    /// As if the program had ended in the middle of this order's attempt.
    pub fn break_off(&self, id: &str) {
        let mut books = lock(&self.state);
        let id = OrderId(id.into());
        let seq = books.outbox.values().find(|entry| entry.order_id == id).unwrap().seq;
        books.begin(seq, Timestamp::UNIX_EPOCH).unwrap();
    }

    /// As if the order had been queued for another OktoPOS.
    pub fn readdress(&self, id: &str, base_url: &str) {
        let mut books = lock(&self.state);
        for entry in books.outbox.values_mut().filter(|entry| entry.order_id.as_str() == id) {
            entry.base_url = base_url.into();
        }
        if let Some((_, frozen_for)) = books.frozen.get_mut(&OrderId(id.into())) {
            *frozen_for = base_url.into();
        }
    }

    fn enter(&self, method: &'static str) -> Result<MutexGuard<'_, Books>, JournalError> {
        match lock(&self.faults).get_mut(method).and_then(VecDeque::pop_front) {
            Some(error) => Err(error),
            None => Ok(lock(&self.state)),
        }
    }
}

impl Books {
    fn order(&mut self, id: &OrderId) -> Result<&mut OrderRecord, JournalError> {
        self.orders.get_mut(id).ok_or_else(|| JournalError::NotFound(id.clone()))
    }

    fn log(&mut self, id: &OrderId, kind: EventKind, detail: &str, at: Timestamp) -> Result<(), JournalError> {
        let record = self.order(id)?;
        record.row.changed_at = at;
        record.events.push(OrderEvent { at, kind, detail: detail.into() });
        Ok(())
    }

    fn enqueue(&mut self, id: &OrderId, task: Task, base_url: String, at: Timestamp) {
        self.last_seq += 1;
        if matches!(task, Task::Create { .. }) {
            self.creates.insert(id.clone(), self.last_seq);
        }
        let row = &self.orders[id].row;
        let entry = OutboxEntry {
            seq: self.last_seq,
            order_id: id.clone(),
            internal_id: row.delivery.internal_id(),
            delivery: row.delivery.clone(),
            attempts: 0,
            due_at: row.due_at,
            task,
            base_url,
            queued_at: at,
        };
        self.outbox.insert(self.last_seq, entry);
    }

    fn wrong(&self, id: &OrderId, action: &'static str) -> JournalError {
        let delivery = self.orders.get(id).map_or("gone", |record| record.row.delivery.word());
        JournalError::WrongState { order_id: id.clone(), delivery, action }
    }

    fn begin(&mut self, seq: i64, at: Timestamp) -> Result<(), JournalError> {
        let Some(entry) = self.outbox.get_mut(&seq) else {
            return Err(self.wrong(&OrderId("?".into()), "send"));
        };
        entry.attempts += 1;
        let (id, attempts) = (entry.order_id.clone(), entry.attempts);
        if matches!(entry.task, Task::Create { .. }) {
            let row = &mut self.order(&id)?.row;
            row.delivery = Delivery::Sending;
            row.attempts += 1;
        }
        self.log(&id, EventKind::Attempt, &attempts.to_string(), at)
    }

    fn accept(&mut self, id: &OrderId, internal_id: Option<InternalId>) -> Result<(), JournalError> {
        let record = self.order(id)?;
        record.row.delivery = Delivery::Accepted { internal_id };
        record.row.status = Some(record.order.status.clone());
        Ok(())
    }

    fn settle(&mut self, seq: i64, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        let Some(entry) = self.outbox.get(&seq).cloned() else {
            return self.settle_late(seq, settled, at);
        };
        let id = &entry.order_id;
        let is_create = matches!(entry.task, Task::Create { .. });
        if !matches!(settled, Settled::Requeued { .. } | Settled::Again { .. }) {
            self.outbox.remove(&seq);
        }
        match settled {
            Settled::Requeued { reason } => {
                if is_create {
                    self.order(id)?.row.delivery = Delivery::Queued;
                }
                self.log(id, EventKind::Requeued, reason, at)
            }
            Settled::Again { reason } => {
                if is_create {
                    let row = &mut self.order(id)?.row;
                    row.delivery = Delivery::Queued;
                    row.may_have_arrived = true;
                }
                self.log(id, EventKind::Requeued, reason, at)
            }
            Settled::Accepted { internal_id } => {
                self.accept(id, Some(*internal_id))?;
                self.log(id, EventKind::Accepted, &internal_id.to_string(), at)
            }
            Settled::StatusSet => {
                let Task::SetStatus { status, .. } = &entry.task else { return Err(self.wrong(id, "set status")) };
                let more = self.pending(id);
                let row = &mut self.order(id)?.row;
                row.status = Some(status.clone());
                row.pending_status = more;
                row.status_problem = None;
                self.log(id, EventKind::StatusSet, status, at)
            }
            Settled::Rejected { reason } if is_create => {
                // Status changes of an order that never came to be are dropped.
                self.outbox.retain(|_, entry| entry.order_id != *id);
                let row = &mut self.order(id)?.row;
                row.delivery = Delivery::Rejected { reason: reason.clone() };
                row.pending_status = None;
                self.log(id, EventKind::Rejected, reason, at)
            }
            Settled::Rejected { reason } => {
                let more = self.pending(id);
                let row = &mut self.order(id)?.row;
                row.pending_status = more;
                row.status_problem = Some(reason.clone());
                self.log(id, EventKind::StatusRefused, reason, at)
            }
            Settled::Unknown { reason } => {
                let row = &mut self.order(id)?.row;
                row.delivery = Delivery::Unknown { reason: reason.clone() };
                row.may_have_arrived = true;
                self.log(id, EventKind::Unknown, reason, at)
            }
        }
    }

    /// An answer whose entry has left the outbox: what is known to have arrived has arrived.
    fn settle_late(&mut self, seq: i64, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        let id = self.creates.iter().find(|(_, create)| **create == seq).map(|(id, _)| id.clone());
        let id = id.ok_or_else(|| self.wrong(&OrderId("?".into()), "settle"))?;
        match (self.order(&id)?.row.delivery.clone(), settled) {
            (Delivery::Accepted { .. } | Delivery::Unknown { .. }, Settled::Accepted { internal_id }) => {
                self.accept(&id, Some(*internal_id))?;
                self.log(&id, EventKind::Accepted, &internal_id.to_string(), at)
            }
            (Delivery::Unknown { .. }, Settled::Rejected { reason }) => {
                self.order(&id)?.row.delivery = Delivery::Rejected { reason: reason.clone() };
                self.log(&id, EventKind::Rejected, reason, at)
            }
            (Delivery::Accepted { .. } | Delivery::Unknown { .. }, _) => self.log(&id, EventKind::Requeued, "late", at),
            _ => Err(self.wrong(&id, "settle")),
        }
    }

    /// Orders by their place in the map, which stands for the store's number.
    fn window(&self, after: i64, look_at: u32) -> (Vec<(i64, OrderId)>, Option<i64>) {
        let all = (1..).zip(self.orders.keys().cloned()).filter(|(no, _)| *no > after);
        let window: Vec<(i64, OrderId)> = all.take(look_at as usize).collect();
        let next = window.last().map(|(no, _)| *no).filter(|_| window.len() == look_at as usize);
        (window, next)
    }

    fn is_over(&self, id: &OrderId, which: &Forget) -> bool {
        let row = &self.orders[id].row;
        let over = match row.delivery {
            Delivery::Cancelled => true,
            Delivery::Accepted { .. } => {
                which.over.as_ref().is_none_or(|over| row.status.as_ref().is_some_and(|status| over.contains(status)))
            }
            _ => false,
        };
        over && !row.stray
            && row.changed_at < which.before
            && self.pending(id).is_none()
            && which.only.as_ref().is_none_or(|only| only.contains(id))
    }

    fn forget(&mut self, id: &OrderId, at: Timestamp) -> Option<Vec<String>> {
        let record = self.orders.get_mut(id)?;
        let bare = without_guest(&record.order);
        if bare == record.order {
            return None;
        }
        let order = std::mem::replace(&mut record.order, bare);
        let row = &mut record.row;
        (row.who, row.address, row.pickup_token) = Default::default();
        row.status_problem = None;
        let server_says = |kind| matches!(kind, EventKind::Rejected | EventKind::Requeued | EventKind::Unknown);
        record.events.iter_mut().filter(|event| server_says(event.kind)).for_each(|event| event.detail.clear());
        if let Some((body, _)) = self.frozen.get_mut(id) {
            *body = serde_json::to_string(&record.order).unwrap();
        }
        self.log(id, EventKind::Forgotten, "", at).ok()?;
        Some(traces(&order))
    }

    /// The last status that is asked for and not set.
    fn pending(&self, id: &OrderId) -> Option<String> {
        self.outbox.values().rev().filter(|entry| entry.order_id == *id).find_map(|entry| match &entry.task {
            Task::SetStatus { status, .. } => Some(status.clone()),
            Task::Create { .. } => None,
        })
    }

    fn observe_one(&mut self, seen: &ReadyOrder, at: Timestamp) -> Option<OrderId> {
        let id = seen.order_id.clone()?;
        let (pending, record) = (self.pending(&id), self.orders.get(&id)?);
        let known = record.row.delivery.internal_id();
        let status = record.row.status.clone();
        match record.row.delivery {
            Delivery::Unknown { .. } | Delivery::Queued | Delivery::Sending => {
                self.outbox.retain(|_, entry| entry.order_id != id || !matches!(entry.task, Task::Create { .. }));
                self.accept(&id, seen.internal_id).ok()?;
                self.log(&id, EventKind::SeenReady, "", at).ok()?;
            }
            Delivery::Accepted { .. } if known.is_none() && seen.internal_id.is_some() => {
                self.accept(&id, seen.internal_id).ok()?;
                self.log(&id, EventKind::SeenReady, "", at).ok()?;
            }
            Delivery::Accepted { .. } if pending.is_none() && seen.status.is_some() && seen.status != status => {
                self.order(&id).ok()?.row.status = seen.status.clone();
                self.log(&id, EventKind::StatusSeen, "", at).ok()?;
            }
            Delivery::Rejected { .. } | Delivery::Cancelled if !record.row.stray => {
                let row = &mut self.order(&id).ok()?.row;
                (row.stray, row.may_have_arrived) = (true, true);
                row.status = seen.status.clone();
                self.stray_ids.insert(id.clone(), seen.internal_id);
                self.log(&id, EventKind::SeenReady, "", at).ok()?;
            }
            _ => return None,
        }
        Some(id)
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn save_draft(&self, draft: &Draft) -> Result<(), JournalError> {
        self.enter("save_draft")?.drafts.insert(draft.order_id.clone(), draft.clone());
        Ok(())
    }

    async fn drafts(&self) -> Result<Vec<Draft>, JournalError> {
        Ok(self.enter("drafts")?.drafts.values().cloned().collect())
    }

    async fn discard_draft(&self, id: &OrderId) -> Result<(), JournalError> {
        self.enter("discard_draft")?.drafts.remove(id);
        Ok(())
    }

    async fn place(&self, new: &NewOrder) -> Result<(), JournalError> {
        let mut books = self.enter("place")?;
        let id = new.order.order_id.clone();
        let before = books.orders.remove(&id);
        if let Some(record) = &before
            && (!matches!(record.row.delivery, Delivery::Rejected { .. } | Delivery::Cancelled) || record.row.stray)
        {
            books.orders.insert(id.clone(), record.clone());
            return Err(books.wrong(&id, "place"));
        }
        let kind = if before.is_some() { EventKind::Corrected } else { EventKind::Placed };
        let may_have_arrived = before.as_ref().is_some_and(|old| old.row.may_have_arrived);
        let record = OrderRecord {
            row: OrderRow { may_have_arrived, ..new_row(new) },
            order: new.order.clone(),
            events: before.map_or(vec![], |old| old.events),
        };
        books.orders.insert(id.clone(), record);
        books.frozen.insert(id.clone(), (new.body.clone(), new.base_url.clone()));
        books.drafts.remove(&id);
        books.enqueue(&id, Task::Create { body: new.body.clone() }, new.base_url.clone(), new.at);
        books.log(&id, kind, "", new.at)?;
        new.note.passes.iter().try_for_each(|pass| books.log(&id, EventKind::Overridden, &pass.to_string(), new.at))
    }

    async fn request_status(
        &self,
        id: &OrderId,
        status: &str,
        reason: Option<&str>,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let mut books = self.enter("request_status")?;
        if !matches!(books.order(id)?.row.delivery, Delivery::Queued | Delivery::Sending | Delivery::Accepted { .. }) {
            return Err(books.wrong(id, "status"));
        }
        let task = Task::SetStatus { status: status.into(), reason: reason.map(str::to_owned) };
        let base_url = books.frozen[id].1.clone();
        books.enqueue(id, task, base_url, at);
        let row = &mut books.order(id)?.row;
        row.pending_status = Some(status.into());
        row.status_problem = None;
        books.log(id, EventKind::StatusRequested, status, at)
    }

    async fn outbox(&self) -> Result<Vec<OutboxEntry>, JournalError> {
        self.outbox_reads.fetch_add(1, Ordering::SeqCst);
        let books = self.enter("outbox")?;
        let now = |entry: &OutboxEntry| {
            let delivery = books.orders[&entry.order_id].row.delivery.clone();
            OutboxEntry { internal_id: delivery.internal_id(), delivery, ..entry.clone() }
        };
        Ok(books.outbox.values().map(now).collect())
    }

    async fn begin_attempt(&self, seq: i64, at: Timestamp) -> Result<(), JournalError> {
        self.enter("begin_attempt")?.begin(seq, at)
    }

    async fn settle_attempt(&self, seq: i64, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        self.enter("settle_attempt")?.settle(seq, settled, at)
    }

    async fn decide(&self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Result<(), JournalError> {
        let mut books = self.enter("decide")?;
        let row = books.order(id)?.row.clone();
        match (decision, row.delivery) {
            (PersonDecision::Resend, Delivery::Unknown { .. }) => {
                books.order(id)?.row.delivery = Delivery::Queued;
                let (body, base_url) = books.frozen[id].clone();
                books.enqueue(id, Task::Create { body }, base_url, at);
                books.log(id, EventKind::Resent, "", at)
            }
            (PersonDecision::Settle { internal_id }, Delivery::Unknown { .. }) => {
                books.accept(id, *internal_id)?;
                books.log(id, EventKind::Settled, "", at)
            }
            (PersonDecision::Settle { internal_id }, Delivery::Rejected { .. } | Delivery::Cancelled) if row.stray => {
                let known = books.stray_ids.remove(id).flatten();
                books.accept(id, internal_id.or(known))?;
                let now = &mut books.order(id)?.row;
                now.stray = false;
                now.status = row.status.or(now.status.take());
                books.log(id, EventKind::Settled, "", at)
            }
            (PersonDecision::Settle { internal_id: given @ Some(_) }, Delivery::Accepted { internal_id: None }) => {
                books.order(id)?.row.delivery = Delivery::Accepted { internal_id: *given };
                books.log(id, EventKind::Settled, "", at)
            }
            (PersonDecision::DropStatus, Delivery::Accepted { .. })
                if row.status_problem.is_some() || row.pending_status.is_some() =>
            {
                books.outbox.retain(|_, entry| entry.order_id != *id);
                let row = &mut books.order(id)?.row;
                (row.pending_status, row.status_problem) = (None, None);
                books.log(id, EventKind::StatusDropped, "", at)
            }
            (PersonDecision::Cancel, Delivery::Queued | Delivery::Rejected { .. }) if !row.stray => {
                books.outbox.retain(|_, entry| entry.order_id != *id);
                let row = &mut books.order(id)?.row;
                row.delivery = Delivery::Cancelled;
                row.pending_status = None;
                books.log(id, EventKind::Cancelled, "", at)
            }
            (PersonDecision::Reopen { draft }, Delivery::Queued) => {
                books.drafts.insert(id.clone(), (**draft).clone());
                books.outbox.retain(|_, entry| entry.order_id != *id);
                let row = &mut books.order(id)?.row;
                row.delivery = Delivery::Cancelled;
                row.pending_status = None;
                books.log(id, EventKind::Cancelled, "", at)
            }
            (PersonDecision::Readdress { base_url }, Delivery::Queued | Delivery::Accepted { .. })
                if books.outbox.values().any(|entry| entry.order_id == *id) =>
            {
                let waiting = books.outbox.values_mut().filter(|entry| entry.order_id == *id);
                waiting.for_each(|entry| entry.base_url.clone_from(base_url));
                if let Some((_, frozen_for)) = books.frozen.get_mut(id) {
                    frozen_for.clone_from(base_url);
                }
                books.log(id, EventKind::Readdressed, base_url, at)
            }
            _ => Err(books.wrong(id, "decide")),
        }
    }

    async fn observe(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError> {
        let mut books = self.enter("observe")?;
        Ok(seen.iter().filter_map(|seen| books.observe_one(seen, at)).collect())
    }

    async fn recover(&self, at: Timestamp) -> Result<u32, JournalError> {
        let mut books = self.enter("recover")?;
        let under_way = |entry: &&OutboxEntry| matches!(entry.task, Task::Create { .. });
        let seqs: Vec<i64> = books
            .outbox
            .values()
            .filter(under_way)
            .filter(|entry| books.orders[&entry.order_id].row.delivery == Delivery::Sending)
            .map(|entry| entry.seq)
            .collect();
        for seq in &seqs {
            books.settle(*seq, &Settled::Unknown { reason: "the program ended".into() }, at)?;
        }
        Ok(u32::try_from(seqs.len()).unwrap())
    }

    async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        let books = self.enter("orders")?;
        let fits = |row: &&OrderRow| {
            (!filter.flagged || row.stray || row.status_problem.is_some())
                && filter.delivery.as_ref().is_none_or(|word| row.delivery.word() == word)
                && filter.status.as_ref().is_none_or(|status| row.status.as_ref() == Some(status))
                && filter.changed_since.is_none_or(|since| row.changed_at >= since)
        };
        let mut rows: Vec<_> = books.orders.values().map(|record| &record.row).filter(fits).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        rows.truncate(filter.limit.map_or(usize::MAX, |limit| limit as usize));
        Ok(rows)
    }

    async fn order(&self, id: &OrderId) -> Result<OrderRecord, JournalError> {
        Ok(self.enter("order")?.order(id)?.clone())
    }

    async fn find_internal(&self, id: InternalId) -> Result<Option<OrderId>, JournalError> {
        let books = self.enter("find_internal")?;
        Ok(books
            .orders
            .values()
            .map(|record| &record.row)
            .find(|row| row.delivery.internal_id() == Some(id))
            .map(|row| row.order_id.clone()))
    }

    async fn replace_articles(&self, articles: &[Article], at: Timestamp) -> Result<(), JournalError> {
        self.enter("replace_articles")?.articles = (articles.to_vec(), Some(at));
        Ok(())
    }

    async fn articles(&self) -> Result<(Vec<Article>, Option<Timestamp>), JournalError> {
        Ok(self.enter("articles")?.articles.clone())
    }

    async fn keep(&self, name: &str, text: &str) -> Result<(), JournalError> {
        self.enter("keep")?.kept.insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    async fn kept(&self, name: &str) -> Result<Option<String>, JournalError> {
        Ok(self.enter("kept")?.kept.get(name).cloned())
    }

    async fn forget(&self, which: &Forget, at: Timestamp) -> Result<Forgotten, JournalError> {
        let mut books = self.enter("forget")?;
        let (window, next) = books.window(which.after, which.look_at);
        let mut forgotten = Forgotten { next, ..Forgotten::default() };
        for (_, id) in window {
            if books.is_over(&id, which)
                && let Some(traces) = books.forget(&id, at)
            {
                forgotten.traces.extend(traces);
                forgotten.orders.push(id);
            }
        }
        Ok(forgotten)
    }

    async fn guests(&self, after: i64, look_at: u32) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError> {
        let books = self.enter("guests")?;
        let (window, next) = books.window(after, look_at);
        let guest = |(cursor, order_id): (i64, OrderId)| {
            let OrderRecord { row, order, .. } = &books.orders[&order_id];
            let (delivery, status) = (row.delivery.clone(), row.status.clone());
            let (is_changing, customer) = (books.pending(&order_id).is_some(), order.customer.clone()?);
            Some(GuestOrder { cursor, order_id, delivery, status, is_changing, customer })
        };
        Ok((window.into_iter().filter_map(guest).collect(), next))
    }

    async fn scrub(&self, _traces: &[String]) -> Result<bool, JournalError> {
        self.enter("scrub").map(|_| true)
    }

    async fn check(&self) -> Result<(), JournalError> {
        self.enter("check").map(|_| ())
    }
}

fn new_row(new: &NewOrder) -> OrderRow {
    let Order { order_id, payment, customer, order_type, pickup, intermediary, .. } = &new.order;
    OrderRow {
        order_id: order_id.clone(),
        delivery: Delivery::Queued,
        status: None,
        pending_status: None,
        status_problem: None,
        order_type: *order_type,
        total: payment.price.value,
        currency: payment.price.currency.clone(),
        who: customer.as_ref().and_then(|customer| customer.family_name.clone()).unwrap_or_default(),
        address: String::new(),
        table: None,
        seat: None,
        pickup_token: pickup.as_ref().and_then(|pickup| pickup.pickup_token.clone()).unwrap_or_default(),
        intermediary: intermediary.clone().unwrap_or_default(),
        created_at: new.at,
        due_at: new.due_at,
        changed_at: new.at,
        attempts: 0,
        may_have_arrived: false,
        stray: false,
    }
}

/// What a scripted OktoPOS does with one call.
#[derive(Clone)]
pub enum Reply {
    /// Handles it and answers well.
    Good,
    /// Does not handle it and answers so.
    Bad(PosError),
    /// Handles it and the answer is lost.
    Lost,
    /// Takes this long before the next reply of the script.
    Slow(Duration),
    /// Breaks the program.
    Panic,
}

/// An OktoPOS that handles calls by script, and well when the script is empty.
pub struct ScriptedPos {
    journal: Arc<MemoryJournal>,
    state: Mutex<World>,
    next_id: AtomicI64,
}

#[derive(Default)]
struct World {
    creates: VecDeque<Reply>,
    statuses: VecDeque<Reply>,
    readies: VecDeque<Reply>,
    catalogs: VecDeque<Reply>,
    article_pages: Vec<u32>,
    down: bool,
    /// Every call of create, status and ready, in sequence, handled or not: `create order-0`.
    calls: Vec<String>,
    bodies: Vec<String>,
    handled: Vec<String>,
    list: Vec<ReadyOrder>,
    pages: Vec<Vec<Article>>,
    polls: usize,
}

impl ScriptedPos {
    pub fn new(journal: &Arc<MemoryJournal>) -> Self {
        Self { journal: Arc::clone(journal), state: Mutex::default(), next_id: AtomicI64::new(100) }
    }

    pub fn creates(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).creates.extend(replies);
    }

    pub fn statuses(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).statuses.extend(replies);
    }

    pub fn readies(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).readies.extend(replies);
    }

    pub fn catalogs(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).catalogs.extend(replies);
    }

    /// Every page of articles that was asked for.
    pub fn article_pages(&self) -> Vec<u32> {
        lock(&self.state).article_pages.clone()
    }

    /// Whether nothing gets through.
    pub fn down(&self, down: bool) {
        lock(&self.state).down = down;
    }

    pub fn list(&self, list: Vec<ReadyOrder>) {
        lock(&self.state).list = list;
    }

    pub fn pages(&self, pages: Vec<Vec<Article>>) {
        lock(&self.state).pages = pages;
    }

    /// Every create and status call, in sequence.
    pub fn calls(&self) -> Vec<String> {
        lock(&self.state).calls.clone()
    }

    /// What OktoPOS acted on.
    pub fn handled(&self) -> Vec<String> {
        lock(&self.state).handled.clone()
    }

    pub fn bodies(&self) -> Vec<String> {
        lock(&self.state).bodies.clone()
    }

    pub fn polls(&self) -> usize {
        lock(&self.state).polls
    }

    async fn play(&self, script: fn(&mut World) -> &mut VecDeque<Reply>, what: Option<&str>) -> Result<(), PosError> {
        loop {
            let reply = {
                let mut world = lock(&self.state);
                if world.down { Reply::Bad(not_sent()) } else { script(&mut world).pop_front().unwrap_or(Reply::Good) }
            };
            let handle = || lock(&self.state).handled.extend(what.map(str::to_owned));
            match reply {
                Reply::Slow(pause) => sleep(pause).await,
                Reply::Panic => panic!("planted"),
                Reply::Bad(error) => return Err(error),
                Reply::Good => {
                    handle();
                    return Ok(());
                }
                Reply::Lost => {
                    handle();
                    return Err(lost());
                }
            }
        }
    }
}

#[async_trait]
impl Pos for ScriptedPos {
    async fn create_order(&self, body: &str) -> Result<InternalId, PosError> {
        let order: Order = serde_json::from_str(body).unwrap();
        let id = order.order_id.as_str();
        assert_eq!(self.journal.delivery(id), Delivery::Sending, "recorded before sent");
        let what = format!("create {id}");
        {
            let mut world = lock(&self.state);
            world.calls.push(what.clone());
            world.bodies.push(body.to_owned());
        }
        self.play(|world| &mut world.creates, Some(&what)).await?;
        Ok(InternalId(self.next_id.fetch_add(1, Ordering::SeqCst)))
    }

    async fn ready_orders(&self) -> Result<Vec<ReadyOrder>, PosError> {
        lock(&self.state).polls += 1;
        self.play(|world| &mut world.readies, None).await?;
        Ok(lock(&self.state).list.clone())
    }

    async fn set_status(&self, change: &StatusChange) -> Result<(), PosError> {
        let what = format!("status {} {}", change.internal_id, change.status);
        lock(&self.state).calls.push(what.clone());
        self.play(|world| &mut world.statuses, Some(&what)).await
    }

    async fn articles(&self, page: u32, _page_size: u32) -> Result<Vec<Article>, PosError> {
        lock(&self.state).article_pages.push(page);
        self.play(|world| &mut world.catalogs, None).await?;
        Ok(lock(&self.state).pages.get(page as usize - 1).cloned().unwrap_or_default())
    }

    async fn customers_by_phone(&self, number: &str) -> Result<Vec<Customer>, PosError> {
        Ok(vec![Customer { phone: Some(number.into()), ..Customer::default() }])
    }

    fn base_url(&self) -> &str {
        BASE_URL
    }
}

pub fn not_sent() -> PosError {
    PosError::NotSent { reason: Clean::new("connection refused") }
}

pub fn lost() -> PosError {
    PosError::Unknown { reason: Clean::new("connection reset") }
}

pub fn rejected(code: u16) -> PosError {
    PosError::Rejected { code, reason: Clean::new("unknown article") }
}

pub fn key_refused() -> PosError {
    PosError::KeyRefused { code: 403, reason: Clean::new("no permission") }
}

pub fn order(id: &str) -> Order {
    Order {
        order_id: OrderId(id.into()),
        payment: Payment {
            reference_id: None,
            payment_method: None,
            price: Money::new(Decimal::new(1995, 2), "EUR"),
            status: None,
            payment_received: None,
        },
        customer: None,
        location: None,
        items: vec![],
        status: "ready".into(),
        purchase_time: ZonedInstant { timestamp: Timestamp::UNIX_EPOCH, timezone: "Europe/Berlin".into() },
        pickup: None,
        order_type: None,
        tip_transactions: None,
        session_token: None,
        intermediary: None,
    }
}

/// A row as the journal lists it.
pub fn row(id: &str, delivery: Delivery, created: i64) -> OrderRow {
    let at = Timestamp::from_second(created).unwrap();
    let new = NewOrder {
        order: order(id),
        body: String::new(),
        base_url: BASE_URL.into(),
        due_at: None,
        at,
        note: PlaceNote::default(),
    };
    OrderRow { delivery, ..new_row(&new) }
}

/// Everything one test needs.
pub struct Bench {
    pub journal: Arc<MemoryJournal>,
    pub pos: Arc<ScriptedPos>,
    pub clock: Arc<TestClock>,
    pub settings: Settings,
}

impl Bench {
    pub fn new() -> Self {
        let journal = Arc::new(MemoryJournal::default());
        let mut settings = Settings::new("Europe/Berlin");
        settings.jitter = || u32::MAX;
        Self { pos: Arc::new(ScriptedPos::new(&journal)), clock: Arc::new(TestClock::new()), journal, settings }
    }

    /// A desk as a program that starts now would have it.
    pub fn desk(&self) -> Desk {
        let ports = Ports {
            journal: Arc::clone(&self.journal) as _,
            pos: Arc::clone(&self.pos) as _,
            clock: Arc::clone(&self.clock) as _,
            ids: Arc::new(TestIds::default()),
        };
        Desk::new(ports, self.settings.clone())
    }
}
