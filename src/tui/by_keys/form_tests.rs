//! The steps with typed fields by keys.

use rstest::rstest;

use crate::{
    domain::{
        draft::{Draft, field::Field, flow::Step},
        order::OrderType,
        shop::Choice,
    },
    i18n::Lang,
    tui::{
        msg::{Msg, Reply},
        state::rows::field_word,
        testing::{Hands, at as clock, id, menu, placed, shop},
    },
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
    assert_eq!(tips(&hands).len(), 3, "the key of the cart takes no tip away");
    hands.press("ctrl+delete");
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
#[case("ctrl+o alt+3 right", "asap")]
#[case("ctrl+o alt+3 right right enter", "04.05.2026 17:57")]
#[case("ctrl+o alt+3 1 8 3 0 enter", "04.05.2026 18:30")]
#[case("ctrl+o alt+3 + 2 5 f8", "04.05.2026 18:07")]
#[case("ctrl+o alt+3 0 0 3 0 f9", "05.05.2026 00:30")]
#[case("ctrl+o alt+3 x y z f8", "xyz")]
fn times_are_written_out_when_the_field_is_left(#[case] keys: &str, #[case] due: &str) {
    assert_eq!(at(keys).draft().fields[&Field::Due], due);
}

#[rstest]
#[case("17:30", "04.05.2026 17:30")]
#[case("1:30", "04.05.2026 01:30")]
#[case("-10", "04.05.2026 17:32")]
#[case("2.5. 17:30", "02.05.2026 17:30")]
#[case("+25", "+25")]
#[case("18:30", "18:30")]
fn a_payment_is_written_out_as_a_past_time(#[case] typed: &str, #[case] kept: &str) {
    let mut hands = at("alt+5 enter enter enter");
    hands.type_text(typed);
    let refused = hands.screen().contains("liegt in der Zukunft");
    hands.press("f9");
    assert_eq!(hands.draft().fields[&Field::PaymentReceived], kept);
    assert_eq!(refused, typed == kept, "what is still to come is refused in words");
}

#[test]
fn a_time_is_kept_with_its_date_and_shown_without() {
    for (lang, day) in [(Lang::De, "heute"), (Lang::En, "today")] {
        let mut hands = Hands::speaking(lang);
        hands.enter(&["51"]);
        hands.press("ctrl+o alt+3");
        hands.type_text("1830");
        hands.press("enter");
        let screen = hands.screen();
        assert!(screen.contains("18:30") && !screen.contains("2026"), "{screen}");
        hands.press("f9");
        let screen = hands.screen();
        assert!(screen.contains(&format!("{day} 18:30")) && !screen.contains("2026"), "{screen}");
    }
}

#[test]
fn a_time_means_the_day_it_was_typed_on() {
    let mut hands = at("ctrl+o alt+3");
    hands.take(Msg::Clock(clock("2026-05-04T21:40:00Z")));
    hands.type_text("2350");
    hands.take(Msg::Clock(clock("2026-05-04T22:02:00Z")));
    hands.press("f9");
    assert_eq!(hands.draft().fields[&Field::Due], "04.05.2026 23:50", "typed at 23:40, sent at 00:02");
    assert!(placed(&hands.press("f9")).is_empty());
    assert!(hands.screen().contains("ist schon vorbei"), "{}", hands.screen());
}

#[test]
fn a_call_resumed_the_next_morning_says_that_its_time_is_over() {
    let mut evening = at("ctrl+o alt+3");
    evening.type_text("1830");
    evening.press("enter");
    let draft = Draft { order_id: id(9), ..evening.draft().clone() };
    for (lang, words) in
        [(Lang::De, "04.05.2026 18:30 ist schon vorbei"), (Lang::En, "4 May 2026 18:30 has already passed")]
    {
        let mut morning = Hands::speaking(lang);
        morning.take(Msg::Clock(clock("2026-05-05T08:00:00Z")));
        morning.take(Msg::Reply(Reply::Restored { drafts: vec![draft.clone()] }));
        assert!(morning.said().contains(words), "{}", morning.said());
        morning.press("f9");
        assert!(placed(&morning.press("f9")).is_empty(), "it is not silently due today");
    }
}

#[rstest]
#[case("alt+3 shift+tab right", OrderType::Pickup)]
#[case("alt+3 shift+tab left", OrderType::Shipping)]
#[case("alt+3 shift+tab 3", OrderType::Delivery)]
#[case("alt+3 shift+tab v", OrderType::Shipping)]
#[case("ctrl+o ctrl+o ctrl+o ctrl+o", OrderType::Local)]
#[case("alt+3 shift+tab ctrl+u", OrderType::Local)]
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
    hands.press("alt+3 down down down down down");
    hands.type_text("Telefon");
    hands.press("f4 alt+3");
    assert_eq!(hands.draft().fields[&Field::Intermediary], "Telefon");
    assert!(hands.screen().contains("Vermittler") && !hands.screen().contains("Tischsitzung"));
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

#[test]
fn who_gets_the_tip_is_a_name_while_it_is_chosen() {
    for lang in Lang::ALL {
        let mut hands = Hands::speaking(lang);
        let staff = [("u1", "Erika Muster"), ("u2", "Max Muster")];
        std::sync::Arc::make_mut(&mut hands.model.shop).staff =
            staff.map(|(token, label)| Choice { token: token.into(), label: Some(label.into()) }).into();
        hands.enter(&["51"]);
        hands.press("alt+4");
        hands.type_text("2");
        hands.press("enter right");
        let screen = hands.screen();
        assert!(screen.contains("Erika Muster") && !screen.contains("u1"), "{screen}");
        hands.press("right");
        assert_eq!(hands.draft().tips[0].user_id, "u2");
        assert!(hands.screen().contains("Max Muster"));
        hands.type_text("u7");
        assert_eq!(hands.draft().tips[0].user_id, "u7", "typing replaces what was chosen");
        hands.press("ctrl+u right backspace");
        assert_eq!(hands.draft().tips[0].user_id, "", "so does deleting");
        hands.press("right down up");
        let screen = hands.screen();
        assert!(screen.contains("Erika Muster") && !screen.contains("u1"), "coming back shows the name: {screen}");
    }
}

#[test]
fn a_chosen_time_is_typed_over() {
    let mut hands = at("ctrl+o alt+3 right");
    assert!(hands.screen().contains("so bald wie möglich"), "{}", hands.screen());
    hands.type_text("1830");
    hands.press("enter");
    assert_eq!(hands.draft().fields[&Field::Due], "04.05.2026 18:30");
}

#[rstest]
#[case::in_the_house("alt+3", "table: 12")]
#[case::by_f8("alt+2 f8", "table: 12")]
#[case::to_be_fetched("ctrl+o alt+3", "due: 12")]
#[case::brought("ctrl+o ctrl+o alt+3", "due: 12")]
#[case::brought_at_a_time("ctrl+o ctrl+o alt+3 1 8 3 0 f8 alt+3", "street: 12")]
#[case::sent_with_an_address(
    "alt+2 down down down a down down 1 down a ctrl+o ctrl+o ctrl+o alt+3 x f8 alt+3",
    "house_number: 12"
)]
#[case::on_the_way("alt+3 ctrl+o", "due: 12")]
#[case::and_back("ctrl+o ctrl+o alt+3 down down ctrl+o ctrl+o", "table: 12")]
fn the_cursor_comes_to_what_is_typed_there(#[case] keys: &str, #[case] typed: &str) {
    let mut hands = at(keys);
    let kind = hands.draft().order_type;
    hands.type_text("12");
    let field = hands.draft().fields.iter().find(|(_, text)| *text == "12");
    assert_eq!(field.map(|(field, text)| format!("{}: {text}", field_word(*field))).as_deref(), Some(typed));
    assert_eq!(hands.draft().order_type, kind, "no number chooses an order type by the way");
}

