//! What is heard of calls, whoever tells it.

use crate::domain::value::text::Clean;

/// Something that is heard of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallEvent {
    /// Somebody calls.
    Rings {
        /// The number as it may be shown; empty for one that was withheld.
        number: Clean,
        /// The telephone system's own number of the call, where it says what becomes of it.
        line: Option<u32>,
    },
    /// It was answered at this desk's telephone.
    Answered {
        /// Which call.
        line: u32,
    },
    /// It was answered at another telephone.
    Elsewhere {
        /// Which call.
        line: u32,
    },
    /// It is over.
    Over {
        /// Which call.
        line: u32,
    },
}
