//! Who calls: guests as the desk knows them from its own orders. Groups and compares; where orders come from is not known
//! here, and nobody is ever guessed: what two orders say of a guest has to fit together.

pub mod call;
pub mod customer;

use jiff::Timestamp;

use super::{
    order::{Address, Customer, Order},
    value::{ids::OrderId, phone::phone_key},
};

/// Guests of one number that are shown.
pub const MAX_GUESTS: usize = 20;

/// Past orders of a guest that are shown.
pub const MAX_ORDERS: usize = 3;

/// What an order's guest is found by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuestKeys {
    /// `phone_key` of the number; `None` without one.
    pub number: Option<String>,
    /// Stands for name and address together, whatever the number; for less than that it belongs to the number alone.
    pub who: Option<i64>,
}

impl GuestKeys {
    /// The keys of an order's guest, as seen from `country` (ISO 3166 alpha-2).
    pub fn of(country: &str, customer: Option<&Customer>) -> Self {
        let Some(customer) = customer else { return Self::default() };
        let number = customer.phone.as_deref().and_then(|phone| phone_key(country, phone));
        let (name, place) = (Name::of(customer), Place::of(customer));
        let is_known_anywhere = !name.family.is_empty() && !place.street.is_empty();
        if !is_known_anywhere && number.is_none() {
            return Self { number, who: None };
        }
        let number_counts = number.as_deref().filter(|_| !is_known_anywhere).unwrap_or_default();
        let Place { street, house_number } = place;
        let who = hash(&[number_counts, &name.family, &name.given, &street, &house_number]);
        Self { number, who: Some(who) }
    }
}

/// An order of the past.
#[derive(Debug, Clone, PartialEq)]
pub struct PastOrder {
    /// Ours.
    pub order_id: OrderId,
    /// When it was confirmed.
    pub at: Timestamp,
    /// Whether it was taken back: then it says who the guest is, and nothing of what they ate.
    pub is_cancelled: bool,
    /// The order.
    pub order: Order,
}

/// Somebody a number belongs to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Guest {
    /// What is known of them.
    pub customer: Customer,
    /// What they ordered, the newest first, at most `MAX_ORDERS`.
    pub orders: Vec<PastOrder>,
}

/// The guests behind past orders, those who ordered last first. `past` comes with the newest first.
pub fn gather(mut past: Vec<PastOrder>) -> Vec<Guest> {
    past.sort_by_key(|order| std::cmp::Reverse(order.at));
    let mut guests: Vec<Guest> = Vec::new();
    for order in past {
        let Some(customer) = order.order.customer.clone() else { continue };
        let at = place_of(&guests, &customer);
        let guest = match at {
            Some(at) => &mut guests[at],
            None if guests.len() < MAX_GUESTS => {
                guests.push(Guest::default());
                let last = guests.len() - 1;
                &mut guests[last]
            }
            None => continue,
        };
        learn(&mut guest.customer, customer);
        if !order.is_cancelled && guest.orders.len() < MAX_ORDERS {
            guest.orders.push(order);
        }
    }
    guests
}

/// Adds what another source knows, after what is known already, nobody twice.
pub fn merge(mut guests: Vec<Guest>, others: Vec<Customer>) -> Vec<Guest> {
    for customer in others {
        match place_of(&guests, &customer) {
            Some(at) => learn(&mut guests[at].customer, customer),
            None if guests.len() < MAX_GUESTS && is_somebody(&customer) => {
                guests.push(Guest { customer, orders: Vec::new() });
            }
            None => {}
        }
    }
    guests
}

/// Whether there is anything to show of them.
fn is_somebody(customer: &Customer) -> bool {
    let Name { family, given } = Name::of(customer);
    !family.is_empty() || !given.is_empty() || !Place::of(customer).street.is_empty()
}

/// Which of the guests this is: the very same one, else the first that what is known of both fits.
fn place_of(guests: &[Guest], customer: &Customer) -> Option<usize> {
    let (name, place) = (Name::of(customer), Place::of(customer));
    let same = |guest: &Guest| Name::of(&guest.customer) == name && Place::of(&guest.customer) == place;
    let fits = |guest: &Guest| Name::of(&guest.customer).fits(&name) && Place::of(&guest.customer).fits(&place);
    guests.iter().position(same).or_else(|| guests.iter().position(fits))
}

/// Fills what is not known yet. An address is taken whole or not at all: half of one and half of another is nowhere.
fn learn(known: &mut Customer, more: Customer) {
    let Customer { gender, given_name, family_name, phone, email, address } = more;
    let fill = |known: &mut Option<String>, more: Option<String>| {
        if known.as_deref().is_none_or(|text| text.trim().is_empty()) {
            *known = more;
        }
    };
    fill(&mut known.gender, gender);
    fill(&mut known.given_name, given_name);
    fill(&mut known.family_name, family_name);
    fill(&mut known.phone, phone);
    fill(&mut known.email, email);
    let has_street = |address: &Option<Address>| address.as_ref().is_some_and(|address| filled(&address.street));
    if !has_street(&known.address) && (has_street(&address) || known.address.is_none()) {
        known.address = address;
    }
}

fn filled(text: &Option<String>) -> bool {
    text.as_deref().is_some_and(|text| !text.trim().is_empty())
}

/// A name as it is compared.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    family: String,
    given: String,
}

impl Name {
    fn of(customer: &Customer) -> Self {
        Self { family: folded(&customer.family_name), given: folded(&customer.given_name) }
    }

    fn fits(&self, other: &Self) -> bool {
        agree(&self.family, &other.family) && agree(&self.given, &other.given)
    }
}

/// A place as it is compared.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    street: String,
    house_number: String,
}

impl Place {
    fn of(customer: &Customer) -> Self {
        let address = customer.address.as_ref();
        let street = address.map(|address| folded(&address.street)).unwrap_or_default();
        let street = street.strip_suffix("strasse").map_or(street.clone(), |stem| format!("{stem}str"));
        let house_number = address.map(|address| folded(&address.house_number)).unwrap_or_default();
        Self { street, house_number }
    }

    fn fits(&self, other: &Self) -> bool {
        agree(&self.street, &other.street) && agree(&self.house_number, &other.house_number)
    }
}

/// What is not known contradicts nothing.
fn agree(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one == other
}

/// Letters and digits in lower case: how a name is spaced and dotted tells nobody apart.
fn folded(text: &Option<String>) -> String {
    let text = text.as_deref().unwrap_or_default().to_lowercase().replace('ß', "ss");
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// FNV-1a over the parts. Kept in the journal, so it must never change.
fn hash(parts: &[&str]) -> i64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        // 0xff is in no UTF-8 text: it parts what would else run together.
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash.cast_signed()
}

#[cfg(test)]
#[path = "guest_tests.rs"]
mod tests;
