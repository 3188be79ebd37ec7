//! The real binary in a terminal while things go wrong: OktoPOS down, answers lost, keys refused, the terminal gone, the
//! program told to end. What arrives is what was typed, once, and what is not settled waits for a person.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "mishaps/hands.rs"]
mod hands;
#[path = "mishaps/house.rs"]
mod house;
#[allow(dead_code, reason = "shared with the crash matrix, which uses the rest")]
#[path = "common/terminal.rs"]
mod terminal;
#[path = "mishaps/two_desks.rs"]
mod two_desks;
#[path = "mishaps/typing.rs"]
mod typing;

use std::{fs, os::unix::fs::PermissionsExt};

use house::{END, House, KEY};
use oktodesk::{
    domain::draft::{field::Field, flow::Step},
    sandbox::{ReceivedOrder, SandboxOptions},
};
use serde_json::{Value, json};
use terminal::{Launch, Terminal};

/// A pizza at table 12, read back and sent.
const PIZZA: &str = "51<enter><alt+3>12<f9>";

/// Takes the smallest order. Returns when the desk says that it is on disk.
#[track_caller]
fn order_pizza(desk: &mut Terminal) {
    desk.type_keys(PIZZA);
    desk.wait_text("Es fehlt nichts");
    let before = listed(&desk.screen().contents());
    desk.type_keys("<enter>");
    // What became of it may be said so soon that nobody sees the word; the list counts it from then on.
    desk.wait_for("saved", |screen| screen.contains("Gespeichert:") || listed(screen) > before);
}

/// How many open orders the head counts.
fn listed(screen: &str) -> u32 {
    let after = screen.split_once("Liste").map_or("", |(_, after)| after.trim_start());
    after.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// The live list's row that shows this text.
fn row<'a>(screen: &'a str, text: &str) -> Option<&'a str> {
    screen.lines().find(|line| line.contains(text))
}

/// Waits until the live list shows one order like this.
#[track_caller]
fn wait_row(desk: &Terminal, parts: &[&str]) -> String {
    let screen = desk.wait_for(&format!("a row with {parts:?}"), |screen| {
        row(screen, parts[0]).is_some_and(|line| parts.iter().all(|part| line.contains(part)))
    });
    row(&screen, parts[0]).unwrap_or_default().to_owned()
}

/// An order without what is different each time.
fn lasting(received: &ReceivedOrder) -> Value {
    let mut order = received.order.clone();
    let fields = order.as_object_mut().unwrap();
    let id = fields.remove("orderId").unwrap();
    assert_eq!(uuid::Uuid::parse_str(id.as_str().unwrap()).unwrap().get_version_num(), 7);
    fields.remove("purchaseTime").unwrap();
    for tip in fields.get_mut("tipTransactions").and_then(Value::as_array_mut).into_iter().flatten() {
        assert_eq!(tip.as_object_mut().unwrap().remove("created").unwrap()["timezone"], "Europe/Berlin");
    }
    order
}

fn money(value: &str) -> Value {
    json!({ "value": value, "currency": "EUR" })
}

fn line(at: i64, main: i64, number: i64, name: &str, quantity: i64, [unit, total, vat]: [&str; 3]) -> Value {
    let (rate_id, rate) = if number / 100 == 4 { (1, 19) } else { (2, 7) };
    json!({
        "basketItemId": at, "mainBasketItemId": main, "productId": number.to_string(), "externalId": 1000 + number,
        "name": name, "distributionChannel": { "dcId": 1, "name": "INHOUSE" }, "quantity": quantity,
        "price": money(total), "pricePerUnit": money(unit),
        "tax": { "taxRateId": rate_id, "taxRateValue": rate, "taxValue": money(vat) },
    })
}

/// Compares numbers by their value, so that 7 is 7.00.
fn plain(mut value: Value) -> Value {
    match &mut value {
        Value::Number(number) => {
            let exact: rust_decimal::Decimal = number.to_string().parse().unwrap();
            value = json!({ "number": exact.normalize().to_string() });
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = plain(item.take())),
        Value::Object(fields) => fields.values_mut().for_each(|field| *field = plain(field.take())),
        _ => {}
    }
    value
}

