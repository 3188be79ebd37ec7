//! Lines that cost something else than their articles: the parts of a combo, and a dish of two halves. Computes prices from
//! articles; whether a changed one is taken over is a person's word.
//!
//! OktoPOS knows no combos and no halves, only items with an article, a quantity, a price and the main item they belong to.
//! So a combo becomes its articles, the first as the main item, each at its share of the combo's price: the items add up to
//! what the guest pays, and each share carries the rate of its own article, which is how the German tax law divides the
//! price of a menu. A dish of halves is an article of its own ("Pizza halb/halb") with the whole price, and under it the two
//! halves as items of quantity one that cost nothing and say `½` in their names. Half a piece as a quantity would count the
//! halves more exactly, but the vendor's page shows whole quantities only, and an order that is refused for it helps nobody.

use std::sync::Arc;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{
    Draft, Line,
    assortment::LineChange,
    cart::{MAX_LINES, quantity_fits},
};
use crate::domain::{
    order::DistributionChannel,
    shop::{
        article::{Article, ChannelPrice},
        menu::{Combo, HalvesRule, Menu},
    },
    value::money::cents,
};

/// What decides the price of a line instead of its article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deal {
    /// It is in the combo of this name.
    Combo(String),
    /// It is a dish of two halves, or one of them.
    Halves,
}

/// Stands before the name of a half.
const HALF: &str = "½ ";

/// A dish with everything that goes with it, as it is put into a cart.
#[derive(Debug, Clone)]
pub struct Block<'a> {
    /// What decides the prices of `lines`.
    pub deal: Option<Deal>,
    /// The main line, and the lines of the deal under it; never empty.
    pub lines: &'a [Arc<Article>],
    /// Extras at their own prices, and how many of each for each of the dish.
    pub extras: &'a [(Arc<Article>, Decimal)],
    /// So many of the whole.
    pub quantity: Decimal,
    /// For the kitchen; may be empty.
    pub comment: &'a str,
}

/// Divides a price in proportion to the parts' own prices, to the cent; what is left over is on the dearest.
pub fn spread(price: Decimal, parts: &[Decimal]) -> Vec<Decimal> {
    let rounded = spread_by(price, parts, RoundingStrategy::MidpointAwayFromZero);
    // Many parts of a price of a few cents: rounded up they would leave less than nothing for the dearest.
    match rounded.iter().any(Decimal::is_sign_negative) {
        true => spread_by(price, parts, RoundingStrategy::ToZero),
        false => rounded,
    }
}

fn spread_by(price: Decimal, parts: &[Decimal], rounding: RoundingStrategy) -> Vec<Decimal> {
    let own: Vec<Decimal> = parts.iter().map(|part| (*part).max(Decimal::ZERO)).collect();
    let sum: Decimal = own.iter().sum();
    let share = |part: &Decimal| {
        let exact = price.checked_mul(*part).and_then(|all| all.checked_div(sum)).unwrap_or_default();
        cents(exact.round_dp_with_strategy(2, rounding))
    };
    let mut shares: Vec<Decimal> = own.iter().map(share).collect();
    let rest = price - shares.iter().sum::<Decimal>();
    // The first of the dearest, so that it is the same line every time.
    let dearest = (0..own.len()).rev().max_by_key(|at| own[*at]);
    if let Some(dearest) = dearest.and_then(|at| shares.get_mut(at)) {
        *dearest += rest;
    }
    shares
}

/// The articles of a combo at their shares of its price, in every channel that sells the combo and all of them. The first is
/// the main one.
pub fn combo_lines(combo: &Combo, articles: &[Arc<Article>]) -> Vec<Arc<Article>> {
    let mut rows: Vec<Vec<ChannelPrice>> = vec![Vec::new(); articles.len()];
    for channel in articles.iter().flat_map(|article| article.prices.iter()).map(|row| &row.channel) {
        let is_done = rows.first().is_none_or(|done| done.iter().any(|row| row.channel.dc_id == channel.dc_id));
        let own: Option<Vec<&ChannelPrice>> = articles.iter().map(|article| article.price_in(channel)).collect();
        let (Some(price), Some(own), false) = (combo.price_in(channel), own, is_done) else { continue };
        let prices: Vec<Decimal> = own.iter().map(|row| row.price).collect();
        for ((rows, row), price) in rows.iter_mut().zip(own).zip(spread(price, &prices)) {
            rows.push(ChannelPrice { price, ..row.clone() });
        }
    }
    articles.iter().zip(rows).map(|(article, rows)| at_prices(article, &article.name, rows)).collect()
}

