//! The promise on the screen: the times that are offered and what is said of them. What fits is decided at the counter and in
//! the domain.

use crate::{
    domain::{
        draft::{field::Field, flow::Step},
        value::due::{ASAP, write_time},
    },
    tui::{
        effect::Effect,
        state::{
            model::Model,
            rows::{Offer, Row, focused},
            slot::Slot,
        },
    },
};

/// Counts the orders on hand anew. The effects look up what is not known of them.
pub fn recount(model: &mut Model) -> Vec<Effect> {
    let Some(counted) = model.counter().count_load() else { return Vec::new() };
    let unknown = model.kitchen.take(counted);
    if unknown.is_empty() { Vec::new() } else { vec![Effect::ReadOnHand(unknown)] }
}

/// Offers times in the shown draft's field for them. While one of them is chosen there, they stay as they are.
pub fn offer_times(model: &mut Model) {
    let Some(slot) = model.slot().filter(|slot| slot.draft().step == Step::Place) else { return };
    let is_chosen = focused(slot) == Some(Row::Field(Field::Due)) && !slot.text(Field::Due).is_empty();
    let key = (slot.draft().order_type, model.counter().wish(slot.draft()));
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
    let counter = model.counter();
    let Some(promise) = counter.promise(slot.draft()) else { return Vec::new() };
    let texts = &model.texts;
    let today = model.moment.local().date();
    let asap = format!("{} {}", texts.t("word.asap"), texts.moment(promise.local, today));
    let slots = counter
        .free_times(slot.draft())
        .into_iter()
        .map(|at| Offer { token: write_time(at), label: texts.moment(at, today) });
    std::iter::once(Offer { token: ASAP.into(), label: asap }).chain(slots).collect()
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod tests;
