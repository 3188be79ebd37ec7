//! From step to step of the shown draft, with the cursor where the hands expect it. Draws nothing.

use crate::{
    domain::draft::flow::Step,
    tui::{
        screens::form,
        state::{
            model::{Model, Screen},
            rows,
        },
    },
};

/// Goes to the next or the previous step.
pub fn step(model: &mut Model, forward: bool) {
    let Some(current) = model.slot().map(|slot| slot.draft().step) else { return };
    go_to_step(model, if forward { current.next() } else { current.previous() });
}

/// Goes back over the first field of a step: to the last one of the step before.
pub fn step_over_top(model: &mut Model) {
    step(model, false);
    if let Some(last) = model.slot().and_then(|slot| rows::rows(slot).len().checked_sub(1)) {
        form::cursor::focus(model, last);
    }
}

/// Goes to a step, with the cursor where the hands expect it: the field its order is typed into, or the search.
pub fn go_to_step(model: &mut Model, to: Step) {
    leave_field(model);
    let Some(slot) = model.slot_mut() else { return };
    slot.go(|draft| draft.step = to);
    let entry = rows::entry(slot);
    slot.go(|draft| draft.focus = entry);
    slot.items.in_cart = false;
    (slot.review_at, slot.review_top) = (0, 0);
    (slot.chosen, slot.entered) = (true, true);
    slot.cursor = match to {
        Step::Items => slot.draft().search.len(),
        _ => rows::focused(slot).map_or(0, |row| rows::value(slot, row).len()),
    };
}

/// What has to happen before the cursor leaves a field, whichever has it.
pub fn leave_field(model: &mut Model) {
    let step = model.slot().map(|slot| slot.draft().step);
    if model.screen == Screen::Draft && !matches!(step, None | Some(Step::Items | Step::Review)) {
        form::leave::leave(model);
    }
}
