//! Status changes: recorded behind the order they are for, held for a moment, taken back. Those of other systems' orders go at once.

use std::time::Duration;

use super::{Desk, DeskError, send::endpoint::Endpoint};
use crate::{
    domain::{
        order::delivery::Delivery,
        value::ids::{InternalId, OrderId},
    },
    ports::{
        journal::{OrderRow, PersonDecision, StatusAsk},
        pos::StatusChange,
    },
};

impl Desk {
    /// Records a status change to be sent after the order and earlier changes of it, to the address the order went to.
    ///
    /// Errors: `NoInternalId` where OktoPOS's id will not come to be known, `WrongState` unless the order is queued,
    /// sending or accepted, `NotFound`, `Journal`.
    pub async fn request_status(
        &self,
        id: &OrderId,
        status: &str,
        reason: Option<&str>,
    ) -> Result<OrderRow, DeskError> {
        self.hold_status(id, status, reason, Duration::ZERO).await
    }

    /// The same, not sent before this time is over: until then `withdraw_status` takes it back.
    pub async fn hold_status(
        &self,
        id: &OrderId,
        status: &str,
        reason: Option<&str>,
        hold: Duration,
    ) -> Result<OrderRow, DeskError> {
        if status.trim().is_empty() {
            return Err(DeskError::Field { field: "status", problem: "is empty" });
        }
        let row = self.inner.journal.order(id).await?.row;
        if matches!(row.delivery, Delivery::Accepted { internal_id: None }) {
            return Err(DeskError::NoInternalId(id.clone()));
        }
        let not_before = (!hold.is_zero()).then(|| self.inner.clock.now().checked_add(hold).ok()).flatten();
        self.inner.journal.ask_status(id, StatusAsk { status, reason, not_before }, self.inner.stamp()).await?;
        self.changed(id).await
    }

    /// Sets the status of an order that came from elsewhere, at once: it is not in the journal, so nothing is recorded and
    /// nothing is tried again. Error: `ForeignStatus`.
    pub async fn set_foreign_status(
        &self,
        internal_id: InternalId,
        status: &str,
        reason: Option<&str>,
    ) -> Result<(), DeskError> {
        let change = StatusChange { internal_id, status: status.to_owned(), reason: reason.map(str::to_owned) };
        let answer = self.inner.pos.set_status(&change).await;
        self.inner.link.hear_beside(Endpoint::Status, answer.as_ref().copied());
        self.poll_now();
        answer.map_err(DeskError::ForeignStatus)
    }

    /// Takes back the last change to this status. `WrongState` once somebody tried to send it.
    pub async fn withdraw_status(&self, id: &OrderId, status: &str) -> Result<OrderRow, DeskError> {
        self.decide(id, &PersonDecision::WithdrawStatus { status: status.to_owned() }).await
    }
}
