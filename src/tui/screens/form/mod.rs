//! The steps with typed fields: guest, place, tip, payment.

pub mod act;
pub mod choice;
pub mod cursor;
pub mod leave;
pub mod next;
pub mod order_type;
pub mod problems;
pub mod view;
pub mod write;
