//! Connections to the database file: one for writing, two for reading. Knows no table.
//!
//! Whoever works takes the connection out of its lane and puts it back when all went well. A future that is dropped half
//! way, or an error that leaves a transaction in doubt, therefore closes the connection, SQLite rolls back and unlocks, and
//! the next one opens a new connection. A transaction can not be left open.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::{Mutex, MutexGuard};

use super::{
    error::journal_error,
    file::{
        look::{self, Schema, Stamps},
        watch::{Gone, Watch},
    },
};
use crate::{
    chaos::{self, Bug},
    ports::JournalError,
};

/// How long a write waits for another program's write.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// What `SETTINGS` must answer: write-ahead log, every commit on disk before it is acknowledged, references checked,
/// deleted bytes overwritten.
const WANTED: [&str; 4] = ["wal", "2", "1", "1"];
const SETTINGS: &str = "PRAGMA journal_mode; PRAGMA synchronous; PRAGMA foreign_keys; PRAGMA secure_delete";
const NAMES: [&str; 4] = ["journal_mode", "synchronous", "foreign_keys", "secure_delete"];

/// How every connection to `path` is opened.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous())
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        // Sorting must not leave customer data in files elsewhere.
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-1024")
        // A large replacement of articles must not leave a large log behind for good.
        .pragma("journal_size_limit", "4194304")
        .row_buffer_size(256)
        .disable_statement_logging()
}

/// Every commit is on disk before it is acknowledged.
fn synchronous() -> SqliteSynchronous {
    if chaos::planted(Bug::SynchronousNormal) { SqliteSynchronous::Normal } else { SqliteSynchronous::Full }
}

/// One connection and those who wait for it.
pub(super) struct Lane {
    door: Door,
    slot: Mutex<Slot>,
    /// How often a connection was opened.
    opened: AtomicU64,
}

/// How a lane comes to its connection.
enum Door {
    /// As every program does. `watch` is asked before every use, so that nothing is written into files that were taken away.
    Shared { options: SqliteConnectOptions, watch: Option<Arc<Watch>> },
    /// For reading alone; folders for a copy.
    Looking { path: PathBuf, scratch: Vec<PathBuf> },
    /// Not at all, and why.
    Shut(JournalError),
}

enum Slot {
    Open(Option<Ready>),
    Closed,
}

/// A connection, and what was read if nobody tells when it changes.
struct Ready {
    conn: SqliteConnection,
    seen: Option<Stamps>,
}

/// A connection taken out of its lane. Dropped without `done`, it is closed.
pub(super) struct Hold<'a> {
    opened: u64,
    slot: MutexGuard<'a, Slot>,
    ready: Ready,
}

impl Lane {
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        Self::with(Door::Shared { options, watch: None })
    }

    /// The same for writing into files that are watched.
    pub(super) fn watched(options: SqliteConnectOptions, watch: Arc<Watch>) -> Self {
        Self::with(Door::Shared { options, watch: Some(watch) })
    }

    /// Reads the journal at `path` as far as that is possible without writing beside it.
    pub(super) fn looking(path: PathBuf, scratch: Vec<PathBuf>) -> Self {
        Self::with(Door::Looking { path, scratch })
    }

    /// Refuses everybody.
    pub(super) fn shut(why: JournalError) -> Self {
        Self::with(Door::Shut(why))
    }

    fn with(door: Door) -> Self {
        Self { door, slot: Mutex::new(Slot::Open(None)), opened: AtomicU64::new(0) }
    }

    /// Waits for the connection, opening it if there is none.
    pub(super) async fn take(&self) -> Result<Hold<'_>, JournalError> {
        self.hold(self.slot.lock().await).await
    }

    /// Takes the connection if nobody has it.
    pub(super) async fn try_take(&self) -> Option<Result<Hold<'_>, JournalError>> {
        match self.slot.try_lock() {
            Ok(slot) => Some(self.hold(slot).await),
            Err(_) => None,
        }
    }

    async fn hold<'a>(&'a self, mut slot: MutexGuard<'a, Slot>) -> Result<Hold<'a>, JournalError> {
        let Slot::Open(place) = &mut *slot else { return Err(JournalError::Unwritable("it was closed".into())) };
        if let Some(ready) = place {
            self.check(ready).await?;
        }
        let current = place.take_if(|ready| self.is_current(ready));
        // What is still there has been overtaken, and is closed before it is opened anew.
        drop(place.take());
        let ready = match current {
            Some(ready) => ready,
            None => self.connect().await?,
        };
        Ok(Hold { opened: self.opened.load(Ordering::SeqCst), slot, ready })
    }

    /// Whether the files a connection writes into are still the journal. Where only the log is gone, what was confirmed is
    /// written from it into the file as long as it can be read.
    async fn check(&self, ready: &mut Ready) -> Result<(), JournalError> {
        let Door::Shared { watch: Some(watch), .. } = &self.door else { return Ok(()) };
        let Err(gone) = watch.check() else { return Ok(()) };
        if gone == Gone::Log && sqlx::raw_sql("PRAGMA wal_checkpoint(FULL)").execute(&mut ready.conn).await.is_err() {
            tracing::error!("what stood in the log that was taken away could not be written into the journal");
        }
        Err(gone.error())
    }

    fn is_current(&self, ready: &Ready) -> bool {
        match (&self.door, &ready.seen) {
            (Door::Looking { path, .. }, Some(seen)) => look::stamps(path).is_ok_and(|now| now == *seen),
            _ => true,
        }
    }

    /// Opens a connection and reads its settings back: a file system that cannot do WAL answers with something else.
    async fn connect(&self) -> Result<Ready, JournalError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        match &self.door {
            Door::Shared { options, watch } => {
                let mut conn = options.connect().await.map_err(journal_error)?;
                check_settings(&mut conn).await?;
                if let Some(watch) = watch {
                    // A file that was put into this mode just now gets its log with the first look into it.
                    sqlx::raw_sql("SELECT count(*) FROM sqlite_schema")
                        .execute(&mut conn)
                        .await
                        .map_err(journal_error)?;
                    watch.begin()?;
                }
                Ok(Ready { conn, seen: None })
            }
            Door::Looking { path, scratch } => {
                let (conn, seen) = look::open(path, scratch, Schema::Ours).await?;
                Ok(Ready { conn, seen })
            }
            Door::Shut(why) => Err(why.clone()),
        }
    }

    /// Closes the connection for good and waits until SQLite has let go of the file.
    pub(super) async fn close(&self, last_words: &'static str) -> Result<(), JournalError> {
        let mut slot = self.slot.lock().await;
        let Slot::Open(Some(Ready { mut conn, .. })) = std::mem::replace(&mut *slot, Slot::Closed) else {
            return Ok(());
        };
        // Tidying up, no more: what was acknowledged is on disk, and on a full disk the next start tidies up.
        if sqlx::raw_sql(last_words).execute(&mut conn).await.is_err() {
            tracing::warn!("the log of the journal was not written back");
        }
        conn.close().await.map_err(journal_error)
    }
}

