//! Which order a person means by a text: an `orderId`, or OktoPOS's number of it. Guesses nothing: a text that fits two is
//! refused, because the wrong one of them would be changed.

use super::{Desk, DeskError};
use crate::domain::value::ids::{InternalId, OrderId};

/// Before a text that can only be an `orderId`.
const ORDER_ID: &str = "orderId:";
/// Before a number that can only be OktoPOS's.
const INTERNAL_ID: &str = "internalId:";

impl Desk {
    /// The order a person means: by its `orderId` or OktoPOS's number of it, by the first alone behind `orderId:`, by the
    /// second alone behind `internalId:`.
    ///
    /// Errors: `NotFound`; `Ambiguous` if it is the one of one order and the other of another; `Journal`.
    pub async fn find(&self, text: &str) -> Result<OrderId, DeskError> {
        let own = match text.strip_prefix(INTERNAL_ID) {
            Some(_) => None,
            None => self.known(text.strip_prefix(ORDER_ID).unwrap_or(text)).await?,
        };
        let numbered = match internal_id(text) {
            Some(number) => self.inner.journal.find_internal(number).await?,
            None => None,
        };
        match (own, numbered) {
            (Some(order_id), Some(other)) if order_id != other => Err(DeskError::Ambiguous { order_id, other }),
            (Some(found), _) | (None, Some(found)) => Ok(found),
            (None, None) => Err(DeskError::NotFound(OrderId(text.to_owned()))),
        }
    }

    async fn known(&self, order_id: &str) -> Result<Option<OrderId>, DeskError> {
        let id = OrderId(order_id.to_owned());
        match self.inner.journal.order(&id).await.map_err(DeskError::from) {
            Ok(_) => Ok(Some(id)),
            Err(DeskError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// OktoPOS's number of an order, if a text can be one.
pub fn internal_id(text: &str) -> Option<InternalId> {
    text.strip_prefix(INTERNAL_ID).unwrap_or(text).parse().ok().map(InternalId)
}
