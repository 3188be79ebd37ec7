//! The journal's whole contract on maps: what the simulation looks up the truth in, and what the library's own tests have
//! for a journal. Keeps nothing beyond the process, and knows nothing of either: `tests/journal.rs` holds it to the same
//! suite as SQLite.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use jiff::Timestamp;
use oktodesk::{
    domain::{
        article::{Article, ChannelPrice},
        delivery::Delivery,
        draft::Draft,
        ids::{DeskId, InternalId, OrderId},
        order::{Address, Customer, Order, OrderType},
        privacy::{traces, without_guest},
    },
    ports::{
        Journal, JournalError,
        journal::{
            EventKind, Forget, Forgotten, GuestOrder, NewOrder, OpenDraft, OrderEvent, OrderFilter, OrderRecord,
            OrderRow, OutboxEntry, PersonDecision, PlaceAllError, Settled, Task,
        },
        pos::ReadyOrder,
    },
};

type Done = Result<(), JournalError>;

/// A journal in memory. Every call is one transaction.
#[derive(Default)]
pub struct MemoryJournal(Mutex<Books>);

#[derive(Default)]
struct Books {
    drafts: BTreeMap<OrderId, OpenDraft>,
    orders: BTreeMap<OrderId, Book>,
    outbox: BTreeMap<i64, Waiting>,
    last_seq: i64,
    kept: BTreeMap<String, String>,
    articles: (Vec<Arc<Article>>, Option<Timestamp>),
}

/// An order and what of it is not shown.
struct Book {
    record: OrderRecord,
    body: String,
    base_url: String,
    /// The entry that creates it or last created it.
    create_seq: i64,
    /// Whether it may still hold its guest.
    personal: bool,
    /// OktoPOS's id of a stray.
    stray_id: Option<InternalId>,
}

/// `delivery`, `internal_id` and `due_at` of the entry are filled in when it is read.
struct Waiting {
    entry: OutboxEntry,
    sending: bool,
}

impl Waiting {
    fn is_create(&self) -> bool {
        matches!(self.entry.task, Task::Create { .. })
    }

    /// A status change that is not under way.
    fn is_droppable(&self) -> bool {
        !self.is_create() && !self.sending
    }

    fn status(&self) -> Option<&str> {
        match &self.entry.task {
            Task::SetStatus { status, .. } => Some(status),
            Task::Create { .. } => None,
        }
    }
}

impl MemoryJournal {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap()
    }

    /// The order's frozen JSON.
    #[allow(dead_code, reason = "only the library's tests ask for it")]
    pub fn body(&self, id: &OrderId) -> String {
        self.books().orders[id].body.clone()
    }

    /// As if the order had been queued for this address, whatever has become of it.
    #[allow(dead_code, reason = "only the library's tests want it")]
    pub fn bind(&self, id: &OrderId, base_url: &str) {
        let mut books = self.books();
        let waiting = books.outbox.values_mut().filter(|waiting| waiting.entry.order_id == *id);
        waiting.for_each(|waiting| waiting.entry.base_url = base_url.into());
        books.orders.get_mut(id).unwrap().base_url = base_url.into();
    }
}

impl Books {
    fn book(&mut self, id: &OrderId) -> Result<&mut Book, JournalError> {
        self.orders.get_mut(id).ok_or_else(|| JournalError::NotFound(id.clone()))
    }

    /// `DraftElsewhere` if another desk has the draft.
    fn mine(&self, id: &OrderId, desk: &DeskId) -> Done {
        match self.drafts.get(id).and_then(|open| open.desk.as_ref()) {
            Some(other) if other != desk => {
                Err(JournalError::DraftElsewhere { order_id: id.clone(), desk: other.clone() })
            }
            _ => Ok(()),
        }
    }

    fn row(&mut self, id: &OrderId) -> Result<&mut OrderRow, JournalError> {
        Ok(&mut self.book(id)?.record.row)
    }

    fn log(&mut self, id: &OrderId, kind: EventKind, detail: impl ToString, at: Timestamp) -> Done {
        let pending = self.pending(id);
        let record = &mut self.book(id)?.record;
        record.row.changed_at = at;
        record.row.pending_status = pending;
        record.events.push(OrderEvent { at, kind, detail: detail.to_string() });
        Ok(())
    }

