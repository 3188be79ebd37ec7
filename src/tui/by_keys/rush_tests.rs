//! An evening of three hundred orders, minute by minute: what is late is seen.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{
    desk::{event::DeskEvent, live::LiveRow},
    domain::{
        order::{OrderType, delivery::Delivery},
        value::text::Clean,
    },
    ports::{journal::OrderRow, pos::ReadyOrder},
    tui::{
        msg::Msg,
        testing::{Hands, accepted, foreign, minutes, rejected, row, unknown},
    },
};

/// Minutes that are replayed.
const EVENING: i64 = 150;

/// One order of the evening, in minutes from its beginning.
#[derive(Debug, Clone, Copy)]
struct Coming {
    at: i64,
    /// What was promised, from when it was taken; `None` where nobody said a time.
    promise: Option<i64>,
    /// Whether it is named in the order, or was only told.
    is_timed: bool,
    /// From another system.
    is_foreign: bool,
    delivery: u8,
    /// When its last status is set, from when it was taken.
    done: i64,
}

impl Coming {
    fn taken(self) -> Timestamp {
        minutes(self.at)
    }

    /// When it should be there.
    fn expected(self) -> Timestamp {
        self.taken() + SignedDuration::from_mins(self.promise.unwrap_or(30))
    }

    fn is_over(self, minute: i64) -> bool {
        let is_there = self.is_foreign || self.delivery < 12;
        (is_there && minute >= self.at + self.done) || (!self.is_foreign && self.delivery == 15)
    }

    /// Whether the minute it should be there in is over.
    fn is_late(self, minute: i64) -> bool {
        let now = minutes(minute).as_second();
        minute >= self.at && !self.is_over(minute) && self.expected().as_second() < now - now.rem_euclid(60)
    }

    fn row(self, n: u32, minute: i64) -> OrderRow {
        let delivery = match self.delivery {
            0..12 => accepted(i64::from(n)),
            12 => Delivery::Queued,
            13 => unknown(),
            14 => rejected(),
            _ => Delivery::Cancelled,
        };
        let promised = self.promise.map(|_| self.expected());
        let base = row(n, delivery);
        let is_over = self.is_over(minute) && self.delivery < 12;
        OrderRow {
            order_type: Some(OrderType::Pickup),
            due_at: promised.filter(|_| self.is_timed),
            promised_at: promised,
            created_at: self.taken(),
            changed_at: minutes(minute),
            status: if is_over { Some("completed".into()) } else { base.status },
            ..base
        }
    }

    fn ready(self, n: u32) -> ReadyOrder {
        let due_at = self.promise.map(|_| self.expected());
        ReadyOrder {
            who: Clean::new(&format!("Testgast {n}")),
            address: Clean::default(),
            intermediary: Clean::new("Web"),
            created_at: Some(self.taken()),
            due_at,
            ..foreign(n, Some(i64::from(n) + 50_000))
        }
    }
}

fn coming() -> impl Strategy<Value = Coming> {
    let promise = proptest::option::weighted(0.8, 5..90i64);
    (0..EVENING, promise, any::<bool>(), 0..8u8, 0..16u8, 5..120i64).prop_map(
        |(at, promise, is_timed, foreign, delivery, done)| Coming {
            at,
            promise,
            is_timed,
            is_foreign: foreign == 0,
            delivery,
            done,
        },
    )
}

/// The numbers of the guests on the screen, from the top.
fn guests(screen: &str) -> Vec<usize> {
    let number = |line: &str| {
        let rest = line.split_once("Testgast ")?.1;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    screen.lines().skip(4).take(18).filter_map(number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn nothing_stands_above_a_late_order(evening in proptest::collection::vec(coming(), 300)) {
        let mut hands = Hands::new();
        hands.press("f2");
        let mut seen = 0;
        for minute in 0..EVENING {
            hands.take(Msg::Clock(minutes(minute)));
            let all = || (1u32..).zip(&evening).filter(|(_, order)| order.at <= minute);
            let changed = all().filter(|(_, order)| !order.is_foreign && (order.at == minute || order.at + order.done == minute));
            hands.list(changed.map(|(n, order)| order.row(n, minute)).collect());
            let elsewhere = all().filter(|(_, order)| order.is_foreign && !order.is_over(minute));
            let orders = elsewhere.map(|(n, order)| order.ready(n)).collect();
            hands.take(Msg::Desk(DeskEvent::Ready { orders, at: minutes(minute) }));
            hands.press("home");

            let late = evening.iter().filter(|order| order.is_late(minute)).count();
            let screen = hands.screen();
            let head = screen.lines().next().unwrap_or_default();
            let said = format!(" · {late} spät");
            prop_assert_eq!(head.contains(&said), late > 0, "{} late: {}", late, screen);
            prop_assert_eq!(head.contains("spät"), late > 0);
            prop_assert_eq!(screen.contains("\n SPÄT"), late > 0, "{}", screen);
            let shown: Vec<bool> = guests(&screen).into_iter().map(|n| evening[n - 1].is_late(minute)).collect();
            let first_other = shown.iter().position(|is_late| !is_late).unwrap_or(shown.len());
            prop_assert!(!shown[first_other..].contains(&true), "{}", screen);
            prop_assert!(first_other >= late.min(16), "{} late: {}", late, screen);
            let list: Vec<bool> = hands.orders.list.iter_from(0).map(LiveRow::is_late).collect();
            prop_assert_eq!(list.iter().take_while(|is_late| **is_late).count(), late);
            prop_assert_eq!(list.iter().filter(|is_late| **is_late).count(), late);
            seen = seen.max(late);
        }
        prop_assert!(seen > 18, "more than a screen of late ones: {}", seen);
    }
}
