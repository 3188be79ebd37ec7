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
    Desk, DeskError, Inner,
    event::{Connection, DeskEvent, Held, OutboxState},
    link::Changed,
    send::outbox,
};
use crate::{
    domain::value::ids::OrderId,
    ports::{
        JournalError,
        journal::{Entries, OrderFilter, OrderRow, PAGE, Version},
    },
};

/// Rows changed this long before the last look are read again: clocks of terminals on one journal differ.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);

/// Rows that are remembered as they were sent. Of more than that some are sent again, which does no harm.
const REMEMBERED: usize = 1_000;

/// Held orders that are named; the others are counted.
pub(super) const HELD_NAMED: u32 = 1_000;

/// Orders a list starts with: the newest, and of those that wait, and of each kind that needs a person.
const NEWEST_AT_START: u32 = 1_500;
const OF_A_KIND_AT_START: u32 = 500;

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
    /// What had been committed when all of it was sent last; `None` if something of it was not, or was never asked for.
    seen: Option<Version>,
    /// Wall clock of the last look at what others changed. Not of the youngest row that was sent: rows of our own come
    /// between two looks, and what others changed before them would never be seen.
    looked: Timestamp,
    outbox: Option<OutboxState>,
    counted: Option<Counted>,
    connection: Connection,
}

/// What the numbers of the outbox were counted from: while it is the same, they are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counted {
    version: Version,
    /// From when until when on the wall clock.
    wall: Timestamp,
    next_due: Option<Timestamp>,
}

impl Publisher {
    pub fn new(inner: Arc<Inner>, events: mpsc::Sender<DeskEvent>, shutdown: CancellationToken) -> Self {
        let state = State {
            events: Some(events),
            recent: HashMap::new(),
            seen: None,
            looked: inner.clock.now(),
            outbox: None,
            counted: None,
            connection: Connection::Untried,
        };
        Self { inner, shutdown, state: Mutex::new(state) }
    }

    /// Sends these orders as they are now. What cannot be read now is tried again with the next look. Returns whether a status
    /// change of one of them waits, as far as is known.
    pub async fn orders(&self, ids: &[OrderId]) -> bool {
        let mut state = self.state.lock().await;
        let mut is_changing = false;
        for ids in ids.chunks(PAGE as usize) {
            let rows = self.read(ids).await;
            is_changing |= rows.len() < ids.len() || rows.iter().any(|row| row.pending_status.is_some());
            self.send_rows(&mut state, rows).await;
        }
        is_changing
    }

