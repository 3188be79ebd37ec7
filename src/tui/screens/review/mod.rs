//! The review: everything on one page as it is read back to a caller, and what is missing with the way to it.

pub mod act;
pub mod content;
pub mod page;
pub mod view;
