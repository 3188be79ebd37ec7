//! The item step by keys.

use rstest::rstest;

use crate::{
    i18n::Lang,
    tui::{
        msg::{Msg, Reply},
        state::overlay::Overlay,
        testing::{self, Hands, shop},
    },
};

#[rstest]
#[case(&["51"], &["1 Pizza Hawaii"])]
#[case(&["2*haw"], &["2 Hawaii-Toast"])]
#[case(&["3x51 #gut durch"], &["3 Pizza Hawaii #gut durch"])]
#[case(&["2000000004020"], &["1 Cola 0,5 l"])]
#[case(&["51", "3*"], &["3 Pizza Hawaii"])]
#[case(&["51", "#ohne Ananas"], &["1 Pizza Hawaii #ohne Ananas"])]
#[case(&["51", "#allergisch Nuss", "#scharf"], &["1 Pizza Hawaii #allergisch Nuss, scharf"])]
#[case(&["51", "#1,5 l, scharf", "#Scharf", "#eilig", "#eilig"], &["1 Pizza Hawaii #1,5 l, scharf, eilig"])]
#[case(&["51", "2* #ohne Ananas"], &["2 Pizza Hawaii #ohne Ananas"])]
#[case(&["51", "51"], &["2 Pizza Hawaii"])]
#[case(&["51", "901 #wenig", "402"], &["1 Pizza Hawaii", "+ 1 extra Käse #wenig", "1 Cola 0,5 l"])]
#[case(&["51", "901", "2*902"], &["1 Pizza Hawaii", "+ 1 extra Käse", "+ 2 Salami"])]
#[case(&["51", "901", "51"], &["1 Pizza Hawaii", "+ 1 extra Käse", "1 Pizza Hawaii"])]
#[case(&["qqqq"], &[])]
#[case(&["0*51"], &[])]
#[case(&["1,5*51"], &[])]
#[case(&["99999*51"], &[])]
#[case(&[""], &[])]
fn what_is_typed_is_in_the_cart(#[case] typed: &[&str], #[case] cart: &[&str]) {
    let mut hands = Hands::new();
    hands.enter(typed);
    assert_eq!(hands.cart(), cart, "{}", hands.said());
    assert!(!hands.said().is_empty() || typed.len() > 1, "it says what it did or why not");
}

#[test]
fn what_could_not_be_added_stays_typed() {
    let mut hands = Hands::new();
    hands.enter(&["1,5*51"]);
    assert_eq!(hands.draft().search, "1,5*51");
    hands.press("esc");
    assert_eq!(hands.draft().search, "");
}

#[test]
fn the_arrows_choose_before_and_while_typing() {
    let mut hands = Hands::new();
    hands.press("enter");
    assert!(hands.cart().is_empty(), "nothing typed and nothing chosen adds nothing");
    hands.press("down enter");
    assert_eq!(hands.cart(), ["1 Bruschetta"]);
    hands.type_text("haw");
    hands.press("down down up enter");
    assert_eq!(hands.cart(), ["1 Bruschetta", "1 Hawaii-Salat"]);
    hands.press("tab tab down down enter");
    assert_eq!(hands.cart()[2], "1 Minestrone");
    hands.press("shift+tab down enter");
    assert_eq!(hands.cart()[3], "+ 1 extra Käse", "after adding all groups are shown, and the last is the one before");
}

#[test]
fn a_barcode_shows_what_it_is_before_enter() {
    let mut hands = Hands::new();
    hands.type_text("2000000004020");
    let screen = hands.screen();
    assert!(screen.contains("= 1 × Cola 0,5 l") && !screen.contains("Kein Artikel"), "{screen}");
}

#[test]
fn extras_go_under_the_dish_of_the_selected_line() {
    let mut hands = Hands::new();
    hands.enter(&["51", "402"]);
    hands.press("ctrl+up f4");
    hands.type_text("ananas");
    hands.press("enter");
    hands.type_text("902");
    hands.press("enter enter esc");
    assert_eq!(hands.cart()[..3], ["1 Pizza Hawaii", "+ 1 Ananas", "+ 1 Salami"].map(str::to_owned));
    let mut empty = Hands::new();
    empty.press("f4");
    assert!(empty.overlay.is_none() && !empty.said().is_empty());
}

#[test]
fn one_of_several_is_split_off_for_an_extra() {
    let mut hands = Hands::new();
    hands.enter(&["3*51"]);
    hands.press("ctrl+s");
    hands.enter(&["901"]);
    assert_eq!(hands.cart(), ["2 Pizza Hawaii", "1 Pizza Hawaii", "+ 1 extra Käse"]);
    hands.press("ctrl+s");
    assert!(hands.said().contains("nichts zu teilen"), "{}", hands.said());
}

