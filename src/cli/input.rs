//! Orders as scripts write them: one Order object, an array, or JSON lines, in the vendor's form. Strict: what is not
//! understood is an error with its place, because dropping it would lose data. Reads text, no files.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::domain::{ids::OrderId, order::Order};

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which order, from 1; 0 for the input as a whole.
    pub order: usize,
    /// Line, from 1.
    pub line: usize,
    /// The field, `items[0].price.value`; may be empty.
    pub path: String,
    /// What is wrong.
    pub detail: Detail,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// It is no JSON, or not of the vendor's form; in the parser's words.
    Form(String),
    /// There is no order.
    Empty,
    /// The `orderId` is empty.
    EmptyId,
    /// The `orderId` stands at another order too.
    Repeated(OrderId),
}

/// Reads every order; a missing `orderId` is made by `new_id`.
///
/// # Errors
/// Everything that is wrong, not just the first; then no order may be recorded.
pub fn read_orders(text: &str, mut new_id: impl FnMut() -> OrderId) -> Result<Vec<Order>, Vec<Problem>> {
    let text = text.trim_start_matches('\u{feff}');
    let raws = split(text).map_err(|problem| vec![problem])?;
    if raws.is_empty() {
        return Err(vec![Problem { order: 0, line: 1, path: String::new(), detail: Detail::Empty }]);
    }
    let (mut orders, mut problems, mut seen) = (Vec::with_capacity(raws.len()), Vec::new(), BTreeSet::new());
    for (index, raw) in raws.into_iter().enumerate() {
        // The raw value is a piece of the text, so its address tells where it stands.
        let line = line_at(text, raw.get().as_ptr().addr() - text.as_ptr().addr());
        match read_order(raw.get(), &mut new_id).and_then(|order| check_id(order, &mut seen)) {
            Ok(order) => orders.push(order),
            Err((path, detail, down)) => {
                problems.push(Problem { order: index + 1, line: line + down, path, detail });
            }
        }
    }
    if problems.is_empty() { Ok(orders) } else { Err(problems) }
}

/// One raw value an order.
fn split(text: &str) -> Result<Vec<&RawValue>, Problem> {
    let values: Result<Vec<&RawValue>, _> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::Deserializer::from_str(text).into_iter().collect()
    };
    values.map_err(|error| Problem {
        order: 0,
        line: error.line(),
        path: String::new(),
        detail: Detail::Form(error.to_string()),
    })
}

/// Looks for an `orderId`, whatever its value: `null` is a wrong one, not a missing one.
#[derive(Deserialize)]
struct Probe {
    #[serde(rename = "orderId", default)]
    order_id: Stands,
}

#[derive(Default)]
struct Stands(bool);

impl<'de> Deserialize<'de> for Stands {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self(true))
    }
}

type Wrong = (String, Detail, usize);

fn read_order(raw: &str, new_id: &mut impl FnMut() -> OrderId) -> Result<Order, Wrong> {
    let given;
    let mut text = raw;
    // Put into the text and not into a parsed value: a parsed value would hide fields that stand twice.
    if let (Ok(Probe { order_id: Stands(false) }), Some(rest)) = (serde_json::from_str(raw), raw.strip_prefix('{')) {
        let id =
            serde_json::to_string(&new_id()).map_err(|error| (String::new(), Detail::Form(error.to_string()), 0))?;
        let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
        given = format!("{{\"orderId\":{id}{comma}{rest}");
        text = &given;
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let down = inner.line().saturating_sub(1);
        (if path == "." { String::new() } else { path }, Detail::Form(inner.to_string()), down)
    })
}

