//! Merging, sorting and filtering of the live list, and that small changes stay cheap.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::{
    desk::testing::row,
    domain::{
        order::{OrderType, delivery::Delivery, status::StatusRule},
        shop::TableRange,
        value::money::Money,
    },
};

fn workflow() -> Workflow {
    let rule = |token: &str, next: &[&str]| StatusRule {
        next: next.iter().map(|&token| token.into()).collect(),
        last: next.is_empty(),
        ..StatusRule::named(token)
    };
    Workflow { initial: "ready".into(), statuses: vec![rule("ready", &["done"]), rule("done", &[])] }
}

fn accepted(internal_id: Option<i64>) -> Delivery {
    Delivery::Accepted { internal_id: internal_id.map(InternalId) }
}

fn unknown() -> Delivery {
    Delivery::Unknown { reason: "lost".into() }
}

fn rejected() -> Delivery {
    Delivery::Rejected { reason: "no".into() }
}

fn with_status(status: &str, row: OrderRow) -> OrderRow {
    OrderRow { status: Some(status.into()), ..row }
}

fn foreign(order_id: Option<&str>, internal_id: Option<i64>, who: &str) -> ReadyOrder {
    ReadyOrder {
        order_id: order_id.map(|id| OrderId(id.into())),
        internal_id: internal_id.map(InternalId),
        status: Some("ready".into()),
        who: who.into(),
        total: Some(Money::new(5.into(), "EUR")),
        created_at: Some(Timestamp::from_second(50).unwrap()),
        ..ReadyOrder::default()
    }
}

fn list(rows: &[OrderRow]) -> LiveList {
    let mut list = LiveList::new(workflow());
    list.set_hour(Hour { minute: Timestamp::UNIX_EPOCH, ..Hour::default() });
    list.apply(rows);
    list
}

fn everything(list: &mut LiveList) {
    list.set_filter(LiveFilter { open_only: false, ..LiveFilter::default() });
}

fn shown(list: &LiveList) -> Vec<String> {
    let name = |row: &LiveRow| match &row.key {
        LiveKey::Order(id) => id.to_string(),
        LiveKey::Internal(id) => format!("#{id}"),
        LiveKey::Bare(_) => row.who.to_string(),
    };
    list.iter_from(0).map(name).collect()
}

#[test]
fn who_needs_a_person_comes_first_and_what_is_done_last() {
    let due = |second| Some(Timestamp::from_second(second).unwrap());
    let mut list = list(&[
        with_status("done", row("done early", accepted(Some(1)), 1)),
        with_status("done", row("done late", accepted(Some(2)), 2)),
        row("cancelled", Delivery::Cancelled, 3),
        row("asap", Delivery::Queued, 40),
        OrderRow { due_at: due(30), ..row("timed", accepted(Some(3)), 4) },
        row("held", Delivery::Queued, 5),
        row("rejected", rejected(), 6),
        row("unknown", unknown(), 7),
    ]);
    let why = Held::DuePassed { due_at: due(5).unwrap() };
    assert!(list.set_held(&[(OrderId("held".into()), why.clone())]));
    assert!(!list.set_held(&[(OrderId("held".into()), why)]));
    assert_eq!(shown(&list), ["unknown", "rejected", "held", "timed", "asap"]);
    everything(&mut list);
    let all = ["unknown", "rejected", "held", "timed", "asap", "cancelled", "done late", "done early"];
    assert_eq!(shown(&list), all);
    assert_eq!(list.iter_from(0).filter(|row| row.needs_person()).count(), 3);
    for (position, name) in all.iter().enumerate() {
        assert_eq!(list.position(&LiveKey::Order(OrderId((*name).into()))), Some(position));
    }
    assert!(list.set_held(&[]));
    assert_eq!(shown(&list)[2], "held", "as the oldest one that is open");
}

