//! The words of what belongs to an order and is typed behind a point: `.t12`, `.abh`, `.bar`. In every language at once, as the
//! words of times are; they come from the language files and are only found again here.

use std::collections::BTreeMap;

use crate::domain::order::OrderType;

/// Words as people type them, in small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PieceWords {
    /// Before the number of a table.
    pub table: Vec<String>,
    /// Before the number of a seat.
    pub seat: Vec<String>,
    /// Before a tip.
    pub tip: Vec<String>,
    /// Order types.
    pub order_types: BTreeMap<OrderType, Vec<String>>,
    /// Payment methods, by OktoPOS's token in small letters.
    pub payments: BTreeMap<String, Vec<String>>,
    /// Before what a guest does not want, the first one where a comment is written: `ohne Zwiebel`.
    pub without: Vec<String>,
}

impl PieceWords {
    /// The words of a language file, looked up by their keys there, beside those that are known already. Several for one key
    /// are parted by commas.
    pub fn add<'a>(&mut self, text: impl Fn(&str) -> Option<&'a str>) {
        let learn = |key: &str, list: &mut Vec<String>| {
            let words = text(key).unwrap_or_default().split(',').map(|word| word.trim().to_lowercase());
            let new: Vec<String> = words.filter(|word| !word.is_empty() && !list.contains(word)).collect();
            list.extend(new);
        };
        learn("table", &mut self.table);
        learn("seat", &mut self.seat);
        learn("tip", &mut self.tip);
        learn("without", &mut self.without);
        for order_type in OrderType::ALL {
            let key = order_type.token().to_lowercase();
            learn(&key, self.order_types.entry(order_type).or_default());
        }
    }

    /// A word for a payment method.
    pub fn add_payment(&mut self, token: &str, word: &str) {
        let words = self.payments.entry(token.to_lowercase()).or_default();
        let word = word.trim().to_lowercase();
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
}
