//! The live list by keys.

use rstest::rstest;

use crate::{
    desk::{
        DeskError,
        event::{DeskEvent, Held, OutboxState},
        live::LiveKey,
    },
    domain::{
        order::{OrderType, delivery::Delivery},
        shop::TableRange,
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    ports::journal::{OrderRow, PersonDecision},
    tui::{
        effect::Effect,
        msg::{Msg, OrderAction, Reply},
        state::{
            model::Screen,
            overlay::{Overlay, status::StatusTarget},
        },
        testing::{Hands, accepted, at as clock, disk_full, foreign, id, minutes, record, rejected, row, unknown},
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
    Effect::RequestStatus { order_id: id(n), status: status.into(), reason: reason.map(str::to_owned), hold: 5 }
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
#[case("s i", "in_preparation", None)]
#[case("s I", "in_preparation", None)]
#[case("s tab x y enter", "in_preparation", Some("xy"))]
#[case("s tab 2 tab i", "in_preparation", Some("2"))]
#[case("x 1 enter", "cancelled", Some("Gast hat abgesagt"))]
#[case("s x 2 enter", "cancelled", Some("versehentlich aufgenommen"))]
#[case("x down down enter", "cancelled", Some("versehentlich aufgenommen"))]
#[case("x 1 e g a l enter", "cancelled", Some("egal"))]
fn a_status_takes_two_keys_and_cancelling_a_reason(
    #[case] keys: &str,
    #[case] token: &str,
    #[case] reason: Option<&str>,
) {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    assert_eq!(hands.press(keys), [status(1, token, reason)]);
    assert!(hands.overlay.is_none());
}

#[test]
fn a_letter_means_one_status_only_and_no_digit_means_any() {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    assert!(hands.press("s 1 2 3 c").is_empty(), "completed does not follow yet, and is not mistaken for what does");
    assert!(hands.said().contains("Abgeschlossen passt jetzt nicht"), "{}", hands.said());
    assert!(matches!(hands.overlay, Some(Overlay::Status(_))));
    hands.press("esc");
    let mut cooking = row(1, accepted(4711));
    (cooking.status, cooking.changed_at) = (Some("in_preparation".into()), minutes(0));
    hands.list(vec![cooking]);
    assert_eq!(hands.press("s c"), [status(1, "completed", None)]);
}

#[test]
fn nothing_is_cancelled_without_a_reason() {
    let mut hands = showing(vec![row(1, accepted(4711))]);
    assert!(hands.press("x enter enter").is_empty());
    assert!(hands.said().contains("Erst ein Grund"), "{}", hands.said());
    assert!(matches!(hands.overlay, Some(Overlay::Cancel(_))));
    assert!(hands.press("space space enter").is_empty(), "blanks are no reason");
    assert!(hands.press("esc").is_empty() && hands.overlay.is_none());
}

#[test]
fn the_chosen_status_stays_marked_while_its_reason_is_typed() {
    let unheard = OrderRow { status: Some("of OktoPOS alone".into()), ..row(1, accepted(4711)) };
    let mut hands = showing(vec![unheard]);
    hands.press("s");
    let mark = |hands: &Hands, letter: char| hands.screen().contains(&format!("▌{letter} "));
    assert!(mark(&hands, 'r'), "{}", hands.screen());
    hands.press("tab x");
    assert!(mark(&hands, 'r'), "{}", hands.screen());
    hands.press("down");
    assert!(mark(&hands, 'i') && !mark(&hands, 'r'), "an arrow moves what is seen: {}", hands.screen());
    assert_eq!(hands.press("y enter"), [status(1, "in_preparation", Some("xy"))]);
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
    let action = OrderAction::Status { of: StatusTarget::Ours(id(3)), status: "in_preparation".into() };
    hands.take(Msg::Reply(Reply::Decided { action, result: Ok(()) }));
    assert_eq!(selected(&hands), third);
    assert!(hands.said().contains("In Arbeit"), "{}", hands.said());
    assert!(hands.said().starts_with("Nr. 4713 · Testgast 3: "), "{}", hands.said());
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
    hands.take(Msg::Reply(Reply::Decided { action: OrderAction::Resend, result: Err(disk_full()) }));
    assert!(hands.said().contains("bleibt, wie es war"), "{}", hands.said());
}

#[rstest]
#[case(accepted(4711), "w a b")]
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
    assert!(
        matches!(&effects[..], [Effect::SaveDraft(draft), Effect::LookUp { .. }] if draft.corrects.is_some()),
        "{effects:?}"
    );
    // A second correction of the same order finds the draft that is open.
    hands.press("ctrl+n f2");
    let [Effect::LoadOrder { request, .. }] = hands.press("b")[..] else { panic!() };
    answer(&mut hands, request, 7, rejected());
    assert_eq!(hands.draft().order_id, id(7));
    assert_eq!(hands.slots.iter().filter(|slot| slot.draft().order_id == id(7)).count(), 1);
}

/// Presses `b` and answers that the order waits: what is asked of the journal then.
fn taking_back(hands: &mut Hands, n: u32) -> Box<crate::domain::draft::Draft> {
    let [Effect::LoadOrder { request, .. }] = hands.press("b")[..] else { panic!() };
    let record = Box::new(record(n, Delivery::Queued));
    let effects = hands.take(Msg::Reply(Reply::Order { request, result: Ok(record) }));
    let [Effect::Reopen(draft)] = &effects[..] else { panic!("{effects:?}") };
    draft.clone()
}

fn reopened(hands: &mut Hands, draft: &crate::domain::draft::Draft, result: Result<Delivery, DeskError>) {
    let result = result.map(|delivery| Box::new(row(7, delivery)));
    hands.take(Msg::Reply(Reply::Reopened { draft: Box::new(draft.clone()), result }));
}

#[test]
fn a_queued_order_is_taken_back_together_with_its_draft() {
    let mut hands = showing(vec![row(7, Delivery::Queued)]);
    let draft = taking_back(&mut hands, 7);
    assert_eq!((hands.screen, draft.order_id.clone()), (Screen::Orders, id(7)), "not opened before it is on disk");
    reopened(&mut hands, &draft, Ok(Delivery::Cancelled));
    assert_eq!((hands.screen, hands.draft().order_id.clone()), (Screen::Draft, id(7)));
    assert!(!hands.draft().lines.is_empty());
}

#[test]
fn a_key_after_the_one_that_corrects_does_not_lose_the_order() {
    for keys in ["enter", "down enter", "b", "f2 f2 enter"] {
        let mut hands = showing(vec![row(7, Delivery::Queued), row(9, accepted(4711))]);
        let [Effect::LoadOrder { request, .. }] = hands.press("b")[..] else { panic!() };
        hands.press(keys);
        let record = Box::new(record(7, Delivery::Queued));
        let effects = hands.take(Msg::Reply(Reply::Order { request, result: Ok(record) }));
        let Some(Effect::Reopen(draft)) = effects.first() else { panic!("{keys}: {effects:?}") };
        reopened(&mut hands, draft, Ok(Delivery::Cancelled));
        assert_eq!(hands.draft().order_id, id(7), "{keys}");
    }
}

#[test]
fn quitting_right_after_the_key_that_corrects_leaves_the_order_waiting() {
    let mut hands = showing(vec![row(7, Delivery::Queued)]);
    let effects = hands.press("b ctrl+q");
    assert!(matches!(effects[..], [Effect::LoadOrder { .. }, Effect::Quit]), "{effects:?}");
}

#[test]
fn a_corrected_order_does_not_come_under_the_hands_of_who_went_on() {
    let mut hands = showing(vec![row(7, Delivery::Queued)]);
    let draft = taking_back(&mut hands, 7);
    hands.press("f2");
    hands.enter(&["51"]);
    reopened(&mut hands, &draft, Ok(Delivery::Cancelled));
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    assert!(hands.said().contains("F3"), "{}", hands.said());
    hands.press("f3 f3");
    assert_eq!(hands.draft().order_id, id(7));
}

#[test]
fn a_queued_order_that_was_just_sent_is_not_corrected() {
    let mut hands = showing(vec![row(7, Delivery::Queued)]);
    let draft = taking_back(&mut hands, 7);
    let error = DeskError::WrongState { order_id: id(7), delivery: "sending", action: "cancel" };
    reopened(&mut hands, &draft, Err(error));
    assert!(hands.said().contains("Nicht zurückgenommen"), "{}", hands.said());
    assert_eq!((hands.screen, hands.slots.len()), (Screen::Orders, 1));
    let [Effect::LoadOrder { request, .. }] = hands.press("b")[..] else { panic!() };
    answer(&mut hands, request, 7, Delivery::Sending);
    assert_eq!((hands.screen, hands.slots.len()), (Screen::Orders, 1));
}

#[test]
fn what_may_have_arrived_is_said_before_it_is_taken_back_or_corrected() {
    for delivery in [Delivery::Queued, rejected()] {
        let unclear = OrderRow { may_have_arrived: true, ..row(1, delivery.clone()) };
        let mut hands = showing(vec![unclear]);
        assert!(hands.press("x").is_empty());
        assert!(hands.screen().contains("Vielleicht ist sie schon in OktoPOS"), "{}", hands.screen());
        assert!(!hands.screen().contains("Sie wird nicht gesendet"));
        assert!(hands.press("n b").is_empty(), "asked first");
        assert!(matches!(hands.press("j")[..], [Effect::LoadOrder { .. }]));
        let mut hands = showing(vec![row(1, delivery)]);
        hands.press("x");
        assert!(hands.screen().contains("Sie wird nicht gesendet"));
    }
}

#[test]
fn what_was_given_up_and_is_in_oktopos_is_loud_and_has_a_way_out() {
    for delivery in [Delivery::Cancelled, rejected()] {
        let stray = OrderRow { stray: true, may_have_arrived: true, ..row(2, delivery) };
        let mut hands = showing(vec![row(1, accepted(4711)), stray]);
        hands.press("f7");
        assert_eq!(selected(&hands), id(2));
        assert!(hands.screen().contains("In OktoPOS, obwohl hier zurückgenommen"), "{}", hands.screen());
        assert!(hands.screen().contains("▲ in OktoPOS"), "{}", hands.screen());
        for key in ["x", "b", "w", "s"] {
            assert!(hands.press(key).is_empty() && hands.overlay.is_none(), "{key}");
        }
        assert_eq!(hands.press("a j"), [decided(2, PersonDecision::Settle { internal_id: None })]);
    }
}

#[test]
fn a_refused_status_calls_a_person_who_takes_note() {
    let problem = OrderRow { status_problem: Some("unknown status".into()), ..row(2, accepted(4712)) };
    let mut hands = showing(vec![row(1, accepted(4711)), problem]);
    hands.press("f7");
    assert_eq!(selected(&hands), id(2));
    assert!(hands.screen().contains("Status abgelehnt: unknown status"), "{}", hands.screen());
    assert_eq!(hands.press("x j"), [decided(2, PersonDecision::DropStatus)]);
}

#[test]
fn a_status_that_waits_says_why() {
    let pending_status = Some("completed".into());
    let waits = OrderRow { pending_status, status_tried: Some("no answer in time".into()), ..row(1, accepted(4711)) };
    let hands = showing(vec![waits]);
    assert!(
        hands.screen().contains("Status wartet, zuletzt: Keine Antwort innerhalb der Wartezeit"),
        "{}",
        hands.screen()
    );
}

#[test]
fn a_status_for_another_oktopos_asks_about_the_number() {
    let mut hands = showing(vec![row(1, accepted(4711)), row(2, Delivery::Queued)]);
    let away = Held::OtherAddress { base_url: Clean::new("http://elsewhere"), now: Clean::new("http://here") };
    let held = vec![(id(1), away.clone()), (id(2), away)];
    hands.take(Msg::Desk(DeskEvent::Outbox(OutboxState { held, ..OutboxState::default() })));
    hands.press("home");
    let at = |hands: &mut Hands, n| {
        while selected(hands) != id(n) {
            hands.press("down");
        }
    };
    at(&mut hands, 1);
    hands.press("w");
    assert!(hands.screen().contains("Nr. 4711 ist vom anderen OktoPOS"), "{}", hands.screen());
    let readdress = |n, number: Option<i64>| {
        let internal_id = number.map(InternalId);
        decided(n, PersonDecision::Readdress { base_url: "http://here".into(), internal_id })
    };
    assert_eq!(hands.press("j"), [readdress(1, Some(4711))], "this one and no other");
    assert_eq!(hands.press("x j"), [decided(1, PersonDecision::DropStatus)]);
    hands.press("home");
    at(&mut hands, 2);
    assert_eq!(hands.press("w j"), [readdress(2, None)], "orders with a number are not among those that wait");
}

#[test]
fn questions_name_the_order_as_the_list_does() {
    for (key, delivery) in [("w", unknown()), ("a", unknown()), ("x", Delivery::Queued)] {
        let mut hands = showing(vec![row(1, delivery)]);
        hands.press(key);
        assert!(hands.screen().contains("Abholung · 18:02 · 19,80 € · Testgast 1"), "{key}\n{}", hands.screen());
    }
}

#[test]
fn throwing_a_correction_away_says_what_becomes_of_the_order() {
    for (delivery, unclear, words) in [
        (rejected(), false, "bleibt in der Liste"),
        (Delivery::Cancelled, false, "wird dann nie gesendet"),
        (Delivery::Cancelled, true, "vielleicht schon in OktoPOS"),
    ] {
        let mut hands = showing(vec![OrderRow { may_have_arrived: unclear, ..row(7, delivery.clone()) }]);
        hands.press("f f f f");
        let mut filter = hands.model.orders.list.filter().clone();
        (filter.open_only, filter.delivery) = (false, None);
        hands.model.orders.list.set_filter(filter);
        let mut effects = hands.press("b");
        if unclear {
            effects = hands.press("j");
        }
        let [Effect::LoadOrder { request, .. }] = effects[..] else { panic!("{effects:?}") };
        answer(&mut hands, request, 7, delivery);
        hands.press("ctrl+d");
        assert!(hands.screen().contains(words), "{words}\n{}", hands.screen());
    }
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("ctrl+d");
    assert!(hands.screen().contains("wurde nie gesendet"));
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
fn a_table_is_called_the_same_wherever_it_fits() {
    let at_table = OrderRow { table: Some(33), order_type: Some(OrderType::Local), ..row(1, accepted(4711)) };
    let mut hands = showing(vec![at_table]);
    let terrace = TableRange { from: 31, to: 39, seats: 0, area: String::new(), name: "Terrasse".into() };
    std::sync::Arc::make_mut(&mut hands.model.shop).tables = vec![terrace];
    for columns in [100, 120, 140] {
        hands.take(Msg::Resize(columns, 30));
        let screen = hands.screen();
        assert!(screen.contains("Terrasse 3 ") && screen.contains(" +20 "), "{columns}: {screen}");
    }
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
    assert_eq!(hands.screen, Screen::Orders, "letters behind an Esc too many must not reach the order");
    assert!(hands.said().contains("F2"), "{}", hands.said());
    hands.press("f2");
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
    assert_eq!(hands.press("f5"), [Effect::TryNow]);
}

/// An order of ours that is due in so many hours.
fn due_in(n: u32, hours: i64) -> OrderRow {
    OrderRow { due_at: Some(minutes(hours * 60)), ..row(n, accepted(i64::from(n))) }
}

fn shown(hands: &Hands) -> Vec<String> {
    hands.orders.list.iter_from(0).map(|row| row.who.to_string()).collect()
}

#[test]
fn orders_for_later_days_stand_apart_until_they_are_due() {
    let mut hands = Hands::new();
    // It is 17:42 on Monday; the last one is for Wednesday.
    hands.list(vec![due_in(2, 48), due_in(3, 1), due_in(4, 17), due_in(5, 5), due_in(6, 25)]);
    hands.press("f2");
    assert_eq!(shown(&hands), ["3", "5", "4", "6", "2"].map(|n| format!("Testgast {n}")));
    let screen = hands.screen();
    let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}\n{screen}"));
    assert!(at("Testgast 5") < at("Di 05.05.") && at("Di 05.05.") < at("Testgast 4"));
    assert!(at("Testgast 6") < at("Mi 06.05.") && at("Mi 06.05.") < at("Testgast 2"));
    assert!(screen.contains("5 von 5 · 3 später"), "{screen}");
    hands.press("/");
    hands.type_text("000000000006");
    assert_eq!(shown(&hands), ["Testgast 6"], "a search finds them");
    hands.press("esc home down down");
    assert_eq!(hands.orders.row().map(|row| row.who.to_string()).as_deref(), Some("Testgast 4"));
    hands.take(Msg::Clock(clock("2026-05-04T22:00:00Z")));
    assert_eq!(hands.orders.row().map(|row| row.who.to_string()).as_deref(), Some("Testgast 4"), "it stays selected");
    let screen = hands.screen();
    assert!(!screen.contains("Di 05.05.") && screen.contains("Mi 06.05."), "{screen}");
    assert_eq!(hands.orders.list.later_count(), 1, "Tuesday began");
}

#[test]
fn what_is_due_soon_after_midnight_is_due() {
    let mut hands = Hands::new();
    hands.take(Msg::Clock(clock("2026-05-04T21:50:00Z")));
    let at_half_past = OrderRow { due_at: Some(clock("2026-05-04T22:30:00Z")), ..row(2, accepted(2)) };
    let at_noon = OrderRow { due_at: Some(clock("2026-05-05T10:00:00Z")), ..row(3, accepted(3)) };
    hands.list(vec![at_half_past, at_noon]);
    assert_eq!(hands.orders.list.later_count(), 1);
    hands.take(Msg::Clock(clock("2026-05-04T22:00:00Z")));
    assert_eq!(hands.orders.list.later_count(), 0);
}

#[test]
fn days_begin_where_the_shop_is_also_when_the_clocks_change() {
    for (now, due, later) in [
        ("2026-03-28T12:00:00Z", "2026-03-28T22:59:00Z", false),
        ("2026-03-28T12:00:00Z", "2026-03-28T23:00:00Z", true),
        ("2026-03-29T12:00:00Z", "2026-03-29T21:59:00Z", false),
        ("2026-03-29T12:00:00Z", "2026-03-29T22:00:00Z", true),
        ("2026-10-25T12:00:00Z", "2026-10-25T22:59:00Z", false),
        ("2026-10-25T12:00:00Z", "2026-10-25T23:00:00Z", true),
    ] {
        let mut hands = Hands::new();
        hands.take(Msg::Clock(clock(now)));
        hands.list(vec![OrderRow { due_at: Some(clock(due)), ..row(2, accepted(2)) }]);
        assert_eq!(hands.orders.list.later_count() == 1, later, "{due} at {now}");
    }
}

#[test]
fn who_needs_a_person_stands_on_top_whatever_the_day() {
    let mut hands = Hands::new();
    hands.list(vec![due_in(2, 1), OrderRow { delivery: rejected(), ..due_in(3, 48) }]);
    assert_eq!(shown(&hands), ["Testgast 3", "Testgast 2"]);
    assert_eq!(hands.orders.list.later_count(), 0);
}

#[test]
fn the_selected_order_is_in_sight_among_the_headings() {
    for lines in [8, 9, 12, 24] {
        let mut hands = Hands::new();
        hands.take(Msg::Resize(80, 24.max(lines)));
        hands.list((2..40).map(|n| due_in(n, i64::from(n) * 5)).collect());
        hands.press("f2");
        for _ in 0..40 {
            let who = hands.orders.row().unwrap().who.to_string();
            let line = hands.screen().lines().find(|line| line.starts_with('▌')).map(str::to_owned);
            assert!(line.as_ref().is_some_and(|line| line.contains(&who)), "{who}: {line:?}");
            hands.press("down");
        }
        for _ in 0..40 {
            assert!(hands.screen().lines().any(|line| line.starts_with('▌')));
            hands.press("up");
        }
    }
}

#[test]
fn a_draft_behind_the_list_is_not_discarded_from_there() {
    let mut hands = Hands::new();
    hands.enter(&["51", "402"]);
    hands.list(vec![row(1, accepted(4711))]);
    hands.press("f2");
    assert!(hands.press("ctrl+d enter j").iter().all(|effect| !matches!(effect, Effect::DiscardDraft(_))));
    assert_eq!(hands.cart().len(), 2, "{}", hands.screen());
    hands.press("ctrl+d");
    assert!(hands.overlay.is_none() && hands.said().contains("F2"), "{}", hands.screen());
    hands.press("f2 ctrl+d");
    assert!(hands.overlay.is_some(), "where it is seen, it is asked for");
}
