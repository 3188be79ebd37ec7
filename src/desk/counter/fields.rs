//! What follows from a field that is typed, left or chosen: the order type and its table, times written out, what is paid.
//! Texts are kept as they are typed; whether they fit is decided when the order is checked.

use std::collections::BTreeMap;

use jiff::civil;

use super::context::Counter;
use crate::domain::{
    draft::{Draft, TipDraft, field::Field},
    guest::customer::zip_fits,
    order::OrderType,
    shop::area::zip_key,
    value::{
        due::{Due, TimeWords, parse_due, parse_past, write_time},
        street::split_number,
    },
};

/// What an order at a table has and none outside the house.
const TABLE: [Field; 2] = [Field::Table, Field::Seat];

/// Table, seat and the token that came from the table, as they were when an order left the house.
pub type LeftTable = BTreeMap<Field, String>;

/// Writes what is typed into a field. `leaves_table` says that the session token came from the table that is typed over.
pub fn write_field(draft: &mut Draft, field: Field, text: String, leaves_table: bool) {
    draft.paid_by_time &= field != Field::PaymentStatus;
    if leaves_table {
        draft.fields.remove(&Field::SessionToken);
    }
    match text.is_empty() {
        true => draft.fields.remove(&field),
        false => draft.fields.insert(field, text),
    };
}

/// Changes the order type. A table waits in the house until its order comes back: unless one was typed meanwhile, it is the
/// one of `left` again. `leaves_table` says that the session token came from the table.
pub fn change_order_type(draft: &mut Draft, order_type: OrderType, leaves_table: bool, left: &LeftTable) {
    draft.set_order_type(order_type);
    if order_type != OrderType::Local {
        if leaves_table {
            draft.fields.remove(&Field::SessionToken);
        }
        return;
    }
    let is_typed = |field: &Field| draft.fields.get(field).is_some_and(|text| !text.is_empty());
    if !TABLE.iter().any(is_typed) {
        for (field, text) in left {
            draft.fields.entry(*field).or_insert_with(|| text.clone());
        }
    }
}

/// Writes a time out with its date, so that it means the same tomorrow. `typed_at` is when it was typed.
pub fn leave_field(draft: &mut Draft, field: Field, words: &TimeWords, typed_at: civil::DateTime) {
    let text = draft.fields.get(&field).map_or("", String::as_str);
    if let (Field::Due, Some(Due::At(at))) = (field, parse_due(text, words, typed_at)) {
        draft.fields.insert(field, write_time(at));
    }
}

/// A house number that was typed behind the street stands in its own field, unless there is one already.
pub fn leave_street(draft: &mut Draft) {
    let text = |field| draft.fields.get(&field).map_or("", |text| text.trim());
    let Some((street, number)) = split_number(text(Field::Street)).filter(|_| text(Field::HouseNumber).is_empty())
    else {
        return;
    };
    let (street, number) = (street.to_owned(), number.to_owned());
    draft.fields.insert(Field::Street, street);
    draft.fields.insert(Field::HouseNumber, number);
}

impl Counter<'_> {
    /// What a draft loses when it leaves the house, for when a person turns once round all order types.
    pub fn left_table(&self, draft: &Draft) -> LeftTable {
        let token = Some(Field::SessionToken).filter(|_| self.token_is_of_table(draft));
        let text = |field: Field| Some((field, draft.fields.get(&field).filter(|text| !text.is_empty())?.clone()));
        TABLE.into_iter().chain(token).filter_map(text).collect()
    }

    /// Writes out a time of payment when it is left. What was paid at some time is paid: one that was just typed says so in its
    /// neighbour, too; taken away again, it takes that along. Returns whether the order is paid by it now.
    pub fn leave_payment_time(&self, draft: &mut Draft, typed_at: civil::DateTime) -> bool {
        const FIELD: Field = Field::PaymentReceived;
        let text = |draft: &Draft, field| draft.fields.get(&field).cloned().unwrap_or_default();
        let typed = text(draft, FIELD);
        let Some(at) =
            parse_past(&typed, &self.shop.time_words, typed_at).ok().map(write_time).filter(|at| *at != typed)
        else {
            if typed.is_empty() && draft.paid_by_time {
                draft.paid_by_time = false;
                draft.fields.remove(&Field::PaymentStatus);
            }
            return false;
        };
        let (status, paid) = (text(draft, Field::PaymentStatus), &self.shop.payment_paid);
        let turns = (status.is_empty() || status == self.shop.payment_open) && !paid.is_empty();
        draft.fields.insert(FIELD, at);
        if turns {
            draft.fields.insert(Field::PaymentStatus, paid.clone());
            draft.paid_by_time = true;
        }
        turns
    }

    /// The town that a complete postcode fills in, `None` in it for a postcode nobody knows. `filled` is the town that was
    /// filled in before; what a person typed stays, and then there is nothing to fill in.
    pub fn town(
        &self,
        draft: &Draft,
        known: &BTreeMap<String, String>,
        filled: Option<&str>,
    ) -> Option<Option<String>> {
        let text = |field| draft.fields.get(&field).map_or("", String::as_str);
        let (zip, city) = (text(Field::Zip).trim(), text(Field::City));
        let is_complete = !zip.is_empty() && zip_fits(&self.shop.country, zip);
        let is_free = city.is_empty() || filled == Some(city);
        if !(is_complete && is_free) {
            return None;
        }
        let town = self.shop.areas.city(zip).map(str::to_owned).or_else(|| known.get(&zip_key(zip)).cloned());
        (town.as_deref().unwrap_or_default() != city).then_some(town)
    }
}

/// Whether a tip was left without an amount and without a word: it is none.
pub fn is_blank_tip(tip: &TipDraft) -> bool {
    tip.entry.trim().is_empty() && tip.notice.is_empty()
}
