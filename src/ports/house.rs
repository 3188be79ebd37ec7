//! What the journal keeps of an order beside the order itself. Values only; decides nothing.

use crate::domain::price::PriceNote;

/// What the desk keeps of a confirmed order beside the order itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceNote {
    /// Prices a person set; each becomes an event of the order's history.
    pub prices: Vec<PriceNote>,
}
