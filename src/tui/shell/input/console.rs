//! The console of Windows: the terminal library reads its events. It can only be waited for in a thread of its own, so here,
//! and only here, keys cross one.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    task::{Wake, Waker},
    time::Duration,
};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use tokio::time::Instant;

use super::event::Input;
use crate::tui::{
    input::key::{Code, Key},
    msg::Msg,
};

/// Events kept while the desk is busy.
const AHEAD: usize = 1_024;

/// The console, and what else wakes the desk.
pub struct Source {
    events: Receiver<Heard>,
    bell: Arc<Bell>,
    rung: bool,
    start: Instant,
}

enum Heard {
    Rung,
    Event(Event, Instant),
    Lost(String),
}

struct Bell(SyncSender<Heard>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // A full line wakes the desk as well.
        self.0.try_send(Heard::Rung).ok();
    }
}

impl Source {
    /// Begins to listen.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> io::Result<Self> {
        let (sender, events) = sync_channel(AHEAD);
        let bell = Arc::new(Bell(sender.clone()));
        std::thread::Builder::new().name("input".into()).spawn(move || {
            loop {
                let heard = match event::read() {
                    Ok(event) => Heard::Event(event, Instant::now()),
                    Err(error) => Heard::Lost(error.to_string()),
                };
                let lost = matches!(heard, Heard::Lost(_));
                if sender.send(heard).is_err() || lost {
                    return;
                }
            }
        })?;
        Ok(Self { events, bell, rung: true, start: Instant::now() })
    }

    /// The monotonic clock, since the start.
    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Wakes the desk when it is called, from any thread.
    pub fn waker(&self) -> Waker {
        Waker::from(Arc::clone(&self.bell))
    }

    /// Whether anything but the terminal woke the desk since this was asked last.
    pub fn take_rung(&mut self) -> bool {
        std::mem::take(&mut self.rung)
    }

    /// Wakes the desk by itself: it has not looked at everything.
    pub fn ring(&mut self) {
        self.rung = true;
    }

    /// Nothing is asked: the library reads what is answered.
    pub fn asked(&mut self) {}

    /// Nothing was asked.
    pub fn answered(&mut self) {}

    /// Waits until anything happens, at most until a time, and adds what the terminal sent.
    pub fn wait(&mut self, until: Option<Duration>, inputs: &mut VecDeque<Input>) {
        let until = if self.rung { Some(Duration::ZERO) } else { until };
        let mut first = match until {
            Some(until) => match self.events.recv_timeout(until.saturating_sub(self.now())) {
                Ok(heard) => Some(heard),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Heard::Lost("end of input".into())),
            },
            None => Some(self.events.recv().unwrap_or_else(|_| Heard::Lost("end of input".into()))),
        };
        while let Some(heard) = first {
            match heard {
                Heard::Rung => self.rung = true,
                Heard::Event(event, at) => inputs.extend(translate(event, at.duration_since(self.start))),
                Heard::Lost(reason) => inputs.push_back(Input::Lost(reason)),
            }
            first = self.events.try_recv().ok();
        }
        // The line may have been too full for the bell.
        self.rung |= !inputs.is_empty();
    }
}

fn translate(event: Event, at: Duration) -> Option<Input> {
    Some(match event {
        Event::Key(key) => Input::Key { key: key_of(key)?, at },
        Event::Paste(text) => Input::Msg(Msg::Paste(text)),
        Event::Resize(..) => Input::Resized,
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Input::Click { column: mouse.column, row: mouse.row, at },
            MouseEventKind::ScrollDown => Input::Msg(Msg::Wheel(1)),
            MouseEventKind::ScrollUp => Input::Msg(Msg::Wheel(-1)),
            _ => return None,
        },
        Event::FocusGained | Event::FocusLost => return None,
    })
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
            key.shift &= key.ctrl || key.alt;
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
