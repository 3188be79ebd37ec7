//! A past order once more: its dishes at the articles and prices of now, and the guest who had it. Says what is different in
//! data; nothing is replaced by something similar.

mod twice;

pub use twice::taken_before;

use super::{context::Counter, guest::take_guest};
use crate::domain::{
    draft::{
        Draft,
        again::{Again, Difference, keep_deals},
    },
    order::{Customer, Item, Order, OrderType},
};

/// A past order that is wanted once more.
#[derive(Debug, Clone, Copy)]
pub struct Reorder<'a> {
    /// The order.
    pub order: &'a Order,
    /// The guest who had it.
    pub guest: &'a Customer,
    /// The guest whose details the draft was filled with before.
    pub guest_before: Option<&'a Customer>,
    /// Lines of the draft that came from a past order already.
    pub repeated: &'a [i64],
}

/// A draft with the dishes of a past order.
#[derive(Debug, Clone, PartialEq)]
pub struct Reordered {
    /// The draft as it becomes.
    pub draft: Draft,
    /// Its new lines.
    pub lines: Vec<i64>,
    /// What is not as it was. What is missing comes first: it matters more than what something costs.
    pub differences: Vec<Difference>,
}

/// Why a past order is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReordered {
    /// The desk does not know its articles yet.
    NoArticles,
    /// The draft holds something of a past order already.
    AlreadyThere,
}

impl Counter<'_> {
    /// Adds the dishes of a past order to a draft, at the prices of now, and fills in its guest.
    ///
    /// # Errors
    /// Why nothing is added.
    pub fn reorder(&self, draft: &Draft, wanted: Reorder<'_>) -> Result<Reordered, NotReordered> {
        if self.catalog.is_empty() {
            return Err(NotReordered::NoArticles);
        }
        if is_reordered(draft, wanted.repeated) {
            return Err(NotReordered::AlreadyThere);
        }
        let order_type = self.order_type_of(draft, wanted.order);
        let mut again = self.at_todays_articles(draft, wanted.order, order_type);
        let mut after = draft.clone();
        after.set_order_type(order_type);
        take_guest(&mut after, wanted.guest, wanted.guest_before);
        let lines = after.add_again(&again.dishes);
        if let Some(channel) = self.shop.channel(order_type) {
            let (past, article) = (self.reopened(wanted.order), |id| self.article(id));
            keep_deals(&mut after, &lines, &past, self.catalog.menu(), channel, article, &mut again.differences);
        }
        again.differences.sort_by_key(|difference| matches!(difference, Difference::Price { .. }));
        Ok(Reordered { draft: after, lines, differences: again.differences })
    }

    /// The past order's type, where nothing was said of the draft's yet and the shop still offers it.
    fn order_type_of(&self, draft: &Draft, order: &Order) -> OrderType {
        let default = self.shop.order_types.first().map(|rule| rule.order_type);
        let is_open = Some(draft.order_type) == default;
        let past = order.order_type.filter(|kind| is_open && self.shop.channel(*kind).is_some());
        past.unwrap_or(draft.order_type)
    }

    fn at_todays_articles(&self, draft: &Draft, order: &Order, order_type: OrderType) -> Again {
        let find = |item: &Item| {
            let by_id = item.external_id.and_then(|id| self.catalog.by_id(id));
            by_id.or_else(|| item.product_id.as_deref().and_then(|number| self.catalog.by_number(number)))
        };
        let Some(channel) = self.shop.channel(order_type) else { return Again::default() };
        // The fee follows the address of this order by itself; as a dish it would be paid twice.
        let mut order = order.clone();
        order.items.retain(|item| !item.product_id.as_deref().is_some_and(|number| self.shop.areas.is_fee(number)));
        Again::of(&order, channel, find, |article| self.is_sold_out(Some(&draft.order_id), article))
    }
}

/// Whether something of a past order that was repeated is still in a draft.
pub fn is_reordered(draft: &Draft, repeated: &[i64]) -> bool {
    repeated.iter().any(|id| draft.line(*id).is_some())
}
