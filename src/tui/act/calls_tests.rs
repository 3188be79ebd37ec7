//! Who rings, by keys: shown without disturbing anybody, taken by one key, and gone when nobody took it.

use super::*;
use rstest::rstest;

use crate::{
    domain::draft::Draft,
    i18n::Lang,
    tui::{
        msg::{Msg, Reply},
        state::model::Screen,
        testing::{Hands, at, minutes, regular, saved},
    },
};

fn ring(hands: &mut Hands, number: &str) {
    hands.take(Msg::Call(CallEvent::Rings { number: Clean::new(number), line: None }));
}

/// The line under the head.
fn shown(hands: &Hands) -> String {
    hands.screen().lines().nth(2).unwrap().trim_matches(['─', ' ', '┬']).to_owned()
}

#[rstest]
#[case::search("51 pizza", "")]
#[case::field("", "alt+2 tab")]
#[case::cart("", "f6")]
#[case::comment("", "f5 x y")]
#[case::extras("", "f4 k ä s")]
#[case::help("", "f1 down")]
#[case::question("", "ctrl+d")]
#[case::review("", "alt+6")]
#[case::list("", "f2")]
#[case::list_search("", "f2 / a b")]
fn a_call_is_shown_and_changes_nothing_else(#[case] typed: &str, #[case] keys: &str) {
    for size in [(80, 24), (120, 40)] {
        let mut hands = Hands::new();
        hands.take(Msg::Resize(size.0, size.1));
        hands.enter(&["51"]);
        hands.type_text(typed);
        hands.press(keys);
        let (before, cursor) = (hands.screen(), hands.draw().1.cursor);
        let number = Clean::new("040 123456");
        let effects = hands.take(Msg::Call(CallEvent::Rings { number, line: None }));
        assert!(
            matches!(effects.as_slice(), [Effect::WhoCalls { number, .. }] if number == "040 123456"),
            "{effects:?}"
        );
        assert_eq!(shown(&hands), "☎ 040 123456 ruft an: F11");
        let rest =
            |screen: &str| screen.lines().enumerate().filter(|(y, _)| *y != 2).map(|(_, l)| l.to_owned()).collect();
        let (rest_before, rest_after): (Vec<String>, Vec<String>) = (rest(&before), rest(&hands.screen()));
        assert_eq!(rest_before, rest_after);
        assert_eq!(hands.draw().1.cursor, cursor);
    }
}

#[test]
fn the_key_opens_a_draft_at_the_guest_with_the_number_and_the_one_before_stays_as_it_was() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3");
    hands.type_text("12");
    let before = hands.draft().clone();
    ring(&mut hands, "040 123456");
    let effects = hands.press("f11");
    assert_eq!(hands.slots.len(), 2);
    assert_eq!((hands.draft().step, hands.draft().focus), (Step::Customer, 0));
    assert_eq!(hands.slot().unwrap().text(Field::Phone), "040 123456");
    assert!(saved(&effects).iter().any(|draft| draft.order_id == hands.draft().order_id), "it is on disk");
    assert_eq!(shown(&hands), "", "it rings no more");
    assert!(hands.said().contains("F3"), "{}", hands.said());
    hands.type_text("7");
    assert_eq!(hands.slot().unwrap().text(Field::Phone), "040 1234567", "typing goes on behind it");
    hands.press("enter");
    hands.type_text("Muster");
    assert_eq!(hands.slot().unwrap().text(Field::FamilyName), "Muster");
    hands.press("f3 f3");
    let turn = hands.draft().turn;
    assert_eq!(*hands.draft(), Draft { turn, ..before });
    hands.type_text("3");
    assert_eq!(hands.slot().unwrap().text(Field::Table), "123", "even the cursor is where it was");
}

#[test]
fn a_blank_draft_is_taken_and_undo_empties_the_field() {
    let mut hands = Hands::new();
    ring(&mut hands, "040 123456");
    hands.press("f11");
    assert_eq!(hands.slots.len(), 1);
    hands.press("ctrl+z");
    assert_eq!(hands.slot().unwrap().text(Field::Phone), "");
}

#[test]
fn from_the_list_and_from_under_a_window_it_works_too_but_no_typed_text_is_thrown_away() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("f2");
    ring(&mut hands, "0401");
    ring(&mut hands, "0402");
    hands.press("f11");
    assert_eq!(
        (hands.screen, hands.slot().unwrap().text(Field::Phone)),
        (Screen::Draft, "0402"),
        "the one that is shown"
    );
    hands.press("f3 f3 f1 f11");
    assert!(hands.overlay.is_none());
    assert_eq!(hands.slot().unwrap().text(Field::Phone), "0401");
    ring(&mut hands, "0403");
    hands.press("f3 f3 f5 x f11");
    assert!(matches!(&hands.overlay, Some(Overlay::Prompt(prompt)) if prompt.text == "x"), "it is still open");
    assert_eq!(hands.said(), "Erst hier fertig werden (Enter oder Esc), dann F11.");
    hands.press("enter f11");
    assert_eq!(hands.slot().unwrap().text(Field::Phone), "0403");
}

