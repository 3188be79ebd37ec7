//! All orders with status ready, ours and others'. Read leniently: what cannot be read is missing, never an error.

use serde_json::Value;

use crate::{
    domain::{
        order::OrderType,
        value::{
            ids::{InternalId, OrderId},
            text::Clean,
        },
    },
    oktopos::{
        client::OktoPos,
        lenient::{self, Lookup},
        outcome::{HttpAnswer, classify, no_list},
        settings::EndpointUrl,
    },
    ports::{
        PosError,
        pos::{ReadyLine, ReadyOrder},
    },
};

/// Orders that are read; a house has some hundreds open.
const MAX_ORDERS: usize = 20_000;

/// Lines of one order that are read.
const MAX_LINES: usize = 2_000;

/// Longest name, address or comment that is kept, in characters.
const MAX_TEXT: usize = 200;

/// Longest token that is kept, in characters.
const MAX_TOKEN: usize = 60;

/// Reads the list.
pub(in crate::oktopos) async fn call(pos: &OktoPos) -> Result<Vec<ReadyOrder>, PosError> {
    let endpoint = &pos.endpoints.ready;
    read(endpoint, &pos.get(&endpoint.url).await?)
}

/// Reads the list's orders.
pub(in crate::oktopos) fn read(endpoint: &EndpointUrl, answer: &HttpAnswer) -> Result<Vec<ReadyOrder>, PosError> {
    let text = classify(endpoint, answer)?;
    if answer.code == 204 {
        return Ok(Vec::new());
    }
    lenient::rows(&text, MAX_ORDERS, order).map_err(|problem| no_list(endpoint, &text, problem))
}

/// One row; `None` where nothing in it can be read.
fn order(row: &Value) -> Option<ReadyOrder> {
    let order_type = order_type(row.at("orderType"));
    let (customer, location, pickup) = (row.at("customer"), row.at("location"), row.at("pickup"));
    let asap = lenient::flag(pickup.at("asapDelivery")) == Some(true);
    let order = ReadyOrder {
        order_id: order_id(row.at("orderId")),
        internal_id: [row.at("internalId"), row.at("id")].into_iter().find_map(internal_id),
        status: lenient::some_text(row.at("status"), MAX_TOKEN),
        order_type,
        total: lenient::money(row.at("payment").at("price")),
        who: lenient::first_text([customer.at("familyName"), customer.at("givenName"), customer.at("phone")], MAX_TEXT),
        address: if order_type.is_none_or(OrderType::needs_address) { address(customer) } else { Clean::default() },
        table: lenient::integer(location.at("table")),
        seat: lenient::integer(location.at("seat")),
        pickup_token: lenient::text(pickup.at("pickupToken"), MAX_TOKEN),
        intermediary: lenient::text(row.at("intermediary"), MAX_TOKEN),
        created_at: lenient::instant(row.at("purchaseTime")),
        due_at: if asap { None } else { lenient::instant(pickup) },
        lines: row.at("items").as_array().into_iter().flatten().take(MAX_LINES).filter_map(line).collect(),
    };
    (order != ReadyOrder::default()).then_some(order)
}

/// The sending system's id. One that cleaning would change is none: it could be mistaken for another order's.
fn order_id(value: &Value) -> Option<OrderId> {
    let id = match value {
        Value::String(id) => id.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!id.is_empty() && Clean::new(&id).as_str() == id).then_some(OrderId(id))
}

fn internal_id(value: &Value) -> Option<InternalId> {
    lenient::integer(value).filter(|id| *id > 0).map(InternalId)
}

fn order_type(value: &Value) -> Option<OrderType> {
    let token = value.as_str()?.trim();
    OrderType::ALL.into_iter().find(|kind| kind.token().eq_ignore_ascii_case(token))
}

fn address(customer: &Value) -> Clean {
    let address = customer.at("address");
    let street = lenient::text(address.at("street"), MAX_TEXT);
    let number = lenient::text(address.at("houseNumber"), MAX_TOKEN);
    Clean::new(&format!("{street} {number}"))
}

