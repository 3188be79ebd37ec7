//! The list of orders: ours from the journal merged with OktoPOS's ready list, filtered and sorted. PURE: no clock, no
//! tokio, draws nothing.
//!
//! A change of one row moves one row; only a new filter or a new ready list looks at all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{
    domain::{
        order::{delivery::Delivery, status::Workflow},
        value::ids::{InternalId, OrderId},
    },
    ports::{journal::OrderRow, pos::ReadyOrder},
};

use super::event::Held;

mod band;
mod called;
mod counts;
mod daily;
mod decide;
mod filter;
mod foreign;
mod room;
mod row;
mod tables;

pub use band::{Band, Hour};
use called::Asked;
pub use called::TableNames;
pub use counts::{Counts, InStore};
pub use decide::{Decidable, Decision};
pub use filter::LiveFilter;
pub use row::{LiveKey, LiveRow, StatusObstacle};
pub use tables::OpenTable;

/// Rows that are held at most. Rows from elsewhere are held besides: they come with every ready list.
const MOST: usize = 4_000;

/// The live list. Positions count the rows that pass the filter, from 0, in the sequence of the screen.
#[derive(Debug, Clone)]
pub struct LiveList {
    workflow: Workflow,
    filter: LiveFilter,
    /// The filter's text as it is compared.
    words: Vec<Asked>,
    tables: TableNames,
    /// Rows by slot; a slot keeps its number as long as its row lives.
    slots: Vec<Option<LiveRow>>,
    free: Vec<usize>,
    index: HashMap<LiveKey, usize>,
    by_internal: HashMap<InternalId, usize>,
    /// Slots of rows with a table, by table: what is open at a table is asked for at every key.
    by_table: BTreeMap<i64, BTreeSet<usize>>,
    /// Slots of the rows that pass the filter, sorted.
    visible: Vec<usize>,
    counts: Counts,
    /// What time it is.
    hour: Hour,
    ready: Vec<ReadyOrder>,
    held: HashMap<OrderId, Held>,
    /// Whether rows were let go of, and what the journal holds in all.
    is_cut: bool,
    store: InStore,
}

impl LiveList {
    /// An empty list; `workflow` says which statuses are the last.
    pub fn new(workflow: Workflow) -> Self {
        Self {
            workflow,
            filter: LiveFilter::default(),
            words: Vec::new(),
            tables: TableNames::default(),
            slots: Vec::new(),
            free: Vec::new(),
            index: HashMap::new(),
            by_internal: HashMap::new(),
            by_table: BTreeMap::new(),
            visible: Vec::new(),
            counts: Counts::default(),
            hour: Hour::default(),
            ready: Vec::new(),
            held: HashMap::new(),
            is_cut: false,
            store: InStore::default(),
        }
    }

    /// The same for a house whose tables are called so.
    pub fn with_tables(self, tables: TableNames) -> Self {
        Self { tables, ..self }
    }

    /// Takes in rows of the journal, new or changed, whole. A row that is older than the one in the list is ignored.
    /// Returns whether anything changed.
    pub fn apply(&mut self, rows: &[OrderRow]) -> bool {
        // Many rows at once are sorted once; a few are put in their places.
        let in_bulk = rows.len() > 64;
        let mut changed = false;
        for row in rows {
            changed |= self.apply_row(row, !in_bulk);
        }
        if self.held_rows() > MOST {
            self.let_go();
        } else if in_bulk && changed {
            self.rebuild();
        }
        changed
    }

    /// Takes in OktoPOS's ready list as last read: rows of others come and go with it, ours are marked. A local order never
    /// moves backwards by it. Returns whether anything changed.
    pub fn set_ready(&mut self, ready: &[ReadyOrder]) -> bool {
        if self.ready == ready {
            return false;
        }
        self.ready = ready.to_vec();
        let mut seen = HashSet::with_capacity(ready.len());
        for order in ready {
            seen.insert(self.merge_ready(order));
        }
        for slot in 0..self.slots.len() {
            let Some(row) = &mut self.slots[slot] else { continue };
            if row.foreign && !seen.contains(&slot) {
                self.remove(slot, false);
            } else {
                row.in_ready = seen.contains(&slot);
            }
        }
        self.rebuild();
        true
    }

