//! Why a sandbox cannot start. Texts for developers; the frontends have their own.

use std::path::PathBuf;

/// Why a sandbox cannot start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SandboxError {
    /// The key is empty.
    #[error("the sandbox needs a key that is not empty")]
    EmptyKey,
    /// More generated articles than the sandbox makes.
    #[error("at most {most} articles can be generated")]
    TooManyArticles {
        /// How many it makes.
        most: usize,
    },
    /// No such time zone, or no time zones on this machine.
    #[error("the time zone '{0}' is not known on this machine")]
    TimeZone(String),
    /// The built-in menu or customers cannot be read.
    #[error("the sandbox's own data is damaged: {0}")]
    Asset(String),
    /// The request log cannot be opened.
    #[error("the request log {} cannot be opened: {reason}", path.display())]
    Log {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// The port cannot be had.
    #[error("port {port} on 127.0.0.1 cannot be opened: {reason}")]
    Bind {
        /// Which port; 0 means any.
        port: u16,
        /// What the operating system said.
        reason: String,
    },
}
