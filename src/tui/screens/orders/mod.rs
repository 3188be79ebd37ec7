//! The live list: every open order, what it needs, and what a person decides about it.

pub mod act;
pub mod answers;
pub mod beside;
pub mod correct;
pub mod decide;
pub mod filters;
pub mod groups;
pub mod list;
pub mod more;
pub mod news;
pub mod status;
pub mod view;
