//! Tables and properties of the planner and the pace.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    desk::{
        send::pause::Pause,
        testing::{BASE_URL, key_refused, lost, not_sent, rejected},
    },
    domain::value::ids::OrderId,
};
use RepeatedOrderId::{Conflict, SameOrder, Unknown};

const SECOND: Duration = Duration::from_secs(1);

fn wall() -> Timestamp {
    Timestamp::from_second(1_000_000).unwrap()
}

fn now(monotonic: Duration) -> Now<'static> {
    Now { base_url: BASE_URL, wall: wall(), monotonic }
}

fn create(seq: i64, id: &str, delivery: Delivery) -> OutboxEntry {
    OutboxEntry {
        seq,
        order_id: OrderId(id.into()),
        internal_id: delivery.internal_id(),
        delivery,
        task: Task::Create,
        base_url: BASE_URL.into(),
        attempts: 0,
        queued_at: wall(),
        due_at: None,
        not_before: None,
    }
}

fn queued(seq: i64, id: &str) -> OutboxEntry {
    create(seq, id, Delivery::Queued)
}

fn status(seq: i64, id: &str, delivery: Delivery) -> OutboxEntry {
    let task = Task::SetStatus { status: "done".into(), reason: None };
    OutboxEntry { task, ..create(seq, id, delivery) }
}

fn accepted(id: i64) -> Delivery {
    Delivery::Accepted { internal_id: Some(InternalId(id)) }
}

fn throttled(after: Option<u64>) -> PosError {
    PosError::Throttled { after: after.map(Duration::from_secs), is_proven: true }
}

fn policy(repeated: RepeatedOrderId) -> Policy {
    Policy { repeated, ..Policy::default() }
}

/// `requeued`, `accepted`, ... and what it says about the next attempts.
fn words(decision: &Decision) -> (&'static str, Signal) {
    let word = match (&decision.settled, &decision.then) {
        (Settled::Requeued { .. }, None) => "requeued",
        (Settled::Again { .. }, None) => "again",
        (Settled::Accepted { internal_id: InternalId(7) }, None) => "accepted 7",
        (Settled::StatusSet, None) => "status set",
        (Settled::Rejected { .. }, None) => "rejected",
        (Settled::Unknown { .. }, None) => "unknown",
        (Settled::Unknown { .. }, Some(PersonDecision::Settle { internal_id: None })) => "accepted without id",
        other => panic!("{other:?}"),
    };
    (word, decision.signal)
}

#[rstest]
#[case::good(Ok(Answer::Created(InternalId(7))), "accepted 7", Signal::Answered)]
#[case::foreign_answer(Ok(Answer::StatusSet), "unknown", Signal::Doubt)]
#[case::not_sent(Err(not_sent()), "requeued", Signal::Outage)]
#[case::rejected(Err(rejected(400)), "rejected", Signal::Answered)]
#[case::conflict(Err(rejected(409)), "rejected", Signal::Answered)]
#[case::key(Err(key_refused()), "requeued", Signal::KeyRefused)]
#[case::throttled(Err(throttled(None)), "requeued", Signal::Throttled(Duration::from_secs(5)))]
#[case::throttled_short(Err(throttled(Some(0))), "requeued", Signal::Throttled(SECOND))]
#[case::throttled_long(Err(throttled(Some(9999))), "requeued", Signal::Throttled(Duration::from_secs(300)))]
#[case::lost(Err(lost()), "unknown", Signal::Doubt)]
fn what_becomes_of_a_create(#[case] outcome: Outcome, #[case] word: &str, #[case] signal: Signal) {
    for may_be_there in [false, true] {
        let entry = OutboxEntry { attempts: 3, ..queued(1, "a") };
        assert_eq!(words(&plan(&entry, may_be_there, &outcome, &policy(Unknown))), (word, signal));
    }
}

