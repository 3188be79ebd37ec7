//! A scanner in every place there is: it adds its article and leaves no trace; and hands in the same places are no scanner.

use std::time::Duration;

use rstest::rstest;

use crate::{
    domain::draft::{Draft, field::Field, flow::Step},
    tui::{
        effect::Effect,
        input::key::{Code, Key},
        msg::{Msg, Reply},
        state::{model::Screen, overlay::Overlay, slot::MAX_HITS},
        testing::{Hands, accepted, regular, row, saved},
    },
};

/// Cola 0,5 l of the demo's menu.
const COLA: &str = "2000000004020";
/// A whole barcode nobody has.
const UNKNOWN: &str = "4006381333931";

/// A desk with a clock that goes on between keys.
struct Till {
    hands: Hands,
    now: Duration,
}

impl Till {
    fn new() -> Self {
        let mut till = Self { hands: Hands::new(), now: Duration::from_secs(100) };
        till.pause(1000);
        till
    }

    /// Nothing is pressed for some time. What waited for the time gets it.
    fn pause(&mut self, ms: u64) -> Vec<Effect> {
        self.now += Duration::from_millis(ms);
        self.hands.take(Msg::Beat(self.now))
    }

    /// One key, so long after the one before.
    fn key(&mut self, key: Key, after: Duration) -> Vec<Effect> {
        self.now += after;
        let mut effects = self.hands.take(Msg::Beat(self.now));
        effects.extend(self.hands.take(Msg::Key(key)));
        effects
    }

    /// Digits and Enter, so long apart.
    fn rush(&mut self, digits: &str, gap: Duration) -> Vec<Effect> {
        let keys = digits.chars().map(Code::Char).chain([Code::Enter]);
        keys.flat_map(|code| self.key(Key::plain(code), gap)).collect()
    }

    /// Digits alone, as a scanner types them.
    fn digits(&mut self, digits: &str) {
        for digit in digits.chars() {
            self.key(Key::plain(Code::Char(digit)), Duration::from_micros(1500));
        }
    }

    /// Thirteen digits and Enter within 20 ms.
    fn scan(&mut self, code: &str) -> Vec<Effect> {
        self.pause(500);
        let effects = self.rush(code, Duration::from_micros(1500));
        self.pause(500);
        effects
    }

    /// Keys by hand.
    fn press(&mut self, keys: &str) -> Vec<Effect> {
        let keys: Vec<Key> = keys.split_whitespace().map(|name| name.parse().unwrap()).collect();
        keys.into_iter().flat_map(|key| self.key(key, Duration::from_millis(120))).collect()
    }

    fn type_text(&mut self, text: &str) -> Vec<Effect> {
        let keys = text.chars().map(|c| Key::plain(Code::Char(c)));
        keys.flat_map(|key| self.key(key, Duration::from_millis(80))).collect()
    }

    fn with_pizza() -> Self {
        let mut till = Self::new();
        till.type_text("51");
        till.press("enter");
        till
    }
}

/// What must not change: everything typed, the cursor and the window, but not the cart and what is said.
fn typed(hands: &Hands) -> (Draft, Option<ratatui::layout::Position>, String) {
    let draft = Draft { lines: Vec::new(), ..hands.draft().clone() };
    let (_, drawn) = hands.draw();
    let window = match &hands.overlay {
        Some(Overlay::Prompt(prompt)) => format!("prompt {} {}", prompt.text, prompt.cursor),
        Some(Overlay::Palette(palette)) => format!("palette {} {} {}", palette.query, palette.cursor, palette.selected),
        Some(Overlay::Extras(picker)) => format!("extras {} {} {}", picker.query, picker.cursor, picker.selected),
        Some(Overlay::Status(menu)) => format!("status {menu:?}"),
        Some(Overlay::Confirm(confirm)) => format!("confirm {confirm:?}"),
        Some(Overlay::Share(_)) => "share".into(),
        Some(Overlay::Help(help)) => format!("help {help:?}"),
        Some(_) => "another".into(),
        None => format!("{} {:?}", hands.orders.summary(&hands.texts), hands.slot().unwrap().items.in_cart),
    };
    (draft, drawn.cursor, window)
}

