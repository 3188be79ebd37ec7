//! Reading the journal in memory in parts: the outbox and lists of orders page by page, and counts. Changes nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::books::{Book, Books};
use crate::{
    domain::order::{delivery::Delivery, life::Work},
    ports::{
        JournalError,
        journal::{Address, Cursor, OrderFilter, OrderPage, OrderRow, PAGE, Tally, Task},
    },
};

/// Whether a filter lets an order pass.
pub(super) fn fits(filter: &OrderFilter, row: &OrderRow) -> bool {
    let OrderFilter { delivery, status, flagged, changed_since, limit: _ } = filter;
    (!flagged || row.stray || row.status_problem.is_some())
        && delivery.as_ref().is_none_or(|word| row.delivery.word() == word)
        && status.as_ref().is_none_or(|status| row.status.as_ref() == Some(status))
        && changed_since.is_none_or(|since| row.changed_at >= since)
}

impl Books {
    pub fn page(&self, filter: &OrderFilter, after: Option<Cursor>) -> OrderPage {
        let waits = matches!(filter.delivery.as_deref(), Some("queued" | "sending"));
        let place = |no: i64, book: &Book| {
            let at = if filter.flagged {
                book.created_at.as_microsecond()
            } else if filter.changed_since.is_some() {
                book.changed_at.as_microsecond()
            } else if waits {
                book.life.create_seq
            } else {
                book.created_at.as_microsecond()
            };
            (at, no)
        };
        let after = after.map(|after| (after.at, after.no));
        let numbered = (0i64..).zip(&self.orders).map(|(no, book)| (place(no, book), book));
        let mut found: Vec<_> = numbered
            .filter(|(place, _)| after.is_none_or(|after| *place > after))
            .map(|(place, book)| (place, book.row()))
            .filter(|(_, row)| fits(filter, row))
            .collect();
        found.sort_by_key(|(place, _)| *place);
        let limit = filter.limit.unwrap_or(PAGE) as usize;
        let has_more = found.len() >= limit;
        found.truncate(limit);
        let next = found.last().filter(|_| has_more).map(|((at, no), _)| Cursor { at: *at, no: *no });
        OrderPage { rows: found.into_iter().map(|(_, row)| row).collect(), next }
    }

    /// The body of the order that this entry creates.
    pub fn body(&self, seq: i64) -> Result<String, JournalError> {
        let book = self.of_entry(seq).and_then(|id| self.book(&id))?;
        let creates = book.life.waiting.iter().any(|entry| entry.seq == seq && entry.work == Work::Create);
        if creates { Ok(book.body.clone()) } else { Err(JournalError::no_entry(seq)) }
    }

    pub fn tally(&self, sender: Address<'_>) -> Tally {
        let mut tally = Tally::default();
        let mut held = BTreeSet::new();
        let mut next_due: Option<Timestamp> = None;
        for entry in self.waiting(0) {
            let is_held = entry.is_held(&sender);
            tally.entries += 1;
            tally.waiting += u64::from(!is_held && !entry.delivery.needs_person());
            if entry.task == Task::Create {
                let is_queued = entry.delivery == Delivery::Queued;
                tally.orders += 1;
                tally.free_orders += u64::from(is_queued && !is_held);
                let due = entry.due_at.filter(|due_at| is_queued && *due_at >= sender.wall);
                next_due = next_due.into_iter().chain(due).min();
            }
            if is_held && !entry.waits_for_its_order() {
                held.insert(entry.order_id);
            }
        }
        for row in self.orders.iter().map(Book::row) {
            let is_held = held.contains(&row.order_id);
            tally.held += u64::from(is_held);
            tally.unknown += u64::from(matches!(row.delivery, Delivery::Unknown { .. }));
            tally.rejected += u64::from(matches!(row.delivery, Delivery::Rejected { .. }) && !row.stray);
            tally.needs_person += u64::from(is_held || row.needs_person());
        }
        Tally { next_due, ..tally }
    }
}
