//! Test doubles of the ports: a journal in memory, an OktoPOS that answers by script, clocks that follow tokio's time.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use tokio::time::{Instant, sleep};

use super::{Desk, Ports, Settings};
use crate::{
    domain::{
        draft::Draft,
        guest::GuestKeys,
        order::{Customer, Order, Payment, ZonedInstant, delivery::Delivery},
        shop::article::Article,
        value::{
            ids::{DeskId, InternalId, OrderId},
            money::Money,
            text::Clean,
        },
    },
    ports::{
        Clock, Desks, GuestBook, Ids, Journal, JournalError, Pos, PosError, SenderLock, Stores,
        house::PlaceNote,
        journal::{
            Address, Cursor, Entries, EventKind, Forget, Forgotten, GuestOrder, NewOrder, OpenDraft, OrderFilter,
            OrderPage, OrderRecord, OrderRow, OutboxEntry, PersonDecision, PlaceAllError, Settled, StatusAsk, Tally,
            Version,
        },
        pos::{ReadyOrder, Renewed, StatusChange, Vocabulary},
    },
};

pub const BASE_URL: &str = "https://pos.test/v1/";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

/// Both clocks follow tokio's time, so that paused tests move them; the wall clock can be set besides.
pub struct TestClock {
    start: Instant,
    wall: Mutex<Timestamp>,
}

impl TestClock {
    pub fn new() -> Self {
        Self { start: Instant::now(), wall: Mutex::new("2026-07-01T10:00:00Z".parse().unwrap()) }
    }

