//! What the desk says and when: nothing that matters is dropped, and nothing it says is untrue.

use crate::{
    desk::{
        event::{Connection, DeskEvent, Halt, Held, OutboxState},
        send::endpoint::Endpoint,
    },
    domain::{order::delivery::Delivery, value::text::Clean},
    i18n::Lang,
    tui::{
        msg::{Msg, OrderAction, Reply},
        state::model::Tone,
        testing::{Hands, accepted, at, id, minutes, regular, rejected, row, unknown},
    },
};

#[test]
fn the_head_drops_anything_but_the_connection() {
    let refused = Connection::KeyRefused { since: minutes(-2), only: None, reason: Clean::new("403") };
    let down = Connection::Down { since: minutes(-120), reason: Clean::new("refused") };
    for (lang, connection, word) in [
        (Lang::De, refused.clone(), "✕ Schlüssel abgelehnt"),
        (Lang::En, refused, "✕ key refused"),
        (Lang::De, down.clone(), "✕ getrennt"),
        (Lang::En, down, "✕ offline"),
    ] {
        let mut hands = Hands::speaking(lang);
        hands.list((1..=111).map(|n| row(n, accepted(4700 + i64::from(n)))).collect());
        hands.take(Msg::Desk(DeskEvent::Connection(connection)));
        for (demo, name) in [(true, "Theke 1"), (false, "Theke am Haupteingang 12")] {
            let mut shop = (*hands.shop).clone();
            shop.terminal = name.into();
            (hands.model.shop, hands.model.demo) = (shop.into(), demo);
            for (waiting, needs_person) in [(0, 0), (1, 4), (25, 112), (1234, 5678)] {
                let outbox = OutboxState { waiting, needs_person, ..OutboxState::default() };
                hands.take(Msg::Desk(DeskEvent::Outbox(outbox)));
                for columns in [80, 100, 120, 140] {
                    hands.take(Msg::Resize(columns, 24));
                    let screen = hands.screen();
                    let head = screen.lines().next().unwrap();
                    assert!(head.contains(word), "{columns}: {head}");
                    let number = format!("{needs_person} ");
                    assert!(needs_person == 0 || head.contains(&number) && head.contains("F7"), "{columns}: {head}");
                }
            }
        }
    }
}

/// A desk that was just told that order 1 is sent.
fn just_sent() -> Hands {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7 f9 enter");
    let order_id = hands.placing[0].draft().order_id.clone();
    hands.take(Msg::Reply(Reply::Placed { order_id, result: Ok(Box::new(row(1, Delivery::Queued))) }));
    assert!(hands.said().contains("Wird gesendet"), "{}", hands.said());
    hands
}

fn becomes(hands: &mut Hands, n: u32, delivery: Delivery) {
    let mut next = row(n, delivery);
    next.changed_at = minutes(0);
    hands.take(Msg::Desk(DeskEvent::Orders(vec![next])));
}

#[test]
fn an_order_that_was_refused_meanwhile_is_not_said_to_be_sent() {
    for (delivery, word) in [(rejected(), "abgelehnt"), (unknown(), "unklar")] {
        let mut hands = just_sent();
        becomes(&mut hands, 1, delivery);
        let said = hands.said().to_owned();
        assert!(said.contains(id(1).short()) && said.contains(word) && said.contains("F7"), "{said}");
        assert!(hands.screen().contains(&said), "all of it: {}", hands.screen());
        assert_eq!(hands.notice.as_ref().unwrap().tone, Tone::Alarm);
        hands.type_text("haw");
        assert_eq!(hands.said(), said, "whoever types the next order has time to read it");
        hands.take(Msg::Clock(minutes(1)));
        hands.type_text("a");
        assert_eq!(hands.said(), "");
    }
    let mut hands = just_sent();
    becomes(&mut hands, 1, accepted(4711));
    assert!(!hands.said().contains("F7"), "{}", hands.said());
}

#[test]
fn who_still_reads_that_an_order_is_sent_reads_that_it_arrived() {
    let mut hands = just_sent();
    becomes(&mut hands, 1, Delivery::Sending);
    assert!(hands.said().contains("Wird gesendet"), "{}", hands.said());
    becomes(&mut hands, 1, accepted(4711));
    let said = hands.said().to_owned();
    assert_eq!(said, "Gespeichert: Abh. Testgast 1 · 19,80 € · Nr. 4711 angekommen.");
    assert_eq!(hands.notice.as_ref().unwrap().tone, Tone::Done);
    hands.type_text("h");
    assert_eq!(hands.said(), "", "nobody has to read it");
    for keys in ["x", "f2 f7"] {
        let mut hands = just_sent();
        hands.press(keys);
        let said = hands.said().to_owned();
        becomes(&mut hands, 1, accepted(4711));
        assert_eq!(hands.said(), said, "what stands instead stays");
    }
}

