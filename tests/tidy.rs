//! Reads the sources and holds what a compiler does not: headers, sizes, which module may use which, circles of imports, and
//! that nothing is forgotten where commands and messages are dispatched.

#![allow(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/dispatch.rs"]
mod dispatch;
#[path = "tidy/reliability.rs"]
mod reliability;
#[path = "tidy/sources.rs"]
mod sources;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use circles::circles;
use dispatch::catch_alls;
use sources::{Imports, Source, bare, imports, root, sources};
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
};

/// Lines a file may have, tests not counted.
const MAX_LINES: usize = 400;
/// Lines of the thin binary.
const MAX_MAIN: usize = 40;
/// Lines of code a function may have between its braces, comments not counted.
const MAX_FUNCTION: usize = 60;
/// Files a folder may have, tests not counted.
const MAX_FILES: usize = 16;
/// Folders that have more. May only shrink.
const LARGE_FOLDERS: &[(&str, usize)] = &[];
/// Files that may import each other in a circle.
const MAX_CIRCLE: usize = 8;
/// Larger circles, by the top-level module they are in. May only shrink.
const LARGE_CIRCLES: &[(&str, usize)] = &[];

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
    ("config", &["domain", "desk", "i18n", "oktopos", "calls"], &["ratatui", "sqlx", "crossterm", "axum"]),
    ("words", &["domain", "ports", "desk", "config", "i18n"], &["ratatui", "reqwest", "sqlx", "crossterm"]),
    ("session", &["domain", "ports", "desk", "config", "i18n"], &["ratatui", "reqwest", "sqlx", "crossterm"]),
    ("tui", &["domain", "ports", "desk", "config", "i18n", "words", "session"], &["reqwest", "sqlx", "axum"]),
    (
        "cli",
        &["domain", "ports", "desk", "config", "i18n", "words", "session", "tui"],
        &["ratatui", "reqwest", "sqlx", "crossterm", "axum"],
    ),
];

/// The folders and files of `tui`, from the bottom up: each may use only those before it and itself.
const TUI: [&str; 11] =
    ["input", "effect", "state", "msg", "wording", "widgets", "overlay", "screens", "act", "view", "shell"];
/// The only files of `tui` that may know a terminal, a runtime or the settings.
const SHELL: &[&str] = &[
    "shell/run.rs",
    "shell/run/sources.rs",
    "shell/runner.rs",
    "shell/runner/catalog.rs",
    "shell/input/wait.rs",
    "shell/input/console.rs",
    "shell/terminal.rs",
];
/// Folders and files of `tui` that draw, beside every `view.rs`.
const DRAWING: &[&str] = &["view/", "widgets/"];
/// What the pure files of `tui` may not know.
const IMPURE: &[&str] = &["crossterm", "tokio", "std::fs", "std::env", "std::time::Instant", "crate::config"];

/// The top-level modules of ours that a file names.
fn used(source: &Source) -> BTreeSet<String> {
    let own = source.paths().into_iter().filter(|path| path.first().is_some_and(|first| first == "crate"));
    own.filter_map(|path| path.into_iter().nth(1)).collect()
}

/// Every rule of layering that a file breaks. `layers` are the top-level modules there are.
fn layering(source: &Source, layers: &BTreeSet<String>) -> Vec<String> {
    let (name, layer) = (&source.name, source.layer());
    if FREE.contains(&layer) {
        return Vec::new();
    }
    let others: Vec<String> =
        used(source).into_iter().filter(|other| other != layer && layers.contains(other)).collect();
    if SHARED.contains(&layer) {
        return others.iter().map(|other| format!("{name} uses crate::{other}")).collect();
    }
    let Some((_, may, may_not)) = LAYERS.iter().find(|(known, ..)| *known == layer) else {
        return vec![format!("{name} is in no layer")];
    };
    let paths = source.paths();
    let names = |wanted: &str| {
        let wanted: Vec<&str> = wanted.split("::").collect();
        paths
            .iter()
            .any(|path| path.iter().map(String::as_str).zip(&wanted).filter(|(a, b)| a == *b).count() == wanted.len())
    };
    let is_free = |other: &&String| !may.contains(&other.as_str()) && !SHARED.contains(&other.as_str());
    let mut broken: Vec<String> =
        others.iter().filter(is_free).map(|other| format!("{name} uses crate::{other}")).collect();
    broken.extend(may_not.iter().filter(|other| names(other)).map(|other| format!("{name} uses {other}")));
    let Some(file) = name.strip_prefix("tui/") else { return broken };
    if !SHELL.contains(&file) {
        broken.extend(IMPURE.iter().filter(|word| names(word)).map(|word| format!("{name} is pure and uses {word}")));
        let draws = file.ends_with("view.rs") || DRAWING.iter().any(|folder| file.starts_with(folder));
        if !draws && names("ratatui") {
            broken.push(format!("{name} does not draw and uses ratatui"));
        }
    }
    if file.starts_with("widgets/") && names("crate::tui::state::model") {
        broken.push(format!("{name} knows the model"));
    }
    broken
}

