//! What is said of the things on the screen, in words: reads the model, changes nothing and draws nothing. `crate::words` says what both
//! frontends say.

pub mod articles;
pub mod drafts;
pub mod guests;
pub mod head;
pub mod line;
pub mod lines;
pub mod orders;
pub mod tables;
pub mod terms;
