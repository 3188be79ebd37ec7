//! Orders that are not settled, by the command line: each is told until it is, with the command that settles it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use oktodesk::sandbox::Route;
use serde_json::{Value, json};

use crate::{Machine, interrupt, order};

/// An order for a time that has passed.
fn late(id: &str) -> Value {
    let mut order = order(id);
    order["pickup"] = json!({ "timestamp": "2026-01-18T18:00:00", "timezone": "Europe/Berlin", "asapDelivery": false });
    order
}

#[test]
fn the_outbox_tells_of_unclear_orders_until_a_person_has_decided() {
    let machine = Machine::new();
    let file = machine.file("orders.json", &json!([order("a"), order("b")]).to_string());
    machine.faults("create:500@1");
    machine.run(&["send", &file]).expect(6);
    for _ in 0..2 {
        assert_eq!(machine.run(&["outbox", "--drain"]).expect(6).deliveries(), ["unknown"]);
    }
    let listed = machine.run(&["outbox"]).expect(0);
    assert_eq!((listed.deliveries(), &listed.lines[0]["orderId"]), (vec!["unknown"], &json!("a")));
    let sender = listed.lines[0]["sender"].as_str().unwrap();
    assert!(sender.starts_with("oktodesk send (") && listed.lines[0]["sendsSince"].is_string(), "{}", listed.stdout);
    machine.run(&["settle", "a"]).expect(0);
    assert_eq!(machine.run(&["outbox"]).expect(0).stdout, "");
    assert_eq!(machine.run(&["outbox", "--drain"]).expect(0).stdout, "");
}

#[test]
fn an_answer_that_comes_after_the_ready_list_still_names_the_order() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("slow").to_string());
    // Taken at once and answered late: the ready list shows the order meanwhile.
    machine.faults("create:late=7s");
    let ran = machine.run(&["send", &file]).expect(0);
    let id = machine.world().orders[0].internal_id;
    assert_eq!(ran.lines[0], json!({ "orderId": "slow", "delivery": "accepted", "internalId": id }));
}

#[test]
fn an_order_whose_time_has_passed_is_sent_with_a_new_one_under_the_same_id() {
    let machine = Machine::new();
    let file = machine.file("order.json", &late("o").to_string());
    let ran = machine.run(&["send", &file]).expect(7);
    assert_eq!(ran.lines[0]["reason"], json!("due time passed"));
    assert!(ran.stderr.contains("same orderId") && !ran.stderr.contains("--drain"), "{}", ran.stderr);
    assert!(machine.run(&["outbox", "--drain"]).expect(7).stderr.contains("same orderId"));
    assert_eq!(machine.run(&["send", &file]).expect(7).deliveries(), ["queued"], "the same again changes nothing");
    assert!(machine.run(&["resend", "o"]).expect(2).stderr.contains("same orderId"));
    let file = machine.file("order.json", &order("o").to_string());
    assert_eq!(machine.run(&["send", &file]).expect(0).deliveries(), ["accepted"]);
    assert_eq!(machine.world().orders.len(), 1);
}

#[test]
fn a_late_order_is_taken_back_only_for_the_one_that_comes_in_its_place() {
    let machine = Machine::new();
    let file = machine.file("late.json", &json!([late("a"), late("b")]).to_string());
    machine.run(&["send", "--no-wait", &file]).expect(0);
    machine.faults("create:latency=400ms");
    let file = machine.file("new.json", &json!([order("a"), order("b")]).to_string());
    assert_eq!(machine.run(&["send", &file]).expect(0).deliveries(), ["accepted", "accepted"]);
    assert_eq!(machine.world().orders.len(), 2);
}

#[test]
fn of_several_ends_each_is_told() {
    let machine = Machine::new();
    let orders: Vec<Value> = ["a", "b", "c"].into_iter().map(order).collect();
    let file = machine.file("orders.json", &json!(orders).to_string());
    machine.faults("create:400e@1,create:403@2");
    let ran = machine.run(&["send", &file]).expect(4);
    assert_eq!(ran.deliveries(), ["rejected", "queued", "queued"]);
    assert!(ran.stderr.contains("rejected something") && ran.stderr.contains("key is not accepted"), "{}", ran.stderr);
}

