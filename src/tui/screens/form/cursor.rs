//! Puts the cursor into a row of the form; what it leaves is written out first.

use crate::tui::{
    screens::form::leave::leave,
    state::{
        model::Model,
        rows::{Row, focused, rows, value},
        slot::Slot,
    },
};

/// Puts the cursor into a row.
pub fn focus(model: &mut Model, at: usize) {
    leave(model);
    if let Some(slot) = model.slot_mut() {
        put_cursor(slot, at);
    }
}

/// Puts the cursor into a row without leaving another one.
pub fn put_cursor(slot: &mut Slot, at: usize) {
    slot.go(|draft| draft.focus = at);
    // The rows of tips unfold around the cursor, so the row is looked up once more.
    let count = rows(slot).len();
    slot.go(|draft| draft.focus = draft.focus.min(count.saturating_sub(1)));
    slot.cursor = focused(slot).map_or(0, |row| value(slot, row).len());
    (slot.chosen, slot.entered) = (true, true);
}

/// Puts the cursor into the row of a field, on the step that is shown.
pub fn focus_field(model: &mut Model, wanted: Row) {
    let Some(slot) = model.slot_mut() else { return };
    if !rows(slot).contains(&wanted) {
        slot.more = true;
    }
    let at = rows(slot).iter().position(|row| *row == wanted);
    focus(model, at.unwrap_or(0));
}
