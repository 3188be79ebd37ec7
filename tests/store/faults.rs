//! Disks and files that fail: refused loudly before anything is called saved, read on, and nothing that is there is touched.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use oktodesk::{
    domain::{guest::GuestKeys, order::Order, value::ids::OrderId},
    journal::SqliteJournal,
    ports::{
        Journal,
        house::PlaceNote,
        journal::{Forget, NewOrder, OrderFilter},
    },
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use tokio::time::Instant;

use crate::machine::{Machine, Ran, order, tell};

/// In a shell: files may grow to 64 KiB, and what goes beyond is an error as of a disk, not the end of the program.
const SMALL_DISK: &str = "trap '' XFSZ; ulimit -f 64";

fn journal(machine: &Machine) -> PathBuf {
    machine.data_dir().join("journal.sqlite3")
}

fn many(machine: &Machine, prefix: &str, count: usize) -> String {
    let orders: Vec<Value> = (0..count).map(|number| order(&format!("{prefix}{number}"))).collect();
    machine.file(&format!("{prefix}.json"), &json!(orders).to_string())
}

/// Makes a database in the journal's place.
pub fn make(machine: &Machine, sql: &str) {
    machine.runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(journal(machine)).create_if_missing(true);
        let mut conn = options.connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    });
}

/// The version of the schema.
pub fn schema(machine: &Machine) -> i64 {
    machine.runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(journal(machine)).immutable(true);
        let mut conn = options.connect().await.unwrap();
        sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut conn).await.unwrap()
    })
}

/// SQL past the program.
fn run_sql(machine: &Machine, sql: &str) {
    machine.runtime.block_on(async {
        let mut conn = SqliteConnectOptions::new().filename(journal(machine)).connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    });
}

#[test]
fn a_disk_that_fails_refuses_orders_loudly_and_what_is_there_is_read_on() {
    let machine = Machine::new();
    machine.send(&json!([order("before-0"), order("before-1")]));
    let file = many(&machine, "late", 400);
    let ran = machine.run_in_shell(SMALL_DISK, &["send", "--no-wait", &file]).expect(1);
    let ids = |lines: &[Value]| lines.iter().map(|line| line["orderId"].to_string()).collect::<Vec<_>>();
    assert!(ran.stderr.contains("this was not saved"), "{}", ran.stderr);
    if !ran.lines.is_empty() {
        assert!(ran.stderr.contains(&format!("{} of 400 orders are saved", ran.lines.len())), "{}", ran.stderr);
    }
    assert_eq!(machine.world().attempts.len(), 2, "what is not recorded is not sent");
    // Reading goes on while the disk is bad.
    let listed = machine.run_in_shell(SMALL_DISK, &["orders"]).expect(0).lines;
    assert!(listed.iter().any(|line| line["orderId"] == "before-0"));
    let waiting = machine.run_in_shell(SMALL_DISK, &["orders", "--delivery", "queued"]).expect(0).lines;
    assert_eq!(ids(&ran.lines), ids(&waiting), "what is recorded is named, and nothing else");
    assert!(waiting.len() < 400, "the disk was full in the middle");
    machine.run(&["doctor"]).expect(0);
    // With room again the same file goes through, and each order arrives once.
    machine.run(&["send", &file]).expect(0);
    let mut ids: Vec<_> = machine.world().orders.iter().map(|order| order.order["orderId"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), machine.world().orders.len()), (402, 402));
}

/// How to run without the rights that let a superuser write anywhere; `None` where that cannot be taken away.
pub fn without_override() -> Option<&'static str> {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !is_root {
        return Some("exec \"$0\" \"$@\"");
    }
    let script = "exec setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-all \"$0\" \"$@\"";
    let works = Command::new("bash").args(["-c", script, "true"]).stderr(Stdio::null()).status();
    works.is_ok_and(|status| status.success()).then_some(script)
}

