//! The promise by keys: what is offered, what is full, and what is kept of it.

use jiff::civil;

use crate::{
    domain::{
        draft::{field::Field, terms::Pass},
        order::{OrderType, delivery::Delivery},
        shop::{Shop, promise::Kitchen},
        value::ids::OrderId,
    },
    i18n::Lang,
    ports::{
        house::{OnHand, PlaceNote},
        journal::OrderRow,
    },
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        testing::{Hands, accepted, foreign, id, menu, minutes, row, shop, unknown},
    },
};

/// 17:42:10: two orders and 12 dishes a quarter of an hour, 15 minutes each.
pub(crate) fn cooking(lang: Lang) -> Hands {
    let kitchen =
        Kitchen { base_minutes: 15, minutes_per_item: 1, orders_per_slot: 2, items_per_slot: 12, ..Kitchen::default() };
    let mut hands = Hands::before_anything(lang, Shop { kitchen, ..shop() });
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands
}

/// An order of ours that is due in so many minutes; 18 is 18:00.
fn due(n: u32, from_now: i64, delivery: Delivery) -> OrderRow {
    OrderRow { due_at: Some(minutes(from_now)), ..row(n, delivery) }
}

/// A pizza to be fetched, with the cursor in the time.
fn at_time(rows: Vec<OrderRow>) -> Hands {
    let mut hands = cooking(Lang::De);
    hands.list(rows);
    hands.enter(&["51"]);
    hands.press("ctrl+o alt+3");
    hands
}

fn times(hands: &Hands) -> Vec<&str> {
    hands.model.slot().unwrap().times.iter().map(|offer| offer.label.as_str()).collect()
}

#[test]
fn the_earliest_times_are_offered_and_taken_with_a_key() {
    let mut hands = at_time(Vec::new());
    let wanted = ["so bald wie möglich 17:59", "18:00", "18:15", "18:30", "18:45", "19:00"];
    assert_eq!(times(&hands), wanted, "16 minutes from 17:42:10");
    assert!(hands.screen().contains("So bald wie möglich: 17:59 (in 17 min)"), "{}", hands.screen());
    hands.press("right right right");
    assert_eq!(hands.model.slot().unwrap().text(Field::Due), "04.05.2026 18:15");
    hands.press("left left");
    assert_eq!(hands.model.slot().unwrap().text(Field::Due), "asap");
    hands.press("alt+6");
    assert!(hands.screen().contains("so bald wie möglich 17:59"), "{}", hands.screen());
}

#[test]
fn what_is_too_big_for_the_kitchen_is_held_back_as_soon_as_possible_too() {
    let mut hands = cooking(Lang::De);
    hands.enter(&["13*51"]);
    hands.press("ctrl+o alt+6");
    let held = hands.screen();
    assert!(!held.contains("Es fehlt nichts") && held.contains("13") && held.contains("Alt+K"), "{held}");
    hands.press("alt+k enter");
    assert!(hands.screen().contains("Es fehlt nichts"), "{}", hands.screen());
    let mut hands = cooking(Lang::De);
    hands.enter(&["12*51"]);
    hands.press("ctrl+o alt+6");
    assert!(hands.screen().contains("Es fehlt nichts"), "{}", hands.screen());
}

#[test]
fn a_full_slot_is_not_offered_and_says_why() {
    let rows = vec![due(2, 18, accepted(1)), due(3, 30, Delivery::Queued), due(4, 35, unknown())];
    let mut hands = at_time(rows);
    assert_eq!(times(&hands)[1..4], ["18:15", "18:30", "18:45"], "18:00 holds two, 18:15 one");
    hands.type_text("1805");
    let said = "! 18:00 voll: 2/2 Bestellungen, nächste 18:15";
    assert!(hands.screen().contains(said), "{}", hands.screen());
    hands.press("alt+6");
    assert!(hands.screen().contains("18:00 voll: 2/2 Bestellungen, nächste 18:15; Alt+K"), "{}", hands.screen());
    let rejected = Delivery::Cancelled;
    hands.list(vec![OrderRow { changed_at: minutes(0), ..due(3, 30, rejected) }]);
    assert!(!hands.screen().contains("voll"), "what was taken back makes room");
}

#[test]
fn as_soon_as_possible_is_honest_when_the_kitchen_is_full() {
    let hands = at_time(vec![due(2, 17, accepted(1)), due(3, 16, accepted(2))]);
    assert_eq!(times(&hands)[0], "so bald wie möglich 18:00");
    assert!(hands.screen().contains("17:45 voll: 2/2 Bestellungen · frühestens 18:00"), "{}", hands.screen());
}

