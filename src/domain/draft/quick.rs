//! One-line entry in the item search: quantity, what is searched, comment. Understands the line; finds no articles.

use rust_decimal::Decimal;

use crate::domain::{shop::article::Article, value::money::parse_decimal};

/// A line of the item search, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickLine<'a> {
    /// `2*`, `2x` or `0,5*` before the name; one if there is none.
    pub quantity: Decimal,
    /// Name, number or barcode.
    pub text: &'a str,
    /// What stands behind ` #`.
    pub comment: &'a str,
}

/// Takes a line apart. A quantity that is no number is part of the text, so that nothing typed is lost.
pub fn parse(line: &str) -> QuickLine<'_> {
    let (rest, comment) = match line.split_once(" #").or_else(|| line.strip_prefix('#').map(|tail| ("", tail))) {
        Some((rest, comment)) => (rest, comment.trim()),
        None => (line, ""),
    };
    let rest = rest.trim_start();
    let counted = rest.char_indices().find(|(_, c)| TIMES.contains(c)).and_then(|(at, mark)| {
        let quantity = parse_decimal(&rest[..at]).filter(|quantity| *quantity > Decimal::ZERO)?;
        Some((quantity, &rest[at + mark.len_utf8()..]))
    });
    let (quantity, text) = counted.unwrap_or((Decimal::ONE, rest));
    QuickLine { quantity, text: text.trim(), comment }
}

/// A quantity as it is typed before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The number, above zero.
    pub number: Decimal,
    /// What it counts, where that was typed.
    pub unit: Option<Unit>,
}

/// A unit that can be typed with a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `350g`
    Gram,
    /// `0,35kg`
    Kilogram,
}

/// Signs that part a quantity from a name.
const TIMES: [char; 4] = ['*', 'x', 'X', '×'];

impl Amount {
    /// How much of an article it is, in the article's own unit; `None` if the article is not sold by that unit.
    pub fn of(self, article: &Article) -> Option<Decimal> {
        let in_grams = match self.unit {
            None => return Some(self.number),
            Some(Unit::Gram) => self.number,
            Some(Unit::Kilogram) => self.number.checked_mul(Decimal::ONE_THOUSAND)?,
        };
        match &*article.unit {
            "g" => Some(in_grams),
            "kg" => in_grams.checked_div(Decimal::ONE_THOUSAND),
            _ => None,
        }
    }

    /// A number with or without a unit, `350g`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let lower = text.to_lowercase();
        let (unit, length) = match &*lower {
            lower if lower.ends_with("kg") => (Some(Unit::Kilogram), 2),
            lower if lower.ends_with('g') => (Some(Unit::Gram), 1),
            _ => (None, 0),
        };
        let number = parse_decimal(text.get(..text.len().checked_sub(length)?)?)?;
        (number > Decimal::ZERO).then_some(Self { number, unit })
    }
}

/// A quantity that is marked as one, and what stands behind it: `2x`, `2*`, `0,35*`, `350g*`.
pub fn amount(text: &str) -> Option<(Amount, &str)> {
    let (head, rest) = text.split_once(TIMES)?;
    Some((Amount::parse(head)?, rest.trim_start()))
}

/// What may be a quantity: 1 to 9, or a weight with its unit, then a space and a letter.
pub fn amount_before_space(text: &str) -> Option<(Amount, &str)> {
    let (head, rest) = text.trim_start().split_once(' ')?;
    let rest = rest.trim_start();
    let amount = Amount::parse(head)?;
    let is_small = amount.unit.is_some() || (head.len() == 1 && amount.number.is_integer());
    (is_small && rest.starts_with(char::is_alphabetic)).then_some((amount, rest))
}

/// Whether a quantity was typed: without one it is one.
pub fn is_counted(line: &str) -> bool {
    amount(line).is_some() || amount_before_space(line).is_some()
}

