//! What goes wrong on purpose: a small language for it, and the decision for one request. Decides; does nothing itself.
//!
//! ```text
//! plan     = [ rule { "," rule } ]
//! rule     = [ endpoint ":" ] action [ when ]
//! endpoint = all | create | ready | status | articles | customers       without one: all
//! action   = latency=DUR         waits, then handles the request
//!          | late=DUR            handles the request, then waits with the answer
//!          | [status=]CODE       answers CODE (200 to 599) and a word, without handling the request
//!          | [status=]CODEe      the same with the vendor's error envelope
//!          | CODE/SECONDS        the same with a Retry-After; also CODEe/SECONDS
//!          | drop-before         hangs up without a byte, without handling the request
//!          | drop-after          handles the request, then hangs up without a byte
//!          | body=html           handles the request, then answers a page of HTML
//!          | body=garbage        handles the request, then answers bytes that are no JSON
//!          | body=empty          handles the request, then answers nothing but the status
//!          | portal              answers 200 and a login page, without handling the request
//! when     = %N every Nth | @N only the Nth | <N before the Nth         without one: every request
//! DUR      = whole number with ms, s or m, up to 10 minutes
//! ```
//!
//! Requests are counted from 1 for each rule on its own, among those its endpoint matches. Waits of several rules add up;
//! of the other actions the first that applies is taken. A redirect (301 to 308) points to a path of the sandbox that
//! does not exist, so that a client which follows it is seen.

use std::{fmt, str::FromStr, time::Duration};

use axum::http::StatusCode;

/// The longest wait.
const MAX_WAIT: Duration = Duration::from_secs(600);

/// A part of the API that rules and counts name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// `order/create`
    Create,
    /// `order/ready`
    Ready,
    /// `order/status`
    Status,
    /// `articles/list`, `articles/units` and `articles/distribution-channels`
    Articles,
    /// `customers/findByPhoneNumber`
    Customers,
    /// Every other path.
    Other,
}

impl Route {
    /// The word rules and logs use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Ready => "ready",
            Self::Status => "status",
            Self::Articles => "articles",
            Self::Customers => "customers",
            Self::Other => "other",
        }
    }

    const NAMED: [Self; 5] = [Self::Create, Self::Ready, Self::Status, Self::Articles, Self::Customers];
}

/// Which requests go wrong, and how. Read it from text with `str::parse`; the language is described in this module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultPlan {
    rules: Vec<Rule>,
}

impl FaultPlan {
    /// Whether nothing goes wrong.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    /// `None` matches every request.
    endpoint: Option<Route>,
    action: FaultAction,
    when: When,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultAction {
    Latency(Duration),
    Late(Duration),
    Answer { code: StatusCode, envelope: bool, retry_after: Option<u32> },
    DropBefore,
    DropAfter,
    Body(Spoiled),
    Portal,
}

/// What the body of an answer is replaced by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spoiled {
    Html,
    Garbage,
    Empty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    Every(u64),
    Only(u64),
    Before(u64),
}

impl When {
    fn applies(self, count: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Every(n) => count.is_multiple_of(n),
            Self::Only(n) => count == n,
            Self::Before(n) => count < n,
        }
    }
}

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FaultDecision {
    /// Waited before anything else.
    pub(super) latency: Duration,
    /// Waited after handling.
    pub(super) late: Duration,
    /// Never `Latency` or `Late`.
    pub(super) action: Option<FaultAction>,
}

/// A plan under way: its rules and how many requests each has seen.
#[derive(Debug, Default)]
pub(super) struct Faults {
    rules: Vec<(Rule, u64)>,
}

impl Faults {
    /// Starts a plan; every count begins anew.
    pub(super) fn new(plan: FaultPlan) -> Self {
        Self { rules: plan.rules.into_iter().map(|rule| (rule, 0)).collect() }
    }

    /// Counts a request and says what goes wrong with it.
    pub(super) fn decide(&mut self, endpoint: Route) -> FaultDecision {
        let mut verdict = FaultDecision::default();
        for (rule, count) in &mut self.rules {
            if rule.endpoint.is_some_and(|wanted| wanted != endpoint) {
                continue;
            }
            *count += 1;
            match rule.action {
                _ if !rule.when.applies(*count) => {}
                FaultAction::Latency(wait) => verdict.latency = verdict.latency.saturating_add(wait).min(MAX_WAIT),
                FaultAction::Late(wait) => verdict.late = verdict.late.saturating_add(wait).min(MAX_WAIT),
                action => verdict.action = verdict.action.or(Some(action)),
            }
        }
        verdict
    }
}

