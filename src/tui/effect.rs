//! What `update` asks for, as data: tests read it, the runner does it.

use crate::{
    domain::{
        draft::Draft,
        order::Order,
        shop::stock::Said,
        value::ids::{DeskId, OrderId},
    },
    ports::{house::PlaceNote, journal::PersonDecision},
};

/// One thing to be done outside the model. Effects are done in sequence.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write a draft over its last state.
    SaveDraft(Box<Draft>),
    /// Forget a draft.
    DiscardDraft(OrderId),
    /// Look which drafts other desks have; answered by `Reply::Elsewhere`.
    ReadDrafts,
    /// Take a draft over from another desk; answered by `Reply::Taken`.
    TakeDraft {
        /// Which one.
        order_id: OrderId,
        /// The desk that has it, as the person saw it.
        from: Option<DeskId>,
    },
    /// Write drafts and forget others as one step: a bill that is split or put together.
    SwapDrafts {
        /// Written over their last state.
        put: Vec<Draft>,
        /// Forgotten.
        gone: Vec<OrderId>,
    },
    /// Record a confirmed order and what is kept beside it; answered by `Reply::Placed`.
    Place(Box<Order>, Box<PlaceNote>),
    /// Look up what was kept of orders on hand; answered by `Reply::OnHand`.
    ReadOnHand(Vec<OrderId>),
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
        /// Seconds in which it can be taken back.
        hold: u32,
    },
    /// Set the status of an order that is not in our journal; answered by `Reply::Decided`.
    ForeignStatus {
        /// OktoPOS's id.
        internal_id: crate::domain::value::ids::InternalId,
        /// OktoPOS's word.
        status: String,
        /// What the person typed.
        reason: Option<String>,
    },
    /// Take back an order that waits and open it as this draft; answered by `Reply::Reopened`.
    Reopen(Box<Draft>),
    /// Record what a person decided; answered by `Reply::Decided`.
    Decide {
        /// Which order.
        order_id: OrderId,
        /// What was decided.
        decision: PersonDecision,
    },
    /// Read the ready list now, unless OktoPOS asked for a pause.
    Poll,
    /// Read the ready list and send what waits now, also during a pause.
    TryNow,
    /// Read the articles from OktoPOS; answered by `Reply::CatalogSynced`.
    SyncCatalog,
    /// Find out who has a number; answered by `Reply::Guests`, once or twice.
    LookUp {
        /// As it was typed.
        number: String,
        /// Comes back in the answers.
        request: u64,
    },
    /// Look up who calls, before the call is taken.
    WhoCalls {
        /// The number that rings.
        number: String,
        /// Comes back in the answers.
        request: u64,
    },
    /// Keep what the house notes of a number; an empty text removes it.
    KeepNote {
        /// As it was typed, or another one of the same person that has the note.
        number: String,
        /// The note.
        note: String,
    },
    /// Keep what a person said of an article: sold out, there again, or how many there are.
    Say {
        /// Its id.
        article: i64,
        /// What was said.
        said: Said,
    },
    /// Make so many fresh `orderId`s; answered by `Msg::Ids` before the next key is taken.
    MakeIds(usize),
    /// End the program once all that was asked for before is done; answered by `Reply::Ready`.
    Quit,
}

/// Takes out what asks for fresh ids, and returns how many are asked for. Making them waits for nothing, so whoever has the
/// model answers at once: a key that was typed ahead finds them.
pub fn take_wanted_ids(effects: &mut Vec<Effect>) -> usize {
    let mut wanted = 0;
    effects.retain(|effect| {
        if let Effect::MakeIds(count) = effect {
            wanted += count;
            return false;
        }
        true
    });
    wanted
}