    /// Moves the wall clock alone.
    pub fn step(&self, by: SignedDuration) {
        *lock(&self.wall) += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *lock(&self.wall) + SignedDuration::try_from(self.monotonic()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

#[derive(Default)]
pub struct TestIds(AtomicU64);

impl Ids for TestIds {
    fn order_id(&self) -> OrderId {
        OrderId(format!("order-{}", self.0.fetch_add(1, Ordering::SeqCst)))
    }

    fn desk_id(&self) -> DeskId {
        DeskId("desk".into())
    }
}

/// A lock several programs of one test share: the first to ask has it.
#[derive(Clone, Default)]
pub struct TestLock {
    taken: Arc<AtomicBool>,
    mine: Arc<AtomicBool>,
}

impl TestLock {
    /// The same lock as seen by another program.
    pub fn other(&self) -> Self {
        Self { taken: Arc::clone(&self.taken), mine: Arc::default() }
    }

    pub fn release(&self) {
        if self.mine.swap(false, Ordering::SeqCst) {
            self.taken.store(false, Ordering::SeqCst);
        }
    }
}

impl SenderLock for TestLock {
    fn try_acquire(&self) -> Result<bool, String> {
        if self.mine.load(Ordering::SeqCst) {
            return Ok(true);
        }
        let free = !self.taken.swap(true, Ordering::SeqCst);
        self.mine.store(free, Ordering::SeqCst);
        Ok(free)
    }
}

/// The journal of the simulation, which the journal's own suite holds to the contract, with calls that fail when told to.
/// Nothing of it is durable; a "restart" keeps the value and makes a new desk.
#[derive(Default)]
pub struct MemoryJournal {
    store: crate::journal::MemoryJournal,
    faults: Mutex<HashMap<&'static str, VecDeque<JournalError>>>,
    pub outbox_reads: AtomicU64,
    /// Heads of the outbox that were read, and the most of one call.
    pub heads_read: AtomicU64,
    pub largest_page: AtomicU64,
    pub tallies: AtomicU64,
    /// Whether no other program writes: else every change may be another one's.
    pub is_alone: AtomicBool,
    /// Rows of orders that were read in lists.
    pub rows_read: AtomicU64,
}

/// What a call comes to that never waits.
fn at_once<T>(call: impl Future<Output = T>) -> T {
    match std::pin::pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("a journal in memory does not wait"),
    }
}

impl MemoryJournal {
    /// The next `times` calls of this method fail and change nothing.
    pub fn fail(&self, method: &'static str, times: usize) {
        let error = JournalError::Unwritable("disk full".into());
        lock(&self.faults).entry(method).or_default().extend(std::iter::repeat_n(error, times));
    }

    /// Calls of this method work again; returns how many would have failed still.
    pub fn clear_faults(&self, method: &'static str) -> usize {
        lock(&self.faults).remove(method).map_or(0, |left| left.len())
    }

    fn record(&self, id: &str) -> OrderRecord {
        at_once(self.store.order(&OrderId(id.into()))).unwrap()
    }

    pub fn delivery(&self, id: &str) -> Delivery {
        self.record(id).row.delivery
    }

    pub fn row(&self, id: &str) -> OrderRow {
        self.record(id).row
    }

    pub fn events(&self, id: &str) -> Vec<EventKind> {
        self.record(id).events.iter().map(|event| event.kind).collect()
    }

    pub fn body(&self, id: &str) -> String {
        self.store.body(&OrderId(id.into()))
    }

    /// As if the program had ended in the middle of this order's attempt.
    pub fn break_off(&self, id: &str) {
        let outbox = at_once(self.store.outbox()).unwrap();
        let entry = outbox.iter().find(|entry| entry.order_id.as_str() == id).unwrap();
        at_once(self.store.begin_attempt(entry.seq, &entry.base_url, 0, Timestamp::UNIX_EPOCH)).unwrap();
    }

    /// As if the order had been queued for another OktoPOS.
    pub fn readdress(&self, id: &str, base_url: &str) {
        self.store.bind(&OrderId(id.into()), base_url);
    }

    fn enter(&self, method: &'static str) -> Result<&crate::journal::MemoryJournal, JournalError> {
        match lock(&self.faults).get_mut(method).and_then(VecDeque::pop_front) {
            Some(error) => Err(error),
            None => Ok(&self.store),
        }
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn save_draft(&self, draft: &Draft, desk: &DeskId) -> Result<(), JournalError> {
        self.enter("save_draft")?.save_draft(draft, desk).await
    }

    async fn drafts(&self) -> Result<Vec<OpenDraft>, JournalError> {
        self.enter("drafts")?.drafts().await
    }

    async fn take_draft(&self, id: &OrderId, from: Option<&DeskId>, desk: &DeskId) -> Result<Draft, JournalError> {
        self.enter("take_draft")?.take_draft(id, from, desk).await
    }

    async fn discard_draft(&self, id: &OrderId, desk: &DeskId) -> Result<(), JournalError> {
        self.enter("discard_draft")?.discard_draft(id, desk).await
    }

    async fn swap_drafts(&self, put: &[Draft], gone: &[OrderId], desk: &DeskId) -> Result<(), JournalError> {
        self.enter("swap_drafts")?.swap_drafts(put, gone, desk).await
    }

    async fn place(&self, new: &NewOrder) -> Result<(), JournalError> {
        self.enter("place")?.place(new).await
    }

    async fn place_all(&self, new: &[NewOrder]) -> Result<(), PlaceAllError> {
        self.enter("place_all")?.place_all(new).await
    }

    async fn ask_status(&self, id: &OrderId, ask: StatusAsk<'_>, at: Timestamp) -> Result<(), JournalError> {
        self.enter("request_status")?.ask_status(id, ask, at).await
    }

    async fn outbox_page(&self, which: Entries<'_>, after: i64, limit: u32) -> Result<Vec<OutboxEntry>, JournalError> {
        self.outbox_reads.fetch_add(1, Ordering::SeqCst);
        let entries = self.enter("outbox")?.outbox_page(which, after, limit).await?;
        self.heads_read.fetch_add(entries.len() as u64, Ordering::SeqCst);
        self.largest_page.fetch_max(entries.len() as u64, Ordering::SeqCst);
        Ok(entries)
    }

    async fn body(&self, seq: i64) -> Result<String, JournalError> {
        Journal::body(self.enter("body")?, seq).await
    }

    async fn tally(&self, sender: Address<'_>) -> Result<Tally, JournalError> {
        self.tallies.fetch_add(1, Ordering::SeqCst);
        self.enter("tally")?.tally(sender).await
    }

    async fn version(&self) -> Result<Version, JournalError> {
        let version = self.enter("version")?.version().await?;
        let others = if self.is_alone.load(Ordering::SeqCst) { 0 } else { version.others };
        Ok(Version { others, ..version })
    }

    async fn begin_attempt(&self, seq: i64, base_url: &str, fence: u64, at: Timestamp) -> Result<(), JournalError> {
        self.enter("begin_attempt")?.begin_attempt(seq, base_url, fence, at).await
    }

    async fn settle_attempt(&self, seq: i64, fence: u64, settled: &Settled, at: Timestamp) -> Result<(), JournalError> {
        self.enter("settle_attempt")?.settle_attempt(seq, fence, settled, at).await
    }

    async fn decide(&self, id: &OrderId, decision: &PersonDecision, at: Timestamp) -> Result<(), JournalError> {
        self.enter("decide")?.decide(id, decision, at).await
    }

    async fn observe(&self, seen: &[ReadyOrder], at: Timestamp) -> Result<Vec<OrderId>, JournalError> {
        self.enter("observe")?.observe(seen, at).await
    }

    async fn recover(&self, at: Timestamp) -> Result<u32, JournalError> {
        self.enter("recover")?.recover(at).await
    }

    async fn begins_to_send(&self, program: &str, at: Timestamp) -> Result<u64, JournalError> {
        self.enter("begins_to_send")?.begins_to_send(program, at).await
    }

    async fn orders(&self, filter: &OrderFilter) -> Result<Vec<OrderRow>, JournalError> {
        let rows = self.enter("orders")?.orders(filter).await?;
        self.rows_read.fetch_add(rows.len() as u64, Ordering::SeqCst);
        Ok(rows)
    }

    async fn orders_page(&self, filter: &OrderFilter, after: Option<Cursor>) -> Result<OrderPage, JournalError> {
        let page = self.enter("orders_page")?.orders_page(filter, after).await?;
        self.rows_read.fetch_add(page.rows.len() as u64, Ordering::SeqCst);
        Ok(page)
    }

    async fn rows(&self, ids: &[OrderId]) -> Result<Vec<OrderRow>, JournalError> {
        self.enter("rows")?.rows(ids).await
    }

    async fn order(&self, id: &OrderId) -> Result<OrderRecord, JournalError> {
        self.enter("order")?.order(id).await
    }

    async fn find_internal(&self, id: InternalId) -> Result<Option<OrderId>, JournalError> {
        self.enter("find_internal")?.find_internal(id).await
    }

    async fn replace_articles(&self, articles: &[Arc<Article>], at: Timestamp) -> Result<(), JournalError> {
        self.enter("replace_articles")?.replace_articles(articles, at).await
    }

    async fn articles(&self) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), JournalError> {
        self.enter("articles")?.articles().await
    }

    async fn keep(&self, name: &str, text: &str) -> Result<(), JournalError> {
        self.enter("keep")?.keep(name, text).await
    }

    async fn kept(&self, name: &str) -> Result<Option<String>, JournalError> {
        self.enter("kept")?.kept(name).await
    }

    async fn forget(&self, which: &Forget, at: Timestamp) -> Result<Forgotten, JournalError> {
        self.enter("forget")?.forget(which, at).await
    }

    async fn guests(&self, after: i64, look_at: u32) -> Result<(Vec<GuestOrder>, Option<i64>), JournalError> {
        self.enter("guests")?.guests(after, look_at).await
    }

    async fn erase(&self, texts: &[String]) -> Result<bool, JournalError> {
        self.enter("erase")?.erase(texts).await
    }

    async fn check(&self) -> Result<(), JournalError> {
        self.enter("check")?.check().await
    }
}

/// What a scripted OktoPOS does with one call.
#[derive(Clone)]
pub enum Reply {
    /// Handles it and answers well.
    Good,
    /// Does not handle it and answers so.
    Bad(PosError),
    /// Handles it and the answer is lost.
    Lost,
    /// Takes this long before the next reply of the script.
    Slow(Duration),
    /// Breaks the program.
    Panic,
}

/// An OktoPOS that handles calls by script, and well when the script is empty.
pub struct ScriptedPos {
    journal: Arc<MemoryJournal>,
    state: Mutex<World>,
    next_id: AtomicI64,
}

#[derive(Default)]
struct World {
    creates: VecDeque<Reply>,
    statuses: VecDeque<Reply>,
    readies: VecDeque<Reply>,
    catalogs: VecDeque<Reply>,
    article_pages: Vec<u32>,
    down: bool,
    /// Every call of create, status and ready, in sequence, handled or not: `create order-0`.
    calls: Vec<String>,
    bodies: Vec<String>,
    handled: Vec<String>,
    list: Vec<ReadyOrder>,
    pages: Vec<Vec<Article>>,
    words: Vocabulary,
    polls: usize,
    /// What looks at the settings will find; nothing new once it is empty.
    renewals: VecDeque<Renewed>,
    looks: usize,
}

impl ScriptedPos {
    pub fn new(journal: &Arc<MemoryJournal>) -> Self {
        Self { journal: Arc::clone(journal), state: Mutex::default(), next_id: AtomicI64::new(100) }
    }

    pub fn creates(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).creates.extend(replies);
    }

    pub fn statuses(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).statuses.extend(replies);
    }

