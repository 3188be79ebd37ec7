//! Reads the sources and holds what a compiler does not: headers, sizes, and which module may use which.

#![allow(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Lines a file may have, tests not counted.
const MAX_LINES: usize = 400;
/// Lines of the thin binary.
const MAX_MAIN: usize = 40;

/// What puts it all together, and may use everything.
const FREE: &[&str] = &["boot", "main", "lib"];
/// What everything may use, and what knows nothing of the rest: points and guards of tests, and how files are opened.
const SHARED: [&str; 2] = ["chaos", "files"];

/// What a module may use of the others, and which crates it may not know.
const LAYERS: &[(&str, &[&str], &[&str])] = &[
    ("domain", &[], &["tokio", "serde_json", "ratatui", "reqwest", "sqlx", "crossterm", "axum"]),
    ("ports", &["domain"], &["tokio", "ratatui", "reqwest", "sqlx", "crossterm", "axum"]),
    ("i18n", &["domain"], &["tokio", "ratatui", "reqwest", "sqlx", "crossterm", "axum"]),
    ("desk", &["domain", "ports"], &["ratatui", "reqwest", "sqlx", "crossterm", "axum"]),
    ("oktopos", &["domain", "ports"], &["ratatui", "sqlx", "crossterm", "axum"]),
    ("journal", &["domain", "ports"], &["ratatui", "reqwest", "crossterm", "axum"]),
    ("calls", &["domain"], &["ratatui", "reqwest", "sqlx", "crossterm", "axum"]),
    ("sandbox", &["domain"], &["ratatui", "reqwest", "sqlx", "crossterm"]),
    ("config", &["domain", "desk", "i18n", "oktopos"], &["ratatui", "sqlx", "crossterm", "axum"]),
    ("words", &["domain", "ports", "desk", "config", "i18n"], &["ratatui", "reqwest", "sqlx", "crossterm"]),
    ("session", &["domain", "ports", "desk", "config", "i18n"], &["ratatui", "reqwest", "sqlx", "crossterm"]),
    ("tui", &["domain", "ports", "desk", "config", "i18n", "words", "session"], &["reqwest", "sqlx", "axum"]),
    (
        "cli",
        &["domain", "ports", "desk", "config", "i18n", "words", "session", "tui"],
        &["ratatui", "reqwest", "sqlx", "crossterm", "axum"],
    ),
];

/// The only files of `tui` that may know a terminal, a runtime or the settings.
const SHELL: &[&str] = &[
    "shell/run.rs",
    "shell/run/sources.rs",
    "shell/runner.rs",
    "shell/runner/catalog.rs",
    "input/wait.rs",
    "input/console.rs",
    "shell/terminal.rs",
];
/// What the pure files of `tui` may not know.
const IMPURE: &[&str] = &["crossterm", "tokio", "std::fs", "std::env", "std::time::Instant", "crate::config"];

fn sources() -> Vec<(String, String)> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join("src"), &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(root.join("src")).unwrap().to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Files that hold tests and nothing else.
fn is_test(name: &str) -> bool {
    let stem = name.rsplit('/').next().unwrap_or(name);
    stem.ends_with("tests.rs") || matches!(stem, "testing.rs" | "fixtures.rs" | "scripted.rs")
}

/// The source without its tests: everything before the first test module.
fn code(source: &str) -> &str {
    let end = source.find("\n#[cfg(test)]\nmod tests").unwrap_or(source.len());
    &source[..end]
}

