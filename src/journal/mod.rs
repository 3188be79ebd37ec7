//! The journal's adapters: where drafts, orders, events, the outbox and articles are kept. Decides nothing about orders
//! beyond what `ports::journal` promises, and knows neither HTTP nor a frontend.

pub mod desks;
mod face;
#[cfg(test)]
mod fuzz_tests;
pub mod lock;
mod memory;
mod packed;
mod salvage;
mod sqlite;

pub use memory::MemoryJournal;
pub use sqlite::{Exported, NAME, Restored, SqliteJournal, backup, export, restore};
