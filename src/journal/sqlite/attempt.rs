//! Attempts to send: begun durably, settled durably, and turned into what is known after a crash.

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteJournal,
    error::journal_error,
    lane::Hold,
    rows::{event, static_word},
};
use crate::{
    chaos::{self, Bug},
    domain::{ids::OrderId, reason::Reason},
    ports::{JournalError, journal::Settled},
};

/// SQL for an answer that changes nothing any more: it is kept in the history.
macro_rules! late {
    ($kind:literal) => {
        concat!("UPDATE orders SET changed_at = ?2 WHERE no = ?1; ", event!($kind, "?3"), "COMMIT")
    };
}

/// Who must not send it gets no `sending`, which its column refuses: a second sender, and one that is configured for
/// another address than the one it is bound to.
const BEGIN: &str = "BEGIN IMMEDIATE; \
    UPDATE outbox SET sending = iif(sending = 0 AND base_url = coalesce(?3, base_url), 1, NULL), attempts = attempts + 1 WHERE seq = ?1 RETURNING seq; \
    UPDATE orders SET delivery = 'sending', attempts = attempts + 1, changed_at = ?2 \
        WHERE no = (SELECT order_no FROM outbox WHERE seq = ?1 AND kind = 'create'); \
    INSERT INTO events (order_no, n, at, kind, detail) \
        SELECT b.order_no, (SELECT coalesce(max(n), 0) + 1 FROM events WHERE order_no = b.order_no), ?2, 'attempt', \
        coalesce(b.status, b.attempts) FROM outbox b WHERE b.seq = ?1; \
    COMMIT";

/// Why an entry refused to be begun.
const WHY_NOT_BEGUN: &str = "SELECT sending FROM outbox WHERE seq = ?1";

const ENTRY: &str = "BEGIN IMMEDIATE; SELECT order_no, kind, status FROM outbox WHERE seq = ?1";
const LATE: &str = "SELECT no, delivery, order_id FROM orders WHERE create_seq = ?1";

// In what follows ?1 is the order, ?2 the instant, ?3 the text, ?4 the entry, ?5 OktoPOS's id.
const CREATE_REQUEUED: &str = concat!(
    "UPDATE orders SET delivery = 'queued', changed_at = ?2 WHERE no = ?1; ",
    "UPDATE outbox SET sending = 0 WHERE seq = ?4; ",
    event!("requeued", "?3"),
    "COMMIT",
);
const CREATE_AGAIN: &str = concat!(
    "UPDATE orders SET delivery = 'queued', may_have_arrived = 1, changed_at = ?2 WHERE no = ?1; ",
    "UPDATE outbox SET sending = 0 WHERE seq = ?4; ",
    event!("again", "?3"),
    "COMMIT",
);
const CREATE_ACCEPTED: &str = concat!(
    "UPDATE orders SET delivery = 'accepted', internal_id = ?5, reason = NULL, status = first_status, changed_at = ?2 ",
    "WHERE no = ?1; ",
    "DELETE FROM outbox WHERE seq = ?4; ",
    event!("accepted", "?3"),
    "COMMIT",
);
const CREATE_REJECTED: &str = concat!(
    "UPDATE orders SET delivery = 'rejected', reason = ?3, changed_at = ?2 WHERE no = ?1; ",
    event!("rejected", "?3"),
    // Status changes of an order that never came to be are dropped, and the history says so.
    "INSERT INTO events (order_no, n, at, kind, detail) ",
    "SELECT ?1, (SELECT max(n) FROM events WHERE order_no = ?1) + row_number() OVER (ORDER BY seq), ?2, ",
    "'status_refused', status FROM outbox WHERE order_no = ?1 AND kind = 'status'; ",
    "DELETE FROM outbox WHERE order_no = ?1; ",
    "COMMIT",
);
const CREATE_UNKNOWN: &str = concat!(
    "UPDATE orders SET delivery = 'unknown', reason = ?3, may_have_arrived = 1, changed_at = ?2 WHERE no = ?1; ",
    "DELETE FROM outbox WHERE seq = ?4; ",
    event!("unknown", "?3"),
    "COMMIT",
);
const STATUS_REQUEUED: &str = concat!(
    "UPDATE outbox SET sending = 0 WHERE seq = ?4; ",
    "UPDATE orders SET changed_at = ?2 WHERE no = ?1; ",
    event!("requeued", "?3"),
    "COMMIT",
);
const STATUS_AGAIN: &str = concat!(
    "UPDATE outbox SET sending = 0 WHERE seq = ?4; ",
    "UPDATE orders SET changed_at = ?2 WHERE no = ?1; ",
    event!("again", "?3"),
    "COMMIT",
);
const STATUS_SET: &str = concat!(
    "UPDATE orders SET status = ?3, status_problem = NULL, changed_at = ?2 WHERE no = ?1; ",
    "DELETE FROM outbox WHERE seq = ?4; ",
    event!("status_set", "?3"),
    "COMMIT",
);
const STATUS_REJECTED: &str = concat!(
    "UPDATE orders SET status_problem = ?3, changed_at = ?2 WHERE no = ?1; ",
    "DELETE FROM outbox WHERE seq = ?4; ",
    event!("status_refused", "?3"),
    "COMMIT",
);

