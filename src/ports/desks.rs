//! Which desks run on this journal. A desk has its drafts for itself as long as it runs.

use jiff::Timestamp;

use crate::domain::value::ids::DeskId;

/// What is seen of a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenDesk {
    /// It runs, or nobody can tell that it does not.
    Running {
        /// When it started, if that can be read.
        since: Option<Timestamp>,
    },
    /// It has ended, however it ended.
    Ended,
}

/// Looks at the desks of this journal.
pub trait Desks: Send + Sync {
    /// Looks at one desk, without waiting.
    fn look(&self, desk: &DeskId) -> SeenDesk;
}

/// Where no desk can be seen: every other one may run, so no draft is taken without a person.
impl Desks for () {
    fn look(&self, _: &DeskId) -> SeenDesk {
        SeenDesk::Running { since: None }
    }
}