#[test]
fn the_cart_by_keys() {
    let mut hands = Hands::new();
    hands.enter(&["51", "71", "402"]);
    hands.press("f6 up + + right left");
    assert_eq!(hands.cart()[1], "3 Spaghetti Napoli");
    hands.press("7");
    assert_eq!(hands.cart()[1], "7 Spaghetti Napoli");
    hands.press("enter");
    hands.type_text("ohne Käse");
    hands.press("enter");
    assert_eq!(hands.cart()[1], "7 Spaghetti Napoli #ohne Käse");
    hands.press("delete");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "1 Cola 0,5 l"]);
    hands.press("- -");
    assert!(hands.cart().is_empty(), "the last of a line takes it away");
    hands.type_text("haw");
    assert_eq!(hands.draft().search, "haw", "an empty cart gives the keys back to the search");
}

#[test]
fn quantity_keys_work_from_the_search_only_while_it_is_empty() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    hands.press("+ + ctrl+left");
    assert_eq!(hands.cart(), ["2 Pizza Hawaii"]);
    hands.type_text("x+-");
    assert_eq!((hands.cart()[0].as_str(), hands.draft().search.as_str()), ("2 Pizza Hawaii", "x+-"));
    hands.press("ctrl+right");
    assert_eq!(hands.cart(), ["3 Pizza Hawaii"]);
    hands.press("esc delete");
    assert!(hands.cart().is_empty());
}

#[test]
fn a_comment_is_asked_for_the_selected_line() {
    let mut hands = Hands::new();
    hands.press("f5");
    assert!(hands.overlay.is_none() && !hands.said().is_empty());
    hands.enter(&["51"]);
    hands.press("f5");
    hands.type_text("gut");
    hands.paste(" durch\n");
    hands.press("enter");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii #gut durch"]);
    hands.press("f5 esc");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii #gut durch"]);
}

#[rstest]
#[case("1 2", "12")]
#[case("1 2 0", "120")]
#[case("1 up down 2", "2")]
#[case("1 + 2", "2")]
#[case("1 2 backspace", "gone")]
#[case("0 1 2", "12")]
#[case("1 2 3 4 5", "1234")]
#[case("1 x 2", "2")]
fn digits_in_the_cart_are_one_number(#[case] keys: &str, #[case] quantity: &str) {
    let mut hands = Hands::new();
    hands.enter(&["402", "51"]);
    hands.press("f6");
    hands.press(keys);
    let line = hands.cart().get(1).cloned().unwrap_or_default();
    let wanted = if quantity == "gone" { String::new() } else { format!("{quantity} Pizza Hawaii") };
    assert_eq!(line, wanted, "{:?}", hands.cart());
    assert_eq!(hands.cart()[0], "1 Cola 0,5 l");
}

#[test]
fn a_typed_quantity_is_undone_as_one_and_ends_with_its_line() {
    let mut hands = Hands::new();
    hands.enter(&["402", "51"]);
    hands.press("f6 1 2 up 3 4 ctrl+z");
    assert_eq!(hands.cart(), ["1 Cola 0,5 l", "12 Pizza Hawaii"]);
    hands.press("ctrl+z");
    assert_eq!(hands.cart(), ["1 Cola 0,5 l", "1 Pizza Hawaii"]);
    hands.press("5 f6 f6 6");
    assert_eq!(hands.cart()[0], "6 Cola 0,5 l", "it was left in between");
}

#[test]
fn what_happens_to_a_dish_that_is_not_on_the_screen_is_said() {
    for (lang, words) in [
        (Lang::De, ["Jetzt 2 × Pizza Hawaii · 21,00 €", "1 × Pizza Hawaii ist weg. ^Z bringt es zurück."]),
        (Lang::En, ["Now 2 × Pizza Hawaii · €21.00", "1 × Pizza Hawaii removed. ^Z brings it back."]),
    ] {
        let mut hands = Hands::speaking(lang);
        hands.enter(&["51"]);
        for key in ["+", "ctrl+right ctrl+left"] {
            hands.press(key);
            assert_eq!(hands.said(), words[0], "{key}");
        }
        assert!(hands.screen().contains(words[0]));
        hands.enter(&["3*"]);
        assert!(hands.said().contains("3 × Pizza Hawaii"), "{}", hands.said());
        hands.press("ctrl+left ctrl+left");
        for key in ["ctrl+left", "delete"] {
            hands.press(key);
            assert_eq!(hands.said(), words[1], "{key}");
            assert!(hands.cart().is_empty());
            hands.press("ctrl+z");
            assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
        }
        hands.enter(&["402"]);
        hands.press("ctrl+up");
        assert!(hands.said().contains("1 × Pizza Hawaii"), "the selected line is not seen: {}", hands.said());
    }
}

