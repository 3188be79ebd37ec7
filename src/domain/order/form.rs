//! The vendor's form as a table: the Order object field by field (Order API 1.3.0), and what a text in it may be. Knows no
//! JSON and no rule that needs two fields at once; who reads JSON walks the table.

/// One field of an object.
pub struct FieldSchema {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// What its value has to be.
    pub kind: FieldKind,
}

/// A field that has to be there.
pub const fn required(name: &'static str, kind: FieldKind) -> FieldSchema {
    FieldSchema { name, required: true, kind }
}

/// A field that may be left out, but not null.
pub const fn optional(name: &'static str, kind: FieldKind) -> FieldSchema {
    FieldSchema { name, required: false, kind }
}

/// What a value has to be.
pub enum FieldKind {
    /// Any string.
    Text,
    /// A string with something in it.
    Word,
    /// A `Word` without characters a terminal obeys.
    OrderId,
    /// A string that can be a phone number in anybody's spelling.
    Phone,
    /// A string that can be an e-mail address.
    Email,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// `^[\w\d\. \-]+$`, Unicode.
    Intermediary,
    /// A whole JSON number.
    Integer,
    /// A whole JSON number from one to another, both included.
    IntegerIn(i64, i64),
    /// A JSON number; the sandbox wants it from 0 and with at most so many decimals.
    Number(usize),
    /// A JSON number above 0.
    Quantity,
    /// `true` or `false`.
    Bool,
    /// A string of digits with decimals, `"19.95"`.
    Amount,
    /// Three capital letters.
    Currency,
    /// An instant, written in UTC with `Z`.
    Utc,
    /// A local time without an offset.
    Local,
    /// An IANA time zone.
    Zone,
    /// An object of exactly these fields.
    Object(&'static [FieldSchema]),
    /// An object of anything.
    AnyObject,
    /// An array of objects of exactly these fields.
    List(&'static [FieldSchema]),
    /// The same with at least one row.
    Rows(&'static [FieldSchema]),
}

/// The Order object, the body of `order/create`: field by field, types as in the vendor's sample.
pub const ORDER: &[FieldSchema] = &[
    required("orderId", FieldKind::OrderId),
    required("payment", FieldKind::Object(PAYMENT)),
    optional("customer", FieldKind::Object(CUSTOMER)),
    optional("location", FieldKind::Object(LOCATION)),
    required("items", FieldKind::Rows(ITEM)),
    required("status", FieldKind::Word),
    required("purchaseTime", FieldKind::Object(INSTANT)),
    optional("pickup", FieldKind::Object(PICKUP)),
    optional("orderType", FieldKind::OneOf(&["LOCAL", "PICKUP", "DELIVERY", "SHIPPING"])),
    optional("tipTransactions", FieldKind::List(TIP)),
    optional("sessionToken", FieldKind::Text),
    optional("intermediary", FieldKind::Intermediary),
];

const MONEY: &[FieldSchema] = &[required("value", FieldKind::Amount), required("currency", FieldKind::Currency)];

const INSTANT: &[FieldSchema] = &[required("timestamp", FieldKind::Utc), required("timezone", FieldKind::Zone)];

const PAYMENT: &[FieldSchema] = &[
    optional("referenceId", FieldKind::Text),
    optional("paymentMethod", FieldKind::Text),
    required("price", FieldKind::Object(MONEY)),
    optional("status", FieldKind::Text),
    optional("paymentReceived", FieldKind::Utc),
];

const CUSTOMER: &[FieldSchema] = &[
    optional("gender", FieldKind::Text),
    optional("givenName", FieldKind::Text),
    optional("familyName", FieldKind::Text),
    optional("phone", FieldKind::Phone),
    optional("email", FieldKind::Email),
    optional("address", FieldKind::Object(ADDRESS)),
];

const ADDRESS: &[FieldSchema] = &[
    optional("additionalAddress", FieldKind::Text),
    optional("street", FieldKind::Text),
    optional("houseNumber", FieldKind::Text),
    optional("zip", FieldKind::Text),
    optional("city", FieldKind::Text),
];

const LOCATION: &[FieldSchema] = &[optional("table", FieldKind::Integer), optional("seat", FieldKind::Integer)];

const ITEM: &[FieldSchema] = &[
    optional("basketItemId", FieldKind::Integer),
    optional("mainBasketItemId", FieldKind::Integer),
    optional("productId", FieldKind::Text),
    optional("externalId", FieldKind::Integer),
    required("name", FieldKind::Word),
    optional("distributionChannel", FieldKind::Object(CHANNEL)),
    required("quantity", FieldKind::Quantity),
    required("price", FieldKind::Object(MONEY)),
    required("pricePerUnit", FieldKind::Object(MONEY)),
    optional("tax", FieldKind::Object(TAX)),
    optional("comment", FieldKind::Text),
];

const CHANNEL: &[FieldSchema] = &[required("dcId", FieldKind::Integer), optional("name", FieldKind::Text)];

const TAX: &[FieldSchema] = &[
    optional("taxRateId", FieldKind::Integer),
    required("taxRateValue", FieldKind::Number(4)),
    optional("taxRateCode", FieldKind::Text),
    optional("taxValue", FieldKind::Object(MONEY)),
];

const PICKUP: &[FieldSchema] = &[
    optional("timestamp", FieldKind::Local),
    optional("timezone", FieldKind::Zone),
    optional("asapDelivery", FieldKind::Bool),
    optional("pickupToken", FieldKind::Text),
];

const TIP: &[FieldSchema] = &[
    required("amount", FieldKind::Number(2)),
    optional("type", FieldKind::Text),
    optional("userId", FieldKind::Text),
    optional("paidWith", FieldKind::Text),
    optional("created", FieldKind::Object(INSTANT)),
    optional("notice", FieldKind::Text),
];

/// The vendor's pattern for `intermediary`, `^[\w\d\. \-]+$`, Unicode.
pub fn intermediary_fits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ' ' | '-'))
}