#[rstest]
#[case::search_with_text("", "haw")]
#[case::search_after_arrows("down down", "")]
#[case::cart("f6", "")]
#[case::phone("alt+2", "040 12")]
#[case::phone_empty("alt+2", "")]
#[case::in_the_middle("alt+2", "040 12")]
#[case::name("alt+2 enter", "Mus")]
#[case::zip("alt+2 enter enter enter enter enter", "20")]
#[case::order_type("alt+3 shift+tab", "")]
#[case::table("alt+3", "1")]
#[case::tip("alt+4", "2,5")]
#[case::tip_for("alt+4 2 enter", "")]
#[case::payment_method("alt+5", "")]
#[case::payment_reference("alt+5 enter enter", "R-")]
#[case::review("alt+6", "")]
#[case::prompt("f5", "ohne ")]
#[case::palette("ctrl+p", "druc")]
#[case::extras("f4", "k")]
#[case::help("f1 down", "")]
#[case::question("ctrl+d", "")]
#[case::list("f2", "")]
#[case::list_search("f2 /", "Te")]
#[case::status("f2 s", "")]
#[case::status_reason("f2 s tab", "sp")]
fn a_scan_adds_the_article_and_nothing_of_it_goes_anywhere_else(#[case] keys: &str, #[case] text: &str) {
    let mut till = Till::with_pizza();
    till.hands.list(vec![row(7, accepted(4711)), row(8, accepted(4712))]);
    till.press(keys);
    till.type_text(text);
    if text == "040 12" {
        till.press("left left");
    }
    let before = typed(&till.hands);
    let effects = till.scan(COLA);
    assert_eq!(till.hands.cart(), ["1 Pizza Hawaii", "1 Cola 0,5 l"], "{}", till.hands.said());
    assert_eq!(typed(&till.hands), before);
    assert!(till.hands.said().contains("1 × Cola 0,5 l · 3,90 €"), "{}", till.hands.said());
    // Digits in the phone field look somebody up as they come, which changes nothing.
    let is_harmless =
        |effect: &Effect| matches!(effect, Effect::SaveDraft(_) | Effect::LoadOrder { .. } | Effect::LookUp { .. });
    assert!(effects.iter().all(is_harmless), "{effects:?}");
    assert_eq!(saved(&effects).last().unwrap().lines.len(), 2, "what is on disk is what is in the cart");
    assert_eq!(saved(&effects).last().unwrap().fields, before.0.fields);
    // An unknown one is said with its digits, and nothing else happens.
    till.scan(UNKNOWN);
    assert_eq!(till.hands.said(), "Unbekannter Strichcode: 4006381333931");
    assert_eq!(till.hands.cart().len(), 2);
    assert_eq!(typed(&till.hands), before);
    // Typing goes on as if nothing had been.
    if !text.is_empty() {
        till.type_text("9");
        assert_ne!(typed(&till.hands), before);
    }
}

#[test]
fn undo_knows_the_article_and_not_the_digits() {
    let mut till = Till::with_pizza();
    till.press("alt+2");
    till.type_text("040 12");
    till.scan(COLA);
    let phone = |till: &Till| till.hands.slot().unwrap().text(Field::Phone).to_owned();
    till.press("ctrl+z");
    assert_eq!((till.hands.cart().len(), phone(&till).as_str()), (1, "040 12"));
    till.press("ctrl+z");
    assert_eq!(phone(&till), "");
    till.press("ctrl+y ctrl+y");
    assert_eq!((till.hands.cart().len(), phone(&till).as_str()), (2, "040 12"));
    // What was undone can be done again after an unknown code, as if it had never been typed.
    till.press("ctrl+z ctrl+z");
    till.scan(UNKNOWN);
    till.press("ctrl+y");
    assert_eq!(phone(&till), "040 12");
}

