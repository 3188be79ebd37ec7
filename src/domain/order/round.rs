//! What an order is made of, in a few words, so that it can be told from the others without being opened.

use rust_decimal::Decimal;

use super::Order;

/// Characters of the words; what does not fit is counted.
const MAX: usize = 120;

/// `2 Pizza Salami, 1 Cola`, without extras and comments.
pub fn brief(order: &Order) -> String {
    let dishes = order.items.iter().filter(|item| item.main_basket_item_id == item.basket_item_id);
    words(dishes.map(|item| (item.quantity, item.name.as_str())))
}

/// Quantities and names, one after the other, and how many more there are: `2 Cola, 1 Pizza +3`. What is weighed goes without
/// its weight: it is one piece.
pub fn words<'a>(dishes: impl Iterator<Item = (Decimal, &'a str)>) -> String {
    let dish = |(quantity, name): (Decimal, &str)| {
        let many = if quantity.is_integer() { format!("{} ", quantity.normalize()) } else { String::new() };
        // What stands between two dishes stands in no name.
        format!("{many}{}", name.replace(", ", " ").trim())
    };
    joined(dishes.map(dish), MAX)
}

/// The same words in fewer columns, if they have to be.
pub fn shorter(words: &str, most: usize) -> String {
    let (dishes, more) = match words.rsplit_once(" +") {
        Some((dishes, more)) => match more.parse::<usize>() {
            Ok(more) => (dishes, more),
            Err(_) => (words, 0),
        },
        None => (words, 0),
    };
    let dishes = dishes.split(", ").map(str::to_owned);
    joined(dishes.chain(std::iter::repeat_n(String::new(), more)), most)
}

/// As many as fit, and the number of the others, those without a name among them. The first one is there in any case.
fn joined(dishes: impl Iterator<Item = String>, most: usize) -> String {
    let mut dishes = dishes.peekable();
    let Some(first) = dishes.next() else { return String::new() };
    let (mut text, mut left) = (cut(&first, most), 0);
    let mut used = text.chars().count();
    // A number of what is left out needs its room, unless nothing is.
    while let Some(dish) = dishes.next() {
        let wide = dish.chars().count() + 2;
        let behind = if dishes.peek().is_none() { 0 } else { " +999".len() };
        if left > 0 || dish.is_empty() || used + wide + behind > most {
            left += 1;
            continue;
        }
        used += wide;
        text = format!("{text}, {dish}");
    }
    if left == 0 {
        return text;
    }
    let more = format!(" +{left}");
    format!("{}{more}", cut(&text, most.saturating_sub(more.len())))
}

/// At most so many characters, with a mark where some are missing.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dishes_are_named_and_weights_are_not() {
        let dishes = [(Decimal::new(20, 1), "Pizza Salami"), (Decimal::new(35, 2), "Käse"), (Decimal::ONE, "Cola")];
        assert_eq!(words(dishes.into_iter()), "2 Pizza Salami, Käse, 1 Cola");
        assert_eq!(
            words([(Decimal::ONE, "Pizza, groß"), (Decimal::TWO, "Cola 0,5 l")].into_iter()),
            "1 Pizza groß, 2 Cola 0,5 l"
        );
        let many = std::iter::repeat_n((Decimal::ONE, "ä".repeat(50)), 1_000).collect::<Vec<_>>();
        let long = words(many.iter().map(|(n, name)| (*n, name.as_str())));
        assert!(long.chars().count() <= MAX && long.ends_with("ä +998"), "{long}");
        assert_eq!(shorter(&long, 20).chars().count(), 20);
        assert!(shorter(&long, 20).ends_with("ä… +999"), "{}", shorter(&long, 20));
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let text = "2 Cola, 1 Pizza Hawaii, 1 Tiramisu";
        assert_eq!(shorter(text, 40), text);
        assert_eq!(shorter(text, 34), text);
        assert_eq!(shorter(text, 30), "2 Cola, 1 Pizza Hawaii +1");
        assert_eq!(shorter(text, 12), "2 Cola +2");
        assert_eq!(shorter(&format!("{text} +4"), 12), "2 Cola +6");
        assert_eq!(shorter("1 Cola +", 12), "1 Cola +", "no number");
        assert_eq!(shorter("", 12), "");
    }

    #[test]
    fn extras_are_left_out() {
        let mut order: Order =
            serde_json::from_str(include_str!("../../../tests/fixtures/vendor-sample.json")).unwrap();
        let mut extra = order.items[0].clone();
        extra.basket_item_id = Some(99);
        let dish = format!("{} {}", order.items[0].quantity.normalize(), order.items[0].name);
        order.items = vec![order.items[0].clone(), extra];
        for table in [None, Some(5)] {
            order.location = Some(crate::domain::order::Location { table, seat: None });
            assert_eq!(brief(&order), dish);
        }
    }
}
