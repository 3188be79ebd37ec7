//! The manual's pictures, from the real program. `OKTODESK_PICTURES=1 cargo test --test pictures` draws them anew.
//!
//! Without it every screen is still reached by keys, and its picture has to be there.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

#[allow(dead_code, reason = "shared with the tests in the terminal, which use the rest")]
mod common;

use std::path::Path;

use common::Desk;
use tempfile::TempDir;

/// The screen as an SVG: every cell where the terminal has it, in the colours the program gave it.
fn svg(screen: &vt100::Screen) -> String {
    // Widths in tenths of a unit, so that a cell needs no float.
    const CELL: u32 = 84;
    const LINE: u32 = 18;
    let tenths = |n: u32| format!("{}.{}", n / 10, n % 10);
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (wide, high) = (u32::from(columns) * CELL + 200, u32::from(rows) * LINE + 20);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{high}\" viewBox=\"0 0 {0} {high}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#16181d\"/>\n\
         <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n",
        tenths(wide)
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let style = |at: u16| screen.cell(row, at).map(|cell| (cell.fgcolor(), cell.bold(), cell.inverse()));
            let (start, own) = (column, style(column));
            let mut text = String::new();
            while column < columns && style(column) == own {
                let contents = screen.cell(row, column).map_or("", |cell| cell.contents());
                text.push_str(if contents.is_empty() { " " } else { contents });
                column += 1;
            }
            if text.trim().is_empty() {
                continue;
            }
            let (colour, bold, _) = own.unwrap();
            let fill = match colour {
                vt100::Color::Idx(1 | 9) => "#ff6b6b",
                vt100::Color::Idx(3 | 11) => "#e5c07b",
                vt100::Color::Idx(6 | 14) => "#56c7d8",
                vt100::Color::Idx(8) => "#7d8590",
                _ => "#d7dae0",
            };
            let weight = if bold { " font-weight=\"bold\"" } else { "" };
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let x = tenths(u32::from(start) * CELL + 100);
            let length = tenths(u32::from(column - start) * CELL);
            let y = u32::from(row) * LINE + 22;
            out.push_str(&format!(
                "<text x=\"{x}\" y=\"{y}\" fill=\"{fill}\"{weight} textLength=\"{length}\" xml:space=\"preserve\">{text}</text>\n"
            ));
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// Draws the picture, or holds that it is there and of the same size.
fn picture(desk: &Desk, name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screens").join(format!("{name}.svg"));
    let drawn = svg(&desk.cells());
    if std::env::var_os("OKTODESK_PICTURES").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(kept.lines().next(), drawn.lines().next(), "{name}: draw the pictures anew");
    assert!(drawn.matches("<text").count() > 20, "{name} is empty");
}

fn demo(home: &Path, lang: &str) -> Desk {
    Desk::start(&["demo", "--lang", lang], &[], home, (100, 30))
}

#[test]
fn every_screen_has_its_picture() {
    let home = TempDir::new().unwrap();
    let mut desk = demo(home.path(), "de");
    desk.wait_for(&["160 Artikel"]);
    desk.type_text("2*51 #gut durch\r");
    desk.press("f4");
    desk.type_text("901\r");
    desk.wait_for(&["für alle 2"]);
    desk.type_text("a");
    desk.wait_for(&["Extras zu 2 × Pizza Hawaii"]);
    desk.press("esc");
    // Right behind it a digit would be read as Alt with that digit.
    desk.wait_for(&["Enter dazu"]);
    desk.type_text("3*402\r2*haw");
    desk.wait_for(&["3 von 160", "Cola 0,5 l"]);
    picture(&desk, "items");
    desk.press("esc alt+2");
    desk.type_text("040 123456\tMuster\tGast\tBeispielweg\t12a\t20095\tHamburg");
    desk.wait_for(&["Hamburg"]);
    picture(&desk, "guest");
    desk.press("ctrl+o ctrl+o alt+3");
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
    desk.press("enter");
    desk.wait_for(&["Gespeichert"]);
    desk.press("f2");
    desk.wait_for(&["✓ Neu", "Muster-Webshop"]);
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
    desk.wait_for(&["160 items"]);
    desk.type_text("2*51\rcola");
    desk.wait_for(&["2 × Pizza Hawaii"]);
    picture(&desk, "items-en");
    desk.press("f1");
    desk.wait_for(&["Item search"]);
    picture(&desk, "help");
    desk.kill();
}
