//! What a person decides about an order that the desk cannot settle.

use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    SqliteJournal,
    drafts::json,
    error::journal_error,
    rows::{event, static_word, why_not},
};
use crate::{
    chaos,
    domain::ids::{DeskId, OrderId},
    ports::{JournalError, journal::PersonDecision},
};

const FIND: &str = "BEGIN IMMEDIATE; SELECT no, delivery, internal_id, \
    EXISTS (SELECT 1 FROM outbox WHERE order_no = no), stray, status_problem IS NOT NULL \
    OR EXISTS (SELECT 1 FROM outbox WHERE order_no = no AND kind = 'status' AND sending = 0) \
    FROM orders WHERE order_id = ?1";

// ?1 is the order, ?2 the instant, ?3 OktoPOS's id, the address or the draft, ?4 and ?5 when and where it is opened.
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
    // What was seen in OktoPOS of a stray is known already.
    "UPDATE orders SET delivery = 'accepted', reason = NULL, internal_id = coalesce(?3, internal_id), ",
    "status = iif(stray, coalesce(status, first_status), first_status), stray = 0, changed_at = ?2 WHERE no = ?1; ",
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
const REOPEN: &str = concat!(
    "UPDATE orders SET delivery = 'cancelled', reason = NULL, changed_at = ?2 WHERE no = ?1; ",
    "DELETE FROM outbox WHERE order_no = ?1; ",
    "INSERT INTO drafts (order_id, opened_at, json, desk) SELECT order_id, ?4, ?3, ?5 FROM orders WHERE no = ?1 ",
    "ON CONFLICT (order_id) DO UPDATE SET opened_at = excluded.opened_at, json = excluded.json, desk = excluded.desk; ",
    event!("cancelled", "''"),
    "COMMIT",
);
const DROP_STATUS: &str = concat!(
    event!(
        "status_dropped",
        "(SELECT coalesce(group_concat(status, ', '), '') FROM outbox WHERE order_no = ?1 AND kind = 'status' AND sending = 0)"
    ),
    "DELETE FROM outbox WHERE order_no = ?1 AND kind = 'status' AND sending = 0; ",
    "UPDATE orders SET status_problem = NULL, changed_at = ?2 WHERE no = ?1; ",
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
    Draft { json: String, opened_at: i64, desk: Option<&'a str> },
}

/// What the journal knows of the order that is decided about.
struct Known {
    no: i64,
    word: &'static str,
    internal_id: Option<i64>,
    /// Whether anything of it is in the outbox.
    waits: bool,
    stray: bool,
    /// Whether there is a status change to be given up or taken note of.
    droppable: bool,
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
        let chosen = match known(row) {
            Ok(known) => match choose(&known, decision) {
                Ok(Some(chosen)) => Ok((known.no, chosen)),
                Err(error) => Err(error),
                Ok(None) => Err(why_not(hold.conn(), id, action(decision)).await),
            },
            Err(error) => Err(journal_error(error)),
        };
        let (no, (sql, given)) = match chosen {
            Ok(chosen) => chosen,
            Err(why) => return Err(hold.refuse(why).await),
        };
        chaos::point("decision.before_commit");
        let query = sqlx::query(sql).bind(no).bind(at.as_microsecond());
        let query = match given {
            Given::Nothing => query,
            Given::Id(id) => query.bind(id),
            Given::Address(base_url) => query.bind(base_url),
            Given::Draft { json, opened_at, desk } => query.bind(json).bind(opened_at).bind(desk),
        };
        query.execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("decision.after_commit");
        hold.done();
        Ok(())
    }
}

fn known(row: &SqliteRow) -> Result<Known, sqlx::Error> {
    Ok(Known {
        no: row.try_get(0)?,
        word: static_word(row.try_get(1)?),
        internal_id: row.try_get(2)?,
        waits: row.try_get(3)?,
        stray: row.try_get(4)?,
        droppable: row.try_get(5)?,
    })
}

/// What to write; `None` where the decision does not fit the order.
fn choose<'a>(known: &Known, decision: &'a PersonDecision) -> Result<Option<(&'static str, Given<'a>)>, JournalError> {
    let Known { no: _, word, internal_id, waits, stray, droppable } = known;
    Ok(Some(match (decision, *word) {
        (PersonDecision::Resend, "unknown") => (RESEND, Given::Nothing),
        (PersonDecision::Settle { internal_id: given }, "unknown") => (SETTLE, Given::Id(given.map(|id| id.0))),
        (PersonDecision::Settle { internal_id: given }, "rejected" | "cancelled") if *stray => {
            (SETTLE, Given::Id(given.map(|id| id.0)))
        }
        // Accepted without an id its status cannot be changed; a person may look the id up and give it.
        (PersonDecision::Settle { internal_id: Some(id) }, "accepted") if internal_id.is_none() => {
            (SETTLE_ID, Given::Id(Some(id.0)))
        }
        (PersonDecision::Cancel, "queued" | "rejected") if !stray => (CANCEL, Given::Nothing),
        (PersonDecision::Reopen { draft: open }, "queued") => {
            let opened_at = open.draft.opened_at.as_microsecond();
            let desk = open.desk.as_ref().map(DeskId::as_str);
            (REOPEN, Given::Draft { json: json(&open.draft)?, opened_at, desk })
        }
        (PersonDecision::DropStatus, "accepted") if *droppable => (DROP_STATUS, Given::Nothing),
        (PersonDecision::Readdress { base_url, internal_id: seen }, "queued" | "accepted")
            if *waits && seen.map(|id| id.0) == *internal_id =>
        {
            (READDRESS, Given::Address(base_url))
        }
        _ => return Ok(None),
    }))
}

fn action(decision: &PersonDecision) -> &'static str {
    match decision {
        PersonDecision::Resend => "sending it again",
        PersonDecision::Settle { .. } => "marking it as arrived",
        PersonDecision::Cancel => "cancelling it",
        PersonDecision::Reopen { .. } => "taking it back",
        PersonDecision::DropStatus => "giving up its status change",
        PersonDecision::Readdress { .. } => "sending it to another address",
    }
}
