//! The journal's file: found, judged by its first bytes, made. Never deletes or changes a file it does not know.

pub(super) mod check;
pub(super) mod look;
pub(super) mod private;
pub(super) mod scrub;
pub(super) mod watch;

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use super::{
    error::{journal_error, unwritable},
    file::private::{create_new, make_dir, owner_only, sync_dir},
    lane,
};
use crate::{chaos, files, journal::salvage, ports::JournalError};

/// The journal's file in the data directory; SQLite puts `-wal` and `-shm` beside it.
pub const NAME: &str = "journal.sqlite3";

/// `oktd`: says whose file it is, in SQLite's header.
const APPLICATION_ID: u32 = 0x6f6b_7464;

/// Every migration; its position, from 1, is the schema's version.
const MIGRATIONS: [&str; 13] = [
    include_str!("../../../assets/migrations/sqlite/0001_journal.sql"),
    include_str!("../../../assets/migrations/sqlite/0002_guests.sql"),
    include_str!("../../../assets/migrations/sqlite/0003_strays.sql"),
    include_str!("../../../assets/migrations/sqlite/0004_callers.sql"),
    include_str!("../../../assets/migrations/sqlite/0005_rounds.sql"),
    include_str!("../../../assets/migrations/sqlite/0006_time.sql"),
    include_str!("../../../assets/migrations/sqlite/0007_desks.sql"),
    include_str!("../../../assets/migrations/sqlite/0008_not_taken.sql"),
    include_str!("../../../assets/migrations/sqlite/0010_sender.sql"),
    include_str!("../../../assets/migrations/sqlite/0012_words.sql"),
    include_str!("../../../assets/migrations/sqlite/0013_due.sql"),
    include_str!("../../../assets/migrations/sqlite/0014_imported_guests.sql"),
    include_str!("../../../assets/migrations/sqlite/0015_revisions.sql"),
];

/// The version this program writes.
const VERSION: u32 = MIGRATIONS.len() as u32;

/// The files that SQLite may open beside it.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Makes sure that `dir` holds a journal this program can open, and returns its path.
pub(super) async fn ensure(dir: &Path) -> Result<PathBuf, JournalError> {
    make_dir(dir)?;
    let path = dir.join(NAME);
    expect_files(&path)?;
    if !judge(&path)? {
        create(dir, &path).await?;
    }
    for suffix in ["", "-wal", "-shm"] {
        owner_only(&beside(&path, suffix)).map_err(|error| unwritable(&path, &error))?;
    }
    Ok(path)
}

/// The file that SQLite keeps beside the one at `path` under this ending.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(ending);
    name.into()
}

/// `Unwritable` if a pipe, device, socket or directory stands where SQLite would open a file: it would wait there for ever.
pub(super) fn expect_files(path: &Path) -> Result<(), JournalError> {
    for file in BESIDE.map(|ending| beside(path, ending)).iter().map(PathBuf::as_path).chain([path]) {
        files::expect_regular(file).map_err(|error| unwritable(file, &error))?;
    }
    Ok(())
}

/// What the copies are called that are made before a migration, followed by the schema that is in them.
const COPY: &str = "journal.sqlite3.schema-";

/// Brings the schema of the file at `path` to this program's version. A newer one is left as it is. A journal that holds
/// something is copied first: no release before this one can read it afterwards, and each can read its copy.
pub(super) async fn migrate(path: &Path) -> Result<(), JournalError> {
    let mut conn = lane::options(path).connect().await.map_err(journal_error)?;
    let before = version_of(&mut conn).await?;
    if (1..VERSION).contains(&before) {
        copy(&mut conn, path, before).await?;
    }
    for (sql, version) in MIGRATIONS.into_iter().zip(1u32..) {
        if version_of(&mut conn).await? >= version {
            continue;
        }
        // Asked again under the lock: another program may have just done it.
        run(&mut conn, "BEGIN IMMEDIATE".into()).await?;
        if version_of(&mut conn).await? < version {
            run(&mut conn, sql.into()).await?;
            run(&mut conn, format!("PRAGMA user_version = {version}")).await?;
            run(&mut conn, format!("PRAGMA application_id = {APPLICATION_ID}")).await?;
        }
        chaos::point("migration.before_commit");
        run(&mut conn, "COMMIT".into()).await?;
        chaos::point("migration.after_commit");
    }
    conn.close().await.map_err(journal_error)
}

/// Copies the whole journal, its log too, to a file of its own beside it, and checks the copy before it gets its name.
async fn copy(conn: &mut SqliteConnection, path: &Path, version: u32) -> Result<(), JournalError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let fresh = private_file(dir).map_err(|error| unwritable(dir, &error))?;
    let copied = write_copy(conn, &fresh, version).await;
    let target = dir.join(format!("{COPY}{version}"));
    let named = copied.and_then(|()| {
        let named = File::open(&fresh).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&fresh, &target));
        named.and_then(|()| sync_dir(&target)).map_err(|error| unwritable(&target, &error))
    });
    if named.is_err() {
        // What it failed by is said; a half copy is of no use to anybody.
        fs::remove_file(&fresh).ok();
    }
    named
}

