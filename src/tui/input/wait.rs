//! Sleeps until the terminal has something to say: keys, another size, or that it is gone. Reads nothing of it.
//!
//! The library's own wait notices neither a terminal that is gone without a signal (it reads on for ever) nor, with a time
//! limit, that nobody types: a desk that looks four times a second is awake all night.

use std::{
    io::{self, Read},
    os::{
        fd::{AsRawFd, RawFd},
        unix::net::UnixStream,
    },
};

use filedescriptor::{Error, POLLIN, poll, pollfd};
use signal_hook::{consts::SIGWINCH, low_level::pipe};

/// Waits for the terminal at standard input.
pub(super) struct Waiter {
    /// Readable when the size changed: the library hears of that beside the terminal, and so do we.
    resized: UnixStream,
}

impl Waiter {
    /// # Errors
    /// When the machine gives no pair of sockets or no signal handler.
    pub(super) fn new() -> io::Result<Self> {
        let (resized, sender) = UnixStream::pair()?;
        resized.set_nonblocking(true)?;
        sender.set_nonblocking(true)?;
        pipe::register(SIGWINCH, sender)?;
        Ok(Self { resized })
    }

    /// Returns when there is something to read, or when reading tells that the terminal is gone.
    ///
    /// # Errors
    /// When the terminal cannot be waited for.
    pub(super) fn wait(&mut self) -> io::Result<()> {
        let watched = |fd: RawFd| pollfd { fd, events: POLLIN, revents: 0 };
        let mut both = [watched(io::stdin().as_raw_fd()), watched(self.resized.as_raw_fd())];
        match poll(&mut both, None) {
            Ok(_) => {}
            // A signal was handled by this very thread: as good as anything to read.
            Err(Error::Poll(error) | Error::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(Error::Poll(error) | Error::Io(error)) => return Err(error),
            Err(error) => return Err(io::Error::other(error)),
        }
        if both[1].revents != 0 {
            // Beyond this many changes of size at once the next wait returns at once, too.
            match self.resized.read(&mut [0; 256]) {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}
