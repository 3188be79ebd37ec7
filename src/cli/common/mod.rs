//! What every command of the line needs: its context, its exit code, its two outputs and what is read from files.

pub mod context;
pub mod encoding;
pub mod exit;
pub mod follow;
pub mod import;
pub mod input;
pub mod out;
pub mod table;
