//! The bill split by keys: digits, Enter, and all parts on their way; one key puts them together again.

use crate::{
    desk::DeskError,
    domain::{
        draft::{Draft, field::Field, flow::Step},
        order::Order,
    },
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        state::{overlay::Overlay, slot::Slot},
        testing::{Hands, placed, saved},
    },
};

/// Three colas and two pizzas with cheese at table 12.
fn party() -> Hands {
    let mut hands = Hands::new();
    hands.enter(&["3*402", "2*51", "901"]);
    hands.press("a alt+3");
    hands.type_text("12");
    hands
}

fn swapped(effects: &[Effect]) -> (Vec<Draft>, usize) {
    let swap = |effect: &Effect| match effect {
        Effect::SwapDrafts { put, gone } => Some((put.clone(), gone.len())),
        _ => None,
    };
    effects.iter().find_map(swap).unwrap_or_else(|| panic!("{effects:?}"))
}

fn items(order: &Order) -> Vec<String> {
    order.items.iter().map(|item| format!("{} {}", item.quantity, item.name)).collect()
}

#[test]
fn a_bill_is_split_by_item_and_sent_with_one_letter() {
    let mut hands = party();
    hands.press("ctrl+g");
    // A cola and a pizza for the first guest, all other colas for the second.
    let effects = hands.press("1 2 a 1 enter");
    let (put, gone) = swapped(&effects);
    assert_eq!((put.len(), gone), (3, 0));
    assert!(
        saved(&effects).iter().all(|draft| draft.split.is_none()),
        "no part is written alone before all of them are"
    );
    assert!(matches!(hands.overlay, Some(Overlay::Confirm(_))), "{}", hands.screen());
    let effects = hands.press("j");
    let orders = placed(&effects);
    let lines: Vec<_> = orders.iter().map(|order| items(order)).collect();
    assert_eq!(
        lines,
        [
            vec!["1 Cola 0,5 l", "1 Pizza Hawaii", "1 extra Käse"],
            vec!["2 Cola 0,5 l"],
            vec!["1 Pizza Hawaii", "1 extra Käse"]
        ]
    );
    let total: rust_decimal::Decimal = orders.iter().map(|order| order.payment.price.value).sum();
    assert_eq!(total.to_string(), "35.70");
    let first = orders[0].order_id.as_str();
    assert!(orders.iter().all(|order| order.session_token.as_deref() == Some(first)), "one session");
    assert!(orders.iter().all(|order| order.location.as_ref().unwrap().table == Some(12)));
    assert!(hands.slots.iter().all(Slot::is_blank), "{}", hands.screen());
}

#[test]
fn parts_are_sent_one_after_the_other_at_the_review() {
    let mut hands = party();
    hands.press("ctrl+g 1 enter");
    // Enter that was hit twice answers nothing and sends nothing.
    let effects = hands.press("enter enter");
    assert!(placed(&effects).is_empty() && hands.overlay.is_none());
    assert_eq!(hands.draft().step, Step::Review);
    let mut sent = Vec::new();
    for key in ["f9", "enter"] {
        let effects = hands.press(key);
        sent.extend(placed(&effects).into_iter().cloned());
    }
    assert_eq!(sent.len(), 2, "{}", hands.screen());
    assert_eq!(items(&sent[0]), ["1 Cola 0,5 l"]);
    assert_eq!(sent[0].session_token, sent[1].session_token);
}

#[test]
fn seats_go_with_their_parts_and_the_table_says_how_many_there_are() {
    let mut hands = party();
    hands.press("ctrl+g tab");
    hands.press("7");
    assert!(hands.said().contains('6'), "{}", hands.said());
    hands.press("1 2 3");
    let (put, _) = swapped(&hands.press("enter"));
    let seat = |draft: &Draft| draft.fields.get(&Field::Seat).cloned().unwrap_or_default();
    assert_eq!(put.iter().map(seat).collect::<Vec<_>>(), ["1", "2", "3", ""]);
}

#[test]
fn seats_are_remembered_when_the_bill_is_not_split_yet() {
    let mut hands = party();
    hands.press("ctrl+g tab 2 esc");
    assert_eq!(hands.draft().lines.iter().filter(|line| line.seat == Some(2)).count(), 1);
    let order = {
        hands.press("f9");
        placed(&hands.press("ctrl+g esc enter")).first().map(|order| items(order))
    };
    assert_eq!(order.unwrap(), ["2 Cola 0,5 l", "1 Cola 0,5 l", "2 Pizza Hawaii", "2 extra Käse"]);
    // By item nothing is kept.
    let mut hands = party();
    let before = hands.draft().clone();
    hands.press("ctrl+g 1 2 3 esc");
    assert_eq!(hands.draft().lines, before.lines);
}

