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
    #[serde(with = "crate::domain::value::exact::text")]
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

/// Reads a number as people write it: `2,50`, `2.50`, `1.234,56`, `1,234.56`. At most twelve digits, no exponent.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let body = text.strip_prefix('-').unwrap_or(text);
    if !(1..=12).contains(&digits) || !body.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return None;
    }
    // With both marks the last one is the decimal mark, and the others stand between groups of three.
    let plain = match (text.rfind('.'), text.rfind(',')) {
        (Some(dot), Some(comma)) => {
            let (mark, group) = if dot > comma { ('.', ',') } else { (',', '.') };
            let (whole, fraction) = text.split_at(dot.max(comma));
            let mut groups = whole.trim_start_matches('-').split(group);
            let first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
            if !first || !groups.all(|part| part.len() == 3 && !part.contains(mark)) || whole.contains(mark) {
                return None;
            }
            format!("{}.{}", whole.replace(group, ""), &fraction[1..])
        }
        _ => text.replace(',', "."),
    };
    plain.parse().ok()
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
    fn numbers_are_read_as_people_write_them() {
        let read = |text| parse_decimal(text).map(|value| value.to_string());
        for (text, value) in
            [("2,50", "2.50"), ("2.50", "2.50"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("7", "7")]
        {
            assert_eq!(read(text).as_deref(), Some(value), "{text}");
        }
        for text in ["", "1e5", "1..2", "1,2,3", "12.34,5", "1234567890123", "+1", "0x1", "--1", "1-"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
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
