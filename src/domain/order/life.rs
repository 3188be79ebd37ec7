//! The life of an order: what may happen to it next, and what it then becomes. PURE, and the only place that decides it:
//! stores load a life, apply what happened, and write the difference. Knows no store, no clock and no frontend.
//!
//! A new happening is a variant of `Happening` and its arm in `Life::apply`.

mod attempt;
mod change;
mod happening;
mod person;
mod ready;
mod refusal;
#[cfg(test)]
mod tests;

pub use happening::{Happening, PersonDecision, Placing, Seen, Sender, Settled, StatusAsk, Work};
pub use refusal::{Action, Refusal, Standing};

use self::change::Change;
use super::history::{EventKind, Noted};
use crate::domain::{
    draft::OpenDraft,
    order::delivery::Delivery,
    value::ids::{InternalId, Revision},
};

/// Everything about one order that decides what may happen to it next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Between the desk and OktoPOS.
    pub delivery: Delivery,
    /// That it stands in OktoPOS although it was refused or taken back here.
    pub stray: Option<Stray>,
    /// Whether OktoPOS may have it although it waits, was refused or was taken back: it was unclear once.
    pub may_have_arrived: bool,
    /// OktoPOS's word for its status, once OktoPOS has it.
    pub status: Option<String>,
    /// Why the last status change was refused.
    pub status_problem: Option<String>,
    /// Status in the Order object: what OktoPOS shows once it has the order.
    pub first_status: String,
    /// Where it is sent.
    pub base_url: String,
    /// Attempts to create it begun so far.
    pub attempts: u32,
    /// How often an answer that may not be OktoPOS's own said that it was not taken, since it was last queued by a person.
    pub not_taken: u32,
    /// Why the last attempt to create it came to nothing, while it waits for the next.
    pub tried: Option<String>,
    /// Why the last attempt to set a status came to nothing, while one waits for the next.
    pub status_tried: Option<String>,
    /// The program that last began an attempt at anything of it.
    pub sender: Sender,
    /// The entry that creates it or last created it: an answer that comes late still finds its order by it.
    pub create_seq: i64,
    /// What of it is in the outbox, in sequence.
    pub waiting: Vec<Entry>,
}

/// What was seen in OktoPOS of an order that was given up here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stray {
    /// OktoPOS's id.
    pub internal_id: Option<InternalId>,
}

/// One entry of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; the store gives it, and numbers only grow.
    pub seq: i64,
    /// What it asks OktoPOS for.
    pub work: Work,
    /// Where it goes.
    pub base_url: String,
    /// Attempts at it begun so far.
    pub attempts: u32,
    /// Whether an attempt is under way.
    pub is_sending: bool,
}

impl Entry {
    /// The status it sets; `None` for the one that creates the order.
    pub fn status(&self) -> Option<&str> {
        match &self.work {
            Work::Create => None,
            Work::SetStatus { status, .. } => Some(status),
        }
    }
}

/// What came of a happening.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing changes, because it already is as it was said to be.
    AlreadySo,
    /// The order changes.
    Next(Box<Next>),
}

/// What an order becomes, and what a store writes with it, all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// The new life, without an entry that joins the outbox: its number is the store's.
    pub life: Life,
    /// What is added to the history, in sequence; never empty.
    pub events: Vec<Noted>,
    /// What changes in the outbox; at most one entry joins it.
    pub outbox: Vec<OutboxChange>,
    /// A draft that it becomes again.
    pub draft: Option<Box<OpenDraft>>,
}

/// One change of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxChange {
    /// A new entry, bound to `Life::base_url`. The number of one that creates the order becomes `Life::create_seq`.
    Joins(Work),
    /// The entry with this number is now like this.
    Changes(Entry),
    /// The entry with this number is settled.
    Leaves(i64),
}

impl Next {
    /// What joins the outbox, if anything does.
    pub fn joins(&self) -> Option<&Work> {
        self.outbox.iter().find_map(|change| match change {
            OutboxChange::Joins(work) => Some(work),
            OutboxChange::Changes(_) | OutboxChange::Leaves(_) => None,
        })
    }

    /// The new life, whole, once the store gave the entry that joins the outbox its number.
    pub fn numbered(self, seq: i64) -> Life {
        let joins = self.joins().cloned();
        let mut life = self.life;
        if let Some(work) = joins {
            if work == Work::Create {
                life.create_seq = seq;
            }
            let base_url = life.base_url.clone();
            life.waiting.push(Entry { seq, work, base_url, attempts: 0, is_sending: false });
        }
        life
    }
}

