//! Pieces of screens that know nothing of the model: what they draw is passed in.

pub mod areas;
pub mod canvas;
pub mod theme;
pub mod window;
pub mod wrap;
