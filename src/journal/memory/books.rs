//! What the journal in memory holds, and how a step of an order's life is put into it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::Timestamp;

use super::Done;
use crate::{
    chaos::{self, Bug},
    domain::{
        draft::{Draft, OpenDraft},
        guest::GuestKeys,
        order::{
            Customer, Order,
            history::OrderEvent,
            life::{Entry, Happening, Life, Next, OutboxChange, Sender, Step, Work},
        },
        shop::article::Article,
        value::ids::{DeskId, OrderId},
    },
    journal::face::Face,
    ports::{
        JournalError,
        journal::{NewOrder, OrderRow, OutboxEntry, Task},
    },
};

#[derive(Default)]
pub(super) struct Books {
    pub drafts: BTreeMap<OrderId, OpenDraft>,
    /// In the sequence in which they were recorded first.
    pub orders: Vec<Book>,
    places: HashMap<OrderId, usize>,
    /// Whose entry it is and when it was queued, by its number.
    outbox: BTreeMap<i64, (OrderId, Timestamp)>,
    last_seq: i64,
    /// The programs that sent; the fence of each is one more than its place.
    senders: Vec<Sender>,
    /// How often an order or the outbox was changed.
    pub changes: u64,
    pub kept: BTreeMap<String, String>,
    pub articles: (Vec<Arc<Article>>, Option<Timestamp>),
    pub notes: BTreeMap<String, (String, Timestamp)>,
    /// Guests from a file by number and person.
    pub imported: BTreeMap<(String, i64), (Customer, Timestamp)>,
}

/// An order: its life, and what is kept beside it.
pub(super) struct Book {
    pub life: Life,
    pub order: Order,
    pub body: String,
    pub events: Vec<OrderEvent>,
    pub created_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub changed_at: Timestamp,
    /// Whether it may still hold its guest.
    pub personal: bool,
    pub guest: GuestKeys,
    pub pieces: u32,
    pub promised_at: Option<Timestamp>,
}

impl Book {
    fn of(new: &NewOrder, life: Life, events: Vec<OrderEvent>) -> Self {
        let NewOrder { order, body, base_url: _, due_at, at, note, guest, desk: _ } = new;
        Self {
            life,
            order: order.clone(),
            body: body.clone(),
            events,
            created_at: *at,
            due_at: *due_at,
            changed_at: *at,
            personal: true,
            guest: guest.clone(),
            pieces: note.pieces,
            promised_at: note.promised_at,
        }
    }

    /// As lists show it.
    pub fn row(&self) -> OrderRow {
        let face = Face::of(&self.order);
        let life = &self.life;
        OrderRow {
            order_id: self.order.order_id.clone(),
            delivery: life.delivery.clone(),
            status: life.status.clone(),
            pending_status: life.pending_status().map(str::to_owned),
            tried: life.tried.clone(),
            status_tried: life.status_tried.clone(),
            status_problem: life.status_problem.clone(),
            order_type: self.order.order_type,
            total: self.order.payment.price.value,
            currency: face.currency.to_owned(),
            who: face.who.to_owned(),
            address: face.address,
            table: face.table,
            seat: face.seat,
            pickup_token: face.pickup_token.to_owned(),
            intermediary: face.intermediary.to_owned(),
            created_at: self.created_at,
            due_at: self.due_at,
            promised_at: self.promised_at,
            changed_at: self.changed_at,
            attempts: life.attempts,
            may_have_arrived: life.may_have_arrived,
            stray: life.stray.is_some(),
            session_token: face.session_token.map(str::to_owned),
            brief: face.brief,
            last_sender: Some(life.sender.clone()).filter(|by| !by.name.is_empty()),
        }
    }

    fn entry(&self, entry: &Entry, queued_at: Timestamp) -> OutboxEntry {
        let Entry { seq, work, base_url, attempts, is_sending: _ } = entry;
        OutboxEntry {
            seq: *seq,
            order_id: self.order.order_id.clone(),
            internal_id: self.life.internal_id(),
            delivery: self.life.delivery.clone(),
            task: match work {
                Work::Create => Task::Create,
                Work::SetStatus { status, reason, not_before: _ } => {
                    Task::SetStatus { status: status.clone(), reason: reason.clone() }
                }
            },
            base_url: base_url.clone(),
            attempts: *attempts,
            queued_at,
            due_at: self.due_at,
            not_before: match work {
                Work::Create => None,
                Work::SetStatus { not_before, .. } => *not_before,
            },
        }
    }
}