#[test]
fn what_is_late_stands_above_everything_and_bands_are_by_what_was_promised() {
    let second = |second| Timestamp::from_second(second).unwrap();
    let due = |at| Some(second(at));
    let mut list = LiveList::new(workflow());
    list.apply(&[
        row("asap", accepted(Some(1)), 0),
        OrderRow { promised_at: due(600), ..row("told", accepted(Some(2)), 0) },
        OrderRow { due_at: due(3_000), ..row("tonight", accepted(Some(3)), 0) },
        OrderRow { due_at: due(90_000), ..row("tomorrow", accepted(Some(4)), 0) },
        OrderRow { due_at: due(1_200), ..row("unclear", unknown(), 0) },
        OrderRow { order_type: Some(OrderType::Shipping), ..row("parcel", accepted(Some(5)), 0) },
        with_status("done", OrderRow { due_at: due(1), ..row("over", accepted(Some(6)), 0) }),
    ]);
    let mut at = |minute: i64, usual| {
        let usual = Some(SignedDuration::from_mins(usual));
        list.set_hour(Hour { minute: second(minute * 60), later_from: second(80_000), usual });
        (shown(&list).join(" "), list.counts().late)
    };
    assert_eq!(at(10, 30), ("unclear told parcel asap tonight tomorrow".into(), 0), "the minute is not over");
    assert_eq!(at(11, 30), ("told unclear parcel asap tonight tomorrow".into(), 1));
    assert_eq!(at(21, 30), ("told unclear asap parcel tonight tomorrow".into(), 2));
    assert_eq!(at(31, 30), ("told unclear asap parcel tonight tomorrow".into(), 3));
    assert_eq!(at(31, 60), ("told unclear parcel tonight asap tomorrow".into(), 2));
    let row = |id: &str| list.find(&LiveKey::Order(OrderId(id.into()))).unwrap().clone();
    assert_eq!((row("told").expected, row("told").promised_at, row("told").due_at), (due(600), due(600), None));
    assert_eq!((row("asap").expected, row("asap").promised_at), (due(3_600), None));
}

#[test]
fn ours_and_the_ready_list_are_one_list() {
    let mut list = list(&[row("a", accepted(Some(7)), 1), row("b", accepted(None), 2), row("c", unknown(), 3)]);
    let ready = [
        foreign(Some("a"), None, "Testgast 1"),
        foreign(None, Some(7), "Testgast 1"),
        foreign(Some("b"), Some(8), ""),
        foreign(Some("c"), Some(9), ""),
        foreign(Some("shop-1"), Some(10), "Testgast 2"),
        foreign(Some("shop-1"), Some(10), "Testgast 2"),
        foreign(None, Some(11), "Testgast 3"),
        foreign(None, None, "Testgast 4"),
        foreign(None, None, "Testgast 4"),
    ];
    assert!(list.set_ready(&ready));
    assert!(!list.set_ready(&ready), "the same list again changes nothing");
    let first = shown(&list);
    assert_eq!(first.len(), 6, "{first:?}");
    let get = |list: &LiveList, id: &str| list.find(&LiveKey::Order(OrderId(id.into()))).unwrap().clone();
    assert_eq!(get(&list, "b").internal_id, Some(InternalId(8)), "the list may know the id first");
    let c = get(&list, "c");
    assert_eq!(
        (c.delivery, c.internal_id, c.in_ready),
        (Some(unknown()), None, true),
        "the journal has to say it first"
    );
    assert!(get(&list, "shop-1").foreign);
    let mut turned = ready.to_vec();
    turned.reverse();
    assert!(list.set_ready(&turned));
    assert_eq!(shown(&list), first, "their sequence does not matter");
    assert!(list.set_ready(&[]));
    assert_eq!(shown(&list), ["c", "a", "b"]);
    assert!(!get(&list, "a").in_ready);
    assert_eq!(list.total(), 3);
}

#[test]
fn a_stranger_that_turns_out_to_be_ours_is_one_row() {
    let mut list = list(&[]);
    list.set_ready(&[foreign(Some("a"), None, "Testgast"), foreign(None, Some(7), "Testgast")]);
    assert_eq!(list.len(), 2);
    list.apply(&[row("a", Delivery::Sending, 1)]);
    list.apply(&[OrderRow { attempts: 1, ..row("b", accepted(Some(7)), 2) }]);
    assert_eq!(shown(&list), ["a", "b"]);
    assert!(list.iter_from(0).all(|row| !row.foreign && row.in_ready));
    list.set_ready(&[foreign(Some("a"), Some(6), ""), foreign(None, Some(7), "")]);
    assert_eq!(shown(&list), ["a", "b"]);
}

