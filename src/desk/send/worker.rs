//! Runs the sender, the poll and the removal of guests side by side and says so when one of them breaks. Decides nothing.

use std::sync::Arc;

use tokio::{
    sync::mpsc,
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use super::{poll::Poller, sender::Sender};
use crate::desk::{Desk, Inner, event::DeskEvent, guests::privacy::Purger, publish::Publisher};
use crate::{
    domain::value::{reason::Reason, text::Clean},
    ports::SenderLock,
};

/// The sender and the poll of one program. Made by `Desk::worker`, run once.
pub struct Worker {
    inner: Arc<Inner>,
    lock: Arc<dyn SenderLock>,
    events: mpsc::Sender<DeskEvent>,
}

impl Desk {
    /// The sender and the poll of this program; run it once. Events go to `events`; dropping the receiver is allowed.
    ///
    /// The receiver must be drained while the worker runs: a full channel makes the sender wait.
    pub fn worker(&self, lock: Arc<dyn SenderLock>, events: mpsc::Sender<DeskEvent>) -> Worker {
        Worker { inner: Arc::clone(&self.inner), lock, events }
    }
}

impl Worker {
    /// Runs until `shutdown`, or until a part of it breaks; then `DeskEvent::SenderStopped` says so.
    ///
    /// A call under way at `shutdown` is given `Settings::shutdown_grace` to be answered; after that its order is unknown.
    pub async fn run(self, shutdown: CancellationToken) {
        let Self { inner, lock, events } = self;
        let stop = shutdown.child_token();
        let publisher = Arc::new(Publisher::new(Arc::clone(&inner), events, stop.clone()));
        let mut parts = JoinSet::new();
        parts.spawn(Poller::new(Arc::clone(&inner), Arc::clone(&publisher), stop.clone()).run());
        parts.spawn(Purger::new(Arc::clone(&inner), stop.clone()).run());
        parts.spawn(Sender::new(inner, Arc::clone(&publisher), lock, stop.clone()).run());
        while let Some(ended) = parts.join_next().await {
            if let Err(error) = ended {
                publisher.event(DeskEvent::SenderStopped { reason: why_ended(error) }).await;
            }
            stop.cancel();
        }
    }
}

fn why_ended(error: JoinError) -> Clean {
    let Ok(panic) = error.try_into_panic() else { return Clean::new(Reason::Stopped.sentence()) };
    // A text that was put together while running may hold a part of an order.
    Clean::new(panic.downcast_ref::<&'static str>().copied().unwrap_or(Reason::Panic.sentence()))
}

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;
