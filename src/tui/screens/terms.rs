//! Delivery areas at the desk: the town of a postcode, the fee that follows the order, what an area has against it, and the
//! manager's word. What an area means is decided in the domain; every change goes through the draft's slot.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    domain::{
        draft::{
            Line,
            field::Field,
            problem::{Problem, ProblemKind},
            terms::Pass,
            undo::Touch,
        },
        guest::customer::zip_fits,
        shop::{
            area::{Area, Reach, zip_key},
            promise::{Full, Limit},
        },
    },
    ports::house::Town,
    tui::{
        input::command::Command,
        overlay::confirm::Question,
        screens::form,
        state::{
            model::{Model, Tone},
            slot::Slot,
        },
        update::asking,
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

/// The area as staff read it: what it asks for, costs and takes.
pub fn area_words(model: &Model, slot: &Slot) -> Option<String> {
    let area: &Area = slot.draft().area(&model.shop)?;
    let texts = &model.texts;
    let money = |value| texts.money(value, &model.shop.currency);
    let mut parts = Vec::new();
    if !area.fee.is_empty() {
        let article = model.catalog.by_number(&area.fee);
        let row = article.and_then(|article| article.price_in(&model.channel()).map(|row| row.price));
        parts.push(match row {
            Some(price) => texts.fill("area.fee", &[("amount", &money(price))]),
            None => texts.fill("area.no_fee_article", &[("number", &area.fee)]),
        });
    }
    if !area.minimum.is_zero() {
        parts.push(texts.fill("area.minimum", &[("amount", &money(area.minimum))]));
    }
    if area.minutes > 0 {
        parts.push(texts.fill("area.minutes", &[("n", &area.minutes.to_string())]));
    }
    let name = texts.fill("area.name", &[("name", &area.name)]);
    Some(if parts.is_empty() { name } else { format!("{name}: {}", parts.join(" · ")) })
}

/// The fee in the cart: marked as what it is, with the area it is for.
pub fn fee_words(model: &Model, slot: &Slot, line: &Line) -> String {
    let area = slot.draft().area(&model.shop).map(|area| format!(" · {}", area.name)).unwrap_or_default();
    let many = if line.quantity == Decimal::ONE { "→".to_owned() } else { model.texts.number(line.quantity) + " ×" };
    format!("{many:>4} {}{area}", line.article.name)
}

/// What is said beside the postcode: the area, or that there is none. The second is a warning.
pub fn zip_note(model: &Model, slot: &Slot) -> Option<(String, bool)> {
    match slot.draft().reach(&model.shop) {
        Reach::Open => None,
        Reach::Inside(area) => Some((area.name.clone(), false)),
        Reach::Outside => Some((model.texts.t("area.outside").to_owned(), true)),
    }
}

/// A problem in words, with its figures.
pub fn problem_words(model: &Model, kind: ProblemKind) -> String {
    let texts = &model.texts;
    let money = |value| texts.money(value, &model.shop.currency);
    let key = format!("problem.{}", kind.word());
    match kind {
        ProblemKind::BelowMinimum { missing, minimum } => {
            texts.fill(&key, &[("missing", &money(missing)), ("minimum", &money(minimum))])
        }
        ProblemKind::SlotFull { full, next } => {
            let full = full_words(model, full);
            let today = model.moment.local().date();
            match next {
                Some(next) => texts.fill(&key, &[("full", &full), ("next", &texts.moment(next, today))]),
                None => full,
            }
        }
        _ => texts.t(&key).to_owned(),
    }
}

/// Why a slot is full: `18:30 voll: 4/4 Bestellungen`.
pub fn full_words(model: &Model, full: Full) -> String {
    let Full { slot, limit, taken, most, wanted } = full;
    let key = match limit {
        Limit::Orders => "promise.full_orders",
        Limit::Items if wanted > most => "promise.too_big",
        Limit::Items => "promise.full_items",
    };
    let slot = model.texts.moment(slot, model.moment.local().date());
    let number = |n: u32| n.to_string();
    let (taken, most, wanted) = (number(taken), number(most), number(wanted));
    model.texts.fill(key, &[("slot", &slot), ("taken", &taken), ("most", &most), ("wanted", &wanted)])
}

/// What a manager let pass, as the history tells it.
pub fn pass_words(model: &Model, detail: &str) -> Option<String> {
    let texts = &model.texts;
    Some(match detail.parse().ok()? {
        Pass::Minimum(missing) => {
            texts.fill("pass.minimum", &[("missing", &texts.money(missing, &model.shop.currency))])
        }
        Pass::Outside => texts.t("pass.outside").to_owned(),
        Pass::Slot(slot) => texts.fill("pass.slot", &[("slot", &texts.moment(slot, model.moment.local().date()))]),
    })
}

/// Asks whether what is in the way of the shown draft is to pass, naming all of it.
pub fn ask_pass(model: &mut Model) {
    let problems = form::problems(model);
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
