//! What every store has to do so that a queue that is longer than memory can be worked on: pages, bodies one at a time, counts,
//! and a word on whether anything changed.

use jiff::Timestamp;
use oktodesk::ports::{
    Journal, JournalError,
    journal::{Address, Entries, NewOrder, OrderFilter, OutboxEntry, PersonDecision, Tally},
};

use crate::{fixtures::*, suite::Store};

const OTHER: &str = "https://other.test/v1/";

/// The entries of one kind, read in pages of this length.
pub async fn paged(journal: &dyn Journal, which: Entries<'_>, limit: u32) -> Vec<OutboxEntry> {
    let mut entries: Vec<OutboxEntry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.seq);
        let page = journal.outbox_page(which, after, limit).await.unwrap();
        assert!(page.len() <= limit as usize);
        if page.is_empty() {
            return entries;
        }
        entries.extend(page);
    }
}

/// The orders of a filter, read in pages of this length.
pub async fn listed_in_pages(journal: &dyn Journal, filter: &OrderFilter, limit: u32) -> Vec<String> {
    let filter = OrderFilter { limit: Some(limit), ..filter.clone() };
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let page = journal.orders_page(&filter, after).await.unwrap();
        assert!(page.rows.len() <= limit as usize);
        names.extend(page.rows.into_iter().map(|row| row.order_id.0));
        after = page.next;
        if after.is_none() {
            return names;
        }
    }
}

fn here_at(second: i64) -> Address<'static> {
    Address { base_url: BASE, wall: at(second) }
}

/// Some that wait here, some elsewhere, one that is late, one that is sent, one that arrived and changes, one that is unclear
/// and changes.
async fn house(journal: &dyn Journal) {
    placed(journal, "arrived", 0, &accepted(1)).await;
    journal.request_status(&id("arrived"), "done", None, at(3)).await.unwrap();
    journal.request_status(&id("arrived"), "over", None, at(3)).await.unwrap();
    journal.place(&new_order("late", -9_000)).await.unwrap();
    journal.place(&NewOrder { base_url: OTHER.into(), ..new_order("elsewhere", 4) }).await.unwrap();
    journal.request_status(&id("elsewhere"), "done", None, at(5)).await.unwrap();
    journal.place(&new_order("waits", 6)).await.unwrap();
    journal.request_status(&id("waits"), "done", None, at(7)).await.unwrap();
    journal.place(&new_order("unclear", 8)).await.unwrap();
    journal.request_status(&id("unclear"), "done", None, at(9)).await.unwrap();
    let seq = create_seq(journal, "unclear").await;
    journal.begin_attempt(seq, BASE, 0, at(10)).await.unwrap();
    journal.settle_attempt(seq, 0, &unknown("timeout"), at(11)).await.unwrap();
    placed(journal, "refused", 12, &rejected("closed")).await;
    journal.place(&new_order("sent", 15)).await.unwrap();
    journal.begin_attempt(create_seq(journal, "sent").await, BASE, 0, at(16)).await.unwrap();
}

pub async fn the_outbox_comes_in_pages_of_each_kind(store: impl Store) {
    let journal = store.open().await;
    house(&*journal).await;
    let arrived = [id("arrived"), id("waits"), id("nobody")];
    let kinds = [
        (
            Entries::All,
            &["arrived", "arrived", "late", "elsewhere", "elsewhere", "waits", "waits", "unclear", "sent"][..],
        ),
        (Entries::Creates, &["late", "elsewhere", "waits", "sent"]),
        (Entries::Changes, &["arrived", "arrived", "unclear"]),
        (Entries::Of(&arrived), &["arrived", "arrived", "waits", "waits"]),
        (Entries::Of(&[]), &[]),
        (Entries::Tried, &["sent"]),
        (Entries::Held(here_at(20)), &["late", "elsewhere"]),
        // There the others are held, but for what a person has to decide about anyway.
        (Entries::Held(Address { base_url: OTHER, wall: at(20) }), &["arrived", "arrived", "late", "waits", "sent"]),
    ];
    let all = journal.outbox().await.unwrap();
    for (which, wanted) in kinds {
        for limit in [1, 2, 3, 100] {
            let entries = paged(&*journal, which, limit).await;
            let names: Vec<&str> = entries.iter().map(|entry| entry.order_id.as_str()).collect();
            assert_eq!(names, wanted, "{which:?} in pages of {limit}");
            assert!(entries.iter().all(|entry| all.contains(entry) && which.has(entry)), "{which:?}: {entries:?}");
            assert!(entries.is_sorted_by_key(|entry| entry.seq));
        }
    }
}

