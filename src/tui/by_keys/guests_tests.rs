//! The known caller by keys: found while typing, taken over, repeated, noted.

use crate::{
    desk::{DeskError, guests::Known},
    domain::{
        draft::{field::Field, flow::Step, undo::Touch},
        order::OrderType,
        value::text::Clean,
    },
    ports::PosError,
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        testing::{Hands, disk_full, menu, placed, regular},
    },
};

const NUMBER: &str = "040 123456";

/// A desk where the regular's number was typed and found.
fn caller() -> Hands {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text(NUMBER);
    hands.answer_caller(regular());
    hands
}

fn asked(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|e| if let Effect::LookUp { number, .. } = e { Some(number.as_str()) } else { None })
        .collect()
}

fn text(hands: &Hands, field: Field) -> &str {
    hands.slot().unwrap().text(field)
}

/// A key as a person presses it, not one that is held.
fn at_ease(hands: &mut Hands, key: &str, second: u64) -> Vec<Effect> {
    hands.take(Msg::Beat(std::time::Duration::from_secs(3 * second)));
    hands.press(key)
}

/// The measure: number, repeat, as soon as possible, send.
#[test]
fn a_regulars_call_takes_at_most_eight_keys_after_the_number() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text(NUMBER);
    hands.answer_caller(regular());
    let keys = ["f5", "f9", "f9"];
    let effects: Vec<Effect> =
        keys.iter().zip(1..).flat_map(|(key, second)| at_ease(&mut hands, key, second)).collect();
    assert!(keys.len() <= 8);
    let placed = placed(&effects);
    let order = placed[0];
    assert_eq!(order.order_type, Some(OrderType::Pickup));
    assert_eq!(order.pickup.as_ref().unwrap().asap_delivery, Some(true));
    let names: Vec<_> = order.items.iter().map(|item| (item.quantity.to_string(), item.name.as_str())).collect();
    assert_eq!(names.len(), regular().guests[0].orders[0].order.items.len());
    let customer = order.customer.as_ref().unwrap();
    assert_eq!((customer.family_name.as_deref(), customer.phone.as_deref()), (Some("Muster"), Some(NUMBER)));
}

#[test]
fn the_number_is_asked_for_from_five_digits_on_and_once() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    assert!(asked(&hands.type_text("040 1")).is_empty());
    assert_eq!(asked(&hands.type_text("2")), ["040 12"]);
    assert!(asked(&hands.type_text(" -")).is_empty(), "no digit more");
    assert_eq!(asked(&hands.paste("3456")), ["040 12 -3456"]);
    assert!(asked(&hands.press("enter f8 f3 f3")).is_empty());
    assert_eq!(asked(&hands.press("alt+2 backspace")), ["040 12 -345"]);
}

#[test]
fn a_late_answer_is_no_answer() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text("040 12345");
    let late = hands.slot().unwrap().caller.request();
    hands.type_text("6");
    hands.take(Msg::Reply(Reply::Guests { request: late, known: regular() }));
    assert!(hands.slot().unwrap().caller.known.guests.is_empty());
    hands.press("enter");
    assert_eq!(text(&hands, Field::FamilyName), "", "Enter only went on");
    hands.answer_caller(regular());
    assert_eq!(text(&hands, Field::FamilyName), "", "what is found later changes nothing by itself");
    hands.press("up enter");
    assert_eq!(text(&hands, Field::FamilyName), "Muster");
}

#[test]
fn an_answer_finds_its_call_behind_another_one() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text(NUMBER);
    let request = hands.slot().unwrap().caller.request();
    hands.press("ctrl+n alt+2");
    hands.type_text("040 999999");
    hands.take(Msg::Reply(Reply::Guests { request, known: regular() }));
    assert!(hands.slot().unwrap().caller.known.guests.is_empty());
    hands.press("f3 f3");
    assert_eq!(hands.slot().unwrap().caller.known.guests.len(), 2);
}

#[test]
fn enter_takes_the_guest_and_undo_takes_it_back() {
    let mut hands = caller();
    hands.press("enter");
    assert_eq!((text(&hands, Field::GivenName), text(&hands, Field::Street)), ("Erika", "Beispielweg"));
    assert_eq!(text(&hands, Field::Phone), NUMBER);
    assert_eq!(hands.draft().focus, 1, "and goes on");
    hands.press("ctrl+z");
    assert!(Field::ALL.iter().all(|field| *field == Field::Phone || text(&hands, *field).is_empty()));
    assert_eq!(text(&hands, Field::Phone), NUMBER);
}

