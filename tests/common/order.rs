//! An order as a script would write it. Knows no program and no server.

use serde_json::{Value, json};

/// An order the sandbox accepts: one Pizza Hawaii to take away.
pub fn order(id: &str) -> Value {
    json!({
        "orderId": id,
        "payment": { "paymentMethod": "CASH", "price": { "value": "10.50", "currency": "EUR" }, "status": "open" },
        "customer": { "familyName": "Muster", "phone": "040 123456" },
        "items": [{
            "basketItemId": 1, "mainBasketItemId": 1, "productId": "51", "externalId": 1051, "name": "Pizza Hawaii",
            "distributionChannel": { "dcId": 2, "name": "TAKEAWAY" }, "quantity": 1,
            "price": { "value": "10.50", "currency": "EUR" }, "pricePerUnit": { "value": "10.50", "currency": "EUR" },
            "tax": { "taxRateId": 2, "taxRateValue": 7, "taxRateCode": "B", "taxValue": { "value": "0.69", "currency": "EUR" } }
        }],
        "status": "ready",
        "purchaseTime": { "timestamp": "2026-01-18T10:22:12Z", "timezone": "Europe/Berlin" },
        "pickup": { "asapDelivery": true, "timezone": "Europe/Berlin" },
        "orderType": "PICKUP"
    })
}
