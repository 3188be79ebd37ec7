//! The life of an order by tables, and by properties of random lives.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    draft::Draft,
    order::OrderType,
    value::{ids::OrderId, reason::Reason},
};

const BASE: &str = "https://pos.example/v1";
const ELSEWHERE: &str = "https://elsewhere.example/v1";
const CREATE: i64 = 1;
const STATUS: i64 = 2;

fn placing() -> Placing {
    let corrects = Some(Revision(CREATE));
    Placing { first_status: "ready".into(), base_url: BASE.into(), notes: Vec::new(), corrects }
}

fn sender(fence: u64) -> Sender {
    Sender { name: format!("desk {fence}"), since: None, fence }
}

fn next(life: &Life, happening: Happening<'_>) -> Next {
    match life.apply(happening) {
        Ok(Step::Next(next)) => *next,
        other => panic!("{happening:?} of {life:?}: {other:?}"),
    }
}

fn after(life: &Life, happening: Happening<'_>, seq: i64) -> Life {
    next(life, happening).numbered(seq)
}

fn queued() -> Life {
    Life::first(&placing()).numbered(CREATE)
}

fn sending() -> Life {
    let by = sender(1);
    after(&queued(), Happening::AttemptBegun { seq: CREATE, base_url: BASE, by: &by }, 0)
}

fn answered(life: &Life, settled: &Settled) -> Life {
    after(life, Happening::Answered { seq: CREATE, fence: 1, settled }, 0)
}

fn accepted(id: i64) -> Settled {
    Settled::Accepted { internal_id: InternalId(id) }
}

fn requeued() -> Settled {
    Settled::Requeued { reason: "down".into() }
}

fn not_taken() -> Settled {
    Settled::NotTaken { reason: "throttled".into() }
}

fn again() -> Settled {
    Settled::Again { reason: "reset".into() }
}

fn rejected() -> Settled {
    Settled::Rejected { reason: "closed".into() }
}

fn unknown() -> Settled {
    Settled::Unknown { reason: "timeout".into() }
}

fn decided(life: &Life, decision: &PersonDecision) -> Life {
    after(life, Happening::Decided(decision), 9)
}

fn seen(life: &Life, id: Option<i64>, status: Option<&str>) -> Life {
    let seen = Seen { internal_id: id.map(InternalId), status: status.map(str::to_owned) };
    after(life, Happening::SeenReady(&seen), 0)
}

fn asked(life: &Life, status: &str) -> Life {
    after(life, Happening::StatusAsked(StatusAsk::now(status, None)), STATUS)
}

/// An order in every standing it can have.
fn standings() -> Vec<(&'static str, Life)> {
    let unclear = answered(&sending(), &unknown());
    let refused = answered(&sending(), &rejected());
    let taken_back = decided(&queued(), &PersonDecision::Cancel);
    vec![
        ("queued", queued()),
        ("sending", sending()),
        ("accepted", answered(&sending(), &accepted(7))),
        ("accepted without id", decided(&unclear, &PersonDecision::Settle { internal_id: None })),
        ("unknown", unclear),
        ("rejected stray", seen(&refused, Some(5), None)),
        ("rejected", refused),
        ("cancelled stray", seen(&taken_back, None, Some("cooking"))),
        ("cancelled", taken_back),
    ]
}

/// What the table says of each standing, in the sequence of `standings`: the delivery it then has, `-` where it is refused,
/// `=` where it is already so.
fn expect(what: &str, happening: Happening<'_>, row: [&str; 9]) {
    for ((name, life), expected) in standings().into_iter().zip(row) {
        let got = match life.apply(happening) {
            Ok(Step::Next(next)) => next.life.delivery.word(),
            Ok(Step::AlreadySo) => "=",
            Err(refusal) => {
                let standing = Standing::from(&life.delivery);
                let is_named =
                    [standing, Standing::Gone, Standing::BeingSent, Standing::Stray].contains(&refusal.standing);
                assert!(is_named, "{what} of {name}: {refusal}");
                "-"
            }
        };
        assert_eq!(got, expected, "{what} of an order that is {name}");
    }
}

