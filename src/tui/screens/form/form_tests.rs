//! Tests of the steps with typed fields.

use crate::{
    domain::{
        draft::{field::Field, flow::Step},
        order::OrderType,
    },
    tui::testing::Hands,
};

#[test]
fn the_order_type_reprices_visibly_and_leaves_the_table_behind() {
    let mut hands = Hands::new();
    hands.enter(&["12"]);
    hands.press("alt+3 1 2 up right");
    assert_eq!(hands.draft().order_type, OrderType::Pickup);
    assert!(hands.said().contains("→"), "{}", hands.said());
    assert!(!hands.draft().fields.contains_key(&Field::Table));
    hands.press("ctrl+z");
    assert_eq!(hands.draft().fields[&Field::Table], "12");
    assert_eq!(hands.draft().order_type, OrderType::Local);
}

#[test]
fn minutes_from_now_become_a_time_when_the_field_is_left() {
    let mut hands = Hands::new();
    hands.press("alt+3 shift+tab right tab");
    hands.type_text("+25");
    hands.press("tab");
    let local = hands.model.moment.local().checked_add(jiff::Span::new().minutes(25)).unwrap();
    assert_eq!(hands.draft().fields[&Field::Due], crate::domain::value::due::write_time(local));
}

#[test]
fn choices_take_digits_letters_and_arrows() {
    let mut hands = Hands::new();
    hands.press("alt+5 2");
    assert_eq!(hands.draft().fields[&Field::PaymentMethod], "CREDIT_CARD");
    hands.press("b");
    assert_eq!(hands.draft().fields[&Field::PaymentMethod], "CASH");
    hands.press("left");
    assert_eq!(hands.draft().fields[&Field::PaymentMethod], "CREDIT_CARD");
}

#[test]
fn the_last_field_leads_to_the_next_step_and_back() {
    let mut hands = Hands::new();
    hands.press("alt+5 enter enter enter enter");
    assert_eq!(hands.draft().step, Step::Review);
    hands.press("esc up");
    assert_eq!(hands.draft().step, Step::Tip);
}

#[test]
fn several_tips_can_be_entered_and_an_empty_one_goes_by_itself() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+4");
    hands.type_text("10%");
    hands.press("tab 0 7 tab tab tab tab");
    hands.type_text("2");
    assert_eq!(hands.draft().tips.iter().map(|tip| tip.entry.as_str()).collect::<Vec<_>>(), ["10%", "2"]);
    assert_eq!(hands.draft().tips[0].user_id, "07");
    hands.press("backspace tab");
    assert_eq!(hands.draft().tips.len(), 1);
}
