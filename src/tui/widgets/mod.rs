//! Pieces of screens, drawn into a canvas. They read the model and know no state of their own.

pub mod canvas;
pub mod cart;
pub mod frame;
