//! Reads OktoPOS's ready list at the polling interval and publishes what changed. Sends no order and waits for no sender.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{Inner, event::DeskEvent, publish::Publisher, publish::count_gap};
use crate::{
    chaos,
    ports::{PosError, pos::ReadyOrder},
};

/// While the key is refused the list is not asked for more often than this.
const KEY_REFUSED_INTERVAL: Duration = Duration::from_secs(30);

/// A slow server gets at least this rest between two calls, or the polling interval if that is shorter.
const REST: Duration = Duration::from_secs(1);

type Call = Pin<Box<dyn Future<Output = Result<Vec<ReadyOrder>, PosError>> + Send>>;

/// The poll and the publishing of what persons and other programs changed.
pub(super) struct Poller {
    inner: Arc<Inner>,
    publisher: Arc<Publisher>,
    shutdown: CancellationToken,
    call: Option<Call>,
    started: Instant,
    due: Instant,
    /// When the outbox is counted next, if it is to be.
    count_due: Option<Instant>,
    /// Not before this.
    count_allowed: Instant,
    key_refused: bool,
}

impl Poller {
    pub fn new(inner: Arc<Inner>, publisher: Arc<Publisher>, shutdown: CancellationToken) -> Self {
        let now = Instant::now();
        Self {
            inner,
            publisher,
            shutdown,
            call: None,
            started: now,
            due: now,
            count_due: None,
            count_allowed: now,
            key_refused: false,
        }
    }

    /// Runs until `shutdown`.
    pub async fn run(mut self) {
        loop {
            let idle = self.call.is_none();
            let count_due = self.count_due;
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                answer = finish(&mut self.call) => {
                    self.call = None;
                    self.answered(answer).await;
                }
                () = sleep_until(self.due), if idle => self.start(),
                () = self.inner.link.poll.notified(), if idle => self.start(),
                () = self.inner.link.changed.notified() => {
                    self.note(self.publisher.changed().await.is_ok());
                }
                () = sleep_until(count_due.unwrap_or(self.due)), if count_due.is_some() => self.count().await,
            }
        }
    }

    fn start(&mut self) {
        let pos = Arc::clone(&self.inner.pos);
        self.started = Instant::now();
        self.call = Some(Box::pin(async move { pos.ready_orders().await }));
    }

    async fn answered(&mut self, answer: Result<Vec<ReadyOrder>, PosError>) {
        chaos::point("poll.answered");
        super::trace::ready(&answer);
        self.schedule(&answer);
        self.publisher.connection(answer.as_ref().map(|_| ())).await;
        let was_refused = std::mem::replace(&mut self.key_refused, matches!(answer, Err(PosError::KeyRefused { .. })));
        match answer {
            Ok(orders) => self.ready(orders, was_refused).await,
            Err(PosError::Rejected { code, reason }) => {
                let reason = format!("HTTP {code}: {reason}").into();
                self.publisher.event(DeskEvent::ReadyRefused { reason }).await;
            }
            Err(_) => {}
        }
        // Another program on the same journal cannot wake this one: the poll is when its changes are found.
        self.inner.link.hint(|hints| hints.changed = true);
        self.note(self.publisher.refresh().await.is_ok());
    }

    async fn ready(&mut self, orders: Vec<ReadyOrder>, was_refused: bool) {
        let at = self.inner.stamp();
        if self.inner.link.status.borrow().is_sender {
            // A journal that fails here fails for the sender too, which reports it; the next poll observes again.
            if let Ok(changed) = self.inner.journal.observe(&orders, at).await {
                self.publisher.orders(&changed).await;
            }
        }
        self.inner.link.hint(|hints| hints.connected = Some(was_refused || hints.connected == Some(true)));
        self.publisher.event(DeskEvent::Ready { orders, at }).await;
    }

    fn schedule(&mut self, answer: &Result<Vec<ReadyOrder>, PosError>) {
        let interval = self.inner.settings.poll_interval;
        let rest = Instant::now() + REST.min(interval);
        self.due = match answer {
            Err(PosError::Throttled { after }) => Instant::now() + self.inner.settings.policy.throttled_for(*after),
            Err(PosError::KeyRefused { .. }) => self.started + interval.max(KEY_REFUSED_INTERVAL),
            _ => self.started + interval,
        }
        .max(rest);
    }

    /// Counts the outbox soon; what could not be published is tried again with the next poll.
    fn note(&mut self, published: bool) {
        if published && self.count_due.is_none() {
            self.count_due = Some(self.count_allowed.max(Instant::now()));
        }
    }

    async fn count(&mut self) {
        let began = Instant::now();
        self.count_due = None;
        // A journal that cannot be read now is read again with the next change or poll.
        if self.publisher.count().await.is_err() {
            self.inner.link.hint(|hints| hints.changed = true);
        }
        self.count_allowed = Instant::now() + count_gap(began.elapsed());
    }
}

/// The answer of the call under way; without one, never.
async fn finish(call: &mut Option<Call>) -> Result<Vec<ReadyOrder>, PosError> {
    match call {
        Some(call) => call.await,
        None => std::future::pending().await,
    }
}
