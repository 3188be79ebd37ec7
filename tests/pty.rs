//! The real program under real keys: an order arrives as it was typed, and a pulled plug loses nothing.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "helpers of tests: a failure is a failed test, and waiting is bounded by the machine's own clock"
)]

#[allow(dead_code, reason = "shared with the pictures, which use the rest")]
mod common;

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use common::{Desk, terminal::PATIENCE};
use oktodesk::sandbox::{self, FaultPlan, Sandbox, SandboxOptions, Snapshot};
use serde_json::{Value, json};
use tempfile::TempDir;

const KEY: &str = "key-of-the-pty-tests";
const SMALL: (u16, u16) = (80, 24);

/// A shop with a sandbox, settings and a home of its own.
struct Shop {
    home: TempDir,
    sandbox: Sandbox,
    runtime: tokio::runtime::Runtime,
}

impl Shop {
    fn open(faults: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options =
            SandboxOptions { key: KEY.to_owned().into(), faults: faults.parse().unwrap(), ..SandboxOptions::default() };
        let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
        let home = TempDir::new().unwrap();
        let shop = Self { home, sandbox, runtime };
        shop.configure(&shop.sandbox.base_url());
        shop
    }

    fn configure(&self, base_url: &str) {
        let settings = format!(
            "[desk]\npoll_interval_seconds = 1\n[oktopos]\nbase_url = \"{base_url}\"\n\
             [shop]\ntables = [{{ from = 1, to = 40, seats = 6 }}]\nstaff = [{{ token = \"07\", label = \"Kraft 7\" }}]\n"
        );
        std::fs::write(self.home.path().join("settings.toml"), settings).unwrap();
    }

    /// The desk, ready for keys: its articles are there.
    fn desk(&self, size: (u16, u16), lang: &str) -> Desk {
        let (settings, data) = (self.home.path().join("settings.toml"), self.home.path().join("data"));
        let arguments = ["--config", settings.to_str().unwrap(), "--data-dir", data.to_str().unwrap(), "--lang", lang];
        Desk::start(&arguments, &[("OKTODESK_API_KEY", KEY)], self.home.path(), size)
    }

    fn ready_desk(&self) -> Desk {
        let desk = self.desk(SMALL, "de");
        desk.wait_for(&["160 Artikel"]);
        desk
    }

