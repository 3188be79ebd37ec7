//! The use cases, without and with a worker.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    error::TimeProblem,
    event::{Halt, OutboxState},
    send::endpoint::Endpoint,
    testing::*,
    wait::Still,
    *,
};
use crate::{
    domain::{
        order::{Pickup, delivery::Delivery},
        shop::article::Article,
    },
    ports::JournalError,
};

const LONG: Duration = Duration::from_secs(3600);

fn id(text: &str) -> OrderId {
    OrderId(text.into())
}

fn with_pickup(local: &str, zone: &str) -> Order {
    let timestamp = Some(local.parse().unwrap());
    let pickup = Pickup { timestamp, timezone: Some(zone.into()), asap_delivery: Some(false), pickup_token: None };
    Order { pickup: Some(pickup), ..order("a") }
}

/// Runs a worker until the returned set is dropped.
fn run(desk: &Desk) -> JoinSet<()> {
    let (sender, _) = mpsc::channel(1);
    let mut tasks = JoinSet::new();
    tasks.spawn(desk.worker(Arc::new(TestLock::default()), sender).run(CancellationToken::new()));
    tasks
}

#[tokio::test(start_paused = true)]
async fn placing_freezes_the_json_and_the_due_time() {
    let bench = Bench::new();
    let desk = bench.desk();
    let order = with_pickup("2026-07-01T18:30:00", "Europe/Berlin");
    let row = desk.place(&order).await.unwrap();
    assert_eq!(row.due_at, Some("2026-07-01T16:30:00Z".parse().unwrap()));
    assert_eq!(row.delivery, Delivery::Queued);
    let entry = desk.outbox_page(0).await.unwrap().remove(0);
    assert_eq!(entry.base_url, BASE_URL);
    let body: Order = serde_json::from_str(&bench.journal.body("a")).unwrap();
    assert_eq!(body, order);
    let twice = Order { order_id: OrderId("b".into()), ..with_pickup("2027-10-31T02:30:00", "Europe/Berlin") };
    let first = Some("2027-10-31T00:30:00Z".parse().unwrap());
    assert_eq!(desk.place(&twice).await.unwrap().due_at, first, "a time that comes twice is the first of the two");
}