#[test]
fn keys_that_are_wrong_are_named_by_every_command() {
    let machine = Machine::new();
    let config = machine.file("c.toml", "[keys]\nsendd = ['f9']\n");
    for args in [&["orders"][..], &["config", "show"], &["outbox", "--drain"]] {
        let ran = machine.run(&[&["--config", &config][..], args].concat()).expect(3);
        assert!(ran.stderr.contains("c.toml:2") && ran.stderr.contains("send"), "{}", ran.stderr);
    }
}

#[test]
fn the_web_shop_of_the_sandbox_orders_when_it_is_told_to() {
    let machine = Machine::new();
    let mut child = machine.bare(&["sandbox", "--web-shop", "1", "--key", "training"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = serde_json::from_str::<Value>(&line).unwrap()["baseUrl"].as_str().unwrap().to_owned();
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let ready = || {
        let mut call = TcpStream::connect(host).unwrap();
        let head = format!(
            "GET /{path}/order/ready HTTP/1.1\r\nHost: {host}\r\nX-API-KEY: training\r\nConnection: close\r\n\r\n"
        );
        call.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        call.read_to_string(&mut answer).unwrap();
        answer
    };
    let seen = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        ready().contains("orderId")
    });
    interrupt(&child);
    assert!(seen && child.wait().unwrap().success());
}

#[test]
fn a_key_that_is_refused_for_orders_only_ends_with_5_every_time() {
    let machine = Machine::new();
    machine.faults("create:403");
    for run in 0..12 {
        // With the envelope and without it, one order and several, the list read well all the time. Without the envelope no more
        // than three times: after that the order is one for a person.
        let refusals = ["create:403", "create:401e,ready:latency=1ms", "create:403e,ready:latency=40ms", "create:403e"];
        machine.faults(refusals[run % 4]);
        let ids: Vec<String> = (0..=run % 2).map(|n| format!("{run}-{n}")).collect();
        let orders: Vec<Value> = ids.iter().map(|id| order(id)).collect();
        let file = machine.file("orders.json", &json!(orders).to_string());
        let ran = machine.run(&["send", &file]).expect(5);
        assert!(ran.lines.iter().all(|line| line["reason"] == json!("key refused")), "{}", ran.stdout);
        assert!(ran.stderr.contains("key is not accepted"), "{}", ran.stderr);
    }
    let ran = machine.run(&["outbox", "--drain"]).expect(5);
    assert_eq!(ran.deliveries().len(), 18);
    assert!(machine.world().orders.is_empty());
    // A new start is a new try: nothing waits for the key that was refused.
    machine.faults("");
    machine.run(&["outbox", "--drain"]).expect(0);
    assert_eq!(machine.world().orders.len(), 18);
}

#[test]
fn what_the_desk_that_sends_was_refused_is_told_to_the_other_programs() {
    let machine = Machine::new();
    machine.faults("create:403e");
    let first = machine.file("first.json", &order("first").to_string());
    machine.run(&["send", &first, "--no-wait"]).expect(0);
    let mut watching = sender(&machine);
    machine.until(|line| line["orderId"] == json!("first"));
    let second = machine.file("second.json", &order("second").to_string());
    let ran = machine.run(&["send", &second]).expect(5);
    assert_eq!(ran.lines[0]["reason"], json!("key refused"));
    watching.kill().unwrap();
    watching.wait().unwrap();
}

