//! What `update` asks for, as data: tests read it, the runner does it.

use std::collections::BTreeMap;

use crate::{
    domain::{draft::Draft, ids::OrderId, order::Order},
    ports::journal::PersonDecision,
};

/// One thing to be done outside the model. Effects are done in sequence.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write a draft over its last state.
    SaveDraft(Box<Draft>),
    /// Forget a draft.
    DiscardDraft(OrderId),
    /// Write drafts and forget others as one step: a bill that is split or put together.
    SwapDrafts {
        /// Written over their last state.
        put: Vec<Draft>,
        /// Forgotten.
        gone: Vec<OrderId>,
    },
    /// Record a confirmed order; answered by `Reply::Placed`.
    Place(Box<Order>),
    /// Read one order whole; answered by `Reply::Order`.
    LoadOrder {
        /// Which order.
        order_id: OrderId,
        /// Comes back in the answer.
        request: u64,
    },
    /// Record a status change; answered by `Reply::Decided`.
    RequestStatus {
        /// Which order.
        order_id: OrderId,
        /// OktoPOS's word.
        status: String,
        /// What the person typed.
        reason: Option<String>,
    },
    /// Set the status of an order that is not in our journal; answered by `Reply::Decided`.
    ForeignStatus {
        /// OktoPOS's id.
        internal_id: crate::domain::ids::InternalId,
        /// OktoPOS's word.
        status: String,
        /// What the person typed.
        reason: Option<String>,
    },
    /// Record what a person decided; answered by `Reply::Decided`, and `Reopen` by `Reply::Reopened`.
    Decide {
        /// Which order.
        order_id: OrderId,
        /// What was decided.
        decision: PersonDecision,
    },
    /// Read the ready list now.
    Poll,
    /// Read the articles from OktoPOS; answered by `Reply::CatalogSynced`.
    SyncCatalog,
    /// Keep what a person said of articles that are sold out, by their ids.
    KeepSoldOut(BTreeMap<i64, bool>),
    /// End the program.
    Quit,
}