#[rstest]
#[case::lost(Err(lost()), false, "again", Signal::RetryEntry)]
#[case::foreign_answer(Ok(Answer::StatusSet), false, "again", Signal::RetryEntry)]
#[case::first_conflict(Err(rejected(409)), false, "rejected", Signal::Answered)]
#[case::own_conflict(Err(rejected(409)), true, "accepted without id", Signal::Answered)]
#[case::rejected(Err(rejected(400)), true, "rejected", Signal::Answered)]
#[case::not_sent(Err(not_sent()), true, "requeued", Signal::Outage)]
fn what_becomes_of_a_create_that_may_be_repeated(
    #[case] outcome: Outcome,
    #[case] may_be_there: bool,
    #[case] word: &str,
    #[case] signal: Signal,
    #[values(SameOrder, Conflict)] repeated: RepeatedOrderId,
) {
    // An attempt that never left counts among the attempts and says nothing.
    let entry = OutboxEntry { attempts: 3, ..queued(1, "a") };
    assert_eq!(words(&plan(&entry, may_be_there, &outcome, &policy(repeated))), (word, signal));
}

#[rstest]
#[case::good(Ok(Answer::StatusSet), "status set", Signal::Answered)]
#[case::foreign_answer(Ok(Answer::Created(InternalId(7))), "again", Signal::RetryEntry)]
#[case::not_sent(Err(not_sent()), "requeued", Signal::Outage)]
#[case::rejected(Err(rejected(400)), "rejected", Signal::Answered)]
#[case::conflict(Err(rejected(409)), "rejected", Signal::Answered)]
#[case::key(Err(key_refused()), "requeued", Signal::KeyRefused)]
#[case::throttled(Err(throttled(Some(9))), "requeued", Signal::Throttled(Duration::from_secs(9)))]
#[case::lost(Err(lost()), "again", Signal::RetryEntry)]
fn what_becomes_of_a_status_change(
    #[case] outcome: Outcome,
    #[case] word: &str,
    #[case] signal: Signal,
    #[values(Unknown, SameOrder, Conflict)] repeated: RepeatedOrderId,
) {
    let entry = OutboxEntry { attempts: 2, ..status(1, "a", accepted(7)) };
    assert_eq!(words(&plan(&entry, true, &outcome, &policy(repeated))), (word, signal));
}

fn pick(entries: &[OutboxEntry]) -> Next {
    next(entries, &Pace::default(), &now(Duration::ZERO))
}

#[test]
fn a_status_change_waits_for_its_order_and_for_the_change_before_it() {
    let unknown = Delivery::Unknown { reason: "lost".into() };
    let rejected = Delivery::Rejected { reason: "no".into() };
    assert_eq!(pick(&[]), Next::Idle);
    assert_eq!(pick(&[queued(1, "a"), status(2, "a", Delivery::Queued)]), Next::Send(1));
    for delivery in [Delivery::Queued, Delivery::Sending, unknown.clone(), rejected] {
        assert_eq!(pick(&[status(2, "a", delivery)]), Next::Idle);
    }
    assert_eq!(pick(&[status(2, "a", accepted(7)), status(3, "a", accepted(7))]), Next::Send(2));
    assert_eq!(pick(&[status(2, "a", unknown), queued(3, "b")]), Next::Send(3));
    let blind = Delivery::Accepted { internal_id: None };
    assert!(matches!(pick(&[status(2, "a", blind)]), Next::Refuse { seq: 2, reason } if reason.contains("id")));
    assert!(matches!(pick(&[status(2, "a", Delivery::Cancelled)]), Next::Refuse { seq: 2, .. }));
}

#[test]
fn an_order_that_is_sent_again_goes_before_the_changes_that_waited_for_it() {
    let entries = [status(1, "a", Delivery::Queued), queued(2, "a")];
    assert_eq!(pick(&entries), Next::Send(2));
    let due_at = wall() - jiff::SignedDuration::from_secs(1);
    let late = [status(1, "a", Delivery::Queued), queued(2, "a")];
    let late = late.map(|entry| OutboxEntry { due_at: Some(due_at), ..entry });
    assert_eq!(pick(&late), Next::Idle);
    for entry in &late {
        assert_eq!(held(entry, &now(Duration::ZERO)), Some(Held::DuePassed { due_at }), "its change as well");
    }
}

#[test]
fn an_order_that_needs_a_person_anyway_is_not_held_besides() {
    let unknown = Delivery::Unknown { reason: "lost".into() };
    let entry = OutboxEntry { base_url: "https://old.test/".into(), ..status(1, "a", unknown) };
    assert_eq!(held(&entry, &now(Duration::ZERO)), None);
}

