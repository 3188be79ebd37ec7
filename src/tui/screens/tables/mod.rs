//! Tables: what is open at one, and its new round.

pub mod act;
pub mod view;
