//! Reading what others wrote: a field of the wrong type is a missing field, and every text is cleaned.
//!
//! Knows types, not endpoints. Amounts and numbers are bounded, so that sums of them cannot overflow anywhere.

use jiff::{Timestamp, civil, tz::TimeZone};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::envelope::Envelope;
use crate::domain::value::{money::Money, text::Clean};

/// Largest amount, price or quantity that is believed, either sign.
const MAX_AMOUNT: i64 = 1_000_000_000;

/// Digits behind the point that mean something; what a float leaves behind them (12.990000000000001) is rounded away.
const MAX_SCALE: u32 = 6;

/// Looking into JSON without caring whether it has the expected shape.
pub(super) trait Lookup {
    /// The field of that name; null where this is no object or has none.
    fn at(&self, field: &str) -> &Value;
}

impl Lookup for Value {
    fn at(&self, field: &str) -> &Value {
        self.get(field).unwrap_or(&Value::Null)
    }
}

/// Text, cleaned; a number is its digits, everything else is empty.
pub(super) fn text(value: &Value, max: usize) -> Clean {
    match value {
        Value::String(text) => Clean::bounded(text, max),
        Value::Number(number) => Clean::bounded(&number.to_string(), max),
        _ => Clean::default(),
    }
}

/// Text, cleaned; `None` where there is none.
pub(super) fn some_text(value: &Value, max: usize) -> Option<String> {
    Some(text(value, max).into_string()).filter(|text| !text.is_empty())
}

/// The first of the values that is a text.
pub(super) fn first_text<const N: usize>(values: [&Value; N], max: usize) -> Clean {
    values.into_iter().map(|value| text(value, max)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// An integer, also one written as a string.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A decimal, also one written as a string; never a float, and nothing beyond a billion.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    // The library passes over `_`: `1_9.95` is a mistake and not 19.95.
    if text.len() > 64 || text.contains('_') {
        return None;
    }
    let number = text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()?;
    let number = if number.scale() > MAX_SCALE { number.round_dp(MAX_SCALE).normalize() } else { number };
    (number.abs() <= Decimal::from(MAX_AMOUNT)).then_some(number)
}

/// A truth value, also one written as a number or a string.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// `{"value": "19.95", "currency": "EUR"}`; a missing currency is left empty, a bare number is no money.
pub(super) fn money(value: &Value) -> Option<Money> {
    let amount = decimal(value.at("value"))?;
    Some(Money::new(amount, &text(value.at("currency"), 8)))
}

/// `{"timestamp", "timezone"}`: with an offset the instant itself, without one local time of that zone.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    let stamp = value.at("timestamp").as_str().filter(|stamp| stamp.len() <= 64)?.trim();
    if let Ok(instant) = stamp.parse::<Timestamp>() {
        return Some(instant);
    }
    let local: civil::DateTime = stamp.parse().ok()?;
    Some(local.to_zoned(zone(value.at("timezone").as_str()?)?).ok()?.timestamp())
}

/// A time zone by its name. The name is foreign and is looked up as a file: nothing but names may pass.
fn zone(name: &str) -> Option<TimeZone> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '+' | '-');
    if name.is_empty() || name.len() > 64 || name.starts_with('/') || !name.chars().all(plain) {
        return None;
    }
    TimeZone::get(name).ok()
}

/// Why an answer that should be a list is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoList {
    /// OktoPOS says that something went wrong.
    Refused(Envelope),
    /// It is something else.
    Unusable,
}

#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

