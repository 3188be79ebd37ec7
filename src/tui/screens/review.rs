//! The review: everything on one page as it is read back to a caller, and what is missing with the way to it.

mod page;
pub mod view;

use crate::{
    domain::draft::finish::{Problem, Spot},
    tui::{effect::Effect, input::command::ReviewCommand, screens::form, state::model::Model, update, view::frame},
};

pub use form::problems;

/// Does a command of the review. Down goes from point to point and then on through the lines, up the same way back.
pub fn command(model: &mut Model, command: ReviewCommand) -> Vec<Effect> {
    let problems = problems(model);
    let Some(slot) = model.slot() else { return Vec::new() };
    let page = view::page(model, slot, problems.len(), frame::body(model));
    // One row of the page before stays, so that the eye finds its place again.
    let (by, furthest) = (page.seen().saturating_sub(1).max(1), page.furthest());
    let last = problems.len().saturating_sub(1);
    let Some(slot) = model.slot_mut() else { return Vec::new() };
    let (at, top) = (slot.review_at.min(last), slot.review_top.min(furthest));
    match command {
        ReviewCommand::ReviewDown if at < last => slot.review_at = at + 1,
        ReviewCommand::ReviewDown => slot.review_top = (top + 1).min(furthest),
        ReviewCommand::ReviewUp if top > 0 => slot.review_top = top - 1,
        ReviewCommand::ReviewUp => slot.review_at = at.saturating_sub(1),
        ReviewCommand::ReviewPageDown => slot.review_top = (top + by).min(furthest),
        // Whoever pages up once too often is still reading.
        ReviewCommand::ReviewPageUp if furthest > 0 => slot.review_top = top.saturating_sub(by),
        ReviewCommand::ReviewPageUp => update::step(model, false),
        ReviewCommand::ReviewFirst => slot.review_top = 0,
        ReviewCommand::ReviewLast => slot.review_top = furthest,
        ReviewCommand::ReviewMend => {
            let Some(problem) = problems.get(at) else {
                return update::sending::send_by_enter(model);
            };
            go_to(model, *problem);
        }
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