#[test]
fn dishes_count_as_they_were_kept_and_orders_from_elsewhere_as_they_are_listed() {
    let mut hands = cooking(Lang::De);
    let effects = hands.take(Msg::Reply(Reply::Orders(vec![due(2, 20, accepted(1))])));
    assert_eq!(effects, [Effect::ReadOnHand(vec![id(2)])]);
    assert!(hands.take(Msg::Reply(Reply::Orders(vec![due(2, 20, accepted(1))]))).is_empty(), "asked once");
    let kept = OnHand { order_id: id(2), pieces: 12, promised_at: None };
    hands.take(Msg::Reply(Reply::OnHand(vec![kept])));
    hands.enter(&["51"]);
    hands.press("ctrl+o alt+3");
    assert_eq!(times(&hands)[1], "18:15", "18:00 is full of dishes");
    hands.type_text("18:00");
    assert!(hands.screen().contains("18:00 voll: 12/12 Artikel, dazu 1, nächste 18:15"), "{}", hands.screen());
    let before = hands.model.kitchen.load.clone();
    let orders = vec![foreign(1, Some(9))];
    hands.take(Msg::Desk(crate::desk::event::DeskEvent::Ready { orders, at: minutes(0) }));
    let slot = civil::date(2026, 5, 4).at(18, 15, 0, 0);
    let (old, new) = (before.taken(slot), hands.model.kitchen.load.taken(slot));
    assert_eq!((new.orders - old.orders, new.items - old.items), (1, 2));
}

#[test]
fn what_is_chosen_stays_under_the_cursor_while_the_kitchen_fills_up() {
    let mut hands = at_time(Vec::new());
    hands.press("right right right");
    hands.list(vec![due(2, 35, accepted(1)), due(3, 36, accepted(2))]);
    hands.take(Msg::Clock(minutes(5)));
    assert_eq!(hands.model.slot().unwrap().text(Field::Due), "04.05.2026 18:15");
    assert!(hands.screen().contains("18:15 voll"), "{}", hands.screen());
    hands.press("right");
    assert_eq!(hands.model.slot().unwrap().text(Field::Due), "04.05.2026 18:30", "the next one, as it was shown");
    hands.press("ctrl+u");
    assert!(!times(&hands).contains(&"18:15"));
}

#[test]
fn the_manager_takes_one_more_and_it_is_kept_with_the_order() {
    let mut hands = at_time(vec![due(2, 18, accepted(1)), due(3, 20, accepted(2))]);
    hands.type_text("1805");
    hands.press("alt+k j alt+6");
    let effects = hands.press("f9");
    let note = effects.iter().find_map(|effect| if let Effect::Place(_, note) = effect { Some(&**note) } else { None });
    let slot = civil::date(2026, 5, 4).at(18, 0, 0, 0);
    let at = "2026-05-04T16:05:00Z".parse().unwrap();
    assert_eq!(
        note,
        Some(&PlaceNote { pieces: 1, promised_at: Some(at), passes: vec![Pass::Slot(slot)], ..PlaceNote::default() })
    );
    assert_eq!(hands.model.kitchen.load.taken(slot).orders, 3, "it counts before it is recorded");
}

#[test]
fn as_soon_as_possible_counts_in_the_slot_it_was_promised_for() {
    let mut hands = at_time(Vec::new());
    hands.press("alt+6 f9");
    let slot = civil::date(2026, 5, 4).at(17, 45, 0, 0);
    assert_eq!(hands.model.kitchen.load.taken(slot).orders, 1);
    let listed = OrderRow { due_at: None, created_at: minutes(0), ..row(1, Delivery::Queued) };
    hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result: Ok(Box::new(listed)) }));
    assert_eq!(hands.model.kitchen.load.taken(slot).orders, 1, "and once");
}

#[test]
fn sooner_than_the_kitchen_can_is_said_and_goes() {
    let mut hands = at_time(Vec::new());
    hands.type_text("+5");
    assert!(hands.screen().contains("! früher als die Küche kann: 17:59"), "{}", hands.screen());
    hands.press("alt+6");
    assert!(hands.screen().contains("Es fehlt nichts"), "{}", hands.screen());
}

#[test]
fn a_parcel_and_a_shop_that_says_nothing_are_left_alone() {
    let mut hands = at_time(vec![due(2, 18, accepted(1)), due(3, 20, accepted(2))]);
    hands.press("ctrl+o ctrl+o");
    assert_eq!(hands.draft().order_type, OrderType::Shipping);
    hands.press("alt+3");
    hands.type_text("1805");
    assert!(!hands.screen().contains("voll"));
    let mut plain = Hands::new();
    plain.list(vec![due(2, 18, accepted(1))]);
    plain.enter(&["51"]);
    plain.press("ctrl+o alt+3 right right");
    assert_eq!(plain.model.slot().unwrap().text(Field::Due), "+15", "the usual choices");
}

#[test]
fn an_order_that_is_too_big_is_told_from_a_full_kitchen() {
    let mut hands = cooking(Lang::De);
    hands.enter(&["13*51"]);
    hands.press("ctrl+o alt+3");
    assert!(hands.screen().contains("zu groß für die Küche: 13 Artikel, 12 gehen auf einmal"), "{}", hands.screen());
    assert_eq!(hands.model.kitchen.load, crate::domain::shop::promise::Load::default());
    assert_ne!(hands.draft().order_id, OrderId(String::new()));
}
