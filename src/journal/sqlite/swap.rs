//! Several drafts at once: the parts of a bill instead of the whole, or the whole instead of its parts.

use async_trait::async_trait;

use super::{
    SqliteJournal,
    drafts::{SAVE, json},
    error::journal_error,
};
use crate::{
    chaos,
    domain::{draft::Draft, ids::OrderId},
    ports::{JournalError, swap::DraftSwap},
};

#[async_trait]
impl DraftSwap for SqliteJournal {
    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId]) -> Result<(), JournalError> {
        let written: Vec<(&Draft, String)> =
            put.iter().map(|draft| Ok((draft, json(draft)?))).collect::<Result<_, JournalError>>()?;
        let mut hold = self.write().await?;
        // A connection that is dropped with this open is closed, and SQLite takes all of it back.
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        for id in gone {
            let delete = sqlx::query("DELETE FROM drafts WHERE order_id = ?1").bind(id.as_str());
            delete.execute(hold.conn()).await.map_err(journal_error)?;
        }
        for (draft, json) in written {
            let save = sqlx::query(SAVE).bind(draft.order_id.as_str()).bind(draft.opened_at.as_microsecond());
            save.bind(json).execute(hold.conn()).await.map_err(journal_error)?;
        }
        chaos::point("split.before_commit");
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("split.after_commit");
        hold.done();
        Ok(())
    }
}
