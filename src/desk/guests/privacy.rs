//! Guests are forgotten: by themselves some time after their orders are over, and at once when a person asks. Never touches
//! an order that is open, and never makes anybody wait.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{
    desk::{Desk, DeskError, Inner},
    domain::{
        guest::customer::phone_fits,
        order::{
            delivery::Delivery,
            privacy::{draft_phone, traces},
        },
        value::{
            ids::OrderId,
            phone::{has_key, phone_key},
        },
    },
    ports::{
        JournalError,
        journal::{Forget, GuestOrder},
    },
};

/// Orders looked at in one transaction; between two of them others have their turn.
const BATCH: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Looked at by one read.
const LOOK_AT: u32 = 500;

/// Guests are looked through this often.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How often it is asked whether a day has passed: the machine may have slept, the clock may have been set.
const LOOK: Duration = Duration::from_secs(15 * 60);

/// The same for a shop that keeps guests no longer than their orders are open.
const LOOK_SOON: Duration = Duration::from_secs(30);

/// How long guests are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping {
    /// Days after an order is over; 0 removes the guest as soon as it is.
    pub days: u32,
    /// OktoPOS's statuses with which an order is over.
    pub over: Vec<String>,
    /// ISO 3166 alpha-2 code of the country phone numbers are read in.
    pub country: String,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { days: 30, over: ["completed", "cancelled"].map(str::to_owned).into(), country: "DE".into() }
    }
}

/// What `Desk::forget_customer` came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ForgetReport {
    /// Orders the guest was removed from.
    pub forgotten: Vec<OrderId>,
    /// Orders of that guest that are open and therefore untouched.
    pub open: Vec<GuestOrder>,
    /// Open drafts with that number, untouched.
    pub drafts: Vec<OrderId>,
    /// Guests of that number that came from a file and are gone.
    pub imported: usize,
    /// Whether the bytes are out of the files, too; not while another program was in the way.
    pub is_scrubbed: bool,
}

impl Desk {
    /// Removes the guest with this phone number, in any spelling, from every order that is over.
    ///
    /// `any_status`: also from orders OktoPOS has whose status is not the last one. Orders that may still be sent, or that
    /// a person has to decide about, are never touched and come back as `open`. Errors: `Field` for a text that is no
    /// number, `Journal`.
    pub async fn forget_customer(&self, number: &str, any_status: bool) -> Result<ForgetReport, DeskError> {
        let country = &self.inner.settings.keeping.country;
        let Some(key) = phone_key(country, number).filter(|_| phone_fits(number)) else {
            return Err(DeskError::Field { field: "customer.phone", problem: "is no phone number" });
        };
        let is_theirs = |phone: &str| has_key(country, phone, &key);
        let theirs = self.guests(is_theirs).await?;
        let keeping = &self.inner.settings.keeping;
        let over = (!any_status).then(|| keeping.over.clone());
        let only = theirs.iter().map(|guest| guest.order_id.clone()).collect();
        let before = self.inner.clock.now().checked_add(DAY).unwrap_or(Timestamp::MAX);
        let mut which = Forget { before, over, only: Some(only), after: 0, look_at: LOOK_AT };
        let (mut report, mut texts) = (ForgetReport::default(), vec![number.to_owned()]);
        // Asked before the orders forget whose they are.
        let past = self.inner.guests.past_orders(&key).await?;
        if !theirs.is_empty() {
            loop {
                let done = self.inner.journal.forget(&which, self.inner.stamp()).await?;
                report.forgotten.extend(done.orders);
                let Some(next) = done.next else { break };
                which.after = next;
            }
        }
        let is_forgotten = |guest: &&GuestOrder| report.forgotten.contains(&guest.order_id);
        texts.extend(theirs.iter().filter(is_forgotten).flat_map(|guest| traces(&guest.customer)));
        texts.extend(self.forget_notes(&key, self.other_numbers(&key, &past)).await?);
        let imported = self.inner.guests.forget_imported(&key).await?;
        report.imported = imported.len();
        texts.extend(imported.iter().flat_map(traces));
        // Also when nothing was found: a run that was cut short may have left bytes behind.
        report.is_scrubbed = self.inner.journal.erase(&texts).await?;
        report.open = theirs.into_iter().filter(|guest| !report.forgotten.contains(&guest.order_id)).collect();
        let drafts = self.inner.journal.drafts().await?;
        let drafts = drafts.into_iter().map(|open| open.draft);
        report.drafts = drafts.filter(|draft| is_theirs(draft_phone(draft))).map(|d| d.order_id).collect();
        self.inner.link.note_orders(&report.forgotten);
        tracing::info!(orders = report.forgotten.len(), open = report.open.len(), "guest forgotten");
        Ok(report)
    }

