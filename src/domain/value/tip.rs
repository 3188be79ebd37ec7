//! What a person types as a tip and what it comes to.

use rust_decimal::Decimal;

use super::money::{cents, parse_decimal};

/// A tip as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipEntry {
    /// `2,50`: that much.
    Amount(Decimal),
    /// `10%`: of the order's total.
    Percent(Decimal),
    /// `=50`: what is missing to this total.
    Total(Decimal),
}

impl TipEntry {
    /// Reads an entry; `None` if it is none of the three forms.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(total) = text.strip_prefix('=') {
            return parse_decimal(total).filter(|total| *total > Decimal::ZERO).map(Self::Total);
        }
        if let Some(percent) = text.strip_suffix('%') {
            return parse_decimal(percent)
                .filter(|percent| (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(percent))
                .map(Self::Percent);
        }
        parse_decimal(text)
            .filter(|amount| *amount >= Decimal::ZERO && amount.normalize().scale() <= 2)
            .map(Self::Amount)
    }

    /// The tip for an order of this total that has `given` tips already; `None` if the wanted total is below both.
    pub fn amount(self, total: Decimal, given: Decimal) -> Option<Decimal> {
        match self {
            Self::Amount(amount) => Some(cents(amount)),
            Self::Percent(percent) => Some(cents(total * percent / Decimal::ONE_HUNDRED)),
            Self::Total(wanted) => Some(cents(wanted - total - given)).filter(|amount| *amount >= Decimal::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2,50", "19.80", Some("2.50"))]
    #[case("10%", "19.80", Some("1.98"))]
    #[case("12,5 %", "19.80", Some("2.48"))]
    #[case("=50", "47.95", Some("2.05"))]
    #[case("=40", "47.95", None)]
    #[case("0", "47.95", Some("0.00"))]
    fn comes_to(#[case] entry: &str, #[case] total: &str, #[case] tip: Option<&str>) {
        let amount = TipEntry::parse(entry).unwrap().amount(total.parse().unwrap(), Decimal::ZERO);
        assert_eq!(amount.map(|amount| amount.to_string()).as_deref(), tip);
    }

    #[rstest]
    #[case("")]
    #[case("-1")]
    #[case("101%")]
    #[case("0,005")]
    #[case("=")]
    #[case("zwei")]
    fn is_refused(#[case] entry: &str) {
        assert_eq!(TipEntry::parse(entry), None);
    }

    #[test]
    fn a_second_tip_counts_into_the_wanted_total() {
        let ten = Decimal::TEN;
        assert_eq!(TipEntry::Total(Decimal::from(15)).amount(ten, Decimal::TWO), Some(Decimal::new(300, 2)));
    }
}
