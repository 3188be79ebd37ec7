//! The journal in one SQLite file: what is promised of it, and the door to its parts. Holds no rule of its own.

mod articles;
mod backup;
mod drafts;
mod error;
mod export;
mod file;
mod guests;
mod house;
mod kept;
mod lane;
pub mod orders;
mod rows;
mod swap;
#[cfg(test)]
mod testing;

#[cfg(test)]
pub(super) use {orders::outbox::read_entry, rows::read_row};

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;

use self::{
    file::watch::Watch,
    lane::{Hold, Lane},
};
use crate::{
    domain::{
        draft::Draft,
        shop::article::Article,
        value::ids::{DeskId, InternalId, OrderId},
    },
    ports::{
        Journal, JournalError,
        journal::{
            Address, Cursor, Entries, Forget, Forgotten, GuestOrder, NewOrder, OpenDraft, OrderFilter, OrderPage,
            OrderRecord, OrderRow, OutboxEntry, PersonDecision, PlaceAllError, Settled, StatusAsk, Tally, Version,
        },
        pos::ReadyOrder,
    },
};
pub use backup::{Restored, backup, restore};
pub use export::{export, lines::Exported};
pub use file::NAME;

/// The journal of one terminal, in `journal.sqlite3` of its data directory.
///
/// Write-ahead log with `synchronous=FULL`: what returned `Ok` is on disk. Several programs may open one directory at a
/// time. Instants are kept to the microsecond.
pub struct SqliteJournal {
    path: PathBuf,
    writer: Lane,
    /// How often the writer was taken: what was read before may be old.
    writes: AtomicU64,
    readers: Vec<Lane>,
    /// None where nothing is written.
    watch: Option<Arc<Watch>>,
}

impl SqliteJournal {
    /// Opens the journal in `dir`, making both where they are missing (directory 0700, files 0600, whatever the umask).
    ///
    /// # Errors
    /// `Unwritable` where the directory or file cannot be written; `Unusable` where the file is no journal, is damaged,
    /// comes from a newer program, or its file system cannot keep the promise. Such a file is left as it is.
    pub async fn open(dir: &Path) -> Result<Self, JournalError> {
        let path = file::ensure(dir).await?;
        let watch = Arc::new(Watch::new(&path)?);
        let options = lane::options(&path);
        let reader = || Lane::new(options.clone().pragma("query_only", "ON"));
        let writer = Lane::watched(options.clone(), Arc::clone(&watch));
        let (readers, writes) = (vec![reader(), reader()], AtomicU64::new(0));
        let journal = Self { path, writer, writes, readers, watch: Some(watch) };
        let mut hold = journal.writer.take().await?;
        if file::is_old(hold.conn()).await? {
            file::migrate(&journal.path).await?;
        }
        file::check_version(hold.conn()).await?;
        file::check::at_open(hold.conn()).await?;
        hold.done();
        Ok(journal)
    }

    /// Opens the journal in `dir` for reading alone, for a directory, file system or disk that takes no writes. Everything
    /// that writes is refused as `why`, which is what opening it for writing said. A copy, where one is needed, is made in
    /// one of the `scratch` folders.
    ///
    /// # Errors
    /// As `open`; `why` where there is no journal.
    pub async fn open_to_read(dir: &Path, scratch: &[PathBuf], why: JournalError) -> Result<Self, JournalError> {
        let path = dir.join(NAME);
        if !path.exists() {
            return Err(why);
        }
        let reader = Lane::looking(path.clone(), scratch.to_vec());
        reader.take().await?.done();
        Ok(Self { path, writer: Lane::shut(why), writes: AtomicU64::new(0), readers: vec![reader], watch: None })
    }

    /// Whether it was opened for reading alone.
    pub fn is_read_only(&self) -> bool {
        self.watch.is_none()
    }

    /// Writes the log back into the file and lets go of it. Afterwards everything is `Unwritable`.
    pub async fn close(&self) -> Result<(), JournalError> {
        for reader in &self.readers {
            reader.close("").await?;
        }
        self.writer.close("PRAGMA wal_checkpoint(TRUNCATE)").await
    }

