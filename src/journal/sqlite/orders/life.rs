//! Lives in SQLite: loaded inside a transaction, and the difference that a step makes written in it. Decides nothing:
//! `domain::order::life` does.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, sqlite::SqliteRow};

use crate::{
    domain::{
        order::{
            history::Noted,
            life::{Entry, Happening, Life, Next, OutboxChange, Sender, Step, Stray, Work},
        },
        value::ids::{InternalId, OrderId},
    },
    journal::sqlite::{
        SqliteJournal, drafts,
        error::journal_error,
        rows::{delivery, instant, parse, sender},
    },
    ports::JournalError,
};

/// The columns of a life; `orders` is named `o`. Its entries are found by the number of the one that creates it and by the
/// index of status changes, so that a long outbox is not walked.
macro_rules! life {
    () => {
        "o.no, o.order_id, o.delivery, o.internal_id, o.reason, o.stray, o.may_have_arrived, o.status, o.status_problem, \
         o.first_status, o.base_url, o.attempts, o.create_seq, \
         (SELECT json_array(seq, kind, status, reason, base_url, attempts, sending, due_at) FROM outbox \
            WHERE seq = o.create_seq AND order_no = o.no AND kind = 'create'), \
         (SELECT json_group_array(json_array(seq, kind, status, reason, base_url, attempts, sending, due_at)) FROM outbox \
            WHERE order_no = o.no AND kind = 'status'), o.not_taken, o.fence, \
         (SELECT json_array(name, since) FROM senders WHERE fence = o.fence), o.status_tried"
    };
}
pub(in crate::journal::sqlite) use life;

/// How many columns `life!` is.
pub(in crate::journal::sqlite) const COLUMNS: usize = 19;

const BY_ID: &str = concat!("SELECT ", life!(), " FROM orders o WHERE o.order_id = ?1");
/// By an entry of the outbox, and by its number where it has left.
const BY_ENTRY: &str = concat!(
    "SELECT ",
    life!(),
    " FROM orders o WHERE o.no = coalesce((SELECT order_no FROM outbox WHERE seq = ?1), ",
    "(SELECT no FROM orders WHERE create_seq = ?1))"
);
pub(in crate::journal::sqlite) const BEGIN_BY_ID: &str =
    concat!("BEGIN IMMEDIATE; SELECT ", life!(), " FROM orders o WHERE o.order_id = ?1");
const BEGIN_BY_ENTRY: &str = concat!(
    "BEGIN IMMEDIATE; SELECT ",
    life!(),
    " FROM orders o WHERE o.no = coalesce((SELECT order_no FROM outbox WHERE seq = ?1), ",
    "(SELECT no FROM orders WHERE create_seq = ?1))"
);

/// What an order is found by.
#[derive(Debug, Clone, Copy)]
pub(in crate::journal::sqlite) enum Find<'a> {
    Order(&'a OrderId),
    Entry(i64),
}

/// What a test may interrupt: right before and right after the commit.
#[derive(Clone, Copy)]
pub(in crate::journal::sqlite) struct Around {
    pub before_commit: fn(),
    pub after_commit: fn(),
}

/// A life and the row it came from.
#[derive(Debug)]
pub(in crate::journal::sqlite) struct Loaded {
    pub no: i64,
    pub order_id: OrderId,
    pub life: Life,
}

/// An entry as `life!` reads it.
#[derive(Deserialize)]
struct Waiting<'a>(i64, #[serde(borrow)] Cow<'a, str>, Option<String>, Option<String>, String, u32, u8, Option<i64>);

impl SqliteJournal {
    /// Tells one order what happened to it, and records what comes of it: two trips to the database, one commit.
    pub(in crate::journal::sqlite) async fn happen(
        &self,
        find: Find<'_>,
        happening: Happening<'_>,
        at: Timestamp,
        around: Around,
    ) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        let query = match find {
            Find::Order(id) => sqlx::query(BEGIN_BY_ID).bind(id.as_str()),
            Find::Entry(seq) => sqlx::query(BEGIN_BY_ENTRY).bind(seq),
        };
        let rows = query.fetch_all(hold.conn()).await.map_err(journal_error)?;
        let loaded = match rows.first().map(read) {
            Some(Ok(loaded)) => loaded,
            Some(Err(error)) => return Err(hold.refuse(error).await),
            None => return Err(hold.refuse(missing(find)).await),
        };
        let next = match loaded.life.apply(happening) {
            Ok(Step::Next(next)) => next,
            Ok(Step::AlreadySo) => return hold.roll_back().await,
            Err(refusal) => return Err(hold.refuse(JournalError::refused(&loaded.order_id, refusal)).await),
        };
        let mut write = QueryBuilder::new("");
        difference(&mut write, &loaded, &next, at)?;
        write.push("COMMIT");
        (around.before_commit)();
        write.build().execute(hold.conn()).await.map_err(journal_error)?;
        (around.after_commit)();
        hold.done();
        Ok(())
    }
}

