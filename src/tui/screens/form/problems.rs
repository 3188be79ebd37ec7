//! What is wrong with the fields of the shown draft, and what stands beside an empty one. Decides nothing itself.

use crate::{
    domain::draft::{
        field::Field,
        problem::{Problem, ProblemKind, Spot},
    },
    tui::{
        state::{
            model::Model,
            rows::{Row, TipPart, field_word, label_key},
            slot::Slot,
        },
        wording,
    },
};

/// What is wrong with a row.
pub fn problem(problems: &[Problem], row: Row) -> Option<ProblemKind> {
    let spot = match row {
        Row::OrderType => Spot::OrderType,
        Row::Field(field) => Spot::Field(field),
        Row::Tip(at, TipPart::Entry) => Spot::Tip(at),
        Row::Tip(at, TipPart::User) => Spot::TipUser(at),
        Row::Tip(..) => return None,
    };
    problems.iter().find(|problem| problem.spot == spot).map(|problem| problem.kind)
}

/// Key of the hint shown beside an empty field, if it has one.
pub fn hint_key(row: Row) -> Option<String> {
    match row {
        Row::Field(field) => Some(format!("hint.{}", field_word(field))),
        Row::Tip(_, TipPart::Entry) => Some("hint.tip_entry".to_owned()),
        _ => None,
    }
}

/// What is unusual about a row and no problem: an address in no delivery area, a time the kitchen cannot keep.
pub fn warning(model: &Model, slot: &Slot, row: Row) -> Option<String> {
    match row {
        Row::Field(Field::Zip) => {
            wording::terms::zip_note(model, slot).filter(|(_, warns)| *warns).map(|(text, _)| text)
        }
        Row::Field(Field::HouseNumber) => {
            let is_missing = slot.draft().lacks_house_number();
            is_missing.then(|| model.texts.t("form.no_house_number").to_owned())
        }
        Row::Field(Field::Due) => {
            let soonest = model.counter().too_soon(slot.typed())?;
            let time = model.texts.moment(soonest, model.moment.local().date());
            Some(model.texts.fill("promise.too_soon", &[("time", &time)]))
        }
        _ => None,
    }
}

/// Every such warning, with its field before it: read back with the order, it does not go unseen.
pub fn warnings(model: &Model, slot: &Slot) -> Vec<String> {
    let texts = &model.texts;
    let let_pass = slot.draft().is_let_pass(ProblemKind::OutsideArea);
    let is_new = |row: &Row| *row != Row::Field(Field::Zip) || !let_pass;
    let said = model.problems();
    let rows = [Field::HouseNumber, Field::Zip, Field::Due].map(Row::Field).into_iter().filter(is_new);
    let rows = rows.filter(|row| problem(&said, *row).is_none());
    rows.filter_map(|row| Some(format!("{}: {}.", texts.t(&label_key(row)), warning(model, slot, row)?)))
        .map(|text| text.replace("?.", "?"))
        .collect()
}
