//! What a place of the screen means when it is clicked. Data only.

use crate::tui::input::command::Command;

/// What a place of the screen means when it is clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A command, as if its key was pressed.
    Command(Command),
    /// A row of the screen's or the overlay's list.
    Row(usize),
    /// A line of the cart.
    CartLine(i64),
    /// A field of a form.
    FormRow(usize),
}
