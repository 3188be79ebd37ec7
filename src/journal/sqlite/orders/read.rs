//! Reading orders and the outbox. Changes nothing.

use std::borrow::Cow;

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use crate::{
    domain::value::ids::{InternalId, OrderId},
    journal::sqlite::{
        SqliteJournal,
        error::journal_error,
        rows::{delivery, instant, listed, order_row, parse},
    },
    ports::{
        JournalError,
        journal::{EventKind, OrderEvent, OrderFilter, OrderRecord, OrderRow, OutboxEntry, Task},
    },
};

const OUTBOX: &str = "SELECT b.seq, o.order_id, o.internal_id, o.delivery, o.reason, b.kind, b.status, b.reason, b.base_url, \
    b.attempts, b.queued_at, o.due_at, (SELECT body FROM bodies WHERE order_no = o.no AND b.kind = 'create') \
    FROM outbox b CROSS JOIN orders o ON o.no = b.order_no ORDER BY b.seq";

/// Row, body and events in one statement, hence of one moment.
const WHOLE: &str = concat!(
    "SELECT ",
    listed!(),
    ", (SELECT body FROM bodies WHERE order_no = o.no), ",
    "(SELECT json_group_array(json_array(at, kind, detail)) FROM ",
    "(SELECT at, kind, detail FROM events WHERE order_no = o.no ORDER BY n)) ",
    "FROM orders o WHERE o.order_id = ?1",
);

/// The newest, should OktoPOS give an id twice.
const BY_INTERNAL: &str = "SELECT order_id FROM orders WHERE internal_id = ?1 ORDER BY no DESC LIMIT 1";

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn waiting(&self) -> Result<Vec<OutboxEntry>, JournalError> {
        let mut hold = self.read().await?;
        let rows = sqlx::query(OUTBOX).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        rows.iter().map(entry).collect::<Result<_, _>>().map_err(journal_error)
    }

    pub(in crate::journal::sqlite) async fn list(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        let mut query = list_query(filter);
        let mut hold = self.read().await?;
        let rows = query.build().fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        rows.iter().map(order_row).collect()
    }

    pub(in crate::journal::sqlite) async fn whole(&self, id: &OrderId) -> Result<OrderRecord, JournalError> {
        let mut hold = self.read().await?;
        let row = sqlx::query(WHOLE).bind(id.as_str()).fetch_optional(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        let Some(row) = row else { return Err(JournalError::NotFound(id.clone())) };
        let body: &str = row.try_get(1).map_err(journal_error)?;
        let events: &str = row.try_get(2).map_err(journal_error)?;
        let events: Vec<(i64, EventKind, String)> = parse(&format!("the history of {id}"), events)?;
        let events = events.into_iter().map(|(at, kind, detail)| Ok(OrderEvent { at: instant(at)?, kind, detail }));
        Ok(OrderRecord {
            row: order_row(&row)?,
            order: parse(&format!("the JSON of {id}"), body)?,
            events: events.collect::<Result<_, _>>().map_err(journal_error)?,
        })
    }

    pub(in crate::journal::sqlite) async fn by_internal(
        &self,
        id: InternalId,
    ) -> Result<Option<OrderId>, JournalError> {
        let mut hold = self.read().await?;
        let found =
            sqlx::query_scalar(BY_INTERNAL).bind(id.0).fetch_optional(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        Ok(found.map(OrderId))
    }
}

/// A row of `OUTBOX`, in its order.
#[cfg_attr(test, derive(serde::Deserialize))]
struct Waiting<'a>(
    i64,
    String,
    Option<i64>,
    #[cfg_attr(test, serde(borrow))] Cow<'a, str>,
    Option<String>,
    #[cfg_attr(test, serde(borrow))] Cow<'a, str>,
    Option<String>,
    Option<String>,
    String,
    u32,
    i64,
    Option<i64>,
    Option<String>,
);

fn entry(row: &SqliteRow) -> Result<OutboxEntry, sqlx::Error> {
    let word = |column: usize| row.try_get(column).map(Cow::Borrowed);
    from_waiting(Waiting(
        row.try_get(0)?,
        row.try_get(1)?,
        row.try_get(2)?,
        word(3)?,
        row.try_get(4)?,
        word(5)?,
        row.try_get(6)?,
        row.try_get(7)?,
        row.try_get(8)?,
        row.try_get(9)?,
        row.try_get(10)?,
        row.try_get(11)?,
        row.try_get(12)?,
    ))
}

/// The same without a database, for tests of what a damaged one may hold.
#[cfg(test)]
pub(in crate::journal) fn read_entry(json: &str) -> Result<OutboxEntry, JournalError> {
    from_waiting(parse("an entry of the outbox", json)?).map_err(journal_error)
}

fn from_waiting(waiting: Waiting<'_>) -> Result<OutboxEntry, sqlx::Error> {
    #[rustfmt::skip]
    let Waiting(
        seq, order_id, internal_id, word, why, kind, status, reason, base_url, attempts, queued_at, due_at, body,
    ) = waiting;
    // Anything else is not taken for the nearest: it would be sent as what it is not.
    let task = match (&*kind, status, body) {
        ("create", None, Some(body)) => Task::Create { body },
        ("status", Some(status), None) => Task::SetStatus { status, reason },
        _ => return Err(sqlx::Error::RowNotFound),
    };
    Ok(OutboxEntry {
        seq,
        order_id: OrderId(order_id),
        internal_id: internal_id.map(InternalId),
        delivery: delivery(&word, internal_id, why)?,
        task,
        base_url,
        attempts,
        queued_at: instant(queued_at)?,
        due_at: due_at.map(instant).transpose()?,
    })
}

