//! What became of articles: between two copies of them, and of those that already lie in a cart. Compares; a price is
//! only ever taken over because a person says so.

use std::{borrow::Borrow, collections::HashMap, sync::Arc};

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::{Draft, Line};
use crate::domain::{
    order::DistributionChannel,
    shop::article::{Article, ChannelPrice},
};

/// An article by what people know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// OktoPOS's id.
    pub id: i64,
    /// `externalReferenceNumber`; may be empty.
    pub number: CompactString,
    /// Its name, as in the newer copy that has it.
    pub name: CompactString,
}

/// A price that changed in one distribution channel.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceChange {
    /// Which article.
    pub article: Named,
    /// Where.
    pub channel: Arc<DistributionChannel>,
    /// Gross price of one unit before.
    pub from: Decimal,
    /// Gross price of one unit now.
    pub to: Decimal,
}

/// What is different in a newer copy of the articles. Prices are listed by article and channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Articles that were not there.
    pub new: Vec<Named>,
    /// Articles that are no longer there.
    pub gone: Vec<Named>,
    /// Prices that rose.
    pub dearer: Vec<PriceChange>,
    /// Prices that fell.
    pub cheaper: Vec<PriceChange>,
    /// Articles of which something else changed: name, group, tax, channels.
    pub other: Vec<Named>,
}

impl Changes {
    /// Compares two copies. Nothing is a change as long as there was no copy.
    pub fn between<A: Borrow<Article>, B: Borrow<Article>>(old: &[A], new: &[B]) -> Self {
        let mut changes = Self::default();
        if old.is_empty() {
            return changes;
        }
        let mut before: HashMap<i64, &Article> =
            old.iter().map(Borrow::borrow).map(|article: &Article| (article.id, article)).collect();
        for article in new.iter().map(Borrow::borrow) {
            match before.remove(&article.id) {
                None => changes.new.push(named(article)),
                Some(old) if old != article => changes.compare(old, article),
                Some(_) => {}
            }
        }
        let is_gone = |article: &&Article| before.contains_key(&article.id);
        changes.gone = old.iter().map(Borrow::borrow).filter(is_gone).map(named).collect();
        changes
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        let Self { new, gone, dearer, cheaper, other } = self;
        new.is_empty() && gone.is_empty() && dearer.is_empty() && cheaper.is_empty() && other.is_empty()
    }

    fn compare(&mut self, old: &Article, article: &Article) {
        let mut is_priced = false;
        for row in article.prices.iter() {
            let Some(from) = old.price_in(&row.channel).map(|row| row.price).filter(|from| *from != row.price) else {
                continue;
            };
            is_priced = true;
            let change =
                PriceChange { article: named(article), channel: Arc::clone(&row.channel), from, to: row.price };
            if row.price > from { self.dearer.push(change) } else { self.cheaper.push(change) }
        }
        if !is_priced {
            self.other.push(named(article));
        }
    }
}

/// Articles among price changes; those of one article stand together.
pub fn articles_of(changes: &[PriceChange]) -> usize {
    let same = |pair: &&[PriceChange]| pair[0].article.id != pair[1].article.id;
    changes.windows(2).filter(same).count() + usize::from(!changes.is_empty())
}

fn named(article: &Article) -> Named {
    Named { id: article.id, number: article.number.clone(), name: article.name.clone() }
}

/// What became of the article of a line since it was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineChange {
    /// It is no longer sold, or not through this channel.
    Gone,
    /// It costs something else.
    Price {
        /// In the cart.
        from: Decimal,
        /// Now.
        to: Decimal,
    },
    /// It is taxed at another rate, in percent.
    Tax {
        /// In the cart.
        from: Decimal,
        /// Now.
        to: Decimal,
    },
}

/// Compares a line with the article as it is now. A line without an id of an article cannot be compared; one that was
/// not sold through the channel before is no change; what is part of a deal is compared as a whole, by `deal::change`.
pub fn line_change(line: &Line, now: Option<&Article>, channel: &DistributionChannel) -> Option<LineChange> {
    if line.article.id == 0 || line.deal.is_some() {
        return None;
    }
    let old = line.article.price_in(channel)?;
    match now.and_then(|article| article.price_in(channel)) {
        None => Some(LineChange::Gone),
        // The article's price does not count where a person set another.
        Some(new) if new.price != old.price && line.manual_price.is_none() => {
            Some(LineChange::Price { from: old.price, to: new.price })
        }
        Some(new) if new.tax.rate != old.tax.rate => Some(LineChange::Tax { from: old.tax.rate, to: new.tax.rate }),
        Some(_) => None,
    }
}

/// Takes the prices of now for every line whose price or tax changed, and returns how many those were. Lines whose article
/// is gone stay as they are.
pub fn take_prices<'a>(
    draft: &mut Draft,
    channel: &DistributionChannel,
    now: impl Fn(i64) -> Option<&'a Arc<Article>>,
) -> usize {
    let mut taken = 0;
    for line in &mut draft.lines {
        let Some(article) = now(line.article.id) else { continue };
        if matches!(line_change(line, Some(article), channel), Some(LineChange::Price { .. } | LineChange::Tax { .. }))
        {
            line.article = Arc::clone(article);
            taken += 1;
        }
    }
    taken
}

