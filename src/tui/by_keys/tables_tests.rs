//! Rounds of a table by keys: they share a session without anybody thinking of it, and a typed token wins.

use crate::{
    domain::{
        draft::{field::Field, flow::Step},
        order::{Order, OrderType, delivery::Delivery},
        shop::{Shop, TableRange},
    },
    i18n::Lang,
    ports::journal::OrderRow,
    tui::{
        msg::{Msg, Reply},
        testing::{Hands, accepted, disk_full, menu, minutes, placed, rejected, row, shop},
    },
};

fn taken_at(table: &str) -> Hands {
    let mut hands = Hands::new();
    take(&mut hands, table);
    hands
}

fn take(hands: &mut Hands, table: &str) {
    hands.enter(&["51"]);
    hands.press("alt+3");
    hands.type_text(table);
}

/// Sends the shown draft; the order that is recorded.
fn sent(hands: &mut Hands) -> Order {
    hands.press("f9");
    let effects = hands.press("enter");
    let order = placed(&effects).first().map(|order| (*order).clone());
    order.unwrap_or_else(|| panic!("{}", hands.screen()))
}

/// The journal has the order: it comes into the list.
fn recorded(hands: &mut Hands, order: &Order) {
    let row = OrderRow {
        order_id: order.order_id.clone(),
        order_type: order.order_type,
        table: order.location.as_ref().and_then(|location| location.table),
        session_token: order.session_token.clone(),
        total: order.payment.price.value,
        created_at: minutes(0),
        ..row(1, accepted(4711))
    };
    hands.take(Msg::Reply(Reply::Placed { order_id: order.order_id.clone(), result: Ok(Box::new(row)) }));
}

fn open_round(n: u32, table: i64, token: &str, delivery: Delivery) -> OrderRow {
    OrderRow {
        order_type: Some(OrderType::Local),
        table: Some(table),
        session_token: Some(token.into()),
        ..row(n, delivery)
    }
}

#[test]
fn the_rounds_of_a_table_share_the_id_of_the_first() {
    let mut hands = taken_at("12");
    let first = sent(&mut hands);
    assert_eq!(first.session_token.as_deref(), Some(first.order_id.as_str()));
    // The second guest is quicker than the disk.
    take(&mut hands, "12");
    let second = sent(&mut hands);
    assert_eq!(second.session_token, first.session_token);
    assert_ne!(second.order_id, first.order_id);
    take(&mut hands, "7");
    let other = sent(&mut hands);
    assert_eq!(other.session_token.as_deref(), Some(other.order_id.as_str()));
    for order in [&first, &second, &other] {
        recorded(&mut hands, order);
    }
    take(&mut hands, "12");
    assert!(hands.screen().contains("Tisch 12 · 2 offene Runden"), "{}", hands.screen());
    assert_eq!(sent(&mut hands).session_token, first.session_token);
}

#[test]
fn after_a_restart_the_token_comes_from_the_journal() {
    let mut hands = taken_at("12");
    hands.list(vec![
        open_round(71, 12, "evening", accepted(1)),
        OrderRow { status: Some("completed".into()), ..open_round(72, 12, "noon", accepted(2)) },
        open_round(73, 12, "refused", rejected()),
        open_round(74, 5, "elsewhere", accepted(4)),
    ]);
    assert_eq!(sent(&mut hands).session_token.as_deref(), Some("evening"));
}

#[test]
fn a_typed_token_wins_and_shows_its_own_rounds() {
    let mut hands = taken_at("12");
    hands.list(vec![open_round(71, 12, "evening", accepted(1)), open_round(72, 12, "party", accepted(2))]);
    hands.press("f4 tab tab tab tab");
    hands.type_text("party");
    assert!(hands.screen().contains("1 offene Runde "), "{}", hands.screen());
    assert_eq!(sent(&mut hands).session_token.as_deref(), Some("party"));
}

#[test]
fn only_an_order_of_a_table_in_the_house_gets_a_token() {
    let mut hands = Hands::new();
    hands.list(vec![open_round(71, 12, "evening", accepted(1))]);
    hands.enter(&["51"]);
    hands.press("alt+2");
    hands.enter(&["040 123456"]);
    hands.press("alt+3 shift+tab 2");
    assert_eq!(sent(&mut hands).session_token, None);
}

