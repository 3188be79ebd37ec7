//! What every command is given, and why one fails. Maps every failure to its words and its exit code, once.

use std::io;

use tokio_util::sync::CancellationToken;

use super::{exit::Exit, out::Out};
use crate::{
    config::ConfigError,
    desk::DeskError,
    i18n::Texts,
    ports::{JournalError, PosError},
    words,
};

/// What every command is given.
pub struct Context<'a> {
    /// The language.
    pub texts: &'a Texts,
    /// Standard output.
    pub out: Out,
    /// Cancelled by Ctrl-C.
    pub stop: CancellationToken,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A use case.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// Standard output cannot be written.
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    /// Already in words.
    #[error("{words}")]
    Said {
        /// The exit code.
        exit: Exit,
        /// The words.
        words: String,
    },
}

impl Failure {
    /// A failure that is already in words.
    pub fn said(exit: Exit, words: impl Into<String>) -> Self {
        Self::Said { exit, words: words.into() }
    }

    /// Its exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Config(_) => Exit::Config,
            Self::Desk(error) => desk_exit(error),
            Self::Output(_) => Exit::Unexpected,
            Self::Said { exit, .. } => *exit,
        }
    }

    /// Its words.
    pub fn words(&self, texts: &Texts) -> String {
        match self {
            Self::Config(error) => words::config_error(error, texts),
            Self::Desk(error) => words::desk_error(error, texts),
            Self::Output(error) => texts.fill("cli.output", &[("detail", &error.to_string())]),
            Self::Said { words, .. } => words.clone(),
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::Desk(error.into())
    }
}

/// What was asked for in vain is a usage error: nothing was changed.
fn desk_exit(error: &DeskError) -> Exit {
    match error {
        DeskError::Field { .. }
        | DeskError::Time { .. }
        | DeskError::NoInternalId(_)
        | DeskError::NotFound(_)
        | DeskError::Ambiguous { .. }
        | DeskError::DraftElsewhere { .. }
        | DeskError::WrongState { .. } => Exit::Usage,
        DeskError::ForeignStatus(PosError::Unknown { .. }) => Exit::Unknown,
        DeskError::Pos(error) | DeskError::ForeignStatus(error) => match error {
            PosError::KeyRefused { .. } => Exit::KeyRefused,
            PosError::Rejected { .. } => Exit::Rejected,
            PosError::NotSent { .. } | PosError::Throttled { .. } | PosError::Unknown { .. } => Exit::Unexpected,
        },
        DeskError::Encode(_)
        | DeskError::Journal(_)
        | DeskError::SavedUnread(_)
        | DeskError::CatalogEmpty
        | DeskError::CatalogEndless(_) => Exit::Unexpected,
    }
}