    fn of<'a>(&'a self, id: &'a OrderId) -> impl DoubleEndedIterator<Item = &'a Waiting> {
        self.outbox.values().filter(move |waiting| waiting.entry.order_id == *id)
    }

    /// The last status that is asked for and not set.
    fn pending(&self, id: &OrderId) -> Option<String> {
        self.of(id).rev().find_map(|waiting| waiting.status().map(str::to_owned))
    }

    fn enqueue(&mut self, id: &OrderId, task: Task, base_url: String, at: Timestamp) -> Done {
        self.last_seq += 1;
        let seq = self.last_seq;
        if matches!(task, Task::Create { .. }) {
            self.book(id)?.create_seq = seq;
        }
        let (order_id, delivery) = (id.clone(), Delivery::Queued);
        #[rustfmt::skip]
        let entry = OutboxEntry {
            seq, order_id, delivery, internal_id: None, task, base_url, attempts: 0, queued_at: at, due_at: None,
        };
        self.outbox.insert(seq, Waiting { entry, sending: false });
        Ok(())
    }

    /// Orders by their place in the map, which stands for the store's number.
    fn window(&self, after: i64, look_at: u32) -> (Vec<(i64, OrderId)>, Option<i64>) {
        let all = (1..).zip(&self.orders).filter(|(no, (_, book))| *no > after && book.personal);
        let all = all.map(|(no, (id, _))| (no, id.clone()));
        let window: Vec<(i64, OrderId)> = all.take(look_at as usize).collect();
        let next = window.last().map(|(no, _)| *no).filter(|_| window.len() == look_at as usize);
        (window, next)
    }

    fn is_over(&self, id: &OrderId, which: &Forget) -> bool {
        let row = &self.orders[id].record.row;
        let has_last = |over: &Vec<String>| row.status.as_ref().is_some_and(|status| over.contains(status));
        let over = match row.delivery {
            Delivery::Cancelled => true,
            Delivery::Accepted { .. } => which.over.as_ref().is_none_or(has_last),
            _ => false,
        };
        let named = which.only.as_ref().is_none_or(|only| only.contains(id));
        over && named && !row.stray && row.changed_at < which.before && self.of(id).next().is_none()
    }

    fn forget(&mut self, id: &OrderId, at: Timestamp) -> Result<Option<Vec<String>>, JournalError> {
        let book = self.book(id)?;
        book.personal = false;
        let bare = without_guest(&book.record.order);
        let has_reason = |event: &OrderEvent| event.kind == EventKind::StatusRequested && event.detail.contains(':');
        if bare == book.record.order && !book.record.events.iter().any(has_reason) {
            return Ok(None);
        }
        book.body = serde_json::to_string(&bare).unwrap();
        let order = std::mem::replace(&mut book.record.order, bare);
        let row = &mut book.record.row;
        (row.who, row.address, row.pickup_token, row.status_problem) = Default::default();
        let server_says =
            |kind| matches!(kind, EventKind::Rejected | EventKind::Requeued | EventKind::Again | EventKind::Unknown);
        for event in &mut book.record.events {
            match event.kind {
                // Which status it was stays; why it was wanted or refused goes.
                EventKind::StatusRefused | EventKind::StatusRequested => {
                    event.detail.truncate(event.detail.find(':').unwrap_or(event.detail.len()))
                }
                kind if server_says(kind) => event.detail.clear(),
                _ => {}
            }
        }
        self.log(id, EventKind::Forgotten, "", at)?;
        Ok(Some(traces(&order)))
    }

    fn may_be_placed(&self, new: &NewOrder) -> Done {
        let id = &new.order.order_id;
        self.mine(id, &new.desk)?;
        let is_free =
            |row: &OrderRow| matches!(row.delivery, Delivery::Rejected { .. } | Delivery::Cancelled) && !row.stray;
        match self.orders.get(id).map(|book| &book.record.row) {
            Some(row) if !is_free(row) => Err(wrong(id, row.delivery.word(), "placing it again")),
            _ => Ok(()),
        }
    }

