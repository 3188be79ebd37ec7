//! Whatever stands in OktoPOS's ready list, in whatever sequence: taking it over is idempotent and never moves an order of
//! ours backwards, in the journal and on the screen.

use std::path::Path;

use jiff::Timestamp;
use oktodesk::{
    desk::live::{LiveFilter, LiveKey, LiveList},
    domain::{
        guest::GuestKeys,
        order::{
            delivery::Delivery,
            status::{StatusRule, Workflow},
        },
        value::ids::{InternalId, OrderId},
    },
    journal::SqliteJournal,
    ports::{
        Journal,
        house::PlaceNote,
        journal::{NewOrder, OrderFilter, OrderRow, PersonDecision, Settled, Task},
        pos::ReadyOrder,
    },
};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::{house::id, order::order};

/// One order in every state that an order can be in.
const OURS: [&str; 9] = [
    "queued",
    "sending",
    "unknown",
    "accepted",
    "accepted-without-id",
    "accepted-pending",
    "queued-pending",
    "rejected",
    "cancelled",
];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

async fn journal(dir: &Path) -> SqliteJournal {
    let journal = SqliteJournal::open(dir).await.unwrap();
    for (second, name) in (0..).zip(OURS) {
        let body = order(name);
        let order = serde_json::from_value(body.clone()).unwrap();
        let (note, guest) = (PlaceNote::default(), GuestKeys::default());
        let base_url = "x".into();
        let new = NewOrder {
            order,
            body: body.to_string(),
            due_at: None,
            base_url,
            at: at(second),
            note,
            guest,
            desk: oktodesk::domain::value::ids::DeskId("desk".into()),
        };
        journal.place(&new).await.unwrap();
        let outbox = journal.outbox().await.unwrap();
        let entry = outbox.iter().find(|entry| entry.order_id == id(name)).unwrap();
        let settled = match name {
            "sending" => None,
            "unknown" | "accepted-without-id" => Some(Settled::Unknown { reason: "lost".into() }),
            "accepted" | "accepted-pending" => Some(Settled::Accepted { internal_id: InternalId(100 + second) }),
            "rejected" => Some(Settled::Rejected { reason: "no".into() }),
            _ => continue,
        };
        journal.begin_attempt(entry.seq, "x", 0, at(second)).await.unwrap();
        if let Some(settled) = settled {
            journal.settle_attempt(entry.seq, 0, &settled, at(second)).await.unwrap();
        }
    }
    let arrived = PersonDecision::Settle { internal_id: None };
    journal.decide(&id("accepted-without-id"), &arrived, at(20)).await.unwrap();
    journal.decide(&id("cancelled"), &PersonDecision::Cancel, at(20)).await.unwrap();
    for name in ["accepted-pending", "queued-pending"] {
        journal.request_status(&id(name), "cooking", None, at(21)).await.unwrap();
    }
    journal
}

fn any_ready() -> impl Strategy<Value = ReadyOrder> {
    let name = prop_oneof![
        4 => proptest::sample::select(&OURS[..]).prop_map(Some),
        1 => Just(Some("from elsewhere")),
        1 => Just(None),
    ];
    let status = proptest::option::of(proptest::sample::select(&["ready", "cooking", "done", ""][..]));
    (name, status, proptest::option::of(90..115i64)).prop_map(|(name, status, internal_id)| ReadyOrder {
        order_id: name.map(|name| OrderId(name.into())),
        status: status.map(str::to_owned),
        internal_id: internal_id.map(InternalId),
        who: "Testgast 1".into(),
        ..ReadyOrder::default()
    })
}

/// How far an order has come; a list may move it up alone.
fn rank(delivery: &Delivery) -> u8 {
    match delivery {
        Delivery::Queued | Delivery::Sending | Delivery::Unknown { .. } => 0,
        Delivery::Accepted { internal_id: None } => 1,
        Delivery::Accepted { .. } => 2,
        Delivery::Rejected { .. } | Delivery::Cancelled => 3,
    }
}