#[test]
fn a_directory_that_cannot_be_written_is_said_and_nothing_is_sent() {
    let machine = Machine::new();
    machine.send(&order("before"));
    let file = machine.file("o.json", &order("late").to_string());
    // A file stands where the directory should be.
    let blocked = machine.file("blocked", "");
    let ran = machine.run(&["--data-dir", &format!("{blocked}/data"), "send", &file]).expect(1);
    assert!(ran.stderr.contains("blocked"), "{}", ran.stderr);
    let Some(script) = without_override() else {
        tell("not without setpriv: a read-only directory cannot be shown to a superuser".into());
        return;
    };
    let mode = |bits| fs::set_permissions(machine.data_dir(), fs::Permissions::from_mode(bits)).unwrap();
    mode(0o500);
    let ran = machine.run_in_shell(script, &["send", &file]).expect(1);
    assert!(ran.stderr.contains("data directory") || ran.stderr.contains("read-only"), "{}", ran.stderr);
    mode(0o700);
    assert_eq!(machine.world().attempts.len(), 1);
    machine.run(&["send", &file]).expect(0);
    assert_eq!(machine.world().orders.len(), 2);
}

#[track_caller]
fn expect_refused(machine: &Machine) -> String {
    let before = fs::read(journal(machine)).unwrap();
    let file = machine.file("o.json", &order("late").to_string());
    for args in [&["send", &file][..], &["send", "--no-wait", &file], &["orders"], &["outbox", "--drain"]] {
        let ran = machine.run(args).expect(1);
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(ran.stderr.contains("journal export"), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(fs::read(journal(machine)).unwrap(), before, "the file is kept byte for byte");
    machine.run(&["orders"]).stderr
}

#[track_caller]
fn export(machine: &Machine, code: i32) -> (Value, Vec<Value>) {
    let before = fs::read(journal(machine)).unwrap();
    let to = machine.path("all.jsonl");
    let ran = machine.run(&["journal", "export", to.to_str().unwrap()]).expect(code);
    assert_eq!(fs::read(journal(machine)).unwrap(), before, "the file is kept byte for byte");
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&to).unwrap();
    machine.run(&["journal", "export", to.to_str().unwrap()]).expect(2);
    assert_eq!(fs::read_to_string(&to).unwrap(), text, "nothing is written over");
    (ran.lines[0].clone(), text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn with_orders(count: usize) -> Machine {
    let machine = Machine::new();
    let file = many(&machine, "o", count);
    machine.run(&["send", "--no-wait", &file]).expect(0);
    machine
}

#[test]
fn a_journal_of_a_newer_program_is_kept_and_can_be_exported() {
    let machine = with_orders(300);
    run_sql(&machine, "PRAGMA user_version = 9999");
    assert!(expect_refused(&machine).contains("9999"));
    let (told, lines) = export(&machine, 0);
    assert_eq!(told, json!({ "orders": 300, "drafts": 0, "unreadable": 0 }));
    assert_eq!(lines[7]["orderId"], "o7");
    assert_eq!((&lines[7]["delivery"], &lines[7]["order"]), (&json!("queued"), &order("o7")));
}

#[test]
fn a_damaged_journal_is_kept_and_exported_as_far_as_it_goes() {
    let machine = with_orders(300);
    let mut bytes = fs::read(journal(&machine)).unwrap();
    // Somewhere in the middle a few pages are gone, among them some of what waits.
    let pages = bytes.len() / 4096;
    for page in (pages / 2)..(pages / 2 + 8) {
        bytes[page * 4096..(page + 1) * 4096].fill(0x5a);
    }
    let waiting = bytes.len() / 4096 - 3;
    bytes[waiting * 4096..].fill(0x5a);
    fs::write(journal(&machine), &bytes).unwrap();
    let stays = fs::read(journal(&machine)).unwrap();
    machine.run(&["doctor"]).expect(1);
    let (told, lines) = export(&machine, 1);
    assert!(told["orders"].as_u64().unwrap() > 100, "{told}");
    assert!(told["unreadable"].as_u64().unwrap() > 0, "{told}");
    assert_eq!(
        lines.iter().filter(|line| line.get("orderId").is_some()).count() as u64,
        told["orders"].as_u64().unwrap()
    );
    assert_eq!(fs::read(journal(&machine)).unwrap(), stays);
}

#[test]
fn foreign_and_cut_files_are_kept() {
    let machine = Machine::new();
    fs::create_dir_all(machine.data_dir()).unwrap();
    for content in [&b""[..], b"not a database at all", &[0; 8192]] {
        fs::write(journal(&machine), content).unwrap();
        expect_refused(&machine);
        let to = machine.path("none.jsonl");
        machine.run(&["journal", "export", to.to_str().unwrap()]).expect(1);
        assert!(!to.exists(), "an empty file would look like an empty journal");
        assert_eq!(fs::read(journal(&machine)).unwrap(), content);
    }
    fs::remove_file(journal(&machine)).unwrap();
    machine.run(&["journal", "export", machine.path("none.jsonl").to_str().unwrap()]).expect(1);
    assert!(!journal(&machine).exists(), "exporting makes no journal");
    fs::write(journal(&machine), "").unwrap();
    fs::remove_file(journal(&machine)).unwrap();
    run_foreign(&machine);
    assert!(expect_refused(&machine).contains("another program"));
}

fn run_foreign(machine: &Machine) {
    machine.runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(journal(machine)).create_if_missing(true);
        let mut conn = options.connect().await.unwrap();
        sqlx::raw_sql("CREATE TABLE orders (x)").execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    });
}

#[test]
fn a_busy_journal_is_waited_for() {
    let machine = with_orders(1);
    let file = machine.file("late.json", &order("late").to_string());
    let held = machine.runtime.block_on(async {
        let mut conn = SqliteConnectOptions::new().filename(journal(&machine)).connect().await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut conn).await.unwrap();
        conn
    });
    let began = Instant::now();
    let child = machine.command(&["send", "--no-wait", &file]).spawn().unwrap();
    let wait = Duration::from_millis(1500);
    machine.runtime.block_on(async {
        tokio::time::sleep(wait).await;
        held.close().await.unwrap();
    });
    Ran::of(child.wait_with_output().unwrap()).expect(0);
    assert!(began.elapsed() >= wait, "it waited for the other program");
    assert_eq!(machine.run(&["orders"]).lines.len(), 2);
}

