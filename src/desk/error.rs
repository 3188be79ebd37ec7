//! Why the desk could not do what it was asked. Every variant says what that means for the order.

use crate::{
    domain::value::ids::{DeskId, OrderId},
    ports::{JournalError, PosError},
};

/// What is wrong with a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeProblem {
    /// The zone's name is not known.
    #[error("the time zone is not known")]
    UnknownZone,
    /// The clocks jump over it.
    #[error("this time does not exist on that day: the clocks go forward")]
    Skipped,
    /// Outside of what can be computed.
    #[error("this time is out of range")]
    OutOfRange,
}

/// Why a use case failed, and what became of the order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// The order was not recorded: a field of it cannot be used.
    #[error("the order was not saved: {field} {problem}")]
    Field {
        /// The field by its name in the Order object, `pickup.timestamp`.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The order was not recorded: its pickup time is no instant.
    #[error("the order was not saved: {field}: {problem}")]
    Time {
        /// The field by its name in the Order object.
        field: &'static str,
        /// What is wrong with it.
        problem: TimeProblem,
    },
    /// The order was not recorded: it cannot be written as JSON.
    #[error("the order was not saved: it cannot be written as JSON: {0}")]
    Encode(String),
    /// Nothing was changed: OktoPOS's id of the order is not known, so its status cannot be set.
    #[error("nothing was changed: OktoPOS's id of order {0} is not known, so its status cannot be set")]
    NoInternalId(OrderId),
    /// Nothing was changed: no such order.
    #[error("nothing was changed: order {0} is not in the journal")]
    NotFound(OrderId),
    /// Nothing was changed: the text is the `orderId` of one order and OktoPOS's number of another.
    #[error("nothing was changed: {order_id} is the orderId of one order and the internalId of {other}")]
    Ambiguous {
        /// The order whose `orderId` it is.
        order_id: OrderId,
        /// The order whose number it is.
        other: OrderId,
    },
    /// Nothing was changed: the order is in a state in which this cannot be done.
    #[error("nothing was changed: order {order_id} is {delivery}, {action} is not possible")]
    WrongState {
        /// Which order.
        order_id: OrderId,
        /// `Delivery::word` of the state it is in.
        delivery: &'static str,
        /// What was asked for.
        action: &'static str,
    },
    /// Nothing was changed: another desk has the draft of this order open.
    #[error("nothing was changed: the draft of order {order_id} is open at another desk")]
    DraftElsewhere {
        /// Which order.
        order_id: OrderId,
        /// The desk that has it.
        desk: DeskId,
    },
    /// Nothing was recorded: the journal cannot be written or read.
    #[error("nothing was saved: {0}")]
    Journal(JournalError),
    /// What was asked for is on disk; only reading it back failed.
    #[error("it was saved, but cannot be read back: {0}")]
    SavedUnread(JournalError),
    /// The call to OktoPOS failed. It only reads: no order is touched by it.
    #[error("OktoPOS did not answer as hoped: {0}")]
    Pos(PosError),
    /// The status of an order from elsewhere was not set, or nobody knows whether it was. Nothing of ours is touched, and
    /// setting it again does no harm.
    #[error("the status was not confirmed by OktoPOS: {0}")]
    ForeignStatus(PosError),
    /// The copy of the articles was left as it was: OktoPOS listed none.
    #[error("the articles were left as they are: OktoPOS listed none")]
    CatalogEmpty,
    /// The copy of the articles was left as it was: OktoPOS's list does not end.
    #[error("the articles were left as they are: OktoPOS listed more than {0}")]
    CatalogEndless(usize),
}