#[test]
fn one_number_in_two_spellings_is_one_call_and_there_are_never_too_many() {
    let mut hands = Hands::new();
    ring(&mut hands, "040 123456");
    ring(&mut hands, "0151 1");
    ring(&mut hands, "+49 40 123456");
    assert_eq!(shown(&hands), "☎ +49 40 123456 ruft an: F11 · 1 weiterer");
    for n in 0..50 {
        ring(&mut hands, &format!("0301000{n:02}"));
    }
    assert_eq!(shown(&hands), "☎ 030100049 ruft an: F11 · 8 weitere");
}

#[test]
fn a_call_nobody_takes_is_over_after_some_minutes_and_no_clock_makes_it_so_before() {
    let mut hands = Hands::new();
    ring(&mut hands, "0401");
    hands.take(Msg::Clock(minutes(2)));
    ring(&mut hands, "0402");
    assert!(shown(&hands).ends_with("1 weiterer"));
    hands.take(Msg::Clock(minutes(3)));
    assert_eq!(shown(&hands), "☎ 0402 ruft an: F11");
    hands.take(Msg::Clock(at("2020-01-01T00:00:00Z")));
    assert_eq!(shown(&hands), "☎ 0402 ruft an: F11");
    hands.take(Msg::Clock(minutes(5)));
    assert_eq!(shown(&hands), "☎ 2 Anrufe verpasst: F11");
    let slots = hands.slots.len();
    hands.press("f11");
    assert!(hands.screen().contains("1 0402") && hands.screen().contains("2 0401"), "{}", hands.screen());
    assert_eq!(hands.slots.len(), slots, "nothing opens by itself");
    hands.press("enter");
    assert_eq!((hands.slot().unwrap().text(Field::Phone), hands.slots.len()), ("0402", slots), "the empty one is used");
    assert_eq!(shown(&hands), "☎ 1 Anruf verpasst: F11");
    hands.take(Msg::Clock(minutes(60 * 13)));
    assert_eq!(shown(&hands), "", "a missed call belongs to its evening");
    hands.press("f11");
    assert_eq!(hands.said(), "Gerade ruft niemand an.");
}

fn of_line(hands: &mut Hands, number: &str, line: u32) -> u64 {
    let effects = hands.take(Msg::Call(CallEvent::Rings { number: Clean::new(number), line: Some(line) }));
    match effects.as_slice() {
        [Effect::WhoCalls { request, .. }] => *request,
        _ => 0,
    }
}

#[test]
fn a_call_goes_when_another_telephone_answers_and_is_missed_when_nobody_does() {
    let mut hands = Hands::new();
    of_line(&mut hands, "0401", 1);
    hands.take(Msg::Call(CallEvent::Elsewhere { line: 1 }));
    assert_eq!(shown(&hands), "", "somebody else has it");
    of_line(&mut hands, "0402", 2);
    hands.take(Msg::Call(CallEvent::Answered { line: 2 }));
    assert!(shown(&hands).contains("0402"), "it is talked to here: the key still opens its order");
    hands.take(Msg::Call(CallEvent::Over { line: 2 }));
    assert_eq!(shown(&hands), "", "and is not missed");
    of_line(&mut hands, "", 3);
    hands.take(Msg::Call(CallEvent::Over { line: 4 }));
    assert!(shown(&hands).contains("Unbekannte Nummer"), "{}", shown(&hands));
    hands.take(Msg::Call(CallEvent::Over { line: 3 }));
    assert_eq!(shown(&hands), "☎ 1 Anruf verpasst: F11");
}

#[test]
fn who_calls_is_shown_before_the_call_is_taken_and_opens_as_the_last_order() {
    let mut hands = Hands::new();
    hands.take(Msg::Resize(160, 40));
    let request = of_line(&mut hands, "040 123456", 1);
    hands.take(Msg::Reply(Reply::Guests { request, known: regular() }));
    let line = shown(&hands);
    assert!(line.contains("Muster, 040 123456 ruft an: F11") && line.contains("Pizza Hawaii"), "{line}");
    hands.press("f11");
    assert_eq!(hands.draft().order_type, OrderType::Pickup, "as they had it last");
    let mut shop = (*hands.model.shop).clone();
    shop.call_type = Some(OrderType::Delivery);
    hands.model.shop = shop.into();
    of_line(&mut hands, "040 999999", 2);
    hands.press("f11");
    assert_eq!(hands.draft().order_type, OrderType::Delivery, "as orders on the telephone are here");
}

#[test]
fn who_rings_is_clicked_and_said_in_both_languages() {
    let mut hands = Hands::speaking(Lang::En);
    ring(&mut hands, "040 123456");
    assert_eq!(shown(&hands), "☎ 040 123456 is calling: F11");
    let target = hands.draw().1.hit(5, 2).unwrap();
    hands.take(Msg::Click(target));
    assert_eq!(hands.slot().unwrap().text(Field::Phone), "040 123456");
}