#[test]
fn an_order_that_is_sent_again_is_said_to_have_arrived() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, unknown()), row(2, accepted(4712))]);
    hands.press("f7");
    let mut again = row(1, Delivery::Queued);
    (again.may_have_arrived, again.changed_at) = (true, minutes(-1));
    hands.take(Msg::Reply(Reply::Orders(vec![again])));
    hands.take(Msg::Reply(Reply::Decided { action: OrderAction::Resend, result: Ok(()) }));
    assert!(hands.said().contains("noch einmal"), "{}", hands.said());
    becomes(&mut hands, 1, accepted(4711));
    assert!(hands.said().ends_with("angekommen."), "{}", hands.said());
}

#[test]
fn what_became_of_an_order_is_said_even_if_it_was_quicker_than_the_word_that_it_is_saved() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7 f9 enter");
    becomes(&mut hands, 1, rejected());
    let order_id = hands.placing[0].draft().order_id.clone();
    let mut saved = row(1, Delivery::Queued);
    saved.changed_at = minutes(-1);
    hands.take(Msg::Reply(Reply::Placed { order_id, result: Ok(Box::new(saved)) }));
    assert!(hands.said().contains("abgelehnt"), "{}", hands.said());
}

#[test]
fn what_is_said_of_an_order_has_its_reason_as_the_detail() {
    let mut hands = just_sent();
    becomes(&mut hands, 1, rejected());
    hands.press("f10");
    assert!(hands.screen().contains("unknown product 51"), "{}", hands.screen());
    let mut hands = just_sent();
    hands.list(vec![row(2, Delivery::Sending)]);
    becomes(&mut hands, 1, unknown());
    becomes(&mut hands, 2, rejected());
    assert!(hands.said().starts_with("2 Bestellungen"), "its own detail does not silence it: {}", hands.said());
    hands.press("f10");
    let screen = hands.screen();
    assert!(screen.contains("Testgast 1") && screen.contains("unknown product 51"), "{screen}");
}

#[test]
fn the_key_for_whom_it_concerns_says_what_to_do_about_a_refused_key() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, accepted(4711)), row(2, Delivery::Queued), row(3, Delivery::Queued)]);
    let outbox = OutboxState {
        halted: Some(Halt::KeyRefused { endpoint: Endpoint::Create }),
        waiting: 2,
        ..OutboxState::default()
    };
    hands.take(Msg::Desk(DeskEvent::Outbox(outbox)));
    hands.press("f7");
    assert!(hands.said().contains("oktopos.api_key_file"), "{}", hands.said());
    assert!(hands.screen().contains(hands.said()), "all of it: {}", hands.screen());
    assert_eq!(hands.orders.row().unwrap().order_id, Some(id(2)), "the first that waits");
    hands.press("f10");
    assert!(hands.screen().contains("OktoPOS Manager"), "{}", hands.screen());
    hands.press("esc");
    hands.list(vec![row(4, rejected())]);
    hands.press("f7");
    assert_eq!((hands.orders.row().unwrap().order_id.clone(), hands.said()), (Some(id(4)), ""));
}

#[test]
fn several_are_counted_and_what_was_settled_is_not_said_any_longer() {
    let mut hands = just_sent();
    hands.list(vec![row(2, Delivery::Sending)]);
    becomes(&mut hands, 1, unknown());
    becomes(&mut hands, 2, rejected());
    assert!(hands.said().starts_with("2 Bestellungen"), "{}", hands.said());
    becomes(&mut hands, 1, accepted(4711));
    assert!(hands.said().contains(id(2).short()), "{}", hands.said());
    becomes(&mut hands, 2, Delivery::Cancelled);
    assert_eq!(hands.said(), "");
}

#[test]
fn an_order_that_is_held_back_from_now_on_is_said() {
    let held = |n| vec![(id(n), Held::DuePassed { due_at: at("2026-05-04T15:40:00Z") })];
    let outbox = |held| Msg::Desk(DeskEvent::Outbox(OutboxState { held, ..OutboxState::default() }));
    let mut hands = Hands::new();
    hands.list(vec![row(1, Delivery::Queued), row(2, Delivery::Queued)]);
    hands.take(outbox(held(2)));
    assert_eq!(hands.said(), "", "what was held before is in the head and the list");
    hands.take(outbox([held(1), held(2)].concat()));
    assert!(hands.said().contains("Zeit vorbei") && hands.said().contains(id(1).short()), "{}", hands.said());
}

#[test]
fn the_list_names_everything_that_needs_somebody() {
    let mut hands = Hands::new();
    let mut refused = row(4, accepted(4711));
    refused.status_problem = Some("in_preparation: no".into());
    hands.list(vec![row(1, unknown()), row(2, rejected()), row(3, rejected()), refused]);
    hands.press("f2");
    let screen = hands.screen();
    assert!(screen.lines().nth(1).unwrap().contains("▲ 1 unklar · 2 abgelehnt · 1 zu klären  F7"), "{screen}");
}

