//! The guest book: orders found by who ordered, and what is noted of a number. Every question walks an index.

pub(super) mod forget;
mod imported;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    SqliteJournal,
    error::journal_error,
    rows::{instant, parse},
};
use crate::{
    domain::{
        guest::{GuestKeys, PastOrder},
        order::{Customer, Order},
        value::ids::OrderId,
    },
    ports::{GuestBook, JournalError},
};

/// The newest of a number's people, and of each some orders: more than are shown, because one may have been taken back and
/// two may turn out to be one person.
pub(super) const PAST: &str = "WITH people AS (SELECT guest_who AS who, max(no) AS last FROM orders \
    WHERE guest_number = ?1 GROUP BY guest_who ORDER BY last DESC LIMIT 20) \
    SELECT o.order_id, o.created_at, o.delivery = 'cancelled', b.body FROM people p \
    CROSS JOIN orders o ON o.no IN (SELECT x.no FROM orders x WHERE x.guest_who = p.who ORDER BY x.no DESC LIMIT 6) \
    CROSS JOIN bodies b ON b.order_no = o.no ORDER BY o.created_at DESC, o.no DESC";

const NOTE: &str = "SELECT number, note FROM guest_notes WHERE number IN (SELECT value FROM json_each(?1)) \
    ORDER BY (SELECT key FROM json_each(?1) WHERE value = number) LIMIT 1";

pub(super) const PURGE_NOTES: &str = "DELETE FROM guest_notes WHERE changed_at < ?1 \
    AND NOT EXISTS (SELECT 1 FROM orders WHERE guest_number = guest_notes.number)";

/// Orders from before there was a guest book, the newest first: those up to the last one that was not read yet.
const UNREAD: &str = "SELECT o.order_id, b.body FROM orders o CROSS JOIN bodies b ON b.order_no = o.no \
    WHERE o.no <= CAST((SELECT value FROM meta WHERE key = 'guests.unread') AS INTEGER) ORDER BY o.no DESC LIMIT 200";

/// ?1 is the order, ?2 the number, ?3 the person. An order whose guest was forgotten meanwhile stays as it is.
const PUT_KEYS: &str = "UPDATE orders SET guest_number = ?2, guest_who = ?3 WHERE order_id = ?1 AND personal = 1";
/// ?1 are the orders that were read, as JSON.
const READ_UP_TO: &str = "UPDATE meta SET value = min(CAST(value AS INTEGER), (SELECT min(o.no) - 1 FROM json_each(?1) j \
    CROSS JOIN orders o ON o.order_id = j.value)) WHERE key = 'guests.unread' AND json_array_length(?1) > 0";

#[async_trait]
impl GuestBook for SqliteJournal {
    async fn past_orders(&self, number: &str) -> Result<Vec<PastOrder>, JournalError> {
        let mut hold = self.read().await?;
        let rows = sqlx::query(PAST).bind(number).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        // A damaged body is left for the check to find: the others' history is worth showing.
        Ok(rows.iter().filter_map(|row| past_order(row).ok()).collect())
    }

