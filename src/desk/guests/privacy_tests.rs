//! Guests are forgotten when their time is over, by the program that sends, and at once on request.

use tokio::{sync::mpsc, task::JoinSet, time::sleep};

use super::*;
use crate::{
    desk::testing::*,
    domain::{
        draft::{Draft, field::Field},
        order::Customer,
        value::ids::InternalId,
    },
    ports::{
        Clock, Journal, SenderLock,
        journal::{EventKind, PersonDecision},
    },
};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn id(text: &str) -> OrderId {
    OrderId(text.into())
}

async fn place(desk: &Desk, name: &str, phone: &str) {
    let mut order = order(name);
    let text = |text: &str| Some(text.to_owned());
    order.customer = Some(Customer { family_name: text("Muster"), phone: text(phone), ..Customer::default() });
    desk.place(&order).await.unwrap();
}

/// Days pass in these tests: the ready list is seldom asked for.
fn patient() -> Bench {
    let mut bench = Bench::new();
    bench.settings.poll_interval = Duration::from_secs(3600);
    bench
}

fn has_guest(bench: &Bench, name: &str) -> bool {
    !bench.journal.row(name).who.is_empty()
}

/// The worker of one program.
fn start(desk: &Desk, lock: &TestLock) -> JoinSet<()> {
    let (events, mut received) = mpsc::channel(64);
    let mut tasks = JoinSet::new();
    tasks.spawn(desk.worker(Arc::new(lock.clone()), events).run(CancellationToken::new()));
    tasks.spawn(async move { while received.recv().await.is_some() {} });
    tasks
}

/// Takes an order to its last status.
async fn finish(bench: &Bench, desk: &Desk, name: &str) {
    let wait = Duration::from_secs(60);
    assert_eq!(desk.wait_settled(&[id(name)], wait).await.unwrap()[0].row.delivery.word(), "accepted");
    desk.request_status(&id(name), "completed", None).await.unwrap();
    desk.wait_status(&id(name), wait).await.unwrap();
    assert_eq!(bench.journal.row(name).status.as_deref(), Some("completed"));
}

#[tokio::test(start_paused = true)]
async fn guests_go_when_their_days_are_over_and_open_orders_keep_theirs() {
    let mut bench = patient();
    bench.settings.keeping.days = 3;
    let desk = bench.desk();
    let _tasks = start(&desk, &TestLock::default());
    place(&desk, "over", "040 1234").await;
    place(&desk, "open", "040 1234").await;
    finish(&bench, &desk, "over").await;
    sleep(DAY * 2).await;
    assert!(has_guest(&bench, "over"), "its days are not over");
    // Looked for once a day: three days, and what is left of the fourth.
    sleep(DAY * 5 / 2).await;
    assert!(!has_guest(&bench, "over"));
    assert_eq!(bench.journal.events("over").last(), Some(&EventKind::Forgotten));
    assert!(!bench.journal.body("over").contains("1234"));
    sleep(DAY * 20).await;
    assert!(has_guest(&bench, "open"), "it is not over");
    assert_eq!(bench.journal.events("over").iter().filter(|kind| **kind == EventKind::Forgotten).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_days_at_all_means_as_soon_as_the_order_is_over() {
    let mut bench = patient();
    bench.settings.keeping.days = 0;
    let desk = bench.desk();
    let _tasks = start(&desk, &TestLock::default());
    place(&desk, "a", "040 1234").await;
    finish(&bench, &desk, "a").await;
    sleep(Duration::from_secs(61)).await;
    assert!(!has_guest(&bench, "a"));
}

#[tokio::test(start_paused = true)]
async fn only_the_program_that_sends_forgets_and_it_starts_with_it() {
    let mut bench = patient();
    bench.settings.keeping.days = 0;
    let desk = bench.desk();
    place(&desk, "a", "040 1234").await;
    desk.cancel(&id("a")).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    let (lock, other) = (TestLock::default(), TestLock::default().other());
    let taken = lock.other();
    assert_eq!(taken.try_acquire(), Ok(true));
    let second = start(&desk, &lock);
    sleep(DAY * 3).await;
    assert!(has_guest(&bench, "a"), "it does not send");
    drop((second, other));
    taken.release();
    let _first = start(&bench.desk(), &taken);
    sleep(Duration::from_secs(31)).await;
    assert!(!has_guest(&bench, "a"));
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_is_tried_again_and_nobody_waits_for_it() {
    let mut bench = patient();
    bench.settings.keeping.days = 1;
    let desk = bench.desk();
    place(&desk, "a", "040 1234").await;
    desk.cancel(&id("a")).await.unwrap();
    bench.journal.fail("forget", 3);
    bench.journal.fail("erase", 1);
    let _tasks = start(&desk, &TestLock::default());
    place(&desk, "b", "040 1234").await;
    assert_eq!(desk.wait_settled(&[id("b")], DAY).await.unwrap()[0].row.delivery.word(), "accepted");
    sleep(DAY + DAY / 2).await;
    assert!(!has_guest(&bench, "a"));
}

#[tokio::test(start_paused = true)]
async fn a_guest_is_forgotten_by_number_and_what_is_open_is_named() {
    let bench = patient();
    let desk = bench.desk();
    bench.pos.creates([Reply::Good, Reply::Good, Reply::Good, Reply::Bad(lost())]);
    let tasks = start(&desk, &TestLock::default());
    for (name, phone) in
        [("over", "040 / 12 34"), ("ready", "+49 40 1234"), ("other", "040 9999"), ("lost", "0049401234")]
    {
        place(&desk, name, phone).await;
    }
    finish(&bench, &desk, "over").await;
    desk.wait_settled(&["ready", "other", "lost"].map(id), DAY).await.unwrap();
    drop(tasks);
    place(&desk, "queued", "0401234").await;
    let mut draft: Draft = serde_json::from_value(serde_json::json!({
        "order_id": "draft", "opened_at": "2026-07-01T10:00:00Z", "step": "items", "order_type": "PICKUP",
    }))
    .unwrap();
    draft.fields.insert(Field::Phone, "40 1234".into());
    desk.save_draft(&draft).await.unwrap();

    let report = desk.forget_customer("(040) 12-34", false).await.unwrap();
    assert_eq!(report.forgotten, [id("over")]);
    let mut open: Vec<_> = report.open.iter().map(|guest| (guest.order_id.as_str(), why_open(guest))).collect();
    open.sort_unstable();
    assert_eq!(open, [("lost", "to-be-decided"), ("queued", "not-sent"), ("ready", "status-not-final")]);
    assert_eq!(report.drafts, [id("draft")]);
    assert!(report.is_scrubbed);
    assert!(has_guest(&bench, "other") && has_guest(&bench, "lost"));

    let report = desk.forget_customer("040 1234", true).await.unwrap();
    assert_eq!(report.forgotten, [id("ready")]);
    assert!(bench.journal.body("queued").contains("0401234"), "what is to be sent is never touched");
    assert_eq!(report.open.len(), 2);

    bench
        .journal
        .decide(&id("lost"), &PersonDecision::Settle { internal_id: Some(InternalId(1)) }, bench.clock.now())
        .await
        .unwrap();
    desk.cancel(&id("queued")).await.unwrap();
    desk.discard_draft(&id("draft")).await.unwrap();
    let report = desk.forget_customer("040 1234", true).await.unwrap();
    assert_eq!((report.forgotten.len(), report.open.len(), report.drafts.len()), (2, 0, 0));
    assert_eq!(desk.forget_customer("040 1234", true).await.unwrap().forgotten, []);
    assert!(matches!(desk.forget_customer("nobody", false).await, Err(DeskError::Field { .. })));
}
