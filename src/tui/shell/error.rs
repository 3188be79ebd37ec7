//! Why the desk's screen can end badly, and what that means for what was typed.

use std::io;

use crate::tui::input::keymap::KeymapError;

/// Why the desk's screen ended badly.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The terminal cannot be used. Nothing was lost: what was typed is in the journal.
    #[error("terminal: {0}")]
    Terminal(#[from] io::Error),
    /// A setting under `[keys]` is wrong.
    #[error(transparent)]
    Keys(#[from] KeymapError),
    /// `shop.time_zone` is not known on this machine.
    #[error("shop.time_zone: {0}")]
    Zone(#[from] jiff::Error),
    /// A part of the program panicked: there, and why if that can hold nobody's data.
    #[error("panic at {0}")]
    Broken(String),
    /// The last changes of drafts could not be written.
    #[error("the last changes were not written to the journal")]
    Unwritten,
}
