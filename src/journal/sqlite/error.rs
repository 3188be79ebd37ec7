//! SQLite's errors as the journal's, in words that help. Never repeats a value: it may be customer data.

use sqlx::error::DatabaseError;

use crate::ports::JournalError;

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

/// The journal's content is not what this program wrote.
pub(super) fn damaged(what: &str) -> JournalError {
    JournalError::Unusable(format!("it is damaged ({what}); the file was left as it is"))
}

/// By SQLite's primary result code; messages of SQLite name tables and columns, never values.
fn database(error: &dyn DatabaseError) -> JournalError {
    let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(1);
    let said = error.message();
    let unwritable = |words: &str| JournalError::Unwritable(format!("{words} ({said}, code {code})"));
    match code & 0xff {
        5 | 6 => unwritable("another program keeps it locked; nothing was saved, try again"),
        13 => unwritable("the disk is full; nothing was saved, make room and try again"),
        10 => unwritable("the disk reports an error; nothing was saved, look at the disk and try again"),
        8 => unwritable("its file or directory is read-only; give this user the right to write there"),
        3 | 14 | 23 => unwritable("its file cannot be opened; look at the rights of the data directory"),
        7 => unwritable("there is not enough memory"),
        11 | 24 | 26 => damaged(&format!("{said}, code {code}")),
        _ => JournalError::Unusable(format!("the database refused what this program asked ({said}, code {code})")),
    }
}
