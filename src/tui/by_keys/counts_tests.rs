//! Articles that are counted, by keys, over the menu of the demo's shop: eight roasts (98), five trout (115).

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    domain::shop::stock::{Count, Said, Stock},
    i18n::Lang,
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        testing::{Hands, NOW, at, id, minutes, order, placed, with_shop_menu},
    },
};

fn hands() -> Hands {
    with_shop_menu(Lang::De)
}

/// What other orders took of the trout.
fn taken(hands: &mut Hands, version: u64, quantity: i64) {
    let mut order = order(9);
    order.items.truncate(1);
    (order.items[0].external_id, order.items[0].quantity) = (Some(1115), Decimal::from(quantity));
    let mut stock = Stock::default();
    stock.take(&order, minutes(-1));
    stock.version = version;
    hands.take(Msg::Reply(Reply::Stock(Arc::new(stock))));
}

#[test]
fn what_is_left_is_shown_and_no_more_can_be_added() {
    let mut hands = hands();
    hands.type_text("115");
    assert!(hands.screen().contains("noch 5 · 18,90"), "{}", hands.screen());
    hands.press("esc");
    hands.enter(&["6*115"]);
    assert!(hands.cart().is_empty() && hands.said().contains("nur noch 5 da"), "{}", hands.said());
    hands.press("esc");
    hands.enter(&["3*115"]);
    hands.enter(&["3*115"]);
    assert_eq!(hands.cart(), ["3 Forelle Müllerin"]);
    assert!(hands.said().contains("3 davon stehen schon hier"), "{}", hands.said());
    hands.press("esc + + +");
    assert_eq!(hands.cart(), ["5 Forelle Müllerin"], "the keys of the cart neither");
    hands.press("f6 9");
    assert_eq!(hands.cart(), ["5 Forelle Müllerin"]);
    hands.press("- f6 ctrl+n");
    hands.enter(&["5*115"]);
    assert_eq!(hands.cart().len(), 1, "a draft reserves nothing");
}

#[test]
fn orders_run_it_down_and_at_none_it_is_sold_out() {
    let mut hands = hands();
    taken(&mut hands, 2, 4);
    taken(&mut hands, 1, 0);
    hands.type_text("115");
    assert!(hands.screen().contains("noch 1"), "an older count is not shown after a newer one: {}", hands.screen());
    hands.press("esc");
    hands.enter(&["115"]);
    hands.press("alt+3");
    hands.type_text("12");
    hands.press("f9");
    assert_eq!(placed(&hands.press("enter")).len(), 1);
    hands.enter(&["115"]);
    assert!(
        hands.cart().is_empty() && hands.said().contains("ist aus"),
        "the one being saved counts: {}",
        hands.said()
    );
    hands.press("alt+e");
    assert!(hands.said().contains("wieder da"), "{}", hands.said());
    hands.press("enter");
    assert_eq!(hands.cart(), ["1 Forelle Müllerin"], "and it is not counted any more");
}

#[test]
fn a_draft_that_wants_more_than_is_left_meanwhile_is_told() {
    let mut hands = hands();
    hands.enter(&["4*115"]);
    hands.press("alt+3");
    hands.type_text("12");
    taken(&mut hands, 1, 3);
    hands.press("f9");
    assert!(hands.screen().contains("nur noch 2 da") && hands.said().contains('1'), "{}", hands.screen());
    assert!(placed(&hands.press("f8 f9 enter")).is_empty(), "it is not sent like that");
    assert!(hands.screen().contains("▌"), "the line is selected: {}", hands.screen());
    hands.press("2");
    hands.press("esc f9");
    assert_eq!(placed(&hands.press("enter")).len(), 1, "{}", hands.screen());
}

#[test]
fn a_number_before_the_key_is_the_count() {
    let mut hands = hands();
    hands.type_text("12*schweinemed");
    let effects = hands.press("alt+e");
    let said = Said::Count(Count { pieces: Some(12), at: at(NOW) });
    assert!(effects.contains(&Effect::Say { article: 1100, said }), "{effects:?}");
    assert_eq!(hands.draft().search, "", "Enter must not add twelve");
    hands.enter(&["13*100"]);
    assert!(hands.cart().is_empty() && hands.said().contains("nur noch 12"), "{}", hands.said());
    hands.press("esc");
    hands.enter(&["12*100"]);
    hands.type_text("2*");
    hands.press("alt+e");
    assert!(hands.said().contains("noch 2"), "the line of the cart: {}", hands.said());
    hands.press("f6");
    assert!(hands.screen().contains("nur noch 2 da"), "{}", hands.screen());
    hands.take(Msg::Reply(Reply::SoldOut([(1100, Said::SoldOut(true)), (1042, Said::SoldOut(true))].into())));
    assert!(hands.screen().contains("nur noch 2 da"), "what was kept is older than what was said");
    assert_eq!(hands.model.sold_out[&1042], Said::SoldOut(true));
    assert_eq!(hands.draft().order_id, id(1));
}
