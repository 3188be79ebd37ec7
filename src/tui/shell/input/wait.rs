//! Sleeps until the terminal has something to say or something else happened, and reads what the terminal said. One `poll`
//! over two descriptors: the terminal, and a line on which every other part of the program and every signal rings.

use std::{
    collections::VecDeque,
    io::{self, Read, Write},
    os::{
        fd::{AsRawFd, RawFd},
        unix::net::UnixStream,
    },
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Wake, Waker},
    time::Duration,
};

use filedescriptor::{Error, FileDescriptor, POLLIN, poll, pollfd};
use signal_hook::{
    SigId,
    consts::{SIGCONT, SIGTSTP, SIGWINCH},
    flag,
    low_level::{pipe, unregister},
};
use tokio::time::Instant;

use super::{decode::Decoder, event::Input, split::Splitter};

/// Bytes that are read at once; what a terminal keeps for a program that does not read.
const READ: usize = 4 * 1024;

/// The terminal at standard input, and what else wakes the desk.
pub struct Source {
    terminal: FileDescriptor,
    buffer: Box<[u8; READ]>,
    splitter: Splitter,
    decoder: Decoder,
    bell: Arc<Bell>,
    /// Where the bell is heard.
    line: UnixStream,
    signals: Signals,
    /// Everything but the terminal is to be looked at.
    rung: bool,
    start: Instant,
}

/// Rings when a part of the program has something for the desk.
struct Bell {
    /// It has rung and nobody has looked yet: once is enough.
    rings: AtomicBool,
    line: UnixStream,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.rings.swap(true, Ordering::AcqRel) {
            // The line is only full while the desk is about to look anyway.
            (&self.line).write_all(&[1]).ok();
        }
    }
}

/// Signals that belong to the terminal. Each sets its flag, then rings.
struct Signals {
    resized: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    go_on: Arc<AtomicBool>,
    handlers: Vec<SigId>,
}

impl Signals {
    fn listen(line: &UnixStream) -> io::Result<Self> {
        let mut signals =
            Self { resized: Arc::default(), stop: Arc::default(), go_on: Arc::default(), handlers: Vec::new() };
        let kinds = [(SIGWINCH, &signals.resized), (SIGTSTP, &signals.stop), (SIGCONT, &signals.go_on)];
        for (signal, seen) in kinds {
            signals.handlers.push(flag::register(signal, Arc::clone(seen))?);
            signals.handlers.push(pipe::register(signal, line.try_clone()?)?);
        }
        Ok(signals)
    }

    fn take(&self, inputs: &mut VecDeque<Input>) {
        let taken = |flag: &AtomicBool| flag.swap(false, Ordering::AcqRel);
        if taken(&self.resized) {
            inputs.push_back(Input::Resized);
        }
        if taken(&self.go_on) {
            inputs.push_back(Input::Continued);
        }
        if taken(&self.stop) {
            inputs.push_back(Input::Suspend);
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            unregister(handler);
        }
    }
}

impl Source {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the machine gives no pair of sockets or no signal handler.
    pub fn start() -> io::Result<Self> {
        let (line, ringing) = UnixStream::pair()?;
        line.set_nonblocking(true)?;
        ringing.set_nonblocking(true)?;
        Ok(Self {
            terminal: FileDescriptor::dup(&io::stdin()).map_err(io::Error::other)?,
            buffer: Box::new([0; READ]),
            splitter: Splitter::default(),
            decoder: Decoder::default(),
            signals: Signals::listen(&ringing)?,
            bell: Arc::new(Bell { rings: AtomicBool::new(false), line: ringing }),
            line,
            rung: true,
            start: Instant::now(),
        })
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

    /// The terminal was asked questions: what it answers is no text, however late.
    pub fn asked(&mut self) {
        self.splitter.asked(self.now());
    }

    /// The terminal has answered all of them.
    pub fn answered(&mut self) {
        self.splitter.answered();
    }

    /// Waits until anything happens, at most until a time, and adds what the terminal sent.
    pub fn wait(&mut self, until: Option<Duration>, inputs: &mut VecDeque<Input>) {
        if let Err(error) = self.poll(until, inputs) {
            inputs.push_back(Input::Lost(error.to_string()));
        }
    }

    fn poll(&mut self, until: Option<Duration>, inputs: &mut VecDeque<Input>) -> io::Result<()> {
        let watched = |fd: RawFd| pollfd { fd, events: POLLIN, revents: 0 };
        let mut both = [watched(self.terminal.as_raw_fd()), watched(self.line.as_raw_fd())];
        // What has rung is looked at before anything is waited for.
        let at_once = self.rung.then_some(Duration::ZERO);
        let until = [until, self.splitter.deadline(), at_once].into_iter().flatten().min();
        // Whole milliseconds, and none too few: waking up too early is waking up twice.
        let left = until.map(|until| until.saturating_sub(self.now()));
        let left =
            left.map(|left| Duration::from_millis(left.as_micros().div_ceil(1_000).try_into().unwrap_or(u64::MAX)));
        match poll(&mut both, left) {
            Ok(_) => {}
            // A signal was handled by this very thread: it has rung, too.
            Err(Error::Poll(error) | Error::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(Error::Poll(error) | Error::Io(error)) => return Err(error),
            Err(error) => return Err(io::Error::other(error)),
        }
        if both[1].revents != 0 {
            self.hear(inputs)?;
        }
        if both[0].revents == 0 {
            let now = self.now();
            let Self { splitter, decoder, .. } = self;
            splitter.expire(now, &mut |token| inputs.extend(decoder.input(token, now)));
            return Ok(());
        }
        self.read(inputs)
    }

    fn hear(&mut self, inputs: &mut VecDeque<Input>) -> io::Result<()> {
        // Beyond this many signals at once the next wait returns at once, too.
        match self.line.read(&mut [0; 256]) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            _ => {}
        }
        // In this sequence: who rings from here on is heard again, who rang before is looked at now.
        self.bell.rings.store(false, Ordering::Release);
        self.rung = true;
        self.signals.take(inputs);
        Ok(())
    }

    fn read(&mut self, inputs: &mut VecDeque<Input>) -> io::Result<()> {
        let count = match self.terminal.read(self.buffer.as_mut_slice()) {
            Ok(0) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the terminal is gone")),
            Ok(count) => count,
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let now = self.now();
        let Self { splitter, decoder, buffer, .. } = self;
        splitter.feed(&buffer[..count], now, &mut |token| inputs.extend(decoder.input(token, now)));
        Ok(())
    }
}