/// Where a file of `tui` stands in it. Drawings lie beside what they draw and stand above all of it.
fn height(file: &str) -> Option<usize> {
    let file = file.strip_prefix("tui/").filter(|file| *file != "mod.rs")?;
    let folder = if file.ends_with("/view.rs") { "view" } else { file.split(['/', '.']).next().unwrap_or_default() };
    Some(TUI.iter().position(|known| *known == folder).unwrap_or_else(|| panic!("tui/{file} stands nowhere")))
}

/// The imports among the files of `tui` that point upwards.
fn upwards(imports: &Imports) -> Vec<String> {
    let pairs = imports.iter().flat_map(|(file, others)| others.iter().map(move |other| (file, other)));
    let is_upwards = |(file, other): &(&String, &String)| height(file) < height(other) && height(file).is_some();
    pairs.filter(is_upwards).map(|(file, other)| format!("{file} uses {other}")).collect()
}

/// What stands in the functions of a file that may not.
struct Functions {
    text: String,
    /// Name and lines of those that are too long.
    long: Vec<String>,
    /// Lines with a call that makes an order of a draft.
    finishing: Vec<usize>,
    /// Whether the model is changed through one of their arguments.
    changes_model: bool,
}

impl Functions {
    fn of(source: &Source) -> Self {
        let text = source.text.clone();
        let mut functions = Self { text, long: Vec::new(), finishing: Vec::new(), changes_model: false };
        functions.visit_file(&source.tree);
        functions
    }