#[test]
fn another_order_type_leaves_what_is_being_typed_elsewhere_alone() {
    let mut hands = at("alt+5 tab tab tab");
    hands.type_text("17:3");
    hands.press("ctrl+o");
    hands.type_text("0");
    assert_eq!(hands.draft().fields[&Field::PaymentReceived], "17:30");
    hands.press("ctrl+o ctrl+o ctrl+o alt+3 1 ctrl+o alt+2");
    assert!(!hands.draft().fields.contains_key(&Field::Table), "a table does not follow out of the house");
}

#[test]
fn back_over_the_top_is_the_last_field_of_the_step_before() {
    let mut hands = at("ctrl+o alt+4 shift+tab");
    hands.type_text("HH01");
    assert_eq!(
        (hands.draft().fields[&Field::PickupToken].as_str(), hands.draft().order_type),
        ("HH01", OrderType::Pickup)
    );
    hands.press("up up up");
    assert_eq!(hands.draft().step, Step::Customer, "over the time and the order type");
    hands.press("m");
    assert_eq!(hands.draft().fields[&Field::Gender], "male");
    hands.press("alt+5 up");
    hands.type_text("2");
    assert_eq!((hands.draft().step, hands.draft().tips.len()), (Step::Tip, 1));
    hands.press("alt+2 up");
    assert_eq!(hands.draft().step, Step::Items);
    hands.press("alt+4 esc");
    hands.type_text("1830");
    assert_eq!(hands.draft().fields[&Field::Due], "1830", "a step back comes in as any step does");
}

