//! What the journal is told about guests who are to be forgotten, and what it answers. Decides nothing.

use jiff::Timestamp;

use crate::domain::{
    order::{Customer, delivery::Delivery},
    value::ids::OrderId,
};

/// Whose guests are to be forgotten. Only orders that are over: cancelled, or accepted with one of `over` as their status,
/// and without a status change under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forget {
    /// Only orders that last changed before this instant.
    pub before: Timestamp,
    /// Statuses with which an accepted order is over; `None` for any, because a person says so.
    pub over: Option<Vec<String>>,
    /// Only these orders; `None` for all.
    pub only: Option<Vec<OrderId>>,
    /// Where to go on: `Forgotten::next` of the call before, 0 at first.
    pub after: i64,
    /// Orders to look at in this call, so that nobody waits long for it.
    pub look_at: u32,
}

/// What one call of `Journal::forget` came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Orders whose guest was removed.
    pub orders: Vec<OrderId>,
    /// Where to go on, if there may be more.
    pub next: Option<i64>,
}

/// An order that still holds its guest.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestOrder {
    /// For reading on.
    pub cursor: i64,
    /// Ours.
    pub order_id: OrderId,
    /// Between the desk and OktoPOS.
    pub delivery: Delivery,
    /// OktoPOS's word.
    pub status: Option<String>,
    /// Whether a status change is under way.
    pub is_changing: bool,
    /// The guest.
    pub customer: Customer,
}
