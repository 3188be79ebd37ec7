//! One row of the live list, and the two ways it comes about. PURE.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{
    band::{Band, Hour},
    called::Sought,
    foreign::{brief_of, foreign_key},
};
use crate::{
    desk::{
        catalog::fold::{fold, fold_german},
        event::Held,
    },
    domain::{
        order::{OrderType, delivery::Delivery, status::Workflow},
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    ports::{
        journal::OrderRow,
        pos::{ReadyLine, ReadyOrder},
    },
};

/// Two rows of one order that lie further apart were made by a clock that was set, and the one that comes last counts.
const CLOCK_STEP: SignedDuration = SignedDuration::from_mins(2);

/// What keeps a row the same row while its data changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LiveKey {
    /// By the sending system's id, ours or another's.
    Order(OrderId),
    /// From elsewhere, by OktoPOS's id.
    Internal(InternalId),
    /// From elsewhere without any id: by what is shown of it.
    Bare(String),
}

/// Why the status of an order cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusObstacle {
    /// OktoPOS's id of it is not known.
    NoInternalId,
    /// OktoPOS does not have it, or nobody knows.
    NotAccepted,
}

/// One order as the list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveRow {
    /// Stays while the order stays.
    pub key: LiveKey,
    /// The sending system's id.
    pub order_id: Option<OrderId>,
    /// OktoPOS's id, once known.
    pub internal_id: Option<InternalId>,
    /// Whether it came from elsewhere, and is not in the journal.
    pub foreign: bool,
    /// Between the desk and OktoPOS; none for orders from elsewhere, which OktoPOS has.
    pub delivery: Option<Delivery>,
    /// Why it is not sent although it is queued.
    pub held: Option<Held>,
    /// Whether it stood in the ready list when that was last read.
    pub in_ready: bool,
    /// OktoPOS's status word.
    pub status: Option<Clean>,
    /// A status that was asked for and is not set yet.
    pub pending_status: Option<Clean>,
    /// Why the last attempt to set it came to nothing, while it waits for the next.
    pub status_tried: Option<Clean>,
    /// Why the last status change was refused.
    pub status_problem: Option<Clean>,
    /// Why the last attempt to create it came to nothing, while it waits for the next.
    pub tried: Option<Clean>,
    /// The program that last began to send it, and since when that sends.
    pub last_sender: Option<(Clean, Option<Timestamp>)>,
    /// Order type.
    pub order_type: Option<OrderType>,
    /// In `currency`; not every order from elsewhere names one.
    pub total: Option<Decimal>,
    /// ISO 4217 code; empty without a total.
    pub currency: Clean,
    /// Name or phone number.
    pub who: Clean,
    /// Street and number, for deliveries.
    pub address: Clean,
    /// Table number.
    pub table: Option<i64>,
    /// Seat number.
    pub seat: Option<i64>,
    /// What the guest says at the counter.
    pub pickup_token: Clean,
    /// Platform it came through.
    pub intermediary: Clean,
    /// When it was taken.
    pub created_at: Option<Timestamp>,
    /// When it is due; `None` for as soon as possible.
    pub due_at: Option<Timestamp>,
    /// When it is to be there as the guest was told, also where it was ordered as soon as possible.
    pub promised_at: Option<Timestamp>,
    /// When anything of it last changed; only ours.
    pub changed_at: Option<Timestamp>,
    /// Attempts to create it begun so far.
    pub attempts: u32,
    /// Whether OktoPOS may have it although it waits, was refused or was taken back.
    pub may_have_arrived: bool,
    /// Whether it was seen in OktoPOS although it was refused or taken back here.
    pub stray: bool,
    /// `sessionToken` as it was sent, to be compared; only ours.
    pub session_token: Option<String>,
    /// What it is made of, in a few words.
    pub brief: Clean,
    /// The lines of an order from elsewhere; those of ours are in the journal.
    pub lines: Vec<ReadyLine>,
    /// Whether nothing is left to do.
    pub done: bool,
    /// Where it stands in the list.
    pub band: Band,
    /// When it should be there: as it says, as was promised, or after as long as an order takes.
    pub expected: Option<Timestamp>,
    pub(super) sought: Sought,
    /// Band, rank in it and time: where it stands in the list.
    pub(super) place: (Band, u8, i128),
}

