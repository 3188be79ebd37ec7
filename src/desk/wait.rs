//! Waiting for what becomes of orders, whichever program sends them. Only reads.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout_at},
};

use super::{
    Desk, DeskError, Inner,
    event::{Halt, Held, OutboxState},
    link::Status,
    publish::count_gap,
    send::{
        endpoint::Endpoint,
        pause::{self, Pause, Paused},
    },
};
use crate::{
    domain::{
        order::delivery::Delivery,
        value::{ids::OrderId, reason::Reason},
    },
    ports::{
        JournalError,
        journal::{Entries, EventKind, OrderEvent, OrderRecord, OrderRow},
    },
};

/// Without a sender of our own the journal is looked at this often.
const LOOK: Duration = Duration::from_millis(200);

/// With a sender of our own its ticks say when to look; this is the fallback.
const LOOK_SELDOM: Duration = Duration::from_secs(1);

/// So many orders that were tried in vain are looked at for the reason.
const TRIED: u32 = 8;

/// With fewer orders that wait, counting them takes no time.
const FEW: usize = 100;

/// What became of one order that was waited for.
#[derive(Debug, Clone, PartialEq)]
pub struct Waited {
    /// The order as it was at the end.
    pub row: OrderRow,
    /// Why it is not settled; `None` if it is.
    pub still: Option<Still>,
}

/// Why an order is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Still {
    /// The time was up. The outbox goes on with it.
    Waiting,
    /// It is not sent until a person does something.
    Held(Held),
    /// The outbox stands still for a reason that waiting does not mend.
    Halted(Halt),
}

impl Desk {
    /// Waits until each order is accepted, rejected, unknown or cancelled, at most `timeout` for all. In the sequence of
    /// `ids`. Ends early for orders that are held, and for all when the key is refused.
    pub async fn wait_settled(&self, ids: &[OrderId], timeout: Duration) -> Result<Vec<Waited>, DeskError> {
        let deadline = Instant::now() + timeout;
        let mut waited = Vec::with_capacity(ids.len());
        for id in ids {
            waited.push(self.wait_for(id, Endpoint::Create, deadline, |row| !row.delivery.waits()).await?);
        }
        Ok(waited)
    }

    /// Waits until no status change of the order is pending, at most `timeout`. `row.status_problem` says why the last one
    /// was refused. Ends early as `wait_settled` does, and when the order itself will not be accepted without a person.
    pub async fn wait_status(&self, id: &OrderId, timeout: Duration) -> Result<Waited, DeskError> {
        let is_done = |row: &OrderRow| {
            row.pending_status.is_none() || !(row.delivery.waits() || matches!(row.delivery, Delivery::Accepted { .. }))
        };
        self.wait_for(id, Endpoint::Status, Instant::now() + timeout, is_done).await
    }

    /// Waits until the attempt to create the order that is under way has its answer, at most `timeout`. The ready list may
    /// show the order before that; what OktoPOS calls it is in the answer.
    pub async fn wait_answered(&self, id: &OrderId, timeout: Duration) -> Result<(), DeskError> {
        let deadline = Instant::now() + timeout;
        let mut status = self.inner.link.status.subscribe();
        loop {
            status.mark_unchanged();
            let record = self.inner.journal.order(id).await?;
            let oldest = self.inner.clock.now().checked_sub(timeout).unwrap_or(Timestamp::MIN);
            if !is_under_way(&record, oldest) || Instant::now() >= deadline {
                return Ok(());
            }
            self.look_again(&mut status, deadline).await;
        }
    }

    /// Waits until nothing is left that is sent without a person, at most `timeout`. Ends early when the key is refused. What
    /// waits is counted with pauses: the outbox may be long, and each of its orders is told.
    pub async fn wait_drained(&self, timeout: Duration) -> Result<OutboxState, DeskError> {
        let deadline = Instant::now() + timeout;
        let mut status = self.inner.link.status.subscribe();
        loop {
            status.mark_unchanged();
            let began = Instant::now();
            let state = self.outbox_state().await?;
            // Where only a status is refused, orders go on.
            let endpoint = if state.has_free_orders { Endpoint::Create } else { Endpoint::Status };
            let by = self.wall(deadline);
            if state.waiting == 0 || is_hopeless(state.halted.as_ref(), endpoint, by) || Instant::now() >= deadline {
                return Ok(state);
            }
            let gap = if state.orders < FEW { Duration::ZERO } else { count_gap(began.elapsed()) };
            sleep_until(deadline.min(Instant::now() + gap)).await;
            self.look_again(&mut status, deadline).await;
        }
    }

