//! Finds out what an instance of OktoPOS does with an `orderId` it has seen before, by sending one test order twice.
//!
//! A person has to ask for it: whatever comes out, there is a test order in OktoPOS afterwards, perhaps two.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    domain::{
        order::{Item, Order, Payment, ZonedInstant},
        shop::Shop,
        value::{
            ids::{InternalId, OrderId},
            money::Money,
            text::Clean,
        },
    },
    ports::{Pos, PosError},
};

/// What the instance did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeated {
    /// It answered with the order it has.
    SameOrder {
        /// OktoPOS's id of the test order.
        id: InternalId,
    },
    /// It refused the second one with 409.
    Conflict {
        /// OktoPOS's id of the test order.
        id: InternalId,
    },
    /// It created a second order.
    Doubled {
        /// OktoPOS's id of the first test order.
        first: InternalId,
        /// OktoPOS's id of the second.
        second: InternalId,
    },
    /// The first one was not accepted, so nothing was found out; it may have arrived if the reason leaves that open.
    NotAccepted {
        /// What came back.
        reason: Clean,
    },
    /// The second one was neither accepted nor refused as a repetition.
    Unclear {
        /// OktoPOS's id of the first test order.
        id: InternalId,
        /// What came back to the second.
        reason: Clean,
    },
}

/// An order that says what it is, costs nothing and names no article, table or guest.
pub fn test_order(order_id: OrderId, shop: &Shop, now: Timestamp) -> Order {
    let nothing = Money { value: Decimal::ZERO, currency: shop.currency.clone() };
    let item = Item {
        basket_item_id: Some(1),
        main_basket_item_id: Some(1),
        product_id: None,
        external_id: None,
        name: "TEST oktodesk".to_owned(),
        distribution_channel: None,
        quantity: Decimal::ONE,
        price: nothing.clone(),
        price_per_unit: nothing.clone(),
        tax: None,
        comment: Some("TEST - nicht zubereiten - do not prepare".to_owned()),
    };
    let payment =
        Payment { reference_id: None, payment_method: None, price: nothing, status: None, payment_received: None };
    let purchase_time = ZonedInstant {
        timestamp: Timestamp::from_second(now.as_second()).unwrap_or(now),
        timezone: shop.time_zone.clone(),
    };
    Order::required(order_id, payment, vec![item], shop.workflow.initial.clone(), purchase_time)
}

/// Sends the same order twice, one after the other; the second only if the first was accepted.
pub async fn send_twice(pos: &dyn Pos, body: &str) -> Repeated {
    let first = match pos.create_order(body).await {
        Ok(id) => id,
        Err(error) => return Repeated::NotAccepted { reason: Clean::new(&error.to_string()) },
    };
    match pos.create_order(body).await {
        Ok(id) if id == first => Repeated::SameOrder { id },
        Ok(second) => Repeated::Doubled { first, second },
        Err(PosError::Rejected { code: 409, .. }) => Repeated::Conflict { id: first },
        Err(error) => Repeated::Unclear { id: first, reason: Clean::new(&error.to_string()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_order_is_a_whole_order_that_costs_nothing() {
        let now = "2026-05-04T15:42:10.5Z".parse().unwrap();
        let order = test_order(OrderId("probe".into()), &crate::domain::testing::shop(), now);
        let json = serde_json::to_value(&order).unwrap();
        for required in ["orderId", "payment", "items", "status", "purchaseTime"] {
            assert!(json.get(required).is_some(), "{required}");
        }
        assert_eq!(json["payment"]["price"]["value"], "0");
        assert_eq!(json["purchaseTime"]["timestamp"], "2026-05-04T15:42:10Z");
        assert!(json["items"][0]["name"].as_str().unwrap().contains("TEST"));
    }
}
