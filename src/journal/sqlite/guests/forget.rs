//! Removing guests from orders that are over. What is open is never touched: the frozen body of an order that may still be
//! sent is a promise. Some orders at a time, each time one transaction.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    chaos,
    domain::{
        order::{
            Order,
            history::EventKind,
            life::{Happening, Next, Step},
            privacy::without_guest,
        },
        value::ids::OrderId,
    },
    journal::sqlite::{
        SqliteJournal,
        error::journal_error,
        orders::life::{COLUMNS, Loaded, difference, life, read},
        rows::{delivery, parse},
    },
    ports::{
        JournalError,
        journal::{Forget, Forgotten, GuestOrder},
    },
};

/// The next orders that may hold their guest, looked at by number: ?1 is where to go on, ?2 how many.
macro_rules! window {
    () => {
        "(SELECT no FROM orders INDEXED BY orders_personal WHERE personal = 1 AND no > ?1 ORDER BY no LIMIT ?2)"
    };
}

/// How far the window reaches.
pub(in crate::journal::sqlite) const REACH: &str = concat!("SELECT count(*), max(no) FROM ", window!());

/// Those of the window that may be over. ?3 is the instant, ?4 the orders as JSON or NULL. The life decides; this leaves out
/// what need not be loaded.
pub(in crate::journal::sqlite) const CANDIDATES: &str = concat!(
    "SELECT ",
    life!(),
    ", b.body, o.who <> '' OR o.address <> '' OR o.pickup_token <> '' FROM ",
    window!(),
    " w CROSS JOIN orders o ON o.no = w.no CROSS JOIN bodies b ON b.order_no = w.no WHERE o.changed_at < ?3 ",
    "AND (?4 IS NULL OR o.order_id IN (SELECT value FROM json_each(?4))) ORDER BY o.no",
);

pub(in crate::journal::sqlite) const GUESTS: &str = concat!(
    "SELECT o.no, o.order_id, b.body, o.delivery, o.internal_id, o.reason, o.status, ",
    "EXISTS (SELECT 1 FROM outbox x WHERE x.order_no = o.no AND x.kind = 'status') ",
    "FROM ",
    window!(),
    " w CROSS JOIN orders o ON o.no = w.no CROSS JOIN bodies b ON b.order_no = o.no ORDER BY o.no",
);

/// ?1 is the order, ?2 its body without the guest.
const FORGET: &str = "UPDATE bodies SET body = ?2 WHERE order_no = ?1; \
    UPDATE orders SET who = '', address = '', pickup_token = '', personal = 0, session_token = NULL, guest_number = NULL, \
    guest_who = NULL WHERE no = ?1; DELETE FROM event_words WHERE order_no = ?1";
/// Kinds of the events with which something was said.
const SAID: &str = "SELECT e.kind FROM event_words w CROSS JOIN events e ON e.order_no = w.order_no AND e.n = w.n \
    WHERE w.order_no = ?1";
const NOTHING_THERE: &str = "UPDATE orders SET personal = 0 WHERE no = ?1";

/// One order that is over.
struct Over {
    loaded: Loaded,
    next: Box<Next>,
    body: String,
    has_columns: bool,
}

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn forget_guests(
        &self,
        which: &Forget,
        at: Timestamp,
    ) -> Result<Forgotten, JournalError> {
        let mut hold = self.read().await?;
        let next = reach(hold.conn(), which.after, which.look_at).await?;
        let any = !over(hold.conn(), which).await?.is_empty();
        hold.done();
        if !any {
            return Ok(Forgotten { next, ..Forgotten::default() });
        }
        let mut hold = self.write().await?;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        // Read again under the lock: an order may have been placed again meanwhile.
        let mut forgotten = Forgotten { next, ..Forgotten::default() };
        for order in over(hold.conn(), which).await? {
            write(hold.conn(), order, at, &mut forgotten).await?;
        }
        chaos::point("purge.before_commit");
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("purge.after_commit");
        hold.done();
        Ok(forgotten)
    }

    pub(in crate::journal::sqlite) async fn list_guests(
        &self,
        after: i64,
        look_at: u32,
    ) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError> {
        let mut hold = self.read().await?;
        let next = reach(hold.conn(), after, look_at).await?;
        let rows = sqlx::query(GUESTS).bind(after).bind(look_at).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        let mut guests = Vec::with_capacity(rows.len());
        for row in &rows {
            guests.extend(guest(row)?);
        }
        Ok((guests, next))
    }
}

