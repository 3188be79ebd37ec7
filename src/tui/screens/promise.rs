//! The promise at the desk: the kitchen's load from the orders that are listed, the times that are offered, and what keeps a
//! typed one from being promised. What fits is decided in the domain; nothing here reads a disk.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp, civil};
use rust_decimal::prelude::ToPrimitive;

use super::rows::{Offer, Row, focused};
use crate::{
    desk::live::{LiveKey, LiveRow},
    domain::{
        delivery::Delivery,
        due::{Due, parse_due, write_time},
        field::Field,
        finish::finish,
        flow::Step,
        ids::OrderId,
        order::{Order, OrderType},
        problem::{Problem, ProblemKind, Spot},
        promise::{Full, Load, Promise, Wish},
        terms::Pass,
    },
    ports::house::{OnHand, PlaceNote},
    tui::{
        effect::Effect,
        model::Model,
        screens::{counts, tables, terms},
        slot::Slot,
    },
};

/// Times offered beside as soon as possible.
const CHOICES: usize = 5;
/// Orders looked up at once.
const LOOK_UP: usize = 500;
/// An order without a time that was taken longer ago than this is no load any more.
const OLD: SignedDuration = SignedDuration::from_hours(6);

/// What the desk knows of the kitchen's load.
#[derive(Debug, Default)]
pub struct KitchenState {
    /// The orders on hand by their slots.
    pub load: Load,
    known: HashMap<OrderId, OnHand>,
    asked: HashSet<OrderId>,
}

/// Counts the orders on hand anew. The effects look up what is not known of them.
pub fn recount(model: &mut Model) -> Vec<Effect> {
    if !model.shop.kitchen.is_limited() {
        return Vec::new();
    }
    let (mut load, mut unknown) = (Load::default(), Vec::new());
    let kitchen = &model.shop.kitchen;
    for row in model.orders.list.rows().filter(|row| is_on_hand(row)) {
        let known = row.order_id.as_ref().and_then(|id| model.kitchen.known.get(id));
        let Some(at) = time_of(model, row, known) else { continue };
        if at + OLD < model.moment.now {
            continue;
        }
        if let (None, false, Some(id)) = (known, row.foreign, &row.order_id)
            && unknown.len() < LOOK_UP
            && !model.kitchen.asked.contains(id)
        {
            unknown.push(id.clone());
        }
        let items = known.map_or_else(|| pieces_listed(row), |known| known.pieces);
        load.add(kitchen, at.to_zoned(model.moment.zone.clone()).datetime(), items);
    }
    for slot in &model.placing {
        let id = &slot.draft().order_id;
        let is_listed = model.orders.list.find(&LiveKey::Order(id.clone())).is_some_and(is_on_hand);
        if let Some(OnHand { pieces, promised_at: Some(at), .. }) = model.kitchen.known.get(id).filter(|_| !is_listed) {
            load.add(kitchen, at.to_zoned(model.moment.zone.clone()).datetime(), *pieces);
        }
    }
    model.kitchen.load = load;
    if unknown.is_empty() {
        return Vec::new();
    }
    model.kitchen.asked.extend(unknown.iter().cloned());
    vec![Effect::ReadOnHand(unknown)]
}

/// What was looked up. What the desk promised itself since then is younger and stays.
pub fn learn(model: &mut Model, on_hand: Vec<OnHand>) {
    for order in on_hand {
        model.kitchen.known.entry(order.order_id.clone()).or_insert(order);
    }
}

/// Whether the kitchen still has to make it. Parcels are not made to a time.
fn is_on_hand(row: &LiveRow) -> bool {
    let is_off = matches!(row.delivery, Some(Delivery::Rejected { .. } | Delivery::Cancelled)) && !row.stray;
    !row.done && !is_off && row.order_type != Some(OrderType::Shipping)
}

/// When it is to be there: as it says, as it was promised, or as long as any order takes after it was taken.
fn time_of(model: &Model, row: &LiveRow, known: Option<&OnHand>) -> Option<Timestamp> {
    let promised = || known.and_then(|known| known.promised_at);
    let usual = || {
        let minutes = i64::from(model.shop.kitchen.minutes(1));
        // Nobody told the desk what was promised for an order from elsewhere.
        row.created_at.filter(|_| !row.foreign).and_then(|at| at.checked_add(SignedDuration::from_mins(minutes)).ok())
    };
    row.due_at.or_else(promised).or_else(usual)
}

