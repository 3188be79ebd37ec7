//! Asks before something is done that cannot be undone, and asks again when the language changed.

use crate::tui::{
    overlay::confirm,
    state::{
        model::Model,
        overlay::{Overlay, confirm::Question},
    },
};

/// Asks before it is done.
pub fn ask(model: &mut Model, question: Question, about: String) {
    model.overlay = Some(Overlay::Confirm(confirm::asked(model, question, about)));
}