    pub fn readies(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).readies.extend(replies);
    }

    pub fn catalogs(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).catalogs.extend(replies);
    }

    /// Every page of articles that was asked for.
    pub fn article_pages(&self) -> Vec<u32> {
        lock(&self.state).article_pages.clone()
    }

    /// Whether nothing gets through.
    pub fn down(&self, down: bool) {
        lock(&self.state).down = down;
    }

    pub fn list(&self, list: Vec<ReadyOrder>) {
        lock(&self.state).list = list;
    }

    pub fn renewals(&self, renewals: impl IntoIterator<Item = Renewed>) {
        lock(&self.state).renewals.extend(renewals);
    }

    /// How often the settings were looked at.
    pub fn looks(&self) -> usize {
        lock(&self.state).looks
    }

    pub fn words(&self, words: Vocabulary) {
        lock(&self.state).words = words;
    }

    pub fn pages(&self, pages: Vec<Vec<Article>>) {
        lock(&self.state).pages = pages;
    }

    /// Every create and status call, in sequence.
    pub fn calls(&self) -> Vec<String> {
        lock(&self.state).calls.clone()
    }

    /// What OktoPOS acted on.
    pub fn handled(&self) -> Vec<String> {
        lock(&self.state).handled.clone()
    }

    pub fn bodies(&self) -> Vec<String> {
        lock(&self.state).bodies.clone()
    }

    pub fn polls(&self) -> usize {
        lock(&self.state).polls
    }

    async fn play(&self, script: fn(&mut World) -> &mut VecDeque<Reply>, what: Option<&str>) -> Result<(), PosError> {
        loop {
            let reply = {
                let mut world = lock(&self.state);
                if world.down { Reply::Bad(not_sent()) } else { script(&mut world).pop_front().unwrap_or(Reply::Good) }
            };
            let handle = || lock(&self.state).handled.extend(what.map(str::to_owned));
            match reply {
                Reply::Slow(pause) => sleep(pause).await,
                Reply::Panic => panic!("planted"),
                Reply::Bad(error) => return Err(error),
                Reply::Good => {
                    handle();
                    return Ok(());
                }
                Reply::Lost => {
                    handle();
                    return Err(lost());
                }
            }
        }
    }
}

