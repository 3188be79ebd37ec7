//! Tests of `update` without a runtime: what keys come to, what is recorded before it is shown, and what is never lost.

use super::*;
use rust_decimal::Decimal;

use crate::{
    desk::{
        DeskError,
        event::{Connection, DeskEvent, Halt, OutboxState},
        send::endpoint::Endpoint,
    },
    domain::{
        draft::{Draft, field::Field, flow::Step},
        order::OrderType,
        value::{ids::OrderId, text::Clean},
    },
    ports::JournalError,
    tui::{
        msg::Reply,
        state::model::Tone,
        testing::{Hands, NOW, at, id, placed, row, saved},
    },
};

fn sent(hands: &mut Hands) -> Vec<Effect> {
    hands.press("f9 enter")
}

#[test]
fn an_order_at_a_table_is_nine_keys() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3");
    hands.type_text("12");
    let effects = sent(&mut hands);
    let orders = placed(&effects);
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].order_id, id(1));
    assert_eq!(orders[0].order_type, Some(OrderType::Local));
    assert_eq!(orders[0].location.as_ref().unwrap().table, Some(12));
    assert_eq!(orders[0].items[0].name, "Pizza Hawaii");
    assert_eq!(orders[0].payment.price.value, Decimal::new(1050, 2));
}

#[test]
fn a_delivery_with_everything_becomes_the_order_that_was_typed() {
    let mut hands = Hands::new();
    hands.enter(&["2*51 #gut durch", "901"]);
    hands.press("a");
    hands.enter(&["402"]);
    hands.press("alt+2");
    hands.type_text("040 123456");
    hands.press("alt+3 shift+tab right right tab");
    hands.type_text("1930");
    hands.press("tab");
    for text in ["Beispielweg", "12a", "20095", "Hamburg"] {
        hands.type_text(text);
        hands.press("tab");
    }
    hands.press("alt+4");
    hands.type_text("=50");
    hands.press("alt+5 right tab right");
    let effects = sent(&mut hands);
    let order = placed(&effects)[0].clone();
    assert_eq!(order.order_type, Some(OrderType::Delivery));
    let address = order.customer.as_ref().unwrap().address.as_ref().unwrap();
    assert_eq!(address.house_number.as_deref(), Some("12a"));
    assert_eq!(order.pickup.as_ref().unwrap().timestamp.unwrap().to_string(), "2026-05-04T19:30:00");
    let lines: Vec<_> = order.items.iter().map(|i| (i.basket_item_id, i.main_basket_item_id, i.quantity)).collect();
    let two = Decimal::TWO;
    assert_eq!(lines, [(Some(1), Some(1), two), (Some(2), Some(1), two), (Some(3), Some(3), Decimal::ONE)]);
    assert_eq!(order.items[0].comment.as_deref(), Some("gut durch"));
    let tip = order.tip_transactions.as_ref().unwrap()[0].amount;
    assert_eq!(order.payment.price.value + tip, Decimal::from(50));
    assert_eq!(order.payment.payment_method.as_deref(), Some("CREDIT_CARD"));
    assert_eq!(order.payment.status.as_deref(), Some("paid"));
}

#[test]
fn saved_is_said_only_when_the_journal_has_it() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7");
    sent(&mut hands);
    assert!(!hands.said().contains("Gespeichert"), "{}", hands.said());
    let row = Box::new(row(1, crate::domain::order::delivery::Delivery::Queued));
    hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result: Ok(row) }));
    assert!(hands.said().contains("Gespeichert"), "{}", hands.said());
    assert!(hands.model.placing.is_empty());
}

#[test]
fn an_order_that_was_not_recorded_comes_back_unchanged_and_loud() {
    let mut hands = Hands::new();
    hands.enter(&["2*51", "402"]);
    hands.press("alt+3 7");
    let before = hands.cart();
    sent(&mut hands);
    hands.type_text("haw");
    let error = DeskError::Journal(JournalError::Unwritable("disk full".into()));
    let effects = hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result: Err(error) }));
    assert_eq!(hands.cart(), before);
    assert_eq!(hands.draft().order_id, id(1));
    assert_eq!(hands.model.notice.as_ref().unwrap().tone, Tone::Alarm);
    assert!(saved(&effects).iter().any(|draft| draft.order_id == id(1)), "written again as a draft");
    hands.press("f3 f3");
    assert_eq!(hands.draft().search, "haw", "what was typed meanwhile is still there");
}

