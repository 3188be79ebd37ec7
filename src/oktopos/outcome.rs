//! What an answer means: the outcome table, as a pure function. Sends nothing and never decides to send again.
//!
//! Only two things are certain: an answer of OktoPOS itself (its `internalId`, its error envelope), and that no byte of
//! the request left. Everything between is unknown.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};

use super::{envelope::Envelope, lenient::NoList, settings::EndpointUrl};
use crate::{
    domain::value::{reason::Reason, text::Clean},
    ports::PosError,
};

/// Longest wait a server may ask for.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60);

/// One answer, as far as it could be read.
#[derive(Debug, Clone)]
pub(super) struct HttpAnswer {
    /// HTTP status.
    pub code: u16,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// The whole body, or why there is none.
    pub body: Result<Vec<u8>, Clean>,
}

impl HttpAnswer {
    /// The body as text, white space for control characters, so that a stray NUL does not make JSON unreadable.
    pub fn text(&self) -> Result<String, &Clean> {
        let bytes = self.body.as_ref()?;
        let text = decoded(bytes, self.header(&CONTENT_TYPE).unwrap_or_default());
        Ok(text.trim_start_matches('\u{feff}').replace(|c: char| c < ' ', " "))
    }

    /// A header, if it is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What OktoPOS says went wrong, if it is OktoPOS that speaks.
    pub fn envelope(&self) -> Option<Envelope> {
        Envelope::read(&self.text().ok()?)
    }

    /// When the server says it answered.
    pub fn date(&self) -> Option<Timestamp> {
        http_date(self.header(&DATE)?)
    }

    /// Where a redirect points, without its query, which may repeat a phone number.
    pub fn redirect_target(&self) -> Clean {
        let target = self.header(&LOCATION).unwrap_or("nowhere");
        Clean::bounded(target.split(['?', '#']).next().unwrap_or_default(), 200)
    }

    /// `Retry-After`: seconds, or a date on the server's own clock; at most an hour.
    fn retry_after(&self) -> Option<Duration> {
        let value = self.header(&RETRY_AFTER)?.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(value.parse().map_or(MAX_WAIT, Duration::from_secs).min(MAX_WAIT));
        }
        let wait = http_date(value)?.duration_since(self.date()?);
        Some(Duration::try_from(wait).unwrap_or_default().min(MAX_WAIT))
    }
}

/// Sorts an answer. `Ok` is the text of an answer of success, still to be read by the endpoint.
pub(super) fn classify(endpoint: &EndpointUrl, answer: &HttpAnswer) -> Result<String, PosError> {
    let code = answer.code;
    match code {
        200..=299 => answer.text().map_err(|problem| unknown(&format!("HTTP {code}, but {problem}"))),
        300..=399 => {
            let target = answer.redirect_target();
            Err(unknown(&format!("HTTP {code}, a redirect to {target}; never followed: check oktopos.base_url")))
        }
        401 | 403 => {
            let reason = said(answer, Reason::NoMessage.sentence());
            Err(PosError::KeyRefused { code, reason, is_proven: answer.envelope().is_some() })
        }
        429 => {
            let is_proven = answer.envelope().is_some();
            Err(PosError::Throttled { after: answer.retry_after(), is_proven })
        }
        408 => Err(unknown(&plainly(endpoint, answer))),
        400..=499 | 503 => match answer.envelope() {
            Some(envelope) if code == 503 => Err(unavailable(envelope)),
            Some(envelope) => Err(rejected(endpoint, code, envelope)),
            None => Err(unknown(&plainly(endpoint, answer))),
        },
        _ => Err(unknown(&plainly(endpoint, answer))),
    }
}

/// An answer of success that cannot be used for what it should say.
pub(super) fn unusable(endpoint: &EndpointUrl, text: &str) -> PosError {
    let kind = match text.trim_start().chars().next() {
        None => Reason::EmptyAnswer,
        Some('<') => Reason::WebPage,
        Some(_) => Reason::OtherForm,
    }
    .sentence();
    match Envelope::read(text).filter(|envelope| !envelope.text.is_empty()) {
        Some(envelope) => unknown(&format!("success at {}, but it says: {}", endpoint.path, envelope.text)),
        None => unknown(&format!(
            "success at {}, but {kind}; check oktopos.base_url and {}",
            endpoint.path, endpoint.setting
        )),
    }
}

/// What it means that an answer of success is no list.
pub(super) fn no_list(endpoint: &EndpointUrl, text: &str, problem: NoList) -> PosError {
    match problem {
        NoList::Refused(envelope) => rejected(endpoint, 200, envelope),
        NoList::Unusable => unusable(endpoint, text),
    }
}

