//! Short texts of the desk under a name, beside the journal's own in `meta`. What they mean is not known here.

use super::{SqliteJournal, error::journal_error};
use crate::ports::JournalError;

/// Keeps the desk's names apart from the journal's.
const PREFIX: &str = "kept.";

impl SqliteJournal {
    pub(super) async fn put_text(&self, name: &str, text: &str) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")
            .bind(format!("{PREFIX}{name}"))
            .bind(text)
            .execute(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        Ok(())
    }

    pub(super) async fn text(&self, name: &str) -> Result<Option<String>, JournalError> {
        let mut hold = self.read().await?;
        let text = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?1")
            .bind(format!("{PREFIX}{name}"))
            .fetch_optional(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        Ok(text)
    }
}
