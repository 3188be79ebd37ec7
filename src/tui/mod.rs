//! The terminal frontend: one model, one message queue, one update that returns effects as data, one view.

pub mod calls;
pub mod command;
pub mod edit;
pub mod effect;
pub mod input;
pub mod key;
pub mod keymap;
pub mod model;
pub mod msg;
pub mod overlay;
pub mod rhythm;
pub mod run;
pub mod runner;
pub mod scan;
pub mod screens;
pub mod slot;
pub mod terminal;
#[cfg(test)]
pub mod testing;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;

#[cfg(test)]
mod by_keys;
#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod snapshot_tests;