#[test]
fn half_of_a_batch_fails_and_the_network_drops_again() {
    let machine = Machine::new();
    let file = many(&machine, "b", 24);
    machine.faults("create:400e%5,create:500@7,create:drop-after@11,create:drop-before%8");
    machine.run(&["send", &file]).expect(6);
    machine.faults("create:drop-before%2");
    machine.run(&["outbox", "--drain"]);
    machine.faults("");
    machine.run(&["outbox", "--drain"]);
    let listed = machine.run(&["orders"]).expect(0).lines;
    assert_eq!(listed.len(), 24, "none is lost");
    let mut received: Vec<_> = machine.world().orders.iter().map(|order| order.order["orderId"].to_string()).collect();
    received.sort();
    let count = received.len();
    received.dedup();
    assert_eq!(received.len(), count, "none is there twice");
    let of = |word: &str| listed.iter().filter(|line| line["delivery"] == word).count();
    assert_eq!(of("queued") + of("sending"), 0, "all that could be sent was");
    assert_eq!(of("accepted") + of("unknown") + of("rejected"), 24);
    for line in listed.iter().filter(|line| line["delivery"] == "accepted") {
        assert!(received.contains(&line["orderId"].to_string()), "accepted here is received there: {line}");
    }
    assert!(of("rejected") > 0 && of("unknown") > 0, "what is not settled is seen");
}

