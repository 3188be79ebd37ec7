//! From field to field, and over the first and the last one into the next step.

use crate::tui::{
    screens::{
        form::{cursor::focus, leave::leave},
        navigation,
    },
    state::{model::Model, rows::rows},
};

/// The next field; behind the last one the next step.
pub fn next(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let last = slot.draft().focus + 1 >= rows(slot).len();
    if last {
        leave(model);
        navigation::step(model, true);
    } else {
        step_focus(model, true);
    }
}

/// The field after or before; before the first one the step before.
pub fn step_focus(model: &mut Model, forward: bool) {
    let Some(slot) = model.slot() else { return };
    let at = slot.draft().focus;
    if forward {
        focus(model, at + 1);
    } else if at == 0 {
        leave(model);
        navigation::step_over_top(model);
    } else {
        focus(model, at - 1);
    }
}
