//! Orders taken by keys, from an empty desk to what is recorded; no runtime.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    desk::{catalog::search::Catalog, event::DeskEvent},
    domain::{
        draft::{Draft, field::Field, flow::Step},
        order::{OrderType, delivery::Delivery},
    },
    i18n::Lang,
    tui::{
        act,
        effect::Effect,
        input::{command::Command, target::Target},
        msg::{Msg, Reply},
        state::{
            ids::FreshIds,
            model::{Screen, Tone},
            slot::Slot,
        },
        testing::{Hands, disk_full, id, menu, placed, row, saved, shop},
    },
};

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn sent(hands: &mut Hands) -> Value {
    let first = hands.press("f9");
    assert!(placed(&first).is_empty(), "it is read back before it is sent");
    assert_eq!(hands.draft().step, Step::Review, "{}", hands.said());
    let effects = hands.press("enter");
    let orders = placed(&effects);
    assert_eq!(orders.len(), 1, "{}", hands.screen());
    serde_json::to_value(orders[0]).unwrap()
}

/// A desk with a complete order at the review.
fn ready() -> Hands {
    let mut hands = Hands::new();
    hands.enter(&["2*51", "402"]);
    hands.press("alt+3");
    hands.type_text("12");
    hands.press("f9");
    hands
}

fn reply(hands: &mut Hands, result: bool) -> Vec<Effect> {
    let order_id = hands.placing[0].draft().order_id.clone();
    let result = if result { Ok(Box::new(row(1, Delivery::Queued))) } else { Err(disk_full()) };
    hands.take(Msg::Reply(Reply::Placed { order_id, result }))
}

#[test]
fn an_order_for_a_table_is_taken_by_keys() {
    let mut hands = Hands::new();
    hands.enter(&["2*51", "901"]);
    hands.press("a");
    hands.enter(&["402 #kalt"]);
    hands.press("alt+3");
    hands.enter(&["12", "2"]);
    hands.press("alt+4");
    hands.enter(&["=30", "07", "", "", "danke"]);
    assert_eq!(
        sent(&mut hands),
        value(
            r#"{
            "orderId": "0190d2f0-0000-7000-8000-000000000001",
            "payment": {"paymentMethod": "CASH", "price": {"value": "27.90", "currency": "EUR"}, "status": "open"},
            "location": {"table": 12, "seat": 2},
            "items": [
              {"basketItemId": 1, "mainBasketItemId": 1, "productId": "51", "externalId": 1051, "name": "Pizza Hawaii",
               "distributionChannel": {"dcId": 1, "name": "INHOUSE"}, "quantity": 2,
               "price": {"value": "21.00", "currency": "EUR"}, "pricePerUnit": {"value": "10.50", "currency": "EUR"},
               "tax": {"taxRateId": 2, "taxRateValue": 7.00, "taxRateCode": "B", "taxValue": {"value": "1.37", "currency": "EUR"}}},
              {"basketItemId": 2, "mainBasketItemId": 1, "productId": "901", "externalId": 1901, "name": "extra Käse",
               "distributionChannel": {"dcId": 1, "name": "INHOUSE"}, "quantity": 2,
               "price": {"value": "3.00", "currency": "EUR"}, "pricePerUnit": {"value": "1.50", "currency": "EUR"},
               "tax": {"taxRateId": 2, "taxRateValue": 7.00, "taxRateCode": "B", "taxValue": {"value": "0.20", "currency": "EUR"}}},
              {"basketItemId": 3, "mainBasketItemId": 3, "productId": "402", "externalId": 1402, "name": "Cola 0,5 l",
               "distributionChannel": {"dcId": 1, "name": "INHOUSE"}, "quantity": 1,
               "price": {"value": "3.90", "currency": "EUR"}, "pricePerUnit": {"value": "3.90", "currency": "EUR"},
               "tax": {"taxRateId": 1, "taxRateValue": 19.00, "taxRateCode": "A", "taxValue": {"value": "0.62", "currency": "EUR"}},
               "comment": "kalt"}
            ],
            "status": "ready",
            "purchaseTime": {"timestamp": "2026-05-04T15:42:10Z", "timezone": "Europe/Berlin"},
            "orderType": "LOCAL",
            "sessionToken": "0190d2f0-0000-7000-8000-000000000001",
            "tipTransactions": [{"amount": 2.10, "type": "PAID", "userId": "07", "paidWith": "CASH", "notice": "danke",
              "created": {"timestamp": "2026-05-04T15:42:10Z", "timezone": "Europe/Berlin"}}]
        }"#
        )
    );
}

