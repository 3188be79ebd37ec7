//! What the keys of the live list's filters choose next. Each goes round.

use super::OrdersState;
use crate::{domain::order::OrderType, tui::model::Model};

/// Open, all, unclear, refused, waiting, and round again.
pub(super) fn next_filter(orders: &mut OrdersState) {
    const SEQUENCE: [Option<&str>; 5] = [None, Some("unknown"), Some("rejected"), Some("queued"), Some("accepted")];
    orders.filter(|filter| {
        let at = SEQUENCE.iter().position(|word| *word == filter.delivery.as_deref()).unwrap_or(0);
        if at == 0 && filter.open_only {
            filter.open_only = false;
            return;
        }
        filter.delivery = SEQUENCE[(at + 1) % SEQUENCE.len()].map(str::to_owned);
        filter.open_only = filter.delivery.is_none();
    });
}

pub(super) fn next_type(orders: &mut OrdersState) {
    orders.filter(|filter| {
        let at = filter.order_type.and_then(|kind| OrderType::ALL.iter().position(|other| *other == kind));
        filter.order_type = OrderType::ALL.get(at.map_or(0, |at| at + 1)).copied();
    });
}

pub(super) fn next_status(model: &mut Model) {
    let tokens: Vec<String> = model.shop.workflow.statuses.iter().map(|rule| rule.token.clone()).collect();
    model.orders.filter(|filter| {
        let at = filter.status.as_ref().and_then(|status| tokens.iter().position(|token| token == status));
        filter.status = tokens.get(at.map_or(0, |at| at + 1)).cloned();
        // A finished status is looked for among the finished orders.
        filter.open_only = filter.status.is_none() && filter.delivery.is_none();
    });
}
