//! Composition root: the only place that names concrete adapters.

mod clock;
mod log;