#[test]
fn a_refused_status_names_its_key_first_and_what_the_key_does() {
    let mut hands = Hands::new();
    let mut refused = row(1, accepted(4711));
    let why = "Bad Request (a fault of the sandbox that goes on for longer than the line has room)";
    refused.status_problem = Some(format!("in_preparation: {why}"));
    hands.list(vec![refused]);
    hands.press("f2");
    let screen = hands.screen();
    assert!(screen.contains("▲ x nimmt es zur Kenntnis · Status abgelehnt: In Arbeit: Bad Request"), "{screen}");
    let footer = screen.lines().last().unwrap();
    assert!(footer.contains("x zur Kenntnis") && !footer.contains("zurücknehmen"), "{footer}");
    hands.list(vec![row(1, accepted(4711)), row(2, Delivery::Queued)]);
    hands.press("end");
    assert!(hands.screen().contains("x zurücknehmen"), "{}", hands.screen());
}

#[test]
fn the_question_before_all_parts_says_what_enter_does() {
    let mut hands = Hands::new();
    hands.enter(&["51", "402"]);
    hands.press("alt+3 7 alt+1 ctrl+g 1 enter");
    let screen = hands.screen();
    assert!(screen.contains("Alle Teile jetzt senden?"), "{screen}");
    let footer = screen.lines().last().unwrap();
    assert!(footer.contains("Enter einzeln prüfen") && !footer.contains("OK"), "{footer}");
}

#[test]
fn what_was_taken_back_and_done_again_is_named() {
    let mut hands = Hands::new();
    hands.enter(&["2*51", "901"]);
    hands.press("a + f5");
    hands.enter(&["scharf"]);
    hands.press("delete ctrl+o alt+2");
    hands.type_text("040 1");
    hands.press("alt+1");
    hands.type_text("haw");
    let steps = [
        "Telefon",
        "Art: Abholung",
        "3 × Pizza Hawaii weg",
        "Bemerkung zu Pizza Hawaii",
        "Pizza Hawaii 2 → 3",
        "1 × extra Käse",
        "2 × Pizza Hawaii",
    ];
    for step in steps {
        hands.press("ctrl+z");
        assert_eq!(hands.said(), format!("Zurückgenommen: {step}"), "{:?}", hands.cart());
    }
    hands.press("ctrl+z");
    assert_eq!(hands.said(), "Nichts zurückzunehmen.");
    for step in steps.iter().rev() {
        hands.press("ctrl+y");
        assert_eq!(hands.said(), format!("Erneut: {step}"), "{:?}", hands.cart());
    }
    assert_eq!(hands.draft().search, "haw");
}

#[test]
fn a_guest_that_was_found_names_only_keys_that_work_where_the_cursor_is() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text("040 123456");
    hands.answer_caller(regular());
    assert!(hands.screen().contains("↓ ↑ wählt, Enter übernimmt, F5 wiederholt"), "{}", hands.screen());
    hands.press("enter");
    let screen = hands.screen();
    assert!(!screen.contains("übernimmt") && screen.contains("F5 wiederholt"), "{screen}");
    hands.press("f5");
    assert!(!hands.screen().contains("F5 wiederholt"), "{}", hands.screen());
    hands.press("up");
    assert!(hands.screen().contains("↓ ↑ wählt, Enter übernimmt"), "{}", hands.screen());
}

#[test]
fn what_cannot_be_added_says_why() {
    let said = |cart: &[&str], text: &str| {
        let mut hands = Hands::new();
        hands.enter(cart);
        hands.type_text(text);
        let shown = hands.screen();
        hands.press("enter");
        assert_eq!(hands.cart().len(), cart.len());
        (hands.said().to_owned(), shown)
    };
    for (cart, text) in [(&[][..], "0*51"), (&[], "0*"), (&["51"], "0*"), (&["51"], "0*402")] {
        let (said, shown) = said(cart, text);
        assert!(said.starts_with("Die Menge 0 geht nicht."), "{text}: {said}");
        assert!(shown.contains("Die Menge 0 geht nicht") && !shown.contains("Kein Artikel"), "{shown}");
    }
    assert_eq!(said(&[], "#scharf").0, "Der Warenkorb ist leer: Eine Bemerkung braucht eine Zeile.");
    assert_eq!(said(&[], "2*").0, "Der Warenkorb ist leer.");
    assert!(said(&["51"], "qqqq").0.starts_with("Kein Artikel passt."));
}

#[test]
fn what_is_not_right_is_not_said_to_be_missing() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("ctrl+o alt+3");
    hands.type_text("17:00");
    hands.press("f9");
    assert_eq!(hands.said(), "1 Punkt stimmt nicht.");
    assert!(hands.screen().lines().last().unwrap().contains("Enter berichtigen"), "{}", hands.screen());
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("f9");
    assert_eq!(hands.said(), "1 Punkt fehlt noch.");
    assert!(hands.screen().lines().last().unwrap().contains("Enter ergänzen"), "{}", hands.screen());
}
