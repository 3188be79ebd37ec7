//! Holds the handbook to the program: its list of keys is the table of commands in the words of the help, every command that it
//! names is one that the program takes, and every link leads somewhere. `UPDATE_KEYS=1 cargo test --test handbook` writes the list
//! of keys anew; the rest of the handbook is never edited.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use clap::{Parser, error::ErrorKind};
use oktodesk::{
    cli::args::Args,
    i18n::{Lang, Texts},
    tui::input::{
        command::{COMMANDS, KeyContext},
        key::Key,
    },
};

const BEGIN: &str = "<!-- keys: written by tests/handbook.rs -->\n";
const END: &str = "<!-- end of keys -->";

fn list() -> String {
    let texts = Texts::load(Lang::En);
    let mut list = String::new();
    for context in KeyContext::ALL {
        let title = texts.t(&format!("context.{}", context.word())).to_owned();
        writeln!(list, "\n**{title}**\n\n| key | what it does | name in `[keys]` |\n| --- | --- | --- |").unwrap();
        for row in COMMANDS.iter().filter(|row| row.context == context) {
            let keys: Vec<String> =
                row.keys.iter().map(|key| format!("`{}`", key.parse::<Key>().unwrap().label(&texts))).collect();
            let explained = texts.t(&format!("explain.{}", row.id)).replace('|', "\\|");
            writeln!(list, "| {} | {explained} | `{}` |", keys.join(" "), row.id).unwrap();
        }
    }
    list.push('\n');
    list
}

#[test]
fn the_handbook_lists_every_key() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let manual = fs::read_to_string(&file).unwrap();
    let (before, rest) = manual.split_once(BEGIN).expect("the page of the keys has lost the mark where its keys begin");
    let (listed, after) = rest.split_once(END).expect("the page of the keys has lost the mark where its keys end");
    let wanted = list();
    if std::env::var_os("UPDATE_KEYS").is_some() {
        fs::write(&file, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(listed, wanted, "run UPDATE_KEYS=1 cargo test --test handbook");
}

/// The pages of the handbook and its front page, with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let front = ["README.md", "ARCHITECTURE.md", "tests/RELIABILITY.md"].map(|name| root.join(name));
    let pages = docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")).chain(front);
    pages.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_link_leads_to_a_file() {
    let mut looked_at = 0;
    let mut broken = Vec::new();
    for (page, text) in pages() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            looked_at += 1;
            if !page.parent().unwrap().join(file).exists() {
                broken.push(format!("{} has {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(looked_at > 20, "only {looked_at} links were found");
}

#[test]
fn every_page_of_the_handbook_is_named_on_the_front_page() {
    let front = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for (page, _) in pages().into_iter().filter(|(page, _)| page.parent().unwrap().ends_with("docs")) {
        let link = format!("(docs/{})", page.file_name().unwrap().to_string_lossy());
        assert!(front.contains(&link), "the front page does not lead to {link}");
    }
}

/// A command as the handbook writes it, with a value in each place: `FILE|-` is a file, what stands in brackets is given.
fn given(command: &str) -> Vec<String> {
    let value = |word: &str| match word {
        "N" | "ID" | "SECONDS" => "5".to_owned(),
        "SPEC" => "create:503@2".to_owned(),
        "NUMBER" => "040123456".to_owned(),
        "D" => "queued".to_owned(),
        other => other.to_owned(),
    };
    let spoken = |(at, piece): (usize, &str)| if at % 2 == 1 { piece.replace(' ', "") } else { piece.to_owned() };
    let plain: String = command.split('"').enumerate().map(spoken).collect();
    let plain = plain.replace("\\|", "|").replace(['[', ']'], "");
    plain.split_whitespace().map(|word| value(word.split('|').next().unwrap_or_default())).collect()
}

#[test]
fn every_command_of_the_handbook_is_one_that_the_program_takes() {
    let mut looked_at = 0;
    let mut broken = Vec::new();
    for (page, text) in pages() {
        for command in text.split('`').filter(|code| code.starts_with("oktodesk ") && !code.contains('\n')) {
            looked_at += 1;
            let parsed = Args::try_parse_from(given(command));
            // A command that is only spoken of stands without its values.
            if let Err(error) = parsed
                && error.kind() != ErrorKind::MissingRequiredArgument
            {
                broken.push(format!("{}: {command}: {}", page.display(), error.kind()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(looked_at > 20, "only {looked_at} commands were found");
    assert!(Args::try_parse_from(given("oktodesk oders --json")).is_err(), "a wrong command is noticed");
}
