//! The only place that prints. Standard output is data, one JSON line each; standard error is words, cleaned.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    time::Duration,
};

use serde::Serialize;
use tokio::{task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::domain::value::text::{Clean, harmless};

/// Longest message on standard error, in characters.
const MAX_WORDS: usize = 4000;

/// How long a reader that does not read is waited for once the program was asked to end.
const LAST_LINE: Duration = Duration::from_secs(1);

/// Why nothing can be written; `words::system_reason` knows both.
const CLOSED: &str = "it was closed before the start";
const UNREAD: &str = "nobody reads it";

/// Where a command prints.
///
/// What a command only reads goes out by `line` and `text`: a reader that has gone is no error, nothing more is written. What
/// a command has done goes out by `result`, which gives back what did not arrive, so that it can be told in another way.
#[derive(Debug, Default)]
pub struct Out {
    /// Nobody reads any more, or nothing can be written.
    closed: bool,
    /// The result that is being written.
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Pending {
    bytes: Vec<u8>,
    writing: JoinHandle<io::Result<()>>,
}

/// A result that did not arrive on standard output.
#[derive(Debug)]
pub struct Undelivered {
    /// The bytes of it.
    pub bytes: Vec<u8>,
    /// Why, with the first of them.
    pub why: Option<io::Error>,
}

impl Out {
    /// Nothing printed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether somebody still reads standard output.
    pub fn is_open(&self) -> bool {
        !self.closed
    }

    /// One JSON line on standard output. What a terminal could obey is escaped, so the line is harmless and exact.
    ///
    /// # Errors
    /// What writing to standard output said, except that nobody reads it.
    pub fn line<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        self.write(&json_line(value)?)
    }

    /// Plain lines on standard output: of what they hold, line breaks and plain spaces of any width stay as they are.
    ///
    /// # Errors
    /// As `line`.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.write(&tame(text))
    }

    /// Lines that are ready to be written, as `line` makes them. Waits without keeping anything else from running: a reader may
    /// be slow. Once the program was asked to end, nothing is written any more.
    ///
    /// # Errors
    /// As `line`.
    pub async fn lines(&mut self, bytes: Vec<u8>, stop: &CancellationToken) -> io::Result<()> {
        if self.closed || bytes.is_empty() {
            return Ok(());
        }
        let writing = tokio::task::spawn_blocking(move || write_stdout(&bytes));
        let done = tokio::select! {
            done = writing => done.unwrap_or_else(|error| Err(io::Error::other(error))),
            () = stop.cancelled() => {
                self.closed = true;
                return Ok(());
            }
        };
        match done {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        match write_stdout(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }

    /// The result of something that was done. Waits until it is written, without keeping anything else from running: a
    /// reader may be slow. Dropped half way, it goes on with the next call or with `finish`.
    ///
    /// # Errors
    /// This result, or the one before it, did not arrive.
    pub async fn result(&mut self, bytes: Vec<u8>, stop: &CancellationToken) -> Result<(), Undelivered> {
        self.finish(stop).await?;
        if self.closed {
            return Err(Undelivered { bytes, why: None });
        }
        if was_closed_at_start() {
            self.closed = true;
            return Err(Undelivered { bytes, why: Some(io::Error::new(ErrorKind::NotConnected, CLOSED)) });
        }
        let copy = bytes.clone();
        self.pending = Some(Pending { bytes, writing: tokio::task::spawn_blocking(move || write_stdout(&copy)) });
        self.finish(stop).await
    }

    /// Waits until the result that is being written is written.
    ///
    /// # Errors
    /// It did not arrive.
    pub async fn finish(&mut self, stop: &CancellationToken) -> Result<(), Undelivered> {
        let Some(Pending { writing, .. }) = &mut self.pending else { return Ok(()) };
        let done = tokio::select! {
            done = writing => done.unwrap_or_else(|error| Err(io::Error::other(error))),
            () = async { stop.cancelled().await; sleep(LAST_LINE).await } => Err(io::Error::new(ErrorKind::TimedOut, UNREAD)),
        };
        match (done, self.pending.take()) {
            (Err(why), Some(Pending { bytes, .. })) => {
                self.closed = true;
                Err(Undelivered { bytes, why: Some(why) })
            }
            _ => Ok(()),
        }
    }
}

/// Writes to the descriptor itself: the library's standard output takes a descriptor that cannot be written for one that
/// nobody reads, and says that all went well.
#[cfg(unix)]
fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let stdout = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    std::fs::File::from(stdout).write_all(bytes)
}

#[cfg(not(unix))]
fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush())
}

/// Whether the program was started without a standard output. The library then opens `/dev/null` in its place, for reading
/// and writing; a shell that sends output there on purpose opens it for writing only.
#[cfg(unix)]
fn was_closed_at_start() -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    let stdout = io::stdout();
    let is_null = || Some(fstat(&stdout).ok()?.st_rdev == stat("/dev/null").ok()?.st_rdev);
    fcntl_getfl(&stdout).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR) && is_null() == Some(true)
}

#[cfg(not(unix))]
fn was_closed_at_start() -> bool {
    false
}

/// Plain lines without what a terminal could obey.
pub fn tame(text: &str) -> Vec<u8> {
    let tame = |c: char| if c == '\n' || (c.is_whitespace() && !c.is_control()) { c } else { harmless(c) };
    text.chars().map(tame).collect::<String>().into_bytes()
}

/// Lines on standard error that are harmless already and must not be cut.
pub fn say_whole(lines: &[u8]) {
    io::stderr().lock().write_all(lines).unwrap_or_default();
}

/// A sentence on standard error. Where standard error is gone, nobody is left to tell.
pub fn say(words: impl fmt::Display) {
    let words = Clean::bounded(&words.to_string(), MAX_WORDS);
    writeln!(io::stderr().lock(), "{words}").unwrap_or_default();
}

/// Several lines on standard error; each is cleaned.
pub fn say_lines(text: &str) {
    for line in text.lines() {
        // Indentation is ours, the rest may not be.
        let words = line.trim_start();
        let indent = " ".repeat(line.len() - words.len());
        let words = Clean::bounded(words, MAX_WORDS);
        writeln!(io::stderr().lock(), "{indent}{words}").unwrap_or_default();
    }
}

/// One line of JSON, harmless and exact, with its line end.
pub fn json_line<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(256);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut line, Harmless))?;
    line.push(b'\n');
    Ok(line)
}

/// JSON whose strings escape everything a terminal could obey or a reader be deceived by.
struct Harmless;

impl serde_json::ser::Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            if harmless(c) != c {
                writer.write_all(&fragment.as_bytes()[plain..at])?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                plain = at + c.len_utf8();
            }
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        let line = String::from_utf8(json_line(&"ä\u{9b}2J\u{202e}\u{1b}\u{e0041}\n\"").unwrap()).unwrap();
        assert_eq!(line, concat!(r#""ä\u009b2J\u202e\u001b\udb40\udc41\n\"""#, "\n"));
    }

    proptest! {
        #[test]
        fn lines_are_exact_and_harmless(raw in proptest::collection::vec(any::<char>(), 0..80)) {
            let raw: String = raw.into_iter().collect();
            let line = String::from_utf8(json_line(&raw).unwrap()).unwrap();
            prop_assert!(line.trim_end_matches('\n').chars().all(|c| harmless(c) == c));
            prop_assert_eq!(serde_json::from_str::<String>(&line).unwrap(), raw);
        }
    }
}
