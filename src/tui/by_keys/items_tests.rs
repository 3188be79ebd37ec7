//! The item step by keys.

use rstest::rstest;

use crate::tui::testing::Hands;

#[rstest]
#[case(&["51"], &["1 Pizza Hawaii"])]
#[case(&["2*haw"], &["2 Hawaii-Toast"])]
#[case(&["3x51 #gut durch"], &["3 Pizza Hawaii #gut durch"])]
#[case(&["2000000004020"], &["1 Cola 0,5 l"])]
#[case(&["51", "3*"], &["3 Pizza Hawaii"])]
#[case(&["51", "#ohne Ananas"], &["1 Pizza Hawaii #ohne Ananas"])]
#[case(&["51", "2* #ohne Ananas"], &["2 Pizza Hawaii #ohne Ananas"])]
#[case(&["51", "51"], &["2 Pizza Hawaii"])]
#[case(&["51", "901 #wenig", "402"], &["1 Pizza Hawaii", "+ 1 extra Käse #wenig", "1 Cola 0,5 l"])]
#[case(&["51", "901", "2*902"], &["1 Pizza Hawaii", "+ 1 extra Käse", "+ 2 Salami"])]
#[case(&["51", "901", "51"], &["1 Pizza Hawaii", "+ 1 extra Käse", "1 Pizza Hawaii"])]
#[case(&["qqqq"], &[])]
#[case(&["0*51"], &[])]
#[case(&["1,5*51"], &[])]
#[case(&["99999*51"], &[])]
#[case(&[""], &[])]
fn what_is_typed_is_in_the_cart(#[case] typed: &[&str], #[case] cart: &[&str]) {
    let mut hands = Hands::new();
    hands.enter(typed);
    assert_eq!(hands.cart(), cart, "{}", hands.said());
    assert!(!hands.said().is_empty() || typed.len() > 1, "it says what it did or why not");
}

#[test]
fn what_could_not_be_added_stays_typed() {
    let mut hands = Hands::new();
    hands.enter(&["1,5*51"]);
    assert_eq!(hands.draft().search, "1,5*51");
    hands.press("esc");
    assert_eq!(hands.draft().search, "");
}

#[test]
fn the_arrows_choose_before_and_while_typing() {
    let mut hands = Hands::new();
    hands.press("enter");
    assert!(hands.cart().is_empty(), "nothing typed and nothing chosen adds nothing");
    hands.press("down enter");
    assert_eq!(hands.cart(), ["1 Bruschetta"]);
    hands.type_text("haw");
    hands.press("down down up enter");
    assert_eq!(hands.cart(), ["1 Bruschetta", "1 Hawaii-Salat"]);
    hands.press("tab tab down down enter");
    assert_eq!(hands.cart()[2], "1 Minestrone");
    hands.press("shift+tab down enter");
    assert_eq!(hands.cart()[3], "+ 1 extra Käse", "after adding all groups are shown, and the last is the one before");
}

#[test]
fn a_barcode_shows_what_it_is_before_enter() {
    let mut hands = Hands::new();
    hands.type_text("2000000004020");
    let screen = hands.screen();
    assert!(screen.contains("= 1 × Cola 0,5 l") && !screen.contains("Kein Artikel"), "{screen}");
}

#[test]
fn extras_go_under_the_dish_of_the_selected_line() {
    let mut hands = Hands::new();
    hands.enter(&["51", "402"]);
    hands.press("ctrl+up f4");
    hands.type_text("ananas");
    hands.press("enter");
    hands.type_text("902");
    hands.press("enter enter esc");
    assert_eq!(hands.cart()[..3], ["1 Pizza Hawaii", "+ 1 Ananas", "+ 1 Salami"].map(str::to_owned));
    let mut empty = Hands::new();
    empty.press("f4");
    assert!(empty.overlay.is_none() && !empty.said().is_empty());
}

#[test]
fn one_of_several_is_split_off_for_an_extra() {
    let mut hands = Hands::new();
    hands.enter(&["3*51"]);
    hands.press("ctrl+s");
    hands.enter(&["901"]);
    assert_eq!(hands.cart(), ["2 Pizza Hawaii", "1 Pizza Hawaii", "+ 1 extra Käse"]);
    hands.press("ctrl+s");
    assert!(hands.said().contains("nichts zu teilen"), "{}", hands.said());
}

#[test]
fn the_cart_by_keys() {
    let mut hands = Hands::new();
    hands.enter(&["51", "71", "402"]);
    hands.press("f6 up + + right left");
    assert_eq!(hands.cart()[1], "3 Spaghetti Napoli");
    hands.press("7");
    assert_eq!(hands.cart()[1], "7 Spaghetti Napoli");
    hands.press("enter");
    hands.type_text("ohne Käse");
    hands.press("enter");
    assert_eq!(hands.cart()[1], "7 Spaghetti Napoli #ohne Käse");
    hands.press("delete");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "1 Cola 0,5 l"]);
    hands.press("- -");
    assert!(hands.cart().is_empty(), "the last of a line takes it away");
    hands.type_text("haw");
    assert_eq!(hands.draft().search, "haw", "an empty cart gives the keys back to the search");
}

#[test]
fn quantity_keys_work_from_the_search_only_while_it_is_empty() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("+ + -");
    assert_eq!(hands.cart(), ["2 Pizza Hawaii"]);
    hands.type_text("x+-");
    assert_eq!((hands.cart()[0].as_str(), hands.draft().search.as_str()), ("2 Pizza Hawaii", "x+-"));
    hands.press("ctrl+right");
    assert_eq!(hands.cart(), ["3 Pizza Hawaii"]);
    hands.press("esc delete");
    assert!(hands.cart().is_empty());
}

#[test]
fn a_comment_is_asked_for_the_selected_line() {
    let mut hands = Hands::new();
    hands.press("f5");
    assert!(hands.overlay.is_none() && !hands.said().is_empty());
    hands.enter(&["51"]);
    hands.press("f5");
    hands.type_text("gut");
    hands.paste(" durch\n");
    hands.press("enter");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii #gut durch"]);
    hands.press("f5 esc");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii #gut durch"]);
}
