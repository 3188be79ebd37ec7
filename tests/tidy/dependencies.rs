//! What the program is built from: one registry, licences that go with its own, and no crate that was decided against. Needs no
//! network and no tool beside cargo, so that nothing of it is ever skipped; known faults of crates need a database and are not
//! looked for here.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    process::Command,
};

use serde::Deserialize;

use crate::sources::root;

/// Licences under which a crate may be used without asking.
const LICENCES: &[&str] =
    &["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "ISC", "Unicode-3.0", "Unlicense", "Zlib"];
/// Crates under another licence, and why that is no trouble.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("nucleo-matcher", "MPL-2.0", "its files are used unchanged, and their source is public"),
    ("option-ext", "MPL-2.0", "its files are used unchanged, and their source is public"),
];
/// Crates that were decided against, and why.
const BANNED: &[(&str, &str)] = &[
    ("aws-lc-rs", "needs more than a C compiler; ring does the same"),
    ("aws-lc-sys", "needs more than a C compiler; ring does the same"),
    ("chrono", "jiff is the one library of time"),
    ("h2", "HTTP/2 has no practice server and no fault test"),
    ("native-tls", "rustls is the one TLS library"),
    ("openssl", "rustls is the one TLS library"),
    ("openssl-sys", "rustls is the one TLS library"),
];

/// The crates that stand in this repository.
const OURS: [&str; 2] = ["oktodesk", "oktodesk-testkit"];

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    source: Option<String>,
    checksum: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    license: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    req: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

/// Whether one of the ways to read a licence is fine: `A OR B` needs one, `A AND B` both.
fn is_fine(licence: &str, may: &dyn Fn(&str) -> bool) -> bool {
    let licence = licence.trim();
    if let Some(parts) = split(licence, &[" OR ", "/"]) {
        return parts.iter().any(|part| is_fine(part, may));
    }
    if let Some(parts) = split(licence, &[" AND "]) {
        return parts.iter().all(|part| is_fine(part, may));
    }
    match licence.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => is_fine(inner, may),
        // An exception takes nothing away.
        None => may(licence.split(" WITH ").next().unwrap_or_default().trim()),
    }
}

/// The parts between the words that stand outside of every bracket; `None` where there is no such word.
fn split<'a>(licence: &'a str, words: &[&str]) -> Option<Vec<&'a str>> {
    let (mut parts, mut depth, mut from, mut at) = (Vec::new(), 0_i32, 0, 0);
    while let Some(rest) = licence.get(at..).filter(|rest| !rest.is_empty()) {
        let word = words.iter().find(|word| depth == 0 && rest.starts_with(**word));
        if let Some(word) = word {
            parts.push(&licence[from..at]);
            at += word.len();
            from = at;
            continue;
        }
        depth += match rest.as_bytes()[0] {
            b'(' => 1,
            b')' => -1,
            _ => 0,
        };
        at += 1;
    }
    parts.push(&licence[from..]);
    (parts.len() > 1).then_some(parts)
}

fn lock() -> Vec<Locked> {
    let text = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    toml::from_str::<Lock>(&text).unwrap().package
}

/// What is compiled on this machine: all of it was fetched to build this test.
fn packages() -> Vec<Package> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let version = Command::new(&cargo).args(["--version", "--verbose"]).output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let output = Command::new(&cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    let used: BTreeSet<String> = found.resolve.nodes.into_iter().map(|node| node.id).collect();
    found.packages.into_iter().filter(|package| used.contains(&package.id)).collect()
}

#[test]
fn every_crate_comes_from_one_registry_with_a_checksum() {
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in lock() {
        let Some(source) = package.source else {
            assert!(OURS.contains(&package.name.as_str()), "{} comes from a folder", package.name);
            continue;
        };
        assert!(source.starts_with("registry+"), "{} comes from {source}", package.name);
        assert!(package.checksum.is_some(), "{} has no checksum", package.name);
        sources.entry(source).or_default().push(package.name);
    }
    assert_eq!(sources.len(), 1, "{sources:?}");
}

#[test]
fn no_crate_is_used_that_was_decided_against() {
    let locked: BTreeSet<String> = lock().into_iter().map(|package| package.name).collect();
    assert!(locked.len() > 100, "the crates were not found");
    let used: Vec<_> = BANNED.iter().filter(|(name, _)| locked.contains(*name)).collect();
    assert!(used.is_empty(), "{used:?}");
}

#[test]
fn every_licence_goes_with_ours() {
    let packages = packages();
    assert!(packages.len() > 100, "the crates were not found");
    let mut wrong = Vec::new();
    for Package { name, license, dependencies, .. } in &packages {
        let excepted = |licence: &str| EXCEPTIONS.iter().any(|(known, of, _)| known == name && *of == licence);
        let may = |licence: &str| LICENCES.contains(&licence) || excepted(licence);
        match license {
            Some(licence) if is_fine(licence, &may) => {}
            other => wrong.push(format!("{name}: {other:?}")),
        }
        if name == "oktodesk" {
            let any = dependencies.iter().filter(|dependency| dependency.req == "*");
            wrong.extend(any.map(|dependency| format!("{} in any version", dependency.name)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let unused = |(name, ..): &&(&str, &str, &str)| !packages.iter().any(|package| package.name == *name);
    let unused: Vec<_> = EXCEPTIONS.iter().filter(unused).collect();
    assert!(unused.is_empty(), "exceptions for crates that are not used: {unused:?}");
}

#[test]
fn licences_are_read_as_they_are_meant() {
    let fine = |licence: &str| is_fine(licence, &|one| LICENCES.contains(&one));
    for licence in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0-only OR MIT",
        "Apache-2.0 WITH LLVM-exception",
        "(MIT OR GPL-3.0-only) AND Unicode-3.0",
    ] {
        assert!(fine(licence), "{licence}");
    }
    for licence in ["", "GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT AND GPL-3.0-only) OR AGPL-3.0-only", "MIT-like"] {
        assert!(!fine(licence), "{licence}");
    }
}
