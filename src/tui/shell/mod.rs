//! The only part of the terminal that meets the operating system: the loop, what effects start, and the screen's modes.

pub mod error;
pub mod input;
pub mod run;
pub mod runner;
pub mod terminal;
