//! The review: everything on one page as it is read back to a caller, and what is missing with the way to it.

use crate::{
    domain::draft::problem::{Problem, Spot},
    tui::{
        input::command::ReviewCommand,
        screens::{form, navigation, review},
        state::{
            model::Model,
            rows::{Row, TipPart},
        },
        widgets::areas,
    },
};

/// What a command of the review leaves to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing more.
    Nothing,
    /// Nothing is missing: the order is sent.
    Sent,
}

/// Does a command of the review. Down goes from point to point and then on through the lines, up the same way back.
pub fn command(model: &mut Model, command: ReviewCommand) -> Wanted {
    let problems = model.problems();
    let Some(slot) = model.slot() else { return Wanted::Nothing };
    let page = review::content::page(model, slot, problems.len(), areas::body(model.size));
    // One row of the page before stays, so that the eye finds its place again.
    let (by, furthest) = (page.seen().saturating_sub(1).max(1), page.furthest());
    let last = problems.len().saturating_sub(1);
    let Some(slot) = model.slot_mut() else { return Wanted::Nothing };
    let (at, top) = (slot.review_at.min(last), slot.review_top.min(furthest));
    match command {
        ReviewCommand::ReviewDown if at < last => slot.review_at = at + 1,
        ReviewCommand::ReviewDown => slot.review_top = (top + 1).min(furthest),
        ReviewCommand::ReviewUp if top > 0 => slot.review_top = top - 1,
        ReviewCommand::ReviewUp => slot.review_at = at.saturating_sub(1),
        ReviewCommand::ReviewPageDown => slot.review_top = (top + by).min(furthest),
        // Whoever pages up once too often is still reading.
        ReviewCommand::ReviewPageUp if furthest > 0 => slot.review_top = top.saturating_sub(by),
        ReviewCommand::ReviewPageUp => navigation::step(model, false),
        ReviewCommand::ReviewFirst => slot.review_top = 0,
        ReviewCommand::ReviewLast => slot.review_top = furthest,
        // Which line is read back next follows from the lines that were.
        ReviewCommand::ReviewTick => slot.ticked = (slot.ticked + 1).min(slot.draft().ordered().count()),
        ReviewCommand::ReviewUntick => slot.ticked = slot.ticked.saturating_sub(1),
        ReviewCommand::ReviewMend => {
            let Some(problem) = problems.get(at) else {
                return Wanted::Sent;
            };
            go_to(model, *problem);
        }
    }
    Wanted::Nothing
}

/// Goes where a problem is mended, with the cursor in the right field.
pub fn go_to(model: &mut Model, problem: Problem) {
    navigation::go_to_step(model, problem.spot.step());
    match problem.spot {
        Spot::Field(field) => form::cursor::focus_field(model, Row::Field(field)),
        Spot::OrderType => form::cursor::focus_field(model, Row::OrderType),
        Spot::Tip(at) => form::cursor::focus_field(model, Row::Tip(at, TipPart::Entry)),
        Spot::TipUser(at) => form::cursor::focus_field(model, Row::Tip(at, TipPart::User)),
        Spot::Line(id) => {
            if let Some(slot) = model.slot_mut() {
                slot.items.line = Some(id);
                slot.items.in_cart = true;
            }
        }
        Spot::Cart => {}
    }
}
