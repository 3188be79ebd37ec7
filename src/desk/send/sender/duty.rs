//! What a sender does around its attempts: it becomes the one sender, takes over what the last one left, and keeps to the pause
//! that OktoPOS asked for. Sends nothing.

use std::time::Duration;

use super::{Rest, Sender};
use crate::{
    chaos::{self, Bug},
    desk::{
        event::Halt,
        publish::needy_orders,
        send::pause::{Pause, Paused},
    },
    domain::value::text::Clean,
    ports::{JournalError, journal::PersonDecision},
};

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
                self.show_halt(Some(Halt::Journal { reason: Clean::new(&reason) }));
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
        self.fence = self.inner.journal.recover(&self.lock.name(), self.inner.stamp()).await?.fence;
        if !self.inner.settings.policy.repeated.is_safe_to_repeat() {
            return Ok(());
        }
        // Newest first as lists have them; sent again in the sequence they were taken in.
        for id in needy_orders(&self.inner).await?.into_iter().rev() {
            match self.inner.journal.decide(&id, &PersonDecision::Resend, self.inner.stamp()).await {
                // A rejected order cannot be sent again, only corrected.
                Ok(()) | Err(JournalError::WrongState { .. } | JournalError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whoever was asked for a pause, it holds here, too. What is not in the journal yet is written first.
    pub(super) async fn look_at_pause(&mut self) -> Result<(), JournalError> {
        if let Some(pause) = &self.unkept {
            self.inner.keep_pause(Paused::Outbox, pause).await?;
            self.unkept = None;
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
}
