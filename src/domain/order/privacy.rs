//! What in an order concerns a person, and what stays when the person is forgotten. Decides nothing about when.
//!
//! What stays says what was sold: lines, quantities, prices, tax, channel, table, times, how it was paid. What goes is the
//! guest, and every field a person types freely, because a name may stand in any of them.

use super::{Address, Customer, Item, Order, Payment, Pickup, TipTransaction};
use crate::domain::draft::{Draft, field::Field};

/// Shorter texts are in every file anyway.
const MIN_TRACE: usize = 5;

/// The order without anything that concerns a person. The same order, if there is nothing.
pub fn without_guest(order: &Order) -> Order {
    // Named field by field, so that a new one has to be decided about.
    let Order {
        order_id,
        payment,
        customer: _,
        location,
        items,
        status,
        purchase_time,
        pickup,
        order_type,
        tip_transactions,
        session_token: _,
        intermediary,
    } = order.clone();
    Order {
        order_id,
        payment: Payment { reference_id: None, ..payment },
        customer: None,
        location,
        items: items.into_iter().map(|item| Item { comment: None, ..item }).collect(),
        status,
        purchase_time,
        pickup: pickup.map(|pickup| Pickup { pickup_token: None, ..pickup }),
        order_type,
        tip_transactions: tip_transactions
            .map(|tips| tips.into_iter().map(|tip| TipTransaction { notice: None, ..tip }).collect()),
        session_token: None,
        intermediary,
    }
}

/// Texts by which this guest could be found in a file.
pub fn traces(customer: &Customer) -> Vec<String> {
    let Customer { gender: _, given_name, family_name, phone, email, address } = customer;
    let Address { additional_address, street, house_number: _, zip: _, city: _ } = address.clone().unwrap_or_default();
    [given_name.clone(), family_name.clone(), phone.clone(), email.clone(), additional_address, street]
        .into_iter()
        .flatten()
        .map(|text| text.trim().to_owned())
        .filter(|text| text.len() >= MIN_TRACE)
        .collect()
}

/// The phone number in a draft, as it was typed.
pub fn draft_phone(draft: &Draft) -> &str {
    draft.fields.get(&Field::Phone).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const SAMPLE: &str = include_str!("../../../tests/fixtures/vendor-sample.json");

    /// Every text of a JSON value.
    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
            _ => {}
        }
    }

    #[test]
    fn the_guest_goes_and_what_was_sold_stays() {
        let order: Order = serde_json::from_str(SAMPLE).unwrap();
        let customer = order.customer.clone().unwrap();
        let bare = without_guest(&order);
        let mut guest = Vec::new();
        texts(&serde_json::to_value(&customer).unwrap(), &mut guest);
        assert!(guest.len() > 6, "{guest:?}");
        let written = serde_json::to_string(&bare).unwrap();
        for text in guest.iter().filter(|text| text.len() > 3) {
            assert!(!written.contains(text.as_str()), "{text} is left in {written}");
        }
        assert_eq!((&bare.order_id, &bare.payment.price), (&order.order_id, &order.payment.price));
        assert_eq!(bare.items.len(), order.items.len());
        for (bare, item) in bare.items.iter().zip(&order.items) {
            assert_eq!(*bare, Item { comment: None, ..item.clone() });
        }
        assert_eq!(bare.tip_transactions.map(|tips| tips.len()), order.tip_transactions.map(|tips| tips.len()));
        assert_eq!((bare.location, bare.order_type), (order.location, order.order_type));
    }

    #[test]
    fn forgetting_twice_changes_nothing() {
        let order: Order = serde_json::from_str(SAMPLE).unwrap();
        let bare = without_guest(&order);
        assert_ne!(bare, order);
        assert_eq!(without_guest(&bare), bare);
        assert!(bare.customer.is_none() && traces(&order.customer.unwrap()).len() > 2);
    }
}
