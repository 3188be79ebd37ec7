//! Copies articles from OktoPOS and looks customers up. Touches no order.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Desk, DeskError};
use crate::domain::{article::Article, order::Customer};

/// The most OktoPOS gives in one page.
const PAGE_SIZE: u32 = 500;

/// No shop has more pages; a list without an end is a fault.
const MAX_PAGES: u32 = 400;

impl Desk {
    /// Replaces the copy of the articles with what OktoPOS lists now, and returns how many there are.
    ///
    /// `progress` is called after each page with how many were read so far. If anything fails the copy stays as it was.
    pub async fn sync_catalog(&self, mut progress: impl FnMut(usize) + Send) -> Result<usize, DeskError> {
        let mut articles: Vec<Article> = Vec::new();
        let mut known = HashSet::new();
        for page in 1..=MAX_PAGES {
            let rows = self.inner.pos.articles(page, PAGE_SIZE).await?;
            // A server that ignores the page size sends everything at once; one that ignores the page sends it again.
            let is_last = rows.len() != PAGE_SIZE as usize;
            let before = articles.len();
            articles.extend(rows.into_iter().filter(|article| known.insert(article.id)));
            progress(articles.len());
            if is_last || articles.len() == before {
                return self.replace(articles).await;
            }
        }
        Err(DeskError::CatalogEndless(articles.len()))
    }

    /// The copy of the articles and when it was made.
    pub async fn articles(&self) -> Result<(Vec<Article>, Option<Timestamp>), DeskError> {
        Ok(self.inner.journal.articles().await?)
    }

    /// Customers OktoPOS knows by this phone number; none is an empty list.
    pub async fn customers_by_phone(&self, number: &str) -> Result<Vec<Customer>, DeskError> {
        Ok(self.inner.pos.customers_by_phone(number).await?)
    }

    async fn replace(&self, articles: Vec<Article>) -> Result<usize, DeskError> {
        if articles.is_empty() {
            return Err(DeskError::CatalogEmpty);
        }
        self.inner.journal.replace_articles(&articles, self.inner.clock.now()).await?;
        Ok(articles.len())
    }
}
