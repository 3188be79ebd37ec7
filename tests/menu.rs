//! A shop's menu of 400 articles with options, halves, combos and counts: imported from a file, ordered from by real keys,
//! and looked at where it arrives.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "helpers of tests: a failure is a failed test, and waiting is bounded by the machine's own clock"
)]

#[allow(dead_code, reason = "shared with the tests of the terminal, which use the rest")]
mod common;

use std::{
    fmt::Write,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use common::{Desk, terminal::PATIENCE};
use oktodesk::sandbox::{self, SandboxOptions};
use rust_decimal::Decimal;
use serde_json::Value;
use tempfile::TempDir;

const KEY: &str = "key-of-the-menu-tests";

/// What the dishes of each group are made of, with the first price in cents and the tax rate.
const GROUPS: [(&str, &str, i64, &str); 8] = [
    ("Pizza", "Pizza", 850, "7"),
    ("Pasta", "Spaghetti", 890, "7"),
    ("Schnitzel", "Schnitzel", 1390, "7"),
    ("Burger", "Burger", 990, "7"),
    ("Salate", "Salat", 750, "7"),
    ("Suppen", "Suppe", 520, "7"),
    ("Extras", "extra", 50, "7"),
    ("Getränke", "Limonade", 290, "19"),
];
const KINDS: [&str; 10] =
    ["Toskana", "Riviera", "Alpen", "Nordsee", "Balkan", "Wiener Art", "Adria", "Bodensee", "Harz", "Elsass"];
const WAYS: [&str; 5] = ["klassisch", "mit Käse", "mit Pilzen", "scharf", "des Hauses"];

/// 400 articles, a row for each of two channels, as a spreadsheet writes them. Numbers are 100 to 149, 200 to 249 and so on.
fn dishes() -> String {
    let mut csv = String::from("id;number;name;group;unit;channel_id;channel;price;tax_rate;tax_id;tax_code\n");
    for (group, (name, dish, first, rate)) in (1i64..).zip(GROUPS) {
        for (at, (kind, way)) in (0i64..).zip(KINDS.iter().flat_map(|kind| WAYS.iter().map(move |way| (kind, way)))) {
            let number = group * 100 + at;
            let (tax_id, code) = if rate == "19" { (1, "A") } else { (2, "B") };
            for (channel, token, less) in [(1, "INHOUSE", 0), (2, "TAKEAWAY", 50)] {
                let cents = first + at * 7 - less;
                let price = format!("{},{:02}", cents / 100, cents % 100);
                let row = format!("{};{number};{dish} {kind} {way};{name};Stück", 5000 + number);
                writeln!(csv, "{row};{channel};{token};{price};{rate};{tax_id};{code}").unwrap();
            }
        }
    }
    csv
}

const MENU: &str = r#"
groups = ["Pizza", "Burger", "Getränke"]
favourites = ["101"]
hidden = ["149"]
comments = ["gut durch", "geschnitten"]

[codes]
halb = "100"

[counts]
301 = 3

[colours]
"Pizza" = "red"

[[options]]
name = "Hälften"
articles = ["100"]
halves = "average"
choices = ["101", "102", "103"]

[[options]]
name = "Sauce"
groups = ["Burger"]
min = 1
max = 1
choices = ["700", "701", "702"]

[[combos]]
name = "Burger-Menü"
code = "bm"
price = "13.90"
articles = ["401", "501"]
parts = [{ name = "Getränk", groups = ["Getränke"] }]
"#;

/// Runs the program to its end; what it printed.
fn run(home: &Path, args: &[&str]) -> String {
    let settings = home.join("settings.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_oktodesk"));
    command.env_clear().env("HOME", home).env("OKTODESK_API_KEY", KEY);
    command.args(["--config", settings.to_str().unwrap(), "--data-dir", home.join("data").to_str().unwrap()]);
    let output = command.args(["--lang", "de"]).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn amount(value: &Value) -> Decimal {
    value["value"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_menu_of_400_articles_is_imported_and_ordered_from() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // The sandbox sells its own menu; of another one it can only say whether the sums are right.
    let options = SandboxOptions { key: KEY.into(), known_articles_only: false, ..SandboxOptions::default() };
    let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
    let home = TempDir::new().unwrap();
    let at = |name: &str| home.path().join(name);
    let settings = format!("[desk]\npoll_interval_seconds = 1\n[oktopos]\nbase_url = \"{}\"\n", sandbox.base_url());
    std::fs::write(at("settings.toml"), settings).unwrap();
    std::fs::write(at("menu.toml"), MENU).unwrap();
    std::fs::write(at("dishes.csv"), dishes()).unwrap();

    let imported = run(home.path(), &["catalog", "import", at("dishes.csv").to_str().unwrap()]);
    assert!(imported.starts_with("{\"articles\":400,"), "{imported}");
    let found = run(home.path(), &["catalog", "search", "BM"]);
    assert!(found.contains("Burger-Menü") && found.lines().count() == 1, "{found}");
    assert!(run(home.path(), &["catalog", "search", "301"]).contains("\"left\":\"3\""));
    assert!(run(home.path(), &["catalog", "search", "149"]).is_empty(), "hidden");

    let (settings, data) = (at("settings.toml"), at("data"));
    let arguments = ["--config", settings.to_str().unwrap(), "--data-dir", data.to_str().unwrap(), "--lang", "de"];
    let mut desk = Desk::start(&arguments, &[("OKTODESK_API_KEY", KEY)], home.path(), (80, 24));
    desk.wait_for(&["400 Artikel"]);
    // A combo twice with the third drink and the second sauce, two halves, three of what there are three of, a comment.
    desk.type_text("2*bm\rcbhalb\rab");
    desk.type_text("3*301\r");
    desk.press("f5");
    desk.type_text("1\r");
    desk.press("alt+3");
    desk.type_text("12");
    desk.press("f9");
    desk.wait_for(&["Es fehlt nichts", "2 × Burger-Menü", "„gut durch“"]);
    desk.press("enter");
    desk.wait_for(&["Gespeichert"]);
    desk.type_text("301\r");
    desk.wait_for(&["ist aus"]);

    let start = Instant::now();
    while sandbox.world().orders.is_empty() {
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", sandbox.world().attempts);
        std::thread::sleep(Duration::from_millis(10));
    }
    arrived(&sandbox.world().orders[0].order);
    desk.press("ctrl+q");
    assert_eq!(desk.ended(PATIENCE).code, 0);
    assert!(run(home.path(), &["catalog", "search", "301"]).contains("\"soldOut\":true"), "the orders are the count");
    runtime.block_on(sandbox.shutdown());
}

/// What was typed, at the prices of the menu, with sums the sandbox has checked to the cent.
fn arrived(order: &Value) {
    let items = order["items"].as_array().unwrap();
    let rows: Vec<_> = items
        .iter()
        .map(|item| {
            let main = item["mainBasketItemId"].as_i64().unwrap();
            (main, item["externalId"].as_i64().unwrap(), item["quantity"].to_string())
        })
        .collect();
    let row = |main, id, quantity: &str| (main, id, quantity.to_owned());
    let combo = [row(1, 5401, "2"), row(1, 5501, "2"), row(1, 5802, "2"), row(1, 5701, "2")];
    let halves = [row(5, 5100, "1"), row(5, 5101, "1"), row(5, 5102, "1")];
    assert_eq!(rows, [&combo[..], &halves[..], &[row(8, 5301, "3")]].concat());
    let cents = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(items[..3].iter().map(|item| amount(&item["price"])).sum::<Decimal>(), cents("27.80"), "two of 13.90");
    assert_eq!(items[2]["tax"]["taxRateValue"].to_string(), "19", "the drink's share has its own rate");
    // 8.57 and 8.64 in the house: the middle is 8.605, and half a cent goes up.
    assert_eq!((amount(&items[4]["price"]), amount(&items[5]["price"])), (cents("8.61"), Decimal::ZERO));
    assert_eq!(items[5]["name"], "½ Pizza Toskana mit Käse");
    assert_eq!(items[7]["comment"], "gut durch");
    let sum: Decimal = items.iter().map(|item| amount(&item["price"])).sum();
    assert_eq!(amount(&order["payment"]["price"]), sum);
}