#[test]
fn one_key_puts_the_parts_together_again() {
    let mut hands = party();
    let before = hands.draft().clone();
    hands.press("ctrl+g 1 2 1 enter esc");
    assert_eq!(hands.slots.len(), 3);
    let (put, gone) = swapped(&hands.press("ctrl+z"));
    assert_eq!((put.len(), gone, hands.slots.len()), (1, 2, 1));
    let after = hands.draft();
    assert_eq!((&after.order_id, &after.fields, &after.split), (&before.order_id, &before.fields, &None));
    assert_eq!(hands.cart(), ["3 Cola 0,5 l", "2 Pizza Hawaii", "+ 1 extra Käse"]);
    // Changes of a part are taken back first.
    hands.press("ctrl+g 1 enter esc alt+1");
    hands.enter(&["51"]);
    assert!(!hands.press("ctrl+z").iter().any(|effect| matches!(effect, Effect::SwapDrafts { .. })));
    swapped(&hands.press("ctrl+z"));
}

#[test]
fn a_part_that_was_sent_stays_sent_when_the_others_are_put_together() {
    let mut hands = party();
    hands.press("ctrl+g 1 2 1 enter esc");
    let sent = placed(&hands.press("f9")).len();
    assert_eq!(sent, 1);
    let (put, gone) = swapped(&hands.press("ctrl+z"));
    assert_eq!((put[0].lines.len(), gone), (3, 1), "{:?}", hands.cart());
    assert_eq!(hands.placing.len(), 1);
}

#[test]
fn nothing_to_split_says_so_and_a_missing_table_is_not_sent() {
    let mut hands = Hands::new();
    hands.press("ctrl+g");
    assert!(hands.overlay.is_none() && !hands.said().is_empty());
    hands.enter(&["3*402"]);
    hands.press("ctrl+g enter");
    assert!(hands.overlay.is_some() && !hands.said().is_empty(), "everything is in one part");
    hands.press("1 enter");
    assert!(hands.overlay.is_none(), "without a table nothing is offered to be sent");
    assert_eq!((hands.slots.len(), hands.draft().step), (2, Step::Review));
}

#[test]
fn what_could_not_be_written_is_said() {
    let mut hands = party();
    hands.press("ctrl+g 1 enter esc");
    let error = DeskError::Journal(crate::ports::JournalError::Unwritable("disk full".into()));
    hands.take(Msg::Reply(Reply::DraftNotSaved { order_id: hands.draft().order_id.clone(), error }));
    assert!(!hands.said().is_empty());
    assert_eq!(hands.slots.len(), 2);
}

#[test]
fn what_is_put_together_again_stands_as_it_was_and_can_be_taken_back_further() {
    let mut hands = Hands::new();
    hands.enter(&["402", "51", "901"]);
    hands.press("a alt+3");
    hands.type_text("12");
    let before = hands.cart();
    hands.press("ctrl+g 2 1 enter esc ctrl+z");
    assert_eq!(hands.cart(), before);
    assert_eq!(hands.draft().step, Step::Review, "who looks at the review is not thrown about");
    hands.press("ctrl+z ctrl+z");
    assert_eq!(hands.cart(), ["1 Cola 0,5 l", "1 Pizza Hawaii"], "the table, then the extra");
    // A part that was changed since: nothing of that is lost, and the lines stand as they were taken.
    hands.press("ctrl+y ctrl+y ctrl+g 2 1 enter esc alt+2");
    hands.type_text("040 1");
    hands.press("f3 f3 ctrl+z");
    assert_eq!(hands.slots.len(), 1, "{}", hands.screen());
    assert_eq!(hands.cart(), before);
}

#[test]
fn the_question_whether_all_parts_are_sent_changes_its_language() {
    let mut hands = party();
    hands.press("ctrl+g 1 2 a 1 enter");
    assert!(matches!(hands.overlay, Some(Overlay::Confirm(_))) && hands.screen().contains("3 Bestellungen · "));
    hands.press("f12");
    assert!(hands.screen().contains("3 orders · "), "{}", hands.screen());
    assert_eq!(placed(&hands.press("y")).len(), 3, "it is the same question");
}
