//! The lines of an export: every order and draft once, those first that SQLite read itself, and how much it came to.

use std::{
    collections::{BTreeMap, HashSet},
    io,
};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    domain::value::text::harmless,
    journal::salvage::{Found, Salvaged},
    ports::JournalError,
};

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Orders, with or without their Order object.
    pub orders: u64,
    /// Drafts.
    pub drafts: u64,
    /// Orders, Order objects and lists that cannot be read.
    pub unreadable: u64,
    /// How many of the orders and drafts SQLite does not read in the file as it is; each of them is marked.
    pub salvaged: u64,
}

/// How something was read that SQLite does not read in the file as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::journal::sqlite) enum Salvage {
    /// From a copy whose header was made anew.
    Header,
    /// From a page by itself.
    Page,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderLine<'a> {
    order_id: &'a str,
    /// Nothing where only the Order object is left.
    delivery: Option<&'a str>,
    internal_id: Option<i64>,
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salvaged: Option<Salvage>,
    /// As it was sent or is to be sent.
    order: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct DraftLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    salvaged: Option<Salvage>,
    draft: &'a RawValue,
}

/// What was written, so that nothing is written twice, and what waits for a better version of itself.
pub(in crate::journal::sqlite) struct Lines<'a> {
    line: &'a mut (dyn FnMut(&str) -> io::Result<()> + Send),
    done: Exported,
    /// The highest number of an order there is a trace of.
    last: i64,
    /// Whether something could not be read.
    is_damaged: bool,
    orders: HashSet<String>,
    drafts: HashSet<String>,
    /// Orders without their Order object, which may still be found.
    bare: BTreeMap<String, (Salvaged, Option<Salvage>)>,
    /// Why a line could not be written: nothing more is.
    failed: Option<io::Error>,
}

impl<'a> Lines<'a> {
    pub(in crate::journal::sqlite) fn new(line: &'a mut (dyn FnMut(&str) -> io::Result<()> + Send)) -> Self {
        let (orders, drafts, bare) = Default::default();
        Self { line, done: Exported::default(), last: 0, is_damaged: false, orders, drafts, bare, failed: None }
    }

    /// There are orders up to this number.
    pub(in crate::journal::sqlite) fn up_to(&mut self, last: i64) {
        self.last = self.last.max(last);
    }

    /// Something could not be read.
    pub(in crate::journal::sqlite) fn damaged(&mut self) {
        self.is_damaged = true;
    }

    /// Whether all that was tried could be read.
    pub(in crate::journal::sqlite) fn is_whole(&self) -> bool {
        !self.is_damaged && self.bare.is_empty()
    }

    /// # Errors
    /// Why the last line could not be written.
    pub(in crate::journal::sqlite) fn check(&mut self) -> Result<(), JournalError> {
        self.failed.take().map_or(Ok(()), |error| Err(JournalError::Unwritable(error.to_string())))
    }

    /// An order, unless it was written already. One without its Order object waits for `finish`.
    pub(in crate::journal::sqlite) fn order(&mut self, found: Salvaged, how: Option<Salvage>) {
        if self.orders.contains(&found.order_id) {
            return;
        }
        let Some(order) = found.body.as_deref().and_then(|body| serde_json::from_str::<&RawValue>(body).ok()) else {
            // What was read first is known best.
            self.bare.entry(found.order_id.clone()).or_insert((found, how));
            return;
        };
        // The row may have been read where its Order object could not be.
        match self.bare.remove(&found.order_id) {
            Some((row, _)) => self.write_order(&row, Some(order), how),
            None => self.write_order(&found, Some(order), how),
        }
    }

    /// A draft, unless it was written already.
    pub(in crate::journal::sqlite) fn draft(&mut self, id: String, json: &str, how: Option<Salvage>) {
        let Ok(draft) = serde_json::from_str::<&RawValue>(json) else { return self.damaged() };
        if self.drafts.insert(id) {
            self.done.drafts += 1;
            self.done.salvaged += u64::from(how.is_some());
            self.write(&DraftLine { salvaged: how, draft });
        }
    }

    /// What was found in pages.
    ///
    /// # Errors
    /// What reading the files or writing a line said.
    pub(in crate::journal::sqlite) fn salvage(&mut self, mut found: Found) -> Result<(), JournalError> {
        self.up_to(found.last());
        for (id, json) in std::mem::take(&mut found.drafts) {
            self.draft(id, &json, Some(Salvage::Page));
        }
        let read = found.orders(|order| {
            self.order(order, Some(Salvage::Page));
            self.failed.is_none()
        });
        read.map_err(|error| JournalError::Unwritable(error.to_string()))?;
        self.check()
    }

    /// Writes what is still without its Order object, and counts what is missing.
    ///
    /// # Errors
    /// Why a line could not be written.
    pub(in crate::journal::sqlite) fn finish(mut self) -> Result<Exported, JournalError> {
        let bare = std::mem::take(&mut self.bare);
        let without = u64::try_from(bare.len()).unwrap_or(u64::MAX);
        for (row, how) in bare.into_values() {
            self.write_order(&row, None, how);
        }
        self.check()?;
        let missing = u64::try_from(self.last).unwrap_or(0).saturating_sub(self.done.orders);
        let unreadable = missing + without;
        // Where something was found damaged and nothing is known to be missing, nobody can tell what else there was.
        self.done.unreadable = unreadable.max(u64::from(self.is_damaged && self.done.salvaged == 0));
        Ok(self.done)
    }

    fn write_order(&mut self, row: &Salvaged, order: Option<&RawValue>, salvaged: Option<Salvage>) {
        let Salvaged { order_id, delivery, internal_id, status, .. } = row;
        self.orders.insert(order_id.clone());
        self.done.orders += 1;
        self.done.salvaged += u64::from(salvaged.is_some());
        let (delivery, status) = (delivery.as_deref(), status.as_deref());
        self.write(&OrderLine { order_id, delivery, internal_id: *internal_id, status, salvaged, order });
    }

    fn write<T: Serialize>(&mut self, value: &T) {
        if self.failed.is_some() {
            return;
        }
        let written = serde_json::to_string(value).map_err(io::Error::from);
        self.failed = written.and_then(|json| (self.line)(&printable(&json))).err();
    }
}

/// The same JSON on one line, with everything escaped that a terminal could obey or a reader be deceived by: the file is
/// looked at by people. White space that JSON allows between its values becomes a space, which means the same; inside of
/// strings JSON has none of it raw.
fn printable(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            c if harmless(c) == c => line.push(c),
            c => line.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| escape(*unit))),
        }
    }
    line
}

/// `\u` and four digits.
fn escape(unit: u16) -> impl Iterator<Item = char> {
    let digit = move |shift: u32| char::from_digit(u32::from(unit >> shift) & 0xf, 16).unwrap_or('0');
    "\\u".chars().chain([12, 8, 4, 0].map(digit))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_printable_means_the_same() {
        for (name, text) in oktodesk_testkit::hostile::short() {
            let json = format!("{{\n\t\"a\": {},\r\n \"b\": 1}}", Value::from(text.clone()));
            let line = printable(&json);
            assert!(line.chars().all(|c| harmless(c) == c), "{name}: {line}");
            assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["a"], text, "{name}");
        }
    }
}
