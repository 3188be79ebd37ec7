//! What the terminal knows while it runs: data only. It changes in `update`, and nothing here draws or waits.

pub mod caller;
pub mod calls;
pub mod contexts;
pub mod ids;
pub mod model;
pub mod orders;
pub mod overlay;
pub mod rows;
pub mod scan;
pub mod slot;
