//! Reading the outbox: heads in pages, one body, counts, and whether anything was committed. Changes nothing, and decides
//! nothing: what is held is said by `OutboxEntry::is_held`, and found here by the same columns.

use std::borrow::Cow;

use serde::Deserialize;
use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use crate::{
    domain::value::ids::{InternalId, OrderId},
    journal::sqlite::{
        SqliteJournal,
        error::{damaged, journal_error},
        rows::{delivery, instant, parse},
    },
    ports::{
        JournalError,
        journal::{Address, Entries, OutboxEntry, Tally, Task, Version},
    },
};

/// A head as one JSON array: copying each value from the database's thread takes longer than reading it.
const HEAD: &str = "SELECT json_array(b.seq, o.order_id, o.internal_id, o.delivery, o.reason, b.kind, b.status, b.reason, \
    b.base_url, b.attempts, b.queued_at, o.due_at, b.due_at) FROM outbox b ";

/// The join's sequence is fixed: the outbox is walked, and each of its orders is found by number.
const JOIN: &str = "CROSS JOIN orders o ON o.no = b.order_no WHERE b.seq > ";

/// Whether there is an entry that creates, and what it creates.
const BODY: &str = "SELECT (SELECT body FROM bodies WHERE order_no = b.order_no) FROM outbox b \
    WHERE b.seq = ?1 AND b.kind = 'create'";

