//! The open drafts, one a row: who, what, total, age and step. Changes nothing but which one is shown.

pub mod view;

use crate::tui::{
    input::key::Key,
    overlay::outcome::Outcome,
    state::{model::Model, overlay::lists::Drafts},
};

/// Shows the selected one.
pub fn accept(state: &Drafts) -> Outcome {
    Outcome::Draft(state.selected)
}

/// A digit shows one of the first nine; the key that opened the list leads on to the next one.
pub fn key(model: &Model, key: Key) -> Outcome {
    match key.typed().and_then(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok()) {
        Some(digit) if (1..=model.slots.len()).contains(&digit) => Outcome::Draft(digit - 1),
        Some(_) | None => Outcome::Stay,
    }
}
