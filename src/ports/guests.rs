//! What the desk keeps of its guests: found again by phone number among its own orders, and what the house notes about
//! them. No SQL crosses this border.

use async_trait::async_trait;
use jiff::Timestamp;

use super::JournalError;
use crate::domain::guest::PastOrder;

/// The guest book. A number is always its key, `domain::value::phone::phone_key`.
#[async_trait]
pub trait GuestBook: Send + Sync {
    /// The last orders of everybody who ordered with this number, those under another number of the same person among
    /// them. The newest first; bounded, whatever the number ordered.
    async fn past_orders(&self, number: &str) -> Result<Vec<PastOrder>, JournalError>;

    /// What is noted of any of these numbers: the first that has a note, and its note.
    async fn note(&self, numbers: &[String]) -> Result<Option<(String, String)>, JournalError>;

    /// Notes something of a number; an empty text removes the note.
    async fn keep_note(&self, number: &str, note: &str, at: Timestamp) -> Result<(), JournalError>;

    /// Removes the note of a number and returns it.
    async fn forget_note(&self, number: &str) -> Result<Option<String>, JournalError>;

    /// Removes notes written before an instant whose numbers no order holds any more; how many.
    async fn purge_notes(&self, before: Timestamp) -> Result<u64, JournalError>;

    /// Takes up some of the orders that the book does not know yet, the newest first, as seen from `country`. `false` when it
    /// knows all of them.
    async fn catch_up(&self, country: &str) -> Result<bool, JournalError>;
}

/// Keeps nothing and knows nobody: for a desk without a store of its own.
#[async_trait]
impl GuestBook for () {
    async fn past_orders(&self, _: &str) -> Result<Vec<PastOrder>, JournalError> {
        Ok(Vec::new())
    }

    async fn note(&self, _: &[String]) -> Result<Option<(String, String)>, JournalError> {
        Ok(None)
    }

    async fn keep_note(&self, _: &str, _: &str, _: Timestamp) -> Result<(), JournalError> {
        Err(JournalError::Unwritable("there is no guest book".into()))
    }

    async fn forget_note(&self, _: &str) -> Result<Option<String>, JournalError> {
        Ok(None)
    }

    async fn purge_notes(&self, _: Timestamp) -> Result<u64, JournalError> {
        Ok(0)
    }

    async fn catch_up(&self, _: &str) -> Result<bool, JournalError> {
        Ok(false)
    }
}
