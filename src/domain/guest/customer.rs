//! Rules for what is typed about a guest. Each says only whether a text can be right, never that it is.

use crate::domain::order::OrderType;

/// Whether a text can be a phone number: digits with the usual separators, three (short codes) to fifteen (E.164).
pub fn phone_fits(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let body = text.strip_prefix('+').unwrap_or(text);
    (3..=15).contains(&digits)
        && body.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '/' | '-' | '.' | '(' | ')'))
}

/// Whether a text can be the number of somebody in another system's spelling: three digits, with whatever stands beside
/// them (`040 123456 (Praxis)`). The desk's own rule for typing is `phone_fits`.
pub fn phone_is_plausible(text: &str) -> bool {
    text.chars().filter(|c| c.is_numeric()).count() >= 3
}

/// Whether a text can be an e-mail address: one `@`, something before it, a dotted name after it, no spaces.
pub fn email_fits(text: &str) -> bool {
    let Some((local, host)) = text.trim().split_once('@') else { return false };
    let label = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    !local.is_empty()
        && text.len() <= 254
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| !c.is_whitespace() && !matches!(c, '@' | '<' | '>' | ',' | ';' | '"'))
        && host.contains('.')
        && host.split('.').all(label)
}

/// Letters before a postcode that name its country, as on an envelope or in ISO 3166.
const PREFIXES: [(&str, &str); 14] = [
    ("A", "AT"),
    ("B", "BE"),
    ("CH", "CH"),
    ("CZ", "CZ"),
    ("D", "DE"),
    ("DK", "DK"),
    ("F", "FR"),
    ("FL", "LI"),
    ("I", "IT"),
    ("L", "LU"),
    ("NL", "NL"),
    ("PL", "PL"),
    ("S", "SE"),
    ("SI", "SI"),
];

/// The country that stands before a postcode, `A-1010`, and the postcode without it. Without one it is of `country`, unless its
/// form belongs to one other country alone: `1012 AB`.
pub fn zip_country<'a>(country: &'a str, text: &'a str) -> (&'a str, &'a str) {
    let text = text.trim();
    let named = text.split_once('-').and_then(|(prefix, zip)| {
        let prefix = prefix.trim();
        let is_it =
            |(short, iso): &&(&str, &str)| prefix.eq_ignore_ascii_case(short) || prefix.eq_ignore_ascii_case(iso);
        Some((PREFIXES.iter().find(is_it)?.1, zip.trim()))
    });
    let is_dutch = || country != "NL" && is_zip_of(country, text) == Some(false) && is_zip_of("NL", text) == Some(true);
    named.unwrap_or_else(|| if is_dutch() { ("NL", text) } else { (country, text) })
}

/// Whether a text can be a zip, of the shop's country (ISO 3166 alpha-2) or of the one that it names. Countries without a rule
/// here accept any text.
pub fn zip_fits(country: &str, text: &str) -> bool {
    let (country, zip) = zip_country(country, text);
    is_zip_of(country, zip).unwrap_or(!zip.is_empty() && zip.len() <= 12)
}

/// `None` for a country without a rule.
fn is_zip_of(country: &str, text: &str) -> Option<bool> {
    let all_digits = |n: usize| text.len() == n && text.chars().all(|c| c.is_ascii_digit());
    Some(match country {
        "DE" | "FR" | "IT" | "ES" | "FI" | "HR" => all_digits(5),
        "AT" | "CH" | "LI" | "BE" | "LU" | "DK" | "NO" | "HU" | "SI" => all_digits(4),
        "NL" => {
            let compact: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
            compact.len() == 6
                && compact[..4].iter().all(char::is_ascii_digit)
                && compact[4..].iter().all(char::is_ascii_alphabetic)
        }
        "PL" => {
            let digits: String = text.chars().filter(|c| *c != '-').collect();
            text.len() <= 6 && digits.len() == 5 && digits.chars().all(|c| c.is_ascii_digit())
        }
        "CZ" | "SK" | "SE" => {
            let digits: String = text.chars().filter(|c| *c != ' ').collect();
            digits.len() == 5 && digits.chars().all(|c| c.is_ascii_digit())
        }
        _ => return None,
    })
}

/// Whether an order of this type needs a name or a number to reach the guest by.
pub fn needs_contact(order_type: OrderType) -> bool {
    order_type.needs_address()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("040 123456", true)]
    #[case("+49 (40) 12 34-56", true)]
    #[case("110", true)]
    #[case("12", false)]
    #[case("0401234567890123", false)]
    #[case("040 abc", false)]
    #[case("49+40123", false)]
    fn phone(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(phone_fits(text), fits);
    }

    #[rstest]
    #[case("gast@beispiel.example", true)]
    #[case("käse@bücher.example", true)]
    #[case("gast.muster+essen@a.b.example", true)]
    #[case("gast@beispiel", false)]
    #[case("gast beispiel@a.example", false)]
    #[case("@a.example", false)]
    #[case("a@b@c.example", false)]
    #[case("a@.example", false)]
    #[case("a..b@c.example", false)]
    fn email(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(email_fits(text), fits);
    }

    #[rstest]
    #[case("DE", "01067", true)]
    #[case("DE", "1067", false)]
    #[case("DE", "2545A", false)]
    #[case("AT", "1010", true)]
    #[case("NL", "1012 AB", true)]
    #[case("NL", "1012", false)]
    #[case("PL", "00-950", true)]
    #[case("CZ", "110 00", true)]
    #[case("GB", "SW1A 1AA", true)]
    #[case("GB", "", false)]
    #[case("DE", "A-1010", true)]
    #[case("DE", "CH-8001", true)]
    #[case("DE", "ch - 8001", true)]
    #[case("DE", "D-22765", true)]
    #[case("DE", "1012 AB", true)]
    #[case("DE", "A-10101", false)]
    #[case("DE", "D-1010", false)]
    #[case("DE", "8001", false)]
    #[case("AT", "DE-22765", true)]
    #[case("AT", "22765", false)]
    #[case("PL", "00-950", true)]
    #[case("PL", "PL-00-950", true)]
    fn zip(#[case] country: &str, #[case] text: &str, #[case] fits: bool) {
        assert_eq!(zip_fits(country, text), fits);
    }
}
