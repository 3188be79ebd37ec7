//! The only place that prints. Standard output is data, one JSON line each; standard error is words, cleaned.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
};

use serde::Serialize;

use crate::domain::text::{Clean, harmless};

/// Longest message on standard error, in characters.
const MAX_WORDS: usize = 4000;

/// Where a command prints. A reader that has gone is no error: the work goes on, only nothing more is written.
#[derive(Debug, Default)]
pub struct Out {
    closed: bool,
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
        let mut line = json_line(value)?;
        line.push(b'\n');
        self.write(&line)
    }

    /// Plain lines on standard output: of what they hold, line breaks and plain spaces of any width stay as they are.
    ///
    /// # Errors
    /// As `line`.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        let tame = |c: char| if c == '\n' || (c.is_whitespace() && !c.is_control()) { c } else { harmless(c) };
        self.write(text.chars().map(tame).collect::<String>().as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
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

fn json_line<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(256);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut line, Harmless))?;
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
        assert_eq!(line, r#""ä\u009b2J\u202e\u001b\udb40\udc41\n\"""#);
    }

    proptest! {
        #[test]
        fn lines_are_exact_and_harmless(raw in proptest::collection::vec(any::<char>(), 0..80)) {
            let raw: String = raw.into_iter().collect();
            let line = String::from_utf8(json_line(&raw).unwrap()).unwrap();
            prop_assert!(line.chars().all(|c| harmless(c) == c));
            prop_assert_eq!(serde_json::from_str::<String>(&line).unwrap(), raw);
        }
    }
}