#[test]
fn every_transition_of_the_table() {
    const ACC: &str = "accepted";
    let by = sender(1);
    let place = placing();
    // Columns: queued, sending, accepted, accepted without id, unknown, rejected stray, rejected, cancelled stray, cancelled.
    expect("placing", Happening::Placed(&place), ["-", "-", "-", "-", "-", "-", "queued", "-", "queued"]);
    let begin = Happening::AttemptBegun { seq: CREATE, base_url: BASE, by: &by };
    expect("begin", begin, ["sending", "-", "-", "-", "-", "-", "-", "-", "-"]);
    expect("program ended", Happening::ProgramEnded, ["=", "unknown", "=", "=", "=", "=", "=", "=", "="]);
    let status = Happening::StatusAsked(StatusAsk::now("done", None));
    expect("status", status, ["queued", "sending", ACC, ACC, "-", "-", "-", "-", "-"]);
    let answers: [(Settled, [&str; 9]); 7] = [
        (not_taken(), ["queued", "queued", ACC, ACC, "unknown", "-", "-", "-", "-"]),
        (requeued(), ["queued", "queued", ACC, ACC, "unknown", "-", "-", "-", "-"]),
        (again(), ["queued", "queued", ACC, ACC, "unknown", "-", "-", "-", "-"]),
        (accepted(9), [ACC, ACC, ACC, ACC, ACC, "-", "-", "-", "-"]),
        (Settled::StatusSet, ["-", "-", "-", "-", "-", "-", "-", "-", "-"]),
        (rejected(), ["rejected", "rejected", ACC, ACC, "rejected", "-", "-", "-", "-"]),
        (unknown(), ["unknown", "unknown", ACC, ACC, "unknown", "-", "-", "-", "-"]),
    ];
    for (settled, row) in &answers {
        expect(&format!("{settled:?}"), Happening::Answered { seq: CREATE, fence: 1, settled }, *row);
    }
    let settle = |id: Option<i64>| PersonDecision::Settle { internal_id: id.map(InternalId) };
    let readdress =
        |id: Option<i64>| PersonDecision::Readdress { base_url: ELSEWHERE.into(), internal_id: id.map(InternalId) };
    let decisions: [(PersonDecision, [&str; 9]); 7] = [
        (PersonDecision::Resend, ["-", "-", "-", "-", "queued", "-", "-", "-", "-"]),
        (settle(None), ["-", "-", "-", "-", ACC, ACC, "-", ACC, "-"]),
        (settle(Some(3)), ["-", "-", "-", ACC, ACC, ACC, "-", ACC, "-"]),
        (PersonDecision::Cancel, ["cancelled", "-", "-", "-", "-", "-", "cancelled", "-", "-"]),
        (PersonDecision::DropStatus, ["-", "-", "-", "-", "-", "-", "-", "-", "-"]),
        (PersonDecision::WithdrawStatus { status: "done".into() }, ["-", "-", "-", "-", "-", "-", "-", "-", "-"]),
        (readdress(None), ["queued", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ];
    for (decision, row) in &decisions {
        expect(&format!("{decision:?}"), Happening::Decided(decision), *row);
    }
    let over = ["done".to_owned()];
    let forget = |over| Happening::GuestForgotten { over };
    expect("forgetting", forget(Some(&over[..])), ["-", "-", "-", "-", "-", "-", "-", "-", "cancelled"]);
    expect("forgetting by name", forget(None), ["-", "-", ACC, ACC, "-", "-", "-", "-", "cancelled"]);
}

#[test]
fn the_ready_list_of_every_standing() {
    let list = |id: Option<i64>, status: Option<&str>| Seen {
        internal_id: id.map(InternalId),
        status: status.map(str::to_owned),
    };
    const ACC: &str = "accepted";
    let nothing_new = list(Some(7), None);
    let row = [ACC, ACC, "=", ACC, ACC, "=", "rejected", "cancelled", "cancelled"];
    expect("seen", Happening::SeenReady(&nothing_new), row);
    let cooking = list(None, Some("cooking"));
    let row = [ACC, ACC, ACC, ACC, ACC, "rejected", "rejected", "=", "cancelled"];
    expect("seen cooking", Happening::SeenReady(&cooking), row);
    for (name, life) in standings() {
        let first = seen(&life, Some(70), Some("cooking elsewhere"));
        let again = list(Some(70), Some("cooking elsewhere"));
        assert_eq!(first.apply(Happening::SeenReady(&again)), Ok(Step::AlreadySo), "{name}: told once");
        assert!(first.internal_id().is_some(), "{name}");
        assert!(life.internal_id().is_none() || life.internal_id() == first.internal_id(), "{name}: an id stays");
    }
}

#[test]
fn an_attempt_begins_once_and_where_it_is_bound() {
    let by = sender(3);
    let begin = |life: &Life, seq, base_url, by: &Sender| {
        life.apply(Happening::AttemptBegun { seq, base_url, by }).map(drop).map_err(|refusal| refusal.standing)
    };
    let life = queued();
    assert_eq!(begin(&life, CREATE, ELSEWHERE, &by), Err(Standing::BoundElsewhere));
    assert_eq!(begin(&life, CREATE + 1, BASE, &by), Err(Standing::Gone));
    let begun = next(&life, Happening::AttemptBegun { seq: CREATE, base_url: BASE, by: &by });
    assert_eq!((begun.life.attempts, &begun.life.sender), (1, &by));
    assert_eq!(begun.events, [Noted::plain(EventKind::Attempt, "1")]);
    let life = begun.numbered(0);
    assert_eq!(begin(&life, CREATE, BASE, &by), Err(Standing::BeingSent));
    let life = after(&life, Happening::Answered { seq: CREATE, fence: 3, settled: &requeued() }, 0);
    assert_eq!(begin(&life, CREATE, BASE, &sender(2)), Err(Standing::TakenOver), "a program that was replaced");
    assert_eq!(begin(&life, CREATE, BASE, &sender(4)), Ok(()));
}

#[test]
fn a_late_answer_is_never_a_step_back() {
    let arrived = seen(&sending(), None, Some("cooking"));
    for settled in [requeued(), not_taken(), again(), rejected(), unknown()] {
        let late = answered(&arrived, &settled);
        assert_eq!(late, arrived, "{settled:?} is kept in the history alone");
    }
    assert_eq!(answered(&arrived, &accepted(4)).internal_id(), Some(InternalId(4)));
    let known = answered(&arrived, &accepted(4));
    assert_eq!(answered(&known, &accepted(5)).internal_id(), Some(InternalId(4)), "the first id stays");
    let other = Happening::Answered { seq: CREATE + 8, fence: 1, settled: &accepted(1) };
    assert_eq!(arrived.apply(other).unwrap_err().standing, Standing::Gone);
}

#[test]
fn an_answer_of_a_program_that_was_replaced_takes_nothing_from_its_successor() {
    let requeued = answered(&sending(), &requeued());
    let by = sender(2);
    let successor = after(&requeued, Happening::AttemptBegun { seq: CREATE, base_url: BASE, by: &by }, 0);
    for settled in [again(), rejected(), unknown()] {
        assert_eq!(answered(&successor, &settled), successor, "{settled:?}");
    }
    let arrived = answered(&successor, &accepted(4));
    assert_eq!(arrived.delivery, Delivery::Accepted { internal_id: Some(InternalId(4)) });
    assert_eq!(arrived.waiting, []);
}

#[test]
fn what_was_under_way_when_the_program_ended() {
    let life = asked(&sending(), "done");
    let ended = next(&life, Happening::ProgramEnded);
    assert_eq!((ended.life.delivery.word(), ended.life.may_have_arrived), ("unknown", true));
    assert_eq!(ended.outbox, [OutboxChange::Leaves(CREATE)], "the status waits, it was not under way");
    let life = asked(&answered(&sending(), &accepted(7)), "done");
    let by = sender(1);
    let life = after(&life, Happening::AttemptBegun { seq: STATUS, base_url: BASE, by: &by }, 0);
    let ended = next(&life, Happening::ProgramEnded);
    assert_eq!((ended.life.delivery.word(), ended.events[0].kind), ("accepted", EventKind::Again));
    assert!(!ended.life.waiting[0].is_sending, "a status is sent again");
}

#[test]
fn only_what_is_not_there_is_placed_again() {
    let refused = asked(&sending(), "done");
    let refused = next(&refused, Happening::Answered { seq: CREATE, fence: 1, settled: &rejected() });
    let kinds: Vec<_> = refused.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Rejected, EventKind::StatusRefused]);
    let refused = refused.numbered(0);
    let corrected = Placing { base_url: ELSEWHERE.into(), first_status: "new".into(), ..placing() };
    let placed = next(&refused, Happening::Placed(&corrected));
    assert_eq!(placed.events[0].kind, EventKind::Corrected);
    assert_eq!(placed.joins(), Some(&Work::Create));
    let placed = placed.numbered(30);
    assert_eq!((placed.create_seq, placed.waiting[0].base_url.as_str(), placed.attempts), (30, ELSEWHERE, 1));
    let stray = seen(&refused, None, None);
    assert_eq!(
        stray.apply(Happening::Placed(&corrected)),
        Err(Refusal { standing: Standing::Stray, action: Action::PlaceAgain })
    );
}

