//! Tells the frontend what changed. The one place that sends events: reading a row and sending it happen under one lock,
//! so that an older row never follows a newer one. Changes nothing in the journal.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::{
    Inner,
    event::{Connection, DeskEvent, OutboxState},
    link::Changed,
    send::outbox::{self, Summary},
};
use crate::{
    domain::value::ids::OrderId,
    ports::{
        JournalError,
        journal::{OrderFilter, OrderRow},
    },
};

/// Rows changed this long before the last look are read again: clocks of terminals on one journal differ.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);

/// Sends events to one frontend.
pub(super) struct Publisher {
    inner: Arc<Inner>,
    shutdown: CancellationToken,
    state: Mutex<State>,
}

struct State {
    /// Gone when the frontend is.
    events: Option<mpsc::Sender<DeskEvent>>,
    /// Rows as they were last sent, of the last minute or so.
    recent: HashMap<OrderId, OrderRow>,
    /// Orders that need a person, held ones apart; `None` until they were read.
    needy: Option<HashSet<OrderId>>,
    /// Wall clock of the last look at what others changed. Not of the youngest row that was sent: rows of our own come
    /// between two looks, and what others changed before them would never be seen.
    looked: Timestamp,
    outbox: Option<OutboxState>,
    connection: Connection,
}

impl Publisher {
    pub fn new(inner: Arc<Inner>, events: mpsc::Sender<DeskEvent>, shutdown: CancellationToken) -> Self {
        let state = State {
            events: Some(events),
            recent: HashMap::new(),
            needy: None,
            looked: inner.clock.now(),
            outbox: None,
            connection: Connection::Untried,
        };
        Self { inner, shutdown, state: Mutex::new(state) }
    }

    /// Sends these orders as they are now. What cannot be read now is tried again with the next look.
    pub async fn orders(&self, ids: &[OrderId]) {
        let mut state = self.state.lock().await;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            match self.inner.journal.order(id).await {
                Ok(record) => rows.push(record.row),
                Err(JournalError::NotFound(_)) => {}
                Err(_) => self.inner.link.keep_orders(std::slice::from_ref(id)),
            }
        }
        self.send_rows(&mut state, rows).await;
    }

    /// Sends every order that changed since the last look, whoever changed it.
    pub async fn refresh(&self) -> Result<(), JournalError> {
        let mut state = self.state.lock().await;
        let now = self.inner.clock.now();
        // A clock that was set back wrote earlier times since; if this look fails, the next one goes back as far.
        state.looked = state.looked.min(now);
        let since = state.looked.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
        let filter = OrderFilter { changed_since: Some(since), ..OrderFilter::default() };
        let rows = self.inner.journal.orders(&filter).await?;
        state.looked = now;
        let ids: HashSet<OrderId> = rows.iter().map(|row| row.order_id.clone()).collect();
        self.send_rows(&mut state, rows).await;
        state.recent.retain(|id, _| ids.contains(id));
        Ok(())
    }

    /// Sends what was noted as changed.
    pub async fn changed(&self) -> Result<(), JournalError> {
        match self.inner.link.take_orders() {
            Changed::Orders(ids) if ids.is_empty() => Ok(()),
            Changed::Orders(ids) => {
                self.orders(&ids).await;
                Ok(())
            }
            Changed::Many => self.refresh().await,
        }
    }

    /// Counts the outbox and sends the numbers if they differ from the last ones.
    pub async fn count(&self) -> Result<(), JournalError> {
        let mut state = self.state.lock().await;
        if state.needy.is_none() {
            state.needy = Some(needy_orders(&self.inner).await?.into_iter().collect());
        }
        let entries = self.inner.journal.outbox().await?;
        let summary = outbox::summary(&entries, &self.inner.now());
        let counted = OutboxState {
            waiting: summary.waiting,
            needs_person: count_needy(state.needy.iter().flatten(), &summary),
            held: summary.held,
            halted: self.inner.halted(&entries).await?,
        };
        if state.outbox.as_ref() != Some(&counted) {
            state.outbox = Some(counted.clone());
            self.send(&mut state, DeskEvent::Outbox(counted)).await;
        }
        Ok(())
    }

    /// Sends the connection if what the endpoints said made another one of it, and says whether it did.
    pub async fn connection(&self) -> bool {
        let mut state = self.state.lock().await;
        let next = self.inner.link.connection(&state.connection, self.inner.clock.now());
        let is_new = next != state.connection;
        if is_new {
            state.connection = next.clone();
            self.send(&mut state, DeskEvent::Connection(next)).await;
        }
        is_new
    }

    /// Sends the connection as it was last seen.
    pub async fn connection_again(&self) {
        let mut state = self.state.lock().await;
        let event = DeskEvent::Connection(state.connection.clone());
        self.send(&mut state, event).await;
    }

    /// Sends an event that needs no order among the others.
    pub async fn event(&self, event: DeskEvent) {
        let mut state = self.state.lock().await;
        self.send(&mut state, event).await;
    }

    async fn send_rows(&self, state: &mut State, rows: Vec<OrderRow>) {
        let fresh: Vec<OrderRow> =
            rows.into_iter().filter(|row| state.recent.get(&row.order_id) != Some(row)).collect();
        if fresh.is_empty() {
            return;
        }
        for row in &fresh {
            state.recent.insert(row.order_id.clone(), row.clone());
            if let Some(needy) = &mut state.needy {
                if row.needs_person() {
                    needy.insert(row.order_id.clone());
                } else {
                    needy.remove(&row.order_id);
                }
            }
        }
        self.send(state, DeskEvent::Orders(fresh)).await;
        self.inner.link.tick();
    }

    /// Waits for room, but not past the end of the program; a frontend that is gone is no trouble.
    async fn send(&self, state: &mut State, event: DeskEvent) {
        let Some(events) = &state.events else { return };
        let sent = tokio::select! {
            biased;
            sent = events.send(event) => sent.is_ok(),
            () = self.shutdown.cancelled() => true,
        };
        if !sent {
            state.events = None;
        }
    }
}

/// How many orders need a person: an order that is held and has a refused status besides is one.
pub(super) fn count_needy<'a>(needy: impl Iterator<Item = &'a OrderId>, summary: &'a Summary) -> usize {
    needy.chain(summary.held.iter().map(|(id, _)| id)).collect::<HashSet<_>>().len()
}

/// The orders that need a person, apart from those that are held in the outbox: each once, of each kind the newest first.
pub(super) async fn needy_orders(inner: &Inner) -> Result<Vec<OrderId>, JournalError> {
    let mut needy = Vec::new();
    for word in ["unknown", "rejected"] {
        let filter = OrderFilter { delivery: Some(word.into()), ..OrderFilter::default() };
        needy.extend(inner.journal.orders(&filter).await?.into_iter().map(|row| row.order_id));
    }
    let flagged = OrderFilter { flagged: true, ..OrderFilter::default() };
    needy.extend(inner.journal.orders(&flagged).await?.into_iter().map(|row| row.order_id));
    let mut seen = HashSet::new();
    needy.retain(|id: &OrderId| seen.insert(id.clone()));
    Ok(needy)
}

/// At least this long between two counts of the outbox; longer where counting itself takes long.
pub(super) fn count_gap(took: Duration) -> Duration {
    (took * 10).max(Duration::from_millis(200))
}
