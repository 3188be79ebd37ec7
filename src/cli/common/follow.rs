//! Following orders to their outcome within a bounded time, whichever program sends them, and printing it when it is known.
//! Sends nothing itself.

use std::{
    collections::{HashMap, HashSet},
    future::Future,
    time::Duration,
};

use serde::Serialize;
use tokio::{
    sync::mpsc::Receiver,
    time::{Instant, sleep_until, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::{context::Context, exit::Exit};
use crate::{
    desk::{
        Desk, DeskError,
        event::{Connection, DeskEvent, Halt, Held},
        send::endpoint::Endpoint,
        wait::{Still, Waited},
    },
    domain::{
        order::delivery::Delivery,
        value::{
            ids::{InternalId, OrderId},
            moment::Moment,
            reason::demands_pickup,
            text::Clean,
        },
    },
    ports::journal::{OrderRow, PAGE},
};

/// An outage that lasts longer than this is not waited for: scripts have other things to do.
const OUTAGE: Duration = Duration::from_secs(5);

/// How long the ready list is given to show an order whose answer was lost.
const SECOND_LOOK: Duration = Duration::from_secs(5);

/// Longest id in the log, in characters.
const MAX_LOGGED_ID: usize = 64;

/// Follows what a running sender does.
pub struct Follow<'a> {
    /// The desk.
    pub desk: &'a Desk,
    /// Its events.
    pub events: Receiver<DeskEvent>,
    /// How long one order may take from its turn to its answer.
    pub patience: Duration,
    /// Ends the wait, not the sending.
    pub stop: CancellationToken,
}

/// What became of one order, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeLine {
    /// Ours.
    pub order_id: OrderId,
    /// `Delivery::word`.
    pub delivery: &'static str,
    /// OktoPOS's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal_id: Option<InternalId>,
    /// The server's text, what was seen, or why it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl OutcomeLine {
    /// An order as it is.
    pub fn of(row: &OrderRow) -> Self {
        Self {
            order_id: row.order_id.clone(),
            delivery: row.delivery.word(),
            internal_id: row.delivery.internal_id(),
            reason: row.delivery.reason().map(|reason| Clean::new(reason).into_string()),
        }
    }
}

/// How it stood when several orders were followed to their end.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// Whether any order waits for a person.
    pub any_held: bool,
    /// Why the outbox stands still.
    pub halted: Option<Halt>,
    /// Why there is no connection.
    pub trouble: Option<Clean>,
    /// Those that were printed when they were settled.
    pub printed: HashSet<OrderId>,
    /// When it was looked at.
    pub at: Moment,
}

impl Followed {
    fn reason(&self, row: &OrderRow, held: Option<&Held>, waits_for_key: bool) -> Option<String> {
        match (&row.delivery, held, &self.halted) {
            (Delivery::Queued, Some(held), _) => Some(held_reason(held)),
            (Delivery::Queued, None, _) if waits_for_key => Some("key refused".into()),
            (Delivery::Queued, None, Some(Halt::Throttled { .. })) => Some("throttled".into()),
            (Delivery::Queued, None, _) => {
                let trouble = self.trouble.as_ref().map(|text| text.as_str().to_owned());
                trouble.or_else(|| row.tried.as_deref().map(|why| Clean::new(why).into_string()))
            }
            (delivery, ..) => delivery.reason().map(|reason| Clean::new(reason).into_string()),
        }
    }
}

/// What became of orders, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// OktoPOS has them.
    pub accepted: usize,
    /// Nobody knows.
    pub unknown: usize,
    /// OktoPOS refused them.
    pub rejected: usize,
    /// OktoPOS said of them that it wants a pickup.
    pub demands_pickup: usize,
    /// They wait because the key is refused, for these orders or for all.
    pub waits_for_key: usize,
    /// They wait for nobody.
    pub waits: usize,
    /// Their time has passed.
    pub late: usize,
    /// They wait for another address.
    pub elsewhere: usize,
}

impl Told {
    /// Counts others as well.
    pub fn add(&mut self, other: Self) {
        let Self { accepted, unknown, rejected, demands_pickup, waits_for_key, waits, late, elsewhere } = other;
        self.accepted += accepted;
        self.unknown += unknown;
        self.rejected += rejected;
        self.demands_pickup += demands_pickup;
        self.waits_for_key += waits_for_key;
        self.waits += waits;
        self.late += late;
        self.elsewhere += elsewhere;
    }

    fn count(&mut self, row: &OrderRow, held: Option<&Held>, waits_for_key: bool) {
        self.demands_pickup += usize::from(row.delivery.reason().is_some_and(demands_pickup));
        let count = match (&row.delivery, held) {
            (Delivery::Accepted { .. }, _) => &mut self.accepted,
            (Delivery::Cancelled, _) => return,
            (Delivery::Rejected { .. }, _) => &mut self.rejected,
            (Delivery::Sending | Delivery::Unknown { .. }, _) => &mut self.unknown,
            (Delivery::Queued, Some(Held::DuePassed { .. })) => &mut self.late,
            (Delivery::Queued, Some(Held::OtherAddress { .. })) => &mut self.elsewhere,
            (Delivery::Queued, None) if waits_for_key => &mut self.waits_for_key,
            (Delivery::Queued, None) => &mut self.waits,
        };
        *count += 1;
    }

