//! Values and rules of the order desk. Pure: no I/O, no clock, no async, and of serde only the derives.

pub mod draft;
pub mod guest;
pub mod order;
pub mod shop;
pub mod value;

#[cfg(test)]
mod fuzz_tests;

#[cfg(test)]
pub mod testing;
