//! What each endpoint of OktoPOS last said, and the worst of it. PURE: a good answer of one endpoint never stands for
//! another one. Asks nothing and waits for nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    chaos::{self, Bug},
    desk::event::Connection,
    domain::value::{reason::Reason, text::Clean},
    ports::{PosError, journal::Task},
};

/// A part of OktoPOS's interface whose answers are kept apart. The sequence is that of their weight for the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// Creating orders.
    Create,
    /// Setting a status.
    Status,
    /// The ready list.
    Ready,
    /// Articles, units and channels.
    Articles,
    /// Customers by their phone number.
    Customers,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 5] = [Self::Create, Self::Status, Self::Ready, Self::Articles, Self::Customers];

    /// Key of the text that names what this endpoint is for.
    pub fn text(self) -> &'static str {
        match self {
            Self::Create => "endpoint.create",
            Self::Status => "endpoint.status",
            Self::Ready => "endpoint.ready",
            Self::Articles => "endpoint.articles",
            Self::Customers => "endpoint.customers",
        }
    }

    /// The endpoint that an entry of the outbox is sent to.
    pub fn of(task: &Task) -> Self {
        match task {
            Task::Create => Self::Create,
            Task::SetStatus { .. } => Self::Status,
        }
    }

    /// Whether it is what waits in the outbox that goes there.
    pub fn is_of_outbox(self) -> bool {
        matches!(self, Self::Create | Self::Status)
    }

    /// So many lost answers in a row are not told as trouble of the endpoint. Of the outbox one is the trouble of one order,
    /// which is told by itself.
    fn allowed(self) -> u32 {
        if self.is_of_outbox() { super::policy::DOUBTS_ALLOWED } else { 0 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Well,
    KeyRefused(Clean),
    /// It answered, and not with what was asked for.
    Refused(Clean),
    /// Nothing usable came back.
    Lost(Clean),
    /// No byte of the request left.
    Away(Clean),
}

#[derive(Debug, Clone)]
struct Last {
    said: Said,
    /// How often in a row.
    times: u32,
    /// Number of the answer, among those of all endpoints, with which the row began.
    began: u64,
    /// Number of the last one.
    at: u64,
}

/// The last answer of each endpoint. Starts empty with the program.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    last: BTreeMap<Endpoint, Last>,
    answers: u64,
}

impl Heard {
    /// Takes in what a call came to.
    pub fn note(&mut self, endpoint: Endpoint, answer: Result<(), &PosError>) {
        self.answers += 1;
        let at = self.answers;
        let said = said(endpoint, answer);
        // The way to OktoPOS is the same for all: once anything arrives there, it is no longer the way that is missing.
        if !matches!(said, Said::Away(_) | Said::Lost(_)) {
            self.last.retain(|_, last| !matches!(last.said, Said::Away(_)));
        }
        if said == Said::Well && endpoint == Endpoint::Ready && chaos::planted(Bug::PollClearsRefusal) {
            self.last.clear();
        }
        let is_same = |last: &&Last| std::mem::discriminant(&last.said) == std::mem::discriminant(&said);
        let (times, began) =
            self.last.get(&endpoint).filter(is_same).map_or((1, at), |last| (last.times + 1, last.began));
        self.last.insert(endpoint, Last { said, times, began, at });
    }

    /// Whether an endpoint that answered did not give what it was asked for the last time: another key or another path may
    /// mend that.
    pub fn is_refused(&self) -> bool {
        self.any(|said| matches!(said, Said::KeyRefused(_) | Said::Refused(_))).is_some()
    }

    /// The calls are made with another key. Of articles and guests nothing asks again by itself, so that what the key before
    /// was refused there counts no longer; for the others the next answer tells.
    pub fn key_changed(&mut self) {
        let asks_again = |endpoint: &Endpoint| *endpoint <= Endpoint::Ready;
        self.last.retain(|endpoint, last| asks_again(endpoint) || !matches!(last.said, Said::KeyRefused(_)));
    }