/// Dishes and drinks of an order from elsewhere, as far as the ready list tells.
fn pieces_listed(row: &LiveRow) -> u32 {
    let pieces = |quantity: Option<rust_decimal::Decimal>| {
        quantity.filter(rust_decimal::Decimal::is_integer).and_then(|quantity| quantity.to_u32()).unwrap_or(1)
    };
    let dishes = row.lines.iter().filter(|line| !line.is_extra);
    dishes.map(|line| pieces(line.quantity)).fold(0, u32::saturating_add).max(1)
}

/// What the draft asks of the kitchen.
pub fn wish(model: &Model, slot: &Slot) -> Wish {
    let draft = slot.draft();
    Wish { items: draft.kitchen_items(), away: draft.area(&model.shop).map_or(0, |area| area.minutes) }
}

/// The earliest time that can be promised to who fetches it or has it brought; `None` where nothing is promised.
pub fn promise(model: &Model, slot: &Slot) -> Option<Promise> {
    let kitchen = &model.shop.kitchen;
    let has_time = matches!(slot.draft().order_type, OrderType::Pickup | OrderType::Delivery);
    if !has_time || !kitchen.is_known() {
        return None;
    }
    kitchen.promise(&model.kitchen.load, wish(model, slot), &model.moment)
}

/// Why it cannot be had as soon as it is made, if the kitchen is full then.
pub fn why_later(model: &Model, slot: &Slot) -> Option<Full> {
    let (kitchen, wish) = (&model.shop.kitchen, wish(model, slot));
    if !kitchen.is_limited() || !matches!(slot.draft().order_type, OrderType::Pickup | OrderType::Delivery) {
        return None;
    }
    let soonest = kitchen.soonest(wish, &model.moment)?.to_zoned(model.moment.zone.clone());
    kitchen.full(&model.kitchen.load, wish, soonest.datetime())
}

/// The time that was typed, if it is one that is still to come.
fn typed_time(model: &Model, slot: &Slot) -> Option<civil::DateTime> {
    let local = slot.typed_at.unwrap_or_else(|| model.moment.local());
    match parse_due(slot.text(Field::Due), local) {
        Some(Due::At(at)) => model.moment.instant(at).filter(|instant| *instant >= model.moment.now).map(|_| at),
        _ => None,
    }
}

/// Why the kitchen cannot make it for the time that was typed, whatever a manager says.
fn objection(model: &Model, slot: &Slot) -> Option<ProblemKind> {
    let kitchen = &model.shop.kitchen;
    if !kitchen.is_limited() || slot.draft().order_type == OrderType::Shipping {
        return None;
    }
    let Some(at) = typed_time(model, slot) else {
        // As soon as possible is no time at all for what is too big for the kitchen.
        let full = why_later(model, slot).filter(|_| promise(model, slot).is_none())?;
        return Some(ProblemKind::SlotFull { full, next: None });
    };
    let (wish, load) = (wish(model, slot), &model.kitchen.load);
    let full = kitchen.full(load, wish, at)?;
    Some(ProblemKind::SlotFull { full, next: kitchen.next_free(load, wish, &model.moment, full.slot) })
}

/// The earliest time it can be made for, if the one that was typed is sooner than that.
pub fn too_soon(model: &Model, slot: &Slot) -> Option<civil::DateTime> {
    let at = typed_time(model, slot)?;
    let soonest = model.shop.kitchen.soonest(wish(model, slot), &model.moment)?;
    let has_time = slot.draft().order_type != OrderType::Shipping && model.shop.kitchen.is_known();
    let is_sooner = has_time && model.moment.instant(at)? < soonest;
    is_sooner.then(|| soonest.to_zoned(model.moment.zone.clone()).datetime())
}

