//! Values and rules of the order desk. Pure: no I/O, no clock, no async, and of serde only the derives.

pub mod again;
pub mod area;
pub mod article;
pub mod assortment;
pub mod barcode;
pub mod cart;
pub mod channels;
pub mod customer;
pub mod deal;
pub mod delivery;
pub mod draft;
pub mod due;
pub mod exact;
pub mod field;
pub mod finish;
pub mod flow;
pub mod form;
pub mod guest;
pub mod house;
pub mod ids;
pub mod menu;
pub mod money;
pub mod order;
pub mod phone;
pub mod price;
pub mod privacy;
pub mod problem;
pub mod promise;
pub mod quick;
pub mod reason;
pub mod reopen;
pub mod round;
pub mod shop;
pub mod split;
pub mod status;
pub mod stock;
pub mod terms;
pub mod text;
pub mod tip;
pub mod undo;

#[cfg(test)]
mod fuzz_tests;

#[cfg(test)]
pub mod testing;
