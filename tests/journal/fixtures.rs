//! Orders, drafts, articles and instants for the journal's tests. All guests are made up.

use std::sync::Arc;

use jiff::Timestamp;
use oktodesk::{
    domain::{
        draft::{Draft, OpenDraft},
        guest::GuestKeys,
        order::{DistributionChannel, Order},
        shop::article::{Article, ChannelPrice, TaxRate},
        value::ids::{DeskId, InternalId, OrderId},
    },
    ports::{
        Journal,
        house::PlaceNote,
        journal::{EventKind, NewOrder, OrderEvent, OrderFilter, Settled},
        pos::ReadyOrder,
    },
};

pub const BASE: &str = "https://pos.example/v1";

pub fn id(name: &str) -> OrderId {
    OrderId(name.into())
}

/// `second` seconds and some microseconds after a fixed instant.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_microsecond((1_770_000_000 + second) * 1_000_000 + 123_456).unwrap()
}

/// A delivery for Gast Muster; the body has white space of its own, to be kept byte for byte.
pub fn new_order(name: &str, second: i64) -> NewOrder {
    let body = format!(
        r#"{{ "orderId": "{name}", "payment": {{"price": {{"value": "19.90", "currency": "EUR"}}}},
        "customer": {{"givenName": "Gast", "familyName": "Muster", "phone": "040 123",
        "address": {{"street": "Musterstraße", "houseNumber": "5 a"}}}}, "location": {{"table": 7, "seat": 2}},
        "items": [{{"name": "Pizza \"Käse\"", "quantity": 2, "price": {{"value": "19.90", "currency": "EUR"}},
        "pricePerUnit": {{"value": "9.95", "currency": "EUR"}}}}], "status": "ready",
        "purchaseTime": {{"timestamp": "2026-02-02T10:00:00Z", "timezone": "Europe/Berlin"}},
        "pickup": {{"pickupToken": "HH01"}}, "orderType": "DELIVERY", "intermediary": "Telefon" }}"#
    );
    let order: Order = serde_json::from_str(&body).unwrap();
    let guest = GuestKeys::of("DE", order.customer.as_ref());
    NewOrder {
        order,
        body,
        base_url: BASE.into(),
        due_at: Some(at(second + 1800)),
        at: at(second),
        note: PlaceNote::default(),
        guest,
        desk: here(),
    }
}

/// `new_order` by somebody who saw the order under its id as it is.
pub async fn corrected(journal: &dyn Journal, name: &str, second: i64) -> NewOrder {
    let mut new = new_order(name, second);
    new.note.corrects = Some(journal.order(&id(name)).await.unwrap().revision);
    new
}

/// A draft made of the order under its id as it is.
pub async fn correction(journal: &dyn Journal, name: &str, second: i64, search: &str) -> Draft {
    let corrects = Some(journal.order(&id(name)).await.unwrap().revision);
    Draft { corrects, ..draft(name, second, search) }
}

/// The desk that does what no other desk is told to do.
pub fn here() -> DeskId {
    DeskId("here".into())
}

/// A draft that a desk has open.
pub fn opened(draft: Draft, desk: DeskId) -> OpenDraft {
    OpenDraft { draft, desk: Some(desk) }
}

/// The open drafts, whoever has them.
pub async fn open_drafts(journal: &dyn Journal) -> Vec<Draft> {
    journal.drafts().await.unwrap().into_iter().map(|open| open.draft).collect()
}

pub fn draft(name: &str, second: i64, search: &str) -> Draft {
    serde_json::from_value(serde_json::json!({
        "order_id": name, "opened_at": at(second), "step": "items", "order_type": "PICKUP", "search": search,
    }))
    .unwrap()
}

/// Articles as a journal is given them.
pub fn shared(articles: &[Article]) -> Vec<Arc<Article>> {
    articles.iter().cloned().map(Arc::new).collect()
}

pub fn article(number: i64) -> Article {
    let channel = Arc::new(DistributionChannel { dc_id: number % 2, name: format!("CHANNEL{}", number % 2) });
    let tax = Arc::new(TaxRate { id: Some(2), rate: "7.00".parse().unwrap(), code: None });
    Article {
        id: number,
        number: format!("{number}").into(),
        name: format!("Artikel {number}").into(),
        group: format!("Gruppe {}", number % 5).into(),
        unit: "".into(),
        prices: Arc::new([ChannelPrice { channel, price: "9.50".parse().unwrap(), tax }]),
        barcode: (number % 3 == 0).then(|| "4001".into()),
        price_can_change: number % 2 == 0,
    }
}

pub fn ready(name: &str, internal_id: Option<i64>, status: Option<&str>) -> ReadyOrder {
    ReadyOrder {
        order_id: Some(id(name)),
        internal_id: internal_id.map(InternalId),
        status: status.map(str::to_owned),
        ..ReadyOrder::default()
    }
}

pub fn accepted(internal_id: i64) -> Settled {
    Settled::Accepted { internal_id: InternalId(internal_id) }
}

pub fn rejected(reason: &str) -> Settled {
    Settled::Rejected { reason: reason.into() }
}

pub fn unknown(reason: &str) -> Settled {
    Settled::Unknown { reason: reason.into() }
}

/// The entry of the outbox that creates the order.
pub async fn create_seq(journal: &dyn Journal, name: &str) -> i64 {
    let outbox = journal.outbox().await.unwrap();
    let is_it = |entry: &&oktodesk::ports::journal::OutboxEntry| {
        entry.order_id == id(name) && matches!(entry.task, oktodesk::ports::journal::Task::Create)
    };
    outbox.iter().find(is_it).expect("a create row").seq
}

/// Places an order and takes its one attempt to `settled`.
pub async fn placed(journal: &dyn Journal, name: &str, second: i64, settled: &Settled) -> i64 {
    journal.place(&new_order(name, second)).await.unwrap();
    let seq = create_seq(journal, name).await;
    journal.begin_attempt(seq, BASE, 0, at(second + 1)).await.unwrap();
    journal.settle_attempt(seq, 0, settled, at(second + 2)).await.unwrap();
    seq
}

pub async fn word(journal: &dyn Journal, name: &str) -> &'static str {
    journal.order(&id(name)).await.unwrap().row.delivery.word()
}

pub async fn kinds(journal: &dyn Journal, name: &str) -> Vec<EventKind> {
    journal.order(&id(name)).await.unwrap().events.iter().map(|event| event.kind).collect()
}

/// The kind of an event and what it tells.
pub fn told(event: &OrderEvent) -> (EventKind, String) {
    let parts = [event.detail.as_str(), event.words.as_str()];
    (event.kind, parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": "))
}

/// `told` of the newest event.
pub async fn last_event(journal: &dyn Journal, name: &str) -> (EventKind, String) {
    let events = journal.order(&id(name)).await.unwrap().events;
    events.last().map(told).expect("an event")
}

pub async fn listed(journal: &dyn Journal, filter: OrderFilter) -> Vec<String> {
    journal.orders(&filter).await.unwrap().into_iter().map(|row| row.order_id.0).collect()
}