/// Writes all of a journal into an empty file and checks what was written.
pub(super) async fn write_copy(conn: &mut SqliteConnection, fresh: &Path, version: u32) -> Result<(), JournalError> {
    let name = fresh.to_str().ok_or_else(|| JournalError::Unwritable(format!("{} is no text", fresh.display())))?;
    sqlx::query("VACUUM INTO ?1").bind(name).execute(conn).await.map_err(journal_error)?;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(fresh).read_only(true);
    let mut copied = options.connect().await.map_err(journal_error)?;
    let lines: Vec<String> =
        sqlx::query_scalar("PRAGMA quick_check").fetch_all(&mut copied).await.map_err(journal_error)?;
    let is_whole = lines == ["ok"] && version_of(&mut copied).await? == version;
    copied.close().await.map_err(journal_error)?;
    if is_whole {
        return Ok(());
    }
    Err(JournalError::Unusable("its copy does not pass the check, so it was not changed".into()))
}

/// Removes the copies that were made before migrations: they hold the guests that are to be forgotten.
pub(super) fn remove_copies(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(COPY) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether the schema is older than this program.
pub(super) async fn is_old(conn: &mut SqliteConnection) -> Result<bool, JournalError> {
    Ok(version_of(conn).await? < VERSION)
}

/// `Unusable` unless the schema has exactly this program's version.
pub(super) async fn check_version(conn: &mut SqliteConnection) -> Result<(), JournalError> {
    match version_of(conn).await? {
        VERSION => Ok(()),
        newer if newer > VERSION => Err(too_new(newer)),
        older => Err(JournalError::Unusable(format!("its schema is {older} instead of {VERSION}"))),
    }
}

/// `Unusable` if the file belongs to another program.
pub(super) async fn check_owner(conn: &mut SqliteConnection) -> Result<(), JournalError> {
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(conn).await.map_err(journal_error)?;
    if u32::try_from(id) == Ok(APPLICATION_ID) {
        return Ok(());
    }
    Err(JournalError::Unusable("it belongs to another program; it was left as it is".into()))
}

/// Which schema the file has.
pub(super) async fn version_of(conn: &mut SqliteConnection) -> Result<u32, JournalError> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(conn).await.map_err(journal_error)?;
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

async fn run(conn: &mut SqliteConnection, sql: String) -> Result<(), JournalError> {
    // Safe: every caller passes text of this program.
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map_err(journal_error).map(drop)
}

/// Whether there is a journal. Judged by the header alone, so that a file that is not ours is not even opened as a database.
fn judge(path: &Path) -> Result<bool, JournalError> {
    let mut header = Vec::with_capacity(100);
    match files::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unwritable(path, &error)),
        Ok(file) => file.take(100).read_to_end(&mut header).map_err(|error| unwritable(path, &error))?,
    };
    let number = |at: usize| header.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
    let unusable = |what: &str| Err(JournalError::Unusable(format!("{} {what}; it was left as it is", path.display())));
    if header.is_empty() {
        return Err(empty(path));
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return unusable("is not a database");
    }
    match (number(68), number(60)) {
        (Some(APPLICATION_ID), Some(version)) if version > VERSION => Err(too_new(version)),
        (Some(APPLICATION_ID), Some(_)) => Ok(true),
        (Some(_), _) => unusable("belongs to another program"),
        (None, _) => unusable("is cut off"),
    }
}

/// What is said of a file without a byte.
pub(super) fn empty(path: &Path) -> JournalError {
    JournalError::Unusable(format!("{} is empty, so it was cut off; it was left as it is", path.display()))
}

/// Makes the header of a copy anew, for one that this program would make.
pub(super) fn rebuild_header(copy: &mut File) -> io::Result<()> {
    salvage::rebuild(copy, APPLICATION_ID, VERSION)
}

fn too_new(version: u32) -> JournalError {
    JournalError::Unusable(format!(
        "a newer program wrote it (schema {version}, this program knows {VERSION}); use that program, the file was left as it is"
    ))
}

/// Makes the journal under a name of its own and gives it its name when it is whole: a crash leaves no half journal, and of
/// two programs that start at once both open the same one.
async fn create(dir: &Path, path: &Path) -> Result<(), JournalError> {
    let fresh = private_file(dir).map_err(|error| unwritable(dir, &error))?;
    // Closing the only connection writes the log back into the file.
    let filled = migrate(&fresh).await;
    chaos::point("file.before_name");
    let named = filled.and_then(|()| give_name(&fresh, path).map_err(|error| unwritable(path, &error)));
    chaos::point("file.after_name");
    let removed = match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unwritable(&fresh, &error)),
        _ => Ok(()),
    };
    named.and(removed)
}

/// Distinguishes files made by one process at the same time.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// An empty file with its mode from the first moment; SQLite gives the log the mode of the file. A name that a crash left
/// behind is passed over.
pub(super) fn private_file(dir: &Path) -> io::Result<PathBuf> {
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = dir.join(format!(".{NAME}.{}-{count}", std::process::id()));
        match create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && count < 1_000 => {}
            made => return made.and_then(|_| owner_only(&path)).map(|()| path),
        }
    }
}

/// A hard link fails where the name is taken, which a rename does not.
fn give_name(fresh: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(fresh, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        // File systems without links: the name was free a moment ago.
        Err(_) if !path.exists() => fs::rename(fresh, path)?,
        other => other?,
    }
    sync_dir(path)
}
