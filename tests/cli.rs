//! The real binary against a sandbox over real HTTP: every command and every exit code of the contract.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/hostile_texts.rs"]
mod hostile_texts;
#[path = "cli/init.rs"]
mod init;
#[allow(dead_code, reason = "shared with suites that use the rest")]
#[path = "common/order.rs"]
mod order;
#[path = "cli/results.rs"]
mod results;
#[path = "cli/unsettled.rs"]
mod unsettled;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use oktodesk::{
    chaos::Bug,
    domain::value::ids::OrderId,
    journal::SqliteJournal,
    ports::{Journal, journal::EventKind},
    sandbox::{self, RepeatedOrder, Sandbox, SandboxOptions, Snapshot},
};
use order::order;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const KEY: &str = "k3y-that-must-not-be-seen";

/// A machine of its own: a home directory, a sandbox and the binary.
struct Machine {
    home: tempfile::TempDir,
    runtime: Runtime,
    sandbox: Sandbox,
    lang: &'static str,
}

/// What one run came to.
struct Ran {
    code: i32,
    lines: Vec<Value>,
    stdout: String,
    stderr: String,
}

impl Machine {
    fn new() -> Self {
        Self::with(SandboxOptions::default())
    }

    fn with(options: SandboxOptions) -> Self {
        let runtime = Runtime::new().unwrap();
        let options = SandboxOptions { key: KEY.into(), ..options };
        let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
        Self { home: tempfile::tempdir().unwrap(), runtime, sandbox, lang: "C" }
    }

    fn world(&self) -> Snapshot {
        self.sandbox.world()
    }

    fn faults(&self, plan: &str) {
        self.sandbox.set_faults(plan.parse().unwrap());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn file(&self, name: &str, content: &str) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    /// The binary with nothing of this process's environment.
    fn bare(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oktodesk"));
        command.args(args).env_clear().env("HOME", self.home.path()).env("LANG", self.lang);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Which guard is broken, if these tests are to prove that they notice.
        command.envs(std::env::var("CHAOS_BUG").map(|bug| ("CHAOS_BUG", bug)));
        command
    }

    /// The binary that knows the sandbox and its key.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.bare(args);
        command.env("OKTODESK_OKTOPOS__BASE_URL", self.sandbox.base_url()).env("OKTODESK_API_KEY", KEY);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    fn run_bare(&self, args: &[&str]) -> Ran {
        Ran::of(self.bare(args).output().unwrap())
    }

    fn run_with(&self, args: &[&str], name: &str, value: &str) -> Ran {
        Ran::of(self.command(args).env(name, value).output().unwrap())
    }

    /// Waits until `orders` prints what `is_there` looks for.
    fn until(&self, is_there: impl Fn(&Value) -> bool) {
        for _ in 0..500 {
            if self.run(&["orders"]).lines.iter().any(&is_there) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("never seen");
    }
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        for text in [&stdout, &stderr] {
            assert!(!text.contains(KEY), "the key was printed: {text}");
        }
        let lines = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Self { code: output.status.code().expect("ended by itself"), lines, stdout, stderr }
    }

    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}stderr:\n{}", self.stdout, self.stderr);
        self
    }

    fn deliveries(&self) -> Vec<&str> {
        self.lines.iter().map(|line| line["delivery"].as_str().unwrap()).collect()
    }
}

fn interrupt(child: &Child) {
    let done = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(done.success());
}

#[test]
fn an_order_arrives_exactly_as_it_was_written() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a-1").to_string());
    let ran = machine.run(&["send", &file]).expect(0);
    let received = &machine.world().orders[0];
    assert_eq!(ran.lines, [json!({ "orderId": "a-1", "delivery": "accepted", "internalId": received.internal_id })]);
    assert_eq!(received.order, order("a-1"));
}

#[test]
fn a_thousand_lines_and_a_long_comment_arrive_whole() {
    let machine = Machine::new();
    let mut big = order("big");
    let mut item = big["items"][0].clone();
    item["comment"] = json!("scharf ".repeat(15_000));
    let price: rust_decimal::Decimal = item["price"]["value"].as_str().unwrap().parse().unwrap();
    let items: Vec<Value> = (1..=1_000)
        .map(|n| {
            let mut item = item.clone();
            (item["basketItemId"], item["mainBasketItemId"]) = (json!(n), json!(n));
            if n > 1 {
                item["comment"] = json!(format!("Zeile {n}"));
            }
            item
        })
        .collect();
    big["items"] = json!(items);
    big["payment"]["price"]["value"] = json!((price * rust_decimal::Decimal::from(1_000)).to_string());
    let ran = machine.run(&["send", &machine.file("big.json", &big.to_string())]).expect(0);
    assert_eq!(ran.deliveries(), ["accepted"]);
    assert_eq!(serde_json::to_value(&machine.world().orders[0].order).unwrap(), big);
}

#[test]
fn nobody_who_listens_is_no_reason_to_panic() {
    let machine = Machine::new();
    let file = machine.file("a.json", &order("a").to_string());
    machine.run(&["send", &file]).expect(0);
    for line in ["\"$0\" orders >&-", "\"$0\" orders --json 2>&-", "\"$0\" orders >&- 2>&-", "\"$0\" --help >&-"] {
        let mut shell = Command::new("sh");
        shell.args(["-c", line, env!("CARGO_BIN_EXE_oktodesk")]).env_clear().env("HOME", machine.home.path());
        let output = shell.env("PATH", "/usr/bin:/bin").output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code().is_some_and(|code| code < 100) && !told.contains("panicked"), "{line}: {told}");
    }
    assert_eq!(machine.run(&["orders"]).expect(0).lines.len(), 1);
}

