//! The vendor's error envelope, read leniently. Says what OktoPOS said; what that means is decided in `outcome`.
//!
//! `{"items":[],"messages":[{"text":"…","text_ns":"…","type":"error", …}],"success":false, …}`

use jiff::Timestamp;
use serde_json::Value;

use super::lenient::{self, Lookup};
use crate::domain::value::text::Clean;

/// The years 2000 to 2099, in seconds since 1970.
const CENTURY: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// Messages that are read; the others are counted.
const MAX_MESSAGES: usize = 8;

/// An answer in which OktoPOS itself says that something went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    /// Its messages, cleaned, joined by `; `; may be empty.
    pub text: Clean,
    /// Its `timestamp`.
    pub at: Option<Timestamp>,
}

impl Envelope {
    /// Reads an error envelope. `None` for everything else: pages of proxies, other JSON, and answers of success.
    pub fn read(text: &str) -> Option<Self> {
        Self::from_value(&serde_json::from_str(text).ok()?)
    }

    /// The same for JSON that was read already.
    ///
    /// An object is one if it says `"success": false`, or says nothing of success and has messages with a text.
    pub fn from_value(value: &Value) -> Option<Self> {
        value.as_object()?;
        let texts = texts(value.at("messages"));
        let is_error = match value.at("success") {
            Value::Bool(success) => !success,
            _ => !texts.is_empty(),
        };
        is_error.then(|| Self { text: joined(&texts, value.at("messages")), at: instant(value.at("timestamp")) })
    }

    /// Its text, or `otherwise` where it has none.
    pub fn text_or(self, otherwise: &str) -> Clean {
        if self.text.is_empty() { Clean::new(otherwise) } else { self.text }
    }
}

/// Seconds since 1970, or an instant in text. What lies outside this century is no clock.
fn instant(value: &Value) -> Option<Timestamp> {
    let at = match value {
        Value::Number(number) => Timestamp::from_second(number.as_i64()?).ok(),
        Value::String(text) => text.parse().ok().or_else(|| Timestamp::from_second(text.parse().ok()?).ok()),
        _ => None,
    };
    at.filter(|at| CENTURY.contains(&at.as_second()))
}

/// The first few texts; a message without one may have a `text_ns`, the text's name.
fn texts(messages: &Value) -> Vec<Clean> {
    let mut texts: Vec<Clean> = Vec::new();
    for message in messages.as_array().into_iter().flatten().take(MAX_MESSAGES) {
        let text = [message, message.at("text"), message.at("text_ns")]
            .into_iter()
            .map(|value| lenient::text(value, Clean::MAX))
            .find(|text| !text.is_empty());
        if let Some(text) = text.filter(|text| !texts.contains(text)) {
            texts.push(text);
        }
    }
    texts
}

fn joined(texts: &[Clean], messages: &Value) -> Clean {
    let text = texts.iter().map(Clean::as_str).collect::<Vec<_>>().join("; ");
    let left_out = messages.as_array().map_or(0, Vec::len).saturating_sub(MAX_MESSAGES);
    if left_out == 0 {
        return Clean::new(&text);
    }
    let shown = Clean::bounded(&text, Clean::MAX - 40);
    Clean::new(&format!("{shown} (and {left_out} more messages)"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{super::lenient::tests::any_json, *};

    #[rstest]
    #[case(r#"{"items":[],"messages":[{"data":{"a":1},"index":-1,"text":"Artikel unbekannt","text_ns":"x.y","type":"error"}],"success":false,"timestamp":1778586944,"version":"3.93.4"}"#, "Artikel unbekannt")]
    #[case(r#"{"success":false}"#, "")]
    #[case(r#"{"success":false,"messages":null}"#, "")]
    #[case(r#"{"success":false,"messages":[{"text_ns":"default.error.controller"}]}"#, "default.error.controller")]
    #[case(r#"{"success":false,"messages":["plain"]}"#, "plain")]
    #[case(r#"{"messages":[{"text":"a"},{"text":"b"},{"text":"a"}]}"#, "a; b")]
    #[case(r#"{"success":false,"messages":[{"text":"a\u001b[2Jb\nc"}]}"#, "a\u{fffd}[2Jb c")]
    fn error_envelopes(#[case] text: &str, #[case] reason: &str) {
        assert_eq!(Envelope::read(text).unwrap().text.as_str(), reason);
    }

    #[rstest]
    #[case("")]
    #[case("null")]
    #[case("[]")]
    #[case("<html>503 Service Unavailable</html>")]
    #[case(r#"{"message":"no Route matched"}"#)]
    #[case(r#"{"messages":[]}"#)]
    #[case(r#"{"success":true,"messages":[{"text":"saved"}]}"#)]
    #[case(r#"{"success":"false"}"#)]
    fn everything_else_is_none(#[case] text: &str) {
        assert_eq!(Envelope::read(text), None);
    }

    #[rstest]
    #[case("1778586944", Some(1_778_586_944))]
    #[case(r#""1778586944""#, Some(1_778_586_944))]
    #[case(r#""2026-05-12T11:55:44Z""#, Some(1_778_586_944))]
    #[case("1778586944000", None)]
    #[case("0", None)]
    #[case("-1", None)]
    #[case("1e400", None)]
    #[case(r#""soon""#, None)]
    #[case("null", None)]
    fn the_time_of_an_envelope(#[case] timestamp: &str, #[case] seconds: Option<i64>) {
        let text = format!(r#"{{"success":false,"timestamp":{timestamp}}}"#);
        let Some(read) = Envelope::read(&text) else { return assert_eq!(timestamp, "1e400", "no JSON") };
        assert_eq!(read.at.map(Timestamp::as_second), seconds);
    }

    #[test]
    fn ten_thousand_messages_are_counted() {
        let messages = (0..10_000).map(|n| format!(r#"{{"text":"m{n}"}}"#)).collect::<Vec<_>>().join(",");
        let read = Envelope::read(&format!(r#"{{"success":false,"messages":[{messages}]}}"#)).unwrap();
        assert!(read.text.starts_with("m0; m1; "), "{}", read.text);
        assert!(read.text.ends_with("(and 9992 more messages)"), "{}", read.text);
        let long = "x".repeat(100_000);
        let text =
            format!(r#"{{"success":false,"messages":[{}]}}"#, vec![format!(r#"{{"text":"{long}"}}"#); 9].join(","));
        let read = Envelope::read(&text).unwrap();
        assert!(read.text.chars().count() <= Clean::MAX && read.text.ends_with("(and 1 more messages)"));
    }

    #[test]
    fn deep_nesting_is_no_envelope() {
        let deep = format!(r#"{{"success":false,"messages":{}{}}}"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(Envelope::read(&deep), None);
    }

    proptest! {
        #[test]
        fn any_json_is_read_clean(messages in any_json(), success in any_json()) {
            let value = serde_json::json!({"success": success, "messages": messages});
            if let Some(envelope) = Envelope::from_value(&value) {
                prop_assert!(!envelope.text.chars().any(char::is_control));
                prop_assert!(envelope.text.chars().count() <= Clean::MAX);
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,200}") {
            if let Some(envelope) = Envelope::read(&text) {
                prop_assert!(!envelope.text.chars().any(char::is_control));
            }
        }
    }
}