    /// Takes in which orders are held. Returns whether anything changed.
    pub fn set_held(&mut self, held: &[(OrderId, Held)]) -> bool {
        let held: HashMap<OrderId, Held> = held.iter().cloned().collect();
        if self.held == held {
            return false;
        }
        self.held = held;
        for row in self.slots.iter_mut().flatten().filter(|row| !row.foreign) {
            let why = row.order_id.as_ref().and_then(|id| self.held.get(id));
            if row.held.as_ref() != why {
                row.held = why.cloned();
                row.settle(&self.workflow, &self.hour);
            }
        }
        self.rebuild();
        true
    }

    /// Takes in what time it is. Returns whether a row stands elsewhere by it.
    pub fn set_hour(&mut self, hour: Hour) -> bool {
        if self.hour == hour {
            return false;
        }
        self.hour = hour;
        let mut changed = false;
        for row in self.slots.iter_mut().flatten() {
            let before = (row.band, row.expected);
            row.settle(&self.workflow, &hour);
            changed |= (row.band, row.expected) != before;
        }
        if changed {
            self.rebuild();
        }
        changed
    }

    /// Every order that waits to be created at this address, whatever is shown, in sequence of their ids.
    pub fn held_for(&self, address: &str) -> Vec<OrderId> {
        let waits = |held: &Held| matches!(held, Held::OtherAddress { base_url, .. } if **base_url == *address);
        let is_queued = |id: &OrderId| {
            let row = self.find(&LiveKey::Order(id.clone()));
            row.is_some_and(|row| matches!(row.delivery, Some(Delivery::Queued)))
        };
        let held = self.held.iter().filter(|(id, held)| waits(held) && is_queued(id));
        let mut orders: Vec<OrderId> = held.map(|(id, _)| id.clone()).collect();
        orders.sort();
        orders
    }

    /// Shows only what passes this filter. Returns whether the filter is another one.
    pub fn set_filter(&mut self, filter: LiveFilter) -> bool {
        if self.filter == filter {
            return false;
        }
        self.words = self.tables.asked(&filter.text);
        self.filter = filter;
        self.rebuild();
        true
    }

    /// The filter as it is.
    pub fn filter(&self) -> &LiveFilter {
        &self.filter
    }

    /// How many rows pass the filter.
    pub fn len(&self) -> usize {
        self.visible.len()
    }

    /// Whether no row passes the filter.
    pub fn is_empty(&self) -> bool {
        self.visible.is_empty()
    }

    /// The row at a position.
    pub fn get(&self, position: usize) -> Option<&LiveRow> {
        self.visible.get(position).and_then(|slot| self.slots[*slot].as_ref())
    }

    /// The rows from a position on, in the sequence of the screen.
    pub fn iter_from(&self, position: usize) -> impl Iterator<Item = &LiveRow> {
        self.visible.iter().skip(position).filter_map(|slot| self.slots[*slot].as_ref())
    }

    /// The row with this key, shown or not.
    pub fn find(&self, key: &LiveKey) -> Option<&LiveRow> {
        self.index.get(key).and_then(|slot| self.slots[*slot].as_ref())
    }

    /// Every row, shown or not, in no sequence.
    pub fn rows(&self) -> impl Iterator<Item = &LiveRow> {
        self.slots.iter().flatten()
    }

    /// Where the row with this key is shown, if it is.
    pub fn position(&self, key: &LiveKey) -> Option<usize> {
        let row = self.find(key)?;
        self.place_of(row).ok()
    }

    fn apply_row(&mut self, row: &OrderRow, in_place: bool) -> bool {
        let key = LiveKey::Order(row.order_id.clone());
        let before = self.find(&key);
        if before.is_some_and(|before| before.is_younger_than(row)) {
            return false;
        }
        let mut next = LiveRow::ours(row);
        if let Some(before) = before {
            next.keep_from(before);
        }
        next.held = self.held.get(&row.order_id).cloned();
        next.sought.called = self.tables.lines(next.table);
        next.settle(&self.workflow, &self.hour);
        if before == Some(&next) {
            return false;
        }
        next.in_ready |= self.drop_stranger(next.internal_id, &key, in_place);
        self.put(next, in_place);
        true
    }

