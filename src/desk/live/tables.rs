//! What is open at the tables of the house: the rounds of a session, as the list of orders knows them. PURE.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{LiveList, LiveRow};
use crate::domain::order::{OrderType, delivery::Delivery};

/// An order that was taken longer ago belongs to guests who are gone, whatever its status says: shops that set no last
/// status would otherwise share yesterday's session.
const EVENING: SignedDuration = SignedDuration::from_hours(16);

/// What is open at one table.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTable<'a> {
    /// Its number.
    pub table: i64,
    /// `sessionToken` of the session that is open, if one of its rounds has one.
    pub token: Option<&'a str>,
    /// The rounds of that session, the oldest first.
    pub rounds: Vec<&'a LiveRow>,
    /// What else is open there: other sessions, and orders of other systems.
    pub others: Vec<&'a LiveRow>,
    /// Sum of the rounds.
    pub total: Decimal,
}

impl OpenTable<'_> {
    /// When the first round was taken.
    pub fn since(&self) -> Option<Timestamp> {
        self.rounds.first().or(self.others.first()).and_then(|row| row.created_at)
    }

    /// Whether nothing is open there.
    pub fn is_free(&self) -> bool {
        self.rounds.is_empty() && self.others.is_empty()
    }

    /// Whether nobody knows of one of the rounds if OktoPOS has it.
    pub fn is_unclear(&self) -> bool {
        self.rounds.iter().any(|row| matches!(row.delivery, Some(Delivery::Unknown { .. })))
    }
}

impl LiveList {
    /// What is open at a table. A session is open as long as one of its orders is not over; of several the youngest counts,
    /// unless `token` says which.
    pub fn open_table(&self, table: i64, token: Option<&str>, now: Timestamp) -> OpenTable<'_> {
        let mut open: Vec<&LiveRow> = match self.by_table.get(&table) {
            Some(slots) => self.at(slots).filter(|row| is_open(row, now)).collect(),
            None => Vec::new(),
        };
        open.sort_by(|a, b| (a.created_at, &a.key).cmp(&(b.created_at, &b.key)));
        let youngest = open.iter().rev().find_map(|row| row.session_token.as_deref());
        let named =
            token.and_then(|token| open.iter().find_map(|row| row.session_token.as_deref().filter(|t| *t == token)));
        let session = if token.is_some() { named } else { youngest };
        let belongs = |row: &&LiveRow| !row.foreign && (token.is_none() || session.is_some()) && same(row, session);
        let (rounds, others): (Vec<_>, Vec<_>) = open.into_iter().partition(belongs);
        let total = rounds.iter().filter_map(|row| row.total).sum();
        OpenTable { table, token: session, rounds, others, total }
    }

    /// Every table where something is open, in sequence.
    pub fn open_tables(&self, now: Timestamp) -> Vec<OpenTable<'_>> {
        let tables = self.by_table.keys().map(|table| self.open_table(*table, None, now));
        tables.filter(|table| !table.is_free()).collect()
    }

    fn at<'a>(&'a self, slots: &'a BTreeSet<usize>) -> impl Iterator<Item = &'a LiveRow> {
        slots.iter().filter_map(|slot| self.slots[*slot].as_ref())
    }

    pub(super) fn forget_table(&mut self, slot: usize) {
        let Some(table) = self.slots[slot].as_ref().and_then(|row| row.table) else { return };
        if let Some(slots) = self.by_table.get_mut(&table) {
            slots.remove(&slot);
            if slots.is_empty() {
                self.by_table.remove(&table);
            }
        }
    }
}

/// An order without a token was taken before there were any: it belongs to whatever is open.
fn same(row: &LiveRow, session: Option<&str>) -> bool {
    row.session_token.as_deref().is_none_or(|token| Some(token) == session)
}

/// Whether an order is a round that is still to be paid, as far as the desk can know.
fn is_open(row: &LiveRow, now: Timestamp) -> bool {
    let in_house = row.order_type.is_none_or(|kind| kind == OrderType::Local);
    let given_up = matches!(row.delivery, Some(Delivery::Rejected { .. } | Delivery::Cancelled)) && !row.stray;
    let lately = row.created_at.is_none_or(|at| now.duration_since(at) < EVENING);
    in_house && !row.done && !given_up && lately
}

#[cfg(test)]
#[path = "tables_tests.rs"]
mod tests;