    /// Removes the note of a number and its copies under other numbers; returns it.
    async fn forget_notes(&self, key: &str, others: Vec<String>) -> Result<Option<String>, JournalError> {
        let Some(note) = self.inner.guests.forget_note(key).await? else { return Ok(None) };
        for other in others {
            let noted = self.inner.guests.note(std::slice::from_ref(&other)).await?;
            // Another text is about somebody's other number, which was not to be forgotten.
            if noted.is_some_and(|(_, text)| text == note) {
                self.inner.guests.forget_note(&other).await?;
            }
        }
        Ok(Some(note))
    }

    async fn guests(&self, is_theirs: impl Fn(&str) -> bool) -> Result<Vec<GuestOrder>, JournalError> {
        let (mut theirs, mut after) = (Vec::new(), 0);
        loop {
            let (guests, next) = self.inner.journal.guests(after, LOOK_AT).await?;
            let phone = |guest: &GuestOrder| guest.customer.phone.as_deref().is_some_and(&is_theirs);
            theirs.extend(guests.into_iter().filter(phone));
            let Some(next) = next else { return Ok(theirs) };
            after = next;
        }
    }
}

/// Why an order still holds its guest, as a word for scripts and texts.
pub fn why_open(guest: &GuestOrder) -> &'static str {
    match guest.delivery {
        Delivery::Accepted { .. } if guest.is_changing => "status-change-under-way",
        Delivery::Accepted { .. } => "status-not-final",
        Delivery::Queued | Delivery::Sending => "not-sent",
        Delivery::Unknown { .. } | Delivery::Rejected { .. } => "to-be-decided",
        Delivery::Cancelled => "changed-meanwhile",
    }
}

/// Removes guests in the background of the one program that sends: at its start and once a day.
pub(in crate::desk) struct Purger {
    inner: Arc<Inner>,
    shutdown: CancellationToken,
}

impl Purger {
    pub fn new(inner: Arc<Inner>, shutdown: CancellationToken) -> Self {
        Self { inner, shutdown }
    }

    /// Runs until `shutdown`.
    pub async fn run(self) {
        let shutdown = self.shutdown.clone();
        // Dropping it half way takes back at most one transaction.
        shutdown.run_until_cancelled(self.work()).await.unwrap_or_default();
    }

    async fn work(self) {
        let mut status = self.inner.link.status.subscribe();
        // The channel lives as long as the desk.
        if status.wait_for(|status| status.sender_since.is_some()).await.is_err() {
            return std::future::pending().await;
        }
        let mut last: Option<Timestamp> = None;
        let soon = self.inner.settings.keeping.days == 0;
        loop {
            let now = self.inner.clock.now();
            if soon || last.is_none_or(|last| now < last || now.duration_since(last) >= DAY) {
                match self.purge(now).await {
                    Ok(count) => {
                        tracing::info!(orders = count, "guests forgotten");
                        last = Some(now);
                    }
                    // The journal's own words may name a path; the sender shows what is wrong with it.
                    Err(_) => tracing::warn!("guests could not be forgotten; tried again"),
                }
            }
            sleep(if soon { LOOK_SOON } else { LOOK }).await;
        }
    }

    async fn purge(&self, now: Timestamp) -> Result<usize, JournalError> {
        let keeping = &self.inner.settings.keeping;
        let kept = SignedDuration::from_hours(24 * i64::from(keeping.days));
        let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
        let mut which = Forget { before, over: Some(keeping.over.clone()), only: None, after: 0, look_at: BATCH };
        let mut count = 0;
        loop {
            let done = self.inner.journal.forget(&which, self.inner.stamp()).await?;
            count += done.orders.len();
            if !done.orders.is_empty() {
                self.inner.link.note_orders(&done.orders);
            }
            let Some(next) = done.next else { break };
            which.after = next;
            sleep(PAUSE).await;
        }
        self.inner.guests.purge_notes(before).await?;
        self.inner.guests.purge_imported(before).await?;
        // The log is emptied even if nothing was found: a run before may have been cut short.
        if !self.inner.journal.erase(&[]).await? {
            tracing::info!("the journal's log is in use; emptied later");
        }
        Ok(count)
    }
}

#[cfg(test)]
#[path = "privacy_tests.rs"]
mod tests;