/// Two desks have one order open: what one of them confirmed is not replaced by what the other still shows.
#[test]
fn only_what_was_seen_as_it_is_is_placed_again() {
    let refused = Err(Refusal { standing: Standing::Cancelled, action: Action::PlaceAgain });
    let place = |life: &Life, corrects: Option<i64>| {
        let placing = Placing { corrects: corrects.map(Revision), ..placing() };
        life.apply(Happening::Placed(&placing)).map(drop)
    };
    let cancel = |life: &Life| decided(life, &PersonDecision::Cancel);
    let first = cancel(&queued());
    for unseen in [None, Some(CREATE - 1), Some(CREATE + 1)] {
        assert_eq!(place(&first, unseen), refused, "{unseen:?}");
        assert_eq!(first.may_be_draft(unseen.map(Revision)).unwrap_err().standing, Standing::Cancelled);
    }
    assert_eq!((place(&first, Some(CREATE)), first.may_be_draft(Some(Revision(CREATE)))), (Ok(()), Ok(())));
    let second = cancel(&after(&first, Happening::Placed(&placing()), 30));
    assert_eq!(second.revision(), Revision(30));
    assert_eq!(place(&second, Some(CREATE)), refused, "another desk corrected it since");
    assert_eq!(place(&second, Some(30)), Ok(()));
}

