//! What the terminal sent, as data: a message, or something the shell deals with itself.

use std::time::Duration;

use crate::tui::{input::key::Key, msg::Msg};

/// What the terminal sent, or became of the program in it. Times count from the start of the desk.
#[derive(Debug)]
pub enum Input {
    /// Something for the model.
    Msg(Msg),
    /// A key, and when it was read.
    Key {
        /// Which.
        key: Key,
        /// When.
        at: Duration,
    },
    /// A click: what it means depends on what was drawn there.
    Click {
        /// Column from 0.
        column: u16,
        /// Row from 0.
        row: u16,
        /// When.
        at: Duration,
    },
    /// The terminal answered a question.
    TerminalAnswer(TerminalAnswer),
    /// The window has another size, or had one.
    Resized,
    /// The program was stopped and goes on: whoever had the terminal meanwhile may have left it in any state.
    Continued,
    /// The program is asked to stop, as job control does it.
    Suspend,
    /// The terminal cannot be read any more.
    Lost(String),
}

/// What the terminal says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalAnswer {
    /// Whether it shows a frame at once if it is told where one begins and ends (mode 2026).
    Synchronized(bool),
    /// It tells keys apart that look the same elsewhere (the kitty keyboard protocol).
    Kitty,
    /// What every terminal answers: what it has not answered before that it will not answer.
    All,
}
