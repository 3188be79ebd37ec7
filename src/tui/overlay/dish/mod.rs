//! What is asked about a dish: its options, its extras, and for how many of it an extra is.

pub mod extras;
pub mod options;
pub mod share;
