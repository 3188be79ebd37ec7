//! Carries out what the outbox planner decides: mark, send, record, tell. Decides nothing itself.

mod duty;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    endpoint::Endpoint,
    outbox::{self, Answer, Decision, Next, Outcome, Signal},
    pace::Pace,
    pause::Pause,
    policy::{READ_GAP, SETTLE_GAP},
};
use crate::{
    chaos,
    desk::{Inner, event::Halt, publish::Publisher},
    domain::value::{reason::Reason, text::Clean},
    ports::{
        JournalError, Pos, PosError, SenderLock,
        journal::{EventKind, OrderEvent, OutboxEntry, Settled, Task},
        pos::{ReadyOrder, StatusChange},
    },
};

/// What to do before the next step.
enum Rest {
    No,
    /// Until this instant of the monotonic clock, or news.
    Until(Duration),
    /// Until there is news.
    News,
}

/// The one that sends. Exactly one program on a journal has a sender that holds the lock.
pub(in crate::desk) struct Sender {
    inner: Arc<Inner>,
    publisher: Arc<Publisher>,
    lock: Arc<dyn SenderLock>,
    shutdown: CancellationToken,
    pace: Pace,
    entries: Vec<OutboxEntry>,
    /// Whether the journal may hold more than `entries`.
    stale: bool,
    read_at: Option<Duration>,
    is_sender: bool,
    /// What the journal gave this program when it became the sender.
    fence: u64,
    /// A pause that is not in the journal yet.
    unkept: Option<Pause>,
}

impl Sender {
    pub fn new(
        inner: Arc<Inner>,
        publisher: Arc<Publisher>,
        lock: Arc<dyn SenderLock>,
        shutdown: CancellationToken,
    ) -> Self {
        let (pace, entries) = (Pace::default(), Vec::new());
        Self {
            inner,
            publisher,
            lock,
            shutdown,
            pace,
            entries,
            stale: true,
            read_at: None,
            is_sender: false,
            fence: 0,
            unkept: None,
        }
    }

    /// Runs until `shutdown`.
    pub async fn run(mut self) {
        while !self.shutdown.is_cancelled() {
            let rest = self.step().await;
            self.rest(rest).await;
        }
        self.inner.link.status.send_modify(|status| status.sender_since = None);
    }

    async fn step(&mut self) -> Rest {
        chaos::point("sender.step");
        self.take_hints();
        if let Some(until) = self.pace.journal_until().filter(|until| *until > self.inner.clock.monotonic()) {
            return Rest::Until(until);
        }
        if let Some(rest) = self.become_sender().await {
            return rest;
        }
        if let Err(error) = self.look_at_pause().await {
            return self.journal_failed(&error);
        }
        let is_old = self.read_at.is_none_or(|at| self.inner.clock.monotonic().saturating_sub(at) >= READ_GAP);
        if self.stale && is_old {
            return self.read().await;
        }
        self.show_halt(None);
        match outbox::next(&self.entries, &self.pace, &self.inner.now()) {
            Next::Send(seq) => self.attempt(seq).await,
            Next::Refuse { seq, reason } => self.refuse(seq, reason).await,
            _ if self.stale => return self.read().await,
            Next::WaitUntil(until) | Next::Halted { until, .. } => return Rest::Until(until),
            Next::Idle => return Rest::News,
        }
        Rest::No
    }