/// A piece of a fault plan that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fault '{rule}': {reason}")]
pub struct FaultPlanError {
    /// The rule as it was written.
    pub rule: String,
    /// What is wrong with it.
    pub reason: String,
}

impl FromStr for FaultPlan {
    type Err = FaultPlanError;

    fn from_str(text: &str) -> Result<Self, FaultPlanError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let parse = |piece: &str| {
            parse_rule(piece.trim()).map_err(|reason| FaultPlanError { rule: piece.trim().to_owned(), reason })
        };
        Ok(Self { rules: text.split(',').map(parse).collect::<Result<_, _>>()? })
    }
}

fn parse_rule(text: &str) -> Result<Rule, String> {
    let (endpoint, rest) = match text.split_once(':') {
        Some((word, rest)) => (parse_endpoint(word.trim())?, rest.trim()),
        None => (None, text),
    };
    let (action, when) = match rest.find(['%', '@', '<']) {
        Some(at) => (&rest[..at], parse_when(&rest[at..])?),
        None => (rest, When::Always),
    };
    Ok(Rule { endpoint, action: parse_action(action.trim())?, when })
}

fn parse_endpoint(word: &str) -> Result<Option<Route>, String> {
    match Route::NAMED.into_iter().find(|endpoint| endpoint.word() == word) {
        None if word == "all" => Ok(None),
        None => Err(format!("'{word}' is none of all, create, ready, status, articles, customers")),
        found => Ok(found),
    }
}

fn parse_when(text: &str) -> Result<When, String> {
    let (sign, number) = text.split_at(1);
    let n = number.trim().parse().ok().filter(|n| *n > 0);
    let n: u64 = n.ok_or_else(|| format!("'{text}' needs a whole number from 1 after {sign}"))?;
    Ok(match sign {
        "%" => When::Every(n),
        "@" => When::Only(n),
        _ => When::Before(n),
    })
}

fn parse_action(text: &str) -> Result<FaultAction, String> {
    match text.split_once('=') {
        Some(("latency", value)) => parse_wait(value).map(FaultAction::Latency),
        Some(("late", value)) => parse_wait(value).map(FaultAction::Late),
        Some(("status", value)) => parse_answer(value),
        Some(("body", "html")) => Ok(FaultAction::Body(Spoiled::Html)),
        Some(("body", "garbage")) => Ok(FaultAction::Body(Spoiled::Garbage)),
        Some(("body", "empty")) => Ok(FaultAction::Body(Spoiled::Empty)),
        Some(("body", other)) => Err(format!("'{other}' is none of html, garbage, empty")),
        None if text.starts_with(|c: char| c.is_ascii_digit()) => parse_answer(text),
        None if text == "drop-before" => Ok(FaultAction::DropBefore),
        None if text == "drop-after" => Ok(FaultAction::DropAfter),
        None if text == "portal" => Ok(FaultAction::Portal),
        _ => Err(format!(
            "'{text}' is none of latency=DUR, late=DUR, status=CODE, CODE, drop-before, drop-after, body=KIND, portal"
        )),
    }
}

fn parse_answer(text: &str) -> Result<FaultAction, String> {
    let (answer, retry_after) = match text.split_once('/') {
        Some((answer, seconds)) => {
            (answer, Some(seconds.parse().map_err(|_| format!("'{seconds}' is no whole number of seconds"))?))
        }
        None => (text, None),
    };
    let (code, envelope) = answer.strip_suffix('e').map_or((answer, false), |code| (code, true));
    let code = code.parse().ok().filter(|code| (200..600).contains(code));
    let code = code.and_then(|code| StatusCode::from_u16(code).ok());
    let code = code.ok_or_else(|| format!("'{answer}' is no status code from 200 to 599"))?;
    Ok(FaultAction::Answer { code, envelope, retry_after })
}

fn parse_wait(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: Option<u64> = text[..at].parse().ok();
    let wait = match (number, &text[at..]) {
        (Some(n), "ms") => Some(Duration::from_millis(n)),
        (Some(n), "s") => Some(Duration::from_secs(n)),
        (Some(n), "m") => n.checked_mul(60).map(Duration::from_secs),
        _ => None,
    };
    wait.filter(|wait| *wait <= MAX_WAIT)
        .ok_or_else(|| format!("'{text}' is no time such as 300ms, 2s or 1m, up to 10 minutes"))
}

