//! Whether the files that are open are still the journal: not removed, renamed, replaced or cut off by somebody. A few calls to
//! the system beside each commit; writes nothing.
//!
//! SQLite does not notice any of it and goes on writing where nobody will ever look.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read, Seek},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{NAME, beside};
use crate::journal::sqlite::error::unwritable;
use crate::{
    chaos::{self, Bug},
    domain::value::reason::Reason,
    files,
    ports::JournalError,
};

/// What a database's file begins with.
const FILE_MAGIC: &[u8] = b"SQLite format 3\0";
/// What a log begins with, but for the byte that says how its words are laid down.
const LOG_MAGIC: &[u8] = &[0x37, 0x7f, 0x06];
/// Where in the file's header the number stands that only grows, and how many bytes of the beginning are read at all.
const CHANGES: std::ops::Range<usize> = 24..28;
const BEGINNING: usize = 32;

/// What is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::journal::sqlite) enum Gone {
    /// The journal's file.
    File,
    /// Only its log, and nothing stands in its place.
    Log,
    /// Its log, and something else stands there.
    OtherLog,
}

impl Gone {
    pub(in crate::journal::sqlite) fn error(self) -> JournalError {
        let ending = if self == Self::File { "" } else { "-wal" };
        JournalError::Unwritable(format!("{} ({NAME}{ending})", Reason::TakenAway.sentence()))
    }
}

/// The files as they were when everything was well.
pub(in crate::journal::sqlite) struct Watch {
    path: PathBuf,
    log: PathBuf,
    /// Open as long as the journal is, and not a moment less: closing it would give up the locks that SQLite holds on the
    /// same file, as POSIX has it.
    file: Mutex<File>,
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    file: Look,
    /// Nothing before SQLite has made it.
    log: Option<Look>,
}

/// One file at one time.
#[derive(Clone, Copy)]
struct Look {
    id: Option<(u64, u64)>,
    length: u64,
    beginning: [u8; BEGINNING],
}

impl Watch {
    /// Of the journal at `path`.
    pub(in crate::journal::sqlite) fn new(path: &Path) -> Result<Self, JournalError> {
        let file = files::open(path).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_owned(), log: beside(path, "-wal"), file: Mutex::new(file), seen: Mutex::new(None) })
    }

    /// Takes the log that a new connection has open for the right one.
    pub(in crate::journal::sqlite) fn begin(&self) -> Result<(), JournalError> {
        let seen = self.look_at_file().and_then(|file| match self.look_at_log() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Seen { file, log: None }),
            log => Ok(Seen { file, log: Some(log?) }),
        });
        let seen = seen.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Gone::File.error(),
            _ => unwritable(&self.path, &error),
        })?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(())
    }

    /// Whether everything is still there.
    pub(in crate::journal::sqlite) fn check(&self) -> Result<(), Gone> {
        if chaos::planted(Bug::BlindToLoss) {
            return Ok(());
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(before) = seen.as_ref() else { return Ok(()) };
        let file = self.look_at_file().map_err(|_| Gone::File)?;
        // The number of changes only grows, so an older copy that was written over the file is seen as well.
        let is_older = file.beginning[CHANGES] < before.file.beginning[CHANGES];
        if !file.beginning.starts_with(FILE_MAGIC) || is_older || !file.follows(&before.file) {
            return Err(Gone::File);
        }
        let log = match self.look_at_log() {
            Ok(log) => Some(log),
            Err(error) if error.kind() == io::ErrorKind::NotFound && before.log.is_none() => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Gone::Log),
            Err(_) => return Err(Gone::OtherLog),
        };
        if let Some(log) = &log {
            let is_log = log.length == 0 || log.beginning.starts_with(LOG_MAGIC);
            if !is_log || before.log.is_some_and(|before| !log.follows(&before)) {
                return Err(Gone::OtherLog);
            }
        }
        *seen = Some(Seen { file, log });
        Ok(())
    }

    /// Reads the journal's file from its beginning, with nobody else reading it.
    pub(in crate::journal::sqlite) fn read<T>(&self, read: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.rewind()?;
        read(&mut file)
    }

    fn look_at_file(&self) -> io::Result<Look> {
        let named = fs::metadata(&self.path)?;
        self.read(|file| {
            if id(&named) != id(&file.metadata()?) {
                return Err(io::ErrorKind::NotFound.into());
            }
            Look::at(&named, file)
        })
    }

    fn look_at_log(&self) -> io::Result<Look> {
        // No lock lies on the log, so opening and closing it takes none away.
        let mut log = files::open(&self.log)?;
        Look::at(&log.metadata()?, &mut log)
    }
}

impl Look {
    fn at(found: &Metadata, file: &mut File) -> io::Result<Self> {
        let mut beginning = Vec::with_capacity(BEGINNING);
        file.take(BEGINNING as u64).read_to_end(&mut beginning)?;
        beginning.resize(BEGINNING, 0);
        let beginning = beginning.try_into().unwrap_or([0; BEGINNING]);
        Ok(Self { id: id(found), length: found.len(), beginning })
    }

    /// Whether this can be the same file later: SQLite shortens a file only after it has changed its beginning.
    fn follows(&self, before: &Self) -> bool {
        let is_cut = self.length < before.length && self.length > 0 && self.beginning == before.beginning;
        self.id == before.id && !is_cut
    }
}

/// What a file is whatever its name.
#[cfg(unix)]
fn id(found: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn id(_: &Metadata) -> Option<(u64, u64)> {
    None
}