impl DeskError {
    /// Whether doing the same again, later, can help.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Journal(error) => matches!(error, JournalError::Unwritable(_)),
            Self::Pos(error) | Self::ForeignStatus(error) => {
                !matches!(error, PosError::Rejected { .. } | PosError::KeyRefused { .. })
            }
            Self::CatalogEmpty => true,
            Self::Field { .. }
            | Self::Time { .. }
            | Self::Encode(_)
            | Self::NoInternalId(_)
            | Self::NotFound(_)
            | Self::Ambiguous { .. }
            | Self::WrongState { .. }
            | Self::DraftElsewhere { .. }
            | Self::SavedUnread(_)
            | Self::CatalogEndless(_) => false,
        }
    }

    /// Key of the text that says what mends it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Field { .. } | Self::Encode(_) => "hint.correct_field",
            Self::Time { problem: TimeProblem::UnknownZone, .. } => "hint.time_zone",
            Self::Time { .. } => "hint.other_time",
            Self::NoInternalId(_) => "hint.no_internal_id",
            Self::NotFound(_) | Self::Ambiguous { .. } => "hint.order_id",
            Self::WrongState { .. } | Self::SavedUnread(_) => "hint.look_again",
            Self::DraftElsewhere { .. } => "hint.other_desk",
            Self::Journal(JournalError::Unwritable(_)) => "hint.journal_unwritable",
            Self::Journal(_) => "hint.journal_unusable",
            Self::Pos(PosError::KeyRefused { .. }) | Self::ForeignStatus(PosError::KeyRefused { .. }) => "hint.key",
            Self::Pos(PosError::Rejected { .. }) => "hint.paths",
            Self::ForeignStatus(PosError::Rejected { .. }) => "hint.look_again",
            Self::Pos(_) | Self::ForeignStatus(_) => "hint.connection",
            Self::CatalogEmpty | Self::CatalogEndless(_) => "hint.catalog",
        }
    }

    /// Every key `hint` can return, for the texts' test.
    pub const HINTS: [&'static str; 13] = [
        "hint.correct_field",
        "hint.time_zone",
        "hint.other_time",
        "hint.no_internal_id",
        "hint.order_id",
        "hint.look_again",
        "hint.other_desk",
        "hint.journal_unwritable",
        "hint.journal_unusable",
        "hint.key",
        "hint.paths",
        "hint.connection",
        "hint.catalog",
    ];
}

impl From<JournalError> for DeskError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::NotFound(order_id) => Self::NotFound(order_id),
            JournalError::WrongState { order_id, delivery, action } => Self::WrongState { order_id, delivery, action },
            JournalError::DraftElsewhere { order_id, desk } => Self::DraftElsewhere { order_id, desk },
            error @ (JournalError::Unwritable(_) | JournalError::Unusable(_)) => Self::Journal(error),
        }
    }
}

impl From<PosError> for DeskError {
    fn from(error: PosError) -> Self {
        Self::Pos(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hint_is_listed_and_only_passing_trouble_is_retryable() {
        let id = OrderId("a".into());
        let wrong = JournalError::WrongState { order_id: id.clone(), delivery: "queued", action: "resend" };
        let reason = crate::domain::value::text::Clean::new("no");
        let table: Vec<(DeskError, bool)> = vec![
            (DeskError::Field { field: "orderId", problem: "is empty" }, false),
            (DeskError::Time { field: "pickup.timezone", problem: TimeProblem::UnknownZone }, false),
            (DeskError::Time { field: "pickup.timestamp", problem: TimeProblem::Skipped }, false),
            (DeskError::Encode("x".into()), false),
            (DeskError::NoInternalId(id.clone()), false),
            (DeskError::Ambiguous { order_id: id.clone(), other: OrderId("b".into()) }, false),
            (JournalError::NotFound(id).into(), false),
            (wrong.into(), false),
            (JournalError::DraftElsewhere { order_id: OrderId("a".into()), desk: DeskId("b".into()) }.into(), false),
            (JournalError::Unwritable("full".into()).into(), true),
            (JournalError::Unusable("torn".into()).into(), false),
            (PosError::NotSent { reason: reason.clone() }.into(), true),
            (PosError::Unknown { reason: reason.clone() }.into(), true),
            (PosError::Throttled { after: None, is_proven: true }.into(), true),
            (PosError::KeyRefused { code: 403, reason: reason.clone(), is_proven: true }.into(), false),
            (PosError::Rejected { code: 404, reason }.into(), false),
            (DeskError::ForeignStatus(PosError::Unknown { reason: "lost".into() }), true),
            (DeskError::ForeignStatus(PosError::Rejected { code: 404, reason: "no".into() }), false),
            (DeskError::SavedUnread(JournalError::Unwritable("busy".into())), false),
            (DeskError::CatalogEmpty, true),
            (DeskError::CatalogEndless(9), false),
        ];
        let mut used: Vec<_> = table.iter().map(|(error, _)| error.hint()).collect();
        for (error, retryable) in &table {
            assert_eq!(error.retryable(), *retryable, "{error}");
        }
        used.sort_unstable();
        used.dedup();
        let mut listed = DeskError::HINTS.to_vec();
        listed.sort_unstable();
        assert_eq!(used, listed);
    }
}
