//! What can be done with the lines of a draft, and what they cost. Reprices by channel; changes no price itself.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Draft, Line};
use crate::domain::{
    order::DistributionChannel,
    shop::article::{Article, ChannelPrice},
    value::money::{cents, vat_contained},
};

/// Largest quantity of one line; more is a typing error.
pub const MAX_QUANTITY: Decimal = Decimal::from_parts(9_999, 0, 0, false, 0);
/// Lines one draft may hold; OktoPOS names no limit, a runaway scanner needs one.
pub const MAX_LINES: usize = 1_000;

/// Sums of a cart in one distribution channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Sum of the line totals, gross, two decimals.
    pub total: Decimal,
    /// Per tax rate, ascending: rate in percent, gross, VAT contained.
    pub vat: Vec<(Decimal, Decimal, Decimal)>,
    /// Dishes and drinks, extras not counted; weighed ones count as one.
    pub pieces: Decimal,
    /// Lines that are not sold in the channel and have no price in it.
    pub unpriced: usize,
}

/// One line with its price in a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priced<'a> {
    /// The line.
    pub line: &'a Line,
    /// Units altogether: an extra counts once for each unit of its dish.
    pub quantity: Decimal,
    /// The article's row of the channel; `None` if it is not sold there.
    pub row: Option<&'a ChannelPrice>,
    /// Quantity x unit price, the article's or the one a person set, rounded to the cent; zero without a row.
    pub total: Decimal,
}

impl Line {
    /// Whether it belongs to a dish above it.
    pub fn is_extra(&self) -> bool {
        self.id != self.main
    }

    /// Whether one more of this article with this comment is one more of this line. A deal is never joined by its article,
    /// nor is a line with a price or a seat of its own.
    fn is_same(&self, article: &Arc<Article>, comment: &str) -> bool {
        let is_plain = self.deal.is_none() && self.manual_price.is_none() && self.seat.is_none();
        self.article == *article && self.comment == comment && is_plain
    }
}

/// Whether an article is sold by weight or measure: two of it are not two pieces.
pub fn is_weighed(article: &Article) -> bool {
    matches!(&*article.unit, "kg" | "g" | "l" | "m")
}

/// Whether a quantity makes sense for an article: positive, bounded, whole unless it is weighed.
pub fn quantity_fits(article: &Article, quantity: Decimal) -> bool {
    let weighed = is_weighed(article);
    quantity > Decimal::ZERO
        && quantity <= MAX_QUANTITY
        && if weighed { quantity.normalize().scale() <= 3 } else { quantity.is_integer() }
}

impl Draft {
    /// Adds an article and returns its line; joins a line of the same article that has no extras and no comment.
    ///
    /// `None` when the quantity makes no sense or the cart is full.
    pub fn add(&mut self, article: &Arc<Article>, quantity: Decimal, comment: &str) -> Option<i64> {
        if !quantity_fits(article, quantity) {
            return None;
        }
        let twin = self
            .lines
            .iter()
            .position(|line| line.is_same(article, comment) && !line.is_extra())
            .filter(|&at| self.extras_of(self.lines[at].id).next().is_none());
        if let Some(at) = twin {
            let sum = self.lines[at].quantity + quantity;
            if !quantity_fits(article, sum) {
                return None;
            }
            self.lines[at].quantity = sum;
            return Some(self.lines[at].id);
        }
        let id = self.next_line_id()?;
        self.lines.push(Line::new(id, id, Arc::clone(article), quantity, comment.to_owned()));
        Some(id)
    }

    /// Adds an extra under a dish (or under the dish of the extra named), or one more of it if the dish has it already.
    pub fn add_extra(&mut self, dish: i64, article: &Arc<Article>, quantity: Decimal) -> Option<i64> {
        let dish = self.line(dish)?.main;
        let twin = self.lines.iter().position(|line| {
            let is_plain = line.deal.is_none() && line.manual_price.is_none();
            line.is_extra() && line.main == dish && line.article == *article && is_plain
        });
        if let Some(at) = twin {
            let sum = self.lines[at].quantity + quantity;
            self.lines[at].quantity = quantity_fits(article, sum).then_some(sum)?;
            return Some(self.lines[at].id);
        }
        if !quantity_fits(article, quantity) {
            return None;
        }
        let id = self.next_line_id()?;
        let at = self.lines.iter().rposition(|line| line.main == dish)? + 1;
        let seat = self.line(dish)?.seat;
        let (article, comment) = (Arc::clone(article), String::new());
        let line = Line { seat, ..Line::new(id, dish, article, quantity, comment) };
        self.lines.insert(at, line);
        Some(id)
    }

