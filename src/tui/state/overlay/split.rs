//! The bill as it is being split.

use crate::domain::draft::{
    Draft,
    split::{By, Split},
};

/// The bill as it is being split.
#[derive(Debug, Clone)]
pub struct SplitBill {
    /// What goes where.
    pub split: Split,
    /// What the numbers mean.
    pub by: By,
    /// The selected dish, counted from 0.
    pub selected: usize,
    /// Where the last piece went.
    pub last: Option<u8>,
}

impl SplitBill {
    /// The dishes, by the ids of their lines.
    pub fn dishes(&self) -> Vec<i64> {
        self.split.draft.lines.iter().filter(|line| !line.is_extra()).map(|line| line.id).collect()
    }
}

impl SplitBill {
    /// The bill of a draft, everything in the rest but what has a seat already.
    pub fn of(draft: &Draft) -> Self {
        let split = Split::new(draft);
        let by = if split.parts.is_empty() { By::Item } else { By::Seat };
        Self { split, by, selected: 0, last: None }
    }
}