#[test]
fn an_order_arrives_exactly_as_it_was_typed_and_once() {
    let house = House::new();
    let mut desk = house.desk();
    // Two pizzas with extra cheese and a comment by number, a burger by name, two colas by barcode.
    desk.type_keys("2*51<enter><f4>901<enter>a");
    desk.wait_text("extra Käse");
    desk.type_keys("<esc>");
    desk.wait_gone("Extras zu");
    desk.type_keys("#gut durch<enter>cheeseb<enter><f5>ohne Zwiebeln<enter>2000000004020<enter>+");
    desk.wait_text("2 × Cola");
    desk.type_keys("<alt+2>040 123456<enter>Muster<enter>Gast");
    desk.type_keys("<alt+3>12<tab>2");
    desk.type_keys("<alt+4>10%<enter>u7<enter>2<enter><enter>für alle");
    desk.type_keys("<alt+5>2<enter>2<enter>BELEG-77<enter>24.12.2025 18:30");
    desk.type_keys("<f9>");
    let review = desk.wait_text("Es fehlt nichts");
    for part in ["2 Pizza, 1 Burger, 2 Getränke", "gut durch", "ohne Zwiebeln", "42,70 €", "46,97 €", "Kreditkarte"]
    {
        assert!(review.contains(part), "{part} is read back:\n{review}");
    }
    assert_eq!(house.world().attempts.len(), 0, "nothing is sent before it was read back");
    desk.type_keys("<enter><f2>");
    wait_row(&desk, &["10001", "Tisch 12", "✓ Neu"]);

    let world = house.world();
    assert_eq!((world.orders.len(), world.attempts.len()), (1, 1));
    let mut pizza = line(1, 1, 51, "Pizza Hawaii", 2, ["10.50", "21.00", "1.37"]);
    pizza["comment"] = "gut durch".into();
    let cheese = line(2, 1, 901, "extra Käse", 2, ["1.50", "3.00", "0.20"]);
    let mut burger = line(3, 3, 132, "Cheeseburger", 1, ["10.90", "10.90", "0.71"]);
    burger["comment"] = "ohne Zwiebeln".into();
    let cola = line(4, 4, 402, "Cola 0,5 l", 2, ["3.90", "7.80", "1.25"]);
    let typed = json!({
        "orderType": "LOCAL",
        "status": "ready",
        "items": [pizza, cheese, burger, cola],
        "customer": { "givenName": "Gast", "familyName": "Muster", "phone": "040 123456" },
        "location": { "table": 12, "seat": 2 },
        // The first round of a table opens its session.
        "sessionToken": world.orders[0].order["orderId"],
        "payment": {
            "paymentMethod": "CREDIT_CARD", "price": money("42.70"), "status": "paid", "referenceId": "BELEG-77",
            "paymentReceived": "2025-12-24T17:30:00Z",
        },
        "tipTransactions": [
            { "amount": 4.27, "userId": "u7", "paidWith": "CREDIT_CARD", "type": "PAID", "notice": "für alle" },
        ],
    });
    assert_eq!(plain(lasting(&world.orders[0])), plain(typed));
    house.quit(desk);
}

#[test]
fn a_whole_order_typed_ahead_in_one_breath_loses_no_key() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys(&format!("{PIZZA}<enter>40<enter>#rund<enter><alt+3>7<f9><enter><f2>"));
    wait_row(&desk, &["10002", "Tisch 7", "✓"]);
    let world = house.world();
    let tables: Vec<_> = world.orders.iter().map(|received| &received.order["location"]["table"]).collect();
    assert_eq!(tables, [12, 7]);
    assert_eq!(world.orders[1].order["items"][0]["comment"], "rund");
    house.quit(desk);
}

#[test]
fn an_order_taken_while_oktopos_is_down_waits_and_arrives_once() {
    let mut house = House::new();
    let mut desk = house.desk();
    house.sandbox_down();
    order_pizza(&mut desk);
    desk.type_keys("<f2>");
    wait_row(&desk, &["Tisch 12", "1 Pizza", "wartet"]);
    desk.wait_text("getrennt");
    // Ended while it waits: what was saved is still there. Killed in the middle of an attempt it would be unclear.
    house.quit(desk);
    let mut desk = house.resumed();
    desk.type_keys("<f2>");
    wait_row(&desk, &["Tisch 12", "1 Pizza", "wartet"]);
    house.sandbox_up();
    wait_row(&desk, &["10001", "Tisch 12", "✓"]);
    desk.wait_text("verbunden");
    let world = house.world();
    assert_eq!((world.orders.len(), world.attempts.len()), (1, 1));
    house.quit(desk);
}

#[test]
fn a_lost_answer_is_unclear_until_the_ready_list_has_the_order() {
    let house = House::with(SandboxOptions { ready_internal_id: true, ..SandboxOptions::default() });
    let mut desk = house.desk();
    house.faults("create:drop-after@1,ready:500");
    order_pizza(&mut desk);
    desk.type_keys("<f2>");
    wait_row(&desk, &["Tisch 12", "unklar"]);
    desk.wait_text("1 Bestellung unklar: kam sie an?");
    house.faults("");
    wait_row(&desk, &["10001", "Tisch 12", "✓"]);
    desk.wait_gone("unklar");
    assert_eq!(house.world().attempts.len(), 1, "nobody asked to send it again");
    house.quit(desk);
}

