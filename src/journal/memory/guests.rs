//! The guests of the journal in memory: forgotten, listed, found by number, and where they live.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    MemoryJournal,
    books::{Book, Books},
};
use crate::{
    domain::{
        guest::{GuestKeys, PastOrder},
        order::{
            Customer,
            history::OrderEvent,
            life::{Happening, Step},
            privacy::without_guest,
        },
        value::ids::OrderId,
    },
    ports::{
        GuestBook, JournalError,
        house::{HouseBook, OnHand, Town},
        journal::{Forget, Forgotten, GuestOrder},
    },
};

/// Of a number as many people, and of each as many orders, as other stores look at.
const PEOPLE: usize = 20;
const ORDERS: usize = 6;

impl Books {
    /// Orders that may still hold their guest, after this one, and where to go on.
    fn window(&self, after: i64, look_at: u32) -> (Vec<(i64, OrderId)>, Option<i64>) {
        let personal = (1..).zip(&self.orders).filter(|(no, book)| *no > after && book.personal);
        let window: Vec<(i64, OrderId)> =
            personal.map(|(no, book)| (no, book.order.order_id.clone())).take(look_at as usize).collect();
        let next = window.last().map(|(no, _)| *no).filter(|_| window.len() == look_at as usize);
        (window, next)
    }

    pub fn forget_guests(&mut self, which: &Forget, at: Timestamp) -> Result<Forgotten, JournalError> {
        let Forget { before, over, only, after, look_at } = which;
        let (window, next) = self.window(*after, *look_at);
        let mut forgotten = Forgotten { next, ..Forgotten::default() };
        for (_, id) in window {
            let book = self.book(&id)?;
            let is_meant = only.as_ref().is_none_or(|only| only.contains(&id)) && book.changed_at < *before;
            let happening = Happening::GuestForgotten { over: over.as_deref() };
            if !is_meant || !matches!(book.life.apply(happening), Ok(Step::Next(_))) {
                continue;
            }
            if self.book_mut(&id)?.forget() {
                self.happen(&id, happening, at)?;
                forgotten.orders.push(id);
            }
        }
        Ok(forgotten)
    }

    pub fn list_guests(&self, after: i64, look_at: u32) -> (Vec<GuestOrder>, Option<i64>) {
        let (window, next) = self.window(after, look_at);
        let guest = |(cursor, order_id): (i64, OrderId)| {
            let Book { life, order, .. } = self.book(&order_id).ok()?;
            let (delivery, status, customer) = (life.delivery.clone(), life.status.clone(), order.customer.clone()?);
            let is_changing = life.pending_status().is_some();
            Some(GuestOrder { cursor, order_id, delivery, status, is_changing, customer })
        };
        (window.into_iter().filter_map(guest).collect(), next)
    }
}

impl Book {
    /// Takes the guest out of it; `false` where there is nothing to take.
    fn forget(&mut self) -> bool {
        self.personal = false;
        let bare = without_guest(&self.order);
        let is_typed = |event: &OrderEvent| event.kind.is_typed() && !event.words.is_empty();
        if bare == self.order && !self.events.iter().any(is_typed) {
            return false;
        }
        // Only what was parsed can be written, and a body that cannot be is kept out of sight with its guest.
        self.body = serde_json::to_string(&bare).unwrap_or_default();
        self.order = bare;
        self.guest = Default::default();
        self.events.iter_mut().for_each(|event| event.words.clear());
        true
    }
}

#[async_trait]
impl GuestBook for MemoryJournal {
    async fn past_orders(&self, number: &str) -> Result<Vec<PastOrder>, JournalError> {
        let books = self.books();
        let has_number = |book: &&Book| book.guest.number.as_deref() == Some(number);
        let mut people: Vec<i64> = Vec::new();
        for who in books.newest_first().filter(has_number).filter_map(|book| book.guest.who) {
            if people.len() < PEOPLE && !people.contains(&who) {
                people.push(who);
            }
        }
        let of = |who: i64| books.newest_first().filter(move |book| book.guest.who == Some(who)).take(ORDERS);
        let past = |book: &Book| PastOrder {
            order_id: book.order.order_id.clone(),
            at: book.created_at,
            is_cancelled: book.life.delivery == crate::domain::order::delivery::Delivery::Cancelled,
            order: book.order.clone(),
        };
        let mut found: Vec<PastOrder> = people.into_iter().flat_map(of).map(past).collect();
        found.sort_by_key(|order| std::cmp::Reverse(order.at));
        Ok(found)
    }

    async fn note(&self, numbers: &[String]) -> Result<Option<(String, String)>, JournalError> {
        let books = self.books();
        let note = |number: &String| books.notes.get(number).map(|(note, _)| (number.clone(), note.clone()));
        Ok(numbers.iter().find_map(note))
    }

