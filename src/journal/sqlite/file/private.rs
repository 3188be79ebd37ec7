//! A data directory and files that only their owner may read. Changes no directory that belongs to somebody else or to
//! something else.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use super::NAME;
use crate::journal::sqlite::error::unwritable;
use crate::{domain::value::reason::Reason, ports::JournalError};

/// What the names of everything in a data directory begin with.
const OURS: [&str; 7] = [NAME, ".journal.sqlite3", "sender.lock", "calls", "desk", "log", "demo"];

/// Makes the directory, or makes one that is there private.
///
/// # Errors
/// `Unwritable` with the command that mends it where others may read it and this program does not change that.
#[cfg(unix)]
pub(in crate::journal::sqlite) fn make_dir(dir: &Path) -> Result<(), JournalError> {
    let failed = |error: io::Error| unwritable(dir, &error);
    match fs::metadata(dir) {
        Ok(found) if found.is_dir() => close_to_others(dir, mode(&found)),
        _ => new_dir(dir).map_err(failed),
    }
}

#[cfg(unix)]
fn new_dir(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    sync_dir(dir)
}

/// Takes every right from group and others. The owner's stay as they are: who made it read-only meant it.
#[cfg(unix)]
fn close_to_others(dir: &Path, mode: u32) -> Result<(), JournalError> {
    use std::os::unix::fs::PermissionsExt;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let is_ours = is_ours(dir, mode).map_err(|error| unwritable(dir, &error))?;
    let refused =
        || JournalError::Unwritable(format!("{} (chmod 700 {})", Reason::OthersMayRead.sentence(), quoted(dir)));
    if !is_ours {
        return Err(refused());
    }
    match fs::set_permissions(dir, fs::Permissions::from_mode(mode & 0o700)) {
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Err(unwritable(dir, &error)),
        // Some file systems take the wish and keep the mode.
        Ok(()) if fs::metadata(dir).is_ok_and(|found| self::mode(&found) & 0o077 == 0) => Ok(()),
        _ => Err(refused()),
    }
}

/// Whether a directory is there for a journal: it holds one, or nothing else. Somebody's home or a directory that all share
/// is not, whatever stands in it.
#[cfg(unix)]
fn is_ours(dir: &Path, mode: u32) -> io::Result<bool> {
    const STICKY: u32 = 0o1000;
    if mode & STICKY != 0 {
        return Ok(false);
    }
    if dir.join(NAME).exists() {
        return Ok(true);
    }
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        if !OURS.iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(unix)]
fn mode(found: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o7777
}

/// As a shell takes it for one word.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,@%".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// An empty file with its mode from the first moment.
#[cfg(unix)]
pub(in crate::journal::sqlite) fn create_new(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Takes every right from group and others, if the file exists.
#[cfg(unix)]
pub(in crate::journal::sqlite) fn owner_only(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    match fs::metadata(path) {
        Ok(found) if mode(&found) & 0o077 == 0 => Ok(()),
        Ok(found) => fs::set_permissions(path, fs::Permissions::from_mode(mode(&found) & 0o600)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes the new name itself durable.
#[cfg(unix)]
pub(in crate::journal::sqlite) fn sync_dir(path: &Path) -> io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
pub(in crate::journal::sqlite) fn make_dir(dir: &Path) -> Result<(), JournalError> {
    fs::create_dir_all(dir).map_err(|error| unwritable(dir, &error))
}

#[cfg(not(unix))]
pub(in crate::journal::sqlite) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(not(unix))]
pub(in crate::journal::sqlite) fn owner_only(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(in crate::journal::sqlite) fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn dir_with(bits: u32, names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(dir.path().join(name), "").unwrap();
        }
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(bits)).unwrap();
        dir
    }

    fn after(dir: &Path) -> u32 {
        mode(&fs::metadata(dir).unwrap())
    }

    #[test]
    fn a_directory_for_a_journal_is_closed_to_others() {
        for (bits, closed) in
            [(0o755, 0o700), (0o750, 0o700), (0o711, 0o700), (0o777, 0o700), (0o2770, 0o700), (0o555, 0o500)]
        {
            for names in [&[][..], &["journal.sqlite3", "letters"], &["sender.lock", "journal.sqlite3-wal"]] {
                let dir = dir_with(bits, names);
                make_dir(dir.path()).unwrap();
                assert_eq!(after(dir.path()), closed, "{bits:o} {names:?}");
                make_dir(dir.path()).unwrap();
            }
        }
    }

    #[test]
    fn a_directory_that_is_there_for_something_else_is_refused_with_the_command_and_kept() {
        for (bits, names) in
            [(0o755, &["letters"][..]), (0o1777, &[]), (0o1777, &["journal.sqlite3"]), (0o750, &[".bashrc"])]
        {
            let dir = dir_with(bits, names);
            let JournalError::Unwritable(words) = make_dir(dir.path()).unwrap_err() else { panic!("not unwritable") };
            assert!(words.contains(&format!("chmod 700 {}", dir.path().display())), "{words}");
            assert!(Reason::read(&words).is_some(), "it is said in the reader's language: {words}");
            assert_eq!(after(dir.path()), bits);
        }
        // Nobody has to be able to read it, whatever it holds.
        make_dir(dir_with(0o700, &["letters"]).path()).unwrap();
    }

    #[test]
    fn the_command_is_one_word_for_a_shell() {
        assert_eq!(quoted(Path::new("/srv/shop-1")), "/srv/shop-1");
        assert_eq!(quoted(Path::new("/srv/it's a shop")), r"'/srv/it'\''s a shop'");
    }
}
