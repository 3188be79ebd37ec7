//! The terminal frontend: one model, one message queue, one update that returns effects as data, one view.

pub mod act;
pub mod effect;
pub mod input;
pub mod msg;
mod overlay;
mod screens;
pub(crate) mod shell;
pub mod state;
pub mod view;
pub mod widgets;
mod wording;

#[cfg(test)]
pub mod testing;

#[cfg(test)]
mod by_keys;

#[cfg(test)]
mod fuzz_tests;

#[cfg(test)]
mod snapshot_tests;
