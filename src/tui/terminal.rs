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
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
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
    switch()?;
    let writer = BufWriter::with_capacity(FRAME_BYTES, io::stdout());
    let screen = Terminal::new(CrosstermBackend::new(writer))?;
    Ok((taken, screen))
}

fn switch() -> io::Result<()> {
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableMouseCapture)
}

/// Takes the terminal again after somebody else may have had it, whatever state it was left in. What is on it is unknown:
/// everything has to be drawn anew.
///
/// # Errors
/// When it cannot be switched.
pub fn take_again() -> io::Result<()> {
    // The library believes that it is still raw.
    terminal::disable_raw_mode()?;
    terminal::enable_raw_mode()?;
    switch()
}

/// Stops and goes on, as job control wants it.
#[cfg(unix)]
pub struct Stops {
    stop: Signal,
    go_on: Signal,
}

#[cfg(unix)]
impl Stops {
    /// Begins to listen.
    ///
    /// # Errors
    /// When signals cannot be listened to.
    pub fn listen() -> io::Result<Self> {
        use signal_hook::consts::{SIGCONT, SIGTSTP};
        Ok(Self { stop: signal(SignalKind::from_raw(SIGTSTP))?, go_on: signal(SignalKind::from_raw(SIGCONT))? })
    }

    /// Waits until the program is asked to stop (`true`), or went on after it was stopped by force (`false`).
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.stop.recv() => true,
            _ = self.go_on.recv() => false,
        }
    }
}

/// Gives the terminal back and stops; returns when the program goes on, with the terminal taken again.
///
/// # Errors
/// When the terminal cannot be taken again.
#[cfg(unix)]
pub fn stop() -> io::Result<()> {
    give_back();
    signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)?;
    take_again()
}

/// Where there is no job control nothing ever comes.
#[cfg(not(unix))]
pub struct Stops;

#[cfg(not(unix))]
impl Stops {
    /// Begins to listen.
    ///
    /// # Errors
    /// Never.
    pub fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Never comes.
    pub async fn next(&mut self) -> bool {
        std::future::pending().await
    }
}

/// Nothing to do.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn stop() -> io::Result<()> {
    Ok(())
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
