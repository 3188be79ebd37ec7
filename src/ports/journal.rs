//! The durable store of drafts, orders, their events, the outbox and articles. No SQL crosses this border.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rust_decimal::Decimal;

pub use super::{
    forget::{Forget, Forgotten, GuestOrder},
    outbox::{Address, Entries, OutboxEntry, PAGE, Tally, Task, Version},
};
use super::{house::PlaceNote, pos::ReadyOrder};
use crate::domain::{
    draft::Draft,
    guest::GuestKeys,
    order::{
        Order, OrderType,
        delivery::Delivery,
        life::{Action, Placing, Refusal, Sender, Standing},
    },
    shop::article::Article,
    value::ids::{DeskId, InternalId, OrderId, Revision},
};
pub use crate::domain::{
    draft::OpenDraft,
    order::{
        history::{EventKind, Noted, OrderEvent},
        life::{PersonDecision, Settled, StatusAsk},
    },
};

/// Why the journal could not do what it was asked. Nothing was recorded unless it returned `Ok`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Disk full, read-only, I/O error, locked for too long.
    #[error("the journal cannot write: {0}")]
    Unwritable(String),
    /// Not a journal, damaged, or made by a newer program. The file is left as it is.
    #[error("the journal cannot be used: {0}")]
    Unusable(String),
    /// No such order.
    #[error("order {0} is not in the journal")]
    NotFound(OrderId),
    /// The order is not in a state in which this can be done.
    #[error("order {order_id} is {delivery}; {action} is not possible")]
    WrongState {
        /// Which order.
        order_id: OrderId,
        /// `Delivery::word` of the state it is in.
        delivery: &'static str,
        /// What was asked for.
        action: &'static str,
    },
    /// Another desk has this draft open. Nothing was changed.
    #[error("the draft of order {order_id} is open at another desk")]
    DraftElsewhere {
        /// Whose draft it is.
        order_id: OrderId,
        /// The desk that has it.
        desk: DeskId,
    },
}

impl JournalError {
    /// The error for a refusal of the order's life.
    pub fn refused(order_id: &OrderId, refusal: Refusal) -> Self {
        let Refusal { standing, action } = refusal;
        Self::WrongState { order_id: order_id.clone(), delivery: standing.word(), action: action.word() }
    }

    /// The error for an entry of the outbox that no order knows.
    pub fn no_entry(seq: i64) -> Self {
        let refusal = Refusal { standing: Standing::Gone, action: Action::Settle };
        Self::refused(&OrderId(format!("of outbox entry {seq}")), refusal)
    }
}

/// Why none of several orders was recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceAllError {
    /// Some of them may not be placed: the index of each in the slice, ascending, with its `WrongState`.
    #[error("{} of the orders cannot be recorded", .0.len())]
    Refused(Vec<(usize, JournalError)>),
    /// The store failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// An order that a person confirmed, ready to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOrder {
    /// The order.
    pub order: Order,
    /// Its JSON: what is sent, and sent again, byte for byte.
    pub body: String,
    /// Where it is to be sent: `Pos::base_url`.
    pub base_url: String,
    /// When it is due, UTC; `None` for as soon as possible.
    pub due_at: Option<Timestamp>,
    /// When it was confirmed.
    pub at: Timestamp,
    /// What is kept of it beside the order.
    pub note: PlaceNote,
    /// What its guest is found by.
    pub guest: GuestKeys,
    /// The desk that places it: an order whose draft another desk has open is not placed.
    pub desk: DeskId,
}

impl NewOrder {
    /// What of it the order's life has to know.
    pub fn placing(&self) -> Placing {
        let prices = self.note.prices.iter().map(|price| Noted::plain(EventKind::PriceChanged, price.to_string()));
        let passes = self.note.passes.iter().map(|pass| Noted::plain(EventKind::Overridden, pass.to_string()));
        Placing {
            first_status: self.order.status.clone(),
            base_url: self.base_url.clone(),
            notes: prices.chain(passes).collect(),
            corrects: self.note.corrects,
        }
    }
}