    fn measure(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let (from, to) = (block.span().start().line, block.span().end().line);
        let inside = self.text.lines().skip(from).take(to.saturating_sub(from + 1)).map(str::trim_start);
        let lines = inside.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        if lines > MAX_FUNCTION {
            self.long.push(format!("{} has {lines} lines of {MAX_FUNCTION}", signature.ident));
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func
            && path.path.segments.last().is_some_and(|last| last.ident == "finish")
        {
            self.finishing.push(call.span().start().line);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "finish" {
            self.finishing.push(call.span().start().line);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
        if let syn::Type::Path(path) = &*reference.elem {
            let is_model = path.path.segments.last().is_some_and(|last| last.ident == "Model");
            self.changes_model |= reference.mutability.is_some() && is_model;
        }
        visit::visit_type_reference(self, reference);
    }
}

/// Every rule of size and form that a file breaks.
fn form(source: &Source) -> Vec<String> {
    let name = &source.name;
    let mut broken = Vec::new();
    let header = source.text.lines().next().unwrap_or_default();
    if header.strip_prefix("//! ").is_none_or(|text| text.trim().len() < 20) {
        broken.push(format!("{name} does not begin with a //! line that says what it is for"));
    }
    // What tests of both kinds share is a crate of its own, `tests/kit`.
    if source.text.contains("#[path = \"../") {
        broken.push(format!("{name} takes a file from elsewhere"));
    }
    if source.is_test() {
        return broken;
    }
    let lines = source.code().lines().count();
    let most = if name == "main.rs" { MAX_MAIN } else { MAX_LINES };
    if lines > most {
        broken.push(format!("{name} has {lines} lines of {most}"));
    }
    broken.extend(Functions::of(source).long.into_iter().map(|long| format!("{name}: {long}")));
    let bare = source.bare();
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

/// Names of folders or modules with a number that is larger than it may be.
fn over(counts: BTreeMap<String, usize>, most: usize, allowed: &[(&str, usize)]) -> Vec<String> {
    let may_have = |name: &str| allowed.iter().find(|(known, _)| *known == name).map_or(most, |(_, count)| *count);
    let over = counts.into_iter().filter(|(name, count)| *count > may_have(name));
    over.map(|(name, count)| format!("{name} has {count}")).collect()
}

/// Files of each folder, tests not counted.
fn folders(sources: &[Source]) -> BTreeMap<String, usize> {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources.iter().filter(|source| !source.is_test()) {
        let folder = source.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        *folders.entry(folder.to_owned()).or_default() += 1;
    }
    folders
}

/// The largest circle of each top-level module.
fn circles_by_module(imports: &Imports) -> BTreeMap<String, usize> {
    let mut largest: BTreeMap<String, usize> = BTreeMap::new();
    for circle in circles(imports) {
        let modules: BTreeSet<&str> = circle.iter().filter_map(|file| file.split(['/', '.']).next()).collect();
        let module = modules.into_iter().collect::<Vec<_>>().join("+");
        let size = largest.entry(module).or_default();
        *size = circle.len().max(*size);
    }
    largest
}

#[test]
fn every_file_keeps_its_form() {
    let broken: Vec<String> = sources().iter().flat_map(form).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_module_keeps_to_its_layer() {
    let sources = sources();
    let layers: BTreeSet<String> = sources.iter().map(|source| source.layer().to_owned()).collect();
    let production = sources.iter().filter(|source| !source.is_test());
    let broken: Vec<String> = production.flat_map(|source| layering(source, &layers)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The outbox may be longer than memory: what reads all of it at once is for tests.
#[test]
fn nothing_reads_the_whole_outbox() {
    let reads_all = |source: &Source| source.bare().contains(".outbox().await");
    let production = sources().into_iter().filter(|source| !source.is_test());
    let broken: Vec<String> = production.filter(reads_all).map(|source| source.name).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(reads_all(&Source::of("x.rs", "async fn f() { journal.outbox().await; }")));
}

#[test]
fn the_modules_have_no_circles() {
    let mut modules = Imports::new();
    for (file, others) in imports(&sources()) {
        let layer = |file: &str| file.split(['/', '.']).next().unwrap().to_owned();
        let (own, others) = (layer(&file), others.iter().map(|other| layer(other)));
        modules.entry(own.clone()).or_default().extend(others.filter(|other| *other != own && *other != "lib"));
    }
    modules.remove("main");
    assert!(modules.len() > 8, "the modules were not found: {modules:?}");
    assert_eq!(circles(&modules), Vec::<Vec<String>>::new());
}

#[test]
fn circles_of_imports_are_small() {
    let broken = over(circles_by_module(&imports(&sources())), MAX_CIRCLE, LARGE_CIRCLES);
    assert!(broken.is_empty(), "files that import each other, of {MAX_CIRCLE} at most: {broken:#?}");
}

#[test]
fn the_terminal_points_downwards() {
    let sources: Vec<Source> = sources().into_iter().filter(|source| source.layer() == "tui").collect();
    assert_eq!(upwards(&imports(&sources)), Vec::<String>::new());
    let planted = [
        Source::of("tui/state/model.rs", "use crate::tui::screens::form;"),
        Source::of("tui/screens/form/view.rs", "use crate::tui::{screens::form::act, state};"),
        Source::of("tui/screens/form/act.rs", "use crate::tui::screens::form; fn f() { form::view::draw() }"),
        Source::of("tui/screens/form/mod.rs", "pub mod act;"),
    ];
    let found = ["screens/form/act.rs uses tui/screens/form/view.rs", "state/model.rs uses tui/screens/form/mod.rs"];
    assert_eq!(upwards(&imports(&planted)), found.map(|found| format!("tui/{found}")));
}

#[test]
fn folders_are_small() {
    let broken = over(folders(&sources()), MAX_FILES, LARGE_FOLDERS);
    assert!(broken.is_empty(), "files in a folder, of {MAX_FILES} at most: {broken:#?}");
}

#[test]
fn what_is_forgotten_in_a_dispatch_does_not_compile() {
    let broken: Vec<String> = sources().iter().filter(|source| !source.is_test()).flat_map(catch_alls).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_terminal_holds_no_rule_of_ordering_and_windows_do_not_change_the_model() {
    let sources = sources();
    let of_tui = sources.iter().filter(|source| source.name.starts_with("tui/") && !source.is_test());
    let mut windows = 0;
    for source in of_tui {
        let functions = Functions::of(source);
        assert!(functions.finishing.is_empty(), "{} makes an order: {:?}", source.name, functions.finishing);
        if source.name.starts_with("tui/overlay/") {
            windows += 1;
            assert!(!functions.changes_model, "{} changes the model", source.name);
        }
    }
    assert!(windows > 10, "the windows were not found");
}

#[test]
fn a_planted_violation_is_caught() {
    let header = "//! A file that is here to break a rule.\n";
    let layers: BTreeSet<String> = LAYERS.iter().map(|(layer, ..)| (*layer).to_owned()).collect();
    let caught = |name: &str, text: &str| !layering(&Source::of(name, &format!("{header}{text}")), &layers).is_empty();
    assert!(caught("domain/x.rs", "use crate::desk::Desk;"));
    assert!(caught("domain/x.rs", "use crate::{\n    domain::{a, b},\n    ports::Pos,\n};"));
    assert!(caught("domain/x.rs", "use super::super::desk::Desk;"));
    assert!(caught("domain/x.rs", "fn f() { tokio::spawn(x) }"));
    assert!(caught("domain/x.rs", "fn f() { log!(\"{}\", crate::desk::catalog::fold(a)) }"));
    assert!(caught("desk/x.rs", "use crate::oktopos::OktoPos;"));
    assert!(caught("tui/act/mod.rs", "use crossterm::event;"));
    assert!(caught("tui/state/model.rs", "use ratatui::style::Style;"));
    assert!(caught("tui/widgets/x.rs", "use crate::tui::{msg::Target, state::model::Model};"));
    assert!(!caught("tui/view.rs", "use ratatui::style::Style;"));
    assert!(!caught("desk/x.rs", "// crate::oktopos\nuse crate::{domain::{oktopos, a}, ports::Pos};"));
    assert!(!caught("desk/x.rs", "#[cfg(test)]\nmod tests {\n    use crate::oktopos::OktoPos;\n}"));
    assert!(caught("new/x.rs", "fn f() {}"));
    assert!(!caught("boot/x.rs", "use crate::oktopos::OktoPos;"));
}

#[test]
fn a_planted_breach_of_form_is_caught() {
    let header = "//! A file that is here to break a rule.\n";
    let caught = |text: &str| !form(&Source::of("x.rs", text)).is_empty();
    assert!(caught("fn f() {}"));
    assert!(caught(&format!("{header}#[path = \"../tests/x.rs\"]\nmod x;")));
    assert!(caught(&format!("{header}{}", "const A: u8 = 1;\n".repeat(MAX_LINES))));
    let tests = "const A: u8 = 1;\n".repeat(MAX_LINES);
    assert!(!caught(&format!("{header}#[cfg(test)]\nmod tests {{\n{tests}}}")));
    assert!(caught(&format!("{header}const A: f64 = 1.0;")));
    assert!(caught(&format!("{header}fn f() -> Vec<f32> {{ vec![1_f32] }}")));
    assert!(!caught(&format!("{header}fn f64_is_only_a_name() {{}} // f64")));
    let function = |lines: usize| format!("{header}fn f() {{\n{}}}\n", "    a();\n".repeat(lines));
    assert!(caught(&function(MAX_FUNCTION + 1)));
    assert!(!caught(&function(MAX_FUNCTION)));
}

#[test]
fn a_planted_catch_all_is_caught() {
    let found = |body: &str| catch_alls(&Source::of("x.rs", &format!("fn f() {{ {body} }}"))).len();
    assert_eq!(found("match c { Command::A => 1, _ => 2 }"), 1);
    assert_eq!(found("use DraftCommand as C; match c { C::A => 1, other => 2 }"), 1);
    assert_eq!(found("match m { (Msg::A(_), 1) => 1, (_, _) => 2 }"), 1);
    assert_eq!(found("match e { Some(Effect::A { .. }) => 1, Some(e) => 2, None => 3 }"), 1);
    assert_eq!(found("match c { Command::A if x => 1, Command::A | Command::B => 2 }"), 0);
    assert_eq!(found("match e { Some(Effect::A) => 1, None => 3 }"), 0);
    assert_eq!(found("match step { Step::A => Command::A, _ => Command::B }"), 0);
}

#[test]
fn a_planted_circle_is_caught() {
    let file = |name: &str, text: &str| Source::of(name, text);
    let sources = [
        file("a/mod.rs", "mod b; pub use b::B;"),
        file("a/b.rs", "use super::super::c::C;"),
        file("c.rs", "use crate::{a::A, d};"),
        file("d.rs", "fn d() {}"),
        file("e.rs", "use crate::a::{self, b as of_a}; fn e() { a::b::f(); of_a::g(); }"),
    ];
    let imports = imports(&sources);
    let through_modules = ["a/b.rs", "a/mod.rs"].map(str::to_owned);
    assert_eq!(imports["e.rs"], BTreeSet::from(through_modules));
    assert_eq!(imports["c.rs"], BTreeSet::from(["a/mod.rs".to_owned(), "d.rs".to_owned()]));
    assert_eq!(circles(&imports)[0].len(), 3);
    assert_eq!(over(circles_by_module(&imports), 2, &[("a+c", 2)]), ["a+c has 3"]);
    assert_eq!(over(circles_by_module(&imports), 2, &[("a+c", 3)]), Vec::<String>::new());
}

#[test]
fn every_point_of_a_crash_is_listed_and_stands_in_the_sources_once() {
    let mut found: Vec<String> = Vec::new();
    for source in sources() {
        let (name, code) = (&source.name, source.bare());
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
    ("0012_words.sql", "TRIGGER", "events are never changed or removed, whoever tries"),
    ("0012_words.sql", "RAISE", "events are never changed or removed, whoever tries"),
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
    let mut texts: Vec<(String, String)> = sources()
        .into_iter()
        .filter(|source| source.name.starts_with("journal/") && !source.is_test())
        .map(|source| (source.name.clone(), quoted(source.code())))
        .collect();
    for entry in fs::read_dir(root().join("assets/migrations/sqlite")).unwrap() {
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
