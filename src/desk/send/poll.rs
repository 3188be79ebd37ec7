//! Reads OktoPOS's ready list at the polling interval and publishes what changed. Sends no order and waits for no sender.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{
    endpoint::Endpoint,
    pause::{Pause, Paused},
};
use crate::desk::{
    Inner,
    event::DeskEvent,
    publish::{Publisher, count_gap},
};
use crate::{
    chaos,
    domain::value::ids::OrderId,
    ports::{
        JournalError, PosError,
        pos::{ReadyOrder, Renewed},
    },
};

/// While the key is refused the list is not asked for more often than this.
const KEY_REFUSED_INTERVAL: Duration = Duration::from_secs(30);

/// A slow server gets at least this rest between two calls, or the polling interval if that is shorter.
const REST: Duration = Duration::from_secs(1);

type Call = Pin<Box<dyn Future<Output = Result<Vec<ReadyOrder>, PosError>> + Send>>;

/// The poll and the publishing of what persons and other programs changed.
pub(in crate::desk) struct Poller {
    inner: Arc<Inner>,
    publisher: Arc<Publisher>,
    shutdown: CancellationToken,
    call: Option<Call>,
    started: Instant,
    due: Instant,
    /// Until then OktoPOS is left alone for a reason of its own; only a person does not wait for it.
    not_before: Instant,
    /// When the frontend hears something even if there is nothing new, so that clock and ages on its screen go on.
    beat: Instant,
    /// When the journal is looked at even if the poll is slow or has to wait.
    look_due: Instant,
    /// When the outbox is counted next, if it is to be.
    count_due: Option<Instant>,
    /// Not before this.
    count_allowed: Instant,
    /// How long it took the last time.
    count_took: Duration,
    key_refused: bool,
    /// Whether other settings were found since the call under way began: what it brings says nothing about them.
    renewed: bool,
    /// Whether a person asked for the list that is on its way.
    asked: bool,
    /// Whether this program was the sender when it asked: else the list may be older than what another one recorded.
    was_sender: bool,
}

impl Poller {
    pub fn new(inner: Arc<Inner>, publisher: Arc<Publisher>, shutdown: CancellationToken) -> Self {
        let now = Instant::now();
        let beat = now + inner.settings.poll_interval;
        let look_due = now + 2 * inner.settings.poll_interval.max(REST);
        Self {
            inner,
            publisher,
            shutdown,
            call: None,
            started: now,
            due: now,
            not_before: now,
            beat,
            look_due,
            count_due: None,
            count_allowed: now,
            count_took: Duration::ZERO,
            key_refused: false,
            renewed: false,
            asked: false,
            was_sender: false,
        }
    }

