//! The calls nobody took yet, and those that were missed. What is done about them stands in `act::calls`.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::guests::Known,
    domain::value::{phone::same_number, text::Clean},
};

/// Calls kept; with more, the oldest is not shown any more.
const MAX_CALLS: usize = 9;
/// Missed calls kept.
const MAX_MISSED: usize = 30;
/// Nobody lets it ring for so long.
const RINGS: SignedDuration = SignedDuration::from_mins(3);
/// A missed call belongs to its evening.
const EVENING: SignedDuration = SignedDuration::from_hours(12);

/// A call that nobody took yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Empty for one that was withheld.
    pub number: Clean,
    /// Since when it rings.
    pub at: Timestamp,
    /// The telephone system's own number of the call.
    pub line: Option<u32>,
    /// Which request asked who it is.
    pub request: u64,
    /// Who it is, as far as the desk knows.
    pub known: Known,
    /// Whether it was answered at this desk's telephone: then it is not missed, whatever becomes of it here.
    pub is_answered: bool,
}

/// The calls nobody took yet, the newest last, and the missed ones, the newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calls {
    waiting: VecDeque<Call>,
    missed: VecDeque<(Clean, Timestamp)>,
}

impl Calls {
    /// A number rings. One that rings already is the newest again.
    pub fn add(&mut self, call: Call, country: &str) {
        let is_same = |other: &Clean| *other == call.number || same_number(country, other, &call.number);
        self.waiting.retain(|other| !is_same(&other.number));
        self.missed.retain(|(other, _)| !is_same(other));
        if self.waiting.len() == MAX_CALLS {
            self.waiting.pop_front();
        }
        self.waiting.push_back(call);
    }

    /// Who a request asked for.
    pub fn found(&mut self, request: u64, known: Known) {
        if let Some(call) = self.waiting.iter_mut().find(|call| call.request == request) {
            call.known = known;
        }
    }

    /// A call was answered beside this desk.
    pub fn answered(&mut self, line: u32) {
        self.waiting.iter_mut().filter(|call| call.line == Some(line)).for_each(|call| call.is_answered = true);
    }

    /// A call was answered at another telephone: it is nobody's here.
    pub fn elsewhere(&mut self, line: u32) {
        self.waiting.retain(|call| call.line != Some(line));
    }

    /// A call is over.
    pub fn over(&mut self, line: u32) {
        self.end(|call| call.line == Some(line));
    }

    /// Calls that nobody took for so long are over. A clock that was set back makes none older.
    pub fn forget_old(&mut self, now: Timestamp) {
        self.end(|call| now.duration_since(call.at) >= RINGS);
        self.missed.retain(|(_, at)| now.duration_since(*at) < EVENING);
    }

    fn end(&mut self, is_over: impl Fn(&Call) -> bool) {
        for call in self.waiting.iter().filter(|call| is_over(call) && !call.is_answered) {
            self.missed.push_front((call.number.clone(), call.at));
        }
        self.missed.truncate(MAX_MISSED);
        self.waiting.retain(|call| !is_over(call));
    }

    /// Takes the newest call.
    pub fn take(&mut self) -> Option<Call> {
        self.waiting.pop_back()
    }

    /// Takes one of the missed calls.
    pub fn take_missed(&mut self, at: usize) -> Option<Clean> {
        self.missed.remove(at).map(|(number, _)| number)
    }

    /// The missed calls, the newest first.
    pub fn missed(&self) -> impl ExactSizeIterator<Item = &(Clean, Timestamp)> {
        self.missed.iter()
    }

    /// The newest call and how many more there are.
    pub fn newest(&self) -> Option<(&Call, usize)> {
        self.waiting.back().map(|call| (call, self.waiting.len() - 1))
    }
}
