//! What OktoPOS sells, and the desk's copy of it. Knows nothing of where articles come from.

use std::sync::Arc;

use compact_str::CompactString;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::order::DistributionChannel;

/// An article: what a line of an order is made from.
///
/// What many articles share (group, unit, channel, tax rate, all prices) is shared in memory: a shop may have 50,000 articles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// OktoPOS's id; an order item's `externalId`.
    pub id: i64,
    /// `externalReferenceNumber`: the number staff know it by; an order item's `productId`. May be empty.
    pub number: CompactString,
    /// `description`: 1 to 200 characters, unique in OktoPOS.
    pub name: CompactString,
    /// Token of the group, `Pizza`. May be empty.
    pub group: Arc<str>,
    /// Token of the unit, `Stück` or `kg`. May be empty.
    pub unit: Arc<str>,
    /// One row per distribution channel it is sold through.
    pub prices: Arc<[ChannelPrice]>,
    /// `materialNumber`: the barcode where the shop keeps one there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcode: Option<CompactString>,
    /// Whether staff may change its price.
    #[serde(default)]
    pub price_can_change: bool,
}

/// Price and tax of an article in one distribution channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelPrice {
    /// Where it is sold.
    pub channel: Arc<DistributionChannel>,
    /// Gross price of one unit, in the shop's currency.
    pub price: Decimal,
    /// Tax rate in this channel.
    pub tax: Arc<TaxRate>,
}

/// A tax rate as the Article API names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaxRate {
    /// `taxRateId`.
    pub id: Option<i64>,
    /// Percent.
    pub rate: Decimal,
    /// `taxRateCode`, the letter on receipts.
    pub code: Option<String>,
}

impl Article {
    /// The price row of a channel, if the article is sold there.
    pub fn price_in(&self, channel: &DistributionChannel) -> Option<&ChannelPrice> {
        self.prices.iter().find(|row| row.channel.dc_id == channel.dc_id)
    }
}
