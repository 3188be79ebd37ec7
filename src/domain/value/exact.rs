//! Decimals to the digit: a text that is not one is refused, and so is one with more digits than can be kept. Never rounds.

use rust_decimal::Decimal;

/// Reads digits, perhaps a minus before them and decimals behind: `19.95`. No plus, no exponent, no comma, no space, and
/// no `_`, which the decimal library would pass over: `1_9.95` is a typing error and not 19.95.
pub fn plain(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (all_digits(whole) && all_digits(fraction)).then(|| Decimal::from_str_exact(text).ok()).flatten()
}

/// Reads a number as JSON writes it: `plain`, perhaps with an exponent.
pub fn json_number(text: &str) -> Option<Decimal> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return plain(text) };
    let (mantissa, exponent) = (plain(mantissa)?, exponent.parse::<i64>().ok()?);
    let scale = i64::from(mantissa.scale()).checked_sub(exponent)?;
    if let Ok(scale) = u32::try_from(scale) {
        return Decimal::try_from_i128_with_scale(mantissa.mantissa(), scale).ok();
    }
    let factor = 10_i128.checked_pow(u32::try_from(scale.checked_neg()?).ok()?)?;
    Decimal::try_from_i128_with_scale(mantissa.mantissa().checked_mul(factor)?, 0).ok()
}

/// For `serde(with)`: an amount that travels as a text, `"19.95"`.
pub mod text {
    use std::fmt;

    use rust_decimal::Decimal;
    use serde::{Deserializer, Serializer, de};

    /// Writes the digits as a text.
    pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        rust_decimal::serde::str::serialize(value, serializer)
    }

    /// Reads `plain`; a number is none.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount in quotes such as \"19.95\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                super::plain(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Price {
        #[serde(with = "text")]
        price: Decimal,
    }

    #[rstest]
    #[case("19.95", true)]
    #[case("-0.50", true)]
    #[case("7", true)]
    #[case("1_9.95", false)]
    #[case("_19.95", false)]
    #[case("+1", false)]
    #[case("1e2", false)]
    #[case("1,50", false)]
    #[case(" 1", false)]
    #[case(".5", false)]
    #[case("5.", false)]
    #[case("", false)]
    #[case("-", false)]
    #[case("٣", false)]
    #[case("0.1234567890123456789012345678", true)]
    #[case("0.12345678901234567890123456789012345", false)]
    #[case("99999999999999999999999999999999", false)]
    fn a_plain_amount_keeps_its_digits_or_is_none(#[case] text: &str, #[case] fits: bool) {
        let wanted = fits.then(|| text.to_owned());
        assert_eq!(plain(text).map(|value| value.to_string()), wanted);
    }

    #[rstest]
    #[case("12.990", Some("12.990"))]
    #[case("1e2", Some("100"))]
    #[case("1.25E+1", Some("12.5"))]
    #[case("25e-2", Some("0.25"))]
    #[case("1e-40", None)]
    #[case("1e99", None)]
    #[case("1e99999999999999999999", None)]
    #[case("0.12345678901234567890123456789012345", None)]
    fn a_number_of_json_is_exact(#[case] text: &str, #[case] wanted: Option<&str>) {
        assert_eq!(json_number(text).map(|value| value.to_string()).as_deref(), wanted);
    }

    #[test]
    fn an_amount_is_a_text_and_nothing_else() {
        let read = |text: &str| serde_json::from_str::<Price>(text);
        let text = r#"{"price":"19.90"}"#;
        assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
        for wrong in [r#"{"price":19.90}"#, r#"{"price":"1_9.90"}"#, r#"{"price":""}"#, r#"{"price":null}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::from_value::<Price>(value).unwrap(), read(text).unwrap());
    }
}
