//! The terminal taken over and given back: however the program ends, it is as it was before the start. One frame is one
//! write.

use std::{
    cell::RefCell,
    io::{self, IsTerminal, Write},
    rc::Rc,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
};

use crossterm::{
    cursor,
    event::{DisableBracketedPaste, EnableBracketedPaste, PopKeyboardEnhancementFlags},
    execute, queue,
    style::Print,
    terminal::{
        self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
        LeaveAlternateScreen,
    },
};
use filedescriptor::FileDescriptor;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};
use tokio_util::sync::CancellationToken;

use crate::{session::Look, words};

/// Clicks and the wheel, and their places beyond column 223. Never how the mouse moves: that is a message for every cell.
const MOUSE_ON: Print<&str> = Print("\x1b[?1000h\x1b[?1006h");
const MOUSE_OFF: Print<&str> = Print("\x1b[?1006l\x1b[?1000l");
/// Arrows and keypad as every terminal sends them at first: a program before this one may have left them otherwise.
const PLAIN_KEYS: Print<&str> = Print("\x1b[?1l\x1b>");
/// Does it show frames at once, does it tell more keys apart, and what every terminal answers, so that it is known when all
/// answers are there.
const QUESTIONS: &str = "\x1b[?2026$p\x1b[?u\x1b[c";
/// Keys that look the same elsewhere are told apart: the first flag of the kitty keyboard protocol.
const KITTY_ON: &str = "\x1b[>1u";

/// Bytes of one frame, collected before they go to the terminal at once.
type Bytes = Rc<RefCell<Vec<u8>>>;

/// Collects what is drawn.
struct Collected(Bytes);

impl Write for Collected {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal the desk draws on.
pub struct TerminalScreen {
    terminal: Terminal<CrosstermBackend<Collected>>,
    bytes: Bytes,
    out: FileDescriptor,
    look: Look,
    /// The terminal shows a frame at once if it is told where one begins and ends.
    synchronized: bool,
}

impl TerminalScreen {
    fn new(look: Look) -> io::Result<Self> {
        let bytes = Bytes::default();
        let terminal = terminal_of(&bytes)?;
        let out = FileDescriptor::dup(&io::stdout()).map_err(io::Error::other)?;
        Ok(Self { terminal, bytes, out, look, synchronized: false })
    }

    /// Columns and rows, as they were when the terminal was asked last.
    pub fn size(&mut self) -> (u16, u16) {
        let area = self.terminal.get_frame().area();
        (area.width, area.height)
    }

    /// Columns and rows as they are now.
    ///
    /// # Errors
    /// When the terminal does not say how large it is.
    pub fn measure(&self) -> io::Result<(u16, u16)> {
        terminal::size()
    }

    /// Asks for the size anew and forgets what is shown: the next frame draws everything. There and back again is no change
    /// to a library, but the terminal may have cut or wrapped what it showed.
    ///
    /// # Errors
    /// When the terminal does not say how large it is.
    pub fn renew(&mut self) -> io::Result<()> {
        self.terminal = terminal_of(&self.bytes)?;
        let mut bytes = self.bytes.borrow_mut();
        bytes.clear();
        queue!(*bytes, Clear(ClearType::All))
    }

    /// Rings the bell with the next frame.
    pub fn ring(&mut self) {
        self.bytes.borrow_mut().push(b'\x07');
    }

    /// Draws one frame and writes it, the cursor in it, by one call.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn draw(&mut self, frame: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if self.synchronized {
            queue!(*self.bytes.borrow_mut(), BeginSynchronizedUpdate)?;
        }
        self.terminal.draw(frame)?;
        let mut bytes = self.bytes.borrow_mut();
        if self.synchronized {
            queue!(*bytes, EndSynchronizedUpdate)?;
        }
        let done = self.out.write_all(&bytes);
        bytes.clear();
        done
    }

    /// Asks the terminal what it can do, if it belongs to those that understand being asked. `true` if it was asked.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn ask(&mut self) -> io::Result<bool> {
        if !understands_questions() {
            return Ok(false);
        }
        self.out.write_all(QUESTIONS.as_bytes())?;
        Ok(true)
    }

    /// The terminal said whether it shows frames at once.
    pub fn set_synchronized(&mut self, can: bool) {
        self.synchronized = can && self.look.synchronized_output;
    }

    /// The terminal said that it tells more keys apart: from now on it does, until it is given back.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn tell_keys_apart(&mut self, lent: &Lent) -> io::Result<()> {
        if !lent.kitty.swap(true, Ordering::SeqCst) {
            self.out.write_all(KITTY_ON.as_bytes())?;
        }
        Ok(())
    }
}

fn terminal_of(bytes: &Bytes) -> io::Result<Terminal<CrosstermBackend<Collected>>> {
    let (columns, rows) = terminal::size()?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
    Terminal::with_options(CrosstermBackend::new(Collected(Rc::clone(bytes))), TerminalOptions { viewport })
}

