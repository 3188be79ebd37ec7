//! The steps of taking an order and their sequence.

use serde::{Deserialize, Serialize};

/// One step of the draft. Any step can be visited at any time; the sequence is what F8 follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Articles and the cart.
    #[default]
    Items,
    /// Who orders.
    Customer,
    /// Table and seat, or when and where to.
    Place,
    /// Tips.
    Tip,
    /// How it is paid.
    Payment,
    /// Read back and send.
    Review,
}

impl Step {
    /// Every step in sequence.
    pub const ALL: [Self; 6] = [Self::Items, Self::Customer, Self::Place, Self::Tip, Self::Payment, Self::Review];

    /// The step after this one; the last stays.
    pub fn next(self) -> Self {
        Self::ALL[(self.index() + 1).min(Self::ALL.len() - 1)]
    }

    /// The step before this one; the first stays.
    pub fn previous(self) -> Self {
        Self::ALL[self.index().saturating_sub(1)]
    }

    /// Position in the sequence, from 0.
    pub fn index(self) -> usize {
        self as usize
    }
}
