//! Recording what OktoPOS's ready list says of our orders.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{QueryBuilder, SqliteConnection};

use super::life::{Loaded, difference, life, read};
use crate::journal::sqlite::{SqliteJournal, error::journal_error};
use crate::{
    chaos,
    domain::{
        order::life::{Happening, Next, Seen, Step},
        value::ids::OrderId,
    },
    ports::{JournalError, pos::ReadyOrder},
};

/// Our orders among the ids of a JSON array. The join's sequence is fixed: a million orders must not be walked.
pub(in crate::journal::sqlite) const OURS: &str =
    concat!("SELECT ", life!(), " FROM json_each(?1) j CROSS JOIN orders o ON o.order_id = j.value");

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn take_over(
        &self,
        seen: &[ReadyOrder],
        at: Timestamp,
    ) -> Result<Vec<OrderId>, JournalError> {
        let by_id = ReadyOrder::by_order(seen);
        if by_id.is_empty() {
            return Ok(Vec::new());
        }
        let mut hold = self.read().await?;
        let known = ours(hold.conn(), by_id.keys()).await?;
        hold.done();
        let changed: Vec<_> =
            known.iter().filter(|order| next(order, &by_id).is_some()).map(|order| order.order_id.as_str()).collect();
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let mut hold = self.write().await?;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        // Read again under the lock: the sender may have been quicker.
        let known = ours(hold.conn(), changed.iter()).await?;
        let mut ids = Vec::with_capacity(known.len());
        for order in known {
            let Some(next) = next(&order, &by_id) else { continue };
            let mut write = QueryBuilder::new("");
            difference(&mut write, &order, &next, at)?;
            write.build().execute(hold.conn()).await.map_err(journal_error)?;
            ids.push(order.order_id);
        }
        chaos::point("observe.before_commit");
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("observe.after_commit");
        hold.done();
        Ok(ids)
    }
}

fn next(order: &Loaded, by_id: &HashMap<&str, Seen>) -> Option<Box<Next>> {
    match order.life.apply(Happening::SeenReady(by_id.get(order.order_id.as_str())?)) {
        Ok(Step::Next(next)) => Some(next),
        Ok(Step::AlreadySo) | Err(_) => None,
    }
}

async fn ours<'a>(
    conn: &mut SqliteConnection,
    ids: impl Iterator<Item = &'a &'a str>,
) -> Result<Vec<Loaded>, JournalError> {
    let json = serde_json::to_string(&ids.collect::<Vec<_>>())
        .map_err(|error| JournalError::Unwritable(format!("the ready list cannot be compared: {error}")))?;
    let rows = sqlx::query(OURS).bind(json).fetch_all(conn).await.map_err(journal_error)?;
    // A damaged order is left for the check to find: it must not keep the others from being found.
    Ok(rows.iter().filter_map(|row| read(row).ok()).collect())
}
