//! The worker against a journal in memory and an OktoPOS that answers by script, in paused time.

use std::{collections::HashMap, time::Duration};

use jiff::SignedDuration;
use rstest::rstest;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::{
    desk::{
        Desk, DeskError,
        event::{Connection, Halt, Held, OutboxState},
        send::{endpoint::Endpoint, outbox::RepeatedOrderId},
        testing::*,
        wait::Still,
    },
    domain::{
        order::delivery::Delivery,
        value::ids::{InternalId, OrderId},
    },
    ports::{
        Journal, PosError,
        house::PlaceNote,
        journal::{EventKind, OrderRow},
        pos::{ReadyOrder, Renewed},
    },
};

const LONG: Duration = Duration::from_secs(3600);

fn id(text: &str) -> OrderId {
    OrderId(text.into())
}

fn ids(texts: &[&str]) -> Vec<OrderId> {
    texts.iter().map(|text| id(text)).collect()
}

/// A worker that runs, and what it told so far.
struct Running {
    shutdown: CancellationToken,
    tasks: JoinSet<()>,
    receiver: mpsc::Receiver<DeskEvent>,
    rows: HashMap<OrderId, Vec<OrderRow>>,
    outbox: OutboxState,
    outboxes: Vec<OutboxState>,
    connections: Vec<Connection>,
    /// How often a connection was told, the same one or another.
    beats: u32,
    renewed: Vec<Renewed>,
    others: Vec<DeskEvent>,
}

impl Running {
    fn start(desk: &Desk, lock: &TestLock) -> Self {
        let (sender, receiver) = mpsc::channel(256);
        let (shutdown, mut tasks) = (CancellationToken::new(), JoinSet::new());
        tasks.spawn(desk.worker(Arc::new(lock.clone()), sender).run(shutdown.clone()));
        Self {
            shutdown,
            tasks,
            receiver,
            rows: HashMap::new(),
            outbox: OutboxState::default(),
            outboxes: vec![],
            connections: vec![],
            beats: 0,
            renewed: vec![],
            others: vec![],
        }
    }

    fn drain(&mut self) {
        while let Ok(event) = self.receiver.try_recv() {
            match event {
                DeskEvent::Orders(rows) => {
                    for row in rows {
                        self.rows.entry(row.order_id.clone()).or_default().push(row);
                    }
                }
                DeskEvent::Outbox(outbox) => {
                    self.outbox = outbox.clone();
                    self.outboxes.push(outbox);
                }
                DeskEvent::Connection(connection) => {
                    self.beats += 1;
                    self.connections.push(connection);
                }
                DeskEvent::Renewed(renewed) => self.renewed.push(renewed),
                other => self.others.push(other),
            }
        }
    }

    /// The words of the deliveries that were told of an order, one after the other.
    fn told(&mut self, order: &str) -> Vec<&'static str> {
        self.drain();
        let mut words: Vec<_> =
            self.rows.get(&id(order)).into_iter().flatten().map(|row| row.delivery.word()).collect();
        words.dedup();
        words
    }

    /// Lets (paused) time pass until the condition holds.
    async fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) -> Duration {
        let began = Instant::now();
        while began.elapsed() < LONG {
            self.drain();
            if is_so(self) {
                return began.elapsed();
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("never: {what}");
    }

    async fn stop(mut self) -> Self {
        self.shutdown.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        self.drain();
        self
    }
}

async fn place(desk: &Desk, texts: &[&str]) {
    for text in texts {
        desk.place(&order(text)).await.unwrap();
    }
}

/// The order once more, by somebody who saw it as it is.
async fn correct(desk: &Desk, text: &str) -> Result<OrderRow, DeskError> {
    let corrects = Some(desk.order(&OrderId(text.into())).await.unwrap().revision);
    desk.place_with(&order(text), PlaceNote { corrects, ..PlaceNote::default() }).await
}

async fn settled(desk: &Desk, texts: &[&str]) -> Vec<&'static str> {
    let waited = desk.wait_settled(&ids(texts), LONG).await.unwrap();
    waited.iter().map(|waited| waited.row.delivery.word()).collect()
}

fn listed(text: &str, internal_id: Option<i64>) -> ReadyOrder {
    let internal_id = internal_id.map(InternalId);
    ReadyOrder { order_id: Some(id(text)), internal_id, ..Default::default() }
}

#[tokio::test(start_paused = true)]
async fn an_order_is_recorded_sent_byte_for_byte_and_told() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    assert_eq!(settled(&desk, &["a"]).await, ["accepted"]);
    assert_eq!(bench.pos.bodies(), [bench.journal.body("a")]);
    assert_eq!(bench.journal.delivery("a"), Delivery::Accepted { internal_id: Some(InternalId(100)) });
    assert_eq!(worker.told("a"), ["queued", "sending", "accepted"]);
    assert_eq!(bench.journal.events("a"), [EventKind::Placed, EventKind::Attempt, EventKind::Accepted]);
    worker.until("the numbers end at nothing", |worker| worker.outbox == OutboxState::default()).await;
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_orders_go_out_in_sequence_exactly_once_as_soon_as_it_is_over() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.down(true);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b", "c"]).await;
    worker.until("three wait", |worker| worker.outbox.waiting == 3).await;
    sleep(Duration::from_secs(310)).await;
    assert_eq!(bench.pos.handled(), Vec::<String>::new());
    assert!(bench.pos.calls().iter().all(|call| call == "create a"), "the others wait behind the first");
    assert!((8..=30).contains(&bench.pos.calls().len()), "backoff is capped and is one: {}", bench.pos.calls().len());
    worker.drain();
    assert!(matches!(worker.connections.last(), Some(Connection::Down { .. })), "{:?}", worker.connections);
    bench.pos.down(false);
    let back = Instant::now();
    assert_eq!(settled(&desk, &["a", "b", "c"]).await, ["accepted"; 3]);
    assert!(back.elapsed() <= Duration::from_secs(6), "at once when the poll sees it: {:?}", back.elapsed());
    assert_eq!(bench.pos.handled(), ["create a", "create b", "create c"]);
    worker.until("connected again", |worker| matches!(worker.connections.last(), Some(Connection::Up { .. }))).await;
}

