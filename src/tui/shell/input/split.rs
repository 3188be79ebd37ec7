//! Cuts the terminal's bytes into keys, sequences and pasted text. Pure: the times are passed in. Knows no meaning of a
//! sequence, only where it ends, and keeps nothing without a bound in size and time.
//!
//! A library decodes whole sequences (`decode`). None of those at hand can cut them: they keep what has begun to themselves,
//! so that nobody can tell a lone Esc from a key that a slow line has split, and wait for the end of a paste for ever.

use std::time::Duration;

use super::{
    paste::Paste,
    token::{Token, TokenSink, width},
};

/// A lone Esc is the key Esc if nothing follows it for so long.
pub const LONE_ESC: Duration = Duration::from_millis(25);
/// The same while the terminal owes an answer, whose first byte is an Esc, too.
const LATE_ESC: Duration = Duration::from_millis(250);
/// So long after a question an Esc is waited for longer.
const OWED: Duration = Duration::from_secs(2);
/// A sequence that has begun is given up if nothing follows it for so long.
const SEQUENCE: Duration = Duration::from_millis(500);
/// The same for what only a terminal's answer begins with; no key is taken for it.
const ANSWER: Duration = Duration::from_secs(5);
/// Longest sequence that is kept.
const MAX_SEQUENCE: usize = 64;

const ESC: u8 = 0x1b;
const PASTE_BEGIN: &[u8] = b"\x1b[200~";

/// Where in the bytes it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ground,
    /// An Esc.
    Esc,
    /// Two of them: the key and the beginning of another, or Alt and another.
    EscEsc,
    /// `ESC [` and what belongs to it.
    Csi,
    /// `ESC [ [`: the next byte is the last one (function keys of the Linux console).
    Linux,
    /// `ESC [ M`: so many bytes belong to it (mouse of old terminals).
    Mouse(u8),
    /// `ESC O`.
    Ss3,
    /// Esc and a byte that begins a text of the terminal, or Alt and that letter.
    Intro(u8),
    /// A text of the terminal, up to its end.
    Text,
    /// An Esc in it.
    TextEsc,
    /// A sequence that is too long, up to its end.
    Skip,
    /// A character that needs so many bytes.
    Utf8(usize),
    /// A paste.
    Paste,
    /// An Esc was taken for a key while the terminal owed an answer: what follows may belong to it.
    Stray,
    /// The same and `[`.
    StrayCsi,
}

/// Cuts bytes.
#[derive(Debug)]
pub struct Splitter {
    state: State,
    /// What has begun and has not ended.
    begun: Vec<u8>,
    alt: bool,
    /// When the last byte came.
    at: Duration,
    /// When the terminal was asked something it has not answered yet.
    asked: Option<Duration>,
    paste: Paste,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            state: State::Ground,
            begun: Vec::with_capacity(MAX_SEQUENCE),
            alt: false,
            at: Duration::ZERO,
            asked: None,
            paste: Paste::default(),
        }
    }
}

impl Splitter {
    /// The terminal was asked something at this time.
    pub fn asked(&mut self, now: Duration) {
        self.asked = Some(now);
    }

    /// The terminal has answered everything.
    pub fn answered(&mut self) {
        self.asked = None;
    }

    /// Takes bytes that were read at this time.
    pub fn feed(&mut self, bytes: &[u8], now: Duration, out: &mut TokenSink<'_>) {
        if self.state == State::Paste && self.paste.is_typed(bytes.len(), now) {
            self.paste.pass_on(true, out);
            self.state = State::Ground;
        }
        self.at = now;
        for &byte in bytes {
            self.byte(byte, out);
        }
    }

    /// When to call `expire` if nothing comes.
    pub fn deadline(&self) -> Option<Duration> {
        let patience = match self.state {
            State::Ground | State::Stray => return None,
            State::Paste => self.paste.patience(),
            State::Esc | State::EscEsc if self.is_owed() => LATE_ESC,
            State::Esc | State::EscEsc => LONE_ESC,
            State::Csi | State::Skip if self.begun.get(2).is_some_and(|byte| matches!(byte, b'?' | b'>')) => ANSWER,
            _ => SEQUENCE,
        };
        Some(self.at + patience)
    }

