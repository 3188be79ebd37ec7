//! Reading orders: one whole, some by their ids, lists and pages of lists. Changes nothing.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use crate::{
    domain::value::ids::{InternalId, OrderId, Revision},
    journal::sqlite::{
        SqliteJournal,
        error::journal_error,
        rows::{instant, listed, order_row, parse},
    },
    ports::{
        JournalError,
        journal::{Cursor, EventKind, OrderEvent, OrderFilter, OrderPage, OrderRecord, OrderRow, PAGE},
    },
};

/// Row, body and events in one statement, hence of one moment.
const WHOLE: &str = concat!(
    "SELECT ",
    listed!(),
    ", (SELECT body FROM bodies WHERE order_no = o.no), ",
    "(SELECT json_group_array(json_array(at, kind, detail, words)) FROM ",
    "(SELECT e.at, e.kind, e.detail, (SELECT words FROM event_words w WHERE w.order_no = e.order_no AND w.n = e.n) AS words ",
    "FROM events e WHERE e.order_no = o.no ORDER BY e.n)), o.create_seq ",
    "FROM orders o WHERE o.order_id = ?1",
);

/// Orders by the ids of a JSON array; the join's sequence is fixed, as in the ready list's.
const ROWS: &str =
    concat!("SELECT ", listed!(), " FROM json_each(?1) j CROSS JOIN orders o ON o.order_id = j.value ORDER BY j.key");