fn check_id(order: Order, seen: &mut BTreeSet<OrderId>) -> Result<Order, Wrong> {
    let wrong = |detail| Err(("orderId".to_owned(), detail, 0));
    if order.order_id.as_str().trim().is_empty() {
        return wrong(Detail::EmptyId);
    }
    if !seen.insert(order.order_id.clone()) {
        return wrong(Detail::Repeated(order.order_id));
    }
    Ok(order)
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ORDER: &str = r#"{"orderId":"ID","payment":{"price":{"value":"1.50","currency":"EUR"}},"items":[],"status":"ready","purchaseTime":{"timestamp":"2026-01-18T10:22:12Z","timezone":"Europe/Berlin"}}"#;

    fn order(id: &str) -> String {
        ORDER.replace("ID", id)
    }

    fn without_id() -> String {
        ORDER.replace(r#""orderId":"ID","#, "")
    }

    fn read(text: &str) -> Result<Vec<String>, Vec<Problem>> {
        let mut made = 0;
        let next = || {
            made += 1;
            OrderId(format!("made-{made}"))
        };
        read_orders(text, next).map(|orders| orders.into_iter().map(|order| order.order_id.0).collect())
    }

    fn pretty(text: &str) -> String {
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(text).unwrap()).unwrap()
    }

    #[test]
    fn one_object_an_array_and_lines() {
        let (a, b) = (order("a"), order("b"));
        assert_eq!(read(&a).unwrap(), ["a"]);
        assert_eq!(read(&format!("\u{feff}\n{}\n", pretty(&a))).unwrap(), ["a"]);
        assert_eq!(read(&format!(" [{a},\n{b}]")).unwrap(), ["a", "b"]);
        assert_eq!(read(&format!("{a}\n\n{b}\n")).unwrap(), ["a", "b"]);
        assert_eq!(read(&format!("{}\n{}", pretty(&a), pretty(&b))).unwrap(), ["a", "b"]);
    }

    #[test]
    fn a_missing_id_is_made() {
        let text = format!("{}\n{}\n{}", without_id(), order("b"), pretty(&without_id()));
        assert_eq!(read(&text).unwrap(), ["made-1", "b", "made-2"]);
    }

    #[test]
    fn the_vendors_sample_is_the_same_value() {
        let text = include_str!("../../tests/fixtures/vendor-order.json");
        let orders = read_orders(text, || panic!("it has an id")).unwrap();
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&orders[0]).unwrap(), value);
        let written: serde_json::Value = serde_json::from_str(&serde_json::to_string(&orders[0]).unwrap()).unwrap();
        assert_eq!(written, value);
    }

    #[test]
    fn everything_wrong_is_named_with_its_place() {
        let odd = order("b").replace(r#""items":[]"#, r#""items":[{"name":"x","quantity":1,"colour":2}]"#);
        let bad = pretty(&order("c")).replace("\"1.50\"", "1.50");
        let text = format!("{}\n{odd}\n{bad}\n{}", order("a"), order("a"));
        let problems = read(&text).unwrap_err();
        let places: Vec<_> = problems.iter().map(|p| (p.order, p.line, p.path.as_str())).collect();
        assert_eq!(places, [(2, 2, "items[0].colour"), (3, 9, "payment.price.value"), (4, 18, "orderId")]);
        assert!(matches!(&problems[0].detail, Detail::Form(text) if text.contains("colour")));
        assert_eq!(problems[2].detail, Detail::Repeated(OrderId("a".into())));
    }

    #[test]
    fn what_is_no_order_is_refused() {
        for (text, order, line) in [
            ("", 0, 1),
            ("[]", 0, 1),
            ("\n{", 0, 2),
            ("5", 1, 1),
            ("null", 1, 1),
            ("{}", 1, 1),
            ("[[]]", 1, 1),
            ("{\"orderId\":\"a\"} x", 0, 1),
        ] {
            let problems = read(text).unwrap_err();
            assert_eq!((problems[0].order, problems[0].line), (order, line), "{text}: {problems:?}");
        }
        assert_eq!(read(&order(" ")).unwrap_err()[0].detail, Detail::EmptyId);
        let twice = order("a").replacen('{', r#"{"status":"ready","#, 1);
        assert!(matches!(&read(&twice).unwrap_err()[0].detail, Detail::Form(text) if text.contains("duplicate")));
        let null = order("a").replace("\"a\"", "null");
        assert_eq!(read(&null).unwrap_err()[0].path, "orderId");
    }

    proptest! {
        #[test]
        fn strange_bytes_never_panic(raw in ".{0,200}", cut in 0usize..200) {
            prop_assert!(read(&raw).is_err() || raw.contains("purchaseTime"));
            let whole = order("ä");
            let cut = (0..=cut.min(whole.len())).rev().find(|&at| whole.is_char_boundary(at)).unwrap_or(0);
            prop_assert_eq!(read(&whole[..cut]).is_ok(), cut == whole.len());
        }
    }
}