#[tokio::test(start_paused = true)]
async fn an_unknown_order_is_not_sent_again_and_blocks_nobody() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Lost]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    assert_eq!(settled(&desk, &["a", "b"]).await, ["unknown", "accepted"]);
    sleep(Duration::from_secs(600)).await;
    assert_eq!(bench.pos.calls(), ["create a", "create b"]);
    worker.until("one needs a person", |worker| worker.outbox.needs_person == 1).await;
    bench.pos.list(vec![listed("a", Some(77))]);
    worker.until("the ready list settles it", |worker| worker.told("a").last() == Some(&"accepted")).await;
    assert_eq!(bench.journal.delivery("a").internal_id(), Some(InternalId(77)));
    worker.until("nobody is needed", |worker| worker.outbox.needs_person == 0).await;
    assert_eq!(bench.pos.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_order_is_looked_for_at_once() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("the first poll", |_| bench.pos.polls() == 1).await;
    bench.pos.creates([Reply::Lost]);
    bench.pos.list(vec![listed("a", None)]);
    place(&desk, &["a"]).await;
    let took = worker.until("found", |_| bench.journal.delivery("a").word() == "accepted").await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_person_decides_about_an_unknown_order() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Bad(lost()), Reply::Bad(lost())]);
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    assert_eq!(settled(&desk, &["a", "b"]).await, ["unknown", "unknown"]);
    desk.resend(&id("a")).await.unwrap();
    desk.settle(&id("b"), Some(InternalId(5))).await.unwrap();
    assert_eq!(settled(&desk, &["a", "b"]).await, ["accepted", "accepted"]);
    assert_eq!(bench.pos.calls(), ["create a", "create b", "create a"]);
    assert_eq!(bench.pos.bodies()[0], bench.pos.bodies()[2], "the same bytes");
    assert_eq!(bench.journal.delivery("b").internal_id(), Some(InternalId(5)));
}

#[tokio::test(start_paused = true)]
async fn what_was_under_way_when_the_program_ended_is_unknown() {
    let bench = Bench::new();
    place(&bench.desk(), &["a", "b"]).await;
    bench.journal.break_off("a");
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    assert_eq!(settled(&desk, &["a", "b"]).await, ["unknown", "accepted"]);
    sleep(Duration::from_secs(600)).await;
    assert_eq!(bench.pos.calls(), ["create b"]);
    worker.until("one needs a person", |worker| worker.outbox.needs_person == 1).await;
}

