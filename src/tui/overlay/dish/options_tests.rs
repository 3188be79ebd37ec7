//! Dishes with options, by keys.

use std::{collections::HashMap, sync::Arc};

use rstest::rstest;

use crate::{
    config::{MENU_EXAMPLE, parse_menu},
    desk::catalog::search::Catalog,
    domain::shop::stock::Said,
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        testing::{Hands, menu, shop},
    },
};

/// A desk with the example menu over the demo's articles.
fn hands() -> Hands {
    let articles: Vec<_> = (0..).map_while(|at| menu().at(at).cloned()).collect();
    let laid = Arc::new(parse_menu(MENU_EXAMPLE).unwrap());
    let catalog = Catalog::with_menu(articles, &shop().extras_groups, None, laid, &HashMap::new());
    let mut hands = Hands::new();
    hands.take(Msg::Reply(Reply::Catalog(Arc::new(catalog))));
    hands
}

#[test]
fn every_number_of_the_example_menu_is_an_article() {
    let laid = parse_menu(MENU_EXAMPLE).unwrap();
    let unknown: Vec<&str> = laid.numbers().into_iter().filter(|number| menu().by_number(number).is_none()).collect();
    assert_eq!(unknown, Vec::<&str>::new());
}

#[test]
fn a_question_that_its_default_answers_does_not_open_by_itself() {
    let mut hands = hands();
    hands.enter(&["2*132 #gut durch"]);
    assert_eq!(hands.cart(), ["2 Cheeseburger #gut durch", "+ 1 Ketchup"]);
    assert!(hands.said().contains("Sauce: Ketchup (F4)"), "what was taken, and where it is changed: {}", hands.said());
    hands.press("f6");
    assert!(hands.screen().contains("+ Ketchup ▾"), "{}", hands.screen());
    hands.press("f6 f4");
    assert!(hands.screen().contains("Sauce") && hands.screen().contains("[x] Ketchup"), "{}", hands.screen());
    hands.press("b");
    assert_eq!(hands.cart(), ["2 Cheeseburger #gut durch", "+ 1 Mayonnaise"], "one key is the whole answer");
    assert!(hands.said().contains("Sauce: Mayonnaise"), "{}", hands.said());
    hands.press("f4 enter");
    assert_eq!(hands.cart()[1], "+ 1 Mayonnaise", "Enter changes nothing");
    hands.press("f4 a esc");
    assert_eq!(hands.cart()[1], "+ 1 Ketchup", "also where the dish has another one");
    hands.press("ctrl+z ctrl+z");
    assert_eq!(hands.cart(), ["2 Cheeseburger #gut durch", "+ 1 Ketchup"]);
    hands.press("ctrl+z");
    assert!(hands.cart().is_empty(), "dish and default are one step");
}

#[test]
fn the_key_of_a_dish_leads_through_its_answers_to_its_extras() {
    let mut hands = hands();
    hands.enter(&["132"]);
    hands.press("f4 f4");
    hands.type_text("901");
    hands.press("enter esc");
    assert_eq!(hands.cart()[..2], ["1 Cheeseburger", "+ 1 Ketchup"]);
    assert_eq!(hands.cart().len(), 3, "{:?}", hands.cart());
}

/// What is typed after `55` and its question is open: what of it is chosen, what is in the search, and what is said.
#[rstest]
#[case("a enter", 1, "", None)]
#[case("x y", 0, "xy", None)]
#[case("b i e r enter", 0, "bier", Some("Nicht gewählt"))]
#[case("a b k enter", 0, "abk", Some("Nicht gewählt"))]
#[case("a enter b i e r", 1, "bier", None)]
#[case("a 5 1", 1, "51", None)]
#[case("down space 5 1", 1, "51", None)]
#[case("a down x", 1, "x", None)]
fn letters_typed_ahead_reach_the_search(
    #[case] keys: &str,
    #[case] extras: usize,
    #[case] search: &str,
    #[case] said: Option<&str>,
) {
    let mut hands = hands();
    hands.enter(&["55"]);
    hands.press(keys);
    assert_eq!(hands.cart().len(), 1 + extras, "{:?}", hands.cart());
    assert_eq!(hands.draft().search, search);
    if let Some(said) = said {
        assert!(hands.said().contains(said) && hands.said().contains(search), "{}", hands.said());
    }
}

#[test]
fn a_word_waits_where_something_has_to_be_chosen() {
    let mut hands = hands();
    hands.enter(&["41"]);
    assert!(hands.screen().contains("Hälften"), "{}", hands.screen());
    hands.type_text("wein");
    assert!(hands.screen().contains("danach: wein") && hands.cart().is_empty(), "{}", hands.screen());
    hands.press("enter");
    assert!(hands.said().contains('2'), "{}", hands.said());
    hands.press("a b");
    assert!(hands.cart()[0].contains("41") || !hands.cart().is_empty(), "after Enter letters choose again");
    assert_eq!(hands.draft().search, "wein");
}

#[test]
fn too_few_and_too_many_are_refused_and_esc_adds_nothing() {
    let mut hands = hands();
    hands.enter(&["41"]);
    hands.press("enter");
    assert!(hands.said().contains('2') && hands.cart().is_empty(), "{}", hands.said());
    hands.press("esc");
    assert!(hands.cart().is_empty());
    assert_eq!(hands.draft().search, "41", "what was typed stays");
    hands.press("esc");
    hands.enter(&["55"]);
    hands.press("a b c d");
    assert!(hands.said().contains('3'), "{}", hands.said());
    hands.press("up space enter");
    assert_eq!(hands.cart().len(), 3, "{:?}", hands.cart());
}

#[test]
fn the_same_dish_with_the_same_options_joins_and_without_does_not() {
    let mut hands = hands();
    for _ in 0..2 {
        hands.enter(&["132"]);
    }
    assert_eq!(hands.cart(), ["2 Cheeseburger", "+ 1 Ketchup"]);
    hands.enter(&["55"]);
    hands.press("enter");
    hands.enter(&["55"]);
    hands.press("a enter");
    assert_eq!(hands.cart().len(), 5, "{:?}", hands.cart());
}

#[test]
fn sold_out_is_one_key_refused_shown_and_taken_back() {
    let mut hands = hands();
    hands.type_text("ph");
    let effects = hands.press("alt+e");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Say { said: Said::SoldOut(true), .. })));
    hands.press("enter");
    assert!(hands.cart().is_empty() && hands.said().contains("Alt+E"), "{}", hands.said());
    assert!(hands.screen().contains("aus"), "{}", hands.screen());
    hands.press("alt+e enter");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    hands.press("alt+e");
    assert!(hands.said().contains("Pizza Hawaii"), "the line of the cart: {}", hands.said());
    hands.press("f6");
    assert!(hands.screen().contains("inzwischen aus"), "{}", hands.screen());
}