/// An order as lists show it: the searched columns, without the Order object.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRow {
    /// Ours.
    pub order_id: OrderId,
    /// Between the desk and OktoPOS.
    pub delivery: Delivery,
    /// OktoPOS's word, once OktoPOS has the order.
    pub status: Option<String>,
    /// Why the last attempt to create it came to nothing, while it waits for the next.
    pub tried: Option<String>,
    /// A status that was asked for and is not set yet.
    pub pending_status: Option<String>,
    /// Why the last attempt to set it came to nothing, while it waits for the next.
    pub status_tried: Option<String>,
    /// Why the last status change was refused.
    pub status_problem: Option<String>,
    /// Order type.
    pub order_type: Option<OrderType>,
    /// `payment.price.value`.
    pub total: Decimal,
    /// `payment.price.currency`.
    pub currency: String,
    /// Family or given name, else phone; customer data. Uncleaned: lists clean it.
    pub who: String,
    /// Street and number, for deliveries.
    pub address: String,
    /// Table number.
    pub table: Option<i64>,
    /// Seat number.
    pub seat: Option<i64>,
    /// `pickup.pickupToken`.
    pub pickup_token: String,
    /// Platform it came through.
    pub intermediary: String,
    /// When it was confirmed.
    pub created_at: Timestamp,
    /// When it is due; `None` for as soon as possible.
    pub due_at: Option<Timestamp>,
    /// When it is to be there as the guest was told, also where it was ordered as soon as possible.
    pub promised_at: Option<Timestamp>,
    /// When anything of it last changed.
    pub changed_at: Timestamp,
    /// Attempts to create it begun so far.
    pub attempts: u32,
    /// Whether OktoPOS may have it although it waits, was refused or was taken back: it was unclear once.
    pub may_have_arrived: bool,
    /// Whether it was seen in OktoPOS although it was refused or taken back here.
    pub stray: bool,
    /// `sessionToken`: ties the rounds of a table together.
    pub session_token: Option<String>,
    /// `domain::order::round::brief` of it.
    pub brief: String,
    /// The program that last began an attempt at anything of it, where its name is known.
    pub last_sender: Option<Sender>,
}

impl OrderRow {
    /// Whether a person has to do something, apart from what is held in the outbox.
    pub fn needs_person(&self) -> bool {
        self.delivery.needs_person() || self.stray || self.status_problem.is_some()
    }
}

/// One order, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderRecord {
    /// The searched columns.
    pub row: OrderRow,
    /// The Order object.
    pub order: Order,
    /// Its history, oldest first.
    pub events: Vec<OrderEvent>,
    /// Which confirmation of it this is.
    pub revision: Revision,
}

/// Which orders to list. Empty lists everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// A `Delivery::word`.
    pub delivery: Option<String>,
    /// OktoPOS's status word.
    pub status: Option<String>,
    /// Only orders with a refused status change, and those seen in OktoPOS although they were given up here.
    pub flagged: bool,
    /// Only orders changed at or after this instant.
    pub changed_since: Option<Timestamp>,
    /// At most this many, the newest.
    pub limit: Option<u32>,
}

/// A place in a list of orders; what it means is known to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// What the list is sorted by.
    pub at: i64,
    /// Which of those that are equal in it.
    pub no: i64,
}

/// A part of a list of orders.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OrderPage {
    /// The orders.
    pub rows: Vec<OrderRow>,
    /// Where the next part begins; `None` if this was the last one.
    pub next: Option<Cursor>,
}

