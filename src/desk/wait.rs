//! Waiting for what becomes of orders, whichever program sends them. Only reads.

use std::time::Duration;

use jiff::Timestamp;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{
    Desk, DeskError,
    event::{Halt, Held, OutboxState},
    link::Status,
    outbox,
};
use crate::{
    domain::{delivery::Delivery, ids::OrderId},
    ports::journal::{EventKind, OrderEvent, OrderRecord, OrderRow},
};

/// Without a sender of our own the journal is looked at this often.
const LOOK: Duration = Duration::from_millis(200);

/// With a sender of our own its ticks say when to look; this is the fallback.
const LOOK_SELDOM: Duration = Duration::from_secs(1);

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
            waited.push(self.wait_for(id, deadline, |row| !row.delivery.waits()).await?);
        }
        Ok(waited)
    }

    /// Waits until no status change of the order is pending, at most `timeout`. `row.status_problem` says why the last one
    /// was refused. Ends early as `wait_settled` does, and when the order itself will not be accepted without a person.
    pub async fn wait_status(&self, id: &OrderId, timeout: Duration) -> Result<Waited, DeskError> {
        let is_done = |row: &OrderRow| {
            row.pending_status.is_none() || !(row.delivery.waits() || matches!(row.delivery, Delivery::Accepted { .. }))
        };
        self.wait_for(id, Instant::now() + timeout, is_done).await
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

    /// Waits until nothing is left that is sent without a person, at most `timeout`. Ends early when the key is refused.
    pub async fn wait_drained(&self, timeout: Duration) -> Result<OutboxState, DeskError> {
        let deadline = Instant::now() + timeout;
        let mut status = self.inner.link.status.subscribe();
        loop {
            status.mark_unchanged();
            let state = self.outbox_state().await?;
            if state.waiting == 0 || is_hopeless(state.halted.as_ref()) || Instant::now() >= deadline {
                return Ok(state);
            }
            self.look_again(&mut status, deadline).await;
        }
    }

    async fn wait_for(
        &self,
        id: &OrderId,
        deadline: Instant,
        is_done: impl Fn(&OrderRow) -> bool,
    ) -> Result<Waited, DeskError> {
        let mut status = self.inner.link.status.subscribe();
        let mut is_quiet = false;
        loop {
            let halt = status.borrow_and_update().halt.clone();
            let row = self.inner.journal.order(id).await?.row;
            if is_done(&row) {
                return Ok(Waited { row, still: None });
            }
            let still = match halt {
                Some(halt) if is_hopeless(Some(&halt)) => Some(Still::Halted(halt)),
                _ => self.held(&row, is_quiet).await?.map(Still::Held),
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

    /// Until the worker published something (`true`), or for a bounded time.
    async fn look_again(&self, status: &mut watch::Receiver<Status>, deadline: Instant) -> bool {
        let pause = if status.borrow().is_sender { LOOK_SELDOM } else { LOOK };
        let until = deadline.min(Instant::now() + pause);
        // The channel lives as long as the desk, so it cannot end while this waits.
        matches!(timeout_at(until, status.changed()).await, Ok(Ok(())))
    }

    /// Why the order is held. The whole outbox is only read when nothing else happens: thousands may wait in it.
    async fn held(&self, row: &OrderRow, is_quiet: bool) -> Result<Option<Held>, DeskError> {
        let is_queued = row.delivery == Delivery::Queued;
        // A status change of an order that arrived may wait for another address than the one configured now.
        let is_changing = matches!(row.delivery, Delivery::Accepted { .. }) && row.pending_status.is_some();
        if let Some(due_at) = row.due_at.filter(|due_at| is_queued && *due_at < self.inner.clock.now()) {
            return Ok(Some(Held::DuePassed { due_at }));
        }
        if !is_quiet || !(is_queued || is_changing) {
            return Ok(None);
        }
        let entries = self.inner.journal.outbox().await?;
        let held = outbox::summary(&entries, &self.inner.now()).held;
        Ok(held.into_iter().find(|(id, _)| *id == row.order_id).map(|(_, why)| why))
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

/// Whether waiting does not mend it.
fn is_hopeless(halt: Option<&Halt>) -> bool {
    matches!(halt, Some(Halt::KeyRefused))
}
