//! The journal in memory: every promise of the ports but the one that a power cut survives. For tests, the simulation and
//! training. Holds no rule of an order's life: like the other stores it asks `domain::order::life`.

mod books;
mod guests;
mod pages;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use jiff::Timestamp;

use self::{
    books::{Book, Books},
    pages::fits,
};
use crate::{
    domain::{
        draft::Draft,
        order::life::Happening,
        shop::article::{Article, ChannelPrice},
        value::ids::{DeskId, InternalId, OrderId},
    },
    ports::{
        Journal, JournalError,
        journal::{
            Address, Cursor, Entries, Forget, Forgotten, GuestOrder, NewOrder, OpenDraft, OrderFilter, OrderPage,
            OrderRecord, OrderRow, OutboxEntry, PersonDecision, PlaceAllError, Settled, StatusAsk, Tally, Version,
        },
        pos::ReadyOrder,
    },
};

type Done = Result<(), JournalError>;

/// A journal in memory. Every call is one transaction, and what returned `Ok` is gone with the process.
#[derive(Default)]
pub struct MemoryJournal(Mutex<Books>);

impl MemoryJournal {
    fn books(&self) -> MutexGuard<'_, Books> {
        // A panic elsewhere leaves no half step: a change is made whole before it is put in place.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn save_draft(&self, draft: &Draft, desk: &DeskId) -> Done {
        let mut books = self.books();
        books.may_save(draft, desk)?;
        books.put_draft(draft, desk);
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
            books.is_mine(id, desk)?;
        }
        let draft = open.draft.clone();
        books.put_draft(&draft, desk);
        Ok(draft)
    }

    async fn discard_draft(&self, id: &OrderId, desk: &DeskId) -> Done {
        let mut books = self.books();
        books.is_mine(id, desk)?;
        books.drafts.remove(id);
        Ok(())
    }

    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId], desk: &DeskId) -> Done {
        let mut books = self.books();
        gone.iter().try_for_each(|id| books.is_mine(id, desk))?;
        put.iter().try_for_each(|draft| books.may_save(draft, desk))?;
        for id in gone {
            books.drafts.remove(id);
        }
        for draft in put {
            books.put_draft(draft, desk);
        }
        Ok(())
    }

    async fn place(&self, new: &NewOrder) -> Done {
        let mut books = self.books();
        books.is_mine(&new.order.order_id, &new.desk)?;
        books.place(new)
    }

    async fn place_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError> {
        let mut books = self.books();
        let refused = books.refused(new);
        if !refused.is_empty() {
            return Err(PlaceAllError::Refused(refused));
        }
        Ok(new.iter().try_for_each(|new| books.place(new))?)
    }

    async fn ask_status(&self, id: &OrderId, ask: StatusAsk<'_>, at: Timestamp) -> Done {
        self.books().happen(id, Happening::StatusAsked(ask), at).map(drop)
    }

    async fn outbox_page(&self, which: Entries<'_>, after: i64, limit: u32) -> Result<Vec<OutboxEntry>, JournalError> {
        Ok(self.books().waiting(after).filter(|entry| which.has(entry)).take(limit as usize).collect())
    }

    async fn body(&self, seq: i64) -> Result<String, JournalError> {
        self.books().body(seq)
    }

    async fn tally(&self, sender: Address<'_>) -> Result<Tally, JournalError> {
        Ok(self.books().tally(sender))
    }

    /// Every call may be another program's.
    async fn version(&self) -> Result<Version, JournalError> {
        let changes = self.books().changes;
        Ok(Version { own: changes, others: changes })
    }

    async fn begin_attempt(&self, seq: i64, base_url: &str, fence: u64, at: Timestamp) -> Done {
        let mut books = self.books();
        let (id, by) = (books.of_entry(seq)?, books.sender(fence));
        books.happen(&id, Happening::AttemptBegun { seq, base_url, by: &by }, at).map(drop)
    }

    async fn settle_attempt(&self, seq: i64, fence: u64, settled: &Settled, at: Timestamp) -> Done {
        let mut books = self.books();
        let id = books.of_entry(seq)?;
        books.happen(&id, Happening::Answered { seq, fence, settled }, at).map(drop)
    }

    async fn decide(&self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Done {
        self.books().happen(id, Happening::Decided(decision), at).map(drop)
    }

    async fn observe(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError> {
        let mut books = self.books();
        let mut changed = Vec::new();
        for (id, seen) in ReadyOrder::by_order(seen) {
            let id = OrderId(id.to_owned());
            if books.knows(&id) && books.happen(&id, Happening::SeenReady(&seen), at)? {
                changed.push(id);
            }
        }
        // A map has no sequence of its own, and a run of the simulation has to be the same each time.
        changed.sort();
        Ok(changed)
    }

    async fn recover(&self, at: Timestamp) -> Result<u32, JournalError> {
        self.books().recover(at)
    }

    async fn begins_to_send(&self, program: &str, at: Timestamp) -> Result<u64, JournalError> {
        Ok(self.books().begins_to_send(program, at))
    }

    async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        let books = self.books();
        let mut rows: Vec<_> = books.newest_first().map(Book::row).filter(|row| fits(filter, row)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        rows.truncate(filter.limit.map_or(usize::MAX, |limit| limit as usize));
        Ok(rows)
    }

    async fn orders_page(&self, filter: &OrderFilter, after: Option<Cursor>) -> Result<OrderPage, JournalError> {
        Ok(self.books().page(filter, after))
    }

    async fn rows(&self, ids: &[OrderId]) -> Result<Vec<OrderRow>, JournalError> {
        let books = self.books();
        Ok(ids.iter().filter_map(|id| books.book(id).ok()).map(Book::row).collect())
    }

    async fn order(&self, id: &OrderId) -> Result<OrderRecord, JournalError> {
        let books = self.books();
        let book = books.book(id)?;
        Ok(OrderRecord {
            row: book.row(),
            order: book.order.clone(),
            events: book.events.clone(),
            revision: book.life.revision(),
        })
    }

    async fn find_internal(&self, id: InternalId) -> Result<Option<OrderId>, JournalError> {
        let books = self.books();
        let mut newest = books.newest_first();
        Ok(newest.find(|book| book.life.internal_id() == Some(id)).map(|book| book.order.order_id.clone()))
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
        self.books().forget_guests(which, at)
    }

    async fn guests(&self, after: i64, look_at: u32) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError> {
        Ok(self.books().list_guests(after, look_at))
    }

    /// Nothing is left behind in memory that is given back.
    async fn erase(&self, _: &[String]) -> Result<bool, JournalError> {
        Ok(true)
    }

    async fn check(&self) -> Done {
        self.books().check()
    }
}

/// Text that many articles share is shared in memory, as a store that reads them from a file does.
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

#[cfg(test)]
impl MemoryJournal {
    /// The order's frozen JSON.
    pub fn body(&self, id: &OrderId) -> String {
        self.books().book(id).map(|book| book.body.clone()).unwrap_or_default()
    }

    /// As if the order had been queued for this address, whatever has become of it.
    pub fn bind(&self, id: &OrderId, base_url: &str) {
        self.books().bind(id, base_url);
    }
}