#[test]
fn a_pickup_as_soon_as_possible_paid_elsewhere() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("ctrl+o alt+2");
    hands.type_text("040 123456");
    hands.press("alt+3 enter");
    hands.type_text("HH01");
    hands.press("alt+5 2 enter 2 enter");
    hands.enter(&["BELEG-77"]);
    hands.type_text("17:30");
    let order = sent(&mut hands);
    assert_eq!(order["orderType"], "PICKUP");
    assert_eq!(order["pickup"], value(r#"{"timezone": "Europe/Berlin", "asapDelivery": true, "pickupToken": "HH01"}"#));
    assert_eq!(order["customer"], value(r#"{"phone": "040 123456"}"#));
    assert_eq!(
        order["payment"],
        value(
            r#"{"referenceId": "BELEG-77", "paymentMethod": "CREDIT_CARD", "status": "paid",
                "price": {"value": "10.50", "currency": "EUR"}, "paymentReceived": "2026-05-04T15:30:00Z"}"#
        )
    );
    assert!(order.get("location").is_none() && order.get("tipTransactions").is_none());
}

#[test]
fn a_delivery_with_address_and_time() {
    let mut hands = Hands::new();
    hands.enter(&["48"]);
    hands.press("alt+2");
    hands.enter(&[
        "040 123456",
        "Muster",
        "Gast",
        "Beispielweg",
        "1 a",
        "20095",
        "Hamburg",
        "2. Stock",
        "gast@a.example",
    ]);
    hands.type_text("d");
    hands.press("ctrl+o ctrl+o alt+3");
    hands.type_text("+25");
    let order = sent(&mut hands);
    assert_eq!(
        order["customer"],
        value(
            r#"{"gender": "diverse", "givenName": "Gast", "familyName": "Muster", "phone": "040 123456",
                "email": "gast@a.example", "address": {"additionalAddress": "2. Stock", "street": "Beispielweg",
                "houseNumber": "1 a", "zip": "20095", "city": "Hamburg"}}"#
        )
    );
    assert_eq!(
        order["pickup"],
        value(r#"{"timestamp": "2026-05-04T18:07:00", "timezone": "Europe/Berlin", "asapDelivery": false}"#)
    );
    assert_eq!(order["items"][0]["distributionChannel"]["name"], "TAKEAWAY");
    assert_eq!(order["payment"]["price"]["value"], "10.20", "the price of the channel, not of the house");
}

#[test]
fn it_is_recorded_before_it_is_called_saved() {
    let mut hands = ready();
    let effects = hands.press("enter");
    assert_eq!(placed(&effects).len(), 1);
    assert!(!hands.said().contains("Gespeichert"), "{}", hands.said());
    reply(&mut hands, true);
    assert!(hands.said().starts_with("Gespeichert: 000001"), "{}", hands.said());
    assert_eq!(hands.orders.list.total(), 1);
    assert!(hands.placing.is_empty());
}

#[test]
fn after_an_order_the_desk_is_empty_and_says_that_another_call_waits() {
    let mut hands = Hands::new();
    hands.enter(&["402"]);
    hands.press("ctrl+n");
    hands.enter(&["51"]);
    hands.press("alt+3 7 f9 enter");
    reply(&mut hands, true);
    assert!(hands.said().ends_with("1 Bestellung offen: F3."), "{}", hands.said());
    assert!(hands.cart().is_empty(), "what is typed ahead never falls into the order that waits");
    hands.press("f3 f3");
    assert_eq!(hands.cart(), ["1 Cola 0,5 l"]);
}

#[test]
fn an_order_that_was_not_recorded_comes_back_unchanged_and_loudly() {
    let mut hands = ready();
    let before = hands.draft().clone();
    hands.press("enter");
    // Meanwhile somebody asks about the next draft; the answer must not reach the one that comes back.
    hands.enter(&["71"]);
    hands.press("ctrl+d");
    let effects = reply(&mut hands, false);
    assert!(hands.draft().turn > before.turn, "it is noted that it is in front");
    let before = Draft { turn: hands.draft().turn, ..before };
    assert_eq!(hands.draft(), &before);
    assert!(hands.overlay.is_none());
    let notice = hands.notice.clone().unwrap();
    assert!(notice.tone == Tone::Alarm && notice.text.contains("NICHT"), "{notice:?}");
    assert_eq!(saved(&effects), [&before], "it is written again");
    assert_eq!(hands.slots.len(), 2, "the next draft is still there");
    let again = hands.press("f9");
    assert_eq!(placed(&again)[0].order_id, before.order_id, "it stays the same order");
}

#[test]
fn the_detail_of_a_message_is_one_key_away() {
    let mut hands = ready();
    hands.press("enter");
    reply(&mut hands, false);
    hands.press("f10");
    assert!(hands.screen().contains("disk full"), "{}", hands.screen());
    hands.press("down up esc");
    assert!(hands.overlay.is_none());
    hands.press("right f10");
    assert!(hands.screen().contains("disk full"), "it is kept when the message is gone");
    let mut calm = Hands::new();
    calm.press("f10");
    assert!(calm.overlay.is_none() && !calm.said().is_empty());
}

#[test]
fn a_key_that_is_held_never_sends_twice() {
    let mut hands = ready();
    hands.press("down");
    let mut orders = Vec::new();
    for _ in 0..20 {
        let effects = hands.press("f9");
        orders.extend(placed(&effects).into_iter().cloned());
    }
    assert_eq!(orders.len(), 1);
    assert_eq!(hands.draft().step, Step::Items, "the next draft waits with its cursor in the search");
    hands.type_text("sal");
    assert_eq!(hands.draft().search, "sal", "what is typed ahead is not lost");
}

#[test]
fn every_change_is_saved_in_the_same_update() {
    let mut hands = Hands::new();
    let keys = "5 1 enter + ctrl+left f4 enter esc f5 x enter alt+2 0 4 0 tab M u alt+3 shift+tab right tab 1 8 3 0 alt+4 = 5 0 tab 1 ctrl+z \
                ctrl+y alt+5 right tab right ctrl+u alt+1 ctrl+o f6 delete ctrl+z ctrl+s";
    let content = |draft: &Draft| (draft.lines.clone(), draft.fields.clone(), draft.tips.clone(), draft.order_type);
    let mut changes = 0;
    for key in keys.split_whitespace() {
        let before = content(hands.draft());
        let effects = hands.press(key);
        let after = hands.draft().clone();
        if content(&after) != before {
            changes += 1;
            assert_eq!(saved(&effects), [&after], "{key}");
        }
    }
    assert!(changes > 20, "{changes}");
    let effects = hands.paste("x");
    assert_eq!(saved(&effects).len(), 1, "half-typed searches are saved, too");
}

#[test]
fn a_draft_is_written_before_the_program_ends() {
    let mut hands = Hands::new();
    hands.press("ctrl+o alt+3");
    hands.type_text("+25");
    let effects = hands.press("ctrl+q");
    let [Effect::SaveDraft(draft), Effect::Quit] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(draft.fields[&Field::Due], "04.05.2026 18:07", "minutes are written out as the time they mean");
    assert!(!hands.quitting, "not before it is written");
    hands.take(Msg::Reply(Reply::Ready));
    assert!(hands.quitting);
}

/// What a desk leaves in the journal: its drafts as last saved, under ids of its own.
fn left_behind(hands: &Hands) -> Vec<Draft> {
    let draft = |(n, slot): (u32, &Slot)| Draft { order_id: id(n), ..slot.draft().clone() };
    (70..).zip(&hands.slots).map(draft).collect()
}

#[test]
fn restored_drafts_go_on_where_they_stopped() {
    let mut before = Hands::new();
    before.enter(&["51"]);
    before.press("alt+2");
    before.enter(&["040 123456"]);
    before.type_text("Mus");
    let mut hands = Hands::before_anything(Lang::De, shop());
    hands.take(Msg::Reply(Reply::Restored { drafts: left_behind(&before) }));
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    assert_eq!((hands.draft().step, hands.draft().focus, hands.slots.len()), (Step::Customer, 1, 1));
    hands.type_text("ter");
    assert_eq!(hands.draft().fields[&Field::FamilyName], "Muster");
}

#[test]
fn what_is_typed_before_anything_is_read_is_not_lost() {
    let mut before = Hands::new();
    before.enter(&["51"]);
    let mut drafts = left_behind(&before);
    let mut hands = Hands::before_anything(Lang::De, shop());
    hands.type_text("2*ha");
    // The desk's own draft may have been written already when the drafts are read.
    drafts.push(hands.draft().clone());
    hands.type_text("w");
    hands.take(Msg::Reply(Reply::Restored { drafts }));
    assert_eq!((hands.draft().search.as_str(), hands.slots.len()), ("2*haw", 2));
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands.press("enter");
    assert_eq!(hands.cart(), ["2 Hawaii-Toast"]);
    hands.press("f3 f3");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
}

#[test]
fn drafts_read_while_an_order_is_recorded_do_not_bring_it_back() {
    let mut hands = ready();
    let draft = hands.draft().clone();
    hands.press("enter");
    hands.take(Msg::Reply(Reply::Restored { drafts: vec![draft] }));
    assert!(hands.slots.iter().all(Slot::is_blank));
}

#[test]
fn several_drafts_are_opened_switched_and_discarded() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("ctrl+n");
    hands.press("ctrl+n");
    assert_eq!(hands.slots.len(), 2, "a blank draft is taken instead of a second");
    hands.enter(&["71"]);
    hands.press("alt+2");
    hands.type_text("040");
    hands.press("f3 f3");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    hands.press("f3 f3");
    assert_eq!((hands.draft().step, hands.cart()), (Step::Customer, vec!["1 Spaghetti Napoli".to_owned()]));
    let order_id = hands.draft().order_id.clone();
    assert!(hands.press("ctrl+d n").is_empty() && hands.slots.len() == 2);
    assert!(hands.press("ctrl+d esc").is_empty() && hands.slots.len() == 2);
    let effects = hands.press("ctrl+d j");
    assert_eq!(effects, [Effect::DiscardDraft(order_id)]);
    assert_eq!((hands.slots.len(), hands.cart()), (1, vec!["1 Pizza Hawaii".to_owned()]));
    hands.press("ctrl+d enter");
    assert_eq!(hands.slots.len(), 1, "there is always one to type into");
    assert!(hands.draft().lines.is_empty());
    hands.press("ctrl+d");
    assert!(hands.overlay.is_none() && !hands.said().is_empty());
}

#[test]
fn every_draft_finds_articles_that_came_after_it() {
    let mut hands = Hands::before_anything(Lang::De, shop());
    hands.type_text("haw");
    hands.press("ctrl+n");
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands.press("f3 f3 enter");
    assert_eq!(hands.cart(), ["1 Hawaii-Toast"]);
    hands.press("ctrl+n");
    assert!(hands.slot().unwrap().items.hits.total > 100);
}

#[test]
fn a_new_catalog_keeps_what_was_chosen() {
    let mut hands = Hands::new();
    hands.type_text("haw");
    hands.press("down down");
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands.press("enter");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
}

#[test]
fn a_new_catalog_keeps_the_group_that_is_shown_or_shows_all() {
    let of_groups = |groups: &[&str]| {
        let is_in = |article: &&crate::domain::shop::article::Article| groups.contains(&&*article.group);
        let all = crate::sandbox::menu().unwrap();
        let some = all.iter().filter(is_in).cloned().map(Arc::new).collect();
        Msg::Reply(Reply::Catalog(Arc::new(Catalog::new(some, &shop().extras_groups, None))))
    };
    let mut hands = Hands::new();
    hands.press("tab tab tab tab tab");
    assert!(hands.screen().contains("Jägerschnitzel"));
    hands.take(of_groups(&["Suppen", "Schnitzel & Fleisch", "Getränke"]));
    assert!(hands.screen().contains("Jägerschnitzel") && !hands.screen().contains("Spezi"), "{}", hands.screen());
    hands.take(of_groups(&["Getränke"]));
    assert!(hands.screen().contains("Spezi"), "{}", hands.screen());
}

#[test]
fn changes_are_taken_back_and_done_again() {
    let mut hands = Hands::new();
    hands.enter(&["51", "402"]);
    hands.press("alt+2");
    hands.type_text("040");
    hands.press("ctrl+z");
    assert!(!hands.draft().fields.contains_key(&Field::Phone));
    hands.press("ctrl+z");
    assert_eq!((hands.cart().len(), hands.draft().step), (1, Step::Customer), "undo does not throw one about");
    hands.press("ctrl+y ctrl+y");
    assert_eq!((hands.cart().len(), hands.draft().fields[&Field::Phone].as_str()), (2, "040"));
    hands.press("ctrl+y");
    assert!(!hands.said().is_empty());
}

#[test]
fn another_order_type_reprices_visibly_and_leaves_the_table() {
    let mut hands = Hands::new();
    hands.enter(&["48"]);
    hands.press("alt+3");
    hands.enter(&["12", "2"]);
    hands.press("alt+1 ctrl+o");
    assert_eq!(hands.draft().order_type, OrderType::Pickup);
    assert!(hands.said().contains("10,80 €") && hands.said().contains("10,20 €"), "{}", hands.said());
    assert!(!hands.draft().fields.contains_key(&Field::Table) && !hands.draft().fields.contains_key(&Field::Seat));
    hands.press("ctrl+z");
    assert_eq!((hands.draft().order_type, hands.draft().fields[&Field::Table].as_str()), (OrderType::Local, "12"));
}

#[test]
fn a_paste_is_text_and_never_a_command() {
    let hostile = "2*51\r\n\u{1b}[20~\n\n\u{1b}OR\u{9b}31m";
    let mut hands = ready();
    for keys in ["", "alt+1", "alt+2", "alt+3", "alt+4", "alt+5 tab tab", "alt+6", "f2", "f2", "ctrl+d", "f1"] {
        hands.press(keys);
        let lines = hands.cart();
        let effects = hands.paste(hostile);
        assert!(effects.iter().all(|effect| matches!(effect, Effect::SaveDraft(_))), "{keys}: {effects:?}");
        assert_eq!(hands.cart(), lines);
    }
    let texts = hands.draft().fields.values().chain([&hands.draft().search]);
    for text in texts {
        assert!(text.chars().all(|c| !c.is_control()), "{text:?}");
    }
}

#[test]
fn the_language_is_switched_in_the_middle_of_an_order() {
    let mut hands = Hands::new();
    hands.type_text("haw");
    assert!(hands.screen().contains("Artikel"));
    hands.press("f12");
    assert!(hands.screen().contains("1 Items") && !hands.screen().contains("Artikel"), "{}", hands.screen());
    hands.press("f12");
    assert!(hands.screen().contains("1 Artikel"));
    assert_eq!(hands.draft().search, "haw");
}

#[test]
fn a_click_beside_an_overlay_does_not_answer_it() {
    let mut hands = ready();
    hands.press("alt+1 ctrl+d");
    let (_, drawn) = hands.draw();
    let footer = hands.size.1 - 1;
    assert!(drawn.targets.iter().all(|(area, _)| area.y == footer), "{:?}", drawn.targets);
    hands.press("esc");
    hands.press("ctrl+p");
    let (_, drawn) = hands.draw();
    let row = drawn.targets.iter().find(|(_, target)| *target == Target::Row(1)).unwrap().0;
    assert_eq!(drawn.hit(row.x, row.y), Some(Target::Row(1)));
    hands.take(Msg::Click(Target::Row(1)));
    assert_eq!(hands.screen, Screen::Orders, "the second row of the palette opens the list");
}

#[test]
fn the_mouse_does_what_keys_do() {
    let mut hands = Hands::new();
    hands.take(Msg::Click(Target::Row(3)));
    assert!(hands.draft().lines.is_empty(), "the first click only chooses");
    hands.take(Msg::Click(Target::Row(3)));
    assert_eq!(hands.cart(), ["1 Carpaccio vom Rind"]);
    hands.take(Msg::Click(Target::Command(Command::StepCustomer)));
    hands.take(Msg::Click(Target::FormRow(2)));
    hands.type_text("G");
    assert_eq!(hands.draft().fields[&Field::GivenName], "G");
    hands.press("alt+1");
    hands.take(Msg::Wheel(2));
    assert_eq!(hands.slot().unwrap().items.selected, 1);
}

#[test]
fn problems_lead_to_where_they_are_mended() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+4");
    hands.enter(&["2", "", "", "", "Küche"]);
    hands.type_text("=5");
    hands.press("f9 f9");
    assert_eq!(hands.draft().step, Step::Review);
    hands.press("enter");
    hands.type_text("12");
    assert_eq!(hands.draft().fields[&Field::Table], "12");
    hands.press("f9 enter");
    assert_eq!(hands.draft().step, Step::Tip);
    hands.type_text("0");
    assert_eq!(hands.draft().tips[1].entry, "=50", "the cursor is in the entry of the tip that is wrong");
    assert_eq!(sent(&mut hands)["tipTransactions"][1]["amount"].to_string(), "37.50");
}

