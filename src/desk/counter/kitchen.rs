//! The kitchen's load from the orders the desk knows of, and what can be promised with it. What fits is decided in the domain;
//! nothing here reads a disk.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp, civil};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::context::{Counter, Typed};
use crate::{
    desk::live::{LiveKey, LiveRow},
    domain::{
        draft::{Draft, field::Field, problem::ProblemKind},
        order::{OrderType, delivery::Delivery},
        shop::promise::{Full, Load, Promise, Wish},
        value::{
            due::{Due, parse_due},
            ids::OrderId,
            moment::Moment,
        },
    },
    ports::house::{OnHand, PlaceNote},
};

/// Times offered beside as soon as possible.
const CHOICES: usize = 5;
/// Orders looked up at once.
const LOOK_UP: usize = 500;
/// An order without a time that was taken longer ago than this is no load any more.
const OLD: SignedDuration = SignedDuration::from_hours(6);

/// What the desk knows of the kitchen's load.
#[derive(Debug, Default)]
pub struct KitchenLoad {
    /// The orders on hand by their slots.
    pub load: Load,
    known: HashMap<OrderId, OnHand>,
    asked: HashSet<OrderId>,
}

impl KitchenLoad {
    /// What was looked up. What the desk promised itself since then is younger and stays.
    pub fn learn(&mut self, on_hand: Vec<OnHand>) {
        for order in on_hand {
            self.known.entry(order.order_id.clone()).or_insert(order);
        }
    }

    /// The desk promised it: from now on it counts.
    pub fn promised(&mut self, order_id: OrderId, note: &PlaceNote) {
        let on_hand = OnHand { order_id: order_id.clone(), pieces: note.pieces, promised_at: note.promised_at };
        self.known.insert(order_id, on_hand);
    }

    /// Takes over a new count, and returns the orders that are to be looked up for the next one.
    pub fn take(&mut self, counted: Counted) -> Vec<OrderId> {
        let Counted { load, unknown } = counted;
        self.load = load;
        self.asked.extend(unknown.iter().cloned());
        unknown
    }
}

/// The orders on hand, counted anew.
#[derive(Debug, Default)]
pub struct Counted {
    load: Load,
    /// Orders of which the desk does not know how many pieces they are.
    unknown: Vec<OrderId>,
}