    async fn write(&self) -> Result<Hold<'_>, JournalError> {
        let hold = self.writer.take().await;
        // Before anything is written: who asks for the version waits until the writer is free again.
        self.writes.fetch_add(1, Ordering::SeqCst);
        hold
    }

    /// A free reader, or the first one once it is free.
    async fn read(&self) -> Result<Hold<'_>, JournalError> {
        for reader in &self.readers {
            if let Some(hold) = reader.try_take().await {
                return hold;
            }
        }
        match self.readers.first() {
            Some(reader) => reader.take().await,
            None => self.write().await,
        }
    }

    /// What was written counts only if it was written into the journal and not into files that somebody took away meanwhile.
    async fn kept<T, E: From<JournalError>>(&self, written: impl Future<Output = Result<T, E>> + Send) -> Result<T, E> {
        let done = written.await?;
        match self.watch.as_ref().map_or(Ok(()), |watch| watch.check()) {
            Ok(()) => Ok(done),
            Err(gone) => Err(gone.error().into()),
        }
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn save_draft(&self, draft: &Draft, desk: &DeskId) -> Result<(), JournalError> {
        self.kept(self.put_draft(draft, desk)).await
    }

    async fn drafts(&self) -> Result<Vec<OpenDraft>, JournalError> {
        self.all_drafts().await
    }

    async fn take_draft(&self, id: &OrderId, from: Option<&DeskId>, desk: &DeskId) -> Result<Draft, JournalError> {
        self.kept(self.take_over_draft(id, from, desk)).await
    }

    async fn discard_draft(&self, id: &OrderId, desk: &DeskId) -> Result<(), JournalError> {
        self.kept(self.remove_draft(id, desk)).await
    }

    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId], desk: &DeskId) -> Result<(), JournalError> {
        self.exchange_drafts(put, gone, desk).await
    }

    async fn place(&self, new: &NewOrder) -> Result<(), JournalError> {
        self.kept(self.record(new)).await
    }

    async fn place_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError> {
        self.kept(self.record_all(new)).await
    }

    async fn ask_status(&self, id: &OrderId, ask: StatusAsk<'_>, at: Timestamp) -> Result<(), JournalError> {
        self.kept(self.queue_status(id, ask, at)).await
    }

    async fn outbox_page(&self, which: Entries<'_>, after: i64, limit: u32) -> Result<Vec<OutboxEntry>, JournalError> {
        self.waiting(which, after, limit).await
    }

    async fn body(&self, seq: i64) -> Result<String, JournalError> {
        self.frozen(seq).await
    }

    async fn tally(&self, sender: Address<'_>) -> Result<Tally, JournalError> {
        self.count(sender).await
    }

    async fn version(&self) -> Result<Version, JournalError> {
        self.committed().await
    }

    async fn begin_attempt(&self, seq: i64, base_url: &str, fence: u64, at: Timestamp) -> Result<(), JournalError> {
        self.kept(self.begin(seq, base_url, fence, at)).await
    }

    async fn settle_attempt(&self, seq: i64, fence: u64, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        self.kept(self.settle(seq, fence, settled, at)).await
    }

    async fn decide(&self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Result<(), JournalError> {
        self.kept(self.record_decision(id, decision, at)).await
    }

    async fn observe(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError> {
        self.kept(self.take_over(seen, at)).await
    }

    async fn recover(&self, at: Timestamp) -> Result<u32, JournalError> {
        self.kept(self.recover_attempts(at)).await
    }

    async fn begins_to_send(&self, program: &str, at: Timestamp) -> Result<u64, JournalError> {
        self.kept(self.new_fence(program, at)).await
    }

    async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        self.list(filter).await
    }

    async fn orders_page(&self, filter: &OrderFilter, after: Option<Cursor>) -> Result<OrderPage, JournalError> {
        self.page(filter, after).await
    }

    async fn rows(&self, ids: &[OrderId]) -> Result<Vec<OrderRow>, JournalError> {
        self.rows_of(ids).await
    }

    async fn order(&self, id: &OrderId) -> Result<OrderRecord, JournalError> {
        self.whole(id).await
    }

    async fn find_internal(&self, id: InternalId) -> Result<Option<OrderId>, JournalError> {
        self.by_internal(id).await
    }

    async fn replace_articles(&self, articles: &[Arc<Article>], at: Timestamp) -> Result<(), JournalError> {
        self.kept(self.put_articles(articles, at)).await
    }

    async fn articles(&self) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), JournalError> {
        self.all_articles().await
    }

    async fn keep(&self, name: &str, text: &str) -> Result<(), JournalError> {
        self.kept(self.put_text(name, text)).await
    }

    async fn kept(&self, name: &str) -> Result<Option<String>, JournalError> {
        self.text(name).await
    }

    async fn forget(&self, which: &Forget, at: Timestamp) -> Result<Forgotten, JournalError> {
        self.kept(self.forget_guests(which, at)).await
    }

    async fn guests(&self, after: i64, look_at: u32) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError> {
        self.list_guests(after, look_at).await
    }

    async fn erase(&self, texts: &[String]) -> Result<bool, JournalError> {
        self.scrub_files(texts).await
    }

    async fn check(&self) -> Result<(), JournalError> {
        self.check_all().await
    }
}
