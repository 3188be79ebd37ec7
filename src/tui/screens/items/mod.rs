//! The item step: search as you type, add, and the cart beside it.

pub mod act;
pub mod deals;
pub mod line;
pub mod lines;
pub mod prices;
pub mod say;
pub mod search;
pub mod sold_out;
pub mod view;
