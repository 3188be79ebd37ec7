//! What a known guest fills in of a draft. Nothing that was typed by hand is ever written over.

use crate::domain::{
    draft::{Draft, field::Field},
    order::Customer,
};

const NAME: [Field; 2] = [Field::FamilyName, Field::GivenName];
const MORE: [Field; 2] = [Field::Email, Field::Gender];
const ADDRESS: [Field; 5] = [Field::Street, Field::HouseNumber, Field::Zip, Field::City, Field::AdditionalAddress];

/// Fills what is empty or came from the guest that was taken before. Name and address are each taken whole or not at all.
pub fn take_guest(draft: &mut Draft, guest: &Customer, before: Option<&Customer>) {
    if fits(draft, &NAME, guest, before) {
        NAME.into_iter().chain(MORE).for_each(|field| put(draft, field, guest, before));
    }
    if fits(draft, &ADDRESS, guest, before) {
        ADDRESS.into_iter().for_each(|field| put(draft, field, guest, before));
    }
}

/// Whether nothing was typed that says something else.
fn fits(draft: &Draft, fields: &[Field], guest: &Customer, before: Option<&Customer>) -> bool {
    let same = |field: Field| typed(draft, field).to_lowercase() == part(guest, field).to_lowercase();
    fields.iter().all(|field| is_free(draft, *field, before) || same(*field))
}

fn is_free(draft: &Draft, field: Field, before: Option<&Customer>) -> bool {
    let text = typed(draft, field);
    text.is_empty() || before.is_some_and(|before| part(before, field) == text)
}

fn put(draft: &mut Draft, field: Field, guest: &Customer, before: Option<&Customer>) {
    if !is_free(draft, field, before) {
        return;
    }
    match part(guest, field) {
        "" => draft.fields.remove(&field),
        text => draft.fields.insert(field, text.to_owned()),
    };
}

fn typed(draft: &Draft, field: Field) -> &str {
    draft.fields.get(&field).map_or("", |text| text.trim())
}

/// What a field of the form is called in a customer.
fn part(customer: &Customer, field: Field) -> &str {
    let address = customer.address.as_ref();
    let text = match field {
        Field::FamilyName => customer.family_name.as_deref(),
        Field::GivenName => customer.given_name.as_deref(),
        Field::Email => customer.email.as_deref(),
        Field::Gender => customer.gender.as_deref(),
        Field::Street => address.and_then(|address| address.street.as_deref()),
        Field::HouseNumber => address.and_then(|address| address.house_number.as_deref()),
        Field::Zip => address.and_then(|address| address.zip.as_deref()),
        Field::City => address.and_then(|address| address.city.as_deref()),
        Field::AdditionalAddress => address.and_then(|address| address.additional_address.as_deref()),
        _ => None,
    };
    text.unwrap_or_default().trim()
}