/// Where to go on after this window; `None` when it is the last.
async fn reach(conn: &mut SqliteConnection, after: i64, look_at: u32) -> Result<Option<i64>, JournalError> {
    let (count, last): (u32, Option<i64>) =
        sqlx::query_as(REACH).bind(after).bind(look_at).fetch_one(conn).await.map_err(journal_error)?;
    Ok(last.filter(|_| count >= look_at))
}

async fn over(conn: &mut SqliteConnection, which: &Forget) -> Result<Vec<Over>, JournalError> {
    let Forget { before, over, only, after, look_at } = which;
    let rows = sqlx::query(CANDIDATES)
        .bind(after)
        .bind(look_at)
        .bind(before.as_microsecond())
        .bind(only.as_ref().map(json).transpose()?)
        .fetch_all(conn)
        .await
        .map_err(journal_error)?;
    let mut found = Vec::new();
    for row in &rows {
        // Left for the check to find: one damaged order must not keep everybody else's data here.
        let Ok(loaded) = read(row) else { continue };
        let happening = Happening::GuestForgotten { over: over.as_deref() };
        let Ok(Step::Next(next)) = loaded.life.apply(happening) else { continue };
        let body = row.try_get(COLUMNS).map_err(journal_error)?;
        let has_columns = row.try_get(COLUMNS + 1).map_err(journal_error)?;
        found.push(Over { loaded, next, body, has_columns });
    }
    Ok(found)
}

fn json<T: serde::Serialize>(list: T) -> Result<String, JournalError> {
    serde_json::to_string(&list).map_err(|error| JournalError::Unwritable(format!("a list cannot be written: {error}")))
}

async fn write(
    conn: &mut SqliteConnection,
    over: Over,
    at: Timestamp,
    forgotten: &mut Forgotten,
) -> Result<(), JournalError> {
    // A damaged body is left for the check to find: one row must not keep everybody else's data here.
    let Ok(order) = parse::<Order>("an order", &over.body) else { return Ok(()) };
    let bare = without_guest(&order);
    let no = over.loaded.no;
    let said: Vec<String> = sqlx::query_scalar(SAID).bind(no).fetch_all(&mut *conn).await.map_err(journal_error)?;
    let is_typed = |kind: &EventKind| kind.is_typed() && said.iter().any(|word| word == kind.word());
    if bare == order && !over.has_columns && !EventKind::ALL.iter().any(is_typed) {
        sqlx::query(NOTHING_THERE).bind(no).execute(conn).await.map_err(journal_error)?;
        return Ok(());
    }
    sqlx::query(FORGET).bind(no).bind(json(&bare)?).execute(&mut *conn).await.map_err(journal_error)?;
    let mut write = QueryBuilder::new("");
    difference(&mut write, &over.loaded, &over.next, at)?;
    write.build().execute(conn).await.map_err(journal_error)?;
    forgotten.orders.push(over.loaded.order_id);
    Ok(())
}

/// The row's guest, if it has one.
fn guest(row: &SqliteRow) -> Result<Option<GuestOrder>, JournalError> {
    let body: &str = row.try_get(2).map_err(journal_error)?;
    let Ok(order) = parse::<Order>("an order", body) else { return Ok(None) };
    let Some(customer) = order.customer else { return Ok(None) };
    let read = || -> Result<GuestOrder, sqlx::Error> {
        Ok(GuestOrder {
            cursor: row.try_get(0)?,
            order_id: OrderId(row.try_get(1)?),
            delivery: delivery(row.try_get(3)?, row.try_get(4)?, row.try_get(5)?)?,
            status: row.try_get(6)?,
            is_changing: row.try_get(7)?,
            customer,
        })
    };
    read().map(Some).map_err(journal_error)
}
