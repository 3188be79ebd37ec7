//! Values and rules of the order desk. Pure: no I/O, no clock, no async, and of serde only the derives.

pub mod article;
pub mod delivery;
pub mod draft;
pub mod field;
pub mod flow;
pub mod ids;
pub mod money;
pub mod order;
pub mod shop;
pub mod status;
pub mod text;
