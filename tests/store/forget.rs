//! Guests who are forgotten are in no byte of any file; the control is that they were there before.

use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use serde_json::{Value, json};

use crate::machine::{Machine, Ran, order};

/// By these a guest could be found.
const TRACES: [&str; 7] = [
    "Zwetschgenwasser",
    "Quittengelée",
    "0151 / 234567-89",
    "muster@zwetschge.example",
    "Pflaumenallee",
    "Hinterhof links, bei Mus",
    "ohne Kerne für Frau Mus",
];

/// The phone number of `TRACES`, otherwise spelled.
const NUMBER: &str = "+49 151 23456789";

fn guest(id: &str) -> Value {
    let mut order = order(id);
    order["orderType"] = json!("DELIVERY");
    order["customer"] = json!({
        "givenName": TRACES[1], "familyName": TRACES[0], "phone": TRACES[2], "email": TRACES[3],
        "address": {
            "street": TRACES[4], "houseNumber": "5", "zip": "20095", "city": "Hamburg", "additionalAddress": TRACES[5]
        }
    });
    order["items"][0]["comment"] = json!(TRACES[6]);
    order
}

fn other(number: usize) -> Value {
    let mut order = order(&format!("other-{number}"));
    order["customer"] = json!({ "familyName": "Muster", "phone": format!("040 55{number:04}") });
    order
}

/// A machine on which the guest ordered among others, again and again; all of it is over.
fn with_orders() -> Machine {
    let machine = Machine::new();
    let mut orders: Vec<Value> = (0..60).map(other).collect();
    for at in [55, 40, 20, 3] {
        orders.insert(at, guest(&format!("guest-{at}")));
    }
    machine.send(&Value::Array(orders));
    for at in [55, 40, 20, 3] {
        machine.run(&["status", &format!("guest-{at}"), "completed", "--reason", TRACES[0]]).expect(0);
    }
    for trace in TRACES {
        assert!(!machine.files_with(trace).is_empty(), "{trace} is there before, so that the search is not blind");
    }
    machine
}

#[track_caller]
fn expect_gone(machine: &Machine) {
    for trace in TRACES {
        assert_eq!(machine.files_with(trace), Vec::<std::path::PathBuf>::new(), "{trace} is left");
    }
    assert!(!machine.files_with("040 550007").is_empty(), "others are not forgotten");
}

#[test]
fn a_forgotten_guest_is_in_no_byte_of_any_file() {
    let machine = with_orders();
    let ran = machine.run(&["customer", "forget", NUMBER]).expect(0);
    let mut forgotten: Vec<_> = ran.lines[0]["forgotten"].as_array().unwrap().clone();
    forgotten.sort_by_key(|id| id.as_str().unwrap().to_owned());
    assert_eq!(forgotten, ["guest-20", "guest-3", "guest-40", "guest-55"].map(|id| json!(id)));
    assert_eq!(ran.lines[0]["scrubbed"], json!(true));
    for trace in TRACES {
        assert!(!ran.stdout.contains(trace) && !ran.stderr.contains(trace), "{trace} was printed");
    }
    expect_gone(&machine);
    // What was sold is still known, and asking again is no error.
    let listed = machine.run(&["orders", "--with-customer"]).expect(0).lines;
    let line = listed.iter().find(|line| line["orderId"] == "guest-20").unwrap();
    assert_eq!((&line["total"], line.get("customer")), (&json!("10.50"), None));
    let again = machine.run(&["customer", "forget", "0151 23456789"]).expect(0);
    assert_eq!(again.lines[0]["forgotten"], json!([]));
    machine.run(&["doctor"]).expect(0);
}

#[test]
fn also_while_another_program_has_the_journal_open() {
    let machine = with_orders();
    let mut watching = machine.command(&["orders", "--watch"]).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("orderId"));
    // The number is read from standard input, where no process list shows it.
    let mut child = machine.command(&["customer", "forget", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{NUMBER}\n").as_bytes()).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(ran.lines[0]["forgotten"].as_array().unwrap().len(), 4);
    expect_gone(&machine);
    // The other program is told.
    let told = lines.map_while(Result::ok).find(|line| line.contains("guest-20") && !line.contains("customer"));
    assert!(told.is_some());
    watching.kill().unwrap();
    watching.wait().unwrap();
}

#[test]
fn open_orders_keep_their_guest_and_are_named() {
    let machine = Machine::new();
    machine.send(&guest("ready"));
    let file = machine.file("o.json", &guest("waiting").to_string());
    machine.run(&["send", "--no-wait", &file]).expect(0);
    std::fs::remove_file(file).unwrap();
    let ran = machine.run(&["customer", "forget", NUMBER]).expect(7);
    assert_eq!(ran.lines[0]["forgotten"], json!([]));
    let why: Vec<_> = ran.lines[0]["open"].as_array().unwrap().iter().map(|open| open["why"].clone()).collect();
    assert_eq!(why, ["status-not-final", "not-sent"].map(|word| json!(word)));
    assert!(ran.stderr.contains("--all"), "{}", ran.stderr);
    let ran = machine.run(&["customer", "forget", "--all", NUMBER]).expect(7);
    assert_eq!(ran.lines[0]["forgotten"], json!(["ready"]));
    // What waits is sent as it was written.
    machine.run(&["outbox", "--drain"]).expect(0);
    assert_eq!(machine.world().orders[1].order["customer"], guest("waiting")["customer"]);
    machine.run(&["customer", "forget", "--all", NUMBER]).expect(0);
    for trace in TRACES {
        assert_eq!(machine.files_with(trace), Vec::<std::path::PathBuf>::new(), "{trace} is left");
    }
    machine.run(&["customer", "forget", "nobody"]).expect(2);
}

#[test]
fn guests_go_by_themselves_when_their_days_are_over() {
    let mut machine = with_orders();
    machine.settings.push(("OKTODESK_PRIVACY__KEEP_CUSTOMER_DAYS", "0".into()));
    // A program that sends for a while.
    machine.faults("create:latency=700ms");
    machine.send(&other(99));
    let listed = machine.run(&["orders", "--with-customer"]).expect(0).lines;
    let left = listed.iter().filter(|line| line["customer"]["familyName"] == TRACES[0]).count();
    assert_eq!(left, 0);
    expect_gone(&machine);
}

#[test]
fn a_crash_while_forgetting_is_made_good_by_the_next_time() {
    for point in ["purge.before_commit", "purge.after_commit"] {
        let machine = with_orders();
        let mut killed = machine.command(&["customer", "forget", NUMBER]);
        let ran = killed.env("CHAOS_KILL", point).output().unwrap();
        assert_eq!(ran.status.code(), None, "{point}: it was killed");
        assert_eq!(machine.run(&["orders"]).expect(0).lines.len(), 64, "{point}");
        let again = machine.run(&["customer", "forget", NUMBER]).expect(0);
        let left = if point == "purge.before_commit" { 4 } else { 0 };
        assert_eq!(again.lines[0]["forgotten"].as_array().unwrap().len(), left, "{point}");
        expect_gone(&machine);
        machine.run(&["doctor"]).expect(0);
    }
}