fn missing(find: Find<'_>) -> JournalError {
    match find {
        Find::Order(id) => JournalError::NotFound(id.clone()),
        Find::Entry(seq) => JournalError::no_entry(seq),
    }
}

/// The life of the order, if there is one.
pub(in crate::journal::sqlite) async fn load(
    conn: &mut SqliteConnection,
    find: Find<'_>,
) -> Result<Option<Loaded>, JournalError> {
    let query = match find {
        Find::Order(id) => sqlx::query(BY_ID).bind(id.as_str()),
        Find::Entry(seq) => sqlx::query(BY_ENTRY).bind(seq),
    };
    query.fetch_optional(conn).await.map_err(journal_error)?.as_ref().map(read).transpose()
}

/// A row of `life!`.
pub(in crate::journal::sqlite) fn read(row: &SqliteRow) -> Result<Loaded, JournalError> {
    let order_id = OrderId(row.try_get(1).map_err(journal_error)?);
    let create: Option<&str> = row.try_get(13).map_err(journal_error)?;
    let changes: &str = row.try_get(14).map_err(journal_error)?;
    let what = || format!("the outbox of {order_id}");
    let mut entries: Vec<Waiting<'_>> = parse(&what(), changes)?;
    if let Some(create) = create {
        entries.push(parse(&what(), create)?);
    }
    let mut waiting = entries.into_iter().map(entry).collect::<Result<Vec<_>, _>>().map_err(journal_error)?;
    waiting.sort_unstable_by_key(|entry| entry.seq);
    let life = life_of(row, waiting).map_err(journal_error)?;
    Ok(Loaded { no: row.try_get(0).map_err(journal_error)?, order_id, life })
}

fn life_of(row: &SqliteRow, waiting: Vec<Entry>) -> Result<Life, sqlx::Error> {
    let internal_id: Option<i64> = row.try_get(3)?;
    let is_stray: bool = row.try_get(5)?;
    let reason: Option<String> = row.try_get(4)?;
    let delivery = delivery(row.try_get(2)?, internal_id, reason.clone())?;
    Ok(Life {
        tried: reason.filter(|_| delivery.waits()),
        delivery,
        stray: is_stray.then_some(Stray { internal_id: internal_id.map(InternalId) }),
        may_have_arrived: row.try_get(6)?,
        status: row.try_get(7)?,
        status_problem: row.try_get(8)?,
        first_status: row.try_get(9)?,
        base_url: row.try_get(10)?,
        attempts: row.try_get(11)?,
        not_taken: row.try_get(15)?,
        status_tried: row.try_get(18)?,
        sender: by(row)?,
        create_seq: row.try_get(12)?,
        waiting,
    })
}

/// The program that last began an attempt.
fn by(row: &SqliteRow) -> Result<Sender, sqlx::Error> {
    let written: Option<&str> = row.try_get(17)?;
    let written = written.map(serde_json::from_str).transpose().map_err(|_| sqlx::Error::RowNotFound)?;
    Ok(Sender { fence: row.try_get::<i64, _>(16)?.cast_unsigned(), ..sender(written)? })
}

/// Anything else is not taken for the nearest: it would be treated as what it is not.
fn entry(waiting: Waiting<'_>) -> Result<Entry, sqlx::Error> {
    let Waiting(seq, kind, status, reason, base_url, attempts, sending, due_at) = waiting;
    let work = match (&*kind, status) {
        ("create", None) => Work::Create,
        ("status", Some(status)) => Work::SetStatus { status, reason, not_before: due_at.map(instant).transpose()? },
        _ => return Err(sqlx::Error::RowNotFound),
    };
    Ok(Entry { seq, work, base_url, attempts, is_sending: sending != 0 })
}

/// Appends the statements that turn what was loaded into what comes next. Only what differs is written, so that an index
/// whose column stays is not touched.
pub(in crate::journal::sqlite) fn difference(
    write: &mut QueryBuilder<Sqlite>,
    loaded: &Loaded,
    next: &Next,
    at: Timestamp,
) -> Result<(), JournalError> {
    let Loaded { no, order_id: _, life: before } = loaded;
    let Next { life, events, outbox, draft } = next;
    for change in outbox {
        write_outbox(write, *no, change, life, at);
    }
    write.push("UPDATE orders SET changed_at = ").push_bind(at.as_microsecond());
    if next.joins() == Some(&Work::Create) {
        // The entry was inserted by the last statement.
        write.push(", create_seq = last_insert_rowid()");
    }
    columns(write, before, life);
    write.push(" WHERE no = ").push_bind(*no).push("; ");
    for event in events {
        write_event(write, *no, event, at);
    }
    if let Some(draft) = draft {
        drafts::push_save(write, draft)?;
    }
    Ok(())
}