/// The source without comments, so that words in them are no findings.
fn bare(source: &str) -> String {
    source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The top-level modules of ours that a source names, through `crate::x` and grouped `use crate::{…}`.
fn used(source: &str) -> Vec<String> {
    let source = bare(source);
    let mut found = Vec::new();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (offset, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if c.is_whitespace() => {}
                _ if start && depth == 0 => {
                    found.push(word(&group[offset..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn names_crate(source: &str, name: &str) -> bool {
    bare(source).lines().any(|line| {
        line.match_indices(&format!("{name}::"))
            .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
    })
}

/// Every rule of layering that a file breaks.
fn layering(name: &str, source: &str) -> Vec<String> {
    let module = name.split(['/', '.']).next().unwrap_or_default();
    if FREE.contains(&module) {
        return Vec::new();
    }
    if SHARED.contains(&module) {
        return used(code(source)).iter().map(|other| format!("{name} uses crate::{other}")).collect();
    }
    let Some((_, may, may_not)) = LAYERS.iter().find(|(layer, ..)| *layer == module) else {
        return vec![format!("{name} is in no layer")];
    };
    let source = code(source);
    let ours = used(source)
        .into_iter()
        .filter(|other| other != module && !may.contains(&other.as_str()) && !SHARED.contains(&other.as_str()));
    let mut broken: Vec<String> = ours.map(|other| format!("{name} uses crate::{other}")).collect();
    broken
        .extend(may_not.iter().filter(|other| names_crate(source, other)).map(|other| format!("{name} uses {other}")));
    if let Some(file) = name.strip_prefix("tui/").filter(|file| !SHELL.contains(file)) {
        let impure = IMPURE.iter().filter(|word| bare(source).contains(&format!("{word}::")));
        broken.extend(impure.map(|word| format!("{name} is pure and uses {word}")));
        let draws = file.ends_with("view.rs") || file.starts_with("widgets/") || file == "view/theme.rs";
        if !draws && names_crate(source, "ratatui") {
            broken.push(format!("{name} does not draw and uses ratatui"));
        }
    }
    broken
}

/// Every rule of size and form that a file breaks.
fn form(name: &str, source: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let header = source.lines().next().unwrap_or_default();
    if header.strip_prefix("//! ").is_none_or(|text| text.trim().len() < 20) {
        broken.push(format!("{name} does not begin with a //! line that says what it is for"));
    }
    if is_test(name) {
        return broken;
    }
    let lines = code(source).lines().count();
    let most = if name == "main.rs" { MAX_MAIN } else { MAX_LINES };
    if lines > most {
        broken.push(format!("{name} has {lines} lines of {most}"));
    }
    let bare = bare(code(source));
    for word in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"] {
        if bare.contains(word) {
            broken.push(format!("{name} has {word}"));
        }
    }
    let mut words = bare.split(|c: char| !c.is_alphanumeric() && c != '_');
    if let Some(float) = words.find(|word| ["f32", "f64"].iter().any(|float| word.ends_with(float))) {
        broken.push(format!("{name} has {float}"));
    }
    let prints = ["println!(", "print!("].iter().any(|word| bare.contains(word));
    if prints && !name.starts_with("cli/") {
        broken.push(format!("{name} prints; only cli does"));
    }
    broken
}

/// A circle among the top-level modules, as the names along it.
fn circle(uses: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    fn visit(at: &str, uses: &BTreeMap<String, Vec<String>>, path: &mut Vec<String>, done: &mut Vec<String>) -> bool {
        if done.iter().any(|name| name == at) {
            return false;
        }
        path.push(at.to_owned());
        if path[..path.len() - 1].iter().any(|name| name == at) {
            return true;
        }
        for next in uses.get(at).into_iter().flatten() {
            if visit(next, uses, path, done) {
                return true;
            }
        }
        done.push(at.to_owned());
        path.pop();
        false
    }
    let mut done = Vec::new();
    uses.keys().find_map(|start| {
        let mut path = Vec::new();
        visit(start, uses, &mut path, &mut done).then_some(path)
    })
}

#[test]
fn every_file_keeps_its_form() {
    let broken: Vec<String> = sources().iter().flat_map(|(name, source)| form(name, source)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_module_keeps_to_its_layer() {
    let sources = sources();
    let broken: Vec<String> =
        sources.iter().filter(|(name, _)| !is_test(name)).flat_map(|(name, source)| layering(name, source)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_modules_have_no_circles() {
    let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, source) in sources().iter().filter(|(name, _)| !is_test(name)) {
        let module = name.split(['/', '.']).next().unwrap().to_owned();
        let others = used(code(source)).into_iter().filter(|other| *other != module);
        uses.entry(module.clone()).or_default().extend(others);
    }
    uses.remove("main");
    assert!(uses.len() > 8, "the modules were not found: {uses:?}");
    assert_eq!(circle(&uses), None);
}

#[test]
fn a_planted_violation_is_caught() {
    let header = "//! A file that is here to break a rule.\n";
    let caught = |name: &str, source: &str| !layering(name, &format!("{header}{source}")).is_empty();
    assert!(caught("domain/x.rs", "use crate::desk::Desk;"));
    assert!(caught("domain/x.rs", "use crate::{\n    domain::{a, b},\n    ports::Pos,\n};"));
    assert!(caught("domain/x.rs", "fn f() { tokio::spawn(x) }"));
    assert!(caught("desk/x.rs", "use crate::oktopos::OktoPos;"));
    assert!(caught("tui/update.rs", "use crossterm::event;"));
    assert!(caught("tui/state/model.rs", "use ratatui::style::Style;"));
    assert!(!caught("tui/view.rs", "use ratatui::style::Style;"));
    assert!(!caught("desk/x.rs", "// crate::oktopos\nuse crate::{domain::{oktopos, a}, ports::Pos};"));
    assert!(!form("x.rs", "fn f() {}").is_empty());
    assert!(!form("x.rs", &format!("{header}{}", "x\n".repeat(MAX_LINES))).is_empty());
    assert!(form("x.rs", &format!("{header}#[cfg(test)]\nmod tests {{\n{}}}", "x\n".repeat(MAX_LINES))).is_empty());
    assert!(!form("x.rs", &format!("{header}const A: f64 = 1.0;")).is_empty());
    assert!(!form("x.rs", &format!("{header}fn f() -> Vec<f32> {{ vec![1_f32] }}")).is_empty());
    assert!(form("x.rs", &format!("{header}fn f64_is_only_a_name() {{}} // f64")).is_empty());
    assert!(caught("new/x.rs", "fn f() {}"));
    assert!(!caught("boot/x.rs", "use crate::oktopos::OktoPos;"));
    let uses = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), vec![(*b).to_owned()])).collect::<BTreeMap<_, _>>()
    };
    assert!(circle(&uses(&[("a", "b"), ("b", "c"), ("c", "a")])).is_some());
    assert!(circle(&uses(&[("a", "b"), ("b", "c")])).is_none());
}

#[test]
fn every_point_of_a_crash_is_listed_and_stands_in_the_sources_once() {
    let mut found: Vec<String> = Vec::new();
    for (name, source) in sources() {
        let code = bare(code(&source));
        let calls = code.matches("chaos::point(").count();
        let named: Vec<_> = code.split("chaos::point(\"").skip(1).filter_map(|rest| rest.split_once('"')).collect();
        assert_eq!(named.len(), calls, "{name} passes a name that cannot be found by reading");
        found.extend(named.into_iter().map(|(name, _)| name.to_owned()));
    }
    found.sort();
    let mut listed: Vec<String> = oktodesk::chaos::POINTS.iter().map(|point| point.name.to_owned()).collect();
    listed.sort();
    assert_eq!(found, listed);
    assert!(listed.len() >= 20);
}

/// What SQL decides with, as the words it takes together. Stores find and write; what may happen to an order stands in
/// `domain::order::life` alone.
const DECIDES: [&[&str]; 5] = [&["CASE", "WHEN", "THEN"], &["IIF"], &["TRIGGER"], &["RAISE"], &["NULLIF"]];

/// Where such a word may stand, and why: it guards or converts, and no order becomes anything by it.
const MAY_DECIDE: &[(&str, &str, &str)] = &[
    ("0001_journal.sql", "TRIGGER", "events are never changed, whoever tries"),
    ("0001_journal.sql", "RAISE", "events are never changed, whoever tries"),
    ("0005_rounds.sql", "IIF", "writes once, in words, what older orders are made of"),
];

/// The deciding words of one text of SQL.
fn decides(sql: &str) -> Vec<&'static str> {
    let words: Vec<String> = sql.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_uppercase).collect();
    let has = |wanted: &&str| words.iter().any(|word| word == wanted);
    DECIDES.into_iter().filter(|decides| decides.iter().all(has)).map(|decides| decides[0]).collect()
}

/// The texts of a source that stand in quotes.
fn quoted(source: &str) -> String {
    bare(source).split('"').skip(1).step_by(2).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_sql_decides_what_becomes_of_an_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<(String, String)> = sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("journal/") && !is_test(name))
        .map(|(name, source)| (name, quoted(code(&source))))
        .collect();
    for entry in fs::read_dir(root.join("assets/migrations/sqlite")).unwrap() {
        let path = entry.unwrap().path();
        let sql = fs::read_to_string(&path).unwrap();
        let sql: Vec<_> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        texts.push((path.file_name().unwrap().to_string_lossy().into_owned(), sql.join("\n")));
    }
    assert!(texts.iter().any(|(name, text)| name.ends_with("sqlite/orders/life.rs") && text.contains("UPDATE orders")));
    let is_allowed =
        |name: &str, word: &str| MAY_DECIDE.iter().any(|(file, allowed, _)| name == *file && word == *allowed);
    let broken: Vec<String> = texts
        .iter()
        .flat_map(|(name, text)| decides(text).into_iter().map(move |word| (name, word)))
        .filter(|(name, word)| !is_allowed(name, word))
        .map(|(name, word)| format!("{name} decides by {word}"))
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(decides("SELECT iif(a, 1, 2)"), ["IIF"]);
    assert_eq!(decides("UPDATE x SET a = Case WHEN 1 THEN 2 END"), ["CASE"]);
}