#[test]
fn what_stays_unclear_is_decided_by_a_person() {
    let house = House::new();
    let mut desk = house.desk();
    house.faults("create:drop-after@1,ready:500");
    order_pizza(&mut desk);
    desk.type_keys("<f7>");
    wait_row(&desk, &["Tisch 12", "unklar"]);
    desk.type_keys("w");
    desk.wait_text("womöglich doppelt");
    desk.type_keys("n");
    desk.wait_gone("womöglich doppelt");
    wait_row(&desk, &["Tisch 12", "unklar"]);
    assert_eq!(house.world().attempts.len(), 1, "no is no");
    desk.type_keys("wj");
    wait_row(&desk, &["10002", "Tisch 12", "✓"]);
    let world = house.world();
    let ids: Vec<_> = world.attempts.iter().map(|attempt| &attempt.body).collect();
    assert_eq!(ids.len(), 2, "sent again once");
    assert_eq!(ids[0], ids[1], "byte for byte the same");
    house.quit(desk);
}

#[test]
fn a_status_is_changed_with_two_keys() {
    let house = House::new();
    let mut desk = house.desk();
    order_pizza(&mut desk);
    desk.type_keys("<f2>");
    wait_row(&desk, &["10001", "✓"]);
    desk.type_keys("si");
    let world = house.wait_world("a status", |world| !world.orders[0].status_changes.is_empty());
    assert_eq!((&*world.orders[0].status, world.orders[0].status_changes.len()), ("in_preparation", 1));
    wait_row(&desk, &["10001", "✓ In Arbeit"]);
    desk.type_keys("s<tab>Ofen defekt<enter>");
    let world = house.wait_world("another", |world| world.orders[0].status_changes.len() == 2);
    let change = &world.orders[0].status_changes[1];
    assert_eq!(change.status, "prepared");
    assert!(format!("{:?}", change.payload).contains("Ofen defekt"), "{change:?}");
    house.quit(desk);
}

#[test]
fn a_refused_order_says_why_and_is_corrected_with_one_key() {
    let house = House::new();
    let mut desk = house.desk();
    house.faults("create:400e@1");
    order_pizza(&mut desk);
    desk.type_keys("<f7>");
    wait_row(&desk, &["Tisch 12", "abgelehnt"]);
    desk.type_keys("b");
    desk.wait_text("OktoPOS sagte");
    desk.type_keys("<alt+3><ctrl+u>14<f9>");
    desk.wait_text("Es fehlt nichts");
    desk.type_keys("<enter><f2>");
    wait_row(&desk, &["10001", "Tisch 14", "✓"]);
    let world = house.world();
    assert_eq!(world.orders.len(), 1);
    assert_eq!(world.attempts_of[world.orders[0].order_id()], 2, "the same order, corrected");
    house.quit(desk);
}

#[test]
fn told_to_end_it_ends_at_once_and_gives_the_terminal_back() {
    for how in ["TERM", "HUP", "INT", "<ctrl+q>", "<ctrl+c><ctrl+c>"] {
        let house = House::new();
        let mut desk = house.desk_in_shell();
        desk.type_keys("2*51<enter>che");
        desk.wait_text("Cheeseburger");
        if how.starts_with('<') {
            desk.type_keys(how);
        } else {
            desk.signal(how);
        }
        let ended = desk.ended(END);
        assert_eq!(ended.code, 0, "{how}");
        house.expect_restored(&ended);
        house.expect_secret(&ended.output);
        let drafts = house.drafts();
        assert_eq!((drafts.len(), &*drafts[0].search, drafts[0].lines.len()), (1, "che", 1), "{how} lost nothing");
    }
}

#[test]
fn a_signal_that_would_kill_it_gives_the_terminal_back_first() {
    for (signal, number) in
        [("QUIT", 3), ("USR1", 10), ("USR2", 12), ("ALRM", 14), ("XCPU", 24), ("VTALRM", 26), ("PROF", 27)]
    {
        let house = House::new();
        let mut desk = house.desk_in_shell();
        desk.type_keys("2*51<enter>che");
        desk.wait_text("Cheeseburger");
        desk.signal(signal);
        let ended = desk.ended(END);
        assert_eq!(ended.code, 128 + number, "SIG{signal} shows in the exit status");
        house.expect_restored(&ended);
        let drafts = house.drafts();
        assert_eq!(
            (drafts.len(), &*drafts[0].search, drafts[0].lines.len()),
            (1, "che", 1),
            "SIG{signal} lost nothing"
        );
    }
}

