//! The journal's adapters: the durable store behind `ports::Journal`. Knows no HTTP and no screen.

pub mod lock;
