//! What a person decides about an order that the desk cannot settle.

use jiff::Timestamp;
use sqlx::Row;

use super::{
    SqliteJournal,
    error::journal_error,
    rows::{event, why_not},
};
use crate::{
    chaos,
    domain::ids::OrderId,
    ports::{JournalError, journal::PersonDecision},
};

const FIND: &str = "BEGIN IMMEDIATE; SELECT no, delivery, internal_id, \
    EXISTS (SELECT 1 FROM outbox WHERE order_no = no) FROM orders WHERE order_id = ?1";

// ?1 is the order, ?2 the instant, ?3 OktoPOS's id or the address.
const RESEND: &str = concat!(
    "UPDATE orders SET delivery = 'queued', reason = NULL, changed_at = ?2, ",
    "create_seq = (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'outbox') WHERE no = ?1; ",
    // The very same body lies in bodies; it goes where it was first sent.
    "INSERT INTO outbox (seq, order_no, kind, base_url, queued_at) ",
    "SELECT create_seq, no, 'create', base_url, ?2 FROM orders WHERE no = ?1; ",
    event!("resent", "''"),
    "COMMIT",
);
const SETTLE: &str = concat!(
    "UPDATE orders SET delivery = 'accepted', reason = NULL, internal_id = ?3, status = first_status, changed_at = ?2 ",
    "WHERE no = ?1; ",
    event!("settled", "coalesce(?3, '')"),
    "COMMIT",
);
const SETTLE_ID: &str =
    concat!("UPDATE orders SET internal_id = ?3, changed_at = ?2 WHERE no = ?1; ", event!("settled", "?3"), "COMMIT",);
const CANCEL: &str = concat!(
    "UPDATE orders SET delivery = 'cancelled', reason = NULL, changed_at = ?2 WHERE no = ?1; ",
    "DELETE FROM outbox WHERE order_no = ?1; ",
    event!("cancelled", "''"),
    "COMMIT",
);
const READDRESS: &str = concat!(
    "UPDATE outbox SET base_url = ?3 WHERE order_no = ?1; ",
    "UPDATE orders SET base_url = ?3, changed_at = ?2 WHERE no = ?1; ",
    event!("readdressed", "?3"),
    "COMMIT",
);

/// What `?3` stands for.
enum Given<'a> {
    Nothing,
    Id(Option<i64>),
    Address(&'a str),
}

impl SqliteJournal {
    pub(super) async fn apply(
        &self,
        id: &OrderId,
        decision: &PersonDecision,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        let rows = sqlx::query(FIND).bind(id.as_str()).fetch_all(hold.conn()).await.map_err(journal_error)?;
        let Some(row) = rows.first() else { return Err(hold.refuse(JournalError::NotFound(id.clone())).await) };
        let no: i64 = row.try_get(0).map_err(journal_error)?;
        let word: &str = row.try_get(1).map_err(journal_error)?;
        let known: Option<i64> = row.try_get(2).map_err(journal_error)?;
        let waits: bool = row.try_get(3).map_err(journal_error)?;
        let (sql, given) = match (decision, word, known) {
            (PersonDecision::Resend, "unknown", _) => (RESEND, Given::Nothing),
            (PersonDecision::Settle { internal_id }, "unknown", _) => (SETTLE, Given::Id(internal_id.map(|id| id.0))),
            // Accepted without an id its status cannot be changed; a person may look the id up and give it.
            (PersonDecision::Settle { internal_id: Some(id) }, "accepted", None) => (SETTLE_ID, Given::Id(Some(id.0))),
            (PersonDecision::Cancel, "queued" | "rejected", _) => (CANCEL, Given::Nothing),
            (PersonDecision::Readdress { base_url }, "queued" | "accepted", _) if waits => {
                (READDRESS, Given::Address(base_url))
            }
            _ => {
                let why = why_not(hold.conn(), id, action(decision)).await;
                return Err(hold.refuse(why).await);
            }
        };
        chaos::point("decision.before_commit");
        let query = sqlx::query(sql).bind(no).bind(at.as_microsecond());
        let query = match given {
            Given::Nothing => query,
            Given::Id(id) => query.bind(id),
            Given::Address(base_url) => query.bind(base_url),
        };
        query.execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("decision.after_commit");
        hold.done();
        Ok(())
    }
}

fn action(decision: &PersonDecision) -> &'static str {
    match decision {
        PersonDecision::Resend => "sending it again",
        PersonDecision::Settle { .. } => "marking it as arrived",
        PersonDecision::Cancel => "cancelling it",
        PersonDecision::Readdress { .. } => "sending it to another address",
    }
}
