//! The log: JSON lines of ids and codes under the data directory, bounded in size. Never customer data, never the key,
//! and nothing at all on the terminal. Lines of libraries are left out: their addresses hold phone numbers.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing::Level;
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt};

/// A file that is larger is set aside before the next line.
const MAX_BYTES: u64 = 1024 * 1024;

/// Files set aside: `oktodesk.log.1` is the newest.
const KEPT: usize = 3;

/// Starts the log. A log that cannot be written must never keep anybody from taking orders, so this only reports.
///
/// # Errors
/// The directory or the file cannot be made, or a log was started before.
pub fn start(data_dir: &Path) -> io::Result<()> {
    let writer = Mutex::new(Rotating::open(data_dir.join("log").join("oktodesk.log"), MAX_BYTES)?);
    let lines = fmt::layer().json().flatten_event(true).with_ansi(false).with_writer(writer);
    let ours = Targets::new().with_target("oktodesk", Level::INFO);
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(ours));
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)
}

/// A file that is set aside when it has grown.
struct Rotating {
    path: PathBuf,
    file: File,
    written: u64,
    max: u64,
}

impl Rotating {
    fn open(path: PathBuf, max: u64) -> io::Result<Self> {
        if let Some(dir) = path.parent() {
            make_private_dir(dir)?;
        }
        let file = append(&path)?;
        let written = file.metadata()?.len();
        Ok(Self { path, file, written, max })
    }

    fn rotate(&mut self) -> io::Result<()> {
        // Another program on this data directory may have done it already.
        if fs::metadata(&self.path).is_ok_and(|found| found.len() >= self.max) {
            for age in (1..KEPT).rev() {
                rename(&self.aside(age), &self.aside(age + 1))?;
            }
            rename(&self.path, &self.aside(1))?;
        }
        self.file = append(&self.path)?;
        self.written = self.file.metadata()?.len();
        Ok(())
    }

    fn aside(&self, age: usize) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{age}"));
        name.into()
    }
}

impl Write for Rotating {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written >= self.max {
            self.rotate()?;
        }
        let written = self.file.write(line)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a directory that only its owner can enter, and its parents.
pub(super) fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_its_newest_lines_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log").join("oktodesk.log");
        let mut log = Rotating::open(path.clone(), 100).unwrap();
        for number in 0..200 {
            log.write_all(format!("line {number:04}\n").as_bytes()).unwrap();
        }
        let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|f| f.unwrap().path()).collect();
        assert_eq!(files.len(), KEPT + 1);
        assert!(files.iter().all(|file| fs::metadata(file).unwrap().len() <= 110));
        let newest = fs::read_to_string(&path).unwrap();
        assert!(newest.ends_with("line 0199\n"), "{newest}");
        let aside = fs::read_to_string(path.with_extension("log.1")).unwrap();
        let first: u32 = newest[5..9].parse().unwrap();
        assert!(aside.ends_with(&format!("line {:04}\n", first - 1)), "nothing is lost in between");
    }

    #[test]
    fn two_programs_on_one_log_do_not_set_it_aside_twice() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("oktodesk.log");
        let mut one = Rotating::open(path.clone(), 50).unwrap();
        let mut two = Rotating::open(path.clone(), 50).unwrap();
        for number in 0..6 {
            one.write_all(format!("one {number:05}\n").as_bytes()).unwrap();
            two.write_all(format!("two {number:05}\n").as_bytes()).unwrap();
        }
        let all: String = ["", ".1", ".2", ".3"]
            .iter()
            .filter_map(|end| fs::read_to_string(format!("{}{end}", path.display())).ok())
            .collect();
        assert_eq!(all.lines().count(), 12, "{all}");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log").join("oktodesk.log");
        Rotating::open(path.clone(), 100).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
}
