//! What holds for every language file, and that the sources only name texts that exist.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::*;
use crate::{
    domain::{
        draft::{field::Field, flow::Step},
        order::{OrderType, delivery::Delivery},
    },
    ports::journal::EventKind,
};

fn entries(lang: Lang) -> BTreeMap<String, String> {
    parse(lang.source()).unwrap_or_else(|error| panic!("{lang}: {error}"))
}

fn placeholders(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|tail| Some(tail.split_once('}')?.0.to_owned())).collect()
}

/// The word serde writes for a unit variant.
fn word<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_lowercase()
}

#[test]
fn both_files_have_the_same_keys() {
    let keys = |lang| entries(lang).into_keys().collect::<BTreeSet<_>>();
    let (de, en) = (keys(Lang::De), keys(Lang::En));
    assert_eq!(de.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(de.len() > 50);
}

#[test]
fn a_text_has_the_same_placeholders_in_every_language() {
    let en = entries(Lang::En);
    for (key, german) in entries(Lang::De) {
        // How a date is written differs by language, that is what these are for.
        if !key.starts_with("format.") {
            assert_eq!(placeholders(&german), placeholders(&en[&key]), "{key}");
        }
    }
}

#[test]
fn no_text_is_empty_shouts_or_is_its_own_key() {
    for lang in Lang::ALL {
        for (key, text) in entries(lang) {
            assert!(!text.trim().is_empty(), "{lang} {key} is empty");
            assert!(!text.contains('!'), "{lang} {key} has an exclamation mark");
            assert_ne!(text, key, "{lang}");
            assert!(text.chars().all(|c| !c.is_control()), "{lang} {key} has a control character");
        }
    }
}

#[test]
fn plural_texts_have_both_forms() {
    for key in entries(Lang::De).keys() {
        if let Some(stem) = key.strip_suffix(".one") {
            assert!(entries(Lang::De).contains_key(&format!("{stem}.other")), "{stem}");
        }
        assert!(!key.ends_with(".other") || entries(Lang::De).contains_key(&key.replace(".other", ".one")), "{key}");
    }
}

#[test]
fn every_closed_list_has_its_texts() {
    let mut wanted: Vec<String> = Delivery::WORDS.iter().map(|word| format!("delivery.{word}")).collect();
    wanted.extend(Step::ALL.map(|step| format!("step.{}", word(step))));
    wanted.extend(Field::ALL.map(|field| format!("field.{}", word(field))));
    wanted.extend(EventKind::ALL.map(|kind| format!("event.{}", word(kind))));
    wanted.extend(OrderType::ALL.map(|kind| format!("choice.order_type.{}", word(kind))));
    for lang in Lang::ALL {
        let texts = Texts::load(lang);
        let missing: Vec<_> = wanted.iter().filter(|key| texts.get(key).is_none()).collect();
        assert!(missing.is_empty(), "{lang}: {missing:?}");
    }
}

#[test]
fn filling_is_one_pass_and_leaves_strange_braces_alone() {
    assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
    assert_eq!(fill("{a {b} {", &[("b", "2")]), "{a 2 {");
    assert_eq!(fill("{unknown}ä", &[]), "{unknown}ä");
}

#[test]
fn a_missing_key_is_shown_and_counts_have_two_forms() {
    let texts = Texts::load(Lang::De);
    assert_eq!(texts.t("no.such.text"), "no.such.text");
    assert_eq!(texts.get("no.such.text"), None);
    assert_eq!(texts.count("count.orders", 1), "1 Bestellung");
    assert_eq!(texts.count("count.orders", 0), "0 Bestellungen");
    assert_eq!(texts.lang(), Lang::De);
}

#[test]
fn choices_fall_back_from_label_to_text_to_token() {
    let texts = Texts::load(Lang::De);
    assert_eq!(texts.choice("payment", "CASH", Some("Kasse 2")), "Kasse 2");
    assert_eq!(texts.choice("payment", "CASH", None), "Bar");
    assert_eq!(texts.choice("status", "On the way", None), "Unterwegs");
    assert_eq!(texts.choice("status", "odd\u{1b}[2J", None), "odd\u{fffd}[2J");
}

/// Every source of the program but this one.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("i18n/tests.rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// Every `.t("…")`, `.fill("…"` and `.count("…"` in the sources, with the file that names it.
fn named_in_sources() -> Vec<(PathBuf, String, bool)> {
    let of = |(path, source): (PathBuf, String)| {
        literals(&source).into_iter().map(move |(key, counts)| (path.clone(), key, counts)).collect::<Vec<_>>()
    };
    sources().into_iter().flat_map(of).collect()
}

fn literals(source: &str) -> Vec<(String, bool)> {
    let calls = [(".t(", false), (".fill(", false), (".count(", true)];
    let after = |(call, counts)| source.split(call).skip(1).map(move |tail: &str| (tail.trim_start(), counts));
    calls
        .into_iter()
        .flat_map(after)
        .filter_map(|(tail, counts)| Some((tail.strip_prefix('"')?.split_once('"')?.0.to_owned(), counts)))
        .collect()
}

#[test]
fn every_text_the_sources_name_exists() {
    assert_eq!(literals("a.t(\n  \"x.y\"); b.count(\"z\", 1)"), [("x.y".into(), false), ("z".into(), true)]);
    for lang in Lang::ALL {
        let texts = Texts::load(lang);
        for (path, key, counts) in named_in_sources() {
            let key = if counts { format!("{key}.one") } else { key };
            assert!(texts.get(&key).is_some(), "{lang}: {} names {key}", path.display());
        }
    }
}

/// A text that nothing names is read by translators and by nobody else.
#[test]
fn every_text_is_named_by_the_sources() {
    let sources: String = sources().into_iter().map(|(_, source)| source).collect();
    let literals: BTreeSet<&str> = sources.split('"').collect();
    // `format!("event.{}", …)`; help takes the path of the command, and words that are typed are read by `TimeWords` and
    // `PieceWords`.
    let composed = literals.iter().filter_map(|text| text.split_once('{').map(|(family, _)| family));
    let is_family = |text: &&str| text.ends_with('.') || (text.ends_with('_') && text.contains('.'));
    let families: Vec<&str> = composed.filter(is_family).chain(["help.", "typed.", "piece."]).collect();
    let is_named = |key: &str| {
        let stem = key.strip_suffix(".one").or_else(|| key.strip_suffix(".other"));
        literals.contains(key)
            || stem.is_some_and(|stem| literals.contains(stem))
            || families.iter().any(|family| key.starts_with(family))
    };
    let idle: Vec<String> = entries(Lang::En).into_keys().filter(|key| !is_named(key)).collect();
    assert!(!is_named("word.nobody") && is_named("event.placed"), "this test notices");
    assert!(idle.is_empty(), "nothing names {idle:?}");
}

/// Whether a text names a key of the keyboard as a word of its own.
fn names_a_key(text: &str) -> bool {
    const KEYS: [&str; 16] = [
        "Esc",
        "Enter",
        "Tab",
        "Entf",
        "Del",
        "Einfg",
        "Ins",
        "Pos1",
        "Bksp",
        "PgUp",
        "PgDn",
        "Strg",
        "Ctrl",
        "Alt",
        "Bild",
        "Backspace",
    ];
    let is_function_key = |word: &str| word.strip_prefix('F').is_some_and(|n| n.parse::<u8>().is_ok());
    let words = text.split(|c: char| !c.is_alphanumeric());
    let arrows = ['↑', '↓', '⇧'];
    let ctrl = text.split('^').skip(1).any(|tail| tail.starts_with(|c: char| c.is_ascii_alphabetic()));
    ctrl || text.contains(arrows) || words.into_iter().any(|word| KEYS.contains(&word) || is_function_key(word))
}

#[test]
fn no_text_names_a_key_because_all_keys_can_be_configured() {
    for named in ["Esc leert die Suche", "Neu: ^R", "Tab Grund:", "mit ↓ wählen", "F9 sendet", "(Enter)"] {
        assert!(names_a_key(named), "{named}");
    }
    for free in ["Tabelle", "Entferne", "{key} sendet", "Alternative", "INF9", "2*Name"] {
        assert!(!names_a_key(free), "{free}");
    }
    // What a terminal itself does with a running command cannot be configured.
    const TERMINAL: [&str; 2] = ["cli.ending", "sandbox.ready"];
    for lang in Lang::ALL {
        let named: Vec<_> = entries(lang)
            .into_iter()
            .filter(|(key, _)| !key.starts_with("key.") && !TERMINAL.contains(&key.as_str()))
            .filter(|(_, text)| names_a_key(text))
            .collect();
        assert!(named.is_empty(), "{lang}: {named:?}");
    }
}

#[test]
fn every_language_has_words_for_every_piece_of_a_line() {
    for lang in Lang::ALL {
        let texts = Texts::load(lang);
        let mut words = PieceWords::default();
        words.add(|key| texts.get(&format!("piece.{key}")));
        let PieceWords { table, seat, tip, order_types, payments, without } = &words;
        let lists: Vec<&Vec<String>> = [table, seat, tip, without].into_iter().chain(order_types.values()).collect();
        assert!(lists.iter().all(|list| !list.is_empty()) && payments.is_empty(), "{lang}: {words:?}");
        let named = entries(lang).into_keys().filter(|key| key.starts_with("piece.")).count();
        assert_eq!(named, lists.len(), "{lang} names something that is not read");
        let all = piece_words();
        assert!(table.iter().all(|word| all.table.contains(word)), "{lang}");
        let cash = texts.choice("payment", "CASH", None).to_lowercase();
        assert!(all.payments["cash"].contains(&cash), "{lang}");
    }
}

#[test]
fn every_language_has_words_for_every_time_and_day() {
    for lang in Lang::ALL {
        let texts = Texts::load(lang);
        let mut words = TimeWords::default();
        words.add(|key| texts.get(&format!("typed.{key}")));
        let TimeWords { asap, now, today, tomorrow, day_after_tomorrow, yesterday, .. } = &words;
        let TimeWords { weekdays, before, behind, am, pm, minutes, hours, .. } = &words;
        let lists = [asap, now, today, tomorrow, day_after_tomorrow, yesterday, before, behind, am, pm, minutes, hours];
        assert!(lists.into_iter().chain(weekdays).all(|list| !list.is_empty()), "{lang}: {words:?}");
        let named = entries(lang).into_keys().filter(|key| key.starts_with("typed.")).count();
        assert_eq!(named, lists.len() + weekdays.len(), "{lang} names something that is not read");
        // All of them are understood in any language of the screen.
        let all = time_words();
        assert!(tomorrow.iter().all(|word| all.tomorrow.contains(word)), "{lang}");
        assert!(
            weekdays.iter().zip(&all.weekdays).all(|(own, all)| own.iter().all(|word| all.contains(word))),
            "{lang}"
        );
    }
}
