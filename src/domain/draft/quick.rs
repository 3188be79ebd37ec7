//! One-line entry in the item search: quantity, what is searched, comment. Understands the line; finds no articles.

use rust_decimal::Decimal;

use crate::domain::value::money::parse_decimal;

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
    let counted = rest.char_indices().find(|(_, c)| matches!(c, '*' | 'x' | 'X' | '×')).and_then(|(at, mark)| {
        let quantity = parse_decimal(&rest[..at]).filter(|quantity| *quantity > Decimal::ZERO)?;
        Some((quantity, &rest[at + mark.len_utf8()..]))
    });
    let (quantity, text) = counted.unwrap_or((Decimal::ONE, rest));
    QuickLine { quantity, text: text.trim(), comment }
}

/// Whether a line asks for none of something: `0*51`. Read as a text that would find nothing, or the wrong thing.
pub fn is_none(line: &str) -> bool {
    let head = line.split(['*', 'x', 'X', '×']).next().unwrap_or_default();
    head.len() < line.len() && parse_decimal(head.trim_start()).is_some_and(|quantity| quantity <= Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
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

    proptest! {
        #[test]
        fn nothing_panics(line in "\\PC{0,30}") {
            prop_assert!(parse(&line).quantity > Decimal::ZERO);
        }
    }
}
