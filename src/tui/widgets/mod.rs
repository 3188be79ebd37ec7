//! Pieces of screens that know nothing of the model: what they draw is passed in.

pub mod canvas;
