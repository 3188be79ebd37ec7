//! What others wrote, on its way through the program's own output: whatever an order, an article or a server says, standard
//! output stays one valid JSON text a line with the text in it, standard error and the log files stay lines of our own, and
//! no character that a terminal obeys, or that deceives a reader, gets out raw.

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use oktodesk_testkit::hostile;
use serde_json::{Value, json};

use crate::{Machine, Ran, order};
use oktodesk::{
    domain::{guest::GuestKeys, order::Order},
    journal::SqliteJournal,
    ports::{Journal, house::PlaceNote, journal::NewOrder},
};

/// Said here once more and apart from the program, so that a guard that is broken there is noticed.
fn is_raw(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[track_caller]
fn expect_tame(name: &str, text: &str) {
    let found = text.chars().find(|c| *c != '\n' && is_raw(*c));
    let near = found.and_then(|c| text.find(c)).map(|at| text[at..].chars().take(40).collect::<String>());
    assert!(found.is_none(), "{name}: {found:?} in {near:?}");
}

/// Both streams are tame, and each line of the data is one JSON text.
#[track_caller]
fn expect_data(name: &str, ran: &Ran, lines: usize) {
    expect_tame(name, &ran.stdout);
    expect_tame(name, &ran.stderr);
    let count = ran.stdout.split_terminator('\n').count();
    assert_eq!((ran.lines.len(), count), (lines, lines), "{name}: {}", ran.stderr);
}

/// Every log file: each line an object of ours, with nothing raw in it.
#[track_caller]
fn expect_log(machine: &Machine) -> Vec<Value> {
    let dir = machine.path(".local/share/oktodesk/log");
    let mut lines = Vec::new();
    for file in fs::read_dir(dir).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        expect_tame("log", &text);
        for line in text.split_terminator('\n') {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let ours = ["timestamp", "level", "target"].iter().all(|field| line[field].is_string());
            assert!(ours && line["target"].as_str().unwrap().starts_with("oktodesk"), "{line}");
            lines.push(line);
        }
    }
    lines
}

/// Every short text as an id of its own.
fn ids() -> Vec<String> {
    let numbered = |(n, (_, text)): (usize, (String, String))| format!("{n} {text}");
    hostile::short().into_iter().enumerate().map(numbered).collect()
}

/// An order for each text with the text in it; the endless ones stand only in a comment.
fn orders(ids: &[String]) -> Vec<Value> {
    let (short, all) = (hostile::short(), hostile::all());
    let order = |(n, id): (usize, &String)| {
        let text = &short[n % short.len()].1;
        let mut order = order(id);
        order["customer"] = json!({ "familyName": text, "givenName": text, "phone": text, "email": text });
        order["items"][0]["name"] = json!(text);
        order["items"][0]["comment"] = json!(all[n % all.len()].1);
        order
    };
    ids.iter().enumerate().map(order).collect()
}

/// Puts orders into the journal past every check, as a program that checked less might have.
fn record(machine: &Machine, orders: &[Value]) {
    let new = |order: &Value| {
        let order: Order = serde_json::from_value(order.clone()).unwrap();
        NewOrder {
            body: serde_json::to_string(&order).unwrap(),
            base_url: machine.sandbox.base_url(),
            due_at: None,
            at: "2026-01-18T10:22:12Z".parse().unwrap(),
            note: PlaceNote::default(),
            guest: GuestKeys::of("DE", order.customer.as_ref()),
            order,
            desk: oktodesk::domain::value::ids::DeskId("desk".into()),
        }
    };
    machine.runtime.block_on(async {
        let journal = SqliteJournal::open(&machine.path(".local/share/oktodesk")).await.unwrap();
        for order in orders {
            journal.place(&new(order)).await.unwrap();
        }
        journal.close().await.unwrap();
    });
}

