//! SQLite's own promises: one file with private modes, settings read back, and files that are not ours left as they are.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use oktodesk::{
    journal::SqliteJournal,
    ports::{
        Journal, JournalError,
        journal::{OrderFilter, Settled},
    },
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    fixtures::*,
    suite::{Store, journal_suite, outbox},
};

struct Sqlite(tempfile::TempDir);

#[async_trait]
impl Store for Sqlite {
    // Each life is a file of its own with a sync for every step; the store in memory lives more of them.
    const LIVES: u32 = 24;

    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn open(&self) -> Arc<dyn Journal> {
        Arc::new(SqliteJournal::open(self.0.path()).await.unwrap())
    }
}

journal_suite!(Sqlite);

fn file(dir: &Path) -> PathBuf {
    dir.join("journal.sqlite3")
}

/// A connection past the journal, as another program would open one.
async fn aside(dir: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(file(dir)).connect().await.unwrap()
}

async fn run(dir: &Path, sql: &str) -> Result<(), sqlx::Error> {
    let mut conn = aside(dir).await;
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await;
    conn.close().await.unwrap();
    done.map(drop)
}

/// A directory with a journal of some orders that was closed cleanly.
async fn closed_journal() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    for number in 0..40 {
        journal.place(&new_order(&format!("order{number}"), number)).await.unwrap();
    }
    journal.save_draft(&draft("d", 0, ""), &here()).await.unwrap();
    journal.close().await.unwrap();
    dir
}

/// Opening fails as unusable and the file stays byte for byte.
async fn refused(dir: &Path) -> String {
    let before = fs::read(file(dir)).unwrap();
    let error = SqliteJournal::open(dir).await.map(|_| ()).unwrap_err();
    assert_eq!(fs::read(file(dir)).unwrap(), before);
    match error {
        JournalError::Unusable(words) => words,
        other => panic!("not unusable: {other:?}"),
    }
}

#[cfg(unix)]
#[tokio::test]
async fn directory_and_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("data").join("oktodesk");
    let journal = SqliteJournal::open(&dir).await.unwrap();
    journal.place(&new_order("a", 0)).await.unwrap();
    assert_eq!(mode(&dir), 0o700);
    let mut names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 3, "the file, its log and its index, and nothing left over: {names:?}");
    for name in &names {
        assert_eq!(mode(name), 0o600, "{name:?}");
    }
    // A file that was opened to others meanwhile is closed to them again.
    journal.close().await.unwrap();
    fs::set_permissions(file(&dir), fs::Permissions::from_mode(0o644)).unwrap();
    let journal = SqliteJournal::open(&dir).await.unwrap();
    journal.place(&new_order("b", 0)).await.unwrap();
    for entry in fs::read_dir(&dir).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn what_a_crash_left_while_making_the_journal_is_in_nobodys_way() {
    let dir = tempfile::tempdir().unwrap();
    for count in 0..200 {
        fs::write(dir.path().join(format!(".journal.sqlite3.{}-{count}", std::process::id())), "half").unwrap();
    }
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    journal.place(&new_order("a", 0)).await.unwrap();
}

#[tokio::test]
async fn closing_leaves_one_file_and_ends_the_journal() {
    let dir = closed_journal().await;
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["journal.sqlite3"]);
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    journal.close().await.unwrap();
    journal.close().await.unwrap();
    let error = journal.place(&new_order("late", 0)).await.unwrap_err();
    assert!(matches!(error, JournalError::Unwritable(_)));
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap().len(), 40);
}

#[tokio::test]
async fn files_that_are_no_journal_are_refused_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    for content in [&b""[..], b"short", &[0; 4096], b"SQLite format 3\0 and no more", &[0xff; 200]] {
        fs::write(file(dir.path()), content).unwrap();
        refused(dir.path()).await;
    }
}

#[tokio::test]
async fn another_programs_database_is_refused_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let options = SqliteConnectOptions::new().filename(file(dir.path())).create_if_missing(true);
    let mut conn = options.connect().await.unwrap();
    sqlx::raw_sql("CREATE TABLE orders (x)").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    assert!(refused(dir.path()).await.contains("another program"));
    run(dir.path(), "PRAGMA application_id = 7").await.unwrap();
    assert!(refused(dir.path()).await.contains("another program"));
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["journal.sqlite3"]);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_kept() {
    let dir = closed_journal().await;
    run(dir.path(), "PRAGMA user_version = 9999").await.unwrap();
    assert!(refused(dir.path()).await.contains("9999"));
    // Also where the newer version still stands in the log only.
    let dir = closed_journal().await;
    let mut conn = aside(dir.path()).await;
    sqlx::raw_sql("PRAGMA user_version = 9999").execute(&mut conn).await.unwrap();
    assert!(refused(dir.path()).await.contains("9999"));
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_truncated_file_is_refused_and_kept() {
    let whole = fs::read(file(closed_journal().await.path())).unwrap();
    for length in [99, 100, 1000, 4096, whole.len() / 2, whole.len() - 4096] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(file(dir.path()), &whole[..length]).unwrap();
        refused(dir.path()).await;
    }
}

