//! What lies over a screen, by keys.

use std::collections::BTreeMap;

use crate::{
    desk::event::{Connection, DeskEvent},
    domain::{
        draft::flow::Step,
        order::delivery::Delivery,
        shop::Choice,
        value::{reason::Reason, text::Clean},
    },
    i18n::{Lang, Texts},
    ports::journal::{EventKind, OrderEvent},
    tui::{
        input::{
            command::{COMMANDS, Command, KeyContext},
            keymap::Keymap,
        },
        msg::{Msg, Reply},
        overlay::{
            help::{self, HelpLine},
            palette,
        },
        state::{model::Screen, overlay::Overlay},
        testing::{Hands, accepted, disk_full, menu, minutes, record, row, shop},
        widgets::canvas::width,
    },
};

/// Columns of help's sentences on the smallest terminal.
const SENTENCE: u16 = 53;

#[test]
fn help_names_every_command_once_and_fits_the_smallest_terminal() {
    for lang in Lang::ALL {
        let hands = Hands::speaking(lang);
        for here in [hands.contexts_below(), KeyContext::ALL.to_vec(), vec![KeyContext::Orders, KeyContext::Global]] {
            let lines = help::lines(&hands.model, &here);
            let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
            for line in &lines {
                if let HelpLine::Keys { keys, text } = line {
                    assert!(!keys.is_empty() && width(keys) <= 21 && width(text) <= SENTENCE, "{keys}: {text}");
                    *seen.entry((keys.clone(), text.clone())).or_default() += 1;
                }
            }
            assert_eq!(seen.values().sum::<usize>(), COMMANDS.len());
            let titles = lines.iter().filter(|line| matches!(line, HelpLine::Title(_))).count();
            assert_eq!(titles, KeyContext::ALL.len(), "every context stands there once");
        }
    }
}

#[test]
fn help_scrolls_to_its_end_and_back() {
    let mut hands = Hands::new();
    hands.press("f1");
    assert!(hands.screen().contains("Artikelsuche"));
    for _ in 0..30 {
        hands.press("pagedown");
    }
    let Some(HelpLine::Keys { text, .. }) = help::lines(&hands.model, &hands.contexts_below()).pop() else { panic!() };
    assert!(hands.screen().contains(&text), "{}", hands.screen());
    hands.press("pageup pageup up");
    assert!(!hands.screen().contains(&text), "going back does not first undo what was scrolled past the end");
    hands.press("enter");
    assert!(hands.overlay.is_none());
}

#[test]
fn the_palette_finds_and_runs() {
    let mut hands = Hands::new();
    hands.press("ctrl+p");
    hands.type_text("zahlung");
    let Some(Overlay::Palette(state)) = &hands.overlay else { panic!() };
    assert_eq!(palette::rows(&hands.model, state)[0].0, Command::StepPayment);
    hands.press("enter");
    assert_eq!((hands.draft().step, hands.overlay.is_none()), (Step::Payment, true));
    hands.press("ctrl+p");
    hands.type_text("qqqq");
    hands.press("enter");
    assert_eq!(hands.draft().step, Step::Payment);
    hands.press("ctrl+p");
    hands.type_text("liste wechs");
    hands.press("enter");
    assert_eq!(hands.screen, Screen::Orders);
}

#[test]
fn the_palette_offers_what_can_be_done_here_and_nothing_else() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, accepted(4711))]);
    for keys in ["", "f6", "alt+2", "alt+3", "alt+6", "f2", "/"] {
        hands.press(keys);
        let here = hands.contexts_below();
        hands.press("ctrl+p");
        let Some(Overlay::Palette(state)) = &hands.overlay else { panic!("{keys}") };
        let rows = palette::rows(&hands.model, state);
        assert!(rows.iter().all(|(command, _)| here.contains(&command.row().context)), "{keys}");
        assert!(rows.iter().any(|(command, _)| *command == Command::Quit), "{keys}");
        hands.press("esc");
    }
}

#[test]
fn an_overlay_takes_the_keys_of_the_screen_below() {
    let mut hands = Hands::new();
    hands.enter(&["51"]);
    for open in ["f1", "ctrl+p", "ctrl+d", "f5", "f4"] {
        hands.press(open);
        assert!(hands.overlay.is_some(), "{open}");
        assert!(hands.press("f9 f8 delete ctrl+z alt+3").is_empty(), "{open}");
        assert_eq!((hands.draft().step, hands.cart().len()), (Step::Items, 1), "{open}");
        hands.press("esc");
        assert!(hands.overlay.is_none(), "{open}");
    }
}

