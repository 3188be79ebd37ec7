//! One order of a file against the vendor's form: every field that does not fit, with the place where it stands. Walks the
//! text itself, because a parsed value hides what stands twice, how a number was written and where. Reads text, no files.

use std::{collections::BTreeSet, fmt};

use jiff::{Timestamp, civil, tz::TimeZone};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::{FoundJson, InputFault};
use crate::domain::{
    guest::customer::{email_fits, phone_is_plausible},
    order::form::{FieldKind, FieldSchema, currency_fits, intermediary_fits, is_local_form, order_id_fits},
    value::{exact, text::Clean},
};

/// Longest piece of a value that is quoted, in characters.
const MAX_QUOTED: usize = 60;

/// Faults of one order that are looked for; with more, it is something else than an order.
const MAX_FAULTS: usize = 50;

/// One thing that does not fit.
pub(in crate::cli::common::input) struct FormFault<'a> {
    /// `items[0].price.value`; empty for the whole.
    pub path: String,
    /// The piece of the text it is about.
    pub at: &'a str,
    /// What is wrong.
    pub detail: InputFault,
}

/// Everything of `raw` that does not fit `fields`.
pub(in crate::cli::common::input) fn check<'a>(
    raw: &'a RawValue,
    fields: &'static [FieldSchema],
) -> Vec<FormFault<'a>> {
    let mut walk = Walk { faults: Vec::new() };
    walk.object("", raw, fields);
    walk.faults
}

/// The text of a field of an object, if it is one.
pub(in crate::cli::common::input) fn text_of(raw: &RawValue, field: &str) -> Option<String> {
    let Members(members) = serde_json::from_str(raw.get()).ok()?;
    let (_, value) = members.into_iter().find(|(name, _)| name == field)?;
    serde_json::from_str(value.get()).ok()
}

/// The members of an object as they stand there, also those that stand twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

struct Walk<'a> {
    faults: Vec<FormFault<'a>>,
}

impl<'a> Walk<'a> {
    fn report(&mut self, path: &str, at: &'a str, detail: InputFault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(FormFault { path: path.to_owned(), at, detail });
        }
    }

    fn must(&mut self, path: &str, raw: &'a RawValue, wanted: &'static str) {
        self.report(path, raw.get(), InputFault::Must { wanted, choices: &[], found: found(raw) });
    }

    fn object(&mut self, path: &str, raw: &'a RawValue, fields: &'static [FieldSchema]) {
        let members = match serde_json::from_str(raw.get()) {
            Ok(Members(members)) => members,
            Err(_) => return self.must(path, raw, "send.must.object"),
        };
        let mut seen = BTreeSet::new();
        for (name, value) in members {
            match fields.iter().find(|field| field.name == name) {
                None => {
                    self.report(&join(path, &Clean::bounded(&name, MAX_QUOTED)), value.get(), InputFault::NoSuchField)
                }
                Some(field) if !seen.insert(field.name) => {
                    self.report(&join(path, field.name), value.get(), InputFault::Twice);
                }
                // In an optional field null is read as nothing, and not sent.
                Some(field) if !field.required && value.get() == "null" => {}
                Some(field) => self.value(&join(path, field.name), value, &field.kind),
            }
        }
        for field in fields.iter().filter(|field| field.required && !seen.contains(field.name)) {
            self.report(&join(path, field.name), raw.get(), InputFault::Missing);
        }
    }

    fn list(&mut self, path: &str, raw: &'a RawValue, fields: &'static [FieldSchema], at_least: usize) {
        let Ok(rows) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) else {
            return self.must(path, raw, "send.must.list");
        };
        if rows.len() < at_least {
            self.must(path, raw, "send.must.rows");
        }
        for (index, row) in rows.into_iter().enumerate() {
            self.object(&format!("{path}[{index}]"), row, fields);
        }
    }

    fn value(&mut self, path: &str, raw: &'a RawValue, kind: &'static FieldKind) {
        match kind {
            FieldKind::Object(fields) => return self.object(path, raw, fields),
            FieldKind::List(fields) => return self.list(path, raw, fields, 0),
            FieldKind::Rows(fields) => return self.list(path, raw, fields, 1),
            _ => {}
        }
        let (fits, wanted) = match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => text_rule(kind, &text),
            Err(_) => other_rule(kind, raw.get()),
        };
        match kind {
            _ if fits => {}
            FieldKind::OneOf(choices) => {
                self.report(path, raw.get(), InputFault::Must { wanted, choices, found: found(raw) })
            }
            FieldKind::OrderId if raw.get().trim_matches('"').trim().is_empty() => {
                self.report(path, raw.get(), InputFault::EmptyId);
            }
            _ => self.must(path, raw, wanted),
        }
    }
}

