//! Numbers, money, dates and ages as people write them. The marks come from the language's file, `format.*`.

use jiff::civil;
use rust_decimal::Decimal;

use super::{Texts, fill};
use crate::domain::{
    draft::cart::is_weighed,
    shop::article::Article,
    value::{money, text::Clean},
};

/// Longest currency that is shown, in characters.
const MAX_CURRENCY: usize = 8;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Texts {
    /// An amount with its currency: `1.234,56 €`; other currencies by their code.
    pub fn money(&self, value: Decimal, currency: &str) -> String {
        let (sign, amount) = self.signed_amount(value);
        let pattern = if currency == "EUR" { "format.euro" } else { "format.money" };
        // Three letters; what somebody else wrote there must not push the amount away.
        let currency = Clean::bounded(currency, MAX_CURRENCY);
        format!("{sign}{}", self.fill(pattern, &[("amount", &amount), ("currency", &currency)]))
    }

    /// Somebody's own words, in the marks of the language.
    pub fn quoted(&self, text: &str) -> String {
        self.fill("format.quoted", &[("text", text)])
    }

    /// An amount without its currency, always two decimals: `1.234,56`.
    pub fn amount(&self, value: Decimal) -> String {
        let (sign, amount) = self.signed_amount(value);
        format!("{sign}{amount}")
    }

    /// A number as short as it can be written: `0,5`.
    pub fn number(&self, value: Decimal) -> String {
        let value = value.normalize();
        let sign = if value.is_sign_negative() { "-" } else { "" };
        format!("{sign}{}", self.digits(value.abs()))
    }

    /// How much of an article: `2 ×`, and of what is weighed or measured `0,350 kg`.
    pub fn quantity(&self, quantity: Decimal, article: &Article) -> String {
        if !is_weighed(article) {
            return format!("{} ×", self.number(quantity));
        }
        let mut value = quantity.normalize();
        if value.scale() > 0 {
            value.rescale(3);
        }
        format!("{} {}", self.digits(value), article.unit)
    }

    /// Hours and minutes: `17:30`.
    pub fn time(&self, t: civil::Time) -> String {
        let (hour, minute) = (format!("{:02}", t.hour()), format!("{:02}", t.minute()));
        self.fill("format.time", &[("hh", &hour), ("mm", &minute)])
    }

    /// A day: `23.11.2026`.
    pub fn date(&self, d: civil::Date) -> String {
        let month = usize::try_from(d.month()).unwrap_or(1);
        let name = self.t("format.months").split(' ').nth(month.saturating_sub(1)).unwrap_or_default();
        let (day, padded) = (d.day().to_string(), format!("{:02}", d.day()));
        let (month, year) = (format!("{month:02}"), format!("{:04}", d.year()));
        self.fill("format.date", &[("d", &day), ("dd", &padded), ("mm", &month), ("mon", name), ("yyyy", &year)])
    }

    /// A moment as short as it can be told from others: `18:30` today, `morgen 18:30`, else with its date.
    pub fn moment(&self, at: civil::DateTime, today: civil::Date) -> String {
        let time = self.time(at.time());
        if at.date() == today {
            time
        } else if today.tomorrow().is_ok_and(|tomorrow| tomorrow == at.date()) {
            format!("{} {time}", self.t("word.tomorrow"))
        } else {
            format!("{} {time}", self.date(at.date()))
        }
    }

    /// How long ago, in seconds, short: `12 s`, `3 min`, `2 h 05`, `3 d`. The future counts as now.
    pub fn age(&self, secs: i64) -> String {
        let secs = secs.max(0);
        let (key, n, rest) = match secs {
            ..MINUTE => ("format.age.seconds", secs, 0),
            MINUTE..HOUR => ("format.age.minutes", secs / MINUTE, 0),
            HOUR..DAY => ("format.age.hours", secs / HOUR, secs % HOUR / MINUTE),
            _ => ("format.age.days", secs / DAY, 0),
        };
        fill(self.t(key), &[("n", &n.to_string()), ("mm", &format!("{rest:02}"))])
    }

    fn signed_amount(&self, value: Decimal) -> (&'static str, String) {
        let value = money::cents(value);
        let sign = if value.is_sign_negative() && !value.is_zero() { "-" } else { "" };
        (sign, self.digits(value.abs()))
    }

    /// Digits of a number that is not negative, grouped by thousands.
    fn digits(&self, value: Decimal) -> String {
        let plain = value.to_string();
        let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(w, f)| (w, Some(f)));
        let mut out = String::with_capacity(plain.len() * 2);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push_str(self.t("format.group"));
            }
            out.push(digit);
        }
        if let Some(fraction) = fraction {
            out.push_str(self.t("format.decimal"));
            out.push_str(fraction);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn both() -> [Texts; 2] {
        Lang::ALL.map(Texts::load)
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn money_as_people_write_it() {
        let [de, en] = both();
        for (value, currency, german, english) in [
            ("1234.56", "EUR", "1.234,56 €", "€1,234.56"),
            ("0", "EUR", "0,00 €", "€0.00"),
            ("-5", "EUR", "-5,00 €", "-€5.00"),
            ("-0.001", "EUR", "0,00 €", "€0.00"),
            ("1234567.895", "CHF", "1.234.567,90 CHF", "1,234,567.90 CHF"),
            ("999", "EUR", "999,00 €", "€999.00"),
        ] {
            assert_eq!(de.money(dec(value), currency), german);
            assert_eq!(en.money(dec(value), currency), english);
        }
        assert_eq!(de.amount(dec("-1234.5")), "-1.234,50");
        assert_eq!(en.amount(dec("1234.5")), "1,234.50");
    }

    #[test]
    fn numbers_lose_trailing_zeros_only() {
        let [de, en] = both();
        for (value, german, english) in
            [("0.50", "0,5", "0.5"), ("100", "100", "100"), ("1200.250", "1.200,25", "1,200.25"), ("-2", "-2", "-2")]
        {
            assert_eq!(de.number(dec(value)), german);
            assert_eq!(en.number(dec(value)), english);
        }
    }

    #[test]
    fn days_and_times() {
        let [de, en] = both();
        assert_eq!(de.date(civil::date(2026, 11, 3)), "03.11.2026");
        assert_eq!(en.date(civil::date(2026, 11, 3)), "3 Nov 2026");
        assert_eq!(de.date(civil::date(2026, 12, 31)), "31.12.2026");
        assert_eq!(en.date(civil::date(2026, 1, 31)), "31 Jan 2026");
        assert!(both().iter().all(|texts| texts.time(civil::time(7, 5, 59, 0)) == "07:05"));
    }

    #[test]
    fn moments_are_as_short_as_they_are_clear() {
        let [de, en] = both();
        let today = civil::date(2026, 12, 31);
        for (day, german, english) in [
            (today, "18:30", "18:30"),
            (civil::date(2027, 1, 1), "morgen 18:30", "tomorrow 18:30"),
            (civil::date(2027, 1, 2), "02.01.2027 18:30", "2 Jan 2027 18:30"),
            (civil::date(2026, 12, 30), "30.12.2026 18:30", "30 Dec 2026 18:30"),
        ] {
            let at = day.at(18, 30, 0, 0);
            assert_eq!((de.moment(at, today).as_str(), en.moment(at, today).as_str()), (german, english));
        }
    }

    #[test]
    fn ages_are_short() {
        let [de, en] = both();
        for (secs, german, english) in [
            (-3, "0 s", "0 s"),
            (59, "59 s", "59 s"),
            (60, "1 min", "1 min"),
            (3599, "59 min", "59 min"),
            (7500, "2 h 05", "2 h 05"),
            (3 * 86_400 + 5, "3 T", "3 d"),
        ] {
            assert_eq!(de.age(secs), german);
            assert_eq!(en.age(secs), english);
        }
    }
}
