//! What is asked before a dish or an extra is added.

use crate::{
    desk::counter::{ExtraWish, LinePlan, Questions},
    tui::state::overlay::lists::ExtrasPicker,
};

/// The questions as they are shown.
#[derive(Debug, Clone)]
pub struct Options {
    /// What is asked, and what is chosen.
    pub questions: Questions,
    /// The selected choice.
    pub selected: usize,
    /// What was typed for the next article already: the search begins with it.
    pub ahead: String,
    /// The line that the dish is a part of; without it the dish is added by itself.
    pub line: Option<Box<LinePlan>>,
}

impl Options {
    /// The first question.
    pub fn new(questions: Questions) -> Self {
        Self { questions, selected: 0, ahead: String::new(), line: None }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Share {
    /// The extra and its dish.
    pub wish: ExtraWish,
    /// The list of extras it was chosen from, to go back to; without it, it was typed in the search.
    pub back: Option<ExtrasPicker>,
    /// What was typed for the next article already.
    pub ahead: String,
}
