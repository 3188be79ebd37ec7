//! One line of text for something on the screen: the comment or the price of a line, or what the house notes of a guest.

use crate::domain::draft::Line;

/// What is typed and which line it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricePrompt {
    /// The line of the cart.
    pub line: i64,
    /// What is typed.
    pub text: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}

impl PricePrompt {
    /// Asks for the price of a line.
    pub fn of(line: &Line) -> Self {
        Self { line: line.id, text: String::new(), cursor: 0 }
    }
}

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

/// What is noted of a guest, and whom it is about. For the house alone: no order holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotePrompt {
    /// The number the note is kept under: as it was typed, or another one of the same person.
    pub number: String,
    /// The note as it was known when the prompt was opened.
    pub before: String,
    /// What is typed.
    pub text: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}