/// OktoPOS itself refused it.
pub(super) fn rejected(endpoint: &EndpointUrl, code: u16, envelope: Envelope) -> PosError {
    let text = envelope.text_or(Reason::NoMessage.sentence());
    let reason = match hint(endpoint, code) {
        Some(hint) => Clean::new(&format!("{}; {hint}", Clean::bounded(&text, Clean::MAX - hint.len() - 2))),
        None => text,
    };
    PosError::Rejected { code, reason }
}

/// It refused the order for its time, or it is busy.
fn unavailable(envelope: Envelope) -> PosError {
    let at = envelope.at;
    PosError::Unavailable { reason: envelope.text_or(Reason::NoMessage.sentence()), at }
}

/// It may or may not have been handled.
pub(super) fn unknown(reason: &str) -> PosError {
    PosError::Unknown { reason: Clean::new(reason) }
}

fn plainly(endpoint: &EndpointUrl, answer: &HttpAnswer) -> String {
    let at = format!("HTTP {} at {}", answer.code, endpoint.path);
    match (answer.envelope(), hint(endpoint, answer.code)) {
        (Some(envelope), _) if !envelope.text.is_empty() => format!("{at}: {}", envelope.text),
        (_, Some(hint)) => format!("{at}: {hint}"),
        _ => at,
    }
}

/// The paths are not published: an instance may have others.
fn hint(endpoint: &EndpointUrl, code: u16) -> Option<String> {
    matches!(code, 404 | 405).then(|| format!("check {}", endpoint.setting))
}

fn said(answer: &HttpAnswer, otherwise: &str) -> Clean {
    answer.envelope().map_or_else(|| Clean::new(otherwise), |envelope| envelope.text_or(otherwise))
}

