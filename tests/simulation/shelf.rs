//! The journal as one program reaches it: writes take their time, fail, or are the last thing the program does. What was
//! committed stays. Also the place of most planted bugs.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;
use oktodesk::{
    domain::{
        draft::Draft,
        shop::article::Article,
        value::ids::{DeskId, InternalId, OrderId},
    },
    journal::MemoryJournal,
    ports::{
        Journal, JournalError,
        journal::{
            Address, Cursor, Entries, Forget, Forgotten, GuestOrder, NewOrder, OpenDraft, OrderFilter, OrderPage,
            OrderRecord, OrderRow, OutboxEntry, PersonDecision, PlaceAllError, Settled, StatusAsk, Tally, Task,
            Version,
        },
        pos::ReadyOrder,
    },
};
use tokio::time::sleep;

use super::{
    ledger::{revision_of, status_of},
    life::{BEGAN, Kind, Life},
    network::server_of,
    world::Planted,
};

/// What a pause of the outbox is kept under.
const PAUSE: &str = "pause.outbox";

pub struct Shelf {
    pub life: Arc<Life>,
    pub slot: usize,
    /// The address this program is configured for.
    pub base_url: &'static str,
    /// Where a planted bug puts what it says it recorded.
    pub nowhere: MemoryJournal,
    /// How many changes of the store are this program's.
    pub own: AtomicU64,
}

/// What becomes of one write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Done,
    Fails,
    DiesBefore,
    DiesAfter,
}

impl Shelf {
    fn fate(&self) -> Fate {
        let mut state = self.life.state();
        if state.healed {
            return Fate::Done;
        }
        if state.read_only || state.bad_disk && state.random.chance(self.life.world.failures) {
            return Fate::Fails;
        }
        match state.random.below(2000) {
            n if n < self.life.world.crashes => Fate::DiesBefore,
            n if n >= 2000 - self.life.world.crashes => Fate::DiesAfter,
            _ => Fate::Done,
        }
    }

    /// Disks are quick, most of the time.
    async fn take_time(&self) {
        let time = {
            let mut state = self.life.state();
            match state.random.below(100) {
                0 => state.random.millis(100, 4_000),
                n if n < 20 => state.random.millis(1, 30),
                _ => return,
            }
        };
        sleep(time).await;
        self.life.alive(self.slot).await;
    }

    async fn write<T>(
        &self,
        what: &str,
        commit: impl Future<Output = Result<T, JournalError>>,
    ) -> Result<T, JournalError> {
        self.life.alive(self.slot).await;
        let (fate, slot) = (self.fate(), self.slot);
        self.take_time().await;
        if fate == Fate::DiesBefore {
            self.life.die(slot, &format!("before it writes: {what}")).await;
        }
        let before = self.life.store.version().await?.own;
        // Nothing else runs while it is committed: a store in memory does not wait.
        let done = if fate == Fate::Fails { Err(JournalError::Unwritable("disk full".into())) } else { commit.await };
        self.own.fetch_add(self.life.store.version().await?.own - before, Ordering::SeqCst);
        let word = match &done {
            Ok(_) => "writes",
            Err(JournalError::Unwritable(_)) => "cannot write",
            Err(_) => "may not write",
        };
        self.life.step(Kind::Write, format!("program {slot} {word}: {what}")).await;
        if fate == Fate::DiesAfter {
            self.life.die(slot, &format!("after it wrote: {what}")).await;
        }
        self.take_time().await;
        done
    }

    async fn readable(&self) -> Result<(), JournalError> {
        self.life.alive(self.slot).await;
        let mut state = self.life.state();
        if state.bad_disk && !state.healed && state.random.chance(self.life.world.failures / 4) {
            return Err(JournalError::Unwritable("cannot read".into()));
        }
        Ok(())
    }

    fn plants(&self, planted: Planted) -> bool {
        self.life.plants(planted)
    }

    /// The desk that has a draft.
    async fn owner(&self, id: &OrderId) -> Option<DeskId> {
        let drafts = self.life.store.drafts().await.unwrap();
        drafts.into_iter().find(|open| open.draft.order_id == *id)?.desk
    }

    async fn entry(&self, seq: i64) -> Option<OutboxEntry> {
        self.life.store.outbox().await.unwrap().into_iter().find(|entry| entry.seq == seq)
    }

    async fn begin(&self, seq: i64, base_url: &str, fence: u64, at: Timestamp) -> Result<(), JournalError> {
        let entry = self.entry(seq).await;
        let is_bound_nowhere = self.plants(Planted::IgnoresAddress) || self.plants(Planted::StaleAddress);
        let bound_to = entry.as_ref().map(|entry| entry.base_url.as_str());
        let base_url = bound_to.filter(|_| is_bound_nowhere).unwrap_or(base_url);
        self.life.store.begin_attempt(seq, base_url, fence, at).await?;
        if let Some(OutboxEntry { order_id, task: Task::Create, .. }) = entry {
            self.life.state().ledger.begun(&order_id);
        }
        Ok(())
    }

