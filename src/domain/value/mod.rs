//! Small values that stand for one thing each, and how they are read and written. They know no order and no shop.

pub mod barcode;
pub mod due;
pub mod exact;
pub mod ids;
pub mod moment;
pub mod money;
pub mod phone;
pub mod reason;
pub mod street;
pub mod text;
pub mod tip;