#[test]
fn held_orders_are_named_and_passed_over() {
    let late = OutboxEntry { due_at: Some(wall() - jiff::SignedDuration::from_secs(1)), ..queued(1, "late") };
    let elsewhere = OutboxEntry { base_url: "https://old.test/".into(), ..queued(2, "elsewhere") };
    let timely = OutboxEntry { due_at: Some(wall()), ..queued(3, "timely") };
    let doubtful = status(4, "doubtful", Delivery::Unknown { reason: "lost".into() });
    let change = OutboxEntry { due_at: late.due_at, ..status(5, "late", Delivery::Queued) };
    let entries = [late.clone(), change, elsewhere, timely, doubtful];
    assert_eq!(pick(&entries), Next::Send(3));
    let held: Vec<_> = entries.iter().map(|entry| held(entry, &now(Duration::ZERO))).collect();
    let address = Held::OtherAddress { base_url: "https://old.test/".into(), now: now(Duration::ZERO).base_url.into() };
    let passed = Some(Held::DuePassed { due_at: late.due_at.unwrap() });
    assert_eq!(held, [passed.clone(), passed, Some(address), None, None]);
}

#[test]
fn no_connection_stops_everything_and_a_call_that_is_answered_lets_it_go_on() {
    let (entries, policy) = ([queued(1, "a"), queued(2, "b")], Policy::default());
    let mut pace = Pace::default();
    let mut waits = Vec::new();
    for _ in 0..9 {
        pace.note(1, Endpoint::Create, Signal::Outage, &policy, u32::MAX, SECOND);
        let Next::WaitUntil(until) = next(&entries, &pace, &now(SECOND)) else { panic!("{pace:?}") };
        assert_eq!(next(&entries, &pace, &now(until)), Next::Send(1));
        waits.push((until - SECOND).as_millis());
    }
    assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    assert_eq!(pace.halt(SECOND), None, "an outage is shown as the connection");
    pace.connected();
    assert_eq!(next(&entries, &pace, &now(SECOND)), Next::Send(1));
}

#[test]
fn one_doubt_stops_nothing_and_a_row_of_them_is_an_outage() {
    let (entries, policy) = ([queued(9, "z")], Policy::default());
    let mut pace = Pace::default();
    for seq in 1..=2 {
        pace.note(seq, Endpoint::Create, Signal::Doubt, &policy, u32::MAX, SECOND);
        assert_eq!(next(&entries, &pace, &now(SECOND)), Next::Send(9));
    }
    pace.note(3, Endpoint::Create, Signal::Doubt, &policy, u32::MAX, SECOND);
    assert_eq!(next(&entries, &pace, &now(SECOND)), Next::WaitUntil(SECOND + policy.backoff_base));
    pace.note(4, Endpoint::Create, Signal::Answered, &policy, u32::MAX, SECOND);
    assert_eq!(next(&entries, &pace, &now(SECOND)), Next::Send(9));
}

#[test]
fn an_entry_that_is_tried_again_lets_the_others_pass() {
    let (entries, policy) =
        ([status(1, "a", accepted(7)), status(2, "a", accepted(7)), queued(3, "b")], Policy::default());
    let mut pace = Pace::default();
    pace.note(1, Endpoint::Create, Signal::RetryEntry, &policy, u32::MAX, SECOND);
    assert_eq!(next(&entries, &pace, &now(SECOND)), Next::Send(3), "and not the later change of the same order");
    assert_eq!(next(&entries[..2], &pace, &now(SECOND)), Next::WaitUntil(SECOND + policy.backoff_base));
    assert_eq!(next(&entries, &pace, &now(SECOND + policy.backoff_base)), Next::Send(1));
}

