//! What the house asks of the journal: the load of orders on hand, and the towns of its guests. Changes nothing.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{SqliteJournal, error::journal_error, rows::instant};
use crate::{
    domain::value::ids::OrderId,
    ports::{
        JournalError,
        house::{HouseBook, OnHand, Town},
    },
};

/// Orders by the ids of a JSON array; the join's sequence is fixed, as in the ready list's.
pub(super) const ON_HAND: &str = "SELECT o.order_id, o.pieces, o.promised_at \
    FROM json_each(?1) j CROSS JOIN orders o ON o.order_id = j.value";

/// Of the newest ?1 orders that may hold their guest: each postcode with the town most of them name.
pub(super) const TOWNS: &str = "SELECT zip, city FROM ( \
    SELECT trim(json_extract(b.body, '$.customer.address.zip')) AS zip, \
           trim(json_extract(b.body, '$.customer.address.city')) AS city, count(*) AS often, max(w.no) AS last \
    FROM (SELECT no FROM orders INDEXED BY orders_personal WHERE personal = 1 ORDER BY no DESC LIMIT ?1) w \
    CROSS JOIN bodies b ON b.order_no = w.no GROUP BY zip, city) \
    WHERE zip <> '' AND city <> '' ORDER BY zip, often, last";

#[async_trait]
impl HouseBook for SqliteJournal {
    async fn on_hand(&self, orders: &[OrderId]) -> Result<Vec<OnHand>, JournalError> {
        let ids: Vec<&str> = orders.iter().map(OrderId::as_str).collect();
        let json = serde_json::to_string(&ids)
            .map_err(|error| JournalError::Unwritable(format!("orders cannot be asked for: {error}")))?;
        let mut hold = self.read().await?;
        let rows: Vec<(String, u32, Option<i64>)> =
            sqlx::query_as(ON_HAND).bind(json).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        let on_hand = rows.into_iter().map(|(id, pieces, promised)| {
            let promised_at = promised.map(instant).transpose().map_err(journal_error)?;
            Ok::<_, JournalError>(OnHand { order_id: OrderId(id), pieces, promised_at })
        });
        on_hand.collect()
    }

    async fn towns(&self, look_at: u32) -> Result<Vec<Town>, JournalError> {
        let mut hold = self.read().await?;
        let rows: Vec<(String, String)> =
            sqlx::query_as(TOWNS).bind(look_at).fetch_all(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        let mut towns: Vec<Town> = Vec::new();
        for (zip, city) in rows {
            // The last of a postcode is the one most of them name, and of two the younger.
            towns.pop_if(|town| town.zip == zip);
            towns.push(Town { zip, city });
        }
        Ok(towns)
    }
}

/// What the columns keep of an instant.
pub(super) fn column(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_microsecond)
}

#[cfg(test)]
mod tests {
    use jiff::civil;
    use rust_decimal::Decimal;

    use super::*;
    use crate::{
        desk::testing::order,
        domain::{
            draft::terms::Pass,
            order::{Address, Customer, Order},
        },
        ports::{
            Journal,
            house::PlaceNote,
            journal::{EventKind, NewOrder},
        },
    };

    fn new(id: &str, note: PlaceNote, order: Order) -> NewOrder {
        let order = Order { order_id: OrderId(id.into()), ..order };
        let body = serde_json::to_string(&order).unwrap();
        NewOrder {
            order,
            body,
            base_url: "x".into(),
            due_at: None,
            at: Timestamp::UNIX_EPOCH,
            note,
            guest: Default::default(),
            desk: crate::domain::value::ids::DeskId("desk".into()),
        }
    }

    fn of(zip: &str, city: &str) -> Order {
        let address = Address { zip: Some(zip.into()), city: Some(city.into()), ..Address::default() };
        Order { customer: Some(Customer { address: Some(address), ..Customer::default() }), ..order("x") }
    }

    #[tokio::test]
    async fn what_was_promised_and_let_pass_is_recorded_with_the_order() {
        let dir = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(dir.path()).await.unwrap();
        let slot = Pass::Slot(civil::date(2026, 5, 4).at(18, 30, 0, 0));
        let passes = vec![Pass::Minimum(Decimal::new(320, 2)), slot];
        let promised_at = Some(Timestamp::from_second(1_777_910_000).unwrap());
        let note = PlaceNote { pieces: 7, promised_at, passes, ..PlaceNote::default() };
        journal.place(&new("a", note, order("x"))).await.unwrap();
        journal.place(&new("b", PlaceNote { pieces: 2, ..PlaceNote::default() }, order("x"))).await.unwrap();
        let id = |name: &str| OrderId(name.into());
        let mut on_hand = journal.on_hand(&[id("b"), id("a"), id("nobody")]).await.unwrap();
        on_hand.sort_by(|a, b| a.order_id.cmp(&b.order_id));
        let wanted = |name: &str, pieces, promised_at| OnHand { order_id: id(name), pieces, promised_at };
        assert_eq!(on_hand, [wanted("a", 7, promised_at), wanted("b", 2, None)]);
        let events = journal.order(&id("a")).await.unwrap().events;
        let told: Vec<(EventKind, &str)> = events.iter().map(|event| (event.kind, &*event.detail)).collect();
        let wanted = [
            (EventKind::Placed, ""),
            (EventKind::Overridden, "minimum 3.20"),
            (EventKind::Overridden, "slot 2026-05-04T18:30:00"),
        ];
        assert_eq!(told, wanted);
        assert_eq!(journal.order(&id("b")).await.unwrap().events.len(), 1);
    }

    #[tokio::test]
    async fn a_postcode_has_the_town_most_guests_name_until_they_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(dir.path()).await.unwrap();
        let places =
            [("22765", "Hambrug"), ("22765", "Hamburg"), ("22765", " Hamburg "), ("22880", "Wedel"), ("", "X")];
        for (at, (zip, city)) in places.into_iter().enumerate() {
            journal.place(&new(&format!("o{at}"), PlaceNote::default(), of(zip, city))).await.unwrap();
        }
        journal.place(&new("nobody", PlaceNote::default(), order("x"))).await.unwrap();
        let town = |zip: &str, city: &str| Town { zip: zip.into(), city: city.into() };
        assert_eq!(journal.towns(100).await.unwrap(), [town("22765", "Hamburg"), town("22880", "Wedel")]);
        assert_eq!(journal.towns(3).await.unwrap(), [town("22880", "Wedel")], "only the newest are looked at");
    }
}
