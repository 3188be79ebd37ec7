//! Guests that came from a file: kept by number and person until an order takes their place or their days are over.

use jiff::Timestamp;
use sqlx::Row;

use crate::{
    domain::{guest::GuestKeys, order::Customer},
    journal::sqlite::{SqliteJournal, error::journal_error, rows::parse},
    ports::JournalError,
};

const PUT: &str = "INSERT OR REPLACE INTO imported_guests (number, who, customer, imported_at) VALUES (?1, ?2, ?3, ?4)";
const OF: &str = "SELECT customer FROM imported_guests WHERE number = ?1 ORDER BY imported_at, who LIMIT 20";
const FORGET: &str = "DELETE FROM imported_guests WHERE number = ?1 RETURNING customer";
pub(in crate::journal::sqlite) const PURGE: &str = "DELETE FROM imported_guests WHERE imported_at < ?1 \
    AND NOT EXISTS (SELECT 1 FROM orders WHERE guest_number = imported_guests.number)";

impl SqliteJournal {
    /// All of them or none.
    pub(in crate::journal::sqlite) async fn put_imported(
        &self,
        guests: &[(GuestKeys, Customer)],
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        for (keys, customer) in guests {
            let (Some(number), Some(who)) = (&keys.number, keys.who) else { continue };
            let text = serde_json::to_string(customer)
                .map_err(|error| JournalError::Unwritable(format!("a guest cannot be written: {error}")))?;
            let query = sqlx::query(PUT).bind(number).bind(who).bind(text).bind(at.as_microsecond());
            query.execute(hold.conn()).await.map_err(journal_error)?;
        }
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        Ok(())
    }

    pub(in crate::journal::sqlite) async fn imported_of(&self, number: &str) -> Result<Vec<Customer>, JournalError> {
        let mut hold = self.read().await?;
        let rows = sqlx::query(OF).bind(number).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        rows.iter().map(|row| parse("a guest", row.try_get(0).map_err(journal_error)?)).collect()
    }

    pub(in crate::journal::sqlite) async fn drop_imported(&self, number: &str) -> Result<Vec<Customer>, JournalError> {
        let mut hold = self.write().await?;
        let rows = sqlx::query(FORGET).bind(number).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        // One that cannot be read is gone all the same.
        Ok(rows.iter().filter_map(|row| parse("a guest", row.try_get(0).ok()?).ok()).collect())
    }

    pub(in crate::journal::sqlite) async fn purge_imported_before(
        &self,
        before: Timestamp,
    ) -> Result<u64, JournalError> {
        let mut hold = self.write().await?;
        let done =
            sqlx::query(PURGE).bind(before.as_microsecond()).execute(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        Ok(done.rows_affected())
    }
}
