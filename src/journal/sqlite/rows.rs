//! Rows of the database as the journal's values, and the pieces of SQL that several parts share.

use std::borrow::Cow;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::{Row, sqlite::SqliteRow};

use super::error::{damaged, journal_error};
use crate::{
    domain::{
        order::{OrderType, delivery::Delivery, life::Sender},
        value::ids::{InternalId, OrderId},
    },
    ports::{JournalError, journal::OrderRow},
};

/// The columns of `Listed` as one JSON array, in its order; `orders` is named `o`.
///
/// One value instead of twenty: copying each value of each row from the database's thread took most of the time.
macro_rules! listed {
    () => {
        "json_array(o.order_id, o.delivery, o.internal_id, o.reason, o.status, \
         (SELECT x.status FROM outbox x WHERE x.order_no = o.no AND x.kind = 'status' ORDER BY x.seq DESC LIMIT 1), \
         o.status_problem, o.order_type, o.total, o.currency, o.who, o.address, o.table_no, o.seat, o.pickup_token, \
         o.intermediary, o.created_at, o.due_at, o.changed_at, o.attempts, \
         o.may_have_arrived, o.stray, o.session_token, o.brief, \
         (SELECT json_array(name, since) FROM senders WHERE fence = o.fence), o.fence, o.status_tried, \
         o.promised_at)"
    };
}
pub(super) use listed;

/// A row of `listed`.
#[derive(Deserialize)]
struct Listed<'a>(
    OrderId,
    #[serde(borrow)] Cow<'a, str>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<OrderType>,
    #[serde(with = "rust_decimal::serde::str")] Decimal,
    String,
    String,
    String,
    Option<i64>,
    Option<i64>,
    String,
    String,
    i64,
    Option<i64>,
    i64,
    u32,
    u8,
    u8,
    Option<String>,
    String,
    Option<(String, i64)>,
    i64,
    Option<String>,
    Option<i64>,
);

/// A row of `listed` as lists show it.
pub(super) fn order_row(row: &SqliteRow) -> Result<OrderRow, JournalError> {
    let json: &str = row.try_get(0).map_err(journal_error)?;
    let listed: Listed<'_> = parse("an order's row", json)?;
    from_listed(listed).map_err(journal_error)
}

/// The same without a database, for tests of what a damaged one may hold.
#[cfg(test)]
pub(in crate::journal) fn read_row(json: &str) -> Result<OrderRow, JournalError> {
    from_listed(parse("an order's row", json)?).map_err(journal_error)
}

fn from_listed(listed: Listed<'_>) -> Result<OrderRow, sqlx::Error> {
    #[rustfmt::skip]
    let Listed(
        order_id, word, internal_id, reason, status, pending_status, status_problem, order_type, total, currency, who,
        address, table, seat, pickup_token, intermediary, created_at, due_at, changed_at, attempts,
        may_have_arrived, stray, session_token, brief, by, fence, status_tried, promised_at,
    ) = listed;
    let by = Sender { fence: fence.cast_unsigned(), ..sender(by)? };
    let delivery = delivery(&word, internal_id, reason.clone())?;
    Ok(OrderRow {
        order_id,
        tried: reason.filter(|_| delivery.waits()),
        delivery,
        status,
        pending_status,
        status_tried,
        status_problem,
        order_type,
        total,
        currency,
        who,
        address,
        table,
        seat,
        pickup_token,
        intermediary,
        created_at: instant(created_at)?,
        due_at: due_at.map(instant).transpose()?,
        promised_at: promised_at.map(instant).transpose()?,
        changed_at: instant(changed_at)?,
        attempts,
        may_have_arrived: may_have_arrived != 0,
        stray: stray != 0,
        session_token,
        brief,
        last_sender: Some(by).filter(|by| !by.name.is_empty()),
    })
}

/// A program that sent, as it was written down, without its fence.
pub(super) fn sender(written: Option<(String, i64)>) -> Result<Sender, sqlx::Error> {
    let Some((name, since)) = written else { return Ok(Sender::default()) };
    Ok(Sender { name, since: Some(instant(since)?), fence: 0 })
}

/// The state that the columns say.
pub(super) fn delivery(word: &str, internal_id: Option<i64>, reason: Option<String>) -> Result<Delivery, sqlx::Error> {
    let reason = reason.unwrap_or_default();
    Ok(match word {
        "queued" => Delivery::Queued,
        "sending" => Delivery::Sending,
        "accepted" => Delivery::Accepted { internal_id: internal_id.map(InternalId) },
        "rejected" => Delivery::Rejected { reason },
        "unknown" => Delivery::Unknown { reason },
        "cancelled" => Delivery::Cancelled,
        _ => return Err(sqlx::Error::RowNotFound),
    })
}

/// Microseconds since 1970 as an instant.
pub(super) fn instant(microseconds: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_microsecond(microseconds).map_err(|_| sqlx::Error::RowNotFound)
}

/// JSON that the journal wrote itself.
pub(super) fn parse<'a, T: Deserialize<'a>>(what: &str, json: &'a str) -> Result<T, JournalError> {
    // The parser's message would repeat customer data.
    serde_json::from_str(json).map_err(|error| damaged(&format!("{what} cannot be read at column {}", error.column())))
}
