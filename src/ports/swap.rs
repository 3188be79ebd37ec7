//! Writing several drafts as one step: a bill that is split, or put together again.

use async_trait::async_trait;

use super::JournalError;
use crate::domain::{draft::Draft, ids::OrderId};

/// Drafts that take the place of others.
#[async_trait]
pub trait DraftSwap: Send + Sync {
    /// Writes all of `put` over their last state and forgets all of `gone`: everything or nothing.
    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId]) -> Result<(), JournalError>;
}