    /// The worst of what the endpoints last said. `before` is what was told last: while the same is told, its `since` stays.
    pub fn connection(&self, before: &Connection, now: Timestamp) -> Connection {
        let worst = self.worst(now);
        match (worst, before) {
            // Nothing to be told yet.
            (None, before) => before.clone(),
            (Some(Connection::Up { .. }), Connection::Up { since }) => Connection::Up { since: *since },
            (Some(Connection::Down { reason, .. }), Connection::Down { since, .. }) => {
                Connection::Down { since: *since, reason }
            }
            (Some(Connection::Failing { endpoint, reason, .. }), Connection::Failing { since, endpoint: same, .. })
                if endpoint == *same =>
            {
                Connection::Failing { since: *since, endpoint, reason }
            }
            (Some(Connection::KeyRefused { only, reason, .. }), Connection::KeyRefused { since, .. }) => {
                Connection::KeyRefused { since: *since, only, reason }
            }
            (Some(worst), _) => worst,
        }
    }

    fn worst(&self, now: Timestamp) -> Option<Connection> {
        // A key that may not read articles or guests keeps nothing from being sent: everything else is worse.
        self.key_refused(|endpoint| endpoint <= Endpoint::Ready, now)
            .or_else(|| self.away(now))
            .or_else(|| self.failing(now))
            .or_else(|| self.key_refused(|_| true, now))
            .or_else(|| self.any(|said| *said == Said::Well).map(|_| Connection::Up { since: now }))
    }

    fn key_refused(&self, counts: impl Fn(Endpoint) -> bool, now: Timestamp) -> Option<Connection> {
        let mut refused = self.last.iter().filter(|(endpoint, _)| counts(**endpoint));
        let (endpoint, reason) = refused.find_map(|(endpoint, last)| match &last.said {
            Said::KeyRefused(reason) => Some((*endpoint, reason.clone())),
            _ => None,
        })?;
        let others_work = self.any(|said| *said == Said::Well).is_some();
        Some(Connection::KeyRefused { since: now, only: others_work.then_some(endpoint), reason })
    }

    fn away(&self, now: Timestamp) -> Option<Connection> {
        let reason = self.last.values().find_map(|last| match &last.said {
            Said::Away(reason) => Some(reason.clone()),
            _ => None,
        });
        reason.map(|reason| Connection::Down { since: now, reason })
    }

    /// Trouble of one endpoint, or of the connection if no other one was answered since it began.
    fn failing(&self, now: Timestamp) -> Option<Connection> {
        self.last.iter().find_map(|(endpoint, last)| match &last.said {
            Said::Refused(reason) => {
                Some(Connection::Failing { since: now, endpoint: *endpoint, reason: reason.clone() })
            }
            Said::Lost(reason) if last.times > endpoint.allowed() => {
                let is_answered = |other: &Last| !matches!(other.said, Said::Lost(_) | Said::Away(_));
                let others_answer = self.last.values().any(|other| is_answered(other) && other.at > last.began);
                Some(match others_answer {
                    true => Connection::Failing { since: now, endpoint: *endpoint, reason: reason.clone() },
                    false => Connection::Down { since: now, reason: reason.clone() },
                })
            }
            _ => None,
        })
    }

    fn any(&self, is_it: impl Fn(&Said) -> bool) -> Option<Endpoint> {
        self.last.iter().find(|(_, last)| is_it(&last.said)).map(|(endpoint, _)| *endpoint)
    }
}

/// That an order is refused is a good answer: it says what is wrong with the order. That the outbox has to pause is told by
/// the outbox itself.
fn said(endpoint: Endpoint, answer: Result<(), &PosError>) -> Said {
    match answer {
        Ok(()) => Said::Well,
        Err(PosError::KeyRefused { reason, code, .. }) if reason.is_empty() => {
            Said::KeyRefused(Clean::new(&format!("HTTP {code}")))
        }
        Err(PosError::KeyRefused { reason, .. }) => Said::KeyRefused(reason.clone()),
        Err(PosError::Rejected { .. } | PosError::Throttled { .. } | PosError::Unavailable { .. })
            if endpoint.is_of_outbox() =>
        {
            Said::Well
        }
        Err(PosError::Rejected { code, reason }) => Said::Refused(Clean::new(&format!("HTTP {code}: {reason}"))),
        Err(PosError::Throttled { .. }) => Said::Refused(Clean::new(Reason::Throttled.sentence())),
        Err(PosError::Unavailable { reason, .. }) => Said::Refused(Clean::new(&format!("HTTP 503: {reason}"))),
        Err(PosError::Unknown { reason }) => Said::Lost(reason.clone()),
        Err(PosError::NotSent { reason }) => Said::Away(reason.clone()),
    }
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