/// The dish at what its halves come to, and the halves at nothing, in every channel that sells all three.
pub fn halves_lines(
    dish: &Article,
    halves: [&Article; 2],
    (rule, surcharge): (HalvesRule, Decimal),
) -> Vec<Arc<Article>> {
    let [one, other] = halves;
    let (mut whole, mut parts) = (Vec::new(), [Vec::new(), Vec::new()]);
    for row in dish.prices.iter() {
        let (Some(first), Some(second)) = (one.price_in(&row.channel), other.price_in(&row.channel)) else { continue };
        whole.push(ChannelPrice { price: rule.price(first.price, second.price) + surcharge, ..row.clone() });
        for (part, row) in parts.iter_mut().zip([first, second]) {
            part.push(ChannelPrice { price: Decimal::ZERO, ..row.clone() });
        }
    }
    let half = |article: &Article, rows| {
        let name = article.name.strip_prefix(HALF).unwrap_or(&article.name);
        at_prices(article, &format!("{HALF}{name}"), rows)
    };
    let [first, second] = parts;
    vec![at_prices(dish, &dish.name, whole), half(one, first), half(other, second)]
}

fn at_prices(article: &Article, name: &str, rows: Vec<ChannelPrice>) -> Arc<Article> {
    Arc::new(Article { name: name.into(), prices: rows.into(), price_can_change: false, ..article.clone() })
}

impl Draft {
    /// Adds a dish with what goes with it and returns its line. It joins a line with the very same under it.
    ///
    /// `None` when the quantity makes no sense or the cart is full.
    pub fn add_block(&mut self, block: &Block<'_>) -> Option<i64> {
        let Block { deal, lines, extras, quantity, comment } = block;
        let (main, parts) = lines.split_first()?;
        let parts_of_it = || parts.iter().map(|part| (part, Decimal::ONE, deal));
        let wanted = || parts_of_it().chain(extras.iter().map(|(extra, quantity)| (extra, *quantity, &None)));
        let fits = |line: &&Line| {
            let under = self.extras_of(line.id);
            !line.is_extra()
                && (&line.article, &line.deal, line.comment.as_str()) == (main, deal, *comment)
                && under
                    .map(|line| (&line.article, line.quantity, &line.deal, line.comment.is_empty()))
                    .eq(wanted().map(|(article, quantity, deal)| (article, quantity, deal, true)))
        };
        if let Some((id, sum)) = self.lines.iter().find(fits).map(|line| (line.id, line.quantity + quantity)) {
            return (*quantity > Decimal::ZERO && self.set_quantity(id, sum)).then_some(id);
        }
        if !quantity_fits(main, *quantity) || self.lines.len() + lines.len() + extras.len() > MAX_LINES {
            return None;
        }
        let id = self.next_line_id()?;
        let line = |at, article: &Arc<Article>, deal: &Option<Deal>, quantity, comment: &str| Line {
            deal: deal.clone(),
            ..Line::new(at, id, Arc::clone(article), quantity, comment.to_owned())
        };
        self.lines.push(line(id, main, deal, *quantity, comment));
        for (at, (article, quantity, deal)) in (id + 1..).zip(wanted()) {
            self.lines.push(line(at, article, deal, quantity, ""));
        }
        Some(id)
    }

    /// The lines whose prices a deal decides, the main one first.
    pub fn deal_lines(&self, main: i64) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.main == main && line.deal.is_some())
    }

    /// What one of a deal costs in a channel: the sum of its lines.
    pub fn deal_price(&self, main: i64, channel: &DistributionChannel) -> Decimal {
        self.deal_lines(main).filter_map(|line| line.article.price_in(channel)).map(|row| row.price).sum()
    }
}

/// The lines of a deal as its articles and the menu are now, the main one first; `None` if any of it is gone.
pub fn renewed(
    draft: &Draft,
    main: i64,
    menu: &Menu,
    article: impl Fn(i64) -> Option<Arc<Article>>,
) -> Option<Vec<Arc<Article>>> {
    let articles: Vec<Arc<Article>> =
        draft.deal_lines(main).map(|line| article(line.article.id)).collect::<Option<_>>()?;
    match draft.line(main)?.deal.as_ref()? {
        Deal::Combo(name) => {
            let combo = menu.combos.iter().find(|combo| combo.name == *name)?;
            Some(combo_lines(combo, &articles))
        }
        Deal::Halves => {
            let [dish, one, other] = articles.as_slice() else { return None };
            let rule = menu.options.iter().filter(|group| group.belongs_to(dish)).find_map(|group| group.halves)?;
            Some(halves_lines(dish, [one, other], rule))
        }
    }
}

