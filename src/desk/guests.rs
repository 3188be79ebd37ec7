//! The known caller: who has a number, what they ordered last, and what the house notes about them. The desk's own orders
//! answer first and always; OktoPOS's customers come beside them, and nobody waits for those.

pub mod import;
pub mod privacy;

use std::time::Duration;

use tokio::time::sleep;

use super::{Desk, DeskError, send::endpoint::Endpoint};
use crate::domain::{
    guest::{self, Guest, GuestKeys, PastOrder},
    order::{Address, Customer, Order},
    value::{
        phone::{is_whole, phone_key},
        text::Clean,
    },
};

/// Between two reads of older orders others have their turn.
const PAUSE: Duration = Duration::from_millis(20);

/// Longest note, in characters.
pub const MAX_NOTE: usize = 200;

/// What is known of a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// What the house notes; empty for nothing.
    pub note: String,
    /// The number it is kept under, which may be another one of theirs: there it is changed and removed. Empty for no note.
    pub note_number: String,
    /// Whom it belongs to, those who ordered last first.
    pub guests: Vec<Guest>,
    /// Why not everything could be looked up: nobody found is then no unknown guest.
    pub failed: Option<DeskError>,
}

impl Desk {
    /// Who has this number, in any spelling, as far as the desk's own orders tell. Nobody for a text that is no number.
    pub async fn look_up(&self, number: &str) -> Result<Known, DeskError> {
        let country = &self.inner.settings.keeping.country;
        let Some(key) = phone_key(country, number) else { return Ok(Known::default()) };
        let past = self.inner.guests.past_orders(&key).await?;
        let imported = self.inner.guests.imported(&key).await?;
        // The note of another number of theirs is worth knowing, too.
        let mut numbers = vec![key];
        numbers.extend(self.other_numbers(&numbers[0], &past));
        let (noted, note) = self.inner.guests.note(&numbers).await?.unwrap_or_default();
        let note_number = self.spelling(&noted, number, &past);
        let mut guests = guest::merge(guest::gather(past), imported);
        guests.iter_mut().for_each(|guest| guest.customer = clean(&guest.customer));
        Ok(Known { note: Clean::bounded(&note, MAX_NOTE).into_string(), note_number, guests, failed: None })
    }

    /// The same with OktoPOS's customers beside, or why they could not be looked up. `None` where that is no news: OktoPOS
    /// knows nobody else, or the number is too short to be somebody's.
    pub async fn look_up_beside(&self, number: &str, known: &Known) -> Option<Known> {
        if !is_whole(number) {
            return None;
        }
        let answer = self.inner.pos.customers_by_phone(number.trim()).await;
        self.inner.link.hear_beside(Endpoint::Customers, answer.as_ref().map(|_| ()));
        let customers = match answer {
            Ok(customers) => customers,
            Err(error) => return Some(Known { failed: Some(error.into()), ..known.clone() }),
        };
        let guests = guest::merge(known.guests.clone(), customers.iter().map(clean).collect());
        (guests != known.guests).then(|| Known { guests, ..known.clone() })
    }

    /// Notes something of a number; an empty text removes the note. Errors: `Field` for a text that is no number, `Journal`.
    pub async fn keep_note(&self, number: &str, note: &str) -> Result<(), DeskError> {
        let Some(key) = phone_key(&self.inner.settings.keeping.country, number) else {
            return Err(DeskError::Field { field: "customer.phone", problem: "is no phone number" });
        };
        let note = Clean::bounded(note, MAX_NOTE);
        Ok(self.inner.guests.keep_note(&key, &note, self.inner.stamp()).await?)
    }

    /// Reads orders that were placed before there was a guest book, some at a time. Also unpacks what reading numbers needs,
    /// so that the first call of the day does not wait for it.
    pub async fn read_guests(&self) -> Result<(), DeskError> {
        let country = self.inner.settings.keeping.country.clone();
        let unpack = move || phone_key(&country, "0000000").is_some();
        tokio::task::spawn_blocking(unpack).await.map_err(|error| DeskError::Encode(error.to_string()))?;
        let country = &self.inner.settings.keeping.country;
        loop {
            let orders = self.inner.guests.without_keys().await?;
            if orders.is_empty() {
                return Ok(());
            }
            let keyed = orders.into_iter().map(|(id, customer)| (id, GuestKeys::of(country, customer.as_ref())));
            self.inner.guests.put_keys(&keyed.collect::<Vec<_>>()).await?;
            sleep(PAUSE).await;
        }
    }

    /// The keys of the other numbers these orders came with.
    pub(super) fn other_numbers(&self, key: &str, past: &[PastOrder]) -> Vec<String> {
        let mut others = Vec::new();
        for order in past {
            let other = self.guest_keys(&order.order).number;
            others.extend(other.filter(|other| other != key && !others.contains(other)));
        }
        others
    }

    /// How the number of a key is written: as it was asked for, or as in an order. A key of a number nobody can read need
    /// not be its own key again, so what is written later goes by the spelling.
    fn spelling(&self, key: &str, asked: &str, past: &[PastOrder]) -> String {
        if key.is_empty() {
            return String::new();
        }
        let order =
            past.iter().map(|past| &past.order).find(|order| self.guest_keys(order).number.as_deref() == Some(key));
        let phone = order.and_then(|order| order.customer.as_ref()?.phone.as_deref());
        let is_asked = phone_key(&self.inner.settings.keeping.country, asked).as_deref() == Some(key);
        let text = if is_asked { asked } else { phone.unwrap_or(key) };
        Clean::new(text.trim()).into_string()
    }

    /// What the guest of an order is found by.
    pub(super) fn guest_keys(&self, order: &Order) -> GuestKeys {
        GuestKeys::of(&self.inner.settings.keeping.country, order.customer.as_ref())
    }
}

/// Foreign text made harmless before it gets anywhere: an order may come from a file, a customer from OktoPOS.
fn clean(customer: &Customer) -> Customer {
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(|text| Clean::new(text).into_string());
        text.filter(|text| !text.is_empty())
    };
    let Customer { gender, given_name, family_name, phone, email, address } = customer;
    let address = address.as_ref().map(|address| {
        let Address { additional_address, street, house_number, zip, city } = address;
        Address {
            additional_address: text(additional_address),
            street: text(street),
            house_number: text(house_number),
            zip: text(zip),
            city: text(city),
        }
    });
    Customer {
        gender: text(gender),
        given_name: text(given_name),
        family_name: text(family_name),
        phone: text(phone),
        email: text(email),
        address: address.filter(|address| *address != Address::default()),
    }
}

#[cfg(test)]
#[path = "guests_tests.rs"]
mod tests;
