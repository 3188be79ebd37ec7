//! Calls from outside: a socket in the data directory, for its owner only, on which another program says who rings, and what a
//! telephone system tells by itself. Hears short lines; knows nothing of orders and writes no number anywhere.

use std::{io, path::Path};

use crate::domain::{guest::customer::phone_fits, value::text::Clean};

#[path = "calls/feed.rs"]
mod feed;
#[path = "calls/fritzbox.rs"]
mod fritzbox;
pub use feed::{Dialling, Feed, hear};

#[cfg(unix)]
#[path = "calls/socket.rs"]
mod socket;
#[cfg(unix)]
pub use socket::{listen, tell};

#[cfg(not(unix))]
#[path = "calls/nowhere.rs"]
mod nowhere;
#[cfg(not(unix))]
pub use nowhere::{listen, tell};

/// The socket's name in the data directory.
pub const SOCKET: &str = "calls.sock";
/// Longest line, in bytes: a number with its separators is shorter.
const MAX_LINE: usize = 128;
/// What a line begins with.
const WORD: &str = "call ";

/// Why a call did not come to the desk.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No desk runs on this data directory.
    #[error("no desk runs on this data directory")]
    NoDesk,
    /// More calls than the desk takes in at once.
    #[error("the desk has too many calls at once")]
    Busy,
    /// The desk does not take this for a number.
    #[error("the desk does not take this for a number")]
    NoNumber,
    /// No or no usable answer within some seconds.
    #[error("the desk does not answer")]
    Silent,
    /// The system bounds the length of a socket's path.
    #[error("the path of the data directory is too long for a socket")]
    PathTooLong,
    /// This system has no such socket.
    #[cfg_attr(unix, allow(dead_code, reason = "every Unix has one"))]
    #[error("not supported on this system")]
    Unsupported,
    /// Anything else the system said.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A phone number as it may be shown: clean and bounded; `None` for what cannot be one.
pub fn number(text: &str) -> Option<Clean> {
    let text = text.trim();
    (text.len() < MAX_LINE - WORD.len() && phone_fits(text)).then(|| Clean::new(text))
}

/// The number of a line; `None` for a line that is cut off, too long or anything else.
#[cfg_attr(not(unix), allow(dead_code, reason = "there is no socket"))]
fn heard(line: &[u8]) -> Option<Clean> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    number(line.strip_prefix(WORD)?)
}

/// Whether a socket can be made in a directory.
///
/// # Errors
/// `PathTooLong`.
#[cfg_attr(not(unix), allow(dead_code, reason = "there is no socket"))]
fn check_length(dir: &Path) -> Result<(), CallError> {
    /// What every Unix has room for, with the end of the text: macOS has 104 bytes, Linux 108.
    const ROOM: usize = 103;
    let longest = dir.join(SOCKET);
    if longest.as_os_str().len() > ROOM { Err(CallError::PathTooLong) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_whole_line_with_a_number_is_heard() {
        let number = |line: &[u8]| heard(line).map(Clean::into_string);
        assert_eq!(number(b"call 040 123456\n").as_deref(), Some("040 123456"));
        assert_eq!(number(b"call +49 (0)40/12-34\n").as_deref(), Some("+49 (0)40/12-34"));
        for line in [
            &b"call 040 123456"[..],
            b"call \n",
            b"call 12\n",
            b"040 123456\n",
            b"call 040\x1b[2J123456\n",
            b"call 040123456\xff\n",
            b"call 1234567890123456\n",
            b"call anonymous\n",
            b"call 040\n123456\n",
            b"\n",
            b"",
        ] {
            assert_eq!(number(line), None, "{line:?}");
        }
        assert_eq!(number(format!("call 040123{}\n", " ".repeat(500)).as_bytes()), Some("040123".to_owned()));
        assert_eq!(number(format!("call 0{}1\n", "-".repeat(500)).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_what_is_heard_is_a_number(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(number) = heard(&line) {
                prop_assert!(phone_fits(&number));
            }
        }
    }
}
