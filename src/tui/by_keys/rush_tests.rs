//! An evening of three hundred orders, minute by minute: what is late is seen.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{
    desk::{event::DeskEvent, live::LiveRow},
    domain::{
        draft::field::Field,
        order::{OrderType, delivery::Delivery},
        shop::list::Bell,
        value::text::Clean,
    },
    ports::{
        journal::{OrderRow, PersonDecision},
        pos::ReadyOrder,
    },
    tui::{
        effect::Effect,
        msg::{Msg, OrderAction, Reply},
        state::overlay::Overlay,
        testing::{Hands, accepted, foreign, id, menu, minutes, record, rejected, row, unknown},
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

fn showing(rows: Vec<OrderRow>) -> Hands {
    let mut hands = Hands::new();
    hands.list(rows);
    hands.press("f2");
    hands
}

fn asked(n: u32, status: &str) -> Effect {
    Effect::RequestStatus { order_id: id(n), status: status.into(), reason: None, hold: 5 }
}

fn withdrawn(n: u32, status: &str) -> Effect {
    let decision = PersonDecision::WithdrawStatus { status: status.into() };
    Effect::Decide { order_id: id(n), decision }
}

#[test]
fn the_next_status_is_one_key_and_one_key_takes_it_back() {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    let footer = hands.screen().lines().last().unwrap().to_owned();
    assert!(footer.contains("Leer → In Arbeit"), "{footer}");
    assert_eq!(hands.press("space"), [asked(1, "in_preparation")]);
    assert!(hands.said().contains("→ In Arbeit. ^Z nimmt es zurück"), "{}", hands.said());
    assert!(hands.press("space space").is_empty(), "a key that is held goes no further");
    assert_eq!(hands.press("ctrl+z"), [withdrawn(1, "in_preparation")]);
    let withdrawn = OrderAction::Withdrawn { order_id: id(1), status: "in_preparation".into() };
    hands.take(Msg::Reply(Reply::Decided { action: withdrawn, result: Ok(()) }));
    assert!(hands.said().ends_with("In Arbeit zurückgenommen."), "{}", hands.said());
    assert!(hands.press("ctrl+z").is_empty());
}

#[test]
fn what_waits_is_taken_back_also_by_a_desk_that_started_since() {
    let mut hands = showing(vec![OrderRow { pending_status: Some("completed".into()), ..row(1, accepted(4711)) }]);
    assert_eq!(hands.press("ctrl+z"), [withdrawn(1, "completed")]);
}

#[test]
fn those_that_are_marked_are_moved_together_and_taken_back_together() {
    let done = OrderRow { status: Some("in_preparation".into()), ..row(3, accepted(4713)) };
    let mut hands = showing(vec![row(1, accepted(4711)), row(2, Delivery::Queued), done, row(4, accepted(4714))]);
    hands.press("v v v");
    assert!(hands.screen().contains("3 markiert"), "{}", hands.screen());
    let mut effects = hands.press("space");
    let all = [asked(1, "in_preparation"), asked(2, "in_preparation"), asked(3, "completed")];
    effects.sort_by_key(|effect| format!("{effect:?}"));
    assert_eq!(effects, all, "the one that waits is sent with its status");
    assert!(hands.said().starts_with("3 von 3 einen Schritt weiter"), "{}", hands.said());
    assert!(!hands.screen().contains("markiert"));
    let mut back = hands.press("ctrl+z");
    back.sort_by_key(|effect| format!("{effect:?}"));
    assert_eq!(back, [withdrawn(1, "in_preparation"), withdrawn(2, "in_preparation"), withdrawn(3, "completed")]);
    // A mark is taken away by the same key, and what cannot be moved is counted and not forgotten.
    hands.press("home v up v down v");
    assert!(hands.screen().contains("1 markiert"), "{}", hands.screen());
}

#[test]
fn what_has_no_next_status_says_so() {
    for delivery in [rejected(), unknown(), Delivery::Cancelled] {
        let mut hands = showing(vec![row(1, delivery)]);
        hands.press("f f f");
        hands.orders.filter(|filter| (filter.open_only, filter.delivery) = (false, None));
        assert!(hands.press("space").is_empty() && !hands.said().is_empty(), "{}", hands.screen());
    }
    let mut hands = showing(Vec::new());
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![foreign(1, Some(4800))], at: minutes(0) }));
    assert!(hands.press("space").is_empty(), "what cannot be taken back takes a second key");
    assert!(matches!(hands.overlay, Some(Overlay::Status(_))));
}

#[test]
fn what_becomes_late_or_comes_from_elsewhere_is_said_once_and_rings_as_configured() {
    let mut hands = Hands::new();
    hands.list(vec![OrderRow { due_at: Some(minutes(1)), ..row(1, accepted(4711)) }]);
    hands.take(Msg::Clock(minutes(1)));
    assert!(hands.said().is_empty() && !hands.orders.rings, "{}", hands.said());
    hands.take(Msg::Clock(minutes(2)));
    assert_eq!(hands.said(), "Spät: Abh. Testgast 1 · 19,80 € · Nr. 4711");
    assert!(std::mem::take(&mut hands.model.orders.rings));
    hands.model.notice = None;
    hands.take(Msg::Clock(minutes(3)));
    assert!(hands.said().is_empty() && !hands.orders.rings, "once");
    let ready =
        |n: u32| Msg::Desk(DeskEvent::Ready { orders: (1..=n).map(|n| foreign(n, None)).collect(), at: minutes(3) });
    hands.take(ready(1));
    assert!(hands.said().is_empty(), "what is there at the start is no news");
    hands.take(ready(2));
    assert!(hands.said().starts_with("Neu: Webshop · Testgast Web"), "{}", hands.said());
    assert!(!hands.orders.rings, "the bell is for what is late");
    let mut shop = crate::tui::testing::shop();
    shop.list.bell = Bell::All;
    let mut loud = Hands::before_anything(crate::i18n::Lang::De, shop);
    loud.take(ready(1));
    loud.take(ready(2));
    assert!(std::mem::take(&mut loud.model.orders.rings));
    loud.press("f2 m");
    loud.take(ready(4));
    assert!(!loud.orders.rings, "one key silences it");
}

