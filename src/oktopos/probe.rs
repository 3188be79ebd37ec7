//! Facts about an instance for the doctor: which paths are there, is the key right, how far are the clocks apart.
//!
//! Changes nothing: the two calls that would are only asked for with GET, which cannot create an order. Prints nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{
    client::{NoAnswer, OktoPos},
    endpoints::customers,
    outcome::HttpAnswer,
    settings::EndpointUrl,
};
use crate::{domain::value::text::Clean, ports::Clock};

/// A path where no OktoPOS has anything.
const NOWHERE: &str = "oktodesk/there-is-nothing";

/// What was found at one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathProbe {
    /// The setting that holds the path, `oktopos.paths.ready`.
    pub setting: &'static str,
    /// Where it was looked for; holds no key.
    pub url: String,
    /// What was found there.
    pub found: Found,
    /// Whether the call behind it changes something, so that it could only be asked for with another method.
    pub changes_something: bool,
    /// How long the answer took; `None` where nothing was asked because the server cannot be reached at all.
    pub latency: Option<Duration>,
    /// The server's clock minus this machine's, exact to about a second; `None` if the answer had no date.
    pub clock_ahead: Option<SignedDuration>,
}

/// What can be found at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The endpoint is there and the key is right.
    Reachable {
        /// HTTP status.
        code: u16,
    },
    /// Nothing is there (404, or 405 where the method is the right one): the path is another one.
    Missing {
        /// HTTP status.
        code: u16,
        /// What the server says, cleaned.
        said: Clean,
    },
    /// The answer is the one that OktoPOS also gives where there is certainly nothing: it does not tell whether the path is right.
    Unclear {
        /// HTTP status.
        code: u16,
        /// What the server says, cleaned.
        said: Clean,
    },
    /// The key is not accepted (401, 403).
    KeyRefused {
        /// HTTP status.
        code: u16,
        /// What the server says, cleaned.
        said: Clean,
    },
    /// A redirect: the base URL is another one, or somebody stands between.
    Redirect {
        /// HTTP status.
        code: u16,
        /// Where to, cleaned.
        target: Clean,
    },
    /// Any other answer.
    Odd {
        /// HTTP status.
        code: u16,
        /// What the server says, cleaned.
        said: Clean,
    },
    /// No connection: name, network or TLS.
    Unreachable {
        /// What was seen, cleaned.
        reason: Clean,
    },
    /// A connection, but no usable answer.
    NoAnswer {
        /// What was seen, cleaned.
        reason: Clean,
    },
}

/// How a path is asked for without changing anything.
enum Way {
    /// As the desk does.
    Get,
    /// As the desk does, one article.
    Articles,
    /// As the desk does, a number nobody has.
    Customers,
    /// Otherwise than the desk does, so that nothing changes: servers answer 404 as well as 405 for a path they know.
    OtherMethod,
}

impl OktoPos {
    /// Asks once for every path. If the server cannot be reached at all, only the first one waits for that.
    pub async fn probe(&self, clock: &dyn Clock) -> Vec<PathProbe> {
        let endpoints = &self.endpoints;
        let ways = [
            (&endpoints.ready, Way::Get),
            (&endpoints.articles, Way::Articles),
            (&endpoints.customers, Way::Customers),
            (&endpoints.units, Way::Get),
            (&endpoints.channels, Way::Get),
            (&endpoints.create, Way::OtherMethod),
            (&endpoints.status, Way::OtherMethod),
        ];
        let mut probes: Vec<PathProbe> = Vec::with_capacity(ways.len());
        for (endpoint, way) in ways {
            let probe = match probes.first().map(|first| &first.found) {
                Some(found @ Found::Unreachable { .. }) => PathProbe::new(endpoint, &way, found.clone()),
                _ => self.probe_one(endpoint, &way, clock).await,
            };
            probes.push(probe);
        }
        settle_unclear(&mut probes);
        probes
    }

