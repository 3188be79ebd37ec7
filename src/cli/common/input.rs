//! Orders as scripts write them: one Order object, an array, or JSON lines, in the vendor's form. Strict: what is not
//! understood is an error with its place, because dropping it would lose data. Reads text, no files.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use serde::{Deserialize, Deserializer, de};
use serde_json::{error::Category, value::RawValue};

mod form;

use crate::{
    desk::error::TimeProblem,
    domain::{
        order::{Order, form::ORDER},
        value::ids::OrderId,
    },
};

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProblem {
    /// Which order, from 1; 0 for the input as a whole.
    pub order: usize,
    /// Its `orderId`, if it has one.
    pub id: Option<String>,
    /// Line, from 1.
    pub line: usize,
    /// The field, `items[0].price.value`; may be empty.
    pub path: String,
    /// What is wrong.
    pub detail: InputFault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputFault {
    /// It ends before the order that begins there does.
    Unfinished,
    /// It is no JSON at this place.
    NoJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// There is no order.
    Empty,
    /// The `orderId` is empty.
    EmptyId,
    /// The `orderId` stands at another order too.
    Repeated(OrderId),
    /// A field that has to be there is not.
    Missing,
    /// There is no such field in the vendor's form.
    NoSuchField,
    /// The field stands there twice.
    Twice,
    /// Something else has to stand there.
    Must {
        /// Key of the text that says what.
        wanted: &'static str,
        /// The words it may be, if it is one of some.
        choices: &'static [&'static str],
        /// What stands there.
        found: FoundJson,
    },
    /// The time is no instant.
    Time(TimeProblem),
    /// An order with another content is recorded under its `orderId`.
    OtherContent(OrderId),
    /// The order is open as a draft on the desk.
    OpenDraft,
    /// It was not recorded, in the desk's words.
    Refused(String),
    /// Not of the vendor's form, in the parser's words: something its table does not tell.
    Form(String),
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundJson {
    /// A list.
    List,
    /// An object.
    Object,
    /// Something short: as it stands there, clean.
    Value(String),
}

/// An order of the input.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The order.
    pub order: Order,
    /// The line it begins in, from 1.
    pub line: usize,
}

/// Where an order begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderPlace {
    /// The line, from 1.
    pub line: usize,
    /// Which of the orders that begin in this line it is, from 1.
    pub nth: usize,
}

/// Reads every order; a missing `orderId` is made by `new_id` of the place where the order begins.
///
/// # Errors
/// Everything that is wrong, not just the first; then no order may be recorded.
pub fn read_orders(text: &str, mut new_id: impl FnMut(OrderPlace) -> OrderId) -> Result<Vec<Given>, Vec<InputProblem>> {
    let text = text.trim_start_matches('\u{feff}');
    let whole = |line, detail| vec![InputProblem { order: 0, id: None, line, path: String::new(), detail }];
    let raws = split(text).map_err(|(line, detail)| whole(line, detail))?;
    if raws.is_empty() {
        return Err(whole(1, InputFault::Empty));
    }
    let (mut orders, mut problems, mut seen) = (Vec::with_capacity(raws.len()), Vec::new(), BTreeSet::new());
    let (mut line, mut nth, mut counted) = (1, 0, 0);
    for (index, raw) in raws.into_iter().enumerate() {
        let begin = offset(text, raw.get());
        let down = line_ends(&text[counted..begin]);
        (line, nth) = (line + down, if down == 0 { nth + 1 } else { 1 });
        counted = begin;
        let wrong = |(path, detail, down): Wrong| InputProblem {
            order: index + 1,
            id: form::text_of(raw, "orderId"),
            line: line + down,
            path,
            detail,
        };
        let faults: Vec<Wrong> = form::check(raw, ORDER)
            .into_iter()
            .filter(|fault| fault.path != "orderId" || fault.detail != InputFault::Missing)
            .map(|fault| (fault.path, fault.detail, line_ends(&raw.get()[..offset(raw.get(), fault.at)])))
            .collect();
        if !faults.is_empty() {
            problems.extend(faults.into_iter().map(wrong));
            continue;
        }
        match read_order(raw.get(), || new_id(OrderPlace { line, nth })).and_then(|order| check_id(order, &mut seen)) {
            Ok(order) => orders.push(Given { order, line }),
            Err(what) => problems.push(wrong(what)),
        }
    }
    if problems.is_empty() { Ok(orders) } else { Err(problems) }
}

