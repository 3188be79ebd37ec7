//! Drafts: written whole at every change, each by the one desk that has it open. What is in them is not looked at.

use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::{
    SqliteJournal,
    error::{damaged, journal_error},
    orders::life::{Find, load},
    rows::parse,
};
use crate::{
    chaos::{self, Bug},
    domain::{
        draft::Draft,
        order::life::Life,
        value::ids::{DeskId, OrderId},
    },
    ports::{JournalError, journal::OpenDraft},
};

/// ?4 is the desk that saves, ?5 whether the guard of other desks' drafts is broken on purpose, ?6 and ?7 are `Life::FREE`, ?8
/// the order that the draft corrects.
const SAVE: &str = "INSERT INTO drafts (order_id, opened_at, json, desk) SELECT ?1, ?2, ?3, ?4 \
    WHERE NOT EXISTS (SELECT 1 FROM orders WHERE order_id = ?1 AND (delivery NOT IN (?6, ?7) OR create_seq IS NOT ?8)) \
    ON CONFLICT (order_id) DO UPDATE SET opened_at = excluded.opened_at, json = excluded.json, desk = excluded.desk \
    WHERE drafts.desk IS NULL OR drafts.desk = excluded.desk OR ?5";

const DISCARD: &str = "DELETE FROM drafts WHERE order_id = ?1 AND (desk IS NULL OR desk = ?2 OR ?3)";

const TAKE: &str =
    "UPDATE drafts SET desk = ?3 WHERE order_id = ?1 AND (desk IS NULL OR desk IS ?2 OR desk = ?3) RETURNING json";

impl SqliteJournal {
    pub(super) async fn put_draft(&self, draft: &Draft, desk: &DeskId) -> Result<(), JournalError> {
        let json = json(draft)?;
        let mut hold = self.write().await?;
        chaos::point("draft.before_save");
        let saved = save(hold.conn(), draft, &json, desk).await;
        chaos::point("draft.after_save");
        hold.done_or_refused(saved)
    }

    pub(super) async fn all_drafts(&self) -> Result<Vec<OpenDraft>, JournalError> {
        let mut hold = self.read().await?;
        let rows = sqlx::query("SELECT order_id, json, desk FROM drafts ORDER BY opened_at, order_id")
            .fetch_all(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        rows.iter()
            .map(|row| {
                let json: &str = row.try_get(1).map_err(journal_error)?;
                let id: &str = row.try_get(0).map_err(journal_error)?;
                let desk: Option<String> = row.try_get(2).map_err(journal_error)?;
                Ok(OpenDraft { draft: parse(&format!("draft {id}"), json)?, desk: desk.map(DeskId) })
            })
            .collect()
    }

    pub(super) async fn take_over_draft(
        &self,
        id: &OrderId,
        from: Option<&DeskId>,
        desk: &DeskId,
    ) -> Result<Draft, JournalError> {
        let mut hold = self.write().await?;
        chaos::point("draft.before_take");
        let taken: Vec<String> = sqlx::query_scalar(TAKE)
            .bind(id.as_str())
            .bind(from.map(DeskId::as_str))
            .bind(desk.as_str())
            .fetch_all(hold.conn())
            .await
            .map_err(journal_error)?;
        chaos::point("draft.after_take");
        let taken = match taken.first() {
            Some(json) => parse(&format!("draft {id}"), json),
            None => Err(elsewhere(hold.conn(), id, desk).await?.unwrap_or_else(|| JournalError::NotFound(id.clone()))),
        };
        hold.done_or_refused(taken)
    }

    pub(super) async fn remove_draft(&self, id: &OrderId, desk: &DeskId) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        let removed = discard(hold.conn(), id, desk).await;
        hold.done_or_refused(removed)
    }
}

/// Writes one draft, in a transaction of its own or the one that is open.
pub(super) async fn save(
    conn: &mut SqliteConnection,
    draft: &Draft,
    json: &str,
    desk: &DeskId,
) -> Result<(), JournalError> {
    let id = &draft.order_id;
    let done = sqlx::query(SAVE)
        .bind(id.as_str())
        .bind(draft.opened_at.as_microsecond())
        .bind(json)
        .bind(desk.as_str())
        .bind(chaos::planted(Bug::SharedDrafts))
        .bind(Life::FREE[0])
        .bind(Life::FREE[1])
        .bind(draft.corrects.map(|revision| revision.0))
        .execute(&mut *conn)
        .await
        .map_err(journal_error)?;
    if done.rows_affected() > 0 {
        return Ok(());
    }
    if let Some(why) = elsewhere(conn, id, desk).await? {
        return Err(why);
    }
    let Some(loaded) = load(conn, Find::Order(id)).await? else { return Err(JournalError::NotFound(id.clone())) };
    let refusal = loaded.life.may_be_draft(draft.corrects).err();
    Err(refusal.map_or_else(|| damaged("a draft was not written"), |refusal| JournalError::refused(id, refusal)))
}

/// Forgets one draft, in a transaction of its own or the one that is open.
pub(super) async fn discard(conn: &mut SqliteConnection, id: &OrderId, desk: &DeskId) -> Result<(), JournalError> {
    let done = sqlx::query(DISCARD)
        .bind(id.as_str())
        .bind(desk.as_str())
        .bind(chaos::planted(Bug::SharedDrafts))
        .execute(&mut *conn)
        .await
        .map_err(journal_error)?;
    match done.rows_affected() {
        0 => elsewhere(conn, id, desk).await?.map_or(Ok(()), Err),
        _ => Ok(()),
    }
}

/// `DraftElsewhere` if another desk has the draft.
pub(super) async fn elsewhere(
    conn: &mut SqliteConnection,
    id: &OrderId,
    desk: &DeskId,
) -> Result<Option<JournalError>, JournalError> {
    let holder: Vec<Option<String>> = sqlx::query_scalar("SELECT desk FROM drafts WHERE order_id = ?1")
        .bind(id.as_str())
        .fetch_all(conn)
        .await
        .map_err(journal_error)?;
    let holder = holder.into_iter().flatten().next().filter(|holder| holder != desk.as_str());
    Ok(holder.map(|holder| JournalError::DraftElsewhere { order_id: id.clone(), desk: DeskId(holder) }))
}

/// Appends the statement that writes a draft over its last state.
pub(super) fn push_save(write: &mut QueryBuilder<Sqlite>, open: &OpenDraft) -> Result<(), JournalError> {
    let OpenDraft { draft, desk } = open;
    write.push("INSERT OR REPLACE INTO drafts (order_id, opened_at, json, desk) VALUES (");
    write.push_bind(draft.order_id.0.clone()).push(", ").push_bind(draft.opened_at.as_microsecond()).push(", ");
    write.push_bind(json(draft)?).push(", ").push_bind(desk.as_ref().map(|desk| desk.0.clone())).push("); ");
    Ok(())
}

/// A draft as it is kept.
pub(super) fn json(draft: &Draft) -> Result<String, JournalError> {
    serde_json::to_string(draft)
        .map_err(|error| JournalError::Unwritable(format!("the draft cannot be written: {error}")))
}
