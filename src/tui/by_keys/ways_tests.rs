//! The way on from wherever somebody is: every key that is offered does something there, and every one that is pressed is
//! answered.

use rstest::rstest;

use crate::{
    domain::{
        draft::flow::Step,
        order::delivery::Delivery,
        shop::stock::{Count, Said},
    },
    i18n::Lang,
    tui::{
        msg::{Msg, Reply},
        state::{model::Screen, overlay::Overlay},
        testing::{Hands, accepted, placed, record, rejected, row, unknown, with_shop_menu},
    },
};

fn footer(hands: &Hands) -> String {
    hands.screen().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn more_fields_are_offered_where_there_are_some_and_by_what_the_key_does() {
    let mut hands = Hands::new();
    for step in ["alt+2", "alt+4", "alt+5"] {
        hands.press(step);
        assert!(!footer(&hands).contains("F4"), "{}", footer(&hands));
        let before = hands.screen();
        hands.press("f4");
        assert_eq!(hands.said(), "Hier gibt es keine weiteren Felder.");
        hands.model.notice = None;
        assert_eq!(hands.screen(), before);
    }
    hands.press("alt+3");
    assert!(footer(&hands).contains("F4 mehr Felder"), "{}", footer(&hands));
    hands.press("f4");
    assert!(footer(&hands).contains("F4 weniger Felder"), "{}", footer(&hands));
    hands.press("f4");
    assert!(footer(&hands).contains("F4 mehr Felder"), "{}", footer(&hands));
}

#[test]
fn an_extra_is_taken_away_where_it_was_added() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("f4");
    hands.enter(&["901", "901"]);
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "+ 2 extra Käse"]);
    hands.type_text("901");
    hands.press("backspace backspace backspace");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "+ 2 extra Käse"], "what is typed goes first");
    hands.press("delete");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "+ 1 extra Käse"]);
    hands.press("backspace");
    assert_eq!(
        (hands.cart(), hands.said()),
        (vec!["1 Pizza Hawaii".into()], "1 × extra Käse ist weg. ^Z bringt es zurück.")
    );
    hands.press("-");
    assert_eq!(hands.said(), "extra Käse ist nicht dabei.");
    hands.type_text("qqqq");
    assert!(hands.screen().contains("Kein Extra passt."), "{}", hands.screen());
    hands.press("esc ctrl+p");
    hands.type_text("qqqq");
    assert!(hands.screen().contains("Kein Befehl passt."), "{}", hands.screen());
}

#[test]
fn the_list_leads_to_the_steps_and_says_where_other_keys_work() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, accepted(4711))]);
    for (key, step) in [("alt+3", Step::Place), ("alt+6", Step::Review), ("alt+1", Step::Items)] {
        hands.press("f2");
        hands.press(key);
        assert_eq!((hands.screen, hands.draft().step), (Screen::Draft, step));
    }
    for way in ["f2", "/"] {
        hands.press(way);
        for key in ["f9", "f8", "ctrl+y", "ctrl+o", "alt+t"] {
            assert!(hands.press(key).is_empty());
            assert_eq!((hands.screen, hands.said()), (Screen::Orders, "Das geht in der Bestellung: F2 zeigt sie."));
        }
    }
}

#[test]
fn why_an_order_needs_somebody_is_read_whole() {
    let why = "the connection broke before an answer came (connection closed before message completed: \
               https://example.invalid/api/v1/order/create-a-very-long-way-that-has-no-space-in-it-anywhere-at-all) end";
    let unclear = Delivery::Unknown { reason: why.into() };
    let mut hands = Hands::new();
    hands.list(vec![row(1, unclear.clone())]);
    hands.press("f2 f10");
    let screen = hands.screen();
    assert!(screen.contains("connection closed") && screen.contains("anywhere-at-all) end"), "{screen}");
    hands.press("esc enter");
    let request = hands.request;
    let mut record = record(1, unclear);
    record.events = (0..40).flat_map(|_| record.events.clone()).collect();
    record.events.last_mut().unwrap().words = format!("{why} of it");
    hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(record)) }));
    let screen = hands.screen();
    assert!(matches!(hands.overlay, Some(Overlay::Details(_))), "{screen}");
    assert!(screen.contains("message completed:") && screen.contains("anywhere-at-all) end"), "{screen}");
    hands.press("end");
    let screen = hands.screen();
    assert!(screen.contains("anywhere-at-all) end of it"), "{screen}");
    hands.press("home");
    assert!(hands.screen().contains("OktoPOS: unklar"), "{}", hands.screen());
}

#[test]
fn filters_that_show_nothing_are_named_with_their_keys_and_one_key_ends_them() {
    let mut hands = Hands::new();
    hands.list((1..=3).map(|n| row(n, accepted(4700 + i64::from(n)))).collect());
    hands.press("f2 f f f g g t / x enter");
    let screen = hands.screen();
    assert!(screen.contains("Keine Bestellung passt: f abgelehnt · g In Arbeit · t im Haus · / „x“"), "{screen}");
    assert!(screen.contains("Esc hebt alle Filter auf."), "{screen}");
    hands.press("esc");
    assert_eq!((hands.screen, hands.orders.list.len()), (Screen::Orders, 3));
    hands.press("esc");
    assert_eq!(hands.screen, Screen::Orders);
    let mut hands = Hands::speaking(Lang::En);
    hands.list(vec![row(1, rejected()), row(2, unknown())]);
    hands.press("f2 / x enter");
    assert!(hands.screen().contains("No order matches: / “x”"), "{}", hands.screen());
}