/// The statement for a filter: each combination walks an index that fits it, newest first.
fn list_query(filter: &OrderFilter) -> QueryBuilder<Sqlite> {
    let OrderFilter { delivery, status, flagged, changed_since, limit } = filter;
    let mut query = QueryBuilder::new(concat!("SELECT ", listed!(), " FROM "));
    match delivery.as_deref() {
        _ if *flagged => {
            query.push("orders o INDEXED BY orders_flagged WHERE (o.status_problem IS NOT NULL OR o.stray = 1)");
            if let Some(word) = delivery {
                query.push(" AND o.delivery = ");
                query.push_bind(word.clone());
            }
        }
        // The few that wait are those with a create row: cheaper to find through the outbox than through all orders.
        Some(word @ ("queued" | "sending")) => {
            query.push("outbox w CROSS JOIN orders o ON o.no = w.order_no WHERE w.kind = 'create' AND o.delivery = ");
            query.push_bind(word.to_owned());
        }
        // The partial index fits only where its condition stands in the statement.
        Some(word @ ("rejected" | "unknown" | "cancelled")) => {
            query.push("orders o INDEXED BY orders_aside WHERE o.delivery IN ('rejected', 'unknown', 'cancelled') ");
            query.push("AND o.delivery = ");
            query.push_bind(word.to_owned());
        }
        Some(other) => {
            query.push("orders o WHERE o.delivery = ");
            query.push_bind(other.to_owned());
        }
        // Named, as SQLite would rather walk every order than sort a few.
        None if changed_since.is_some() => drop(query.push("orders o INDEXED BY orders_changed WHERE true")),
        None => drop(query.push("orders o WHERE true")),
    }
    if let Some(status) = status {
        query.push(" AND o.status = ");
        query.push_bind(status.clone());
    }
    if let Some(since) = changed_since {
        query.push(" AND o.changed_at >= ");
        query.push_bind(Timestamp::as_microsecond(*since));
    }
    query.push(" ORDER BY o.created_at DESC, o.no DESC");
    if let Some(limit) = limit {
        query.push(" LIMIT ");
        query.push_bind(i64::from(*limit));
    }
    query
}

#[cfg(test)]
#[path = "damage_tests.rs"]
mod damage_tests;

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::journal::sqlite::guests::forget;

    /// A plan that walks every order would not hold with a million of them.
    #[tokio::test]
    async fn every_filter_has_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(dir.path()).await.unwrap();
        let delivery = |word: &str| OrderFilter { delivery: Some(word.into()), ..OrderFilter::default() };
        let flagged = OrderFilter { flagged: true, ..OrderFilter::default() };
        let since = OrderFilter { changed_since: Some(Timestamp::UNIX_EPOCH), ..OrderFilter::default() };
        let newest = OrderFilter { limit: Some(9), ..OrderFilter::default() };
        let lists = [
            (newest, "orders_created"),
            (delivery("accepted"), "orders_created"),
            (delivery("unknown"), "orders_aside"),
            (delivery("rejected"), "orders_aside"),
            (delivery("cancelled"), "orders_aside"),
            (delivery("queued"), "SEARCH o USING INTEGER PRIMARY KEY"),
            (delivery("sending"), "SEARCH o USING INTEGER PRIMARY KEY"),
            (since, "orders_changed"),
            (flagged, "orders_flagged"),
        ];
        for (filter, wanted) in &lists {
            let plan = plan(&journal, list_query(filter).sql().as_str()).await;
            assert!(plan.contains(wanted), "{filter:?}: {plan}");
            assert!(plan.contains("outbox_status"), "{filter:?}: {plan}");
        }
        let ours = plan(&journal, super::super::observe::OURS).await;
        assert!(ours.contains("SEARCH o USING INDEX sqlite_autoindex_orders_1"), "{ours}");
        for (sql, walks) in [
            (forget::REACH, "orders USING COVERING INDEX orders_personal"),
            (forget::CANDIDATES, "orders USING COVERING INDEX orders_personal"),
            (forget::GUESTS, "orders USING COVERING INDEX orders_personal"),
            (WHOLE, "SEARCH o USING INDEX sqlite_autoindex_orders_1"),
            (OUTBOX, "SCAN b"),
        ] {
            let plan = plan(&journal, sql).await;
            assert!(plan.contains(walks), "{sql}: {plan}");
            assert!(!["SCAN o;", "SCAN bodies", "SCAN events"].iter().any(|walk| plan.contains(walk)), "{sql}: {plan}");
        }
        let internal = plan(&journal, BY_INTERNAL).await;
        assert!(internal.contains("orders_internal"), "{internal}");
    }

    async fn plan(journal: &SqliteJournal, sql: &str) -> String {
        let mut hold = journal.read().await.unwrap();
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let lines: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(hold.conn()).await.unwrap();
        hold.done();
        lines.into_iter().map(|line| line.3 + "; ").collect()
    }
}