    async fn probe_one(&self, endpoint: &EndpointUrl, way: &Way, clock: &dyn Clock) -> PathProbe {
        let (begun, asked_at) = (clock.monotonic(), clock.now());
        let answer = match way {
            Way::Get | Way::OtherMethod => self.get(&endpoint.url).await,
            Way::Articles => self.ask(&endpoint.url, r#"{"page":1,"pageSize":1}"#.to_owned()).await,
            Way::Customers => self.get(&customers::query(&endpoint.url, "0", "home")).await,
        };
        let latency = clock.monotonic().saturating_sub(begun);
        let told_by_nothing = match (way, &answer) {
            (Way::Customers, Ok(here)) if here.code == 404 && here.envelope().is_some() => {
                self.beside_nothing(endpoint, here).await
            }
            (Way::OtherMethod, Ok(here)) if matches!(here.code, 404 | 405) => self.beside_nothing(endpoint, here).await,
            _ => None,
        };
        let ahead = answer.as_ref().ok().and_then(HttpAnswer::date).map(|date| ahead(date, asked_at, latency));
        let found = told_by_nothing.unwrap_or_else(|| found(answer, way));
        PathProbe { latency: Some(latency), clock_ahead: ahead, ..PathProbe::new(endpoint, way, found) }
    }

    /// What an answer of 404 or 405 at a path means beside the answer at a path that is certainly not there; `None` without the
    /// latter.
    async fn beside_nothing(&self, endpoint: &EndpointUrl, here: &HttpAnswer) -> Option<Found> {
        let mut nowhere = endpoint.url.clone();
        let base = endpoint.url.path().strip_suffix(endpoint.path.as_str())?;
        nowhere.set_path(&format!("{base}{NOWHERE}"));
        let Ok(there) = self.get(&nowhere).await else { return Some(unclear(here)) };
        // Both name their path.
        let same = here.code == there.code
            && said(here).replace(endpoint.path.as_str(), "") == said(&there).replace(NOWHERE, "");
        Some(if same { unclear(here) } else { Found::Reachable { code: here.code } })
    }
}

/// An instance that answers 405 where it knows the path of a call that changes something, and does so at one of them, knows no
/// path where it answers 404.
fn settle_unclear(probes: &mut [PathProbe]) {
    if !probes.iter().any(|probe| matches!(probe.found, Found::Reachable { code: 405 })) {
        return;
    }
    for probe in probes.iter_mut().filter(|probe| probe.changes_something) {
        if let Found::Unclear { code: 404, said } = &probe.found {
            probe.found = Found::Missing { code: 404, said: said.clone() };
        }
    }
}

fn unclear(answer: &HttpAnswer) -> Found {
    Found::Unclear { code: answer.code, said: said(answer) }
}

/// What an error envelope says; empty without one.
fn said(answer: &HttpAnswer) -> Clean {
    answer.envelope().map(|envelope| envelope.text).unwrap_or_default()
}

impl PathProbe {
    fn new(endpoint: &EndpointUrl, way: &Way, found: Found) -> Self {
        let changes_something = matches!(way, Way::OtherMethod);
        let url = endpoint.url.to_string();
        Self { setting: endpoint.setting, url, found, changes_something, latency: None, clock_ahead: None }
    }
}

/// The server wrote its date, whole seconds, somewhere between question and answer.
fn ahead(date: Timestamp, asked_at: Timestamp, latency: Duration) -> SignedDuration {
    let half = SignedDuration::try_from(latency / 2).unwrap_or_default();
    date.duration_since(asked_at) - half
}

fn found(answer: Result<HttpAnswer, NoAnswer>, way: &Way) -> Found {
    let answer = match answer {
        Ok(answer) => answer,
        Err(NoAnswer { sent: false, reason }) => return Found::Unreachable { reason },
        Err(NoAnswer { sent: true, reason }) => return Found::NoAnswer { reason },
    };
    let code = answer.code;
    let envelope = answer.envelope();
    let known = envelope.is_some();
    let said = envelope.map(|envelope| envelope.text).unwrap_or_default();
    match (code, way) {
        (200..=299, _) => match answer.text() {
            Ok(text) if !known && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() && code != 204 => {
                Found::Odd { code, said: Clean::new("no JSON: something else than OktoPOS answers") }
            }
            Ok(_) => Found::Reachable { code },
            Err(reason) => Found::NoAnswer { reason: reason.clone() },
        },
        (300..=399, _) => Found::Redirect { code, target: answer.redirect_target() },
        (401 | 403, _) => Found::KeyRefused { code, said },
        // OktoPOS says so for an unknown number.
        (404, Way::Customers) if known => Found::Reachable { code },
        // Without the answer of a path that is not there nothing can be told.
        (404 | 405, Way::OtherMethod) => Found::Unclear { code, said },
        (404 | 405, _) => Found::Missing { code, said },
        // OktoPOS read the call and did not like it: the path is there.
        (400 | 422, _) if known => Found::Reachable { code },
        _ => Found::Odd { code, said },
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;
    use rstest::rstest;

    use super::*;

    const ENVELOPE: &str = r#"{"success":false,"messages":[{"text":"no"}]}"#;

    #[rstest]
    #[case(Way::Get, 200, "[]", "reachable")]
    #[case(Way::Get, 200, ENVELOPE, "reachable")]
    #[case(Way::Get, 204, "", "reachable")]
    #[case(Way::Get, 200, "<html>", "odd")]
    #[case(Way::Get, 302, "", "redirect")]
    #[case(Way::Get, 403, ENVELOPE, "key")]
    #[case(Way::Get, 404, ENVELOPE, "missing")]
    #[case(Way::Get, 405, "", "missing")]
    #[case(Way::Customers, 404, ENVELOPE, "reachable")]
    #[case(Way::Customers, 404, "", "missing")]
    #[case(Way::OtherMethod, 405, "", "unclear")]
    #[case(Way::OtherMethod, 404, ENVELOPE, "unclear")]
    #[case(Way::Articles, 400, ENVELOPE, "reachable")]
    #[case(Way::Articles, 400, "", "odd")]
    #[case(Way::Articles, 503, "", "odd")]
    fn what_an_answer_says_of_a_path(#[case] way: Way, #[case] code: u16, #[case] body: &str, #[case] word: &str) {
        let answer = HttpAnswer { code, headers: HeaderMap::new(), body: Ok(body.as_bytes().to_vec()) };
        let got = match found(Ok(answer), &way) {
            Found::Reachable { .. } => "reachable",
            Found::Missing { .. } => "missing",
            Found::Unclear { .. } => "unclear",
            Found::KeyRefused { .. } => "key",
            Found::Redirect { .. } => "redirect",
            Found::Odd { .. } => "odd",
            Found::Unreachable { .. } => "unreachable",
            Found::NoAnswer { .. } => "no answer",
        };
        assert_eq!(got, word);
    }

    #[test]
    fn clocks_are_compared_at_the_middle_of_the_call() {
        let asked: Timestamp = "2021-01-18T10:00:00Z".parse().unwrap();
        let date = "2021-01-18T10:00:31Z".parse().unwrap();
        assert_eq!(ahead(date, asked, Duration::from_secs(2)), SignedDuration::from_secs(30));
        assert_eq!(ahead(asked, date, Duration::ZERO), SignedDuration::from_secs(-31));
    }
}
