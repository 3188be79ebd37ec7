//! The terminal taken over and given back: however the program ends, it is as it was before the start.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    execute,
    terminal::{self, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{Terminal, backend::CrosstermBackend};

/// The terminal the desk draws on.
pub type Screen = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// Bytes of one frame that are kept before they go to the terminal at once.
const FRAME_BYTES: usize = 64 * 1024;

/// Gives the terminal back when it is dropped.
pub struct Taken;

/// Takes the terminal over. The panic hook gives it back first, so that the message can be read.
///
/// # Errors
/// When standard input or output is no terminal, or it cannot be switched.
pub fn take() -> io::Result<(Taken, Screen)> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::new(io::ErrorKind::NotConnected, "no terminal"));
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        before(panic);
    }));
    terminal::enable_raw_mode()?;
    let taken = Taken;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableMouseCapture)?;
    let writer = BufWriter::with_capacity(FRAME_BYTES, io::stdout());
    let screen = Terminal::new(CrosstermBackend::new(writer))?;
    Ok((taken, screen))
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, as far as it still exists: a terminal that is gone cannot be told, and needs not be.
pub fn give_back() {
    let mut out = io::stdout();
    execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show).ok();
    terminal::disable_raw_mode().ok();
    out.flush().ok();
}