/// UTF-8 unless the answer says otherwise or begins like UTF-16. What does not fit becomes a placeholder.
fn decoded(bytes: &[u8], content_type: &str) -> String {
    let content_type = content_type.to_ascii_lowercase();
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ if ["iso-8859-1", "latin1", "windows-1252"].iter().any(|name| content_type.contains(name)) => {
            bytes.iter().copied().map(char::from).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn http_date(text: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(text.trim()).ok()?.timestamp())
}

#[cfg(test)]
pub(super) mod tests {
    use reqwest::{Url, header::HeaderValue};
    use rstest::rstest;

    use super::*;

    const ENVELOPE: &str =
        r#"{"items":[],"messages":[{"text":"so \u001b[31mnot"}],"success":false,"timestamp":1778586944}"#;

    pub fn endpoint(path: &str, setting: &'static str) -> EndpointUrl {
        EndpointUrl { path: path.to_owned(), setting, url: Url::parse("https://shop.example/v1/x").unwrap() }
    }

    fn create() -> EndpointUrl {
        endpoint("order/create", "oktopos.paths.create")
    }

    fn answer(code: u16, body: &str, headers: &[(&'static str, &str)]) -> HttpAnswer {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect();
        HttpAnswer { code, headers, body: Ok(body.as_bytes().to_vec()) }
    }

    /// One word per row of the outcome table.
    fn word(code: u16, body: &str) -> &'static str {
        match classify(&create(), &answer(code, body, &[])) {
            Ok(_) => "success",
            Err(PosError::NotSent { .. }) => "not sent",
            Err(PosError::Rejected { code: told, reason }) => {
                assert_eq!(told, code);
                assert!(reason.starts_with("so \u{fffd}[31mnot"), "{reason}");
                "rejected"
            }
            Err(PosError::KeyRefused { .. }) => "key",
            Err(PosError::Throttled { .. }) => "throttled",
            Err(PosError::Unavailable { reason, at }) => {
                assert!(reason.starts_with("so \u{fffd}[31mnot"), "{reason}");
                assert_eq!(at.map(Timestamp::as_second), Some(1_778_586_944));
                "unavailable"
            }
            Err(PosError::Unknown { reason }) => {
                assert!(reason.contains(&code.to_string()), "{reason}");
                "unknown"
            }
        }
    }

    #[test]
    fn the_outcome_table_for_every_status() {
        for code in 200..=999 {
            let (plain, enveloped) = match code {
                200..=299 => ("success", "success"),
                401 | 403 => ("key", "key"),
                429 => ("throttled", "throttled"),
                408 => ("unknown", "unknown"),
                400..=499 => ("unknown", "rejected"),
                503 => ("unknown", "unavailable"),
                _ => ("unknown", "unknown"),
            };
            assert_eq!(word(code, "<html>no</html>"), plain, "{code} without envelope");
            assert_eq!(word(code, ""), plain, "{code} without body");
            assert_eq!(word(code, ENVELOPE), enveloped, "{code} with envelope");
        }
    }

    #[test]
    fn a_body_that_could_not_be_read_settles_nothing_but_the_key_and_the_wait() {
        let broken = |code| {
            let answer = HttpAnswer { code, headers: HeaderMap::new(), body: Err(Clean::new("the answer broke off")) };
            classify(&create(), &answer).unwrap_err()
        };
        for code in [200, 302, 400, 404, 503] {
            assert!(matches!(broken(code), PosError::Unknown { .. }), "{code}");
        }
        assert_eq!(broken(200), unknown("HTTP 200, but the answer broke off"));
        assert!(matches!(broken(403), PosError::KeyRefused { code: 403, .. }));
        assert!(matches!(broken(429), PosError::Throttled { after: None, .. }));
    }

    #[test]
    fn a_wrong_path_names_its_setting() {
        let reason = |code, body| match classify(&create(), &answer(code, body, &[])).unwrap_err() {
            PosError::Rejected { reason, .. } | PosError::Unknown { reason } => reason.into_string(),
            other => panic!("{other}"),
        };
        assert_eq!(reason(404, ""), "HTTP 404 at order/create: check oktopos.paths.create");
        assert_eq!(reason(404, ENVELOPE), "so \u{fffd}[31mnot; check oktopos.paths.create");
        assert_eq!(reason(405, "<p>"), "HTTP 405 at order/create: check oktopos.paths.create");
        assert_eq!(reason(500, ENVELOPE), "HTTP 500 at order/create: so \u{fffd}[31mnot");
        let long = format!(r#"{{"success":false,"messages":[{{"text":"{}"}}]}}"#, "x".repeat(2000));
        assert!(reason(404, &long).ends_with("; check oktopos.paths.create"));
    }

    #[test]
    fn redirects_name_their_target_cleaned() {
        let answer = answer(302, "", &[("location", "https://login.example/a\tb?number=1")]);
        let error = classify(&create(), &answer).unwrap_err();
        assert!(error.to_string().contains("to https://login.example/a b; never"), "{error}");
    }

    #[rstest]
    #[case("7", &[], Some(7))]
    #[case("0", &[], Some(0))]
    #[case("86400", &[], Some(3600))]
    #[case("99999999999999999999999", &[], Some(3600))]
    #[case("-5", &[], None)]
    #[case("soon", &[], None)]
    #[case("", &[], None)]
    #[case("Mon, 18 Jan 2021 10:22:42 GMT", &[("date", "Mon, 18 Jan 2021 10:22:12 GMT")], Some(30))]
    #[case("Mon, 18 Jan 2021 10:22:02 GMT", &[("date", "Mon, 18 Jan 2021 10:22:12 GMT")], Some(0))]
    #[case("Tue, 18 Jan 2022 10:22:02 GMT", &[("date", "Mon, 18 Jan 2021 10:22:12 GMT")], Some(3600))]
    #[case("Mon, 18 Jan 2021 10:22:42 GMT", &[], None)]
    fn retry_after(#[case] value: &str, #[case] others: &[(&'static str, &str)], #[case] seconds: Option<u64>) {
        let headers: Vec<_> = others.iter().copied().chain([("retry-after", value)]).collect();
        let after = seconds.map(Duration::from_secs);
        assert_eq!(
            classify(&create(), &answer(429, "", &headers)),
            Err(PosError::Throttled { after, is_proven: false })
        );
    }

    #[test]
    fn other_charsets_marks_and_nul_are_read() {
        let text = |bytes: &[u8], content_type: &'static str| {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
            HttpAnswer { code: 200, headers, body: Ok(bytes.to_vec()) }.text().unwrap()
        };
        assert_eq!(text("\u{feff}{\"a\":\"ä\"}".as_bytes(), "application/json"), "{\"a\":\"ä\"}");
        assert_eq!(text(b"{\"a\":\"\xe4\"}\0", "application/json; charset=ISO-8859-1"), "{\"a\":\"ä\"} ");
        assert_eq!(text(b"{\"a\":\"\xe4\"}", "application/json"), "{\"a\":\"\u{fffd}\"}");
        assert_eq!(text(b"\xff\xfe[\x00]\x00", ""), "[]");
        assert_eq!(text(b"\xfe\xff\x00[\x00]", ""), "[]");
        assert_eq!(text(b"\xff\xfe[", ""), "");
        assert_eq!(text(b"{\"a\":\"b\nc\x1bd\0\"}", ""), "{\"a\":\"b c d \"}");
    }
}
