//! What lists show of an order, taken from its Order object once, when it is recorded. Cleans nothing: lists do.

use crate::domain::order::{Address, Customer, Order, OrderType, round::brief};

/// The searched columns that come out of the Order object.
pub(super) struct Face<'a> {
    pub(super) order_type: Option<&'static str>,
    pub(super) total: String,
    pub(super) currency: &'a str,
    pub(super) who: &'a str,
    pub(super) address: String,
    pub(super) table: Option<i64>,
    pub(super) seat: Option<i64>,
    pub(super) pickup_token: &'a str,
    pub(super) intermediary: &'a str,
    pub(super) session_token: Option<&'a str>,
    pub(super) brief: String,
}

impl<'a> Face<'a> {
    pub(super) fn of(order: &'a Order) -> Self {
        let customer = order.customer.as_ref();
        let location = order.location.as_ref();
        let is_brought = order.order_type.is_some_and(OrderType::needs_address);
        Self {
            order_type: order.order_type.map(OrderType::token),
            total: order.payment.price.value.to_string(),
            currency: &order.payment.price.currency,
            who: customer.map_or("", who),
            address: customer
                .and_then(|customer| customer.address.as_ref())
                .filter(|_| is_brought)
                .map_or_else(String::new, street),
            table: location.and_then(|location| location.table),
            seat: location.and_then(|location| location.seat),
            pickup_token: order.pickup.as_ref().and_then(|pickup| pickup.pickup_token.as_deref()).unwrap_or_default(),
            intermediary: order.intermediary.as_deref().unwrap_or_default(),
            session_token: order.session_token.as_deref(),
            brief: brief(order),
        }
    }
}

/// Family or given name, else phone.
fn who(customer: &Customer) -> &str {
    [&customer.family_name, &customer.given_name, &customer.phone]
        .into_iter()
        .filter_map(|text| text.as_deref())
        .map(str::trim)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Street and number in one line.
fn street(address: &Address) -> String {
    let parts = [address.street.as_deref(), address.house_number.as_deref()];
    parts.into_iter().flatten().map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_prefers_the_family_name_and_falls_back_to_the_phone() {
        let mut guest = Customer {
            given_name: Some("Gast".into()),
            family_name: Some(" Muster ".into()),
            phone: Some("040 1".into()),
            ..Customer::default()
        };
        assert_eq!(who(&guest), "Muster");
        guest.family_name = Some("  ".into());
        assert_eq!(who(&guest), "Gast");
        guest.given_name = None;
        assert_eq!(who(&guest), "040 1");
    }

    #[test]
    fn street_leaves_no_gap_where_a_part_is_missing() {
        let mut address = Address { street: Some("Hauptstr.".into()), ..Address::default() };
        assert_eq!(street(&address), "Hauptstr.");
        address.house_number = Some("5a".into());
        assert_eq!(street(&address), "Hauptstr. 5a");
    }
}
