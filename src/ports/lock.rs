//! The right to send. Exactly one program on a data directory has it.

/// Decides which program sends. It is held from the first `Ok(true)` until the value is dropped or the program ends,
/// however it ends.
pub trait SenderLock: Send + Sync {
    /// Tries to become the sender, without waiting; `Ok(true)` every time while it is held.
    ///
    /// `Ok(false)` means that another program has it; an error says why nobody can tell, and then nothing may be sent.
    fn try_acquire(&self) -> Result<bool, String>;
}
