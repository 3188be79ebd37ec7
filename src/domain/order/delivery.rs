//! Where an order stands between the desk and OktoPOS. Says nothing of its status in the house.

use serde::{Deserialize, Serialize};

use crate::domain::value::ids::InternalId;

/// How far an order has come on its way to OktoPOS. Holds only what is valid in that state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "state")]
pub enum Delivery {
    /// Recorded, waits to be sent.
    Queued,
    /// An attempt is under way; a program that starts and finds this treats it as unknown.
    Sending,
    /// OktoPOS has it. Without an id where a person or the ready list said so.
    Accepted {
        /// The id OktoPOS gave it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        internal_id: Option<InternalId>,
    },
    /// OktoPOS refused it; never sent again as it is.
    Rejected {
        /// The server's text, cleaned.
        reason: String,
    },
    /// It may or may not have arrived: a person or the ready list decides.
    Unknown {
        /// What was seen, for the person who decides.
        reason: String,
    },
    /// Taken back before it was sent.
    Cancelled,
}

impl Delivery {
    /// The word used on the command line and in the journal's column.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Unknown { .. } => "unknown",
            Self::Cancelled => "cancelled",
        }
    }

    /// Every word `word` can return, in the order of an order's life.
    pub const WORDS: [&'static str; 6] = ["queued", "sending", "accepted", "rejected", "unknown", "cancelled"];

    /// Whether a person has to do something.
    pub fn needs_person(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::Unknown { .. })
    }

    /// Whether the outbox still works on it.
    pub fn waits(&self) -> bool {
        matches!(self, Self::Queued | Self::Sending)
    }

    /// The id OktoPOS gave it, once known.
    pub fn internal_id(&self) -> Option<InternalId> {
        match self {
            Self::Accepted { internal_id } => *internal_id,
            _ => None,
        }
    }

    /// What a person is told beside it.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Rejected { reason } | Self::Unknown { reason } => Some(reason),
            _ => None,
        }
    }
}
