//! What keeps a hand that is fast from doing what nobody meant: leaving, open drafts, addresses, tips, orders taken twice.

use rstest::rstest;

use crate::{
    desk::{
        event::{DeskEvent, OutboxState},
        guests::Known,
    },
    domain::{draft::field::Field, order::OrderType, shop::Choice},
    i18n::Lang,
    tui::{
        effect::Effect,
        msg::Msg,
        state::overlay::Overlay,
        testing::{Hands, minutes, placed, regular},
    },
};

fn quits(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Quit))
}

#[test]
fn the_key_that_ends_other_programs_is_pressed_twice() {
    let mut hands = Hands::new();
    assert!(!quits(&hands.press("ctrl+c")));
    assert!(hands.said().contains("^C"), "{}", hands.said());
    assert!(!quits(&hands.press("5 1 ctrl+c")), "another key came between");
    assert_eq!(hands.draft().search, "51");
    assert!(quits(&hands.press("ctrl+c")));
    let mut hands = Hands::new();
    assert!(!quits(&hands.press("f1 ctrl+c")) && quits(&hands.press("ctrl+c")), "over a window as well");
    assert!(quits(&Hands::new().press("ctrl+q")), "the key that is meant for it asks nothing");
}

#[test]
fn leaving_with_orders_that_are_not_sent_asks_once() {
    for (answer, leaves) in [("enter", true), ("ctrl+q", true), ("esc", false)] {
        let mut hands = Hands::new();
        hands.model.outbox.waiting = 2;
        assert!(!quits(&hands.press("ctrl+q")));
        assert!(hands.screen().contains("nicht alles gesendet"), "{}", hands.screen());
        assert_eq!(quits(&hands.press(answer)), leaves, "{answer}");
        assert!(hands.overlay.is_none(), "{answer}");
    }
    let mut hands = Hands::new();
    hands.model.outbox.waiting = 1;
    hands.press("ctrl+q");
    let outbox = hands.model.outbox.clone();
    assert!(!quits(&hands.take(Msg::Desk(DeskEvent::Outbox(outbox.clone())))), "one still waits");
    let outbox = OutboxState { waiting: 0, ..outbox };
    assert!(
        quits(&hands.take(Msg::Desk(DeskEvent::Outbox(outbox)))),
        "it is sent meanwhile: nothing is left to be asked"
    );
}

