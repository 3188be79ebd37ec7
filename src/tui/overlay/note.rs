//! One line of text about a guest, for the house alone: no order holds it.

use crate::tui::input::{edit, key::Key};

/// What is typed and whom it is about.
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

/// Types into the text.
pub fn key(prompt: &mut NotePrompt, key: Key) {
    edit::key(&mut prompt.text, &mut prompt.cursor, key);
}

/// Pastes into the text; a line end in it does not accept.
pub fn paste(prompt: &mut NotePrompt, pasted: &str) {
    edit::insert(&mut prompt.text, &mut prompt.cursor, pasted);
}