#[rstest]
#[case("2026-03-29T02:30:00", "Europe/Berlin", "pickup.timestamp", TimeProblem::Skipped)]
#[case("2026-10-25T02:30:00", "Mars/Olympus", "pickup.timezone", TimeProblem::UnknownZone)]
#[tokio::test(start_paused = true)]
async fn an_impossible_time_is_refused_before_anything_is_recorded(
    #[case] local: &str,
    #[case] zone: &str,
    #[case] field: &'static str,
    #[case] problem: TimeProblem,
) {
    let desk = Bench::new().desk();
    assert_eq!(desk.place(&with_pickup(local, zone)).await, Err(DeskError::Time { field, problem }));
    assert_eq!(desk.outbox_state().await, Ok(OutboxState::default()));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_recorded_is_not_said_to_be() {
    let bench = Bench::new();
    let desk = bench.desk();
    assert!(matches!(desk.place(&order(" ")).await, Err(DeskError::Field { field: "orderId", .. })));
    bench.journal.fail("place", 1);
    let full = DeskError::Journal(JournalError::Unwritable("disk full".into()));
    assert_eq!(desk.place(&order("a")).await, Err(full));
    assert_eq!(desk.outbox_page(0).await, Ok(vec![]));
    desk.place(&order("a")).await.unwrap();
    let twice = desk.place(&order("a")).await;
    assert!(matches!(twice, Err(DeskError::WrongState { delivery: "queued", .. })), "{twice:?}");
    assert_eq!(desk.outbox_page(0).await.unwrap().len(), 1, "double Enter is one order");
}

#[tokio::test(start_paused = true)]
async fn what_is_recorded_and_cannot_be_read_back_is_not_called_unsaved() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.journal.fail("order", 1);
    let unread = desk.place(&order("a")).await;
    assert!(matches!(unread, Err(DeskError::SavedUnread(_))), "{unread:?}");
    assert_eq!(desk.outbox_page(0).await.unwrap().len(), 1);
    bench.journal.fail("order", 1);
    assert!(matches!(desk.cancel(&id("a")).await, Err(DeskError::SavedUnread(_))));
    assert_eq!(bench.journal.delivery("a"), Delivery::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_waiting_order_is_taken_back_and_opened_or_neither() {
    let bench = Bench::new();
    let desk = bench.desk();
    let draft = |id: &str| -> Draft {
        serde_json::from_value(serde_json::json!({
            "order_id": id, "opened_at": "2026-07-01T12:00:00Z", "step": "review", "order_type": "PICKUP", "corrects": 1,
        }))
        .unwrap()
    };
    desk.place(&order("a")).await.unwrap();
    bench.journal.fail("decide", 1);
    assert!(desk.reopen(&draft("a")).await.is_err());
    assert_eq!((bench.journal.delivery("a"), desk.drafts().await.unwrap().here), (Delivery::Queued, vec![]));
    let row = desk.reopen(&draft("a")).await.unwrap();
    assert_eq!((row.delivery, desk.drafts().await.unwrap().here), (Delivery::Cancelled, vec![draft("a")]));
    assert_eq!(desk.outbox_page(0).await.unwrap(), []);
    assert!(matches!(desk.reopen(&draft("a")).await, Err(DeskError::WrongState { delivery: "cancelled", .. })));
}

#[tokio::test(start_paused = true)]
async fn an_order_is_found_by_either_id() {
    let bench = Bench::new();
    let desk = bench.desk();
    let _worker = run(&desk);
    desk.place(&order("a")).await.unwrap();
    desk.wait_settled(&[id("a")], LONG).await.unwrap();
    assert_eq!(desk.find("a").await, Ok(id("a")));
    assert_eq!(desk.find("100").await, Ok(id("a")));
    for nothing in ["b", "101"] {
        assert_eq!(desk.find(nothing).await, Err(DeskError::NotFound(id(nothing))));
    }
}

#[tokio::test(start_paused = true)]
async fn decisions_that_do_not_fit_change_nothing() {
    let desk = Bench::new().desk();
    desk.place(&order("a")).await.unwrap();
    assert!(matches!(desk.resend(&id("a")).await, Err(DeskError::WrongState { .. })));
    assert!(matches!(desk.settle(&id("a"), None).await, Err(DeskError::WrongState { .. })));
    assert_eq!(desk.cancel(&id("a")).await.unwrap().delivery, Delivery::Cancelled);
    assert!(matches!(desk.request_status(&id("a"), "done", None).await, Err(DeskError::WrongState { .. })));
    assert!(matches!(desk.request_status(&id("a"), " ", None).await, Err(DeskError::Field { field: "status", .. })));
    assert_eq!(desk.cancel(&id("b")).await, Err(DeskError::NotFound(id("b"))));
    assert_eq!(desk.outbox_page(0).await, Ok(vec![]));
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_time_is_up_or_nothing_will_happen() {
    let bench = Bench::new();
    let desk = bench.desk();
    desk.place(&order("a")).await.unwrap();
    let began = tokio::time::Instant::now();
    let waited = desk.wait_settled(&[id("a")], Duration::from_secs(9)).await.unwrap();
    assert_eq!(waited[0].still, Some(Still::Waiting));
    assert_eq!(began.elapsed().as_secs(), 9);
    let state = desk.wait_drained(Duration::from_secs(9)).await.unwrap();
    assert_eq!((state.waiting, state.halted), (1, None));
    bench.pos.creates([Reply::Bad(key_refused()), Reply::Bad(key_refused())]);
    bench.pos.readies(std::iter::repeat_n(Reply::Bad(key_refused()), 9));
    let worker = run(&desk);
    let state = desk.wait_drained(LONG).await.unwrap();
    assert_eq!((state.waiting, state.halted), (1, Some(Halt::KeyRefused { endpoint: Endpoint::Create })));
    drop(worker);
    let _worker = run(&bench.desk());
    let elsewhere = desk.wait_drained(LONG).await.unwrap();
    assert_eq!(elsewhere.waiting, 1, "what this program's own sender saw last is believed");
    let state = bench.desk().wait_drained(LONG).await.unwrap();
    assert_eq!(state, OutboxState::default(), "the sender of another program is waited for by the journal alone");
}

#[tokio::test(start_paused = true)]
async fn another_programs_sender_takes_what_this_one_records() {
    let bench = Bench::new();
    let (desk, other) = (bench.desk(), bench.desk());
    let _worker = run(&other);
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.place(&order("a")).await.unwrap();
    let began = tokio::time::Instant::now();
    let waited = desk.wait_settled(&[id("a")], LONG).await.unwrap();
    assert_eq!((waited[0].row.delivery.word(), &waited[0].still), ("accepted", &None));
    assert!(began.elapsed() <= Duration::from_secs(6), "its next poll finds it: {:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn orders_from_elsewhere_get_their_status_at_once_and_unrecorded() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.statuses([Reply::Good, Reply::Bad(rejected(404))]);
    desk.set_foreign_status(InternalId(9), "done", Some("fetched")).await.unwrap();
    let refused = desk.set_foreign_status(InternalId(9), "done", None).await;
    assert_eq!(refused, Err(DeskError::ForeignStatus(rejected(404))));
    assert_eq!(bench.pos.calls(), ["status 9 done"; 2]);
}

fn article(id: i64) -> Article {
    Article {
        id,
        number: id.to_string().into(),
        name: "Pizza".into(),
        group: "Pizza".into(),
        unit: "Stück".into(),
        prices: Arc::new([]),
        barcode: None,
        price_can_change: false,
    }
}

fn articles(from: i64, count: i64) -> Vec<Article> {
    (from..from + count).map(article).collect()
}

#[rstest]
#[case::one_page(vec![articles(1, 7)], Ok(7))]
#[case::three_pages(vec![articles(1, 500), articles(501, 500), articles(1001, 3)], Ok(1003))]
#[case::full_last_page(vec![articles(1, 500), articles(501, 500)], Ok(1000))]
#[case::everything_at_once(vec![articles(1, 1200), articles(1, 1200)], Ok(1200))]
#[case::the_same_page_for_ever(vec![articles(1, 500); 9], Ok(500))]
#[case::repeated_articles(vec![vec![article(1), article(1), article(2)]], Ok(2))]
#[case::nothing(vec![vec![]], Err(DeskError::CatalogEmpty))]
#[tokio::test(start_paused = true)]
async fn the_catalog_is_read_to_its_end(#[case] pages: Vec<Vec<Article>>, #[case] expected: Result<usize, DeskError>) {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.pages(pages);
    let mut seen = Vec::new();
    assert_eq!(desk.sync_catalog(None, |count| seen.push(count)).await.map(|synced| synced.articles.len()), expected);
    let (copy, made) = desk.articles().await.unwrap();
    assert_eq!((copy.len(), made.is_some()), (expected.clone().unwrap_or(0), expected.is_ok()));
    assert!(seen.is_sorted() && *seen.last().unwrap() == copy.len());
}

#[tokio::test(start_paused = true)]
async fn a_catalog_that_never_ends_leaves_the_copy_as_it_was() {
    let bench = Bench::new();
    let desk = bench.desk();
    bench.pos.pages(vec![articles(1, 2)]);
    desk.sync_catalog(None, |_| ()).await.unwrap();
    bench.pos.pages((0..401).map(|page| articles(1 + page * 500, 500)).collect());
    assert_eq!(desk.sync_catalog(None, |_| ()).await, Err(DeskError::CatalogEndless(200_000)));
    assert_eq!(desk.articles().await.unwrap().0.len(), 2);
}

#[test]
fn the_default_policy_is_the_manuals() {
    let settings = Settings::new("Europe/Berlin");
    #[rustfmt::skip]
    let Policy {
        repeated, retry_503, backoff_base, backoff_cap, key_probe, key_probe_cap, throttle, throttle_cap,
    } = settings.policy.clone();
    assert!(!retry_503);
    assert_eq!(repeated, send::outbox::RepeatedOrderId::Unknown);
    let millis =
        [backoff_base, backoff_cap, key_probe, key_probe_cap, throttle, throttle_cap].map(|wait| wait.as_millis());
    assert_eq!(millis, [500, 30_000, 30_000, 300_000, 5_000, 300_000]);
    assert_eq!(settings.poll_interval, Duration::from_secs(5));
}