/// The order, or everything that is in its way: what it lacks, what its area asks for, and what the kitchen says.
///
/// # Errors
/// The problems in the sequence of the steps, never empty.
pub fn check(model: &Model, slot: &Slot) -> Result<Order, Vec<Problem>> {
    let mut draft = slot.draft().clone();
    tables::join(model, &mut draft);
    let finished = finish(&draft, &model.shop, &model.moment);
    let mut problems = counts::problems(model, &draft);
    let objection = objection(model, slot).filter(|kind| !draft.is_let_pass(*kind));
    problems.extend(objection.map(|kind| Problem { spot: Spot::Field(Field::Due), kind }));
    let own = match finished {
        Ok(order) if problems.is_empty() => return Ok(order),
        finished => finished.err(),
    };
    problems.extend(own.unwrap_or_default());
    problems.sort_by_key(|problem| problem.spot.step());
    Err(problems)
}

/// What is kept of an order beside it, as the guest was told it a moment ago.
pub fn note(model: &Model, slot: &Slot) -> PlaceNote {
    let draft = slot.draft();
    let usual = || model.shop.kitchen.soonest(wish(model, slot), &model.moment);
    let promised = || promise(model, slot).map(|promise| promise.at).or_else(usual);
    let typed = typed_time(model, slot).and_then(|at| model.moment.instant(at));
    let objections = draft.objections(&model.shop, &model.channel()).into_iter().map(|problem| problem.kind);
    let passed = objections.chain(objection(model, slot)).filter(|kind| draft.is_let_pass(*kind));
    PlaceNote {
        pieces: draft.kitchen_items(),
        promised_at: typed.or_else(promised).filter(|_| model.shop.kitchen.is_known()),
        passes: passed.filter_map(Pass::of).collect(),
        ..PlaceNote::default()
    }
}

/// The desk promised it: from now on it counts.
pub fn promised(model: &mut Model, order_id: OrderId, note: &PlaceNote) {
    let on_hand = OnHand { order_id: order_id.clone(), pieces: note.pieces, promised_at: note.promised_at };
    model.kitchen.known.insert(order_id, on_hand);
}

/// Offers times in the shown draft's field for them. While one of them is chosen there, they stay as they are.
pub fn offer_times(model: &mut Model) {
    let Some(slot) = model.slot().filter(|slot| slot.draft().step == Step::Place) else { return };
    let is_chosen = focused(slot) == Some(Row::Field(Field::Due)) && !slot.text(Field::Due).is_empty();
    let key = (slot.draft().order_type, wish(model, slot));
    if is_chosen && slot.times_for == Some(key) {
        return;
    }
    let times = times(model, slot);
    if let Some(slot) = model.slot_mut() {
        slot.times = times;
        slot.times_for = Some(key);
    }
}

fn times(model: &Model, slot: &Slot) -> Vec<Offer> {
    let Some(promise) = promise(model, slot) else { return Vec::new() };
    let texts = &model.texts;
    let today = model.moment.local().date();
    let asap = format!("{} {}", texts.t("word.asap"), texts.moment(promise.local, today));
    let choices = model.shop.kitchen.choices(&model.kitchen.load, wish(model, slot), &model.moment, CHOICES);
    let slots = choices.into_iter().map(|at| Offer { token: write_time(at), label: texts.moment(at, today) });
    std::iter::once(Offer { token: "asap".into(), label: asap }).chain(slots).collect()
}

/// What the place step says below its rows: when it can be there, why not sooner, and where it goes.
pub fn aside(model: &Model, slot: &Slot) -> Vec<String> {
    let texts = &model.texts;
    let today = model.moment.local().date();
    let mut lines: Vec<String> = terms::area_words(model, slot).into_iter().collect();
    let time = |promise: Promise| texts.moment(promise.local, today);
    match (promise(model, slot), why_later(model, slot)) {
        (Some(promise), None) => {
            let minutes = promise.minutes.to_string();
            lines.push(texts.fill("promise.soonest", &[("time", &time(promise)), ("n", &minutes)]));
        }
        (Some(promise), Some(full)) => {
            let full = terms::full_words(model, full);
            lines.push(texts.fill("promise.full_until", &[("full", &full), ("time", &time(promise))]));
        }
        (None, Some(full)) => lines.push(terms::full_words(model, full)),
        (None, None) => {}
    }
    lines
}

#[cfg(test)]
#[path = "promise_tests.rs"]
mod tests;
