//! What is sold by weight, by keys: typed with a comma, shown with its unit, sent with its digits.

use std::sync::Arc;

use crate::{
    desk::catalog::search::Catalog,
    i18n::Lang,
    tui::{
        effect::Effect,
        msg::{Msg, Reply},
        testing::{Hands, accepted, placed, record, row},
    },
};

/// A desk that sells the mixed starters of the demo by weight: 19.90 a kilogram, whose price may be changed.
fn scales(lang: Lang) -> Hands {
    let mut hands = Hands::speaking(lang);
    let mut articles = crate::sandbox::menu().unwrap();
    let article = articles.iter_mut().find(|article| &*article.number == "102").unwrap();
    article.unit = "kg".into();
    article.name = "Grillfleisch".into();
    let articles = articles.into_iter().map(Arc::new).collect();
    let catalog = Catalog::new(articles, &hands.shop.extras_groups, None);
    hands.take(Msg::Reply(Reply::Catalog(catalog.into())));
    hands
}

#[test]
fn a_weight_is_typed_with_a_comma_or_a_point_and_shown_with_its_unit() {
    for (lang, typed, shown, total) in [
        (Lang::De, "0,350*102", "0,350 kg Grillfleisch", "6,97 €"),
        (Lang::En, "0.35*102", "0.350 kg Grillfleisch", "€6.97"),
    ] {
        for size in [(80, 24), (120, 40)] {
            let mut hands = scales(lang);
            hands.take(Msg::Resize(size.0, size.1));
            hands.type_text(typed);
            assert!(hands.screen().contains(&format!("= {shown} · {total}")), "{}", hands.screen());
            hands.press("enter");
            assert_eq!(hands.said(), format!("{shown} · {total}"));
            hands.press("f6");
            assert!(hands.screen().contains(shown), "{}", hands.screen());
            hands.press("esc alt+6");
            assert!(hands.screen().contains(shown) && hands.screen().contains(total), "{}", hands.screen());
        }
    }
}

#[test]
fn a_weight_is_changed_removed_and_refused_where_it_makes_no_sense() {
    let mut hands = scales(Lang::De);
    hands.enter(&["0,350*102", "1,25*"]);
    assert_eq!(hands.said(), "Jetzt 1,250 kg Grillfleisch · 24,88 €");
    hands.enter(&["2*"]);
    assert_eq!(hands.said(), "Jetzt 2 kg Grillfleisch · 39,80 €");
    hands.enter(&["0,3333*"]);
    assert_eq!(hands.said(), "Diese Menge geht bei Grillfleisch nicht.");
    hands.press("esc delete");
    assert_eq!(hands.said(), "2 kg Grillfleisch ist weg. ^Z bringt es zurück.");
    hands.enter(&["0,5*51"]);
    assert_eq!(hands.said(), "Diese Menge geht bei Pizza Hawaii nicht.");
}

#[test]
fn a_price_by_hand_is_that_of_a_kilogram_and_the_order_adds_up() {
    let mut hands = scales(Lang::De);
    hands.enter(&["0,350*102"]);
    hands.press("alt+p");
    assert!(hands.screen().contains("Preis für Grillfleisch (1 kg: 19,90)"), "{}", hands.screen());
    hands.type_text("9,99");
    hands.press("enter alt+3 7 f9");
    let effects = hands.press("enter");
    let item = &placed(&effects)[0].items[0];
    assert_eq!(item.quantity.to_string(), "0.35");
    assert_eq!((item.price_per_unit.value.to_string(), item.price.value.to_string()), ("9.99".into(), "3.50".into()));
}

#[test]
fn the_details_of_an_order_show_the_weight() {
    let mut hands = scales(Lang::De);
    hands.enter(&["0,350*102"]);
    hands.press("alt+3 7 f9");
    let effects = hands.press("enter");
    let mut shown = record(1, accepted(4711));
    shown.order = placed(&effects)[0].clone();
    hands.list(vec![row(1, accepted(4711))]);
    hands.press("f2");
    let effects = hands.press("enter");
    let Some(Effect::LoadOrder { request, .. }) = effects.last() else { panic!("{effects:?}") };
    hands.take(Msg::Reply(Reply::Order { request: *request, result: Ok(Box::new(shown)) }));
    assert!(hands.screen().contains("0,350 kg Grillfleisch"), "{}", hands.screen());
}

#[test]
fn without_a_weight_it_is_asked_for() {
    let mut hands = scales(Lang::De);
    hands.enter(&["grillfl #mager"]);
    assert!(hands.cart().is_empty() && hands.said().contains("Wie viel Grillfleisch?"), "{}", hands.said());
    hands.type_text("350g");
    assert_eq!(hands.draft().search, "350g*102 #mager");
    hands.press("enter");
    assert_eq!(hands.cart(), ["0.35 Grillfleisch #mager"]);
    hands.enter(&["102"]);
    hands.type_text("1,5");
    hands.press("enter");
    assert_eq!(hands.cart().len(), 2, "{:?}", hands.cart());
    hands.enter(&["1*102"]);
    assert_eq!(hands.cart()[1], "2.5 Grillfleisch", "one is a weight where it is typed");
}
