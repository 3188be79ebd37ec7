//! What a whole sequence of the terminal means: a key, the mouse, or an answer. Pure. Keeps nothing of the bytes.

use termina::{
    Event, Parser,
    escape::csi::{Csi, Cursor, DecModeSetting, DecPrivateMode, DecPrivateModeCode, Device, Keyboard, Mode},
    event::{KeyCode, KeyEvent, KeyEventKind, Modifiers, MouseButton, MouseEventKind},
};

use super::{
    event::{Input, TerminalAnswer},
    token::Token,
};
use crate::tui::{
    input::key::{Code, Key},
    msg::Msg,
};

/// Decodes sequences by the library.
#[derive(Debug, Default)]
pub struct Decoder {
    parser: Parser,
}

impl Decoder {
    /// What this means; nothing if nobody needs to know.
    pub fn input(&mut self, token: Token<'_>, at: std::time::Duration) -> Option<Input> {
        let key = match token {
            Token::Paste(text) => return Some(Input::Msg(Msg::Paste(text))),
            Token::Esc => Key::plain(Code::Esc),
            Token::Char { c, alt } => {
                Key { alt, ..Key::plain(Code::Char(if alt { c.to_ascii_lowercase() } else { c })) }
            }
            Token::Control { byte, alt } => control(byte, alt)?,
            Token::Sequence { bytes, alt } => match keypad(bytes) {
                Some(code) => Key { alt, ..Key::plain(code) },
                None => match self.event(bytes)? {
                    Event::Key(key) => {
                        let key = key_of(key)?;
                        Key { alt: alt || key.alt, ..key }
                    }
                    other => return other_input(&other, at),
                },
            },
        };
        Some(Input::Key { key, at })
    }

    fn event(&mut self, bytes: &[u8]) -> Option<Event> {
        self.parser.parse(bytes, false);
        let event = self.parser.pop();
        if event.is_none() {
            // It may have kept what it does not know for the beginning of something.
            self.parser = Parser::default();
        }
        event
    }
}

/// A control character as a key.
fn control(byte: u8, alt: bool) -> Option<Key> {
    let plain = |code| Some(Key { alt, ..Key::plain(code) });
    let ctrl = |c| Some(Key { alt, ctrl: true, ..Key::plain(Code::Char(c)) });
    match byte {
        b'\r' => plain(Code::Enter),
        // The Linux console sends Shift+Tab like this.
        b'\t' if alt => Some(Key { shift: true, ..Key::plain(Code::Tab) }),
        b'\t' => plain(Code::Tab),
        // Which of the two the key Backspace sends is a setting of every terminal.
        0x08 | 0x7f => plain(Code::Backspace),
        0 => ctrl(' '),
        0x01..=0x1a => ctrl(char::from(byte - 1 + b'a')),
        0x1c..=0x1f => ctrl(char::from(byte - 0x1c + b'4')),
        _ => None,
    }
}

/// The keypad in application mode, which a program before this one may have left on.
fn keypad(bytes: &[u8]) -> Option<Code> {
    let [0x1b, b'O', last] = bytes else { return None };
    Some(match last {
        b'M' => Code::Enter,
        b'I' => Code::Tab,
        b' ' => Code::Char(' '),
        b'X' => Code::Char('='),
        b'j'..=b'y' => Code::Char(char::from(*last - b'j' + b'*')),
        _ => return None,
    })
}

fn other_input(event: &Event, at: std::time::Duration) -> Option<Input> {
    Some(match event {
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Input::Click { column: mouse.column, row: mouse.row, at },
            MouseEventKind::ScrollDown => Input::Msg(Msg::Wheel(1)),
            MouseEventKind::ScrollUp => Input::Msg(Msg::Wheel(-1)),
            _ => return None,
        },
        Event::Csi(Csi::Mode(Mode::ReportDecPrivateMode {
            mode: DecPrivateMode::Code(DecPrivateModeCode::SynchronizedOutput),
            setting,
        })) => Input::TerminalAnswer(TerminalAnswer::Synchronized(matches!(
            setting,
            DecModeSetting::Set | DecModeSetting::Reset
        ))),
        Event::Csi(Csi::Keyboard(Keyboard::ReportFlags(_))) => Input::TerminalAnswer(TerminalAnswer::Kitty),
        Event::Csi(Csi::Device(Device::DeviceAttributes(()))) => Input::TerminalAnswer(TerminalAnswer::All),
        // Nobody asks where the cursor is, and F3 with a modifier looks the same.
        Event::Csi(Csi::Cursor(Cursor::ActivePositionReport { line, col })) if line.get() == 1 => {
            let held = col.get().saturating_sub(1);
            let key = Key { shift: held & 1 != 0, alt: held & 2 != 0, ctrl: held & 4 != 0, code: Code::F(3) };
            return (1..=7).contains(&held).then_some(Input::Key { key, at });
        }
        _ => return None,
    })
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let others = Modifiers::SUPER | Modifiers::HYPER | Modifiers::META;
    if event.kind == KeyEventKind::Release || event.modifiers.intersects(others) {
        return None;
    }
    let mut key = Key {
        code: Code::Enter,
        ctrl: event.modifiers.contains(Modifiers::CONTROL),
        alt: event.modifiers.contains(Modifiers::ALT),
        shift: event.modifiers.contains(Modifiers::SHIFT),
    };
    key.code = match event.code {
        KeyCode::Char(c) if key.ctrl || key.alt => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => {
            let upper = if key.shift { c.to_uppercase().next().unwrap_or(c) } else { c };
            // Shift is in the character.
            key.shift = false;
            Code::Char(upper)
        }
        KeyCode::Function(n) => Code::F(n),
        KeyCode::Enter => Code::Enter,
        KeyCode::Escape => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            key.shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    Some(key)
}