#[test]
fn told_to_end_in_the_middle_of_a_call_it_ends_at_once_and_nothing_is_lost() {
    let house = House::new();
    let mut desk = house.desk_in_shell();
    house.faults("create:late=1m@1,ready:500");
    order_pizza(&mut desk);
    house.wait_world("the call", |world| world.attempts.len() == 1);
    desk.signal("TERM");
    let ended = desk.ended(END);
    assert_eq!(ended.code, 0);
    house.expect_restored(&ended);

    let mut desk = house.resumed();
    desk.type_keys("<f2>");
    wait_row(&desk, &["Tisch 12", "unklar"]);
    house.faults("");
    wait_row(&desk, &["Tisch 12", "✓"]);
    assert_eq!(house.world().attempts.len(), 1, "never sent again by itself");
    house.quit(desk);
}

#[test]
fn a_desk_whose_terminal_is_gone_is_gone() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys("51<enter>che");
    desk.wait_text("Cheeseburger");
    desk.hang_up(END);
    let drafts = house.drafts();
    assert_eq!((drafts.len(), &*drafts[0].search, drafts[0].lines.len()), (1, "che", 1));
}

#[test]
fn any_size_of_window_is_borne() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys("2*51<enter>");
    desk.wait_text("2 × Pizza Hawaii");
    desk.resize((60, 20));
    desk.wait_text("zu klein");
    for size in [(1, 1), (500, 200), (2, 200), (500, 1), (1, 1), (79, 24), (80, 23)] {
        let before = desk.output().len();
        desk.resize(size);
        desk.wait_drawn(before);
    }
    // No key is taken while there is no room to show what it does.
    desk.type_keys("51<enter><f1>");
    for size in [(79, 24), (80, 23)] {
        let before = desk.output().len();
        desk.resize(size);
        desk.wait_drawn(before);
    }
    desk.resize((500, 200));
    let screen = desk.wait_text("2 × Pizza Hawaii");
    assert!(!screen.contains("1 × Pizza Hawaii") && !screen.contains("Überall"), "{screen}");
    desk.type_keys("<f1>");
    desk.wait_text("Überall");
    desk.type_keys("<esc>");
    desk.wait_gone("Überall");
    for turn in 0..200 {
        desk.resize((1 + (turn * 37) % 300, 1 + (turn * 53) % 100));
    }
    desk.resize((80, 24));
    let screen = desk.wait_text("F6 Warenkorb");
    assert!(screen.contains("21,00 €"), "{screen}");
    house.quit(desk);
}

#[test]
fn thousands_of_keys_at_once_are_all_taken() {
    let house = House::new();
    let mut desk = house.desk();
    // More than the terminal's reader takes at a time; nothing follows that could wake it up.
    let keys = "51<enter>".repeat(900);
    desk.type_keys(&keys);
    desk.wait_text("900 × Pizza Hawaii");
    house.quit(desk);
}

#[test]
fn a_paste_is_text_for_one_field_and_never_sends() {
    let house = House::new();
    let mut desk = house.desk();
    desk.type_keys(PIZZA);
    desk.wait_text("Es fehlt nichts");
    desk.type_keys("<paste>\r\r\x1b[20~\r<f9>\r</paste>");
    desk.type_keys("<alt+2><paste>04 0\r\n1\x1b[31m2</paste>");
    desk.wait_text("04 0");
    assert_eq!(house.world().attempts.len(), 0);
    let draft = house.wait_draft(|draft| draft.fields.get(&Field::Phone).is_some_and(|phone| phone.contains("04 0")));
    let phone = &draft.fields[&Field::Phone];
    assert!(!phone.chars().any(char::is_control), "{phone:?}");
    assert_eq!(draft.step, Step::Customer);
    house.quit(desk);
}

