//! An order the sandbox accepts, and the clocks of a desk in a test.

use std::time::Duration;

use oktodesk::{
    domain::value::ids::{DeskId, OrderId},
    ports::{Clock, Ids},
};
use serde_json::{Value, json};
use tokio::time::Instant;

/// An order the sandbox accepts: one Pizza Hawaii to take away.
pub fn order(id: &str) -> Value {
    let euros = |value: &str| json!({ "value": value, "currency": "EUR" });
    json!({
        "orderId": id,
        "payment": { "paymentMethod": "CASH", "price": euros("10.50"), "status": "open" },
        "customer": { "familyName": "Muster", "phone": "040 123456" },
        "items": [{
            "basketItemId": 1, "mainBasketItemId": 1, "productId": "51", "externalId": 1051, "name": "Pizza Hawaii",
            "distributionChannel": { "dcId": 2, "name": "TAKEAWAY" }, "quantity": 1,
            "price": euros("10.50"), "pricePerUnit": euros("10.50"),
            "tax": { "taxRateId": 2, "taxRateValue": 7, "taxRateCode": "B", "taxValue": euros("0.69") }
        }],
        "status": "ready",
        "purchaseTime": { "timestamp": "2026-01-18T10:22:12Z", "timezone": "Europe/Berlin" },
        "pickup": { "asapDelivery": true, "timezone": "Europe/Berlin" },
        "orderType": "PICKUP"
    })
}

/// The machine's clocks.
pub struct Clocks(Instant);

impl Clocks {
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Clocks {
    #[expect(clippy::disallowed_methods, reason = "this stands for the adapter that reads the clock")]
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Every order of these tests has its id.
pub struct NoIds;

impl Ids for NoIds {
    fn order_id(&self) -> OrderId {
        panic!("nobody asks for an id")
    }

    fn desk_id(&self) -> DeskId {
        DeskId("desk".into())
    }
}