    /// Runs until `shutdown`.
    pub async fn run(mut self) {
        loop {
            let idle = self.call.is_none();
            let count_due = self.count_due;
            // Counting stands before what makes it due, so that steady changes cannot put it off for good.
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return,
                answer = finish(&mut self.call) => {
                    self.call = None;
                    self.answered(answer).await;
                }
                () = sleep_until(count_due.unwrap_or(self.due)), if count_due.is_some() => self.count().await,
                () = sleep_until(self.due), if idle => self.start_unless_paused().await,
                () = sleep_until(self.look_due) => self.look().await,
                () = sleep_until(self.beat) => self.beat().await,
                () = self.inner.link.poll_told.notified(), if idle => {
                    self.renew().await;
                    self.start_asked().await;
                }
                () = self.inner.link.poll.notified(), if idle => {
                    self.renew().await;
                    if !is_paused(&self.inner).await {
                        self.start_asked().await;
                    }
                }
                () = self.inner.link.doubt.notified(), if idle => self.due = self.due.min(self.not_before),
                () = self.inner.link.changed.notified() => {
                    self.publisher.connection().await;
                    self.note(self.publisher.changed().await.is_ok());
                }
            }
        }
    }

    async fn start_asked(&mut self) {
        self.start().await;
        self.asked = true;
    }

    /// A pause may be ended by a person in another program, so it is looked at again and again.
    async fn start_unless_paused(&mut self) {
        if is_paused(&self.inner).await {
            self.due = Instant::now() + self.inner.settings.poll_interval;
        } else {
            self.start().await;
        }
    }

    async fn start(&mut self) {
        let pos = Arc::clone(&self.inner.pos);
        self.was_sender = self.is_sender();
        self.inner.link.set_meanwhile.lock().await.clear();
        self.started = Instant::now();
        self.beat = self.started + self.inner.settings.poll_interval;
        (self.asked, self.renewed) = (false, false);
        self.call = Some(Box::pin(async move { pos.ready_orders().await }));
    }

    /// Says again what is known, so that a frame is drawn.
    async fn beat(&mut self) {
        self.beat = Instant::now() + self.inner.settings.poll_interval;
        self.publisher.connection_again().await;
    }

    async fn answered(&mut self, answer: Result<Vec<ReadyOrder>, PosError>) {
        chaos::point("poll.answered");
        crate::desk::trace::ready(&answer);
        keep_pause(&self.inner, &answer).await;
        self.schedule(&answer);
        self.inner.link.hear(Endpoint::Ready, answer.as_ref().map(|_| ()));
        let is_said = self.publisher.connection().await;
        if answer.is_err() && is_said {
            self.beat = Instant::now() + self.inner.settings.poll_interval;
        } else if answer.is_err() {
            self.beat().await;
        }
        let was_refused = std::mem::replace(&mut self.key_refused, matches!(answer, Err(PosError::KeyRefused { .. })));
        match answer {
            Ok(orders) => self.ready(orders, was_refused).await,
            Err(PosError::Rejected { code, reason }) => {
                let reason = format!("HTTP {code}: {reason}").into();
                self.publisher.event(DeskEvent::ReadyRefused { reason }).await;
            }
            Err(PosError::Unavailable { reason, .. }) => {
                let reason = format!("HTTP 503: {reason}").into();
                self.publisher.event(DeskEvent::ReadyRefused { reason }).await;
            }
            Err(_) => {}
        }
        self.look().await;
    }

    /// Another program on the same journal cannot wake this one: this is when its changes, and its end, are found. After
    /// every poll, and by itself while one is slow or put off.
    async fn look(&mut self) {
        self.look_due = Instant::now() + 2 * self.inner.settings.poll_interval.max(REST);
        let looked = self.publisher.look().await;
        // Woken in any case: the sender before may have ended, which nobody writes down. What cannot be told may have changed.
        let is_new = looked.as_ref().copied().unwrap_or(true);
        self.inner.link.hint(|hints| hints.changed |= is_new);
        let is_seen = looked.is_ok() && self.publisher.changed().await.is_ok();
        self.note(is_seen);
        self.renew().await;
        self.inner.link.looked.notify_waiters();
    }

    /// While OktoPOS refuses something, a key or a setting that was changed meanwhile is found here and tried at once. It is
    /// looked for when this part is awake anyway.
    async fn renew(&mut self) {
        if !self.inner.link.is_refused() {
            return;
        }
        let renewed = self.inner.pos.renew().await;
        match renewed {
            Renewed::Same => return,
            Renewed::Changed => {
                self.inner.link.key_changed();
                self.renewed = true;
                // Another key or setting is not asked to wait for what the one before did.
                self.inner.end_pauses().await.ok();
                if self.key_refused {
                    self.not_before = Instant::now();
                }
                self.due = self.not_before.max(Instant::now());
            }
            Renewed::Unusable { .. } | Renewed::OtherAddress { .. } => {}
        }
        crate::desk::trace::renewed(&renewed);
        self.publisher.event(DeskEvent::Renewed(renewed)).await;
    }

    async fn ready(&mut self, orders: Vec<ReadyOrder>, was_refused: bool) {
        let at = self.inner.stamp();
        // Who does not send leaves it to the one that does, unless a person asked: that one may be stopped.
        if self.is_sender() || self.asked {
            // A journal that fails here fails for the sender too, which reports it; the next poll observes again.
            if let Ok(changed) = observe(&self.inner, &orders, self.was_sender, at).await {
                self.publisher.orders(&changed).await;
                // A status change that waited for its order can be sent now.
                self.inner.link.hint(|hints| hints.changed |= !changed.is_empty());
            }
        }
        self.inner.link.hint(|hints| {
            hints.connected = true;
            hints.key_changed |= was_refused;
        });
        self.publisher.event(DeskEvent::Ready { orders, at }).await;
    }

    fn is_sender(&self) -> bool {
        self.inner.link.status.borrow().sender_since.is_some()
    }

    fn schedule(&mut self, answer: &Result<Vec<ReadyOrder>, PosError>) {
        let interval = self.inner.settings.poll_interval;
        let rest = Instant::now() + REST.min(interval);
        self.not_before = match answer {
            Err(PosError::KeyRefused { .. }) if !self.renewed => self.started + interval.max(KEY_REFUSED_INTERVAL),
            _ => self.started,
        };
        self.due = self.not_before.max(self.started + interval).max(rest);
    }

    /// Counts the outbox soon; what could not be published is tried again with the next poll.
    fn note(&mut self, published: bool) {
        if published && self.count_due.is_none() {
            // Of a long queue the beginning of an attempt and its end are counted at once where they are close together.
            self.count_due = Some(self.count_allowed.max(Instant::now() + self.count_took));
        }
    }

    async fn count(&mut self) {
        let began = Instant::now();
        self.count_due = None;
        // A journal that cannot be read now is read again with the next change or poll.
        if self.publisher.count().await.is_err() {
            self.inner.link.hint(|hints| hints.changed = true);
        }
        self.count_took = began.elapsed();
        self.count_allowed = Instant::now() + count_gap(self.count_took);
    }
}

