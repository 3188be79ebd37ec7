//! The review: everything on one page as it is read back to a caller, and what is missing with the way to it.

pub mod view;

use crate::{
    domain::finish::{Problem, Spot},
    tui::{command::Command, effect::Effect, model::Model, screens::form, update},
};

pub use form::problems;

/// Does a command of the review.
pub fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let problems = problems(model);
    let Some(slot) = model.slot_mut() else { return Vec::new() };
    let last = problems.len().saturating_sub(1);
    match command {
        Command::ReviewDown => slot.review_at = (slot.review_at + 1).min(last),
        Command::ReviewUp => slot.review_at = slot.review_at.min(last).saturating_sub(1),
        Command::ReviewMend => {
            let Some(problem) = problems.get(slot.review_at.min(last)) else {
                return update::sending::send_by_enter(model);
            };
            go_to(model, *problem);
        }
        _ => {}
    }
    Vec::new()
}

/// Goes where a problem is mended, with the cursor in the right field.
pub fn go_to(model: &mut Model, problem: Problem) {
    update::go_to_step(model, problem.spot.step());
    match problem.spot {
        Spot::Field(field) => form::focus_field(model, super::rows::Row::Field(field)),
        Spot::OrderType => form::focus_field(model, super::rows::Row::OrderType),
        Spot::Tip(at) => form::focus_field(model, super::rows::Row::Tip(at, super::rows::TipPart::Entry)),
        Spot::Line(id) => {
            if let Some(slot) = model.slot_mut() {
                slot.items.line = Some(id);
                slot.items.in_cart = true;
            }
        }
        Spot::Cart => {}
    }
}
