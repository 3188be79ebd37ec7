//! What a row of the list takes from an order of another system: its key, and what it is made of in a few words.

use rust_decimal::Decimal;

use super::LiveKey;
use crate::{
    domain::{order::round, value::text::Clean},
    ports::pos::{ReadyLine, ReadyOrder},
};

/// Dishes of an order from elsewhere, as `domain::order::round::brief` says those of ours.
pub(super) fn brief_of(lines: &[ReadyLine]) -> Clean {
    let dishes = lines.iter().filter(|line| !line.is_extra);
    Clean::new(&round::words(dishes.map(|line| (line.quantity.unwrap_or(Decimal::ONE), &*line.name))))
}

/// Ids where there are any; else what is shown, so that a repeated row is one row.
pub(super) fn foreign_key(order: &ReadyOrder) -> LiveKey {
    if let Some(id) = &order.order_id {
        return LiveKey::Order(id.clone());
    }
    if let Some(id) = order.internal_id {
        return LiveKey::Internal(id);
    }
    let ReadyOrder { who, address, pickup_token, intermediary, table, created_at, due_at, total, lines, .. } = order;
    let total = total.as_ref().map(|total| total.value);
    LiveKey::Bare(format!(
        "{who:?}{address:?}{pickup_token:?}{intermediary:?}{table:?}{created_at:?}{due_at:?}{total:?}{lines:?}"
    ))
}