impl Hold<'_> {
    pub(super) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.ready.conn
    }

    /// Which connection of its lane it is: what one of them counts means nothing for the next.
    pub(super) fn opened(&self) -> u64 {
        self.opened
    }

    /// Puts the connection back: nothing is open on it.
    pub(super) fn done(mut self) {
        if let Slot::Open(place) = &mut *self.slot {
            *place = Some(self.ready);
        }
    }

    /// What one statement came to, of which a refusal leaves nothing open either. Any other error closes the connection.
    pub(super) fn done_or_refused<T>(self, result: Result<T, JournalError>) -> Result<T, JournalError> {
        let is_in_doubt = matches!(result, Err(JournalError::Unwritable(_) | JournalError::Unusable(_)));
        if !is_in_doubt {
            self.done();
        }
        result
    }

    /// Ends the open transaction without a trace.
    pub(super) async fn roll_back(mut self) -> Result<(), JournalError> {
        sqlx::raw_sql("ROLLBACK").execute(self.conn()).await.map_err(journal_error)?;
        self.done();
        Ok(())
    }

    /// Takes back what the open transaction did, because of `why`.
    pub(super) async fn refuse(mut self, why: JournalError) -> JournalError {
        if sqlx::raw_sql("ROLLBACK").execute(self.conn()).await.is_ok() {
            self.done();
        }
        why
    }
}

/// `Unusable` unless the connection writes as durably as promised.
pub(super) async fn check_settings(conn: &mut SqliteConnection) -> Result<(), JournalError> {
    let rows = sqlx::raw_sql(SETTINGS).fetch_all(conn).await.map_err(journal_error)?;
    if rows.len() != WANTED.len() {
        return Err(JournalError::Unusable("it does not tell its settings".into()));
    }
    for ((row, wanted), name) in rows.iter().zip(WANTED).zip(NAMES) {
        let is = match row.try_get::<String, _>(0) {
            Ok(word) => word,
            Err(_) => row.try_get::<i64, _>(0).map_err(journal_error)?.to_string(),
        };
        // The planted bug has to get past this, so that a test of what is lost has to find it.
        let is_planted = name == "synchronous" && chaos::planted(Bug::SynchronousNormal);
        if is != wanted && !is_planted {
            return Err(JournalError::Unusable(format!(
                "{name} is {is} instead of {wanted}; no order would be safe in it"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not through `check_settings`: this asks what the connection does, whatever the program believes.
    #[tokio::test]
    async fn every_commit_waits_for_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let lane = Lane::new(options(&dir.path().join("x.sqlite3")).create_if_missing(true));
        let mut hold = lane.take().await.unwrap();
        let waits: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(hold.conn()).await.unwrap();
        assert_eq!(waits, 2, "FULL: with less a power cut takes orders that were said to be saved");
        hold.done();
    }
}
