//! `send` with whole files: what is refused is named before anything is recorded, a file sent again doubles nothing, and a
//! result is printed when it is known.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};

use crate::{Machine, Ran, interrupt, order};

/// An order without an id that differs from the others.
fn nameless(comment: &str) -> Value {
    let mut order = order("x");
    order.as_object_mut().unwrap().remove("orderId");
    order["items"][0]["comment"] = json!(comment);
    order
}

fn lines(orders: impl IntoIterator<Item = Value>) -> String {
    orders.into_iter().map(|order| format!("{order}\n")).collect()
}

fn ids(ran: &Ran) -> Vec<String> {
    ran.lines.iter().map(|line| line["orderId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_file_sent_again_under_its_key_doubles_nothing() {
    let machine = Machine::new();
    let file = machine.file("night.jsonl", &lines(["a", "b", "c"].map(nameless)));
    let first = ids(&machine.run(&["send", "--key", "night", &file]).expect(0));
    assert_eq!(first.len(), 3);
    for _ in 0..2 {
        let again = machine.run(&["send", &file, "--key", "night"]).expect(0);
        assert_eq!((ids(&again), again.deliveries()), (first.clone(), vec!["accepted"; 3]));
    }
    assert_eq!(machine.world().attempts.len(), 3);
    // Another line behind them is new, and so is the same file under another key.
    let longer = machine.file("longer.jsonl", &lines(["a", "b", "c", "d"].map(nameless)));
    let again = ids(&machine.run(&["send", "--key", "night", &longer]).expect(0));
    assert_eq!(again[..3], first);
    machine.run(&["send", "--key", "day", &file]).expect(0);
    assert_eq!(machine.world().orders.len(), 7);
    // An order with an id keeps it.
    let named = machine.file("named.json", &order("named").to_string());
    assert_eq!(ids(&machine.run(&["send", "--key", "night", &named]).expect(0)), ["named"]);
}

#[test]
fn a_changed_line_under_the_same_key_is_refused_with_its_line() {
    let machine = Machine::new();
    let file = |text: &[&str]| machine.file("night.jsonl", &lines(text.iter().map(|text| nameless(text))));
    machine.run(&["send", "--key", "night", &file(&["a", "b", "c"])]).expect(0);
    // A line that is changed, one that is put in before the others, and one that is taken out.
    for (changed, wrong) in
        [(&["a", "B", "c", "d"][..], &[2][..]), (&["new", "a", "b", "c"], &[1, 2, 3]), (&["b", "c"], &[1, 2])]
    {
        let ran = machine.run(&["send", "--key", "night", &file(changed)]).expect(2);
        let named: Vec<usize> = (1..=4).filter(|line| ran.stderr.contains(&format!("Order {line} ("))).collect();
        assert_eq!(named, wrong, "{}", ran.stderr);
        assert!(wrong.iter().all(|line| ran.stderr.contains(&format!("line {line}: "))), "{}", ran.stderr);
        assert!(ran.stderr.contains("Nothing was saved") && ran.stdout.is_empty(), "{}", ran.stderr);
    }
    assert_eq!(machine.run(&["orders"]).expect(0).lines.len(), 3);
    // What OktoPOS refused may be corrected under the same key.
    let mut cheap = nameless("a");
    cheap["payment"]["price"]["value"] = json!("0.01");
    let wrong = machine.file("day.jsonl", &cheap.to_string());
    machine.run(&["send", "--key", "day", &wrong]).expect(4);
    let right = machine.file("day.jsonl", &nameless("a").to_string());
    assert_eq!(machine.run(&["send", "--key", "day", &right]).expect(0).deliveries(), ["accepted"]);
}

#[test]
fn a_key_says_what_it_has_to_be() {
    let machine = Machine::new();
    let file = machine.file("a.json", &nameless("a").to_string());
    let ran = machine.run(&["send", &file, "--key", " "]).expect(2);
    assert!(ran.stderr.contains("--key") && ran.stderr.contains("not empty"), "{}", ran.stderr);
    assert_eq!(machine.run(&["orders"]).expect(0).lines, Vec::<Value>::new());
}

#[test]
fn everything_the_journal_refuses_is_named_before_anything_is_recorded() {
    let machine = Machine::new();
    let known = machine.file("known.json", &json!([order("k1"), order("k2")]).to_string());
    machine.run(&["send", "--no-wait", &known]).expect(0);
    let changed = |id: &str| {
        let mut order = order(id);
        order["items"][0]["comment"] = json!("changed");
        order
    };
    let text = format!("{}\n{}", lines([order("new"), changed("k1")]), lines([order("new2"), changed("k2")]));
    let ran = machine.run(&["send", &machine.file("f.jsonl", &text)]).expect(2);
    assert!(
        ran.stderr.contains("Order 2 (k1), line 2: ") && ran.stderr.contains("Order 4 (k2), line 5: "),
        "{}",
        ran.stderr
    );
    assert_eq!(machine.run(&["orders"]).expect(0).lines.len(), 2);
    assert!(machine.world().orders.is_empty());
}

#[test]
fn a_quantity_is_above_zero() {
    let machine = Machine::new();
    for quantity in ["0", "0.0", "-1", "-0.5", "-0"] {
        let text = order("q").to_string().replace("\"quantity\":1", &format!("\"quantity\":{quantity}"));
        let ran = machine.run(&["send", &machine.file("q.json", &text)]).expect(2);
        assert!(ran.stderr.contains("items[0].quantity: ") && ran.stderr.contains("above 0"), "{}", ran.stderr);
        // It is the practice OktoPOS's rule as well, so nothing is refused that it would take.
        assert!(machine.world().attempts.is_empty());
    }
}

#[test]
fn a_large_file_is_recorded_a_thousand_orders_at_a_time_and_its_lines_are_named() {
    let machine = Machine::new();
    let many: Vec<Value> = (1..=2_300).map(|n| nameless(&n.to_string())).collect();
    let file = machine.file("many.jsonl", &lines(many));
    let first = machine.run(&["send", "--no-wait", "--key", "many", &file]).expect(0);
    assert_eq!(first.lines.len(), 2_300);
    for named in ["Lines 1 to 1000: 1000 orders", "Lines 1001 to 2000: 1000 orders", "Lines 2001 to 2300: 300 orders"] {
        assert!(first.stderr.contains(named), "{}", first.stderr);
    }
    let again = machine.run(&["send", "--no-wait", "--key", "many", &file]).expect(0);
    assert_eq!((ids(&again), again.stderr.lines().count()), (ids(&first), 21), "{}", again.stderr);
    assert_eq!(machine.run(&["outbox"]).expect(0).lines.len(), 2_300);
}

#[test]
fn a_result_is_printed_when_it_is_known() {
    let machine = Machine::new();
    machine.faults("create:400e@2,create:500@3,create:latency=30s@5");
    let orders = ["a", "rejected", "unknown", "b", "slow"].map(order);
    let file = machine.file("f.jsonl", &lines(orders));
    let mut child = machine.command(&["send", &file]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut next = || {
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        (line["orderId"].as_str().unwrap().to_owned(), line["delivery"].as_str().unwrap().to_owned())
    };
    let told = |id: &str, delivery: &str| (id.to_owned(), delivery.to_owned());
    assert_eq!(next(), told("a", "accepted"));
    assert_eq!(next(), told("rejected", "rejected"));
    // After an answer that says nothing another order may be asked with first. The last call is under way for half a minute,
    // whichever it is; the others were told before its answer.
    let (id, delivery) = next();
    assert!(["b", "slow"].contains(&&*id) && delivery == "accepted", "{id} {delivery}");
    assert_eq!(machine.world().orders.len(), 2);
    machine.faults("");
    interrupt(&child);
    interrupt(&child);
    child.wait().unwrap();
}

#[test]
fn an_order_that_is_open_as_a_draft_is_not_recorded_over_it() {
    use oktodesk::{
        domain::{
            draft::Draft,
            value::ids::{DeskId, OrderId},
        },
        journal::SqliteJournal,
        ports::Journal,
    };
    let machine = Machine::new();
    let file = machine.file("a.jsonl", &lines([order("a"), order("b")]));
    machine.run(&["send", "--no-wait", &file]).expect(0);
    machine.run(&["cancel", "a"]).expect(0);
    let draft: Draft = serde_json::from_value(json!({
        "order_id": "a", "opened_at": "2026-07-01T12:00:00Z", "step": "items", "order_type": "PICKUP", "corrects": 1,
    }))
    .unwrap();
    let dir = machine.path(".local/share/oktodesk");
    let drafts =
        || machine.runtime.block_on(async { SqliteJournal::open(&dir).await.unwrap().drafts().await.unwrap() });
    machine.runtime.block_on(async {
        let journal = SqliteJournal::open(&dir).await.unwrap();
        journal.save_draft(&draft, &DeskId("counter".into())).await.unwrap();
    });
    let ran = machine.run(&["send", "--no-wait", &file]).expect(2);
    assert!(ran.stderr.contains("Order 1 (a), line 1: ") && ran.stderr.contains("draft"), "{}", ran.stderr);
    assert_eq!(drafts().iter().map(|open| &open.draft.order_id).collect::<Vec<_>>(), [&OrderId("a".into())]);
}

/// Nobody writes into the pipe, so that reading it would never end.
#[cfg(unix)]
#[test]
fn a_pipe_without_a_writer_is_not_waited_for_when_the_program_is_told_to_end() {
    for args in [&["send"][..], &["catalog", "import"], &["customer", "import"]] {
        let machine = Machine::new();
        let pipe = machine.path("pipe").display().to_string();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut child = machine.command(&[args, &[&pipe]].concat()).spawn().unwrap();
        let pid = child.id().to_string();
        let is_told = || std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        let ended = (0..500).any(|_| {
            is_told();
            std::thread::sleep(std::time::Duration::from_millis(20));
            child.try_wait().unwrap().is_some()
        });
        child.kill().ok();
        assert!(ended, "{args:?} waits on");
    }
}

#[test]
fn guests_of_the_program_before_are_taken_over_and_named_by_line() {
    let machine = Machine::new();
    let text = "phone;family_name;street\r\n040 111;Gäst;Weg 1\r\n040 222;Beispiel;Weg 2\r\n040111;Gäst;Weg 1\r\n";
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let file = machine.file("guests.csv", "");
    std::fs::write(&file, windows).unwrap();
    let dry = machine.run(&["customer", "import", &file, "--dry-run"]).expect(0);
    let wanted = json!({"imported": 2, "known": [], "twice": [{"line": 4, "first": 2}], "dryRun": true});
    assert_eq!(dry.lines, [wanted]);
    assert!(dry.stderr.contains("Windows-1252"), "{}", dry.stderr);
    machine.run(&["customer", "import", &file]).expect(0);
    let again = machine.run(&["customer", "import", &file]).expect(0);
    assert_eq!((again.lines[0]["imported"].clone(), again.lines[0]["known"].clone()), (json!(0), json!([2, 3])));
    let forgotten = machine.run(&["customer", "forget", "040 222"]).expect(0);
    assert_eq!(forgotten.lines[0]["imported"], json!(1));
    let wrong = machine.file("wrong.csv", "phone\n040 111\nkeine\n");
    let refused = machine.run(&["customer", "import", &wrong]).expect(2);
    assert!(refused.stderr.contains("Line 3: "), "{}", refused.stderr);
}