// The order was already settled by the ready list or by another program's recovery; the answer still counts.
const LATE_ID: &str = concat!(
    "UPDATE orders SET internal_id = coalesce(internal_id, ?5), changed_at = ?2 WHERE no = ?1; ",
    event!("accepted", "?3"),
    "COMMIT",
);
const LATE_REQUEUED: &str = late!("requeued");
const LATE_AGAIN: &str = late!("again");
const LATE_REJECTED: &str = late!("rejected");
const LATE_UNKNOWN: &str = late!("unknown");

/// Shown beside an order whose attempt was under way when the program ended.
const INTERRUPTED: &str = Reason::ProgramEnded.sentence();

const RECOVER: &str = "BEGIN IMMEDIATE; \
    SELECT count(*) FROM outbox WHERE sending = 1 AND kind = 'create'; \
    INSERT INTO events (order_no, n, at, kind, detail) \
        SELECT order_no, (SELECT coalesce(max(n), 0) FROM events e WHERE e.order_no = b.order_no) \
        + row_number() OVER (PARTITION BY order_no ORDER BY seq), ?1, iif(kind = 'create', 'unknown', 'again'), ?2 \
        FROM outbox b WHERE sending = 1; \
    UPDATE orders SET changed_at = ?1 WHERE no IN (SELECT order_no FROM outbox WHERE sending = 1); \
    UPDATE orders SET delivery = 'unknown', reason = ?2, may_have_arrived = 1 \
        WHERE no IN (SELECT order_no FROM outbox WHERE sending = 1 AND kind = 'create'); \
    DELETE FROM outbox WHERE sending = 1 AND kind = 'create'; \
    UPDATE outbox SET sending = 0 WHERE sending = 1; \
    COMMIT";

/// What `settle` writes: its SQL and the text that goes with it.
struct Outcome<'a> {
    sql: &'static str,
    text: String,
    no: i64,
    settled: &'a Settled,
}

impl SqliteJournal {
    pub(super) async fn begin(&self, seq: i64, base_url: &str, at: Timestamp) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        chaos::point("sending.before_mark");
        let to = (!chaos::planted(Bug::StaleAddress)).then_some(base_url);
        let begun = sqlx::query(BEGIN).bind(seq).bind(at.as_microsecond()).bind(to).fetch_all(hold.conn()).await;
        match begun {
            Ok(rows) => {
                chaos::point("sending.after_mark");
                hold.done();
                if rows.is_empty() { Err(gone(seq, "sending it")) } else { Ok(()) }
            }
            Err(sqlx::Error::Database(error)) if error.kind() == sqlx::error::ErrorKind::NotNullViolation => {
                let is_sending = sqlx::query_scalar(WHY_NOT_BEGUN).bind(seq).fetch_one(hold.conn()).await;
                Err(hold.refuse(is_sending.map_or_else(journal_error, |is| refused(seq, is))).await)
            }
            Err(error) => Err(journal_error(error)),
        }
    }

    pub(super) async fn settle(&self, seq: i64, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        let rows = sqlx::query(ENTRY).bind(seq).fetch_all(hold.conn()).await.map_err(journal_error)?;
        let outcome = match rows.first() {
            None => late(hold.conn(), seq, settled).await,
            Some(row) => {
                let no = row.try_get(0).map_err(journal_error)?;
                let status: Option<&str> = row.try_get(2).map_err(journal_error)?;
                outcome(status, settled)
                    .map(|(sql, text)| Outcome { sql, text, no, settled })
                    .ok_or_else(|| gone(seq, "this outcome"))
            }
        };
        match outcome {
            Ok(outcome) => write(hold, seq, outcome, at).await,
            Err(why) => Err(hold.refuse(why).await),
        }
    }

    pub(super) async fn recover_attempts(&self, at: Timestamp) -> Result<u32, JournalError> {
        let mut hold = self.read().await?;
        let any: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM outbox WHERE sending = 1)")
            .fetch_one(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        if !any {
            return Ok(0);
        }
        let mut hold = self.write().await?;
        chaos::point("recover.before_commit");
        let counts: Vec<u32> = sqlx::query_scalar(RECOVER)
            .bind(at.as_microsecond())
            .bind(INTERRUPTED)
            .fetch_all(hold.conn())
            .await
            .map_err(journal_error)?;
        chaos::point("recover.after_commit");
        hold.done();
        Ok(counts.first().copied().unwrap_or_default())
    }
}

