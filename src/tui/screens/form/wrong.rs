//! What is wrong with the fields of the shown draft, and what stands beside an empty one. Decides nothing itself.

use crate::{
    domain::draft::problem::{Problem, ProblemKind, Spot},
    tui::{
        screens::rows::{Row, TipPart, field_word},
        state::model::Model,
    },
};

/// What is wrong with the shown draft now, looked up once for all rows of a frame.
pub fn problems(model: &Model) -> Vec<Problem> {
    model.slot().and_then(|slot| model.counter().check(slot.typed()).err()).unwrap_or_default()
}

/// What is wrong with a row.
pub fn problem(problems: &[Problem], row: Row) -> Option<ProblemKind> {
    let spot = match row {
        Row::OrderType => Spot::OrderType,
        Row::Field(field) => Spot::Field(field),
        Row::Tip(at, TipPart::Entry) => Spot::Tip(at),
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