/// One raw value an order; or what is wrong, with the line where the order begins that is not whole.
fn split(text: &str) -> Result<Vec<&RawValue>, (usize, InputFault)> {
    let is_list = text.trim_start().starts_with('[');
    let mut raws = Vec::new();
    let error = if is_list {
        let found = RefCell::new(Vec::new());
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = Elements(&found).read(&mut deserializer).and_then(|()| deserializer.end());
        raws = found.into_inner();
        read.err()
    } else {
        let read =
            serde_json::Deserializer::from_str(text).into_iter().try_for_each(|raw| raw.map(|raw| raws.push(raw)));
        read.err()
    };
    let Some(error) = error else { return Ok(raws) };
    let done = raws.last().map_or(0, |raw: &&RawValue| offset(text, raw.get()) + raw.get().len());
    let between = |c: char| c.is_whitespace() || (is_list && matches!(c, ',' | '['));
    let begin = text.len() - text[done..].trim_start_matches(between).len();
    // Without anything behind it the list itself is what is not finished.
    let begin = if begin == text.len() { done } else { begin };
    let detail = match error.classify() {
        Category::Eof => InputFault::Unfinished,
        _ => InputFault::NoJson { line: error.line(), column: error.column() },
    };
    Err((1 + line_ends(&text[..begin]), detail))
}

/// Keeps the elements of a list that were read before something is wrong.
struct Elements<'a, 'de>(&'a RefCell<Vec<&'de RawValue>>);

impl<'de> Elements<'_, 'de> {
    fn read<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> de::Visitor<'de> for Elements<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element()? {
            self.0.borrow_mut().push(raw);
        }
        Ok(())
    }
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
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        de::IgnoredAny::deserialize(deserializer).map(|_| Self(true))
    }
}

type Wrong = (String, InputFault, usize);

fn read_order(raw: &str, new_id: impl FnOnce() -> OrderId) -> Result<Order, Wrong> {
    let given;
    let mut text = raw;
    // Put into the text and not into a parsed value: a parsed value would hide fields that stand twice.
    if let (Ok(Probe { order_id: Stands(false) }), Some(rest)) = (serde_json::from_str(raw), raw.strip_prefix('{')) {
        let id = serde_json::to_string(&new_id())
            .map_err(|error| (String::new(), InputFault::Form(error.to_string()), 0))?;
        let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
        given = format!("{{\"orderId\":{id}{comma}{rest}");
        text = &given;
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let down = inner.line().saturating_sub(1);
        (if path == "." { String::new() } else { path }, InputFault::Form(inner.to_string()), down)
    })
}

fn check_id(order: Order, seen: &mut BTreeSet<OrderId>) -> Result<Order, Wrong> {
    if seen.insert(order.order_id.clone()) {
        Ok(order)
    } else {
        Err(("orderId".to_owned(), InputFault::Repeated(order.order_id), 0))
    }
}

/// Where a piece of a text stands in it: its address tells.
fn offset(text: &str, piece: &str) -> usize {
    piece.as_ptr().addr() - text.as_ptr().addr()
}

