//! Opens a journal for reading alone, also where nothing can be written beside it. Writes into no directory of the journal's.
//!
//! Whoever may write beside the file, or finds SQLite's files there, reads it as every program does. Else it is read in place
//! if it has no log, and as a copy if it has one: SQLite would pass the log over in place, and confirmed orders with it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::{NAME, beside, private::create_new};
use crate::journal::sqlite::{
    error::{journal_error, unwritable},
    file, lane,
};
use crate::{domain::value::reason::Reason, files, ports::JournalError};

/// How often a copy is begun anew because somebody wrote meanwhile, and how far apart.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(50);

/// What belongs to a journal: itself, its log, and the log it has while it is in another mode.
const PARTS: [&str; 3] = ["", "-wal", "-journal"];

/// Size and time of a file; `None` where there is none.
type Stamp = Option<(u64, SystemTime)>;

/// What a journal that was read without SQLite's locks looked like: another one means that somebody wrote.
pub(in crate::journal::sqlite) type Stamps = [Stamp; 3];

/// Which schema is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::journal::sqlite) enum Schema {
    /// This program's, which an older one is brought to on a copy.
    Ours,
    /// Whatever there is.
    Any,
}

/// Opens the journal at `path` for reading. Folders for a copy are tried in the sequence of `scratch`, those on another file
/// system first.
///
/// # Errors
/// `Unwritable` where it cannot be opened or there is no room for a copy; `Unusable` where it is no journal of this program.
pub(in crate::journal::sqlite) async fn open(
    path: &Path,
    scratch: &[PathBuf],
    schema: Schema,
) -> Result<(SqliteConnection, Option<Stamps>), JournalError> {
    file::expect_files(path)?;
    match fs::metadata(path) {
        Err(error) => return Err(unwritable(path, &error)),
        // SQLite deletes the log of an empty file, also when it was asked to read only, and with it what was confirmed.
        Ok(found) if found.len() == 0 => return Err(file::empty(path)),
        Ok(_) => {}
    }
    let shared = options(path).busy_timeout(lane::BUSY);
    match checked(shared, schema).await {
        Ok(Some(conn)) => return Ok((conn, None)),
        Ok(None) | Err(JournalError::Unwritable(_)) => {}
        Err(error) => return Err(error),
    }
    let seen = stamps(path)?;
    let has_log = seen[1..].iter().any(|stamp| stamp.is_some_and(|(length, _)| length > 0));
    if !has_log && let Some(conn) = checked(options(path).immutable(true), schema).await? {
        return Ok((conn, Some(seen)));
    }
    copied(path, scratch, schema).await
}

/// What the journal at `path` looks like now.
pub(in crate::journal::sqlite) fn stamps(path: &Path) -> Result<Stamps, JournalError> {
    let stamp = |ending: &str| {
        let file = beside(path, ending);
        match fs::metadata(&file) {
            Ok(found) => Ok(Some((found.len(), found.modified().unwrap_or(SystemTime::UNIX_EPOCH)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unwritable(&file, &error)),
        }
    };
    Ok([stamp(PARTS[0])?, stamp(PARTS[1])?, stamp(PARTS[2])?])
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// A connection that has read something; `None` if the schema is older than wanted.
async fn checked(options: SqliteConnectOptions, schema: Schema) -> Result<Option<SqliteConnection>, JournalError> {
    let mut conn = options.connect().await.map_err(journal_error)?;
    sqlx::query("SELECT count(*) FROM sqlite_schema").execute(&mut conn).await.map_err(journal_error)?;
    if schema == Schema::Any {
        return Ok(Some(conn));
    }
    file::check_owner(&mut conn).await?;
    if file::is_old(&mut conn).await? {
        return Ok(None);
    }
    file::check_version(&mut conn).await.map(|()| Some(conn))
}

/// Opens a copy in an owner-only folder. Its name is gone again as soon as it is open, so that nothing of it stays behind,
/// however this program ends.
async fn copied(
    path: &Path,
    scratch: &[PathBuf],
    schema: Schema,
) -> Result<(SqliteConnection, Option<Stamps>), JournalError> {
    for _ in 0..TRIES {
        let seen = stamps(path)?;
        let dir = copy(path, scratch).await?;
        if stamps(path)? != seen {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        let copy = dir.path().join(NAME);
        let mut conn = options(&copy).read_only(false).connect().await.map_err(journal_error)?;
        let is_old = schema == Schema::Ours && file::is_old(&mut conn).await?;
        conn.close().await.map_err(journal_error)?;
        if is_old {
            file::migrate(&copy).await?;
        }
        // The log is worked into the copy, which is one file from here on.
        let mut conn = options(&copy).read_only(false).connect().await.map_err(journal_error)?;
        sqlx::raw_sql("PRAGMA journal_mode = DELETE").execute(&mut conn).await.map_err(journal_error)?;
        conn.close().await.map_err(journal_error)?;
        return match checked(options(&copy).immutable(true), schema).await? {
            Some(conn) => Ok((conn, Some(seen))),
            None => Err(JournalError::Unusable("its schema cannot be brought to this program's".into())),
        };
    }
    Err(JournalError::Unwritable(Reason::Locked.sentence().into()))
}

/// A copy of the journal at `path` and what belongs to it, in a folder that goes with the returned value.
pub(in crate::journal::sqlite) async fn copy(path: &Path, scratch: &[PathBuf]) -> Result<TempDir, JournalError> {
    let (path, scratch) = (path.to_owned(), scratch.to_vec());
    let copying = tokio::task::spawn_blocking(move || copy_somewhere(&path, &scratch));
    copying.await.map_err(|error| JournalError::Unwritable(format!("the copy: {error}")))?
}

fn copy_somewhere(path: &Path, scratch: &[PathBuf]) -> Result<TempDir, JournalError> {
    let home = device(path.parent().unwrap_or(Path::new(".")));
    let mut folders: Vec<&PathBuf> = scratch.iter().collect();
    // Stable: what is not on another file system keeps its place behind.
    folders.sort_by_key(|folder| device(folder) == home);
    let mut said = String::new();
    for folder in folders {
        match copy_into(path, folder) {
            Ok(dir) => return Ok(dir),
            Err(error) => said = format!("{}: {error}", folder.display()),
        }
    }
    Err(JournalError::Unwritable(format!("{} ({said})", Reason::NoRoomForCopy.sentence())))
}

fn copy_into(path: &Path, folder: &Path) -> io::Result<TempDir> {
    let mut private = tempfile::Builder::new();
    private.prefix("oktodesk-");
    #[cfg(unix)]
    private.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let dir = private.tempdir_in(folder)?;
    for ending in PARTS {
        let from = match files::open(&beside(path, ending)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            opened => opened?,
        };
        io::copy(&mut &from, &mut create_new(&beside(&dir.path().join(NAME), ending))?)?;
    }
    Ok(dir)
}

/// The file system something lies on, as far as the platform tells.
#[cfg(unix)]
fn device(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|found| std::os::unix::fs::MetadataExt::dev(&found))
}

#[cfg(not(unix))]
fn device(_: &Path) -> Option<u64> {
    None
}

/// A copy whose header is made anew, for a journal that cannot be opened as it is.
pub(in crate::journal::sqlite) async fn rebuilt(path: &Path, scratch: &[PathBuf]) -> Result<TempDir, JournalError> {
    let dir = copy(path, scratch).await?;
    let copy = dir.path().join(NAME);
    let mut file = File::options().read(true).write(true).open(&copy).map_err(|error| unwritable(&copy, &error))?;
    file::rebuild_header(&mut file).map_err(|error| unwritable(&copy, &error))?;
    Ok(dir)
}