#[test]
fn an_extra_says_to_which_dish_it_went_and_what_it_costs() {
    for (lang, words) in [
        (Lang::De, "1 × extra Käse zu 2 × Hawaii-Toast · 3,00 €"),
        (Lang::En, "1 × extra Käse for 2 × Hawaii-Toast · €3.00"),
    ] {
        for way in ["901 enter a", "f4 901 enter a"] {
            let mut hands = Hands::speaking(lang);
            hands.enter(&["2*haw"]);
            for word in way.split(' ') {
                if word == "901" {
                    hands.type_text(word)
                } else {
                    hands.press(word)
                };
            }
            assert_eq!(hands.said(), words);
        }
    }
    let mut hands = Hands::new();
    hands.enter(&["51", "2*901"]);
    assert_eq!(hands.said(), "2 × extra Käse zu 1 × Pizza Hawaii · 3,00 €");
}

#[rstest]
#[case("a", &["3 Pizza Hawaii", "+ 1 extra Käse"])]
#[case("A", &["3 Pizza Hawaii", "+ 1 extra Käse"])]
#[case("{one}", &["2 Pizza Hawaii", "1 Pizza Hawaii", "+ 1 extra Käse"])]
#[case("enter", &["2 Pizza Hawaii", "1 Pizza Hawaii", "+ 1 extra Käse"])]
#[case("x 7 esc", &["3 Pizza Hawaii"])]
fn an_extra_for_several_is_for_one_or_for_all(#[case] keys: &str, #[case] cart: &[&str]) {
    for lang in Lang::ALL {
        let mut hands = Hands::speaking(lang);
        hands.enter(&["3*51", "901"]);
        assert!(matches!(hands.overlay, Some(Overlay::Share(_))));
        hands.press(&keys.replace("{one}", if lang == Lang::De { "e" } else { "o" }));
        assert!(hands.overlay.is_none());
        assert_eq!(hands.cart(), cart);
        let search = if keys.ends_with("esc") { "901" } else { "" };
        assert_eq!(hands.draft().search, search, "what was not added stays typed");
        if search.is_empty() {
            hands.press("ctrl+z");
            assert_eq!(hands.cart(), ["3 Pizza Hawaii"], "one step of undo");
        }
    }
}

#[test]
fn a_number_typed_ahead_of_the_answer_is_no_answer() {
    let mut hands = Hands::new();
    hands.enter(&["3*51", "901"]);
    hands.press("1 2");
    assert!(hands.screen().contains("danach: 12"), "{}", hands.screen());
    hands.press("a");
    assert_eq!(hands.cart(), ["3 Pizza Hawaii", "+ 1 extra Käse"]);
    assert_eq!(hands.draft().search, "12", "it is the next article");
    hands.press("enter");
    assert_eq!(hands.cart().len(), 3);
    let mut hands = Hands::new();
    hands.enter(&["3*51"]);
    hands.press("f4");
    hands.enter(&["901"]);
    hands.press("9 0 3 backspace 2 a");
    let Some(Overlay::Extras(list)) = &hands.overlay else { panic!("{}", hands.screen()) };
    assert_eq!(list.query, "902", "and in the list it is the next extra");
}

#[test]
fn extras_of_the_list_ask_too_and_the_list_stays_open() {
    let mut hands = Hands::new();
    hands.enter(&["3*51"]);
    hands.press("f4");
    hands.enter(&["901"]);
    hands.press("e");
    hands.enter(&["902"]);
    assert!(matches!(hands.overlay, Some(Overlay::Extras(_))), "the one that was split off is not asked about again");
    assert_eq!(hands.cart(), ["2 Pizza Hawaii", "1 Pizza Hawaii", "+ 1 extra Käse", "+ 1 Salami"]);
    hands.press("esc ctrl+up ctrl+up ctrl+up f4");
    hands.enter(&["903"]);
    hands.press("esc");
    assert!(matches!(hands.overlay, Some(Overlay::Extras(_))), "not added, and back in the list");
    hands.press("esc");
    assert!(hands.overlay.is_none());
    assert_eq!(hands.cart().len(), 4);
}

