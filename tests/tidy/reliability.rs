//! `RELIABILITY.md` names a test for every line of what must not go wrong, and each of these tests exists.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What must not go wrong, by the beginnings of its lines. A line may say more; none may be missing.
const LINES: &[(&str, &[&str])] = &[
    (
        "Crash",
        &[
            "killed (-9) before or after each of: journal commit",
            "panic in a view, in `update`, in the worker",
            "power loss",
        ],
    ),
    (
        "Store",
        &[
            "two desks on one data directory",
            "two terminals on one PostgreSQL",
            "disk full and I/O errors",
            "read-only directory",
            "a store that can only be read for a while",
            "corrupt, truncated or foreign file, newer schema",
            "busy database",
            "half of a batch fails and the network drops again",
            "a million orders",
        ],
    ),
    (
        "Network",
        &[
            "name lookup fails or is slow",
            "refused; reset after 0, 1, half and all request bytes",
            "silent drop",
            "TLS expired, wrong host, self-signed, unknown CA, plain HTTP on the TLS port",
            "idle connection closed by the server",
            "captive portal",
            "proxy variables in the environment",
            "connect timeout 3-5 s, total at least 35 s",
            "typing never waits for any of it",
        ],
    ),
    (
        "Answers",
        &[
            "403 from now on; 503 with and without envelope",
            "one endpoint refuses, fails or has to pause",
            "`internalId` missing or of another type",
            "200 levels deep",
            "a ready list with unknown, foreign, repeated or our unknown orders",
            "`success: false` with 200; envelope with 10,000 messages; 100 MB or endless body, gzip bomb",
            "other charset, BOM, NUL; new, missing or null fields, huge numbers",
            "hostile text in every foreign string",
        ],
    ),
    (
        "Time",
        &[
            "clock steps while running",
            "a pickup time that passes while the order waits",
            "times that do not exist or exist twice at a clock change",
            "the shop's zone comes from configuration",
        ],
    ),
    (
        "Hands and terminal",
        &[
            "resize to 1x1, to 500x200, a thousand times",
            "hang-up and a lost terminal",
            "pastes of megabytes, binary, with line ends, with escapes",
            "double Enter, key repeat",
            "quantities 0, -1, 1e9, 0.3333; price 0.005",
            "1,000 lines, 100 kB comments, closed stdout",
            "LANG=C, TERM=dumb, no terminal",
            "50,000 articles, 10,000 open orders",
            "an article that vanishes or changes price while it is in the cart",
        ],
    ),
    (
        "Secrets and privacy",
        &[
            "the key comes from a file only its owner can read or the environment",
            "HTTPS only",
            "PostgreSQL off loopback with verified TLS",
            "data directory 0700, files 0600",
            "logs are JSON lines of ids and codes",
            "customer data is removed N days after an order is final",
            "`customer forget NUMBER` removes a person at once, bytes included",
            "the desk is no cash register",
        ],
    ),
];

/// Nothing of these is built yet.
const TO_COME: &str = "to come";

/// A row of a table: the section it stands in, its line, and its last cell.
struct Row<'a> {
    section: &'a str,
    line: &'a str,
    tests: &'a str,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let (mut section, mut rows) = ("", Vec::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            section = name;
        } else if let Some(cells) = line.strip_prefix("| ").and_then(|rest| rest.strip_suffix(" |"))
            && let (Some((first, _)), Some((_, last))) = (cells.split_once(" | "), cells.rsplit_once(" | "))
            && !first.starts_with("---")
        {
            rows.push(Row { section, line: first, tests: last });
        }
    }
    rows
}