    fn place(&mut self, new: &NewOrder) -> Done {
        let id = &new.order.order_id;
        let (may_have_arrived, events) = match self.orders.get_mut(id).map(|book| &mut book.record) {
            None => (false, Vec::new()),
            Some(record) => (record.row.may_have_arrived, std::mem::take(&mut record.events)),
        };
        let kind = if events.is_empty() { EventKind::Placed } else { EventKind::Corrected };
        let record =
            OrderRecord { row: OrderRow { may_have_arrived, ..new_row(new) }, order: new.order.clone(), events };
        let book = Book {
            record,
            body: new.body.clone(),
            base_url: new.base_url.clone(),
            create_seq: 0,
            personal: true,
            stray_id: None,
        };
        self.orders.insert(id.clone(), book);
        self.drafts.remove(id);
        self.enqueue(id, Task::Create { body: new.body.clone() }, new.base_url.clone(), new.at)?;
        self.log(id, kind, "", new.at)?;
        new.note
            .prices
            .iter()
            .try_for_each(|price| self.log(id, EventKind::PriceChanged, price.to_string(), new.at))?;
        new.note.passes.iter().try_for_each(|pass| self.log(id, EventKind::Overridden, pass.to_string(), new.at))
    }

    fn begin(&mut self, seq: i64, base_url: &str, at: Timestamp) -> Done {
        let waiting = self.outbox.get_mut(&seq).ok_or_else(|| wrong(&no_order(seq), "gone", "sending it"))?;
        if waiting.sending {
            return Err(wrong(&no_order(seq), "being sent", "sending it a second time"));
        }
        if waiting.entry.base_url != base_url {
            return Err(wrong(&no_order(seq), "bound to another address", "sending it to this one"));
        }
        waiting.sending = true;
        waiting.entry.attempts += 1;
        let (id, detail) = (waiting.entry.order_id.clone(), waiting.status().map(str::to_owned));
        let detail = detail.unwrap_or_else(|| waiting.entry.attempts.to_string());
        if waiting.is_create() {
            let row = self.row(&id)?;
            row.delivery = Delivery::Sending;
            row.attempts += 1;
        }
        self.log(&id, EventKind::Attempt, detail, at)
    }

    fn accept(&mut self, id: &OrderId, internal_id: Option<InternalId>, status: Option<String>) -> Done {
        let record = &mut self.book(id)?.record;
        record.row.delivery = Delivery::Accepted { internal_id };
        record.row.status = status.or_else(|| Some(record.order.status.clone()));
        Ok(())
    }

    /// A create that was refused takes its status changes with it.
    fn reject(&mut self, id: &OrderId, reason: &str, at: Timestamp) -> Done {
        let dropped: Vec<_> = self.of(id).filter_map(|waiting| waiting.status().map(str::to_owned)).collect();
        self.outbox.retain(|_, waiting| waiting.entry.order_id != *id);
        self.row(id)?.delivery = Delivery::Rejected { reason: reason.into() };
        self.log(id, EventKind::Rejected, reason, at)?;
        dropped.into_iter().try_for_each(|status| self.log(id, EventKind::StatusRefused, status, at))
    }

