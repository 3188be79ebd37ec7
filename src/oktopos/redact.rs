//! The API key out of what a server says: some repeat it in their messages. Knows the key and never shows it.

use memchr::memmem;
use reqwest::header::{HeaderMap, HeaderValue};

use crate::{domain::value::text::Clean, ports::PosError};

/// What stands where the key stood.
const INSTEAD: &str = "[key]";

/// A shorter key could be a part of any word; taking it out would make answers unreadable.
const MIN_KEY: usize = 8;

/// Takes the key out of answers.
pub(super) struct Redactor {
    key: Option<String>,
}

impl Redactor {
    /// For this key as it is sent.
    pub fn new(key: &HeaderValue) -> Self {
        let key = key.to_str().ok().filter(|key| key.len() >= MIN_KEY);
        Self { key: key.map(str::to_owned) }
    }

    /// The body of an answer without the key, as plain text, with escaped slashes, or in UTF-16.
    pub fn body(&self, mut body: Vec<u8>) -> Vec<u8> {
        let Some(key) = &self.key else { return body };
        let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let escaped = key.replace('/', "\\/");
        let spellings = [
            (key.as_bytes().to_vec(), INSTEAD.as_bytes().to_vec()),
            (escaped.into_bytes(), INSTEAD.as_bytes().to_vec()),
            (wide(key, u16::to_le_bytes), wide(INSTEAD, u16::to_le_bytes)),
            (wide(key, u16::to_be_bytes), wide(INSTEAD, u16::to_be_bytes)),
        ];
        for (spelling, instead) in spellings {
            if memmem::find(&body, &spelling).is_some() {
                body = replaced(&body, &spelling, &instead);
            }
        }
        body
    }

    /// Headers without those that hold the key.
    pub fn headers(&self, headers: &mut HeaderMap) {
        let Some(key) = &self.key else { return };
        for value in headers.values_mut() {
            if memmem::find(value.as_bytes(), key.as_bytes()).is_some() {
                *value = HeaderValue::from_static(INSTEAD);
            }
        }
    }

    /// The error without the key, should it have come another way.
    pub fn error(&self, error: PosError) -> PosError {
        let Some(key) = &self.key else { return error };
        let clean = |reason: Clean| {
            if reason.contains(key.as_str()) { Clean::new(&reason.replace(key.as_str(), INSTEAD)) } else { reason }
        };
        match error {
            PosError::NotSent { reason } => PosError::NotSent { reason: clean(reason) },
            PosError::Rejected { code, reason } => PosError::Rejected { code, reason: clean(reason) },
            PosError::KeyRefused { code, reason, is_proven } => {
                PosError::KeyRefused { code, reason: clean(reason), is_proven }
            }
            PosError::Throttled { after, is_proven } => PosError::Throttled { after, is_proven },
            PosError::Unavailable { reason, at } => PosError::Unavailable { reason: clean(reason), at },
            PosError::Unknown { reason } => PosError::Unknown { reason: clean(reason) },
        }
    }
}

fn replaced(body: &[u8], what: &[u8], instead: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut from = 0;
    for at in memmem::find_iter(body, what) {
        out.extend_from_slice(&body[from..at]);
        out.extend_from_slice(instead);
        from = at + what.len();
    }
    out.extend_from_slice(&body[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "s3cret/k3y+of=the-shop";

    fn redactor() -> Redactor {
        Redactor::new(&HeaderValue::from_static(KEY))
    }

    #[test]
    fn the_key_is_taken_out_of_bodies_in_every_spelling() {
        let text = format!(r#"{{"text":"key {KEY} unknown, {KEY}"}}"#);
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let cases = [
            text.clone().into_bytes(),
            text.replace('/', "\\/").into_bytes(),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
        ];
        for body in cases {
            let narrow: Vec<u8> = redactor().body(body).into_iter().filter(|byte| *byte != 0).collect();
            let said = String::from_utf8(narrow).unwrap();
            assert_eq!(said, r#"{"text":"key [key] unknown, [key]"}"#);
        }
        assert_eq!(redactor().body(b"nothing here".to_vec()), b"nothing here");
    }

    #[test]
    fn headers_and_errors_lose_it_too() {
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_str(&format!("https://login.example/{KEY}")).unwrap());
        headers.insert("date", HeaderValue::from_static("today"));
        redactor().headers(&mut headers);
        assert_eq!((headers["location"].as_bytes(), headers["date"].as_bytes()), (&b"[key]"[..], &b"today"[..]));
        let reason = Clean::new(&format!("no: {KEY}"));
        let said = |error: PosError| redactor().error(error).to_string();
        for error in [
            PosError::NotSent { reason: reason.clone() },
            PosError::Rejected { code: 400, reason: reason.clone() },
            PosError::KeyRefused { code: 403, reason: reason.clone(), is_proven: true },
            PosError::Unknown { reason: reason.clone() },
        ] {
            assert!(said(error.clone()).contains("no: [key]"), "{error:?}");
        }
    }

    #[test]
    fn a_key_that_may_be_part_of_a_word_is_left() {
        let short = Redactor::new(&HeaderValue::from_static("key"));
        assert_eq!(short.body(br#"{"key":1}"#.to_vec()), br#"{"key":1}"#);
    }
}
