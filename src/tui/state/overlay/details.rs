//! One order that is shown whole: which one, and how far it is scrolled.

use crate::{desk::live::LiveRow, ports::journal::OrderRecord};

/// What is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// The order.
    pub subject: Subject,
    /// First line shown.
    pub scroll: usize,
}

/// An order of ours or of another system.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// From the journal.
    Ours(Box<OrderRecord>),
    /// From the ready list.
    Foreign(Box<LiveRow>),
}