#[async_trait]
impl Pos for ScriptedPos {
    async fn create_order(&self, body: &str) -> Result<InternalId, PosError> {
        let order: Order = serde_json::from_str(body).unwrap();
        let id = order.order_id.as_str();
        assert_eq!(self.journal.delivery(id), Delivery::Sending, "recorded before sent");
        let what = format!("create {id}");
        {
            let mut world = lock(&self.state);
            world.calls.push(what.clone());
            world.bodies.push(body.to_owned());
        }
        self.play(|world| &mut world.creates, Some(&what)).await?;
        Ok(InternalId(self.next_id.fetch_add(1, Ordering::SeqCst)))
    }

    async fn ready_orders(&self) -> Result<Vec<ReadyOrder>, PosError> {
        lock(&self.state).polls += 1;
        self.play(|world| &mut world.readies, None).await?;
        Ok(lock(&self.state).list.clone())
    }

    async fn set_status(&self, change: &StatusChange) -> Result<(), PosError> {
        let what = format!("status {} {}", change.internal_id, change.status);
        lock(&self.state).calls.push(what.clone());
        self.play(|world| &mut world.statuses, Some(&what)).await
    }

    async fn vocabulary(&self) -> Result<Vocabulary, PosError> {
        Ok(lock(&self.state).words.clone())
    }