impl Draft {
    /// Lines that were added under another id of this channel are sold through it as well: the row with its token is the row
    /// of the channel. Their prices stay. Returns whether anything changed.
    pub fn adopt_channel(&mut self, channel: &DistributionChannel) -> bool {
        let mut has_changed = false;
        // Asked after every message: a line that is sold through the channel already costs one look at its ids.
        for line in self.lines.iter_mut().filter(|line| line.article.price_in(channel).is_none()) {
            let is_same = |row: &ChannelPrice| !channel.token().is_empty() && row.channel.token() == channel.token();
            let Some(at) = line.article.prices.iter().position(is_same) else { continue };
            let article = Arc::make_mut(&mut line.article);
            let mut prices = article.prices.to_vec();
            if let Some(row) = prices.get_mut(at) {
                row.channel = Arc::new(channel.clone());
            }
            article.prices = prices.into();
            has_changed = true;
        }
        has_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{article, channel, draft, takeaway};

    fn copy(articles: &[(i64, &str, &str)]) -> Vec<Article> {
        articles.iter().map(|(id, name, price)| Arc::unwrap_or_clone(article(*id, name, price))).collect()
    }

    #[test]
    fn what_changed_between_two_copies_is_listed() {
        let old = copy(&[(1, "Pizza", "10.00"), (2, "Cola", "3.00"), (3, "Tee", "2.00"), (4, "Salat", "5.00")]);
        let new =
            copy(&[(1, "Pizza", "11.00"), (2, "Cola", "2.50"), (4, "Großer Salat", "5.00"), (5, "Suppe", "4.00")]);
        let changes = Changes::between(&old, &new);
        let names = |list: &[Named]| list.iter().map(|article| article.name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(&changes.new), ["Suppe"]);
        assert_eq!(names(&changes.gone), ["Tee"]);
        assert_eq!(names(&changes.other), ["Großer Salat"]);
        assert_eq!(changes.dearer.len(), 2, "in the house and to take away");
        assert_eq!((articles_of(&changes.dearer), articles_of(&changes.cheaper)), (1, 1));
        assert_eq!((changes.dearer[0].from, changes.dearer[0].to), (Decimal::from(10), Decimal::from(11)));
        assert!(Changes::between(&old, &old).is_empty());
        assert!(Changes::between::<Article, _>(&[], &new).is_empty(), "a first copy is no change");
        assert_eq!(articles_of(&[]), 0);
    }

    #[test]
    fn a_line_keeps_its_price_until_it_is_told() {
        let mut draft = draft();
        let (pizza, tea) = (article(1, "Pizza", "10.00"), article(2, "Tee", "2.00"));
        draft.add(&pizza, Decimal::TWO, "").unwrap();
        draft.add(&tea, Decimal::ONE, "").unwrap();
        let dearer = article(1, "Pizza", "11.00");
        let now = |id| (id == 1).then_some(&dearer);
        let change = |at: usize, draft: &Draft| {
            let line = &draft.lines[at];
            line_change(line, now(line.article.id).map(|article| &**article), &channel())
        };
        assert_eq!(change(0, &draft), Some(LineChange::Price { from: Decimal::from(10), to: Decimal::from(11) }));
        assert_eq!(change(1, &draft), Some(LineChange::Gone));
        assert_eq!(draft.totals(&channel()).total, Decimal::new(2200, 2));
        assert_eq!(take_prices(&mut draft, &channel(), now), 1);
        assert_eq!(draft.totals(&channel()).total, Decimal::new(2400, 2));
        assert_eq!((change(0, &draft), change(1, &draft)), (None, Some(LineChange::Gone)));
        assert_eq!(take_prices(&mut draft, &channel(), now), 0);
    }

    #[test]
    fn tax_counts_and_what_cannot_be_compared_is_no_change() {
        let mut draft = draft();
        let old = article(1, "Pizza", "10.00");
        let mut new = Arc::unwrap_or_clone(article(1, "Pizza", "10.00"));
        for row in Arc::make_mut(&mut new.prices) {
            Arc::make_mut(&mut row.tax).rate = Decimal::from(19);
        }
        draft.add(&old, Decimal::ONE, "").unwrap();
        let taxed = LineChange::Tax { from: Decimal::from(7), to: Decimal::from(19) };
        assert_eq!(line_change(&draft.lines[0], Some(&new), &takeaway()), Some(taxed));
        let nowhere = DistributionChannel { dc_id: 99, name: "X".into() };
        assert_eq!(line_change(&draft.lines[0], Some(&new), &nowhere), None, "it was not sold there before");
        draft.lines[0].article = article(0, "ohne Nummer", "1.00");
        assert_eq!(line_change(&draft.lines[0], None, &channel()), None);
    }

    #[test]
    fn lines_of_before_are_sold_through_the_channel_under_its_new_id() {
        let mut draft = draft();
        draft.add(&article(1, "Pizza", "8.00"), Decimal::TWO, "").unwrap();
        let under = |dc_id, name: &str| DistributionChannel { dc_id, name: name.into() };
        let here = under(34, "inhouse");
        let before = draft.totals(&channel()).total;
        assert_eq!(draft.totals(&here).total, Decimal::ZERO);
        assert!(draft.adopt_channel(&here) && !draft.adopt_channel(&here));
        assert_eq!(draft.totals(&here).total, before);
        assert!(!draft.adopt_channel(&under(9, "WEB")), "no row has its token");
        assert!(!draft.adopt_channel(&under(9, "")), "nothing is guessed");
    }
}