async fn write(mut hold: Hold<'_>, seq: i64, outcome: Outcome<'_>, at: Timestamp) -> Result<(), JournalError> {
    let internal_id = match outcome.settled {
        Settled::Accepted { internal_id } => Some(internal_id.0),
        _ => None,
    };
    match outcome.settled {
        Settled::StatusSet => chaos::point("status_outcome.before_commit"),
        _ => chaos::point("outcome.before_commit"),
    }
    sqlx::query(outcome.sql)
        .bind(outcome.no)
        .bind(at.as_microsecond())
        .bind(outcome.text)
        .bind(seq)
        .bind(internal_id)
        .execute(hold.conn())
        .await
        .map_err(journal_error)?;
    match outcome.settled {
        Settled::StatusSet => chaos::point("status_outcome.after_commit"),
        _ => chaos::point("outcome.after_commit"),
    }
    hold.done();
    Ok(())
}

/// What to write for an entry that is there; `status` is the status it sets, `None` for a create.
fn outcome(status: Option<&str>, settled: &Settled) -> Option<(&'static str, String)> {
    Some(match (status, settled) {
        (None, Settled::Requeued { reason }) => (CREATE_REQUEUED, reason.clone()),
        (None, Settled::Again { reason }) => (CREATE_AGAIN, reason.clone()),
        (None, Settled::Accepted { internal_id }) => (CREATE_ACCEPTED, internal_id.to_string()),
        (None, Settled::Rejected { reason }) => (CREATE_REJECTED, reason.clone()),
        (None, Settled::Unknown { reason }) => (CREATE_UNKNOWN, reason.clone()),
        (Some(_), Settled::Requeued { reason }) => (STATUS_REQUEUED, reason.clone()),
        // Setting a status twice comes to the same, so one that may have been set is sent again.
        (Some(_), Settled::Again { reason } | Settled::Unknown { reason }) => (STATUS_AGAIN, reason.clone()),
        (Some(status), Settled::StatusSet) => (STATUS_SET, status.to_owned()),
        (Some(status), Settled::Rejected { reason }) => (STATUS_REJECTED, format!("{status}: {reason}")),
        (None, Settled::StatusSet) | (Some(_), Settled::Accepted { .. }) => return None,
    })
}

/// What an answer means that comes when its create entry has already left the outbox. Never a step back: what is known
/// to have arrived has arrived.
async fn late<'a>(conn: &mut SqliteConnection, seq: i64, settled: &'a Settled) -> Result<Outcome<'a>, JournalError> {
    let rows = sqlx::query(LATE).bind(seq).fetch_all(conn).await.map_err(journal_error)?;
    let Some(row) = rows.first() else { return Err(gone(seq, "settling it")) };
    let no = row.try_get(0).map_err(journal_error)?;
    let word: &str = row.try_get(1).map_err(journal_error)?;
    let (sql, text) = match (word, settled) {
        ("accepted", Settled::Accepted { internal_id }) => (LATE_ID, internal_id.to_string()),
        ("unknown", Settled::Accepted { internal_id }) => (CREATE_ACCEPTED, internal_id.to_string()),
        ("unknown", Settled::Rejected { reason }) => (CREATE_REJECTED, reason.clone()),
        ("accepted" | "unknown", Settled::Requeued { reason }) => (LATE_REQUEUED, reason.clone()),
        ("accepted" | "unknown", Settled::Again { reason }) => (LATE_AGAIN, reason.clone()),
        ("accepted", Settled::Rejected { reason }) => (LATE_REJECTED, reason.clone()),
        ("accepted" | "unknown", Settled::Unknown { reason }) => (LATE_UNKNOWN, reason.clone()),
        (word, _) => {
            let order_id = OrderId(row.try_get(2).map_err(journal_error)?);
            return Err(JournalError::WrongState {
                order_id,
                delivery: static_word(word),
                action: "settling an attempt",
            });
        }
    };
    Ok(Outcome { sql, text, no, settled })
}

fn gone(seq: i64, action: &'static str) -> JournalError {
    JournalError::WrongState { order_id: of_entry(seq), delivery: "no longer in the outbox", action }
}

/// `is_sending`: somebody sends it; else it is bound to another address.
fn refused(seq: i64, is_sending: bool) -> JournalError {
    let (delivery, action) = if is_sending {
        ("being sent", "sending it a second time")
    } else {
        ("bound to another address", "sending it to this one")
    };
    JournalError::WrongState { order_id: of_entry(seq), delivery, action }
}

/// Stands where the order's id would, when only the entry's number is known.
fn of_entry(seq: i64) -> OrderId {
    OrderId(format!("of outbox entry {seq}"))
}