    fn settle(&mut self, seq: i64, settled: &Settled, at: Timestamp) -> Done {
        let Some(waiting) = self.outbox.get_mut(&seq) else { return self.settle_late(seq, settled, at) };
        let id = waiting.entry.order_id.clone();
        match (waiting.status().map(str::to_owned), settled) {
            (None, Settled::StatusSet) | (Some(_), Settled::Accepted { .. }) => {
                Err(wrong(&no_order(seq), "no longer in the outbox", "this outcome"))
            }
            (None, Settled::Requeued { reason }) => {
                waiting.sending = false;
                self.row(&id)?.delivery = Delivery::Queued;
                self.log(&id, EventKind::Requeued, reason, at)
            }
            (None, Settled::Again { reason }) => {
                waiting.sending = false;
                let row = self.row(&id)?;
                (row.delivery, row.may_have_arrived) = (Delivery::Queued, true);
                self.log(&id, EventKind::Again, reason, at)
            }
            (None, Settled::Accepted { internal_id }) => {
                self.outbox.remove(&seq);
                self.accept(&id, Some(*internal_id), None)?;
                self.log(&id, EventKind::Accepted, internal_id, at)
            }
            (None, Settled::Rejected { reason }) => self.reject(&id, reason, at),
            (None, Settled::Unknown { reason }) => {
                self.outbox.remove(&seq);
                let row = self.row(&id)?;
                (row.delivery, row.may_have_arrived) = (Delivery::Unknown { reason: reason.clone() }, true);
                self.log(&id, EventKind::Unknown, reason, at)
            }
            (Some(_), Settled::Requeued { reason }) => {
                waiting.sending = false;
                self.log(&id, EventKind::Requeued, reason, at)
            }
            (Some(_), Settled::Again { reason } | Settled::Unknown { reason }) => {
                waiting.sending = false;
                self.log(&id, EventKind::Again, reason, at)
            }
            (Some(status), Settled::StatusSet) => {
                self.outbox.remove(&seq);
                let row = self.row(&id)?;
                row.status = Some(status.clone());
                row.status_problem = None;
                self.log(&id, EventKind::StatusSet, status, at)
            }
            (Some(status), Settled::Rejected { reason }) => {
                self.outbox.remove(&seq);
                let problem = format!("{status}: {reason}");
                self.row(&id)?.status_problem = Some(problem.clone());
                self.log(&id, EventKind::StatusRefused, problem, at)
            }
        }
    }

    /// An answer whose entry has left the outbox: what is known to have arrived has arrived.
    fn settle_late(&mut self, seq: i64, settled: &Settled, at: Timestamp) -> Done {
        let found = self.orders.iter().find(|(_, book)| book.create_seq == seq);
        let (id, delivery) = found
            .map(|(id, book)| (id.clone(), book.record.row.delivery.clone()))
            .ok_or_else(|| wrong(&no_order(seq), "no longer in the outbox", "settling it"))?;
        match (&delivery, settled) {
            (Delivery::Accepted { internal_id: known }, Settled::Accepted { internal_id }) => {
                self.row(&id)?.delivery = Delivery::Accepted { internal_id: known.or(Some(*internal_id)) };
                self.log(&id, EventKind::Accepted, internal_id, at)
            }
            (Delivery::Unknown { .. }, Settled::Accepted { internal_id }) => {
                self.accept(&id, Some(*internal_id), None)?;
                self.log(&id, EventKind::Accepted, internal_id, at)
            }
            (Delivery::Unknown { .. }, Settled::Rejected { reason }) => self.reject(&id, reason, at),
            (Delivery::Accepted { .. } | Delivery::Unknown { .. }, Settled::Requeued { reason }) => {
                self.log(&id, EventKind::Requeued, reason, at)
            }
            (Delivery::Accepted { .. } | Delivery::Unknown { .. }, Settled::Again { reason }) => {
                self.log(&id, EventKind::Again, reason, at)
            }
            (Delivery::Accepted { .. } | Delivery::Unknown { .. }, Settled::Unknown { reason }) => {
                self.log(&id, EventKind::Unknown, reason, at)
            }
            (Delivery::Accepted { .. }, Settled::Rejected { reason }) => self.log(&id, EventKind::Rejected, reason, at),
            _ => Err(wrong(&id, delivery.word(), "settling an attempt")),
        }
    }

