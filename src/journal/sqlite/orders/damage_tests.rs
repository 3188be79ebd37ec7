//! Words in the journal that this program does not know, as a damaged file or a newer program may leave them: every call that
//! comes by them says so in a typed error, and what it came by stays as it is.

use jiff::Timestamp;
use rstest::rstest;
use sqlx::AssertSqlSafe;

use super::SqliteJournal;
use crate::{
    desk::{DeskError, testing::order},
    domain::{
        order::Order,
        value::ids::{InternalId, OrderId},
    },
    i18n::{Lang, Texts},
    ports::{
        Journal, JournalError,
        journal::{NewOrder, OrderFilter, PersonDecision, Settled},
    },
    words,
};

const BASE: &str = "https://pos.test/v1/";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

async fn place(journal: &SqliteJournal, order: Order) {
    let body = serde_json::to_string(&order).unwrap();
    journal
        .place(&NewOrder {
            order,
            body,
            base_url: BASE.into(),
            due_at: None,
            at: at(0),
            note: Default::default(),
            guest: Default::default(),
            desk: crate::domain::value::ids::DeskId("desk".into()),
        })
        .await
        .unwrap();
}

/// Past every check of the database, as a broken disk or another program would.
async fn spoil(journal: &SqliteJournal, sql: String) {
    let mut hold = journal.write().await.unwrap();
    let sql = format!("PRAGMA ignore_check_constraints = ON; {sql}; PRAGMA ignore_check_constraints = OFF");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(hold.conn()).await.unwrap();
    hold.done();
}

/// Says that the journal cannot be used, and what mends it, in both languages.
#[track_caller]
fn unusable<T: std::fmt::Debug>(result: Result<T, JournalError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, JournalError::Unusable(_)), "{error:?}");
    for lang in Lang::ALL {
        let texts = Texts::load(lang);
        let said = words::desk_error(&DeskError::from(error.clone()), &texts);
        assert!(said.ends_with(texts.t("hint.journal_unusable")), "{said}");
    }
}

#[rstest]
#[case("teleported")]
#[case("Queued")]
#[case("")]
#[case("queued ")]
#[case("zugestellt")]
#[tokio::test]
async fn a_delivery_nobody_knows_is_refused_and_kept(#[case] word: &str) {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    place(&journal, order("whole")).await;
    place(&journal, order("odd")).await;
    let odd = OrderId("odd".into());
    let seq = journal.outbox().await.unwrap()[1].seq;
    spoil(&journal, format!("UPDATE orders SET delivery = '{word}' WHERE order_id = 'odd'")).await;
    unusable(journal.orders(&OrderFilter::default()).await);
    unusable(journal.order(&odd).await);
    unusable(journal.outbox().await);
    assert!(journal.order(&OrderId("whole".into())).await.is_ok(), "the others are read");
    for decision in [PersonDecision::Cancel, PersonDecision::Resend, PersonDecision::Settle { internal_id: None }] {
        unusable(journal.decide(&odd, &decision, at(1)).await);
    }
    unusable(journal.request_status(&odd, "done", None, at(1)).await);
    assert!(journal.check().await.is_err(), "the doctor hears of it");
    // Nothing of it was changed: with its own word it is what it was.
    spoil(&journal, "UPDATE orders SET delivery = 'queued' WHERE order_id = 'odd'".into()).await;
    assert_eq!(journal.outbox().await.unwrap().iter().map(|entry| entry.seq).next_back(), Some(seq));
    assert_eq!(journal.order(&odd).await.unwrap().events.len(), 1);
    journal.check().await.unwrap();
}

#[rstest]
#[case("kind = 'refund'")]
#[case("kind = 'Create'")]
#[case("kind = 'status'")]
#[case("status = 'done'")]
#[case("queued_at = 9223372036854775807")]
#[case("attempts = -1")]
#[tokio::test]
async fn an_entry_nobody_understands_is_never_sent_as_something_else(#[case] change: &str) {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    place(&journal, order("a")).await;
    spoil(&journal, format!("UPDATE outbox SET {change}")).await;
    unusable(journal.outbox().await);
    let record = journal.order(&OrderId("a".into())).await.unwrap();
    assert_eq!(record.row.delivery.word(), "queued", "the order is seen all the same");
}

#[tokio::test]
async fn an_event_nobody_knows_keeps_its_order_out_of_sight_and_in_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(dir.path()).await.unwrap();
    place(&journal, order("a")).await;
    spoil(
        &journal,
        "INSERT INTO events (order_no, n, at, kind, detail) SELECT no, 99, 0, 'beamed', '' FROM orders".into(),
    )
    .await;
    unusable(journal.order(&OrderId("a".into())).await);
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap().len(), 1);
    // It is still sent and settled.
    let seq = journal.outbox().await.unwrap()[0].seq;
    journal.begin_attempt(seq, BASE, 0, at(1)).await.unwrap();
    journal.settle_attempt(seq, 0, &Settled::Accepted { internal_id: InternalId(1) }, at(2)).await.unwrap();
    assert_eq!(journal.orders(&OrderFilter::default()).await.unwrap()[0].delivery.word(), "accepted");
}