#[test]
fn an_answer_that_comes_between_the_digits_stays() {
    let mut till = Till::with_pizza();
    till.press("alt+2");
    till.type_text("0401234567");
    till.press("enter");
    till.type_text("Mu");
    till.pause(500);
    let (first, rest) = COLA.split_at(6);
    till.digits(first);
    till.hands.answer_caller(regular());
    till.rush(rest, Duration::from_micros(1500));
    let slot = till.hands.slot().unwrap();
    assert_eq!(slot.text(Field::FamilyName), "Mu", "the digits are taken back");
    assert_eq!(slot.caller.known, regular(), "and the guest who was found meanwhile is still known");
    assert_eq!(till.hands.cart(), ["1 Pizza Hawaii", "1 Cola 0,5 l"]);
}

#[test]
fn articles_that_come_between_the_digits_are_those_that_are_found() {
    let mut till = Till::with_pizza();
    let articles: Vec<_> = crate::sandbox::menu().unwrap().into_iter().rev().map(std::sync::Arc::new).collect();
    let catalog = crate::desk::catalog::search::Catalog::new(articles, &till.hands.shop.extras_groups, None);
    till.press("f4");
    till.type_text("k");
    till.pause(500);
    let (first, rest) = COLA.split_at(6);
    till.digits(first);
    till.hands.take(Msg::Reply(Reply::Catalog(catalog.into())));
    till.rush(rest, Duration::from_micros(1500));
    let Some(Overlay::Extras(list)) = &till.hands.overlay else { panic!("{}", till.hands.screen()) };
    let found = till.hands.catalog.search("k", crate::desk::catalog::search::Scope::Extras, MAX_HITS);
    assert_eq!((list.query.as_str(), &list.hits.best), ("k", &found.best));
}

#[test]
fn in_the_empty_search_a_scan_is_a_number_and_enter_with_its_quantity() {
    let mut till = Till::new();
    till.scan(COLA);
    till.scan(COLA);
    till.type_text("3*");
    till.scan(COLA);
    assert_eq!(till.hands.cart(), ["5 Cola 0,5 l"]);
    assert_eq!(till.hands.draft().search, "");
    till.scan(UNKNOWN);
    assert_eq!((till.hands.draft().search.as_str(), till.hands.said()), ("", "Unbekannter Strichcode: 4006381333931"));
}

#[test]
fn several_scans_at_once_are_as_many_articles() {
    let mut till = Till::with_pizza();
    till.press("alt+2");
    till.pause(500);
    for _ in 0..3 {
        till.rush(COLA, Duration::from_micros(800));
    }
    assert_eq!(till.hands.cart(), ["1 Pizza Hawaii", "3 Cola 0,5 l"]);
    assert_eq!(till.hands.slot().unwrap().text(Field::Phone), "");
}

#[rstest]
#[case::hands(COLA, 60)]
#[case::quick_hands(COLA, 36)]
#[case::a_little_too_slow(COLA, 21)]
#[case::too_short("2000000", 2)]
#[case::too_long("200000000402012345", 2)]
#[case::a_long_one_with_a_code_at_its_end("99999999992000000004020", 2)]
#[case::held("0000000000000", 16)]
#[case::no_check_digit("4006381333932", 2)]
#[case::short_and_unknown("96385074", 2)]
#[case::eleven("04012345678", 2)]
#[case::like_a_phone_number("036000291452", 2)]
fn what_is_no_scan_stays_typed_and_enter_is_enter(#[case] digits: &str, #[case] gap: u64) {
    let mut till = Till::with_pizza();
    till.press("alt+2");
    till.pause(500);
    till.rush(digits, Duration::from_millis(gap));
    assert_eq!(till.hands.slot().unwrap().text(Field::Phone), digits);
    assert_eq!((till.hands.draft().focus, till.hands.cart().len()), (1, 1));
}