#[test]
fn without_an_id_nothing_breaks_and_typing_goes_on_when_it_comes() {
    let mut hands = ready();
    hands.model.ids = FreshIds::default();
    act::update(&mut hands.model, Msg::Key("enter".parse().unwrap()));
    assert!(hands.slot().is_none());
    hands.screen();
    hands.take(Msg::Ids(vec![id(50)]));
    hands.type_text("haw");
    assert_eq!(hands.draft().search, "haw");
}

#[test]
fn news_from_the_desk_does_not_disturb_typing() {
    let mut hands = Hands::new();
    hands.type_text("haw");
    hands.press("down");
    let before = hands.draft().clone();
    hands.take(Msg::Desk(DeskEvent::Orders(vec![row(8, Delivery::Queued)])));
    hands.take(Msg::Reply(Reply::Orders(vec![row(9, Delivery::Queued)])));
    assert_eq!((hands.draft(), hands.slot().unwrap().items.selected), (&before, 1));
    assert!(hands.overlay.is_none());
}

/// A delivery of twelve dishes with comments to an address that needs two rows.
fn long() -> Hands {
    let mut hands = Hands::new();
    for number in 71..=82 {
        hands.enter(&[&format!("{number} #ohne Nummer {number}")]);
    }
    hands.press("ctrl+o ctrl+o alt+2");
    hands.enter(&["040 123456", "Mustermann", "Gast", "Lange Beispielstraße", "128 a", "20095", "Hamburg-Altstadt"]);
    hands.type_text("Hinterhaus, dritter Stock rechts, bitte zweimal läuten");
    hands
}

