//! Which orders the live list shows. PURE.

use super::{called::Asked, row::LiveRow};
use crate::domain::order::{OrderType, delivery::Delivery};

/// What a row has to have to be shown; every part that is set must fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveFilter {
    /// Words that must all occur in who, address, token, table (its number or what it is called), platform or ids. Case
    /// and accents do not matter.
    pub text: String,
    /// A `Delivery::word`; rows from elsewhere count as accepted.
    pub delivery: Option<String>,
    /// OktoPOS's status word.
    pub status: Option<String>,
    /// Order type.
    pub order_type: Option<OrderType>,
    /// Leaves out what is done or cancelled.
    pub open_only: bool,
}

impl Default for LiveFilter {
    /// Everything that is open.
    fn default() -> Self {
        Self { text: String::new(), delivery: None, status: None, order_type: None, open_only: true }
    }
}

impl LiveFilter {
    /// Whether the row is shown. `words` are those of this filter.
    pub(super) fn passes(&self, row: &LiveRow, words: &[Asked]) -> bool {
        let Self { text: _, delivery, status, order_type, open_only } = self;
        if *open_only && row.done {
            return false;
        }
        let is_word = |word: &String| row.delivery.as_ref().map_or("accepted", Delivery::word) == word;
        delivery.as_ref().is_none_or(is_word)
            && status.as_ref().is_none_or(|status| row.status.as_deref() == Some(status))
            && order_type.is_none_or(|order_type| row.order_type == Some(order_type))
            && words.iter().all(|word| word.is_in(row))
    }
}
