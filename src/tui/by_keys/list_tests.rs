//! The live list by keys.

use rstest::rstest;

use crate::{
    desk::{
        DeskError,
        event::{DeskEvent, Held, OutboxState},
        live::LiveKey,
    },
    domain::{
        delivery::Delivery,
        ids::{InternalId, OrderId},
        text::Clean,
    },
    ports::journal::{OrderRow, PersonDecision},
    tui::{
        effect::Effect,
        model::Screen,
        msg::{Action, Msg, Reply},
        overlay::Overlay,
        testing::{Hands, accepted, disk_full, foreign, id, minutes, record, rejected, row, unknown},
    },
};

/// A desk that shows these orders.
fn showing(rows: Vec<OrderRow>) -> Hands {
    let mut hands = Hands::new();
    hands.list(rows);
    assert_eq!(hands.press("f2"), [Effect::Poll]);
    hands
}

fn status(n: u32, status: &str, reason: Option<&str>) -> Effect {
    Effect::RequestStatus { order_id: id(n), status: status.into(), reason: reason.map(str::to_owned) }
}

fn decided(n: u32, decision: PersonDecision) -> Effect {
    Effect::Decide { order_id: id(n), decision }
}

fn answer(hands: &mut Hands, request: u64, n: u32, delivery: Delivery) {
    hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(record(n, delivery))) }));
}

fn selected(hands: &Hands) -> OrderId {
    hands.orders.row().unwrap().order_id.clone().unwrap()
}

#[rstest]
#[case("s enter", "in_preparation", None)]
#[case("s 2", "cancelled", None)]
#[case("s down enter", "cancelled", None)]
#[case("s tab x y enter", "in_preparation", Some("xy"))]
#[case("s tab 2 tab 2", "cancelled", Some("2"))]
fn a_status_takes_two_keys(#[case] keys: &str, #[case] token: &str, #[case] reason: Option<&str>) {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    assert_eq!(hands.press(keys), [status(1, token, reason)]);
    assert!(hands.overlay.is_none());
}

#[test]
fn the_cursor_stays_on_its_order_when_its_status_was_recorded() {
    let mut hands = showing((1..=5).map(|n| row(n, accepted(4710 + i64::from(n)))).collect());
    hands.press("down down");
    let third = selected(&hands);
    hands.press("s enter");
    let mut changed = row(3, accepted(4713));
    changed.pending_status = Some("in_preparation".into());
    changed.changed_at = minutes(0);
    hands.take(Msg::Reply(Reply::Orders(vec![changed])));
    let action = Action::Status("in_preparation".into());
    hands.take(Msg::Reply(Reply::Decided { action, result: Ok(()) }));
    assert_eq!(selected(&hands), third);
    assert!(hands.said().contains("In Arbeit"), "{}", hands.said());
    assert!(hands.screen().contains("… In Arbeit"));
}

#[test]
fn the_cursor_follows_its_order_when_rows_come_and_move() {
    let mut hands = showing((1..=3).map(|n| row(n, accepted(4710 + i64::from(n)))).collect());
    hands.press("down");
    let mine = selected(&hands);
    hands.take(Msg::Desk(DeskEvent::Orders(vec![row(8, unknown()), row(9, rejected())])));
    assert_eq!((hands.orders.selected, selected(&hands)), (3, mine.clone()));
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![foreign(1, Some(1))], at: minutes(0) }));
    assert_eq!(selected(&hands), mine);
    let mut late = row(2, accepted(4712));
    (late.due_at, late.changed_at) = (Some(minutes(90)), minutes(0));
    hands.take(Msg::Desk(DeskEvent::Orders(vec![late])));
    assert_eq!(selected(&hands), mine);
    let held =
        vec![(id(2), Held::OtherAddress { base_url: Clean::new("http://elsewhere"), now: Clean::new("http://here") })];
    hands.take(Msg::Desk(DeskEvent::Outbox(OutboxState { held, ..OutboxState::default() })));
    assert_eq!(selected(&hands), mine);
}

#[test]
fn an_order_from_elsewhere_without_a_number_says_why_not() {
    let mut hands = showing(Vec::new());
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![foreign(1, None)], at: minutes(0) }));
    assert!(hands.press("s").is_empty() && hands.overlay.is_none());
    assert!(hands.said().contains("nur in OktoPOS ändern"), "{}", hands.said());
    assert!(hands.press("enter").is_empty(), "nothing is read: all that is known is in the list");
    assert!(hands.screen().contains("Kommt aus einem anderen System"));
}