impl Books {
    pub fn knows(&self, id: &OrderId) -> bool {
        self.places.contains_key(id)
    }

    pub fn book(&self, id: &OrderId) -> Result<&Book, JournalError> {
        let place = self.places.get(id).copied();
        place.and_then(|place| self.orders.get(place)).ok_or_else(|| JournalError::NotFound(id.clone()))
    }

    pub fn book_mut(&mut self, id: &OrderId) -> Result<&mut Book, JournalError> {
        let place = self.places.get(id).copied();
        place.and_then(|place| self.orders.get_mut(place)).ok_or_else(|| JournalError::NotFound(id.clone()))
    }

    /// `DraftElsewhere` if another desk has the draft.
    pub fn is_mine(&self, id: &OrderId, desk: &DeskId) -> Done {
        match self.drafts.get(id).and_then(|open| open.desk.as_ref()) {
            Some(other) if other != desk && !chaos::planted(Bug::SharedDrafts) => {
                Err(JournalError::DraftElsewhere { order_id: id.clone(), desk: other.clone() })
            }
            _ => Ok(()),
        }
    }

    pub fn may_save(&self, draft: &Draft, desk: &DeskId) -> Done {
        let id = &draft.order_id;
        self.is_mine(id, desk)?;
        let may_be_draft = self.book(id).map_or(Ok(()), |book| book.life.may_be_draft(draft.corrects));
        may_be_draft.map_err(|refusal| JournalError::refused(id, refusal))
    }

    pub fn put_draft(&mut self, draft: &Draft, desk: &DeskId) {
        let open = OpenDraft { draft: draft.clone(), desk: Some(desk.clone()) };
        self.drafts.insert(draft.order_id.clone(), open);
    }

    pub fn newest_first(&self) -> impl Iterator<Item = &Book> {
        self.orders.iter().rev()
    }

    /// Whose entry it is, also where it has left the outbox.
    pub fn of_entry(&self, seq: i64) -> Result<OrderId, JournalError> {
        if let Some((id, _)) = self.outbox.get(&seq) {
            return Ok(id.clone());
        }
        let late = self.newest_first().find(|book| book.life.create_seq == seq);
        late.map(|book| book.order.order_id.clone()).ok_or_else(|| JournalError::no_entry(seq))
    }

    /// Tells an order what happened to it. `false` where it is already so.
    pub fn happen(&mut self, id: &OrderId, happening: Happening<'_>, at: Timestamp) -> Result<bool, JournalError> {
        let step = self.book(id)?.life.apply(happening).map_err(|refusal| JournalError::refused(id, refusal))?;
        let Step::Next(next) = step else { return Ok(false) };
        self.put(id, *next, at)?;
        Ok(true)
    }

    /// Writes the difference that a step makes.
    fn put(&mut self, id: &OrderId, mut next: Next, at: Timestamp) -> Done {
        self.changes += 1;
        self.book(id)?;
        if let Some(draft) = next.draft.take() {
            self.drafts.insert(draft.draft.order_id.clone(), *draft);
        }
        for change in &next.outbox {
            match change {
                OutboxChange::Joins(_) => {
                    self.last_seq += 1;
                    self.outbox.insert(self.last_seq, (id.clone(), at));
                }
                OutboxChange::Leaves(seq) => drop(self.outbox.remove(seq)),
                // The life holds what an entry is like.
                OutboxChange::Changes(_) => {}
            }
        }
        let seq = self.last_seq;
        let book = self.book_mut(id)?;
        let events = std::mem::take(&mut next.events).into_iter();
        book.events.extend(events.map(|noted| noted.at(at)));
        book.changed_at = at;
        book.life = next.numbered(seq);
        Ok(())
    }

