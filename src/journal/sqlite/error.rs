//! SQLite's errors as the journal's, in words that help. Never repeats a value: it may be customer data.

use std::{io, path::Path};

use sqlx::error::DatabaseError;

use crate::{domain::value::reason::Reason, ports::JournalError};

/// What a database error means for whoever asked.
pub(super) fn journal_error(error: sqlx::Error) -> JournalError {
    match error {
        sqlx::Error::Database(error) => database(error.as_ref()),
        sqlx::Error::Io(error) => JournalError::Unwritable(format!("its file cannot be used: {error}")),
        sqlx::Error::WorkerCrashed | sqlx::Error::PoolClosed => {
            JournalError::Unwritable("its connection ended; try again".into())
        }
        sqlx::Error::ColumnDecode { index, .. } => damaged(&format!("column {index} does not fit")),
        sqlx::Error::ColumnNotFound(_) | sqlx::Error::ColumnIndexOutOfBounds { .. } | sqlx::Error::RowNotFound => {
            damaged("a row is not as this program writes it")
        }
        other => JournalError::Unwritable(other.to_string()),
    }
}

/// What the system says of a file.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> JournalError {
    JournalError::Unwritable(format!("{}: {error}", path.display()))
}

/// The journal's content is not what this program wrote.
pub(super) fn damaged(what: &str) -> JournalError {
    JournalError::Unusable(format!("it is damaged ({what}); the file was left as it is"))
}

/// By SQLite's primary result code; messages of SQLite name tables and columns, never values.
fn database(error: &dyn DatabaseError) -> JournalError {
    let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(1);
    let said = error.message();
    let unwritable = |why: Reason| JournalError::Unwritable(format!("{} ({said}, code {code})", why.sentence()));
    match code & 0xff {
        5 | 6 => unwritable(Reason::Locked),
        13 => unwritable(Reason::DiskFull),
        10 => unwritable(Reason::DiskError),
        8 => unwritable(Reason::ReadOnly),
        3 | 14 | 23 => unwritable(Reason::CannotOpen),
        7 => unwritable(Reason::NoMemory),
        11 | 24 | 26 => damaged(&format!("{said}, code {code}")),
        _ => JournalError::Unusable(format!("the database refused what this program asked ({said}, code {code})")),
    }
}
