//! How many pieces of an article can still be had, and what a draft may take of them. Counts nothing itself: what orders took
//! is given.

use std::collections::BTreeSet;

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::context::Counter;
use crate::domain::{
    draft::{
        Draft, Line,
        cart::MAX_QUANTITY,
        problem::{Problem, ProblemKind, Spot},
    },
    shop::{
        article::Article,
        menu::ComboPart,
        stock::{Count, Said, count, day_start},
    },
    value::ids::OrderId,
};

/// A draft would take more of an article than is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooFew {
    /// The article's name.
    pub name: String,
    /// Pieces that are left for this draft.
    pub left: Decimal,
    /// Pieces that the draft holds already.
    pub has: Decimal,
}

impl Counter<'_> {
    /// Pieces that a draft can have, orders that are being recorded taken off; `None` for an article that is not counted.
    pub fn left(&self, own: Option<&OrderId>, article: &Article) -> Option<Decimal> {
        let of_menu = self.catalog.menu().counts.get(&*article.number).copied();
        let said = self.said.get(&article.id);
        if of_menu.is_none() && !matches!(said, Some(Said::Count(_))) {
            return None;
        }
        let (pieces, since) = count(said, of_menu, day_start(self.moment.now, &self.moment.zone))?;
        let taken = self.stock.taken(article, since, own);
        let placing = self.placing.iter().map(|placing| placing.draft);
        let placing = placing.filter(|draft| !self.stock.knows(&draft.order_id));
        let placing: Decimal = placing.map(|draft| pieces_of(draft, article.id)).sum();
        Some((Decimal::from(pieces) - taken - placing).max(Decimal::ZERO).normalize())
    }

    /// Whether a draft takes more after a change than is left. What it held before stays.
    pub fn too_few_between(&self, before: &Draft, after: &Draft) -> Option<TooFew> {
        let is_counted =
            !self.catalog.menu().counts.is_empty() || self.said.values().any(|said| matches!(said, Said::Count(_)));
        if !is_counted {
            return None;
        }
        after.lines.iter().find_map(|line| {
            let (left, id) = (self.left(Some(&before.order_id), &line.article)?, line.article.id);
            let (has, wants) = (pieces_of(before, id), pieces_of(after, id));
            let name = || line.article.name.to_string();
            (wants > has && wants > left).then(|| TooFew { name: name(), left, has })
        })
    }

    /// How many are left, if a draft holds more of a line's article because another order was quicker. Told once, at the last
    /// line of the article.
    pub fn too_few(&self, draft: &Draft, line: &Line) -> Option<Decimal> {
        let id = line.article.id;
        let is_last = draft.lines.iter().rev().find(|other| other.article.id == id)?.id == line.id;
        let left = self.left(Some(&draft.order_id), &line.article);
        left.filter(|left| is_last && pieces_of(draft, id) > *left)
    }

    /// Lines of which more is ordered than is left.
    pub(super) fn shortages(&self, draft: &Draft) -> Vec<Problem> {
        let mut seen = BTreeSet::new();
        let lines = draft.lines.iter().rev().filter(|line| seen.insert(line.article.id));
        let few = lines.filter(|line| {
            let left = self.left(Some(&draft.order_id), &line.article);
            left.is_some_and(|left| pieces_of(draft, line.article.id) > left)
        });
        few.map(|line| Problem { spot: Spot::Line(line.id), kind: ProblemKind::TooFewLeft }).collect()
    }

    /// Whether an article is sold out for a draft: a person at the desk has the last word. A combo is when something of it is.
    pub fn is_sold_out(&self, own: Option<&OrderId>, article: &Article) -> bool {
        if let Some(combo) = self.catalog.combo(article.id)
            && !self.said.contains_key(&article.id)
        {
            let is_out =
                |number: &String| self.catalog.by_number(number).is_none_or(|part| self.is_sold_out(own, part));
            let lacks = |part: &ComboPart| {
                let choices = self.catalog.choices(&part.choices, &part.groups);
                choices.into_iter().filter(|choice| !self.is_sold_out(own, choice)).take(part.count).count()
                    < part.count
            };
            return combo.articles.iter().any(is_out) || combo.parts.iter().any(lacks);
        }
        let is_left = || self.left(own, article).is_none_or(|left| left > Decimal::ZERO);
        match self.said.get(&article.id) {
            Some(Said::SoldOut(true)) => true,
            Some(Said::SoldOut(false) | Said::Count(_)) => !is_left(),
            None => self.catalog.menu().sold_out.contains(&*article.number) || !is_left(),
        }
    }

    /// What is said of an article when a person takes it out of the sale, or back in.
    pub fn toggled(&self, own: Option<&OrderId>, article: &Article) -> Said {
        let is_out = !self.is_sold_out(own, article);
        match self.left(own, article) {
            // Whoever takes a counted article back in counts no longer, until it is counted again.
            Some(_) if !is_out => Said::Count(Count { pieces: None, at: self.moment.now }),
            Some(_) | None => Said::SoldOut(is_out),
        }
    }

    /// What is said of an article when a person counted so many pieces; `None` for what cannot be a count of it.
    pub fn counted(&self, article: &Article, pieces: Decimal) -> Option<Count> {
        let whole = pieces.to_u32().filter(|whole| Decimal::from(*whole) == pieces && pieces <= MAX_QUANTITY)?;
        let is_combo = self.catalog.combo(article.id).is_some();
        (!is_combo).then_some(Count { pieces: Some(whole), at: self.moment.now })
    }
}

/// Pieces of an article that a draft holds.
fn pieces_of(draft: &Draft, article: i64) -> Decimal {
    let dishes = |line: &Line| match line.is_extra() {
        true => draft.line(line.main).map_or(Decimal::ONE, |dish| dish.quantity),
        false => Decimal::ONE,
    };
    draft.lines.iter().filter(|line| line.article.id == article).map(|line| line.quantity * dishes(line)).sum()
}
