//! `doctor` where OktoPOS lets only some of its interfaces be used, wants what newer ones do not, or nothing can be saved.

use oktodesk::sandbox::SandboxOptions;
use serde_json::{Value, json};

use crate::{Machine, Ran, order};

fn finding<'a>(ran: &'a Ran, check: &str) -> &'a Value {
    let found: Vec<&Value> = ran.lines.iter().filter(|line| line["check"] == check).collect();
    assert_eq!(found.len(), 1, "{check}: {}", ran.stderr);
    found[0]
}

fn remedy(ran: &Ran, check: &str) -> String {
    finding(ran, check)["remedy"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_403_names_the_interface_that_has_to_be_enabled() {
    let machine = Machine::new();
    machine.run(&["catalog", "sync"]).expect(0);
    for (fault, check, api) in [
        ("create:403e", "create", "Order API"),
        ("ready:403", "ready", "Order API"),
        ("articles:403e", "articles", "Article API"),
        ("articles:403", "channels", "Article API"),
        ("customers:403e", "customers", "Customer API"),
    ] {
        machine.faults(fault);
        let ran = machine.run(&["doctor"]).expect(5);
        let remedy = remedy_of_path(&ran, check);
        assert!(
            remedy.contains(api) && remedy.contains("support") && remedy.contains("accepted elsewhere"),
            "{fault}: {remedy}"
        );
    }
    // Refused everywhere it may be the key as well; with 401 it is the key.
    machine.faults("all:403e");
    let said = remedy(&machine.run(&["doctor"]).expect(5), "ready");
    assert!(said.contains("OKTODESK_API_KEY") && said.contains("Order API"), "{said}");
    machine.faults("all:401e");
    let said = remedy(&machine.run(&["doctor"]).expect(5), "ready");
    assert!(said.contains("OKTODESK_API_KEY") && !said.contains("Order API"), "{said}");
}

/// `channels` is what the settings name as well as a path.
fn remedy_of_path(ran: &Ran, check: &str) -> String {
    let of_path = |line: &&Value| line["check"] == check && line["detail"].as_str().unwrap().contains("http");
    let found = ran.lines.iter().find(of_path).unwrap_or_else(|| panic!("no {check}: {}", ran.stderr));
    found["remedy"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn an_older_instance_that_wants_a_pickup_is_recognised() {
    let machine = Machine::with(SandboxOptions { pickup_required: true, ..SandboxOptions::default() });
    machine.run(&["catalog", "sync"]).expect(0);
    let ran = machine.run(&["doctor"]).expect(0);
    assert!(ran.lines.iter().all(|line| line["check"] != "pickup"), "nothing tells it yet: {}", ran.stderr);
    let (mut without, mut with_pickup) = (order("without"), order("with"));
    without.as_object_mut().unwrap().remove("pickup");
    with_pickup["pickup"] = json!({ "timezone": "Europe/Berlin", "asapDelivery": true, "pickupToken": "A1" });
    let file = machine.file("orders.json", &json!([without, with_pickup]).to_string());
    let ran = machine.run(&["send", &file]).expect(4);
    assert_eq!(ran.deliveries(), ["rejected", "accepted"]);
    assert!(ran.stderr.contains("wants a pickup") && ran.stderr.contains("pickupToken"), "{}", ran.stderr);
    let ran = machine.run(&["doctor"]).expect(0);
    let found = finding(&ran, "pickup");
    assert_eq!(found["result"], "warn");
    assert!(found["detail"].as_str().unwrap().contains("older Order API"), "{found}");
    assert!(remedy(&ran, "pickup").contains("pickup code"), "{found}");
    // Without an order that was refused the probe finds it out.
    let probed = machine.run(&["doctor", "--probe", "--yes"]);
    assert!(remedy(&probed, "probe").contains("pickup code"), "{}", probed.stderr);
}

#[test]
fn what_becomes_of_an_order_that_oktopos_is_too_busy_for_is_said() {
    let machine = Machine::new();
    for (set, said) in [("false", "a person decides"), ("true", "sent again by itself")] {
        let ran = machine.run_with(&["doctor"], "OKTODESK_OKTOPOS__RETRY_503", set);
        let detail = finding(&ran, "busy")["detail"].as_str().unwrap();
        assert!(detail.contains(said) && detail.contains("retry_503"), "{detail}");
    }
}

#[test]
fn the_journal_is_opened_once_and_closed() {
    let machine = Machine::new();
    machine.run(&["catalog", "sync"]).expect(0);
    let starts = || {
        let log = std::fs::read_to_string(machine.path(".local/share/oktodesk/log/oktodesk.log")).unwrap();
        log.lines().filter(|line| line.contains("\"start\"")).count()
    };
    let before = starts();
    assert!(before > 0, "each command that opens it says so");
    machine.run(&["doctor"]).expect(0);
    assert_eq!(starts(), before + 1);
}
