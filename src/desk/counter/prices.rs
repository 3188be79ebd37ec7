//! What became of the articles of an open draft since they were added. Prices are taken over only when a person asks for it.

use std::sync::Arc;

use super::context::Counter;
use crate::domain::{
    draft::{
        Draft, Line,
        assortment::{self, LineChange},
        deal,
    },
    shop::article::Article,
};

/// Lines of a draft whose article changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangedLines {
    /// With another price or tax.
    pub repriced: usize,
    /// Whose article is no longer sold.
    pub gone: usize,
}

impl ChangedLines {
    /// All of them.
    pub fn total(self) -> usize {
        self.repriced + self.gone
    }
}

impl Counter<'_> {
    /// What became of a line's article since it was added, as far as the desk knows its articles.
    pub fn line_change(&self, draft: &Draft, line: &Line) -> Option<LineChange> {
        if self.catalog.is_empty() {
            return None;
        }
        let channel = self.shop.channel(draft.order_type)?;
        let now = self.catalog.by_id(line.article.id).map(|article| &**article);
        assortment::line_change(line, now, channel)
            .or_else(|| deal::change(draft, line, self.catalog.menu(), channel, |id| self.article(id)))
    }

    /// Lines of a draft whose article changed.
    pub fn changed_lines(&self, draft: &Draft) -> ChangedLines {
        let changes = draft.lines.iter().filter_map(|line| self.line_change(draft, line));
        changes.fold(ChangedLines::default(), |counts, change| match change {
            LineChange::Gone => ChangedLines { gone: counts.gone + 1, ..counts },
            LineChange::Price { .. } | LineChange::Tax { .. } => {
                ChangedLines { repriced: counts.repriced + 1, ..counts }
            }
        })
    }

    /// A draft at the prices of now, and how many of them are new.
    pub fn at_current_prices(&self, draft: &Draft) -> (Draft, usize) {
        let (mut draft, channel) = (draft.clone(), self.channel(draft));
        let deals = deal::take_prices(&mut draft, self.catalog.menu(), &channel, |id| self.article(id));
        let taken = deals + assortment::take_prices(&mut draft, &channel, |id| self.catalog.by_id(id));
        (draft, taken)
    }

    /// An article by its id.
    pub(super) fn article(&self, id: i64) -> Option<Arc<Article>> {
        self.catalog.by_id(id).cloned()
    }
}
