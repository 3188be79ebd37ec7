//! What can happen to an order, as its life is told it. Values only: what becomes of them is decided in the other files of
//! this folder.

use jiff::Timestamp;

use super::super::history::Noted;
use crate::domain::{
    draft::OpenDraft,
    value::ids::{InternalId, Revision},
};

/// One thing that happened to an order.
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// A person confirmed it, again.
    Placed(&'a Placing),
    /// A program is about to send an entry.
    AttemptBegun {
        /// Which entry of the outbox.
        seq: i64,
        /// Where the program is about to send it.
        base_url: &'a str,
        /// Which program.
        by: &'a Sender,
    },
    /// An attempt came to its end. Whether the answer is late is decided by where the entry is by now.
    Answered {
        /// Which entry of the outbox.
        seq: i64,
        /// `Sender::fence` of the program whose attempt it was.
        fence: u64,
        /// What the attempt came to.
        settled: &'a Settled,
    },
    /// The program that sent ended, and took every attempt with it that was under way.
    ProgramEnded,
    /// It stands in OktoPOS's ready list.
    SeenReady(&'a Seen),
    /// A person decided about it.
    Decided(&'a PersonDecision),
    /// A person asked for a status.
    StatusAsked(StatusAsk<'a>),
    /// Its guest is to be forgotten.
    GuestForgotten {
        /// Statuses with which an accepted order is over; `None` for any, because a person says so.
        over: Option<&'a [String]>,
    },
}

/// A status that a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusAsk<'a> {
    /// OktoPOS's word.
    pub status: &'a str,
    /// What the person typed.
    pub reason: Option<&'a str>,
    /// It is not sent before: until then it can be taken back without anybody having seen it.
    pub not_before: Option<Timestamp>,
}

impl<'a> StatusAsk<'a> {
    /// To be set at once.
    pub fn now(status: &'a str, reason: Option<&'a str>) -> Self {
        Self { status, reason, not_before: None }
    }
}

/// What of a confirmed order its life has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placing {
    /// Status in the Order object: what OktoPOS shows once it has the order.
    pub first_status: String,
    /// Where it is to be sent.
    pub base_url: String,
    /// What is recorded with the confirmation, in sequence.
    pub notes: Vec<Noted>,
    /// `Life::revision` of the order that it takes the place of, as whoever confirmed it saw that one. `None` for an order
    /// that is new to them.
    pub corrects: Option<Revision>,
}

/// A program that sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Sender {
    /// What people know it by; empty where nobody knows.
    pub name: String,
    /// Since when it sends.
    pub since: Option<Timestamp>,
    /// Grows each time another program begins to send. What a program with a lower one does comes from before a take-over.
    pub fence: u64,
}

/// What the ready list says of one order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// OktoPOS's id.
    pub internal_id: Option<InternalId>,
    /// OktoPOS's word for its status.
    pub status: Option<String>,
}

/// What an entry of the outbox asks OktoPOS for. The body of a create lies with the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Create the order.
    Create,
    /// Set its status.
    SetStatus {
        /// OktoPOS's word.
        status: String,
        /// What the person typed.
        reason: Option<String>,
        /// It is not sent before.
        not_before: Option<Timestamp>,
    },
}

/// What an attempt came to, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Not sent or throttled: back in the queue.
    Requeued {
        /// Why, for the events.
        reason: String,
    },
    /// An answer said that it was not taken, and nothing proves that the answer is OktoPOS's own: back in the queue, a few
    /// times. Then the create leaves the outbox until a person decides.
    NotTaken {
        /// Why, for the events.
        reason: String,
    },
    /// It may have arrived and is sent again all the same, because the instance is safe to repeat: back in the queue.
    Again {
        /// What was seen.
        reason: String,
    },
    /// The order was created.
    Accepted {
        /// OktoPOS's id.
        internal_id: InternalId,
    },
    /// The status was set.
    StatusSet,
    /// Refused for good. For a create the order becomes rejected; for a status change the change is dropped and shown.
    Rejected {
        /// The server's text.
        reason: String,
    },
    /// It may or may not have been handled. The create leaves the outbox until a person decides.
    Unknown {
        /// What was seen.
        reason: String,
    },
}

/// What a person decided about an order.
#[derive(Debug, Clone, PartialEq)]
pub enum PersonDecision {
    /// Send an unknown order again, with the same `orderId`.
    Resend,
    /// It arrived: unknown becomes accepted, and so does one that was given up here and was seen in OktoPOS.
    Settle {
        /// OktoPOS's id, if the person knows it.
        internal_id: Option<InternalId>,
    },
    /// Take back an order that was not sent, or give up a rejected one.
    Cancel,
    /// Take back an order that waits and open it as this draft, both or neither. The draft has to be made of the order as it
    /// is (`Draft::corrects`).
    Reopen {
        /// What it becomes, and the desk that opens it.
        draft: Box<OpenDraft>,
    },
    /// Give up the status changes of an accepted order that wait, and take note of one that was refused.
    DropStatus,
    /// Take back the last change to this status, as long as nobody tried to send it.
    WithdrawStatus {
        /// OktoPOS's word.
        status: String,
    },
    /// Send what waits of the order to another address than the one it was queued for.
    Readdress {
        /// `Pos::base_url` of the address.
        base_url: String,
        /// OktoPOS's id of the order as the person saw it, `None` for one that waits: one that arrived meanwhile has an id
        /// that means another order there, about which nobody was asked.
        internal_id: Option<InternalId>,
    },
}
