//! What OktoPOS's ready list says of our orders. Merging is idempotent and never moves an order backwards.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::{SqliteJournal, error::journal_error, rows::event};
use crate::{
    chaos,
    domain::ids::OrderId,
    ports::{JournalError, pos::ReadyOrder},
};

/// Our orders among the ids of a JSON array. The join's sequence is fixed: a million orders must not be walked.
pub(super) const OURS: &str = "SELECT o.no, o.order_id, o.delivery, o.internal_id, o.status, o.first_status, \
    EXISTS (SELECT 1 FROM outbox x WHERE x.order_no = o.no AND x.kind = 'status'), o.stray \
    FROM json_each(?1) j CROSS JOIN orders o ON o.order_id = j.value";

// ?1 is the order, ?2 the instant, ?3 its status, ?4 OktoPOS's id.
const ACCEPT: &str = concat!(
    "UPDATE orders SET delivery = 'accepted', reason = NULL, status = ?3, internal_id = ?4, changed_at = ?2 WHERE no = ?1; ",
    "DELETE FROM outbox WHERE order_no = ?1 AND kind = 'create'; ",
    event!("seen_ready", "coalesce(?4, '')"),
);
// It stays what it is here: a person has to say that OktoPOS is right.
const STRAY: &str = concat!(
    "UPDATE orders SET stray = 1, may_have_arrived = 1, status = ?3, internal_id = ?4, changed_at = ?2 WHERE no = ?1; ",
    event!("seen_ready", "coalesce(?4, '')"),
);
const STATUS_SEEN: &str =
    concat!("UPDATE orders SET status = ?3, changed_at = ?2 WHERE no = ?1; ", event!("status_seen", "?3"),);
const ID_SEEN: &str =
    concat!("UPDATE orders SET internal_id = ?4, changed_at = ?2 WHERE no = ?1; ", event!("seen_ready", "?4"),);

/// What the journal knows of an order that stands in the list.
#[derive(Debug)]
struct Known {
    no: i64,
    order_id: OrderId,
    delivery: String,
    internal_id: Option<i64>,
    status: Option<String>,
    first_status: String,
    has_pending: bool,
    stray: bool,
}

/// One statement to run for an order.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    sql: &'static str,
    status: Option<String>,
    internal_id: Option<i64>,
}

impl SqliteJournal {
    pub(super) async fn take_over(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError> {
        // The first row counts where an id is repeated, so that two rows cannot chase each other at every poll.
        let mut by_id: HashMap<&str, &ReadyOrder> = HashMap::new();
        for ready in seen {
            if let Some(id) = &ready.order_id {
                by_id.entry(id.as_str()).or_insert(ready);
            }
        }
        if by_id.is_empty() {
            return Ok(Vec::new());
        }
        let mut hold = self.read().await?;
        let known = ours(hold.conn(), by_id.keys()).await?;
        hold.done();
        let changed: Vec<_> = known
            .iter()
            .filter(|order| !plan_for(order, &by_id).is_empty())
            .map(|order| order.order_id.as_str())
            .collect();
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let mut hold = self.write().await?;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        // Read again under the lock: the sender may have been quicker.
        let known = ours(hold.conn(), changed.iter()).await?;
        let mut ids = Vec::with_capacity(known.len());
        for order in &known {
            let changes = plan_for(order, &by_id);
            for change in &changes {
                write(hold.conn(), order.no, change, at).await?;
            }
            if !changes.is_empty() {
                ids.push(order.order_id.clone());
            }
        }
        chaos::point("observe.before_commit");
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("observe.after_commit");
        hold.done();
        Ok(ids)
    }
}

fn plan_for(order: &Known, by_id: &HashMap<&str, &ReadyOrder>) -> Vec<Change> {
    by_id.get(order.order_id.as_str()).map_or_else(Vec::new, |ready| plan(order, ready))
}

/// What the list's row changes in an order of ours. Decides only.
fn plan(order: &Known, ready: &ReadyOrder) -> Vec<Change> {
    let seen_id = ready.internal_id.map(|id| id.0);
    // A change of ours that is under way is newer than the list.
    let seen_status = ready.status.clone().filter(|status| !order.has_pending && !status.is_empty());
    match order.delivery.as_str() {
        "queued" | "sending" | "unknown" => {
            let status = seen_status.unwrap_or_else(|| order.first_status.clone());
            vec![Change { sql: ACCEPT, status: Some(status), internal_id: seen_id }]
        }
        "rejected" | "cancelled" if !order.stray => {
            let status = seen_status.unwrap_or_else(|| order.first_status.clone());
            vec![Change { sql: STRAY, status: Some(status), internal_id: seen_id }]
        }
        // Accepted, or a stray.
        _ => {
            let new_id = seen_id.filter(|_| order.internal_id.is_none());
            let new_status = seen_status.filter(|status| order.status.as_ref() != Some(status));
            let id_change = new_id.map(|id| Change { sql: ID_SEEN, status: None, internal_id: Some(id) });
            let status_change =
                new_status.map(|status| Change { sql: STATUS_SEEN, status: Some(status), internal_id: None });
            id_change.into_iter().chain(status_change).collect()
        }
    }
}

async fn write(conn: &mut SqliteConnection, no: i64, change: &Change, at: Timestamp) -> Result<(), JournalError> {
    sqlx::query(change.sql)
        .bind(no)
        .bind(at.as_microsecond())
        .bind(change.status.as_deref())
        .bind(change.internal_id)
        .execute(conn)
        .await
        .map_err(journal_error)
        .map(drop)
}

async fn ours<'a>(
    conn: &mut SqliteConnection,
    ids: impl Iterator<Item = &'a &'a str>,
) -> Result<Vec<Known>, JournalError> {
    let json = serde_json::to_string(&ids.collect::<Vec<_>>())
        .map_err(|error| JournalError::Unwritable(format!("the ready list cannot be compared: {error}")))?;
    let rows = sqlx::query(OURS).bind(json).fetch_all(conn).await.map_err(journal_error)?;
    rows.iter()
        .map(|row| {
            Ok(Known {
                no: row.try_get(0)?,
                order_id: OrderId(row.try_get(1)?),
                delivery: row.try_get(2)?,
                internal_id: row.try_get(3)?,
                status: row.try_get(4)?,
                first_status: row.try_get(5)?,
                has_pending: row.try_get(6)?,
                stray: row.try_get(7)?,
            })
        })
        .collect::<Result<_, _>>()
        .map_err(journal_error)
}