impl fmt::Display for FaultAction {
    /// The word of the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency(_) => f.write_str("latency"),
            Self::Late(_) => f.write_str("late"),
            Self::Answer { code, .. } => write!(f, "status={}", code.as_u16()),
            Self::DropBefore => f.write_str("drop-before"),
            Self::DropAfter => f.write_str("drop-after"),
            Self::Body(Spoiled::Html) => f.write_str("body=html"),
            Self::Body(Spoiled::Garbage) => f.write_str("body=garbage"),
            Self::Body(Spoiled::Empty) => f.write_str("body=empty"),
            Self::Portal => f.write_str("portal"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn verdicts(plan: &str, endpoints: &[Route]) -> Vec<FaultDecision> {
        let mut faults = Faults::new(plan.parse().unwrap());
        endpoints.iter().map(|endpoint| faults.decide(*endpoint)).collect()
    }

    fn answer(code: u16, envelope: bool, retry_after: Option<u32>) -> Option<FaultAction> {
        Some(FaultAction::Answer { code: StatusCode::from_u16(code).unwrap(), envelope, retry_after })
    }

    #[test]
    fn every_action_is_read() {
        let actions = |plan| verdicts(plan, &[Route::Create])[0];
        assert_eq!(actions("latency=300ms").latency, Duration::from_millis(300));
        assert_eq!(actions("late=2s").late, Duration::from_secs(2));
        assert_eq!(actions("latency=1m,all:latency=1s").latency, Duration::from_secs(61));
        assert_eq!(actions("500").action, answer(500, false, None));
        assert_eq!(actions("status=503e").action, answer(503, true, None));
        assert_eq!(actions("create:429/5").action, answer(429, false, Some(5)));
        assert_eq!(actions("drop-before").action, Some(FaultAction::DropBefore));
        assert_eq!(actions("drop-after").action, Some(FaultAction::DropAfter));
        assert_eq!(actions("body=html").action, Some(FaultAction::Body(Spoiled::Html)));
        assert_eq!(actions("body=garbage").action, Some(FaultAction::Body(Spoiled::Garbage)));
        assert_eq!(actions(" body=empty ").action, Some(FaultAction::Body(Spoiled::Empty)));
        assert_eq!(actions("portal,500").action, Some(FaultAction::Portal));
        assert_eq!(actions("status:500,ready:502").action, None);
        assert_eq!(actions(" ").action, None);
    }

    #[test]
    fn occurrences_count_only_what_the_endpoint_matches() {
        use Route::{Create, Ready};
        let hits = |plan| {
            let seen = verdicts(plan, &[Ready, Create, Create, Ready, Create, Create]);
            seen.iter().map(|verdict| u8::from(verdict.action.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(hits("create:500%2"), [0, 0, 1, 0, 0, 1]);
        assert_eq!(hits("create:500@3"), [0, 0, 0, 0, 1, 0]);
        assert_eq!(hits("create:500<3"), [0, 1, 1, 0, 0, 0]);
        assert_eq!(hits("500%3"), [0, 0, 1, 0, 0, 1]);
        assert_eq!(hits("ready:drop-before"), [1, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn errors_name_the_bad_piece() {
        let error = |plan: &str| plan.parse::<FaultPlan>().unwrap_err().to_string();
        let endpoints = "all, create, ready, status, articles, customers";
        assert_eq!(error("500,crate:500"), format!("fault 'crate:500': 'crate' is none of {endpoints}"));
        assert_eq!(error("create:500%0"), "fault 'create:500%0': '%0' needs a whole number from 1 after %");
        assert_eq!(error("99"), "fault '99': '99' is no status code from 200 to 599");
        assert_eq!(error("body=pdf"), "fault 'body=pdf': 'pdf' is none of html, garbage, empty");
        assert_eq!(error("429/x"), "fault '429/x': 'x' is no whole number of seconds");
        assert_eq!(
            error("latency=11m"),
            "fault 'latency=11m': '11m' is no time such as 300ms, 2s or 1m, up to 10 minutes"
        );
        assert!(error("explode").starts_with("fault 'explode': 'explode' is none of latency=DUR"));
        assert!(error("500,").starts_with("fault '': '' is none of"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}|[a-z0-9:=%@<,-]{0,40}") {
            if let Ok(plan) = text.parse::<FaultPlan>() {
                let mut faults = Faults::new(plan);
                for endpoint in Route::NAMED {
                    prop_assert!(faults.decide(endpoint).latency <= MAX_WAIT);
                }
            }
        }
    }
}
