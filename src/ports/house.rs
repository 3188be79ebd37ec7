//! What the journal knows of the house beyond single orders: what was promised and let pass, what the kitchen has on hand,
//! and which towns its guests live in. Values and one small port; decides nothing.

use async_trait::async_trait;
use jiff::Timestamp;

use super::JournalError;
use crate::domain::{
    draft::{price::PriceNote, terms::Pass},
    value::ids::{OrderId, Revision},
};

/// What the desk keeps of a confirmed order beside the order itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceNote {
    /// Prices a person set; each becomes an event of the order's history.
    pub prices: Vec<PriceNote>,
    /// Dishes and drinks the kitchen has to make.
    pub pieces: u32,
    /// When it is to be there, as the guest was told; `None` where nobody promised anything.
    pub promised_at: Option<Timestamp>,
    /// What a manager let pass; each becomes an event of the order's history.
    pub passes: Vec<Pass>,
    /// `Draft::corrects`: the order under the same id that it takes the place of.
    pub corrects: Option<Revision>,
}

/// An order as the kitchen's load counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnHand {
    /// Ours.
    pub order_id: OrderId,
    /// `PlaceNote::pieces`.
    pub pieces: u32,
    /// `PlaceNote::promised_at`.
    pub promised_at: Option<Timestamp>,
}

/// A postcode of the shop's guests and the town most of them name with it. Nothing in it names a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Town {
    /// As it was typed, trimmed.
    pub zip: String,
    /// As it was typed, trimmed.
    pub city: String,
}

/// The journal's answers about the house.
#[async_trait]
pub trait HouseBook: Send + Sync {
    /// What was kept of these orders, in no sequence; those that are not in the journal are left out.
    async fn on_hand(&self, orders: &[OrderId]) -> Result<Vec<OnHand>, JournalError>;

    /// The towns of the newest orders that still hold their guest, at most `look_at` of them looked at.
    async fn towns(&self, look_at: u32) -> Result<Vec<Town>, JournalError>;
}

/// Knows no order: for a desk without a store of its own.
#[async_trait]
impl HouseBook for () {
    async fn on_hand(&self, _: &[OrderId]) -> Result<Vec<OnHand>, JournalError> {
        Ok(Vec::new())
    }

    async fn towns(&self, _: u32) -> Result<Vec<Town>, JournalError> {
        Ok(Vec::new())
    }
}
