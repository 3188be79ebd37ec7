//! What can still be read of a journal that cannot be opened: damaged, cut off, or from a newer program. Opens the file for
//! reading only and changes nothing in it.

pub(super) mod lines;

use std::{
    io,
    path::{Path, PathBuf},
};

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    error::{damaged, journal_error, unwritable},
    export::lines::{Exported, Lines, Salvage},
    file::{
        self, NAME,
        look::{self, Schema},
    },
};
use crate::{
    journal::salvage::{self, Salvaged},
    ports::JournalError,
};

/// Orders read at a time; where that fails, one by one.
const AT_ONCE: i64 = 200;

/// The number of the last order, told by any table that can still be read at its end.
const LAST: [&str; 3] =
    ["SELECT max(no) FROM orders", "SELECT max(order_no) FROM bodies", "SELECT max(order_no) FROM events"];
const ORDERS: &str = "SELECT o.order_id, o.delivery, o.internal_id, o.status, b.body \
    FROM orders o LEFT JOIN bodies b ON b.order_no = o.no WHERE o.no BETWEEN ?1 AND ?2 ORDER BY o.no";
/// Without its body an order can still be named.
const BARE: &str =
    "SELECT order_id, delivery, internal_id, status, NULL FROM orders WHERE no BETWEEN ?1 AND ?2 ORDER BY no";
const DRAFTS: &str = "SELECT order_id, json FROM drafts ORDER BY opened_at";

/// Gives everything that can be read of the journal in `dir` to `line`, one JSON text each, customer data and all. What
/// SQLite does not read is looked for on a copy with a new header, made in one of the `scratch` folders, and page by page.
///
/// # Errors
/// `Unusable` where nothing can be read at all; `Unwritable` with what `line` says.
pub async fn export(
    dir: &Path,
    scratch: &[PathBuf],
    line: &mut (dyn FnMut(&str) -> io::Result<()> + Send),
) -> Result<Exported, JournalError> {
    let path = dir.join(NAME);
    file::expect_files(&path)?;
    let mut lines = Lines::new(line);
    let read = read_all(&path, scratch, &mut lines, None).await;
    lines.check()?;
    let is_torn = salvage::is_log_torn(&path).unwrap_or(false);
    if read.is_ok() && lines.is_whole() && !is_torn {
        return lines.finish();
    }
    if read.is_err()
        && let Ok(copy) = look::rebuilt(&path, scratch).await
    {
        // What it says is of no interest: the file as it is has said what is wrong.
        drop(read_all(&copy.path().join(NAME), scratch, &mut lines, Some(Salvage::Header)).await);
        lines.check()?;
    }
    if read.is_err() || !lines.is_whole() || is_torn {
        let searched = tokio::task::spawn_blocking(move || (salvage::search(&path), path)).await;
        let (found, path) = searched.map_err(|error| damaged(&error.to_string()))?;
        let found = found.map_err(|error| unwritable(&path, &error))?;
        lines.salvage(found)?;
    }
    let done = lines.finish()?;
    match read {
        Err(trouble) if done.orders + done.drafts == 0 => Err(trouble),
        _ => Ok(done),
    }
}

/// Everything that SQLite reads in the file at `path`.
async fn read_all(
    path: &Path,
    scratch: &[PathBuf],
    lines: &mut Lines<'_>,
    how: Option<Salvage>,
) -> Result<(), JournalError> {
    let (mut conn, _) = look::open(path, scratch, Schema::Any).await?;
    file::check_owner(&mut conn).await?;
    let last = last(&mut conn).await?;
    lines.up_to(last);
    let mut reader = Reader { conn, lines, how };
    for first in (1..=last).step_by(AT_ONCE as usize) {
        reader.orders(first, (first + AT_ONCE - 1).min(last)).await;
    }
    reader.drafts().await;
    // Nothing was written, so there is nothing that closing could lose.
    reader.conn.close().await.map_err(journal_error)
}

/// Whether it can be a delivery, also one of a newer program. Where the file ends in the middle of a row SQLite reads zeros.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The last number to look at.
async fn last(conn: &mut SqliteConnection) -> Result<i64, JournalError> {
    let (mut told, mut trouble) = (None, None);
    for sql in LAST {
        match sqlx::query_scalar::<_, Option<i64>>(sql).fetch_one(&mut *conn).await {
            Ok(last) => told = told.max(Some(last.unwrap_or(0))),
            Err(error) => trouble = trouble.or(Some(error)),
        }
    }
    match (told, trouble) {
        (Some(last), _) => Ok(last),
        (None, Some(error)) => Err(journal_error(error)),
        (None, None) => Ok(0),
    }
}

struct Reader<'a, 'b> {
    conn: SqliteConnection,
    lines: &'a mut Lines<'b>,
    how: Option<Salvage>,
}

impl Reader<'_, '_> {
    async fn orders(&mut self, first: i64, last: i64) {
        if let Ok(rows) = self.rows(ORDERS, first, last).await {
            return rows.iter().for_each(|row| self.order(row));
        }
        for no in first..=last {
            let rows = match self.rows(ORDERS, no, no).await {
                Ok(rows) => Ok(rows),
                Err(_) => self.rows(BARE, no, no).await,
            };
            match rows {
                Ok(rows) => rows.iter().for_each(|row| self.order(row)),
                Err(_) => self.lines.damaged(),
            }
        }
    }

    async fn rows(&mut self, sql: &'static str, first: i64, last: i64) -> Result<Vec<SqliteRow>, sqlx::Error> {
        sqlx::query(sql).bind(first).bind(last).fetch_all(&mut self.conn).await
    }

    fn order(&mut self, row: &SqliteRow) {
        let text = |at: usize| row.try_get::<Option<String>, _>(at).ok().flatten();
        match (text(0), text(1).filter(|word| is_word(word))) {
            (Some(order_id), delivery @ Some(_)) => {
                let (internal_id, status) = (row.try_get(2).ok().flatten(), text(3));
                self.lines.order(Salvaged { order_id, delivery, internal_id, status, body: text(4) }, self.how);
            }
            _ => self.lines.damaged(),
        }
    }

    async fn drafts(&mut self) {
        let Ok(rows) = sqlx::query(DRAFTS).fetch_all(&mut self.conn).await else {
            self.lines.damaged();
            return;
        };
        for row in rows {
            match (row.try_get::<String, _>(0), row.try_get::<String, _>(1)) {
                (Ok(id), Ok(json)) => self.lines.draft(id, &json, self.how),
                _ => self.lines.damaged(),
            }
        }
    }
}