/// Whether OktoPOS asked any program for a pause that is not over. A journal that cannot be read says nothing about it.
async fn is_paused(inner: &Inner) -> bool {
    for what in [Paused::Outbox, Paused::Ready] {
        if matches!(inner.pause(what).await, Ok(Some(_))) {
            return true;
        }
    }
    false
}

/// Every program on the journal leaves the list alone as long as OktoPOS says.
async fn keep_pause(inner: &Inner, answer: &Result<Vec<ReadyOrder>, PosError>) {
    let Err(PosError::Throttled { after, .. }) = answer else { return };
    let wait = inner.settings.policy.throttled_for(*after);
    let pause = Pause::new(inner.pos.base_url(), inner.clock.now(), wait);
    // Where nothing can be written, this program at least asks no sooner than at its next interval.
    inner.keep_pause(Paused::Ready, &pause).await.ok();
}

/// Records what the list says, but of no status that was set after the list was asked for. Who became the sender only
/// after asking cannot know what the one before set meanwhile: then that an order is there counts, and no status.
async fn observe(
    inner: &Inner,
    orders: &[ReadyOrder],
    was_sender: bool,
    at: Timestamp,
) -> Result<Vec<OrderId>, JournalError> {
    let set = inner.link.set_meanwhile.lock().await;
    let is_old = |ready: &ReadyOrder| !was_sender || ready.order_id.as_ref().is_some_and(|id| set.contains(id));
    if !orders.iter().any(is_old) {
        return inner.journal.observe(orders, at).await;
    }
    let mut orders = orders.to_vec();
    orders.iter_mut().filter(|ready| is_old(ready)).for_each(|ready| ready.status = None);
    inner.journal.observe(&orders, at).await
}

/// The answer of the call under way; without one, never.
async fn finish(call: &mut Option<Call>) -> Result<Vec<ReadyOrder>, PosError> {
    match call {
        Some(call) => call.await,
        None => std::future::pending().await,
    }
}
