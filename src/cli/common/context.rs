//! What every command is given, and why one fails. Maps every failure to its words and its exit code, once.

use std::io;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{
    exit::Exit,
    out::{Out, Undelivered, json_line, say, say_whole, tame},
};
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

impl Context<'_> {
    /// Prints what a command has done, as one JSON line.
    ///
    /// It is done whether it can be printed or not, so this never fails: where standard output is full or closed, the line
    /// goes to standard error, and the exit code stays that of what was done.
    pub async fn result<T: Serialize>(&mut self, value: &T) {
        match json_line(value) {
            Ok(line) => self.deliver(line).await,
            Err(error) => say(self.texts.fill("cli.output", &[("detail", &error.to_string())])),
        }
    }

    /// `result` for several lines that are known at the same time.
    pub async fn results<T: Serialize>(&mut self, values: &[T]) {
        let mut bytes = Vec::new();
        for value in values {
            match json_line(value) {
                Ok(line) => bytes.extend(line),
                Err(error) => say(self.texts.fill("cli.output", &[("detail", &error.to_string())])),
            }
        }
        if !bytes.is_empty() {
            self.deliver(bytes).await;
        }
    }

    /// A page of what a command only reads, one JSON line each.
    ///
    /// # Errors
    /// Standard output cannot be written, or the program was asked to end: then the list is not whole, and says so.
    pub async fn page<T: Serialize>(&mut self, values: &[T]) -> Result<(), Failure> {
        let mut bytes = Vec::new();
        for value in values {
            bytes.extend(json_line(value)?);
        }
        self.out.lines(bytes, &self.stop).await?;
        if self.stop.is_cancelled() {
            return Err(Failure::said(Exit::Unexpected, self.texts.t("cli.list_cut")));
        }
        Ok(())
    }

    /// `result` as plain lines.
    pub async fn result_text(&mut self, text: &str) {
        self.deliver(tame(text)).await;
    }

    /// Waits until the last result has arrived or was told in another way.
    pub async fn finish_results(&mut self) {
        let done = self.out.finish(&self.stop).await;
        self.tell(done);
    }

    async fn deliver(&mut self, bytes: Vec<u8>) {
        self.finish_results().await;
        let done = self.out.result(bytes, &self.stop).await;
        self.tell(done);
    }

    fn tell(&self, done: Result<(), Undelivered>) {
        let Err(Undelivered { bytes, why }) = done else { return };
        if let Some(why) = why {
            say(self.texts.fill("cli.result_here", &[("detail", &words::system_reason(&why.to_string(), self.texts))]));
        }
        say_whole(&bytes);
    }
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
            PosError::NotSent { .. }
            | PosError::Throttled { .. }
            | PosError::Unavailable { .. }
            | PosError::Unknown { .. } => Exit::Unexpected,
        },
        DeskError::Encode(_)
        | DeskError::Journal(_)
        | DeskError::SavedUnread(_)
        | DeskError::CatalogEmpty
        | DeskError::CatalogEndless(_) => Exit::Unexpected,
    }
}
