//! The missed calls of the evening, the newest first: one key opens an order for one of them.

pub mod view;

use crate::tui::{
    input::key::Key,
    overlay::outcome::Outcome,
    state::{model::Model, overlay::lists::Missed},
};

/// Opens an order for the selected one.
pub fn accept(state: &Missed) -> Outcome {
    Outcome::CallBack(state.selected)
}

/// A digit opens an order for one of the first nine.
pub fn key(model: &Model, key: Key) -> Outcome {
    match key.typed().and_then(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok()) {
        Some(digit) if (1..=model.calls.missed().len()).contains(&digit) => Outcome::CallBack(digit - 1),
        Some(_) | None => Outcome::Stay,
    }
}