#[test]
fn an_array_lines_and_standard_input_are_read_and_missing_ids_made() {
    let machine = Machine::new();
    let mut nameless = order("x");
    nameless.as_object_mut().unwrap().remove("orderId");
    let array = machine.file("array.json", &json!([order("a"), nameless]).to_string());
    let ran = machine.run(&["send", &array]).expect(0);
    assert_eq!(ran.deliveries(), ["accepted", "accepted"]);
    let made = ran.lines[1]["orderId"].as_str().unwrap();
    assert_eq!((made.len(), &made[14..15]), (36, "7"), "{made}");

    let mut child = machine.command(&["send", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let text = format!("{}\n{}\n", order("b"), order("c"));
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(ran.lines.iter().map(|line| line["orderId"].as_str().unwrap()).collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(machine.world().orders.len(), 4);
}

#[test]
fn an_unusable_order_keeps_every_order_of_the_file_out() {
    let machine = Machine::new();
    let mut odd = order("b");
    odd["items"][0]["colour"] = json!("red");
    let file = machine.file("orders.jsonl", &format!("{}\n{odd}\n", order("a")));
    let ran = machine.run(&["send", &file]).expect(2);
    assert!(ran.stderr.contains("items[0].colour"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    // A time that does not exist is no better.
    let mut skipped = order("c");
    skipped["pickup"] =
        json!({ "timestamp": "2026-03-29T02:30:00", "timezone": "Europe/Berlin", "asapDelivery": false });
    let file = machine.file("skipped.jsonl", &format!("{}\n{skipped}\n", order("a")));
    machine.run(&["send", &file]).expect(2);
    assert_eq!(machine.run(&["orders"]).expect(0).lines, Vec::<Value>::new());
    assert!(machine.world().orders.is_empty());
    machine.run(&["send", "/no/such/file"]).expect(2);
}

#[test]
fn what_the_vendors_form_does_not_allow_is_named_with_its_order_and_nothing_is_recorded() {
    let mut machine = Machine::new();
    let wrong = |pointer: &str, value: Value| {
        let mut wrong = order("wrong-1");
        *wrong.pointer_mut(pointer).unwrap() = value;
        format!("{}\n{wrong}\n{}\n", order("a"), order("c"))
    };
    let mut channel = order("wrong-1");
    channel["intermediary"] = json!("Fancy/Food");
    let skipped = json!({ "timestamp": "2026-03-29T02:30:00", "timezone": "Europe/Berlin", "asapDelivery": false });
    for (text, field, allowed) in [
        (format!("{}\n{channel}", order("a")), "intermediary", "Buchstaben, Ziffern"),
        (wrong("/items", json!([])), "items", "mindestens einem Eintrag"),
        (wrong("/payment/price/currency", json!("eur")), "payment.price.currency", "EUR"),
        (wrong("/items/0/quantity", json!("3")), "items[0].quantity", "ohne Anführungszeichen"),
        (wrong("/items/0/price/value", json!("1_9.95")), "items[0].price.value", "19.95"),
        (wrong("/pickup", skipped), "pickup.timestamp", "Uhr"),
        (wrong("/pickup/timezone", json!("Mars/Base")), "pickup.timezone", "Europe/Berlin"),
        (wrong("/items/0", json!("Pizza")), "items[0]", "geschweiften Klammern"),
    ] {
        machine.lang = "de_DE.UTF-8";
        let ran = machine.run(&["send", &machine.file("orders.jsonl", &text)]).expect(2);
        let said = ran.stderr.lines().next().unwrap();
        let named = said.contains("2 (wrong-1)") && said.contains(&format!(": {field}: ")) && said.contains(allowed);
        assert!(named && ran.stderr.contains("Nichts wurde gespeichert"), "{}", ran.stderr);
        let jargon = ["expected", "missing field", "struct", "jiff", "Decimal", "invalid"];
        assert!(jargon.iter().all(|word| !ran.stderr.contains(word)), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(machine.run(&["orders"]).expect(0).lines, Vec::<Value>::new());
}

#[test]
fn sending_the_same_file_again_sends_nothing_twice() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    machine.run(&["send", &file]).expect(0);
    let again = machine.run(&["send", &file]).expect(0);
    assert_eq!(again.deliveries(), ["accepted"]);
    let mut other = order("a");
    other["items"][0]["comment"] = json!("without pineapple");
    let file = machine.file("other.json", &other.to_string());
    machine.run(&["send", &file]).expect(2);
    assert_eq!(machine.world().orders.len(), 1);
}

#[test]
fn a_rejected_order_says_why_and_can_be_corrected() {
    let machine = Machine::new();
    let mut wrong = order("a");
    wrong["payment"]["price"]["value"] = json!("10.49");
    let file = machine.file("order.json", &wrong.to_string());
    let ran = machine.run(&["send", &file]).expect(4);
    assert_eq!(ran.deliveries(), ["rejected"]);
    assert!(!ran.lines[0]["reason"].as_str().unwrap().is_empty());
    let listed = machine.run(&["orders", "--delivery", "rejected"]).expect(0);
    assert_eq!(listed.lines[0]["reason"], ran.lines[0]["reason"]);
    let file = machine.file("order.json", &order("a").to_string());
    assert_eq!(machine.run(&["send", &file]).expect(0).deliveries(), ["accepted"]);
}

#[test]
fn a_refused_key_stops_the_outbox_and_loses_nothing() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    let ran = machine.run_with(&["send", &file], "OKTODESK_API_KEY", "wrong").expect(5);
    assert_eq!(ran.deliveries(), ["queued"]);
    machine.run_with(&["outbox", "--drain"], "OKTODESK_API_KEY", "wrong").expect(5);
    let waiting = machine.run(&["outbox"]).expect(0);
    assert_eq!((waiting.lines[0]["orderId"].as_str(), waiting.lines[0]["task"].as_str()), (Some("a"), Some("create")));
    assert_eq!(machine.run(&["outbox", "--drain"]).expect(0).deliveries(), ["accepted"]);
    assert_eq!(machine.run(&["outbox"]).expect(0).lines, Vec::<Value>::new());
    assert_eq!(machine.world().orders.len(), 1);
}

#[test]
fn a_lost_answer_is_found_in_the_ready_list_or_left_to_a_person() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("found").to_string());
    machine.faults("create:drop-after");
    assert_eq!(machine.run(&["send", &file]).expect(0).deliveries(), ["accepted"]);

    let file = machine.file("order.json", &json!([order("again"), order("arrived")]).to_string());
    machine.faults("create:500");
    assert_eq!(machine.run(&["send", &file]).expect(6).deliveries(), ["unknown", "unknown"]);
    machine.faults("");
    assert_eq!(machine.run(&["orders", "--delivery", "unknown"]).expect(0).lines.len(), 2);
    let attempts = machine.world().attempts.len();
    assert_eq!(machine.run(&["outbox", "--drain"]).expect(6).deliveries(), ["unknown", "unknown"]);
    assert_eq!(machine.world().attempts.len(), attempts, "nothing is sent again by itself");
    assert_eq!(machine.run(&["resend", "again"]).expect(0).deliveries(), ["accepted"]);
    let settled = machine.run(&["settle", "arrived", "--internal-id", "4711"]).expect(0);
    assert_eq!(settled.lines[0], json!({ "orderId": "arrived", "delivery": "accepted", "internalId": 4711 }));
    machine.run(&["settle", "arrived"]).expect(2);
    machine.run(&["resend", "nobody"]).expect(2);
    let received: Vec<_> = machine.world().orders.iter().map(|order| order.order["orderId"].clone()).collect();
    assert_eq!(received, ["found", "again"]);
}

#[test]
fn an_outage_queues_and_the_end_of_it_drains() {
    let machine = Machine::new();
    let file = machine.file("orders.json", &json!([order("a"), order("b"), order("c")]).to_string());
    let ran = machine.run(&["send", &file, "--no-wait"]).expect(0);
    assert_eq!(ran.deliveries(), ["queued", "queued", "queued"]);
    assert_eq!(machine.run(&["cancel", "b"]).expect(0).deliveries(), ["cancelled"]);
    machine.run(&["cancel", "b"]).expect(2);
    machine.faults("503");
    let drained = machine.run(&["outbox", "--drain"]);
    // 503 without the envelope after the request left: nobody knows. It is not an outage in which nothing leaves.
    drained.expect(6);
    assert!(machine.world().orders.is_empty());

    // Nobody listens: nothing leaves, everything stays.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let file = machine.file("d.json", &order("d").to_string());
    let url = format!("http://{gone}/v1");
    let ran = machine.run_with(&["send", &file], "OKTODESK_OKTOPOS__BASE_URL", &url).expect(7);
    assert_eq!(ran.deliveries(), ["queued"]);
    assert!(!ran.lines[0]["reason"].as_str().unwrap().is_empty());
    // And an order is bound to the address it was confirmed for.
    machine.faults("");
    for id in ["a", "c"] {
        machine.run(&["settle", id]).expect(0);
    }
    let ran = machine.run(&["outbox", "--drain"]).expect(7);
    assert_eq!(ran.lines[0]["reason"], json!(format!("queued for {url}")));
    assert_eq!(machine.run(&["outbox"]).lines[0]["held"], json!("other-address"));
}

#[test]
fn a_status_is_set_by_either_id_and_for_orders_from_elsewhere() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    let internal_id = machine.run(&["send", &file]).expect(0).lines[0]["internalId"].as_i64().unwrap();
    let ran = machine.run(&["status", "a", "in_preparation", "--reason", "Ofen heiß"]).expect(0);
    assert_eq!((&ran.lines[0]["status"], &ran.lines[0]["orderId"]), (&json!("in_preparation"), &json!("a")));
    machine.run(&["status", &internal_id.to_string(), "prepared"]).expect(0);
    let changes = machine.world().orders[0].status_changes.iter().map(|set| set.status.clone()).collect::<Vec<_>>();
    assert_eq!(changes, ["in_preparation", "prepared"]);
    assert_eq!(machine.run(&["orders", "--status", "prepared"]).expect(0).lines.len(), 1);

    let foreign = machine.sandbox.add_web_shop_order().unwrap().to_string();
    let ran = machine.run(&["status", &foreign, "completed"]).expect(0);
    assert_eq!(ran.lines[0]["internalId"].to_string(), foreign);
    machine.run(&["status", "999999999", "completed"]).expect(4);
    machine.run(&["status", "nobody", "completed"]).expect(2);
    let ran = machine.run(&["status", "a", "eaten"]).expect(2);
    assert!(ran.stderr.contains("in_preparation"), "{}", ran.stderr);
    machine.faults("status:404e");
    let ran = machine.run(&["status", "a", "completed"]).expect(4);
    assert!(!ran.lines[0]["reason"].as_str().unwrap().is_empty());
}

#[test]
fn a_number_that_means_two_orders_is_refused_until_one_is_chosen() {
    let machine = Machine::new();
    let first = machine.run(&["send", &machine.file("a.json", &order("first").to_string())]).expect(0);
    let number = first.lines[0]["internalId"].to_string();
    let second = machine.run(&["send", &machine.file("b.json", &order(&number).to_string())]).expect(0);
    for args in
        [&["status", &number, "in_preparation"][..], &["cancel", &number], &["settle", &number], &["resend", &number]]
    {
        let ran = machine.run(args).expect(2);
        let named = ["first", &format!("orderId:{number}"), &format!("internalId:{number}")];
        assert!(named.iter().all(|name| ran.stderr.contains(name)), "{}", ran.stderr);
    }
    assert!(machine.world().orders.iter().all(|order| order.status_changes.is_empty()));
    let set = |which: &str| machine.run(&["status", which, "in_preparation"]).expect(0).lines[0]["orderId"].clone();
    assert_eq!(set(&format!("internalId:{number}")), json!("first"));
    assert_eq!(set(&format!("orderId:{number}")), json!(number));
    assert_eq!(set(&second.lines[0]["internalId"].to_string()), json!(number), "no other order has this one");
    let foreign = machine.sandbox.add_web_shop_order().unwrap();
    machine.run(&["status", &format!("internalId:{foreign}"), "in_preparation"]).expect(0);
}

#[test]
fn orders_are_listed_without_customer_data_unless_asked_for() {
    let machine = Machine::new();
    let file = machine.file("orders.json", &json!([order("a"), order("b")]).to_string());
    machine.run(&["send", &file, "--no-wait"]).expect(0);
    let ran = machine.run(&["orders", "--json"]).expect(0);
    assert!(!ran.stdout.contains("Muster") && !ran.stdout.contains("123456"), "{}", ran.stdout);
    let first = ran.lines[0].as_object().unwrap();
    for (field, value) in [
        ("orderId", json!("a")),
        ("delivery", json!("queued")),
        ("internalId", Value::Null),
        ("orderType", json!("PICKUP")),
        ("total", json!("10.50")),
        ("currency", json!("EUR")),
        ("dueAt", Value::Null),
    ] {
        assert_eq!(first.get(field), Some(&value), "{field}");
    }
    assert!(first.contains_key("status") && first["createdAt"].as_str().unwrap().ends_with('Z'));
    let ran = machine.run(&["orders", "--with-customer"]).expect(0);
    assert_eq!(ran.lines[0]["customer"]["familyName"], json!("Muster"));
    assert_eq!(machine.run(&["orders", "--delivery", "accepted"]).expect(0).lines.len(), 0);
    machine.run(&["orders", "--delivery", "gone"]).expect(2);
}

#[test]
fn watching_prints_every_change_until_it_is_interrupted() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    machine.run(&["send", &file, "--no-wait"]).expect(0);
    let mut child = machine.command(&["orders", "--watch"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(next()["delivery"], json!("queued"));
    machine.run(&["cancel", "a"]).expect(0);
    assert_eq!(next()["delivery"], json!("cancelled"));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_interrupted_send_keeps_what_is_recorded() {
    let machine = Machine::new();
    let ids = ["a", "b", "c", "d", "e", "f"];
    let file = machine.file("orders.json", &json!(ids.map(order)).to_string());
    machine.faults("create:latency=1s");
    let child = machine.command(&["send", &file]).spawn().unwrap();
    machine.until(|order| order["delivery"] == "sending");
    interrupt(&child);
    let ran = Ran::of(child.wait_with_output().unwrap()).expect(7);
    // The call under way was given its answer, and none was begun after it.
    let arrived = machine.world().orders.len();
    let expected: Vec<_> = (0..ids.len()).map(|at| if at < arrived { "accepted" } else { "queued" }).collect();
    assert!(arrived < ids.len());
    assert_eq!(ran.deliveries(), expected);
    machine.faults("");
    machine.run(&["outbox", "--drain"]).expect(0);
    assert_eq!(machine.world().orders.len(), ids.len());
}

#[test]
fn two_programs_on_one_directory_send_each_order_once() {
    let machine = Machine::new();
    let first = machine.file("first.json", &json!([order("a"), order("b"), order("c")]).to_string());
    let second = machine.file("second.json", &json!([order("d"), order("e")]).to_string());
    machine.faults("create:latency=200ms");
    let child = machine.command(&["send", &first]).spawn().unwrap();
    machine.until(|order| order["delivery"] != "queued");
    assert_eq!(machine.run(&["send", &second]).expect(0).deliveries(), ["accepted", "accepted"]);
    Ran::of(child.wait_with_output().unwrap()).expect(0);
    let mut received: Vec<_> =
        machine.world().orders.iter().map(|order| order.order["orderId"].as_str().unwrap().to_owned()).collect();
    received.sort();
    assert_eq!(received, ["a", "b", "c", "d", "e"]);
}

#[test]
fn an_order_that_is_unclear_is_not_sent_again() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    // Only the first call goes wrong: a second one would be answered.
    machine.faults("create:drop-before@1");
    assert_eq!(machine.run(&["send", &file]).expect(6).deliveries(), ["unknown"]);
    machine.run(&["outbox", "--drain"]).expect(6);
    assert_eq!((machine.world().attempts.len(), machine.world().orders.len()), (1, 0));
}

#[test]
fn a_second_program_leaves_a_call_under_way_alone() {
    let machine = Machine::new();
    let first = machine.file("first.json", &order("a").to_string());
    let second = machine.file("second.json", &order("b").to_string());
    // Long enough for the second program to start on a machine that has more to do.
    machine.faults("create:late=5s@1");
    let child = machine.command(&["send", &first]).spawn().unwrap();
    machine.until(|order| order["delivery"] == "sending");
    // A second sender would take the call of the first for one that a crash left behind.
    let second = machine.command(&["send", &second]).spawn().unwrap();
    assert_eq!(Ran::of(child.wait_with_output().unwrap()).expect(0).deliveries(), ["accepted"]);
    assert_eq!(Ran::of(second.wait_with_output().unwrap()).expect(0).deliveries(), ["accepted"]);
    assert_eq!(machine.world().orders.len(), 2);
    let data_dir = machine.path(".local/share/oktodesk");
    let record = machine.runtime.block_on(async {
        let journal = SqliteJournal::open(&data_dir).await.unwrap();
        journal.order(&OrderId("a".into())).await.unwrap()
    });
    let kinds: Vec<_> = record.events.iter().map(|event| event.kind).collect();
    // The first program may see its order in the ready list before its answer comes.
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Attempt).count(), 1, "{kinds:?}");
    assert!(kinds.contains(&EventKind::Accepted) && !kinds.contains(&EventKind::Unknown), "{kinds:?}");
}

#[test]
fn every_planted_bug_is_caught_here() {
    oktodesk_testkit::planted::expect_caught("cli", &Bug::caught());
}

#[test]
fn the_catalog_is_copied_and_searched() {
    let machine = Machine::new();
    let never = machine.run(&["catalog", "search", "Pizza"]).expect(0);
    assert!(never.lines.is_empty() && never.stderr.contains("catalog sync"));
    let synced = machine.run(&["catalog", "sync"]).expect(0);
    assert_eq!(synced.lines[0]["articles"], json!(sandbox::menu().unwrap().len()));
    let found = machine.run(&["catalog", "search", "51"]).expect(0);
    assert_eq!(found.lines.iter().map(|line| &line["name"]).collect::<Vec<_>>(), ["Pizza Hawaii"]);
    assert!(machine.run(&["catalog", "search", "hawaii"]).expect(0).lines.len() > 1);
    machine.run_with(&["catalog", "sync"], "OKTODESK_API_KEY", "wrong").expect(5);
}

#[test]
fn the_catalog_goes_into_a_file_and_comes_back() {
    let machine = Machine::new();
    machine.run(&["catalog", "sync"]).expect(0);
    let csv = machine.run(&["catalog", "export"]).expect(0).stdout;
    let json = machine.run(&["catalog", "export", "--format", "json"]).expect(0).stdout;
    assert!(csv.starts_with("id,number,name,") && json.contains("\"Pizza Hawaii\""), "{csv}");
    let dearer = machine.file("dearer.csv", &csv.replacen(",10.50,", ",11.50,", 1));
    let ran = machine.run(&["catalog", "import", &dearer]).expect(0);
    assert_eq!(
        (&ran.lines[0]["dearer"], &ran.lines[0]["new"], &ran.lines[0]["gone"]),
        (&json!(1), &json!(0), &json!(0))
    );
    assert_eq!((&ran.lines[1]["change"], &ran.lines[1]["to"]), (&json!("dearer"), &json!("11.50")));
    let back = machine.file("back.json", &json);
    assert_eq!(machine.run(&["catalog", "import", &back]).expect(0).lines[0]["cheaper"], json!(1));
    assert_eq!(machine.run(&["catalog", "export"]).expect(0).stdout, csv);
    let broken = machine.file("broken.csv", &format!("{csv}x,,,,,,,,,,,,\n"));
    let ran = machine.run(&["catalog", "import", &broken]).expect(2);
    assert!(ran.stderr.contains(&format!("{}", csv.lines().count() + 1)), "{}", ran.stderr);
    machine.run(&["catalog", "import", "/no/such/file"]).expect(2);
    assert_eq!(machine.run(&["catalog", "export"]).expect(0).stdout, csv, "nothing was changed");
}

#[test]
fn a_menu_that_cannot_be_used_is_named_with_its_line_before_the_desk_opens() {
    let machine = Machine::new();
    let menu = machine.file("menu.toml", "favourites = [\"51\"]\n[codes]\nph = 51\n");
    let ran = machine.run_with(&[], "OKTODESK_DESK__MENU_FILE", &menu).expect(3);
    assert!(ran.stderr.contains("menu.toml:3"), "{}", ran.stderr);
    machine.run_with(&[], "OKTODESK_DESK__MENU_FILE", "/no/such/menu.toml").expect(3);
}

#[test]
fn delivery_areas_that_cannot_be_used_are_named_with_their_line_before_the_desk_opens() {
    let machine = Machine::new();
    let areas = machine.file("areas.toml", "[[areas]]\nname = \"Nah\"\nzips = [\"x\"]\n");
    let ran = machine.run_with(&[], "OKTODESK_DESK__AREAS_FILE", &areas).expect(3);
    assert!(ran.stderr.contains("areas.toml:3"), "{}", ran.stderr);
    machine.run_with(&[], "OKTODESK_DESK__AREAS_FILE", "/no/such/areas.toml").expect(3);
}

#[test]
fn settings_are_written_shown_and_refused_with_their_line() {
    let machine = Machine::new();
    let path = machine.run_bare(&["config", "path"]).expect(0).stdout.trim().to_owned();
    assert!(path.starts_with(machine.home.path().to_str().unwrap()) && path.ends_with("config.toml"), "{path}");
    machine.run_bare(&["config", "init"]).expect(0);
    assert!(fs::read_to_string(&path).unwrap().contains("#base_url"));
    machine.run_bare(&["config", "init"]).expect(2);
    let shown = machine.run(&["config", "show"]).expect(0);
    assert!(shown.stdout.contains("OKTODESK_OKTOPOS__BASE_URL"), "{}", shown.stdout);
    assert!(shown.stdout.parse::<toml::Table>().is_ok());

    fs::write(&path, "[oktopos]\n\nbase_uri = 'x'\n").unwrap();
    let ran = machine.run_bare(&["orders"]).expect(3);
    assert!(ran.stderr.contains("config.toml:3") && ran.stderr.contains("oktopos.base_url"), "{}", ran.stderr);
    fs::write(&path, "[oktopos]\ntotal_timeout_seconds = 5\n").unwrap();
    let ran = machine.run_bare(&["orders"]).expect(3);
    assert!(ran.stderr.contains("config.toml:2") && ran.stderr.contains("35"), "{}", ran.stderr);
    machine.run_bare(&["--config", "/no/such/file", "orders"]).expect(3);
    machine.run_with(&["orders"], "OKTODESK_DESK__TEMINAL", "x").expect(3);
}

#[test]
fn a_setting_of_the_wrong_kind_is_said_in_the_language_of_the_person() {
    let mut machine = Machine::new();
    machine.lang = "de_DE.UTF-8";
    let setting = "[oktopos]\nconnect_timeout_seconds = \"5\"\n";
    let file = machine.file("config.toml", setting);
    let ran = machine.run_bare(&["--config", &file, "orders"]).expect(3);
    assert!(ran.stderr.contains("config.toml:2") && ran.stderr.contains("eine ganze Zahl ab 0"), "{}", ran.stderr);
    assert!(ran.stderr.contains("\"5\"") && !ran.stderr.contains("expected"), "{}", ran.stderr);
    // A flag that lies over a setting does not hide that it cannot be used.
    let file = machine.file("config.toml", "[desk]\nlanguage = \"fr\"\n");
    for args in [&["--config", &file, "orders"][..], &["--config", &file, "--lang", "de", "orders"]] {
        let ran = machine.run_bare(args).expect(3);
        assert!(
            ran.stderr.contains("config.toml:2") && ran.stderr.contains("eines von auto, de, en"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn without_address_or_key_nothing_is_recorded() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    let ran = machine.run_bare(&["send", &file]).expect(3);
    assert!(ran.stderr.contains("oktopos.base_url"), "{}", ran.stderr);
    let url = machine.sandbox.base_url();
    let with_url = |key_file: &str| {
        let mut command = machine.bare(&["send", &file]);
        command.env("OKTODESK_OKTOPOS__BASE_URL", &url).env("OKTODESK_OKTOPOS__API_KEY_FILE", key_file);
        Ran::of(command.output().unwrap())
    };
    assert!(with_url("").expect(3).stderr.contains("OKTODESK_API_KEY"));
    let key_file = machine.file("key", &format!("{KEY}\n"));
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(with_url(&key_file).expect(3).stderr.contains("chmod 600"));
    assert!(machine.world().orders.is_empty());
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(with_url(&key_file).expect(0).deliveries(), ["accepted"]);
}

#[test]
fn a_refusal_says_what_it_means_and_what_mends_it() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    let nothing = "Nothing was saved.";
    let url = machine.sandbox.base_url();
    let keyless = |key_file: &str| {
        let mut command = machine.bare(&["send", &file]);
        command.env("OKTODESK_OKTOPOS__BASE_URL", &url).env("OKTODESK_OKTOPOS__API_KEY_FILE", key_file);
        Ran::of(command.output().unwrap()).expect(3).stderr
    };
    let open_key = machine.file("key", "secret\n");
    fs::set_permissions(&open_key, fs::Permissions::from_mode(0o644)).unwrap();
    for said in [
        keyless(""),
        keyless(&open_key),
        machine.run_bare(&["send", &file]).expect(3).stderr,
        machine.run_bare(&["--config", "/no/such/file", "send", &file]).expect(3).stderr,
        machine.run(&["send", "/no/such/file"]).expect(2).stderr,
    ] {
        assert!(said.trim_end().ends_with(nothing), "{said}");
    }
    let refused = machine.run_with(&["send", &file], "OKTODESK_API_KEY", "wrong").expect(5).stderr;
    assert!(refused.contains("OKTODESK_API_KEY") && refused.contains("oktopos.api_key_file"), "{refused}");

    for command in ["orders", "doctor"] {
        let said = machine.run(&["--data-dir", "/proc/nowhere", command]).expect(1).stderr;
        assert!(!said.contains("Not saved") && said.contains("/proc/nowhere"), "{said}");
        assert_eq!(said.to_lowercase().matches("disk space").count(), 1, "{said}");
    }
    let nobody = machine.run(&["customer", "forget", "abc"]).expect(2).stderr;
    assert!(
        nobody.contains("abc") && nobody.contains("nothing was removed") && !nobody.contains("customer."),
        "{nobody}"
    );
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = machine.run_with(&["doctor"], "OKTODESK_OKTOPOS__BASE_URL", &format!("http://{gone}/v1")).expect(1);
    assert!(ran.stderr.contains("check the network") && !ran.stderr.contains("`oktodesk doctor`"), "{}", ran.stderr);
}

#[test]
fn the_doctor_names_what_is_wrong_and_what_mends_it() {
    let machine = Machine::new();
    machine.run(&["catalog", "sync"]).expect(0);
    let ran = machine.run(&["doctor"]).expect(0);
    let checks: Vec<_> = ran.lines.iter().map(|line| line["check"].as_str().unwrap()).collect();
    for check in ["config", "journal", "key", "address", "ready", "create", "clock", "terminal"] {
        assert!(checks.contains(&check), "{check} in {checks:?}");
    }
    assert!(ran.lines.iter().all(|line| line["result"] == "ok"), "{}", ran.stderr);
    machine.run_with(&["doctor"], "OKTODESK_API_KEY", "wrong").expect(5);
    let ran = machine.run_with(&["doctor"], "OKTODESK_OKTOPOS__PATHS__READY", "orders/gone").expect(3);
    assert!(ran.stderr.contains("oktopos.paths.ready"), "{}", ran.stderr);
    // Where nothing is found at all, it is the address; and 404 alone does not say that a path is right.
    let base = machine.sandbox.base_url().replace("/v1", "/v2");
    let ran = machine.run_with(&["doctor"], "OKTODESK_OKTOPOS__BASE_URL", &base).expect(3);
    let lost: Vec<_> = ran.lines.iter().filter(|line| line["detail"].as_str().unwrap().contains("404")).collect();
    assert_eq!(lost.len(), 7, "{}", ran.stderr);
    assert!(
        lost.iter().all(|line| line["remedy"].as_str().unwrap().starts_with("change oktopos.base_url")),
        "{lost:?}"
    );
    let ran = machine.run_with(&["doctor"], "OKTODESK_OKTOPOS__PATHS__CUSTOMERS", "nix/da").expect(0);
    let customers = ran.lines.iter().find(|line| line["check"] == "customers").unwrap();
    assert_eq!(customers["result"], "warn", "{customers}");
    assert!(customers["remedy"].as_str().unwrap().contains("oktopos.paths.customers"), "{customers}");
    let channel = "[{ order_type = 'LOCAL', channel = { dcId = 77, name = 'GARDEN' } }]";
    let ran = machine.run_with(&["doctor"], "OKTODESK_SHOP__ORDER_TYPES", channel).expect(0);
    assert!(ran.stderr.contains("77 GARDEN") && ran.stderr.contains("1 INHOUSE"), "{}", ran.stderr);
    machine.run_bare(&["doctor"]).expect(3);
}

#[test]
fn the_doctor_finds_channels_with_other_ids_by_their_tokens() {
    let machine = Machine::with(SandboxOptions { channel_base: 34, ..SandboxOptions::default() });
    let ran = machine.run(&["doctor"]).expect(0);
    let findings: Vec<&Value> =
        ran.lines.iter().filter(|line| line["check"] == "channels" && line["result"] != "ok").collect();
    assert!(!findings.is_empty(), "{}", ran.stderr);
    for line in findings {
        let remedy = line["remedy"].as_str().unwrap();
        assert!(remedy.contains("dcId = 34") || remedy.contains("dcId = 35"), "{remedy}");
    }
}

#[test]
fn the_doctor_finds_out_about_a_repeated_order_id_only_when_told_to() {
    for (repeated, word, orders) in [
        (RepeatedOrder::SameOrder, "same-order", 1),
        (RepeatedOrder::Conflict, "conflict", 1),
        (RepeatedOrder::AcceptAgain, "unknown", 2),
    ] {
        let machine = Machine::with(SandboxOptions { repeated, ..SandboxOptions::default() });
        let asked = machine.run(&["doctor", "--probe"]).expect(2);
        assert!(
            asked.stderr.contains(&machine.sandbox.base_url()) && asked.stderr.contains("--yes"),
            "{}",
            asked.stderr
        );
        assert!(machine.world().orders.is_empty(), "nothing is sent without a yes");
        let setting = "OKTODESK_OKTOPOS__REPEATED_ORDER_ID";
        machine.run_with(&["doctor", "--probe", "--yes"], setting, word).expect(0);
        assert_eq!(machine.world().orders.len(), orders, "{word}");
        let wrong = if word == "unknown" { "same-order" } else { "unknown" };
        let told = Ran::of(machine.command(&["doctor", "--probe", "--yes"]).env(setting, wrong).output().unwrap());
        let line = told.lines.iter().find(|line| line["check"] == "probe").unwrap();
        assert!(line["remedy"].as_str().unwrap().contains(word), "{line}");
        assert_eq!(told.code, if word == "unknown" { 3 } else { 0 }, "only a setting that doubles orders is a failure");
    }
}

#[test]
fn what_waits_for_another_address_is_sent_there_when_a_person_says_so() {
    let machine = Machine::new();
    let file = machine.file("d.json", &order("d").to_string());
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let old = format!("http://{gone}/v1");
    machine.run_with(&["send", &file], "OKTODESK_OKTOPOS__BASE_URL", &old).expect(7);
    machine.run(&["outbox", "--drain"]).expect(7);
    assert!(machine.world().orders.is_empty(), "not by itself");
    assert_eq!(machine.run(&["resend", "d"]).expect(0).deliveries(), ["accepted"]);
    assert_eq!(machine.world().orders.len(), 1);
}

#[test]
fn a_status_that_waits_for_another_address_says_where_and_what_mends_it() {
    let machine = Machine::new();
    let new = |name: &str| machine.file(&format!("{name}.json"), &order(name).to_string());
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let elsewhere = format!("http://{gone}/v1/");
    let at_new = |args: &[&str]| machine.run_with(args, "OKTODESK_OKTOPOS__BASE_URL", &elsewhere);
    // One has arrived and has its number there, one waits; then the settings name another address.
    machine.run(&["send", &new("arrived")]).expect(0);
    machine.run(&["send", &new("waits"), "--no-wait"]).expect(0);
    let here = machine.sandbox.base_url();
    for (name, command) in [("waits", "oktodesk resend waits"), ("arrived", "oktodesk cancel arrived")] {
        let ran = at_new(&["status", name, "in_preparation"]).expect(7);
        let said = ran.stderr.lines().last().unwrap();
        assert!(said.contains(here.trim_end_matches('/')) && said.contains(command), "{said}");
        let reason = ran.lines[0]["reason"].as_str().unwrap();
        assert!(reason.starts_with("queued for http://127.0.0.1:"), "{reason}");
        assert_eq!(ran.lines[0]["pendingStatus"], "in_preparation");
    }
    // Its number means another order there: only taking it back is offered.
    let refused = at_new(&["resend", "arrived"]).expect(2);
    assert!(refused.stderr.contains("oktodesk cancel"), "{}", refused.stderr);
    assert_eq!(at_new(&["cancel", "arrived"]).expect(0).deliveries(), ["accepted"]);
    assert_eq!(machine.run(&["outbox"]).lines.iter().filter(|line| line["orderId"] == "arrived").count(), 0);
    at_new(&["cancel", "arrived"]).expect(2);
    assert_eq!(at_new(&["cancel", "waits"]).expect(0).deliveries(), ["cancelled"]);
    assert!(machine.run(&["outbox"]).expect(0).lines.is_empty());
    // Back at the address where its order is, a status that was kept is sent.
    at_new(&["status", "arrived", "in_preparation"]).expect(7);
    machine.run(&["outbox", "--drain"]).expect(0);
    assert_eq!(machine.world().orders[0].status, "in_preparation");
    assert_eq!(machine.world().orders.len(), 1);
}

#[test]
fn a_password_of_the_proxy_is_shown_by_nothing() {
    let machine = Machine::new();
    let secret = "gue55-me";
    let proxy = format!("http://someone:{secret}@127.0.0.1:9");
    for args in [&["config", "show"][..], &["doctor"], &["orders"], &["outbox", "--drain"], &["catalog", "sync"]] {
        let ran = machine.run_with(args, "OKTODESK_OKTOPOS__PROXY", &proxy);
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{args:?}: {}{}", ran.stdout, ran.stderr);
        assert!(!ran.stdout.contains("someone") && !ran.stderr.contains("someone"), "{args:?}");
    }
    let shown = machine.run_with(&["config", "show"], "OKTODESK_OKTOPOS__PROXY", &proxy).expect(0);
    assert!(shown.stdout.contains("oktopos.proxy = \"http://***@127.0.0.1:9\""), "{}", shown.stdout);
    let doctor = machine.run_with(&["doctor"], "OKTODESK_OKTOPOS__PROXY", &proxy);
    assert!(doctor.stdout.contains("http://***@127.0.0.1:9"), "{}", doctor.stdout);
}

#[test]
fn the_sandbox_says_where_it_is_and_ends_when_told() {
    let machine = Machine::new();
    let mut child = machine.bare(&["sandbox", "--port", "0", "--key", "training", "--articles", "5"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let url = ready["baseUrl"].as_str().unwrap();
    let mut command = machine.bare(&["catalog", "sync"]);
    command.env("OKTODESK_OKTOPOS__BASE_URL", url).env("OKTODESK_API_KEY", "training");
    let synced = Ran::of(command.output().unwrap()).expect(0);
    assert_eq!(synced.lines[0]["articles"], json!(sandbox::menu().unwrap().len() + 5));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let ran = machine.run_bare(&["sandbox", "--faults", "create:explode"]).expect(2);
    assert!(ran.stderr.contains("drop-before"), "{}", ran.stderr);
    // What it cannot do is said in the language of the person.
    let taken = machine.sandbox.address().port().to_string();
    for (args, code, words) in [
        (["--port", taken.as_str()], 1, "schon belegt"),
        (["--key", ""], 2, "darf nicht leer sein"),
        (["--log", "/no/such/dir/log"], 2, "nicht vorhanden"),
        (["--articles", "99999999999"], 2, "1000000"),
        (["--faults", "explode"], 2, "legt auf und bearbeitet nichts"),
    ] {
        let ran = machine.run_bare(&[&["--lang", "de", "sandbox"][..], &args].concat()).expect(code);
        assert!(ran.stderr.contains(words), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn words_are_in_the_language_of_the_machine_or_the_flag() {
    let mut machine = Machine::new();
    machine.lang = "de_DE.UTF-8";
    assert!(machine.run_bare(&["--help"]).expect(0).stdout.contains("Bestellungen annehmen"));
    assert!(machine.run_bare(&["fly"]).expect(2).stderr.contains("Den Befehl fly gibt es nicht."));
    assert!(machine.run_bare(&["--lang", "en", "fly"]).expect(2).stderr.contains("There is no command fly."));
    assert!(machine.run_bare(&["send", "x"]).expect(3).stderr.contains("ist nicht eingestellt"));
    machine.run_bare(&["--lang", "fr", "orders"]).expect(2);
}

#[test]
fn what_others_wrote_cannot_reach_the_terminal_raw() {
    let machine = Machine::new();
    let mut hostile = order("evil\u{202e}id");
    hostile["customer"]["familyName"] = json!("Muster\u{1b}]0;x\u{7}");
    let file = machine.file("order.json", &hostile.to_string());
    let ran = machine.run(&["send", &file, "--no-wait"]).expect(0);
    let listed = machine.run(&["orders", "--with-customer"]).expect(0);
    let refused = machine.run(&["resend", "no\u{1b}[2Jbody"]).expect(2);
    let file = machine.file("order.json", &order("evil\u{9b}2J\u{202e}id").to_string());
    let unusable = machine.run(&["send", &file, "--no-wait"]).expect(2);
    for text in [&ran.stdout, &ran.stderr, &listed.stdout, &refused.stderr, &unusable.stdout, &unusable.stderr] {
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{text:?}");
    }
    assert_eq!(listed.lines[0]["orderId"], hostile["orderId"], "escaped, not changed");
    assert_eq!(listed.lines[0]["customer"], hostile["customer"]);
}

#[test]
fn logs_hold_codes_and_neither_key_nor_customers() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    machine.run(&["send", &file]).expect(0);
    let log = fs::read_to_string(machine.path(".local/share/oktodesk/log/oktodesk.log")).unwrap();
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()) && log.contains("\"code\":0"), "{log}");
    for secret in [KEY, "Muster", "123456", "Pizza"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn a_sandbox_that_goes_away_in_between_leaves_the_order_queued() {
    let machine = Machine::new();
    let file = machine.file("order.json", &order("a").to_string());
    machine.run(&["send", &file, "--no-wait"]).expect(0);
    let url = machine.sandbox.base_url();
    let Machine { home, runtime, sandbox, lang } = machine;
    runtime.block_on(sandbox.shutdown());
    let mut command = Command::new(env!("CARGO_BIN_EXE_oktodesk"));
    command.args(["outbox", "--drain"]).env_clear().env("HOME", home.path()).env("LANG", lang);
    command.env("OKTODESK_OKTOPOS__BASE_URL", url).env("OKTODESK_API_KEY", KEY);
    assert_eq!(Ran::of(command.output().unwrap()).expect(7).deliveries(), ["queued"]);
}
