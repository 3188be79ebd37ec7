//! What the desk keeps of its guests: found again by phone number among its own orders, and what the house notes about
//! them. No SQL crosses this border.

use async_trait::async_trait;
use jiff::Timestamp;

use super::JournalError;
use crate::domain::{
    guest::{GuestKeys, PastOrder},
    order::Customer,
    value::ids::OrderId,
};

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

    /// Takes over guests from a file, all of them or none. Each has a number; one of the same number and person is replaced.
    async fn import(&self, guests: &[(GuestKeys, Customer)], at: Timestamp) -> Result<(), JournalError>;

    /// The guests of this number that came from a file; bounded.
    async fn imported(&self, number: &str) -> Result<Vec<Customer>, JournalError>;

    /// Removes the guests of a number that came from a file, and returns them.
    async fn forget_imported(&self, number: &str) -> Result<Vec<Customer>, JournalError>;

    /// Removes guests that came from a file before an instant and whose numbers no order holds; how many.
    async fn purge_imported(&self, before: Timestamp) -> Result<u64, JournalError>;

    /// Some of the orders whose guest nobody can find yet because they were recorded without keys, the newest first. Empty when
    /// there is none.
    async fn without_keys(&self) -> Result<Vec<(OrderId, Option<Customer>)>, JournalError>;

    /// What the guests of these orders are found by; `without_keys` does not name them again. One that was forgotten meanwhile
    /// stays forgotten.
    async fn put_keys(&self, keys: &[(OrderId, GuestKeys)]) -> Result<(), JournalError>;
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

    async fn without_keys(&self) -> Result<Vec<(OrderId, Option<Customer>)>, JournalError> {
        Ok(Vec::new())
    }

    async fn put_keys(&self, _: &[(OrderId, GuestKeys)]) -> Result<(), JournalError> {
        Ok(())
    }

    async fn import(&self, _: &[(GuestKeys, Customer)], _: Timestamp) -> Result<(), JournalError> {
        Err(JournalError::Unwritable("there is no guest book".into()))
    }

    async fn imported(&self, _: &str) -> Result<Vec<Customer>, JournalError> {
        Ok(Vec::new())
    }

    async fn forget_imported(&self, _: &str) -> Result<Vec<Customer>, JournalError> {
        Ok(Vec::new())
    }

    async fn purge_imported(&self, _: Timestamp) -> Result<u64, JournalError> {
        Ok(0)
    }
}
