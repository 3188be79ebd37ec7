//! Whether an order is one that OktoPOS would take: its shape first, then what it says. Changes nothing.

pub(super) mod order;
pub(super) mod shape;
