//! Combos, halves and nested options by keys, over the menu of the demo's shop.

use rust_decimal::Decimal;

use crate::{
    i18n::Lang,
    tui::{
        msg::{Msg, Reply},
        testing::{Hands, placed, shop_menu, with_shop_menu},
    },
};

fn hands() -> Hands {
    with_shop_menu(Lang::De)
}

fn total(hands: &Hands) -> Decimal {
    hands.draft().totals(&hands.channel()).total
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn a_combo_takes_a_code_and_a_key_for_each_choice() {
    let mut hands = hands();
    hands.enter(&["bm"]);
    assert!(hands.screen().contains("Getränk") && hands.cart().is_empty(), "{}", hands.screen());
    hands.press("c");
    let said = hands.said();
    assert!(
        said.contains("1 × Burger-Menü · 15,90") && said.contains("Sauce: Ketchup (F4)"),
        "no question more: {said}"
    );
    hands.press("f4");
    assert!(hands.screen().contains("[x] Ketchup"), "the burger's own options: {}", hands.screen());
    hands.press("b");
    assert_eq!(
        hands.cart(),
        ["1 Cheeseburger", "+ 1 Pommes frites klein", "+ 1 Orangenlimonade 0,5 l", "+ 1 Mayonnaise"]
    );
    assert_eq!(total(&hands), dec("16.40"), "15.90 and the mayonnaise at its own price");
    assert!(hands.said().contains("Burger-Menü: Sauce: Mayonnaise"), "{}", hands.said());
    hands.press("ctrl+z");
    assert_eq!(hands.cart()[3], "+ 1 Ketchup", "an answer is a step of its own");
    hands.press("ctrl+z");
    assert!(hands.cart().is_empty(), "all of it is one step");
}

#[test]
fn a_combo_is_shown_and_moved_as_one() {
    let mut hands = hands();
    hands.enter(&["2*mp #eilig"]);
    hands.press("b a");
    assert_eq!(hands.cart().len(), 3);
    hands.press("f6");
    let screen = hands.screen();
    assert!(screen.contains(" 2 × Mittagstisch Pasta") && screen.contains("27,80"), "{screen}");
    assert!(screen.contains("· Gemischter Salat") && screen.contains("· Spaghetti Bolognese"), "{screen}");
    hands.press("+");
    assert!(hands.cart()[0].starts_with("3 "), "a part is selected and the whole moves: {:?}", hands.cart());
    assert_eq!(total(&hands), dec("41.70"));
    hands.press("f6 ctrl+o");
    assert_eq!(total(&hands), dec("41.70"), "to take away at the same price, otherwise divided");
    hands.press("alt+6");
    let screen = hands.screen();
    assert!(screen.contains("3 Mittagstisch Pasta") && screen.contains("· Cola 0,33 l"), "{screen}");
    hands.press("alt+1 delete");
    assert!(hands.cart().is_empty() && hands.said().contains("3 × Mittagstisch Pasta"), "{}", hands.said());
}

#[test]
fn what_is_sent_adds_up_by_rate() {
    let mut hands = hands();
    hands.enter(&["2*bm"]);
    hands.press("a enter");
    hands.press("alt+3");
    hands.type_text("12");
    hands.press("f9");
    let effects = hands.press("enter");
    let order = placed(&effects)[0];
    let ids: Vec<_> = order.items.iter().map(|item| (item.basket_item_id, item.main_basket_item_id)).collect();
    assert_eq!(ids, [(Some(1), Some(1)), (Some(2), Some(1)), (Some(3), Some(1)), (Some(4), Some(1))]);
    for item in &order.items {
        assert_eq!(item.price.value, item.quantity * item.price_per_unit.value);
        assert_eq!(item.quantity, Decimal::TWO);
    }
    assert_eq!(order.payment.price.value, dec("32.80"), "two of 15.90 and the ketchup");
    let rates: Vec<_> = order.items.iter().map(|item| item.tax.as_ref().unwrap().tax_rate_value).collect();
    assert_eq!(rates, [dec("7"), dec("7"), dec("19"), dec("7")]);
}

#[test]
fn two_halves_are_two_keys_and_cost_as_the_dearer() {
    let mut hands = hands();
    hands.enter(&["hh"]);
    hands.press("b k");
    assert_eq!(hands.cart(), ["1 Pizza halb/halb", "+ 1 ½ Pizza Salami", "+ 1 ½ Pizza Hawaii"]);
    assert_eq!(total(&hands), dec("10.50"));
    hands.enter(&["901"]);
    assert_eq!(total(&hands), dec("12.00"), "cheese for the whole");
    hands.enter(&["hh"]);
    hands.press("b k");
    assert_eq!(hands.cart().len(), 7, "without cheese it is another line: {:?}", hands.cart());
    hands.press("f6 down delete");
    assert_eq!(hands.cart().len(), 4, "a half goes with the whole: {:?}", hands.cart());
}

#[test]
fn what_is_sold_out_or_hidden_is_not_offered_and_a_combo_of_it_neither() {
    let mut hands = hands();
    hands.type_text("402");
    hands.press("alt+e esc");
    hands.enter(&["bm"]);
    assert!(!hands.screen().contains("Cola 0,5 l") && hands.screen().contains("Cola zero"), "{}", hands.screen());
    hands.press("esc esc");
    hands.type_text("161");
    hands.press("alt+e esc");
    hands.enter(&["bm"]);
    assert!(hands.overlay.is_none() && hands.said().contains("Burger-Menü ist aus"), "{}", hands.said());
    let hidden = shop_menu(|menu| menu.hidden = ["51".to_owned()].into());
    hands.take(Msg::Reply(Reply::Catalog(hidden)));
    hands.press("esc");
    hands.enter(&["hh"]);
    assert!(!hands.screen().contains("Hawaii"), "{}", hands.screen());
}

#[test]
fn a_combo_that_changed_is_marked_as_a_whole_and_taken_by_a_key() {
    let mut hands = hands();
    hands.enter(&["mp"]);
    hands.press("a a");
    hands.take(Msg::Reply(Reply::Catalog(shop_menu(|menu| {
        menu.combos[1].prices.insert(String::new(), dec("14.90"));
    }))));
    hands.press("f6");
    assert_eq!(hands.screen().matches("kostet jetzt 14,90").count(), 1, "{}", hands.screen());
    hands.press("ctrl+t");
    assert_eq!((total(&hands), hands.screen().matches("kostet jetzt").count()), (dec("14.90"), 0));
    hands.take(Msg::Reply(Reply::Catalog(shop_menu(|menu| menu.combos.clear()))));
    assert_eq!(hands.screen().matches("nicht mehr im Angebot").count(), 1, "{}", hands.screen());
    assert_eq!(total(&hands), dec("14.90"), "nothing is repriced by itself");
}

#[test]
fn a_question_with_one_answer_goes_on_by_itself_and_others_wait_for_enter() {
    let mut hands = hands();
    hands.enter(&["93"]);
    hands.press("b");
    assert_eq!(hands.cart(), ["1 Jägerschnitzel", "+ 1 Kroketten"]);
    hands.enter(&["40"]);
    hands.press("a b");
    assert_eq!(hands.cart().len(), 2, "up to five: more may follow");
    hands.press("enter");
    assert_eq!(hands.cart()[2..], ["1 Pizza Margherita", "+ 1 extra Käse", "+ 1 Salami"]);
    hands.enter(&["2,5*93"]);
    assert!(hands.overlay.is_none() && hands.cart().len() == 5, "no question is asked in vain");
}

#[test]
fn a_number_typed_ahead_is_the_next_article_and_no_answer() {
    let mut hands = hands();
    hands.enter(&["40", "42"]);
    assert_eq!(hands.cart(), ["1 Pizza Margherita", "1 Pizza Salami"], "{}", hands.screen());
    hands.enter(&["40"]);
    hands.press("a 2");
    assert_eq!(hands.cart()[2..], ["1 Pizza Margherita", "+ 1 extra Käse"], "what was chosen is taken");
    assert_eq!((hands.draft().search.as_str(), hands.overlay.is_none()), ("2", true));
    hands.type_text("*51");
    hands.press("enter");
    assert_eq!(hands.cart()[4..], ["2 Pizza Hawaii"], "and typing goes on");
    hands.enter(&["132", "402"]);
    assert_eq!(hands.cart()[5..], ["1 Cheeseburger", "+ 1 Ketchup", "1 Cola 0,5 l"], "a default is an answer");
}

#[test]
fn a_number_typed_ahead_waits_where_something_has_to_be_chosen() {
    let mut hands = hands();
    hands.enter(&["93", "2*42"]);
    assert!(hands.cart().is_empty() && hands.said().contains("Erst 1 wählen"), "{}", hands.said());
    assert!(hands.screen().contains("danach: 2*42"), "{}", hands.screen());
    hands.press("backspace 8 b");
    assert_eq!(hands.cart(), ["1 Jägerschnitzel", "+ 1 Kroketten"]);
    assert_eq!(hands.draft().search, "2*48");
    hands.press("enter");
    assert_eq!(hands.cart()[2..], ["2 Pizza Vegetaria"]);
    hands.enter(&["bm"]);
    hands.press("4 c");
    assert_eq!(hands.draft().search, "4", "questions that can be left open are passed: {}", hands.screen());
    hands.press("esc");
    hands.enter(&["93"]);
    hands.press("4 esc");
    assert_eq!((hands.draft().search.as_str(), hands.overlay.is_none()), ("93", true), "nothing is added");
}

#[test]
fn a_bill_that_is_split_names_the_main_dish_of_a_combo() {
    let mut hands = hands();
    hands.enter(&["bm"]);
    hands.press("c ctrl+g");
    let screen = hands.screen();
    assert!(screen.contains("1 × Burger-Menü") && screen.contains("· Cheeseburger"), "{screen}");
    assert!(screen.contains("· Pommes frites klein"), "{screen}");
}

#[test]
fn a_combo_counts_once_beside_a_dish_with_its_extra() {
    let mut hands = hands();
    hands.enter(&["bm"]);
    hands.press("c f4 b");
    hands.enter(&["402"]);
    assert_eq!((hands.draft().lines.len(), hands.draft().ordered().count()), (5, 2), "{:?}", hands.cart());
    assert!(hands.screen().contains("2 Positionen"), "{}", hands.screen());
}