#[tokio::test]
async fn damage_is_found_by_the_check_and_the_file_is_kept() {
    let dir = closed_journal().await;
    let mut bytes = fs::read(file(dir.path())).unwrap();
    let pages = bytes.len() / 4096;
    assert!(pages > 12);
    for page in 1..pages {
        bytes[page * 4096..page * 4096 + 512].fill(0x5a);
    }
    fs::write(file(dir.path()), &bytes).unwrap();
    refused(dir.path()).await;
    // Damage that does not concern what waits is found by the whole check.
    let dir = closed_journal().await;
    run(dir.path(), "UPDATE orders SET delivery = 'accepted' WHERE order_id = 'order3'").await.unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    assert!(matches!(journal.check().await.unwrap_err(), JournalError::Unusable(_)));
}

#[tokio::test]
async fn a_file_out_of_wal_is_put_back_into_it() {
    let dir = closed_journal().await;
    run(dir.path(), "PRAGMA journal_mode = DELETE").await.unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    journal.check().await.unwrap();
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut aside(dir.path()).await).await.unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn events_cannot_be_changed_by_anybody() {
    let dir = closed_journal().await;
    let error = run(dir.path(), "UPDATE events SET detail = 'forged'").await.unwrap_err();
    assert!(error.to_string().contains("never changed"), "{error}");
    let error = run(dir.path(), "DELETE FROM events").await.unwrap_err();
    assert!(error.to_string().contains("never removed"), "{error}");
}

#[tokio::test]
async fn a_dropped_write_leaves_the_journal_open_to_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    for number in 0..20 {
        let new = new_order(&format!("dropped{number}"), number);
        // Polled once: the command is under way and nobody waits for it any more.
        tokio::select! {
            biased;
            done = journal.place(&new) => done.unwrap(),
            () = std::future::ready(()) => {}
        }
        let begun = create_or_none(&journal).await;
        if let Some(seq) = begun {
            let settled = rejected("x");
            tokio::select! {
                biased;
                done = journal.settle_attempt(seq, 0, &settled, at(1)) => done.unwrap(),
                () = std::future::ready(()) => {}
            }
        }
    }
    journal.place(&new_order("a", 0)).await.unwrap();
    let other = SqliteJournal::open(dir.path()).await.unwrap();
    other.place(&new_order("b", 0)).await.unwrap();
    journal.check().await.unwrap();
}

async fn create_or_none(journal: &SqliteJournal) -> Option<i64> {
    journal.outbox().await.unwrap().first().map(|entry| entry.seq)
}

#[tokio::test]
async fn a_locked_journal_says_so_and_works_again_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    journal.place(&new_order("before", 0)).await.unwrap();
    let mut conn = aside(dir.path()).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut conn).await.unwrap();
    let error = journal.place(&new_order("a", 0)).await.unwrap_err();
    assert!(matches!(&error, JournalError::Unwritable(words) if words.contains("locked")), "{error}");
    // Reading goes on meanwhile.
    assert_eq!(listed(&journal, OrderFilter::default()).await, ["before"]);
    sqlx::raw_sql("ROLLBACK").execute(&mut conn).await.unwrap();
    journal.place(&new_order("a", 1)).await.unwrap();
    assert_eq!(listed(&journal, OrderFilter::default()).await, ["a", "before"]);
}

#[tokio::test]
async fn an_unreadable_draft_is_named_without_its_words() {
    let dir = closed_journal().await;
    run(dir.path(), "UPDATE drafts SET json = '{\"order_id\": \"d\", \"step\": \"Gast Muster\"}'").await.unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    let words = journal.drafts().await.unwrap_err().to_string();
    assert!(words.contains("draft d") && !words.contains("Muster"), "{words}");
}

#[tokio::test]
async fn looking_needs_no_turn_at_writing() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    placed(&journal, "a", 0, &accepted(1)).await;
    let mut conn = aside(dir.path()).await;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut conn).await.unwrap();
    assert_eq!(journal.observe(&[ready("a", Some(1), Some("ready"))], at(5)).await.unwrap(), []);
    assert_eq!(word(&journal, "a").await, "accepted");
    assert_eq!(journal.recover(at(6)).await.unwrap(), 0, "a program that becomes the sender");
}

