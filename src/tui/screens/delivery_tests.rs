//! Delivery areas by keys: town, fee, least sum and the manager's word.

use rstest::rstest;

use crate::{
    config::parse_areas,
    domain::{
        draft::{field::Field, flow::Step, terms::Pass},
        shop::Shop,
    },
    i18n::Lang,
    ports::house::Town,
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        testing::{Hands, menu, placed, regular, shop},
    },
};

/// 412 is the fee nearby, 461 the one far away.
const AREAS: &str = r#"
[[areas]]
name = "Altona"
zips = ["22765"]
city = "Hamburg"
fee = "412"
minimum = 15
minutes = 15

[[areas]]
name = "Wedel"
zips = ["22880"]
city = "Wedel"
fee = "461"
minimum = 30
minutes = 35
"#;

pub(crate) fn delivering(areas: &str, lang: Lang) -> Hands {
    let shop = Shop { areas: parse_areas(areas).unwrap(), ..shop() };
    let mut hands = Hands::before_anything(lang, shop);
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands
}

/// A pizza to be brought, with the cursor in the postcode.
fn at_zip() -> Hands {
    let mut hands = delivering(AREAS, Lang::De);
    hands.enter(&["51"]);
    hands.press("ctrl+o ctrl+o alt+3 down down down");
    hands
}

fn city(hands: &Hands) -> &str {
    hands.model.slot().unwrap().text(Field::City)
}

#[test]
fn a_complete_postcode_fills_in_its_town_as_one_step_of_undo() {
    let mut hands = at_zip();
    hands.type_text("2276");
    assert_eq!(city(&hands), "");
    hands.type_text("5");
    assert_eq!((city(&hands), hands.cart().len()), ("Hamburg", 2), "town and fee");
    hands.press("ctrl+z");
    assert_eq!((city(&hands), hands.model.slot().unwrap().text(Field::Zip)), ("", "22765"));
    hands.press("ctrl+z");
    assert_eq!((hands.model.slot().unwrap().text(Field::Zip), hands.cart().len()), ("", 1));
    hands.press("ctrl+y ctrl+y");
    assert_eq!((city(&hands), hands.cart().len()), ("Hamburg", 2));
}

#[test]
fn a_town_typed_over_one_that_was_filled_in_takes_its_place() {
    let mut hands = at_zip();
    hands.type_text("22765");
    hands.press("enter");
    hands.type_text("Altona");
    assert_eq!(city(&hands), "Altona");
    hands.press("up down");
    hands.type_text("!");
    assert_eq!(city(&hands), "Altona!", "what a person typed is gone on with");
    let mut hands = at_zip();
    hands.type_text("22765");
    hands.press("enter left right backspace");
    hands.type_text("g-Mitte");
    assert_eq!(city(&hands), "Hamburg-Mitte", "and so is one that is corrected");
}

#[test]
fn what_was_filled_in_follows_the_postcode_and_what_was_typed_stays() {
    let mut hands = at_zip();
    hands.type_text("22765");
    hands.press("ctrl+u");
    hands.type_text("22880");
    assert_eq!(city(&hands), "Wedel");
    hands.press("ctrl+u");
    hands.type_text("80331");
    assert_eq!(city(&hands), "", "nobody typed Wedel");
    hands.press("down");
    hands.type_text("Altona");
    hands.press("up ctrl+u");
    hands.type_text("22765");
    assert_eq!(city(&hands), "Altona");
}

#[test]
fn the_shops_own_guests_know_towns_too() {
    let mut hands = at_zip();
    let town = |zip: &str, city: &str| Town { zip: zip.into(), city: city.into() };
    hands.take(Msg::Reply(Reply::Towns(vec![town("25421", "Pinneberg"), town("22765", "Anderswo")])));
    hands.type_text("25421");
    assert_eq!(city(&hands), "Pinneberg");
    hands.press("ctrl+u");
    hands.type_text("22765");
    assert_eq!(city(&hands), "Hamburg", "the file comes first");
}

#[rstest]
#[case("ctrl+o ctrl+o", 1)]
#[case("ctrl+o ctrl+o ctrl+o ctrl+o", 2)]
fn the_fee_goes_with_the_order_type(#[case] keys: &str, #[case] lines: usize) {
    let mut hands = at_zip();
    hands.type_text("22765");
    hands.press(keys);
    assert_eq!(hands.cart().len(), lines);
}

#[test]
fn a_fee_that_was_removed_stays_away_until_undone() {
    let mut hands = at_zip();
    hands.type_text("22765");
    hands.press("alt+1 f6 down delete esc");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    hands.enter(&["402"]);
    assert_eq!(hands.cart().len(), 2);
    hands.press("ctrl+z ctrl+z");
    assert_eq!(hands.cart().len(), 2, "{:?}", hands.cart());
    assert!(hands.draft().is_fee(&hands.draft().lines[1]));
}

#[test]
fn the_quantity_keys_never_mean_the_fee_by_themselves() {
    let mut hands = at_zip();
    hands.type_text("22765");
    hands.press("alt+1 +");
    assert_eq!(hands.cart()[0], "2 Pizza Hawaii");
}

/// An order of one pizza to the far area, with everything else that is needed.
fn too_small() -> Hands {
    let mut hands = at_zip();
    hands.type_text("22880");
    hands.press("up up");
    hands.enter(&["Musterweg", "1"]);
    hands.press("alt+2");
    hands.type_text("040 123456");
    hands.press("alt+6");
    hands
}