#[test]
fn the_open_orders_are_listed_with_who_what_total_and_step() {
    let mut hands = Hands::new();
    hands.press("f3");
    assert!(hands.overlay.is_none() && hands.said().contains("^N"), "one is no list: {}", hands.said());
    hands.enter(&["2*402", "51", "132"]);
    hands.press("alt+3 1 2");
    hands.press("ctrl+n");
    hands.enter(&["51"]);
    hands.press("ctrl+n f3");
    let screen = hands.screen();
    for words in ["1 im Haus · Tisch 12", "2 Cola 0,5 l, 1 Pizza Hawaii +1", "29,20 €", "Tisch & Zeit", "10,50 €"]
    {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    assert!(matches!(&hands.overlay, Some(Overlay::Drafts(drafts)) if drafts.selected == 0), "the next one");
    hands.press("2");
    assert_eq!((hands.cart().len(), hands.model.current), (1, 1));
    hands.press("f3 f3");
    assert_eq!(hands.model.current, 2, "the same key leads on");
    hands.press("f3 down enter");
    assert_eq!(hands.model.current, 1);
    hands.press("f3 9 esc");
    assert_eq!(hands.model.current, 1, "nobody is there");
}

#[test]
fn which_of_several_it_is_is_never_dropped_and_an_empty_one_has_no_age() {
    let mut hands = Hands::new();
    assert!(hands.screen().contains(" 1/1\n") && !hands.screen().contains("1/1 ·"), "{}", hands.screen());
    hands.enter(&["51"]);
    assert!(hands.screen().contains("1/1 · "), "{}", hands.screen());
    hands.press("ctrl+n");
    hands.enter(&["51"]);
    hands.model.moment.now = minutes(60 * 24 * 365);
    assert!(hands.screen().lines().nth(1).unwrap().contains("2/2"), "{}", hands.screen());
}

/// A delivery with what is typed as its street, left by Enter.
fn street(typed: &str) -> Hands {
    let mut hands = Hands::new();
    hands.model.slots[0].change(crate::domain::draft::undo::Touch::Alone, |draft| {
        draft.set_order_type(OrderType::Delivery);
    });
    hands.press("alt+2");
    while hands.screen().contains("▌")
        && !crate::tui::state::rows::focused(hands.slot().unwrap())
            .is_some_and(|row| row == crate::tui::state::rows::Row::Field(Field::Street))
    {
        hands.press("tab");
    }
    hands.type_text(typed);
    hands.press("tab");
    hands
}

#[rstest]
#[case("Musterstraße 45", "Musterstraße", "45")]
#[case("Musterstr. 45 a", "Musterstr.", "45 a")]
#[case("Musterstraße", "Musterstraße", "")]
fn a_house_number_behind_the_street_stands_in_its_field(
    #[case] typed: &str,
    #[case] street_: &str,
    #[case] number: &str,
) {
    let hands = street(typed);
    let text = |field| hands.slot().unwrap().text(field).to_owned();
    assert_eq!((text(Field::Street).as_str(), text(Field::HouseNumber).as_str()), (street_, number));
    assert_eq!(hands.screen().contains("ohne Hausnummer"), number.is_empty(), "{}", hands.screen());
}

fn tip_for(typed: &str) -> Hands {
    let mut hands = Hands::new();
    let staff = |token: &str, label: &str| Choice { token: token.into(), label: Some(label.into()) };
    let mut shop = (*hands.model.shop).clone();
    shop.staff = vec![staff("u-17", "Bedienung Eins"), staff("u-18", "Bedienung Zwei")];
    hands.model.shop = shop.into();
    hands.enter(&["51"]);
    hands.press("alt+3 1 2 alt+4 2 tab");
    hands.type_text(typed);
    hands.press("f9");
    hands
}

#[test]
fn a_tip_goes_to_who_is_meant_and_to_nobody_else() {
    for (typed, id) in [("zwei", "u-18"), ("BEDIENUNG EINS", "u-17"), ("u-18", "u-18"), ("0815", "0815")] {
        let mut hands = tip_for(typed);
        let effects = hands.press("enter");
        let order = placed(&effects)[0];
        let tips = order.tip_transactions.as_ref().unwrap();
        assert_eq!(tips[0].user_id.as_deref(), Some(id), "{typed}");
    }
    for typed in ["bedienung", "niemand"] {
        let mut hands = tip_for(typed);
        assert!(hands.screen().contains("so heißt niemand"), "{typed}: {}", hands.screen());
        assert!(placed(&hands.press("enter")).is_empty(), "{typed}");
    }
}

#[test]
fn a_postcode_of_another_country_passes_where_it_says_so_or_by_the_managers_word() {
    let mut hands = street("Musterstraße 45");
    hands.press("alt+1");
    hands.enter(&["51"]);
    hands.press("alt+2");
    let field = |hands: &mut Hands, field, text: &str| {
        hands.model.slots[0].change(crate::domain::draft::undo::Touch::Alone, |draft| {
            draft.fields.insert(field, text.to_owned());
        });
    };
    field(&mut hands, Field::FamilyName, "Muster");
    field(&mut hands, Field::City, "Musterstadt");
    field(&mut hands, Field::Zip, "A-1010");
    assert!(hands.model.problems().is_empty(), "{:?}", hands.model.problems());
    field(&mut hands, Field::Zip, "8001");
    hands.press("f9");
    assert!(hands.screen().contains("Alt+K"), "{}", hands.screen());
    hands.press("alt+k enter");
    assert!(hands.model.problems().is_empty(), "{:?}", hands.model.problems());
}

/// The regular's last order was taken so many minutes ago, and is taken again.
fn again(minutes_ago: i64) -> Hands {
    let mut known: Known = regular();
    known.guests.iter_mut().flat_map(|guest| &mut guest.orders).for_each(|past| past.at = minutes(-minutes_ago));
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text("040 123456");
    hands.answer_caller(known);
    hands.press("f5 f9");
    hands
}

#[test]
fn the_same_order_a_few_minutes_later_is_said_once() {
    let mut hands = again(4);
    hands.take(Msg::Beat(std::time::Duration::from_secs(3)));
    assert!(placed(&hands.press("f9")).is_empty());
    assert!(hands.said().contains("Schon vor 4 min"), "{}", hands.said());
    hands.take(Msg::Beat(std::time::Duration::from_secs(6)));
    assert_eq!(placed(&hands.press("f9")).len(), 1, "who means it presses again");
    let mut hands = again(40);
    hands.take(Msg::Beat(std::time::Duration::from_secs(3)));
    assert_eq!(placed(&hands.press("f9")).len(), 1);
}

#[test]
fn a_number_that_nobody_has_is_a_new_guest() {
    let mut hands = Hands::new();
    hands.press("alt+2");
    hands.type_text("040 123456");
    assert!(!hands.screen().contains("Neuer Gast"), "nobody has answered yet");
    hands.answer_caller(Known::default());
    assert!(hands.screen().contains("Neuer Gast"), "{}", hands.screen());
    hands.press("backspace");
    assert!(!hands.screen().contains("Neuer Gast"), "another number");
}

#[test]
fn a_page_of_hits_is_a_key() {
    let mut hands = Hands::speaking(Lang::De);
    hands.press("pagedown pagedown");
    let there = hands.slot().unwrap().items.selected;
    assert!(there > 10 && hands.slot().unwrap().items.browsing, "{there}");
    hands.press("pageup pageup pageup");
    assert_eq!(hands.slot().unwrap().items.selected, 0);
}

#[test]
fn lines_are_ticked_off_as_they_are_read_back() {
    let mut hands = Hands::new();
    hands.enter(&["2*402", "51"]);
    hands.press("alt+3 1 2 alt+6");
    assert!(!hands.screen().contains('✓'), "{}", hands.screen());
    hands.press("space");
    let ticked = |hands: &Hands| hands.screen().lines().filter(|line| line.contains('✓')).count();
    assert!(ticked(&hands) == 1 && hands.screen().contains("✓2 × Cola"), "{}", hands.screen());
    hands.press("space space");
    assert_eq!(ticked(&hands), 2, "the last one stays the last");
    hands.press("backspace");
    assert_eq!(ticked(&hands), 1);
    hands.press("alt+1");
    hands.enter(&["51"]);
    hands.press("alt+6");
    assert_eq!(ticked(&hands), 0, "what was read back is no longer what stands there");
}

#[test]
fn of_articles_that_share_a_number_nobody_takes_the_first() {
    let mut hands = Hands::new();
    let mut articles = crate::sandbox::menu().unwrap();
    let twin = articles.iter_mut().find(|article| &*article.number == "132").unwrap();
    twin.number = "51".into();
    let articles = articles.into_iter().map(std::sync::Arc::new).collect();
    let catalog = crate::desk::catalog::search::Catalog::new(articles, &hands.shop.extras_groups, None);
    hands.take(Msg::Reply(crate::tui::msg::Reply::Catalog(catalog.into())));
    hands.enter(&["51"]);
    assert!(hands.cart().is_empty(), "{:?}", hands.cart());
    assert!(hands.said().contains("Cheeseburger") && hands.said().contains("Pizza Hawaii"), "{}", hands.said());
    hands.press("down up enter");
    assert_eq!(hands.cart().len(), 1, "the arrows say which");
}