/// One walk through the entries that create orders, which may be very many: what they need is in their own columns, because an order
/// is being sent exactly while its entry is. The few status changes are looked at with their orders, and the few orders that need a
/// person are found by their indexes. One statement, hence of one moment. ?1 is the address, ?2 the wall clock.
pub(super) const TALLY: &str = "SELECT json_array(c.entries + s.entries, c.free_entries + s.free_entries, c.entries, \
        c.free_orders, c.held, s.held, s.flagged, c.due, \
        (SELECT count(*) FROM orders INDEXED BY orders_aside \
            WHERE delivery IN ('rejected', 'unknown', 'cancelled') AND delivery = 'unknown'), \
        (SELECT count(*) FROM orders INDEXED BY orders_aside \
            WHERE delivery IN ('rejected', 'unknown', 'cancelled') AND delivery = 'rejected'), \
        (SELECT count(*) FROM orders INDEXED BY orders_flagged \
            WHERE (status_problem IS NOT NULL OR stray = 1) AND delivery = 'rejected' AND stray = 1), \
        (SELECT count(*) FROM orders INDEXED BY orders_flagged \
            WHERE (status_problem IS NOT NULL OR stray = 1) AND delivery NOT IN ('rejected', 'unknown') \
            AND NOT (delivery IN ('queued', 'sending') AND EXISTS (SELECT 1 FROM outbox b \
                WHERE b.order_no = orders.no AND b.kind <> 'status' \
                AND (b.base_url <> ?1 OR (b.sending = 0 AND coalesce(b.due_at < ?2, 0))))))) \
    FROM (SELECT count(*) AS entries, count(*) FILTER (WHERE NOT held) AS free_entries, \
            count(*) FILTER (WHERE NOT held AND sending = 0) AS free_orders, count(*) FILTER (WHERE held) AS held, \
            min(due_at) FILTER (WHERE sending = 0 AND due_at >= ?2) AS due \
        FROM (SELECT sending, due_at, base_url <> ?1 OR (sending = 0 AND coalesce(due_at < ?2, 0)) AS held \
            FROM outbox WHERE kind <> 'status')) c, \
        (SELECT count(*) AS entries, count(*) FILTER (WHERE NOT aside AND NOT held) AS free_entries, \
            count(DISTINCT order_no) FILTER (WHERE sent AND held) AS held, \
            count(DISTINCT order_no) FILTER (WHERE sent AND held AND flagged) AS flagged \
        FROM (SELECT b.order_no, o.delivery IN ('rejected', 'unknown') AS aside, \
            o.delivery NOT IN ('queued', 'sending', 'rejected', 'unknown') AS sent, \
            b.base_url <> ?1 OR (o.delivery = 'queued' AND coalesce(o.due_at < ?2, 0)) AS held, \
            o.stray = 1 OR o.status_problem IS NOT NULL AS flagged \
            FROM outbox b INDEXED BY outbox_status CROSS JOIN orders o ON o.no = b.order_no WHERE b.kind = 'status')) s";

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn waiting(
        &self,
        which: Entries<'_>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<OutboxEntry>, JournalError> {
        let mut query = page_query(which, after, limit);
        let mut hold = self.read().await?;
        let rows = query.build().fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        rows.iter().map(entry).collect()
    }

    pub(in crate::journal::sqlite) async fn frozen(&self, seq: i64) -> Result<String, JournalError> {
        let mut hold = self.read().await?;
        let body: Option<Option<String>> =
            sqlx::query_scalar(BODY).bind(seq).fetch_optional(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        match body {
            None => Err(JournalError::no_entry(seq)),
            Some(None) => Err(damaged("an order that waits has no body")),
            Some(Some(body)) => Ok(body),
        }
    }

    pub(in crate::journal::sqlite) async fn count(
        &self,
        Address { base_url, wall }: Address<'_>,
    ) -> Result<Tally, JournalError> {
        let mut hold = self.read().await?;
        let json: String = sqlx::query_scalar(TALLY)
            .bind(base_url)
            .bind(wall.as_microsecond())
            .fetch_one(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        let counted: Counted = parse("the counts of the outbox", &json)?;
        let Counted(entries, waiting, orders, free_orders, late, changes, changes_flagged, due, unknown, rejected, ..) =
            counted;
        let Counted(.., stray, flagged) = counted;
        let held = late + changes;
        Ok(Tally {
            entries,
            waiting,
            orders,
            free_orders,
            held,
            unknown,
            rejected: rejected - stray,
            needs_person: unknown + rejected + flagged + held - changes_flagged,
            next_due: due.map(instant).transpose().map_err(journal_error)?,
        })
    }

    /// What other programs commit changes what SQLite says on the connection for writing; what is written on it does not, and
    /// is counted here.
    pub(in crate::journal::sqlite) async fn committed(&self) -> Result<Version, JournalError> {
        let is_writing = self.watch.is_some();
        let mut hold = if is_writing { self.writer.take().await? } else { self.read().await? };
        let seen: i64 =
            sqlx::query_scalar("PRAGMA data_version").fetch_one(hold.conn()).await.map_err(journal_error)?;
        let others = (hold.opened() << 32) ^ u64::try_from(seen).unwrap_or_default();
        let own = self.writes.load(std::sync::atomic::Ordering::SeqCst);
        hold.done();
        Ok(Version { own, others })
    }
}

/// The columns of `TALLY`.
#[derive(Clone, Copy, Deserialize)]
struct Counted(u64, u64, u64, u64, u64, u64, u64, Option<i64>, u64, u64, u64, u64);

/// The statement for a page of these entries.
pub(super) fn page_query(which: Entries<'_>, after: i64, limit: u32) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(HEAD);
    if which == Entries::Changes {
        // There are few of them: they are sorted sooner than all that wait is walked through.
        query.push("INDEXED BY outbox_status ");
    }
    query.push(JOIN).push_bind(after);
    match which {
        Entries::All => {}
        // Also a word that nobody knows, so that it is told and not passed over.
        Entries::Creates => drop(query.push(" AND b.kind <> 'status'")),
        Entries::Changes => drop(query.push(" AND b.kind = 'status' AND o.delivery NOT IN ('queued', 'sending')")),
        Entries::Of(ids) => {
            // Bound once: the list is a JSON array.
            let ids = serde_json::to_string(ids).unwrap_or_default();
            query.push(" AND b.seq IN (WITH meant AS MATERIALIZED (SELECT o.no, o.create_seq FROM json_each(");
            query.push_bind(ids).push(") j CROSS JOIN orders o ON o.order_id = j.value) ");
            query.push("SELECT create_seq FROM meant UNION ALL SELECT x.seq FROM meant m ");
            query.push("CROSS JOIN outbox x ON x.order_no = m.no AND x.kind = 'status')");
        }
        Entries::Tried => drop(query.push(" AND b.attempts > 0")),
        Entries::Held(Address { base_url, wall }) => {
            // Of the entry alone, so that no order is looked at that is not held.
            query.push(" AND (b.base_url <> ").push_bind(base_url.to_owned());
            query.push(" OR (b.kind <> 'status' AND b.sending = 0 AND b.due_at < ").push_bind(wall.as_microsecond());
            query.push(")) AND o.delivery NOT IN ('rejected', 'unknown') ");
            query.push("AND (b.kind <> 'status' OR o.delivery NOT IN ('queued', 'sending'))");
        }
    }
    query.push(" ORDER BY b.seq LIMIT ").push_bind(i64::from(limit));
    query
}

/// A head, in the sequence of its columns.
#[derive(Deserialize)]
struct Head<'a>(
    i64,
    String,
    Option<i64>,
    #[serde(borrow)] Cow<'a, str>,
    Option<String>,
    #[serde(borrow)] Cow<'a, str>,
    Option<String>,
    Option<String>,
    String,
    u32,
    i64,
    Option<i64>,
    Option<i64>,
);

fn entry(row: &SqliteRow) -> Result<OutboxEntry, JournalError> {
    read_entry(row.try_get(0).map_err(journal_error)?)
}

/// A head as the database gives it.
pub(in crate::journal) fn read_entry(json: &str) -> Result<OutboxEntry, JournalError> {
    from_head(parse("an entry of the outbox", json)?).map_err(journal_error)
}

fn from_head(head: Head<'_>) -> Result<OutboxEntry, sqlx::Error> {
    #[rustfmt::skip]
    let Head(
        seq, order_id, internal_id, word, why, kind, status, reason, base_url, attempts, queued_at, due_at, not_before,
    ) = head;
    // Anything else is not taken for the nearest: it would be sent as what it is not.
    let task = match (&*kind, status) {
        ("create", None) => Task::Create,
        ("status", Some(status)) => Task::SetStatus { status, reason },
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
        // Of an entry that creates an order this is when the order is due.
        not_before: not_before.filter(|_| &*kind == "status").map(instant).transpose()?,
    })
}
