//! Prices by keys: changed only where the article allows it, seen everywhere it counts, and in the order's history.

use rstest::rstest;
use rust_decimal::Decimal;

use crate::{
    domain::draft::price::PriceNote,
    i18n::Lang,
    ports::journal::{EventKind, Noted},
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        state::overlay::Overlay,
        testing::{self, Hands, accepted, minutes, placed, record, row},
    },
};

/// Two trouts of 18.90, whose price staff may change.
fn trout() -> Hands {
    let mut hands = Hands::new();
    hands.enter(&["2*115"]);
    hands
}

fn total(hands: &Hands) -> String {
    hands.draft().totals(&hands.channel()).total.to_string()
}

#[rstest]
#[case("15", "30.00")]
#[case("15,5", "31.00")]
#[case("15.50 €", "31.00")]
#[case("0", "0.00")]
#[case("18,90", "37.80")]
fn a_price_is_typed_and_counts(#[case] typed: &str, #[case] sum: &str) {
    let mut hands = trout();
    hands.press("alt+p");
    hands.type_text(typed);
    hands.press("enter");
    assert!(hands.overlay.is_none());
    assert_eq!(total(&hands), sum, "{}", hands.said());
    // An empty one is the article's again.
    hands.press("alt+p enter");
    assert_eq!(total(&hands), "37.80");
    assert!(hands.said().ends_with("→ 18,90"), "{}", hands.said());
}

#[rstest]
#[case("-1")]
#[case("0,005")]
#[case("1.000")]
#[case("1000000")]
#[case("billig")]
fn what_is_no_price_stays_to_be_mended(#[case] typed: &str) {
    let mut hands = trout();
    hands.press("alt+p");
    hands.type_text(typed);
    hands.press("enter");
    assert!(matches!(&hands.overlay, Some(Overlay::Price(prompt)) if prompt.text == typed));
    assert!(hands.said().contains("ist kein Preis. Richtig ist etwa 7,50"), "{}", hands.said());
    hands.press("esc");
    assert_eq!((total(&hands).as_str(), hands.overlay.is_none()), ("37.80", true));
}

#[test]
fn where_it_is_not_allowed_nothing_opens_and_it_says_why() {
    let mut hands = Hands::new();
    hands.press("alt+p");
    assert_eq!(hands.said(), "Der Warenkorb ist leer.");
    hands.enter(&["51"]);
    for keys in ["alt+p", "f6 alt+p"] {
        hands.press(keys);
        assert!(hands.overlay.is_none());
        assert_eq!(hands.said(), "Pizza Hawaii: fester Preis, OktoPOS erlaubt keinen anderen.");
    }
}

#[test]
fn it_is_marked_undone_and_kept_over_order_types_and_new_prices() {
    let mut hands = trout();
    hands.press("f6 alt+p");
    hands.type_text("15");
    hands.press("enter");
    assert!(hands.screen().contains("Preis von Hand: 15,00 statt 18,90"), "{}", hands.screen());
    hands.press("esc ctrl+z");
    assert_eq!(total(&hands), "37.80");
    hands.press("ctrl+y ctrl+o");
    assert_eq!(total(&hands), "30.00");
    hands.press("ctrl+t");
    assert_eq!((total(&hands).as_str(), hands.said()), ("30.00", "Alle Preise im Warenkorb gelten noch."));
    hands.press("alt+6");
    assert!(hands.screen().contains("Preis von Hand: 15,00 statt 18,90"), "{}", hands.screen());
    // One more at the article's price is a line of its own.
    hands.press("alt+1");
    hands.enter(&["115"]);
    assert_eq!(hands.cart(), ["2 Forelle Müllerin", "1 Forelle Müllerin"]);
    assert_eq!(total(&hands), "48.90");
}

#[test]
fn the_order_carries_it_and_its_history_names_it_and_a_correction_knows_it() {
    let mut hands = trout();
    hands.press("alt+p");
    hands.type_text("15");
    hands.press("enter");
    hands.enter(&["51"]);
    hands.press("alt+3 7 f9");
    let effects = hands.press("enter");
    let order = placed(&effects)[0].clone();
    assert_eq!(order.items[0].price_per_unit.value.to_string(), "15.00");
    assert_eq!(order.payment.price.value.to_string(), "40.50");
    let notes =
        effects.iter().find_map(|e| if let Effect::Place(_, note) = e { Some(note.prices.clone()) } else { None });
    let from = Decimal::new(1890, 2);
    assert_eq!(notes.unwrap(), [PriceNote { name: "Forelle Müllerin".into(), from, to: Decimal::from(15) }]);

    // Refused by OktoPOS and opened again: still a price by hand, and none that new prices take away.
    let mut refused = record(1, testing::rejected());
    refused.order = order;
    hands.list(vec![row(1, testing::rejected())]);
    hands.press("f2");
    let effects = hands.press("b");
    let request =
        effects.iter().find_map(|e| if let Effect::LoadOrder { request, .. } = e { Some(*request) } else { None });
    hands.take(Msg::Reply(Reply::Order { request: request.unwrap(), result: Ok(Box::new(refused)) }));
    assert_eq!(hands.draft().lines[0].manual_price, Some(Decimal::new(1500, 2)));
    assert_eq!(total(&hands), "40.50");
}

#[test]
fn the_history_of_an_order_tells_it_in_both_languages() {
    for (lang, wanted) in [
        (Lang::De, "Preis von Hand geändert: Forelle Müllerin 18,90 → 15,00"),
        (Lang::En, "Price changed by hand: Forelle Müllerin 18.90 → 15.00"),
    ] {
        let mut hands = Hands::speaking(lang);
        hands.take(Msg::Resize(120, 40));
        hands.list(vec![row(1, accepted(4711))]);
        hands.press("f2");
        let effects = hands.press("enter");
        let Some(Effect::LoadOrder { request, .. }) = effects.last() else { panic!("{effects:?}") };
        let mut shown = record(1, accepted(4711));
        let detail = PriceNote { name: "Forelle Müllerin".into(), from: Decimal::new(1890, 2), to: Decimal::from(15) };
        let event = Noted::plain(EventKind::PriceChanged, detail.to_string()).at(minutes(-10));
        shown.events.insert(1, event);
        hands.take(Msg::Reply(Reply::Order { request: *request, result: Ok(Box::new(shown)) }));
        assert!(hands.screen().contains(wanted), "{}", hands.screen());
    }
}
