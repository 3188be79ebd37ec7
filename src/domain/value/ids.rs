//! Identifiers that keep an order the same order everywhere. Makes none: new ones come through `ports::Ids`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// OktoPOS's `orderId`: our own id of an order, fixed when its draft is opened and never changed.
///
/// The desk makes UUIDv7 strings; a file given to `send` may hold any non-empty string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(pub String);

impl OrderId {
    /// The id as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last six characters: enough to tell two orders apart in a message.
    pub fn short(&self) -> &str {
        let cut = self.0.char_indices().rev().nth(5).map_or(0, |(at, _)| at);
        &self.0[cut..]
    }
}

/// Whether a text looks like an id the desk makes, a UUID: nothing a person types, and nothing to be read out.
pub fn is_made(text: &str) -> bool {
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    text.len() == 36 && text.char_indices().all(|(at, c)| if is_dash(at) { c == '-' } else { c.is_ascii_hexdigit() })
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A running desk: made when its program starts, and no other run ever has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeskId(pub String);

impl DeskId {
    /// The id as the journal keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which confirmation of an order this is. It grows each time the order is queued to be created, so that whoever made
/// something of an order can tell whether it is still the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub i64);

/// OktoPOS's `internalId`: the id OktoPOS gave an order when it accepted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InternalId(pub i64);

impl fmt::Display for InternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_keeps_whole_characters() {
        assert_eq!(OrderId("abcdefgh".into()).short(), "cdefgh");
        assert_eq!(OrderId("äö".into()).short(), "äö");
    }

    #[test]
    fn what_the_desk_makes_is_told_from_what_a_person_types() {
        assert!(is_made("01a21655-7c3e-7b11-9f00-0123456789ab"));
        for typed in ["party", "", "01a21655-7c3e-7b11-9f00-0123456789aX", "äääääääääääääääääääääääääääääääääääz"]
        {
            assert!(!is_made(typed), "{typed}");
        }
    }
}
