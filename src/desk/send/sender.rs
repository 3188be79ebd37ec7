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
    policy::READ_GAP,
    window::Window,
};
use crate::{
    chaos,
    desk::{Inner, event::Halt, publish::Publisher},
    domain::value::{reason::Reason, text::Clean},
    ports::{
        JournalError, Pos, PosError, SenderLock,
        journal::{EventKind, OrderEvent, OutboxEntry, Settled, Task},
        pos::StatusChange,
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

/// What one attempt sends.
enum Call {
    /// The frozen JSON of an order.
    Create(String),
    SetStatus(StatusChange),
    /// A status of an order whose id nobody knows.
    Impossible,
}

/// The one that sends. Exactly one program on a journal has a sender that holds the lock.
pub(in crate::desk) struct Sender {
    inner: Arc<Inner>,
    publisher: Arc<Publisher>,
    lock: Arc<dyn SenderLock>,
    shutdown: CancellationToken,
    pace: Pace,
    window: Window,
    /// Whether the journal may hold other things than what was read of it.
    stale: bool,
    /// When reading was begun anew, on both clocks.
    read_at: Option<(Duration, Timestamp)>,
    is_sender: bool,
    /// What the journal gave this program before its first attempt.
    fence: Option<u64>,
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
        let (pace, window) = (Pace::default(), Window::default());
        Self {
            inner,
            publisher,
            lock,
            shutdown,
            pace,
            window,
            stale: true,
            read_at: None,
            is_sender: false,
            fence: None,
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
        let inner = Arc::clone(&self.inner);
        let now = inner.now();
        let age = |(at, _): (Duration, Timestamp)| now.monotonic.saturating_sub(at);
        // What was passed over may be sent now, by either clock.
        self.stale |= self.window.again().is_some_and(|again| again <= now.monotonic)
            || self.read_at.is_some_and(|(_, wall)| now.wall < wall);
        if self.stale && self.read_at.is_none_or(|at| age(at) >= READ_GAP) {
            self.begin_anew();
        }
        self.show_halt(None);
        if let Some(wanted) = self.window.wants(&self.pace, &now) {
            return self.read(wanted).await;
        }
        match outbox::next(self.window.entries(), &self.pace, &now) {
            Next::Send(seq) => self.attempt(seq).await,
            Next::Refuse { seq, reason } => self.refuse(seq, reason).await,
            _ if self.stale => self.begin_anew(),
            next => return self.rest_for(next.until()),
        }
        Rest::No
    }

    /// Until something can be sent, of what is held or of what was passed over.
    fn rest_for(&self, until: Option<Duration>) -> Rest {
        until.into_iter().chain(self.window.again()).min().map_or(Rest::News, Rest::Until)
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

    async fn attempt(&mut self, seq: i64) {
        let Some(entry) = self.window.find(seq).cloned() else { return };
        let Some(call) = self.begin(&entry).await else { return };
        self.publish(&entry).await;
        crate::desk::trace::attempt(&entry);
        let outcome = self.call(&call).await;
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
            outbox::fold(self.window.entries_mut(), &entry, &decision);
        } else {
            self.stale = true;
            self.read_at = None;
        }
        if self.publish(&entry).await && is_recorded && entry.task == Task::Create {
            self.read_changes(&entry).await;
        }
        self.report(&entry, &outcome).await;
        self.show_halt(None);
    }

    /// Reads what is to be sent and marks the attempt. Without the mark nothing is sent.
    async fn begin(&mut self, entry: &OutboxEntry) -> Option<Call> {
        // The address the call will go to, whatever was read of the entry.
        let inner = Arc::clone(&self.inner);
        let base_url = inner.pos.base_url();
        match self.mark(entry, base_url).await {
            Ok(call) => {
                self.pace.journal_works();
                Some(call)
            }
            Err(JournalError::WrongState { .. } | JournalError::NotFound(_)) => {
                self.put_off(entry.seq);
                None
            }
            Err(error) => {
                self.journal_failed(&error);
                None
            }
        }
    }

    async fn mark(&mut self, entry: &OutboxEntry, base_url: &str) -> Result<Call, JournalError> {
        // An entry keeps its body as long as it lives: an order that is placed again gets another entry.
        let call = self.prepare(entry).await?;
        let fence = self.fence().await?;
        self.inner.journal.begin_attempt(entry.seq, base_url, fence, self.inner.stamp()).await?;
        Ok(call)
    }

    async fn prepare(&self, entry: &OutboxEntry) -> Result<Call, JournalError> {
        Ok(match &entry.task {
            Task::Create => Call::Create(self.inner.journal.body(entry.seq).await?),
            Task::SetStatus { status, reason } => match outbox::internal_id(entry) {
                None => Call::Impossible,
                Some(internal_id) => {
                    let (status, reason) = (status.clone(), reason.clone());
                    Call::SetStatus(StatusChange { internal_id, status, reason })
                }
            },
        })
    }

    async fn call(&self, call: &Call) -> Outcome {
        let mut call = std::pin::pin!(send(&*self.inner.pos, call));
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
        let Some(entry) = self.window.find(seq).cloned() else { return };
        let settled = Settled::Rejected { reason: reason.to_owned() };
        let decision = Decision { settled, then: None, signal: Signal::Answered };
        if self.record(&entry, &decision).await {
            outbox::fold(self.window.entries_mut(), &entry, &decision);
        } else {
            self.put_off(seq);
        }
        self.publish(&entry).await;
    }

    /// The journal says that the entry cannot be worked on although it listed it: look again, and not at once if it still
    /// does.
    fn put_off(&mut self, seq: i64) {
        self.window.entries_mut().retain(|entry| entry.seq != seq);
        self.stale = true;
        let settings = &self.inner.settings;
        self.pace.put_off(seq, &settings.policy, (settings.jitter)(), self.inner.clock.monotonic());
    }

    /// Returns whether a status change of the order waits.
    async fn publish(&self, entry: &OutboxEntry) -> bool {
        let is_changing = self.publisher.orders(std::slice::from_ref(&entry.order_id)).await;
        self.inner.link.tick();
        self.inner.link.changed.notify_one();
        is_changing
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
        if self.inner.link.show_halt(halt) {
            self.inner.link.changed.notify_one();
        }
    }
}

async fn send(pos: &dyn Pos, call: &Call) -> Outcome {
    match call {
        Call::Create(body) => pos.create_order(body).await.map(Answer::Created),
        Call::SetStatus(change) => pos.set_status(change).await.map(|()| Answer::StatusSet),
        Call::Impossible => Err(PosError::NotSent { reason: Clean::new(Reason::NoInternalId.sentence()) }),
    }
}
