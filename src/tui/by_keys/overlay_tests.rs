//! What lies over a screen, by keys.

use std::collections::BTreeMap;

use crate::{
    domain::flow::Step,
    i18n::{Lang, Texts},
    tui::{
        command::{COMMANDS, Command, Context},
        keymap::Keymap,
        model::Screen,
        msg::Msg,
        overlay::{
            Overlay,
            help::{self, HelpLine},
            palette,
        },
        testing::{Hands, accepted, row},
        widgets::canvas::width,
    },
};

/// Columns of help's sentences on the smallest terminal.
const SENTENCE: u16 = 53;

#[test]
fn help_names_every_command_once_and_fits_the_smallest_terminal() {
    for lang in Lang::ALL {
        let hands = Hands::speaking(lang);
        for here in [hands.contexts_below(), Context::ALL.to_vec(), vec![Context::Orders, Context::Global]] {
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
            assert_eq!(titles, Context::ALL.len(), "every context stands there once");
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
    assert_eq!(shown(""), [Context::ItemsEmpty, Context::Items, Context::Draft, Context::Global]);
    assert_eq!(shown("5 1"), [Context::Items, Context::Draft, Context::Global]);
    assert_eq!(shown("enter f6"), [Context::Cart, Context::Draft, Context::Global]);
    assert_eq!(shown("esc alt+2"), [Context::Form, Context::Draft, Context::Global]);
    assert_eq!(shown("alt+3"), [Context::Choice, Context::Form, Context::Draft, Context::Global]);
    assert_eq!(shown("alt+6"), [Context::Review, Context::Draft, Context::Global]);
    assert_eq!(shown("f1"), [Context::Overlay, Context::OverlayList]);
    assert_eq!(shown("esc f2"), [Context::Orders, Context::Global]);
    assert_eq!(shown("/"), [Context::OrdersSearch, Context::Global]);
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
    const WITH_DETAIL: [&str; 8] = [
        "catalog_failed",
        "draft_not_saved",
        "not_decided",
        "not_opened",
        "not_saved",
        "not_sent_stray",
        "not_taken_back",
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
        assert!(hands.quitting, "{open}");
    }
}

#[test]
fn esc_in_the_list_ends_a_search_before_it_leaves() {
    let mut hands = Hands::new();
    hands.list(vec![row(1, accepted(4711)), row(2, accepted(4712))]);
    hands.press("f2 /");
    hands.type_text("4712");
    hands.press("enter");
    assert_eq!(hands.orders.list.len(), 1);
    hands.press("esc");
    assert!(hands.orders.list.len() == 2 && hands.screen == Screen::Orders);
    hands.press("esc");
    assert_eq!(hands.screen, Screen::Draft);
}