    async fn articles(&self, page: u32, _size: u32, _words: &Vocabulary) -> Result<Vec<Article>, PosError> {
        lock(&self.state).article_pages.push(page);
        self.play(|world| &mut world.catalogs, None).await?;
        Ok(lock(&self.state).pages.get(page as usize - 1).cloned().unwrap_or_default())
    }

    async fn customers_by_phone(&self, number: &str) -> Result<Vec<Customer>, PosError> {
        if lock(&self.state).down {
            return Err(not_sent());
        }
        let text = |text: &str| Some(text.to_owned());
        Ok(vec![Customer { phone: text(number), family_name: text("Beispiel"), ..Customer::default() }])
    }

    async fn renew(&self) -> Renewed {
        let mut world = lock(&self.state);
        world.looks += 1;
        let renewed = world.renewals.pop_front().unwrap_or(Renewed::Same);
        if renewed == Renewed::Changed {
            // The new key is right.
            let is_refused = |reply: &Reply| matches!(reply, Reply::Bad(PosError::KeyRefused { .. }));
            world.creates.retain(|reply| !is_refused(reply));
            world.readies.retain(|reply| !is_refused(reply));
        }
        renewed
    }

    fn base_url(&self) -> &str {
        BASE_URL
    }
}

pub fn not_sent() -> PosError {
    PosError::NotSent { reason: Clean::new("connection refused") }
}

pub fn lost() -> PosError {
    PosError::Unknown { reason: Clean::new("connection reset") }
}

pub fn rejected(code: u16) -> PosError {
    PosError::Rejected { code, reason: Clean::new("unknown article") }
}

pub fn key_refused() -> PosError {
    PosError::KeyRefused { code: 403, reason: Clean::new("no permission"), is_proven: true }
}

pub fn order(id: &str) -> Order {
    Order {
        order_id: OrderId(id.into()),
        payment: Payment {
            reference_id: None,
            payment_method: None,
            price: Money::new(Decimal::new(1995, 2), "EUR"),
            status: None,
            payment_received: None,
        },
        customer: None,
        location: None,
        items: vec![],
        status: "ready".into(),
        purchase_time: ZonedInstant { timestamp: Timestamp::UNIX_EPOCH, timezone: "Europe/Berlin".into() },
        pickup: None,
        order_type: None,
        tip_transactions: None,
        session_token: None,
        intermediary: None,
    }
}

/// A row as the journal lists it.
pub fn row(id: &str, delivery: Delivery, created: i64) -> OrderRow {
    let at = Timestamp::from_second(created).unwrap();
    let new = NewOrder {
        order: order(id),
        body: String::new(),
        base_url: BASE_URL.into(),
        due_at: None,
        at,
        note: PlaceNote::default(),
        guest: GuestKeys::default(),
        desk: DeskId("desk".into()),
    };
    let store = crate::journal::MemoryJournal::default();
    at_once(store.place(&new)).unwrap();
    OrderRow { delivery, ..at_once(store.order(&OrderId(id.into()))).unwrap().row }
}

/// Everything one test needs.
pub struct Bench {
    pub journal: Arc<MemoryJournal>,
    pub guests: Arc<dyn GuestBook>,
    pub desks: Arc<dyn Desks>,
    pub pos: Arc<ScriptedPos>,
    pub clock: Arc<TestClock>,
    pub settings: Settings,
}

impl Bench {
    pub fn new() -> Self {
        let journal = Arc::new(MemoryJournal::default());
        let mut settings = Settings::new("Europe/Berlin");
        settings.jitter = || u32::MAX;
        let (pos, clock) = (Arc::new(ScriptedPos::new(&journal)), Arc::new(TestClock::new()));
        Self { journal, guests: Arc::new(()), desks: Arc::new(()), pos, clock, settings }
    }

    /// A desk as a program that starts now would have it.
    pub fn desk(&self) -> Desk {
        let ports = Ports {
            stores: Stores {
                journal: Arc::clone(&self.journal) as _,
                guests: Arc::clone(&self.guests) as _,
                house: Arc::new(()),
                desks: Arc::clone(&self.desks),
            },
            id: DeskId("desk".into()),
            pos: Arc::clone(&self.pos) as _,
            clock: Arc::clone(&self.clock) as _,
            ids: Arc::new(TestIds::default()),
        };
        Desk::new(ports, self.settings.clone())
    }
}
