//! What a damaged or foreign journal may hold: it is read, or refused in words, and nothing panics.

use serde_json::{Value, json};

use oktodesk_testkit::hostile;

use super::{
    packed,
    sqlite::{read_entry, read_row},
};
use crate::{
    domain::{
        draft::Draft,
        order::{Order, delivery::Delivery},
    },
    fuzz::{Random, assert_harmless, document, fuzz},
    ports::{JournalError, journal::Task},
};

fn spoiled(whole: &Value, random: &mut Random) -> String {
    String::from_utf8_lossy(&document(whole, random)).into_owned()
}

/// The same row, sometimes with a word in these columns that nobody knows, or one that stands elsewhere.
fn with_words(whole: &Value, columns: &[usize], random: &mut Random) -> Value {
    const ODD: [&str; 9] =
        ["teleported", "Queued", "queued ", "", "refund", "create", "status", "\u{1b}[31maccepted", "ac\u{200b}cepted"];
    let mut row = whole.clone();
    for column in columns {
        if random.one_in(4) {
            let known = *random.pick(&Delivery::WORDS);
            row[*column] = if random.one_in(2) { known.into() } else { (*random.pick(&ODD)).into() };
        }
    }
    row
}

/// Whether single cases are replayed.
fn few() -> bool {
    std::env::var("FUZZ_CASES").is_ok()
}

fn refused(error: &JournalError) {
    assert!(matches!(error, JournalError::Unusable(_)), "{error:?}");
    // As every error goes to standard error.
    assert_harmless([crate::domain::value::text::Clean::bounded(&error.to_string(), 4_000).as_str()]);
}

#[test]
fn fuzz_rows_of_orders() {
    let whole = json!([
        "0190d2f0-0000-7000-8000-000000000001",
        "rejected",
        4711,
        "no such product",
        "ready",
        null,
        null,
        "DELIVERY",
        "19.80",
        "EUR",
        "Muster",
        "Weg 1",
        12,
        2,
        "HH01",
        "Platform",
        1_777_000_000_000_000_i64,
        1_777_000_000_000_000_i64,
        1_777_000_000_000_000_i64,
        3,
        1,
        0,
        "0190d2f0-0000-7000-8000-000000000001",
        "2 Pizza Salami",
        ["oktodesk", 1_777_000_000_000_000_i64],
        3,
        "busy",
        1_777_000_000_000_000_i64
    ]);
    let mut read = 0;
    fuzz("fuzz_rows_of_orders", |random| {
        let whole = with_words(&whole, &[1], random);
        match read_row(&spoiled(&whole, random)) {
            Ok(row) => {
                read += 1;
                assert!(Delivery::WORDS.contains(&row.delivery.word()));
            }
            Err(error) => refused(&error),
        }
    });
    assert!(read > 1_000 || few(), "hardly one was read: {read}");
}

#[test]
fn fuzz_rows_of_the_outbox() {
    let create = json!([
        7,
        "0190d2f0-0000-7000-8000-000000000001",
        null,
        "queued",
        null,
        "create",
        null,
        null,
        "https://pos.test/v1/",
        2,
        1_777_000_000_000_000_i64,
        null,
        null
    ]);
    let mut status = create.clone();
    for (column, value) in [(2, json!(4711)), (3, json!("accepted")), (5, json!("status")), (6, json!("done"))] {
        status[column] = value;
    }
    let hostile = hostile::short();
    let mut read = 0;
    fuzz("fuzz_rows_of_the_outbox", |random| {
        let mut whole = if random.one_in(2) { create.clone() } else { status.clone() };
        whole = with_words(&whole, &[3, 5], random);
        // Foreign text stands in the reasons and, where a person typed it, in the status.
        let foreign = random.pick(&hostile).1.clone();
        let column = *random.pick(&[4, 6, 7]);
        if whole[column].is_string() || random.one_in(4) {
            whole[column] = Value::String(foreign);
        }
        let json = if random.one_in(2) { whole.to_string() } else { spoiled(&whole, random) };
        match read_entry(&json) {
            Ok(entry) => {
                read += 1;
                let row: Vec<Value> = serde_json::from_str(&json).unwrap();
                assert_eq!(row[3], entry.delivery.word());
                match entry.task {
                    Task::Create => assert!(row[5] == "create" && row[6].is_null()),
                    Task::SetStatus { status, reason } => {
                        assert!(row[5] == "status" && row[6] == *status, "the very word that was asked for");
                        assert_eq!(row[7].as_str(), reason.as_deref());
                    }
                }
            }
            Err(error) => refused(&error),
        }
    });
    assert!(read > 1_000 || few(), "hardly one was read: {read}");
}

#[test]
fn fuzz_drafts() {
    let mut draft = crate::domain::testing::draft();
    let article = crate::domain::testing::article(51, "Pizza", "10.50");
    draft.add(&article, 2.into(), "ohne");
    draft.fields.insert(crate::domain::draft::field::Field::Phone, "040".into());
    let whole = serde_json::to_value(&draft).unwrap();
    let mut read = 0;
    fuzz("fuzz_drafts", |random| {
        if let Ok(draft) = serde_json::from_str::<Draft>(&spoiled(&whole, random)) {
            read += 1;
            // What is read is shown and added up: neither may fail on what stands in it.
            let channel = crate::domain::testing::channel();
            assert!(draft.totals(&channel).unpriced <= draft.lines.len());
        }
    });
    assert!(read > 0);
}

#[test]
fn fuzz_bodies_of_orders() {
    let whole: Value = serde_json::from_str(include_str!("../../tests/fixtures/vendor-sample.json")).unwrap();
    let mut read = 0;
    fuzz("fuzz_bodies_of_orders", |random| {
        if let Ok(order) = serde_json::from_str::<Order>(&spoiled(&whole, random)) {
            read += 1;
            assert!(serde_json::to_string(&order).is_ok(), "what was read can be written");
        }
    });
    assert!(read > 0);
}

#[test]
fn fuzz_packed_articles() {
    let article = |id| (*crate::domain::testing::article(id, "Pizza", "10.50")).clone();
    let mut packer = packed::Packer::default();
    let page: Value = serde_json::from_str(&packer.page(&[article(1), article(2)]).unwrap()).unwrap();
    let shared: Value = serde_json::from_str(&packer.shared().unwrap()).unwrap();
    let mut read = 0;
    fuzz("fuzz_packed_articles", |random| {
        let unpacker = packed::Unpacker::new(&spoiled(&shared, random));
        let mut articles = Vec::new();
        if unpacker.and_then(|mut unpacker| unpacker.unpack(&spoiled(&page, random), &mut articles)).is_some() {
            read += 1;
        }
        if random.one_in(50) {
            let catalog = crate::desk::catalog::search::Catalog::new(articles, &[], None);
            assert!(catalog.search("piz", crate::desk::catalog::search::Scope::All, 9).best.len() <= 9);
        }
    });
    assert!(read > 0);
}