#[test]
fn every_line_is_read_back_on_the_smallest_terminal() {
    let mut hands = long();
    hands.press("f9");
    let stays = ["12 Pasta", "Summe", "Adresse: Lange Beispielstraße 128 a", "bitte zweimal läuten", "Es fehlt nichts"];
    let numbers = |hands: &Hands| -> Vec<usize> {
        let screen = hands.screen();
        assert!(stays.iter().all(|text| screen.contains(text)), "{screen}");
        (71..=82).filter(|n| screen.contains(&format!("ohne Nummer {n}"))).collect()
    };
    assert!(numbers(&hands).len() < 12 && hands.screen().contains("Zeilen: Bild↓"), "{}", hands.screen());
    hands.press("pagedown pagedown pagedown");
    assert!(numbers(&hands).contains(&82) && hands.screen().contains("darüber: Bild↑"), "{}", hands.screen());
    hands.press("end pageup pageup");
    assert!(numbers(&hands).contains(&71), "{}", hands.screen());
    let mut seen = numbers(&hands);
    for _ in 0..20 {
        hands.press("down");
        seen.extend(numbers(&hands));
    }
    assert!((71..=82).all(|n| seen.contains(&n)), "{seen:?}");
    let end = hands.screen();
    hands.press("home");
    assert_ne!(hands.screen(), end);
    hands.press("end");
    assert_eq!(hands.screen(), end);
    hands.press("esc f9");
    assert!(numbers(&hands).contains(&71), "it begins at the top");
    hands.take(Msg::Resize(80, 60));
    hands.press("pageup");
    assert_eq!(hands.draft().step, Step::Payment, "where all is seen the key is what it was");
    hands.press("f9");
    assert_eq!(placed(&hands.press("enter")).len(), 1);
}

