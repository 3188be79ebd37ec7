//! Why something cannot happen to an order, and where the order stands instead. Holds no texts for people.

use crate::domain::order::delivery::Delivery;

/// Something that cannot happen to an order as it is. Nothing of the order changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is {}; {} is not possible", .standing.word(), .action.word())]
pub struct Refusal {
    /// Where the order stands.
    pub standing: Standing,
    /// What was asked for.
    pub action: Action,
}

/// Where an order or an entry of its outbox stands, as far as it keeps something from happening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// `Delivery::Queued`.
    Queued,
    /// `Delivery::Sending`.
    Sending,
    /// `Delivery::Accepted`.
    Accepted,
    /// `Delivery::Rejected`.
    Rejected,
    /// `Delivery::Unknown`.
    Unknown,
    /// `Delivery::Cancelled`.
    Cancelled,
    /// It was given up here and was seen in OktoPOS.
    Stray,
    /// The entry has left the outbox.
    Gone,
    /// An attempt at the entry is under way.
    BeingSent,
    /// The entry goes to another address.
    BoundElsewhere,
    /// Another program has taken over sending since.
    TakenOver,
}

impl Standing {
    /// Its word in errors; that of the delivery where it is one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
            Self::Stray => "stray",
            Self::Gone => "no longer in the outbox",
            Self::BeingSent => "being sent",
            Self::BoundElsewhere => "bound to another address",
            Self::TakenOver => "taken over by another program",
        }
    }
}

impl From<&Delivery> for Standing {
    fn from(delivery: &Delivery) -> Self {
        match delivery {
            Delivery::Queued => Self::Queued,
            Delivery::Sending => Self::Sending,
            Delivery::Accepted { .. } => Self::Accepted,
            Delivery::Rejected { .. } => Self::Rejected,
            Delivery::Unknown { .. } => Self::Unknown,
            Delivery::Cancelled => Self::Cancelled,
        }
    }
}

/// What was asked for when it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// `Happening::Placed`.
    PlaceAgain,
    /// `Life::may_be_draft`.
    SaveDraft,
    /// `Happening::AttemptBegun`.
    Send,
    /// `Happening::Answered`.
    Settle,
    /// `Happening::StatusAsked`.
    ChangeStatus,
    /// `PersonDecision::Resend`.
    SendAgain,
    /// `PersonDecision::Settle`.
    MarkArrived,
    /// `PersonDecision::Cancel`.
    Cancel,
    /// `PersonDecision::Reopen`.
    TakeBack,
    /// `PersonDecision::DropStatus`.
    DropStatus,
    /// `PersonDecision::Readdress`.
    Readdress,
    /// `Happening::GuestForgotten`.
    ForgetGuest,
}

impl Action {
    /// Its words in errors.
    pub fn word(self) -> &'static str {
        match self {
            Self::PlaceAgain => "placing it again",
            Self::SaveDraft => "saving its draft",
            Self::Send => "sending it",
            Self::Settle => "settling an attempt",
            Self::ChangeStatus => "changing its status",
            Self::SendAgain => "sending it again",
            Self::MarkArrived => "marking it as arrived",
            Self::Cancel => "cancelling it",
            Self::TakeBack => "taking it back",
            Self::DropStatus => "giving up its status change",
            Self::Readdress => "sending it to another address",
            Self::ForgetGuest => "forgetting its guest",
        }
    }
}