#[test]
fn the_arrows_choose_and_another_choice_takes_the_place_of_the_first() {
    let mut hands = caller();
    hands.press("down enter");
    assert_eq!(text(&hands, Field::GivenName), "Max");
    hands.press("up up enter");
    assert_eq!(text(&hands, Field::GivenName), "Erika");
    hands.press("up down down");
    assert_eq!(hands.draft().focus, 1, "behind the last guest is the next field");
}

#[test]
fn what_was_typed_by_hand_stays() {
    let mut hands = Hands::new();
    hands.press("alt+2 tab tab tab");
    hands.type_text("Anderer Weg");
    hands.press("alt+2");
    hands.type_text(NUMBER);
    hands.answer_caller(regular());
    hands.press("enter");
    assert_eq!(
        (text(&hands, Field::Street), text(&hands, Field::City)),
        ("Anderer Weg", ""),
        "no half of two addresses"
    );
    assert_eq!(text(&hands, Field::FamilyName), "Muster");
}

#[test]
fn repeating_brings_everything_back_and_one_undo_takes_it_all() {
    let mut hands = caller();
    let before = hands.draft().clone();
    hands.press("f5");
    assert_eq!(hands.cart(), ["2 Pizza Hawaii", "+ 1 extra Käse", "1 Cola 0,5 l #kalt"]);
    assert_eq!((hands.draft().order_type, text(&hands, Field::Street)), (OrderType::Pickup, "Beispielweg"));
    assert!(hands.said().starts_with("Wiederholt: 2 Positionen"), "{}", hands.said());
    hands.press("f5");
    assert_eq!(hands.cart().len(), 3, "a held key does not order twice");
    hands.press("ctrl+z");
    assert_eq!((&hands.draft().lines, &hands.draft().fields), (&before.lines, &before.fields));
    assert_eq!(hands.draft().order_type, before.order_type);
    hands.press("f5");
    assert_eq!(hands.cart().len(), 3);
}

#[test]
fn a_table_that_was_typed_does_not_follow_a_repeated_order_out_of_the_house() {
    let mut hands = Hands::new();
    hands.slot_mut().unwrap().change(Touch::Alone, |draft| {
        draft.fields.insert(Field::Table, "12".into());
        draft.fields.insert(Field::Seat, "2".into());
    });
    hands.press("alt+2");
    hands.type_text(NUMBER);
    hands.answer_caller(regular());
    hands.press("f5");
    assert_eq!(hands.draft().order_type, OrderType::Pickup);
    assert_eq!((text(&hands, Field::Table), text(&hands, Field::Seat)), ("", ""));
}

#[test]
fn a_begun_order_takes_the_type_along_unless_it_has_one_of_its_own() {
    for (keys, wanted) in [("", OrderType::Pickup), ("ctrl+o ctrl+o ", OrderType::Delivery)] {
        let mut hands = Hands::new();
        hands.enter(&["51"]);
        hands.press(keys);
        hands.press("alt+2");
        hands.type_text(NUMBER);
        hands.answer_caller(regular());
        hands.press("f5");
        assert_eq!(hands.draft().order_type, wanted);
        assert_eq!(hands.cart().len(), 4);
    }
}

#[test]
fn what_is_sold_out_is_said_and_left_out() {
    let mut hands = caller();
    let cola = menu().by_number("402").unwrap().id;
    hands.model.sold_out.insert(cola, crate::domain::shop::stock::Said::SoldOut(true));
    hands.press("f5");
    assert_eq!(hands.cart(), ["2 Pizza Hawaii", "+ 1 extra Käse"]);
    assert!(hands.said().contains("ausverkauft: Cola"), "{}", hands.said());
    hands.press("f9");
    assert!(hands.screen().contains("ausverkauft: Cola"), "{}", hands.screen());
}

#[test]
fn nobody_known_disturbs_nobody() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text("040 999999");
    hands.answer_caller(Known::default());
    hands.press("f5");
    assert!(hands.said().contains("keine frühere Bestellung"), "{}", hands.said());
    hands.press("enter");
    assert_eq!((hands.draft().focus, hands.draft().step), (1, Step::Customer));
}

