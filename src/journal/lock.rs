//! The sender lock as a file beside the journal. Holds it as long as it lives; what it writes into it is for people who ask who
//! sends, and decides nothing: the lock is the operating system's alone.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Write},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    chaos::{self, Bug},
    domain::value::text::Clean,
    files,
    ports::{Clock, SenderLock, lock::LockHolder},
};

/// What a holder writes is shorter.
const MAX_BYTES: u64 = 1024;

/// Longest name of a program, in characters.
const MAX_NAME: usize = 40;

/// An exclusive lock on `<data dir>/sender.lock`. The system takes it back when the program ends, even by a kill.
pub struct FileLock {
    path: PathBuf,
    held: Mutex<Option<File>>,
    /// What kind of program it is, and the clock that says since when it holds the lock. Without it nothing is written.
    name: Option<(&'static str, Arc<dyn Clock>)>,
}

/// What the holder wrote.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    pid: u32,
    program: String,
    since: Timestamp,
}

impl std::fmt::Debug for FileLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileLock").field("path", &self.path).finish_non_exhaustive()
    }
}

impl FileLock {
    /// A lock on this file, not held yet. The file is made when it is first tried; its directory must exist.
    pub fn new(path: PathBuf) -> Self {
        Self { path, held: Mutex::new(None), name: None }
    }

    /// The same, and others can read who holds it. `program` is what kind of program this is.
    #[must_use]
    pub fn named(self, program: &'static str, clock: Arc<dyn Clock>) -> Self {
        Self { name: Some((program, clock)), ..self }
    }

    fn open(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        files::open_with(&mut options, &self.path)
    }

    /// Writes down who holds it; what the one before wrote is gone first. A disk that is full is no reason not to send.
    fn sign(&self, file: &mut File) -> std::io::Result<()> {
        file.set_len(0)?;
        let Some((program, clock)) = &self.name else { return Ok(()) };
        let written = Written { pid: std::process::id(), program: (*program).to_owned(), since: clock.now() };
        file.write_all(&serde_json::to_vec(&written)?)
    }
}

impl SenderLock for FileLock {
    fn try_acquire(&self) -> Result<bool, String> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(true);
        }
        let mut file = self.open().map_err(|error| format!("{}: {error}", self.path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                self.sign(&mut file).ok();
                *held = Some(file);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(chaos::planted(Bug::SecondSender)),
            Err(TryLockError::Error(error)) => Err(format!("{}: {error}", self.path.display())),
        }
    }

    fn name(&self) -> String {
        let Some((program, _)) = &self.name else { return String::new() };
        format!("{program} ({}{})", std::process::id(), host())
    }

    fn holder(&self) -> Option<LockHolder> {
        let mut text = String::new();
        files::open(&self.path).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
        let Written { pid, program, since } = serde_json::from_str(&text).ok()?;
        let state = state(pid)?;
        let program = Clean::bounded(&program, MAX_NAME);
        Some(LockHolder { pid, program, since, is_stopped: state == State::Stopped })
    }
}

/// The machine's name behind an `@`, where it can be asked for: a journal may lie where several machines reach it.
fn host() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = String::new();
    let name = Clean::bounded(&name, MAX_NAME);
    if name.is_empty() { String::new() } else { format!("@{name}") }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Runs,
    Stopped,
}

/// What Linux says of a process; `None` if there is none of that number: then what is written is from an earlier holder.
/// Elsewhere it is taken to run.
fn state(pid: u32) -> Option<State> {
    if !cfg!(target_os = "linux") {
        return Some(State::Runs);
    }
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything, brackets included.
    let state = stat.rsplit_once(')')?.1.trim_start().chars().next()?;
    Some(if matches!(state, 'T' | 't') { State::Stopped } else { State::Runs })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::TestClock;

    #[tokio::test]
    async fn the_holder_says_who_it_is_and_since_when() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sender.lock");
        let clock = Arc::new(TestClock::new());
        fs::write(&path, "of somebody before, and longer than what is written now: ".repeat(9)).unwrap();
        let other = FileLock::new(path.clone());
        assert_eq!(other.holder(), None, "nobody can read that");
        let lock =
            FileLock::new(path.clone()).named("oktodesk send", Arc::<TestClock>::clone(&clock) as Arc<dyn Clock>);
        assert_eq!(lock.try_acquire(), Ok(true));
        assert_eq!(other.try_acquire(), Ok(false));
        let holder = other.holder().unwrap();
        let pid = std::process::id();
        assert_eq!((holder.pid, &*holder.program, holder.is_stopped), (pid, "oktodesk send", false));
        assert!(holder.since <= clock.now());
        assert!(lock.name().starts_with(&format!("oktodesk send ({pid}")), "{}", lock.name());
        assert_eq!(other.name(), "");
        drop(lock);
        assert_eq!(other.try_acquire(), Ok(true));
        assert_eq!(other.holder(), None, "one that does not say who it is leaves nothing of the one before");
    }

    #[test]
    fn what_stands_there_is_cleaned_bounded_and_of_a_living_program() {
        let dir = tempfile::tempdir().unwrap();
        let lock = FileLock::new(dir.path().join("sender.lock"));
        let write = |pid: u32, program: &str| {
            let written = Written { pid, program: program.into(), since: Timestamp::UNIX_EPOCH };
            fs::write(dir.path().join("sender.lock"), serde_json::to_vec(&written).unwrap()).unwrap();
        };
        write(std::process::id(), &format!("a\u{1b}[2J{}", "b".repeat(100)));
        let holder = lock.holder().unwrap();
        assert!(holder.program.chars().count() <= MAX_NAME && !holder.program.contains('\u{1b}'), "{holder:?}");
        write(std::process::id(), &"b".repeat(5000));
        assert_eq!(lock.holder(), None);
        #[cfg(target_os = "linux")]
        {
            // No process has this number: it is above the highest that Linux gives.
            write(u32::MAX, "gone");
            assert_eq!(lock.holder(), None);
        }
    }

    #[test]
    fn one_holds_it_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sender.lock");
        let (first, second) = (FileLock::new(path.clone()), FileLock::new(path));
        assert_eq!(first.try_acquire(), Ok(true));
        assert_eq!(first.try_acquire(), Ok(true), "asking again keeps it");
        assert_eq!(second.try_acquire(), Ok(false));
        drop(first);
        assert_eq!(second.try_acquire(), Ok(true));
    }

    #[test]
    fn a_missing_directory_is_an_error_and_not_a_lock() {
        let dir = tempfile::tempdir().unwrap();
        let lock = FileLock::new(dir.path().join("gone").join("sender.lock"));
        assert!(lock.try_acquire().unwrap_err().contains("sender.lock"));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_touch_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sender.lock");
        assert_eq!(FileLock::new(path.clone()).try_acquire(), Ok(true));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o077, 0);
    }
}