    async fn record(&self, new: &NewOrder) -> Result<(), JournalError> {
        let is_lost = match revision_of(&new.order) {
            1 => self.plants(Planted::LosesOrders),
            _ => self.plants(Planted::LosesCorrections),
        };
        if is_lost && self.life.state().random.chance(100) {
            return if revision_of(&new.order) == 1 { self.nowhere.place(new).await } else { Ok(()) };
        }
        self.life.store.place(new).await?;
        let mut state = self.life.state();
        state.marks.recorded(&new.order.order_id, new.order.session_token.as_deref());
        state.ledger.recorded(&new.order, &new.body, server_of(&new.base_url));
        state.ledger.drafts.entry(new.order.order_id.clone()).or_default().may_be_gone = true;
        Ok(())
    }

    /// A status that is shown before OktoPOS has it.
    async fn show(&self, id: &OrderId, status: &str, at: Timestamp) -> Result<(), JournalError> {
        let seen = ReadyOrder { order_id: Some(id.clone()), status: Some(status.into()), ..ReadyOrder::default() };
        self.life.store.observe(&[seen], at).await.map(drop)
    }
}

#[async_trait]
impl Journal for Shelf {
    async fn save_draft(&self, draft: &Draft, desk: &DeskId) -> Result<(), JournalError> {
        let what = format!("draft {} as {}", draft.order_id, draft.focus);
        let is_lost = self.plants(Planted::LosesDrafts);
        let owner = self.owner(&draft.order_id).await;
        let desk = owner.as_ref().filter(|_| self.plants(Planted::SharesDrafts)).unwrap_or(desk);
        self.write(&what, async { if is_lost { Ok(()) } else { self.life.store.save_draft(draft, desk).await } }).await
    }

    async fn drafts(&self) -> Result<Vec<OpenDraft>, JournalError> {
        self.readable().await?;
        self.life.store.drafts().await
    }

    async fn take_draft(&self, id: &OrderId, from: Option<&DeskId>, desk: &DeskId) -> Result<Draft, JournalError> {
        self.write(&format!("draft {id} is {desk}'s"), self.life.store.take_draft(id, from, desk)).await
    }