/// The newest, should OktoPOS give an id twice.
const BY_INTERNAL: &str = "SELECT order_id FROM orders WHERE internal_id = ?1 ORDER BY no DESC LIMIT 1";

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn list(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        let mut query = list_query(filter);
        let mut hold = self.read().await?;
        let rows = query.build().fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        rows.iter().map(order_row).collect()
    }

    pub(in crate::journal::sqlite) async fn page(
        &self,
        filter: &OrderFilter,
        after: Option<Cursor>,
    ) -> Result<OrderPage, JournalError> {
        let (mut query, limit) = (page_query(filter, after), filter.limit.unwrap_or(PAGE));
        let mut hold = self.read().await?;
        let rows = query.build().fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        let place = |row: &SqliteRow| Ok(Cursor { at: row.try_get(1)?, no: row.try_get(2)? });
        let last = rows.last().filter(|_| rows.len() >= limit as usize).map(place);
        Ok(OrderPage {
            next: last.transpose().map_err(journal_error)?,
            rows: rows.iter().map(order_row).collect::<Result<_, _>>()?,
        })
    }

    pub(in crate::journal::sqlite) async fn rows_of(&self, ids: &[OrderId]) -> Result<Vec<OrderRow>, JournalError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<&str> = ids.iter().map(OrderId::as_str).collect();
        let json = serde_json::to_string(&ids)
            .map_err(|error| JournalError::Unwritable(format!("orders cannot be asked for: {error}")))?;
        let mut hold = self.read().await?;
        let rows = sqlx::query(ROWS).bind(json).fetch_all(hold.conn()).await.map_err(journal_error)?;
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
        let events: Vec<(i64, EventKind, String, Option<String>)> = parse(&format!("the history of {id}"), events)?;
        let events = events.into_iter().map(|(at, kind, detail, words)| {
            Ok(OrderEvent { at: instant(at)?, kind, detail, words: words.unwrap_or_default() })
        });
        Ok(OrderRecord {
            row: order_row(&row)?,
            order: parse(&format!("the JSON of {id}"), body)?,
            events: events.collect::<Result<_, _>>().map_err(journal_error)?,
            revision: Revision(row.try_get(3).map_err(journal_error)?),
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

/// The statement for a page of a filter, oldest first. Each walks an index that fits it from where the last page ended.
fn page_query(filter: &OrderFilter, after: Option<Cursor>) -> QueryBuilder<Sqlite> {
    let OrderFilter { delivery, status, flagged, changed_since, limit } = filter;
    let (from, place) = match delivery.as_deref() {
        _ if *flagged => ("orders o INDEXED BY orders_flagged", ("o.created_at", "o.no")),
        _ if changed_since.is_some() => ("orders o INDEXED BY orders_changed", ("o.changed_at", "o.no")),
        Some("queued" | "sending") => ("outbox w CROSS JOIN orders o ON o.no = w.order_no", ("w.seq", "o.no")),
        Some("rejected" | "unknown" | "cancelled") => ("orders o INDEXED BY orders_aside", ("o.created_at", "o.no")),
        _ => ("orders o INDEXED BY orders_created", ("o.created_at", "o.no")),
    };
    let (at, no) = place;
    let mut query = QueryBuilder::new(concat!("SELECT ", listed!(), ", "));
    query.push(at).push(", ").push(no).push(" FROM ").push(from).push(" WHERE true");
    // A partial index fits only where its condition stands in the statement.
    if *flagged {
        query.push(" AND (o.status_problem IS NOT NULL OR o.stray = 1)");
    } else if at == "w.seq" {
        query.push(" AND w.kind = 'create'");
    } else if from.ends_with("orders_aside") {
        query.push(" AND o.delivery IN ('rejected', 'unknown', 'cancelled')");
    }
    if let Some(delivery) = delivery {
        query.push(" AND o.delivery = ").push_bind(delivery.clone());
    }
    if let Some(status) = status {
        query.push(" AND o.status = ").push_bind(status.clone());
    }
    if let Some(since) = changed_since {
        query.push(" AND o.changed_at >= ").push_bind(Timestamp::as_microsecond(*since));
    }
    if let Some(after) = after {
        query.push(" AND (").push(at).push(", ").push(no).push(") > (").push_bind(after.at);
        query.push(", ").push_bind(after.no).push(")");
    }
    query.push(" ORDER BY ").push(at).push(", ").push(no);
    query.push(" LIMIT ").push_bind(i64::from(limit.unwrap_or(PAGE)));
    query
}

#[cfg(test)]
#[path = "damage_tests.rs"]
mod damage_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::sqlite::{guests::forget, orders::outbox, testing::plan};
    use crate::ports::journal::{Address, Entries};

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
            let list = plan(&journal, list_query(filter).sql().as_str()).await;
            assert!(list.contains(wanted), "{filter:?}: {list}");
            assert!(list.contains("outbox_status"), "{filter:?}: {list}");
            // A page begins where the last one ended, and nothing is sorted for it.
            let page = plan(&journal, page_query(filter, Some(Cursor { at: 1, no: 1 })).sql().as_str()).await;
            assert!(page.contains(wanted) && !page.contains("ORDER BY;"), "{filter:?}: {page}");
        }
        let ours = plan(&journal, super::super::observe::OURS).await;
        assert!(ours.contains("SEARCH o USING INDEX sqlite_autoindex_orders_1"), "{ours}");
        for (sql, walks) in [
            (forget::REACH, "orders USING COVERING INDEX orders_personal"),
            (forget::CANDIDATES, "orders USING COVERING INDEX orders_personal"),
            (forget::GUESTS, "orders USING COVERING INDEX orders_personal"),
            (WHOLE, "SEARCH o USING INDEX sqlite_autoindex_orders_1"),
            (ROWS, "SEARCH o USING INDEX sqlite_autoindex_orders_1"),
            (outbox::TALLY, "outbox_status"),
        ] {
            let plan = plan(&journal, sql).await;
            assert!(plan.contains(walks), "{sql}: {plan}");
            assert!(!["SCAN o;", "SCAN bodies", "SCAN events"].iter().any(|walk| plan.contains(walk)), "{sql}: {plan}");
        }
        let here = Address { base_url: "x", wall: Timestamp::UNIX_EPOCH };
        let ids = [OrderId("a".into())];
        for (which, walks) in [
            (Entries::All, "SEARCH b USING INTEGER PRIMARY KEY"),
            (Entries::Creates, "SEARCH b USING INTEGER PRIMARY KEY"),
            (Entries::Changes, "outbox_status"),
            (Entries::Of(&ids), "SEARCH b USING INTEGER PRIMARY KEY (rowid=?)"),
            (Entries::Tried, "SEARCH b USING INTEGER PRIMARY KEY"),
            (Entries::Held(here), "SEARCH b USING INTEGER PRIMARY KEY"),
        ] {
            let plan = plan(&journal, outbox::page_query(which, 0, 9).sql().as_str()).await;
            assert!(plan.contains(walks) && !plan.contains("SCAN o"), "{which:?}: {plan}");
        }
        let internal = plan(&journal, BY_INTERNAL).await;
        assert!(internal.contains("orders_internal"), "{internal}");
    }
}