/// What became of a deal since it was added, compared as a whole. `None` for lines that are no main line of one.
pub fn change(
    draft: &Draft,
    line: &Line,
    menu: &Menu,
    channel: &DistributionChannel,
    article: impl Fn(i64) -> Option<Arc<Article>>,
) -> Option<LineChange> {
    if line.deal.is_none() || line.is_extra() {
        return None;
    }
    line.article.price_in(channel)?;
    let Some(now) = renewed(draft, line.id, menu, article) else { return Some(LineChange::Gone) };
    let Some(rows) = now.iter().map(|article| article.price_in(channel)).collect::<Option<Vec<_>>>() else {
        return Some(LineChange::Gone);
    };
    let (from, to) = (draft.deal_price(line.id, channel), rows.iter().map(|row| row.price).sum::<Decimal>());
    if from != to {
        return Some(LineChange::Price { from, to });
    }
    let olds = draft.deal_lines(line.id).filter_map(|line| line.article.price_in(channel));
    let mut taxes = olds.zip(&rows).map(|(old, new)| (old.tax.rate, new.tax.rate));
    taxes.find(|(from, to)| from != to).map(|(from, to)| LineChange::Tax { from, to })
}

/// Takes the prices of now for every deal that changed and is still there, and returns how many those were.
pub fn take_prices(
    draft: &mut Draft,
    menu: &Menu,
    channel: &DistributionChannel,
    article: impl Fn(i64) -> Option<Arc<Article>> + Copy,
) -> usize {
    let lines: Vec<i64> = draft.lines.iter().map(|line| line.id).collect();
    lines.into_iter().filter(|id| take_prices_of(draft, *id, menu, channel, article)).count()
}

/// Takes the prices of now for the deal of one main line; `false` if it did not change or is gone.
pub fn take_prices_of(
    draft: &mut Draft,
    main: i64,
    menu: &Menu,
    channel: &DistributionChannel,
    article: impl Fn(i64) -> Option<Arc<Article>> + Copy,
) -> bool {
    let what = draft.line(main).and_then(|line| change(draft, line, menu, channel, article));
    let Some(LineChange::Price { .. } | LineChange::Tax { .. }) = what else { return false };
    let Some(now) = renewed(draft, main, menu, article) else { return false };
    let lines = draft.lines.iter_mut().filter(|line| line.main == main && line.deal.is_some());
    for (line, article) in lines.zip(now) {
        line.article = article;
    }
    true
}

/// Marks what was a combo or two halves in lines that come from an order: an order holds only articles and prices.
///
/// It is one if its articles are those of the menu and it adds up to the combo's price.
pub fn recognise(draft: &mut Draft, menu: &Menu, channel: &DistributionChannel) {
    let mains: Vec<i64> = draft.lines.iter().filter(|line| !line.is_extra()).map(|line| line.id).collect();
    for main in mains {
        let block: Vec<&Line> = draft.lines.iter().filter(|line| line.main == main).collect();
        let found = as_halves(&block, menu, channel).or_else(|| as_combo(&block, menu, channel));
        let Some((deal, ids)) = found else { continue };
        for line in draft.lines.iter_mut().filter(|line| ids.contains(&line.id)) {
            line.deal = Some(deal.clone());
        }
    }
}

fn as_halves(block: &[&Line], menu: &Menu, channel: &DistributionChannel) -> Option<(Deal, Vec<i64>)> {
    let (dish, under) = block.split_first()?;
    menu.options.iter().find(|group| group.halves.is_some() && group.belongs_to(&dish.article))?;
    let is_half = |line: &&&Line| {
        line.article.name.starts_with(HALF) && line.article.price_in(channel).is_some_and(|row| row.price.is_zero())
    };
    let ids: Vec<i64> = under.iter().filter(is_half).map(|line| line.id).collect();
    (ids.len() == 2).then(|| (Deal::Halves, [vec![dish.id], ids].concat()))
}

fn as_combo(block: &[&Line], menu: &Menu, channel: &DistributionChannel) -> Option<(Deal, Vec<i64>)> {
    menu.combos.iter().find_map(|combo| {
        let mut left: Vec<&Line> =
            block.iter().filter(|line| !line.is_extra() || line.quantity == Decimal::ONE).copied().collect();
        let mut taken: Vec<&Line> = Vec::new();
        let mut take = |fits: &dyn Fn(&Article) -> bool| {
            let at = left.iter().position(|line| fits(&line.article))?;
            taken.push(left.remove(at));
            Some(())
        };
        for number in &combo.articles {
            take(&|article| *article.number == **number)?;
        }
        for part in &combo.parts {
            for _ in 0..part.count {
                take(&|article| {
                    part.choices.iter().any(|number| **number == *article.number)
                        || part.groups.iter().any(|group| **group == *article.group)
                })?;
            }
        }
        let sum: Decimal = taken.iter().filter_map(|line| line.article.price_in(channel)).map(|row| row.price).sum();
        let is_main = taken.first().is_some_and(|line| !line.is_extra());
        let ids = taken.iter().map(|line| line.id).collect();
        (is_main && combo.price_in(channel) == Some(sum)).then(|| (Deal::Combo(combo.name.clone()), ids))
    })
}

#[cfg(test)]
#[path = "deal_tests.rs"]
mod tests;