/// Whether a line asks for none of something: `0*51`. Read as a text that would find nothing, or the wrong thing.
pub fn is_none(line: &str) -> bool {
    let head = line.split(['*', 'x', 'X', '×']).next().unwrap_or_default();
    head.len() < line.len() && parse_decimal(head.trim_start()).is_some_and(|quantity| quantity <= Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::article;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("haw", "1", "haw", "")]
    #[case("2*haw", "2", "haw", "")]
    #[case("2x51", "2", "51", "")]
    #[case("3 × cola", "3", "cola", "")]
    #[case("0,35*käse", "0.35", "käse", "")]
    #[case("2*51 #gut durch", "2", "51", "gut durch")]
    #[case("xavers pizza", "1", "xavers pizza", "")]
    #[case("0*51", "1", "0*51", "")]
    #[case("2*", "2", "", "")]
    #[case("#ohne Zwiebeln", "1", "", "ohne Zwiebeln")]
    #[case("4001724819011", "1", "4001724819011", "")]
    fn is_taken_apart(#[case] line: &str, #[case] quantity: &str, #[case] text: &str, #[case] comment: &str) {
        assert_eq!(parse(line), QuickLine { quantity: quantity.parse().unwrap(), text, comment });
    }

    #[rstest]
    #[case("0*51", true)]
    #[case("0*", true)]
    #[case(" 0,0 x cola", true)]
    #[case("0", false)]
    #[case("2*51", false)]
    #[case("cola 0x", false)]
    fn none_of_something_is_told(#[case] line: &str, #[case] none: bool) {
        assert_eq!(is_none(line), none);
    }

    #[rstest]
    #[case("2*cola", Some(("2", None, "cola")))]
    #[case("2 x cola", Some(("2", None, "cola")))]
    #[case("0,35*102", Some(("0.35", None, "102")))]
    #[case("350g*käse", Some(("350", Some(Unit::Gram), "käse")))]
    #[case("0,35 kg × käse", Some(("0.35", Some(Unit::Kilogram), "käse")))]
    #[case("-2*1", None)]
    #[case("0*1", None)]
    #[case("xavers pizza", None)]
    #[case("2 cola", None)]
    fn a_marked_quantity_is_read(#[case] text: &str, #[case] wanted: Option<(&str, Option<Unit>, &str)>) {
        let read = amount(text).map(|(amount, rest)| (amount.number.to_string(), amount.unit, rest));
        assert_eq!(read, wanted.map(|(number, unit, rest)| (number.to_owned(), unit, rest)));
    }

    #[rstest]
    #[case("2 cola", Some(("2", "cola")))]
    #[case("9  cola", Some(("9", "cola")))]
    #[case("350g käse", Some(("350", "käse")))]
    #[case("0 cola", None)]
    #[case("12 cola", None)]
    #[case("2 51", None)]
    #[case("2", None)]
    #[case("2 ", None)]
    #[case("1/2 Hähnchen", None)]
    fn a_quantity_before_a_space_is_small(#[case] text: &str, #[case] wanted: Option<(&str, &str)>) {
        let read = amount_before_space(text).map(|(amount, rest)| (amount.number.to_string(), rest));
        assert_eq!(read, wanted.map(|(number, rest)| (number.to_owned(), rest)));
    }

    #[test]
    fn weights_are_in_the_unit_of_the_article() {
        let (mut kilo, piece) = (article(1, "Käse", "19.90"), article(2, "Cola", "3.00"));
        std::sync::Arc::make_mut(&mut kilo).unit = "kg".into();
        let grams = Amount { number: Decimal::from(350), unit: Some(Unit::Gram) };
        assert_eq!(grams.of(&kilo), Some(Decimal::new(35, 2)));
        assert_eq!(grams.of(&piece), None);
        assert_eq!(Amount { unit: None, ..grams }.of(&piece), Some(Decimal::from(350)));
    }

    proptest! {
        #[test]
        fn nothing_panics(line in "\\PC{0,30}") {
            prop_assert!(parse(&line).quantity > Decimal::ZERO);
        }
    }
}
