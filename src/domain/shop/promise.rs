//! When an order can be there: how long the kitchen takes, how far the way is, and how much fits into a slot. PURE: the
//! orders on hand are given, and so is the moment.
//!
//! Slots are local times of the shop, because that is what an order says; an hour that comes twice is one row of slots.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use serde::{Deserialize, Serialize};

use crate::domain::value::moment::Moment;

/// How far ahead a free slot is looked for.
const HORIZON_DAYS: i64 = 2;

/// What the kitchen can do, `[kitchen]` of the settings. Zeros mean that the shop does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kitchen {
    /// Minutes any order takes.
    pub base_minutes: u32,
    /// Minutes each dish or drink adds.
    pub minutes_per_item: u32,
    /// Minutes by size, in place of the two above.
    pub steps: Vec<KitchenStep>,
    /// Length of a slot in minutes.
    pub slot_minutes: u32,
    /// Orders one slot takes; 0 for any number.
    pub orders_per_slot: u32,
    /// Dishes and drinks one slot takes; 0 for any number.
    pub items_per_slot: u32,
}

/// From so many dishes and drinks on an order takes so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KitchenStep {
    /// From this many on.
    pub items: u32,
    /// Minutes.
    pub minutes: u32,
}

impl Default for Kitchen {
    fn default() -> Self {
        Self {
            base_minutes: 0,
            minutes_per_item: 0,
            steps: Vec::new(),
            slot_minutes: 15,
            orders_per_slot: 0,
            items_per_slot: 0,
        }
    }
}

/// What one slot holds already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Orders.
    pub orders: u32,
    /// Dishes and drinks.
    pub items: u32,
}

/// The orders on hand by the slots they are due in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load(BTreeMap<civil::DateTime, Taken>);

/// An order that asks for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Dishes and drinks.
    pub items: u32,
    /// Minutes from the kitchen to the door.
    pub away: u32,
}

/// The earliest time an order can be promised for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// The instant.
    pub at: Timestamp,
    /// The shop's local time.
    pub local: civil::DateTime,
    /// Minutes from now, rounded up.
    pub minutes: i64,
}

/// Which limit of a slot is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// `orders_per_slot`.
    Orders,
    /// `items_per_slot`.
    Items,
}

/// Why an order does not fit into a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Full {
    /// The local time the slot begins at.
    pub slot: civil::DateTime,
    /// Which limit.
    pub limit: Limit,
    /// What is there already.
    pub taken: u32,
    /// What fits in.
    pub most: u32,
    /// What this order would add.
    pub wanted: u32,
}

impl Load {
    /// Counts an order that is due at this local time.
    pub fn add(&mut self, kitchen: &Kitchen, due: civil::DateTime, items: u32) {
        let taken = self.0.entry(kitchen.slot_of(due)).or_default();
        taken.orders = taken.orders.saturating_add(1);
        taken.items = taken.items.saturating_add(items);
    }

    /// What the slot that begins at this local time holds.
    pub fn taken(&self, slot: civil::DateTime) -> Taken {
        self.0.get(&slot).copied().unwrap_or_default()
    }
}

impl Kitchen {
    /// Whether the shop says anything of time: without it the desk promises nothing.
    pub fn is_known(&self) -> bool {
        self.is_limited() || self.minutes(1) > 0
    }

    /// Whether a slot can be full.
    pub fn is_limited(&self) -> bool {
        self.orders_per_slot > 0 || self.items_per_slot > 0
    }

    /// Minutes the kitchen takes for so many dishes and drinks.
    pub fn minutes(&self, items: u32) -> u32 {
        let step = self.steps.iter().filter(|step| step.items <= items.max(1)).max_by_key(|step| step.items);
        match step {
            Some(step) => step.minutes,
            None => self.base_minutes.saturating_add(self.minutes_per_item.saturating_mul(items)),
        }
    }

    /// The local time the slot of this one begins at; slots are counted from midnight.
    pub fn slot_of(&self, at: civil::DateTime) -> civil::DateTime {
        let minute = i32::from(at.hour()) * 60 + i32::from(at.minute());
        let slot = i32::try_from(self.slot_minutes.max(1)).unwrap_or(i32::MAX);
        let begin = minute - minute % slot;
        let time = i8::try_from(begin / 60).ok().zip(i8::try_from(begin % 60).ok());
        let time = time.and_then(|(hour, minute)| civil::Time::new(hour, minute, 0, 0).ok());
        at.date().to_datetime(time.unwrap_or(civil::Time::midnight()))
    }