#[test]
fn a_note_is_kept_for_the_house_and_shown_in_the_review() {
    let mut hands = Hands::new();
    hands.press("alt+2 alt+n");
    assert!(hands.overlay.is_none() && !hands.said().is_empty(), "without a number there is nobody to note about");
    hands.type_text(NUMBER);
    hands.answer_caller(Known::default());
    hands.press("alt+n");
    hands.type_text("Hund");
    let effects = hands.press("enter");
    assert!(effects.contains(&Effect::KeepNote { number: NUMBER.into(), note: "Hund".into() }));
    assert!(hands.screen().contains("Notiz: Hund"), "{}", hands.screen());
    hands.press("alt+6");
    assert!(hands.screen().contains("Notiz: Hund"), "{}", hands.screen());
    hands.take(Msg::Reply(Reply::NoteNotKept(disk_full())));
    assert!(hands.said().contains("nicht gespeichert"), "{}", hands.said());
}

#[test]
fn a_note_that_comes_while_one_is_typed_is_not_lost() {
    let late = || Known { note: "Klingel kaputt".into(), note_number: NUMBER.into(), ..regular() };
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text(NUMBER);
    hands.press("alt+n");
    hands.answer_caller(late());
    let effects = hands.press("enter");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::KeepNote { .. })), "nothing was typed: {effects:?}");
    assert!(hands.screen().contains("Notiz: Klingel kaputt"), "{}", hands.screen());

    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text(NUMBER);
    hands.press("alt+n");
    hands.answer_caller(late());
    hands.type_text("Hund");
    let kept = Effect::KeepNote { number: NUMBER.into(), note: "Klingel kaputt · Hund".into() };
    assert!(hands.press("enter").contains(&kept));
}

#[test]
fn a_note_of_another_number_is_changed_and_removed_there() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text(NUMBER);
    hands.answer_caller(Known { note_number: "0171 1234567".into(), ..regular() });
    hands.press("alt+n ctrl+w ctrl+w ctrl+w ctrl+w ctrl+w ctrl+w");
    hands.type_text("Hund");
    let kept = |note: &str| Effect::KeepNote { number: "0171 1234567".into(), note: note.into() };
    assert!(hands.press("enter").contains(&kept("Hund")));
    hands.press("alt+n ctrl+w ctrl+w ctrl+w ctrl+w ctrl+w ctrl+w");
    assert!(hands.press("enter").contains(&kept("")));
    assert!(!hands.screen().contains("Notiz:"), "{}", hands.screen());
    hands.press("alt+n");
    hands.type_text("Katze");
    let effects = hands.press("enter");
    assert!(effects.contains(&Effect::KeepNote { number: NUMBER.into(), note: "Katze".into() }));
}

#[test]
fn a_late_answer_brings_no_old_note_back() {
    for note in ["Hund", ""] {
        let mut hands = caller();
        hands.press("alt+n ctrl+w ctrl+w ctrl+w ctrl+w ctrl+w ctrl+w");
        hands.type_text(note);
        hands.press("enter");
        let mut late = regular();
        late.guests.extend(late.guests.clone());
        hands.answer_caller(late);
        let known = &hands.slot().unwrap().caller.known;
        assert_eq!((known.note.as_str(), known.guests.len()), (note, 4));
    }
}

#[test]
fn a_note_is_in_no_order() {
    let mut hands = caller();
    hands.press("f5");
    at_ease(&mut hands, "f9", 1);
    let effects = at_ease(&mut hands, "f9", 2);
    let order = serde_json::to_string(placed(&effects)[0]).unwrap();
    assert!(!order.contains("Klingel"));
}

#[test]
fn a_guest_without_orders_is_not_told_that_the_whole_number_has_none() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text(NUMBER);
    let mut known = regular();
    let mut second = known.guests[0].clone();
    second.customer.given_name = Some("Erika".into());
    second.orders.clear();
    known.guests.push(second);
    hands.answer_caller(known);
    hands.press("down f5");
    assert_eq!(hands.said(), "Von diesem Gast ist keine frühere Bestellung bekannt.");
    assert!(hands.cart().is_empty());
}

#[test]
fn a_lookup_that_failed_is_no_unknown_guest() {
    let error =
        || Some(DeskError::Pos(PosError::Unknown { reason: Clean::new("HTTP 500 at customers/findByPhoneNumber") }));
    for known in [Known { failed: error(), ..Known::default() }, Known { failed: error(), ..regular() }] {
        let mut hands = Hands::new();
        hands.press("alt+2");
        hands.type_text(NUMBER);
        hands.answer_caller(known.clone());
        let screen = hands.screen();
        assert!(screen.contains("Nachsehen hat nicht geklappt"), "{screen}");
        assert!(known.guests.is_empty() || screen.contains("Bekannt"), "the desk's own guests are there: {screen}");
    }
}