#[test]
fn the_ready_list_never_moves_a_local_order_backwards() {
    let mut list = list(&[with_status("done", row("a", accepted(Some(7)), 1))]);
    everything(&mut list);
    list.set_ready(&[foreign(Some("a"), Some(8), "")]);
    let a = list.get(0).unwrap();
    assert_eq!((a.status.as_deref(), a.internal_id, a.done), (Some("done"), Some(InternalId(7)), true));
}

#[test]
fn a_row_that_comes_late_is_ignored_and_a_clock_that_was_set_is_not() {
    let at = |delivery, second: i64, attempts| OrderRow {
        changed_at: Timestamp::from_second(100_000 + second).unwrap(),
        attempts,
        ..row("a", delivery, 1)
    };
    let mut list = list(&[at(accepted(Some(7)), 10, 1)]);
    let delivery = |list: &LiveList| list.get(0).unwrap().delivery.clone().unwrap();
    assert!(!list.apply(&[at(Delivery::Queued, 9, 0)]));
    assert!(!list.apply(&[at(Delivery::Queued, 10, 0)]), "the same instant, and an attempt fewer");
    assert_eq!(delivery(&list), accepted(Some(7)));
    assert!(list.apply(&[with_status("done", at(accepted(Some(7)), 10, 1))]));
    assert!(list.apply(&[at(unknown(), -3600, 1)]), "an hour back is a clock that was set");
    assert_eq!(delivery(&list), unknown());
    assert!(!list.apply(&[at(unknown(), -3600, 1)]), "again is no change");
}

#[test]
fn filters_by_text_delivery_status_and_type() {
    let mut müller = row("a", accepted(Some(4711)), 1);
    müller.who = "Müller".into();
    müller.address = "Große Straße 5".into();
    müller.order_type = Some(OrderType::Delivery);
    let mut table = with_status("done", row("b", Delivery::Queued, 2));
    table.table = Some(27);
    let mut list = list(&[müller, table, row("c", unknown(), 3)]);
    list.set_ready(&[foreign(Some("shop"), None, "Testgast")]);
    let mut shown_by = |filter: LiveFilter| {
        list.set_filter(filter);
        let mut names = shown(&list);
        names.sort();
        names.join(" ")
    };
    let text = |text: &str| LiveFilter { text: text.into(), ..LiveFilter::default() };
    for (words, names) in [
        ("muller", "a"),
        ("MUELLER", "a"),
        ("Mül", "a"),
        ("strasse müll", "a"),
        ("straße", "a"),
        ("4711", "a"),
        ("27", "b"),
        ("testgast", "shop"),
        ("müller testgast", ""),
        ("  ", "a b c shop"),
    ] {
        assert_eq!(shown_by(text(words)), names, "{words}");
    }
    let delivery = |word: &str| LiveFilter { delivery: Some(word.into()), ..LiveFilter::default() };
    assert_eq!(shown_by(delivery("unknown")), "c");
    assert_eq!(shown_by(delivery("accepted")), "a shop");
    assert_eq!(shown_by(LiveFilter { status: Some("ready".into()), ..LiveFilter::default() }), "shop");
    assert_eq!(shown_by(LiveFilter { order_type: Some(OrderType::Delivery), ..LiveFilter::default() }), "a");
}

