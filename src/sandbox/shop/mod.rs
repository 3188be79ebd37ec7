//! The shop that the sandbox plays: what it sells, who calls it, and the orders that come from its web shop. Knows no HTTP.

pub(super) mod callers;
pub(super) mod catalog;
pub(super) mod web_shop;
