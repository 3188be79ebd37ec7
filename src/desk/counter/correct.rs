//! Which orders can be opened for correction, and the draft such an order becomes. The journal takes a waiting one back; here
//! it is only decided that this has to happen first.

use super::context::Counter;
use crate::{
    desk::live::{LiveKey, LiveRow},
    domain::{
        draft::{Draft, deal, reopen::reopen},
        order::{Order, delivery::Delivery},
        value::ids::OrderId,
    },
    ports::journal::OrderRecord,
};

/// How an order of the list can be opened for correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correctable {
    /// At once.
    Now(OrderId),
    /// OktoPOS may have it: a person decides first.
    AskFirst(OrderId),
}

impl Correctable {
    /// How an order can be opened for correction; `None` if it cannot.
    pub fn of(row: &LiveRow) -> Option<Self> {
        let fits = matches!(row.delivery, Some(Delivery::Rejected { .. } | Delivery::Cancelled | Delivery::Queued));
        let order_id = row.order_id.clone().filter(|_| fits && !row.foreign && !row.stray)?;
        Some(if row.may_have_arrived { Self::AskFirst(order_id) } else { Self::Now(order_id) })
    }
}

/// An order that is opened for correction.
#[derive(Debug, Clone, PartialEq)]
pub enum Correction {
    /// It waits to be sent: it has to be taken back together with writing this draft.
    TakeBack(Draft),
    /// It was refused or taken back: this draft can be opened.
    Open(Draft),
}

/// Where a draft came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftOrigin {
    /// It was typed at this desk.
    Typed,
    /// It corrects an order that stays in the list as it is.
    Rejected,
    /// The order was taken back for it.
    TakenBack,
    /// The order was taken back for it and may be in OktoPOS.
    Unclear,
}

impl Counter<'_> {
    /// The draft of an order that is corrected; `None` for an order that cannot be changed any more.
    pub fn correction(&self, record: &OrderRecord) -> Option<Correction> {
        let draft = || Draft { corrects: Some(record.revision), ..self.reopened(&record.order) };
        match &record.row.delivery {
            _ if record.row.stray => None,
            Delivery::Queued => Some(Correction::TakeBack(draft())),
            Delivery::Rejected { .. } | Delivery::Cancelled => Some(Correction::Open(draft())),
            Delivery::Sending | Delivery::Accepted { .. } | Delivery::Unknown { .. } => None,
        }
    }

    /// An order as the draft it came from, its combos and halves known.
    pub fn reopened(&self, order: &Order) -> Draft {
        let mut draft = reopen(order, self.shop, &self.moment.zone, self.moment.now, |id| self.article(id));
        if let Some(channel) = self.shop.channel(draft.order_type) {
            deal::recognise(&mut draft, self.catalog.menu(), channel);
        }
        draft
    }

    /// Where a draft came from, for the question before it is thrown away.
    pub fn origin(&self, draft: &Draft) -> DraftOrigin {
        let row = self.orders.find(&LiveKey::Order(draft.order_id.clone()));
        match row.and_then(|row| row.delivery.as_ref()) {
            Some(Delivery::Rejected { .. }) => DraftOrigin::Rejected,
            Some(Delivery::Cancelled) if row.is_some_and(|row| row.may_have_arrived) => DraftOrigin::Unclear,
            Some(Delivery::Cancelled) => DraftOrigin::TakenBack,
            // Not in the list, but it was an order once: what became of it is in the journal.
            _ if draft.corrects.is_some() => DraftOrigin::Rejected,
            _ => DraftOrigin::Typed,
        }
    }
}
