//! From a key to what it does: pressed, told from a scan, resolved, done.

pub mod dispatch;
pub mod list_shown;
pub mod pointer;
pub mod press;
pub mod scanning;
pub mod window_open;