    async fn rest(&self, rest: Rest) {
        let until = match rest {
            Rest::No => return,
            Rest::Until(until) => Some(until.saturating_sub(self.inner.clock.monotonic())),
            Rest::News => None,
        };
        // Here and below the sequence is fixed, so that a run of the simulation can be replayed.
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => {}
            () = self.inner.link.work.notified() => {}
            () = sleep(until.unwrap_or_default()), if until.is_some() => {}
        }
    }

    fn take_hints(&mut self) {
        let hints = self.inner.link.take_hints();
        self.stale |= hints.changed || hints.told;
        if hints.connected {
            self.pace.connected();
        }
        if hints.key_changed {
            self.pace.key_changed();
        }
        if hints.told {
            self.pace.told();
            self.unkept = None;
        }
    }

    async fn read(&mut self) -> Rest {
        match self.inner.journal.outbox().await {
            Ok(entries) => {
                self.pace.journal_works();
                self.pace.keep_entries(|seq| entries.binary_search_by_key(&seq, |entry| entry.seq).is_ok());
                self.entries = entries;
                self.stale = false;
                self.read_at = Some(self.inner.clock.monotonic());
                Rest::No
            }
            Err(error) => self.journal_failed(&error),
        }
    }

    async fn attempt(&mut self, seq: i64) {
        let Some(entry) = self.entries.iter().find(|entry| entry.seq == seq).cloned() else { return };
        if !self.begin(&entry).await {
            return;
        }
        self.publish(&entry).await;
        crate::desk::trace::attempt(&entry);
        let outcome = self.call(&entry).await;
        let is_conflict = matches!(outcome, Err(PosError::Rejected { code: 409, .. }));
        let (outcome, may_be_there) = match is_conflict.then_some(self.may_be_there(&entry)) {
            None => (outcome, false),
            Some(asked) => match asked.await {
                Ok(may_be_there) => (outcome, may_be_there),
                // Without the history nobody knows whose order OktoPOS means.
                Err(error) => (Err(PosError::Unknown { reason: Clean::new(&error.to_string()) }), false),
            },
        };
        let decision = outbox::plan(&entry, may_be_there, &outcome, &self.inner.settings.policy);
        crate::desk::trace::outcome(&entry, &outcome, &decision);
        if let Signal::Throttled(wait) = decision.signal {
            self.pause(wait).await;
        }
        let is_recorded = self.record(&entry, &decision).await;
        let settings = &self.inner.settings;
        let (random, now) = ((settings.jitter)(), self.inner.clock.monotonic());
        self.pace.note(seq, Endpoint::of(&entry.task), decision.signal, &settings.policy, random, now);
        if is_recorded {
            outbox::fold(&mut self.entries, &entry, &decision);
        } else {
            self.stale = true;
            self.read_at = None;
        }
        self.publish(&entry).await;
        self.report(&entry, &outcome).await;
        self.show_halt(None);
    }

    /// Marks the attempt. Without the mark nothing is sent.
    async fn begin(&mut self, entry: &OutboxEntry) -> bool {
        // The address the call will go to, whatever was read of the entry.
        let base_url = self.inner.pos.base_url();
        match self.inner.journal.begin_attempt(entry.seq, base_url, self.fence, self.inner.stamp()).await {
            Ok(()) => {
                self.pace.journal_works();
                true
            }
            Err(JournalError::WrongState { .. } | JournalError::NotFound(_)) => {
                self.put_off(entry.seq);
                false
            }
            Err(error) => {
                self.journal_failed(&error);
                false
            }
        }
    }

    async fn call(&self, entry: &OutboxEntry) -> Outcome {
        let mut call = std::pin::pin!(send(&*self.inner.pos, entry));
        tokio::select! {
            biased;
            outcome = &mut call => return outcome,
            () = self.shutdown.cancelled() => {}
        }
        timeout(self.inner.settings.shutdown_grace, call)
            .await
            .unwrap_or_else(|_| Err(PosError::Unknown { reason: Clean::new(Reason::EndedUnanswered.sentence()) }))
    }

    /// Whether an earlier attempt to create this very order may have arrived. An entry that was made by sending again knows
    /// nothing of it, and what was sent before a correction was another order: so the history is asked.
    async fn may_be_there(&self, entry: &OutboxEntry) -> Result<bool, JournalError> {
        let record = self.inner.journal.order(&entry.order_id).await?;
        let is_start = |event: &&OrderEvent| matches!(event.kind, EventKind::Placed | EventKind::Corrected);
        let is_doubt = |event: &OrderEvent| matches!(event.kind, EventKind::Again | EventKind::Unknown);
        Ok(record.events.iter().rev().take_while(|event| !is_start(event)).any(is_doubt))
    }

    /// Settles an entry that can never be sent.
    async fn refuse(&mut self, seq: i64, reason: &str) {
        let Some(entry) = self.entries.iter().find(|entry| entry.seq == seq).cloned() else { return };
        let settled = Settled::Rejected { reason: reason.to_owned() };
        let decision = Decision { settled, then: None, signal: Signal::Answered };
        if self.record(&entry, &decision).await {
            outbox::fold(&mut self.entries, &entry, &decision);
        } else {
            self.put_off(seq);
        }
        self.publish(&entry).await;
    }

    /// The journal says that the entry cannot be worked on although it listed it: look again, and not at once if it still
    /// does.
    fn put_off(&mut self, seq: i64) {
        self.entries.retain(|entry| entry.seq != seq);
        self.stale = true;
        let settings = &self.inner.settings;
        self.pace.put_off(seq, &settings.policy, (settings.jitter)(), self.inner.clock.monotonic());
    }

    /// Records a decision, and does nothing else until it is recorded or the program ends. `false`: it was not recorded.
    async fn record(&mut self, entry: &OutboxEntry, decision: &Decision) -> bool {
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

    /// A ready list that is on its way may have been written before the status was set: the poll is told.
    async fn settle(&self, entry: &OutboxEntry, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        let mut set = self.inner.link.set_meanwhile.lock().await;
        self.inner.journal.settle_attempt(entry.seq, self.fence, settled, at).await?;
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

    async fn publish(&self, entry: &OutboxEntry) {
        self.publisher.orders(std::slice::from_ref(&entry.order_id)).await;
        self.inner.link.tick();
        self.inner.link.changed.notify_one();
    }

    /// An answer that says nothing about the order may say nothing about the connection either: the poll finds out, and
    /// looks for the order at the same time.
    async fn report(&self, entry: &OutboxEntry, outcome: &Outcome) {
        self.inner.link.hear(Endpoint::of(&entry.task), outcome.as_ref().map(|_| ()));
        self.publisher.connection().await;
        if matches!(outcome, Err(PosError::Unknown { .. })) {
            self.inner.link.doubt.notify_one();
        }
    }

    fn journal_failed(&mut self, error: &JournalError) -> Rest {
        let now = self.inner.clock.monotonic();
        let settings = &self.inner.settings;
        let until =
            self.pace.journal_failed(Clean::new(&error.to_string()), &settings.policy, (settings.jitter)(), now);
        self.show_halt(None);
        Rest::Until(until)
    }

    /// Shows why the outbox stands still, if it does.
    fn show_halt(&self, halt: Option<Halt>) {
        let halt = halt.or_else(|| self.pace.halt(self.inner.clock.monotonic()));
        let is_new = self.inner.link.status.send_if_modified(|status| {
            let is_new = status.halt != halt;
            status.halt.clone_from(&halt);
            is_new
        });
        if is_new {
            self.inner.link.changed.notify_one();
        }
    }
}

async fn send(pos: &dyn Pos, entry: &OutboxEntry) -> Outcome {
    match &entry.task {
        Task::Create { body } => pos.create_order(body).await.map(Answer::Created),
        Task::SetStatus { status, reason } => {
            let Some(internal_id) = outbox::internal_id(entry) else {
                return Err(PosError::NotSent { reason: Clean::new(Reason::NoInternalId.sentence()) });
            };
            let change = StatusChange { internal_id, status: status.clone(), reason: reason.clone() };
            pos.set_status(&change).await.map(|()| Answer::StatusSet)
        }
    }
}