#[test]
fn digits_right_behind_other_keys_were_typed_ahead() {
    let mut till = Till::with_pizza();
    till.pause(500);
    // Everything was read at one time, as after a machine that stood still.
    for key in ["alt+2", "tab"].map(|name| name.parse().unwrap()) {
        till.key(key, Duration::ZERO);
    }
    till.rush(COLA, Duration::ZERO);
    assert_eq!(till.hands.slot().unwrap().text(Field::FamilyName), COLA);
    assert_eq!(till.hands.draft().focus, 2);
}

#[test]
fn a_paste_is_no_scan() {
    let mut till = Till::with_pizza();
    till.press("alt+2");
    till.pause(500);
    till.hands.paste(COLA);
    till.key(Key::plain(Code::Enter), Duration::from_millis(1));
    assert_eq!(till.hands.slot().unwrap().text(Field::Phone), COLA);
    assert_eq!(till.hands.draft().focus, 1);
}

#[test]
fn a_digit_that_acts_at_once_waits_for_a_moment_and_is_not_lost() {
    let mut till = Till::with_pizza();
    till.press("alt+3 shift+tab");
    till.pause(500);
    till.key("2".parse().unwrap(), Duration::ZERO);
    assert_eq!(till.hands.draft().order_type.token(), "LOCAL");
    let at = till.hands.wake_at().unwrap() - till.now;
    assert!(at < Duration::from_millis(50), "nobody sees it");
    till.pause(50);
    assert_eq!(till.hands.draft().order_type.token(), "PICKUP");
    assert!(till.hands.wake_at().is_none());
    // Another key brings it on at once, before itself.
    till.press("alt+3 shift+tab");
    till.pause(500);
    till.key("1".parse().unwrap(), Duration::ZERO);
    till.key("enter".parse().unwrap(), Duration::from_millis(1));
    assert_eq!((till.hands.draft().order_type.token(), till.hands.draft().focus), ("LOCAL", 1));
}

#[test]
fn what_has_to_be_asked_is_not_asked_over_what_is_being_typed() {
    let mut till = Till::new();
    // The number of an extra that is as long as a barcode, and two dishes it may be for.
    let mut catalog: Vec<_> = crate::sandbox::menu().unwrap();
    catalog.iter_mut().find(|article| &*article.number == "901").unwrap().barcode = Some("4012345678901".into());
    let articles = catalog.into_iter().map(std::sync::Arc::new).collect();
    let catalog = crate::desk::catalog::search::Catalog::new(articles, &till.hands.shop.extras_groups, None);
    till.hands.take(Msg::Reply(Reply::Catalog(catalog.into())));
    till.type_text("2*51");
    till.press("enter alt+2");
    till.type_text("040");
    till.scan("4012345678901");
    assert_eq!(till.hands.said(), "extra Käse hat Optionen: bei den Artikeln scannen (Alt+1).");
    assert_eq!((till.hands.slot().unwrap().text(Field::Phone), till.hands.draft().step), ("040", Step::Customer));
    till.press("alt+1");
    till.scan("4012345678901");
    assert!(matches!(till.hands.overlay, Some(Overlay::Share(_))));
    // The answer is 1 or a letter, and a scan is neither.
    till.scan(COLA);
    assert!(matches!(till.hands.overlay, Some(Overlay::Share(_))));
    assert_eq!(till.hands.cart(), ["2 Pizza Hawaii", "1 Cola 0,5 l"]);
}

#[test]
fn from_the_list_it_goes_into_the_open_order_and_the_list_stays() {
    let mut till = Till::with_pizza();
    till.press("f2");
    till.scan(COLA);
    assert_eq!(till.hands.screen, Screen::Orders);
    assert_eq!(till.hands.said(), "Gescannt: 1 × Cola 0,5 l · 3,90 €");
}

#[test]
fn what_is_sold_out_or_not_sold_here_is_said_as_everywhere() {
    let mut till = Till::new();
    till.scan(COLA);
    till.press("alt+e alt+2");
    till.scan(COLA);
    assert!(till.hands.said().contains("ist aus"), "{}", till.hands.said());
    assert_eq!(till.hands.cart(), ["1 Cola 0,5 l"]);
}
