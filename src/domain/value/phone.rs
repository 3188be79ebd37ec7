//! Whether two spellings are one phone number, and the one text that stands for all of them. Says nowhere that a number
//! exists or how to write it.
//!
//! What countries dial before a number comes from the metadata of the `rlibphonenumber` crate. It is unpacked with the first
//! number that is read: not at the start, and never while a key is handled.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

/// Fewer digits are a short code or an extension: compared as they are.
const MIN_DIGITS: usize = 6;

/// Shortest number that is compared by its end alone, and that is looked for elsewhere.
const MIN_TAIL: usize = 7;

/// Fewer digits are no number at all.
const MIN_KEY: usize = 3;

/// The key of a number, as seen from `country` (ISO 3166 alpha-2): `+4940123456` for `040 123456`, `+49 (0)40/123456`,
/// `0049 40 123456` and `4940123456` in Germany; the bare digits for short numbers and those that cannot be read.
///
/// `None` for a text with fewer than three digits.
pub fn phone_key(country: &str, text: &str) -> Option<String> {
    let (is_international, digits) = digits(text);
    if digits.len() < MIN_KEY {
        return None;
    }
    if digits.len() < MIN_DIGITS {
        return Some(digits);
    }
    let home = region(country);
    let read = |text: &str| {
        let number = PHONE_NUMBER_UTIL.parse(text, home).ok()?;
        Some(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
    };
    let international = || read(&format!("+{digits}"));
    let key = match home {
        _ if is_international => international(),
        None => None,
        Some(home) if leads_with_code(home, &digits) => international(),
        Some(_) => read(&digits),
    };
    Some(key.unwrap_or(digits))
}

/// Whether the text has so many digits that it can be somebody's number, not only a part of it.
pub fn is_whole(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= MIN_TAIL
}

/// Whether a person would say that `phone` is the number of this key, as seen from `country`.
pub fn has_key(country: &str, phone: &str, key: &str) -> bool {
    let Some(other) = phone_key(country, phone) else { return false };
    if other == key {
        return true;
    }
    // Without a country nobody knows what is dialled before a number: then its end decides.
    let bare = |key: &str| key.trim_start_matches(['+', '0']).to_owned();
    let (one, other) = (bare(key), bare(&other));
    let is_tail = |long: &str, short: &str| short.len() >= MIN_TAIL && long.ends_with(short);
    region(country).is_none() && (is_tail(&one, &other) || is_tail(&other, &one))
}

/// Whether a person would say that both are the same number, as seen from `country`.
pub fn same_number(country: &str, one: &str, other: &str) -> bool {
    phone_key(country, other).is_some_and(|key| has_key(country, one, &key))
}

/// The digits of a text, without what is dialled before another country's number, and whether that was there.
fn digits(text: &str) -> (bool, String) {
    let text = text.trim();
    let with_plus = text.starts_with('+');
    // "+49 (0)40": the zero is only dialled inside the country.
    let text = if with_plus { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(rest) if !with_plus => (true, rest.to_owned()),
        _ => (with_plus, digits),
    }
}

/// A country that has telephones.
fn region(country: &str) -> Option<Region> {
    let region = Region::from_code(country).ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region)
}

/// Whether the country's own calling code leads a number without anything before it: some exchanges show callers so. Where the
/// calling code is 1, the same digit is dialled before numbers inside the country, and the number is read as one of those. No other
/// country's code begins like what is dialled there.
fn leads_with_code(home: Region, digits: &str) -> bool {
    let Some(code) = PHONE_NUMBER_UTIL.get_country_code_for_region(home) else { return false };
    let rest = digits.strip_prefix(&code.to_string());
    !PHONE_NUMBER_UTIL.is_nanpa_country(home) && rest.is_some_and(|rest| rest.len() >= MIN_TAIL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("DE", "040 123456", "+49 40 123456", true)]
    #[case("DE", "040/12 34-56", "+49 (0)40 123456", true)]
    #[case("DE", "0049 40 123456", "040123456", true)]
    #[case("DE", "49 40 123456", "(040) 123456", true)]
    #[case("DE", "40 123456", "040 123456", true)]
    #[case("DE", "040 123456", "040 1234567", false)]
    #[case("DE", "040 123456", "0140 123456", false)]
    #[case("DE", "040 123456", "+43 40 123456", false)]
    #[case("DE", "123456", "040 123456", false)]
    #[case("DE", "110", "110", true)]
    #[case("DE", "11", "11", false)]
    #[case("DE", "", "", false)]
    #[case("AT", "0664 1234567", "+43 664 1234567", true)]
    #[case("IT", "06 1234567", "+39 06 1234567", true)]
    #[case("IT", "06 1234567", "+39 6 1234567", false)]
    #[case("HU", "06 1 234 5678", "+36 1 234 5678", true)]
    #[case("US", "1 (212) 555-0100", "+1 212 555 0100", true)]
    #[case("US", "212-555-0100", "+1 212 555 0100", true)]
    #[case("XX", "0935 123 456", "+84 935 123 456", true)]
    #[case("XX", "123456", "+84 123456", false)]
    fn one_number_in_many_spellings(#[case] country: &str, #[case] a: &str, #[case] b: &str, #[case] same: bool) {
        assert_eq!(same_number(country, a, b), same);
        assert_eq!(same_number(country, b, a), same, "both ways");
    }

    #[rstest]
    #[case("DE", "040 123456", Some("+4940123456"))]
    #[case("DE", "+49 (0)40/123456", Some("+4940123456"))]
    #[case("DE", "0049 40 123456", Some("+4940123456"))]
    #[case("DE", "4940123456", Some("+4940123456"))]
    #[case("DE", "+43 664 1234567", Some("+436641234567"))]
    #[case("IT", "06 1234567", Some("+39061234567"))]
    #[case("DE", "12 34 5", Some("12345"))]
    #[case("DE", "40 1234", Some("+49401234"))]
    #[case("DE", "110", Some("110"))]
    #[case("DE", "11", None)]
    #[case("DE", "niemand", None)]
    #[case("XX", "0935 123 456", Some("0935123456"))]
    #[case("DE", "+999 123456789012345", Some("999123456789012345"))]
    fn one_key_stands_for_every_spelling(#[case] country: &str, #[case] text: &str, #[case] key: Option<&str>) {
        assert_eq!(phone_key(country, text).as_deref(), key);
    }

    #[test]
    fn a_key_is_its_own_key_and_nothing_panics() {
        let long = "9".repeat(5_000);
        for text in
            ["040 123456", "+43 664 1234567", "004940123456", "0", "+", "00", "(0)", "+(0)", "٠٤٠ ١٢٣٤٥٦", &long]
        {
            for country in ["DE", "AT", "IT", "US", "HU", "XX", ""] {
                if let Some(key) = phone_key(country, text) {
                    assert_eq!(phone_key(country, &key), Some(key.clone()), "{country} {text}");
                    assert!(has_key(country, text, &key), "{country} {text}");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[-+0-9 ()/.;=a-z]{0,40}|\\PC{0,30}") {
            for country in ["DE", "US", "XX"] {
                let key = phone_key(country, &text);
                proptest::prop_assert!(key.is_none_or(|key| key.len() >= MIN_KEY));
            }
        }
    }
}
