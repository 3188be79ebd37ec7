//! Tests of who is one guest and who is two.

use rstest::rstest;

use super::*;

const SAMPLE: &str = include_str!("../../tests/fixtures/vendor-sample.json");

fn customer(phone: &str, given: &str, family: &str, street: &str, house: &str) -> Customer {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let address = Address { street: text(street), house_number: text(house), ..Address::default() };
    Customer {
        phone: text(phone),
        given_name: text(given),
        family_name: text(family),
        address: Some(address).filter(|address| *address != Address::default()),
        ..Customer::default()
    }
}

fn past(minute: i64, customer: Customer) -> PastOrder {
    let mut order: Order = serde_json::from_str(SAMPLE).unwrap();
    order.order_id = OrderId(format!("o-{minute}"));
    order.customer = Some(customer);
    let at = Timestamp::from_second(minute * 60).unwrap();
    PastOrder { order_id: order.order_id.clone(), at, is_cancelled: false, order }
}

fn keys(customer: &Customer) -> GuestKeys {
    GuestKeys::of("DE", Some(customer))
}

#[rstest]
#[case("Muster", "Beispielstraße", "5 a", true)]
#[case("MUSTER", "Beispielstr.", "5A", true)]
#[case("Muster", "Beispielstrasse", "5a", true)]
#[case("Muster", "Beispielstraße", "6", false)]
#[case("Beispiel", "Beispielstraße", "5a", false)]
fn a_person_is_the_same_with_another_number(
    #[case] family: &str,
    #[case] street: &str,
    #[case] house: &str,
    #[case] same: bool,
) {
    let one = keys(&customer("040 123456", "", "Muster", "Beispielstraße", "5a"));
    let other = keys(&customer("0171 1234567", "", family, street, house));
    assert_ne!(one.number, other.number);
    assert_eq!(one.who == other.who, same);
}

#[test]
fn who_is_known_by_a_name_alone_is_known_by_the_number() {
    let (one, other) = (customer("040 123456", "", "Muster", "", ""), customer("040 999999", "", "Muster", "", ""));
    assert_ne!(keys(&one).who, keys(&other).who, "there are many of that name");
    assert_eq!(keys(&customer("", "", "Muster", "", "")), GuestKeys::default());
    assert_eq!(GuestKeys::of("DE", None), GuestKeys::default());
    assert_eq!(keys(&customer("12", "", "Muster", "Weg", "1")).number, None);
}

/// The journal holds it: a program that counts otherwise would not find its guests again.
#[test]
fn the_number_for_a_person_never_changes() {
    assert_eq!(hash(&[]), -3_750_763_034_362_895_579);
    assert_eq!(hash(&["", "muster"]), hash(&["", "muster"]));
    assert_ne!(hash(&["a", "b"]), hash(&["ab", ""]));
    assert_eq!(keys(&customer("040 123456", "", "Muster", "Weg", "1")).who, Some(7_237_709_910_262_610_148));
}

#[test]
fn several_people_share_a_number_and_the_newest_comes_first() {
    let erika = || customer("040 123456", "Erika", "Muster", "Weg", "1");
    let max = || customer("040 123456", "Max", "Muster", "Weg", "1");
    let guests = gather(vec![past(1, erika()), past(3, max()), past(2, erika())]);
    let names: Vec<_> = guests.iter().map(|guest| guest.customer.given_name.as_deref().unwrap()).collect();
    assert_eq!(names, ["Max", "Erika"]);
    let orders: Vec<_> = guests[1].orders.iter().map(|order| order.order_id.as_str()).collect();
    assert_eq!(orders, ["o-2", "o-1"]);
}

#[test]
fn what_was_not_said_every_time_is_put_together() {
    let fetched = customer("040 123456", "", "Muster", "", "");
    let brought = customer("040 123456", "Erika", "Muster", "Weg", "1");
    let nameless = customer("040 123456", "", "", "", "");
    let guests = gather(vec![past(3, fetched), past(2, brought.clone()), past(1, nameless)]);
    assert_eq!(guests.len(), 1);
    assert_eq!(guests[0].customer, brought);
    assert_eq!(guests[0].orders.len(), 3);
}

#[test]
fn an_address_is_never_put_together_from_two() {
    let moved = customer("040 123456", "", "Muster", "Neuer Weg", "");
    let before = customer("040 123456", "", "Muster", "Alter Weg", "7");
    let guests = gather(vec![past(2, moved.clone()), past(1, before.clone())]);
    assert_eq!(guests.iter().map(|guest| &guest.customer).collect::<Vec<_>>(), [&moved, &before]);
}

#[test]
fn what_was_taken_back_tells_who_and_not_what() {
    let mut order = past(1, customer("040 123456", "", "Muster", "Weg", "1"));
    order.is_cancelled = true;
    let guests = gather(vec![order]);
    assert_eq!((guests.len(), guests[0].orders.len()), (1, 0));
}

#[test]
fn many_orders_and_many_guests_are_bounded() {
    let of = |n: i64| customer("040 123456", "", &format!("Muster {n}"), "Weg", "1");
    let guests = gather((0..100).flat_map(|n| (0..5).map(move |m| past(n * 10 + m, of(n)))).collect());
    assert_eq!((guests.len(), guests[0].orders.len()), (MAX_GUESTS, MAX_ORDERS));
    assert_eq!(guests[0].customer.family_name.as_deref(), Some("Muster 99"));
}

#[test]
fn another_source_adds_nobody_twice() {
    let known = gather(vec![past(1, customer("040 123456", "Erika", "Muster", "Weg", "1"))]);
    let mut erika = customer("+49 40 123456", "Erika", "MUSTER", "Weg", "1");
    erika.email = Some("erika@example.org".into());
    let max = customer("040 123456", "Max", "Muster", "Weg", "1");
    let merged = merge(known, vec![erika, max.clone()]);
    assert_eq!(merged.len(), 2);
    assert_eq!(merged[0].customer.email.as_deref(), Some("erika@example.org"));
    assert_eq!((merged[0].orders.len(), &merged[1].customer), (1, &max));
}
