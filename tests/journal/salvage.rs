//! What an export gets out of a damaged journal: every order whose bytes are still there, and what was salvaged is marked.
//! What is there is found without a reader of databases: by the bytes that only an order's row or its Order object holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use memchr::memmem;
use oktodesk::{
    journal::{Exported, SqliteJournal, export},
    ports::{Journal, JournalError},
};
use serde_json::Value;

use crate::fixtures::*;

const ORDERS: usize = 300;
const PAGE: usize = 4096;

fn file(dir: &Path) -> PathBuf {
    dir.join("journal.sqlite3")
}

/// Names of which none is the beginning of another.
fn name(number: usize) -> String {
    format!("order-{number:03}-x")
}

/// A journal of many orders and two drafts, closed, as its bytes.
async fn journal() -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    for number in 0..ORDERS {
        journal.place(&new_order(&name(number), i64::try_from(number).unwrap())).await.unwrap();
    }
    journal.save_draft(&draft("draft-1", 0, ""), &here()).await.unwrap();
    journal.save_draft(&draft("draft-2", 1, ""), &here()).await.unwrap();
    journal.close().await.unwrap();
    fs::read(file(dir.path())).unwrap()
}

/// Orders of which the row or the whole Order object stands in these bytes. A row holds its id and, at once behind it, its
/// delivery.
fn there(bytes: &[u8]) -> BTreeSet<String> {
    let is_there = |name: &String| {
        let row = memmem::find(bytes, format!("{name}queued").as_bytes()).is_some();
        row || memmem::find(bytes, new_order(name, 0).body.as_bytes()).is_some()
    };
    (0..ORDERS).map(name).filter(is_there).collect()
}

struct Exports {
    result: Result<Exported, JournalError>,
    lines: Vec<Value>,
}

impl Exports {
    /// Of a journal of these bytes, which stays as it is.
    async fn of(bytes: &[u8]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(file(dir.path()), bytes).unwrap();
        let exports = Self::of_dir(dir.path()).await;
        assert_eq!(fs::read(file(dir.path())).unwrap(), bytes, "the file is kept byte for byte");
        exports
    }

    async fn of_dir(dir: &Path) -> Self {
        let mut lines = Vec::new();
        let mut line = |text: &str| {
            lines.push(serde_json::from_str(text).unwrap());
            Ok(())
        };
        let result = export(dir, &[std::env::temp_dir()], &mut line).await;
        Self { result, lines }
    }

    fn orders(&self) -> BTreeMap<String, &Value> {
        let named = |line: &Value| line["orderId"].as_str().map(str::to_owned);
        let orders: BTreeMap<_, _> = self.lines.iter().filter_map(|line| Some((named(line)?, line))).collect();
        assert_eq!(orders.len(), self.lines.iter().filter_map(named).count(), "each order once");
        orders
    }