#[test]
fn contexts_name_the_innermost_first() {
    let mut hands = Hands::new();
    let mut shown = |keys: &str| {
        hands.press(keys);
        hands.contexts()
    };
    assert_eq!(shown(""), [KeyContext::ItemsEmpty, KeyContext::Items, KeyContext::Draft, KeyContext::Global]);
    assert_eq!(shown("5 1"), [KeyContext::Items, KeyContext::Draft, KeyContext::Global]);
    assert_eq!(shown("enter f6"), [KeyContext::Cart, KeyContext::Draft, KeyContext::Global]);
    assert_eq!(shown("esc alt+2"), [KeyContext::Form, KeyContext::Draft, KeyContext::Global]);
    assert_eq!(shown("alt+3 shift+tab"), [KeyContext::Choice, KeyContext::Form, KeyContext::Draft, KeyContext::Global]);
    assert_eq!(shown("alt+6"), [KeyContext::Review, KeyContext::Draft, KeyContext::Global]);
    assert_eq!(shown("f1"), [KeyContext::Overlay, KeyContext::OverlayList, KeyContext::Reading]);
    assert_eq!(shown("esc f2"), [KeyContext::Orders, KeyContext::Global]);
    assert_eq!(shown("/"), [KeyContext::OrdersSearch, KeyContext::Global]);
}

#[test]
fn configured_keys_are_the_ones_that_are_shown() {
    let mut hands = Hands::new();
    let configured = BTreeMap::from([("send".to_owned(), vec!["ctrl+enter".to_owned()])]);
    hands.model.keymap = Keymap::new(&configured).unwrap();
    hands.take(Msg::Resize(120, 40));
    assert!(hands.screen().contains("^Enter senden"), "{}", hands.screen());
    hands.enter(&["51"]);
    hands.press("f9");
    assert_eq!(hands.draft().step, Step::Items);
    hands.press("ctrl+enter");
    assert_eq!(hands.draft().step, Step::Review);
}

#[test]
fn messages_fit_the_smallest_terminal() {
    const WITH_DETAIL: [&str; 11] = [
        "catalog_failed",
        "draft_not_saved",
        "draft_not_written",
        "not_decided",
        "not_opened",
        "not_renewed",
        "not_saved",
        "not_sent_stray",
        "not_taken_back",
        "other_address",
        "ready_refused",
    ];
    let names: Vec<String> = include_str!("../../../assets/i18n/de.toml")
        .lines()
        .skip_while(|line| *line != "[notice]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
        .collect();
    assert!(names.len() > 30);
    for lang in Lang::ALL {
        let texts = Texts::load(lang);
        for name in &names {
            let key = format!("notice.{name}");
            let text = texts.t(&key);
            let room = if WITH_DETAIL.contains(&name.as_str()) { 54 } else { 74 };
            assert!(text.contains('{') || width(text) <= room, "{lang} {key}: {}", width(text));
        }
    }
}

#[test]
fn an_overlay_survives_every_size() {
    let mut hands = Hands::new();
    hands.press("f1");
    for size in [(1, 1), (79, 24), (80, 24), (500, 200)] {
        hands.take(Msg::Resize(size.0, size.1));
        assert!(!hands.screen().trim().is_empty());
    }
}

#[test]
fn the_way_out_is_open_under_every_overlay() {
    for open in ["f1", "ctrl+p"] {
        let mut hands = Hands::new();
        hands.press(open);
        assert!(hands.overlay.is_some());
        hands.press("ctrl+q");
        hands.take(Msg::Reply(Reply::Ready));
        assert!(hands.quitting, "{open}");
    }
}

#[test]
fn esc_in_the_list_ends_a_search_and_stays() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, accepted(4711)), row(2, accepted(4712))]);
    hands.press("f2 /");
    hands.type_text("4712");
    hands.press("enter");
    assert_eq!(hands.orders.list.len(), 1);
    hands.press("esc");
    assert!(hands.orders.list.len() == 2 && hands.screen == Screen::Orders);
    hands.press("esc");
    assert_eq!(hands.screen, Screen::Orders);
}

