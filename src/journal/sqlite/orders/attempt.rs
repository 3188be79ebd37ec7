//! Attempts to send: begun durably before a byte leaves, settled durably, and settled for a program that ended.

use jiff::Timestamp;
use sqlx::QueryBuilder;

use super::life::{Around, Find, difference, life, read};
use crate::journal::sqlite::{
    SqliteJournal,
    error::{damaged, journal_error},
};
use crate::{
    chaos,
    domain::order::{
        delivery::Delivery,
        life::{Happening, Sender, Step},
    },
    ports::{JournalError, journal::Settled},
};

const UNDER_WAY: &str = concat!(
    "SELECT ",
    life!(),
    " FROM orders o WHERE o.no IN (SELECT order_no FROM outbox WHERE sending = 1) ORDER BY o.create_seq"
);

const ANY_UNDER_WAY: &str = "SELECT EXISTS (SELECT 1 FROM outbox WHERE sending = 1)";

const NEW_FENCE: &str = "INSERT INTO senders (fence, name, since) \
    SELECT coalesce(max(fence), 0) + 1, ?1, ?2 FROM senders RETURNING fence";

impl SqliteJournal {
    pub(in crate::journal::sqlite) async fn begin(
        &self,
        seq: i64,
        base_url: &str,
        fence: u64,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        // The name is in the row of its fence.
        let by = Sender { fence, ..Sender::default() };
        let around = Around {
            before_commit: || chaos::point("sending.before_mark"),
            after_commit: || chaos::point("sending.after_mark"),
        };
        self.happen(Find::Entry(seq), Happening::AttemptBegun { seq, base_url, by: &by }, at, around).await
    }

    pub(in crate::journal::sqlite) async fn settle(
        &self,
        seq: i64,
        fence: u64,
        settled: &Settled,
        at: Timestamp,
    ) -> Result<(), JournalError> {
        let around = match settled {
            Settled::StatusSet => Around {
                before_commit: || chaos::point("status_outcome.before_commit"),
                after_commit: || chaos::point("status_outcome.after_commit"),
            },
            _ => Around {
                before_commit: || chaos::point("outcome.before_commit"),
                after_commit: || chaos::point("outcome.after_commit"),
            },
        };
        self.happen(Find::Entry(seq), Happening::Answered { seq, fence, settled }, at, around).await
    }

    pub(in crate::journal::sqlite) async fn recover_attempts(&self, at: Timestamp) -> Result<u32, JournalError> {
        let mut hold = self.read().await?;
        let is_any: bool = sqlx::query_scalar(ANY_UNDER_WAY).fetch_one(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        // Who looks is the only sender, so that nothing can come under way meanwhile.
        if !is_any {
            return Ok(0);
        }
        let mut hold = self.write().await?;
        // A connection that is dropped with this open is closed, and SQLite takes all of it back.
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(hold.conn()).await.map_err(journal_error)?;
        let rows = sqlx::query(UNDER_WAY).fetch_all(hold.conn()).await.map_err(journal_error)?;
        let mut unknown = 0;
        for row in &rows {
            let loaded = read(row)?;
            let Ok(Step::Next(next)) = loaded.life.apply(Happening::ProgramEnded) else { continue };
            let became_unknown = loaded.life.delivery.waits() && matches!(next.life.delivery, Delivery::Unknown { .. });
            unknown += u32::from(became_unknown);
            let mut write = QueryBuilder::new("");
            difference(&mut write, &loaded, &next, at)?;
            write.build().execute(hold.conn()).await.map_err(journal_error)?;
        }
        chaos::point("recover.before_commit");
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        chaos::point("recover.after_commit");
        hold.done();
        Ok(unknown)
    }

    pub(in crate::journal::sqlite) async fn new_fence(
        &self,
        program: &str,
        at: Timestamp,
    ) -> Result<u64, JournalError> {
        let mut hold = self.write().await?;
        let fence: Vec<i64> = sqlx::query_scalar(NEW_FENCE)
            .bind(program)
            .bind(at.as_microsecond())
            .fetch_all(hold.conn())
            .await
            .map_err(journal_error)?;
        hold.done();
        let fence = fence.first().ok_or_else(|| damaged("a program that sends got no number"))?;
        Ok(fence.cast_unsigned())
    }
}
