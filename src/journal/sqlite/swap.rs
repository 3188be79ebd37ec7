//! Several drafts at once: the parts of a bill instead of the whole, or the whole instead of its parts.

use sqlx::SqliteConnection;

use super::{
    SqliteJournal,
    drafts::{discard, json, save},
    error::journal_error,
};
use crate::{
    chaos,
    domain::{
        draft::Draft,
        value::ids::{DeskId, OrderId},
    },
    ports::JournalError,
};

impl SqliteJournal {
    pub(super) async fn exchange_drafts(
        &self,
        put: &[Draft],
        gone: &[OrderId],
        desk: &DeskId,
    ) -> Result<(), JournalError> {
        let written: Vec<(&Draft, String)> =
            put.iter().map(|draft| Ok((draft, json(draft)?))).collect::<Result<_, JournalError>>()?;
        let mut hold = self.write().await?;
        // A connection that is dropped with this open is closed, and SQLite takes all of it back.
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        if let Err(why) = replace(hold.conn(), &written, gone, desk).await {
            return Err(hold.refuse(why).await);
        }
        chaos::point("split.before_commit");
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("split.after_commit");
        hold.done();
        Ok(())
    }
}

async fn replace(
    conn: &mut SqliteConnection,
    put: &[(&Draft, String)],
    gone: &[OrderId],
    desk: &DeskId,
) -> Result<(), JournalError> {
    for id in gone {
        discard(conn, id, desk).await?;
    }
    for (draft, json) in put {
        save(conn, draft, json, desk).await?;
    }
    Ok(())
}
