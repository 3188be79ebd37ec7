//! Delivery areas at the desk: the town of a postcode, the fee that follows the order, what an area has against it, and the
//! manager's word. What an area means is decided in the domain; every change goes through the draft's slot.

use std::sync::Arc;

use crate::{
    domain::{
        draft::{
            field::Field,
            problem::{Problem, ProblemKind},
            terms::Pass,
            undo::Touch,
        },
        guest::customer::zip_fits,
        shop::area::zip_key,
    },
    ports::house::Town,
    tui::{
        input::command::Command,
        screens::asking,
        state::{
            model::{Model, Tone},
            overlay::confirm::Question,
            slot::Slot,
        },
        wording::terms::{full_words, problem_words},
    },
};

/// The shop's guests named these towns.
pub fn learn(model: &mut Model, towns: Vec<Town>) {
    model.towns.extend(towns.into_iter().map(|town| (zip_key(&town.zip), town.city)));
}

/// An order was recorded: its postcode and town are known from now on.
pub fn learn_from(model: &mut Model, slot: &Slot) {
    let (zip, city) = (slot.text(Field::Zip).trim(), slot.text(Field::City).trim());
    if zip_fits(&model.shop.country, zip) && !zip.is_empty() && !city.is_empty() {
        model.towns.insert(zip_key(zip), city.to_owned());
    }
}

/// The postcode was typed: once it is complete it fills in its town. What a person typed there stays.
pub fn fill_city(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let town = model.counter().town(slot.draft(), &model.towns, slot.filled_city.as_deref());
    let (Some(town), Some(slot)) = (town, model.slot_mut()) else { return };
    slot.change(Touch::Alone, |draft| match &town {
        Some(town) => draft.fields.insert(Field::City, town.clone()),
        None => draft.fields.remove(&Field::City),
    });
    slot.filled_city = town;
}

/// Keeps the fee of every open draft in step with it.
pub fn keep_fees(model: &mut Model) {
    if model.shop.areas.is_empty() {
        return;
    }
    let (shop, catalog) = (Arc::clone(&model.shop), Arc::clone(&model.catalog));
    for slot in &mut model.slots {
        slot.keep_fee(&shop, |number| catalog.by_number(number).cloned());
    }
}

/// Asks whether what is in the way of the shown draft is to pass, naming all of it.
pub fn ask_pass(model: &mut Model) {
    let problems = model.problems();
    let passes: Vec<Pass> = problems.iter().filter_map(|problem| Pass::of(problem.kind)).collect();
    if passes.is_empty() {
        let text = model.texts.t("notice.nothing_to_pass").to_owned();
        return model.say(Tone::Warn, text);
    }
    let words = |problem: &Problem| match problem.kind {
        // The next free time is beside the point for who takes this one, and costs the room of the rest.
        ProblemKind::SlotFull { full, .. } => full_words(model, full),
        kind => problem_words(model, kind),
    };
    let about: Vec<String> = problems.iter().filter(|problem| Pass::of(problem.kind).is_some()).map(words).collect();
    asking::ask(model, Question::LetPass(passes), about.join(" · "));
}

/// The manager said yes.
pub fn let_pass(model: &mut Model, passes: &[Pass]) {
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |draft| draft.terms.passes.extend_from_slice(passes));
    let text = model.texts.fill("notice.let_pass", &[("key", &model.key_label(Command::Undo))]);
    model.say(Tone::Done, text);
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