impl Life {
    /// The life of an order that is confirmed for the first time.
    pub fn first(placing: &Placing) -> Next {
        let Placing { first_status, base_url, notes: _, corrects: _ } = placing;
        let life = Self {
            delivery: Delivery::Cancelled,
            stray: None,
            may_have_arrived: false,
            status: None,
            status_problem: None,
            first_status: first_status.clone(),
            base_url: base_url.clone(),
            attempts: 0,
            not_taken: 0,
            tried: None,
            status_tried: None,
            sender: Sender::default(),
            create_seq: 0,
            waiting: Vec::new(),
        };
        let mut change = Change::of(&life);
        person::queue(&mut change, EventKind::Placed, placing);
        change.finish(&life)
    }

    /// What becomes of the order. This is the only rule there is about it.
    ///
    /// # Errors
    /// A refusal, where it cannot happen to an order that stands like this. Nothing changes.
    pub fn apply(&self, happening: Happening<'_>) -> Result<Step, Refusal> {
        let mut change = Change::of(self);
        match happening {
            Happening::Placed(placing) => person::place_again(&mut change, placing)?,
            Happening::AttemptBegun { seq, base_url, by } => attempt::begin(&mut change, seq, base_url, by)?,
            Happening::Answered { seq, fence, settled } => attempt::settle(&mut change, seq, fence, settled)?,
            Happening::ProgramEnded => attempt::interrupt(&mut change),
            Happening::SeenReady(seen) => ready::take_over(&mut change, seen),
            Happening::Decided(decision) => person::decide(&mut change, decision)?,
            Happening::StatusAsked(ask) => person::ask_status(&mut change, ask)?,
            Happening::GuestForgotten { over } => person::forget_guest(&mut change, over)?,
        }
        if change.events.is_empty() {
            return Ok(Step::AlreadySo);
        }
        Ok(Step::Next(Box::new(change.finish(self))))
    }

    /// Why it is as it is, in the words of whoever said it.
    pub fn reason(&self) -> Option<&str> {
        self.delivery.reason().or(self.tried.as_deref())
    }

    /// OktoPOS's id of it, once known, also of one that was given up here.
    pub fn internal_id(&self) -> Option<InternalId> {
        self.delivery.internal_id().or_else(|| self.stray.and_then(|stray| stray.internal_id))
    }

    /// The last status that was asked for and is not set yet.
    pub fn pending_status(&self) -> Option<&str> {
        self.waiting.iter().rev().find_map(Entry::status)
    }

    /// Whether it is over: nothing of it will be sent any more, and nobody has to look at it.
    pub fn is_over(&self, over: Option<&[String]>) -> bool {
        let is_last = |status: &String| over.is_none_or(|over| over.contains(status));
        let has_ended = match self.delivery {
            Delivery::Cancelled => true,
            Delivery::Accepted { .. } => over.is_none() || self.status.as_ref().is_some_and(is_last),
            Delivery::Queued | Delivery::Sending | Delivery::Rejected { .. } | Delivery::Unknown { .. } => false,
        };
        has_ended && self.stray.is_none() && self.pending_status().is_none()
    }

    /// Words of the deliveries of which OktoPOS has nothing: such an order is free to be placed again and to be a draft.
    pub const FREE: [&'static str; 2] = ["rejected", "cancelled"];

    /// Which confirmation of the order this is.
    pub fn revision(&self) -> Revision {
        Revision(self.create_seq)
    }

    /// Whether a draft may be open beside its order: `corrects` says of which order it was made.
    ///
    /// # Errors
    /// A refusal, where the order is on its way: a draft that is saved late never comes back beside it. The same where the
    /// draft was not made of the order as it is: somebody else confirmed it since.
    pub fn may_be_draft(&self, corrects: Option<Revision>) -> Result<(), Refusal> {
        if self.is_free() && corrects == Some(self.revision()) { Ok(()) } else { Err(self.refuse(Action::SaveDraft)) }
    }

    fn is_free(&self) -> bool {
        Self::FREE.contains(&self.delivery.word())
    }

    fn refuse_stray(action: Action) -> Refusal {
        Refusal { standing: Standing::Stray, action }
    }

    fn refuse(&self, action: Action) -> Refusal {
        Refusal { standing: Standing::from(&self.delivery), action }
    }
}