/// Terminals that show a part of the question as text, or know no questions at all, are not asked.
fn understands_questions() -> bool {
    let is =
        |name: &str, values: &[&str]| std::env::var(name).is_ok_and(|value| values.iter().any(|known| value == *known));
    let is_poor = std::env::var_os("TERM").is_none() || is("TERM", &["", "dumb", "linux", "vt52", "cons25"]);
    !is_poor && !is("TERM_PROGRAM", &["Apple_Terminal"])
}

/// Gives the terminal back when it is dropped.
pub struct TerminalGuard {
    lent: Arc<Lent>,
}

/// What everybody who may have to give the terminal back knows of it.
#[derive(Default)]
pub struct Lent {
    /// Only once: leaving twice puts the cursor back over what was printed in between.
    is_lent: AtomicBool,
    /// It was told to tell more keys apart.
    kitty: AtomicBool,
    /// The thread that draws.
    drawing: OnceLock<ThreadId>,
    broken: CancellationToken,
    why: OnceLock<String>,
}

/// Watches for panics from now on. One of the thread that draws gives the terminal back first, so that the message can be
/// read. One of any other is kept for when the screen is gone, and `Lent::broken` says that it has to go: a screen whose sender
/// is dead must not stay. To be called before anything runs that may panic.
pub fn watch_panics() -> Arc<Lent> {
    let watched = Arc::new(Lent::default());
    let lent = Arc::clone(&watched);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if lent.drawing.get() == Some(&thread::current().id()) {
            lent.give_back();
        }
        if !lent.is_lent.load(Ordering::SeqCst) {
            before(panic);
        }
        lent.why.get_or_init(|| words::panic(panic));
        lent.broken.cancel();
    }));
    watched
}

/// Takes the terminal over; the thread that calls this is the one that draws.
///
/// # Errors
/// When standard input or output is no terminal, or it cannot be switched.
pub fn take(lent: &Arc<Lent>, look: Look) -> io::Result<(TerminalGuard, TerminalScreen)> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::new(io::ErrorKind::NotConnected, "no terminal"));
    }
    lent.drawing.get_or_init(|| thread::current().id());
    lent.is_lent.store(true, Ordering::SeqCst);
    let taken = TerminalGuard { lent: Arc::clone(lent) };
    terminal::enable_raw_mode()?;
    switch(look)?;
    Ok((taken, TerminalScreen::new(look)?))
}

fn switch(look: Look) -> io::Result<()> {
    let mouse = if look.mouse { MOUSE_ON } else { MOUSE_OFF };
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, PLAIN_KEYS, mouse)
}

impl TerminalScreen {
    /// Takes the terminal again after somebody else may have had it, whatever state it was left in. What is on it is unknown:
    /// everything has to be drawn anew.
    ///
    /// # Errors
    /// When it cannot be switched.
    pub fn take_again(&mut self, lent: &Lent) -> io::Result<()> {
        // The library believes that it is still raw.
        terminal::disable_raw_mode()?;
        terminal::enable_raw_mode()?;
        switch(self.look)?;
        if lent.kitty.swap(false, Ordering::SeqCst) {
            self.tell_keys_apart(lent)?;
        }
        Ok(())
    }

    /// Gives the terminal back and stops; returns when the program goes on, with the terminal taken again.
    ///
    /// # Errors
    /// When the terminal cannot be taken again.
    #[cfg(unix)]
    pub fn stop(&mut self, lent: &Lent) -> io::Result<()> {
        give_back(lent.kitty.load(Ordering::SeqCst));
        signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)?;
        self.take_again(lent)
    }

    /// Where there is no job control nothing ever asks for it.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub fn stop(&mut self, _lent: &Lent) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        self.lent.give_back();
    }
}

impl Lent {
    /// Cancelled when any part of the program panicked.
    pub fn broken(&self) -> &CancellationToken {
        &self.broken
    }

    /// Where and why it panicked, if it did.
    pub fn why(&self) -> Option<String> {
        self.why.get().cloned()
    }

    /// Gives the terminal back if that has not been done.
    pub fn give_back(&self) {
        if self.is_lent.swap(false, Ordering::SeqCst) {
            give_back(self.kitty.load(Ordering::SeqCst));
        }
    }
}

/// Gives the terminal back, as far as it still exists: a terminal that is gone cannot be told, and needs not be.
fn give_back(kitty: bool) {
    let mut bytes = Vec::new();
    if kitty {
        queue!(bytes, PopKeyboardEnhancementFlags).ok();
    }
    queue!(bytes, MOUSE_OFF, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show).ok();
    let mut out = io::stdout();
    out.write_all(&bytes).ok();
    out.flush().ok();
    terminal::disable_raw_mode().ok();
}
