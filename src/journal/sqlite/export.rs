//! What can still be read of a journal that cannot be opened: damaged, cut off, or from a newer program. Opens the file for
//! reading only and changes nothing in it.

use std::{io, path::Path};

use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    error::{damaged, journal_error},
    file::{self, NAME},
};
use crate::{domain::text::harmless, ports::JournalError};

/// Orders read at a time; where that fails, one by one.
const AT_ONCE: i64 = 200;

/// The number of the last order, told by any table that can still be read at its end.
const LAST: [&str; 3] =
    ["SELECT max(no) FROM orders", "SELECT max(order_no) FROM bodies", "SELECT max(order_no) FROM events"];
/// More orders than this file can hold, each at more than this many bytes.
const MOST: &str = "SELECT page_count * page_size / 64 FROM pragma_page_count, pragma_page_size";
const ORDERS: &str = "SELECT o.order_id, o.delivery, o.internal_id, o.status, b.body \
    FROM orders o LEFT JOIN bodies b ON b.order_no = o.no WHERE o.no BETWEEN ?1 AND ?2 ORDER BY o.no";
/// Without its body an order can still be named.
const BARE: &str =
    "SELECT order_id, delivery, internal_id, status, NULL FROM orders WHERE no BETWEEN ?1 AND ?2 ORDER BY no";

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Orders, with or without their Order object.
    pub orders: u64,
    /// Drafts.
    pub drafts: u64,
    /// Orders, Order objects and lists that cannot be read.
    pub unreadable: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderLine<'a> {
    order_id: &'a str,
    delivery: &'a str,
    internal_id: Option<i64>,
    status: Option<&'a str>,
    /// As it was sent or is to be sent.
    order: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct DraftLine<'a> {
    draft: &'a RawValue,
}

/// Gives everything that can be read of the journal in `dir` to `line`, one JSON text each, customer data and all.
///
/// # Errors
/// `Unusable` where nothing can be read at all; `Unwritable` with what `line` says.
pub async fn export(
    dir: &Path,
    line: &mut (dyn FnMut(&str) -> io::Result<()> + Send),
) -> Result<Exported, JournalError> {
    let options = SqliteConnectOptions::new().filename(dir.join(NAME)).read_only(true).disable_statement_logging();
    let mut conn = options.connect().await.map_err(journal_error)?;
    file::check_owner(&mut conn).await?;
    let (last, trouble) = last(&mut conn).await?;
    let mut reader = Reader { conn, line, done: Exported::default() };
    for first in (1..=last).step_by(AT_ONCE as usize) {
        reader.orders(first, first + AT_ONCE - 1).await?;
    }
    reader.drafts().await?;
    let done = reader.done;
    if let Some(trouble) = trouble.filter(|_| done.orders + done.drafts == 0) {
        return Err(trouble);
    }
    // Nothing was written, so there is nothing that closing could lose.
    reader.conn.close().await.map_err(journal_error)?;
    Ok(done)
}

/// The last number to look at, and what is wrong if no table tells it.
async fn last(conn: &mut SqliteConnection) -> Result<(i64, Option<JournalError>), JournalError> {
    let (mut told, mut trouble) = (None, None);
    for sql in LAST {
        match sqlx::query_scalar::<_, Option<i64>>(sql).fetch_one(&mut *conn).await {
            Ok(last) => told = told.max(Some(last.unwrap_or(0))),
            Err(error) => trouble = trouble.or(Some(error)),
        }
    }
    match (told, trouble) {
        (Some(last), _) => Ok((last, None)),
        (None, trouble) => {
            let most = sqlx::query_scalar(MOST).fetch_one(conn).await.map_err(journal_error)?;
            Ok((most, trouble.map(journal_error)))
        }
    }
}

struct Reader<'a> {
    conn: SqliteConnection,
    line: &'a mut (dyn FnMut(&str) -> io::Result<()> + Send),
    done: Exported,
}

impl Reader<'_> {
    async fn orders(&mut self, first: i64, last: i64) -> Result<(), JournalError> {
        if let Ok(rows) = self.rows(ORDERS, first, last).await {
            return rows.into_iter().try_for_each(|row| self.order(&row));
        }
        for no in first..=last {
            match self.rows(ORDERS, no, no).await {
                Ok(rows) => rows.into_iter().try_for_each(|row| self.order(&row))?,
                Err(_) => match self.rows(BARE, no, no).await {
                    Ok(rows) => rows.into_iter().try_for_each(|row| self.order(&row))?,
                    Err(_) => self.done.unreadable += 1,
                },
            }
        }
        Ok(())
    }

    async fn rows(
        &mut self,
        sql: &'static str,
        first: i64,
        last: i64,
    ) -> Result<Vec<sqlx::sqlite::SqliteRow>, sqlx::Error> {
        sqlx::query(sql).bind(first).bind(last).fetch_all(&mut self.conn).await
    }

    fn order(&mut self, row: &sqlx::sqlite::SqliteRow) -> Result<(), JournalError> {
        let text = |at: usize| row.try_get::<Option<&str>, _>(at).ok().flatten();
        let order = text(4).and_then(|body| serde_json::from_str::<&RawValue>(body).ok());
        self.done.unreadable += u64::from(order.is_none());
        let (Some(order_id), Some(delivery)) = (text(0), text(1)) else { return Ok(()) };
        let internal_id = row.try_get(2).ok().flatten();
        self.done.orders += 1;
        self.write(&OrderLine { order_id, delivery, internal_id, status: text(3), order })
    }

    async fn drafts(&mut self) -> Result<(), JournalError> {
        let rows = sqlx::query("SELECT json FROM drafts ORDER BY opened_at").fetch_all(&mut self.conn).await;
        let Ok(rows) = rows else {
            self.done.unreadable += 1;
            return Ok(());
        };
        for row in rows {
            let json = row.try_get::<&str, _>(0).ok();
            match json.and_then(|json| serde_json::from_str::<&RawValue>(json).ok()) {
                Some(draft) => {
                    self.done.drafts += 1;
                    self.write(&DraftLine { draft })?;
                }
                None => self.done.unreadable += 1,
            }
        }
        Ok(())
    }

    fn write<T: Serialize>(&mut self, value: &T) -> Result<(), JournalError> {
        let json = serde_json::to_string(value).map_err(|error| damaged(&error.to_string()))?;
        (self.line)(&printable(&json)).map_err(|error| JournalError::Unwritable(error.to_string()))
    }
}

/// The same JSON on one line, with everything escaped that a terminal could obey or a reader be deceived by: the file is
/// looked at by people. White space that JSON allows between its values becomes a space, which means the same; inside of
/// strings JSON has none of it raw.
fn printable(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            c if harmless(c) == c => line.push(c),
            c => line.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| escape(*unit))),
        }
    }
    line
}

/// `\u` and four digits.
fn escape(unit: u16) -> impl Iterator<Item = char> {
    let digit = move |shift: u32| char::from_digit(u32::from(unit >> shift) & 0xf, 16).unwrap_or('0');
    "\\u".chars().chain([12, 8, 4, 0].map(digit))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_printable_means_the_same() {
        for (name, text) in crate::hostile::short() {
            let json = format!("{{\n\t\"a\": {},\r\n \"b\": 1}}", Value::from(text.clone()));
            let line = printable(&json);
            assert!(line.chars().all(|c| harmless(c) == c), "{name}: {line}");
            assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["a"], text, "{name}");
        }
    }
}