#[test]
fn what_is_recorded_comes_out_as_data() {
    let machine = Machine::new();
    let ids = ids();
    let offline = |args: &[&str]| machine.run_with(args, "OKTODESK_LOG__LEVEL", "debug").expect(0);
    // What has to have a form is refused, in words.
    let strange = orders(&ids);
    for order in strange.iter().step_by(9) {
        let refused = machine.run(&["send", &machine.file("refused.json", &order.to_string()), "--no-wait"]).expect(2);
        expect_data("refused", &refused, 0);
        assert!(refused.stderr.contains("customer.email"), "{}", refused.stderr);
    }
    // Everything else is taken as it is. The long texts, too: in what follows them.
    let mut sendable = orders(&(0..ids.len() + 40).map(|n| format!("more {n}")).collect::<Vec<_>>());
    for order in &mut sendable {
        order["customer"].as_object_mut().unwrap().retain(|name, _| name.ends_with("Name"));
    }
    let file = machine.file("orders.json", &Value::from(sendable.clone()).to_string());
    let wanted: Vec<&str> = sendable.iter().map(|order| order["orderId"].as_str().unwrap()).collect();
    let sent = offline(&["send", &file, "--no-wait"]);
    expect_data("send", &sent, sendable.len());
    assert!(sent.lines.iter().map(|line| line["orderId"].as_str().unwrap()).eq(wanted.iter().copied()), "exact");
    record(&machine, &strange);
    let orders = [sendable, strange].concat();
    let of = |lines: &[Value], id: &str| lines.iter().find(|line| line["orderId"] == id).cloned().unwrap();
    for args in [&["orders"][..], &["orders", "--json"], &["orders", "--with-customer"], &["outbox"]] {
        let ran = offline(args);
        expect_data(&args.join(" "), &ran, orders.len());
        for order in &orders {
            let line = of(&ran.lines, order["orderId"].as_str().unwrap());
            assert!(!args.contains(&"--with-customer") || line["customer"] == order["customer"], "{}", line["orderId"]);
        }
    }
    let to = machine.path("export.jsonl");
    expect_data("export", &offline(&["journal", "export", to.to_str().unwrap()]), 1);
    let exported = fs::read_to_string(&to).unwrap();
    expect_tame("export", &exported);
    let lines: Vec<Value> = exported.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), orders.len());
    for order in &orders {
        assert_eq!(of(&lines, order["orderId"].as_str().unwrap())["order"], *order, "exact");
    }
    // What a person types is said again: in words.
    let typed = hostile::short().into_iter().filter(|(_, text)| !text.contains('\0')).step_by(9);
    for (name, text) in typed {
        for args in
            [&["status", &text, "ready"][..], &["status", &ids[0], &text], &["resend", &text], &["cancel", &text]]
        {
            let ran = machine.run(args).expect(2);
            expect_data(&format!("{name}: {args:?}"), &ran, 0);
            assert!(!ran.stderr.is_empty());
        }
        expect_data(&name, &machine.run(&["catalog", "search", &text]).expect(0), 0);
    }
    assert!(!expect_log(&machine).is_empty());
}

#[test]
fn articles_of_others_are_found_as_data() {
    let machine = Machine::new();
    let mut csv = csv_line(["name", "group", "unit", "channel_id", "channel", "price", "tax_rate"]);
    let texts: Vec<_> = hostile::short().into_iter().filter(|(_, text)| !text.contains('\0')).collect();
    for (n, (_, text)) in texts.iter().enumerate() {
        csv += &csv_line([&format!("Pizza {n} {text}"), text, text, "1", text, "1.50", "7"]);
    }
    let file = machine.file("articles.csv", &csv);
    let imported = machine.run(&["catalog", "import", &file]).expect(0);
    expect_data("import", &imported, imported.lines.len());
    assert_eq!(imported.lines[0]["articles"], texts.len());
    let exported = machine.run(&["catalog", "export", "--format", "json"]).expect(0);
    expect_tame("export as JSON", &exported.stdout);
    let exported = machine.run(&["catalog", "export"]).expect(0);
    expect_tame("export as CSV", &exported.stdout);
    for n in (0..texts.len()).step_by(7) {
        let ran = machine.run(&["catalog", "search", &format!("pizza {n}")]).expect(0);
        expect_data("search", &ran, ran.lines.len());
        assert!(ran.stdout.contains(&format!("Pizza {n} ")), "{}: {}", texts[n].0, ran.stdout);
    }
    // A file that cannot be used is named with what stands in it.
    for (name, text) in texts.iter().step_by(11) {
        let bad = csv_line(["name", text]) + &csv_line(["a", "b"]);
        expect_data(name, &machine.run(&["catalog", "import", &machine.file("bad.csv", &bad)]).expect(2), 0);
    }
    expect_log(&machine);
}