#[test]
fn only_what_was_seen_as_it_is_is_taken_back() {
    let reopen = |corrects: Option<i64>| {
        let draft = Draft {
            corrects: corrects.map(Revision),
            ..Draft::new(OrderId("a".into()), Timestamp::UNIX_EPOCH, OrderType::Pickup)
        };
        let draft = Box::new(OpenDraft { draft, desk: None });
        let next = queued().apply(Happening::Decided(&PersonDecision::Reopen { draft }));
        next.map(|step| matches!(step, Step::Next(next) if next.draft.is_some()))
    };
    assert_eq!(reopen(Some(CREATE)), Ok(true));
    for unseen in [None, Some(CREATE + 1)] {
        assert_eq!(reopen(unseen), Err(Refusal { standing: Standing::Queued, action: Action::TakeBack }));
    }
}

#[test]
fn status_changes_are_set_refused_and_given_up() {
    let life = asked(&answered(&sending(), &accepted(7)), "done");
    let settle =
        |life: &Life, settled: &Settled| after(life, Happening::Answered { seq: STATUS, fence: 1, settled }, 0);
    let set = settle(&life, &Settled::StatusSet);
    assert_eq!((set.status.as_deref(), set.waiting.len()), (Some("done"), 0));
    let refused = settle(&life, &rejected());
    assert_eq!(refused.status_problem.as_deref(), Some("done: closed"));
    assert_eq!(decided(&refused, &PersonDecision::DropStatus).status_problem, None);
    for settled in [requeued(), again(), unknown()] {
        assert_eq!(settle(&life, &settled).waiting.len(), 1, "{settled:?}: it waits again");
    }
    let dropped = next(&life, Happening::Decided(&PersonDecision::DropStatus));
    assert_eq!(dropped.events, [Noted::plain(EventKind::StatusDropped, "done")]);
    assert_eq!(dropped.outbox, [OutboxChange::Leaves(STATUS)]);
    let seen = Seen { internal_id: Some(InternalId(7)), status: Some("cooking".into()) };
    assert_eq!(life.apply(Happening::SeenReady(&seen)), Ok(Step::AlreadySo), "ours is newer than the list");
    let readdress = |id| PersonDecision::Readdress { base_url: ELSEWHERE.into(), internal_id: Some(InternalId(id)) };
    assert!(life.apply(Happening::Decided(&readdress(8))).is_err(), "another order there");
    assert_eq!(decided(&life, &readdress(7)).waiting[0].base_url, ELSEWHERE);
}

