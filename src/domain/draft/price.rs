//! Prices that a person sets for a line of the cart, where the article's owner allows it. The article keeps its own price.

use std::fmt;

use rust_decimal::Decimal;

use super::{Draft, Line};
use crate::domain::{
    order::DistributionChannel,
    shop::article::ChannelPrice,
    value::{money::parse_decimal, text::Clean},
};

/// Highest price of one unit; more is a typing error.
pub const MAX_PRICE: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);
/// What stands between the two prices of a note as the journal keeps it.
const TO: &str = " -> ";

/// Reads a price as people write it: `7,50`, `7.50 €`, `1.234,56`. Nothing negative, no part of a cent, nothing above
/// `MAX_PRICE`.
pub fn parse_price(text: &str) -> Option<Decimal> {
    let text = text.trim().trim_end_matches(['€', ' ']);
    let price = parse_decimal(text)?;
    // `1.000` is a thousand to some and one to others.
    (price.scale() <= 2 && !price.is_sign_negative() && price <= MAX_PRICE).then_some(price)
}

/// A price that a person set for a line: which article, from which price to which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceNote {
    /// The article's name.
    pub name: Clean,
    /// The article's price of one unit, gross.
    pub from: Decimal,
    /// The price of one unit that counts, gross.
    pub to: Decimal,
}

impl fmt::Display for PriceNote {
    /// `18.90 -> 15.00 Forelle`: as the journal keeps it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, from, to } = self;
        write!(f, "{from}{TO}{to} {name}")
    }
}

impl PriceNote {
    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, rest) = text.split_once(TO)?;
        let (to, name) = rest.split_once(' ')?;
        Some(Self { name: Clean::new(name), from: from.parse().ok()?, to: to.parse().ok()? })
    }
}

impl Line {
    /// The price of one unit in a row of its article.
    pub fn unit_price(&self, row: &ChannelPrice) -> Decimal {
        self.manual_price.unwrap_or(row.price)
    }
}

impl Draft {
    /// Sets the price of one unit of a line, or the article's again. `false` where the article's owner does not allow it or
    /// there is no such line. A price that is the article's own in this channel is none of a person's.
    pub fn set_price(&mut self, id: i64, price: Option<Decimal>, channel: &DistributionChannel) -> bool {
        let Some(line) = self.lines.iter_mut().find(|line| line.id == id) else { return false };
        let own = line.article.price_in(channel).map(|row| row.price);
        let price = price.filter(|price| Some(*price) != own);
        if price.is_some() && !line.article.price_can_change {
            return false;
        }
        line.manual_price = price;
        true
    }