    /// The exit code for all of them.
    pub fn exit(&self) -> Exit {
        let Self { accepted: _, unknown, rejected, demands_pickup: _, waits_for_key, waits, late, elsewhere } = *self;
        let ends = [
            (unknown, Exit::Unknown),
            (rejected, Exit::Rejected),
            (waits_for_key, Exit::KeyRefused),
            (waits + late + elsewhere, Exit::Queued),
        ];
        ends.into_iter().filter(|(count, _)| *count > 0).map(|(_, exit)| exit).fold(Exit::Done, Exit::worse)
    }
}

/// Why something waits for a person, for scripts.
pub fn held_reason(held: &Held) -> String {
    match held {
        Held::DuePassed { .. } => "due time passed".into(),
        Held::OtherAddress { base_url, .. } => format!("queued for {base_url}"),
    }
}

impl Follow<'_> {
    /// Waits until every order is settled, or nothing more can be hoped for. An order whose outcome nothing changes any more
    /// is printed at once.
    pub async fn settled(&mut self, ctx: &mut Context<'_>, ids: &[OrderId]) -> Result<Followed, DeskError> {
        let (desk, patience) = (self.desk, self.patience);
        let mut printed = HashSet::new();
        let told = &mut printed;
        // One after the other, as they are sent: each has its own time.
        let waiting = async move {
            for id in ids {
                let waited = desk.wait_settled(std::slice::from_ref(id), patience).await?;
                for Waited { row, .. } in waited.iter().filter(|waited| is_final(&waited.row.delivery)) {
                    // Before the line is written: what is dropped half way is written by the next one.
                    told.insert(row.order_id.clone());
                    print(ctx, &OutcomeLine::of(row)).await;
                }
                if waited.iter().any(|waited| matches!(waited.still, Some(Still::Waiting | Still::Halted(_)))) {
                    break;
                }
            }
            Ok::<(), DeskError>(())
        };
        let (ended, trouble) = self.unless_hopeless(waiting).await;
        ended.transpose()?;
        Ok(Followed { printed, ..self.finish(ids, trouble).await? })
    }

    /// How it stands, once every call under way has its answer. `trouble` is why there is no connection.
    pub async fn finish(&mut self, ids: &[OrderId], trouble: Option<Clean>) -> Result<Followed, DeskError> {
        self.let_finish(ids).await?;
        if !self.stop.is_cancelled() {
            self.second_look(ids).await?;
        }
        let state = self.desk.outbox_state().await?;
        let (any_held, halted, at) = (state.held_in_all > 0, state.halted, self.desk.moment());
        Ok(Followed { any_held, halted, trouble, at, printed: HashSet::new() })
    }

    /// Prints what became of each of these orders, but of those that were printed before, some at a time.
    pub async fn tell(&self, ctx: &mut Context<'_>, ids: &[OrderId], followed: &Followed) -> Result<Told, DeskError> {
        let mut told = Told::default();
        let for_all = followed.halted == Some(Halt::KeyRefused { endpoint: Endpoint::Create });
        for ids in ids.chunks(PAGE as usize) {
            let rows = self.desk.rows(ids).await?;
            let held = if followed.any_held { self.desk.held_among(ids).await? } else { HashMap::new() };
            let mut lines = Vec::with_capacity(rows.len());
            for row in &rows {
                let held = held.get(&row.order_id);
                let is_free = row.delivery == Delivery::Queued && held.is_none();
                let waits_for_key = is_free && (for_all || self.was_refused(row).await?);
                told.count(row, held, waits_for_key);
                if !followed.printed.contains(&row.order_id) {
                    let reason = followed.reason(row, held, waits_for_key);
                    lines.push(OutcomeLine { reason, ..OutcomeLine::of(row) });
                }
            }
            print_all(ctx, &lines).await;
        }
        Ok(told)
    }

    /// Whether the key was refused for this order when it was sent.
    async fn was_refused(&self, row: &OrderRow) -> Result<bool, DeskError> {
        Ok(row.attempts > 0 && self.desk.refused(&self.desk.order(&row.order_id).await?).is_some())
    }

    /// Does `work` until it ends, the connection is gone for too long, the sender breaks, or a person ends the program.
    /// Beside it stands why there was no connection at the end.
    pub async fn unless_hopeless<T>(&mut self, work: impl Future<Output = T>) -> (Option<T>, Option<Clean>) {
        let mut trouble = None;
        let (events, stop) = (&mut self.events, &self.stop);
        let done = tokio::select! {
            done = work => Some(done),
            () = hopeless(events, &mut trouble) => None,
            () = stop.cancelled() => None,
        };
        (done, trouble)
    }

    /// An order whose attempt is under way is given its answer: ending now would make it unknown, or lose OktoPOS's id.
    async fn let_finish(&mut self, ids: &[OrderId]) -> Result<(), DeskError> {
        let may_be_under_way =
            |row: &OrderRow| matches!(row.delivery, Delivery::Sending | Delivery::Accepted { internal_id: None });
        for ids in ids.chunks(PAGE as usize) {
            for row in self.desk.rows(ids).await?.into_iter().filter(may_be_under_way) {
                let waiting = self.desk.wait_answered(&row.order_id, self.patience);
                let drained = drain(&mut self.events);
                tokio::select! {
                    waited = waiting => waited?,
                    () = drained => {}
                }
            }
            // What was told meanwhile is of no use: the sender must not wait for room.
            while self.events.try_recv().is_ok() {}
        }
        Ok(())
    }

    /// An order whose answer was lost may stand in the ready list.
    async fn second_look(&mut self, ids: &[OrderId]) -> Result<(), DeskError> {
        // What OktoPOS asked to be left alone with is not asked for.
        if !self.any_unknown(ids).await? || self.desk.paused_until().await?.is_some() {
            return Ok(());
        }
        let deadline = Instant::now() + SECOND_LOOK;
        // What was told until now is no answer to what is asked now.
        while self.events.try_recv().is_ok() {}
        // The first list may have been on its way before the order was; the second was certainly asked for after it.
        for _ in 0..2 {
            self.desk.poll_now();
            let is_read = tokio::select! {
                // Too late is the same as not found.
                is_read = timeout_at(deadline, ready_list(&mut self.events)) => is_read.unwrap_or(false),
                () = self.stop.cancelled() => false,
            };
            if !is_read || !self.any_unknown(ids).await? {
                break;
            }
        }
        Ok(())
    }

    async fn any_unknown(&self, ids: &[OrderId]) -> Result<bool, DeskError> {
        for ids in ids.chunks(PAGE as usize) {
            let is_unknown = |row: &OrderRow| matches!(row.delivery, Delivery::Unknown { .. });
            if self.desk.rows(ids).await?.iter().any(is_unknown) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Prints what became of orders, and logs it.
pub async fn print_all(ctx: &mut Context<'_>, lines: &[OutcomeLine]) {
    lines.iter().for_each(log);
    ctx.results(lines).await;
}

/// Prints what became of an order, and logs it.
pub async fn print(ctx: &mut Context<'_>, line: &OutcomeLine) {
    log(line);
    ctx.result(line).await;
}

/// Cut and cleaned as the desk's own lines: somebody reads the log in a terminal.
fn log(line: &OutcomeLine) {
    let order = Clean::bounded(line.order_id.as_str(), MAX_LOGGED_ID);
    tracing::info!(order = order.as_str(), delivery = line.delivery, "outcome");
}

/// Whether neither an answer nor the ready list changes it any more, as far as a line tells of it.
fn is_final(delivery: &Delivery) -> bool {
    match delivery {
        Delivery::Accepted { internal_id } => internal_id.is_some(),
        Delivery::Rejected { .. } | Delivery::Cancelled => true,
        Delivery::Queued | Delivery::Sending | Delivery::Unknown { .. } => false,
    }
}

/// Waits for the ready list; `false` if it will not come.
async fn ready_list(events: &mut Receiver<DeskEvent>) -> bool {
    while let Some(event) = events.recv().await {
        match event {
            DeskEvent::Ready { .. } => return true,
            DeskEvent::ReadyRefused { .. }
            | DeskEvent::SenderStopped { .. }
            | DeskEvent::Connection(
                Connection::Down { .. }
                | Connection::Failing { endpoint: Endpoint::Ready, .. }
                | Connection::KeyRefused { only: None | Some(Endpoint::Ready), .. },
            ) => return false,
            _ => {}
        }
    }
    false
}

/// Returns when there is no connection for too long, or no sender.
async fn hopeless(events: &mut Receiver<DeskEvent>, trouble: &mut Option<Clean>) {
    let mut until: Option<Instant> = None;
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => return,
        };
        match event {
            Some(DeskEvent::Connection(
                Connection::Down { reason, .. }
                | Connection::Failing { endpoint: Endpoint::Create | Endpoint::Status, reason, .. },
            )) => {
                until.get_or_insert_with(|| Instant::now() + OUTAGE);
                *trouble = Some(reason);
            }
            Some(DeskEvent::Connection(_)) => {
                until = None;
                *trouble = None;
            }
            Some(DeskEvent::SenderStopped { reason }) => {
                *trouble = Some(reason);
                return;
            }
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}

/// Takes events away so that the sender never waits for us. Ends with the sender: then nothing more is to be hoped for.
async fn drain(events: &mut Receiver<DeskEvent>) {
    while events.recv().await.is_some() {}
}
