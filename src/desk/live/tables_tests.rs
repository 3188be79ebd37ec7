//! What is open at a table, against a list that is looked through row by row.

use proptest::prelude::*;

use super::*;
use crate::{
    desk::{live::LiveFilter, testing::row},
    domain::{
        order::status::{StatusRule, Workflow},
        value::ids::{InternalId, OrderId},
    },
    ports::{journal::OrderRow, pos::ReadyOrder},
};

fn empty() -> LiveList {
    let rule = |token: &str, last| StatusRule { last, ..StatusRule::named(token) };
    LiveList::new(Workflow { initial: "ready".into(), statuses: vec![rule("ready", false), rule("done", true)] })
}

fn now() -> Timestamp {
    Timestamp::from_second(1_000).unwrap()
}

fn round(id: &str, table: i64, token: Option<&str>, created: i64) -> OrderRow {
    OrderRow {
        table: Some(table),
        session_token: token.map(str::to_owned),
        order_type: Some(OrderType::Local),
        status: Some("ready".into()),
        ..row(id, Delivery::Accepted { internal_id: Some(InternalId(created)) }, created)
    }
}

fn ids(rows: &[&LiveRow]) -> Vec<String> {
    rows.iter().filter_map(|row| row.order_id.clone()).map(|OrderId(id)| id).collect()
}

#[test]
fn rounds_of_a_session_come_together_and_others_apart() {
    let mut list = empty();
    let mut done = round("paid", 5, Some("a"), 5);
    done.status = Some("done".into());
    list.apply(&[
        round("third", 5, Some("b"), 30),
        round("second", 5, None, 20),
        round("first", 5, Some("b"), 10),
        round("before", 5, Some("a"), 1),
        round("next", 6, Some("c"), 15),
        OrderRow { order_type: Some(OrderType::Pickup), ..round("taken", 5, Some("b"), 40) },
        OrderRow { delivery: Delivery::Rejected { reason: "no".into() }, ..round("refused", 5, Some("b"), 50) },
        OrderRow { delivery: Delivery::Cancelled, ..round("back", 5, Some("b"), 60) },
        done,
    ]);
    list.set_ready(&[ReadyOrder { order_id: Some(OrderId("web".into())), table: Some(5), ..ReadyOrder::default() }]);
    let table = list.open_table(5, None, now());
    assert_eq!(table.token, Some("b"));
    assert_eq!(ids(&table.rounds), ["first", "second", "third"]);
    assert_eq!(ids(&table.others), ["web", "before"]);
    assert_eq!(table.total, table.rounds.iter().filter_map(|row| row.total).sum());
    assert_eq!(table.since(), Timestamp::from_second(10).ok());
    let typed = list.open_table(5, Some("a"), now());
    assert_eq!((typed.token, ids(&typed.rounds)), (Some("a"), vec!["before".into(), "second".into()]));
    let strange = list.open_table(5, Some("x"), now());
    assert!(strange.token.is_none() && strange.rounds.is_empty(), "{strange:?}");
    assert_eq!(list.open_tables(now()).iter().map(|table| table.table).collect::<Vec<_>>(), [5, 6]);
}

#[test]
fn a_session_ends_with_its_last_order_and_with_the_evening() {
    let mut list = empty();
    let (one, two) = (round("one", 5, Some("a"), 1), round("two", 5, Some("a"), 2));
    list.apply(&[one.clone(), two.clone()]);
    let over = |row: OrderRow| OrderRow { status: Some("done".into()), changed_at: now(), ..row };
    list.apply(&[over(one)]);
    assert_eq!(list.open_table(5, None, now()).token, Some("a"));
    let tomorrow = now() + SignedDuration::from_hours(20);
    assert!(list.open_table(5, None, tomorrow).is_free());
    list.apply(&[over(two)]);
    assert!(list.open_table(5, None, now()).is_free() && list.open_tables(now()).is_empty());
}

#[test]
fn an_order_whose_fate_is_unclear_is_still_a_round() {
    let mut list = empty();
    let lost = OrderRow { delivery: Delivery::Unknown { reason: "lost".into() }, ..round("one", 5, Some("a"), 1) };
    let stray = OrderRow { delivery: Delivery::Cancelled, stray: true, ..round("two", 5, Some("a"), 2) };
    list.apply(&[lost, stray]);
    let table = list.open_table(5, None, now());
    assert_eq!(ids(&table.rounds), ["one", "two"]);
    assert!(table.is_unclear());
}

proptest! {
    /// The tables know what the rows say, whatever comes in which sequence.
    #[test]
    fn tables_follow_their_rows(
        steps in proptest::collection::vec((0u8..6, 0i64..3, any::<bool>(), 0i64..900), 1..60)
    ) {
        let mut list = empty();
        for (second, (id, table, elsewhere, created)) in (1_000..).zip(steps) {
            let table = (table > 0).then_some(table);
            if elsewhere {
                let other = ReadyOrder {
                    order_id: Some(OrderId(format!("{}", id % 3))),
                    internal_id: Some(InternalId(created % 5)),
                    table,
                    ..ReadyOrder::default()
                };
                list.set_ready(&[other]);
            } else {
                let mut next = round(&id.to_string(), 1, Some("t"), created);
                (next.table, next.changed_at) = (table, Timestamp::from_second(second).unwrap());
                list.apply(&[next]);
            }
            list.set_filter(LiveFilter { open_only: false, ..LiveFilter::default() });
            for table in 1..3 {
                let mut expected: Vec<_> =
                    list.iter_from(0).filter(|row| row.table == Some(table) && is_open(row, now())).map(|row| row.key.clone()).collect();
                let open = list.open_table(table, None, now());
                let mut found: Vec<_> = open.rounds.iter().chain(&open.others).map(|row| row.key.clone()).collect();
                expected.sort();
                found.sort();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