#[test]
fn the_footer_says_what_a_key_does_here() {
    for (lang, list, order, next) in
        [(Lang::De, "F2 Liste", "F2 Bestellung", "F8 weiter"), (Lang::En, "F2 list", "F2 order", "F8 next")]
    {
        let mut hands = Hands::speaking(lang);
        hands.take(Msg::Resize(120, 40));
        hands.enter(&["51"]);
        let footer = |hands: &Hands| hands.screen().lines().last().unwrap().to_owned();
        assert!(footer(&hands).contains(list) && footer(&hands).contains(next), "{}", footer(&hands));
        hands.press("f2");
        assert!(footer(&hands).contains(order) && !footer(&hands).contains(list), "{}", footer(&hands));
        hands.press("f2 alt+6");
        assert!(!footer(&hands).contains("F8") && footer(&hands).contains("F9"), "{}", footer(&hands));
    }
}

#[test]
fn texts_name_the_configured_keys() {
    let mut hands = Hands::before_anything(Lang::De, shop());
    let keys =
        [("clear_search", "f11"), ("sync_catalog", "alt+r"), ("order_type_next", "alt+o"), ("hit_down", "ctrl+j")];
    let configured = keys.map(|(id, key)| (id.to_owned(), vec![key.to_owned()])).into();
    hands.model.keymap = Keymap::new(&configured).unwrap();
    hands.model.catalog_loaded = true;
    assert!(hands.screen().contains("Alt+R holt sie aus OktoPOS"), "{}", hands.screen());
    hands.take(Msg::Reply(Reply::CatalogFailed { error: disk_full(), asked: true }));
    assert!(hands.said().ends_with("Neu: Alt+R"), "{}", hands.said());
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    hands.press("enter");
    assert!(hands.said().contains("mit ^J wählen"), "{}", hands.said());
    hands.enter(&["qqqq"]);
    assert!(
        hands.said().contains("F11 leert") && hands.screen().matches("F11 leert").count() == 2,
        "{}",
        hands.screen()
    );
    hands.press("f11");
    std::sync::Arc::make_mut(&mut hands.model.shop).order_types[0].channel.dc_id = 99;
    hands.enter(&["51"]);
    assert!(hands.said().ends_with("mit Alt+O."), "{}", hands.said());
}

#[test]
fn a_german_desk_has_no_english_of_its_own() {
    let mut hands = Hands::new();
    let sentence = Reason::ProgramEnded.sentence();
    let why = Delivery::Unknown { reason: sentence.to_owned() };
    let mut row = row(1, why.clone());
    hands.list(vec![row.clone()]);
    hands.press("f2");
    assert!(hands.screen().contains("Das Programm endete beim Senden"), "{}", hands.screen());
    hands.press("enter");
    let mut record = record(1, why);
    let event = |kind, detail: &str, words: &str| {
        let (detail, words) = (detail.to_owned(), words.to_owned());
        OrderEvent { at: minutes(-1), kind, detail, words }
    };
    record.events.extend([
        event(EventKind::Requeued, "", "connection refused (os error 111)"),
        event(EventKind::StatusRequested, "in_preparation", ""),
        event(EventKind::StatusRequested, "cancelled", "Gast: krank"),
        event(EventKind::StatusSet, "completed", ""),
        event(EventKind::StatusRefused, "cancelled", "no message"),
        event(EventKind::Requeued, "", "kept by an older program"),
    ]);
    std::sync::Arc::make_mut(&mut hands.model.shop).staff =
        vec![Choice { token: "07".into(), label: Some("Erika Muster".into()) }];
    record.order.tip_transactions.iter_mut().flatten().for_each(|tip| tip.user_id = Some("07".into()));
    let request = hands.model.request;
    hands.take(Msg::Resize(120, 60));
    hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(record)) }));
    let screen = hands.screen();
    for words in [
        "Das Programm endete beim Senden",
        "Verbindung abgelehnt (os error 111)",
        "Status angefordert: In Arbeit",
        "Status angefordert: Storniert: Gast: krank",
        "Status gesetzt: Abgeschlossen",
        "Status abgelehnt: Storniert: ohne Begründung",
        "kept by an older program",
        "Erika Muster",
    ] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    assert!(!screen.contains("in_preparation") && !screen.contains(sentence), "{screen}");
    hands.press("esc");
    row.delivery = Delivery::Unknown { reason: "the server's own words".into() };
    row.changed_at = minutes(0);
    hands.list(vec![row]);
    assert!(hands.screen().contains("the server's own words"), "what others said stays");
    let reason = Clean::new("the name was not found (dns error)");
    hands.take(Msg::Desk(DeskEvent::Connection(Connection::Down { since: minutes(-1), reason })));
    hands.press("f10");
    assert!(hands.screen().contains("Der Name des Servers wurde nicht gefunden (dns error)"), "{}", hands.screen());
}