fn csv_line<const N: usize>(fields: [&str; N]) -> String {
    fields.map(|field| format!("\"{}\"", field.replace('"', "\"\""))).join(",") + "\n"
}

/// A server that refuses everything in words of its own, each time in others.
struct Rude {
    address: String,
    said: Arc<AtomicUsize>,
}

impl Rude {
    fn new(texts: Vec<(String, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, said) = (listener.local_addr().unwrap().to_string(), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&said);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                refuse(stream, &texts, &counter);
            }
        });
        Self { address, said }
    }
}

fn refuse(mut stream: TcpStream, texts: &[(String, String)], said: &AtomicUsize) {
    let mut seen = Vec::new();
    let mut buffer = [0; 65_536];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&seen).into_owned();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if seen.len() < head.len() + 4 + length.unwrap_or(0) {
            continue;
        }
        // Only what becomes of an order counts on: the ready list comes when it likes.
        let n = if head.contains("order/create") {
            said.fetch_add(1, Ordering::SeqCst)
        } else {
            said.load(Ordering::SeqCst)
        };
        let text = &texts[n % texts.len()].1;
        let message = json!({ "text": text, "text_ns": text, "type": "error" });
        let body = json!({ "items": [], "messages": [message], "success": false }).to_string();
        let code = if head.contains("order/create") { 400 } else { 404 };
        let head =
            format!("HTTP/1.1 {code} No\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", body.len());
        // A client that has gone is no matter.
        stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).unwrap_or_default();
        return;
    }
}

#[test]
fn what_a_server_says_comes_out_as_data() {
    let machine = Machine::new();
    let texts = hostile::all();
    let rude = Rude::new(texts.clone());
    let at =
        |args: &[&str]| machine.run_with(args, "OKTODESK_OKTOPOS__BASE_URL", &format!("http://{}/v1", rude.address));
    let orders: Vec<Value> = (0..texts.len()).map(|n| order(&format!("order {n}"))).collect();
    let file = machine.file("orders.json", &Value::from(orders).to_string());
    let sent = at(&["send", &file]).expect(4);
    expect_data("send", &sent, texts.len());
    assert_eq!(rude.said.load(Ordering::SeqCst), texts.len(), "each order was refused once, in its own words");
    for (line, (name, text)) in sent.lines.iter().zip(&texts) {
        let reason = line["reason"].as_str().unwrap_or_else(|| panic!("{name}: {line}"));
        assert!(reason.contains("Qa"), "{name}: {reason:?}");
        assert!(reason.contains("Zq") || text.len() > 400, "{name}: {reason:?}");
        expect_tame(name, reason);
    }
    expect_data("orders", &at(&["orders", "--json"]).expect(0), texts.len());
    // The doctor shows what the server says of each path.
    for n in (0..texts.len()).step_by(19) {
        rude.said.store(n, Ordering::SeqCst);
        let ran = at(&["doctor"]);
        expect_data(&texts[n].0, &ran, ran.lines.len());
        assert!(ran.code != 0 && ran.stdout.contains("Qa"), "{}: {}", texts[n].0, ran.stdout);
        let ran = at(&["catalog", "sync"]);
        assert_ne!(ran.code, 0);
        expect_data(&texts[n].0, &ran, 0);
    }
    let log = expect_log(&machine);
    let refused = log.iter().filter(|line| line["outcome"] == "rejected" && line["task"] == "create").count();
    assert_eq!(refused, texts.len());
    expect_no_text_in(&machine.path(".local/share/oktodesk/log"));
}

/// A log holds codes: nothing of what a server said.
#[track_caller]
fn expect_no_text_in(dir: &Path) {
    let files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(!files.is_empty());
    assert!(files.iter().all(|file| !fs::read_to_string(file).unwrap().contains("Qa")));
}
