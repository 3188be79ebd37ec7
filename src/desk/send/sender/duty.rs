//! What a sender does around its attempts: it becomes the one sender, takes over what the last one left, keeps to the pause that
//! OktoPOS asked for, reads what waits page by page, and records what an attempt came to. Sends nothing.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::sleep;

use super::{Rest, Sender};
use crate::{
    chaos::{self, Bug},
    desk::{
        event::Halt,
        send::{
            outbox::Decision,
            pause::{Pause, Paused},
            policy::SETTLE_GAP,
            window::{OF_A_KIND, Wanted, Window},
        },
    },
    domain::{order::delivery::Delivery, value::text::Clean},
    ports::{
        JournalError,
        journal::{Entries, OrderFilter, OutboxEntry, PAGE, PersonDecision, Settled},
        pos::ReadyOrder,
    },
};

/// Heads that are read at a time.
const LIMIT: u32 = OF_A_KIND as u32;

impl Sender {
    /// Becomes the one sender and takes over what the last one left, or says when to try again.
    pub(super) async fn become_sender(&mut self) -> Option<Rest> {
        if self.is_sender {
            return None;
        }
        match self.lock.try_acquire() {
            Ok(true) => {}
            Ok(false) => {
                self.show_halt(Some(Halt::OtherSender { holder: self.lock.holder() }));
                return Some(Rest::News);
            }
            Err(reason) => {
                self.show_halt(Some(Halt::NoLock { reason: Clean::new(&reason) }));
                return Some(Rest::News);
            }
        }
        if let Err(error) = self.take_over().await {
            return Some(self.journal_failed(&error));
        }
        self.is_sender = true;
        self.stale = true;
        let since = self.inner.stamp();
        self.inner.link.status.send_modify(|status| status.sender_since = Some(since));
        // What cannot be published now is published by the next poll.
        if self.publisher.refresh().await.is_ok() {
            self.inner.link.changed.notify_one();
        }
        None
    }

