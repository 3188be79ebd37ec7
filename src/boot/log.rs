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

use crate::{
    config::{LogLevel, LogSettings},
    files,
};

/// Starts the log. A log that cannot be written must never keep anybody from taking orders, so this only reports.
///
/// # Errors
/// The directory or the file cannot be made, or a log was started before.
pub fn start(data_dir: &Path, settings: &LogSettings) -> io::Result<()> {
    let path = data_dir.join("log").join("oktodesk.log");
    let kept = usize::try_from(settings.files).unwrap_or(usize::MAX);
    let writer = Mutex::new(Rotating::open(path, settings.max_kib.saturating_mul(1024), kept)?);
    // On a full disk the library would complain on standard error, in the middle of the screen.
    let lines = fmt::layer().json().flatten_event(true).with_ansi(false).log_internal_errors(false).with_writer(writer);
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(ours(settings.level)));
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)
}

/// Lines of this program alone, whatever the level.
fn ours(level: LogLevel) -> Targets {
    let level = match level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    Targets::new().with_target("oktodesk", level)
}

/// A file that is set aside when it has grown.
struct Rotating {
    path: PathBuf,
    file: File,
    written: u64,
    /// A file that is larger is set aside before the next line.
    max: u64,
    /// Files there may be; `oktodesk.log.1` is the newest of those set aside.
    files: usize,
}

impl Rotating {
    fn open(path: PathBuf, max: u64, files: usize) -> io::Result<Self> {
        if let Some(dir) = path.parent() {
            make_private_dir(dir)?;
            owner_only(dir, 0o700)?;
        }
        let file = append(&path)?;
        let written = file.metadata()?.len();
        Ok(Self { path, file, written, max, files: files.max(1) })
    }

    fn rotate(&mut self) -> io::Result<()> {
        // Another program on this data directory may have done it already.
        if fs::metadata(&self.path).is_ok_and(|found| found.len() >= self.max) {
            for age in (1..self.files).rev() {
                rename(&self.aside(age - 1), &self.aside(age))?;
            }
            self.remove_surplus()?;
        }
        self.file = append(&self.path)?;
        self.written = self.file.metadata()?.len();
        Ok(())
    }

    /// Files that are too many: of one file alone, and of a time when more were kept.
    fn remove_surplus(&self) -> io::Result<()> {
        for age in if self.files == 1 { 0 } else { self.files }.. {
            match fs::remove_file(self.aside(age)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                removed => removed?,
            }
        }
        Ok(())
    }

    /// The file that was set aside so many times ago; 0 is the one that is written.
    fn aside(&self, age: usize) -> PathBuf {
        if age == 0 {
            return self.path.clone();
        }
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
    let file = files::open_with(&mut options, path)?;
    owner_only(path, 0o600)?;
    Ok(file)
}

/// Closes to others what was there before with wider rights.
#[cfg(unix)]
fn owner_only(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path)?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn owner_only(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
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
        let mut log = Rotating::open(path.clone(), 100, 4).unwrap();
        for number in 0..200 {
            log.write_all(format!("line {number:04}\n").as_bytes()).unwrap();
        }
        let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|f| f.unwrap().path()).collect();
        assert_eq!(files.len(), 4);
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
        let mut one = Rotating::open(path.clone(), 50, 4).unwrap();
        let mut two = Rotating::open(path.clone(), 50, 4).unwrap();
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

    #[test]
    fn files_of_a_time_when_more_were_kept_go() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log").join("oktodesk.log");
        let write = |files| {
            let mut log = Rotating::open(path.clone(), 50, files).unwrap();
            for number in 0..100 {
                log.write_all(format!("line {number:04}\n").as_bytes()).unwrap();
            }
            fs::read_dir(path.parent().unwrap()).unwrap().count()
        };
        assert_eq!([write(6), write(3), write(1)], [6, 3, 1]);
        assert!(fs::metadata(&path).unwrap().len() <= 60);
    }

    #[test]
    fn lines_of_libraries_are_left_out_at_every_level() {
        for level in [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug] {
            let ours = ours(level);
            for foreign in ["hyper", "reqwest::connect", "sqlx::query", "rustls"] {
                assert!(!ours.would_enable(foreign, &Level::ERROR), "{foreign}");
            }
            assert!(ours.would_enable("oktodesk::desk::trace", &Level::ERROR));
            assert_eq!(ours.would_enable("oktodesk::desk::send::poll", &Level::DEBUG), level == LogLevel::Debug);
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log").join("oktodesk.log");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "of an older time\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        Rotating::open(path.clone(), 100, 4).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
}