#[test]
fn on_a_terminal_that_shows_nothing_no_key_works_but_the_way_out() {
    let mut hands = Hands::new();
    for size in [(79, 24), (80, 23)] {
        hands.take(Msg::Resize(size.0, size.1));
        assert!(hands.screen().contains("^Q"), "{}", hands.screen());
        hands.enter(&["51"]);
        hands.paste("402");
        hands.press("alt+2 f2 ctrl+n f1");
        hands.take(Msg::Wheel(3));
        assert!(hands.slot().unwrap().is_blank() && hands.overlay.is_none() && hands.screen == Screen::Draft);
    }
    hands.take(Msg::Resize(80, 24));
    hands.enter(&["51"]);
    assert_eq!(hands.cart(), ["1 Pizza Hawaii"]);
    hands.take(Msg::Resize(20, 5));
    hands.press("ctrl+q");
    hands.take(Msg::Reply(Reply::Ready));
    assert!(hands.quitting);
}

/// A desk with every kind of window that can be opened, by the keys that lead there.
const WINDOWS: [&str; 9] = ["f5", "f4", "ctrl+d", "alt+t", "ctrl+g", "ctrl+p", "f2 s", "f2 x", "f2 s tab x"];

fn behind(window: &str) -> Hands {
    let mut hands = Hands::new();
    hands.list(vec![row(1, accepted(4711))]);
    hands.enter(&["51"]);
    if window == "f2 x" {
        hands.list(vec![row(1, crate::domain::order::delivery::Delivery::Queued)]);
    }
    hands.press(window);
    assert!(hands.overlay.is_some(), "{window}: {}", hands.screen());
    hands
}

#[test]
fn help_lies_over_every_window_and_leads_back_to_it() {
    for window in WINDOWS {
        let mut hands = behind(window);
        let before = hands.screen();
        hands.press("f1");
        assert!(matches!(hands.overlay, Some(Overlay::Help(_))), "{window}");
        assert!(hands.press("down enter enter").is_empty(), "{window}: Enter answers nothing below");
        assert_eq!(hands.said(), "Erst dieses Fenster schließen (Esc), dann Enter.", "{window}");
        hands.press("esc");
        assert_eq!(hands.screen(), before, "{window}");
        hands.press("f1 f1");
        assert_eq!(hands.screen(), before, "{window}: the same key leads back");
        hands.press("f1 esc esc");
        assert!(hands.overlay.is_none(), "{window}");
    }
}

#[test]
fn the_language_changes_in_every_window_and_no_old_word_stays() {
    for window in WINDOWS {
        let mut hands = behind(window);
        let german = hands.screen();
        hands.press("f12");
        let mut english = Hands::speaking(Lang::En);
        english.list(vec![row(1, accepted(4711))]);
        english.enter(&["51"]);
        if window == "f2 x" {
            english.list(vec![row(1, crate::domain::order::delivery::Delivery::Queued)]);
        }
        english.press(window);
        english.model.notice = None;
        assert_eq!(hands.screen(), english.screen(), "{window}");
        hands.press("f1 f12 esc");
        assert_eq!(hands.screen(), german, "{window}: below help as well");
    }
}

#[test]
fn other_keys_say_that_the_window_comes_first() {
    for window in WINDOWS {
        for (key, name) in [
            ("f2", "F2"),
            ("f3", "F3"),
            ("f7", "F7"),
            ("f10", "F10"),
            ("ctrl+n", "^N"),
            ("ctrl+r", "^R"),
            ("f9", "F9"),
            ("alt+3", "Alt+3"),
        ] {
            let mut hands = behind(window);
            assert!(hands.press(key).is_empty() && hands.overlay.is_some(), "{window} {key}");
            assert_eq!(hands.said(), format!("Erst dieses Fenster schließen (Esc), dann {name}."), "{window}");
        }
    }
}