/// A journal of many years; a million orders with `STORE_ORDERS=1000000`.
#[test]
fn a_journal_of_many_years_answers_as_one_of_a_day() {
    let count: u32 = std::env::var("STORE_ORDERS").map_or(50_000, |text| text.parse().expect("a number"));
    let machine = with_orders(1);
    fill(&machine, count);
    let size = fs::metadata(journal(&machine)).unwrap().len() / 1024 / 1024;
    tell(format!("{count} orders, {size} MiB"));
    machine.runtime.block_on(use_it(&machine.data_dir(), count));
}

/// Copies the one order many times: accepted long ago, all but the newest without their guest.
fn fill(machine: &Machine, count: u32) {
    let columns =
        "base_url, attempts, order_type, total, currency, who, address, table_no, seat, pickup_token, intermediary";
    run_sql(
        machine,
        &format!(
            "BEGIN; CREATE TEMP TABLE ns AS WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) \
             SELECT n FROM c; \
             INSERT INTO orders (no, order_id, delivery, internal_id, status, first_status, create_seq, {columns}, created_at, \
             changed_at, personal) SELECT n, 'old-' || n, 'accepted', n, 'completed', 'ready', -n, {columns}, \
             created_at - 1000000 * ({count} - n), changed_at - 1000000 * ({count} - n), n > {count} - 2000 \
             FROM ns CROSS JOIN orders WHERE order_id = 'o0'; \
             INSERT INTO bodies (order_no, body) SELECT n, body FROM ns CROSS JOIN bodies WHERE order_no = 1; \
             INSERT INTO events (order_no, n, at, kind, detail) SELECT n, 1, 0, 'placed', '' FROM ns; COMMIT"
        ),
    );
}

async fn use_it(dir: &Path, count: u32) {
    let timed = |what: &str, began: Instant| tell(format!("{what:<28} {:?}", began.elapsed()));
    let began = Instant::now();
    let journal = SqliteJournal::open(dir).await.unwrap();
    timed("open", began);
    let filters = [
        ("the newest hundred", OrderFilter { limit: Some(100), ..OrderFilter::default() }, 100),
        ("unknown", OrderFilter { delivery: Some("unknown".into()), ..OrderFilter::default() }, 0),
        ("queued", OrderFilter { delivery: Some("queued".into()), ..OrderFilter::default() }, 1),
    ];
    for (what, filter, wanted) in filters {
        let began = Instant::now();
        assert_eq!(journal.orders(&filter).await.unwrap().len(), wanted, "{what}");
        timed(what, began);
    }
    let began = Instant::now();
    let id = OrderId(format!("old-{}", count / 2));
    assert_eq!(journal.order(&id).await.unwrap().row.order_id, id);
    timed("one by its id", began);
    let began = Instant::now();
    let body = order("fresh").to_string();
    let order: Order = serde_json::from_str(&body).unwrap();
    let at = "2026-11-01T12:00:00Z".parse().unwrap();
    let guest = GuestKeys::of("DE", order.customer.as_ref());
    let (base_url, note) = ("http://127.0.0.1:1/v1".into(), PlaceNote::default());
    journal
        .place(&NewOrder {
            order,
            body,
            base_url,
            due_at: None,
            at,
            note,
            guest,
            desk: oktodesk::domain::value::ids::DeskId("desk".into()),
        })
        .await
        .unwrap();
    timed("place", began);
    let began = Instant::now();
    assert_eq!(journal.outbox().await.unwrap().len(), 2);
    timed("outbox", began);
    let began = Instant::now();
    let over = Some(vec!["elsewhere".into()]);
    let mut which = Forget { before: jiff::Timestamp::MAX, over, only: None, after: 0, look_at: 50 };
    let mut windows = 1;
    while let Some(next) = journal.forget(&which, at).await.unwrap().next {
        which.after = next;
        windows += 1;
    }
    assert!((30..60).contains(&windows), "only orders that hold a guest are looked at: {windows}");
    timed("looking for guests to forget", began);
    journal.close().await.unwrap();
}