/// Whether a text in quotes fits, and what has to stand there.
fn text_rule(kind: &FieldKind, text: &str) -> (bool, &'static str) {
    let wanted = wanted(kind);
    let fits = match kind {
        FieldKind::Text => true,
        FieldKind::Word => !text.trim().is_empty(),
        FieldKind::OrderId => order_id_fits(text),
        // Empty is how others write that there is none.
        FieldKind::Phone => text.is_empty() || phone_is_plausible(text),
        FieldKind::Email => text.is_empty() || email_fits(text),
        FieldKind::OneOf(choices) => choices.contains(&text),
        FieldKind::Intermediary => intermediary_fits(text),
        FieldKind::Amount => exact::plain(text).is_some(),
        FieldKind::Currency => currency_fits(text),
        FieldKind::Utc => text.parse::<Timestamp>().is_ok(),
        FieldKind::Local => is_local_form(text) && text.parse::<civil::DateTime>().is_ok(),
        FieldKind::Zone => TimeZone::get(text).is_ok(),
        FieldKind::Integer
        | FieldKind::IntegerIn(..)
        | FieldKind::Number(_)
        | FieldKind::Quantity
        | FieldKind::Bool => false,
        FieldKind::Object(_) | FieldKind::AnyObject | FieldKind::List(_) | FieldKind::Rows(_) => false,
    };
    (fits, wanted)
}

/// Whether something that stands there without quotes fits, and what has to stand there.
fn other_rule(kind: &FieldKind, raw: &str) -> (bool, &'static str) {
    let fits = match kind {
        FieldKind::Integer => raw.parse::<i64>().is_ok(),
        FieldKind::IntegerIn(from, to) => raw.parse().is_ok_and(|number| (*from..=*to).contains(&number)),
        FieldKind::Number(_) => exact::json_number(raw).is_some(),
        FieldKind::Quantity => exact::json_number(raw).is_some_and(|quantity| quantity > Decimal::ZERO),
        FieldKind::Bool => matches!(raw, "true" | "false"),
        FieldKind::AnyObject => raw.starts_with('{'),
        _ => false,
    };
    (fits, wanted(kind))
}

fn wanted(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "send.must.text",
        FieldKind::Word => "send.must.word",
        FieldKind::OrderId => "send.must.order_id",
        FieldKind::Phone => "send.must.phone",
        FieldKind::Email => "send.must.email",
        FieldKind::OneOf(_) => "send.must.one_of",
        FieldKind::Intermediary => "send.must.intermediary",
        FieldKind::Integer | FieldKind::IntegerIn(..) => "send.must.integer",
        FieldKind::Number(_) => "send.must.number",
        FieldKind::Quantity => "send.must.quantity",
        FieldKind::Bool => "send.must.flag",
        FieldKind::Amount => "send.must.amount",
        FieldKind::Currency => "send.must.currency",
        FieldKind::Utc => "send.must.utc",
        FieldKind::Local => "send.must.local",
        FieldKind::Zone => "send.must.zone",
        FieldKind::Object(_) | FieldKind::AnyObject => "send.must.object",
        FieldKind::List(_) => "send.must.list",
        FieldKind::Rows(_) => "send.must.rows",
    }
}

fn found(raw: &RawValue) -> FoundJson {
    match raw.get() {
        list if list.starts_with('[') && !list[1..].trim_start().starts_with(']') => FoundJson::List,
        object if object.starts_with('{') => FoundJson::Object,
        value => FoundJson::Value(Clean::bounded(value, MAX_QUOTED).into_string()),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
