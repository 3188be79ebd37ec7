//! The bodies of the API as tables: Order API 1.3.0 field by field, and the two smaller requests. Types as in the
//! vendor's sample. No rule that needs two fields at once is here.

use super::shape::{Field, Kind, optional, required};

/// `order/create`
pub(super) const ORDER: &[Field] = &[
    required("orderId", Kind::Word),
    required("payment", Kind::Object(PAYMENT)),
    optional("customer", Kind::Object(CUSTOMER)),
    optional("location", Kind::Object(LOCATION)),
    required("items", Kind::Rows(ITEM)),
    required("status", Kind::Word),
    required("purchaseTime", Kind::Object(INSTANT)),
    optional("pickup", Kind::Object(PICKUP)),
    optional("orderType", Kind::OneOf(&["LOCAL", "PICKUP", "DELIVERY", "SHIPPING"])),
    optional("tipTransactions", Kind::List(TIP)),
    optional("sessionToken", Kind::Text),
    optional("intermediary", Kind::Intermediary),
];

const MONEY: &[Field] = &[required("value", Kind::Amount), required("currency", Kind::Currency)];

const INSTANT: &[Field] = &[required("timestamp", Kind::Utc), required("timezone", Kind::Zone)];

const PAYMENT: &[Field] = &[
    optional("referenceId", Kind::Text),
    optional("paymentMethod", Kind::Text),
    required("price", Kind::Object(MONEY)),
    optional("status", Kind::Text),
    optional("paymentReceived", Kind::Utc),
];

const CUSTOMER: &[Field] = &[
    optional("gender", Kind::Text),
    optional("givenName", Kind::Text),
    optional("familyName", Kind::Text),
    optional("phone", Kind::Text),
    optional("email", Kind::Text),
    optional("address", Kind::Object(ADDRESS)),
];

const ADDRESS: &[Field] = &[
    optional("additionalAddress", Kind::Text),
    optional("street", Kind::Text),
    optional("houseNumber", Kind::Text),
    optional("zip", Kind::Text),
    optional("city", Kind::Text),
];

const LOCATION: &[Field] = &[optional("table", Kind::Integer), optional("seat", Kind::Integer)];

const ITEM: &[Field] = &[
    optional("basketItemId", Kind::Integer),
    optional("mainBasketItemId", Kind::Integer),
    optional("productId", Kind::Text),
    optional("externalId", Kind::Integer),
    required("name", Kind::Word),
    optional("distributionChannel", Kind::Object(CHANNEL)),
    required("quantity", Kind::Quantity),
    required("price", Kind::Object(MONEY)),
    required("pricePerUnit", Kind::Object(MONEY)),
    optional("tax", Kind::Object(TAX)),
    optional("comment", Kind::Text),
];

const CHANNEL: &[Field] = &[required("dcId", Kind::Integer), optional("name", Kind::Text)];

const TAX: &[Field] = &[
    optional("taxRateId", Kind::Integer),
    required("taxRateValue", Kind::Number(4)),
    optional("taxRateCode", Kind::Text),
    optional("taxValue", Kind::Object(MONEY)),
];

const PICKUP: &[Field] = &[
    optional("timestamp", Kind::Local),
    optional("timezone", Kind::Zone),
    optional("asapDelivery", Kind::Bool),
    optional("pickupToken", Kind::Text),
];

const TIP: &[Field] = &[
    required("amount", Kind::Number(2)),
    optional("type", Kind::Text),
    optional("userId", Kind::Text),
    optional("paidWith", Kind::Text),
    optional("created", Kind::Object(INSTANT)),
    optional("notice", Kind::Text),
];

/// `order/status`
pub(super) const STATUS: &[Field] =
    &[required("orderId", Kind::Integer), required("status", Kind::Word), optional("payload", Kind::AnyObject)];

/// `articles/list`. The filter's fields are not published; these three are what a person would ask for.
pub(super) const ARTICLE_LIST: &[Field] = &[
    required("page", Kind::IntegerIn(1, 1_000_000)),
    required("pageSize", Kind::IntegerIn(1, 500)),
    optional("filter", Kind::Object(ARTICLE_FILTER)),
];

const ARTICLE_FILTER: &[Field] = &[
    optional("externalReferenceNumber", Kind::Text),
    optional("description", Kind::Text),
    optional("group", Kind::Text),
];