#[test]
fn what_is_saved_and_waits_says_for_what() {
    let (since, reason) = (at(NOW), Clean::new("x"));
    let down = Connection::Down { since, reason: reason.clone() };
    let halted = |halt| OutboxState { halted: Some(halt), ..OutboxState::default() };
    let cases = [
        (DeskEvent::Connection(Connection::Up { since }), "Wird gesendet"),
        (DeskEvent::Connection(down), "Wartet auf die Verbindung"),
        (
            DeskEvent::Connection(Connection::KeyRefused { since, only: None, reason: reason.clone() }),
            "Schlüssel abgelehnt",
        ),
        (DeskEvent::Outbox(halted(Halt::KeyRefused { endpoint: Endpoint::Create })), "Schlüssel abgelehnt"),
        (
            DeskEvent::Connection(Connection::KeyRefused {
                since,
                only: Some(Endpoint::Create),
                reason: reason.clone(),
            }),
            "Schlüssel abgelehnt",
        ),
        (
            DeskEvent::Connection(Connection::KeyRefused {
                since,
                only: Some(Endpoint::Customers),
                reason: reason.clone(),
            }),
            "Wird gesendet",
        ),
        (
            DeskEvent::Connection(Connection::Failing { since, endpoint: Endpoint::Ready, reason: reason.clone() }),
            "Wird gesendet",
        ),
        (
            DeskEvent::Connection(Connection::Failing { since, endpoint: Endpoint::Create, reason: reason.clone() }),
            "antwortet auf Bestellungen nicht",
        ),
        (DeskEvent::Outbox(halted(Halt::Throttled { until: since })), "F5"),
        (DeskEvent::Outbox(halted(Halt::OtherSender { holder: None })), "andere oktodesk"),
        (DeskEvent::Outbox(halted(Halt::Journal { reason })), "Wartet auf das Journal"),
    ];
    for (event, words) in cases {
        let mut hands = Hands::new();
        hands.enter(&["51"]);
        hands.press("alt+3 7");
        sent(&mut hands);
        hands.take(Msg::Desk(event));
        let row = Box::new(row(1, crate::domain::order::delivery::Delivery::Queued));
        hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result: Ok(row) }));
        assert!(hands.said().contains("Gespeichert") && hands.said().contains(words), "{words}: {}", hands.said());
    }
}

#[test]
fn what_another_desk_has_saved_is_not_called_unsaved() {
    let placed = |error: DeskError| {
        let mut hands = Hands::new();
        hands.enter(&["51"]);
        hands.press("alt+3 7");
        sent(&mut hands);
        hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result: Err(error) }));
        hands
    };
    let wrong = |delivery| DeskError::WrongState { order_id: id(1), delivery, action: "placing it again" };
    let unread = DeskError::SavedUnread(JournalError::Unwritable("busy".into()));
    let hands = placed(unread);
    assert!(hands.said().contains("Gespeichert") && hands.cart().is_empty(), "{}", hands.said());
    let hands = placed(wrong("stray"));
    assert!(hands.said().contains("schon in OktoPOS"), "{}", hands.said());
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"], "what was typed is kept");
}

#[test]
fn a_key_that_repeats_sends_once() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7");
    let effects = hands.press("f9 up f9 f9 f9 f9 f9 enter enter");
    assert_eq!(placed(&effects).len(), 1);
}