impl Counter<'_> {
    /// Counts the orders on hand; `None` where the kitchen has no limit.
    pub fn count_load(&self) -> Option<Counted> {
        let kitchen = &self.shop.kitchen;
        if !kitchen.is_limited() {
            return None;
        }
        let mut counted = Counted::default();
        let local = |at: Timestamp| at.to_zoned(self.moment.zone.clone()).datetime();
        for row in self.orders.rows().filter(|row| is_on_hand(row)) {
            let known = row.order_id.as_ref().and_then(|id| self.kitchen.known.get(id));
            let Some(at) = self.time_of(row, known) else { continue };
            if at + OLD < self.moment.now {
                continue;
            }
            if let (None, false, Some(id)) = (known, row.foreign, &row.order_id)
                && counted.unknown.len() < LOOK_UP
                && !self.kitchen.asked.contains(id)
            {
                counted.unknown.push(id.clone());
            }
            let items = known.map_or_else(|| pieces_listed(row), |known| known.pieces);
            counted.load.add(kitchen, local(at), items);
        }
        for placing in &self.placing {
            let id = &placing.draft.order_id;
            let is_listed = self.orders.find(&LiveKey::Order(id.clone())).is_some_and(is_on_hand);
            let known = self.kitchen.known.get(id).filter(|_| !is_listed);
            if let Some(OnHand { pieces, promised_at: Some(at), .. }) = known {
                counted.load.add(kitchen, local(*at), *pieces);
            }
        }
        Some(counted)
    }

    /// When it is to be there: as it says, as it was promised, or as long as any order takes after it was taken.
    fn time_of(&self, row: &LiveRow, known: Option<&OnHand>) -> Option<Timestamp> {
        let promised = || known.and_then(|known| known.promised_at);
        let usual = || {
            let minutes = i64::from(self.shop.kitchen.minutes(1));
            // Nobody told the desk what was promised for an order from elsewhere.
            let own = row.created_at.filter(|_| !row.foreign);
            own.and_then(|at| at.checked_add(SignedDuration::from_mins(minutes)).ok())
        };
        row.due_at.or_else(promised).or_else(usual)
    }

    /// What a draft asks of the kitchen.
    pub fn wish(&self, draft: &Draft) -> Wish {
        Wish { items: draft.kitchen_items(), away: draft.area(self.shop).map_or(0, |area| area.minutes) }
    }

    /// The earliest time that can be promised to who fetches it or has it brought; `None` where nothing is promised.
    pub fn promise(&self, draft: &Draft) -> Option<Promise> {
        let kitchen = &self.shop.kitchen;
        let has_time = matches!(draft.order_type, OrderType::Pickup | OrderType::Delivery);
        if !has_time || !kitchen.is_known() {
            return None;
        }
        kitchen.promise(&self.kitchen.load, self.wish(draft), &self.opening())
    }

    /// The moment from which orders can be made: now, or when the shop opens.
    pub(super) fn opening(&self) -> Moment {
        let opens = self.shop.hours.opens(self.moment.local()).and_then(|at| self.moment.instant(at));
        let now = opens.map_or(self.moment.now, |opens| opens.max(self.moment.now));
        Moment { now, zone: self.moment.zone.clone() }
    }

    /// The local time an order without one is for while the shop is closed: as soon as it opens, and the kitchen has made it.
    pub(super) fn asap_after_opening(&self, draft: &Draft) -> Option<civil::DateTime> {
        let has_time = matches!(draft.order_type, OrderType::Pickup | OrderType::Delivery);
        if !has_time || self.shop.hours.is_open(self.moment.local()) {
            return None;
        }
        let opening = self.opening();
        let usual = || self.shop.kitchen.soonest(self.wish(draft), &opening);
        let at = self.promise(draft).map(|promise| promise.at).or_else(usual)?;
        (at > self.moment.now).then(|| at.to_zoned(self.moment.zone.clone()).datetime())
    }

    /// What the opening hours have against the time of a draft, whatever a manager says.
    pub(super) fn closed(&self, typed: Typed<'_>) -> Option<ProblemKind> {
        let hours = &self.shop.hours;
        let now = self.moment.local();
        match self.typed_time(typed) {
            Some(at) if typed.draft.order_type != OrderType::Shipping && !hours.is_open(at) => {
                Some(ProblemKind::Closed { at, opens: hours.opens(at) })
            }
            // Without a time it is made when the shop opens; a shop that does not open in weeks makes nothing.
            None if hours.opens(now).is_none() && typed.draft.order_type != OrderType::Shipping => {
                Some(ProblemKind::Closed { at: now, opens: None })
            }
            Some(_) | None => None,
        }
    }

    /// Why it cannot be had as soon as it is made, if the kitchen is full then.
    pub fn why_later(&self, draft: &Draft) -> Option<Full> {
        let (kitchen, wish) = (&self.shop.kitchen, self.wish(draft));
        if !kitchen.is_limited() || !matches!(draft.order_type, OrderType::Pickup | OrderType::Delivery) {
            return None;
        }
        let soonest = kitchen.soonest(wish, self.moment)?.to_zoned(self.moment.zone.clone());
        kitchen.full(&self.kitchen.load, wish, soonest.datetime())
    }

    /// The time that was typed, if it is one that is still to come.
    pub(super) fn typed_time(&self, typed: Typed<'_>) -> Option<civil::DateTime> {
        let counted_from = typed.at.unwrap_or_else(|| self.moment.local());
        let text = typed.draft.fields.get(&Field::Due).map_or("", String::as_str);
        match parse_due(text, &self.shop.time_words, counted_from) {
            Some(Due::At(at)) => self.moment.instant(at).filter(|instant| *instant >= self.moment.now).map(|_| at),
            Some(Due::Asap) | None => None,
        }
    }

    /// Why the kitchen cannot make it for the time that was typed, whatever a manager says.
    pub(super) fn kitchen_objection(&self, typed: Typed<'_>) -> Option<ProblemKind> {
        let (kitchen, draft) = (&self.shop.kitchen, typed.draft);
        if !kitchen.is_limited() || draft.order_type == OrderType::Shipping {
            return None;
        }
        let Some(at) = self.typed_time(typed) else {
            // An order that is too big for any slot cannot be made as soon as possible either.
            let full = self.why_later(draft).filter(|_| self.promise(draft).is_none())?;
            return Some(ProblemKind::SlotFull { full, next: None });
        };
        let (wish, load) = (self.wish(draft), &self.kitchen.load);
        let full = kitchen.full(load, wish, at)?;
        Some(ProblemKind::SlotFull { full, next: kitchen.next_free(load, wish, self.moment, full.slot) })
    }

    /// The earliest time it can be made for, if the one that was typed is sooner than that.
    pub fn too_soon(&self, typed: Typed<'_>) -> Option<civil::DateTime> {
        let at = self.typed_time(typed)?;
        let soonest = self.shop.kitchen.soonest(self.wish(typed.draft), self.moment)?;
        let has_time = typed.draft.order_type != OrderType::Shipping && self.shop.kitchen.is_known();
        let is_sooner = has_time && self.moment.instant(at)? < soonest;
        is_sooner.then(|| soonest.to_zoned(self.moment.zone.clone()).datetime())
    }

    /// Free times that can be offered beside the earliest one.
    pub fn free_times(&self, draft: &Draft) -> Vec<civil::DateTime> {
        let kitchen = &self.shop.kitchen;
        kitchen.choices(&self.kitchen.load, self.wish(draft), self.moment, CHOICES).into_iter().collect()
    }
}

/// Whether the kitchen still has to make it. Parcels are not made to a time.
fn is_on_hand(row: &LiveRow) -> bool {
    let is_off = matches!(row.delivery, Some(Delivery::Rejected { .. } | Delivery::Cancelled)) && !row.stray;
    !row.done && !is_off && row.order_type != Some(OrderType::Shipping)
}

/// Dishes and drinks of an order from elsewhere, as far as the ready list tells.
fn pieces_listed(row: &LiveRow) -> u32 {
    let pieces = |quantity: Option<Decimal>| {
        quantity.filter(Decimal::is_integer).and_then(|quantity| quantity.to_u32()).unwrap_or(1)
    };
    let dishes = row.lines.iter().filter(|line| !line.is_extra);
    dishes.map(|line| pieces(line.quantity)).fold(0, u32::saturating_add).max(1)
}