    async fn keep_note(&self, number: &str, note: &str, at: Timestamp) -> Result<(), JournalError> {
        let mut books = self.books();
        match note.trim() {
            "" => drop(books.notes.remove(number)),
            note => drop(books.notes.insert(number.to_owned(), (note.to_owned(), at))),
        }
        Ok(())
    }

    async fn forget_note(&self, number: &str) -> Result<Option<String>, JournalError> {
        Ok(self.books().notes.remove(number).map(|(note, _)| note))
    }

    async fn purge_notes(&self, before: Timestamp) -> Result<u64, JournalError> {
        let mut books = self.books();
        let Books { notes, orders, .. } = &mut *books;
        let count = notes.len();
        let is_known = |number: &str| orders.iter().any(|book| book.guest.number.as_deref() == Some(number));
        notes.retain(|number, (_, at)| *at >= before || is_known(number));
        Ok(u64::try_from(count - notes.len()).unwrap_or(u64::MAX))
    }

    /// Every order is placed with its keys.
    async fn without_keys(&self) -> Result<Vec<(OrderId, Option<Customer>)>, JournalError> {
        Ok(Vec::new())
    }

    async fn put_keys(&self, keys: &[(OrderId, GuestKeys)]) -> Result<(), JournalError> {
        let mut books = self.books();
        for (id, keys) in keys {
            if let Some(book) = books.book_mut(id).ok().filter(|book| book.personal) {
                book.guest = keys.clone();
            }
        }
        Ok(())
    }

    async fn import(&self, guests: &[(GuestKeys, Customer)], at: Timestamp) -> Result<(), JournalError> {
        let mut books = self.books();
        for (keys, customer) in guests {
            if let (Some(number), Some(who)) = (keys.number.clone(), keys.who) {
                books.imported.insert((number, who), (customer.clone(), at));
            }
        }
        Ok(())
    }

    async fn imported(&self, number: &str) -> Result<Vec<Customer>, JournalError> {
        let books = self.books();
        let of_number = books.imported.iter().filter(|((own, _), _)| own == number);
        Ok(of_number.map(|(_, (customer, _))| customer.clone()).take(PEOPLE).collect())
    }

    async fn forget_imported(&self, number: &str) -> Result<Vec<Customer>, JournalError> {
        let mut books = self.books();
        let (gone, kept) = std::mem::take(&mut books.imported).into_iter().partition(|((own, _), _)| own == number);
        books.imported = kept;
        let gone: BTreeMap<(String, i64), (Customer, Timestamp)> = gone;
        Ok(gone.into_values().map(|(customer, _)| customer).collect())
    }

    async fn purge_imported(&self, before: Timestamp) -> Result<u64, JournalError> {
        let mut books = self.books();
        let Books { imported, orders, .. } = &mut *books;
        let count = imported.len();
        let is_known = |number: &str| orders.iter().any(|book| book.guest.number.as_deref() == Some(number));
        imported.retain(|(number, _), (_, at)| *at >= before || is_known(number));
        Ok(u64::try_from(count - imported.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl HouseBook for MemoryJournal {
    async fn on_hand(&self, orders: &[OrderId]) -> Result<Vec<OnHand>, JournalError> {
        let books = self.books();
        let on_hand = |id: &OrderId| {
            let book = books.book(id).ok()?;
            Some(OnHand { order_id: id.clone(), pieces: book.pieces, promised_at: book.promised_at })
        };
        Ok(orders.iter().filter_map(on_hand).collect())
    }

    async fn towns(&self, look_at: u32) -> Result<Vec<Town>, JournalError> {
        let books = self.books();
        // Of each postcode and town how often it is named, and by which order first, counted from the newest.
        let mut named: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
        let personal = books.newest_first().filter(|book| book.personal).take(look_at as usize);
        for (age, book) in personal.enumerate() {
            let address = book.order.customer.as_ref().and_then(|customer| customer.address.as_ref());
            let text = |text: Option<&String>| text.map_or("", |text| text.trim()).to_owned();
            let Some(address) = address else { continue };
            let (zip, city) = (text(address.zip.as_ref()), text(address.city.as_ref()));
            if !zip.is_empty() && !city.is_empty() {
                named.entry((zip, city)).or_insert((0, age)).0 += 1;
            }
        }
        let mut best: BTreeMap<String, (String, usize, usize)> = BTreeMap::new();
        for ((zip, city), (often, age)) in named {
            let is_better = best.get(&zip).is_none_or(|(_, most, youngest)| {
                (often, std::cmp::Reverse(age)) > (*most, std::cmp::Reverse(*youngest))
            });
            if is_better {
                best.insert(zip, (city, often, age));
            }
        }
        Ok(best.into_iter().map(|(zip, (city, ..))| Town { zip, city }).collect())
    }
}
