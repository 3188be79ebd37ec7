//! The command line: one file a command, and the only place that prints. Names no adapter; `boot` hands it what it needs.

pub mod args;
pub mod exit;
pub mod help;
pub mod input;
pub mod out;
pub mod words;