fn line_ends(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const ORDER: &str = r#"{"orderId":"ID","payment":{"price":{"value":"1.50","currency":"EUR"}},"items":[ITEM],"status":"ready","purchaseTime":{"timestamp":"2026-01-18T10:22:12Z","timezone":"Europe/Berlin"}}"#;

    const ITEM: &str = r#"{"name":"x","quantity":1,"price":{"value":"1.50","currency":"EUR"},"pricePerUnit":{"value":"1.50","currency":"EUR"}}"#;

    fn order(id: &str) -> String {
        ORDER.replace("ID", id).replace("ITEM", ITEM)
    }

    fn without_id() -> String {
        order("ID").replace(r#""orderId":"ID","#, "")
    }

    fn read(text: &str) -> Result<Vec<String>, Vec<InputProblem>> {
        let mut made = 0;
        let next = |_| {
            made += 1;
            OrderId(format!("made-{made}"))
        };
        read_orders(text, next).map(|orders| orders.into_iter().map(|given| given.order.order_id.0).collect())
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
    fn an_order_without_an_id_is_told_by_its_line_and_its_place_in_it() {
        let bare = without_id();
        let text = format!("[{bare}, {bare},\n\n{}, {bare}\r\n,{bare} ]", order("b"));
        let mut places = Vec::new();
        let id = |place: OrderPlace| {
            places.push((place.line, place.nth));
            OrderId(format!("{place:?}"))
        };
        let given = read_orders(&text, id).unwrap();
        assert_eq!(places, [(1, 1), (1, 2), (3, 2), (4, 1)]);
        assert_eq!(given.iter().map(|given| given.line).collect::<Vec<_>>(), [1, 1, 3, 3, 4]);
    }

    #[test]
    fn the_vendors_sample_is_the_same_value() {
        let text = include_str!("../../../tests/fixtures/vendor-sample.json");
        let orders = read_orders(text, |_| panic!("it has an id")).unwrap();
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&orders[0].order).unwrap(), value);
        let written: serde_json::Value =
            serde_json::from_str(&serde_json::to_string(&orders[0].order).unwrap()).unwrap();
        assert_eq!(written, value);
    }

    #[test]
    fn everything_wrong_is_named_with_its_place() {
        let odd = order("b").replace(r#""quantity":1"#, r#""quantity":1,"colour":2"#);
        let bad = pretty(&order("c").replacen("\"1.50\"", "1.50", 1));
        let text = format!("{}\n{odd}\n{bad}\n{}", order("a"), order("a"));
        let problems = read(&text).unwrap_err();
        let places: Vec<_> = problems.iter().map(|p| (p.order, p.line, p.path.as_str())).collect();
        assert_eq!(places, [(2, 2, "items[0].colour"), (3, 22, "payment.price.value"), (4, 31, "orderId")]);
        assert_eq!(problems[0].detail, InputFault::NoSuchField);
        let wanted =
            InputFault::Must { wanted: "send.must.amount", choices: &[], found: FoundJson::Value("1.50".into()) };
        assert_eq!(problems[1].detail, wanted);
        assert_eq!(problems[1].id.as_deref(), Some("c"));
        assert_eq!(problems[2].detail, InputFault::Repeated(OrderId("a".into())));
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
        assert_eq!(read(&order(" ")).unwrap_err()[0].detail, InputFault::EmptyId);
        let twice = order("a").replacen('{', r#"{"status":"ready","#, 1);
        let twice = read(&twice).unwrap_err();
        assert_eq!((twice[0].path.as_str(), &twice[0].detail), ("status", &InputFault::Twice));
        let null = order("a").replace("\"a\"", "null");
        assert_eq!(read(&null).unwrap_err()[0].path, "orderId");
    }

    /// What a field may be and what it may not, by the vendor's form; where the form says nothing, anything may stand there.
    #[rstest]
    #[case("/intermediary", r#""Fancy-Food_2.0 ä""#, None)]
    #[case("/intermediary", r#""Fancy/Food""#, Some("send.must.intermediary"))]
    #[case("/intermediary", r#""""#, Some("send.must.intermediary"))]
    #[case("/intermediary", "null", None)]
    #[case("/items", "[]", Some("send.must.rows"))]
    #[case("/items", "{}", Some("send.must.list"))]
    #[case("/items/0", "7", Some("send.must.object"))]
    #[case("/items/0/name", r#"" ""#, Some("send.must.word"))]
    #[case("/items/0/quantity", r#""3""#, Some("send.must.quantity"))]
    #[case("/items/0/quantity", "0.125", None)]
    #[case("/items/0/quantity", "0", Some("send.must.quantity"))]
    #[case("/items/0/quantity", "0.000", Some("send.must.quantity"))]
    #[case("/items/0/quantity", "0e5", Some("send.must.quantity"))]
    #[case("/items/0/quantity", "-0", Some("send.must.quantity"))]
    #[case("/items/0/quantity", "-1", Some("send.must.quantity"))]
    #[case("/items/0/quantity", "-2.5e-1", Some("send.must.quantity"))]
    #[case("/items/0/quantity", "0.0000000000000000000000000001", None)]
    #[case("/items/0/quantity", "3e0", None)]
    #[case("/items/0/price/value", r#""1_9.95""#, Some("send.must.amount"))]
    #[case("/items/0/price/value", r#""19,95""#, Some("send.must.amount"))]
    #[case("/items/0/price/value", r#""-5.00""#, None)]
    #[case("/items/0/pricePerUnit/currency", r#""eur""#, Some("send.must.currency"))]
    #[case("/payment/price/currency", r#""EURO""#, Some("send.must.currency"))]
    #[case("/payment/price", "null", Some("send.must.object"))]
    #[case("/items/0/tax/taxRateValue", r#""7""#, Some("send.must.number"))]
    #[case("/items/0/externalId", r#""123""#, Some("send.must.integer"))]
    #[case("/items/0/externalId", "1.5", Some("send.must.integer"))]
    #[case("/tipTransactions/0/amount", r#""12.99""#, Some("send.must.number"))]
    #[case("/tipTransactions/0/amount", "0.12345678901234567890123456789012345", Some("send.must.number"))]
    #[case("/customer/email", r#""not an email""#, Some("send.must.email"))]
    #[case("/customer/email", r#""""#, None)]
    #[case("/customer/phone", r#""040 123456 (Praxis)""#, None)]
    #[case("/customer/phone", r#""none""#, Some("send.must.phone"))]
    #[case("/customer/phone", "40123", Some("send.must.phone"))]
    #[case("/customer/address/zip", r#""SW1A 1AA""#, None)]
    #[case("/orderType", r#""TAKEAWAY""#, Some("send.must.one_of"))]
    #[case("/status", r#""""#, Some("send.must.word"))]
    #[case("/pickup/timestamp", r#""2030-01-11T14:15:00Z""#, Some("send.must.local"))]
    #[case("/pickup/timestamp", r#""2030-01-11T14:15:00+05:00""#, Some("send.must.local"))]
    #[case("/pickup/timezone", r#""Mars/Base""#, Some("send.must.zone"))]
    #[case("/pickup/asapDelivery", r#""no""#, Some("send.must.flag"))]
    #[case("/purchaseTime/timestamp", r#""2030-01-11T14:15:00""#, Some("send.must.utc"))]
    #[case("/purchaseTime/timezone", r#""Mars/Base""#, Some("send.must.zone"))]
    #[case("/orderId", r#""a\u001bb""#, Some("send.must.order_id"))]
    #[case("/orderId", r#""a\nb""#, Some("send.must.order_id"))]
    #[case("/orderId", "7", Some("send.must.order_id"))]
    fn a_field_is_what_the_vendor_says(#[case] pointer: &str, #[case] value: &str, #[case] wanted: Option<&str>) {
        let sample = include_str!("../../../tests/fixtures/vendor-sample.json");
        let mut order: serde_json::Value = serde_json::from_str(sample).unwrap();
        *order.pointer_mut(pointer).unwrap() = serde_json::from_str(value).unwrap();
        let path: String = pointer[1..].split('/').fold(String::new(), |path, part| match part.parse::<usize>() {
            Ok(index) => format!("{path}[{index}]"),
            Err(_) if path.is_empty() => part.to_owned(),
            Err(_) => format!("{path}.{part}"),
        });
        let found = read_orders(&order.to_string(), |_| panic!("it has an id")).err().unwrap_or_default();
        let found: Vec<_> = found.into_iter().map(|problem| (problem.path, problem.detail)).collect();
        match (wanted, &found[..]) {
            (None, []) => {}
            (Some(key), [(at, InputFault::Must { wanted, .. })]) => assert_eq!((at, *wanted), (&path, key)),
            _ => panic!("{found:?}"),
        }
    }

    #[test]
    fn every_field_of_the_form_is_one_of_the_order() {
        let sample = include_str!("../../../tests/fixtures/vendor-sample.json");
        let raw: &RawValue = serde_json::from_str(sample).unwrap();
        assert!(form::check(raw, super::ORDER).is_empty(), "what the vendor publishes fits");
        let unknown = sample.replacen('{', r#"{"discount":1,"#, 1);
        assert_eq!(read(&unknown).unwrap_err()[0].detail, InputFault::NoSuchField);
        let missing = sample.replace("\"purchaseTime\"", "\"sessionTokens\"");
        let problems = read(&missing).unwrap_err();
        let details: Vec<_> = problems.iter().map(|p| (p.path.as_str(), &p.detail)).collect();
        assert_eq!(details, [("sessionTokens", &InputFault::NoSuchField), ("purchaseTime", &InputFault::Missing)]);
    }

    #[test]
    fn an_order_that_is_not_closed_is_named_where_it_begins() {
        let (a, c) = (order("a"), order("c"));
        let open = order("b").trim_end_matches('}').to_owned();
        for text in [format!("{a}\n{open}\n{c}"), format!("{a}\n{open}\n"), format!("[{a},\n{open},\n{c}]")] {
            let problems = read(&text).unwrap_err();
            assert_eq!((problems[0].order, problems[0].line), (0, 2), "{text}: {problems:?}");
            assert!(matches!(problems[0].detail, InputFault::Unfinished | InputFault::NoJson { .. }), "{problems:?}");
        }
        let quote = format!("{a}\n{}\n{c}\n", &c[..20]);
        assert_eq!(read(&quote).unwrap_err()[0].line, 2);
        assert_eq!(read(&format!("[{a},\n{c}\n")).unwrap_err()[0].detail, InputFault::Unfinished);
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
