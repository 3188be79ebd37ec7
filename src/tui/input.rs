//! From the terminal's events to messages. Reads in a thread of its own, so that nothing else ever waits for a key.

#[cfg(unix)]
mod wait;

use std::{io::IsTerminal, time::Duration};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use tokio::{sync::mpsc, time::Instant};

use super::{
    key::{Code, Key},
    msg::Msg,
};

/// What the terminal sent.
#[derive(Debug)]
pub enum Input {
    /// Something for the model.
    Msg(Msg),
    /// A key, and when it was read: keys that wait while a frame is drawn keep the time between them.
    Key {
        /// Which.
        key: Key,
        /// When.
        at: Instant,
    },
    /// A click: what it means depends on what was drawn there.
    Click {
        /// Column from 0.
        column: u16,
        /// Row from 0.
        row: u16,
        /// When.
        at: Instant,
    },
    /// A time that was waited for has come.
    Beat,
    /// The program was stopped and goes on: whoever had the terminal meanwhile may have left it in any state.
    Continued,
    /// The program is asked to stop, as job control does it.
    Suspend,
    /// The terminal cannot be read any more.
    Lost(String),
}

/// Events kept while the desk is busy: keys typed ahead wait here and are never lost.
const AHEAD: usize = 1_024;
/// How long the library may look for events that are there already; without any time it looks at nothing.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(1);
/// How often it is looked whether the terminal is still there, where nothing else tells it.
#[cfg(not(unix))]
const LOOK: Duration = Duration::from_secs(30);

/// Starts reading the terminal. The thread ends with the terminal or when nobody listens any more.
///
/// # Errors
/// When no thread can be started.
pub fn start() -> std::io::Result<mpsc::Receiver<Input>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    #[cfg(unix)]
    let mut waiter = wait::Waiter::new()?;
    std::thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            let input = match event::poll(LOOK).and_then(|there| if there { event::read().map(Some) } else { Ok(None) })
            {
                Ok(Some(event)) => translate(event, Instant::now()),
                // A terminal that is gone without a signal (the program does not belong to its session, or nobody told)
                // reads as endlessly empty.
                Ok(None) if !std::io::stdin().is_terminal() => Some(Input::Lost("the terminal is gone".into())),
                #[cfg(unix)]
                Ok(None) => waiter.wait().err().map(|error| Input::Lost(error.to_string())),
                #[cfg(not(unix))]
                Ok(None) => None,
                Err(error) => Some(Input::Lost(error.to_string())),
            };
            let lost = matches!(input, Some(Input::Lost(_)));
            if input.is_some_and(|input| sender.blocking_send(input).is_err()) || lost {
                return;
            }
        }
    })?;
    Ok(receiver)
}

pub(super) fn translate(event: Event, at: Instant) -> Option<Input> {
    let msg = match event {
        Event::Key(key) => return Some(Input::Key { key: key_of(key)?, at }),
        Event::Paste(text) => Msg::Paste(text),
        Event::Resize(columns, rows) => Msg::Resize(columns, rows),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                return Some(Input::Click { column: mouse.column, row: mouse.row, at });
            }
            MouseEventKind::ScrollDown => Msg::Wheel(1),
            MouseEventKind::ScrollUp => Msg::Wheel(-1),
            _ => return None,
        },
        Event::FocusGained | Event::FocusLost => return None,
    };
    Some(Input::Msg(msg))
}

fn key_of(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let mut key = Key {
        code: Code::Enter,
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        alt: event.modifiers.contains(KeyModifiers::ALT),
        shift: event.modifiers.contains(KeyModifiers::SHIFT),
    };
    key.code = match event.code {
        KeyCode::Char(c) => {
            // Shift is in the character already.
            key.shift = false;
            Code::Char(if key.ctrl || key.alt { c.to_ascii_lowercase() } else { c })
        }
        KeyCode::F(n) => Code::F(n),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<String> {
        key_of(KeyEvent::new(code, modifiers)).map(|key| key.to_string())
    }

    #[test]
    fn keys_of_the_terminal_are_keys_of_the_desk() {
        assert_eq!(key(KeyCode::Char('Z'), KeyModifiers::CONTROL).as_deref(), Some("ctrl+z"));
        assert_eq!(key(KeyCode::Char('Ä'), KeyModifiers::SHIFT).as_deref(), Some("Ä"));
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT).as_deref(), Some("shift+tab"));
        assert_eq!(key(KeyCode::F(9), KeyModifiers::NONE).as_deref(), Some("f9"));
        assert_eq!(key(KeyCode::CapsLock, KeyModifiers::NONE), None);
        let mut released = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        released.kind = KeyEventKind::Release;
        assert_eq!(key_of(released), None);
    }
}
