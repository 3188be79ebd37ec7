//! The statuses that may follow for an order, what cancels one, and what is typed as the reason.

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
    /// What may follow.
    pub offers: Vec<StatusOffer>,
    /// The status that cancels it, if one does.
    pub cancel: Option<String>,
    /// The selected one.
    pub selected: usize,
    /// Whether typing goes into the reason.
    pub in_reason: bool,
    /// The reason.
    pub reason: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}

/// A status that may follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusOffer {
    /// OktoPOS's word.
    pub token: String,
    /// As it is shown.
    pub label: String,
    /// The letter that sets it, always the same.
    pub letter: Option<char>,
}

impl StatusMenu {
    /// Asks for the next status.
    pub fn new(target: StatusTarget, about: Clean, offers: Vec<StatusOffer>, cancel: Option<String>) -> Self {
        Self { target, about, offers, cancel, selected: 0, in_reason: false, reason: String::new(), cursor: 0 }
    }
}

/// An order that is about to be cancelled: it wants a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelMenu {
    /// Whose status.
    pub target: StatusTarget,
    /// What is shown of the order.
    pub about: Clean,
    /// OktoPOS's word for it.
    pub status: String,
    /// Ready-made reasons.
    pub reasons: Vec<String>,
    /// The chosen one; none at first, so that no Enter cancels anything by itself.
    pub selected: Option<usize>,
    /// A reason that is typed; it counts before a chosen one.
    pub text: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}

impl CancelMenu {
    /// Asks for a reason.
    pub fn new(target: StatusTarget, about: Clean, status: String, reasons: Vec<String>) -> Self {
        Self { target, about, status, reasons, selected: None, text: String::new(), cursor: 0 }
    }

    /// The reason, as far as there is one.
    pub fn reason(&self) -> Option<&str> {
        let typed = Some(self.text.trim()).filter(|text| !text.is_empty());
        typed.or_else(|| self.reasons.get(self.selected?).map(String::as_str))
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