fn expect_no_step_back(before: &OrderRow, after: &OrderRow, list: &[ReadyOrder]) -> Result<(), TestCaseError> {
    let seen = list.iter().find(|seen| seen.order_id.as_ref() == Some(&before.order_id));
    let Some(seen) = seen else {
        prop_assert_eq!(before, after, "not in the list, not touched");
        return Ok(());
    };
    prop_assert!(rank(&after.delivery) >= rank(&before.delivery), "{:?} -> {:?}", before, after);
    if rank(&before.delivery) == 3 {
        prop_assert_eq!(&before.delivery, &after.delivery, "what was given up here stays so until a person settles it");
        prop_assert!(after.stray && after.needs_person(), "but that OktoPOS has it calls one: {:?}", after);
        return Ok(());
    }
    prop_assert_eq!(after.delivery.word(), "accepted");
    let known = before.delivery.internal_id();
    prop_assert_eq!(after.delivery.internal_id(), known.or(seen.internal_id));
    prop_assert_eq!(&after.pending_status, &before.pending_status);
    let says = seen.status.clone().filter(|status| !status.is_empty() && before.pending_status.is_none());
    let expected = says.or_else(|| before.status.clone()).or_else(|| Some("ready".into()));
    prop_assert_eq!(&after.status, &expected);
    Ok(())
}

async fn rows(journal: &SqliteJournal) -> Vec<OrderRow> {
    journal.orders(&OrderFilter::default()).await.unwrap()
}

fn live() -> LiveList {
    let last = StatusRule { last: true, ..StatusRule::named("done") };
    let mut list = LiveList::new(Workflow { initial: "ready".into(), statuses: vec![last] });
    list.set_filter(LiveFilter { open_only: false, ..LiveFilter::default() });
    list
}

/// What is shown of our orders is what the journal says of them.
fn expect_shown(list: &LiveList, rows: &[OrderRow]) -> Result<(), TestCaseError> {
    for row in rows {
        let shown = list.find(&LiveKey::Order(row.order_id.clone())).expect("ours is in the list");
        prop_assert!(!shown.foreign);
        prop_assert_eq!(shown.delivery.as_ref(), Some(&row.delivery));
        if row.status.is_some() {
            prop_assert_eq!(shown.status.as_deref(), row.status.as_deref());
        }
    }
    Ok(())
}

async fn follow(lists: Vec<Vec<ReadyOrder>>) -> Result<(), TestCaseError> {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(dir.path()).await;
    let mut list = live();
    list.apply(&rows(&journal).await);
    for (second, ready) in (100..).zip(lists) {
        let before = rows(&journal).await;
        // The screen may have the list before the journal has taken it over.
        list.set_ready(&ready);
        prop_assert!(!list.set_ready(&ready), "the same list again is no change");
        expect_shown(&list, &before)?;
        let mut changed = journal.observe(&ready, at(second)).await.unwrap();
        let after = rows(&journal).await;
        changed.sort();
        let mut differing: Vec<OrderId> =
            after.iter().filter(|row| !before.contains(row)).map(|row| row.order_id.clone()).collect();
        differing.sort();
        prop_assert_eq!(&changed, &differing, "exactly what changed is told");
        for (before, after) in before.iter().zip(&after) {
            expect_no_step_back(before, after, &ready)?;
        }
        list.apply(&after);
        expect_shown(&list, &after)?;
        for row in journal.outbox().await.unwrap() {
            let waits = row.delivery.waits() || matches!(row.task, Task::SetStatus { .. });
            prop_assert!(waits, "what arrived is not sent again: {:?}", row);
        }
        // Again, and in another sequence of the rows that count.
        prop_assert_eq!(journal.observe(&ready, at(second + 500)).await.unwrap(), []);
        let mut named: Vec<ReadyOrder> = Vec::new();
        for row in &ready {
            if named.iter().all(|known| known.order_id != row.order_id) {
                named.push(row.clone());
            }
        }
        named.reverse();
        prop_assert_eq!(journal.observe(&named, at(second + 600)).await.unwrap(), []);
        prop_assert_eq!(rows(&journal).await, after);
    }
    journal.close().await.unwrap();
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_ready_lists_are_taken_over_once_and_never_move_an_order_back(
        lists in proptest::collection::vec(proptest::collection::vec(any_ready(), 0..14), 1..6),
    ) {
        Runtime::new().unwrap().block_on(follow(lists))?;
    }
}