    /// Merges one row of the ready list; the slot it ended in.
    fn merge_ready(&mut self, order: &ReadyOrder) -> usize {
        let by_order = order.order_id.as_ref().and_then(|id| self.index.get(&LiveKey::Order(id.clone()))).copied();
        let by_internal = order.internal_id.and_then(|id| self.by_internal.get(&id)).copied();
        for slot in [by_order, by_internal].into_iter().flatten() {
            let Some(row) = &mut self.slots[slot] else { continue };
            if !row.foreign {
                if row.fill_from(order) {
                    row.settle(&self.workflow, &self.hour);
                }
                self.learn_internal(slot);
                return slot;
            }
            if row.shows(order) {
                return slot;
            }
        }
        let mut next = LiveRow::foreign(order);
        next.sought.called = self.tables.lines(next.table);
        next.settle(&self.workflow, &self.hour);
        self.drop_stranger(next.internal_id, &next.key, false);
        self.put(next, false)
    }

    /// The order in this slot turned out to have the id it has now.
    fn learn_internal(&mut self, slot: usize) {
        let Some(row) = &self.slots[slot] else { return };
        let (id, key) = (row.internal_id, row.key.clone());
        self.drop_stranger(id, &key, false);
        if let Some(id) = id {
            self.by_internal.insert(id, slot);
        }
    }

    /// Drops a row from elsewhere that turns out to be the order `key`, because OktoPOS's id is the same.
    fn drop_stranger(&mut self, id: Option<InternalId>, key: &LiveKey, in_place: bool) -> bool {
        let Some(slot) = id.and_then(|id| self.by_internal.get(&id)).copied() else { return false };
        let is_stranger = self.slots[slot].as_ref().is_some_and(|other| other.foreign && other.key != *key);
        if is_stranger {
            self.remove(slot, in_place);
        }
        is_stranger
    }

    fn put(&mut self, row: LiveRow, in_place: bool) -> usize {
        let slot = self.index.get(&row.key).copied();
        if let Some(slot) = slot {
            self.hide(slot, in_place);
            self.forget_internal(slot);
            self.forget_table(slot);
        }
        let slot = slot.or_else(|| self.free.pop()).unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.index.insert(row.key.clone(), slot);
        if let Some(id) = row.internal_id {
            self.by_internal.insert(id, slot);
        }
        if let Some(table) = row.table {
            self.by_table.entry(table).or_default().insert(slot);
        }
        if in_place {
            self.counts.add(&row);
            if self.filter.passes(&row, &self.words)
                && let Err(place) = self.place_of(&row)
            {
                self.visible.insert(place, slot);
            }
        }
        self.slots[slot] = Some(row);
        slot
    }

    fn remove(&mut self, slot: usize, in_place: bool) {
        self.hide(slot, in_place);
        self.forget_internal(slot);
        self.forget_table(slot);
        let Some(row) = self.slots[slot].take() else { return };
        self.index.remove(&row.key);
        self.free.push(slot);
    }

    fn forget_internal(&mut self, slot: usize) {
        if let Some(id) = self.slots[slot].as_ref().and_then(|row| row.internal_id)
            && self.by_internal.get(&id) == Some(&slot)
        {
            self.by_internal.remove(&id);
        }
    }

    fn hide(&mut self, slot: usize, in_place: bool) {
        if in_place && let Some(row) = &self.slots[slot] {
            self.counts.remove(row);
            if let Ok(place) = self.place_of(row) {
                self.visible.remove(place);
            }
        }
    }

    /// Where the row is among the visible ones, or where it would be.
    fn place_of(&self, row: &LiveRow) -> Result<usize, usize> {
        self.visible.binary_search_by(|slot| match &self.slots[*slot] {
            Some(other) => other.sequence().cmp(&row.sequence()),
            None => std::cmp::Ordering::Less,
        })
    }

    fn rebuild(&mut self) {
        let slots = &self.slots;
        self.counts = Counts::default();
        slots.iter().flatten().for_each(|row| self.counts.add(row));
        self.visible.clear();
        self.visible.extend(slots.iter().enumerate().filter_map(|(slot, row)| {
            let row = row.as_ref()?;
            self.filter.passes(row, &self.words).then_some(slot)
        }));
        self.visible.sort_unstable_by(|a, b| {
            let sequence = |slot: &usize| slots[*slot].as_ref().map(LiveRow::sequence);
            sequence(a).cmp(&sequence(b))
        });
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