    /// Why an order does not fit at this local time beside what is there; `None` if it does.
    pub fn full(&self, load: &Load, wish: Wish, at: civil::DateTime) -> Option<Full> {
        let slot = self.slot_of(at);
        let taken = load.taken(slot);
        let over = |limit, taken: u32, wanted: u32, most: u32| {
            let full = Full { slot, limit, taken, most, wanted };
            (most > 0 && taken.saturating_add(wanted) > most).then_some(full)
        };
        over(Limit::Orders, taken.orders, 1, self.orders_per_slot)
            .or_else(|| over(Limit::Items, taken.items, wish.items, self.items_per_slot))
    }

    /// The earliest time this order can be there: as soon as it is made and brought, or else when the next slot with room
    /// begins. `None` if none has room within two days.
    pub fn promise(&self, load: &Load, wish: Wish, moment: &Moment) -> Option<Promise> {
        let soonest = self.soonest(wish, moment)?;
        let local = soonest.to_zoned(moment.zone.clone()).datetime();
        if self.full(load, wish, local).is_none() {
            return Some(promised(soonest, local, moment));
        }
        let slot = self.free(load, wish, moment, soonest).next()?;
        Some(promised(moment.instant(slot)?, slot, moment))
    }

    /// Free slots that begin after the promise, at most so many.
    pub fn choices(&self, load: &Load, wish: Wish, moment: &Moment, count: usize) -> Vec<civil::DateTime> {
        let Some(promise) = self.promise(load, wish, moment) else { return Vec::new() };
        self.free(load, wish, moment, promise.at).take(count).collect()
    }

    /// The first free slot that begins after this local time, and not before the order can be there.
    pub fn next_free(
        &self,
        load: &Load,
        wish: Wish,
        moment: &Moment,
        after: civil::DateTime,
    ) -> Option<civil::DateTime> {
        let soonest = self.soonest(wish, moment)?;
        let after = moment.instant(after).map_or(soonest, |after| after.max(soonest));
        self.free(load, wish, moment, after).next()
    }

    /// When it is made and brought, whole minutes, whatever else is to be done.
    pub fn soonest(&self, wish: Wish, moment: &Moment) -> Option<Timestamp> {
        let minutes = i64::from(self.minutes(wish.items)) + i64::from(wish.away);
        let at = moment.now.checked_add(SignedDuration::from_mins(minutes)).ok()?;
        let rest = at.as_second().rem_euclid(60);
        let whole = at.as_second() + if rest > 0 { 60 - rest } else { 0 };
        Timestamp::from_second(whole).ok()
    }

    /// Slots with room that begin after an instant, in their sequence. Times that the clocks jump over are none.
    fn free<'a>(
        &'a self,
        load: &'a Load,
        wish: Wish,
        moment: &'a Moment,
        after: Timestamp,
    ) -> impl Iterator<Item = civil::DateTime> + 'a {
        let first = self.slot_of(after.to_zoned(moment.zone.clone()).datetime());
        let end = first.checked_add(HORIZON_DAYS.days()).unwrap_or(first);
        std::iter::successors(Some(first), |slot| self.slot_after(*slot))
            .take_while(move |slot| *slot < end)
            .filter(move |slot| moment.instant(*slot).is_some_and(|at| at > after))
            .filter(move |slot| self.full(load, wish, *slot).is_none())
    }

    /// Slots are counted from midnight, so the last one of a day may be cut short.
    fn slot_after(&self, slot: civil::DateTime) -> Option<civil::DateTime> {
        let next = slot.checked_add(i64::from(self.slot_minutes.max(1)).minutes()).ok()?;
        if next.date() == slot.date() { Some(next) } else { Some(next.date().to_datetime(civil::Time::midnight())) }
    }
}

fn promised(at: Timestamp, local: civil::DateTime, moment: &Moment) -> Promise {
    let seconds = at.as_second() - moment.now.as_second();
    Promise { at, local, minutes: (seconds + 59).div_euclid(60).max(0) }
}

#[cfg(test)]
#[path = "promise_tests.rs"]
mod tests;