    /// The line whose quantity counts for a line: a part of a combo or a half goes with its main line.
    pub fn whole(&self, id: i64) -> i64 {
        self.line(id).filter(|line| line.deal.is_some()).map_or(id, |line| line.main)
    }

    /// Sets a line's quantity; zero or less removes it. `false` when the quantity makes no sense or there is no such line.
    pub fn set_quantity(&mut self, id: i64, quantity: Decimal) -> bool {
        let id = self.whole(id);
        if quantity <= Decimal::ZERO {
            return self.remove(id);
        }
        match self.lines.iter_mut().find(|line| line.id == id) {
            Some(line) if quantity_fits(&line.article, quantity) => {
                line.quantity = quantity;
                true
            }
            _ => false,
        }
    }

    /// Removes a line, and with a dish its extras.
    pub fn remove(&mut self, id: i64) -> bool {
        let id = self.whole(id);
        let before = self.lines.len();
        self.lines.retain(|line| line.id != id && line.main != id);
        self.lines.len() != before
    }

    /// Splits one unit off a dish of several, with its extras, and returns the new line: so that an extra can be for one.
    pub fn split_one(&mut self, id: i64) -> Option<i64> {
        let dish = self.line(id)?.main;
        let at = self.lines.iter().position(|line| line.id == dish)?;
        if self.lines[at].quantity <= Decimal::ONE || !self.lines[at].quantity.is_integer() {
            return None;
        }
        let block: Vec<Line> = self.lines.iter().filter(|line| line.main == dish).cloned().collect();
        if self.lines.len() + block.len() > MAX_LINES {
            return None;
        }
        let first = self.next_line_id()?;
        self.lines[at].quantity -= Decimal::ONE;
        for (offset, mut line) in (0..).zip(block) {
            line.quantity = if line.id == dish { Decimal::ONE } else { line.quantity };
            line.id = first + offset;
            line.main = first;
            self.lines.push(line);
        }
        Some(first)
    }

    /// Whether there are several pieces of a line's dish, so that an extra may be for one of them only.
    pub fn has_several(&self, id: i64) -> bool {
        let dish = self.line(id).and_then(|line| self.line(line.main));
        dish.is_some_and(|dish| dish.quantity > Decimal::ONE && !is_weighed(&dish.article))
    }