#[tokio::test]
async fn a_journal_of_the_version_before_learns_what_was_unclear_once() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    placed(&journal, "unclear", 0, &unknown("timeout")).await;
    placed(&journal, "clear", 0, &rejected("no")).await;
    journal.close().await.unwrap();
    let back = "ALTER TABLE outbox DROP COLUMN due_at; ALTER TABLE orders DROP COLUMN status_tried; DROP TABLE event_words; DROP TRIGGER events_stay; ALTER TABLE orders DROP COLUMN not_taken; ALTER TABLE orders DROP COLUMN fence; DROP TABLE senders; ALTER TABLE drafts DROP COLUMN desk; ALTER TABLE orders DROP COLUMN pieces; ALTER TABLE orders DROP COLUMN promised_at; \
        DROP INDEX orders_guest_number; DROP INDEX orders_guest_who; DROP TABLE guest_notes; DROP TABLE imported_guests; \
        ALTER TABLE orders DROP COLUMN guest_number; ALTER TABLE orders DROP COLUMN guest_who; \
        ALTER TABLE orders DROP COLUMN session_token; ALTER TABLE orders DROP COLUMN brief; \
        DROP INDEX orders_flagged; ALTER TABLE orders DROP COLUMN stray; \
        ALTER TABLE orders DROP COLUMN may_have_arrived; PRAGMA user_version = 2";
    run(dir.path(), back).await.unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    let copy = dir.path().join("journal.sqlite3.schema-2");
    let options = SqliteConnectOptions::new().filename(&copy).read_only(true);
    let mut conn = options.connect().await.unwrap();
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut conn).await.unwrap();
    let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM orders").fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    assert_eq!((version, orders), (2, 2), "the release before can read the copy");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
    for (name, may_have_arrived) in [("unclear", true), ("clear", false)] {
        let row = journal.order(&id(name)).await.unwrap().row;
        assert_eq!((row.may_have_arrived, row.stray), (may_have_arrived, false), "{name}");
    }
    journal.check().await.unwrap();
    // A guest who is forgotten is in no copy either.
    assert!(journal.erase(&["nobody".into()]).await.unwrap());
    assert!(!copy.exists());
}

#[tokio::test]
async fn what_was_said_in_a_journal_of_the_version_before_stands_apart() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    placed(&journal, "refused", 0, &rejected("Muster: unknown")).await;
    placed(&journal, "a", 1, &accepted(7)).await;
    for (status, reason, settled) in
        [("done", Some("Muster: krank"), rejected("no")), ("cooking", None, Settled::StatusSet)]
    {
        journal.request_status(&id("a"), status, reason, at(6)).await.unwrap();
        let seq = outbox(&journal).await[0].seq;
        journal.settle_attempt(seq, 0, &settled, at(7)).await.unwrap();
    }
    let mut before = Vec::new();
    for name in ["refused", "a"] {
        before.push(journal.order(&id(name)).await.unwrap());
    }
    journal.close().await.unwrap();
    let back = "ALTER TABLE outbox DROP COLUMN due_at; ALTER TABLE orders DROP COLUMN status_tried; DROP TRIGGER events_are_final; DROP TRIGGER events_stay; \
        UPDATE events SET detail = detail || iif(detail = '', '', ': ') || words FROM event_words w \
            WHERE w.order_no = events.order_no AND w.n = events.n; \
        CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'final'); END; \
        DROP TABLE event_words; DROP TABLE imported_guests; PRAGMA user_version = 9";
    run(dir.path(), back).await.unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    for (name, before) in ["refused", "a"].into_iter().zip(&before) {
        assert_eq!(journal.order(&id(name)).await.unwrap(), *before);
    }
    journal.check().await.unwrap();
    assert!(dir.path().join("journal.sqlite3.schema-9").exists());
    assert!(run(dir.path(), "DELETE FROM events").await.is_err());
}

/// A draft that corrects an order is taken to be made of the order as it is.
#[tokio::test]
async fn drafts_of_the_version_before_correct_the_order_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    journal.save_draft(&draft("new", 0, ""), &here()).await.unwrap();
    placed(&journal, "before", 0, &accepted(7)).await;
    placed(&journal, "a", 1, &rejected("closed")).await;
    let correction = correction(&journal, "a", 2, "pizza").await;
    journal.save_draft(&correction, &here()).await.unwrap();
    journal.close().await.unwrap();
    let back = "UPDATE drafts SET json = json_set(json_remove(json, '$.corrects'), '$.correction', json('true')) \
        WHERE order_id = 'a'; INSERT INTO drafts (order_id, opened_at, json) VALUES ('before', 9, 'damaged'); \
        PRAGMA user_version = 12";
    run(dir.path(), back).await.unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    run(dir.path(), "DELETE FROM drafts WHERE order_id = 'before'").await.unwrap();
    assert_eq!(open_drafts(&journal).await, [draft("new", 0, ""), correction.clone()]);
    let mut new = new_order("a", 3);
    new.note.corrects = correction.corrects;
    journal.place(&new).await.unwrap();
}

#[tokio::test]
async fn drafts_that_cannot_be_written_leave_the_others_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    let named = |name: &str| draft(name, 0, "");
    journal.save_draft(&named("whole"), &here()).await.unwrap();
    run(
        dir.path(),
        "CREATE TRIGGER full BEFORE INSERT ON drafts WHEN NEW.order_id = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .await
    .unwrap();
    assert!(journal.swap_drafts(&[named("good"), named("bad")], &[id("whole")], &here()).await.is_err());
    assert_eq!(open_drafts(&journal).await, [named("whole")]);
    journal.swap_drafts(&[named("good")], &[], &here()).await.unwrap();
    assert_eq!(open_drafts(&journal).await, [named("good"), named("whole")]);
}
