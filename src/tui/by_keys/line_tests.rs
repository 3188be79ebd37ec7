//! A whole order in the line of the item search, by keys.

use rstest::rstest;

use crate::{
    domain::{
        draft::{field::Field, flow::Step},
        order::OrderType,
    },
    i18n::Lang,
    tui::testing::{Hands, placed, with_shop_menu},
};

#[rstest]
#[case("2 cola;51", &["2 Cola 0,33 l", "1 Pizza Hawaii"])]
#[case("2 cola", &["2 Cola 0,33 l"])]
#[case("51;901", &[])]
#[case("51 +901 -zwiebel", &["1 Pizza Hawaii #ohne zwiebel", "+ 1 extra Käse"])]
#[case("2x51 +2x901 #gut durch; 402", &["2 Pizza Hawaii #gut durch", "+ 2 extra Käse", "1 Cola 0,5 l"])]
#[case("51;qqqq", &[])]
#[case("51 -2*1", &[])]
#[case("51*2", &[])]
#[case("51*402", &["51 Cola 0,5 l"])]
#[case("51 .t12 402", &[])]
#[case("51 .xq", &[])]
#[case("350g*51", &[])]
#[case("51;", &["1 Pizza Hawaii"])]
fn a_line_is_in_the_cart_or_nothing_of_it(#[case] typed: &str, #[case] cart: &[&str]) {
    let mut hands = Hands::new();
    hands.enter(&[typed]);
    assert_eq!(hands.cart(), cart, "{}", hands.said());
    assert!(!hands.said().is_empty(), "it says what it did or why not");
    assert_eq!(hands.draft().search.is_empty(), !cart.is_empty(), "what is not taken stays typed");
}

#[test]
fn two_drinks_and_a_pizza_at_a_table_are_14_keys() {
    let mut hands = Hands::new();
    let line = "2 co;51 .t12";
    hands.type_text(line);
    let screen = hands.screen();
    assert!(screen.contains("= 2 × C") && screen.contains("· Tisch 12"), "{screen}");
    hands.press("f9");
    assert_eq!(hands.draft().step, Step::Review);
    assert_eq!(hands.draft().fields[&Field::Table], "12");
    let effects = hands.press("enter");
    let [order] = placed(&effects)[..] else { panic!("one order: {}", hands.said()) };
    assert_eq!(order.items.len(), 2);
    assert_eq!(line.chars().count() + 2, 14);
    assert_eq!(line.chars().filter(|c| c.is_uppercase() || matches!(c, ';' | ':' | '*' | '"')).count(), 1, "one Shift");
}

#[test]
fn an_extra_with_a_quantity_goes_to_the_selected_dish() {
    let mut hands = Hands::new();
    hands.enter(&["51", "2 extra käse", "3*902"]);
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "+ 2 extra Käse", "+ 3 Salami"], "{}", hands.said());
}

#[test]
fn pieces_alone_fill_fields_and_f9_takes_nothing_that_is_not_understood() {
    let mut hands = Hands::new();
    hands.enter(&["51", ".abh .1830 .bar"]);
    assert_eq!((hands.draft().order_type, hands.draft().search.as_str()), (OrderType::Pickup, ""));
    assert!(hands.draft().fields[&Field::Due].ends_with("18:30"));
    hands.type_text("402;zzzz");
    hands.press("f9");
    assert_eq!((hands.draft().step, hands.cart().len()), (Step::Items, 1), "{}", hands.said());
    assert!(hands.said().contains("zzzz"), "{}", hands.said());
    assert!(hands.screen().contains("zzzz"), "{}", hands.screen());
}

#[test]
fn a_line_is_one_step_of_undo() {
    let mut hands = Hands::new();
    hands.enter(&["51", "402;2x51 +901 .t12 .tip10%"]);
    assert_eq!((hands.cart().len(), hands.draft().tips.len()), (4, 1), "{:?}", hands.cart());
    hands.press("ctrl+z");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    assert!(hands.draft().tips.is_empty() && !hands.draft().fields.contains_key(&Field::Table));
    hands.press("ctrl+y");
    assert_eq!(hands.cart().len(), 4);
}

#[test]
fn the_hits_are_those_of_the_dish_under_the_cursor_and_an_arrow_pins_one() {
    let mut hands = Hands::new();
    hands.type_text("402;2x haw");
    assert!(hands.screen().contains("Hawaii-Salat"), "{}", hands.screen());
    hands.press("down down enter");
    assert!(hands.cart().is_empty(), "the line is not taken by choosing");
    let pinned = hands.draft().search.clone();
    assert!(pinned.starts_with("402;2x ") && pinned[7..].chars().all(|c| c.is_ascii_digit()), "{pinned}");
    hands.press("enter");
    assert_eq!(hands.cart().len(), 2);
    assert!(hands.cart()[1].starts_with("2 "), "{:?}", hands.cart());
    hands.type_text("2 haw");
    hands.press("down enter");
    assert!(hands.cart().last().unwrap().starts_with("2 ") && hands.draft().search.is_empty(), "{:?}", hands.cart());
}

#[test]
fn what_a_line_leaves_open_is_asked_before_anything_is_taken() {
    let mut hands = with_shop_menu(Lang::De);
    hands.type_text("402;bm");
    hands.press("enter");
    assert!(hands.cart().is_empty(), "{:?}", hands.cart());
    hands.press("esc");
    assert_eq!((hands.cart().len(), hands.draft().search.as_str()), (0, "402;bm"), "Esc leaves the line as it was");
    hands.press("enter");
    for _ in 0..6 {
        if hands.overlay.is_none() {
            break;
        }
        hands.press("a enter");
    }
    assert!(hands.overlay.is_none() && hands.cart().len() > 2, "{:?} {}", hands.cart(), hands.screen());
}