/// Three capital letters.
pub fn currency_fits(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// An id that people and scripts can name: not empty, and without line ends and other characters a terminal obeys.
pub fn order_id_fits(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// `2021-01-11T14:15`, perhaps with seconds and decimals of them. An offset is none: time libraries pass over it in a local
/// time, and the order would be due at another hour.
pub fn is_local_form(text: &str) -> bool {
    let form = b"dddd-dd-ddTdd:dd:dd";
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = seconds.len() == form.len() || (seconds.len() == form.len() - 3 && !text.contains('.'));
    whole
        && seconds.bytes().zip(form).all(|(b, f)| match f {
            b'd' => b.is_ascii_digit(),
            b'T' => matches!(b, b'T' | b' '),
            other => b == *other,
        })
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Fancy-Food-Platform", true)]
    #[case("Käse_2.0 x", true)]
    #[case("Fancy/Food", false)]
    #[case("", false)]
    fn intermediary(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(intermediary_fits(text), fits);
    }

    #[rstest]
    #[case("04eee9db-f6a8", true)]
    #[case("Tisch 4 / Ä", true)]
    #[case("a\u{1b}[2J", false)]
    #[case("a\nb", false)]
    #[case("a\u{9b}2J", false)]
    #[case(" ", false)]
    #[case("", false)]
    fn order_id(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(order_id_fits(text), fits);
    }

    #[rstest]
    #[case("2021-01-11T14:15:00", true)]
    #[case("2021-01-11 14:15", true)]
    #[case("2021-01-11T14:15:00.5", true)]
    #[case("2021-01-11T14:15:00-04", false)]
    #[case("2021-01-11T14:15:00Z", false)]
    #[case("2021-01-11", false)]
    #[case("14:15", false)]
    fn local_time(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(is_local_form(text), fits);
    }

    #[test]
    fn a_currency_is_three_capitals() {
        assert!(currency_fits("EUR") && !currency_fits("eur") && !currency_fits("EURO") && !currency_fits(""));
    }
}
