//! What is added to a draft: dishes, combos, halves and extras, with everything that can be against it. Returns the draft as it
//! becomes and changes nothing itself.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{availability::TooFew, context::Counter};
use crate::domain::{
    draft::{
        Draft,
        cart::quantity_fits,
        deal::{Block, Deal, combo_lines, halves_lines},
    },
    shop::{article::Article, menu::HalvesRule},
};

/// A dish or a combo with the answers to all of its questions.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Whether it is a combo or a dish of halves.
    pub deal: Option<Deal>,
    /// How halves are priced.
    pub halves: Option<(HalvesRule, Decimal)>,
    /// The dish and what belongs to the deal, the main one first.
    pub articles: Vec<Arc<Article>>,
    /// Extras at their own prices, and how many of each for each of the dish.
    pub extras: Vec<(Arc<Article>, Decimal)>,
    /// So many of the whole.
    pub quantity: Decimal,
    /// For the kitchen.
    pub comment: String,
}

/// An extra that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtraWish {
    /// A line of the dish it is for.
    pub dish: i64,
    /// The extra.
    pub article: Arc<Article>,
    /// How many of it, for each of the dish.
    pub quantity: Decimal,
    /// For the kitchen; may be empty.
    pub comment: String,
}

/// A draft to which something was added.
#[derive(Debug, Clone)]
pub struct Added {
    /// The draft as it becomes.
    pub draft: Draft,
    /// The line of the dish.
    pub line: i64,
    /// What was added: the name of the combo, or of the article.
    pub name: String,
    /// The main article, whose unit the quantity is in.
    pub main: Arc<Article>,
    /// Gross price of one.
    pub price: Decimal,
}

/// Why something is not added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAdded {
    /// The draft's order type does not sell it.
    NotSold {
        /// What is not sold.
        name: String,
    },
    /// It is sold out.
    SoldOut,
    /// Fewer are left.
    TooFew(TooFew),
    /// The quantity makes no sense for it.
    Quantity {
        /// What was wanted.
        name: String,
    },
    /// There is nothing to add: the combo is no longer on the menu, or the dish is no longer in the draft.
    Nothing,
}

impl Counter<'_> {
    /// Adds a dish, a combo or a dish of halves.
    ///
    /// # Errors
    /// Why it is not added.
    pub fn add(&self, draft: &Draft, chosen: &Chosen) -> Result<Added, NotAdded> {
        let channel = self.channel(draft);
        let lines = self.lines_of(chosen);
        let main = lines.first().ok_or(NotAdded::Nothing)?;
        let name = match &chosen.deal {
            Some(Deal::Combo(name)) => name.clone(),
            Some(Deal::Halves) | None => main.name.to_string(),
        };
        if let Some(unsold) = lines.iter().find(|article| article.price_in(&channel).is_none()) {
            let name = if chosen.deal.is_some() { name } else { unsold.name.to_string() };
            return Err(NotAdded::NotSold { name });
        }
        let price = lines.iter().filter_map(|article| article.price_in(&channel)).map(|row| row.price).sum();
        let block = Block {
            deal: chosen.deal.clone(),
            lines: &lines,
            extras: &chosen.extras,
            quantity: chosen.quantity,
            comment: &chosen.comment,
        };
        let add = |draft: &mut Draft| match (&block.deal, block.extras, block.lines) {
            (None, [], [article]) => draft.add(article, block.quantity, block.comment),
            _ => draft.add_block(&block),
        };
        let (after, line) = self.changed(draft, add)?;
        match line {
            Some(line) => Ok(Added { draft: after, line, name, main: Arc::clone(main), price }),
            None => Err(NotAdded::Quantity { name }),
        }
    }

    /// The articles a choice becomes, the main one first.
    fn lines_of(&self, chosen: &Chosen) -> Vec<Arc<Article>> {
        match (&chosen.deal, chosen.halves, chosen.articles.as_slice()) {
            (Some(Deal::Combo(name)), ..) => {
                let combo = self.catalog.menu().combos.iter().find(|combo| combo.name == *name);
                combo.map(|combo| combo_lines(combo, &chosen.articles)).unwrap_or_default()
            }
            (Some(Deal::Halves), Some(rule), [dish, one, other]) => halves_lines(dish, [one, other], rule),
            (_, _, articles) => articles.to_vec(),
        }
    }

    /// Whether an extra can be had for its dish at all.
    ///
    /// # Errors
    /// Why not.
    pub fn check_extra(&self, draft: &Draft, wish: &ExtraWish) -> Result<(), NotAdded> {
        let article = &wish.article;
        let name = || article.name.to_string();
        if article.price_in(&self.channel(draft)).is_none() {
            return Err(NotAdded::NotSold { name: name() });
        }
        if self.is_sold_out(Some(&draft.order_id), article) {
            return Err(NotAdded::SoldOut);
        }
        if quantity_fits(article, wish.quantity) { Ok(()) } else { Err(NotAdded::Quantity { name: name() }) }
    }

    /// Adds an extra to all of its dish, or to `one` that is split off.
    ///
    /// # Errors
    /// Why it is not added.
    pub fn add_extra(&self, draft: &Draft, wish: &ExtraWish, one: bool) -> Result<Added, NotAdded> {
        let ExtraWish { dish, article, quantity, comment } = wish;
        let add = |draft: &mut Draft| {
            let dish = if one { draft.split_one(*dish)? } else { draft.line(*dish)?.main };
            let id = draft.add_extra(dish, article, *quantity)?;
            if let Some(extra) = draft.lines.iter_mut().find(|line| line.id == id && !comment.is_empty()) {
                comment.clone_into(&mut extra.comment);
            }
            Some(dish)
        };
        let (after, line) = self.changed(draft, add)?;
        let name = article.name.to_string();
        let price = article.price_in(&self.channel(draft)).map_or(Decimal::ZERO, |row| row.price);
        match line {
            Some(line) => Ok(Added { draft: after, line, name, main: Arc::clone(article), price }),
            // The copy is dropped: a dish that was split for an extra it cannot have stays whole.
            None => Err(NotAdded::Quantity { name }),
        }
    }

    /// A draft with another quantity of a line.
    ///
    /// # Errors
    /// Why it does not change.
    pub fn with_quantity(&self, draft: &Draft, line: i64, quantity: Decimal) -> Result<Draft, NotAdded> {
        let (after, is_set) = self.changed(draft, |draft| draft.set_quantity(line, quantity))?;
        let name = || draft.line(line).map(|line| line.article.name.to_string()).unwrap_or_default();
        if is_set { Ok(after) } else { Err(NotAdded::Quantity { name: name() }) }
    }

    /// A draft after a change, if enough is left for it.
    fn changed<T>(&self, draft: &Draft, change: impl FnOnce(&mut Draft) -> T) -> Result<(Draft, T), NotAdded> {
        let mut after = draft.clone();
        let result = change(&mut after);
        match self.too_few_between(draft, &after) {
            Some(few) => Err(NotAdded::TooFew(few)),
            None => Ok((after, result)),
        }
    }
}
