//! OktoPOS's Order object, field by field (Order API 1.3.0). What is journalled, sent and read from a file is this one type.
//!
//! Absent optionals are left out, never written as null. An unknown field is an error: dropping it would lose data.

pub mod delivery;
pub mod form;
pub mod history;
pub mod life;
pub mod privacy;
pub mod round;
pub mod status;

use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::value::{ids::OrderId, money::Money};

/// One order as OktoPOS takes it. Required by the vendor: `orderId`, `payment`, `items`, `status`, `purchaseTime`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// Unique id of this order in the sending system: ours, stable over every attempt.
    pub order_id: OrderId,
    /// How the guest pays or has paid.
    pub payment: Payment,
    /// Who ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// Where in the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The lines, dishes and extras alike.
    pub items: Vec<Item>,
    /// OktoPOS's status word, `ready` for a new order.
    pub status: String,
    /// When the order was taken.
    pub purchase_time: ZonedInstant,
    /// When it is to be ready, and the token it is handed out by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<Pickup>,
    /// Decides tax and handling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_type: Option<OrderType>,
    /// Tips, apart from the payment's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tip_transactions: Option<Vec<TipTransaction>>,
    /// Ties related orders together: rounds of a table, a split bill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
    /// Platform or channel the order came through; letters, digits, `_`, `.`, space and `-` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intermediary: Option<String>,
}

impl Order {
    /// An order with what the vendor requires, and nothing else.
    pub fn required(
        order_id: OrderId,
        payment: Payment,
        items: Vec<Item>,
        status: String,
        purchase_time: ZonedInstant,
    ) -> Self {
        Self {
            order_id,
            payment,
            customer: None,
            location: None,
            items,
            status,
            purchase_time,
            pickup: None,
            order_type: None,
            tip_transactions: None,
            session_token: None,
            intermediary: None,
        }
    }

    /// Whether two orders say the same to the kitchen and the till. When they were taken and which session they joined is
    /// told by the moment they were confirmed.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let bare =
            |order: &Self| Self { purchase_time: other.purchase_time.clone(), session_token: None, ..order.clone() };
        bare(self) == bare(other)
    }
}

/// `orderType`: decides the distribution channel, hence price and tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OrderType {
    /// Eaten in the house, at a table.
    Local,
    /// Fetched by the guest.
    Pickup,
    /// Brought to the guest.
    Delivery,
    /// Sent by parcel.
    Shipping,
}

impl OrderType {
    /// Every order type, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Local, Self::Pickup, Self::Delivery, Self::Shipping];

    /// OktoPOS's word for it.
    pub fn token(self) -> &'static str {
        match self {
            Self::Local => "LOCAL",
            Self::Pickup => "PICKUP",
            Self::Delivery => "DELIVERY",
            Self::Shipping => "SHIPPING",
        }
    }

    /// Whether an address is needed.
    pub fn needs_address(self) -> bool {
        matches!(self, Self::Delivery | Self::Shipping)
    }
}

/// How the order is or will be paid. The desk takes no money: this says what the guest does elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Payment {
    /// Reference of the payment elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<String>,
    /// A method's token, `CASH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<String>,
    /// Sum of the line totals; tips are not in it.
    pub price: Money,
    /// `open` or `paid`, as configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When it was paid, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_received: Option<Timestamp>,
}

/// Who ordered. Every field is optional; the order type says which are needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Customer {
    /// OktoPOS's word, `male` in the vendor's sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Phone number as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where to bring or send it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    /// "second floor, backdoor".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_address: Option<String>,
    /// Street without the house number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// House number, `66A`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_number: Option<String>,
    /// Postal code; a string, leading zeros count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// Where in the house the order belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Location {
    /// Table number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<i64>,
    /// Seat at the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<i64>,
}

/// One line of the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Item {
    /// Number of the line within the order, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basket_item_id: Option<i64>,
    /// The dish an extra belongs to; a dish names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main_basket_item_id: Option<i64>,
    /// The article's external number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The article's id in OktoPOS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<i64>,
    /// Name of the article.
    pub name: String,
    /// Decides price and tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_channel: Option<DistributionChannel>,
    /// Pieces, or kilograms for weighed articles; an exact JSON number.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub quantity: Decimal,
    /// Line total, gross: quantity x unit price.
    pub price: Money,
    /// Unit price, gross.
    pub price_per_unit: Money,
    /// VAT contained in the line total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Tax>,
    /// For the kitchen, "medium rare".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A distribution channel as it stands in an order: `dcId` and `name` are the Article API's id and token.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DistributionChannel {
    /// The channel's id in OktoPOS.
    pub dc_id: i64,
    /// The channel's token, `INHOUSE`.
    #[serde(default)]
    pub name: String,
}

/// VAT of one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tax {
    /// The rate's id in OktoPOS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_rate_id: Option<i64>,
    /// Percent, an exact JSON number: 19.00.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub tax_rate_value: Decimal,
    /// The rate's letter on receipts, `A`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_rate_code: Option<String>,
    /// VAT contained in the line total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_value: Option<Money>,
}

/// A UTC instant beside the zone it was meant in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZonedInstant {
    /// UTC, written with `Z`.
    pub timestamp: Timestamp,
    /// IANA name, `Europe/Berlin`.
    pub timezone: String,
}

/// When the order is to be ready.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pickup {
    /// LOCAL time of `timezone`, written without an offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<civil::DateTime>,
    /// IANA name of the zone `timestamp` is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// As soon as possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asap_delivery: Option<bool>,
    /// What the guest says at the counter, `HH01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup_token: Option<String>,
}

/// One tip. The amount is an exact JSON number, unlike every other amount.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TipTransaction {
    /// In the order's currency.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub amount: Decimal,
    /// `PAID` in the vendor's sample.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// A payment method's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_with: Option<String>,
    /// When it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<ZonedInstant>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// The sample of the vendor's page, as published.
    const SAMPLE: &str = include_str!("../../tests/fixtures/vendor-sample.json");

    #[test]
    fn the_vendors_sample_is_the_same_value_after_a_round_trip() {
        let sample: Value = serde_json::from_str(SAMPLE).unwrap();
        let order: Order = serde_json::from_str(SAMPLE).unwrap();
        let written = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), sample);
        assert!(written.contains("\"amount\":12.99,") && written.contains("\"taxRateValue\":19.31,"), "{written}");
    }

    #[test]
    fn absent_optionals_are_left_out_and_null_is_read_as_absent() {
        let mut sample: Value = serde_json::from_str(SAMPLE).unwrap();
        let object = sample.as_object_mut().unwrap();
        for key in ["customer", "location", "pickup", "tipTransactions", "sessionToken"] {
            object.remove(key);
        }
        object.insert("intermediary".into(), Value::Null);
        let order: Order = serde_json::from_value(sample).unwrap();
        let written = serde_json::to_string(&order).unwrap();
        for key in ["customer", "location", "pickup", "tipTransactions", "sessionToken", "intermediary", "null"] {
            assert!(!written.contains(key), "{key} in {written}");
        }
    }

    #[test]
    fn an_unknown_field_and_a_missing_one_are_named() {
        let mut sample: Value = serde_json::from_str(SAMPLE).unwrap();
        sample["payment"]["discount"] = Value::from("1.00");
        assert!(serde_json::from_value::<Order>(sample.clone()).unwrap_err().to_string().contains("discount"));
        sample["payment"].as_object_mut().unwrap().remove("discount");
        sample.as_object_mut().unwrap().remove("purchaseTime");
        assert!(serde_json::from_value::<Order>(sample).unwrap_err().to_string().contains("purchaseTime"));
    }
}
