//! The request log: one JSON line per request with ids and codes. Holds no key, no query and no customer data.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::domain::text::Clean;

/// One line of the log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    /// When the answer was ready, UTC.
    pub(super) at: String,
    /// Number of the request, from 1.
    pub(super) request: u64,
    pub(super) method: &'a str,
    /// Path without query; of an unknown path with its digits hidden.
    pub(super) path: String,
    pub(super) endpoint: &'static str,
    /// Of the answer; absent when the connection was closed instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    /// Which fault was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<String>,
    /// `orderId` of a create request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order_id: Option<Clean>,
    /// Size of the request's body.
    pub(super) bytes: usize,
    /// From the request's head to the answer.
    pub(super) milliseconds: u64,
}

/// Where lines go; each is written at once, whole.
#[derive(Debug)]
pub(super) struct RequestLog(Mutex<File>);

impl RequestLog {
    /// Appends to the file, which only its owner can read if it is new.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self(Mutex::new(options.open(path)?)))
    }

    pub(super) fn write(&self, entry: &Entry<'_>) -> io::Result<()> {
        let mut line = serde_json::to_string(entry)?;
        line.push('\n');
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }
}

/// An unknown path as it may be written down: bounded, and without numbers that might be somebody's.
pub(super) fn unknown_path(path: &str) -> String {
    let hidden: String = path.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
    Clean::bounded(&hidden, 80).into_string()
}
