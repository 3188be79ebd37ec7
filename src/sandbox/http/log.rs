//! The request log: one JSON line per request with its code and the body as it was received, so that whoever integrates can
//! compare. Holds no key and no query; customer data only as a body has it, since nobody's real orders belong here.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::value::text::{Clean, harmless};

/// One line of the log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::sandbox) struct Entry<'a> {
    /// When the answer was ready, UTC.
    pub(in crate::sandbox) at: String,
    /// Number of the request, from 1.
    pub(in crate::sandbox) request: u64,
    pub(in crate::sandbox) method: &'a str,
    /// Path without query; of an unknown path with its digits hidden.
    pub(in crate::sandbox) path: String,
    pub(in crate::sandbox) endpoint: &'static str,
    /// Of the answer; absent when the connection was closed instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) status: Option<u16>,
    /// Which fault was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) fault: Option<String>,
    /// `orderId` of a create request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) order_id: Option<Clean>,
    /// Size of the request's body.
    pub(in crate::sandbox) bytes: usize,
    /// The body: the JSON value as it was received, or a text that is none; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) body: Option<Box<RawValue>>,
    /// From the request's head to the answer.
    pub(in crate::sandbox) milliseconds: u64,
}

/// Where lines go; each is written at once, whole.
#[derive(Debug)]
pub(in crate::sandbox) struct RequestLog(Mutex<File>);

impl RequestLog {
    /// Appends to the file, which only its owner can read if it is new.
    pub(in crate::sandbox) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self(Mutex::new(options.open(path)?)))
    }

    pub(in crate::sandbox) fn write(&self, entry: &Entry<'_>) -> io::Result<()> {
        let mut line = serde_json::to_string(entry)?;
        line.push('\n');
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }
}

/// A body as it is written down: its digits, the order of its fields and what stands there twice are kept. Only the space
/// between goes, so that it is one line, and what a terminal obeys is escaped.
pub(in crate::sandbox) fn received(body: &[u8]) -> Option<Box<RawValue>> {
    if body.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(body);
    let is_json = serde_json::from_str::<&RawValue>(&text).is_ok();
    let line = if is_json { one_line(&text) } else { one_line(&serde_json::to_string(&text).ok()?) };
    RawValue::from_string(line).ok()
}

fn one_line(json: &str) -> String {
    let (mut line, mut quoted, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            ' ' | '\t' | '\r' | '\n' if !quoted => continue,
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        if harmless(c) == c {
            line.push(c);
        } else {
            line.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    line
}

/// An unknown path as it may be written down: bounded, and without numbers that might be somebody's.
pub(in crate::sandbox) fn unknown_path(path: &str) -> String {
    let hidden: String = path.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
    Clean::bounded(&hidden, 80).into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_one_line_with_all_that_was_received() {
        let line = |body: &[u8]| received(body).map(|raw| raw.get().to_owned());
        assert_eq!(line(b""), None);
        let pretty = "{\n  \"b\": 12.990,\r\n\t\"a\" : \"x \\\" y\\\\\",\n  \"b\": [ 1, 2 ]\n}\n";
        assert_eq!(line(pretty.as_bytes()).unwrap(), r#"{"b":12.990,"a":"x \" y\\","b":[1,2]}"#);
        let hostile = "{\"a\":\"\u{9b}2J\u{202e}\"}";
        assert_eq!(line(hostile.as_bytes()).unwrap(), r#"{"a":"\u009b2J\u202e"}"#);
        assert_eq!(line(b"no JSON\n\xff").unwrap(), "\"no JSON\\n\\ufffd\"".replace("\\ufffd", "\u{fffd}"));
    }
}