/// The columns of `orders` that differ.
fn columns(write: &mut QueryBuilder<Sqlite>, before: &Life, after: &Life) {
    let (was_id, id) = (before.internal_id().map(|id| id.0), after.internal_id().map(|id| id.0));
    #[rustfmt::skip]
    let Life {
        delivery, stray, may_have_arrived, status, status_problem, first_status, base_url, attempts, not_taken,
        tried: _, status_tried, sender, create_seq: _, waiting: _,
    } = after;
    set(write, "delivery", &before.delivery.word(), &delivery.word());
    set(write, "internal_id", &was_id, &id);
    set(write, "reason", &before.reason().map(str::to_owned), &after.reason().map(str::to_owned));
    set(write, "stray", &before.stray.is_some(), &stray.is_some());
    set(write, "may_have_arrived", &before.may_have_arrived, may_have_arrived);
    set(write, "status", &before.status, status);
    set(write, "status_problem", &before.status_problem, status_problem);
    set(write, "first_status", &before.first_status, first_status);
    set(write, "base_url", &before.base_url, base_url);
    set(write, "attempts", &before.attempts, attempts);
    set(write, "fence", &before.sender.fence.cast_signed(), &sender.fence.cast_signed());
    set(write, "status_tried", &before.status_tried, status_tried);
    set(write, "not_taken", &before.not_taken, not_taken);
}

fn set<T>(write: &mut QueryBuilder<Sqlite>, column: &str, before: &T, after: &T)
where
    T: Clone + PartialEq + for<'q> sqlx::Encode<'q, Sqlite> + sqlx::Type<Sqlite>,
{
    if before != after {
        write.push(", ").push(column).push(" = ").push_bind(after.clone());
    }
}

fn write_outbox(write: &mut QueryBuilder<Sqlite>, no: i64, change: &OutboxChange, life: &Life, at: Timestamp) {
    match change {
        OutboxChange::Leaves(seq) => {
            write.push("DELETE FROM outbox WHERE seq = ").push_bind(*seq).push("; ");
        }
        OutboxChange::Changes(Entry { seq, work: _, base_url, attempts, is_sending }) => {
            write.push("UPDATE outbox SET base_url = ").push_bind(base_url.clone());
            write.push(", attempts = ").push_bind(*attempts).push(", sending = ").push_bind(*is_sending);
            write.push(" WHERE seq = ").push_bind(*seq).push("; ");
        }
        OutboxChange::Joins(work) => {
            let (kind, status, reason, not_before) = match work {
                Work::Create => ("create", None, None, None),
                Work::SetStatus { status, reason, not_before } => {
                    ("status", Some(status.clone()), reason.clone(), *not_before)
                }
            };
            write.push("INSERT INTO outbox (order_no, kind, status, reason, base_url, queued_at, due_at) SELECT no, ");
            write.push_bind(kind).push(", ").push_bind(status).push(", ").push_bind(reason).push(", ");
            write.push_bind(life.base_url.clone()).push(", ").push_bind(at.as_microsecond()).push(", ");
            match work {
                Work::Create => write.push("due_at"),
                Work::SetStatus { .. } => write.push_bind(not_before.map(Timestamp::as_microsecond)),
            };
            write.push(" FROM orders WHERE no = ").push_bind(no).push("; ");
        }
    }
}

fn write_event(write: &mut QueryBuilder<Sqlite>, no: i64, Noted { kind, detail, words }: &Noted, at: Timestamp) {
    write.push("INSERT INTO events (order_no, n, at, kind, detail) SELECT ").push_bind(no);
    write.push(", coalesce(max(n), 0) + 1, ").push_bind(at.as_microsecond()).push(", ").push_bind(kind.word());
    write.push(", ").push_bind(detail.clone()).push(" FROM events WHERE order_no = ").push_bind(no).push("; ");
    if !words.is_empty() {
        write.push("INSERT INTO event_words (order_no, n, words) SELECT ").push_bind(no).push(", max(n), ");
        write.push_bind(words.clone()).push(" FROM events WHERE order_no = ").push_bind(no).push("; ");
    }
}
