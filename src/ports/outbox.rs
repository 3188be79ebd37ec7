//! What waits to be sent, as the store tells it: heads in pages, the frozen JSON of one at a time, and counts. A queue may be
//! longer than what fits into memory, so nothing here is asked for as a whole.

use jiff::Timestamp;

use crate::domain::{
    order::delivery::Delivery,
    value::ids::{InternalId, OrderId},
};

/// Entries that are read at a time where all of them are looked at.
pub const PAGE: u32 = 256;

/// What the outbox has to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Create the order; `Journal::body` has its frozen JSON.
    Create,
    /// Set the order's status.
    SetStatus {
        /// OktoPOS's word.
        status: String,
        /// What the person typed.
        reason: Option<String>,
    },
}

/// One row of the outbox. Rows leave it when they are settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Sequence number: the order in which things are sent.
    pub seq: i64,
    /// Which order.
    pub order_id: OrderId,
    /// OktoPOS's id of that order, once known.
    pub internal_id: Option<InternalId>,
    /// `Delivery` of that order as it is now.
    pub delivery: Delivery,
    /// What to send.
    pub task: Task,
    /// Where it was queued for.
    pub base_url: String,
    /// Attempts begun so far.
    pub attempts: u32,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When the order is due, UTC; a passed time is not sent into a known rejection.
    pub due_at: Option<Timestamp>,
    /// A status is not sent before: until then a person can take it back.
    pub not_before: Option<Timestamp>,
}

impl OutboxEntry {
    /// Whether it is not sent until a person does something, although its order does not say so.
    pub fn is_held(&self, sender: &Address<'_>) -> bool {
        !self.delivery.needs_person()
            && (self.base_url != sender.base_url
                || self.delivery == Delivery::Queued && self.due_at.is_some_and(|due_at| due_at < sender.wall))
    }

    /// Whether it is a status change that waits until its order is sent.
    pub fn waits_for_its_order(&self) -> bool {
        matches!(self.task, Task::SetStatus { .. }) && self.delivery.waits()
    }
}

/// Where a program sends to, and what time it is there: both decide what is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// `Pos::base_url`.
    pub base_url: &'a str,
    /// The wall clock.
    pub wall: Timestamp,
}

/// Which entries of the outbox are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entries<'a> {
    /// All of them.
    All,
    /// Those that create an order.
    Creates,
    /// Status changes of orders that are not sent any more, so that nothing stands before the first of them.
    Changes,
    /// Those of these orders.
    Of(&'a [OrderId]),
    /// Those of which an attempt was begun.
    Tried,
    /// Those that are held: `OutboxEntry::is_held`. A status change that waits for its order is not named beside it.
    Held(Address<'a>),
}

impl Entries<'_> {
    /// Whether an entry is one of them.
    pub fn has(&self, entry: &OutboxEntry) -> bool {
        match self {
            Self::All => true,
            Self::Creates => entry.task == Task::Create,
            Self::Changes => entry.task != Task::Create && !entry.delivery.waits(),
            Self::Of(ids) => ids.contains(&entry.order_id),
            Self::Tried => entry.attempts > 0,
            Self::Held(sender) => entry.is_held(sender) && !entry.waits_for_its_order(),
        }
    }
}

/// The outbox and what needs a person, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entries of the outbox.
    pub entries: u64,
    /// Entries that are sent without anybody doing anything.
    pub waiting: u64,
    /// Orders that wait to be created, held or not.
    pub orders: u64,
    /// Of these the ones that are sent without anybody doing anything and are not being sent now.
    pub free_orders: u64,
    /// Orders that are held.
    pub held: u64,
    /// Orders of which nobody knows whether they arrived.
    pub unknown: u64,
    /// Orders that OktoPOS refused and does not have all the same.
    pub rejected: u64,
    /// Orders that need a person: held, unknown, rejected, seen in OktoPOS although they were given up, or with a refused
    /// status. Each counts once.
    pub needs_person: u64,
    /// When the next order that waits is due: from then on the numbers may differ although nothing was written.
    pub next_due: Option<Timestamp>,
}

/// What was committed so far. As long as it is the same, everything that was read is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Changes with every commit of this program.
    pub own: u64,
    /// Changes with the commits of other programs, and where nobody can tell whether there were some.
    pub others: u64,
}
