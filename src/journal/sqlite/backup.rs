//! The journal as one file that can be put away, also while desks work on it, and back into an empty directory. A backup tells
//! of the past: what waited in it may have been sent since, so a person decides about each of these orders.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sqlx::{ConnectOptions, Connection};

use super::{
    SqliteJournal,
    error::{journal_error, unwritable},
    file::{
        self, NAME,
        look::{self, Schema},
        private::{make_dir, sync_dir},
    },
    lane,
};
use crate::{
    domain::order::delivery::Delivery,
    ports::{
        Journal, JournalError,
        journal::{Address, Entries, PAGE, PersonDecision, Task},
    },
};

/// Under this name the restored journal remembers who began what waited in it: nobody sends under it.
const PROGRAM: &str = "oktodesk restore";

/// What a restored journal holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Restored {
    /// Orders of which nobody knows any more whether they arrived.
    pub unknown: u32,
    /// Orders whose waiting status changes were given up: a newer one may have been set since.
    pub dropped: u32,
}

/// Copies the journal in `dir` to `to`, which must not exist, for its owner only. What was confirmed when it began is in it.
///
/// # Errors
/// `Unusable` where there is no journal or its copy is not whole; `Unwritable` with the file that cannot be written.
pub async fn backup(dir: &Path, to: &Path) -> Result<(), JournalError> {
    let path = dir.join(NAME);
    file::expect_files(&path)?;
    if !path.exists() {
        return Err(JournalError::Unusable(format!("{} does not exist", path.display())));
    }
    if to.symlink_metadata().is_ok() {
        return Err(JournalError::Unwritable(format!("{} exists", to.display())));
    }
    let mut conn = lane::options(&path).connect().await.map_err(journal_error)?;
    file::check_owner(&mut conn).await?;
    let version = file::version_of(&mut conn).await?;
    let folder = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fresh = file::private_file(folder).map_err(|error| unwritable(folder, &error))?;
    let done = match file::write_copy(&mut conn, &fresh, version).await {
        Ok(()) => give_name(&fresh, to),
        Err(error) => Err(error),
    };
    if done.is_err() {
        // What it failed by is said; half a copy is of no use to anybody.
        fs::remove_file(&fresh).ok();
    }
    conn.close().await.map_err(journal_error)?;
    done
}

/// A whole file gets its name in one step, and both are on disk afterwards.
fn give_name(fresh: &Path, to: &Path) -> Result<(), JournalError> {
    let named = File::open(fresh).and_then(|file| file.sync_all()).and_then(|()| fs::rename(fresh, to));
    named.and_then(|()| sync_dir(to)).map_err(|error| unwritable(to, &error))
}

/// Makes a journal of a backup in `dir`, which must hold none. A copy that is needed to read the backup is made in one of the
/// `scratch` folders.
///
/// # Errors
/// As `backup`; `Unwritable` where the directory holds a journal.
pub async fn restore(from: &Path, dir: &Path, scratch: &[PathBuf], at: Timestamp) -> Result<Restored, JournalError> {
    let target = dir.join(NAME);
    let exists = |path: &Path| path.symlink_metadata().is_ok();
    if file::BESIDE.iter().map(|ending| file::beside(&target, ending)).chain([target.clone()]).any(|path| exists(&path))
    {
        return Err(JournalError::Unwritable(format!("{} exists", target.display())));
    }
    make_dir(dir)?;
    // All of it happens beside the place of the journal: a crash leaves a folder that nobody reads, and no half journal.
    let room = tempfile::Builder::new().prefix(".restore").tempdir_in(dir).map_err(|error| unwritable(dir, &error))?;
    let fresh = room.path().join(NAME);
    file::private::create_new(&fresh).map_err(|error| unwritable(&fresh, &error))?;
    let (mut conn, _) = look::open(from, scratch, Schema::Any).await?;
    let version = file::version_of(&mut conn).await?;
    file::write_copy(&mut conn, &fresh, version).await?;
    conn.close().await.map_err(journal_error)?;
    let journal = SqliteJournal::open(room.path()).await?;
    let restored = leave_to_a_person(&journal, at).await?;
    journal.close().await?;
    give_name(&fresh, &target)?;
    Ok(restored)
}

/// Nothing of a backup is sent by itself.
async fn leave_to_a_person(journal: &dyn Journal, at: Timestamp) -> Result<Restored, JournalError> {
    let mut restored = Restored::default();
    journal.recover(at).await?;
    let fence = journal.begins_to_send(PROGRAM, at).await?;
    let mut after = 0;
    loop {
        let page = journal.outbox_page(Entries::All, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in &page {
            match entry.task {
                Task::Create if entry.delivery == Delivery::Queued => {
                    journal.begin_attempt(entry.seq, &entry.base_url, fence, at).await?;
                }
                Task::SetStatus { .. } if matches!(entry.delivery, Delivery::Accepted { .. }) => {
                    // The changes of one order go together: of the next of them nothing is left.
                    match journal.decide(&entry.order_id, &PersonDecision::DropStatus, at).await {
                        Ok(()) => restored.dropped += 1,
                        Err(JournalError::WrongState { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                Task::Create | Task::SetStatus { .. } => {}
            }
        }
    }
    // Whoever begins to send finds attempts of a program that is gone.
    journal.recover(at).await?;
    let unknown = journal.tally(Address { base_url: "", wall: at }).await?.unknown;
    restored.unknown = u32::try_from(unknown).unwrap_or(u32::MAX);
    Ok(restored)
}
