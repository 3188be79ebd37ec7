//! Files that are taken away, replaced or cut off under an open journal: noticed before the next order is called saved.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
};

use oktodesk::{
    journal::SqliteJournal,
    ports::{Journal, JournalError, journal::OrderFilter},
};

use crate::fixtures::*;

fn file(dir: &Path) -> PathBuf {
    dir.join("journal.sqlite3")
}

fn log(dir: &Path) -> PathBuf {
    dir.join("journal.sqlite3-wal")
}

fn cut(path: &Path, length: u64) {
    OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
}

/// Writes an older state over the file without giving it another inode.
fn write_over(dir: &Path, older: &[u8]) {
    OpenOptions::new().write(true).truncate(true).open(file(dir)).unwrap();
    fs::write(file(dir), older).unwrap();
}

/// An older state of a journal.
async fn older() -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    SqliteJournal::open(dir.path()).await.unwrap().close().await.unwrap();
    fs::read(file(dir.path())).unwrap()
}

/// What somebody does to the files in a data directory.
type Taking<'a> = &'a dyn Fn(&Path);

/// So many orders that some are in the file and some in its log.
async fn filled(dir: &Path) -> SqliteJournal {
    let journal = SqliteJournal::open(dir).await.unwrap();
    for number in 0..40 {
        journal.place(&new_order(&format!("early{number}"), number)).await.unwrap();
    }
    journal.close().await.unwrap();
    let journal = SqliteJournal::open(dir).await.unwrap();
    for number in 0..5 {
        journal.place(&new_order(&format!("late{number}"), 100 + number)).await.unwrap();
    }
    journal
}

#[tokio::test]
async fn a_journal_taken_away_under_an_open_desk_is_noticed_before_the_next_order() {
    let older = older().await;
    let half = |path: &Path| cut(path, fs::metadata(path).unwrap().len() / 2 / 4096 * 4096);
    let takings: [(&str, Taking<'_>); 12] = [
        ("the file is removed", &|dir| fs::remove_file(file(dir)).unwrap()),
        ("the file is renamed", &|dir| fs::rename(file(dir), dir.join("aside")).unwrap()),
        ("the file is replaced", &|dir| {
            fs::write(dir.join("other"), &older).unwrap();
            fs::rename(dir.join("other"), file(dir)).unwrap();
        }),
        ("the file is written over", &|dir| write_over(dir, &older)),
        ("the file is emptied", &|dir| cut(&file(dir), 0)),
        ("the file is cut off", &|dir| half(&file(dir))),
        ("the log is removed", &|dir| fs::remove_file(log(dir)).unwrap()),
        ("the log is renamed", &|dir| fs::rename(log(dir), dir.join("aside")).unwrap()),
        ("the log is replaced", &|dir| {
            fs::copy(log(dir), dir.join("other")).unwrap();
            fs::rename(dir.join("other"), log(dir)).unwrap();
        }),
        ("the log is emptied", &|dir| cut(&log(dir), 0)),
        ("the log is cut off", &|dir| half(&log(dir))),
        ("both are removed", &|dir| {
            fs::remove_file(file(dir)).unwrap();
            fs::remove_file(log(dir)).unwrap();
        }),
    ];
    for (what, take) in takings {
        let dir = tempfile::tempdir().unwrap();
        let journal = filled(dir.path()).await;
        take(dir.path());
        for attempt in ["once", "twice"] {
            let error = journal.place(&new_order(attempt, 200)).await.unwrap_err();
            let is_said = |words: &str| words.contains("while it was open") && words.contains("not saved");
            assert!(matches!(&error, JournalError::Unwritable(words) if is_said(words)), "{what}: {error}");
        }
        assert!(journal.save_draft(&draft("d", 0, ""), &here()).await.is_err(), "{what}");
        let seq = journal.outbox().await.ok().and_then(|entries| entries.first().map(|entry| entry.seq)).unwrap_or(1);
        assert!(journal.begin_attempt(seq, BASE, 0, at(300)).await.is_err(), "{what}: nothing is sent");
    }
}

#[tokio::test]
async fn what_stood_in_a_log_that_was_removed_is_still_there_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let journal = filled(dir.path()).await;
    fs::remove_file(log(dir.path())).unwrap();
    journal.place(&new_order("refused", 200)).await.unwrap_err();
    // As a kill would end it: nothing more is written back.
    let left = tempfile::tempdir().unwrap();
    fs::copy(file(dir.path()), file(left.path())).unwrap();
    let again = SqliteJournal::open(left.path()).await.unwrap();
    assert_eq!(again.orders(&OrderFilter::default()).await.unwrap().len(), 45);
    again.check().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_put_back_is_written_on() {
    let dir = tempfile::tempdir().unwrap();
    let journal = filled(dir.path()).await;
    fs::rename(file(dir.path()), dir.path().join("aside")).unwrap();
    journal.place(&new_order("a", 200)).await.unwrap_err();
    fs::rename(dir.path().join("aside"), file(dir.path())).unwrap();
    journal.place(&new_order("a", 200)).await.unwrap();
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap().len(), 46);
}

#[tokio::test]
async fn what_sqlite_does_to_its_files_is_no_taking_away() {
    let dir = tempfile::tempdir().unwrap();
    let journal = filled(dir.path()).await;
    let other = SqliteJournal::open(dir.path()).await.unwrap();
    for round in 0..6 {
        for number in 0..30 {
            journal.place(&new_order(&format!("a{round}-{number}"), 200)).await.unwrap();
            other.place(&new_order(&format!("b{round}-{number}"), 200)).await.unwrap();
        }
        // The log is emptied, by one and the other, and once the whole file is written anew and becomes shorter.
        other.erase(&[]).await.unwrap();
        journal.place(&new_order(&format!("c{round}"), 200)).await.unwrap();
        let traces = if round == 3 { vec!["early1".to_owned()] } else { Vec::new() };
        journal.erase(&traces).await.unwrap();
        other.place(&new_order(&format!("d{round}"), 200)).await.unwrap();
        journal.replace_articles(&shared(&(0..2000).map(article).collect::<Vec<_>>()), at(0)).await.unwrap();
        other.replace_articles(&[], at(0)).await.unwrap();
    }
    other.close().await.unwrap();
    journal.place(&new_order("last", 300)).await.unwrap();
    journal.check().await.unwrap();
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap().len(), 45 + 6 * 62 + 1);
}