impl LiveRow {
    /// An order of ours.
    pub(super) fn ours(row: &OrderRow) -> Self {
        #[rustfmt::skip]
        let OrderRow {
            order_id, delivery, status, tried, pending_status, status_tried, status_problem, order_type, total, currency,
            who, address, table, seat, pickup_token, intermediary, created_at, due_at, changed_at, attempts,
            may_have_arrived, stray, session_token, brief, last_sender, promised_at,
        } = row;
        let clean = |text: &Option<String>| text.as_deref().map(Clean::new);
        Self {
            key: LiveKey::Order(order_id.clone()),
            order_id: Some(order_id.clone()),
            internal_id: delivery.internal_id(),
            foreign: false,
            delivery: Some(delivery.clone()),
            held: None,
            in_ready: false,
            status: clean(status),
            pending_status: clean(pending_status),
            status_tried: clean(status_tried),
            status_problem: clean(status_problem),
            tried: clean(tried),
            last_sender: last_sender.as_ref().map(|by| (Clean::new(&by.name), by.since)),
            order_type: *order_type,
            total: Some(*total),
            currency: Clean::new(currency),
            who: Clean::new(who),
            address: Clean::new(address),
            table: *table,
            seat: *seat,
            pickup_token: Clean::new(pickup_token),
            intermediary: Clean::new(intermediary),
            created_at: Some(*created_at),
            due_at: *due_at,
            promised_at: due_at.or(*promised_at),
            changed_at: Some(*changed_at),
            attempts: *attempts,
            may_have_arrived: *may_have_arrived,
            stray: *stray,
            session_token: session_token.clone(),
            brief: Clean::new(brief),
            lines: Vec::new(),
            done: false,
            band: Band::Today,
            expected: None,
            sought: Sought::default(),
            place: (Band::Today, 0, 0),
        }
        .with_text()
    }

    /// An order from elsewhere.
    pub(super) fn foreign(order: &ReadyOrder) -> Self {
        let ReadyOrder {
            order_id,
            internal_id,
            status,
            order_type,
            total,
            who,
            address,
            table,
            seat,
            pickup_token,
            intermediary,
            created_at,
            due_at,
            lines,
        } = order;
        Self {
            key: foreign_key(order),
            order_id: order_id.clone(),
            internal_id: *internal_id,
            foreign: true,
            delivery: None,
            held: None,
            in_ready: true,
            status: status.as_deref().map(Clean::new),
            pending_status: None,
            status_tried: None,
            status_problem: None,
            tried: None,
            last_sender: None,
            order_type: *order_type,
            total: total.as_ref().map(|total| total.value),
            currency: total.as_ref().map(|total| Clean::new(&total.currency)).unwrap_or_default(),
            who: who.clone(),
            address: address.clone(),
            table: *table,
            seat: *seat,
            pickup_token: pickup_token.clone(),
            intermediary: intermediary.clone(),
            created_at: *created_at,
            due_at: *due_at,
            promised_at: *due_at,
            changed_at: None,
            attempts: 0,
            may_have_arrived: false,
            stray: false,
            session_token: None,
            brief: brief_of(lines),
            lines: lines.clone(),
            done: false,
            band: Band::Today,
            expected: None,
            sought: Sought::default(),
            place: (Band::Today, 0, 0),
        }
        .with_text()
    }

    /// Whether a person has to do something.
    pub fn needs_person(&self) -> bool {
        self.held.is_some()
            || self.stray
            || self.status_problem.is_some()
            || self.delivery.as_ref().is_some_and(Delivery::needs_person)
    }

    /// The address it was queued for and the one configured now, if it waits because they differ.
    pub fn held_elsewhere(&self) -> Option<(&Clean, &Clean)> {
        match &self.held {
            Some(Held::OtherAddress { base_url, now }) => Some((base_url, now)),
            _ => None,
        }
    }

    /// Why its status cannot be changed; `None` if it can, at once or once the order is sent.
    pub fn status_obstacle(&self) -> Option<StatusObstacle> {
        match &self.delivery {
            None | Some(Delivery::Accepted { .. }) if self.internal_id.is_none() => Some(StatusObstacle::NoInternalId),
            None | Some(Delivery::Accepted { .. } | Delivery::Queued | Delivery::Sending) => None,
            Some(Delivery::Rejected { .. } | Delivery::Unknown { .. } | Delivery::Cancelled) => {
                Some(StatusObstacle::NotAccepted)
            }
        }
    }

    /// Takes over what only the ready list knows. What the journal knows stays: the list may be older than it. Returns
    /// whether anything changed.
    pub(super) fn fill_from(&mut self, order: &ReadyOrder) -> bool {
        self.in_ready = true;
        if !matches!(self.delivery, Some(Delivery::Accepted { .. })) {
            return false;
        }
        let takes_id = self.internal_id.is_none() && order.internal_id.is_some();
        let takes_status = self.status.is_none() && order.status.is_some();
        if takes_id {
            self.internal_id = order.internal_id;
            self.sought.text = self.text();
        }
        if takes_status {
            self.status = order.status.as_deref().map(Clean::new);
        }
        takes_id || takes_status
    }

