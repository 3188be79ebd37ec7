//! Opens regular files and nothing else, without waiting: a pipe, device, socket or directory in the place of a file is
//! refused at once. Knows nothing of what stands in a file.

use std::{
    fs::{self, File, FileType, OpenOptions},
    io,
    path::Path,
};

#[cfg(unix)]
use rustix::fs::OFlags;

/// What is said of a pipe, device or socket; `words::system` translates it.
pub const NOT_A_FILE: &str = "Not a regular file";

/// Opens a file for reading.
///
/// # Errors
/// What the system says, or that it is no regular file.
pub fn open(path: &Path) -> io::Result<File> {
    open_with(OpenOptions::new().read(true), path)
}

/// Opens a file with these options. They must not set flags of their own.
///
/// # Errors
/// As `open`.
pub fn open_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    // Asked first, because opening a device can already do something.
    expect_regular(path)?;
    #[cfg(unix)]
    // A pipe that takes the place of the file between the two questions is opened without waiting, and refused as well.
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    let file = options.open(path)?;
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

/// Whether what stands at a path is a regular file or nothing, for files that a library opens.
///
/// # Errors
/// As `open`.
pub fn expect_regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) => regular(found.file_type()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn regular(kind: FileType) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "Is a directory"));
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, NOT_A_FILE))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::{os::unix::net::UnixListener, process::Command};

    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_nothing_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        let _socket = UnixListener::bind(path("socket")).unwrap();
        fs::create_dir(path("dir")).unwrap();
        fs::write(path("file"), "x").unwrap();
        std::os::unix::fs::symlink("pipe", path("link")).unwrap();
        let device = Path::new("/dev/null").to_owned();
        for odd in [path("pipe"), path("link"), path("socket"), path("dir"), device] {
            for mut options in [OpenOptions::new().read(true).clone(), OpenOptions::new().append(true).clone()] {
                let error = open_with(&mut options, &odd).unwrap_err();
                let wanted = if odd == path("dir") { "Is a directory" } else { NOT_A_FILE };
                assert_eq!(error.to_string(), wanted, "{}", odd.display());
            }
        }
        assert!(open(&path("file")).is_ok());
        assert_eq!(open(&path("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
        let mut making = OpenOptions::new();
        assert!(open_with(making.write(true).create(true), &path("new")).is_ok());
    }
}
