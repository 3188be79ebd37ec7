//! What an order is judged by: the shop, the moment, the articles, and what is on its way already. Holds it; judges nothing.

use std::collections::BTreeMap;

use jiff::civil;

use super::kitchen::KitchenLoad;
use crate::{
    desk::{catalog::search::Catalog, live::LiveList},
    domain::{
        draft::Draft,
        order::{DistributionChannel, OrderType},
        shop::{
            Shop,
            stock::{Said, Stock},
        },
        value::moment::Moment,
    },
};

/// What an order is judged by at this moment.
#[derive(Debug, Clone)]
pub struct Counter<'a> {
    /// The shop's own choices.
    pub shop: &'a Shop,
    /// Now, and the shop's zone.
    pub moment: &'a Moment,
    /// The articles and the menu over them.
    pub catalog: &'a Catalog,
    /// What people said of articles, by article id.
    pub said: &'a BTreeMap<i64, Said>,
    /// What orders took of counted articles.
    pub stock: &'a Stock,
    /// What the kitchen has to make already.
    pub kitchen: &'a KitchenLoad,
    /// The orders the desk knows of.
    pub orders: &'a LiveList,
    /// Drafts that are being recorded: no longer open, and not yet in `orders`.
    pub placing: Vec<Placing<'a>>,
}

/// A draft that is being recorded as an order.
#[derive(Debug, Clone, Copy)]
pub struct Placing<'a> {
    /// The draft as it was confirmed.
    pub draft: &'a Draft,
    /// `sessionToken` of its order.
    pub session: Option<&'a str>,
}

/// A draft and the moment its relative times count from: `+25` means 25 minutes after it was typed.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    /// The draft.
    pub draft: &'a Draft,
    /// The shop's local time when the focused field was last typed in; `None` for now.
    pub at: Option<civil::DateTime>,
}

impl Counter<'_> {
    /// The channel a draft sells through; a channel without articles where the shop does not offer its order type.
    pub fn channel(&self, draft: &Draft) -> DistributionChannel {
        channel_of(self.shop, draft.order_type)
    }
}

/// The channel an order type is sold through; a channel without articles where the shop does not offer it.
pub fn channel_of(shop: &Shop, order_type: OrderType) -> DistributionChannel {
    let channel = shop.channel(order_type).cloned();
    channel.unwrap_or(DistributionChannel { dc_id: 0, name: String::new() })
}
