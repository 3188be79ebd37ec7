//! Tests of the item step: finding, adding, quantities, extras, comments.

use crate::tui::testing::Hands;

#[test]
fn numbers_barcodes_and_names_add() {
    let mut hands = Hands::new();
    let bottle = hands.model.catalog.clone();
    let barcode = (0..).map_while(|at| bottle.at(at)).find_map(|article| article.barcode.clone()).unwrap();
    hands.enter(&["51", "2*tira", &barcode]);
    assert_eq!(hands.cart()[..2], ["1 Pizza Hawaii", "2 Tiramisu"]);
    assert_eq!(hands.cart().len(), 3);
    assert!(hands.draft().search.is_empty());
}

#[test]
fn enter_without_a_search_adds_nothing() {
    let mut hands = Hands::new();
    hands.press("enter enter");
    assert!(hands.cart().is_empty());
    hands.press("down enter");
    assert_eq!(hands.cart().len(), 1, "a row that was chosen is added");
    hands.press("enter enter");
    assert_eq!(hands.cart(), [hands.cart()[0].clone()], "and not once more");
}

#[test]
fn quantity_and_comment_of_the_selected_line_by_enter() {
    let mut hands = Hands::new();
    hands.enter(&["51", "3*", "#ohne Zwiebeln"]);
    assert_eq!(hands.cart(), ["3 Pizza Hawaii #ohne Zwiebeln"]);
    hands.press("+ + ctrl+left");
    assert_eq!(hands.cart(), ["4 Pizza Hawaii #ohne Zwiebeln"]);
    hands.press("delete");
    assert!(hands.cart().is_empty());
    hands.press("ctrl+z");
    assert_eq!(hands.cart(), ["4 Pizza Hawaii #ohne Zwiebeln"]);
}

#[test]
fn extras_go_under_their_dish_and_one_can_be_split_off() {
    let mut hands = Hands::new();
    hands.enter(&["3*51", "402"]);
    hands.press("ctrl+up ctrl+s f4");
    hands.enter(&["901"]);
    hands.press("esc");
    assert_eq!(hands.cart(), ["2 Pizza Hawaii", "1 Cola 0,5 l", "1 Pizza Hawaii", "+ 1 extra Käse"]);
}

#[test]
fn an_article_that_is_not_sold_here_is_refused_with_words() {
    let mut hands = Hands::new();
    std::sync::Arc::make_mut(&mut hands.model.shop).order_types[0].channel.dc_id = 99;
    hands.enter(&["51"]);
    assert!(hands.cart().is_empty() && hands.said().contains("Pizza Hawaii"), "{}", hands.said());
}

#[test]
fn hostile_quantities_change_nothing() {
    let mut hands = Hands::new();
    for line in ["0*51", "1000000000*51", "0,3333*51"] {
        hands.enter(&[line]);
        hands.press("esc");
    }
    assert!(hands.cart().is_empty(), "{:?}", hands.cart());
}