    async fn wait_for(
        &self,
        id: &OrderId,
        endpoint: Endpoint,
        deadline: Instant,
        is_done: impl Fn(&OrderRow) -> bool,
    ) -> Result<Waited, DeskError> {
        let mut status = self.inner.link.status.subscribe();
        let mut is_quiet = false;
        loop {
            let halt = status.borrow_and_update().halt.clone();
            let record = self.inner.journal.order(id).await?;
            if is_done(&record.row) {
                return Ok(Waited { row: record.row, still: None });
            }
            let refused = self.refused(&record).map(|endpoint| Halt::KeyRefused { endpoint });
            let row = record.row;
            let still = match refused.or(halt) {
                Some(halt) if is_hopeless(Some(&halt), endpoint, self.wall(deadline)) => Some(Still::Halted(halt)),
                _ => self.why_not(&row, endpoint, is_quiet.then(|| self.wall(deadline))).await?,
            };
            let still = still.or_else(|| (Instant::now() >= deadline).then_some(Still::Waiting));
            if still.is_some() {
                return Ok(Waited { row, still });
            }
            is_quiet = !self.look_again(&mut status, deadline).await;
        }
    }

    /// Rests at least so long, and then until the next poll: for what can wait and is not worth waking the machine for. Only
    /// ends while a worker runs.
    pub async fn rest_until_poll(&self, rest: Duration) {
        let until = self.inner.clock.monotonic() + rest;
        loop {
            self.inner.link.looked.notified().await;
            if self.inner.clock.monotonic() >= until {
                return;
            }
        }
    }

    /// What the wall clock shows at the deadline.
    fn wall(&self, deadline: Instant) -> Timestamp {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = SignedDuration::try_from(left).unwrap_or(SignedDuration::MAX);
        self.inner.clock.now().checked_add(left).unwrap_or(Timestamp::MAX)
    }

    /// Until the worker published something (`true`), or for a bounded time.
    async fn look_again(&self, status: &mut watch::Receiver<Status>, deadline: Instant) -> bool {
        let pause = if status.borrow().sender_since.is_some() { LOOK_SELDOM } else { LOOK };
        let until = deadline.min(Instant::now() + pause);
        // The channel lives as long as the desk, so it cannot end while this waits.
        matches!(timeout_at(until, status.changed()).await, Ok(Ok(())))
    }

    /// The endpoint that refused the key for this order the last time it was sent, as far as that still counts: what happened
    /// before this program became the sender says nothing about the key of now.
    pub fn refused(&self, record: &OrderRecord) -> Option<Endpoint> {
        let status = self.inner.link.status.borrow();
        let counts = |event: &OrderEvent| match status.sender_since {
            Some(since) => event.at >= since,
            None => matches!(status.halt, Some(Halt::OtherSender { .. })),
        };
        refusal(record).filter(|(event, _)| counts(event)).map(|(_, endpoint)| endpoint)
    }

    /// The endpoint that refused the key when what waits was sent the last time, by the journal.
    pub async fn refused_before(&self) -> Result<Option<Endpoint>, DeskError> {
        Ok(self.inner.refused_last().await?)
    }

    /// Why the order is not sent. The outbox is only asked when nothing else happens. `quiet`: that nothing happens, and until
    /// when it is waited for.
    async fn why_not(
        &self,
        row: &OrderRow,
        endpoint: Endpoint,
        quiet: Option<Timestamp>,
    ) -> Result<Option<Still>, DeskError> {
        let is_queued = row.delivery == Delivery::Queued;
        // A status change of an order that arrived may wait for another address than the one configured now.
        let is_changing = matches!(row.delivery, Delivery::Accepted { .. }) && row.pending_status.is_some();
        if let Some(due_at) = row.due_at.filter(|due_at| is_queued && *due_at < self.inner.clock.now()) {
            return Ok(Some(Still::Held(Held::DuePassed { due_at })));
        }
        let Some(by) = quiet.filter(|_| is_queued || is_changing) else { return Ok(None) };
        if let Some(held) = self.order_held(&row.order_id).await? {
            return Ok(Some(Still::Held(held)));
        }
        let halt = self.inner.halted().await?;
        Ok(halt.filter(|halt| is_hopeless(Some(halt), endpoint, by)).map(Still::Halted))
    }
}

