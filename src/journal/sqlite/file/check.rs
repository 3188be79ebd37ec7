//! Whether the store is sound: SQLite's own check, the schema, the settings, and what must hold between its tables.

use sqlx::SqliteConnection;

use crate::{
    journal::sqlite::{
        SqliteJournal,
        error::{damaged, journal_error},
        file,
        lane::check_settings,
    },
    ports::JournalError,
};

/// What has to be right at once; the whole file would take too long at every start.
const AT_OPEN: &str = "BEGIN IMMEDIATE; PRAGMA quick_check(outbox); PRAGMA quick_check(drafts); ROLLBACK";

/// Orders that wait without a row in the outbox, or have one and do not wait.
const ASTRAY: &str = "SELECT count(*) FROM orders o WHERE (o.delivery IN ('queued', 'sending')) <> \
    EXISTS (SELECT 1 FROM outbox b WHERE b.seq = o.create_seq AND b.kind = 'create' AND b.order_no = o.no)";
const ASTRAY_WORDS: &str = "orders and the outbox contradict each other";

/// Makes sure at once that it can be written and that what waits to be sent can be read.
pub(in crate::journal::sqlite) async fn at_open(conn: &mut SqliteConnection) -> Result<(), JournalError> {
    expect_ok(sqlx::query_scalar(AT_OPEN).fetch_all(conn).await.map_err(journal_error)?)
}

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn check_all(&self) -> Result<(), JournalError> {
        // Where it can only be read, nothing is written with any setting.
        if !self.is_read_only() {
            let mut hold = self.write().await?;
            check_settings(hold.conn()).await?;
            file::check_version(hold.conn()).await?;
            hold.done();
        }
        let mut hold = self.read().await?;
        expect_ok(sqlx::query_scalar("PRAGMA quick_check").fetch_all(hold.conn()).await.map_err(journal_error)?)?;
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(hold.conn()).await.map_err(journal_error)?;
        let astray: i64 = sqlx::query_scalar(ASTRAY).fetch_one(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        if dangling.is_empty() && astray == 0 { Ok(()) } else { Err(damaged(ASTRAY_WORDS)) }
    }
}

fn expect_ok(lines: Vec<String>) -> Result<(), JournalError> {
    // SQLite's findings name tables and pages, never values.
    match lines.iter().find(|line| line.as_str() != "ok") {
        Some(finding) => Err(damaged(finding)),
        None if lines.is_empty() => Err(damaged("the check gave no answer")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            draft::Draft,
            value::ids::{DeskId, OrderId},
        },
        ports::Journal,
    };

    async fn tell_writer(journal: &SqliteJournal, pragma: &'static str) {
        let mut hold = journal.write().await.unwrap();
        sqlx::raw_sql(pragma).execute(hold.conn()).await.unwrap();
        hold.done();
    }

    fn here() -> DeskId {
        DeskId("here".into())
    }

    fn draft(search: &str) -> Draft {
        let json = serde_json::json!({
            "order_id": OrderId("d".into()), "opened_at": "2026-02-02T10:00:00Z", "step": "items",
            "order_type": "PICKUP", "search": search,
        });
        serde_json::from_value(json).unwrap()
    }

    /// The control: a connection that would lose what it acknowledged is noticed.
    #[tokio::test]
    async fn settings_that_would_lose_orders_are_noticed() {
        for pragma in ["PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = OFF", "PRAGMA secure_delete = OFF"] {
            let dir = tempfile::tempdir().unwrap();
            let journal = SqliteJournal::open(dir.path()).await.unwrap();
            journal.check().await.unwrap();
            tell_writer(&journal, pragma).await;
            assert!(matches!(journal.check().await.unwrap_err(), JournalError::Unusable(_)), "{pragma}");
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_said_and_reading_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(dir.path()).await.unwrap();
        journal.save_draft(&draft("a"), &here()).await.unwrap();
        // SQLite answers with its own "disk full" once the file may not grow.
        tell_writer(&journal, "PRAGMA max_page_count = 1").await;
        let error = journal.save_draft(&draft(&"x".repeat(100_000)), &here()).await.unwrap_err();
        assert!(matches!(&error, JournalError::Unwritable(words) if words.contains("disk is full")), "{error}");
        assert_eq!(journal.drafts().await.unwrap()[0].draft, draft("a"));
        journal.save_draft(&draft("b"), &here()).await.unwrap();
        assert_eq!(journal.drafts().await.unwrap()[0].draft, draft("b"));
        journal.check().await.unwrap();
    }
}
