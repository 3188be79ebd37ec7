//! Dishes with options, by keys.

use std::{collections::HashMap, sync::Arc};

use crate::{
    config::{MENU_EXAMPLE, parse_menu},
    desk::catalog::search::Catalog,
    domain::shop::stock::Said,
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        state::overlay::Overlay,
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
fn a_required_option_is_asked_for_and_its_default_is_one_enter() {
    let mut hands = hands();
    hands.enter(&["2*132 #gut durch"]);
    assert!(hands.screen().contains("Sauce") && hands.screen().contains("[x] Ketchup"), "{}", hands.screen());
    assert!(hands.cart().is_empty(), "nothing is added before the answer");
    hands.press("enter");
    assert_eq!(hands.cart(), ["2 Cheeseburger #gut durch", "+ 1 Ketchup"]);
    hands.enter(&["132"]);
    hands.press("b");
    assert_eq!(hands.cart()[2..], ["1 Cheeseburger", "+ 1 Mayonnaise"], "one key is the whole answer");
    hands.press("ctrl+z");
    assert_eq!(hands.cart().len(), 2, "dish and option are one step");
    hands.enter(&["132"]);
    hands.press("a");
    assert_eq!(hands.cart()[2..], ["1 Cheeseburger", "+ 1 Ketchup"], "also where it was chosen before");
}

#[test]
fn too_few_and_too_many_are_refused_and_esc_adds_nothing() {
    let mut hands = hands();
    hands.enter(&["132"]);
    if let Some(Overlay::Options(options)) = &mut hands.model.overlay {
        options.questions.list[0].choices.iter_mut().for_each(|(_, chosen)| *chosen = false);
    }
    hands.press("enter");
    assert!(hands.said().contains('1') && hands.cart().is_empty(), "{}", hands.said());
    hands.press("esc");
    assert!(hands.cart().is_empty());
    assert_eq!(hands.draft().search, "132", "what was typed stays");
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
        hands.press("enter");
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
