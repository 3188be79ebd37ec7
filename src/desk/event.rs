//! What the desk tells its frontends. Plain values; a frontend turns them into its own messages.

use jiff::Timestamp;

use super::send::endpoint::Endpoint;
use crate::{
    domain::value::{ids::OrderId, text::Clean},
    ports::{
        journal::OrderRow,
        lock::LockHolder,
        pos::{ReadyOrder, Renewed},
    },
};

/// Something the worker or the poll found out.
#[derive(Debug, Clone, PartialEq)]
pub enum DeskEvent {
    /// Orders of the journal that are new or changed, whole rows.
    Orders(Vec<OrderRow>),
    /// OktoPOS's ready list as last read.
    Ready {
        /// Its rows, ours and others'.
        orders: Vec<ReadyOrder>,
        /// When it was read.
        at: Timestamp,
    },
    /// OktoPOS answers and does not give its ready list, for a reason of its own: most often a wrong path.
    ReadyRefused {
        /// What the server said.
        reason: Clean,
    },
    /// Whether OktoPOS answers. Said again at the polling interval while the ready list does not come, so that ages go on.
    Connection(Connection),
    /// What a look at the settings came to, while OktoPOS refused something. Never `Same`.
    Renewed(Renewed),
    /// What waits and what needs a person.
    Outbox(OutboxState),
    /// The sender ended and will not come back by itself; orders are still recorded.
    SenderStopped {
        /// Why, for people.
        reason: Clean,
    },
}

/// Whether OktoPOS answers, and since when that is so: the worst of what its endpoints last said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Connection {
    /// Nothing was tried yet.
    #[default]
    Untried,
    /// Every endpoint that was asked answers.
    Up {
        /// Since when.
        since: Timestamp,
    },
    /// Nothing answers.
    Down {
        /// Since when.
        since: Timestamp,
        /// What was seen.
        reason: Clean,
    },
    /// OktoPOS answers, but this endpoint does not give what it is asked for.
    Failing {
        /// Since when.
        since: Timestamp,
        /// Which endpoint.
        endpoint: Endpoint,
        /// What was seen.
        reason: Clean,
    },
    /// OktoPOS answers and does not accept the key.
    KeyRefused {
        /// Since when.
        since: Timestamp,
        /// The endpoint that refuses it, where others accept it.
        only: Option<Endpoint>,
        /// What the server said.
        reason: Clean,
    },
}

/// The outbox in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxState {
    /// Orders and status changes that are sent without anybody doing anything.
    pub waiting: usize,
    /// Orders that wait to be created, held or not.
    pub orders: usize,
    /// Whether one of them is sent without anybody doing anything.
    pub has_free_orders: bool,
    /// Orders of which nobody knows whether they arrived.
    pub unknown: usize,
    /// Orders that OktoPOS refused and does not have all the same.
    pub rejected: usize,
    /// Orders that are unknown, rejected, held, seen in OktoPOS although they were given up, or whose status was refused.
    pub needs_person: usize,
    /// Orders that stay queued and are not sent until a person does something, in sequence: the first of them.
    pub held: Vec<(OrderId, Held)>,
    /// How many there are of them.
    pub held_in_all: usize,
    /// Why the outbox as a whole stands still, if it does.
    pub halted: Option<Halt>,
}

impl OutboxState {
    /// The same with the reason for which the outbox stands still.
    pub(super) fn with(&self, halted: Option<Halt>) -> Self {
        Self { halted, ..self.clone() }
    }
}

/// Why one queued order is not sent although the outbox goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It was to be ready before it could be sent: OktoPOS would refuse it.
    DuePassed {
        /// When it was due.
        due_at: Timestamp,
    },
    /// It was queued for another OktoPOS than the one configured now.
    OtherAddress {
        /// The address it was queued for.
        base_url: Clean,
        /// The address that is configured now.
        now: Clean,
    },
}

/// Why the outbox as a whole stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// The key is refused: goes on when the key is right.
    KeyRefused {
        /// Who refuses it. Where it is only the status, orders may go on.
        endpoint: Endpoint,
    },
    /// OktoPOS asked to wait.
    Throttled {
        /// Until when.
        until: Timestamp,
    },
    /// Another program on this data directory is the sender.
    OtherSender {
        /// What it says of itself, if that can be read.
        holder: Option<LockHolder>,
    },
    /// Nobody can tell who sends, because the sender's lock cannot be opened: then nobody does.
    NoLock {
        /// What the system said, with the path.
        reason: Clean,
    },
    /// The journal cannot record; nothing is sent that is not recorded before.
    Journal {
        /// What the journal said.
        reason: Clean,
    },
}
