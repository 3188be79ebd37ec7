//! The terminal taken over and given back: however the program ends, it is as it was before the start.

use std::{
    io::{self, BufWriter, IsTerminal, Stdout, Write},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute,
    terminal::{self, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{Terminal, backend::CrosstermBackend};
use tokio_util::sync::CancellationToken;

use crate::words;

/// The terminal the desk draws on.
pub type Screen = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// Bytes of one frame that are kept before they go to the terminal at once.
const FRAME_BYTES: usize = 64 * 1024;

/// Gives the terminal back when it is dropped.
pub struct Taken {
    shared: Arc<Shared>,
}

/// What the panic hook knows of the screen.
struct Shared {
    /// Only once: leaving twice puts the cursor back over what was printed in between.
    lent: AtomicBool,
    /// The thread that draws.
    drawing: ThreadId,
    broken: CancellationToken,
    why: OnceLock<String>,
}

/// Takes the terminal over; the thread that calls this is the one that draws.
///
/// A panic of that thread gives the terminal back first, so that the message can be read. A panic of any other is kept for
/// when the screen is gone, and `Taken::broken` says that it has to go: a screen whose sender is dead must not stay.
///
/// # Errors
/// When standard input or output is no terminal, or it cannot be switched.
pub fn take() -> io::Result<(Taken, Screen)> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::new(io::ErrorKind::NotConnected, "no terminal"));
    }
    let taken = Taken::new();
    let shared = Arc::clone(&taken.shared);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == shared.drawing {
            shared.give_back();
        }
        if !shared.lent.load(Ordering::SeqCst) {
            before(panic);
        }
        shared.why.get_or_init(|| words::panic(panic));
        shared.broken.cancel();
    }));
    taken.shared.lent.store(true, Ordering::SeqCst);
    terminal::enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableMouseCapture)?;
    let writer = BufWriter::with_capacity(FRAME_BYTES, io::stdout());
    let screen = Terminal::new(CrosstermBackend::new(writer))?;
    Ok((taken, screen))
}

impl Taken {
    fn new() -> Self {
        let shared = Shared {
            lent: AtomicBool::new(false),
            drawing: thread::current().id(),
            broken: CancellationToken::new(),
            why: OnceLock::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Cancelled when any part of the program panicked.
    pub fn broken(&self) -> &CancellationToken {
        &self.shared.broken
    }

    /// Where and why it panicked, if it did.
    pub fn why(&self) -> Option<String> {
        self.shared.why.get().cloned()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.shared.give_back();
    }
}

impl Shared {
    fn give_back(&self) {
        if self.lent.swap(false, Ordering::SeqCst) {
            give_back();
        }
    }
}

/// Gives the terminal back, as far as it still exists: a terminal that is gone cannot be told, and needs not be.
fn give_back() {
    let mut out = io::stdout();
    execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show).ok();
    terminal::disable_raw_mode().ok();
    out.flush().ok();
}
