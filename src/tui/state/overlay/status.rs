//! The statuses that may follow for an order, and what is typed as the reason.

use crate::domain::value::{
    ids::{InternalId, OrderId},
    text::Clean,
};

/// The statuses that may follow and what is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMenu {
    /// Whose status.
    pub target: StatusTarget,
    /// What is shown of the order.
    pub about: Clean,
    /// Token and label of what may follow.
    pub offers: Vec<(String, String)>,
    /// The selected one.
    pub selected: usize,
    /// Whether typing goes into the reason.
    pub in_reason: bool,
    /// The reason.
    pub reason: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}

impl StatusMenu {
    /// Asks for the next status.
    pub fn new(target: StatusTarget, about: Clean, offers: Vec<(String, String)>) -> Self {
        Self { target, about, offers, selected: 0, in_reason: false, reason: String::new(), cursor: 0 }
    }
}

/// Whose status is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusTarget {
    /// An order of our journal.
    Ours(OrderId),
    /// Another system's, by OktoPOS's id.
    Foreign(InternalId),
}