/// The durable store. Every write that returned `Ok` survives a power cut.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Writes a draft over its last state; from then on it is this desk's. `DraftElsewhere` if it is another desk's,
    /// `WrongState` if its order was placed meanwhile: a draft that is saved late never comes back beside its order. The same
    /// unless it corrects the order under its id as that is by now.
    async fn save_draft(&self, draft: &Draft, desk: &DeskId) -> Result<(), JournalError>;

    /// Every open draft, oldest first.
    async fn drafts(&self) -> Result<Vec<OpenDraft>, JournalError>;

    /// Makes a draft this desk's, if `from` still has it, and returns it as it is. `DraftElsewhere` if it is a third
    /// desk's by now, `NotFound` if it was placed or discarded.
    async fn take_draft(&self, id: &OrderId, from: Option<&DeskId>, desk: &DeskId) -> Result<Draft, JournalError>;

    /// Forgets a draft; one that is not there is forgotten already. `DraftElsewhere` if it is another desk's.
    async fn discard_draft(&self, id: &OrderId, desk: &DeskId) -> Result<(), JournalError>;

    /// Drafts that take the place of others, as a bill that is split: writes all of `put` over their last state and forgets
    /// all of `gone`, everything or nothing. Refused as `save_draft` and `discard_draft` refuse, for whichever of them is
    /// refused first.
    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId], desk: &DeskId) -> Result<(), JournalError>;

    /// Records an order, its outbox row and its event, and forgets its draft, in one transaction.
    ///
    /// An order that is rejected or cancelled may be placed again under its id (a correction), unless it was seen in
    /// OktoPOS, by whoever saw it as it is (`PlaceNote::corrects`); one in any other state is `WrongState`. One whose draft
    /// another desk has is `DraftElsewhere`.
    async fn place(&self, new: &NewOrder) -> Result<(), JournalError>;

    /// `place` for several orders in one transaction, in sequence: all of them or none. An `orderId` that stands in the
    /// slice twice is refused the second time.
    async fn place_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError>;

    /// Records a status change in the outbox, bound to the address the order was bound to: OktoPOS's id of it means nothing
    /// anywhere else. `WrongState` unless the order is queued, sending or accepted.
    /// It is not sent before `ask.not_before`.
    async fn ask_status(&self, id: &OrderId, ask: StatusAsk<'_>, at: Timestamp) -> Result<(), JournalError>;

    /// `ask_status`, to be sent at once.
    async fn request_status(
        &self,
        id: &OrderId,
        status: &str,
        reason: Option<&str>,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        self.ask_status(id, StatusAsk::now(status, reason), at).await
    }

    /// What waits to be sent, in sequence: at most `limit` of these entries, those after `after`. From 0 on for all.
    async fn outbox_page(&self, which: Entries<'_>, after: i64, limit: u32) -> Result<Vec<OutboxEntry>, JournalError>;

    /// The frozen JSON of the order that this entry creates. `WrongState` if the entry is no longer there or creates none.
    async fn body(&self, seq: i64) -> Result<String, JournalError>;

    /// Counts what waits and what needs a person, for a program that sends to this address.
    async fn tally(&self, sender: Address<'_>) -> Result<Tally, JournalError>;

    /// What was committed so far: cheap, so that who looks again and again reads nothing where nothing has changed.
    async fn version(&self) -> Result<Version, JournalError>;

    /// Everything that waits, page by page. Only where the outbox is known to be short: it may be longer than memory.
    async fn outbox(&self) -> Result<Vec<OutboxEntry>, JournalError> {
        let mut entries: Vec<OutboxEntry> = Vec::new();
        loop {
            let after = entries.last().map_or(0, |entry| entry.seq);
            let page = self.outbox_page(Entries::All, after, PAGE).await?;
            if page.is_empty() {
                return Ok(entries);
            }
            entries.extend(page);
        }
    }

    /// Marks an attempt to send the entry to `base_url`, durably, before a byte of it leaves. `WrongState` if the entry is
    /// no longer there, is being sent, or is bound to another address: a person may have sent it elsewhere since it was read.
    ///
    /// `fence`: what `begins_to_send` gave the program.
    async fn begin_attempt(&self, seq: i64, base_url: &str, fence: u64, at: Timestamp) -> Result<(), JournalError>;

    /// Records what the attempt came to. `fence`: of the program that made it.
    async fn settle_attempt(&self, seq: i64, fence: u64, settled: &Settled, at: Timestamp) -> Result<(), JournalError>;

    /// Records what a person decided. `WrongState` where it does not fit.
    async fn decide(&self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Result<(), JournalError>;

    /// Records what the ready list says of our orders: unknown and queued ones become accepted, statuses and ids are taken
    /// over unless a change of ours is pending. Never moves an order backwards: one that is rejected or cancelled stays so
    /// and is marked as a stray, about which a person decides. Returns the ids that changed.
    async fn observe(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError>;

    /// Turns every attempt that was under way when the program ended into unknown (creates) or queued (status changes).
    /// Called once by each program that becomes the sender. Returns how many orders became unknown; where nothing was under
    /// way, nothing is written and nobody is waited for.
    async fn recover(&self, at: Timestamp) -> Result<u32, JournalError>;

    /// A program is about to begin its first attempt; `program` is what people know it by. Returns its fence, which is higher
    /// than that of every program before.
    async fn begins_to_send(&self, program: &str, at: Timestamp) -> Result<u64, JournalError>;

    /// Orders by filter, newest first.
    async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError>;

    /// Orders by filter, the oldest first, those after `after`; and where to go on, if there may be more. `filter.limit` is the
    /// length of a page. Orders that wait come in the sequence in which they are sent, those that changed since an instant in
    /// the sequence of their changes. One that changes meanwhile may come twice.
    async fn orders_page(&self, filter: &OrderFilter, after: Option<Cursor>) -> Result<OrderPage, JournalError>;

    /// These orders, in this sequence; one that is not there is left out.
    async fn rows(&self, ids: &[OrderId]) -> Result<Vec<OrderRow>, JournalError>;

    /// One order with its Order object and events.
    async fn order(&self, id: &OrderId) -> Result<OrderRecord, JournalError>;

    /// The order OktoPOS knows by this id.
    async fn find_internal(&self, id: InternalId) -> Result<Option<OrderId>, JournalError>;

    /// Replaces the desk's copy of the articles.
    async fn replace_articles(&self, articles: &[Arc<Article>], at: Timestamp) -> Result<(), JournalError>;

    /// The desk's copy of the articles and when it was made.
    async fn articles(&self) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), JournalError>;

    /// Keeps a short text of the desk under a name, over the last one.
    async fn keep(&self, name: &str, text: &str) -> Result<(), JournalError>;

    /// The text kept under a name.
    async fn kept(&self, name: &str) -> Result<Option<String>, JournalError>;

    /// Removes what concerns the guest from orders that are over, all of one call or none, and notes it in their history.
    /// What was sold stays. Orders in which there is nothing to remove are not named again.
    async fn forget(&self, which: &Forget, at: Timestamp) -> Result<Forgotten, JournalError>;

    /// Orders that still hold their guest, after this cursor, at most `look_at` looked at, and where to go on.
    async fn guests(&self, after: i64, look_at: u32) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError>;

    /// What was removed cannot be read back from what the store keeps, as far as nobody has to wait for it. With `texts`
    /// thoroughly: none of them is left anywhere but in orders that still hold it. `false` if another program was in the way.
    async fn erase(&self, texts: &[String]) -> Result<bool, JournalError>;

    /// Checks the store; `Unusable` names what is wrong.
    async fn check(&self) -> Result<(), JournalError>;
}
