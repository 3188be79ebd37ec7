//! Recording what a person confirmed: orders and status changes, each with its outbox row and event in one transaction.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::{
    SqliteJournal, drafts,
    error::journal_error,
    house::column,
    rows::{event, why_not},
};
use crate::{
    chaos::{self, Bug},
    domain::ids::OrderId,
    journal::face::Face,
    ports::{
        JournalError,
        journal::{NewOrder, PlaceAllError},
    },
};

/// What the writing connection gets when it is opened: recording an order as one statement on a view of its own.
///
/// One statement is one trip to the database's thread and its own transaction. As several, waking the threads for each of
/// them cost as much again as the disk. The view and its trigger are temporary: nothing of them is in the file.
pub(super) const SETUP: &str = concat!(
    "CREATE TEMP VIEW placing AS SELECT NULL AS order_id, NULL AS at, NULL AS base_url, NULL AS body, NULL AS status, ",
    "NULL AS order_type, NULL AS total, NULL AS currency, NULL AS who, NULL AS address, NULL AS table_no, NULL AS seat, ",
    "NULL AS pickup_token, NULL AS intermediary, NULL AS due_at, NULL AS session_token, NULL AS brief, NULL AS prices, ",
    "NULL AS guest_number, NULL AS guest_who, NULL AS pieces, NULL AS promised_at, NULL AS passes, NULL AS desk; ",
    "CREATE TEMP TRIGGER place INSTEAD OF INSERT ON placing BEGIN ",
    // An order that may not be placed, again or because another desk has its draft, gets no delivery, which its column refuses: nothing of this is kept.
    "INSERT INTO orders (order_id, delivery, create_seq, base_url, first_status, order_type, total, currency, who, address, ",
    "table_no, seat, pickup_token, intermediary, created_at, due_at, changed_at, session_token, brief, ",
    "guest_number, guest_who, pieces, promised_at) ",
    "VALUES (NEW.order_id, ",
    "iif(EXISTS (SELECT 1 FROM drafts WHERE order_id = NEW.order_id AND desk <> NEW.desk), NULL, 'queued'), ",
    "(SELECT seq + 1 FROM sqlite_sequence WHERE name = 'outbox'), NEW.base_url, NEW.status, ",
    "NEW.order_type, NEW.total, NEW.currency, NEW.who, NEW.address, NEW.table_no, NEW.seat, NEW.pickup_token, ",
    "NEW.intermediary, NEW.at, NEW.due_at, NEW.at, NEW.session_token, NEW.brief, ",
    "NEW.guest_number, NEW.guest_who, NEW.pieces, NEW.promised_at) ",
    "ON CONFLICT (order_id) DO UPDATE SET ",
    "delivery = CASE WHEN delivery IN ('rejected', 'cancelled') AND stray = 0 THEN 'queued' END, ",
    "internal_id = NULL, reason = NULL, status = NULL, status_problem = NULL, create_seq = excluded.create_seq, ",
    "base_url = excluded.base_url, first_status = excluded.first_status, order_type = excluded.order_type, ",
    "total = excluded.total, currency = excluded.currency, who = excluded.who, address = excluded.address, ",
    "table_no = excluded.table_no, seat = excluded.seat, pickup_token = excluded.pickup_token, ",
    "intermediary = excluded.intermediary, created_at = excluded.created_at, due_at = excluded.due_at, ",
    "changed_at = excluded.changed_at, session_token = excluded.session_token, brief = excluded.brief, personal = 1, ",
    "guest_number = excluded.guest_number, guest_who = excluded.guest_who, pieces = excluded.pieces, ",
    "promised_at = excluded.promised_at; ",
    "INSERT INTO bodies (order_no, body) SELECT no, NEW.body FROM orders WHERE order_id = NEW.order_id ",
    "ON CONFLICT (order_no) DO UPDATE SET body = excluded.body; ",
    "INSERT INTO outbox (seq, order_no, kind, base_url, queued_at) ",
    "SELECT create_seq, no, 'create', NEW.base_url, NEW.at FROM orders WHERE order_id = NEW.order_id; ",
    "INSERT INTO events (order_no, n, at, kind, detail) ",
    "SELECT o.no, coalesce(max(e.n), 0) + 1, NEW.at, iif(max(e.n) IS NULL, 'placed', 'corrected'), '' ",
    "FROM orders o LEFT JOIN events e ON e.order_no = o.no WHERE o.order_id = NEW.order_id GROUP BY o.no; ",
    "INSERT INTO events (order_no, n, at, kind, detail) ",
    "SELECT o.no, (SELECT max(n) FROM events WHERE order_no = o.no) + 1 + p.key, NEW.at, 'price_changed', p.value ",
    "FROM orders o CROSS JOIN json_each(NEW.prices) p WHERE o.order_id = NEW.order_id; ",
    "INSERT INTO events (order_no, n, at, kind, detail) ",
    "SELECT o.no, (SELECT max(n) FROM events WHERE order_no = o.no) + 1 + p.key, NEW.at, 'overridden', p.value ",
    "FROM orders o CROSS JOIN json_each(NEW.passes) p WHERE o.order_id = NEW.order_id; ",
    "DELETE FROM drafts WHERE order_id = NEW.order_id; ",
    "END",
);

const PLACE: &str = "INSERT INTO placing (order_id, at, base_url, body, status, order_type, total, currency, who, address, \
    table_no, seat, pickup_token, intermediary, due_at, session_token, brief, prices, guest_number, guest_who, pieces, \
    promised_at, passes, desk) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)";