#[test]
fn what_was_paid_at_some_time_is_paid() {
    let mut hands = at("alt+3 7 alt+5 tab tab");
    hands.enter(&["B77"]);
    hands.type_text("gestern 17:30");
    hands.press("f9");
    assert!(hands.said().contains("bezahlt") && hands.screen().contains("Bar · bezahlt · B77"), "{}", hands.screen());
    let order = placed(&hands.press("enter"))[0].clone();
    assert_eq!((order.payment.status.as_deref(), order.payment.payment_received.is_some()), (Some("paid"), true));

    let mut hands = at("alt+3 7 alt+5 tab tab tab");
    hands.type_text("17:30");
    hands.press("up down ctrl+u up");
    assert!(!hands.draft().fields.contains_key(&Field::PaymentStatus), "a slip of the hands leaves nothing behind");
    hands.press("down");
    hands.type_text("17:30");
    hands.press("up ctrl+z");
    assert!(hands.draft().fields.keys().all(|field| *field == Field::Table), "both are one step of undo");
}

#[test]
fn open_with_a_time_of_payment_is_held_back_with_the_way_to_it() {
    let mut hands = at("alt+3 7 alt+5 tab tab tab");
    hands.type_text("17:30");
    hands.press("up up 1");
    assert!(hands.screen().contains("! offen, aber „Bezahlt um“"), "{}", hands.screen());
    assert!(placed(&hands.press("f9 f9")).is_empty());
    assert!(hands.screen().contains("Zahlung: offen, aber „Bezahlt um“ ist ausgefüllt"), "{}", hands.screen());
    hands.press("enter 2");
    assert_eq!(placed(&hands.press("f9 enter")).len(), 1);
}

#[rstest]
#[case("3", "1", "1")]
#[case("3", "home 1", "13")]
#[case("3", "end 1", "31")]
#[case("12", "backspace 5", "15")]
#[case("12", "5 7", "57")]
fn who_comes_back_to_a_table_types_another_one(#[case] first: &str, #[case] keys: &str, #[case] table: &str) {
    let mut hands = at("alt+3");
    hands.type_text(first);
    hands.press("tab");
    hands.type_text("4");
    hands.press("alt+6 alt+3");
    hands.press(keys);
    assert_eq!(hands.draft().fields[&Field::Table], table);
    hands.press("tab 2");
    assert_eq!(hands.draft().fields[&Field::Seat], "2");
}

#[test]
fn another_time_takes_the_place_of_the_first() {
    let mut hands = at("ctrl+o alt+3");
    hands.type_text("18:30");
    hands.press("alt+6 alt+3");
    hands.type_text("1900");
    hands.press("tab");
    assert!(hands.draft().fields[&Field::Due].ends_with("19:00"), "{:?}", hands.draft().fields);
}

#[test]
fn where_nothing_can_be_chosen_no_key_is_offered_for_it() {
    let keys = "alt+4 5 tab";
    assert!(at(keys).screen().contains("→ wählen"));
    let mut hands = Hands::before_anything(Lang::De, crate::domain::shop::Shop { staff: Vec::new(), ..shop() });
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands.enter(&["51"]);
    hands.press(keys);
    assert!(!hands.screen().contains("→ wählen"), "{}", hands.screen());
}