/// What is done now: `send 1`, or how many seconds everything stands still for a refused key.
fn done(entries: &[OutboxEntry], pace: &Pace, at: Duration) -> String {
    match next(entries, pace, &now(at)) {
        Next::Halted { halt: Halt::KeyRefused { endpoint }, until } => {
            format!("{endpoint:?} refused {}", (until - at).as_secs())
        }
        Next::Send(seq) => format!("send {seq}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_refused_key_halts_until_an_order_is_taken() {
    let (entries, policy) = ([queued(1, "a")], Policy::default());
    let refused = Some(Halt::KeyRefused { endpoint: Endpoint::Create });
    let mut pace = Pace::default();
    for wait in [30, 60, 120, 240, 300, 300] {
        pace.note(1, Endpoint::Create, Signal::KeyRefused, &policy, 0, SECOND);
        assert_eq!(done(&entries, &pace, SECOND), format!("Create refused {wait}"));
        pace.connected();
        assert_eq!(
            done(&entries, &pace, SECOND),
            format!("Create refused {wait}"),
            "a good poll says nothing of orders"
        );
        let over = SECOND * (wait + 1);
        assert_eq!(done(&entries, &pace, over), "send 1");
        assert_eq!(pace.halt(over), refused, "it counts as refused while it is tried");
    }
    pace.key_changed();
    assert_eq!((done(&entries, &pace, SECOND), pace.halt(SECOND)), ("send 1".into(), refused.clone()));
    pace.note(1, Endpoint::Create, Signal::KeyRefused, &policy, 0, SECOND);
    pace.told();
    assert_eq!((done(&entries, &pace, SECOND), pace.halt(SECOND)), ("send 1".into(), refused));
    pace.note(1, Endpoint::Create, Signal::Answered, &policy, 0, SECOND);
    assert_eq!(pace.halt(SECOND), None);
    pace.note(1, Endpoint::Create, Signal::KeyRefused, &policy, 0, SECOND);
    assert_eq!(done(&entries, &pace, SECOND), "Create refused 30", "an answer starts the count anew");
}

#[test]
fn a_refused_key_is_tried_with_one_order_and_in_turn_with_another() {
    let (entries, policy) = ([queued(1, "a"), queued(2, "b"), queued(3, "c")], Policy::default());
    let (mut pace, mut at, mut tried) = (Pace::default(), SECOND, Vec::new());
    for _ in 0..7 {
        let Next::Send(seq) = next(&entries, &pace, &now(at)) else { panic!("{pace:?}") };
        tried.push(seq);
        pace.note(seq, Endpoint::Create, Signal::KeyRefused, &policy, 0, at);
        let Next::Halted { until, .. } = next(&entries, &pace, &now(at)) else { panic!("{pace:?}") };
        at = until;
    }
    assert_eq!(tried, [1, 2, 3, 1, 2, 3, 1]);
}

#[test]
fn an_order_that_is_always_refused_holds_up_no_other() {
    let (mut entries, policy) = (vec![queued(1, "a"), queued(2, "b"), queued(3, "c")], Policy::default());
    let mut pace = Pace::default();
    pace.note(1, Endpoint::Create, Signal::KeyRefused, &policy, 0, SECOND);
    let at = SECOND * 31;
    assert_eq!(done(&entries, &pace, at), "send 2");
    pace.note(2, Endpoint::Create, Signal::Answered, &policy, 0, at);
    entries.retain(|entry| entry.seq != 2);
    assert_eq!(done(&entries, &pace, at), "send 1", "the key is accepted again");
    pace.note(1, Endpoint::Create, Signal::KeyRefused, &policy, 0, at);
    assert_eq!((done(&entries, &pace, at), pace.halt(at)), ("send 3".into(), None), "it is this order alone");
    assert_eq!(done(&entries[..1], &pace, at), format!("{:?}", Next::WaitUntil(at + SECOND * 60)));
    // A key that is withdrawn now is noticed with the next order all the same.
    pace.note(3, Endpoint::Create, Signal::KeyRefused, &policy, 0, at);
    assert_eq!(done(&entries, &pace, at), "Create refused 30");
}

#[test]
fn a_good_status_says_nothing_of_orders_and_a_refused_status_stops_no_order_that_is_taken() {
    let policy = Policy::default();
    let entries = [status(1, "a", accepted(7)), queued(2, "b"), queued(3, "c")];
    let mut pace = Pace::default();
    pace.note(2, Endpoint::Create, Signal::KeyRefused, &policy, 0, SECOND);
    pace.note(1, Endpoint::Status, Signal::Answered, &policy, 0, SECOND);
    assert_eq!(done(&entries, &pace, SECOND), "Create refused 30");
    assert_eq!(done(&entries, &pace, SECOND * 40), "send 3", "an order is tried, and not the status");
    assert_eq!(done(&entries[..1], &pace, SECOND * 40), "send 1");

    let mut pace = Pace::default();
    pace.note(1, Endpoint::Status, Signal::KeyRefused, &policy, 0, SECOND);
    assert_eq!(done(&entries, &pace, SECOND), "Status refused 30", "nobody knows yet what it means for orders");
    assert_eq!(done(&entries, &pace, SECOND * 40), "send 2");
    pace.note(2, Endpoint::Create, Signal::Answered, &policy, 0, SECOND * 40);
    pace.note(1, Endpoint::Status, Signal::KeyRefused, &policy, 0, SECOND * 40);
    assert_eq!(done(&entries, &pace, SECOND * 41), "send 2", "orders go on");
    assert_eq!(pace.halt(SECOND * 41), Some(Halt::KeyRefused { endpoint: Endpoint::Status }), "and it is told");
}

#[test]
fn a_good_status_ends_no_row_of_lost_orders() {
    let (entries, policy) = ([queued(9, "z"), status(10, "y", accepted(7))], Policy::default());
    let mut pace = Pace::default();
    for seq in 1..=3 {
        pace.note(seq, Endpoint::Create, Signal::Doubt, &policy, u32::MAX, SECOND);
        pace.note(seq, Endpoint::Status, Signal::Answered, &policy, u32::MAX, SECOND);
    }
    assert_eq!(done(&entries, &pace, SECOND), "send 10");
    assert_eq!(next(&entries[..1], &pace, &now(SECOND)), Next::WaitUntil(SECOND + policy.backoff_base));
}

#[test]
fn throttling_and_a_failing_journal_halt() {
    let (entries, policy) = ([queued(1, "a")], Policy::default());
    let mut pace = Pace::default();
    let pause = Pause::new(BASE_URL, wall(), SECOND * 9);
    pace.note(1, Endpoint::Create, Signal::Throttled(SECOND * 9), &policy, 0, SECOND);
    pace.paused(Some((pause.clone(), SECOND * 9)), SECOND);
    pace.connected();
    pace.note(1, Endpoint::Status, Signal::Answered, &policy, 0, SECOND);
    // By a wall clock that was set meanwhile there is more of it left.
    pace.paused(Some((pause.clone(), SECOND * 9)), SECOND * 5);
    let (until, halt) = (SECOND * 10, Halt::Throttled { until: pause.until });
    assert_eq!(next(&entries, &pace, &now(SECOND)), Next::Halted { halt: halt.clone(), until });
    assert_eq!((pace.halt(SECOND), pace.halt(until)), (Some(halt), None));
    assert_eq!(next(&entries, &pace, &now(until)), Next::Send(1));
    let mut ended = pace.clone();
    ended.told();
    assert_eq!(next(&entries, &ended, &now(SECOND)), Next::Send(1), "a person does not wait");
    ended = pace.clone();
    ended.paused(None, SECOND);
    assert_eq!(next(&entries, &ended, &now(SECOND)), Next::Send(1), "nor did one in another program");

    let until = pace.journal_failed("disk full".into(), &policy, u32::MAX, until);
    let halt = Halt::Journal { reason: "disk full".into() };
    assert_eq!(next(&entries, &pace, &now(SECOND * 10)), Next::Halted { halt: halt.clone(), until });
    assert_eq!(pace.halt(until), Some(halt), "until it works again");
    pace.journal_works();
    assert_eq!(next(&entries, &pace, &now(SECOND * 10)), Next::Send(1));
}

fn any_delivery() -> impl Strategy<Value = Delivery> {
    prop_oneof![
        Just(Delivery::Queued),
        Just(Delivery::Sending),
        Just(accepted(7)),
        Just(Delivery::Accepted { internal_id: None }),
        Just(Delivery::Rejected { reason: "no".into() }),
        Just(Delivery::Unknown { reason: "lost".into() }),
        Just(Delivery::Cancelled),
    ]
}

fn any_entries() -> impl Strategy<Value = Vec<OutboxEntry>> {
    let deliveries = proptest::collection::vec(any_delivery(), 4);
    let rows = proptest::collection::vec((0..4usize, any::<bool>(), any::<bool>(), 0..3i64), 0..12);
    (deliveries, rows).prop_map(|(deliveries, rows)| {
        let row = |(seq, (order, is_create, is_here, due)): (i64, (usize, bool, bool, i64))| {
            let (id, delivery) = (order.to_string(), deliveries[order].clone());
            let entry = if is_create { create(seq, &id, delivery) } else { status(seq, &id, delivery) };
            let base_url = if is_here { BASE_URL } else { "https://old.test/" };
            let due_at = (due > 0).then(|| wall() + jiff::SignedDuration::from_secs(2 * due - 3));
            OutboxEntry { base_url: base_url.into(), due_at, ..entry }
        };
        (1..).zip(rows).map(row).collect()
    })
}

fn any_signal() -> impl Strategy<Value = Signal> {
    prop_oneof![
        Just(Signal::Answered),
        Just(Signal::Doubt),
        Just(Signal::RetryEntry),
        Just(Signal::RetrySlowly),
        Just(Signal::Outage),
        Just(Signal::KeyRefused),
        (1..400u64).prop_map(|seconds| Signal::Throttled(Duration::from_secs(seconds))),
    ]
}

#[test]
fn a_status_that_may_be_taken_back_waits_alone_and_not_for_a_clock_that_was_set() {
    let at = |seconds: i64| Some(wall() + jiff::SignedDuration::from_secs(seconds));
    let held = |seq, id: &str, seconds| OutboxEntry { not_before: at(seconds), ..status(seq, id, accepted(7)) };
    let (pace, now) = (Pace::default(), now(SECOND));
    let until = now.monotonic + Duration::from_secs(5);
    assert_eq!(next(&[held(1, "a", 5)], &pace, &now), Next::WaitUntil(until));
    assert_eq!(next(&[held(1, "a", 5), status(2, "b", accepted(8))], &pace, &now), Next::Send(2));
    assert_eq!(
        next(&[held(1, "a", 5), held(2, "a", 0)], &pace, &now),
        Next::WaitUntil(until),
        "no later one overtakes it"
    );
    for over in [0, -1, 61, 3_600] {
        assert_eq!(next(&[held(1, "a", over)], &pace, &now), Next::Send(1), "{over}");
    }
}

proptest! {
    #[test]
    fn backoff_stays_within_its_bounds(failures in any::<u32>(), random in any::<u32>()) {
        let policy = Policy::default();
        let wait = backoff(failures, random, &policy);
        prop_assert!(wait <= policy.backoff_cap);
        prop_assert!(failures > 1 || wait <= policy.backoff_base);
        prop_assert!(wait <= backoff(failures, u32::MAX, &policy));
        prop_assert_eq!(backoff(failures, 0, &policy), Duration::ZERO);
    }

    #[test]
    fn only_what_may_be_sent_is_sent(
        entries in any_entries(),
        signals in proptest::collection::vec((0..12i64, any::<bool>(), any_signal()), 0..6),
        at in 0..40u64,
    ) {
        let mut pace = Pace::default();
        for (seq, is_create, signal) in signals {
            let endpoint = if is_create { Endpoint::Create } else { Endpoint::Status };
            pace.note(seq, endpoint, signal, &Policy::default(), u32::MAX, Duration::ZERO);
        }
        let now = now(Duration::from_secs(at));
        let next = next(&entries, &pace, &now);
        if let Next::WaitUntil(until) | Next::Halted { until, .. } = &next {
            prop_assert!(*until > now.monotonic, "a wait that is over would spin");
        }
        let Next::Send(seq) = next else { return Ok(()) };
        let entry = entries.iter().find(|entry| entry.seq == seq).unwrap();
        prop_assert_eq!(pace.blocked(now.monotonic), None);
        prop_assert_eq!(pace.blocked_at(Endpoint::of(&entry.task), now.monotonic), None);
        prop_assert!(pace.entry_until(seq).is_none_or(|until| until <= now.monotonic));
        prop_assert_eq!(&entry.base_url, BASE_URL);
        let is_change = |entry: &OutboxEntry| matches!(entry.task, Task::SetStatus { .. });
        let mut of_it = entries.iter().filter(|other| other.order_id == entry.order_id);
        let first = of_it.find(|other| !is_change(other) || !other.delivery.waits()).unwrap();
        prop_assert_eq!(first.seq, seq, "of one order the first comes first");
        match entry.task {
            Task::Create => {
                prop_assert_eq!(&entry.delivery, &Delivery::Queued);
                prop_assert!(entry.due_at.is_none_or(|due_at| due_at >= wall()));
            }
            Task::SetStatus { .. } => prop_assert!(entry.delivery.internal_id().is_some()),
        }
        prop_assert_eq!(held(entry, &now), None);
        prop_assert!(is_sendable(entry, &now));
    }
}

/// When it is due and when OktoPOS answered, in seconds after each other; 0 for "not known".
#[rstest]
#[case::too_near(119, true, false, "rejected", Signal::Answered)]
#[case::past(-600, true, false, "rejected", Signal::Answered)]
#[case::too_near_with_the_setting(119, true, true, "rejected", Signal::Answered)]
#[case::far_enough(120, true, false, "unknown", Signal::Doubt)]
#[case::soon_as_possible(0, true, false, "unknown", Signal::Doubt)]
#[case::no_clock(119, false, false, "unknown", Signal::Doubt)]
#[case::with_the_setting(120, true, true, "requeued", Signal::RetrySlowly)]
#[case::no_clock_with_the_setting(119, false, true, "requeued", Signal::RetrySlowly)]
fn what_a_503_comes_to(
    #[case] due: i64,
    #[case] has_clock: bool,
    #[case] retry_503: bool,
    #[case] word: &str,
    #[case] signal: Signal,
) {
    let due_at = (due != 0).then(|| wall() + SignedDuration::from_secs(due));
    let outcome = Err(PosError::Unavailable { reason: Clean::new("busy"), at: has_clock.then(wall) });
    let policy = Policy { retry_503, ..Policy::default() };
    let create = OutboxEntry { due_at, ..queued(1, "a") };
    assert_eq!(words(&plan(&create, false, &outcome, &policy)), (word, signal));
    let status = OutboxEntry { due_at, ..status(2, "a", accepted(7)) };
    assert_eq!(
        words(&plan(&status, false, &outcome, &policy)),
        ("again", Signal::RetrySlowly),
        "a status is set again"
    );
}

#[test]
fn one_that_oktopos_is_too_busy_for_is_tried_more_slowly_each_time() {
    let (entries, policy) = ([queued(1, "a")], Policy::default());
    let (mut pace, mut at) = (Pace::default(), SECOND);
    for wait in [30, 60, 120, 240, 300, 300] {
        pace.note(1, Endpoint::Create, Signal::RetrySlowly, &policy, 0, at);
        assert_eq!(next(&entries, &pace, &now(at)), Next::WaitUntil(at + SECOND * wait));
        at += SECOND * wait;
        assert_eq!(next(&entries, &pace, &now(at)), Next::Send(1));
    }
    pace.note(1, Endpoint::Create, Signal::RetrySlowly, &policy, 0, at);
    pace.told();
    assert_eq!(next(&entries, &pace, &now(at)), Next::Send(1), "a person does not wait");
}

#[test]
fn the_history_says_that_it_was_the_key() {
    let reason = |said: &str| {
        let outcome = Err(PosError::KeyRefused { code: 403, reason: Clean::new(said), is_proven: true });
        match plan(&queued(1, "a"), false, &outcome, &Policy::default()).settled {
            Settled::Requeued { reason } => reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason("no message"), "the API key is refused");
    assert_eq!(reason("Forbidden"), "the API key is refused: Forbidden");
}

#[rstest]
#[case::key(PosError::KeyRefused { code: 403, reason: Clean::new("no"), is_proven: false }, Signal::KeyRefused)]
#[case::throttled(PosError::Throttled { after: None, is_proven: false }, Signal::Throttled(Duration::from_secs(5)))]
fn what_anything_on_the_way_may_have_said_is_counted(#[case] error: PosError, #[case] signal: Signal) {
    let status = status(1, "a", accepted(7));
    for entry in [queued(1, "a"), status] {
        let decision = plan(&entry, false, &Err(error.clone()), &Policy::default());
        assert!(matches!(decision.settled, Settled::NotTaken { .. }), "{decision:?}");
        assert_eq!(decision.signal, signal);
    }
}