#[test]
fn keys_typed_ahead_answer_the_question() {
    let mut hands = Hands::new();
    // In one go, as a person does who knows what will be asked.
    for c in "3*51\r901\ra402\r".chars() {
        if c == '\r' {
            hands.press("enter")
        } else {
            hands.type_text(&c.to_string())
        };
    }
    assert_eq!(hands.cart(), ["3 Pizza Hawaii", "+ 1 extra Käse", "1 Cola 0,5 l"]);
}

#[test]
fn the_number_of_articles_is_the_same_before_and_while_typing() {
    let mut hands = Hands::new();
    let all = hands.catalog.len();
    assert!(hands.screen().contains(&format!("{all} Artikel")), "{}", hands.screen());
    hands.type_text("haw");
    assert!(hands.screen().contains(&format!("3 von {all}")), "{}", hands.screen());
    hands.press("esc tab");
    let group = hands.catalog.groups()[0].count;
    assert!(hands.screen().contains(&format!("{group} Artikel")), "{}", hands.screen());
    hands.type_text("qqqqq");
    assert!(hands.screen().contains(&format!("0 von {group}")), "{}", hands.screen());
}

#[test]
fn the_question_survives_new_articles_and_every_size() {
    let mut hands = Hands::new();
    hands.enter(&["3*51"]);
    hands.press("f4");
    hands.enter(&["901"]);
    hands.take(Msg::Reply(Reply::Catalog(testing::menu())));
    for size in [(1, 1), (80, 24), (500, 200)] {
        hands.take(Msg::Resize(size.0, size.1));
        assert!(!hands.screen().is_empty());
    }
    let Some(Overlay::Share(share)) = &hands.overlay else { panic!() };
    let crate::desk::counter::ExtraWish { dish, article, .. } = &share.wish;
    assert_eq!((*dish, &*article.name), (1, "extra Käse"));
    assert!(shop().is_extra(&article.group));
    hands.press("a");
    assert!(matches!(hands.overlay, Some(Overlay::Extras(_))));
}

#[test]
fn what_is_added_to_a_comment_is_said_with_the_whole_of_it() {
    let mut hands = Hands::new();
    hands.enter(&["51", "#allergisch Nuss", "#scharf"]);
    assert!(hands.said().contains("#allergisch Nuss, scharf"), "{}", hands.said());
    hands.press("ctrl+z");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii #allergisch Nuss"]);
}

#[test]
fn extras_and_remarks_have_their_keys_in_the_cart_too() {
    let mut hands = Hands::new();
    hands.enter(&["51", "402"]);
    hands.press("f6 up f4");
    assert!(matches!(hands.overlay, Some(Overlay::Extras(_))), "{}", hands.screen());
    hands.type_text("901");
    hands.press("enter esc");
    assert_eq!(hands.cart(), ["1 Pizza Hawaii", "+ 1 extra Käse", "1 Cola 0,5 l"]);
    assert!(hands.slot().unwrap().items.in_cart);
    hands.press("f5");
    hands.type_text("gut durch");
    hands.press("enter");
    assert_eq!(hands.cart()[0], "1 Pizza Hawaii #gut durch");
}

#[test]
fn an_empty_cart_offers_none_of_its_keys_and_says_so_when_one_is_pressed() {
    let mut hands = Hands::new();
    for gone in ["Entf weg", "F6 Warenkorb", "F4 Extras", "F5 Bemerkung"] {
        assert!(!hands.screen().contains(gone), "{}", hands.screen());
    }
    for key in ["delete", "f6", "+", "ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right", "ctrl+s", "f5"] {
        hands.press(key);
        assert_eq!(hands.said(), "Der Warenkorb ist leer.", "{key}");
    }
    hands.enter(&["51"]);
    for offered in ["Entf weg", "F6 Warenkorb", "F4 Extras", "F5 Bemerkung"] {
        assert!(hands.screen().contains(offered), "{}", hands.screen());
    }
}

#[test]
fn an_impossible_quantity_is_said_before_enter() {
    let mut hands = Hands::new();
    hands.type_text("0,5*42");
    assert!(!hands.screen().contains("= 0,5"), "{}", hands.screen());
    assert!(hands.screen().contains("Diese Menge geht bei Pizza"), "{}", hands.screen());
    hands.press("enter");
    assert!(hands.said().starts_with("Diese Menge geht bei Pizza"), "{}", hands.said());
}

#[test]
fn what_a_person_ordered_is_counted_without_extras() {
    let mut hands = Hands::new();
    hands.enter(&["51", "901", "902", "402"]);
    assert!(hands.screen().contains("2 Positionen"), "{}", hands.screen());
}