const FIND_OPEN: &str = "BEGIN IMMEDIATE; \
    SELECT no FROM orders WHERE order_id = ?1 AND delivery IN ('queued', 'sending', 'accepted')";

const STATUS: &str = concat!(
    // It goes where its order went: elsewhere OktoPOS's id means another order.
    "INSERT INTO outbox (order_no, kind, status, reason, base_url, queued_at) ",
    "SELECT ?1, 'status', ?3, ?4, base_url, ?2 FROM orders WHERE no = ?1; ",
    "UPDATE orders SET status_problem = NULL, changed_at = ?2 WHERE no = ?1; ",
    event!("status_requested", "iif(coalesce(?4, '') = '', ?3, ?3 || ': ' || ?4)"),
    "COMMIT",
);

/// Notes as a JSON array of their texts; nothing for none.
fn listed(notes: &[impl ToString]) -> Result<Option<String>, JournalError> {
    if notes.is_empty() {
        return Ok(None);
    }
    let texts: Vec<String> = notes.iter().map(ToString::to_string).collect();
    let unwritable = |error| JournalError::Unwritable(format!("what is noted of the order: {error}"));
    serde_json::to_string(&texts).map(Some).map_err(unwritable)
}

/// Runs the one statement that records an order. `Some` says why the journal refuses it; then nothing of it is kept, and a
/// transaction around it goes on.
async fn insert(conn: &mut SqliteConnection, new: &NewOrder) -> Result<Option<JournalError>, JournalError> {
    let NewOrder { order, body, base_url, due_at, at, note, guest, desk } = new;
    let (prices, passes) = (listed(&note.prices)?, listed(&note.passes)?);
    let face = Face::of(order);
    let done = sqlx::query(PLACE)
        .bind(order.order_id.as_str())
        .bind(at.as_microsecond())
        .bind(base_url)
        .bind(body)
        .bind(face.status)
        .bind(face.order_type)
        .bind(face.total)
        .bind(face.currency)
        .bind(face.who)
        .bind(face.address)
        .bind(face.table)
        .bind(face.seat)
        .bind(face.pickup_token)
        .bind(face.intermediary)
        .bind(due_at.map(Timestamp::as_microsecond))
        .bind(face.session_token)
        .bind(face.brief)
        .bind(prices)
        .bind(guest.number.as_deref())
        .bind(guest.who)
        .bind(note.pieces)
        .bind(column(note.promised_at))
        .bind(passes)
        .bind(Some(desk.as_str()).filter(|_| !chaos::planted(Bug::SharedDrafts)))
        .execute(&mut *conn)
        .await;
    match done {
        Ok(_) => Ok(None),
        Err(sqlx::Error::Database(error)) if error.kind() == sqlx::error::ErrorKind::NotNullViolation => {
            if let Some(why) = drafts::elsewhere(conn, &order.order_id, desk).await? {
                return Ok(Some(why));
            }
            match why_not(conn, &order.order_id, "placing it again").await {
                refused @ JournalError::WrongState { .. } => Ok(Some(refused)),
                failed => Err(failed),
            }
        }
        Err(error) => Err(journal_error(error)),
    }
}

impl SqliteJournal {
    pub(super) async fn record(&self, new: &NewOrder) -> Result<(), JournalError> {
        match self.place_or_refuse(std::slice::from_ref(new)).await?.pop() {
            None => Ok(()),
            Some((_, why)) => Err(why),
        }
    }

    pub(super) async fn record_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError> {
        match self.place_or_refuse(new).await? {
            refused if refused.is_empty() => Ok(()),
            refused => Err(PlaceAllError::Refused(refused)),
        }
    }

    /// Records all of the orders and returns nothing, or records none and returns those that are refused.
    async fn place_or_refuse(&self, new: &[NewOrder]) -> Result<Vec<(usize, JournalError)>, JournalError> {
        let mut hold = self.write().await?;
        // One statement is a transaction of its own, and BEGIN and COMMIT would be two more trips.
        let is_transaction = new.len() > 1;
        if is_transaction {
            // A connection that is dropped while this is open is closed, and SQLite rolls back.
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        }
        let mut refused = Vec::new();
        for (index, order) in new.iter().enumerate() {
            if index + 1 == new.len() {
                chaos::point("place.before_commit");
            }
            if let Some(why) = insert(hold.conn(), order).await? {
                refused.push((index, why));
            }
        }
        let end = if refused.is_empty() { "COMMIT" } else { "ROLLBACK" };
        if is_transaction {
            sqlx::raw_sql(end).execute(hold.conn()).await.map_err(journal_error)?;
        }
        if refused.is_empty() {
            chaos::point("place.after_commit");
        }
        hold.done();
        Ok(refused)
    }

    pub(super) async fn queue_status(
        &self,
        id: &OrderId,
        status: &str,
        reason: Option<&str>,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        let found: Vec<i64> =
            sqlx::query_scalar(FIND_OPEN).bind(id.as_str()).fetch_all(hold.conn()).await.map_err(journal_error)?;
        let Some(no) = found.first() else {
            let why = why_not(hold.conn(), id, "changing its status").await;
            return Err(hold.refuse(why).await);
        };
        chaos::point("status.before_commit");
        sqlx::query(STATUS)
            .bind(no)
            .bind(at.as_microsecond())
            .bind(status)
            .bind(reason)
            .execute(hold.conn())
            .await
            .map_err(journal_error)?;
        chaos::point("status.after_commit");
        hold.done();
        Ok(())
    }
}
