//! Which desks run: a locked file for each of them beside the journal. The system takes the lock back when a desk ends,
//! even by a kill, so nothing has to be written while it runs. Knows no draft.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;

use crate::{
    domain::value::ids::DeskId,
    files,
    ports::{Desks, SeenDesk},
};

/// Files of desks that have ended and are removed at one start; more are left to the next.
const MOST_REMOVED: usize = 1_000;
/// Tries to make a file that another desk, which takes it for one that was left behind, removes at that moment.
const TRIES: usize = 10;
/// Longest content of a file that is read.
const LONGEST: u64 = 64;

/// An exclusive lock on `<data dir>/desks/<desk id>.lock`, and a look at the locks of the other desks.
#[derive(Debug)]
pub struct DeskLocks {
    dir: PathBuf,
    desk: DeskId,
    held: Mutex<Option<File>>,
}

impl DeskLocks {
    /// The desks of a data directory, as this desk sees them. It is seen by none of them until `hold`.
    pub fn new(data_dir: &Path, desk: DeskId) -> Self {
        Self { dir: data_dir.join("desks"), desk, held: Mutex::new(None) }
    }

    /// From now on this desk is seen to run, since `now`, until the value is dropped or the program ends. Also removes what
    /// ended desks left.
    ///
    /// # Errors
    /// When the file cannot be made or locked. The desk may go on all the same: the journal refuses to write over what
    /// another desk has, and only at its start a desk takes what seems to be nobody's.
    pub fn hold(&self, now: Timestamp) -> io::Result<()> {
        make_private_dir(&self.dir)?;
        self.remove_ended();
        let path = self.path(&self.desk).ok_or(io::ErrorKind::InvalidInput)?;
        for _ in 0..TRIES {
            let mut file = files::open_with(private().create(true).truncate(false).write(true), &path)?;
            file.lock()?;
            // Between making and locking it, it looked like one that was left behind.
            if is_still(&file, &path) {
                file.write_all(now.as_microsecond().to_string().as_bytes())?;
                *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
                return Ok(());
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn path(&self, desk: &DeskId) -> Option<PathBuf> {
        let id = desk.as_str();
        // What comes out of a damaged journal is no path.
        let is_name = !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        is_name.then(|| self.dir.join(format!("{id}.lock")))
    }

    fn remove_ended(&self) {
        let Ok(files) = fs::read_dir(&self.dir) else { return };
        for file in files.flatten().take(MOST_REMOVED) {
            let path = file.path();
            if path.extension().is_some_and(|it| it == "lock") && look(&path) == SeenDesk::Ended {
                // What cannot be removed is removed at another start; it is no desk that runs.
                fs::remove_file(&path).ok();
            }
        }
    }
}

impl Desks for DeskLocks {
    fn look(&self, desk: &DeskId) -> SeenDesk {
        self.path(desk).map_or(SeenDesk::Ended, |path| look(&path))
    }
}

impl Drop for DeskLocks {
    fn drop(&mut self) {
        let held = self.held.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if held.is_some()
            && let Some(path) = self.path(&self.desk)
        {
            fs::remove_file(path).ok();
        }
    }
}

/// Whoever looks takes the lock with others who look, and gives it back at once.
fn look(path: &Path) -> SeenDesk {
    let mut file = match files::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return SeenDesk::Ended,
        Err(_) => return SeenDesk::Running { since: None },
    };
    match file.try_lock_shared() {
        Ok(()) => SeenDesk::Ended,
        Err(TryLockError::WouldBlock) => SeenDesk::Running { since: since(&mut file) },
        Err(TryLockError::Error(_)) => SeenDesk::Running { since: None },
    }
}

fn since(file: &mut File) -> Option<Timestamp> {
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    Timestamp::from_microsecond(text.parse().ok()?).ok()
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Whether the path still leads to this file.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |data: fs::Metadata| (data.dev(), data.ino());
    let (open, named) = (file.metadata().map(id), fs::metadata(path).map(id));
    matches!((open, named), (Ok(open), Ok(named)) if open == named)
}

#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(name: &str) -> DeskId {
        DeskId(name.into())
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_770_000_000).unwrap()
    }

    #[test]
    fn a_desk_is_seen_while_it_runs_and_no_longer() {
        let dir = tempfile::tempdir().unwrap();
        let (here, there) = (DeskLocks::new(dir.path(), desk("here")), DeskLocks::new(dir.path(), desk("there")));
        assert_eq!(here.look(&desk("there")), SeenDesk::Ended, "it has not started");
        there.hold(now()).unwrap();
        here.hold(now()).unwrap();
        assert_eq!(here.look(&desk("there")), SeenDesk::Running { since: Some(now()) });
        assert_eq!(there.look(&desk("here")), SeenDesk::Running { since: Some(now()) });
        drop(there);
        assert_eq!(here.look(&desk("there")), SeenDesk::Ended);
        assert_eq!(fs::read_dir(dir.path().join("desks")).unwrap().count(), 1, "it takes its file along");
    }

    #[test]
    fn what_a_killed_desk_left_is_seen_as_ended_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let here = DeskLocks::new(dir.path(), desk("here"));
        fs::create_dir(dir.path().join("desks")).unwrap();
        let left = dir.path().join("desks/killed.lock");
        fs::write(&left, "1770000000000000").unwrap();
        assert_eq!(here.look(&desk("killed")), SeenDesk::Ended);
        // Several that look at a time do not take each other for the desk.
        let looks = OpenOptions::new().read(true).open(&left).unwrap();
        looks.try_lock_shared().unwrap();
        assert_eq!(here.look(&desk("killed")), SeenDesk::Ended);
        drop(looks);
        here.hold(now()).unwrap();
        assert!(!left.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_a_lock_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let here = DeskLocks::new(dir.path(), desk("here"));
        fs::create_dir(dir.path().join("desks")).unwrap();
        for name in ["here", "there"] {
            let pipe = dir.path().join(format!("desks/{name}.lock"));
            assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        }
        assert_eq!(here.look(&desk("there")), SeenDesk::Running { since: None }, "nothing proves that it has ended");
        assert_eq!(here.hold(now()).unwrap_err().to_string(), files::NOT_A_FILE);
    }

    #[test]
    fn an_id_that_is_no_name_is_no_path() {
        let dir = tempfile::tempdir().unwrap();
        let here = DeskLocks::new(&dir.path().join("data"), desk("here"));
        for id in ["../secret", "", "a/b", "a\u{0}b", &"a".repeat(65)] {
            assert_eq!(here.look(&desk(id)), SeenDesk::Ended, "{id:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let here = DeskLocks::new(dir.path(), desk("here"));
        here.hold(now()).unwrap();
        let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("desks"), mode("desks/here.lock")), (0o700, 0o600));
    }

    #[test]
    fn many_that_start_at_once_all_run() {
        let dir = tempfile::tempdir().unwrap();
        let desks: Vec<_> = (0..8).map(|n| DeskLocks::new(dir.path(), desk(&format!("desk-{n}")))).collect();
        std::thread::scope(|scope| {
            for desk in &desks {
                scope.spawn(|| desk.hold(now()).unwrap());
            }
        });
        for n in 0..8 {
            assert_eq!(desks[0].look(&desk(&format!("desk-{n}"))), SeenDesk::Running { since: Some(now()) }, "{n}");
        }
    }
}
