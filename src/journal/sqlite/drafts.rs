//! Drafts: written whole at every change. What is in them is not looked at.

use sqlx::Row;

use super::{SqliteJournal, error::journal_error, rows::parse};
use crate::{
    chaos,
    domain::{draft::Draft, ids::OrderId},
    ports::JournalError,
};

pub(super) const SAVE: &str = "INSERT INTO drafts (order_id, opened_at, json) VALUES (?1, ?2, ?3) \
    ON CONFLICT (order_id) DO UPDATE SET opened_at = excluded.opened_at, json = excluded.json";

impl SqliteJournal {
    pub(super) async fn put_draft(&self, draft: &Draft) -> Result<(), JournalError> {
        let json = json(draft)?;
        let mut hold = self.write().await?;
        chaos::point("draft.before_save");
        sqlx::query(SAVE)
            .bind(draft.order_id.as_str())
            .bind(draft.opened_at.as_microsecond())
            .bind(json)
            .execute(hold.conn())
            .await
            .map_err(journal_error)?;
        chaos::point("draft.after_save");
        hold.done();
        Ok(())
    }

    pub(super) async fn all_drafts(&self) -> Result<Vec<Draft>, JournalError> {
        let mut hold = self.read().await?;
        let rows = sqlx::query("SELECT order_id, json FROM drafts ORDER BY opened_at, order_id")
            .fetch_all(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        rows.iter()
            .map(|row| {
                let json: &str = row.try_get(1).map_err(journal_error)?;
                let id: &str = row.try_get(0).map_err(journal_error)?;
                parse(&format!("draft {id}"), json)
            })
            .collect()
    }

    pub(super) async fn remove_draft(&self, id: &OrderId) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        sqlx::query("DELETE FROM drafts WHERE order_id = ?1")
            .bind(id.as_str())
            .execute(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        Ok(())
    }
}

/// A draft as it is kept.
pub(super) fn json(draft: &Draft) -> Result<String, JournalError> {
    serde_json::to_string(draft)
        .map_err(|error| JournalError::Unwritable(format!("the draft cannot be written: {error}")))
}