    async fn discard_draft(&self, id: &OrderId, desk: &DeskId) -> Result<(), JournalError> {
        self.write(&format!("no draft {id}"), self.life.store.discard_draft(id, desk)).await
    }

    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId], desk: &DeskId) -> Result<(), JournalError> {
        self.write("drafts in place of others", self.life.store.swap_drafts(put, gone, desk)).await
    }

    async fn place(&self, new: &NewOrder) -> Result<(), JournalError> {
        let what = format!("{} placed in revision {}", new.order.order_id, revision_of(&new.order));
        if self.plants(Planted::SaysSaved) && self.life.state().read_only {
            return self.nowhere.place(new).await;
        }
        self.write(&what, self.record(new)).await
    }

    async fn place_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError> {
        // The people of the simulation sit at desks, and a desk records one order at a time.
        self.life.store.place_all(new).await
    }

    async fn ask_status(&self, id: &OrderId, ask: StatusAsk<'_>, at: Timestamp) -> Result<(), JournalError> {
        let status = ask.status;
        self.write(&format!("{id} is to be {status}"), async {
            if self.plants(Planted::ShowsTooEarly) {
                self.show(id, status, at).await?;
            }
            self.life.store.ask_status(id, ask, at).await?;
            self.life.state().ledger.status_recorded(id, status);
            Ok(())
        })
        .await
    }

    async fn outbox_page(&self, which: Entries<'_>, after: i64, limit: u32) -> Result<Vec<OutboxEntry>, JournalError> {
        self.readable().await?;
        let mut entries = self.life.store.outbox_page(which, after, limit).await?;
        if self.plants(Planted::IgnoresAddress) {
            entries.iter_mut().for_each(|entry| entry.base_url = self.base_url.into());
        }
        if self.plants(Planted::Overtakes) {
            let mut state = self.life.state();
            entries.retain(|entry| status_of(&entry.task).is_none() || !state.random.chance(300));
        }
        Ok(entries)
    }

    async fn body(&self, seq: i64) -> Result<String, JournalError> {
        self.readable().await?;
        self.life.store.body(seq).await
    }

    async fn tally(&self, sender: Address<'_>) -> Result<Tally, JournalError> {
        self.readable().await?;
        self.life.store.tally(sender).await
    }

    /// What this program wrote is told from what others did, as a store does that several programs have open.
    async fn version(&self) -> Result<Version, JournalError> {
        self.readable().await?;
        let (own, all) = (self.own.load(Ordering::SeqCst), self.life.store.version().await?.own);
        Ok(Version { own, others: all - own })
    }

    async fn begin_attempt(&self, seq: i64, base_url: &str, fence: u64, at: Timestamp) -> Result<(), JournalError> {
        let is_lost = self.plants(Planted::LosesMarks) && self.life.state().random.chance(100);
        let begin = async { if is_lost { Ok(()) } else { self.begin(seq, base_url, fence, at).await } };
        self.write(&format!("entry {seq} begins"), begin).await
    }

    async fn settle_attempt(&self, seq: i64, fence: u64, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        let settled = match settled {
            Settled::Unknown { reason } if self.plants(Planted::Requeues) => {
                Settled::Requeued { reason: reason.clone() }
            }
            settled => settled.clone(),
        };
        self.write(&format!("entry {seq} ends: {settled:?}"), self.life.store.settle_attempt(seq, fence, &settled, at))
            .await
    }

    async fn decide(&self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Result<(), JournalError> {
        self.write(&format!("{id}: {decision:?}"), async {
            self.life.store.decide(id, decision, at).await?;
            if let PersonDecision::Readdress { base_url, .. } = decision {
                self.life.state().ledger.promise(id).readdressed(server_of(base_url));
            }
            Ok(())
        })
        .await
    }

    async fn observe(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError> {
        let what = format!("{} rows of the ready list", seen.len());
        self.write(&what, self.life.store.observe(seen, at)).await
    }

    async fn recover(&self, at: Timestamp) -> Result<u32, JournalError> {
        let is_forgotten = self.plants(Planted::ForgetsRecovery);
        self.write("what was under way", async { if is_forgotten { Ok(0) } else { self.life.store.recover(at).await } })
            .await
    }

    async fn begins_to_send(&self, program: &str, at: Timestamp) -> Result<u64, JournalError> {
        self.write("a sender's number", self.life.store.begins_to_send(program, at)).await
    }

    async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        self.readable().await?;
        self.life.store.orders(filter).await
    }

    async fn orders_page(&self, filter: &OrderFilter, after: Option<Cursor>) -> Result<OrderPage, JournalError> {
        self.readable().await?;
        self.life.store.orders_page(filter, after).await
    }

    async fn rows(&self, ids: &[OrderId]) -> Result<Vec<OrderRow>, JournalError> {
        self.readable().await?;
        let mut rows = self.life.store.rows(ids).await?;
        for id in ids {
            if let Ok(lost) = self.nowhere.order(id).await {
                rows.push(lost.row);
            }
        }
        Ok(rows)
    }

    async fn order(&self, id: &OrderId) -> Result<OrderRecord, JournalError> {
        self.readable().await?;
        if let Ok(lost) = self.nowhere.order(id).await {
            return Ok(lost);
        }
        self.life.store.order(id).await
    }

    async fn find_internal(&self, id: InternalId) -> Result<Option<OrderId>, JournalError> {
        self.readable().await?;
        self.life.store.find_internal(id).await
    }

    async fn replace_articles(&self, articles: &[Arc<Article>], at: Timestamp) -> Result<(), JournalError> {
        self.write("the articles", self.life.store.replace_articles(articles, at)).await
    }

    async fn articles(&self) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), JournalError> {
        self.readable().await?;
        self.life.store.articles().await
    }

    async fn keep(&self, name: &str, text: &str) -> Result<(), JournalError> {
        self.write(&format!("{name} is kept"), async {
            self.life.store.keep(name, text).await?;
            if name == PAUSE {
                self.life.state().pauses.kept(text, BEGAN.parse().unwrap());
            }
            Ok(())
        })
        .await
    }

    async fn kept(&self, name: &str) -> Result<Option<String>, JournalError> {
        self.readable().await?;
        if name == PAUSE && self.plants(Planted::ForgetsPauses) {
            return Ok(None);
        }
        self.life.store.kept(name).await
    }

    async fn forget(&self, which: &Forget, at: Timestamp) -> Result<Forgotten, JournalError> {
        self.write("guests are forgotten", self.life.store.forget(which, at)).await
    }

    async fn guests(&self, after: i64, look_at: u32) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError> {
        self.readable().await?;
        self.life.store.guests(after, look_at).await
    }

    async fn erase(&self, texts: &[String]) -> Result<bool, JournalError> {
        self.readable().await?;
        self.life.store.erase(texts).await
    }

    async fn check(&self) -> Result<(), JournalError> {
        self.readable().await?;
        self.life.store.check().await
    }
}