/// Whether an attempt was begun that came to nothing yet; one begun before `oldest` has no answer to come any more. Attempts to
/// set a status begin only after the order was created.
fn is_under_way(record: &OrderRecord, oldest: Timestamp) -> bool {
    use EventKind as Kind;
    let of_attempt = |event: &&OrderEvent| {
        matches!(
            event.kind,
            Kind::Attempt | Kind::Requeued | Kind::Again | Kind::Accepted | Kind::Rejected | Kind::Unknown
        )
    };
    let is_settled = matches!(record.row.delivery, Delivery::Accepted { internal_id: Some(_) });
    let last = record.events.iter().rev().find(of_attempt);
    !is_settled && last.is_some_and(|event| event.kind == Kind::Attempt && event.at >= oldest)
}

/// Whether waiting for this endpoint until then does not mend it. A key that is refused for orders stops everything.
fn is_hopeless(halt: Option<&Halt>, waits_for: Endpoint, by: Timestamp) -> bool {
    match halt {
        Some(Halt::KeyRefused { endpoint }) => *endpoint == Endpoint::Create || waits_for == Endpoint::Status,
        // It sends nothing until a person continues or ends it.
        Some(Halt::OtherSender { holder }) => holder.as_ref().is_some_and(|holder| holder.is_stopped),
        // What stands in the lock's place stays there until a person takes it away.
        Some(Halt::NoLock { .. }) => true,
        Some(Halt::Throttled { until }) => *until > by,
        Some(Halt::Journal { .. }) | None => false,
    }
}

/// That the key was refused is the last thing that happened to the order: then, and where.
fn refusal(record: &OrderRecord) -> Option<(&OrderEvent, Endpoint)> {
    let last = record.events.last().filter(|event| event.kind == EventKind::Requeued)?;
    let is_key = matches!(Reason::read(&last.words), Some((Reason::KeyRefused, _)));
    let endpoint = if record.row.delivery.waits() { Endpoint::Create } else { Endpoint::Status };
    is_key.then_some((last, endpoint))
}

impl Inner {
    /// The pause that is kept for this program's address, if some of it is left, and how much.
    pub(super) async fn pause(&self, what: Paused) -> Result<Option<(Pause, Duration)>, JournalError> {
        let cap = self.settings.policy.throttled_for(Some(Duration::MAX));
        pause::kept(&*self.journal, what, self.pos.base_url(), self.clock.now(), cap).await
    }

    pub(super) async fn keep_pause(&self, what: Paused, pause: &Pause) -> Result<(), JournalError> {
        pause::keep(&*self.journal, what, pause).await
    }

    /// A person does not want to wait.
    pub(super) async fn end_pauses(&self) -> Result<(), JournalError> {
        pause::end(&*self.journal).await
    }

    /// Why the outbox stands still: what the own sender knows, and where another program sends what it wrote into the
    /// journal of the orders it tried.
    pub(super) async fn halted(&self) -> Result<Option<Halt>, JournalError> {
        let halt = self.link.status.borrow().halt.clone();
        if !matches!(halt, None | Some(Halt::OtherSender { .. })) {
            return Ok(halt);
        }
        if halt.is_some()
            && let Some(endpoint) = self.refused_last().await?
        {
            return Ok(Some(Halt::KeyRefused { endpoint }));
        }
        let pause = self.pause(Paused::Outbox).await?;
        Ok(pause.map(|(pause, _)| Halt::Throttled { until: pause.until }).or(halt))
    }

    /// The endpoint that refused the key the last time what waits was sent.
    async fn refused_last(&self) -> Result<Option<Endpoint>, JournalError> {
        for entry in self.journal.outbox_page(Entries::Tried, 0, TRIED).await? {
            match self.journal.order(&entry.order_id).await {
                Ok(record) => {
                    if let Some((_, endpoint)) = refusal(&record) {
                        return Ok(Some(endpoint));
                    }
                }
                Err(JournalError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}
