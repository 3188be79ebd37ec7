//! What can be wrong with settings, as values: the words for it are made where it is shown.

use std::path::PathBuf;

use super::layers::Origin;

/// Why there are no settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {detail}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// The file, or a variable, is not TOML.
    #[error("{origin}: {detail}")]
    Syntax {
        /// Where.
        origin: Origin,
        /// What the parser said.
        detail: String,
    },
    /// There is no such setting.
    #[error("{origin}: unknown setting {key}")]
    UnknownKey {
        /// As it was written.
        key: String,
        /// The right one, if one is near.
        nearest: Option<String>,
        /// Where.
        origin: Origin,
    },
    /// The value is of the wrong type or not one of the words.
    #[error("{origin}: {key}: {detail}")]
    WrongType {
        /// Which setting.
        key: String,
        /// Where.
        origin: Origin,
        /// What was found and what was expected.
        detail: String,
    },
    /// The value is not allowed.
    #[error("{origin}: {key} is not allowed")]
    NotAllowed {
        /// Which setting.
        key: String,
        /// Where.
        origin: Origin,
        /// What is.
        allowed: Allowed,
    },
    /// A setting without which nothing can be sent.
    #[error("{key} is not set")]
    NotSet {
        /// Which setting.
        key: String,
    },
    /// The API key.
    #[error("API key: {0}")]
    Key(#[from] KeyError),
}

/// Why there is no API key. None of these holds a character of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither the variable nor the file is set.
    #[error("neither OKTODESK_API_KEY nor oktopos.api_key_file is set")]
    NotSet,
    /// The file cannot be read.
    #[error("{}: {detail}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// Others than its owner may read the file.
    #[error("{} can be read by others (mode {mode:03o}); chmod 600", path.display())]
    TooOpen {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Empty, too long, or with characters that no header can carry.
    #[error("{origin} does not hold a key")]
    Unusable {
        /// The file or the variable.
        origin: String,
    },
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// A number, both ends included.
    Between(u64, u64),
    /// Minutes that divide an hour.
    SlotMinutes,
    /// `https://…`, or `http://` to a literal loopback address.
    BaseUrl,
    /// `http://host:port`.
    ProxyUrl,
    /// A name that a header can have.
    HeaderName,
    /// A path below the base URL.
    CallPath,
    /// Three capital letters.
    Currency,
    /// A name of the time zone database.
    TimeZone,
    /// Two capital letters.
    Country,
    /// Letters, digits, `_`, `.`, space and `-`.
    Intermediary,
    /// Something that is not empty.
    NotEmpty,
    /// At least one entry, none of them twice and none empty.
    Distinct,
    /// More than 0 and at most 100.
    Percent,
    /// `from` not after `to`, nothing negative.
    Tables,
    /// A name of its own for tables, not a number.
    TableName,
    /// A small letter from a to z.
    Letter,
    /// One of the shop's own statuses.
    KnownStatus,
    /// A path from the root or from `~/`.
    AbsolutePath,
    /// A feed of calls.
    Feed,
    /// The word of an order type, or nothing.
    OrderType,
    /// Nothing but digits, at most eight.
    Digits,
}