#[test]
fn a_status_that_waits_again_says_why_until_it_is_set() {
    let settle = |life: &Life, seq, settled: &Settled| after(life, Happening::Answered { seq, fence: 1, settled }, 0);
    let asked = asked(&answered(&sending(), &accepted(7)), "done");
    for settled in [requeued(), not_taken(), again(), unknown()] {
        let waits = settle(&asked, STATUS, &settled);
        assert!(waits.status_tried.is_some() && waits.tried.is_none(), "{settled:?}");
        let by = sender(1);
        let begun = after(&waits, Happening::AttemptBegun { seq: STATUS, base_url: BASE, by: &by }, 0);
        assert_eq!(begun.status_tried, waits.status_tried, "until the next answer");
        assert_eq!(
            after(&begun, Happening::ProgramEnded, 0).status_tried.as_deref(),
            Some(Reason::ProgramEnded.sentence())
        );
        let later = after(&begun, Happening::StatusAsked(StatusAsk::now("paid", None)), 3);
        for settled in [Settled::StatusSet, rejected()] {
            assert_eq!(settle(&begun, STATUS, &settled).status_tried, None);
            assert_eq!(settle(&later, STATUS, &settled).status_tried, None, "nothing is known of the next one");
        }
        assert_eq!(decided(&waits, &PersonDecision::DropStatus).status_tried, None);
    }
}

/// A happening made of a few numbers.
#[derive(Debug, Clone, Copy)]
struct Dice(u8, u8, u8);

fn roll(life: &Life, Dice(what, which, more): Dice, next_seq: i64) -> Option<Life> {
    let seq = life.waiting.get(usize::from(which % 3)).map_or(life.create_seq, |entry| entry.seq);
    let id = (more % 3 > 0).then_some(InternalId(i64::from(more)));
    let settled = match which % 7 {
        6 => not_taken(),
        0 => requeued(),
        1 => again(),
        2 => accepted(i64::from(more)),
        3 => rejected(),
        4 => unknown(),
        _ => Settled::StatusSet,
    };
    let decision = match which % 6 {
        0 => PersonDecision::Resend,
        1 => PersonDecision::Settle { internal_id: id },
        2 => PersonDecision::Cancel,
        3 => PersonDecision::DropStatus,
        4 => PersonDecision::WithdrawStatus { status: ["ready", "cooking", "done"][usize::from(more % 3)].into() },
        _ => PersonDecision::Readdress { base_url: BASE.into(), internal_id: life.delivery.internal_id() },
    };
    let status = ["ready", "cooking", "done"][usize::from(which % 3)];
    let listed = Seen { internal_id: id, status: (more % 2 == 0).then(|| status.to_owned()) };
    let (by, place) = (sender(1), Placing { corrects: Some(life.revision()), ..placing() });
    let happening = match what % 9 {
        0 => Happening::Placed(&place),
        1 | 2 => Happening::AttemptBegun { seq, base_url: BASE, by: &by },
        3 | 4 => Happening::Answered { seq, fence: 1, settled: &settled },
        5 => Happening::ProgramEnded,
        6 => Happening::SeenReady(&listed),
        7 => Happening::Decided(&decision),
        _ => Happening::StatusAsked(StatusAsk::now(status, None)),
    };
    match life.apply(happening) {
        Ok(Step::Next(next)) => {
            assert!(!next.events.is_empty());
            assert!(next.life.stray.is_none() || !next.life.delivery.waits(), "a stray is not sent: {next:?}");
            Some(next.numbered(next_seq))
        }
        Ok(Step::AlreadySo) | Err(_) => None,
    }
}

proptest! {
    /// Whatever happens: an order waits exactly while one entry creates it, what OktoPOS has stays there, an id that is known
    /// stays known, and doubt stays until it is placed again or found.
    #[test]
    fn random_lives_keep_the_promise(dice in proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 1..80)) {
        let mut life = queued();
        for ((a, b, c), seq) in dice.into_iter().zip(10..) {
            let Some(then) = roll(&life, Dice(a, b, c), seq) else { continue };
            let creates = then.waiting.iter().filter(|entry| entry.work == Work::Create).count();
            prop_assert_eq!(creates, usize::from(then.delivery.waits()), "{:?} became {:?}", life, then);
            if matches!(life.delivery, Delivery::Accepted { .. }) {
                let stays = matches!(then.delivery, Delivery::Accepted { .. });
                prop_assert!(stays, "{:?} became {:?}", life, then);
                prop_assert!(life.internal_id().is_none() || life.internal_id() == then.internal_id());
            }
            prop_assert!(!life.may_have_arrived || then.may_have_arrived);
            prop_assert!(then.waiting.is_sorted_by_key(|entry| entry.seq));
            life = then;
        }
    }
}
