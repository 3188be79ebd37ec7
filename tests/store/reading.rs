//! Reading goes on where nothing can be written: on a read-only directory, a read-only file system and a full disk, with the
//! orders that stand only in the log, and one line that says that nothing can be saved.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use oktodesk::{
    domain::{guest::GuestKeys, order::Order, value::ids::DeskId},
    journal::SqliteJournal,
    ports::{Journal, house::PlaceNote, journal::NewOrder},
};
use serde_json::json;

use crate::{
    faults::without_override,
    machine::{Machine, Ran, order, tell},
};

/// How something is run, and its name.
type Place = (&'static str, String);

/// A machine whose journal holds two orders in its file and two in its log alone, as a power cut leaves it.
fn machine() -> Machine {
    let machine = Machine::new();
    machine.run(&["catalog", "sync"]).expect(0);
    let file = machine.file("before.json", &json!([order("file-0"), order("file-1")]).to_string());
    machine.run(&["send", "--no-wait", &file]).expect(0);
    let (dir, left) = (machine.data_dir(), tempfile::tempdir().unwrap());
    machine.runtime.block_on(async {
        let journal = SqliteJournal::open(&dir).await.unwrap();
        for name in ["log-0", "log-1"] {
            let body = order(name).to_string();
            let order: Order = serde_json::from_str(&body).unwrap();
            let (at, guest) = ("2026-11-01T12:00:00Z".parse().unwrap(), GuestKeys::of("DE", order.customer.as_ref()));
            let (base_url, note, desk) = ("http://127.0.0.1:1/v1".into(), PlaceNote::default(), DeskId("desk".into()));
            journal.place(&NewOrder { order, body, base_url, due_at: None, at, note, guest, desk }).await.unwrap();
        }
        for ending in ["", "-wal"] {
            let name = format!("journal.sqlite3{ending}");
            fs::copy(dir.join(&name), left.path().join(&name)).unwrap();
        }
        journal.close().await.unwrap();
    });
    for ending in ["", "-wal"] {
        let name = format!("journal.sqlite3{ending}");
        fs::copy(left.path().join(&name), dir.join(&name)).unwrap();
        fs::set_permissions(dir.join(&name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let main = fs::read(dir.join("journal.sqlite3")).unwrap();
    assert!(memchr::memmem::find(&main, b"log-0").is_none(), "they stand in the log alone");
    machine
}

fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// In file systems of its own, which go with it.
fn in_namespace(script: &str) -> Option<String> {
    let trial = "mount -t tmpfs -o size=1m none /mnt && mount -o remount,ro /mnt";
    let can = works(Command::new("unshare").args(["-rm", "bash", "-c", trial]));
    can.then(|| format!("exec unshare -rm bash -c '{script} && exec \"$0\" \"$@\"' \"$0\" \"$@\""))
}

/// Where nothing can be written, with the journal of `dir`. What cannot be set up here is named.
fn places(dir: &Path) -> Vec<Place> {
    let dir = dir.display();
    let mut places = Vec::new();
    let mut add = |name, script: Option<String>| match script {
        Some(script) => places.push((name, script)),
        None => tell(format!("SKIPPED: {name}: this machine gives tests no namespaces or no setpriv")),
    };
    add(
        "a read-only file system",
        in_namespace(&format!("mount --bind {dir} {dir} && mount -o remount,bind,ro {dir}")),
    );
    let fill = format!(
        "mkdir /tmp/full.$$ && mount --bind {dir} /tmp/full.$$ && mount -t tmpfs -o size=2m,mode=700 none {dir} \
         && cp -a /tmp/full.$$/. {dir} && umount /tmp/full.$$ && rmdir /tmp/full.$$ \
         && ! dd if=/dev/zero of={dir}/filler bs=4k status=none 2>/dev/null"
    );
    add("a full disk", in_namespace(&fill));
    add("a read-only directory", without_override().map(|script| format!("chmod 500 {dir}; {script}")));
    places
}

fn run(machine: &Machine, script: &str, args: &[&str]) -> Ran {
    let mut command = Command::new("bash");
    command.args(["-c", script]).arg(env!("CARGO_BIN_EXE_oktodesk")).args(args);
    command.env_clear().envs(machine.env()).env("PATH", std::env::var("PATH").unwrap_or_default());
    let ran = Ran::of(command.stdin(Stdio::null()).output().unwrap());
    fs::set_permissions(machine.data_dir(), fs::Permissions::from_mode(0o700)).unwrap();
    ran
}

fn ids(ran: &Ran) -> BTreeSet<&str> {
    ran.lines.iter().filter_map(|line| line["orderId"].as_str()).collect()
}

/// What lies in a directory, by name and content.
fn content(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_file());
    let mut content: Vec<_> =
        files.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect();
    content.sort();
    content
}

const ALL: [&str; 4] = ["file-0", "file-1", "log-0", "log-1"];

#[test]
fn reading_goes_on_where_nothing_can_be_written() {
    let machine = machine();
    let (dir, late) = (machine.data_dir(), machine.file("late.json", &order("late").to_string()));
    let before = content(&dir);
    for (name, script) in places(&dir) {
        for args in [&["orders"][..], &["outbox"], &["catalog", "search", "pizza"], &["catalog", "export"]] {
            let ran = run(&machine, &script, args);
            assert_eq!(ran.code, 0, "{name}, {args:?}: {}", ran.stderr);
            let said = ran.stderr.lines().filter(|line| line.contains("Nothing can be saved")).count();
            assert_eq!((said, ran.stderr.lines().count()), (1, 1), "{name}, {args:?}: {}", ran.stderr);
            match args[0] {
                "catalog" => assert!(ran.stdout.contains("Pizza"), "{name}, {args:?}: {}", ran.stdout),
                _ => assert_eq!(ids(&ran), ALL.into(), "{name}, {args:?}"),
            }
        }
        let to = machine.path(&format!("{}.jsonl", name.replace(' ', "-")));
        let ran = run(&machine, &script, &["journal", "export", to.to_str().unwrap()]);
        assert_eq!((ran.code, ran.lines[0]["orders"].as_u64()), (0, Some(4)), "{name}: {}", ran.stderr);
        let text = fs::read_to_string(&to).unwrap();
        assert!(ALL.iter().all(|id| text.contains(id)) && !text.contains("salvaged"), "{name}");
        // What has to be saved is refused, and nothing is sent.
        for args in [&["send", &late][..], &["send", "--no-wait", &late], &["cancel", "log-0"], &["outbox", "--drain"]]
        {
            let ran = run(&machine, &script, args);
            assert_eq!(ran.code, 1, "{name}, {args:?}: {}", ran.stderr);
        }
        let ran = run(&machine, &script, &["doctor"]);
        let found = |check: &str| {
            let found: Vec<_> = ran.lines.iter().filter(|line| line["check"] == check).collect();
            assert_eq!(found.len(), 1, "{name}, {check}: {}", ran.stderr);
            (found[0]["result"].as_str().unwrap().to_owned(), found[0]["detail"].as_str().unwrap().to_owned())
        };
        let (result, detail) = found("journal");
        assert_eq!((ran.code, result.as_str()), (1, "fail"), "{name}: {}", ran.stderr);
        assert!(detail.contains("can only be read"), "{name}: {detail}");
        // Everything else is examined all the same.
        for check in ["catalog", "menu", "address", "key", "ready", "create", "customers", "clock"] {
            assert_eq!(found(check).0, "ok", "{name}, {check}: {}", ran.stderr);
        }
        found("sender");
        assert_eq!(content(&dir), before, "{name}: nothing was written");
    }
    assert!(machine.world().attempts.is_empty());
    let folders = fs::read_dir(std::env::temp_dir()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = folders.filter(|name| name.to_string_lossy().starts_with("oktodesk-")).collect();
    assert!(left.is_empty(), "no copy stays behind: {left:?}");
    // Written to again, everything is there.
    machine.run(&["send", "--no-wait", &late]).expect(0);
    assert_eq!(machine.run(&["orders"]).lines.len(), 5);
}

/// Without a log the file is read in place; an older schema is brought up on a copy.
#[test]
fn a_journal_without_a_log_or_of_an_older_program_is_read_where_nothing_can_be_written() {
    let machine = Machine::new();
    let file = machine.file("before.json", &json!([order("file-0"), order("file-1")]).to_string());
    machine.run(&["send", "--no-wait", &file]).expect(0);
    let dir = machine.data_dir();
    for (name, script) in places(&dir) {
        let ran = run(&machine, &script, &["orders"]);
        assert_eq!((ran.code, ids(&ran)), (0, ["file-0", "file-1"].into()), "{name}: {}", ran.stderr);
    }
    fs::remove_file(dir.join("journal.sqlite3")).unwrap();
    crate::faults::make(&machine, &OLDER.concat());
    for (name, script) in places(&dir) {
        let ran = run(&machine, &script, &["orders"]);
        assert_eq!((ran.code, ids(&ran)), (0, ["old"].into()), "{name}: {}", ran.stderr);
        assert_eq!(crate::faults::schema(&machine), 5, "{name}: the file itself stays as it is");
    }
    machine.run(&["orders"]).expect(0);
    assert!(crate::faults::schema(&machine) > 5);
}

/// A journal of the fifth schema with one order.
const OLDER: [&str; 6] = [
    include_str!("../../assets/migrations/sqlite/0001_journal.sql"),
    include_str!("../../assets/migrations/sqlite/0002_guests.sql"),
    include_str!("../../assets/migrations/sqlite/0003_strays.sql"),
    include_str!("../../assets/migrations/sqlite/0004_callers.sql"),
    include_str!("../../assets/migrations/sqlite/0005_rounds.sql"),
    "INSERT INTO orders (order_id, delivery, create_seq, base_url, first_status, total, currency, who, address, \
     pickup_token, intermediary, created_at, changed_at) \
     VALUES ('old', 'accepted', 0, 'http://127.0.0.1:1/v1', 'ready', '9.00', 'EUR', '', '', '', '', 0, 0); \
     INSERT INTO bodies (order_no, body) VALUES (1, '{}'); \
     PRAGMA user_version = 5; PRAGMA application_id = 1869313124",
];

#[test]
fn without_room_for_a_copy_orders_in_the_log_are_not_passed_over() {
    let machine = machine();
    let dir = machine.data_dir();
    let shown = dir.display();
    // Nothing anywhere can be written.
    let script = format!(
        "mount --bind {shown} {shown} && mount -o remount,bind,ro {shown} \
         && for d in /tmp /var/tmp /dev/shm; do mount --bind $d $d && mount -o remount,bind,ro $d || exit 9; done"
    );
    let Some(script) = in_namespace(&script) else {
        return tell("SKIPPED: this machine gives tests no namespaces".into());
    };
    let ran = run(&machine, &script, &["orders"]);
    if ran.code == 9 {
        return tell("SKIPPED: the folders for copies cannot be made read-only here".into());
    }
    assert_eq!((ran.code, ran.lines.len()), (1, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("TMPDIR"), "{}", ran.stderr);
}