    /// Exactly these, each with its own Order object or none, and counted right.
    #[track_caller]
    fn expect(&self, wanted: &BTreeSet<String>, what: &str) {
        let orders = self.orders();
        let found: BTreeSet<String> = orders.keys().cloned().collect();
        let missing: Vec<_> = wanted.difference(&found).collect();
        assert!(
            missing.is_empty(),
            "{what}: {} of {} are missing: {missing:?} {:?}",
            missing.len(),
            wanted.len(),
            self.result
        );
        assert!(found.is_subset(wanted), "{what}: more than there is");
        for (name, line) in orders {
            let whole = serde_json::to_value(new_order(&name, 0).order).unwrap();
            assert!(line["order"].is_null() || line["order"] == whole, "{what}: {line}");
            assert!(line["delivery"].is_null() || line["delivery"] == "queued", "{what}: {line}");
        }
        match &self.result {
            Ok(done) => {
                assert_eq!(done.orders as usize, found.len(), "{what}");
                let marked = self.lines.iter().filter(|line| line.get("salvaged").is_some()).count();
                assert_eq!(done.salvaged as usize, marked, "{what}: what is salvaged is marked");
            }
            Err(error) => assert!(wanted.is_empty(), "{what}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_sound_journal_is_exported_without_a_mark() {
    let exports = Exports::of(&journal().await).await;
    exports.expect(&(0..ORDERS).map(name).collect(), "sound");
    assert_eq!(exports.result.unwrap(), Exported { orders: 300, drafts: 2, unreadable: 0, salvaged: 0 });
}

#[tokio::test]
async fn a_flipped_bit_anywhere_in_the_header_costs_no_order() {
    let whole = journal().await;
    let all: BTreeSet<String> = (0..ORDERS).map(name).collect();
    for at in 0..100 {
        // Two bits of each byte, other ones in the next.
        for bit in [at % 8, (at + 5) % 8] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            let exports = Exports::of(&bytes).await;
            exports.expect(&all, &format!("byte {at}, bit {bit}"));
            let done = exports.result.as_ref().unwrap();
            assert_eq!((done.drafts, done.unreadable), (2, 0), "byte {at}, bit {bit}");
            assert!(exports.orders().values().all(|line| line["order"].is_object()), "byte {at}, bit {bit}");
        }
    }
    // All of it at once.
    for fill in [0, 0xff, 0x5a] {
        let mut bytes = whole.clone();
        bytes[..100].fill(fill);
        let exports = Exports::of(&bytes).await;
        exports.expect(&all, "no header");
        assert!(exports.lines.iter().all(|line| line["salvaged"] == "header"), "from a copy with a new header");
    }
}

#[tokio::test]
async fn of_a_file_that_is_cut_off_everything_before_the_cut_comes_out() {
    let whole = journal().await;
    let pages = whole.len() / PAGE;
    let at_pages = (1..pages).map(|page| page * PAGE);
    let anywhere = (0..pages).map(|page| page * PAGE + 1 + (page * 997) % (PAGE - 1));
    for length in at_pages.step_by(9).chain(anywhere.step_by(9)).chain([0, 1, 99, 100, 1000, whole.len() - 1]) {
        let bytes = &whole[..length];
        let exports = Exports::of(bytes).await;
        exports.expect(&there(bytes), &format!("{length} of {} bytes", whole.len()));
    }
    // In the middle of what a row begins with.
    for number in (0..ORDERS).step_by(60) {
        let row = format!("{}queued", name(number));
        let Some(begins) = memmem::find(&whole, row.as_bytes()) else { panic!("{row} stands in one piece") };
        for length in [begins + 3, begins + row.len() - 2] {
            let bytes = &whole[..length];
            Exports::of(bytes).await.expect(&there(bytes), &format!("{length} bytes, within {row}"));
        }
    }
    let cut = &whole[..whole.len() - PAGE];
    let done = Exports::of(cut).await.result.unwrap();
    assert!(done.salvaged > 0 && done.orders > 200, "{done:?}");
}

#[tokio::test]
async fn of_a_file_with_pages_gone_the_others_come_out() {
    let whole = journal().await;
    for page in (0..whole.len() / PAGE).filter(|page| page % 4 < 2) {
        for fill in [0, 0x5a] {
            if (page + usize::from(fill > 0)) % 2 > 0 && page > 0 {
                continue;
            }
            let mut bytes = whole.clone();
            bytes[page * PAGE..(page + 1) * PAGE].fill(fill);
            Exports::of(&bytes).await.expect(&there(&bytes), &format!("page {} is {fill:#x}", page + 1));
        }
    }
    // Only every fourth page is left.
    let mut bytes = whole;
    for (at, page) in bytes.chunks_mut(PAGE).enumerate() {
        if at % 4 > 0 {
            page.fill(0);
        }
    }
    let wanted = there(&bytes);
    assert!(wanted.len() > 30, "{}", wanted.len());
    Exports::of(&bytes).await.expect(&wanted, "every fourth page");
}

#[tokio::test]
async fn a_page_that_does_not_say_any_more_what_it_is_is_looked_through() {
    let whole = journal().await;
    for page in (1..whole.len() / PAGE).filter(|page| whole[page * PAGE] == 13).step_by(5) {
        let mut bytes = whole.clone();
        bytes[page * PAGE] ^= 1 << (page % 8);
        Exports::of(&bytes).await.expect(&there(&bytes), &format!("page {}", page + 1));
    }
}

/// An open journal's files, copied as a power cut leaves them: what stands in the log alone counts.
async fn with_log(orders: usize) -> tempfile::TempDir {
    let (dir, left) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    for number in 0..orders {
        journal.place(&new_order(&name(number), i64::try_from(number).unwrap())).await.unwrap();
    }
    for ending in ["", "-wal"] {
        let name = format!("journal.sqlite3{ending}");
        fs::copy(dir.path().join(&name), left.path().join(&name)).unwrap();
    }
    left
}

#[tokio::test]
async fn orders_that_stand_only_in_the_log_come_out_whatever_is_damaged() {
    let dir = with_log(20).await;
    let all: BTreeSet<String> = (0..20).map(name).collect();
    let log = dir.path().join("journal.sqlite3-wal");
    let (main, whole) = (fs::read(file(dir.path())).unwrap(), fs::read(&log).unwrap());
    assert!(there(&main).is_empty(), "they stand in the log alone");
    let frame = 24 + PAGE;
    let damages: [(&str, Vec<u8>, Vec<u8>); 5] = [
        ("nothing", main.clone(), whole.clone()),
        ("the header of the file", [&[0; 100][..], &main[100..]].concat(), whole.clone()),
        ("the file is empty", Vec::new(), whole.clone()),
        ("the header of the log", main.clone(), [&[0; 32][..], &whole[32..]].concat()),
        ("a byte of the first frame", main.clone(), {
            let mut bytes = whole.clone();
            bytes[32 + 24 + 2000] ^= 0xff;
            bytes
        }),
    ];
    for (what, main, whole) in &damages {
        fs::write(file(dir.path()), main).unwrap();
        fs::write(&log, whole).unwrap();
        Exports::of_dir(dir.path()).await.expect(&all, what);
    }
    assert!(log.exists(), "the log of an empty file is kept");
    fs::remove_file(file(dir.path())).unwrap();
    fs::write(&log, &whole).unwrap();
    Exports::of_dir(dir.path()).await.expect(&all, "the file is gone");
    // Cut in the middle of a frame: what SQLite reads of it, or more.
    fs::write(file(dir.path()), &main).unwrap();
    fs::write(&log, &whole[..whole.len() - frame / 2]).unwrap();
    let exports = Exports::of_dir(dir.path()).await;
    assert!(exports.orders().len() >= 19, "{:?}", exports.result);
}

#[tokio::test]
async fn long_orders_come_out_whole_and_a_circle_ends() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    let mut long = new_order("long", 0);
    long.order.items[0].comment = Some("well done ".repeat(3000));
    long.body = serde_json::to_string(&long.order).unwrap();
    journal.place(&long).await.unwrap();
    journal.close().await.unwrap();
    let whole = fs::read(file(dir.path())).unwrap();
    let mut bytes = whole.clone();
    bytes[..100].fill(0);
    let exports = Exports::of(&bytes).await;
    assert_eq!(exports.orders()["long"]["order"], serde_json::to_value(&long.order).unwrap());
    // Every page says that the next one of its chain is the last page.
    let last = u32::try_from(bytes.len() / PAGE).unwrap();
    for page in bytes.chunks_mut(PAGE).skip(1).filter(|page| page[0] == 0) {
        page[..4].copy_from_slice(&last.to_be_bytes());
    }
    let exports = Exports::of(&bytes).await;
    assert_eq!(exports.orders().len(), 1, "{:?}", exports.result);
}

#[tokio::test]
async fn noise_is_no_journal() {
    let mut number = 7u32;
    let mut noise = vec![0u8; 40 * PAGE];
    for byte in &mut noise {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (number >> 24) as u8;
    }
    let exports = Exports::of(&noise).await;
    assert!(exports.result.is_err() && exports.lines.is_empty(), "{:?}", exports.result);
}