/// A rejected round comes back for correction with its token; at another table it would tie two parties together.
#[test]
fn a_token_from_a_table_does_not_follow_to_another_one() {
    let mut hands = Hands::new();
    hands.list(vec![open_round(71, 12, "evening", accepted(1))]);
    let mut draft = crate::domain::testing::draft();
    draft.order_id = crate::tui::testing::id(90);
    draft.add(menu().at(0).unwrap(), 1.into(), "").unwrap();
    draft.fields.insert(Field::Table, "12".into());
    draft.fields.insert(Field::SessionToken, "evening".into());
    (draft.step, draft.focus) = (Step::Place, 1);
    hands.take(Msg::Reply(Reply::Restored { drafts: vec![draft.clone()] }));
    assert_eq!(sent(&mut hands).session_token.as_deref(), Some("evening"), "at its own table it stays");
    let mut hands = Hands::new();
    hands.list(vec![open_round(71, 12, "evening", accepted(1))]);
    hands.take(Msg::Reply(Reply::Restored { drafts: vec![draft] }));
    hands.press("ctrl+u");
    hands.type_text("7");
    let order = sent(&mut hands);
    assert_eq!(order.location.unwrap().table, Some(7));
    assert_eq!(order.session_token.as_deref(), Some(order.order_id.as_str()));
}

#[test]
fn an_order_that_could_not_be_recorded_opens_no_session() {
    let mut hands = taken_at("12");
    let first = sent(&mut hands);
    let result = Err(disk_full());
    hands.take(Msg::Reply(Reply::Placed { order_id: first.order_id.clone(), result }));
    assert!(!hands.draft().fields.contains_key(&Field::SessionToken), "it comes back as it was");
    hands.press("ctrl+n");
    take(&mut hands, "12");
    let second = sent(&mut hands);
    assert_eq!(second.session_token.as_deref(), Some(second.order_id.as_str()));
}

#[test]
fn a_round_for_an_open_table_takes_five_keys_and_the_dish() {
    let mut hands = Hands::new();
    hands.list(vec![open_round(71, 12, "evening", accepted(1)), open_round(72, 5, "other", accepted(2))]);
    hands.press("alt+t");
    hands.type_text("12");
    hands.press("enter");
    assert_eq!((hands.draft().step, hands.draft().order_type), (Step::Items, OrderType::Local));
    assert_eq!(hands.draft().fields[&Field::Table], "12");
    hands.enter(&["51"]);
    let order = sent(&mut hands);
    assert_eq!((order.location.unwrap().table, order.session_token.as_deref()), (Some(12), Some("evening")));
}

#[test]
fn a_new_round_leaves_the_open_draft_alone() {
    let mut hands = taken_at("7");
    let before = hands.draft().order_id.clone();
    hands.list(vec![open_round(71, 12, "evening", accepted(1)), open_round(72, 5, "other", accepted(2))]);
    hands.press("alt+t down enter");
    assert_eq!(hands.draft().fields[&Field::Table], "12");
    assert_ne!(hands.draft().order_id, before);
    hands.press("f3 f3");
    assert_eq!((&hands.draft().order_id, hands.draft().lines.len()), (&before, 1));
    // Nothing to choose: the key does nothing.
    hands.press("alt+t");
    hands.type_text("99");
    hands.press("enter");
    assert!(hands.overlay.is_some());
    hands.press("esc");
    assert_eq!(hands.slots.len(), 2);
}

fn named() -> Shop {
    let range =
        |from, to, area: &str, name: &str| TableRange { from, to, seats: 4, area: area.into(), name: name.into() };
    Shop {
        tables: vec![range(1, 20, "Saal", ""), range(31, 39, "Garten", "Terrasse"), range(50, 50, "", "Stammtisch")],
        ..shop()
    }
}

fn in_named_house() -> Hands {
    let mut hands = Hands::before_anything(Lang::De, named());
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands
}