    fn decide(&mut self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Done {
        let row = self.row(id)?.clone();
        let delivery = row.delivery.clone();
        match (decision, &delivery) {
            (PersonDecision::Resend, Delivery::Unknown { .. }) => {
                let book = self.book(id)?;
                book.record.row.delivery = Delivery::Queued;
                let (body, base_url) = (book.body.clone(), book.base_url.clone());
                self.enqueue(id, Task::Create { body }, base_url, at)?;
                self.log(id, EventKind::Resent, "", at)
            }
            (PersonDecision::Settle { internal_id }, Delivery::Unknown { .. }) => {
                self.accept(id, *internal_id, None)?;
                self.log(id, EventKind::Settled, internal_id.map_or_else(String::new, |id| id.to_string()), at)
            }
            (PersonDecision::Settle { internal_id: given @ Some(known) }, Delivery::Accepted { internal_id: None }) => {
                self.row(id)?.delivery = Delivery::Accepted { internal_id: *given };
                self.log(id, EventKind::Settled, known, at)
            }
            (PersonDecision::Settle { internal_id }, Delivery::Rejected { .. } | Delivery::Cancelled) if row.stray => {
                let known = self.book(id)?.stray_id.take();
                let internal_id = internal_id.or(known);
                self.accept(id, internal_id, row.status)?;
                self.row(id)?.stray = false;
                self.log(id, EventKind::Settled, internal_id.map_or_else(String::new, |id| id.to_string()), at)
            }
            (PersonDecision::DropStatus, Delivery::Accepted { .. })
                if row.status_problem.is_some() || self.of(id).any(Waiting::is_droppable) =>
            {
                let dropped = self.of(id).filter(|waiting| waiting.is_droppable()).filter_map(Waiting::status);
                let dropped = dropped.collect::<Vec<_>>().join(", ");
                self.outbox.retain(|_, waiting| waiting.entry.order_id != *id || !waiting.is_droppable());
                self.row(id)?.status_problem = None;
                self.log(id, EventKind::StatusDropped, dropped, at)
            }
            (PersonDecision::Reopen { draft }, Delivery::Queued) => {
                self.drafts.insert(id.clone(), (**draft).clone());
                self.outbox.retain(|_, waiting| waiting.entry.order_id != *id);
                self.row(id)?.delivery = Delivery::Cancelled;
                self.log(id, EventKind::Cancelled, "", at)
            }
            (PersonDecision::Cancel, Delivery::Queued | Delivery::Rejected { .. }) if !row.stray => {
                self.outbox.retain(|_, waiting| waiting.entry.order_id != *id);
                self.row(id)?.delivery = Delivery::Cancelled;
                self.log(id, EventKind::Cancelled, "", at)
            }
            (PersonDecision::Readdress { base_url, internal_id }, Delivery::Queued | Delivery::Accepted { .. })
                if self.of(id).next().is_some() && *internal_id == delivery.internal_id() =>
            {
                let waiting = self.outbox.values_mut().filter(|waiting| waiting.entry.order_id == *id);
                waiting.for_each(|waiting| waiting.entry.base_url.clone_from(base_url));
                self.book(id)?.base_url.clone_from(base_url);
                self.log(id, EventKind::Readdressed, base_url, at)
            }
            _ => Err(wrong(id, delivery.word(), "this decision")),
        }
    }

    fn observe(&mut self, seen: &ReadyOrder, id: &OrderId, at: Timestamp) -> Result<bool, JournalError> {
        let has_pending = self.pending(id).is_some();
        let Some(book) = self.orders.get(id) else { return Ok(false) };
        let status = seen.status.clone().filter(|status| !has_pending && !status.is_empty());
        let row = &book.record.row;
        match row.delivery {
            Delivery::Queued | Delivery::Sending | Delivery::Unknown { .. } => {
                self.outbox.retain(|_, waiting| waiting.entry.order_id != *id || !waiting.is_create());
                self.accept(id, seen.internal_id, status)?;
                self.log(id, EventKind::SeenReady, seen.internal_id.map_or_else(String::new, |id| id.to_string()), at)?;
                Ok(true)
            }
            Delivery::Accepted { internal_id } => {
                let new_id = seen.internal_id.filter(|_| internal_id.is_none());
                let new_status = status.filter(|status| row.status.as_ref() != Some(status));
                if let Some(new_id) = new_id {
                    self.row(id)?.delivery = Delivery::Accepted { internal_id: Some(new_id) };
                    self.log(id, EventKind::SeenReady, new_id, at)?;
                }
                if let Some(status) = &new_status {
                    self.row(id)?.status = Some(status.clone());
                    self.log(id, EventKind::StatusSeen, status, at)?;
                }
                Ok(new_id.is_some() || new_status.is_some())
            }
            Delivery::Rejected { .. } | Delivery::Cancelled if !row.stray => {
                let status = status.or_else(|| Some(book.record.order.status.clone()));
                let book = self.book(id)?;
                book.stray_id = seen.internal_id;
                let row = &mut book.record.row;
                (row.stray, row.may_have_arrived, row.status) = (true, true, status);
                self.log(id, EventKind::SeenReady, seen.internal_id.map_or_else(String::new, |id| id.to_string()), at)?;
                Ok(true)
            }
            Delivery::Rejected { .. } | Delivery::Cancelled => {
                let new_id = seen.internal_id.filter(|_| book.stray_id.is_none());
                let new_status = status.filter(|status| row.status.as_ref() != Some(status));
                if let Some(new_id) = new_id {
                    self.book(id)?.stray_id = Some(new_id);
                    self.log(id, EventKind::SeenReady, new_id, at)?;
                }
                if let Some(status) = &new_status {
                    self.row(id)?.status = Some(status.clone());
                    self.log(id, EventKind::StatusSeen, status, at)?;
                }
                Ok(new_id.is_some() || new_status.is_some())
            }
        }
    }

    fn recover(&mut self, at: Timestamp) -> Result<u32, JournalError> {
        let seqs: Vec<i64> = self.outbox.iter().filter(|(_, waiting)| waiting.sending).map(|(seq, _)| *seq).collect();
        let mut unknown = 0;
        for seq in seqs {
            unknown += u32::from(self.outbox[&seq].is_create());
            self.settle(seq, &Settled::Unknown { reason: "the program ended while it was being sent".into() }, at)?;
        }
        Ok(unknown)
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn save_draft(&self, draft: &Draft, desk: &DeskId) -> Done {
        let mut books = self.books();
        let id = &draft.order_id;
        books.mine(id, desk)?;
        if let Some(Book { record, .. }) = books.orders.get(id)
            && !matches!(record.row.delivery, Delivery::Rejected { .. } | Delivery::Cancelled)
        {
            return Err(wrong(id, record.row.delivery.word(), "saving its draft"));
        }
        books.drafts.insert(id.clone(), OpenDraft { draft: draft.clone(), desk: Some(desk.clone()) });
        Ok(())
    }

    async fn drafts(&self) -> Result<Vec<OpenDraft>, JournalError> {
        let mut drafts: Vec<_> = self.books().drafts.values().cloned().collect();
        drafts.sort_by_key(|open| open.draft.opened_at);
        Ok(drafts)
    }

    async fn take_draft(&self, id: &OrderId, from: Option<&DeskId>, desk: &DeskId) -> Result<Draft, JournalError> {
        let mut books = self.books();
        let open = books.drafts.get(id).ok_or_else(|| JournalError::NotFound(id.clone()))?;
        if open.desk.as_ref() != from {
            books.mine(id, desk)?;
        }
        let draft = open.draft.clone();
        books.drafts.insert(id.clone(), OpenDraft { draft: draft.clone(), desk: Some(desk.clone()) });
        Ok(draft)
    }

    async fn discard_draft(&self, id: &OrderId, desk: &DeskId) -> Done {
        let mut books = self.books();
        books.mine(id, desk)?;
        books.drafts.remove(id);
        Ok(())
    }

    async fn place(&self, new: &NewOrder) -> Done {
        let mut books = self.books();
        books.may_be_placed(new)?;
        books.place(new)
    }

    async fn place_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError> {
        let mut books = self.books();
        let mut refused = Vec::new();
        for (index, order) in new.iter().enumerate() {
            let id = &order.order.order_id;
            let is_repeated = new[..index].iter().any(|earlier| earlier.order.order_id == *id);
            let may_be_placed = if is_repeated { Err(wrong(id, "queued", "placing it again")) } else { Ok(()) };
            if let Err(why) = books.may_be_placed(order).and(may_be_placed) {
                refused.push((index, why));
            }
        }
        if !refused.is_empty() {
            return Err(PlaceAllError::Refused(refused));
        }
        Ok(new.iter().try_for_each(|new| books.place(new))?)
    }

    async fn request_status(&self, id: &OrderId, status: &str, reason: Option<&str>, at: Timestamp) -> Done {
        let mut books = self.books();
        let book = books.book(id)?;
        let (row, base_url) = (&mut book.record.row, book.base_url.clone());
        if !matches!(row.delivery, Delivery::Queued | Delivery::Sending | Delivery::Accepted { .. }) {
            return Err(wrong(id, row.delivery.word(), "changing its status"));
        }
        row.status_problem = None;
        let task = Task::SetStatus { status: status.into(), reason: reason.map(str::to_owned) };
        books.enqueue(id, task, base_url, at)?;
        let detail = match reason.filter(|reason| !reason.is_empty()) {
            Some(reason) => format!("{status}: {reason}"),
            None => status.to_owned(),
        };
        books.log(id, EventKind::StatusRequested, detail, at)
    }

    async fn outbox(&self) -> Result<Vec<OutboxEntry>, JournalError> {
        let books = self.books();
        let now = |waiting: &Waiting| {
            let row = &books.orders[&waiting.entry.order_id].record.row;
            OutboxEntry {
                internal_id: row.delivery.internal_id(),
                delivery: row.delivery.clone(),
                due_at: row.due_at,
                ..waiting.entry.clone()
            }
        };
        Ok(books.outbox.values().map(now).collect())
    }

    async fn begin_attempt(&self, seq: i64, base_url: &str, at: Timestamp) -> Done {
        self.books().begin(seq, base_url, at)
    }

    async fn settle_attempt(&self, seq: i64, settled: &Settled, at: Timestamp) -> Done {
        self.books().settle(seq, settled, at)
    }

    async fn decide(&self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Done {
        self.books().decide(id, decision, at)
    }

    async fn observe(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError> {
        let mut first: BTreeMap<&OrderId, &ReadyOrder> = BTreeMap::new();
        for ready in seen {
            if let Some(id) = &ready.order_id {
                first.entry(id).or_insert(ready);
            }
        }
        let mut books = self.books();
        let mut changed = Vec::new();
        for (id, ready) in first {
            if books.observe(ready, id, at)? {
                changed.push(id.clone());
            }
        }
        Ok(changed)
    }

    async fn recover(&self, at: Timestamp) -> Result<u32, JournalError> {
        self.books().recover(at)
    }

    async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        let books = self.books();
        let fits = |row: &&OrderRow| {
            (!filter.flagged || row.stray || row.status_problem.is_some())
                && filter.delivery.as_ref().is_none_or(|word| row.delivery.word() == word)
                && filter.status.as_ref().is_none_or(|status| row.status.as_ref() == Some(status))
                && filter.changed_since.is_none_or(|since| row.changed_at >= since)
        };
        let mut rows: Vec<_> = books.orders.values().map(|book| &book.record.row).filter(fits).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        rows.truncate(filter.limit.map_or(usize::MAX, |limit| limit as usize));
        Ok(rows)
    }

    async fn order(&self, id: &OrderId) -> Result<OrderRecord, JournalError> {
        Ok(self.books().book(id)?.record.clone())
    }

    async fn find_internal(&self, id: InternalId) -> Result<Option<OrderId>, JournalError> {
        let books = self.books();
        let is_it = |book: &&Book| book.record.row.delivery.internal_id() == Some(id);
        Ok(books.orders.values().find(is_it).map(|book| book.record.row.order_id.clone()))
    }

    async fn replace_articles(&self, articles: &[Arc<Article>], at: Timestamp) -> Done {
        self.books().articles = (shared(articles), Some(at));
        Ok(())
    }

    async fn articles(&self) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), JournalError> {
        Ok(self.books().articles.clone())
    }

    async fn keep(&self, name: &str, text: &str) -> Done {
        self.books().kept.insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    async fn kept(&self, name: &str) -> Result<Option<String>, JournalError> {
        Ok(self.books().kept.get(name).cloned())
    }

    async fn forget(&self, which: &Forget, at: Timestamp) -> Result<Forgotten, JournalError> {
        let mut books = self.books();
        let (window, next) = books.window(which.after, which.look_at);
        let mut forgotten = Forgotten { next, ..Forgotten::default() };
        for (_, id) in window {
            if books.is_over(&id, which)
                && let Some(found) = books.forget(&id, at)?
            {
                forgotten.traces.extend(found);
                forgotten.orders.push(id);
            }
        }
        Ok(forgotten)
    }

    async fn guests(&self, after: i64, look_at: u32) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError> {
        let books = self.books();
        let (window, next) = books.window(after, look_at);
        let guest = |(cursor, order_id): (i64, OrderId)| {
            let OrderRecord { row, order, .. } = &books.orders[&order_id].record;
            let (delivery, status, customer) = (row.delivery.clone(), row.status.clone(), order.customer.clone()?);
            let is_changing = books.pending(&order_id).is_some();
            Some(GuestOrder { cursor, order_id, delivery, status, is_changing, customer })
        };
        Ok((window.into_iter().filter_map(guest).collect(), next))
    }

    /// Nothing is left behind in maps.
    async fn scrub(&self, _traces: &[String]) -> Result<bool, JournalError> {
        Ok(true)
    }

    async fn check(&self) -> Done {
        let books = self.books();
        let is_right = books.orders.iter().all(|(id, book)| {
            let creates = books.of(id).filter(|waiting| waiting.is_create()).count();
            creates == usize::from(book.record.row.delivery.waits())
        });
        if is_right { Ok(()) } else { Err(JournalError::Unusable("what waits is not what the outbox holds".into())) }
    }
}

/// Text that many articles share is shared in memory.
fn shared(articles: &[Arc<Article>]) -> Vec<Arc<Article>> {
    let (mut groups, mut taxes) = (HashMap::new(), HashMap::new());
    let mut share = |article: &Arc<Article>| Article {
        group: groups.entry(Arc::clone(&article.group)).or_insert_with(|| Arc::clone(&article.group)).clone(),
        prices: (article.prices.iter())
            .map(|price| ChannelPrice {
                tax: taxes.entry(Arc::clone(&price.tax)).or_insert_with(|| Arc::clone(&price.tax)).clone(),
                ..price.clone()
            })
            .collect(),
        ..Article::clone(article)
    };
    articles.iter().map(|article| Arc::new(share(article))).collect()
}

fn wrong(order_id: &OrderId, delivery: &'static str, action: &'static str) -> JournalError {
    JournalError::WrongState { order_id: order_id.clone(), delivery, action }
}

fn no_order(seq: i64) -> OrderId {
    OrderId(format!("of outbox entry {seq}"))
}

/// How a list shows an order that was placed just now.
pub fn new_row(new: &NewOrder) -> OrderRow {
    let Order { order_id, payment, customer, location, order_type, pickup, intermediary, .. } = &new.order;
    let location = location.as_ref();
    OrderRow {
        order_id: order_id.clone(),
        delivery: Delivery::Queued,
        status: None,
        pending_status: None,
        status_problem: None,
        order_type: *order_type,
        total: payment.price.value,
        currency: payment.price.currency.clone(),
        who: customer.as_ref().map_or_else(String::new, who),
        address: customer
            .as_ref()
            .and_then(|customer| customer.address.as_ref())
            .filter(|_| order_type.is_some_and(OrderType::needs_address))
            .map_or_else(String::new, street),
        table: location.and_then(|location| location.table),
        seat: location.and_then(|location| location.seat),
        pickup_token: pickup.as_ref().and_then(|pickup| pickup.pickup_token.clone()).unwrap_or_default(),
        intermediary: intermediary.clone().unwrap_or_default(),
        created_at: new.at,
        due_at: new.due_at,
        changed_at: new.at,
        attempts: 0,
        may_have_arrived: false,
        stray: false,
        session_token: new.order.session_token.clone(),
        brief: oktodesk::domain::round::brief(&new.order),
    }
}

fn who(customer: &Customer) -> String {
    let Customer { family_name, given_name, phone, .. } = customer;
    family_name.as_ref().or(given_name.as_ref()).or(phone.as_ref()).cloned().unwrap_or_default()
}

fn street(address: &Address) -> String {
    [address.street.as_deref(), address.house_number.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
