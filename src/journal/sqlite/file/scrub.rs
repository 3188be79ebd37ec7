//! Bytes of removed rows, out of the files for good. Removes no row itself.
//!
//! SQLite overwrites what is deleted in the file (`secure_delete`), but older versions of its pages stay in the log until it
//! is emptied, and a page that was split may keep a copy where no row points to.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    time::Duration,
};

use memchr::memmem;
use sqlx::Row;
use tokio::time::sleep;

use super::{beside, remove_copies};
use crate::journal::sqlite::{SqliteJournal, error::journal_error};
use crate::{files, ports::JournalError};

/// Empties the log if nobody reads at this moment, without waiting: who types must not wait for it. Afterwards the connection
/// waits again as long as `lane` says.
const EMPTY_LOG: &str = "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000";

/// How often and how far apart the log is tried to be emptied.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// Read at a time while looking for traces.
const CHUNK: usize = 1024 * 1024;

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn scrub_files(&self, traces: &[String]) -> Result<bool, JournalError> {
        if !traces.is_empty() {
            let dir = self.path.parent().unwrap_or(Path::new("."));
            remove_copies(dir).map_err(|error| JournalError::Unwritable(format!("its copies: {error}")))?;
        }
        let mut is_empty = self.empty_log().await?;
        if !traces.is_empty() && self.holds_any(traces).await? {
            // Writes the whole file anew, so that nothing is left in it but what rows hold.
            let mut hold = self.write().await?;
            sqlx::raw_sql("VACUUM").execute(hold.conn()).await.map_err(journal_error)?;
            hold.done();
            is_empty = self.empty_log().await?;
        }
        Ok(is_empty)
    }

    async fn empty_log(&self) -> Result<bool, JournalError> {
        for attempt in 0..TRIES {
            if attempt > 0 {
                sleep(PAUSE).await;
            }
            let mut hold = self.write().await?;
            let rows = sqlx::raw_sql(EMPTY_LOG).fetch_all(hold.conn()).await.map_err(journal_error)?;
            hold.done();
            // Three columns: whether somebody was in the way, pages in the log, pages written back.
            let answer = rows.iter().find(|row| row.len() == 3);
            let was_busy = answer.and_then(|row| row.try_get::<i64, _>(0).ok()).unwrap_or(1);
            if was_busy == 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a trace stands in any of the journal's files.
    async fn holds_any(&self, traces: &[String]) -> Result<bool, JournalError> {
        let (path, watch) = (self.path.clone(), self.watch.clone());
        let traces: Vec<Vec<u8>> = traces.iter().map(|trace| trace.as_bytes().to_vec()).collect();
        let looking = tokio::task::spawn_blocking(move || {
            let in_file = match watch {
                // Opened and closed once more, the file would lose the locks that SQLite has on it.
                Some(watch) => watch.read(|file| file_holds(file, &traces))?,
                None => file_holds(&mut files::open(&path)?, &traces)?,
            };
            if in_file {
                return Ok(true);
            }
            match files::open(&beside(&path, "-wal")) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                opened => file_holds(&mut opened?, &traces),
            }
        });
        let unreadable = |error: &dyn std::fmt::Display| JournalError::Unwritable(format!("its files: {error}"));
        looking.await.map_err(|error| unreadable(&error))?.map_err(|error| unreadable(&error))
    }
}

fn file_holds(file: &mut File, traces: &[Vec<u8>]) -> io::Result<bool> {
    // The end of a chunk is kept before the next one, so that what lies across is found.
    let overlap = traces.iter().map(Vec::len).max().unwrap_or(1).saturating_sub(1);
    let mut buffer = Vec::with_capacity(CHUNK + overlap);
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut buffer)?;
        if traces.iter().any(|trace| memmem::find(&buffer, trace).is_some()) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        buffer.drain(..buffer.len().saturating_sub(overlap));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_found_wherever_it_lies() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let trace = vec![b"needle".to_vec()];
        for before in [0, 1, CHUNK - 6, CHUNK - 3, CHUNK - 1, CHUNK, 2 * CHUNK - 2] {
            std::fs::write(&path, [&vec![b'.'; before][..], b"needle", &[b'.'; 9]].concat()).unwrap();
            assert!(file_holds(&mut File::open(&path).unwrap(), &trace).unwrap(), "{before}");
        }
        std::fs::write(&path, vec![b'n'; 3 * CHUNK]).unwrap();
        assert!(!file_holds(&mut File::open(&path).unwrap(), &trace).unwrap());
    }
}