#[test]
fn the_demo_is_complete_offline_and_touches_nothing_real() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    fs::create_dir_all(path("config/oktodesk")).unwrap();
    fs::write(path("config/oktodesk/config.toml"), "no = settings = here").unwrap();
    let env = [
        ("HOME", path("home")),
        ("XDG_CONFIG_HOME", path("config")),
        ("XDG_DATA_HOME", path("data")),
        ("LANG", "C".into()),
        ("TERM", "xterm".into()),
        ("OKTODESK_API_KEY", KEY.into()),
        ("OKTODESK_NO__SUCH", "setting".into()),
        // Whoever follows these goes nowhere.
        ("http_proxy", "http://127.0.0.1:1".into()),
        ("all_proxy", "http://127.0.0.1:1".into()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value.display().to_string())).to_vec();
    let launch = Launch { args: &["demo", "--lang", "de"], env, size: (80, 24), shell: None };
    let mut desk = Terminal::start(&launch);
    desk.wait_text("160 Artikel");
    for key in ["<alt+2>", "<alt+3>", "<alt+4>", "<alt+5>", "<alt+6>", "<alt+1>"] {
        desk.type_keys(key);
        assert!(desk.wait_text("DEMO").contains("DEMO"));
    }
    desk.type_keys("51<enter><alt+3>12<f9><enter><f2>");
    wait_row(&desk, &["10001", "1 Pizza", "✓"]);
    desk.type_keys("<ctrl+q>");
    let ended = desk.ended(END);
    assert_eq!(ended.code, 0);
    assert!(path("data/oktodesk-demo/journal.sqlite3").exists());
    for untouched in ["data/oktodesk", "home"] {
        assert!(!path(untouched).exists(), "{untouched} was made");
    }
    let config = fs::read_to_string(path("config/oktodesk/config.toml")).unwrap();
    assert_eq!(config, "no = settings = here");
    assert!(!String::from_utf8_lossy(&ended.output).contains(KEY));
}

#[test]
fn both_languages_are_spoken_and_changed_by_a_key() {
    let house = House::new();
    for (lang, own, other) in [("de", "Tisch & Zeit", "Table & time"), ("en", "Table & time", "Tisch & Zeit")] {
        let launch = Launch { args: &["--lang", lang], env: house.env(), size: (100, 30), shell: None };
        let mut desk = Terminal::start(&launch);
        let screen = desk.wait_text(own);
        assert!(!screen.contains(other), "{screen}");
        desk.type_keys("<f12>");
        desk.wait_text(other);
        desk.type_keys("<ctrl+q>");
        assert_eq!(desk.ended(END).code, 0);
    }
}

#[test]
fn a_key_that_is_refused_stops_nothing_but_the_sending() {
    let house = House::new();
    house.quit(house.desk());
    let mut env = house.env();
    for (name, value) in &mut env {
        if name == "OKTODESK_API_KEY" {
            *value = "some-other-key".into();
        }
    }
    let mut desk = Terminal::start(&Launch { args: &[], env, size: (100, 30), shell: None });
    desk.wait_text("160 Artikel");
    desk.wait_text("Schlüssel abgelehnt");
    order_pizza(&mut desk);
    desk.type_keys("<f2>");
    wait_row(&desk, &["Tisch 12", "wartet"]);
    desk.type_keys("<ctrl+q>");
    let ended = desk.ended(END);
    assert_eq!(ended.code, 0);
    assert!(!String::from_utf8_lossy(&ended.output).contains("some-other-key"));
    assert_eq!(house.world().orders.len(), 0);

    let mut desk = house.desk();
    desk.type_keys("<f2>");
    wait_row(&desk, &["10001", "Tisch 12", "✓"]);
    house.quit(desk);
}

#[test]
fn a_key_file_that_is_replaced_lets_the_queue_go_without_a_new_start() {
    let house = House::new();
    let key_file = house.path("key");
    fs::write(&key_file, "some-other-key\n").unwrap();
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
    let config = house.path(".config/oktodesk/config.toml");
    let settings = fs::read_to_string(&config).unwrap();
    let with_file = format!("[oktopos]\napi_key_file = \"{}\"\n", key_file.display());
    fs::write(&config, settings.replace("[oktopos]\n", &with_file)).unwrap();
    let mut env = house.env();
    env.retain(|(name, _)| name != "OKTODESK_API_KEY");
    house.quit(house.desk());
    let mut desk = Terminal::start(&Launch { args: &[], env, size: (100, 30), shell: None });
    desk.wait_text("160 Artikel");
    desk.wait_text("Schlüssel abgelehnt");
    order_pizza(&mut desk);
    desk.type_keys("<f2>");
    wait_row(&desk, &["Tisch 12", "wartet"]);
    // One that others may read is said and not used.
    let new = house.path("new");
    fs::write(&new, KEY).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o644)).unwrap();
    fs::rename(&new, &key_file).unwrap();
    desk.wait_text("Neue Einstellungen unbrauchbar");
    assert_eq!(house.world().orders.len(), 0);
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
    wait_row(&desk, &["10001", "Tisch 12", "✓"]);
    desk.wait_text("verbunden");
    let world = house.world();
    assert_eq!(world.orders.len(), 1);
    house.quit(desk);
}