pub async fn a_body_is_read_by_its_entry(store: impl Store) {
    let journal = store.open().await;
    house(&*journal).await;
    for entry in journal.outbox().await.unwrap() {
        let body = journal.body(entry.seq).await;
        if Entries::Creates.has(&entry) {
            assert_eq!(body.unwrap(), new_order(entry.order_id.as_str(), 0).body, "byte for byte");
        } else {
            assert!(matches!(body, Err(JournalError::WrongState { .. })), "{body:?}");
        }
    }
    let seq = create_seq(&*journal, "waits").await;
    journal.decide(&id("waits"), &PersonDecision::Cancel, at(20)).await.unwrap();
    assert!(journal.body(seq).await.is_err(), "its entry is gone");
    assert!(journal.body(9_999).await.is_err());
}

pub async fn what_waits_and_what_needs_a_person_is_counted(store: impl Store) {
    let journal = store.open().await;
    assert_eq!(journal.tally(here_at(0)).await.unwrap(), Tally::default());
    house(&*journal).await;
    let wanted = Tally {
        entries: 9,
        // Two changes of the one that arrived, the one that waits and its change, and the one that is sent.
        waiting: 5,
        orders: 4,
        free_orders: 1,
        held: 2,
        unknown: 1,
        rejected: 1,
        needs_person: 4,
        next_due: new_order("elsewhere", 4).due_at,
    };
    assert_eq!(journal.tally(here_at(20)).await.unwrap(), wanted);
    // Both are late by then, and one of them is held twice over.
    let late =
        Address { base_url: BASE, wall: new_order("waits", 6).due_at.unwrap() + jiff::SignedDuration::from_millis(1) };
    let tally = journal.tally(late).await.unwrap();
    assert_eq!((tally.waiting, tally.free_orders, tally.held, tally.needs_person), (3, 0, 3, 5));
    assert_eq!(tally.next_due, None, "the one that is sent is late for nobody");
    let there = journal.tally(Address { base_url: OTHER, wall: at(20) }).await.unwrap();
    assert_eq!((there.waiting, there.free_orders, there.held, there.needs_person), (2, 1, 4, 6));
    // Who has a refused status is counted once, held or not; so is a stray.
    let seq = journal.outbox().await.unwrap()[0].seq;
    journal.begin_attempt(seq, BASE, 0, at(21)).await.unwrap();
    journal.settle_attempt(seq, 0, &rejected("closed"), at(22)).await.unwrap();
    journal.observe(&[ready("refused", Some(7), None)], at(23)).await.unwrap();
    let tally = journal.tally(here_at(24)).await.unwrap();
    assert_eq!((tally.rejected, tally.unknown, tally.needs_person), (0, 1, 5));
    let there = journal.tally(Address { base_url: OTHER, wall: at(24) }).await.unwrap();
    assert_eq!(there.needs_person, 6, "held there and refused is one order");
}