    pub fn place(&mut self, new: &NewOrder) -> Done {
        let id = &new.order.order_id;
        let placing = new.placing();
        let next = match self.book(id) {
            Ok(book) => match book.life.apply(Happening::Placed(&placing)) {
                Ok(Step::Next(next)) => *next,
                Ok(Step::AlreadySo) => return Ok(()),
                Err(refusal) => return Err(JournalError::refused(id, refusal)),
            },
            Err(_) => Life::first(&placing),
        };
        let place = *self.places.entry(id.clone()).or_insert(self.orders.len());
        if let Some(book) = self.orders.get_mut(place) {
            *book = Book::of(new, book.life.clone(), std::mem::take(&mut book.events));
        } else {
            self.orders.push(Book::of(new, next.life.clone(), Vec::new()));
        }
        self.drafts.remove(id);
        self.put(id, next, new.at)
    }

    /// Which of several orders could not be recorded one after the other.
    pub fn refused(&self, new: &[NewOrder]) -> Vec<(usize, JournalError)> {
        let mut lives: HashMap<&OrderId, Life> = HashMap::new();
        let mut refused = Vec::new();
        for (index, new) in new.iter().enumerate() {
            let (id, placing) = (&new.order.order_id, new.placing());
            if let Err(elsewhere) = self.is_mine(id, &new.desk) {
                refused.push((index, elsewhere));
                continue;
            }
            let known = lives.get(id).or_else(|| self.book(id).ok().map(|book| &book.life));
            let next = match known.map(|life| life.apply(Happening::Placed(&placing))) {
                None => Life::first(&placing),
                Some(Ok(Step::Next(next))) => *next,
                Some(Ok(Step::AlreadySo)) => continue,
                Some(Err(refusal)) => {
                    refused.push((index, JournalError::refused(id, refusal)));
                    continue;
                }
            };
            lives.insert(id, next.life);
        }
        refused
    }

    /// The entries of the outbox after this one, in sequence.
    pub fn waiting(&self, after: i64) -> impl Iterator<Item = OutboxEntry> {
        let entries = self.outbox.range(after.saturating_add(1)..);
        entries.filter_map(|(seq, (id, queued_at))| {
            let book = self.book(id).ok()?;
            let entry = book.life.waiting.iter().find(|entry| entry.seq == *seq)?;
            Some(book.entry(entry, *queued_at))
        })
    }

    /// A program that sends, by its fence.
    pub fn sender(&self, fence: u64) -> Sender {
        let known = self.senders.iter().find(|sender| sender.fence == fence);
        known.cloned().unwrap_or_else(|| Sender { fence, ..Sender::default() })
    }

    pub fn begins_to_send(&mut self, program: &str, at: Timestamp) -> u64 {
        self.changes += 1;
        let fence = self.senders.len() as u64 + 1;
        self.senders.push(Sender { name: program.to_owned(), since: Some(at), fence });
        fence
    }

    pub fn recover(&mut self, at: Timestamp) -> Result<u32, JournalError> {
        let is_interrupted = |book: &&Book| book.life.waiting.iter().any(|entry| entry.is_sending);
        let ids: Vec<_> = self.orders.iter().filter(is_interrupted).map(|book| book.order.order_id.clone()).collect();
        let mut unknown = 0;
        for id in ids {
            let was_sending = self.book(&id)?.life.delivery.waits();
            self.happen(&id, Happening::ProgramEnded, at)?;
            unknown += u32::from(was_sending && !self.book(&id)?.life.delivery.waits());
        }
        Ok(unknown)
    }

    pub fn check(&self) -> Done {
        let is_right = |book: &Book| {
            let creates = book.life.waiting.iter().filter(|entry| entry.work == Work::Create).count();
            creates == usize::from(book.life.delivery.waits())
        };
        let waiting: usize = self.orders.iter().map(|book| book.life.waiting.len()).sum();
        if waiting == self.outbox.len() && self.orders.iter().all(is_right) {
            return Ok(());
        }
        Err(JournalError::Unusable("what waits is not what the outbox holds".into()))
    }

    #[cfg(test)]
    pub fn bind(&mut self, id: &OrderId, base_url: &str) {
        self.changes += 1;
        if let Ok(book) = self.book_mut(id) {
            base_url.clone_into(&mut book.life.base_url);
            book.life.waiting.iter_mut().for_each(|entry| base_url.clone_into(&mut entry.base_url));
        }
    }
}
