//! Keys and what is typed, as values: which key, which command it means, what it does to a text, whether it is held or scanned.
//! Pure; the terminal is read in `tui::shell::input`.

pub mod command;
pub mod edit;
pub mod key;
pub mod keymap;
pub mod rhythm;
pub mod scan;
pub mod target;
