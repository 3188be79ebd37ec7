//! What a round of a table is made of, in a few words, so that it can be told from the others without being opened.

use rust_decimal::Decimal;

use super::Order;

/// Characters of the words; more is cut off.
const MAX: usize = 120;

/// `2 Pizza Salami, 1 Cola` for an order of a table, without extras and comments; empty for any other order.
pub fn brief(order: &Order) -> String {
    if order.location.as_ref().and_then(|location| location.table).is_none() {
        return String::new();
    }
    let dishes = order.items.iter().filter(|item| item.main_basket_item_id == item.basket_item_id);
    words(dishes.map(|item| (item.quantity, item.name.as_str())))
}

/// Quantities and names, one after the other. What is weighed goes without its weight: it is one piece.
pub fn words<'a>(dishes: impl Iterator<Item = (Decimal, &'a str)>) -> String {
    let mut text = String::new();
    let mut left = MAX;
    for (quantity, name) in dishes {
        let gap = if text.is_empty() { "" } else { ", " };
        let many = if quantity.is_integer() { format!("{} ", quantity.normalize()) } else { String::new() };
        for c in [gap, &many, name].into_iter().flat_map(str::chars) {
            if left == 0 {
                return text;
            }
            text.push(c);
            left -= 1;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dishes_are_named_and_weights_are_not() {
        let dishes = [(Decimal::new(20, 1), "Pizza Salami"), (Decimal::new(35, 2), "Käse"), (Decimal::ONE, "Cola")];
        assert_eq!(words(dishes.into_iter()), "2 Pizza Salami, Käse, 1 Cola");
        let many = std::iter::repeat_n((Decimal::ONE, "ä".repeat(50)), 1_000).collect::<Vec<_>>();
        assert_eq!(words(many.iter().map(|(n, name)| (*n, name.as_str()))).chars().count(), MAX);
    }

    #[test]
    fn only_a_table_has_rounds_and_extras_are_left_out() {
        let mut order: Order =
            serde_json::from_str(include_str!("../../../tests/fixtures/vendor-sample.json")).unwrap();
        order.location = None;
        assert_eq!(brief(&order), "");
        order.location = Some(crate::domain::order::Location { table: Some(5), seat: None });
        let mut extra = order.items[0].clone();
        extra.basket_item_id = Some(99);
        let dish = format!("{} {}", order.items[0].quantity.normalize(), order.items[0].name);
        order.items = vec![order.items[0].clone(), extra];
        assert_eq!(brief(&order), dish);
    }
}
