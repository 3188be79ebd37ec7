//! Values and rules of the order desk. Pure: no I/O, no clock, no async, and of serde only the derives.

pub mod article;
pub mod assortment;
pub mod cart;
pub mod customer;
pub mod delivery;
pub mod draft;
pub mod field;
pub mod finish;
pub mod flow;
pub mod house;
pub mod ids;
pub mod menu;
pub mod money;
pub mod order;
pub mod phone;
pub mod place;
pub mod privacy;
pub mod problem;
pub mod quick;
pub mod reason;
pub mod reopen;
pub mod round;
pub mod shop;
pub mod split;
pub mod status;
pub mod text;
pub mod tip;
pub mod undo;

#[cfg(test)]
mod fuzz_tests;

#[cfg(test)]
pub mod testing;
