//! What a person can decide about an order of the list, as it stands there. What then becomes of it is decided by its life.

use super::row::LiveRow;
use crate::domain::{
    order::delivery::Delivery,
    value::{
        ids::{InternalId, OrderId},
        text::Clean,
    },
};

/// What a person wants of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is sent again, or to another address.
    Resend,
    /// It arrived.
    Arrived,
    /// It is taken back, or its status change is.
    Cancel,
}

/// What that means for the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decidable {
    /// It is sent again although it may have arrived.
    Resend(OrderId),
    /// It counts as accepted.
    Arrived(OrderId),
    /// It is taken back.
    Cancel {
        /// Which one.
        order_id: OrderId,
        /// Whether OktoPOS may have it.
        unclear: bool,
    },
    /// Its status changes are given up, or it is noted that one was refused.
    DropStatus {
        /// Which one.
        order_id: OrderId,
        /// Whether it was refused.
        refused: bool,
    },
    /// It was queued for another address, and goes to the one configured now together with all others that were.
    Readdress {
        /// The address it was queued for.
        old: Clean,
        /// The address configured now.
        now: Clean,
    },
    /// Its status change goes to the address configured now.
    ReaddressStatus {
        /// Which one.
        order_id: OrderId,
        /// The address configured now.
        now: Clean,
        /// The number that the other OktoPOS gave it.
        internal_id: Option<InternalId>,
    },
}

impl Decidable {
    /// What a decision means for an order; `None` where it does not fit.
    pub fn of(row: &LiveRow, decision: Decision) -> Option<Self> {
        let order_id = row.order_id.clone().filter(|_| !row.foreign)?;
        let elsewhere = row.held_elsewhere();
        match (decision, row.delivery.as_ref()?) {
            (Decision::Resend, Delivery::Unknown { .. }) => Some(Self::Resend(order_id)),
            (Decision::Resend, Delivery::Queued) => {
                elsewhere.map(|(old, now)| Self::Readdress { old: old.clone(), now: now.clone() })
            }
            (Decision::Resend, Delivery::Accepted { internal_id }) => elsewhere.map(|(_, now)| Self::ReaddressStatus {
                order_id,
                now: now.clone(),
                internal_id: *internal_id,
            }),
            (Decision::Arrived, Delivery::Unknown { .. }) => Some(Self::Arrived(order_id)),
            (Decision::Arrived, _) => row.stray.then_some(Self::Arrived(order_id)),
            (Decision::Cancel, Delivery::Queued | Delivery::Rejected { .. }) => {
                let unclear = row.may_have_arrived;
                (!row.stray).then_some(Self::Cancel { order_id, unclear })
            }
            (Decision::Cancel, Delivery::Accepted { .. }) => {
                let refused = elsewhere.is_none();
                let has_status = !refused || row.status_problem.is_some();
                has_status.then_some(Self::DropStatus { order_id, refused })
            }
            (Decision::Cancel, Delivery::Sending | Delivery::Unknown { .. } | Delivery::Cancelled) => None,
            (Decision::Resend, Delivery::Sending | Delivery::Rejected { .. } | Delivery::Cancelled) => None,
        }
    }
}

impl LiveRow {
    /// Whether a person may just have sent it again: it may have arrived before, and nothing is known of this attempt yet.
    pub fn is_resent(&self) -> bool {
        match &self.delivery {
            Some(Delivery::Queued | Delivery::Sending) => !self.foreign && self.may_have_arrived,
            // Its row may come later than the word that it was recorded.
            Some(Delivery::Unknown { .. }) => !self.foreign,
            Some(Delivery::Accepted { .. } | Delivery::Rejected { .. } | Delivery::Cancelled) | None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::{
            event::Held,
            live::{LiveKey, LiveList},
            testing::row,
        },
        domain::order::status::Workflow,
    };

    /// The row of an order with this delivery, as the list shows it.
    fn listed(delivery: Delivery, change: impl FnOnce(&mut LiveRow)) -> LiveRow {
        let mut list = LiveList::new(Workflow { initial: String::new(), statuses: Vec::new() });
        let order = row("a", delivery, 0);
        list.apply(std::slice::from_ref(&order));
        let mut row = list.find(&LiveKey::Order(order.order_id)).unwrap().clone();
        change(&mut row);
        row
    }

    fn elsewhere(row: &mut LiveRow) {
        row.held = Some(Held::OtherAddress {
            base_url: Clean::new("https://old.test/"),
            now: Clean::new("https://new.test/"),
        });
    }

    fn meant(row: &LiveRow) -> [Option<Decidable>; 3] {
        [Decision::Resend, Decision::Arrived, Decision::Cancel].map(|decision| Decidable::of(row, decision))
    }

    #[test]
    fn what_fits_follows_from_where_the_order_stands() {
        let unknown = || Delivery::Unknown { reason: "timeout".into() };
        let rejected = || Delivery::Rejected { reason: "no".into() };
        let accepted = || Delivery::Accepted { internal_id: Some(InternalId(4711)) };
        let id = || listed(unknown(), |_| ()).order_id.unwrap();
        let cancel = |unclear| Some(Decidable::Cancel { order_id: id(), unclear });
        assert_eq!(
            meant(&listed(unknown(), |_| ())),
            [Some(Decidable::Resend(id())), Some(Decidable::Arrived(id())), None]
        );
        assert_eq!(meant(&listed(Delivery::Queued, |_| ())), [None, None, cancel(false)]);
        assert_eq!(meant(&listed(Delivery::Queued, |row| row.may_have_arrived = true)), [None, None, cancel(true)]);
        assert_eq!(meant(&listed(rejected(), |_| ())), [None, None, cancel(false)]);
        assert_eq!(meant(&listed(rejected(), |row| row.stray = true)), [None, Some(Decidable::Arrived(id())), None]);
        for delivery in [Delivery::Sending, Delivery::Cancelled, accepted()] {
            assert_eq!(meant(&listed(delivery, |_| ())), [None, None, None]);
        }
        let drop = |refused| Some(Decidable::DropStatus { order_id: id(), refused });
        let problem = listed(accepted(), |row| row.status_problem = Some(Clean::new("no")));
        assert_eq!(meant(&problem), [None, None, drop(true)]);
    }

    #[test]
    fn what_waits_for_another_address_goes_to_the_one_of_now() {
        let now = || Clean::new("https://new.test/");
        let queued = listed(Delivery::Queued, elsewhere);
        let readdress = Decidable::Readdress { old: Clean::new("https://old.test/"), now: now() };
        assert_eq!(Decidable::of(&queued, Decision::Resend), Some(readdress));
        let accepted = listed(Delivery::Accepted { internal_id: None }, elsewhere);
        let order_id = || accepted.order_id.clone().unwrap();
        let status = Decidable::ReaddressStatus { order_id: order_id(), now: now(), internal_id: None };
        let drop = Decidable::DropStatus { order_id: order_id(), refused: false };
        assert_eq!(meant(&accepted), [Some(status), None, Some(drop)]);
    }

    #[test]
    fn nothing_is_decided_about_an_order_of_another_system() {
        let foreign = listed(Delivery::Unknown { reason: String::new() }, |row| row.foreign = true);
        assert_eq!(meant(&foreign), [None, None, None]);
        assert!(!foreign.is_resent());
    }
}