#[test]
fn a_sender_that_is_stopped_is_named_with_what_to_do() {
    let machine = Machine::new();
    machine.faults("create:latency=60s");
    let mut holding = sender(&machine);
    let pid = holding.id().to_string();
    until_called(&machine);
    signal(&holding, "STOP");
    let file = machine.file("order.json", &order("o").to_string());
    let ran = machine.run(&["send", &file]).expect(7);
    for part in ["oktodesk send", &pid, "is stopped", "kill -CONT"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    let ran = machine.run(&["doctor"]);
    assert!(ran.stderr.contains(&pid) && ran.stderr.contains("is stopped"), "{}", ran.stderr);
    holding.kill().unwrap();
    holding.wait().unwrap();
    machine.faults("");
    assert!(!machine.run(&["outbox", "--drain"]).stderr.contains(&pid), "it is gone");
}

#[test]
fn a_drain_reads_the_ready_list_and_tells_what_it_settled() {
    let machine = Machine::new();
    let file = machine.file("orders.json", &json!([order("a"), order("b")]).to_string());
    machine.faults("create:drop-after,ready:500");
    assert_eq!(machine.run(&["send", &file]).expect(6).deliveries(), ["unknown", "unknown"]);
    machine.faults("ready:500");
    machine.run(&["outbox", "--drain"]).expect(6);
    machine.faults("");
    let ran = machine.run(&["outbox", "--drain"]).expect(0);
    assert_eq!(ran.deliveries(), ["accepted", "accepted"]);
    assert!(ran.stderr.contains("ready list"), "{}", ran.stderr);
    assert_eq!(machine.world().orders.len(), 2);
}

#[test]
fn a_drain_beside_a_stopped_sender_settles_what_the_ready_list_shows() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    machine.faults("create:drop-after,ready:500");
    machine.run(&["send", &file]).expect(6);
    machine.faults("create:latency=60s,ready:500");
    let mut holding = sender(&machine);
    until_called(&machine);
    signal(&holding, "STOP");
    machine.faults("create:latency=60s");
    let ran = machine.run(&["outbox", "--drain"]);
    let line = ran.lines.iter().find(|line| line["orderId"] == json!("a")).unwrap();
    assert_eq!(line["delivery"], json!("accepted"), "{}", ran.stdout);
    holding.kill().unwrap();
    holding.wait().unwrap();
}

/// Another program that holds the right to send, with an order of its own under way.
fn sender(machine: &Machine) -> std::process::Child {
    let file = machine.file("held.json", &order("held").to_string());
    let child = machine.command(&["send", &file]).spawn().unwrap();
    machine.until(|line| line["orderId"] == json!("held") && line["delivery"] != json!("rejected"));
    let lock = glob(machine.home.path(), "sender.lock");
    let is_held = || std::fs::read_to_string(&lock).is_ok_and(|text| text.contains(&format!("\"pid\":{}", child.id())));
    while !is_held() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child
}

/// Waits until the call for the order of `sender` is under way. Stopped before that, in the middle of a commit, it would hold the
/// journal as well.
fn until_called(machine: &Machine) {
    while !machine.world().attempts_of.contains_key("held") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// The file of this name somewhere below.
fn glob(dir: &std::path::Path, name: &str) -> std::path::PathBuf {
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                _ if entry.file_name() == name => return entry.path(),
                _ => {}
            }
        }
    }
    panic!("no {name}");
}

fn signal(child: &std::process::Child, name: &str) {
    let done = std::process::Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(done.unwrap().success());
}

#[test]
fn a_pause_holds_for_every_command_until_a_person_says_now() {
    let machine = Machine::new();
    let file = machine.file("order.json", &json!([order("a"), order("b")]).to_string());
    machine.run(&["send", "--no-wait", &file]).expect(0);
    machine.faults("create:429e/86400@1");
    let paused = |ran: &crate::Ran| assert!(ran.stderr.contains("outbox --drain --now"), "{}", ran.stderr);
    // Nobody waits for what will not happen in time.
    paused(&machine.run(&["outbox", "--drain"]).expect(7));
    // The next programs do not ask at all, and neither does the ready list.
    let lists = || machine.world().requests.get(&Route::Ready).copied();
    let before = lists();
    for args in [&["outbox", "--drain"][..], &["send", &file]] {
        let ran = machine.run(args).expect(7);
        paused(&ran);
        assert_eq!(ran.deliveries(), ["queued", "queued"]);
    }
    paused(&machine.run(&["outbox"]).expect(0));
    assert_eq!((machine.world().orders.len(), lists()), (0, before));
    assert!(machine.run(&["doctor"]).stdout.contains("--now"));
    assert_eq!(machine.run(&["outbox", "--drain", "--now"]).expect(0).deliveries(), ["accepted", "accepted"]);
    assert_eq!(machine.world().orders.len(), 2);
    assert!(!machine.run(&["outbox"]).expect(0).stderr.contains("--now"));
}
