//! The history of an order: what can happen to it, as it is recorded. Values only; nothing here is ever changed once written,
//! and nothing here decides what may happen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that happened to an order; never changed once written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Number, status, id or address that goes with it; may be empty.
    pub detail: String,
    /// What a server or a person said with it; may be empty. It may name the guest, and goes when the guest is forgotten.
    pub words: String,
}

/// What is about to be added to a history; the store knows the instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// What.
    pub kind: EventKind,
    /// `OrderEvent::detail`.
    pub detail: String,
    /// `OrderEvent::words`.
    pub words: String,
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Confirmed and recorded.
    Placed,
    /// Confirmed again after a rejection.
    Corrected,
    /// A person set another price for a line: `PriceNote` as a text.
    PriceChanged,
    /// An attempt to send it began.
    Attempt,
    /// The attempt did not leave; it waits again.
    Requeued,
    /// It may have arrived and is sent again all the same, because that does no harm; it waits again.
    Again,
    /// OktoPOS has it.
    Accepted,
    /// OktoPOS refused it.
    Rejected,
    /// Nobody knows whether OktoPOS has it.
    Unknown,
    /// It stood in the ready list.
    SeenReady,
    /// A person asked to send it again.
    Resent,
    /// A person said it arrived.
    Settled,
    /// A person took it back.
    Cancelled,
    /// A person said that it goes to another address.
    Readdressed,
    /// A person asked for a status.
    StatusRequested,
    /// OktoPOS has the status.
    StatusSet,
    /// OktoPOS refused the status.
    StatusRefused,
    /// A person gave up a status change, or took note that it was refused.
    StatusDropped,
    /// OktoPOS reported another status.
    StatusSeen,
    /// What concerns the guest was removed from it.
    Forgotten,
    /// A manager let something pass: `Pass` as a text.
    Overridden,
}

impl EventKind {
    /// Every kind, for texts and tests.
    pub const ALL: [Self; 21] = [
        Self::Placed,
        Self::Corrected,
        Self::PriceChanged,
        Self::Attempt,
        Self::Requeued,
        Self::Again,
        Self::Accepted,
        Self::Rejected,
        Self::Unknown,
        Self::SeenReady,
        Self::Resent,
        Self::Settled,
        Self::Cancelled,
        Self::Readdressed,
        Self::StatusRequested,
        Self::StatusSet,
        Self::StatusRefused,
        Self::StatusDropped,
        Self::StatusSeen,
        Self::Forgotten,
        Self::Overridden,
    ];

    /// Its word, in the journal and in the keys of its text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Corrected => "corrected",
            Self::PriceChanged => "price_changed",
            Self::Attempt => "attempt",
            Self::Requeued => "requeued",
            Self::Again => "again",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::SeenReady => "seen_ready",
            Self::Resent => "resent",
            Self::Settled => "settled",
            Self::Cancelled => "cancelled",
            Self::Readdressed => "readdressed",
            Self::StatusRequested => "status_requested",
            Self::StatusSet => "status_set",
            Self::StatusRefused => "status_refused",
            Self::StatusDropped => "status_dropped",
            Self::StatusSeen => "status_seen",
            Self::Forgotten => "forgotten",
            Self::Overridden => "overridden",
        }
    }

    /// Whether its words were typed here. Those may name a guest also where the order names none; what a server says cannot.
    pub fn is_typed(self) -> bool {
        self == Self::StatusRequested
    }
}

impl Noted {
    /// What happened, without anybody's words.
    pub fn plain(kind: EventKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), words: String::new() }
    }

    /// As it is recorded.
    pub fn at(self, at: Timestamp) -> OrderEvent {
        let Self { kind, detail, words } = self;
        OrderEvent { at, kind, detail, words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_an_event_is_the_one_the_journal_holds() {
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
    }
}
