//! The right to send. Exactly one program on a data directory has it.

use jiff::Timestamp;

use crate::domain::value::text::Clean;

/// The program that has the right to send, as it wrote down itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    /// Its process id.
    pub pid: u32,
    /// What kind of program it is, in the words of the command line: `desk`, `send`, `outbox --drain`.
    pub program: Clean,
    /// Since when it has the right.
    pub since: Timestamp,
    /// The operating system says that it is stopped: it holds the right and does nothing.
    pub is_stopped: bool,
}

/// Decides which program sends. It is held from the first `Ok(true)` until the value is dropped or the program ends,
/// however it ends.
pub trait SenderLock: Send + Sync {
    /// Tries to become the sender, without waiting; `Ok(true)` every time while it is held.
    ///
    /// `Ok(false)` means that another program has it; an error says why nobody can tell, and then nothing may be sent.
    fn try_acquire(&self) -> Result<bool, String>;

    /// What people know this program by, written down with every attempt. Empty where nobody knows.
    fn name(&self) -> String {
        String::new()
    }

    /// Who has it, as far as that can be read. Only for people: nothing is decided by it.
    fn holder(&self) -> Option<LockHolder> {
        None
    }
}
