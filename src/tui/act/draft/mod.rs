//! What is done to a draft as a whole: opened, sent, split, taken back, given to another desk.

pub mod away;
pub mod bill;
pub mod open;
pub mod sending;
pub mod swap;
pub mod undo;
