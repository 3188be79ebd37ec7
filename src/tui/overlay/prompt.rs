//! One line of text for something on the screen: the comment of a line.

use crate::{
    domain::draft::Line,
    tui::{
        input::{edit, key::Key},
        overlay::Outcome,
    },
};

/// What is typed and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The line of the cart whose comment this is.
    pub line: i64,
    /// The line's article.
    pub about: String,
    /// What is typed.
    pub text: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}

impl Prompt {
    /// Asks for the comment of a line, beginning with the one it has.
    pub fn comment(line: &Line) -> Self {
        Self {
            line: line.id,
            about: line.article.name.to_string(),
            text: line.comment.clone(),
            cursor: line.comment.len(),
        }
    }
}

/// Takes the text over.
pub fn accept(prompt: &Prompt) -> Outcome {
    Outcome::Comment { line: prompt.line, text: prompt.text.clone(), warning: None }
}

/// Types into the text.
pub fn key(prompt: &mut Prompt, key: Key) {
    edit::key(&mut prompt.text, &mut prompt.cursor, key);
}

/// Pastes into the text; a line end in it does not accept.
pub fn paste(prompt: &mut Prompt, pasted: &str) {
    edit::insert(&mut prompt.text, &mut prompt.cursor, pasted);
}
