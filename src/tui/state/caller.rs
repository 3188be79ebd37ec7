//! Who calls, as far as one draft knows. What is done about it stands in `screens::guests`.

use crate::{
    desk::{counter::is_reordered, guests::Known},
    domain::{
        draft::{Draft, again::Difference},
        guest::Guest,
        order::Customer,
        value::phone::is_whole,
    },
};

/// Who calls, as far as one draft knows.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The number that was looked for, its digits alone.
    pub number: String,
    /// Which request that was; the answer to another one is ignored.
    pub request: u64,
    /// What is known of it.
    pub known: Known,
    /// Whether an answer came: until then nobody found is nobody looked for.
    pub is_answered: bool,
    /// Whether a note was written since: an answer that comes later knows only the one from before.
    pub is_noted: bool,
    /// Which of the guests is shown first.
    pub selected: usize,
    /// Who was taken over last: what comes from there may be written over.
    pub taken: Option<Customer>,
    /// Lines that were repeated.
    pub repeated: Vec<i64>,
    /// What was different about them.
    pub differences: Vec<Difference>,
}

impl Caller {
    /// Which request is to be answered.
    pub fn request(&self) -> u64 {
        self.request
    }

    /// Whether the number is whole and nobody has it.
    pub fn is_new(&self) -> bool {
        self.is_answered && self.known == Known::default() && is_whole(&self.number)
    }

    /// Whether the last order was repeated and something of it is still there.
    pub fn is_repeated(&self, draft: &Draft) -> bool {
        is_reordered(draft, &self.repeated)
    }

    /// The guest that is shown.
    pub fn guest(&self) -> Option<&Guest> {
        self.known.guests.get(self.selected)
    }
}
