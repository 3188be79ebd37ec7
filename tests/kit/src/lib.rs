//! What the tests of the library and those of the program share. Knows nothing of the library, so that both can use it.

pub mod hostile;
pub mod planted;
pub mod splitmix;
