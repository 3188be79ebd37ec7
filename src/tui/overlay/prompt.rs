//! One line of text for something on the screen: the comment of a line of the cart, or what the house notes of a guest.

use crate::tui::{overlay::outcome::Outcome, state::overlay::prompt::Prompt};

/// Takes the text over.
pub fn accept(prompt: &Prompt) -> Outcome {
    Outcome::Comment { line: prompt.line, text: prompt.text.clone(), warning: None }
}
