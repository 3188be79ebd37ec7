//! The steps with typed fields by keys.

use rstest::rstest;

use crate::{
    domain::{field::Field, flow::Step, order::OrderType},
    tui::testing::Hands,
};

fn at(keys: &str) -> Hands {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press(keys);
    hands
}

#[test]
fn enter_leads_through_all_steps_to_the_review() {
    let mut hands = at("f8");
    let mut steps = vec![hands.draft().step];
    for _ in 0..40 {
        hands.press("enter");
        if steps.last() != Some(&hands.draft().step) {
            steps.push(hands.draft().step);
        }
        if hands.draft().step == Step::Review {
            break;
        }
    }
    assert_eq!(steps, [Step::Customer, Step::Place, Step::Tip, Step::Payment, Step::Review]);
}

#[test]
fn several_tips_are_entered_with_enter_alone() {
    let mut hands = at("alt+4");
    hands.enter(&["1", "07", "", "", "Service"]);
    hands.enter(&["2", "12", "", "", "Küche"]);
    hands.enter(&["3", "", "", "", ""]);
    let tips = |hands: &Hands| -> Vec<(String, String, String)> {
        hands.draft().tips.iter().map(|tip| (tip.entry.clone(), tip.user_id.clone(), tip.notice.clone())).collect()
    };
    let tip = |entry: &str, user: &str, notice: &str| (entry.to_owned(), user.to_owned(), notice.to_owned());
    assert_eq!(tips(&hands), [tip("1", "07", "Service"), tip("2", "12", "Küche"), tip("3", "", "")]);
    hands.press("enter");
    assert_eq!(hands.draft().step, Step::Payment, "Enter in the row for one more goes on");
    hands.press("alt+4 down down down down down");
    hands.type_text("0");
    assert_eq!(hands.draft().tips[1].entry, "20", "five rows down is the second tip's amount");
    hands.press("f6");
    assert_eq!(tips(&hands), [tip("1", "07", "Service"), tip("3", "", "")]);
    hands.type_text("0");
    assert_eq!(hands.draft().tips[1].entry, "30", "the cursor is in the one that moved up");
}

#[test]
fn a_tip_without_an_amount_goes_when_it_is_left() {
    let mut hands = at("alt+4");
    hands.type_text("1");
    hands.press("backspace down");
    assert!(hands.draft().tips.is_empty());
    hands.type_text("2");
    assert_eq!(hands.draft().tips[0].entry, "2");
    hands.press("ctrl+u alt+5");
    assert!(hands.draft().tips.is_empty());
}

#[rstest]
#[case("alt+4 right", "5%")]
#[case("alt+4 right right", "10%")]
#[case("alt+4 left", "15%")]
#[case("alt+4 = 5 0", "=50")]
fn tips_are_chosen_or_typed(#[case] keys: &str, #[case] entry: &str) {
    assert_eq!(at(keys).draft().tips[0].entry, entry);
}

#[rstest]
#[case("alt+3 2 enter right", "asap")]
#[case("alt+3 2 enter right right enter", "17:57")]
#[case("alt+3 2 enter 1 8 3 0 enter", "18:30")]
#[case("alt+3 2 enter + 2 5 f8", "18:07")]
#[case("alt+3 2 enter x y z f8", "xyz")]
fn times_are_written_out_when_the_field_is_left(#[case] keys: &str, #[case] due: &str) {
    assert_eq!(at(keys).draft().fields[&Field::Due], due);
}

#[rstest]
#[case("alt+3 right", OrderType::Pickup)]
#[case("alt+3 left", OrderType::Shipping)]
#[case("alt+3 3", OrderType::Delivery)]
#[case("alt+3 v", OrderType::Shipping)]
#[case("ctrl+o ctrl+o ctrl+o ctrl+o", OrderType::Local)]
#[case("alt+3 ctrl+u", OrderType::Local)]
fn the_order_type_is_chosen(#[case] keys: &str, #[case] kind: OrderType) {
    assert_eq!(at(keys).draft().order_type, kind);
}

#[test]
fn choices_take_no_paste_and_no_foreign_letters() {
    let mut hands = at("alt+5");
    hands.paste("CREDIT_CARD");
    hands.press("q 9");
    assert!(!hands.draft().fields.contains_key(&Field::PaymentMethod));
    hands.press("k");
    assert_eq!(hands.draft().fields[&Field::PaymentMethod], "CREDIT_CARD");
}

#[test]
fn rare_fields_show_when_asked_for_or_filled() {
    let mut hands = at("alt+3");
    assert!(!hands.screen().contains("Vermittler"));
    hands.press("f4");
    assert!(hands.screen().contains("Vermittler"));
    hands.press("up up");
    hands.press("alt+3 down down down down down down");
    hands.type_text("Telefon");
    hands.press("f4 alt+3");
    assert_eq!(hands.draft().fields[&Field::Intermediary], "Telefon");
    assert!(hands.screen().contains("Vermittler") && !hands.screen().contains("Gehört zu"));
}

#[test]
fn text_is_edited_in_its_middle_and_cleared() {
    let mut hands = at("alt+2");
    hands.type_text("040 13");
    hands.press("left 2 home");
    hands.type_text("(");
    hands.press("end ctrl+w");
    assert_eq!(hands.draft().fields[&Field::Phone], "(040 ");
    hands.press("ctrl+u");
    assert!(!hands.draft().fields.contains_key(&Field::Phone), "an empty field is absent");
    hands.press("shift+tab");
    assert_eq!(hands.draft().step, Step::Items, "back from the first field is the step before");
}