/// Reads the rows of a list, an array or the vendor's `{"items": […]}`; `null` is an empty list.
///
/// Rows that are no objects, or in which `read` finds nothing, are left out, and so is everything after `max` rows. One
/// row is held at a time: a hostile answer cannot grow to many times its size in memory.
pub(super) fn rows<T>(json: &str, max: usize, mut read: impl FnMut(&Value) -> Option<T>) -> Result<Vec<T>, NoList> {
    let json = json.trim();
    let raw: Vec<&RawValue> = if json == "null" {
        Vec::new()
    } else if json.starts_with('[') {
        serde_json::from_str(json).map_err(|_| NoList::Unusable)?
    } else {
        if let Some(envelope) = Envelope::read(json) {
            return Err(NoList::Refused(envelope));
        }
        serde_json::from_str::<Wrapped<'_>>(json).map_err(|_| NoList::Unusable)?.items.ok_or(NoList::Unusable)?
    };
    let object = |row: &&RawValue| serde_json::from_str::<Value>(row.get()).ok().filter(Value::is_object);
    Ok(raw.iter().filter_map(object).filter_map(|row| read(&row)).take(max).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    /// JSON of any shape, with hostile texts and numbers in it.
    pub fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            Just(serde_json::from_str("1e400").unwrap()),
            Just(serde_json::from_str("-0.30000000000000000000000000000000000001").unwrap()),
            Just(serde_json::from_str("123456789012345678901234567890").unwrap()),
            "[0-9]{1,3}".prop_map(Value::from),
            Just(json!("19.95")),
            Just(json!("2021-01-18T10:22:12Z")),
            Just(json!("2021-03-28T02:30:00")),
            Just(json!("Europe/Berlin")),
            Just(json!("../../etc/passwd")),
            Just(json!("DELIVERY")),
            proptest::collection::vec(any::<char>(), 0..12).prop_map(|c| json!(c.into_iter().collect::<String>())),
            Just(json!("\u{1b}[2J\u{202e}\u{200b}\u{7}\u{9b}x")),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let key = proptest::sample::select(KEYS);
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::hash_map(key, inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
            ]
        })
    }

    /// Field names of every endpoint.
    const KEYS: &[&str] = &[
        "orderId",
        "internalId",
        "id",
        "status",
        "orderType",
        "payment",
        "price",
        "value",
        "currency",
        "customer",
        "familyName",
        "phone",
        "address",
        "street",
        "houseNumber",
        "location",
        "table",
        "seat",
        "pickup",
        "timestamp",
        "timezone",
        "asapDelivery",
        "pickupToken",
        "intermediary",
        "purchaseTime",
        "items",
        "name",
        "quantity",
        "comment",
        "basketItemId",
        "mainBasketItemId",
        "basicArticle",
        "description",
        "distributionChannel",
        "token",
        "taxRate",
        "articleTax",
        "taxRateValue",
        "taxRateId",
        "group",
        "unit",
        "names",
        "languageCode",
        "person",
        "givenName",
        "type",
        "text",
        "messages",
        "success",
    ];

    #[rstest]
    #[case(json!(7), Some(7))]
    #[case(json!("7"), Some(7))]
    #[case(json!(" 7 "), Some(7))]
    #[case(json!(7.5), None)]
    #[case(json!("7a"), None)]
    #[case(json!([7]), None)]
    #[case(serde_json::from_str("99999999999999999999").unwrap(), None)]
    fn integers(#[case] value: Value, #[case] expected: Option<i64>) {
        assert_eq!(integer(&value), expected);
    }

    #[rstest]
    #[case("12.99", Some("12.99"))]
    #[case("\"1.10\"", Some("1.10"))]
    #[case("12.990000000000001", Some("12.99"))]
    #[case("1e2", Some("100"))]
    #[case("1e400", None)]
    #[case("1000000001", None)]
    #[case("\"1_9.95\"", None)]
    #[case("\"NaN\"", None)]
    #[case("\"\"", None)]
    #[case("true", None)]
    fn decimals_are_bounded(#[case] value: &str, #[case] expected: Option<&str>) {
        let read = decimal(&serde_json::from_str(value).unwrap());
        assert_eq!(read.map(|read| read.to_string()).as_deref(), expected);
    }

    #[test]
    fn money_keeps_digits_and_asks_for_an_object() {
        assert_eq!(money(&json!({"value": "19.950", "currency": "EUR"})).unwrap().value.to_string(), "19.950");
        assert_eq!(money(&json!({"value": 7})).unwrap(), Money::new(Decimal::from(7), ""));
        assert_eq!(money(&json!("7.00")), None);
    }

    #[rstest]
    #[case(json!({"timestamp": "2021-01-18T10:22:12Z", "timezone": "Europe/Berlin"}), Some("2021-01-18T10:22:12Z"))]
    #[case(json!({"timestamp": "2021-01-11T14:15:00", "timezone": "Europe/Berlin"}), Some("2021-01-11T13:15:00Z"))]
    #[case(json!({"timestamp": "2021-07-11T14:15:00", "timezone": "Europe/Berlin"}), Some("2021-07-11T12:15:00Z"))]
    #[case(json!({"timestamp": "2021-07-11T14:15:00+05:00"}), Some("2021-07-11T09:15:00Z"))]
    #[case(json!({"timestamp": "2021-07-11T14:15:00"}), None)]
    #[case(json!({"timestamp": "2021-07-11T14:15:00", "timezone": "Mars/Olympus"}), None)]
    #[case(json!({"timestamp": "2021-07-11T14:15:00", "timezone": "../Europe/Berlin"}), None)]
    #[case(json!({"timestamp": "2021-07-11T25:00:00", "timezone": "Europe/Berlin"}), None)]
    #[case(json!({"timestamp": 1778586944, "timezone": "Europe/Berlin"}), None)]
    #[case(json!("2021-07-11"), None)]
    fn instants(#[case] value: Value, #[case] expected: Option<&str>) {
        assert_eq!(instant(&value), expected.map(|instant| instant.parse().unwrap()));
    }

    #[test]
    fn rows_come_as_an_array_or_wrapped() {
        let ids = |json: &str| rows(json, 9, |row| integer(row.at("id")));
        assert_eq!(ids(r#"[{"id":1},null,3,"x",[{"id":4}],{"id":5},{}]"#), Ok(vec![1, 5]));
        assert_eq!(ids(r#"{"items":[{"id":1}],"success":true,"messages":[]}"#), Ok(vec![1]));
        assert_eq!(ids(r#"{"items":[{"id":1}]}"#), Ok(vec![1]));
        assert_eq!(ids(" null "), Ok(vec![]));
        assert_eq!(ids("[]"), Ok(vec![]));
        assert_eq!(rows("[{},{},{}]", 2, |_| Some(())), Ok(vec![(), ()]));
    }

    #[rstest]
    #[case("")]
    #[case("7")]
    #[case("{}")]
    #[case("[{\"id\":1}")]
    #[case("<html></html>")]
    #[case("{\"items\":{}}")]
    fn other_answers_are_no_list(#[case] json: &str) {
        assert_eq!(rows(json, 9, |_| Some(())), Err(NoList::Unusable));
    }

    #[test]
    fn an_envelope_is_no_list_and_a_deep_row_is_left_out() {
        let refused = rows(r#"{"items":[],"success":false,"messages":[{"text":"no"}]}"#, 9, |_| Some(()));
        assert!(matches!(refused, Err(NoList::Refused(envelope)) if envelope.text.as_str() == "no"));
        let deep = format!(r#"[{{"id":1}},{{"id":2,"x":{}{}}}]"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(rows(&deep, 9, |row| integer(row.at("id"))), Ok(vec![1]));
    }

    proptest! {
        #[test]
        fn readers_never_panic(value in any_json()) {
            let texts = [text(&value, 20), text(value.at("name"), 20)];
            prop_assert!(texts.iter().all(|text| !text.chars().any(char::is_control)));
            prop_assert!(decimal(&value).is_none_or(|number| number.abs() <= Decimal::from(MAX_AMOUNT)));
            prop_assert!(money(&value).is_none_or(|money| !money.currency.chars().any(char::is_control)));
            prop_assert!(instant(&value).is_none() || value.is_object());
            prop_assert!(flag(&value).is_none() || !value.is_object());
            let list = rows(&value.to_string(), 50, |row| Some(row.is_object()));
            prop_assert!(list.is_err() || list.is_ok_and(|rows| rows.into_iter().all(|object| object)));
        }
    }
}
