//! How many orders are what, shown or not: every frame shows them, so they are not counted in it. PURE.

use super::row::LiveRow;
use crate::domain::order::delivery::Delivery;

/// The numbers of all rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not done.
    pub open: usize,
    /// Nobody knows their fate.
    pub unknown: usize,
    /// OktoPOS refused them.
    pub rejected: usize,
    /// Need a person for another reason.
    pub other: usize,
    /// For a later day.
    pub later: usize,
}

impl Counts {
    /// One row more.
    pub(super) fn add(&mut self, row: &LiveRow) {
        self.each(row, |count| *count += 1);
    }

    /// One row less.
    pub(super) fn remove(&mut self, row: &LiveRow) {
        self.each(row, |count| *count -= 1);
    }

    fn each(&mut self, row: &LiveRow, change: impl Fn(&mut usize)) {
        let Self { open, unknown, rejected, other, later } = self;
        if !row.done {
            change(open);
        }
        match &row.delivery {
            Some(Delivery::Unknown { .. }) => change(unknown),
            Some(Delivery::Rejected { .. }) if !row.stray => change(rejected),
            _ if row.needs_person() => change(other),
            _ => {}
        }
        if row.later {
            change(later);
        }
    }
}
