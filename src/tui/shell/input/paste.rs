//! Pasted text between its marks: passed on in pieces, and ended when its end was forgotten. Pure: the times are passed in.

use std::time::Duration;

use super::token::{Token, TokenSink, width};

/// A paste that pauses for so long has ended, whatever was forgotten behind it.
pub const QUIET: Duration = Duration::from_secs(1);
/// Pasted text that waits for more is passed on after so long.
const SHOWN: Duration = Duration::from_millis(50);
/// How long the speed of a paste is watched before it is judged.
const WINDOW: Duration = Duration::from_secs(1);
/// Fewer bytes in one window come from hands, not from a paste: its end was forgotten.
const FEWEST: usize = 256;
/// Pasted text is passed on in pieces of this size.
pub const PIECE: usize = 4 * 1024;

const END: &[u8] = b"\x1b[201~";

/// A paste that has begun.
#[derive(Debug, Default)]
pub struct Paste {
    bytes: Vec<u8>,
    /// Everything until now was passed on, as far as it can be.
    is_shown: bool,
    window: Duration,
    in_window: usize,
}

impl Paste {
    /// The mark of its beginning came at this time.
    pub fn begin(&mut self, now: Duration) {
        self.bytes.clear();
        self.is_shown = true;
        (self.window, self.in_window) = (now, 0);
    }

    /// So many bytes came at this time. `true` if hands typed them: no paste is so slow, and its end was forgotten.
    pub fn is_typed(&mut self, bytes: usize, now: Duration) -> bool {
        self.in_window += bytes;
        if now.saturating_sub(self.window) < WINDOW {
            return false;
        }
        let is_slow = self.in_window < FEWEST;
        (self.window, self.in_window) = (now, 0);
        is_slow
    }

    /// How long to wait for more of it before something has to be done.
    pub fn patience(&self) -> Duration {
        if self.is_shown { QUIET } else { SHOWN }
    }

    /// Whether a pause of this length ended it.
    pub fn is_over(&self, pause: Duration) -> bool {
        pause >= QUIET
    }

    /// Takes a byte. `true` if it was the last one of its end.
    pub fn push(&mut self, byte: u8, out: &mut TokenSink<'_>) -> bool {
        self.bytes.push(byte);
        self.is_shown = false;
        if self.bytes.ends_with(END) {
            self.bytes.truncate(self.bytes.len() - END.len());
            self.pass_on(true, out);
            return true;
        }
        if self.bytes.len() >= PIECE {
            self.pass_on(false, out);
        }
        false
    }

    /// Passes pasted text on: all of it, or as much as cannot change its meaning by what follows.
    pub fn pass_on(&mut self, all: bool, out: &mut TokenSink<'_>) {
        self.is_shown = true;
        let kept = if all { 0 } else { open_end(&self.bytes) };
        let whole = self.bytes.len() - kept;
        if whole > 0 {
            let text = String::from_utf8_lossy(&self.bytes[..whole]).into_owned();
            self.bytes.drain(..whole);
            out(Token::Paste(text));
        }
    }

    /// Bytes it keeps, for tests of its bounds.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.bytes.capacity()
    }
}

/// How many bytes at the end may be the beginning of the paste's end, or of a character.
fn open_end(bytes: &[u8]) -> usize {
    let marker = (1..END.len()).rev().find(|&count| bytes.ends_with(&END[..count]));
    let character = || {
        let is_open = |count: &usize| {
            let first = bytes.len().checked_sub(*count).map(|at| bytes[at]);
            first.is_some_and(|byte| width(byte) > *count)
        };
        (1..=3).find(is_open)
    };
    marker.or_else(character).unwrap_or_default()
}