    /// The prices a person set, for the order's history.
    pub fn price_notes(&self, channel: &DistributionChannel) -> Vec<PriceNote> {
        let note = |line: &Line| {
            let (from, to) = (line.article.price_in(channel)?.price, line.manual_price?);
            Some(PriceNote { name: Clean::new(&line.article.name), from, to })
        };
        self.lines.iter().filter_map(note).filter(|note| note.from != note.to).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::domain::{
        draft::{
            assortment::{line_change, take_prices},
            finish::finish,
        },
        shop::article::Article,
        testing::{article, channel, draft, shop, takeaway},
        value::moment::Moment,
    };

    #[rstest]
    #[case("7,50", Some("7.50"))]
    #[case("7.5", Some("7.5"))]
    #[case(" 7,50 € ", Some("7.50"))]
    #[case("0", Some("0"))]
    #[case("1.234,56", Some("1234.56"))]
    #[case("100000", Some("100000"))]
    #[case("100000,01", None)]
    #[case("1.000", None)]
    #[case("0,005", None)]
    #[case("-1", None)]
    #[case("", None)]
    #[case("€", None)]
    #[case("1e3", None)]
    #[case("viel", None)]
    fn prices_are_read_as_people_write_them(#[case] text: &str, #[case] price: Option<&str>) {
        assert_eq!(parse_price(text), price.map(|price| price.parse().unwrap()));
    }

    fn open(id: i64, name: &str, price: &str) -> Arc<Article> {
        let mut article = article(id, name, price);
        Arc::make_mut(&mut article).price_can_change = true;
        article
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn only_where_it_is_allowed_and_only_this_line() {
        let mut draft = draft();
        let fixed = draft.add(&article(1, "Pizza", "10.50"), Decimal::ONE, "").unwrap();
        let free = draft.add(&open(2, "Forelle", "18.90"), Decimal::TWO, "").unwrap();
        assert!(!draft.set_price(fixed, Some(dec("1")), &channel()));
        assert!(!draft.set_price(99, None, &channel()));
        assert!(draft.set_price(free, Some(dec("15")), &channel()));
        assert_eq!(draft.totals(&channel()).total, dec("40.50"));
        let note = |name: &str, from, to| PriceNote { name: name.into(), from: dec(from), to: dec(to) };
        assert_eq!(draft.price_notes(&channel()), [note("Forelle", "18.90", "15")]);
        let more = draft.add(&open(2, "Forelle", "18.90"), Decimal::ONE, "").unwrap();
        assert_ne!(more, free, "one more at the article's price is a line of its own");
        let one = draft.split_one(free).unwrap();
        assert_eq!(draft.line(one).unwrap().manual_price, Some(dec("15")), "what is split off keeps it");
        assert!(draft.set_price(free, None, &channel()) && draft.set_price(one, Some(dec("18.90")), &channel()));
        assert_eq!((draft.price_notes(&channel()), draft.line(one).unwrap().manual_price), (vec![], None));
    }

    #[test]
    fn another_channel_keeps_the_price_and_taxes_it_anew_and_the_order_adds_up() {
        let mut draft = draft();
        let mut fish = Arc::unwrap_or_clone(open(2, "Forelle", "18.90"));
        let mut tax = (*fish.prices[1].tax).clone();
        tax.rate = Decimal::from(19);
        Arc::make_mut(&mut fish.prices)[1].tax = Arc::new(tax);
        let line = draft.add(&Arc::new(fish), Decimal::TWO, "").unwrap();
        draft.set_price(line, Some(dec("10.7")), &channel());
        let vat = |channel: crate::domain::order::DistributionChannel| draft.totals(&channel).vat;
        assert_eq!(vat(channel()), [(dec("7"), dec("21.40"), dec("1.40"))]);
        assert_eq!(vat(takeaway()), [(dec("19"), dec("21.40"), dec("3.42"))]);
        draft.fields.insert(crate::domain::draft::field::Field::Table, "7".into());
        let now = "2026-05-04T15:42:10Z".parse().unwrap();
        let moment = Moment { now, zone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap() };
        let order = finish(&draft, &shop(), &moment).unwrap();
        let item = &order.items[0];
        assert_eq!(item.price_per_unit.value.to_string(), "10.70");
        assert_eq!(
            (item.price.value.to_string(), order.payment.price.value.to_string()),
            ("21.40".into(), "21.40".into())
        );
        assert_eq!(item.tax.as_ref().unwrap().tax_value.as_ref().unwrap().value.to_string(), "1.40");
    }

    #[test]
    fn new_prices_of_the_articles_leave_it_alone() {
        let mut draft = draft();
        let line = draft.add(&open(2, "Forelle", "18.90"), Decimal::ONE, "").unwrap();
        draft.set_price(line, Some(dec("15")), &channel());
        let dearer = open(2, "Forelle", "19.90");
        assert_eq!(line_change(draft.line(line).unwrap(), Some(&dearer), &channel()), None);
        assert_eq!(take_prices(&mut draft, &channel(), |_| Some(&dearer)), 0);
        assert_eq!(draft.totals(&channel()).total, dec("15.00"));
        draft.set_price(line, None, &channel());
        assert_eq!(take_prices(&mut draft, &channel(), |_| Some(&dearer)), 1);
        assert_eq!(draft.totals(&channel()).total, dec("19.90"));
    }

    #[test]
    fn a_draft_of_before_has_no_such_price_and_one_of_now_keeps_it() {
        let mut draft = draft();
        let line = draft.add(&open(2, "Forelle", "18.90"), Decimal::ONE, "").unwrap();
        let old = serde_json::to_string(&draft).unwrap();
        assert!(!old.contains("manual_price"));
        draft.set_price(line, Some(dec("15.00")), &channel());
        let kept = serde_json::to_string(&draft).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&kept).unwrap(), draft);
        assert_eq!(serde_json::from_str::<Draft>(&old).unwrap().lines[0].manual_price, None);
    }

    proptest! {
        #[test]
        fn a_note_is_read_as_it_was_written(name in "\\PC{1,40}", from in 0i64..9_999_999, to in 0i64..9_999_999) {
            let note = PriceNote { name: Clean::new(&name), from: Decimal::new(from, 2), to: Decimal::new(to, 2) };
            prop_assert_eq!(PriceNote::parse(&note.to_string()), Some(note));
            PriceNote::parse(&name);
        }
    }
}
