//! The known caller: who was found under a number, and their last order.

pub mod act;
pub mod view;