    /// Nothing has come until now: what waited long enough is what it is. To be called only when there is nothing to read;
    /// bytes that wait because the machine is busy came in time.
    pub fn expire(&mut self, now: Duration, out: &mut TokenSink<'_>) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        let state = std::mem::replace(&mut self.state, State::Ground);
        match state {
            State::Paste => {
                let has_ended = self.paste.is_over(now.saturating_sub(self.at));
                self.paste.pass_on(has_ended, out);
                if !has_ended {
                    self.state = State::Paste;
                }
            }
            State::Esc | State::EscEsc => {
                if state == State::EscEsc {
                    out(Token::Esc);
                }
                out(Token::Esc);
                if self.asked.is_some() {
                    self.state = State::Stray;
                }
            }
            State::Csi if self.begun.len() == 2 => self.alt_letter(b'[', out),
            State::Ss3 if self.begun.len() == 2 => self.alt_letter(b'O', out),
            State::Intro(byte) => self.alt_letter(byte, out),
            State::Utf8(_) => self.character(out),
            State::StrayCsi => out(Token::Char { c: '[', alt: false }),
            _ => {}
        }
        self.alt = false;
    }

    fn is_owed(&self) -> bool {
        self.asked.is_some_and(|asked| self.at.saturating_sub(asked) < OWED)
    }

    fn byte(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        match self.state {
            State::Ground => self.ground(byte, out),
            State::Paste => {
                if self.paste.push(byte, out) {
                    self.end();
                }
            }
            State::Utf8(need) => self.utf8(byte, need, out),
            State::Esc => self.after_esc(byte, out),
            State::EscEsc => self.after_two(byte, out),
            State::Csi => self.csi(byte, out),
            State::Skip => self.skip(byte, out),
            State::Linux => {
                self.begun.push(byte);
                self.sequence(out);
            }
            State::Mouse(left) => {
                self.begun.push(byte);
                self.state = State::Mouse(left - 1);
                if left == 1 {
                    self.sequence(out);
                }
            }
            State::Ss3 => self.ss3(byte, out),
            State::Intro(kind) => self.intro(kind, byte, out),
            State::Text => match byte {
                0x07 => self.end(),
                ESC => self.state = State::TextEsc,
                _ => {}
            },
            State::TextEsc if byte == b'\\' => self.end(),
            State::TextEsc => self.again(State::Esc, byte, out),
            State::Stray if byte == b'[' => self.state = State::StrayCsi,
            State::Stray => self.again(State::Ground, byte, out),
            State::StrayCsi if matches!(byte, b'?' | b'>') => {
                self.begin(&[ESC, b'[', byte]);
                self.state = State::Csi;
            }
            State::StrayCsi => {
                out(Token::Char { c: '[', alt: false });
                self.again(State::Ground, byte, out);
            }
        }
    }

    fn ground(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        let alt = self.alt;
        match byte {
            ESC => self.state = State::Esc,
            0..=0x1f | 0x7f => {
                self.end();
                out(Token::Control { byte, alt });
            }
            0x20..=0x7e => {
                self.end();
                out(Token::Char { c: char::from(byte), alt });
            }
            _ => {
                self.begin(&[byte]);
                match width(byte) {
                    1 => self.character(out),
                    need => self.state = State::Utf8(need),
                }
            }
        }
    }

    fn utf8(&mut self, byte: u8, need: usize, out: &mut TokenSink<'_>) {
        if byte & 0xc0 != 0x80 {
            self.character(out);
            return self.byte(byte, out);
        }
        self.begun.push(byte);
        if self.begun.len() == need {
            self.character(out);
        }
    }

