//! Whether two spellings are one phone number. Compares only: nothing here says that a number exists or how to write it.

/// Country (ISO 3166 alpha-2), its calling code, and what is dialled before a number inside the country.
const COUNTRIES: [(&str, &str, &str); 32] = [
    ("AT", "43", "0"),
    ("BA", "387", "0"),
    ("BE", "32", "0"),
    ("BG", "359", "0"),
    ("CA", "1", "1"),
    ("CH", "41", "0"),
    ("CZ", "420", ""),
    ("DE", "49", "0"),
    ("DK", "45", ""),
    ("ES", "34", ""),
    ("FI", "358", "0"),
    ("FR", "33", "0"),
    ("GB", "44", "0"),
    ("GR", "30", ""),
    ("HR", "385", "0"),
    ("HU", "36", "06"),
    ("IE", "353", "0"),
    ("IT", "39", ""),
    ("LI", "423", ""),
    ("LU", "352", ""),
    ("NL", "31", "0"),
    ("NO", "47", ""),
    ("PL", "48", ""),
    ("PT", "351", ""),
    ("RO", "40", "0"),
    ("RS", "381", "0"),
    ("SE", "46", "0"),
    ("SI", "386", "0"),
    ("SK", "421", "0"),
    ("TR", "90", "0"),
    ("UA", "380", "0"),
    ("US", "1", "1"),
];

/// Shortest number that is compared by its end alone, for countries that are not in the list.
const MIN_TAIL: usize = 7;

/// Whether a person would say that both are the same number, as seen from `country` (ISO 3166 alpha-2).
///
/// `040 123456`, `+49 (0)40/123456`, `0049 40 123456` and `4940123456` are one number in Germany.
pub fn same_number(country: &str, one: &str, other: &str) -> bool {
    let (ones, others) = (readings(country, one), readings(country, other));
    if COUNTRIES.iter().any(|(name, ..)| *name == country) {
        return ones.iter().any(|reading| others.contains(reading));
    }
    let is_tail = |long: &str, short: &str| short.len() >= MIN_TAIL && long.ends_with(short);
    ones.iter().any(|one| others.iter().any(|other| one == other || is_tail(one, other) || is_tail(other, one)))
}

/// What the text can mean, as digits beginning with the calling code. Nothing for a text with fewer than three digits.
fn readings(country: &str, text: &str) -> Vec<String> {
    let text = text.trim();
    let is_international = text.starts_with('+');
    // "+49 (0)40": the zero is only dialled inside the country.
    let text = if is_international { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 3 {
        return Vec::new();
    }
    if is_international {
        return vec![digits];
    }
    if let Some(rest) = digits.strip_prefix("00") {
        return vec![rest.to_owned()];
    }
    let Some((_, code, trunk)) = COUNTRIES.iter().find(|(name, ..)| *name == country) else {
        return vec![digits.trim_start_matches('0').to_owned()];
    };
    match digits.strip_prefix(trunk).filter(|_| !trunk.is_empty()) {
        Some(rest) => vec![format!("{code}{rest}")],
        // Without anything before it the calling code itself may lead: some exchanges show callers so.
        None if digits.starts_with(code) => vec![format!("{code}{digits}"), digits],
        None => vec![format!("{code}{digits}")],
    }
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

    #[test]
    fn the_table_is_in_order_and_names_nobody_twice() {
        assert!(COUNTRIES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
