//! Use cases that the terminal and the command line share. Names no adapter: it works through `ports`.

pub mod event;
