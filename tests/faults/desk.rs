//! The same faults under a whole desk: taking orders never waits for the network, it goes on by itself, and in the end
//! every order is where the journal says it is.

use std::time::Duration;

use jiff::{SignedDuration, tz::TimeZone};
use oktodesk::{
    desk::{
        event::Halt,
        send::{endpoint::Endpoint, outbox::Policy},
    },
    ports::journal::EventKind,
};
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    house::{Habits, House, PATIENCE, id},
    matrix::{DEADLINE, Fault, Outcome},
    order::order,
    proxy::{At, Plan, Toxic},
};

/// Nothing that is typed may wait for the network; the disk of a busy machine may take its time.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Every fault that a connection can have, on its own house, all at once.
async fn under_every_fault<F>(play: impl Fn(House, Fault) -> F) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let faults: Vec<Fault> = Fault::all().into_iter().filter(|fault| *fault != Fault::Down).collect();
    let mut houses = Vec::new();
    for fault in &faults {
        let total_timeout = if fault.waits() { DEADLINE } else { PATIENCE };
        let house = House::new(Habits { total_timeout, ..Habits::default() }).await;
        house.place(&["before"]).await;
        houses.push((house, *fault));
    }
    let mut playing = JoinSet::new();
    for (house, fault) in houses {
        house.until(&["before"], "accepted").await;
        playing.spawn(play(house, fault));
    }
    while let Some(played) = playing.join_next().await {
        played.unwrap();
    }
    faults.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_under_every_fault_arrives_once_or_waits_for_a_person() {
    let cells = under_every_fault(|house, fault| async move {
        house.proxy.plan(fault.plan().only("order/create", 1));
        house.place(&["cell", "after"]).await;
        house.until(&["after"], "accepted").await;
        let (outcome, is_handled) = fault.expected();
        let mut sent = 3;
        if outcome == Outcome::Unknown && !is_handled {
            house.until(&["cell"], "unknown").await;
            assert!(house.world().of("cell").is_empty(), "{fault:?}");
            assert_eq!(house.proxy.relayed_to("order/create").len(), 3, "{fault:?}: not sent again by itself");
            house.desk.resend(&id("cell")).await.unwrap();
            sent += 1;
        }
        // Handled: the answer says so, or the ready list does.
        house.until(&["cell"], "accepted").await;
        house.expect_nothing_lost_and_nothing_twice(&["before", "cell", "after"]).await;
        assert_eq!(house.proxy.relayed_to("order/create").len(), sent, "{fault:?}");
        let record = house.desk.order(&id("cell")).await.unwrap();
        let was_unknown = record.events.iter().any(|event| event.kind == EventKind::Unknown);
        match outcome {
            Outcome::Done => assert!(!was_unknown, "{fault:?}"),
            Outcome::Unknown => assert!(was_unknown, "{fault:?}: {:?}", record.events),
            Outcome::DoneOrUnknown | Outcome::NotSent => {}
        }
        house.end().await;
    })
    .await;
    assert!(cells >= 50, "{cells}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_quick_status_changes_under_every_fault_arrive_in_order() {
    let cells = under_every_fault(|house, fault| async move {
        house.proxy.plan(fault.plan().only("order/status", 1));
        let before = id("before");
        for status in ["in_preparation", "prepared"] {
            let row = house.desk.request_status(&before, status, None).await.unwrap();
            assert_eq!(row.pending_status.as_deref(), Some(status), "{fault:?}: not shown as done before it is");
        }
        let waited = house.desk.wait_status(&before, PATIENCE).await.unwrap();
        assert_eq!((waited.row.status.as_deref(), &waited.row.status_problem), (Some("prepared"), &None), "{fault:?}");
        let mut set: Vec<String> =
            house.world().orders[0].status_changes.iter().map(|change| change.status.clone()).collect();
        let times = set.len();
        set.dedup();
        assert_eq!(set, ["in_preparation", "prepared"], "{fault:?}");
        // A status is absolute: one that may have been set is set again, and nothing else is.
        let (outcome, is_handled) = fault.expected();
        let again = usize::from(outcome == Outcome::Unknown && is_handled);
        if outcome != Outcome::DoneOrUnknown {
            assert_eq!(times, 2 + again, "{fault:?}");
        }
        house.end().await;
    })
    .await;
    assert!(cells >= 50, "{cells}");
}

#[tokio::test]
async fn an_outage_blocks_nobody_and_ends_at_once_when_the_connection_is_back() {
    // Waiting for the next attempt would take an hour: the poll has to notice.
    let hour = Duration::from_secs(3600);
    let policy = Policy { backoff_base: hour, backoff_cap: hour, ..Policy::default() };
    let mut house = House::new(Habits { policy, ..Habits::default() }).await;
    let ids = ["a", "b", "c", "d", "e"];
    for round in 0..3 {
        let ids: Vec<String> = ids.iter().map(|id| format!("{id}{round}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        house.proxy.down().await;
        let slowest = house.place(&ids).await;
        assert!(slowest < AT_ONCE, "{slowest:?}");
        house.tried(ids[0]).await;
        house.until(&ids, "queued").await;
        assert_eq!(house.desk.outbox_state().await.unwrap().waiting, ids.len());
        house.proxy.up();
        house.until(&ids, "accepted").await;
        house.expect_nothing_lost_and_nothing_twice(&ids).await;
        let received: Vec<String> = house.world().orders.iter().map(|order| order.order_id().to_owned()).collect();
        assert!(received.ends_with(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()), "{received:?}");
    }
    assert_eq!(house.world().orders.len(), 15);
    house.end().await;
}

#[tokio::test]
async fn half_a_batch_fails_and_the_network_drops_again_and_again() {
    let mut house = House::new(Habits::default()).await;
    let ids: Vec<String> = (0..16).map(|n| format!("o{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    // So slow that the drop hits the middle of the batch, most often the middle of a call.
    house.proxy.plan(Plan::request(Toxic::Latency(Duration::from_millis(15))).only("order/create", usize::MAX));
    house.proxy.down().await;
    house.place(&ids).await;
    for received in [2, 5, 9, 12] {
        house.proxy.up();
        // What was under way when the line dropped may not have arrived; a person sends it again.
        house.settle_the_unclear(&ids).await;
        let began = Instant::now();
        while house.world().orders.len() < received && !house.has_unclear(&ids).await {
            assert!(began.elapsed() < PATIENCE, "never {received}");
            sleep(Duration::from_millis(2)).await;
        }
        house.proxy.down().await;
        house.expect_nothing_lost_and_nothing_twice(&ids).await;
    }
    house.proxy.up();
    // The call that was cut last may be recorded as unclear a moment later.
    let began = Instant::now();
    while house.world().orders.len() < ids.len() {
        assert!(began.elapsed() < PATIENCE, "some never arrive");
        house.settle_the_unclear(&ids).await;
        sleep(Duration::from_millis(2)).await;
    }
    house.until(&ids, "accepted").await;
    house.expect_nothing_lost_and_nothing_twice(&ids).await;
    assert_eq!(house.world().orders.len(), ids.len());
    house.end().await;
}

#[tokio::test]
async fn while_a_call_hangs_orders_are_taken_read_and_changed() {
    let house = House::new(Habits::default()).await;
    house.proxy.plan(Plan::response(Toxic::BlackHole(At::Nothing)));
    house.place(&["hangs"]).await;
    house.until(&["hangs"], "sending").await;
    let slowest = house.place(&["b", "c", "d"]).await;
    assert!(slowest < AT_ONCE, "{slowest:?}");
    let began = Instant::now();
    house.desk.request_status(&id("b"), "in_preparation", None).await.unwrap();
    house.desk.cancel(&id("c")).await.unwrap();
    assert_eq!(house.desk.outbox_page(0).await.unwrap().len(), 4, "hangs, b and its status, d");
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    house.until(&["b", "d"], "queued").await;
    assert_eq!(house.row("hangs").await.delivery.word(), "sending");
    // Ends within the grace, and what hung is unknown.
    let began = Instant::now();
    house.end().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_unclear_order_is_found_however_often_the_ready_list_breaks_first() {
    for toxic in [
        Toxic::Cut(At::Nothing),
        Toxic::Cut(At::AllButOne),
        Toxic::Reset(At::Body),
        Toxic::SlowClose(At::Headers, Duration::from_millis(20)),
    ] {
        let house = House::new(Habits::default()).await;
        house.proxy.plan(Plan::response(Toxic::Cut(At::Nothing)).only("order/create", 1));
        house.place(&["a"]).await;
        house.until_relayed("order/create", 1).await;
        house.proxy.plan(Plan::response(toxic).only("order/ready", 5));
        house.until(&["a"], "accepted").await;
        house.expect_nothing_lost_and_nothing_twice(&["a"]).await;
        house.end().await;
    }
}

#[tokio::test]
async fn a_key_refused_from_now_on_halts_everything_and_loses_nothing() {
    let house = House::new(Habits::default()).await;
    house.place(&["before"]).await;
    house.until(&["before"], "accepted").await;
    for refusal in ["403", "403e", "401e"] {
        house.sandbox.set_faults(refusal.parse().unwrap());
        let [a, b] = [0, 1].map(|n| format!("{refusal}-{n}"));
        assert!(house.place(&[&a, &b]).await < AT_ONCE);
        house.desk.request_status(&id("before"), "in_preparation", None).await.unwrap();
        house.tried(&a).await;
        house.until_halted(&Halt::KeyRefused { endpoint: Endpoint::Create }).await;
        house.until(&[&a, &b], "queued").await;
        assert_eq!(house.desk.outbox_state().await.unwrap().waiting, 3, "two orders and a status");
        house.sandbox.set_faults("".parse().unwrap());
        // Who has mended the key says so; nobody has to wait for the next look.
        house.desk.wake().await;
        house.until(&[&a, &b], "accepted").await;
        house.desk.wait_status(&id("before"), PATIENCE).await.unwrap();
        assert_eq!(house.desk.outbox_state().await.unwrap().halted, None);
        for text in [&a, &b] {
            assert_eq!(house.world().of(text).len(), 1, "{text}");
        }
    }
    house.end().await;
}

#[tokio::test]
async fn the_same_503_refuses_an_order_or_leaves_it_open() {
    let house = House::new(Habits::default()).await;
    house.sandbox.set_faults("create:503e@1,create:503@2".parse().unwrap());
    let soon = house.desk.clock().now() + SignedDuration::from_secs(60);
    let pickup = json!({ "timestamp": soon.to_zoned(TimeZone::UTC).datetime(), "timezone": "UTC" });
    let mut order = order("too-late");
    order["pickup"] = pickup;
    house.desk.place(&serde_json::from_value(order).unwrap()).await.unwrap();
    house.place(&["outage", "fine"]).await;
    house.until(&["too-late"], "rejected").await;
    house.until(&["outage"], "unknown").await;
    house.until(&["fine"], "accepted").await;
    let attempts = house.world().attempts_of;
    assert_eq!(attempts.values().sum::<u64>(), 3, "neither is sent again by itself: {attempts:?}");
    assert_eq!(house.desk.outbox_state().await.unwrap().needs_person, 2);
    house.end().await;
}

#[tokio::test]
async fn a_503_of_oktopos_itself_leaves_an_order_open_or_is_tried_again_with_the_setting() {
    for retry_503 in [false, true] {
        let policy = Policy { retry_503, key_probe: Duration::from_millis(300), ..Policy::default() };
        let house = House::new(Habits { policy, ..Habits::default() }).await;
        house.sandbox.set_faults("create:503e@1".parse().unwrap());
        house.place(&["busy"]).await;
        house.until(&["busy"], if retry_503 { "accepted" } else { "unknown" }).await;
        assert_eq!(house.world().attempts_of["busy"], if retry_503 { 2 } else { 1 });
        house.end().await;
    }
}

/// A call may take 40 seconds, and an answer after 30 is a good one: here six seconds of eight.
#[tokio::test]
async fn an_answer_that_takes_three_quarters_of_the_time_is_a_good_one() {
    // Without a poll in between, which would find the order in the ready list first.
    let hour = Duration::from_secs(3600);
    let habits = Habits { total_timeout: Duration::from_secs(8), poll_interval: hour, ..Habits::default() };
    let house = House::new(habits).await;
    let late = Toxic::Latency(Duration::from_secs(3));
    house.proxy.plan(Plan { request: late, ..Plan::response(late).only("order/create", 1) });
    house.place(&["slow"]).await;
    house.until(&["slow"], "accepted").await;
    house.expect_nothing_lost_and_nothing_twice(&["slow"]).await;
    let record = house.desk.order(&id("slow")).await.unwrap();
    assert!(record.events.iter().all(|event| event.kind != EventKind::SeenReady), "{:?}", record.events);
    house.end().await;
}

impl House {
    /// Waits until this order was tried and waits again.
    async fn tried(&self, text: &str) {
        let began = Instant::now();
        loop {
            let row = self.row(text).await;
            if row.attempts > 0 && row.delivery.word() == "queued" {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "never tried: {row:?}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn until_halted(&self, halt: &Halt) {
        let began = Instant::now();
        while self.desk.outbox_state().await.unwrap().halted.as_ref() != Some(halt) {
            assert!(began.elapsed() < PATIENCE, "never halted");
            sleep(Duration::from_millis(2)).await;
        }
    }

    async fn until_relayed(&self, path: &str, times: usize) {
        let began = Instant::now();
        while self.proxy.relayed_to(path).len() < times {
            assert!(began.elapsed() < PATIENCE, "never sent");
            sleep(Duration::from_millis(2)).await;
        }
    }

    async fn has_unclear(&self, ids: &[&str]) -> bool {
        for text in ids {
            if self.row(text).await.delivery.word() == "unknown" {
                return true;
            }
        }
        false
    }

    /// Sends what is unclear and did not leave whole again, as a person does who looked at OktoPOS.
    async fn settle_the_unclear(&self, ids: &[&str]) {
        for text in ids {
            if self.row(text).await.delivery.word() != "unknown" {
                continue;
            }
            let named = format!("\"orderId\":\"{text}\"");
            let arrives = self.proxy.relayed_to("order/create").iter().any(|relayed| {
                relayed.is_whole() && relayed.sent.windows(named.len()).any(|window| window == named.as_bytes())
            });
            if !arrives {
                self.desk.resend(&id(text)).await.unwrap();
            }
            self.until(&[text], "accepted").await;
        }
    }
}
