//! What tests ask of the database beside the journal. Compiled for tests only.

use sqlx::AssertSqlSafe;

use super::SqliteJournal;

/// How SQLite would go about a statement, a step after the other.
pub(in crate::journal::sqlite) async fn plan(journal: &SqliteJournal, sql: &str) -> String {
    let mut hold = journal.read().await.unwrap();
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let lines: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(hold.conn()).await.unwrap();
    hold.done();
    lines.into_iter().map(|line| line.3 + "; ").collect()
}