    /// What was collected is one character, or none that UTF-8 knows.
    fn character(&mut self, out: &mut TokenSink<'_>) {
        let c = str::from_utf8(&self.begun).ok().and_then(|text| text.chars().next());
        let alt = self.alt;
        self.end();
        out(Token::Char { c: c.unwrap_or(char::REPLACEMENT_CHARACTER), alt });
    }

    fn after_esc(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        match byte {
            ESC => self.state = State::EscEsc,
            b'[' | b'O' => {
                self.begin(&[ESC, byte]);
                self.state = if byte == b'[' { State::Csi } else { State::Ss3 };
            }
            b']' | b'P' | b'_' => self.state = State::Intro(byte),
            _ => {
                self.alt = true;
                self.again(State::Ground, byte, out);
            }
        }
    }

    fn after_two(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        match byte {
            // Alt and an arrow, as rxvt and PuTTY send it.
            b'[' | b'O' => {
                self.alt = true;
                self.again(State::Esc, byte, out);
            }
            ESC => out(Token::Esc),
            _ => {
                out(Token::Esc);
                self.again(State::Esc, byte, out);
            }
        }
    }

    fn csi(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        let is_first = self.begun.len() == 2;
        match byte {
            0x20..=0x3f if self.begun.len() < MAX_SEQUENCE => self.begun.push(byte),
            0x20..=0x3f => self.state = State::Skip,
            b'[' if is_first => {
                self.begun.push(byte);
                self.state = State::Linux;
            }
            b'M' if is_first => {
                self.begun.push(byte);
                self.state = State::Mouse(3);
            }
            0x40..=0x7e => {
                self.begun.push(byte);
                self.sequence(out);
            }
            _ => self.abort(byte, out),
        }
    }

    fn skip(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        match byte {
            0x20..=0x3f => {}
            0x40..=0x7e => self.end(),
            _ => self.abort(byte, out),
        }
    }

    fn ss3(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        match byte {
            b'0'..=b'9' | b';' if self.begun.len() < MAX_SEQUENCE => self.begun.push(byte),
            0x20..=0x7e => {
                self.begun.push(byte);
                self.sequence(out);
            }
            _ if self.begun.len() == 2 => {
                self.alt_letter(b'O', out);
                self.again(State::Ground, byte, out);
            }
            _ => self.abort(byte, out),
        }
    }

    /// Only what terminals answer with begins a text; Alt and that letter is a key.
    fn intro(&mut self, kind: u8, byte: u8, out: &mut TokenSink<'_>) {
        let is_text = match kind {
            b']' => byte.is_ascii_digit(),
            b'P' => byte.is_ascii_digit() || matches!(byte, b'>' | b'!' | b'$'),
            b'_' => byte == b'G',
            _ => false,
        };
        if is_text {
            self.state = State::Text;
        } else {
            self.alt_letter(kind, out);
            self.again(State::Ground, byte, out);
        }
    }

    /// A sequence is whole.
    fn sequence(&mut self, out: &mut TokenSink<'_>) {
        self.state = State::Ground;
        let alt = std::mem::take(&mut self.alt);
        if self.begun == PASTE_BEGIN {
            self.state = State::Paste;
            self.paste.begin(self.at);
        } else {
            out(Token::Sequence { bytes: &self.begun, alt });
        }
    }

    fn alt_letter(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        self.end();
        out(Token::Char { c: char::from(byte), alt: true });
    }

    /// What has begun is nothing; this byte begins anew.
    fn abort(&mut self, byte: u8, out: &mut TokenSink<'_>) {
        self.end();
        self.byte(byte, out);
    }

    fn again(&mut self, state: State, byte: u8, out: &mut TokenSink<'_>) {
        self.state = state;
        self.byte(byte, out);
    }

    fn begin(&mut self, bytes: &[u8]) {
        self.begun.clear();
        self.begun.extend_from_slice(bytes);
    }

    fn end(&mut self) {
        self.state = State::Ground;
        self.alt = false;
    }
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