#[test]
fn every_change_is_saved_with_the_update_that_made_it() {
    let mut hands = Hands::new();
    let effects = hands.type_text("2*5");
    assert_eq!(saved(&effects).last().unwrap().search, "2*5");
    hands.type_text("1");
    let effects = hands.press("enter");
    assert_eq!(saved(&effects).last().unwrap().lines.len(), 1);
    let effects = hands.press("alt+2 0 4 0");
    assert_eq!(saved(&effects).last().unwrap().fields[&Field::Phone], "040");
    let effects = hands.press("ctrl+z");
    assert!(!saved(&effects).last().unwrap().fields.contains_key(&Field::Phone));
    let effects = hands.press("ctrl+y");
    assert_eq!(saved(&effects).last().unwrap().fields[&Field::Phone], "040");
    assert!(saved(&hands.press("f1 esc")).is_empty(), "nothing changed, nothing is written");
}

#[test]
fn what_is_placed_is_not_saved_as_a_draft_again() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7 f9");
    let effects = hands.press("enter");
    assert!(saved(&effects).iter().all(|draft| draft.order_id != id(1)));
}

#[test]
fn drafts_come_back_where_they_were_and_nothing_typed_meanwhile_is_lost() {
    let mut first = Hands::new();
    first.enter(&["51"]);
    first.press("alt+3 shift+tab right tab + 4");
    let mut old = first.draft().clone();
    // Two runs never give one id twice.
    old.order_id = id(70);
    let mut hands = Hands::new();
    hands.take(Msg::Reply(Reply::Restored { drafts: vec![old.clone()] }));
    assert_eq!(hands.draft(), &old);
    hands.press("5");
    assert_eq!(hands.draft().fields[&Field::Due], "+45", "typing goes on behind what is there");
    let mut hands = Hands::new();
    hands.type_text("haw");
    hands.take(Msg::Reply(Reply::Restored { drafts: vec![old.clone()] }));
    assert_eq!(hands.draft().search, "haw");
    hands.press("f3 f3");
    assert_eq!(hands.draft(), &Draft { turn: hands.draft().turn, ..old });
}

#[test]
fn of_several_drafts_the_one_that_was_shown_is_in_front_again() {
    let mut first = Hands::new();
    let mut disk = std::collections::BTreeMap::new();
    let mut keep = |effects: &[Effect]| {
        for draft in saved(effects) {
            disk.insert(draft.order_id.clone(), draft.clone());
        }
    };
    keep(&first.press("5 1 enter"));
    keep(&first.press("ctrl+n"));
    keep(&first.press("4 0 2 enter"));
    keep(&first.press("ctrl+n"));
    keep(&first.press("5 2 enter"));
    keep(&first.press("f3 f3"));
    let shown = first.draft().order_id.clone();
    assert_eq!(first.cart(), ["1 Pizza Hawaii"], "the first of three is shown");
    let mut hands = Hands::new();
    // Two runs never give one id twice.
    let drafts =
        disk.into_values().map(|draft| Draft { order_id: OrderId(format!("old-{}", draft.order_id)), ..draft });
    hands.take(Msg::Reply(Reply::Restored { drafts: drafts.collect() }));
    assert_eq!(hands.draft().order_id.as_str(), format!("old-{shown}"));
}

#[test]
fn several_calls_are_open_and_each_keeps_its_place() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+5 ctrl+n");
    assert!(hands.cart().is_empty());
    hands.enter(&["402"]);
    hands.press("f3 f3");
    assert_eq!((hands.cart(), hands.draft().step), (vec!["1 Pizza Hawaii".to_owned()], Step::Payment));
    hands.press("ctrl+d");
    let effects = hands.press("j");
    assert_eq!(effects.last(), Some(&Effect::DiscardDraft(id(1))));
    assert_eq!(hands.cart(), ["1 Cola 0,5 l"]);
}

#[test]
fn a_paste_is_text_for_one_field_and_never_a_command() {
    let mut hands = Hands::new();
    let effects = hands.paste("51\r\n\u{1b}[20~\u{1b}[20~");
    assert!(placed(&effects).is_empty() && hands.cart().is_empty());
    assert!(!hands.draft().search.contains(char::is_control));
    hands.press("alt+2");
    hands.paste("040\n123456");
    assert_eq!(hands.draft().fields[&Field::Phone], "040 123456");
}

#[test]
fn the_language_changes_and_nothing_else() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    let cart = hands.cart();
    hands.press("f12");
    assert!(hands.screen().contains("Items") && hands.cart() == cart);
}