#[rstest]
#[case("so bald wie möglich")]
#[case("18 Uhr")]
#[case("übermorgen 12")]
#[case("+1h")]
#[case("Samstag 18:00")]
#[case("tomorrow at 6pm")]
fn the_words_of_the_desk_are_times(#[case] text: &str) {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("ctrl+o alt+3");
    hands.type_text(text);
    hands.press("f9");
    assert_eq!((hands.draft().step, hands.said()), (Step::Review, ""), "{}", hands.screen());
}

#[test]
fn what_is_wrong_with_a_time_is_never_cut() {
    for (lang, words) in
        [(Lang::De, " ! ist keine Zeit (1830, +25, Sa 18)"), (Lang::En, " ! not a time (1830, +25, Sat 18)")]
    {
        let mut hands = Hands::speaking(lang);
        hands.enter(&["51"]);
        hands.press("ctrl+o alt+3");
        for text in ["bald", " wenn der Gast wieder von der Arbeit kommt"] {
            hands.type_text(text);
            assert!(hands.screen().contains(words), "{}", hands.screen());
        }
    }
}

#[test]
fn one_key_clears_what_is_typed_wherever_that_is() {
    let mut hands = Hands::new();
    hands.type_text("haw");
    hands.press("ctrl+u");
    assert_eq!(hands.draft().search, "");
    hands.press("alt+t");
    hands.type_text("12");
    hands.press("ctrl+u");
    assert!(matches!(&hands.overlay, Some(Overlay::Tables(tables)) if tables.query.is_empty()), "{}", hands.screen());
}

#[test]
fn an_extra_needs_a_dish() {
    let mut hands = Hands::new();
    hands.enter(&["901"]);
    assert_eq!((hands.cart().len(), hands.said()), (0, "Erst einen Artikel wählen, dann seine Extras."));
    hands.press("esc");
    hands.enter(&["51", "901"]);
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "+ 1 extra Käse"]);
}

#[test]
fn what_is_not_there_is_refused_before_anything_is_asked() {
    let mut hands = with_shop_menu(Lang::De);
    let burger = hands.catalog.by_number("132").unwrap().id;
    let said = Said::Count(Count { pieces: Some(5), at: hands.moment.now });
    hands.model.sold_out.insert(burger, said);
    hands.enter(&["6*132"]);
    assert!(hands.overlay.is_none() && hands.said().contains("nur noch 5 da"), "{}", hands.screen());
    hands.press("ctrl+u");
    hands.enter(&["5*132"]);
    assert!(hands.screen().contains("Sauce"), "{}", hands.screen());
}

#[test]
fn an_order_is_shown_as_it_was_taken() {
    let mut hands = with_shop_menu(Lang::De);
    hands.enter(&["2*bm #eilig"]);
    hands.press("c f4 b");
    hands.enter(&["51"]);
    hands.press("alt+3 7 f4 tab tab tab");
    hands.type_text("0190d2f0");
    hands.press("f9");
    assert!(hands.screen().contains("2 Burger-Menü, 1 Pizza"), "{}", hands.screen());
    let effects = hands.press("enter");
    let mut shown = record(1, accepted(4711));
    shown.order = placed(&effects)[0].clone();
    hands.list(vec![row(1, accepted(4711))]);
    hands.press("f2 enter");
    let request = hands.request;
    hands.take(Msg::Resize(100, 40));
    hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(shown)) }));
    let screen = hands.screen();
    let line = |words: &str| screen.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{screen}"));
    assert!(line("2 × Burger-Menü").contains("31,80 €"), "{screen}");
    for part in ["· Cheeseburger  „eilig“", "· Pommes frites klein", "· Orangenlimonade 0,5 l"] {
        assert!(!line(part).contains('€'), "{screen}");
    }
    assert!(line("+ 2 × Mayonnaise").contains("1,00 €"), "{screen}");
    assert!(line("Tischsitzung: ").contains("0190d2f0"), "{screen}");
}

#[test]
fn a_minus_is_text_and_ctrl_e_goes_to_the_end() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("- 5 ctrl+a x ctrl+e y ctrl+alt+q");
    assert_eq!(hands.draft().search, "x-5yq", "Ctrl and Alt with a character that is bound to nothing type it");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    hands.press("ctrl+left");
    assert!(hands.cart().is_empty());
}

#[test]
fn the_enter_of_a_keypad_that_sends_line_feeds_is_enter() {
    let mut hands = Hands::new();
    hands.type_text("51");
    hands.press("ctrl+j");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
}

#[test]
fn a_field_is_edited_with_the_keys_of_a_shell() {
    let mut hands = Hands::new();
    hands.press("alt+g tab");
    hands.type_text("Muster Gast");
    hands.press("ctrl+left ctrl+k ctrl+a alt+f");
    hands.type_text("mann");
    assert_eq!(hands.draft().fields[&crate::domain::draft::field::Field::FamilyName], "Mustermann ");
}