    /// The line with this id.
    pub fn line(&self, id: i64) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The extras of a dish.
    pub fn extras_of(&self, dish: i64) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.main == dish && line.is_extra())
    }

    /// The lines with their prices in a channel, in the cart's order.
    pub fn priced<'a>(&'a self, channel: &'a DistributionChannel) -> impl Iterator<Item = Priced<'a>> {
        let mut dish_quantity = Decimal::ONE;
        self.lines.iter().map(move |line| {
            if !line.is_extra() {
                dish_quantity = line.quantity;
            }
            let quantity = if line.is_extra() { line.quantity * dish_quantity } else { line.quantity };
            let row = line.article.price_in(channel);
            let total = row.map_or(Decimal::ZERO, |row| cents(quantity * line.unit_price(row)));
            Priced { line, quantity, row, total }
        })
    }

    /// The sums in a channel.
    pub fn totals(&self, channel: &DistributionChannel) -> Totals {
        let mut totals = Totals { total: cents(Decimal::ZERO), ..Totals::default() };
        for Priced { line, quantity, row, total } in self.priced(channel) {
            if !line.is_extra() && !self.is_fee(line) {
                totals.pieces += if quantity.is_integer() { quantity } else { Decimal::ONE };
            }
            let Some(row) = row else {
                totals.unpriced += 1;
                continue;
            };
            totals.total += total;
            let vat = vat_contained(total, row.tax.rate);
            match totals.vat.iter_mut().find(|(rate, ..)| *rate == row.tax.rate) {
                Some((_, gross, sum)) => {
                    *gross += total;
                    *sum += vat;
                }
                None => totals.vat.push((row.tax.rate, total, vat)),
            }
        }
        totals.vat.sort_by_key(|(rate, ..)| *rate);
        totals
    }

    pub(in crate::domain) fn next_line_id(&self) -> Option<i64> {
        (self.lines.len() < MAX_LINES).then(|| self.lines.iter().map(|line| line.id).max().unwrap_or(0) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{article, channel, draft};
    use proptest::prelude::*;

    #[test]
    fn the_same_article_joins_its_line_unless_extras_or_comment_tell_them_apart() {
        let mut draft = draft();
        let (tea, milk) = (article(1, "Tee", "2.80"), article(2, "Milch", "0.40"));
        let plain = draft.add(&tea, Decimal::ONE, "").unwrap();
        assert_eq!(draft.add(&tea, Decimal::TWO, ""), Some(plain));
        assert_eq!(draft.line(plain).unwrap().quantity, Decimal::from(3));
        draft.add_extra(plain, &milk, Decimal::ONE).unwrap();
        let second = draft.add(&tea, Decimal::ONE, "").unwrap();
        assert_ne!(second, plain, "tea with milk and tea without are two lines");
        assert_ne!(draft.add(&tea, Decimal::ONE, "heiß").unwrap(), second);
        let ids: Vec<_> = draft.lines.iter().map(|line| (line.id, line.main)).collect();
        assert_eq!(ids, [(1, 1), (2, 1), (3, 3), (4, 4)]);
    }

    #[test]
    fn extras_count_for_each_dish_and_go_with_it() {
        let mut draft = draft();
        let pizza = draft.add(&article(1, "Pizza", "10.50"), Decimal::TWO, "").unwrap();
        draft.add_extra(pizza, &article(2, "Käse", "1.50"), Decimal::ONE).unwrap();
        assert_eq!(draft.totals(&channel()).total, Decimal::new(2400, 2));
        assert_eq!(draft.totals(&channel()).pieces, Decimal::TWO);
        assert!(draft.remove(pizza));
        assert!(draft.lines.is_empty());
    }

    #[test]
    fn one_can_be_split_off_with_its_extras() {
        let mut draft = draft();
        let pizza = draft.add(&article(1, "Pizza", "10.50"), Decimal::from(3), "").unwrap();
        draft.add_extra(pizza, &article(2, "Käse", "1.50"), Decimal::ONE).unwrap();
        let before = draft.totals(&channel()).total;
        let one = draft.split_one(pizza).unwrap();
        assert_eq!(draft.totals(&channel()).total, before);
        assert_eq!(draft.line(one).unwrap().quantity, Decimal::ONE);
        assert_eq!(draft.extras_of(one).count(), 1);
        assert_eq!(draft.split_one(one), None, "one cannot be split");
    }

    #[test]
    fn quantities_that_make_no_sense_are_refused() {
        let (piece, mut kilo) = (article(1, "Cola", "3.90"), article(2, "Käse", "19.90"));
        Arc::make_mut(&mut kilo).unit = "kg".into();
        let q = |text: &str| text.parse::<Decimal>().unwrap();
        for bad in ["0", "-1", "1000000000", "0.3333"] {
            assert!(!quantity_fits(&piece, q(bad)) && !quantity_fits(&kilo, q(bad)), "{bad}");
        }
        assert!(!quantity_fits(&piece, q("0.5")) && quantity_fits(&kilo, q("0.333")));
        let mut draft = draft();
        assert_eq!(draft.add(&piece, q("-1"), ""), None);
    }

    #[test]
    fn an_article_without_a_price_in_the_channel_is_counted_not_guessed() {
        let mut draft = draft();
        draft.add(&article(1, "Pizza", "10.50"), Decimal::ONE, "").unwrap();
        let elsewhere = DistributionChannel { dc_id: 99, name: "X".into() };
        let totals = draft.totals(&elsewhere);
        assert_eq!((totals.unpriced, totals.total), (1, Decimal::new(0, 2)));
    }

    proptest! {
        /// The oracle counts in whole cents.
        #[test]
        fn totals_agree_with_integer_cents(lines in proptest::collection::vec((1i64..100, 0i64..100_000), 1..20)) {
            let mut draft = draft();
            let mut oracle = 0;
            for (at, (quantity, price)) in (1..).zip(&lines) {
                let one = article(at, &format!("a{at}"), &Decimal::new(*price, 2).to_string());
                draft.add(&one, Decimal::from(*quantity), "").unwrap();
                oracle += quantity * price;
            }
            let totals = draft.totals(&channel());
            prop_assert_eq!(totals.total, Decimal::new(oracle, 2));
            prop_assert_eq!(totals.vat.iter().map(|(_, gross, _)| *gross).sum::<Decimal>(), Decimal::new(oracle, 2));
        }
    }
}