#[test]
fn an_order_that_was_unclear_and_is_found_says_so() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, unknown())]);
    let there = OrderRow { changed_at: minutes(0), ..row(1, accepted(4711)) };
    hands.take(Msg::Desk(DeskEvent::Orders(vec![there])));
    assert!(hands.said().contains("ist angekommen"), "{}", hands.said());
}

#[test]
fn one_more_for_an_order_has_its_guest_and_nothing_of_what_was_ordered() {
    let mut hands = showing(vec![row(7, accepted(4711))]);
    let [Effect::LoadOrder { order_id, request }] = &hands.press("+")[..] else { panic!() };
    assert_eq!(*order_id, id(7));
    let result = Ok(Box::new(record(7, accepted(4711))));
    hands.take(Msg::Reply(Reply::Order { request: *request, result }));
    let draft = hands.draft();
    assert_ne!(draft.order_id, id(7));
    assert!(draft.lines.is_empty() && draft.tips.is_empty() && draft.corrects.is_none());
    assert_eq!(draft.order_type, OrderType::Pickup);
    assert_eq!(draft.fields.get(&Field::Phone).map(String::as_str), Some("040 123456"));
    assert!(!draft.fields.contains_key(&Field::Due) && !draft.fields.contains_key(&Field::PaymentMethod));
    assert!(hands.said().starts_with("Noch etwas für"), "{}", hands.said());
}

#[test]
fn a_wide_list_shows_the_selected_order_beside_it_and_reads_one_at_a_time() {
    let mut hands = showing(vec![row(7, accepted(4711)), row(8, accepted(4712))]);
    let reads = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::LoadOrder { .. })).count();
    assert_eq!(reads(&hands.take(Msg::Resize(119, 30))), 0, "a narrow one reads nothing");
    let effects = hands.take(Msg::Resize(120, 30));
    let [Effect::LoadOrder { order_id, request }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*order_id, id(7));
    assert_eq!(reads(&hands.press("down up down")), 0, "one at a time");
    let result = Ok(Box::new(record(7, accepted(4711))));
    let next = hands.take(Msg::Reply(Reply::Order { request: *request, result }));
    let [Effect::LoadOrder { order_id, request }] = &next[..] else { panic!("the cursor went on: {next:?}") };
    assert_eq!(*order_id, id(8));
    let result = Ok(Box::new(record(8, accepted(4712))));
    assert_eq!(reads(&hands.take(Msg::Reply(Reply::Order { request: *request, result }))), 0);
    assert!(hands.screen().contains("extra Käse"), "{}", hands.screen());
    assert!(
        hands.overlay.is_none() && hands.press("j k").iter().all(|effect| matches!(effect, Effect::LoadOrder { .. }))
    );
}

#[test]
fn a_filter_shows_what_it_can_be() {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    hands.press("t");
    assert_eq!(hands.said(), "alle  ‹im Haus›  Abholung  Lieferung  Versand");
    hands.press("t");
    assert_eq!(hands.said(), "alle  im Haus  ‹Abholung›  Lieferung  Versand");
    hands.press("f f");
    assert_eq!(hands.said(), "offene  alle  ‹unklar›  abgelehnt  wartet  angekommen");
}

#[test]
fn a_pickup_without_a_name_gets_a_number_of_the_day_that_is_read_back() {
    let shop = crate::domain::shop::Shop { daily_numbers: true, ..crate::tui::testing::shop() };
    let mut hands = Hands::before_anything(crate::i18n::Lang::De, shop);
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    let numbered = |n: u32, token: &str| OrderRow { pickup_token: token.into(), ..row(n, accepted(i64::from(n))) };
    let yesterday = OrderRow { created_at: minutes(-60 * 24), ..numbered(8, "77") };
    hands.list(vec![numbered(7, "11"), yesterday, numbered(9, "HH07"), numbered(10, "4711")]);
    hands.enter(&["51"]);
    hands.press("ctrl+o f9");
    assert_eq!(hands.said(), "Abholnummer 12: bitte ansagen.");
    let token = |hands: &Hands| hands.draft().fields.get(&Field::PickupToken).cloned();
    assert_eq!(token(&hands).as_deref(), Some("12"));
    assert!(hands.screen().contains("12"), "it is read back");
    hands.press("ctrl+n");
    hands.enter(&["51"]);
    hands.press("ctrl+o alt+2");
    hands.enter(&["040 123456", "Muster"]);
    hands.press("f9");
    assert_eq!(token(&hands), None, "who has a name needs no number");
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