/// The sources of a suite, by their path below the project.
fn sources(suite: &str) -> Vec<(String, String)> {
    let root = root();
    let starts = match suite {
        "lib" => vec![root.join("src")],
        suite => vec![root.join(format!("tests/{suite}.rs")), root.join("tests").join(suite)],
    };
    let (mut open, mut found) = (starts, Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") && path.exists() {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn suites() -> BTreeSet<String> {
    let files = fs::read_dir(root().join("tests")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let names = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    names.chain(["lib".to_owned()]).collect()
}

/// Whether a piece of code is the name of a test or of a module of tests: not a setting, a point or a command.
fn is_test(name: &str) -> bool {
    let is_of_names = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:*…".contains(c);
    name.chars().all(is_of_names) && name.contains(['_', ':'])
}

/// A name, the beginning of one (`…` or `*` at its end), or a module (`module::*`, or its name alone).
fn exists(name: &str, sources: &[(String, String)]) -> bool {
    let (path, last) = name.rsplit_once("::").unwrap_or(("", name));
    let module = if matches!(last, "*" | "") { path.rsplit("::").next().unwrap_or(path) } else { last };
    let is_module = sources.iter().any(|(file, text)| {
        file.ends_with(&format!("/{module}.rs"))
            || file.contains(&format!("/{module}/"))
            || text.contains(&format!("mod {module} "))
    });
    let begins = last.trim_end_matches(['…', '*']);
    let function = if begins == last { format!("fn {last}(") } else { format!("fn {begins}") };
    is_module || (!begins.is_empty() && sources.iter().any(|(_, text)| text.contains(&function)))
}

/// Each test of a cell with the suite that is named before it.
fn named<'a>(cell: &'a str, suites: &'a BTreeSet<String>) -> Vec<(Option<&'a String>, &'a str)> {
    let (mut suite, mut found) = (None, Vec::new());
    for (at, piece) in cell.split('`').enumerate() {
        if at % 2 == 0 {
            let words = piece.split(|c: char| !c.is_ascii_lowercase());
            suite = words.filter_map(|word| suites.get(word)).next_back().or(suite);
        } else if is_test(piece) {
            found.push((suite, piece));
        }
    }
    found
}

#[test]
fn every_test_that_is_named_exists() {
    let text = fs::read_to_string(root().join("tests/RELIABILITY.md")).unwrap();
    let (suites, mut read) = (suites(), BTreeMap::new());
    let mut wrong = Vec::new();
    for row in rows(&text) {
        for (suite, name) in named(row.tests, &suites) {
            let Some(suite) = suite else {
                wrong.push(format!("{}: no suite is named before {name}", row.line));
                continue;
            };
            let sources = read.entry(suite.clone()).or_insert_with(|| sources(suite));
            if !exists(name, sources) {
                wrong.push(format!("{}: {suite} has no {name}", row.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(read.len() > 8, "nothing was looked at: {:?}", read.keys());
}

#[test]
fn every_line_of_what_must_not_go_wrong_names_its_test() {
    let text = fs::read_to_string(root().join("tests/RELIABILITY.md")).unwrap();
    let (rows, suites) = (rows(&text), suites());
    let mut wrong = Vec::new();
    for (section, lines) in LINES {
        for line in *lines {
            let found = rows.iter().find(|row| row.section == *section && row.line.starts_with(line));
            match found {
                None => wrong.push(format!("{section}: no line {line}")),
                Some(row) if row.tests == TO_COME => {}
                Some(row) if row.tests.starts_with("benches ") => {
                    let benches = row.tests.split('`').skip(1).step_by(2);
                    let gone = benches.filter(|name| !root().join(format!("benches/{name}.rs")).exists());
                    wrong.extend(gone.map(|name| format!("{line}: no bench {name}")));
                }
                Some(row) => {
                    if named(row.tests, &suites).is_empty() {
                        wrong.push(format!("{section}: no test behind {line}"));
                    }
                }
            }
        }
    }
    // What is in the tables besides has its test as well.
    for row in rows.iter().filter(|row| LINES.iter().any(|(section, _)| *section == row.section)) {
        let is_head = row.line == "line";
        let has_one =
            row.tests == TO_COME || row.tests.starts_with("benches ") || !named(row.tests, &suites).is_empty();
        if !is_head && !has_one {
            wrong.push(format!("{}: no test behind {}", row.section, row.line));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_points_outside_the_project() {
    let text = fs::read_to_string(root().join("tests/RELIABILITY.md")).unwrap();
    assert!(
        !text.contains("shared/") && !text.contains("](/") && !text.contains("`/"),
        "a path that others do not have"
    );
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    for link in links.filter(|link| !link.starts_with("http")) {
        assert!(Path::new(&root()).join("tests").join(link).exists(), "{link}");
    }
}

#[test]
fn the_manual_says_that_the_desk_is_no_cash_register() {
    let manual = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(manual.contains("The desk is no cash register"));
}

#[test]
fn names_are_found_and_missed() {
    let sources = [("tests/x/taken.rs".to_owned(), "mod inner {\n#[test]\nfn one_thing_holds() {}".to_owned())];
    for (name, wanted) in [
        ("one_thing_holds", true),
        ("taken::one_thing_holds", true),
        ("one_thing…", true),
        ("one_*", true),
        ("taken::*", true),
        ("x::inner", true),
        ("one_thing", false),
        ("other_*", false),
        ("given::*", false),
    ] {
        assert_eq!(exists(name, &sources), wanted, "{name}");
    }
}