    /// Waits until the sandbox has so many orders.
    fn arrived(&self, count: usize) -> Snapshot {
        let start = Instant::now();
        loop {
            let world = self.sandbox.world();
            if world.orders.len() >= count {
                return world;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "only {} of {count} arrived", world.orders.len());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn close(self) {
        self.runtime.block_on(self.sandbox.shutdown());
    }
}

/// What was typed, as the items of the order.
fn items(order: &Value) -> Vec<(i64, i64, String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |item: &Value| {
        (
            item["basketItemId"].as_i64().unwrap(),
            item["mainBasketItemId"].as_i64().unwrap(),
            item["quantity"].to_string(),
            text(&item["name"]),
            text(&item["comment"]),
        )
    };
    order["items"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn an_order_arrives_as_it_was_typed_once_and_its_status_follows_by_two_keys() {
    let shop = Shop::open("");
    let mut desk = shop.ready_desk();
    // Typed ahead in one go: nothing waits for the screen and nothing may be lost.
    desk.type_text("2*51\r");
    desk.press("f4");
    desk.type_text("901\ra");
    // What follows Esc at once is another key to a terminal: Alt and that letter.
    desk.wait_for(&["Extras zu 2", "24,00"]);
    desk.press("esc");
    desk.wait_gone("Extras zu 2");
    desk.type_text("402 #ohne Eis\r");
    desk.press("alt+3");
    desk.type_text("12\t2");
    desk.press("alt+4");
    desk.type_text("=50\t07");
    desk.press("alt+5 right tab right tab");
    desk.type_text("BELEG-7");
    desk.press("f9");
    desk.wait_for(&["Es fehlt nichts", "27,90", "Kraft 7"]);
    desk.press("enter");
    desk.wait_for(&["Gespeichert"]);
    let world = shop.arrived(1);
    let order = &world.orders[0].order;
    assert_eq!(
        items(order),
        [
            (1, 1, "2".into(), "Pizza Hawaii".into(), String::new()),
            (2, 1, "2".into(), "extra Käse".into(), String::new()),
            (3, 3, "1".into(), "Cola 0,5 l".into(), "ohne Eis".into()),
        ]
    );
    assert_eq!(order["location"], json!({"table": 12, "seat": 2}));
    assert_eq!(order["orderType"], "LOCAL");
    assert_eq!(order["payment"]["price"], json!({"value": "27.90", "currency": "EUR"}));
    assert_eq!(order["payment"]["paymentMethod"], "CREDIT_CARD");
    assert_eq!(order["payment"]["status"], "paid");
    assert_eq!(order["payment"]["referenceId"], "BELEG-7");
    assert_eq!(order["tipTransactions"][0]["amount"].to_string(), "22.10");
    assert_eq!(order["tipTransactions"][0]["userId"], "07");
    let id = world.orders[0].internal_id;
    desk.press("f2");
    desk.wait_for(&["✓ Neu", &id.to_string()]);
    desk.type_text("s\r");
    let start = Instant::now();
    while shop.sandbox.world().orders[0].status != "in_preparation" {
        assert!(start.elapsed() < Duration::from_secs(30), "{}", desk.screen());
        std::thread::sleep(Duration::from_millis(10));
    }
    desk.press("ctrl+q");
    assert_eq!(desk.ended(PATIENCE).code, 0);
    assert_eq!(shop.sandbox.world().attempts.len(), 1, "sent once");
    shop.close();
}

#[test]
fn a_pulled_plug_in_the_middle_of_a_draft_resumes_at_the_same_place() {
    let shop = Shop::open("");
    let mut desk = shop.ready_desk();
    desk.type_text("51\r");
    desk.press("ctrl+o alt+3");
    desk.type_text("+4");
    desk.wait_for(&["Abholung", "+4"]);
    // What is on the screen may be a moment ahead of the disk; the draft is written while nobody types.
    wait_for_draft(shop.home.path(), "+4");
    desk.kill();
    let mut desk = shop.desk(SMALL, "de");
    desk.wait_for(&["Weiter, wo aufgehört wurde", "Wohin und wann", "+4"]);
    desk.type_text("5");
    desk.press("alt+1");
    desk.type_text("2*ti");
    desk.wait_for(&["2 × Tiramisu"]);
    wait_for_draft(shop.home.path(), "2*ti");
    desk.kill();
    let mut desk = shop.desk(SMALL, "de");
    desk.wait_for(&["Weiter, wo aufgehört wurde", "2*ti", "2 × Tiramisu"]);
    desk.press("enter f9");
    desk.wait_for(&["Es fehlt nichts", "Abholung"]);
    desk.press("enter");
    let world = shop.arrived(1);
    let names: Vec<String> =
        items(&world.orders[0].order).into_iter().map(|item| format!("{} {}", item.2, item.3)).collect();
    assert_eq!(names, ["1 Pizza Hawaii", "2 Tiramisu"]);
    assert_eq!(world.attempts.len(), 1);
    desk.wait_for(&["Gespeichert"]);
    desk.kill();
    shop.close();
}

/// Waits until the journal's files hold a draft with this text.
fn wait_for_draft(home: &Path, text: &str) {
    let start = Instant::now();
    let has = || {
        ["journal.sqlite3", "journal.sqlite3-wal"].iter().any(|name| {
            let bytes = std::fs::read(home.join("data").join(name)).unwrap_or_default();
            bytes.windows(text.len() + 2).any(|window| window == format!("\"{text}\"").as_bytes())
        })
    };
    while !has() {
        assert!(start.elapsed() < Duration::from_secs(30), "{text} was never written");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_order_taken_while_oktopos_is_away_is_saved_shown_and_arrives_once() {
    let shop = Shop::open("");
    let mut desk = shop.ready_desk();
    shop.sandbox.set_faults("create:drop-before,ready:drop-before".parse::<FaultPlan>().unwrap());
    desk.type_text("51\r");
    desk.press("alt+3");
    desk.type_text("7");
    desk.press("f9 enter");
    // That it is saved may have been said and gone before anybody looks.
    desk.wait_for(&["unklar, ob angekommen"]);
    desk.press("f2");
    desk.wait_for(&["Tisch 7", "unklar"]);
    // A request that was cut off may have been handled: it is not sent again, until a person says so.
    let attempts = shop.sandbox.world().attempts.len();
    assert_eq!((attempts, shop.sandbox.world().orders.len()), (1, 0));
    shop.sandbox.set_faults(FaultPlan::default());
    desk.press("f7");
    desk.type_text("w");
    desk.wait_for(&["Noch einmal senden?"]);
    desk.type_text("j");
    let world = shop.arrived(1);
    assert_eq!((world.attempts.len(), world.orders.len()), (2, 1));
    assert_eq!(world.attempts[0].body, world.attempts[1].body, "byte for byte what was sent first");
    desk.wait_for(&["✓ Neu"]);
    desk.kill();
    shop.close();
}

#[test]
fn a_lost_answer_is_found_in_the_ready_list_and_nothing_is_sent_twice() {
    let shop = Shop::open("create:drop-after@1");
    let mut desk = shop.ready_desk();
    desk.type_text("51\r");
    desk.press("alt+3");
    desk.type_text("8");
    desk.press("f9 enter");
    // That it is saved, and unclear for a moment, may have been said and gone before anybody looks.
    desk.wait_for(&["Liste 1"]);
    desk.press("f2");
    desk.wait_for(&["Tisch 8", "✓ Neu"]);
    let world = shop.sandbox.world();
    assert_eq!((world.attempts.len(), world.orders.len()), (1, 1));
    desk.kill();
    shop.close();
}

#[test]
fn the_terminal_is_given_back_and_the_key_is_nowhere() {
    for end in ["TERM", "HUP", "INT"] {
        let shop = Shop::open("");
        let mut desk = shop.ready_desk();
        desk.type_text("51\r");
        desk.wait_for(&["1 × Pizza Hawaii"]);
        desk.signal(end);
        let output = String::from_utf8_lossy(&desk.output()).into_owned();
        assert!(!output.contains(KEY));
        // Longer than this, and it fails with the screen.
        let ended = desk.ended(Duration::from_secs(2)).output;
        let tail = String::from_utf8_lossy(&ended[ended.len().saturating_sub(200)..]).into_owned();
        assert!(tail.contains("\x1b[?1049l") && tail.contains("\x1b[?25h"), "{end}: {tail:?}");
        assert!(tail.contains("\x1b[?2004l") && tail.contains("\x1b[?1000l"), "{end}: {tail:?}");
        for entry in walk(&shop.home.path().join("data")) {
            let bytes = std::fs::read(&entry).unwrap();
            assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "the key is in {entry:?}");
        }
        let desk = shop.desk(SMALL, "de");
        desk.wait_for(&["Weiter, wo aufgehört wurde", "1 Position"]);
        desk.kill();
        shop.close();
    }
}

fn walk(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn any_size_is_survived_and_a_small_one_says_so() {
    let shop = Shop::open("");
    let desk = shop.desk((120, 40), "en");
    desk.wait_for(&["160 items"]);
    for (columns, rows) in [(1, 1), (500, 200), (3, 100), (100, 3)] {
        desk.resize(columns, rows);
    }
    desk.resize(60, 20);
    desk.wait_for(&["too small", "80x24"]);
    desk.resize(80, 24);
    desk.wait_for(&["160 items", "1 Items"]);
    desk.kill();
    shop.close();
}

#[test]
fn the_demo_says_so_and_needs_no_settings() {
    let home = TempDir::new().unwrap();
    std::fs::create_dir_all(home.path().join(".config/oktodesk")).unwrap();
    std::fs::write(home.path().join(".config/oktodesk/config.toml"), "this is = no settings = file").unwrap();
    let mut desk = Desk::start(&["demo", "--lang", "en"], &[], home.path(), SMALL);
    desk.wait_for(&["DEMO", "160 items"]);
    desk.type_text("51\r");
    desk.wait_for(&["1 × Pizza Hawaii"]);
    desk.press("alt+3");
    desk.type_text("12");
    desk.press("f9 enter");
    desk.wait_for(&["Saved"]);
    desk.press("f2");
    desk.wait_for(&["DEMO", "✓ "]);
    desk.press("ctrl+q");
    assert_eq!(desk.ended(PATIENCE).code, 0);
}

/// What `oktodesk call` says and its exit code.
fn call(home: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oktodesk"));
    let ran = command.args(args).env_clear().env("HOME", home).stdin(Stdio::null()).output().unwrap();
    assert!(ran.stdout.is_empty());
    (ran.status.code().unwrap(), String::from_utf8(ran.stderr).unwrap())
}

/// Calls until a desk hears it: it may still be starting.
fn reach(home: &Path, args: &[&str]) {
    let start = Instant::now();
    while call(home, args).0 != 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "nobody hears {args:?}");
    }
}

#[test]
fn a_number_from_outside_is_shown_by_the_desk_of_its_directory_and_taken_by_one_key() {
    let shop = Shop::open("");
    let home = shop.home.path();
    let dir = home.join("data");
    let arguments = |number| ["--data-dir", dir.to_str().unwrap(), "--lang", "en", "call", number];
    let (code, said) = call(home, &arguments("040 123456"));
    assert!(code == 1 && said.contains("No desk runs here") && said.contains("--data-dir"), "{code} {said}");
    assert!(!dir.exists(), "asking makes nothing");

    let mut desk = shop.ready_desk();
    desk.type_text("51\r");
    desk.press("alt+3");
    desk.type_text("1");
    reach(home, &arguments("040 123456"));
    assert_eq!(call(home, &arguments("040 123456")), (0, String::new()));
    desk.wait_for(&["☎ 040 123456 ruft an: F11", "Tisch 1"]);
    let (code, said) = call(home, &arguments("who is it"));
    assert!(code == 2 && said.contains("no phone number") && !said.contains("who"), "{code} {said}");
    desk.type_text("2");
    desk.wait_for(&["Tisch 12"]);
    desk.press("f11");
    desk.wait_for(&["2 Gast", "Telefon", "040 123456", "1 Bestellung offen"]);
    desk.press("f3");
    desk.press("f3");
    desk.wait_for(&["Tisch 12", "10,50"]);
    // A desk that was killed leaves its socket behind; the next one takes its place.
    desk.kill();
    let (code, _) = call(home, &arguments("0401"));
    assert_eq!(code, 1);
    let mut desk = shop.desk(SMALL, "de");
    desk.wait_for(&["Weiter, wo aufgehört wurde"]);
    reach(home, &arguments("040 999"));
    desk.wait_for(&["☎ 040 999 ruft an"]);
    desk.press("ctrl+q");
    assert_eq!(desk.ended(PATIENCE).code, 0);
    for entry in walk(&dir.join("log")) {
        let log = std::fs::read_to_string(&entry).unwrap();
        assert!(!log.contains("123456") && !log.contains("040 999"), "{log}");
    }
    shop.close();
}

#[test]
fn the_demo_hears_calls_too_and_only_its_own() {
    let home = TempDir::new().unwrap();
    let desk = Desk::start(&["demo", "--lang", "en"], &[], home.path(), SMALL);
    desk.wait_for(&["DEMO", "160 items"]);
    reach(home.path(), &["call", "--demo", "040 123456"]);
    assert_eq!(call(home.path(), &["call", "0401"]).0, 1, "the real desk does not run");
    desk.wait_for(&["☎ 040 123456 is calling: F11"]);
    desk.kill();
}

#[test]
fn a_scanner_adds_its_article_wherever_the_cursor_is_and_hands_do_not() {
    let shop = Shop::open("");
    let mut desk = shop.ready_desk();
    // What a hand leaves between its last key and a scan; the program tells the two apart by it.
    let breath = || std::thread::sleep(Duration::from_millis(150));
    desk.press("alt+2");
    desk.type_text("040 12");
    desk.wait_for(&["2 Gast", "040 12"]);
    breath();
    desk.type_text("2000000004020\r");
    desk.wait_for(&["Gescannt: 1 × Cola 0,5 l · 3,90 €", "040 12", "1 Position"]);
    breath();
    desk.type_text("4006381333931\r");
    desk.wait_for(&["Unbekannter Strichcode: 4006381333931", "040 12"]);
    breath();
    desk.type_text("3456");
    desk.wait_for(&["040 123456"]);
    desk.press("enter");
    for digit in "2000000004020".chars() {
        breath();
        desk.type_text(&digit.to_string());
    }
    desk.press("enter");
    desk.wait_for(&["2000000004020", "1 Position"]);
    desk.kill();
    shop.close();
}
