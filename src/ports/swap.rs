//! Writing several drafts as one step: a bill that is split, or put together again.

use async_trait::async_trait;

use super::JournalError;
use crate::domain::{
    draft::Draft,
    ids::{DeskId, OrderId},
};

/// Drafts that take the place of others.
#[async_trait]
pub trait DraftSwap: Send + Sync {
    /// Writes all of `put` over their last state and forgets all of `gone`: everything or nothing. Refused as
    /// `Journal::save_draft` and `Journal::discard_draft` refuse, for whichever of them is refused first.
    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId], desk: &DeskId) -> Result<(), JournalError>;
}