    /// What was under way when the last sender ended may have arrived: unknown, unless repeating it is safe.
    async fn take_over(&mut self) -> Result<(), JournalError> {
        self.inner.journal.recover(self.inner.stamp()).await?;
        if !self.inner.settings.policy.repeated.is_safe_to_repeat() {
            return Ok(());
        }
        // Sent again in the sequence they were taken in.
        let unknown = Delivery::Unknown { reason: String::new() }.word().to_owned();
        let filter = OrderFilter { delivery: Some(unknown), limit: Some(PAGE), ..OrderFilter::default() };
        let mut after = None;
        while !self.shutdown.is_cancelled() {
            let page = self.inner.journal.orders_page(&filter, after).await?;
            for row in page.rows {
                match self.inner.journal.decide(&row.order_id, &PersonDecision::Resend, self.inner.stamp()).await {
                    // Somebody was quicker.
                    Ok(()) | Err(JournalError::WrongState { .. } | JournalError::NotFound(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Whoever was asked for a pause, it holds here, too. What is not in the journal yet is written first.
    pub(super) async fn look_at_pause(&mut self) -> Result<(), JournalError> {
        if let Some(pause) = &self.unkept {
            self.inner.keep_pause(Paused::Outbox, pause).await?;
            self.unkept = None;
            if self.inner.link.is_told() {
                // A person ended it before it was written.
                self.inner.end_pauses().await?;
            }
        }
        if !chaos::planted(Bug::PauseOfOneProgram) {
            let kept = self.inner.pause(Paused::Outbox).await?;
            self.pace.paused(kept, self.inner.clock.monotonic());
        }
        Ok(())
    }

    /// Keeps the pause before the answer is recorded, so that it is not lost with this program. What cannot be written now is
    /// tried again before anything else is sent.
    pub(super) async fn pause(&mut self, wait: Duration) {
        let pause = Pause::new(self.inner.pos.base_url(), self.inner.clock.now(), wait);
        if self.inner.keep_pause(Paused::Outbox, &pause).await.is_err() {
            self.unkept = Some(pause.clone());
        }
        self.pace.paused(Some((pause, wait)), self.inner.clock.monotonic());
    }

    /// Reads the outbox from its beginning.
    pub(super) fn begin_anew(&mut self) {
        let now = self.inner.now();
        self.window = Window::default();
        self.stale = false;
        self.read_at = Some((now.monotonic, now.wall));
    }

    pub(super) async fn read(&mut self, wanted: Wanted) -> Rest {
        match self.inner.journal.outbox_page(wanted.which, wanted.after, LIMIT).await {
            Ok(page) => {
                self.pace.journal_works();
                let is_long = wanted.which == Entries::Creates && page.len() >= OF_A_KIND;
                self.window.take(wanted, page, &self.pace, &self.inner.now());
                if is_long {
                    // The list of a desk holds a part of a long queue: what is sent next has to be in it.
                    let next = self.window.entries().iter().filter(|entry| Entries::Creates.has(entry));
                    let ids: Vec<_> = next.map(|entry| entry.order_id.clone()).collect();
                    self.publisher.orders(&ids).await;
                }
                if self.window.is_whole() {
                    let window = &self.window;
                    self.pace.keep_entries(|seq| window.find(seq).is_some());
                }
                Rest::No
            }
            Err(error) => self.journal_failed(&error),
        }
    }

    /// Status changes that waited for this order can be sent now.
    pub(super) async fn read_changes(&mut self, entry: &OutboxEntry) {
        match self.inner.journal.outbox_page(Entries::Of(std::slice::from_ref(&entry.order_id)), 0, LIMIT).await {
            Ok(changes) => {
                let changes = changes.into_iter().filter(|change| Entries::Changes.has(change)).collect();
                self.window.add_changes(changes, &self.pace, &self.inner.now());
            }
            Err(_) => self.stale = true,
        }
    }

    /// Records a decision, and does nothing else until it is recorded or the program ends. `false`: it was not recorded.
    pub(super) async fn record(&mut self, entry: &OutboxEntry, decision: &Decision) -> bool {
        let at = self.inner.stamp();
        let mut is_settled = false;
        loop {
            let journal = Arc::clone(&self.inner.journal);
            let done = if !is_settled {
                self.settle(entry, &decision.settled, at).await
            } else if let Some(then) = &decision.then {
                journal.decide(&entry.order_id, then, self.inner.stamp()).await
            } else {
                return true;
            };
            match done {
                Ok(()) if is_settled => return true,
                Ok(()) => is_settled = true,
                Err(JournalError::WrongState { .. } | JournalError::NotFound(_)) => {
                    return is_settled || self.rescue(entry, &decision.settled).await;
                }
                Err(error) if self.shutdown.is_cancelled() => {
                    self.journal_failed(&error);
                    return false;
                }
                Err(error) => {
                    self.journal_failed(&error);
                    self.wait_to_settle().await;
                }
            }
        }
    }

    /// Taken with the first attempt, so that a program that has nothing to send writes nothing.
    pub(super) async fn fence(&mut self) -> Result<u64, JournalError> {
        if let Some(fence) = self.fence {
            return Ok(fence);
        }
        let fence = self.inner.journal.begins_to_send(&self.lock.name(), self.inner.stamp()).await?;
        self.fence = Some(fence);
        Ok(fence)
    }

    /// A ready list that is on its way may have been written before the status was set: the poll is told.
    async fn settle(&mut self, entry: &OutboxEntry, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        let fence = self.fence().await?;
        let mut set = self.inner.link.set_meanwhile.lock().await;
        self.inner.journal.settle_attempt(entry.seq, fence, settled, at).await?;
        if *settled == Settled::StatusSet {
            set.insert(entry.order_id.clone());
        }
        Ok(())
    }

    /// The entry left the outbox while it was under way, because somebody found the order in the ready list or decided
    /// about it. Only OktoPOS's id is still worth keeping.
    async fn rescue(&self, entry: &OutboxEntry, settled: &Settled) -> bool {
        if let Settled::Accepted { internal_id } = settled {
            let order_id = Some(entry.order_id.clone());
            let seen = ReadyOrder { order_id, internal_id: Some(*internal_id), ..ReadyOrder::default() };
            // Without the id the order is still accepted; its status just cannot be set from here.
            self.inner.journal.observe(&[seen], self.inner.stamp()).await.ok();
        }
        false
    }

    async fn wait_to_settle(&self) {
        let now = self.inner.clock.monotonic();
        let wait = self.pace.journal_until().unwrap_or(now).saturating_sub(now).min(SETTLE_GAP);
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => {}
            () = sleep(wait) => {}
        }
    }
}
