//! The sender lock as a file beside the journal. Holds it as long as it lives; reads and writes nothing in it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use crate::{
    chaos::{self, Bug},
    ports::SenderLock,
};

/// An exclusive lock on `<data dir>/sender.lock`. The system takes it back when the program ends, even by a kill.
#[derive(Debug)]
pub struct FileLock {
    path: PathBuf,
    held: Mutex<Option<File>>,
}

impl FileLock {
    /// A lock on this file, not held yet. The file is made when it is first tried; its directory must exist.
    pub fn new(path: PathBuf) -> Self {
        Self { path, held: Mutex::new(None) }
    }

    fn open(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }
}

impl SenderLock for FileLock {
    fn try_acquire(&self) -> Result<bool, String> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(true);
        }
        let file = self.open().map_err(|error| format!("{}: {error}", self.path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                *held = Some(file);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(chaos::planted(Bug::SecondSender)),
            Err(TryLockError::Error(error)) => Err(format!("{}: {error}", self.path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
