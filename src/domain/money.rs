//! Money as OktoPOS writes it: an exact decimal and a currency. Never a float, never rounded in silence.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An amount with its currency, in OktoPOS's form `{"value": "19.95", "currency": "EUR"}`.
///
/// The value travels as a string and keeps its digits: `"1.50"` stays `"1.50"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The amount in units of the currency (euros, not cents).
    #[serde(with = "rust_decimal::serde::str")]
    pub value: Decimal,
    /// ISO 4217 code, `EUR`.
    pub currency: String,
}

impl Money {
    /// An amount with at least two decimals, so that it is written `7.00` and not `7`.
    pub fn new(value: Decimal, currency: &str) -> Self {
        Self { value: at_least_cents(value), currency: currency.to_owned() }
    }
}

/// Rounds half up (away from zero) to the cent and keeps exactly two decimals.
pub fn cents(value: Decimal) -> Decimal {
    let mut rounded = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(2);
    rounded
}

/// VAT contained in a gross amount at `rate` percent, rounded half up to the cent: total x rate / (100 + rate).
pub fn vat_contained(gross: Decimal, rate: Decimal) -> Decimal {
    let divisor = Decimal::ONE_HUNDRED + rate;
    if divisor.is_zero() {
        return cents(Decimal::ZERO);
    }
    gross.checked_mul(rate).and_then(|product| product.checked_div(divisor)).map_or_else(|| cents(Decimal::ZERO), cents)
}

/// Reads a number as people type it: `2,50`, `2.50`, `1.234,56` and `1,234.56`, at most 12 digits, no sign, no exponent.
///
/// A lone separator is the decimal one (`1.234` is a little more than one: a weight, never a silent thousand); where both
/// stand, the last is; one that is repeated, or stands before the decimal one, separates thousands.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let clean = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    if !clean || digits == 0 || digits > 12 {
        return None;
    }
    let last = text.rfind(['.', ',']);
    let (whole, fraction) = match last {
        Some(at) if text.matches(&text[at..=at]).count() == 1 => (&text[..at], &text[at + 1..]),
        _ => (text, ""),
    };
    if fraction.is_empty() && text.ends_with(['.', ',']) {
        return None;
    }
    let mut plain = thousands(whole)?;
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    plain.parse().ok()
}

/// Digits without their thousands separators; `None` unless one separator is used and every later group has three digits.
fn thousands(whole: &str) -> Option<String> {
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?;
    let one_kind = !(whole.contains('.') && whole.contains(','));
    let grouped = whole.len() > first.len();
    if !one_kind || !groups.all(|group| group.len() == 3) || (grouped && !(1..=3).contains(&first.len())) {
        return None;
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    Some(if digits.is_empty() { "0".into() } else { digits })
}

fn at_least_cents(value: Decimal) -> Decimal {
    let mut value = value;
    if value.scale() < 2 {
        value.rescale(2);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_writes_two_decimals() {
        assert_eq!(Money::new(Decimal::from(7), "EUR").value.to_string(), "7.00");
    }

    #[test]
    fn half_a_cent_goes_up() {
        assert_eq!(cents(Decimal::new(5, 3)).to_string(), "0.01");
        assert_eq!(cents(Decimal::new(-5, 3)).to_string(), "-0.01");
    }

    #[test]
    fn numbers_as_people_type_them() {
        for (text, value) in [
            ("2,50", "2.50"),
            (" 2.50 ", "2.50"),
            ("1.234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234.567", "1234567"),
            ("1.234.567,8", "1234567.8"),
            ("0,250", "0.250"),
            ("1.234", "1.234"),
            (",5", "0.5"),
            ("007", "7"),
            ("123456789012", "123456789012"),
        ] {
            assert_eq!(parse_decimal(text), Some(value.parse().unwrap()), "{text}");
        }
        for text in [
            "",
            ".",
            ",",
            "5,",
            "-1",
            "+1",
            "1e3",
            "1 000",
            "1.23.4",
            "1,2,3",
            "1.2,3.4",
            "1.234,5,6",
            "12.3456,7",
            "x",
            "٣",
            "1234567890123",
            "1,,5",
            "1234.567.890",
            "2,50 €",
        ] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn typed_numbers_never_panic_and_plain_ones_read_back(raw in "[0-9.,e+ -]{0,16}", cents in 0i64..1_000_000_000) {
            if let Some(value) = parse_decimal(&raw) {
                prop_assert!(value >= Decimal::ZERO && value < Decimal::from(1_000_000_000_000i64));
            }
            let value = Decimal::new(cents, 2);
            prop_assert_eq!(parse_decimal(&value.to_string().replace('.', ",")), Some(value));
        }

        /// The oracle works in integer cents: round half up of g * r / (100 + r), with r in hundredths of a percent.
        #[test]
        fn vat_agrees_with_integer_cents(gross in 0i64..10_000_000, rate in 0i64..10_000) {
            let (numerator, denominator) = (i128::from(gross) * i128::from(rate), i128::from(10_000 + rate));
            let oracle = (2 * numerator + denominator) / (2 * denominator);
            let got = vat_contained(Decimal::new(gross, 2), Decimal::new(rate, 2));
            prop_assert_eq!(got, Decimal::from_i128_with_scale(oracle, 2));
        }
    }
}