#[test]
fn an_order_from_elsewhere_with_a_number_takes_a_status() {
    let mut hands = showing(Vec::new());
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![foreign(1, Some(4800))], at: minutes(0) }));
    let wanted = Effect::ForeignStatus { internal_id: InternalId(4800), status: "in_preparation".into(), reason: None };
    assert_eq!(hands.press("s enter"), [wanted]);
}

#[test]
fn an_unknown_order_needs_one_key_and_a_yes() {
    let mut hands = showing(vec![row(1, unknown())]);
    assert!(hands.press("s").is_empty() && hands.overlay.is_none());
    assert!(hands.press("w").is_empty());
    assert!(hands.press("w x a q").is_empty(), "other keys answer nothing");
    assert!(matches!(hands.overlay, Some(Overlay::Confirm(_))));
    assert!(hands.press("n").is_empty() && hands.overlay.is_none());
    assert_eq!(hands.press("w j"), [decided(1, PersonDecision::Resend)]);
    assert_eq!(hands.press("a enter"), [decided(1, PersonDecision::Settle { internal_id: None })]);
    assert!(hands.press("b").is_empty(), "what may have arrived is not corrected");
    hands.take(Msg::Reply(Reply::Decided { action: Action::Resend, result: Err(disk_full()) }));
    assert!(hands.said().contains("bleibt, wie es war"), "{}", hands.said());
}

#[rstest]
#[case(accepted(4711), "w a x b")]
#[case(Delivery::Sending, "w a x b")]
#[case(Delivery::Queued, "w a")]
#[case(rejected(), "w a s")]
#[case(unknown(), "x b s")]
fn what_does_not_fit_says_why(#[case] delivery: Delivery, #[case] keys: &str) {
    let mut hands = showing(vec![row(1, delivery)]);
    for key in keys.split(' ') {
        assert!(hands.press(key).is_empty(), "{key}");
        assert!(hands.overlay.is_none() && !hands.said().is_empty(), "{key}");
        let footer = hands.screen().lines().last().unwrap().to_owned();
        assert!(!footer.contains(&format!(" {key} ")), "{key} is not offered: {footer}");
    }
}

#[test]
fn a_rejected_order_is_corrected_as_the_same_order() {
    let mut hands = showing(vec![row(7, rejected())]);
    let [Effect::LoadOrder { order_id, request }] = &hands.press("b")[..] else { panic!() };
    assert_eq!(*order_id, id(7));
    let effects =
        hands.take(Msg::Reply(Reply::Order { request: *request, result: Ok(Box::new(record(7, rejected()))) }));
    assert_eq!((hands.screen, &hands.draft().order_id), (Screen::Draft, &id(7)));
    assert_eq!(hands.cart(), ["2 Pizza Hawaii", "+ 1 extra Käse", "1 Cola 0,5 l #kalt"]);
    assert!(hands.said().contains("unknown product 51"), "{}", hands.said());
    assert!(matches!(&effects[..], [Effect::SaveDraft(draft)] if draft.correction), "{effects:?}");
    // A second correction of the same order finds the draft that is open.
    hands.press("ctrl+n f2");
    let [Effect::LoadOrder { request, .. }] = hands.press("b")[..] else { panic!() };
    answer(&mut hands, request, 7, rejected());
    assert_eq!(hands.draft().order_id, id(7));
    assert_eq!(hands.slots.iter().filter(|slot| slot.draft().order_id == id(7)).count(), 1);
}