#[test]
fn the_arrows_go_through_what_is_missing_first_and_then_through_the_lines() {
    let mut hands = long();
    hands.press("alt+2 ctrl+u down ctrl+u down ctrl+u down ctrl+u alt+6");
    let at = |hands: &Hands| (hands.slot().unwrap().review_at, hands.slot().unwrap().review_top);
    let mut way = vec![at(&hands)];
    for _ in 0..3 {
        hands.press("down");
        way.push(at(&hands));
    }
    assert_eq!(way, [(0, 0), (1, 0), (1, 1), (1, 2)], "{}", hands.screen());
    for wanted in way.iter().rev().skip(1) {
        hands.press("up");
        assert_eq!(at(&hands), *wanted);
    }
    hands.take(Msg::Wheel(3));
    assert_eq!(at(&hands), (1, 2));
    hands.take(Msg::Resize(80, 60));
    hands.press("up");
    assert_eq!(at(&hands).0, 0, "where all is seen nothing is to be scrolled back");
}

#[test]
fn what_is_typed_on_the_review_is_looked_for_and_nothing_is_sent_without_it() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("alt+3 7 alt+6");
    hands.type_text("42");
    assert_eq!((hands.draft().step, hands.draft().search.as_str()), (Step::Items, "42"));
    assert!(placed(&hands.press("enter")).is_empty());
    assert_eq!(hands.draft().lines.len(), 2, "{}", hands.said());
    // What was begun before is another search; a space and a command are none.
    hands.type_text("piz");
    hands.press("alt+6 space");
    assert_eq!((hands.draft().step, hands.draft().search.as_str()), (Step::Review, "piz"));
    hands.type_text("c");
    assert_eq!((hands.draft().step, hands.draft().search.as_str()), (Step::Items, "c"));
}