    /// One that is damaged must not keep the others from being seen.
    async fn read(&self, ids: &[OrderId]) -> Vec<OrderRow> {
        if let Ok(rows) = self.inner.journal.rows(ids).await {
            return rows;
        }
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            match self.inner.journal.rows(std::slice::from_ref(id)).await {
                Ok(row) => rows.extend(row),
                Err(_) => self.inner.link.keep_orders(std::slice::from_ref(id)),
            }
        }
        rows
    }

    /// Sends every order that changed since the last look if another program committed something: what this one changes is
    /// told by itself. Returns whether it did.
    pub async fn look(&self) -> Result<bool, JournalError> {
        let mut state = self.state.lock().await;
        let version = self.inner.journal.version().await?;
        if state.seen.is_some_and(|seen| seen.others == version.others) {
            state.looked = self.inner.clock.now();
            return Ok(false);
        }
        self.read_changed(&mut state, version).await.map(|()| true)
    }

    /// Sends every order that changed since the last look, whoever changed it.
    pub async fn refresh(&self) -> Result<(), JournalError> {
        let mut state = self.state.lock().await;
        let version = self.inner.journal.version().await?;
        self.read_changed(&mut state, version).await
    }

    /// `version` was read before: what is committed while the rows are read is read the next time.
    async fn read_changed(&self, state: &mut State, version: Version) -> Result<(), JournalError> {
        let now = self.inner.clock.now();
        // A clock that was set back wrote earlier times since; if this look fails, the next one goes back as far.
        state.looked = state.looked.min(now);
        let since = state.looked.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
        let filter = OrderFilter { changed_since: Some(since), limit: Some(PAGE), ..OrderFilter::default() };
        let (mut next, mut kept) = (None, HashMap::new());
        loop {
            let page = self.inner.journal.orders_page(&filter, next).await?;
            let ids: Vec<OrderId> = page.rows.iter().map(|row| row.order_id.clone()).collect();
            self.send_rows(state, page.rows).await;
            let again = ids.into_iter().filter_map(|id| state.recent.remove_entry(&id));
            kept.extend(again.take(REMEMBERED.saturating_sub(kept.len())));
            next = page.next;
            if next.is_none() || self.shutdown.is_cancelled() {
                break;
            }
        }
        state.recent = kept;
        state.looked = now;
        state.seen = next.is_none().then_some(version);
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

    /// Counts the outbox and sends the numbers if they differ from the last ones. Counts nothing where nothing can have changed.
    pub async fn count(&self) -> Result<(), JournalError> {
        let mut state = self.state.lock().await;
        let version = self.inner.journal.version().await?;
        let (halted, wall) = (self.inner.halted().await?, self.inner.clock.now());
        let is_same = |counted: &Counted| {
            let is_late = counted.next_due.is_some_and(|due| due < wall);
            counted.version == version && counted.wall <= wall && !is_late
        };
        let counted = match &state.outbox {
            Some(outbox) if state.counted.as_ref().is_some_and(is_same) => outbox.with(halted),
            _ => {
                let (counted, next_due) = self.inner.counted().await?;
                self.name_held(&mut state, &counted.held).await;
                state.counted = Some(Counted { version, wall, next_due });
                counted.with(halted)
            }
        };
        if state.outbox.as_ref() != Some(&counted) {
            state.outbox = Some(counted.clone());
            self.send(&mut state, DeskEvent::Outbox(counted)).await;
        }
        Ok(())
    }

    /// The frontend need not have all that waits. What needs a person it has.
    async fn name_held(&self, state: &mut State, held: &[(OrderId, Held)]) {
        let before: HashSet<&OrderId> = state.outbox.iter().flat_map(|outbox| &outbox.held).map(|(id, _)| id).collect();
        let newly: Vec<OrderId> = held.iter().map(|(id, _)| id).filter(|id| !before.contains(id)).cloned().collect();
        for ids in newly.chunks(PAGE as usize) {
            let rows = self.read(ids).await;
            self.send_rows(state, rows).await;
        }
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
            if state.recent.len() < REMEMBERED || state.recent.contains_key(&row.order_id) {
                state.recent.insert(row.order_id.clone(), row.clone());
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

impl Desk {
    /// What a list starts with. Of a long queue only a part: what is looked at, and what needs a person.
    pub async fn first_orders(&self) -> Result<Vec<OrderRow>, DeskError> {
        let newest = OrderFilter { limit: Some(NEWEST_AT_START), ..OrderFilter::default() };
        let some = OrderFilter { limit: Some(OF_A_KIND_AT_START), ..OrderFilter::default() };
        let mut rows = self.orders(&newest).await?;
        for word in ["unknown", "rejected"] {
            rows.extend(self.orders(&OrderFilter { delivery: Some(word.into()), ..some.clone() }).await?);
        }
        rows.extend(self.orders(&OrderFilter { flagged: true, ..some.clone() }).await?);
        let first = OrderFilter { delivery: Some("queued".into()), ..some };
        rows.extend(self.orders_page(&first, None).await?.rows);
        Ok(rows)
    }
}

impl Inner {
    /// The outbox in numbers, why it stands still apart; and when the next order that waits is due.
    pub(super) async fn counted(&self) -> Result<(OutboxState, Option<Timestamp>), JournalError> {
        let now = self.now();
        let tally = self.journal.tally(now.address()).await?;
        let entries = match tally.held {
            0 => Vec::new(),
            _ => self.journal.outbox_page(Entries::Held(now.address()), 0, HELD_NAMED).await?,
        };
        let mut named = HashSet::new();
        let held = entries.iter().filter(|entry| named.insert(&entry.order_id));
        let held = held.filter_map(|entry| Some((entry.order_id.clone(), outbox::held(entry, &now)?))).collect();
        let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let state = OutboxState {
            waiting: number(tally.waiting),
            orders: number(tally.orders),
            has_free_orders: tally.free_orders > 0,
            unknown: number(tally.unknown),
            rejected: number(tally.rejected),
            needs_person: number(tally.needs_person),
            held,
            held_in_all: number(tally.held),
            halted: None,
        };
        Ok((state, tally.next_due))
    }
}

/// At least this long between two counts of the outbox; longer where counting itself takes long.
pub(super) fn count_gap(took: Duration) -> Duration {
    (took * 10).max(Duration::from_millis(200))
}