    /// Keeps what only the ready list told of this order.
    pub(super) fn keep_from(&mut self, before: &Self) {
        self.in_ready = before.in_ready;
        if matches!(self.delivery, Some(Delivery::Accepted { internal_id: None })) {
            self.internal_id = before.internal_id;
            self.sought.text = self.text();
        }
    }

    /// Whether an order from elsewhere is shown as it is here already.
    pub(super) fn shows(&self, order: &ReadyOrder) -> bool {
        let ReadyOrder {
            order_id,
            internal_id,
            status,
            order_type,
            total,
            who,
            address,
            table,
            seat,
            pickup_token,
            intermediary,
            created_at,
            due_at,
            lines,
        } = order;
        self.order_id == *order_id
            && self.internal_id == *internal_id
            && self.status.as_deref() == status.as_deref()
            && self.order_type == *order_type
            && self.total == total.as_ref().map(|total| total.value)
            && (self.who == *who && self.address == *address)
            && (self.table == *table && self.seat == *seat)
            && (self.pickup_token == *pickup_token && self.intermediary == *intermediary)
            && (self.created_at == *created_at && self.due_at == *due_at)
            && self.lines == *lines
    }

    /// Whether a row of the journal is older than this one and came late.
    pub(super) fn is_younger_than(&self, row: &OrderRow) -> bool {
        let Some(changed_at) = self.changed_at else { return false };
        match changed_at.cmp(&row.changed_at) {
            Ordering::Less => false,
            Ordering::Equal => self.attempts > row.attempts,
            Ordering::Greater => changed_at.duration_since(row.changed_at) <= CLOCK_STEP,
        }
    }

    /// Whether it should be there by now.
    pub fn is_late(&self) -> bool {
        self.band == Band::Late
    }

    /// Computes what follows from the rest: whether it is done, when it should be there, and its place in the list.
    pub(super) fn settle(&mut self, workflow: &Workflow, hour: &Hour) {
        let is_last = self.status.as_deref().is_some_and(|status| workflow.is_last(status));
        self.done = match &self.delivery {
            Some(Delivery::Cancelled) => !self.stray,
            None | Some(Delivery::Accepted { .. }) => {
                is_last && self.pending_status.is_none() && self.status_problem.is_none()
            }
            Some(_) => false,
        };
        self.expected = self.promised_at.or_else(|| self.usual(hour));
        let rank = match &self.delivery {
            Some(Delivery::Unknown { .. }) => Some(0),
            _ if self.stray => Some(0),
            Some(Delivery::Rejected { .. }) => Some(1),
            _ if self.held.is_some() || self.status_problem.is_some() => Some(2),
            _ => None,
        };
        let is_parcel = self.order_type == Some(OrderType::Shipping);
        self.band = hour.band(self.expected, is_parcel, self.done, rank.is_some());
        let due = self.expected.or(self.created_at).map(Timestamp::as_nanosecond);
        let ended = self.changed_at.or(self.created_at).map(Timestamp::as_nanosecond);
        let time = if self.done { ended.map_or(i128::MAX, |at| -at) } else { due.unwrap_or(i128::MAX) };
        let rank = rank.filter(|_| self.band == Band::Person).unwrap_or_default();
        self.place = (self.band, rank, time);
    }

    /// When it should be there although nobody was told a time. Parcels are not made to one.
    fn usual(&self, hour: &Hour) -> Option<Timestamp> {
        let usual = hour.usual.filter(|_| self.order_type != Some(OrderType::Shipping))?;
        self.created_at?.checked_add(usual).ok()
    }

    /// Where the row stands in the list: what is late, who needs a person, then by the time that was promised, then later days,
    /// what is done last, youngest first.
    pub(super) fn sequence(&self) -> (Band, u8, i128, &LiveKey) {
        (self.place.0, self.place.1, self.place.2, &self.key)
    }

    fn with_text(mut self) -> Self {
        self.sought.text = self.text();
        self
    }

    fn text(&self) -> String {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let (internal_id, table) = (number(self.internal_id.map(|id| id.0)), number(self.table));
        let words = [&*self.who, &*self.address, &*self.pickup_token, &*self.intermediary, &internal_id, &table];
        let text = words.join("\n");
        let (folded, german) = (fold(&text), fold_german(&text));
        if folded == german { folded } else { format!("{folded}\n{german}") }
    }
}
