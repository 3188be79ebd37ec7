//! What can be told of a barcode by its digits alone. Knows no articles.

/// Digits of the shortest and the longest barcode a scanner types: EAN-8 and GTIN-14.
pub const DIGITS: std::ops::RangeInclusive<usize> = 8..=14;

/// Whether digits are a whole EAN-8, UPC-A, EAN-13 or GTIN-14: its last digit checks the others.
pub fn is_checked(digits: &str) -> bool {
    if !matches!(digits.len(), 8 | 12 | 13 | 14) {
        return false;
    }
    let values: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    let weighted = |values: Vec<u32>| values.iter().rev().zip([1, 3].iter().cycle()).map(|(v, w)| v * w).sum::<u32>();
    values.is_some_and(|values| weighted(values) % 10 == 0)
}

/// The digits as they may be written elsewhere: a UPC-A is an EAN-13 with a zero before it, that one a GTIN-14 with another.
pub fn spellings(digits: &str) -> Vec<String> {
    let mut spellings = vec![digits.to_owned()];
    let bare = digits.trim_start_matches('0');
    let lengths = [12, 13, 14].into_iter().filter(|length| *length != digits.len() && *length >= bare.len());
    if (12..=14).contains(&digits.len()) {
        spellings.extend(lengths.map(|length| format!("{bare:0>length$}")));
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::ean_8("96385074", true)]
    #[case::upc_a("036000291452", true)]
    #[case::ean_13("4006381333931", true)]
    #[case::gtin_14("10012345678902", true)]
    #[case::one_digit_off("4006381333932", false)]
    #[case::two_swapped("4006381339331", false)]
    #[case::too_short("1234565", false)]
    #[case::nine("123456789", false)]
    #[case::no_digits("400638133393x", false)]
    #[case::empty("", false)]
    fn the_last_digit_checks_the_others(#[case] digits: &str, #[case] is: bool) {
        assert_eq!(is_checked(digits), is);
    }

    #[test]
    fn one_code_is_written_with_more_or_less_zeros() {
        assert_eq!(spellings("036000291452"), ["036000291452", "0036000291452", "00036000291452"]);
        assert_eq!(spellings("0036000291452"), ["0036000291452", "036000291452", "00036000291452"]);
        assert_eq!(spellings("4006381333931"), ["4006381333931", "04006381333931"]);
        assert_eq!(spellings("96385074"), ["96385074"]);
    }
}
