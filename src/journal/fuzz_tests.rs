//! What a damaged or foreign journal may hold: it is read, or refused in words, and nothing panics.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{packed, sqlite::read_row};
use crate::{
    domain::{draft::Draft, order::Order},
    fuzz::{Random, assert_harmless, document, fuzz},
    ports::JournalError,
};

fn spoiled(whole: &Value, random: &mut Random) -> String {
    String::from_utf8_lossy(&document(whole, random)).into_owned()
}

fn refused(error: &JournalError) {
    // As every error goes to standard error.
    assert_harmless([crate::domain::text::Clean::bounded(&error.to_string(), 4_000).as_str()]);
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
        0,
        0,
        "0190d2f0-0000-7000-8000-000000000001",
        "2 Pizza Salami"
    ]);
    let mut read = 0;
    fuzz("fuzz_rows_of_orders", |random| match read_row(&spoiled(&whole, random)) {
        Ok(row) => {
            read += 1;
            assert!(!row.delivery.word().is_empty());
        }
        Err(error) => refused(&error),
    });
    assert!(read > 0);
}

#[test]
fn fuzz_drafts() {
    let mut draft = crate::domain::testing::draft();
    let article = crate::domain::testing::article(51, "Pizza", "10.50");
    draft.add(&article, 2.into(), "ohne");
    draft.fields.insert(crate::domain::field::Field::Phone, "040".into());
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
        let shared = packed::Shared::read(&spoiled(&shared, random));
        let mut articles = Vec::new();
        if shared.and_then(|shared| shared.unpack(&spoiled(&page, random), &mut articles)).is_some() {
            read += 1;
        }
        if random.one_in(50) {
            let articles: Vec<_> = articles.into_iter().map(Arc::new).collect();
            let catalog = crate::desk::search::Catalog::new(articles, &[], None);
            assert!(catalog.search("piz", crate::desk::search::Scope::All, 9).best.len() <= 9);
        }
    });
    assert!(read > 0);
}