    async fn note(&self, numbers: &[String]) -> Result<Option<(String, String)>, JournalError> {
        let mut hold = self.read().await?;
        let note =
            sqlx::query_as(NOTE).bind(json(numbers)?).fetch_optional(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        Ok(note)
    }

    async fn keep_note(&self, number: &str, note: &str, at: Timestamp) -> Result<(), JournalError> {
        if note.trim().is_empty() {
            return self.forget_note(number).await.map(drop);
        }
        let mut hold = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO guest_notes (number, note, changed_at) VALUES (?1, ?2, ?3)")
            .bind(number)
            .bind(note.trim())
            .bind(at.as_microsecond())
            .execute(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        Ok(())
    }

    async fn forget_note(&self, number: &str) -> Result<Option<String>, JournalError> {
        let mut hold = self.write().await?;
        let note = sqlx::query_scalar("DELETE FROM guest_notes WHERE number = ?1 RETURNING note")
            .bind(number)
            .fetch_optional(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        Ok(note)
    }

    async fn purge_notes(&self, before: Timestamp) -> Result<u64, JournalError> {
        let mut hold = self.write().await?;
        let done = sqlx::query(PURGE_NOTES).bind(before.as_microsecond()).execute(hold.conn()).await;
        let done = done.map_err(journal_error)?;
        hold.done();
        Ok(done.rows_affected())
    }

    async fn import(&self, guests: &[(GuestKeys, Customer)], at: Timestamp) -> Result<(), JournalError> {
        self.put_imported(guests, at).await
    }

    async fn imported(&self, number: &str) -> Result<Vec<Customer>, JournalError> {
        self.imported_of(number).await
    }

    async fn forget_imported(&self, number: &str) -> Result<Vec<Customer>, JournalError> {
        self.drop_imported(number).await
    }

    async fn purge_imported(&self, before: Timestamp) -> Result<u64, JournalError> {
        self.purge_imported_before(before).await
    }

    async fn without_keys(&self) -> Result<Vec<(OrderId, Option<Customer>)>, JournalError> {
        let mut hold = self.read().await?;
        let rows = sqlx::query(UNREAD).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        rows.iter().map(|row| unread(row).map_err(journal_error)).collect()
    }

    async fn put_keys(&self, keys: &[(OrderId, GuestKeys)]) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        for (id, keys) in keys {
            let query = sqlx::query(PUT_KEYS).bind(id.as_str()).bind(keys.number.as_deref()).bind(keys.who);
            query.execute(hold.conn()).await.map_err(journal_error)?;
        }
        let ids: Vec<&str> = keys.iter().map(|(id, _)| id.as_str()).collect();
        sqlx::query(READ_UP_TO).bind(json(&ids)?).execute(hold.conn()).await.map_err(journal_error)?;
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        Ok(())
    }
}

fn json<T: Serialize>(list: T) -> Result<String, JournalError> {
    serde_json::to_string(&list).map_err(|error| JournalError::Unwritable(format!("a list cannot be written: {error}")))
}

fn past_order(row: &SqliteRow) -> Result<PastOrder, JournalError> {
    let read = || -> Result<_, sqlx::Error> { Ok((row.try_get(0)?, instant(row.try_get(1)?)?, row.try_get(2)?)) };
    let (order_id, at, is_cancelled) = read().map_err(journal_error)?;
    let body: &str = row.try_get(3).map_err(journal_error)?;
    let order = parse::<Order>("an order", body)?;
    Ok(PastOrder { order_id: OrderId(order_id), at, is_cancelled, order })
}

/// A damaged body names nobody.
fn unread(row: &SqliteRow) -> Result<(OrderId, Option<Customer>), sqlx::Error> {
    let order = parse::<Order>("an order", row.try_get(1)?).ok();
    Ok((OrderId(row.try_get(0)?), order.and_then(|order| order.customer)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::{
        journal::sqlite::testing::plan,
        ports::{Journal, journal::NewOrder},
    };

    /// The nth guest's order; every hundredth has the first one's number.
    fn new_order(n: i64) -> NewOrder {
        let mut order = crate::desk::testing::order(&format!("o-{n}"));
        let number = if n % 100 == 0 { 0 } else { n };
        let text = |text: String| Some(text);
        order.customer = Some(Customer {
            phone: text(format!("040 {}", 1_000_000 + number)),
            family_name: text(format!("Muster {n}")),
            ..Customer::default()
        });
        let guest = GuestKeys::of("DE", order.customer.as_ref());
        let body = serde_json::to_string(&order).unwrap();
        let at = Timestamp::from_second(1_800_000_000 + n).unwrap();
        NewOrder {
            order,
            body,
            base_url: "x".into(),
            due_at: None,
            at,
            guest,
            note: Default::default(),
            desk: crate::domain::value::ids::DeskId("desk".into()),
        }
    }

    async fn raw(dir: &Path, sql: &str) {
        let journal = SqliteJournal::open(dir).await.unwrap();
        let mut hold = journal.write().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(hold.conn()).await.unwrap();
        hold.done();
        journal.close().await.unwrap();
    }

    /// A plan that walks every order would not hold with a hundred thousand guests.
    #[tokio::test]
    async fn every_question_walks_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(dir.path()).await.unwrap();
        let past = plan(&journal, PAST).await;
        for wanted in [
            "SEARCH orders USING COVERING INDEX orders_guest_number (guest_number=?)",
            "orders_guest_who (guest_who=?)",
            "SEARCH o USING INTEGER PRIMARY KEY",
            "SEARCH b USING INTEGER PRIMARY KEY",
        ] {
            assert!(past.contains(wanted), "{wanted}: {past}");
        }
        let purge = plan(&journal, PURGE_NOTES).await;
        assert!(purge.contains("orders USING COVERING INDEX orders_guest_number (guest_number=?)"), "{purge}");
        let purge = plan(&journal, imported::PURGE).await;
        assert!(purge.contains("orders USING COVERING INDEX orders_guest_number (guest_number=?)"), "{purge}");
        let unread = plan(&journal, UNREAD).await;
        assert!(unread.contains("SEARCH o USING INTEGER PRIMARY KEY"), "{unread}");
    }

    #[tokio::test]
    async fn orders_from_before_the_guest_book_are_read_newest_first_and_once() {
        let dir = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(dir.path()).await.unwrap();
        for n in 1..=450 {
            journal.place(&new_order(n)).await.unwrap();
        }
        journal.close().await.unwrap();
        // As the migration leaves them.
        raw(
            dir.path(),
            "UPDATE orders SET guest_number = NULL, guest_who = NULL; UPDATE orders SET personal = 0 WHERE no = 3; \
             INSERT OR REPLACE INTO meta (key, value) SELECT 'guests.unread', max(no) FROM orders",
        )
        .await;
        let journal = SqliteJournal::open(dir.path()).await.unwrap();
        let ids = async |number: &str| -> Vec<String> {
            let past = journal.past_orders(number).await.unwrap();
            past.into_iter().map(|order| order.order_id.0).collect()
        };
        assert!(ids("+49401000449").await.is_empty());
        let catch_up = async || -> usize {
            let orders = journal.without_keys().await.unwrap();
            let key =
                |(id, customer): &(OrderId, Option<Customer>)| (id.clone(), GuestKeys::of("DE", customer.as_ref()));
            journal.put_keys(&orders.iter().map(key).collect::<Vec<_>>()).await.unwrap();
            orders.len()
        };
        assert_eq!(catch_up().await, 200);
        assert_eq!((ids("+49401000449").await.len(), ids("+49401000001").await.len()), (1, 0));
        assert_eq!((catch_up().await, catch_up().await), (200, 50));
        assert_eq!(ids("+49401000001").await, ["o-1"]);
        assert_eq!(ids("+49401000000").await, ["o-400", "o-300", "o-200", "o-100"]);
        assert!(ids("+49401000003").await.is_empty(), "who was forgotten is not found again");
        assert_eq!(catch_up().await, 0, "nothing is read twice");
    }
}