fn line(item: &Value) -> Option<ReadyLine> {
    let (id, main) = (lenient::integer(item.at("basketItemId")), lenient::integer(item.at("mainBasketItemId")));
    let line = ReadyLine {
        quantity: lenient::decimal(item.at("quantity")),
        name: lenient::text(item.at("name"), MAX_TEXT),
        comment: lenient::text(item.at("comment"), Clean::MAX),
        is_extra: id.is_some() && main.is_some() && id != main,
        price: lenient::money(item.at("price")),
    };
    (line != ReadyLine::default()).then_some(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use rust_decimal::Decimal;
    use serde_json::json;

    use super::*;
    use crate::domain::value::money::Money;
    use crate::oktopos::lenient::tests::any_json;

    fn euros(cents: i64) -> Option<Money> {
        Some(Money::new(Decimal::new(cents, 2), "EUR"))
    }

    fn sample() -> Value {
        json!({
            "orderId": "04eee9db-f6a8-4132-8af2-3d262fd48fc5",
            "payment": {"price": {"value": "19.95", "currency": "EUR"}, "status": "paid"},
            "customer": {"givenName": "Erika", "familyName": "Muster", "phone": "040123456",
                "address": {"street": "Main Street", "houseNumber": "66A", "zip": "25451", "city": "Hamburg"}},
            "location": {"table": 27, "seat": 2},
            "items": [
                {"basketItemId": 5, "mainBasketItemId": 5, "name": "Pizza Hawaii", "quantity": 3,
                    "price": {"value": "19.95", "currency": "EUR"}, "comment": "medium rare"},
                {"basketItemId": 6, "mainBasketItemId": 5, "name": "Salami", "quantity": "0.5"}
            ],
            "status": "ready",
            "purchaseTime": {"timestamp": "2021-01-18T10:22:12Z", "timezone": "Europe/Berlin"},
            "pickup": {"timestamp": "2021-01-18T14:15:00", "timezone": "Europe/Berlin", "asapDelivery": false,
                "pickupToken": "HH01"},
            "orderType": "DELIVERY",
            "intermediary": "Fancy-Food-Platform"
        })
    }

    #[test]
    fn the_vendors_sample_is_read_whole() {
        let expected = ReadyOrder {
            order_id: Some(OrderId("04eee9db-f6a8-4132-8af2-3d262fd48fc5".into())),
            internal_id: None,
            status: Some("ready".into()),
            order_type: Some(OrderType::Delivery),
            total: euros(1995),
            who: "Muster".into(),
            address: "Main Street 66A".into(),
            table: Some(27),
            seat: Some(2),
            pickup_token: "HH01".into(),
            intermediary: "Fancy-Food-Platform".into(),
            created_at: Some("2021-01-18T10:22:12Z".parse().unwrap()),
            due_at: Some("2021-01-18T13:15:00Z".parse().unwrap()),
            lines: vec![
                ReadyLine {
                    quantity: Some(Decimal::from(3)),
                    name: "Pizza Hawaii".into(),
                    comment: "medium rare".into(),
                    is_extra: false,
                    price: euros(1995),
                },
                ReadyLine {
                    quantity: Some(Decimal::new(5, 1)),
                    name: "Salami".into(),
                    is_extra: true,
                    ..ReadyLine::default()
                },
            ],
        };
        assert_eq!(order(&sample()), Some(expected));
    }

    #[rstest]
    #[case("internalId", json!(7), Some(7))]
    #[case("internalId", json!("7"), Some(7))]
    #[case("id", json!(8), Some(8))]
    #[case("id", json!(-8), None)]
    #[case("id", json!("04eee9db"), None)]
    #[case("internalId", json!(null), None)]
    fn internal_ids(#[case] field: &str, #[case] value: Value, #[case] expected: Option<i64>) {
        let mut row = sample();
        row[field] = value;
        assert_eq!(order(&row).unwrap().internal_id, expected.map(InternalId));
    }

    #[test]
    fn as_soon_as_possible_has_no_due_time() {
        let mut row = sample();
        row["pickup"]["asapDelivery"] = json!(true);
        assert_eq!(order(&row).unwrap().due_at, None);
    }

    #[test]
    fn wrong_types_are_missing_and_the_rest_is_read() {
        let row = json!({
            "orderId": ["x"], "status": {"a": 1}, "orderType": "TELEPORT", "payment": [], "customer": "Erika",
            "location": {"table": "12", "seat": 1.5}, "items": {"0": {}}, "pickup": 5, "purchaseTime": "now",
            "intermediary": null, "unheard": [1, 2]
        });
        assert_eq!(order(&row), Some(ReadyOrder { table: Some(12), ..ReadyOrder::default() }));
        assert_eq!(order(&json!({"unheard": 1})), None);
    }

    #[test]
    fn an_order_id_is_taken_exactly_or_not_at_all() {
        let id = |id: &str| order(&json!({"orderId": id, "status": "ready"})).unwrap().order_id;
        assert_eq!(id("abc"), Some(OrderId("abc".into())));
        for hostile in [" abc", "abc\u{200b}", "abc\u{1b}[2J", "", &"x".repeat(600)] {
            assert_eq!(id(hostile), None, "{hostile:?}");
        }
    }

    #[test]
    fn addresses_are_for_deliveries() {
        let mut row = sample();
        row["orderType"] = json!("PICKUP");
        assert!(order(&row).unwrap().address.is_empty());
        row["orderType"] = json!(null);
        assert_eq!(order(&row).unwrap().address.as_str(), "Main Street 66A");
    }

    proptest! {
        #[test]
        fn any_json_is_read_clean(
            list in any_json(),
            field in any_json(),
            target in proptest::sample::select(&["customer", "items", "pickup", "orderId", "payment", "status"][..]),
        ) {
            let mut row = sample();
            row[target] = field;
            let rows: Vec<_> = lenient::rows(&list.to_string(), MAX_ORDERS, order)
                .unwrap_or_default()
                .into_iter()
                .chain(order(&row))
                .collect();
            for row in rows {
                let shown = format!("{} {} {} {} {}", row.who, row.address, row.pickup_token, row.intermediary,
                    row.status.unwrap_or_default());
                prop_assert!(!shown.chars().any(char::is_control));
                prop_assert!(row.order_id.is_none_or(|id| !id.0.chars().any(char::is_control)));
                for line in row.lines {
                    prop_assert!(!line.name.chars().chain(line.comment.chars()).any(char::is_control));
                }
            }
        }
    }
}