pub async fn orders_come_in_pages_oldest_first(store: impl Store) {
    let journal = store.open().await;
    house(&*journal).await;
    journal.observe(&[ready("refused", Some(7), None)], at(23)).await.unwrap();
    let word = |word: &str| OrderFilter { delivery: Some(word.into()), ..OrderFilter::default() };
    let lists = [
        (OrderFilter::default(), &["late", "arrived", "elsewhere", "waits", "unclear", "refused", "sent"][..]),
        (word("accepted"), &["arrived"]),
        (word("unknown"), &["unclear"]),
        (word("cancelled"), &[]),
        (word("queued"), &["late", "elsewhere", "waits"]),
        (word("sending"), &["sent"]),
        (OrderFilter { flagged: true, ..OrderFilter::default() }, &["refused"]),
        (OrderFilter { status: Some("ready".into()), ..OrderFilter::default() }, &["arrived", "refused"]),
        (
            OrderFilter { changed_since: Some(at(7)), ..OrderFilter::default() },
            &["waits", "unclear", "sent", "refused"],
        ),
        (OrderFilter { changed_since: Some(at(7)), ..word("queued") }, &["waits"]),
    ];
    for (filter, wanted) in lists {
        for limit in [1, 2, 3, 100] {
            assert_eq!(listed_in_pages(&*journal, &filter, limit).await, wanted, "{filter:?} in pages of {limit}");
        }
        let mut all = listed(&*journal, filter.clone()).await;
        let mut paged = listed_in_pages(&*journal, &filter, 2).await;
        all.sort();
        paged.sort();
        assert_eq!(all, paged, "the same orders as in the list: {filter:?}");
    }
    // One that is recorded while pages are read comes, and none comes twice for it.
    let filter = OrderFilter { limit: Some(2), ..OrderFilter::default() };
    let first = journal.orders_page(&filter, None).await.unwrap();
    journal.place(&new_order("new", 99)).await.unwrap();
    let names = listed_in_pages(&*journal, &OrderFilter::default(), 100).await;
    let mut after = first.next;
    let mut read: Vec<String> = first.rows.into_iter().map(|row| row.order_id.0).collect();
    while after.is_some() {
        let page = journal.orders_page(&filter, after).await.unwrap();
        read.extend(page.rows.into_iter().map(|row| row.order_id.0));
        after = page.next;
    }
    assert_eq!(read, names);
}

pub async fn rows_come_in_the_sequence_they_are_asked_for(store: impl Store) {
    let journal = store.open().await;
    house(&*journal).await;
    let ids = ["waits", "nobody", "arrived", "late"].map(id);
    let rows = journal.rows(&ids).await.unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row.order_id.as_str()).collect();
    assert_eq!(names, ["waits", "arrived", "late"]);
    for row in rows {
        assert_eq!(journal.order(&row.order_id).await.unwrap().row, row);
    }
    assert_eq!(journal.rows(&[]).await.unwrap(), []);
}

pub async fn the_version_says_whether_anything_was_committed(store: impl Store) {
    let (one, two) = (store.open().await, store.open().await);
    one.place(&new_order("a", 0)).await.unwrap();
    let before = (one.version().await.unwrap(), two.version().await.unwrap());
    // Reading changes nothing, however much of it.
    one.outbox().await.unwrap();
    one.tally(here_at(0)).await.unwrap();
    two.orders(&OrderFilter::default()).await.unwrap();
    assert_eq!((one.version().await.unwrap(), two.version().await.unwrap()), before);
    let seq = create_seq(&*one, "a").await;
    one.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    let begun = (one.version().await.unwrap(), two.version().await.unwrap());
    assert_ne!(begun.0.own, before.0.own);
    assert_ne!(begun.1.others, before.1.others, "the other program hears of it");
    two.decide(&id("a"), &PersonDecision::Cancel, at(2)).await.unwrap_err();
    two.place(&NewOrder { due_at: Some(Timestamp::UNIX_EPOCH), ..new_order("b", 3) }).await.unwrap();
    assert_ne!(one.version().await.unwrap().others, begun.0.others);
    assert_ne!(two.version().await.unwrap().own, begun.1.own);
}
