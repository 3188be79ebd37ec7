//! A journal is copied while programs work on it, and what comes back sends nothing by itself.

use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};

use oktodesk::{journal::SqliteJournal, ports::Journal};
use serde_json::json;

use crate::machine::{Machine, order};

/// Orders of every kind: sent, and waiting because nothing can be reached.
fn with_orders() -> Machine {
    let machine = Machine::new();
    machine.send(&order("sent"));
    let waiting: Vec<String> = ["one", "two"].iter().map(|id| format!("{}\n", order(id))).collect();
    let file = machine.file("waiting.jsonl", &waiting.concat());
    machine.run(&["send", "--no-wait", &file]).expect(0);
    machine
}

#[test]
fn what_waited_in_a_backup_is_unclear_and_never_sent_again_by_itself() {
    let machine = with_orders();
    let to = machine.path("evening.backup");
    let path = to.display().to_string();
    // A desk that runs.
    let journal: Arc<dyn Journal> =
        Arc::new(machine.runtime.block_on(SqliteJournal::open(&machine.data_dir())).unwrap());
    machine.run(&["backup", &path]).expect(0);
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    machine.run(&["backup", &path]).expect(2);
    let left: Vec<_> = fs::read_dir(machine.home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".journal")), "{left:?}");
    drop(journal);
    // After the backup the orders are sent; then the machine is lost.
    machine.run(&["outbox", "--drain"]).expect(0);
    assert_eq!(machine.world().orders.len(), 3);
    machine.run(&["restore", &path]).expect(2);
    fs::remove_dir_all(machine.data_dir()).unwrap();
    let restored = machine.run(&["restore", &path]).expect(6);
    assert_eq!(restored.lines, [json!({"unknown": 2, "statusDropped": 0})]);
    assert_eq!(fs::metadata(machine.data_dir().join("journal.sqlite3")).unwrap().permissions().mode() & 0o777, 0o600);
    let deliveries = |ran: crate::machine::Ran| -> Vec<String> {
        ran.lines.iter().map(|line| line["delivery"].as_str().unwrap().to_owned()).collect()
    };
    let mut found = deliveries(machine.run(&["orders"]).expect(0));
    found.sort();
    assert_eq!(found, ["accepted", "unknown", "unknown"]);
    machine.run(&["outbox", "--drain"]);
    assert_eq!(machine.world().attempts.len(), 3, "nothing was sent a second time");
}

#[test]
fn what_is_no_backup_makes_no_journal() {
    let machine = Machine::new();
    for (name, content) in [("empty", ""), ("text", "not a database, but long enough to be read as one"), ("away", "")]
    {
        let file = machine.file(name, content);
        if name == "away" {
            fs::remove_file(&file).unwrap();
        }
        assert_ne!(machine.run(&["restore", &file]).code, 0, "{name}");
        assert!(!machine.data_dir().join("journal.sqlite3").exists(), "{name}");
    }
    assert_ne!(machine.run(&["backup", &machine.path("b").display().to_string()]).code, 0, "there is no journal yet");
    assert!(!machine.path("b").exists());
}
