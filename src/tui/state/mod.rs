//! What the terminal knows while it runs: data only. It changes in `update`, and nothing here draws or waits.

pub mod ids;
pub mod model;
pub mod slot;