#[test]
fn the_manager_lets_pass_what_is_named_and_the_order_says_so() {
    let mut hands = too_small();
    assert!(hands.screen().contains("unter Minimum 30,00 €; Alt+K genehmigt"), "{}", hands.screen());
    assert!(placed(&hands.press("f9")).is_empty());
    hands.press("alt+k");
    assert!(hands.screen().contains("Trotzdem annehmen?"), "{}", hands.screen());
    hands.press("esc");
    assert!(hands.draft().terms.passes.is_empty());
    hands.press("alt+k j");
    assert!(matches!(hands.draft().terms.passes[..], [Pass::Minimum(_)]));
    let effects = hands.press("f9");
    let Some(Effect::Place(_, note)) = effects.iter().find(|effect| matches!(effect, Effect::Place(..))) else {
        panic!("{effects:?}\n{}", hands.screen())
    };
    assert!(matches!(note.passes[..], [Pass::Minimum(_)]) && note.pieces == 1);
}

#[test]
fn a_pass_that_is_not_needed_in_the_end_is_not_recorded() {
    let mut hands = too_small();
    hands.press("alt+k j alt+1");
    hands.enter(&["5*51"]);
    hands.press("alt+6");
    let effects = hands.press("f9");
    let note = effects.iter().find_map(|effect| if let Effect::Place(_, note) = effect { Some(note) } else { None });
    assert!(note.unwrap().passes.is_empty());
    assert_eq!(hands.draft().step, Step::Items);
}

#[test]
fn where_nothing_is_in_the_way_nothing_is_asked() {
    let mut hands = at_zip();
    hands.press("alt+k");
    assert!(hands.model.overlay.is_none() && !hands.said().is_empty());
}

#[test]
fn an_address_outside_is_said_and_only_refused_where_the_shop_says_so() {
    let mut hands = at_zip();
    hands.type_text("80331");
    assert!(hands.screen().contains("! außerhalb des Liefergebiets?"), "{}", hands.screen());
    hands.press("alt+6");
    let screen = hands.screen();
    assert!(screen.contains("! PLZ: außerhalb des Liefergebiets?"), "read back, too: {screen}");
    let mut hands = delivering(&format!("outside = \"refuse\"\n{AREAS}"), Lang::De);
    hands.enter(&["51"]);
    hands.press("ctrl+o ctrl+o alt+3 down down down");
    hands.type_text("80331");
    assert!(hands.screen().contains("liegt außerhalb"), "{}", hands.screen());
    hands.press("alt+k j");
    assert_eq!(hands.draft().terms.passes, [Pass::Outside]);
}

#[test]
fn a_repeated_delivery_pays_the_fee_of_its_address_once_and_a_pickup_none() {
    let order = |keys: &str| {
        let mut hands = delivering(AREAS, Lang::De);
        hands.enter(&["2*51"]);
        hands.press(keys);
        hands.enter(&["040 123456", "Muster", "Gast", "Beispielweg", "1", "22765"]);
        hands
    };
    let mut first = order("ctrl+o ctrl+o alt+2");
    first.press("f9");
    let effects = first.press("enter");
    let past = placed(&effects)[0].clone();
    assert_eq!(past.items.len(), 2, "a dish and the fee");
    let mut known = regular();
    known.guests.truncate(1);
    known.guests[0].orders.truncate(1);
    known.guests[0].orders[0].order = past;
    for (keys, fees) in [("ctrl+o ctrl+o alt+2", 1), ("ctrl+o alt+2", 0)] {
        let mut hands = order(keys);
        hands.press("alt+2");
        hands.answer_caller(known.clone());
        hands.press("f5");
        let of_fee = hands.draft().lines.iter().filter(|line| &*line.article.number == "412").count();
        assert_eq!((hands.draft().lines.len(), of_fee), (2 + fees, fees), "{:?}", hands.cart());
    }
}

#[test]
fn what_was_repeated_and_the_cart_below_it_say_the_same_sum() {
    let mut hands = delivering(&AREAS.replace("22765", "20095"), Lang::De);
    hands.press("ctrl+o ctrl+o alt+2");
    hands.type_text("040 123456");
    hands.answer_caller(regular());
    hands.press("f5");
    assert!(hands.draft().terms.fee_line.is_some(), "{:?}", hands.cart());
    let total = hands.draft().totals(&hands.channel()).total;
    let total = hands.texts.money(total, "EUR");
    assert!(hands.said().contains(&format!("mit Liefergebühr {total}")), "{}", hands.said());
    assert_eq!(hands.screen().matches(&total).count(), 2, "{}", hands.screen());
}
#[test]
fn a_fee_that_comes_or_goes_is_said_as_a_fee_and_not_as_new_prices() {
    let mut hands = at_zip();
    hands.type_text("22765");
    // Once round: out of the house and to the door again.
    hands.press("ctrl+o");
    let left = hands.said().to_owned();
    hands.press("ctrl+o ctrl+o ctrl+o");
    let back = hands.said().to_owned();
    assert_eq!((left.as_str(), back.as_str()), ("Versand: ohne Liefergebühr", "Lieferung: mit Liefergebühr 3,20 €"));
}
