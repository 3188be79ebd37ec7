//! Checks the shape of JSON against a table of fields and names every fault by its path. Knows types, not meanings.

use jiff::{Timestamp, civil, tz::TimeZone};
use serde_json::{Map, Value};

use crate::domain::{
    order::form::{FieldKind, FieldSchema, currency_fits, intermediary_fits},
    value::text::Clean,
};

/// At most this many problems are named at once.
const MAX_PROBLEMS: usize = 50;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Violation {
    /// `items[0].price.value`; empty for the whole.
    pub(in crate::sandbox) path: String,
    /// `must be a string, not a number`
    pub(in crate::sandbox) text: String,
}

/// Every problem of `value` against `fields`; empty when it fits.
pub(in crate::sandbox) fn check(value: &Value, fields: &'static [FieldSchema]) -> Vec<Violation> {
    let mut checker = Checker { problems: Vec::new() };
    match value {
        Value::Object(map) => checker.object("", map, fields),
        other => checker.report("", format!("the body must be an object, not {}", kind_name(other))),
    }
    checker.problems
}

struct Checker {
    problems: Vec<Violation>,
}

impl Checker {
    fn report(&mut self, path: &str, text: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Violation { path: path.to_owned(), text: text.into() });
        }
    }

    fn object(&mut self, path: &str, map: &Map<String, Value>, fields: &'static [FieldSchema]) {
        for field in fields {
            let path = join(path, field.name);
            match map.get(field.name) {
                Some(value) => self.value(&path, value, &field.kind),
                None if field.required => self.report(&path, "is required"),
                None => {}
            }
        }
        for name in map.keys().filter(|name| fields.iter().all(|field| field.name != name.as_str())) {
            self.report(&join(path, &Clean::bounded(name, 60)), "is not a field that is known here");
        }
    }

    fn list(&mut self, path: &str, value: &Value, fields: &'static [FieldSchema], at_least: usize) {
        let Value::Array(rows) = value else { return self.wrong_type(path, "an array", value) };
        if rows.len() < at_least {
            self.report(path, "must not be empty");
        }
        for (index, row) in rows.iter().enumerate() {
            let path = format!("{path}[{index}]");
            match row {
                Value::Object(map) => self.object(&path, map, fields),
                other => self.wrong_type(&path, "an object", other),
            }
        }
    }

    fn value(&mut self, path: &str, value: &Value, kind: &FieldKind) {
        match kind {
            FieldKind::Object(fields) => match value {
                Value::Object(map) => self.object(path, map, fields),
                other => self.wrong_type(path, "an object", other),
            },
            FieldKind::AnyObject if !value.is_object() => self.wrong_type(path, "an object", value),
            FieldKind::List(fields) => self.list(path, value, fields, 0),
            FieldKind::Rows(fields) => self.list(path, value, fields, 1),
            FieldKind::Bool if !value.is_boolean() => self.wrong_type(path, "a boolean", value),
            FieldKind::AnyObject | FieldKind::Bool => {}
            FieldKind::Integer | FieldKind::IntegerIn(..) | FieldKind::Number(_) | FieldKind::Quantity => {
                self.number(path, value, kind)
            }
            _ => match value {
                Value::String(text) => {
                    if let Some(problem) = text_problem(text, kind) {
                        self.report(path, problem);
                    }
                }
                other => self.wrong_type(path, "a string", other),
            },
        }
    }

    fn number(&mut self, path: &str, value: &Value, kind: &FieldKind) {
        let whole = matches!(kind, FieldKind::Integer | FieldKind::IntegerIn(..));
        let Value::Number(number) = value else {
            return self.wrong_type(path, if whole { "an integer" } else { "a number" }, value);
        };
        if whole {
            match (number.as_i64(), kind) {
                (None, _) => self.report(path, "must be an integer"),
                (Some(n), FieldKind::IntegerIn(from, to)) if !(*from..=*to).contains(&n) => {
                    self.report(path, format!("must be from {from} to {to}"));
                }
                _ => {}
            }
        } else if let Some(problem) = decimal_problem(&number.to_string(), kind) {
            self.report(path, problem);
        }
    }

    fn wrong_type(&mut self, path: &str, wanted: &str, value: &Value) {
        self.report(path, format!("must be {wanted}, not {}", kind_name(value)));
    }
}

fn decimal_problem(text: &str, kind: &FieldKind) -> Option<String> {
    let (decimals, above_zero) = match kind {
        FieldKind::Number(decimals) => (*decimals, false),
        _ => (4, true),
    };
    if !is_plain_decimal(text, decimals) {
        return Some(format!("must be a plain number with at most {decimals} decimals and 12 digits before them"));
    }
    let is_zero = text.bytes().all(|b| !matches!(b, b'1'..=b'9'));
    if above_zero && (is_zero || text.starts_with('-')) {
        return Some("must be greater than 0".into());
    }
    (text.starts_with('-') && !is_zero).then(|| "must not be negative".into())
}

fn text_problem(text: &str, kind: &FieldKind) -> Option<String> {
    let (fits, wanted) = match kind {
        FieldKind::Word | FieldKind::OrderId => (!text.trim().is_empty(), "must not be empty".to_owned()),
        FieldKind::OneOf(words) => (words.contains(&text), format!("must be one of {}", words.join(", "))),
        FieldKind::Intermediary => (intermediary_fits(text), r"must match ^[\w\d\. \-]+$".into()),
        FieldKind::Amount => (is_plain_decimal(text, 4), "must be an amount such as \"19.95\"".into()),
        FieldKind::Currency => (currency_fits(text), "must be a currency code such as EUR".into()),
        FieldKind::Utc => (is_utc(text), "must be a UTC time such as 2021-01-18T10:22:12Z".into()),
        FieldKind::Local => (is_local(text), "must be a local time without offset such as 2021-01-11T14:15:00".into()),
        FieldKind::Zone => (TimeZone::get(text).is_ok(), "must be a time zone such as Europe/Berlin".into()),
        _ => return None,
    };
    (!fits).then_some(wanted)
}

/// Digits, perhaps a minus before them and some decimals behind: no plus, no exponent, no comma.
fn is_plain_decimal(text: &str, decimals: usize) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction) && whole.len() <= 12 && (fraction.len() <= decimals || fraction == "0")
}

fn is_utc(text: &str) -> bool {
    text.strip_suffix('Z').is_some_and(is_civil_form) && text.parse::<Timestamp>().is_ok()
}

fn is_local(text: &str) -> bool {
    is_civil_form(text) && text.parse::<civil::DateTime>().is_ok()
}

/// `2021-01-11T14:15:00`, perhaps with decimals of the second.
fn is_civil_form(text: &str) -> bool {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let form = b"dddd-dd-ddTdd:dd:dd";
    seconds.len() == form.len()
        && seconds.bytes().zip(form).all(|(b, f)| if *f == b'd' { b.is_ascii_digit() } else { b == *f })
        && !fraction.is_empty()
        && fraction.len() <= 9
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