#[test]
fn a_table_is_found_by_its_name_and_shown_by_it() {
    let mut hands = in_named_house();
    take(&mut hands, "terr 3");
    assert!(hands.screen().contains("Terrasse 3 · Garten"), "{}", hands.screen());
    hands.press("tab");
    assert_eq!(hands.draft().fields[&Field::Table], "33");
    assert!(hands.screen().contains("im Haus · Terrasse 3"), "{}", hands.screen());
    hands.press("f9");
    assert!(hands.screen().contains("Terrasse 3 (Tisch 33)"), "{}", hands.screen());
    let order = sent(&mut hands);
    assert_eq!(order.location.as_ref().unwrap().table, Some(33));
    recorded(&mut hands, &order);
    hands.press("alt+t");
    hands.type_text("garten");
    assert!(hands.screen().contains("▌Terrasse 3"), "{}", hands.screen());
    hands.press("enter f2");
    hands.take(Msg::Resize(120, 40));
    assert!(hands.screen().contains("Terrasse 3"), "{}", hands.screen());
}

#[test]
fn a_name_nobody_has_is_no_table() {
    let mut hands = in_named_house();
    take(&mut hands, "keller");
    hands.press("f9");
    assert!(hands.screen().contains("Tisch"), "{}", hands.screen());
    assert!(placed(&hands.press("enter")).is_empty());
}

#[test]
fn free_tables_are_listed_by_name_and_by_part_of_the_house() {
    for typed in ["garten", "terr"] {
        let mut hands = in_named_house();
        hands.list(vec![open_round(71, 12, "evening", accepted(1))]);
        hands.press("alt+t");
        assert!(!hands.screen().contains("Terrasse"), "they have to be looked for: {}", hands.screen());
        hands.type_text(typed);
        let screen = hands.screen();
        assert!(screen.contains("▌Terrasse 1") && screen.contains(" Terrasse 9"), "{screen}");
        assert!(!screen.contains("Tisch 12") && !screen.contains("eindeutig"), "{screen}");
        hands.press("down down enter");
        assert_eq!(hands.draft().fields[&Field::Table], "33");
    }
    let mut hands = in_named_house();
    hands.list(vec![open_round(71, 35, "evening", accepted(1))]);
    hands.press("alt+t");
    hands.type_text("terr");
    assert!(hands.screen().contains("▌Terrasse 5"), "the open one comes first: {}", hands.screen());
    assert_eq!(hands.screen().matches("Terrasse 5").count(), 1);
}

#[test]
fn once_round_all_order_types_leads_back_to_the_table() {
    let mut hands = taken_at("12");
    hands.press("enter 4 alt+6 ctrl+o");
    assert!(!hands.draft().fields.contains_key(&Field::Table), "no table outside the house");
    hands.press("ctrl+o ctrl+o ctrl+o");
    assert_eq!(hands.draft().order_type, OrderType::Local);
    let table = [Field::Table, Field::Seat].map(|field| hands.draft().fields.get(&field).cloned().unwrap_or_default());
    assert_eq!(table, ["12", "4"]);
    // What was cleared in the house stays cleared, and one key takes it all back.
    hands.press("ctrl+z ctrl+z ctrl+z ctrl+z alt+3 ctrl+u tab ctrl+u ctrl+o ctrl+o ctrl+o ctrl+o");
    assert_eq!(hands.draft().order_type, OrderType::Local);
    assert_eq!(hands.draft().fields.get(&Field::Table), None);
}

#[test]
fn the_token_of_a_table_goes_and_comes_with_it() {
    let mut hands = Hands::new();
    hands.list(vec![open_round(71, 12, "evening", accepted(1))]);
    let mut draft = crate::domain::testing::draft();
    draft.order_id = crate::tui::testing::id(90);
    draft.fields.insert(Field::Table, "12".into());
    draft.fields.insert(Field::SessionToken, "evening".into());
    hands.take(Msg::Reply(Reply::Restored { drafts: vec![draft] }));
    hands.press("ctrl+o");
    assert!(!hands.draft().fields.contains_key(&Field::SessionToken));
    hands.press("ctrl+o ctrl+o ctrl+o");
    assert_eq!(hands.draft().fields[&Field::SessionToken], "evening");
}

#[test]
fn a_token_the_desk_made_is_not_read_out_and_a_typed_one_is() {
    let mut hands = taken_at("12");
    hands.press("f4 tab tab tab tab");
    hands.type_text("01a21655-7c3e-7b11-9f00-0123456789ab");
    hands.press("f9");
    assert!(!hands.screen().contains("01a21655"), "{}", hands.screen());
    let mut hands = taken_at("12");
    hands.press("f4 tab tab tab tab");
    hands.type_text("party");
    hands.press("f9");
    assert!(hands.screen().contains("Tischsitzung party"), "{}", hands.screen());
}