#[test]
fn a_table_is_found_by_what_it_is_called_and_an_id_only_by_more_than_a_digit() {
    let terrace = TableRange { from: 31, to: 49, seats: 0, area: String::new(), name: "Große Terrasse".into() };
    let names = TableNames::new(&["Tisch"], &[terrace]);
    let mut list = LiveList::new(workflow()).with_tables(names);
    let at = |id: &str, n: u8, table: i64| OrderRow { table: Some(table), ..row(id, Delivery::Queued, n.into()) };
    let bare = |id: &str| row(id, Delivery::Queued, 9);
    list.apply(&[at("a9", 1, 9), at("b9", 2, 19), at("c9", 3, 33), at("d9", 4, 43), bare("019f-ee90-e")]);
    for (text, found) in [
        ("Tisch 9", "a9"),
        ("tisch", "a9 b9 c9 d9"),
        ("TISCH 1", ""),
        ("tisch 33", "c9"),
        ("terrasse 3", "c9"),
        ("grosse terrasse 13", "d9"),
        ("Große Ter", "c9 d9"),
        ("9", "a9 b9"),
        ("ee9", ""),
        ("ee90", "019f-ee90-e"),
    ] {
        list.set_filter(LiveFilter { text: text.into(), ..LiveFilter::default() });
        assert_eq!(shown(&list).join(" "), found, "{text}");
    }
}

#[test]
fn a_status_change_says_why_it_is_not_possible() {
    let mut list = list(&[row("a", accepted(None), 1), row("b", Delivery::Queued, 2), row("c", rejected(), 3)]);
    list.set_ready(&[foreign(Some("d"), None, ""), foreign(Some("e"), Some(5), "")]);
    let obstacle = |id: &str| list.find(&LiveKey::Order(OrderId(id.into()))).unwrap().status_obstacle();
    assert_eq!(obstacle("a"), Some(StatusObstacle::NoInternalId));
    assert_eq!(obstacle("b"), None, "it is sent after the order");
    assert_eq!(obstacle("c"), Some(StatusObstacle::NotAccepted));
    assert_eq!(obstacle("d"), Some(StatusObstacle::NoInternalId));
    assert_eq!(obstacle("e"), None);
}

#[test]
fn hostile_text_of_the_journal_is_cleaned() {
    let list = list(&[OrderRow { who: "a\u{1b}[2J".into(), ..row("a", Delivery::Queued, 1) }]);
    assert_eq!(list.get(0).unwrap().who.as_str(), "a\u{fffd}[2J");
}

/// A row of one of eight orders. In a sane world OktoPOS's id of an order is always the same.
fn any_row(is_sane: bool) -> impl Strategy<Value = OrderRow> {
    (0..8u8, 0..7u8, 0..6i64, 0..5i64, 0..400i64, any::<bool>()).prop_map(
        move |(id, delivery, internal_id, created, changed, is_done)| {
            let internal_id = if is_sane { i64::from(id) } else { internal_id };
            let delivery = match delivery {
                0 => Delivery::Queued,
                1 => Delivery::Sending,
                2 => accepted(None),
                3 => accepted(Some(internal_id)),
                4 => unknown(),
                5 => rejected(),
                _ => Delivery::Cancelled,
            };
            let row = row(&format!("o{id}"), delivery, created);
            let changed_at = Timestamp::from_second(changed).unwrap();
            let status = is_done.then(|| "done".to_owned());
            OrderRow { changed_at, status, ..row }
        },
    )
}

/// A row of the ready list, of ours or of another order, with or without the ids.
fn any_ready(is_sane: bool) -> impl Strategy<Value = ReadyOrder> {
    (0..12u8, any::<bool>(), proptest::option::of(0..8i64), 0..3u8).prop_map(move |(id, is_named, internal_id, who)| {
        let internal_id = internal_id.map(|internal_id| if is_sane { i64::from(id) } else { internal_id });
        foreign(is_named.then(|| format!("o{id}")).as_deref(), internal_id, &format!("Testgast {who}"))
    })
}

#[derive(Debug, Clone)]
enum Step {
    Apply(Vec<OrderRow>),
    Ready(Vec<ReadyOrder>),
    Held(Vec<u8>),
    Filter(bool),
}

