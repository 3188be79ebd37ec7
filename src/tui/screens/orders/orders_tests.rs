//! Tests of the live list: what is asked of an order, and that it is said why not.

use crate::{
    desk::event::{DeskEvent, Held, OutboxState},
    domain::{
        order::{OrderType, Pickup, delivery::Delivery},
        value::text::Clean,
    },
    ports::journal::PersonDecision,
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        testing::{Hands, accepted, id, placed, record, rejected, row, unknown},
    },
};

fn list(rows: Vec<crate::ports::journal::OrderRow>) -> Hands {
    let mut hands = Hands::new();
    hands.list(rows);
    hands.press("f2");
    hands
}

#[test]
fn the_next_status_is_two_keys() {
    for keys in ["s enter", "s i"] {
        let mut hands = list(vec![row(1, accepted(4711))]);
        let effects = hands.press(keys);
        let wanted = Effect::RequestStatus { order_id: id(1), status: "in_preparation".into(), reason: None, hold: 5 };
        assert_eq!(effects, [wanted], "{keys}");
    }
    let mut hands = list(vec![row(1, accepted(4711))]);
    hands.press("x");
    hands.type_text("aus");
    let effects = hands.press("enter");
    let wanted =
        Effect::RequestStatus { order_id: id(1), status: "cancelled".into(), reason: Some("aus".into()), hold: 5 };
    assert_eq!(effects, [wanted]);
}

#[test]
fn an_unclear_order_is_decided_with_one_key_and_a_yes() {
    for (key, decision) in [("w", PersonDecision::Resend), ("a", PersonDecision::Settle { internal_id: None })] {
        let mut hands = list(vec![row(1, unknown())]);
        assert!(hands.press(key).is_empty(), "asked first");
        assert_eq!(hands.press("j"), [Effect::Decide { order_id: id(1), decision }]);
        let mut hands = list(vec![row(1, unknown())]);
        hands.press(key);
        assert!(hands.press("n esc").is_empty());
    }
}

#[test]
fn what_does_not_fit_is_said_and_not_done() {
    let mut hands = list(vec![row(1, accepted(4711))]);
    for key in ["w", "a", "b"] {
        assert!(hands.press(key).is_empty());
        assert!(!hands.said().is_empty() && hands.model.overlay.is_none(), "{key}");
    }
}

#[test]
fn a_refused_order_is_opened_for_correction_under_its_own_id() {
    let mut hands = list(vec![row(1, rejected())]);
    let effects = hands.press("b");
    let [Effect::LoadOrder { order_id, request }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(order_id, &id(1));
    let mut record = record(1, rejected());
    record.row.delivery = rejected();
    record.order.order_id = id(77);
    record.row.order_id = id(77);
    let stale = Msg::Reply(Reply::Order { request: request - 1, result: Ok(Box::new(record.clone())) });
    hands.take(stale);
    assert_ne!(hands.draft().order_id, id(77), "an answer to an older question is ignored");
    hands.take(Msg::Reply(Reply::Order { request: *request, result: Ok(Box::new(record.clone())) }));
    assert_eq!(hands.draft().order_id, id(77));
    assert_eq!(hands.cart().len(), record.order.items.len());
}

#[test]
fn an_order_whose_time_has_passed_is_opened_where_the_new_one_is_typed() {
    let mut hands = list(vec![row(1, Delivery::Queued)]);
    let effects = hands.press("b");
    let Some(Effect::LoadOrder { request, .. }) = effects.last() else { panic!("{effects:?}") };
    let mut record = record(1, Delivery::Cancelled);
    record.order.order_id = id(77);
    record.row.order_id = id(77);
    record.order.order_type = Some(OrderType::Pickup);
    record.order.pickup = Some(Pickup {
        timestamp: Some("2026-05-04T12:00:00".parse().unwrap()),
        timezone: Some("Europe/Berlin".into()),
        asap_delivery: Some(false),
        pickup_token: None,
    });
    hands.take(Msg::Reply(Reply::Order { request: *request, result: Ok(Box::new(record.clone())) }));
    assert!(hands.said().starts_with("Die Zeit ist vorbei"), "{}", hands.said());
    hands.type_text("+20");
    let effects = hands.press("f9 enter");
    let [order] = placed(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(order.order_id, record.order.order_id, "it stays the same order");
    assert_eq!(order.pickup.as_ref().unwrap().timestamp, Some("2026-05-04T18:02:00".parse().unwrap()));
}

#[test]
fn everything_that_waits_for_an_old_address_goes_to_the_new_one_after_a_question() {
    let mut hands = list(vec![row(1, Delivery::Queued), row(2, Delivery::Queued), row(3, Delivery::Queued)]);
    let elsewhere = |url: &str| Held::OtherAddress { base_url: Clean::new(url), now: Clean::new("https://new.test/") };
    let held = vec![
        (id(1), elsewhere("https://old.test/")),
        (id(2), elsewhere("https://older.test/")),
        (id(3), elsewhere("https://old.test/")),
    ];
    hands.take(Msg::Desk(DeskEvent::Outbox(OutboxState { held, ..OutboxState::default() })));
    hands.press("/");
    hands.type_text("testgast 1");
    assert!(hands.press("enter w").is_empty(), "it asks first");
    let screen = hands.screen();
    assert!(screen.contains("2 Bestellungen: https://old.test/ → https://new.test/"), "{screen}");
    let decision = PersonDecision::Readdress { base_url: "https://new.test/".into(), internal_id: None };
    let decide = |n| Effect::Decide { order_id: id(n), decision: decision.clone() };
    assert_eq!(hands.press("j"), [decide(1), decide(3)]);
}

#[test]
fn the_cursor_stays_on_its_order_when_others_come() {
    let mut hands = list(vec![row(1, accepted(1)), row(2, accepted(2))]);
    hands.press("down");
    let chosen = hands.model.orders.row().unwrap().key.clone();
    hands.list(vec![row(3, unknown()), row(4, rejected())]);
    assert_eq!(hands.model.orders.row().unwrap().key, chosen);
    hands.press("f7");
    assert!(hands.model.orders.row().unwrap().needs_person());
}

#[test]
fn the_list_is_searched_and_filtered() {
    let mut hands = list(vec![row(1, accepted(1)), row(2, unknown()), row(13, rejected())]);
    hands.press("/");
    hands.type_text("testgast 13");
    assert_eq!(hands.model.orders.list.len(), 1);
    hands.press("esc");
    assert_eq!(hands.model.orders.list.len(), 3);
    hands.press("f f");
    assert_eq!(hands.model.orders.list.len(), 1, "only the unclear one");
    assert_eq!(hands.model.orders.row().unwrap().order_id, Some(id(2)));
}
