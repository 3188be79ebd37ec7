//! Holds the manual to the program: its list of keys is the table of commands, in the words of the help. Never edits the
//! rest of the manual. `UPDATE_README=1 cargo test --test readme` writes the list anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::{fmt::Write, fs, path::Path};

use oktodesk::{
    i18n::{Lang, Texts},
    tui::input::{
        command::{COMMANDS, Context},
        key::Key,
    },
};

const BEGIN: &str = "<!-- keys: written by tests/readme.rs -->\n";
const END: &str = "<!-- end of keys -->";

fn list() -> String {
    let texts = Texts::load(Lang::En);
    let mut list = String::new();
    for context in Context::ALL {
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
fn the_manual_lists_every_key() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let manual = fs::read_to_string(&file).unwrap();
    let (before, rest) = manual.split_once(BEGIN).expect("the README has lost the mark where its keys begin");
    let (listed, after) = rest.split_once(END).expect("the README has lost the mark where its keys end");
    let wanted = list();
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&file, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(listed, wanted, "run UPDATE_README=1 cargo test --test readme");
}