#[test]
fn a_queued_order_leaves_the_outbox_before_it_is_corrected() {
    let mut hands = showing(vec![row(1, Delivery::Queued)]);
    let effects = hands.press("b");
    let [cancel, Effect::LoadOrder { request, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*cancel, decided(1, PersonDecision::Cancel));
    answer(&mut hands, *request, 1, Delivery::Cancelled);
    assert_eq!(hands.draft().order_id, id(1));
}

#[test]
fn a_queued_order_that_was_just_sent_is_not_corrected() {
    let mut hands = showing(vec![row(1, Delivery::Queued)]);
    hands.press("b");
    let error = DeskError::WrongState { order_id: id(1), delivery: "sending", action: "cancel" };
    hands.take(Msg::Reply(Reply::Decided { action: Action::Cancel, result: Err(error) }));
    let request = hands.request;
    answer(&mut hands, request, 1, Delivery::Sending);
    assert_eq!((hands.screen, hands.slots.len()), (Screen::Orders, 1));
}

#[test]
fn a_stale_answer_is_ignored() {
    let mut hands = showing(vec![row(1, accepted(4711)), row(2, accepted(4712))]);
    hands.press("enter");
    let first = hands.request;
    hands.press("down enter");
    answer(&mut hands, first, 1, accepted(4711));
    assert!(hands.overlay.is_none());
    let second = hands.request;
    answer(&mut hands, second, 2, accepted(4712));
    let Some(Overlay::Details(_)) = hands.overlay else { panic!() };
    hands.press("esc");
    answer(&mut hands, second, 2, accepted(4712));
    assert!(hands.overlay.is_none(), "an answer counts once");
}

#[test]
fn details_do_not_open_over_somebody_who_went_on_typing() {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    hands.press("enter f2");
    let request = hands.request;
    hands.type_text("s");
    answer(&mut hands, request, 1, accepted(4711));
    assert!(hands.type_text("2").iter().all(|effect| matches!(effect, Effect::SaveDraft(_))));
    assert_eq!((hands.overlay.is_none(), hands.draft().search.as_str()), (true, "s2"));
}

#[test]
fn keys_over_details_are_for_the_order_that_is_shown() {
    let mut hands = showing(vec![row(1, accepted(4711)), row(2, accepted(4712))]);
    hands.press("enter");
    let request = hands.request;
    answer(&mut hands, request, 1, accepted(4711));
    hands.press("j down end f t /");
    assert_eq!((selected(&hands), hands.orders.searching), (id(1), false));
    assert_eq!(hands.press("s enter"), [status(1, "in_preparation", None)]);
    hands.press("enter");
    let request = hands.request;
    answer(&mut hands, request, 1, accepted(4711));
    let mut done = row(1, accepted(4711));
    (done.status, done.changed_at) = (Some("completed".into()), minutes(0));
    hands.take(Msg::Desk(DeskEvent::Orders(vec![done])));
    assert!(hands.press("s enter").is_empty(), "the cursor is on another order now");
}

#[test]
fn the_list_is_searched_and_filtered() {
    let mut other = row(2, accepted(4712));
    (other.who, other.order_type) = ("Müller".into(), Some(crate::domain::order::OrderType::Delivery));
    let mut done = row(3, accepted(4713));
    done.status = Some("completed".into());
    let mut hands = showing(vec![row(1, accepted(4711)), other, done, row(4, rejected()), row(5, unknown())]);
    let count = |hands: &Hands| hands.orders.list.len();
    assert_eq!(count(&hands), 4, "open ones");
    hands.press("/");
    hands.type_text("muell");
    assert_eq!(count(&hands), 1);
    assert!(hands.screen().contains("„muell“"), "a filter is always seen: {}", hands.screen());
    hands.press("enter s");
    assert!(matches!(hands.overlay, Some(Overlay::Status(_))), "keys are keys again");
    hands.press("esc / esc");
    assert_eq!(count(&hands), 4);
    let counts: Vec<usize> = (0..6)
        .map(|_| {
            hands.press("f");
            count(&hands)
        })
        .collect();
    assert_eq!(counts, [5, 1, 1, 0, 3, 4], "all, unclear, rejected, waiting, arrived, open");
    hands.press("t t t");
    assert_eq!(count(&hands), 1);
    hands.press("t t g g g");
    assert_eq!(count(&hands), 1, "completed ones");
    hands.press("f7");
    assert_eq!(selected(&hands), id(5), "attention shows everything that is open and goes to the first");
}

#[test]
fn the_first_order_that_needs_somebody_is_one_key_away_from_anywhere() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, accepted(4711)), row(2, unknown()), row(3, rejected())]);
    hands.press("alt+2 f7");
    assert_eq!((hands.screen, selected(&hands)), (Screen::Orders, id(2)));
    assert!(hands.screen().contains("no answer within 35 s"), "the reason stands in the list: {}", hands.screen());
    hands.press("down");
    assert!(hands.screen().contains("unknown product 51"), "{}", hands.screen());
    hands.press("esc");
    assert_eq!(hands.screen, Screen::Draft);
    let mut calm = Hands::new();
    calm.press("f7");
    assert!(!calm.said().is_empty());
}

#[test]
fn an_answer_from_the_ready_list_settles_the_row() {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    let mut ready = foreign(1, Some(4711));
    ready.order_id = Some(id(1));
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![ready.clone(), ready], at: minutes(0) }));
    assert_eq!(hands.orders.list.total(), 1);
    assert_eq!(hands.orders.row().unwrap().key, LiveKey::Order(id(1)));
    assert_eq!(hands.press("f5"), [Effect::Poll]);
}