fn any_step(is_sane: bool) -> impl Strategy<Value = Step> {
    prop_oneof![
        proptest::collection::vec(any_row(is_sane), 1..4).prop_map(Step::Apply),
        proptest::collection::vec(any_row(is_sane), 65..80).prop_map(Step::Apply),
        proptest::collection::vec(any_ready(is_sane), 0..6).prop_map(Step::Ready),
        proptest::collection::vec(0..8u8, 0..3).prop_map(Step::Held),
        any::<bool>().prop_map(Step::Filter),
    ]
}

fn walk(list: &mut LiveList, step: &Step) -> Result<(), TestCaseError> {
    match step {
        Step::Apply(rows) => {
            list.apply(rows);
        }
        Step::Ready(ready) => {
            list.set_ready(ready);
            let before = shown(list);
            prop_assert!(!list.set_ready(ready));
            prop_assert_eq!(shown(list), before);
        }
        Step::Held(ids) => {
            let why = Held::DuePassed { due_at: Timestamp::UNIX_EPOCH };
            let held: Vec<_> = ids.iter().map(|id| (OrderId(format!("o{id}")), why.clone())).collect();
            list.set_held(&held);
        }
        Step::Filter(open_only) => {
            list.set_filter(LiveFilter { open_only: *open_only, ..LiveFilter::default() });
        }
    }
    Ok(())
}

/// Whatever happened, the list is what sorting and filtering everything anew would make of it.
fn is_whole(list: &LiveList) -> Result<(), TestCaseError> {
    let mut anew = list.clone();
    anew.rebuild();
    prop_assert_eq!(&anew.visible, &list.visible);
    let rows: Vec<&LiveRow> = list.iter_from(0).collect();
    prop_assert!(rows.windows(2).all(|pair| pair[0].sequence() < pair[1].sequence()));
    for (position, row) in rows.iter().enumerate() {
        prop_assert_eq!(list.position(&row.key), Some(position));
    }
    prop_assert_eq!(list.slots.iter().flatten().count(), list.total());
    prop_assert_eq!(list.slots.iter().flatten().filter(|row| !row.done).count(), list.open_count());
    let unknown = |row: &&LiveRow| matches!(row.delivery, Some(Delivery::Unknown { .. }));
    prop_assert_eq!(list.slots.iter().flatten().filter(unknown).count(), list.counts().unknown);
    let rejected = |row: &&LiveRow| matches!(row.delivery, Some(Delivery::Rejected { .. })) && !row.stray;
    prop_assert_eq!(list.slots.iter().flatten().filter(rejected).count(), list.counts().rejected);
    let counts = list.counts();
    let needed = list.slots.iter().flatten().filter(|row| row.needs_person()).count();
    prop_assert_eq!(needed, counts.unknown + counts.rejected + counts.other);
    Ok(())
}

proptest! {
    #[test]
    fn no_order_is_shown_twice(steps in proptest::collection::vec(any_step(true), 1..12)) {
        let mut list = LiveList::new(workflow());
        for step in steps {
            walk(&mut list, &step)?;
            is_whole(&list)?;
            let mut ids: Vec<_> = list.slots.iter().flatten().filter_map(|row| row.internal_id).collect();
            ids.sort();
            prop_assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
        }
    }

    #[test]
    fn the_list_stays_whole_whatever_ids_it_is_told(steps in proptest::collection::vec(any_step(false), 1..12)) {
        let mut list = LiveList::new(workflow());
        for step in steps {
            walk(&mut list, &step)?;
            is_whole(&list)?;
        }
    }
}

#[test]
fn one_changed_row_among_thousands_is_cheap() {
    let rows: Vec<OrderRow> = (0..4_000).map(|n| row(&format!("o{n:05}"), accepted(Some(n)), 10 * n)).collect();
    let mut list = list(&rows);
    assert_eq!(list.len(), 4_000);
    let began = tokio::time::Instant::now();
    for n in 0..1000usize {
        let mut row = rows[n * 3].clone();
        row.changed_at += SignedDuration::from_secs(1);
        row.due_at = Some(Timestamp::from_second(i64::try_from(n).unwrap() * 13 + 5).unwrap());
        assert!(list.apply(&[row]));
    }
    // A thousand changes in far less than a thousand times the millisecond that one may take, unoptimised.
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}