#[tokio::test(start_paused = true)]
async fn where_repeating_is_safe_unknown_orders_are_sent_again() {
    for repeated in [RepeatedOrderId::SameOrder, RepeatedOrderId::Conflict] {
        let mut bench = Bench::new();
        bench.settings.policy.repeated = repeated;
        place(&bench.desk(), &["a"]).await;
        bench.journal.break_off("a");
        let desk = bench.desk();
        bench.pos.creates([Reply::Lost, Reply::Bad(lost()), Reply::Bad(rejected(409))]);
        let _worker = Running::start(&desk, &TestLock::default());
        assert_eq!(settled(&desk, &["a"]).await, ["accepted"]);
        assert_eq!(bench.pos.calls(), ["create a"; 3]);
        assert_eq!(bench.journal.delivery("a"), Delivery::Accepted { internal_id: None }, "a conflict names no id");
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_over_an_order_that_cannot_have_arrived_is_a_refusal() {
    let mut bench = Bench::new();
    bench.settings.policy.repeated = RepeatedOrderId::Conflict;
    let desk = bench.desk();
    bench.pos.creates([Reply::Bad(rejected(400)), Reply::Bad(rejected(409))]);
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    assert_eq!(settled(&desk, &["a"]).await, ["rejected"]);
    correct(&desk, "a").await.unwrap();
    assert_eq!(settled(&desk, &["a"]).await, ["rejected"], "what was sent before the correction did not arrive");
}

#[tokio::test(start_paused = true)]
async fn a_conflict_is_judged_by_the_history_and_not_without_it() {
    let mut bench = Bench::new();
    bench.settings.policy.repeated = RepeatedOrderId::Conflict;
    let desk = bench.desk();
    place(&desk, &["a"]).await;
    bench.pos.creates([Reply::Lost, Reply::Bad(rejected(409)), Reply::Bad(rejected(409))]);
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("lost", |_| bench.pos.calls().len() == 1).await;
    bench.journal.fail("order", 4);
    let is_settled = |delivery: Delivery| matches!(delivery, Delivery::Accepted { .. } | Delivery::Rejected { .. });
    worker.until("it is settled", |_| is_settled(bench.journal.delivery("a"))).await;
    assert_eq!(bench.journal.delivery("a").word(), "accepted", "not called refused for want of a look");
}

#[tokio::test(start_paused = true)]
async fn a_conflict_after_attempts_that_never_left_is_a_refusal() {
    let mut bench = Bench::new();
    bench.settings.policy.repeated = RepeatedOrderId::Conflict;
    let desk = bench.desk();
    let never_left = [
        Reply::Bad(not_sent()),
        Reply::Bad(PosError::Throttled { after: None, is_proven: true }),
        Reply::Bad(not_sent()),
    ];
    bench.pos.creates(never_left.into_iter().chain([Reply::Bad(rejected(409))]));
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    assert_eq!(settled(&desk, &["a"]).await, ["rejected"], "somebody else's order has this id");
}

#[tokio::test(start_paused = true)]
async fn a_rejected_order_is_not_tried_again_and_can_be_corrected() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Bad(rejected(400))]);
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    let waited = desk.wait_settled(&ids(&["a"]), LONG).await.unwrap();
    assert_eq!(waited[0].row.delivery.reason(), Some("unknown article"));
    sleep(Duration::from_secs(600)).await;
    assert_eq!(bench.pos.calls(), ["create a"]);
    correct(&desk, "a").await.unwrap();
    assert_eq!(settled(&desk, &["a"]).await, ["accepted"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_stops_everything_until_it_is_right() {
    let bench = Bench::new();
    let desk = bench.desk();
    let bad = || Reply::Bad(key_refused());
    bench.pos.readies([bad(), bad()]);
    bench.pos.creates([bad()]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    let waited = desk.wait_settled(&ids(&["a", "b"]), LONG).await.unwrap();
    assert!(
        waited
            .iter()
            .all(|waited| waited.still == Some(Still::Halted(Halt::KeyRefused { endpoint: Endpoint::Create }))),
        "{waited:?}"
    );
    worker
        .until("halted", |worker| worker.outbox.halted == Some(Halt::KeyRefused { endpoint: Endpoint::Create }))
        .await;
    assert_eq!(worker.outbox.waiting, 2, "orders are still taken and saved");
    worker.drain();
    assert!(matches!(worker.connections.last(), Some(Connection::KeyRefused { .. })));
    let took = worker.until("goes on", |_| bench.pos.handled().len() == 2).await;
    assert!((25..=65).contains(&took.as_secs()), "the key is tried slowly: {took:?}");
    assert_eq!(bench.pos.handled(), ["create b", "create a"], "the key is tried with another order");
    worker.until("not halted", |worker| worker.outbox == OutboxState::default()).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_refused_for_orders_only_is_told_and_tried_slowly() {
    let bench = Bench::new();
    let desk = bench.desk();
    let refused = || Some(Halt::KeyRefused { endpoint: Endpoint::Create });
    bench.pos.creates(std::iter::repeat_n(Reply::Bad(key_refused()), 4));
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("connected", |worker| matches!(worker.connections.last(), Some(Connection::Up { .. }))).await;
    place(&desk, &["a", "b", "c"]).await;
    let waited = desk.wait_settled(&ids(&["a", "b"]), LONG).await.unwrap();
    assert!(waited.iter().all(|waited| waited.still == refused().map(Still::Halted)), "{waited:?}");
    let began = Instant::now();
    worker.until("halted", |worker| worker.outbox.halted == refused()).await;
    // Good polls come by all the time.
    while began.elapsed() < Duration::from_secs(200) {
        sleep(Duration::from_millis(700)).await;
        worker.drain();
        assert_eq!(worker.outbox.halted, refused());
        let connection = worker.connections.last();
        let is_told = |it: &Connection| matches!(it, Connection::KeyRefused { only: Some(Endpoint::Create), .. });
        assert!(connection.is_some_and(is_told), "{connection:?}");
    }
    let creates =
        |bench: &Bench| bench.pos.calls().into_iter().filter(|call| call.starts_with("create")).collect::<Vec<_>>();
    assert_eq!(
        creates(&bench),
        ["create a", "create b", "create c"],
        "slowly, with one order, and another one each time"
    );
    worker.until("goes on", |_| bench.pos.handled().len() == 3).await;
    worker.until("not halted", |worker| worker.outbox == OutboxState::default()).await;
    worker.drain();
    assert!(matches!(worker.connections.last(), Some(Connection::Up { .. })));
}

/// For one endpoint and for all: the retries of the sender and of the poll are minutes away by then.
#[rstest]
#[case::for_orders(false)]
#[case::for_everything(true)]
#[tokio::test(start_paused = true)]
async fn a_key_that_is_replaced_is_tried_at_once(#[case] of_everything: bool) {
    let bench = Bench::new();
    let desk = bench.desk();
    let refused = || std::iter::repeat_n(Reply::Bad(key_refused()), 500);
    bench.pos.creates(refused());
    if of_everything {
        bench.pos.readies(refused());
    }
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    let halted = || Some(Halt::KeyRefused { endpoint: Endpoint::Create });
    worker.until("halted", |worker| worker.outbox.halted == halted()).await;
    sleep(Duration::from_secs(400)).await;
    worker.drain();
    assert_eq!((worker.outbox.halted.clone(), bench.pos.handled().len()), (halted(), 0));
    let looks = bench.pos.looks();
    assert!(looks > 30, "looked at {looks} times");
    bench.pos.renewals([Renewed::Unusable { reason: "no key".into() }, Renewed::Changed]);
    let (began, polls) = (Instant::now(), bench.pos.polls());
    worker.until("sent", |_| bench.pos.handled().len() == 2).await;
    let most = Duration::from_secs(25);
    assert!(began.elapsed() < most, "after {:?}", began.elapsed());
    worker.until("connected", |worker| matches!(worker.connections.last(), Some(Connection::Up { .. }))).await;
    assert!(began.elapsed() < most && bench.pos.polls() > polls, "after {:?}", began.elapsed());
    assert_eq!(worker.renewed, [Renewed::Unusable { reason: "no key".into() }, Renewed::Changed]);
    let looks = bench.pos.looks();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.pos.looks(), looks, "nobody looks while nothing is refused");
}

/// Somebody who presses the key for it does not wait for the next look.
#[tokio::test(start_paused = true)]
async fn a_person_who_reads_the_list_has_the_key_looked_at() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates(std::iter::repeat_n(Reply::Bad(key_refused()), 500));
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    worker.until("halted", |worker| worker.outbox.halted.is_some()).await;
    sleep(Duration::from_secs(100)).await;
    worker.drain();
    bench.pos.renewals([Renewed::Changed]);
    let began = Instant::now();
    desk.poll_now();
    worker.until("sent", |_| bench.pos.handled().len() == 1).await;
    assert!(began.elapsed() < Duration::from_secs(1), "after {:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_another_program_was_refused_is_known_here() {
    let bench = Bench::new();
    let (first, second, lock) = (bench.desk(), bench.desk(), TestLock::default());
    bench.pos.creates(std::iter::repeat_n(Reply::Bad(key_refused()), 50));
    let mut one = Running::start(&first, &lock);
    place(&first, &["a"]).await;
    let refused = || Some(Halt::KeyRefused { endpoint: Endpoint::Create });
    one.until("halted", |one| one.outbox.halted == refused()).await;
    let mut two = Running::start(&second, &lock.other());
    two.until("it is told there, too", |two| two.outbox.halted == refused()).await;
    place(&second, &["b"]).await;
    let waited = second.wait_settled(&ids(&["b"]), Duration::from_secs(5)).await.unwrap();
    assert_eq!(waited[0].still, refused().map(Still::Halted));
}

#[tokio::test(start_paused = true)]
async fn a_person_can_have_the_key_tried_at_once() {
    let bench = Bench::new();
    let desk = bench.desk();
    let bad = || Reply::Bad(key_refused());
    bench.pos.readies([bad(), bad(), bad()]);
    bench.pos.creates([bad()]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    worker
        .until("halted", |worker| worker.outbox.halted == Some(Halt::KeyRefused { endpoint: Endpoint::Create }))
        .await;
    desk.wake().await;
    let took = worker.until("sent", |_| bench.pos.handled().len() == 1).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn throttling_waits_as_long_as_oktopos_says() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Bad(PosError::Throttled { after: Some(Duration::from_secs(40)), is_proven: true })]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    worker.until("halted", |worker| is_paused(&worker.outbox)).await;
    let took = worker.until("sent", |_| bench.pos.handled().len() == 2).await;
    assert!((38..=41).contains(&took.as_secs()), "{took:?}");
    assert_eq!(bench.pos.calls(), ["create a", "create a", "create b"]);
}

fn is_paused(outbox: &OutboxState) -> bool {
    matches!(outbox.halted, Some(Halt::Throttled { .. }))
}

fn throttled(seconds: u64) -> Reply {
    Reply::Bad(PosError::Throttled { after: Some(Duration::from_secs(seconds)), is_proven: true })
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_for_the_next_program() {
    let bench = Bench::new();
    bench.pos.creates([throttled(90)]);
    let (first, lock) = (bench.desk(), TestLock::default());
    let mut worker = Running::start(&first, &lock);
    place(&first, &["a"]).await;
    worker.until("halted", |worker| is_paused(&worker.outbox)).await;
    drop(worker);
    lock.release();
    let (next, polls) = (bench.desk(), bench.pos.polls());
    assert!(is_paused(&next.outbox_state().await.unwrap()), "who does not send says it, too");
    let mut worker = Running::start(&next, &lock.other());
    sleep(Duration::from_secs(80)).await;
    assert_eq!((bench.pos.calls(), bench.pos.polls()), (vec!["create a".to_owned()], polls), "the list waits, too");
    let took = worker.until("sent", |_| bench.pos.handled().len() == 1).await;
    assert!((8..=12).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_person_ends_a_pause_in_every_program() {
    let bench = Bench::new();
    bench.pos.creates([throttled(290)]);
    let (sends, other) = (bench.desk(), bench.desk());
    let lock = TestLock::default();
    let mut worker = Running::start(&sends, &lock);
    place(&sends, &["a"]).await;
    worker.until("halted", |worker| is_paused(&worker.outbox)).await;
    let _there = Running::start(&other, &lock.other());
    sleep(Duration::from_secs(30)).await;
    let polls = bench.pos.polls();
    other.wake().await;
    let took = worker.until("sent", |_| bench.pos.handled().len() == 1).await;
    assert!(took <= Duration::from_secs(11) && bench.pos.polls() > polls, "{took:?}");
    worker.until("it goes on", |worker| worker.outbox.halted.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_the_ready_list_keeps_no_order_waiting() {
    let bench = Bench::new();
    let (desk, other) = (bench.desk(), bench.desk());
    bench.pos.readies([throttled(100)]);
    let lock = TestLock::default();
    let mut worker = Running::start(&desk, &lock);
    worker.until("asked", |_| bench.pos.polls() == 1).await;
    let _there = Running::start(&other, &lock.other());
    place(&desk, &["a"]).await;
    let took = worker.until("sent", |_| bench.pos.handled().len() == 1).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    sleep(Duration::from_secs(90)).await;
    // The second program may have begun to ask before the first was told.
    assert!(bench.pos.polls() <= 2, "{}", bench.pos.polls());
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_cannot_be_kept_yet_still_holds() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([throttled(60)]);
    bench.journal.fail("keep", 3);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    sleep(Duration::from_secs(50)).await;
    assert_eq!(bench.pos.calls(), ["create a"]);
    assert_eq!(bench.journal.clear_faults("keep"), 0, "it was tried again");
    worker.until("sent", |_| bench.pos.handled().len() == 1).await;
}

#[tokio::test(start_paused = true)]
async fn status_changes_follow_their_order_in_sequence() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Slow(Duration::from_secs(3))]);
    bench.pos.statuses([Reply::Lost, Reply::Bad(not_sent())]);
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    desk.request_status(&id("a"), "cooking", None).await.unwrap();
    desk.request_status(&id("a"), "done", Some("early")).await.unwrap();
    let waited = desk.wait_status(&id("a"), LONG).await.unwrap();
    assert_eq!((waited.still, waited.row.status.as_deref()), (None, Some("done")));
    let expected = ["create a", "status 100 cooking", "status 100 cooking", "status 100 cooking", "status 100 done"];
    assert_eq!(bench.pos.calls(), expected, "a status is absolute, so it is set again");
}

#[tokio::test(start_paused = true)]
async fn a_status_that_may_be_taken_back_is_sent_by_no_program_before() {
    let hold = Duration::from_secs(5);
    let bench = Bench::new();
    let desk = bench.desk();
    let killed = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    assert_eq!(settled(&desk, &["a"]).await, ["accepted"]);
    desk.hold_status(&id("a"), "cooking", None, hold).await.unwrap();
    sleep(Duration::from_secs(2)).await;
    drop(killed);
    let desk = bench.desk();
    let _worker = Running::start(&desk, &TestLock::default());
    sleep(Duration::from_secs(2)).await;
    assert_eq!(bench.pos.calls(), ["create a"], "the next program waits as well");
    let waited = desk.wait_status(&id("a"), LONG).await.unwrap();
    assert_eq!(waited.row.status.as_deref(), Some("cooking"));
    assert_eq!(bench.pos.calls(), ["create a", "status 100 cooking"]);
    let late = desk.withdraw_status(&id("a"), "cooking").await;
    assert!(matches!(late, Err(crate::desk::DeskError::WrongState { .. })), "{late:?}");
    desk.hold_status(&id("a"), "done", None, hold).await.unwrap();
    sleep(Duration::from_secs(4)).await;
    assert_eq!(desk.withdraw_status(&id("a"), "done").await.unwrap().pending_status, None);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.pos.calls().len(), 2, "nobody saw it");
}

#[tokio::test(start_paused = true)]
async fn a_refused_status_is_dropped_and_shown() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.statuses([Reply::Bad(rejected(400))]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    desk.request_status(&id("a"), "nonsense", None).await.unwrap();
    let waited = desk.wait_status(&id("a"), LONG).await.unwrap();
    assert_eq!(waited.row.status_problem.as_deref(), Some("nonsense: unknown article"));
    assert_eq!(waited.row.status.as_deref(), Some("ready"));
    worker.until("told", |worker| worker.rows[&id("a")].last().unwrap().status_problem.is_some()).await;
    worker.until("a person is called", |worker| worker.outbox.needs_person == 1).await;
    assert_eq!(desk.outbox_state().await.unwrap().needs_person, 1);
    desk.drop_status(&id("a")).await.unwrap();
    worker.until("noted", |worker| worker.outbox.needs_person == 0).await;
    assert_eq!(bench.journal.row("a").status_problem, None);
    assert!(matches!(desk.drop_status(&id("a")).await, Err(crate::desk::DeskError::WrongState { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_status_is_bound_to_the_address_its_order_went_to() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    assert_eq!(settled(&desk, &["a", "b"]).await, ["accepted", "accepted"]);
    for order in ["a", "b"] {
        // The order lies at another OktoPOS, as after a change of the configuration.
        bench.journal.readdress(order, "https://old.test/");
        desk.request_status(&id(order), "done", None).await.unwrap();
    }
    worker.until("held", |worker| worker.outbox.held.len() == 2).await;
    assert_eq!((worker.outbox.waiting, worker.outbox.needs_person), (0, 2));
    assert!(
        matches!(&worker.outbox.held[0].1, Held::OtherAddress { base_url, .. } if &**base_url == "https://old.test/")
    );
    assert!(!bench.pos.calls().iter().any(|call| call.starts_with("status")), "{:?}", bench.pos.calls());
    desk.readdress(&id("a"), Some(InternalId(100))).await.unwrap();
    desk.drop_status(&id("b")).await.unwrap();
    worker.until("nothing is held", |worker| worker.outbox.held.is_empty() && worker.outbox.waiting == 0).await;
    assert_eq!(bench.pos.calls().iter().filter(|call| call.starts_with("status")).count(), 1);
    assert_eq!(bench.journal.row("a").status.as_deref(), Some("done"));
    assert_eq!(bench.journal.row("b").pending_status, None);
}

#[tokio::test(start_paused = true)]
async fn an_order_given_up_here_and_seen_there_calls_a_person_who_can_settle_it() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Bad(lost())]);
    bench.pos.readies(std::iter::repeat_n(Reply::Bad(lost()), 3));
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    assert_eq!(settled(&desk, &["a"]).await, ["unknown"]);
    bench.pos.down(true);
    desk.resend(&id("a")).await.unwrap();
    worker.until("it waits again", |_| bench.journal.delivery("a") == Delivery::Queued).await;
    let row = desk.cancel(&id("a")).await.unwrap();
    assert!(row.may_have_arrived && !row.needs_person());
    bench.pos.list(vec![listed("a", Some(77))]);
    bench.pos.down(false);
    worker.until("seen", |worker| worker.outbox.needs_person == 1).await;
    let row = bench.journal.row("a");
    assert!(row.stray && row.delivery == Delivery::Cancelled, "it does not move by itself: {row:?}");
    assert!(correct(&desk, "a").await.is_err(), "it is not sent a second time");
    let row = desk.settle(&id("a"), None).await.unwrap();
    assert_eq!((row.delivery, row.stray), (Delivery::Accepted { internal_id: Some(InternalId(77)) }, false));
    worker.until("nobody is needed", |worker| worker.outbox.needs_person == 0).await;
}

#[tokio::test(start_paused = true)]
async fn while_nothing_answers_the_screen_hears_something_at_every_interval_and_not_more_often() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.down(true);
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("down", |worker| worker.beats > 0).await;
    sleep(Duration::from_secs(60)).await;
    worker.drain();
    assert!((12..=14).contains(&worker.beats), "{}", worker.beats);
    // A call that hangs does not stop the clock either.
    bench.pos.down(false);
    bench.pos.readies([Reply::Slow(Duration::from_secs(40))]);
    worker.until("it hangs", |_| bench.pos.polls() >= 13).await;
    sleep(Duration::from_secs(6)).await;
    worker.drain();
    let before = worker.beats;
    sleep(Duration::from_secs(20)).await;
    worker.drain();
    assert!((3..=5).contains(&(worker.beats - before)), "{}", worker.beats - before);
    // Who gets the list hears of it by that, and by nothing else.
    worker.until("up", |worker| matches!(worker.connections.last(), Some(Connection::Up { .. }))).await;
    sleep(Duration::from_secs(7)).await;
    worker.drain();
    let before = worker.beats;
    sleep(Duration::from_secs(60)).await;
    worker.drain();
    assert_eq!(worker.beats, before);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_cannot_be_read_is_tried_for_at_every_look_and_not_without_end() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("polling", |_| bench.pos.polls() > 0).await;
    place(&desk, &["a"]).await;
    bench.journal.fail("rows", 1_000);
    sleep(Duration::from_secs(60)).await;
    let tried = 1_000 - bench.journal.clear_faults("rows");
    // Among others, and then alone.
    assert!((1..=80).contains(&tried), "{tried}");
    worker.until("it is shown", |worker| worker.rows.contains_key(&id("a"))).await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_read_does_not_turn_every_order_into_a_question() {
    let bench = Bench::new();
    let desk = bench.desk();
    let names: Vec<String> = (0..20).map(|n| format!("o{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    bench.pos.creates(vec![Reply::Bad(lost()); 20]);
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &names).await;
    sleep(Duration::from_secs(60)).await;
    assert!(bench.pos.polls() > 10, "the ready list is read all the time");
    let asked = names.iter().filter(|name| bench.journal.delivery(name) != Delivery::Queued).count();
    // Two at once, then one behind each wait: 0.5, 1, 2, 4, 8, 16 and 30 seconds.
    assert!((3..=10).contains(&asked), "{asked} of 20 orders became a question within a minute");
}

#[tokio::test(start_paused = true)]
async fn a_doubt_does_not_ask_before_the_time_that_oktopos_named() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.readies([Reply::Bad(PosError::Throttled { after: Some(Duration::from_secs(100)), is_proven: true })]);
    bench.pos.creates([Reply::Bad(lost())]);
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("throttled", |_| bench.pos.polls() == 1).await;
    place(&desk, &["a"]).await;
    sleep(Duration::from_secs(90)).await;
    assert_eq!((bench.journal.delivery("a").word(), bench.pos.polls()), ("unknown", 1));
    desk.poll_now();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.pos.polls(), 1, "nothing asks by itself");
    desk.wake().await;
    worker.until("a person does not wait", |_| bench.pos.polls() == 2).await;
}

#[tokio::test(start_paused = true)]
async fn who_rests_until_a_poll_wakes_nobody_before_it() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("polling", |_| bench.pos.polls() > 0).await;
    let (start, before) = (Instant::now(), bench.pos.polls());
    desk.rest_until_poll(Duration::from_secs(61)).await;
    assert_eq!(bench.pos.polls() - before, 13, "the first poll after 61 seconds");
    assert!((61..=66).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    bench.pos.down(true);
    desk.rest_until_poll(Duration::from_secs(61)).await;
    assert!(start.elapsed() < Duration::from_secs(140), "an outage does not stop it: {:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_status_whose_order_has_no_id_is_refused_with_the_reason() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Bad(lost())]);
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    desk.request_status(&id("a"), "done", None).await.unwrap();
    assert_eq!(settled(&desk, &["a"]).await, ["unknown"]);
    assert_eq!(bench.journal.row("a").pending_status.as_deref(), Some("done"), "it waits for the person");
    desk.settle(&id("a"), None).await.unwrap();
    let waited = desk.wait_status(&id("a"), LONG).await.unwrap();
    assert!(waited.row.status_problem.unwrap().contains("id of this order is not known"));
    assert_eq!(bench.pos.calls(), ["create a"]);
    let refused = desk.request_status(&id("a"), "done", None).await.unwrap_err();
    assert_eq!(refused, crate::desk::DeskError::NoInternalId(id("a")));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_recorded_is_recorded_later_and_never_asked_for_again() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.journal.fail("settle_attempt", 4);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    let halted = |worker: &mut Running| matches!(worker.outbox.halted, Some(Halt::Journal { .. }));
    worker.until("reported", halted).await;
    assert_eq!(bench.journal.delivery("a"), Delivery::Sending);
    assert_eq!(settled(&desk, &["a", "b"]).await, ["accepted", "accepted"]);
    assert_eq!(bench.pos.calls(), ["create a", "create b"]);
    worker.until("over", |worker| worker.outbox == OutboxState::default()).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_mark_in_the_journal_nothing_is_sent() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.journal.fail("begin_attempt", 5);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    worker.until("reported", |worker| matches!(worker.outbox.halted, Some(Halt::Journal { .. }))).await;
    assert_eq!(bench.pos.calls(), Vec::<String>::new());
    assert_eq!(settled(&desk, &["a"]).await, ["accepted"]);
    assert_eq!(bench.pos.calls(), ["create a"]);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_read_at_start_is_tried_again() {
    for method in ["recover", "begins_to_send", "outbox", "orders", "order", "observe"] {
        let bench = Bench::new();
        let desk = bench.desk();
        place(&desk, &["a"]).await;
        bench.journal.fail(method, 3);
        let mut worker = Running::start(&desk, &TestLock::default());
        worker.until(method, |_| bench.pos.handled() == ["create a"]).await;
        worker.until(method, |worker| worker.told("a").last() == Some(&"accepted")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_counts_although_somebody_else_settled_the_order() {
    for is_resent in [false, true] {
        let bench = Bench::new();
        let desk = bench.desk();
        bench.pos.creates([Reply::Slow(Duration::from_secs(20))]);
        let mut worker = Running::start(&desk, &TestLock::default());
        place(&desk, &["a"]).await;
        worker.until("under way", |_| bench.journal.delivery("a") == Delivery::Sending).await;
        bench.journal.recover(desk.clock().now()).await.unwrap();
        assert_eq!(bench.journal.delivery("a").word(), "unknown");
        if is_resent {
            desk.resend(&id("a")).await.unwrap();
        }
        worker.until("settled", |_| bench.journal.delivery("a").internal_id() == Some(InternalId(100))).await;
        sleep(Duration::from_secs(60)).await;
        assert_eq!(bench.pos.calls(), ["create a"], "the answer was in time to keep it from being sent again");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_seen_in_the_ready_list_while_its_answer_is_waited_for_is_accepted() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Slow(Duration::from_secs(20)), Reply::Lost]);
    bench.pos.list(vec![listed("a", None)]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    let took = worker.until("accepted", |_| bench.journal.delivery("a").word() == "accepted").await;
    assert!(took < Duration::from_secs(6), "{took:?}");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(worker.told("a"), ["queued", "sending", "accepted"], "a lost answer moves nothing backwards");
    assert_eq!(bench.pos.calls(), ["create a"]);
    worker.until("nothing is left", |worker| worker.outbox == OutboxState::default()).await;
}

#[tokio::test(start_paused = true)]
async fn only_the_holder_of_the_lock_sends_and_the_next_one_takes_over() {
    let bench = Bench::new();
    let (lock, first, second) = (TestLock::default(), bench.desk(), bench.desk());
    let one = Running::start(&first, &lock);
    settled_by(&first, "a").await;
    let other_lock = lock.other();
    let mut two = Running::start(&second, &other_lock);
    two.until("it knows", |two| two.outbox.halted == Some(Halt::OtherSender { holder: None })).await;
    let reads = bench.pos.polls();
    place(&second, &["b"]).await;
    assert_eq!(settled(&second, &["b"]).await, ["accepted"], "by the first one");
    two.until("it follows", |two| two.told("b").last() == Some(&"accepted")).await;
    assert!(bench.pos.polls() > reads);
    bench.pos.creates([Reply::Slow(Duration::from_secs(60))]);
    place(&first, &["c"]).await;
    sleep(Duration::from_millis(50)).await;
    let one = one.stop().await;
    drop(one);
    assert_eq!(bench.journal.delivery("c").word(), "unknown", "the answer was not waited for longer than the grace");
    place(&second, &["d"]).await;
    sleep(Duration::from_secs(30)).await;
    assert_eq!(bench.journal.delivery("d"), Delivery::Queued);
    lock.release();
    assert_eq!(settled(&second, &["d"]).await, ["accepted"]);
    two.until("it is the sender", |two| two.outbox.halted.is_none()).await;
    assert_eq!(bench.pos.calls(), ["create a", "create b", "create c", "create d"]);
}

async fn settled_by(desk: &Desk, text: &str) {
    place(desk, &[text]).await;
    assert_eq!(settled(desk, &[text]).await, ["accepted"]);
}

#[tokio::test(start_paused = true)]
async fn a_passed_time_or_another_address_is_held_for_a_person() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.down(true);
    let mut worker = Running::start(&desk, &TestLock::default());
    let mut late = order("late");
    late.pickup = Some(crate::domain::order::Pickup {
        timestamp: Some("2026-07-01T12:30:00".parse().unwrap()),
        ..Default::default()
    });
    let due_at = desk.place(&late).await.unwrap().due_at.unwrap();
    place(&desk, &["moved", "fine"]).await;
    bench.journal.readdress("moved", "https://old.test/");
    bench.clock.step(SignedDuration::from_hours(1));
    bench.pos.down(false);
    assert_eq!(settled(&desk, &["fine"]).await, ["accepted"]);
    let waited = desk.wait_settled(&ids(&["late", "moved"]), LONG).await.unwrap();
    let held =
        [Held::DuePassed { due_at }, Held::OtherAddress { base_url: "https://old.test/".into(), now: BASE_URL.into() }];
    assert_eq!(
        waited.iter().map(|waited| waited.still.clone()).collect::<Vec<_>>(),
        [Some(Still::Held(held[0].clone())), Some(Still::Held(held[1].clone()))]
    );
    worker.until("told", |worker| worker.outbox.held.len() == 2).await;
    assert_eq!((worker.outbox.waiting, worker.outbox.needs_person), (0, 2));
    assert_eq!(bench.pos.handled(), ["create fine"]);
    desk.cancel(&id("late")).await.unwrap();
    worker.until("one is left", |worker| worker.outbox.held.len() == 1).await;
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_status_was_changed_meanwhile_is_sent_again() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Slow(Duration::from_secs(3)), Reply::Bad(lost())]);
    let _worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    desk.request_status(&id("a"), "done", None).await.unwrap();
    assert_eq!(settled(&desk, &["a"]).await, ["unknown"]);
    desk.resend(&id("a")).await.unwrap();
    let waited = desk.wait_status(&id("a"), LONG).await.unwrap();
    assert_eq!((waited.still, waited.row.status.as_deref()), (None, Some("done")));
    assert_eq!(bench.pos.calls(), ["create a", "create a", "status 100 done"]);
}

#[tokio::test(start_paused = true)]
async fn a_ready_list_older_than_a_status_does_not_take_it_back() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    settled_by(&desk, "a").await;
    let older = crate::ports::pos::ReadyOrder { status: Some("ready".into()), ..listed("a", Some(100)) };
    bench.pos.list(vec![older]);
    bench.pos.readies([Reply::Slow(Duration::from_secs(3))]);
    let polls = bench.pos.polls();
    worker.until("asked for", |_| bench.pos.polls() > polls).await;
    desk.request_status(&id("a"), "done", None).await.unwrap();
    assert_eq!(desk.wait_status(&id("a"), LONG).await.unwrap().row.status.as_deref(), Some("done"));
    sleep(Duration::from_secs(4)).await;
    assert_eq!(bench.journal.row("a").status.as_deref(), Some("done"), "the list was written before");
    worker.until("the next list counts", |_| bench.journal.row("a").status.as_deref() == Some("ready")).await;
}

#[tokio::test(start_paused = true)]
async fn what_another_program_changed_is_seen_although_the_poll_has_to_wait() {
    let bench = Bench::new();
    let (desk, other) = (bench.desk(), bench.desk());
    bench.pos.readies([Reply::Bad(PosError::Throttled { after: Some(Duration::from_secs(300)), is_proven: true })]);
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("asked", |_| bench.pos.polls() == 1).await;
    place(&other, &["theirs"]).await;
    let took = worker.until("told", |worker| !worker.told("theirs").is_empty()).await;
    assert!(took <= Duration::from_secs(11), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn what_another_program_changed_long_ago_is_not_hidden_by_rows_of_our_own() {
    let bench = Bench::new();
    let (desk, other) = (bench.desk(), bench.desk());
    let mut worker = Running::start(&desk, &TestLock::default());
    settled_by(&desk, "first").await;
    sleep(Duration::from_secs(1)).await;
    worker.drain();
    place(&other, &["theirs"]).await;
    bench.clock.step(SignedDuration::from_mins(5));
    place(&desk, &["ours"]).await;
    worker.until("ours is told", |worker| !worker.told("ours").is_empty()).await;
    worker.until("theirs is told", |worker| !worker.told("theirs").is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn a_status_change_never_goes_to_another_address_than_its_order() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    settled_by(&desk, "moved").await;
    // The program is configured anew; OktoPOS's id of the order means another order there.
    bench.journal.readdress("moved", "https://old.test/");
    desk.request_status(&id("moved"), "done", None).await.unwrap();
    worker.until("held", |worker| worker.outbox.held.len() == 1).await;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.pos.calls(), ["create moved"]);
    assert_eq!(bench.journal.row("moved").pending_status.as_deref(), Some("done"), "it is kept and shown");
}

#[tokio::test(start_paused = true)]
async fn poll_and_send_do_not_wait_for_each_other() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Slow(Duration::from_secs(31))]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    worker.until("accepted", |_| bench.journal.delivery("a").word() == "accepted").await;
    assert_eq!(bench.pos.polls(), 7, "at 0, 5, ..., 30 seconds");
    bench.pos.readies([Reply::Slow(Duration::from_secs(60))]);
    worker.until("a slow poll", |_| bench.pos.polls() == 8).await;
    place(&desk, &["b"]).await;
    let took = worker.until("sent meanwhile", |_| bench.journal.delivery("b").word() == "accepted").await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_ready_list_asked_for_before_a_status_was_set_does_not_put_the_old_one_back() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    assert_eq!(settled(&desk, &["a", "b"]).await, ["accepted", "accepted"]);
    let status = |text| bench.journal.row(text).status;
    let in_list = |text: &str, status: &str| ReadyOrder { status: Some(status.into()), ..listed(text, None) };
    // OktoPOS makes the list, takes its time to send it, and sets the status meanwhile.
    bench.pos.list(vec![in_list("a", "ready"), in_list("b", "cooking")]);
    bench.pos.readies([Reply::Slow(Duration::from_secs(4))]);
    let polls = bench.pos.polls();
    worker.until("the list is asked for", |_| bench.pos.polls() > polls).await;
    desk.request_status(&id("a"), "done", None).await.unwrap();
    assert_eq!(desk.wait_status(&id("a"), LONG).await.unwrap().row.status.as_deref(), Some("done"));
    assert_eq!(status("b").as_deref(), Some("ready"), "the list is not there yet");
    worker.until("the list is there", |_| status("b").as_deref() == Some("cooking")).await;
    assert_eq!((bench.pos.polls(), status("a").as_deref()), (polls + 1, Some("done")));
    assert!(!bench.journal.events("a").contains(&EventKind::StatusSeen));
    // What the next list says was asked for afterwards, and counts.
    worker.until("the next list", |_| bench.pos.polls() == polls + 2).await;
    worker.until("it counts", |_| status("a").as_deref() == Some("ready")).await;
}

#[tokio::test(start_paused = true)]
async fn while_an_answer_is_waited_for_changes_are_still_told() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Slow(Duration::from_secs(60))]);
    bench.pos.readies([Reply::Slow(Duration::from_secs(60))]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    worker.until("under way", |worker| worker.told("a").last() == Some(&"sending")).await;
    place(&desk, &["b"]).await;
    desk.cancel(&id("b")).await.unwrap();
    place(&desk, &["c"]).await;
    let is_told = |worker: &mut Running| worker.outbox.waiting == 2 && worker.told("b").last() == Some(&"cancelled");
    let took = worker.until("told", is_told).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(settled(&desk, &["a", "b", "c"]).await, ["accepted", "cancelled", "accepted"]);
    assert_eq!(bench.pos.calls(), ["create a", "create c"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_happens_between_polls_while_nothing_is_to_do() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("settled in", |_| bench.pos.polls() == 2).await;
    sleep(Duration::from_secs(1)).await;
    let journal = &bench.journal;
    let counts = [&journal.outbox_reads, &journal.tallies, &journal.rows_read];
    let count = || counts.map(|count| count.load(std::sync::atomic::Ordering::SeqCst));
    let (polls, reads) = (bench.pos.polls(), count());
    sleep(Duration::from_secs(100)).await;
    assert_eq!(bench.pos.polls() - polls, 20);
    assert_eq!(count(), reads, "where nothing was committed, nothing is read again");
}

/// Faults with a long queue show here as numbers: what is read, held and counted for it.
#[tokio::test(start_paused = true)]
async fn a_long_queue_is_read_in_parts_and_only_when_something_changed() {
    const QUEUED: u64 = 3_000;
    let bench = Bench::new();
    let desk = bench.desk();
    let orders: Vec<_> = (0..QUEUED).map(|n| crate::desk::testing::order(&format!("o{n:04}"))).collect();
    desk.place_all(&orders.iter().map(|order| (order, None)).collect::<Vec<_>>()).await.unwrap();
    bench.journal.is_alone.store(true, std::sync::atomic::Ordering::SeqCst);
    bench.pos.down(true);
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("counted", |worker| worker.outbox.orders == 3_000).await;
    let count = |count: &std::sync::atomic::AtomicU64| count.load(std::sync::atomic::Ordering::SeqCst);
    let journal = &bench.journal;
    let (heads, rows) = (count(&journal.heads_read), count(&journal.rows_read));
    assert!(heads <= 256, "{heads} heads were read to begin with");
    let attempts = bench.pos.calls().len();
    sleep(Duration::from_secs(600)).await;
    worker.drain();
    let attempts = (bench.pos.calls().len() - attempts) as u64;
    assert!(attempts >= 10, "it is tried again and again: {attempts}");
    assert_eq!(count(&journal.heads_read), heads, "and what waits is not read again for it");
    assert!(count(&journal.rows_read) - rows <= 4 * attempts, "{}", count(&journal.rows_read) - rows);
    assert!(count(&journal.tallies) <= 3 * attempts + 10, "{} of {attempts}", count(&journal.tallies));
    bench.pos.down(false);
    worker.until("drained", |worker| worker.outbox.waiting == 0).await;
    let heads = count(&journal.heads_read) - heads;
    assert!(heads <= QUEUED + QUEUED / 10, "each head is read once, or nearly so: {heads}");
    assert!(count(&journal.largest_page) <= 256, "{}", count(&journal.largest_page));
    assert_eq!(bench.pos.calls().last(), Some(&"create o2999".to_owned()));
}

/// The queue was left alone for a night: all of it is late, and the first that can be sent stands behind it.
#[tokio::test(start_paused = true)]
async fn what_is_held_in_front_of_a_queue_keeps_nothing_waiting() {
    let bench = Bench::new();
    let desk = bench.desk();
    let late: Vec<_> = (0..1_500).map(|n| crate::desk::testing::order(&format!("l{n:04}"))).collect();
    desk.place_all(&late.iter().map(|order| (order, None)).collect::<Vec<_>>()).await.unwrap();
    for order in &late {
        bench.journal.readdress(order.order_id.as_str(), "https://old.test/v1/");
    }
    place(&desk, &["now"]).await;
    desk.request_status(&id("now"), "done", None).await.unwrap();
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("sent", |worker| worker.outbox.waiting == 0 && worker.outbox.held_in_all == 1_500).await;
    assert_eq!(
        bench.pos.calls().iter().filter(|call| !call.starts_with("ready")).count(),
        2,
        "the order and its status"
    );
    assert_eq!((worker.outbox.held.len(), worker.outbox.needs_person), (1_000, 1_500), "the first of them are named");
    let reads = || bench.journal.outbox_reads.load(std::sync::atomic::Ordering::SeqCst);
    // What was written last is looked at once more.
    sleep(Duration::from_secs(10)).await;
    let before = reads();
    sleep(Duration::from_secs(100)).await;
    assert_eq!(reads(), before, "and they are not looked through again and again");
}

#[tokio::test(start_paused = true)]
async fn a_failed_poll_says_the_connection_once() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.down(true);
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.until("three polls", |_| bench.pos.polls() == 3).await;
    sleep(Duration::from_millis(10)).await;
    worker.drain();
    assert_eq!(worker.beats, 3, "ages go on, and no frame is drawn twice: {:?}", worker.connections);
}

#[tokio::test(start_paused = true)]
async fn a_frontend_that_is_gone_stops_nothing() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    worker.receiver.close();
    place(&desk, &["a", "b"]).await;
    assert_eq!(settled(&desk, &["a", "b"]).await, ["accepted", "accepted"]);
}

#[tokio::test(start_paused = true)]
async fn a_full_channel_does_not_keep_the_program_from_ending() {
    let bench = Bench::new();
    let desk = bench.desk();
    let (sender, _full) = mpsc::channel(1);
    let shutdown = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(desk.worker(Arc::new(TestLock::default()), sender).run(shutdown.clone()));
    place(&desk, &["a", "b", "c"]).await;
    sleep(Duration::from_secs(60)).await;
    shutdown.cancel();
    timeout(Duration::from_secs(2), tasks.join_next()).await.expect("it ends").unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_broken_sender_is_reported() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Panic]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a"]).await;
    let is_reported = |worker: &mut Running| {
        worker.others.iter().any(|event| matches!(event, DeskEvent::SenderStopped { reason } if &**reason == "planted"))
    };
    worker.until("reported", is_reported).await;
    worker.tasks.join_next().await.unwrap().unwrap();
    assert_eq!(bench.journal.delivery("a"), Delivery::Sending, "the next start makes it unknown");
}

#[tokio::test(start_paused = true)]
async fn an_answer_within_the_grace_is_recorded_at_the_end() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates([Reply::Slow(Duration::from_secs(1))]);
    let mut worker = Running::start(&desk, &TestLock::default());
    place(&desk, &["a", "b"]).await;
    worker.until("under way", |_| bench.journal.delivery("a") == Delivery::Sending).await;
    worker.stop().await;
    assert_eq!(bench.journal.delivery("a").word(), "accepted");
    assert_eq!(bench.journal.delivery("b"), Delivery::Queued, "nothing new is begun");
}

#[tokio::test(start_paused = true)]
async fn a_row_of_lost_answers_does_not_make_every_order_a_question() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.creates(std::iter::repeat_n(Reply::Bad(lost()), 3));
    bench.pos.readies(std::iter::repeat_n(Reply::Bad(lost()), 12));
    let _worker = Running::start(&desk, &TestLock::default());
    let all = ["a", "b", "c", "d", "e"];
    place(&desk, &all).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(bench.pos.calls().len(), 3, "then the outbox waits");
    assert_eq!(settled(&desk, &all).await, ["unknown", "unknown", "unknown", "accepted", "accepted"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_ready_list_is_told_and_no_outage() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.readies([Reply::Bad(rejected(404))]);
    let mut worker = Running::start(&desk, &TestLock::default());
    worker
        .until("told", |worker| worker.others.iter().any(|event| matches!(event, DeskEvent::ReadyRefused { .. })))
        .await;
    let last = worker.connections.last();
    assert!(matches!(last, Some(Connection::Failing { endpoint: Endpoint::Ready, .. })), "{last:?}");
    worker.until("listed", |worker| worker.others.iter().any(|event| matches!(event, DeskEvent::Ready { .. }))).await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_orders_are_told_in_order_and_once_sent() {
    let bench = Bench::new();
    let desk = bench.desk();
    let mut worker = Running::start(&desk, &TestLock::default());
    let names: Vec<String> = (0..100).map(|n| format!("order-{n:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    place(&desk, &names).await;
    let expected: Vec<String> = names.iter().map(|name| format!("create {name}")).collect();
    worker.until("sent", |_| bench.pos.handled().len() == 100).await;
    assert_eq!(bench.pos.handled(), expected);
    for name in names {
        worker.until(name, |worker| worker.told(name).last() == Some(&"accepted")).await;
        let changes: Vec<_> = worker.rows[&id(name)].iter().map(|row| row.changed_at).collect();
        assert!(changes.is_sorted(), "an older row never follows a younger one");
    }
}
