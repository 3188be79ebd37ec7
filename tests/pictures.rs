//! The manual's pictures, from the real program. `OKTODESK_PICTURES=1 cargo test --test pictures` draws them anew.
//!
//! Without it every screen is still reached by keys, and its picture has to be there.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

#[allow(dead_code, reason = "shared with the tests in the terminal, which use the rest")]
mod common;

use std::path::Path;

use common::Terminal;
use tempfile::TempDir;

/// Draws the picture, or holds that it is there and of the same size.
fn picture(desk: &Terminal, name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screens").join(format!("{name}.svg"));
    let drawn = desk.picture();
    if std::env::var_os("OKTODESK_PICTURES").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(kept.lines().next(), drawn.lines().next(), "{name}: draw the pictures anew");
    assert!(drawn.matches("<text").count() > 20, "{name} is empty");
}

fn demo(home: &Path, lang: &str) -> Terminal {
    Terminal::start(&["demo", "--lang", lang], &[], home, (100, 30))
}

#[test]
fn every_screen_has_its_picture() {
    let home = TempDir::new().unwrap();
    let mut desk = demo(home.path(), "de");
    desk.wait_for(&["142 Artikel"]);
    desk.type_text("2*51 #gut durch\r");
    desk.press("f4");
    desk.type_text("901\r");
    desk.wait_for(&["Extras zu 2 × Pizza Hawaii"]);
    desk.press("esc");
    desk.type_text("3*402\r2*haw");
    desk.wait_for(&["3 von 158", "Cola 0,5 l"]);
    picture(&desk, "items");
    desk.press("esc alt+2");
    desk.type_text("040 123456\tMuster\tGast\tBeispielweg\t12a\t20095\tHamburg");
    desk.wait_for(&["Hamburg"]);
    picture(&desk, "guest");
    desk.press("alt+3 right right tab");
    desk.type_text("+45\t");
    desk.wait_for(&["Lieferung", "Hamburg"]);
    picture(&desk, "place");
    desk.press("alt+4");
    desk.type_text("=50");
    desk.wait_for(&["50,00"]);
    picture(&desk, "tip");
    desk.press("alt+5 right");
    desk.wait_for(&["[Kreditkarte]"]);
    picture(&desk, "payment");
    desk.press("f9");
    desk.wait_for(&["Es fehlt nichts"]);
    picture(&desk, "review");
    desk.press("f9");
    desk.wait_for(&["Gespeichert"]);
    desk.press("f2");
    desk.wait_for(&["angekommen", "fremd"]);
    picture(&desk, "orders");
    desk.type_text("s");
    desk.wait_for(&["Status von"]);
    picture(&desk, "status");
    desk.kill();
}

#[test]
fn the_desk_has_its_picture_in_english_and_with_help() {
    let home = TempDir::new().unwrap();
    let mut desk = demo(home.path(), "en");
    desk.wait_for(&["142 articles"]);
    desk.type_text("2*51\rcola");
    desk.wait_for(&["2 × Pizza Hawaii"]);
    picture(&desk, "items-en");
    desk.press("f1");
    desk.wait_for(&["Item search"]);
    picture(&desk, "help");
    desk.kill();
}
