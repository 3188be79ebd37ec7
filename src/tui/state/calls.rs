//! The calls nobody took yet. What is done about them stands in `tui::calls`.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::domain::value::{phone::same_number, text::Clean};

/// Calls kept; with more, the oldest is not shown any more.
const MAX_CALLS: usize = 9;
/// Nobody lets it ring for so long.
const RINGS: SignedDuration = SignedDuration::from_mins(3);

/// The calls nobody took yet, the newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    waiting: VecDeque<(Clean, Timestamp)>,
}

impl Calls {
    /// A number rings. One that rings already is the newest again.
    pub fn add(&mut self, number: Clean, now: Timestamp, country: &str) {
        self.waiting.retain(|(other, _)| *other != number && !same_number(country, other, &number));
        if self.waiting.len() == MAX_CALLS {
            self.waiting.pop_front();
        }
        self.waiting.push_back((number, now));
    }

    /// Calls that nobody took for so long are over. A clock that was set back makes none older.
    pub fn forget_old(&mut self, now: Timestamp) {
        self.waiting.retain(|(_, at)| now.duration_since(*at) < RINGS);
    }

    /// Takes the newest call.
    pub fn take(&mut self) -> Option<Clean> {
        self.waiting.pop_back().map(|(number, _)| number)
    }

    /// The newest call and how many more there are.
    pub fn newest(&self) -> Option<(&Clean, usize)> {
        self.waiting.back().map(|(number, _)| (number, self.waiting.len() - 1))
    }
}
