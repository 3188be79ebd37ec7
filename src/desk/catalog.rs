//! The desk's copy of the articles: read from OktoPOS, taken from a file, kept fresh. Touches no order.

pub mod fold;
pub mod search;
pub(super) mod sold;
pub(super) mod stock;

use std::{collections::HashSet, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::{Desk, DeskError, catalog::search::Catalog, send::endpoint::Endpoint};
use crate::{
    domain::{draft::assortment::Changes, order::DistributionChannel, shop::article::Article},
    ports::pos::Vocabulary,
};

/// The most OktoPOS gives in one page.
const PAGE_SIZE: u32 = 500;

/// No shop has more pages; a list without an end is a fault.
const MAX_PAGES: u32 = 400;

/// How long pages of a read that broke off are good for going on: pages of different times do not fit together.
const PAGES_KEEP: Duration = Duration::from_secs(15 * 60);

/// Under this name the journal keeps where the articles come from.
const SOURCE: &str = "articles_source";
/// The source of articles that were imported.
const FROM_FILE: &str = "file";

/// What a new copy of the articles came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Synced {
    /// The copy. What is as it was is shared with the copy that was shown.
    pub articles: Vec<Arc<Article>>,
    /// What is different.
    pub changes: Changes,
    /// Where it comes from.
    pub provenance: Option<Provenance>,
    /// Distribution channels OktoPOS knows; empty if it did not say.
    pub channels: Vec<DistributionChannel>,
}

/// Where the copy comes from, known without loading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// An address, or what `Provenance::is_file` knows.
    pub source: String,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Provenance {
    /// Whether it was imported from a file: then nothing but a person replaces it.
    pub fn is_file(&self) -> bool {
        self.source == FROM_FILE
    }

    /// Whether articles are to be read from OktoPOS without anybody asking. `every` is how old a copy may become, `None`
    /// for any age; at a start a copy is read anew whatever its age, unless any age is fine.
    pub fn is_due(&self, base_url: &str, every: Option<SignedDuration>, now: Timestamp, at_start: bool) -> bool {
        let is_old = every.is_some_and(|every| at_start || now.duration_since(self.made_at) >= every);
        !self.is_file() && (self.source != base_url || is_old)
    }

    /// As it is kept: the instant and the source.
    fn line(&self) -> String {
        format!("{} {}", self.made_at, self.source)
    }

    fn read(line: &str) -> Option<Self> {
        let (made_at, source) = line.split_once(' ')?;
        Some(Self { source: source.to_owned(), made_at: made_at.parse().ok()? })
    }
}

/// A copy of the articles that a caller holds in memory.
#[derive(Debug, Clone)]
pub struct ShownCatalog {
    /// The articles.
    pub catalog: Arc<Catalog>,
    /// Where it comes from.
    pub provenance: Option<Provenance>,
}

/// Pages of a read that is not complete.
#[derive(Debug, Default)]
pub(super) struct Pages {
    articles: Vec<Arc<Article>>,
    known: HashSet<i64>,
    /// What ids in them mean, once it was asked for.
    words: Option<Vocabulary>,
    /// Pages read.
    done: u32,
    /// When the last of them was read, by the monotonic clock.
    at: Duration,
}

impl Desk {
    /// Replaces the copy of the articles with what OktoPOS lists now.
    ///
    /// `progress` is called after each page with how many were read so far. If anything fails the copy stays as it was, and
    /// the next call within a quarter of an hour goes on at the page that failed. One call at a time does something.
    ///
    /// Articles that are as in `shown` are not kept in memory twice, and a copy that is the same is not written again: the
    /// usual start costs neither.
    pub async fn sync_catalog(
        &self,
        shown: Option<&ShownCatalog>,
        progress: impl FnMut(usize) + Send,
    ) -> Result<Synced, DeskError> {
        let mut pages = self.inner.pages.lock().await;
        let (articles, channels) = self.read_articles(&mut pages, shown, progress).await?;
        Ok(Synced { channels, ..self.replace(shown, articles, self.inner.pos.base_url()).await? })
    }

    /// `sync_catalog` without anybody asking for it: `None`, and the journal's copy stays, if that was imported or another
    /// program made it while pages were read.
    pub async fn refresh_catalog(
        &self,
        shown: Option<&ShownCatalog>,
        progress: impl FnMut(usize) + Send,
    ) -> Result<Option<Synced>, DeskError> {
        let mut pages = self.inner.pages.lock().await;
        let before = self.catalog_provenance().await?;
        if before.as_ref().is_some_and(Provenance::is_file) {
            return Ok(None);
        }
        let (articles, channels) = self.read_articles(&mut pages, shown, progress).await?;
        // Pages take minutes on a slow line. What came meanwhile is younger than the first of them, or a person's import.
        if self.catalog_provenance().await? != before {
            return Ok(None);
        }
        Ok(Some(Synced { channels, ..self.replace(shown, articles, self.inner.pos.base_url()).await? }))
    }

    /// All articles OktoPOS lists, and the channels it knows. How that went is told as the answer of the articles.
    async fn read_articles(
        &self,
        pages: &mut Pages,
        shown: Option<&ShownCatalog>,
        progress: impl FnMut(usize) + Send,
    ) -> Result<(Vec<Arc<Article>>, Vec<DistributionChannel>), DeskError> {
        let read = self.read_pages(pages, shown, progress).await;
        match &read {
            Err(DeskError::Pos(error)) => self.inner.link.hear_beside(Endpoint::Articles, Err(error)),
            _ => self.inner.link.hear_beside(Endpoint::Articles, Ok(())),
        }
        read
    }

    async fn read_pages(
        &self,
        pages: &mut Pages,
        shown: Option<&ShownCatalog>,
        mut progress: impl FnMut(usize) + Send,
    ) -> Result<(Vec<Arc<Article>>, Vec<DistributionChannel>), DeskError> {
        if self.inner.clock.monotonic().saturating_sub(pages.at) > PAGES_KEEP {
            *pages = Pages::default();
        }
        if pages.done > 0 {
            progress(pages.articles.len());
        }
        let words = match pages.words.take() {
            Some(words) => words,
            None => self.inner.pos.vocabulary().await?,
        };
        pages.words = Some(words.clone());
        while pages.done < MAX_PAGES {
            let rows = self.inner.pos.articles(pages.done + 1, PAGE_SIZE, &words).await?;
            // A server that ignores the page size sends everything at once; one that ignores the page sends it again.
            let is_last = rows.len() != PAGE_SIZE as usize;
            let before = pages.articles.len();
            let Pages { articles, known, words: _, done, at } = &mut *pages;
            let new = rows.into_iter().filter(|article| known.insert(article.id));
            articles.extend(new.map(|article| as_shown(shown, article)));
            *done += 1;
            *at = self.inner.clock.monotonic();
            progress(articles.len());
            if is_last || articles.len() == before {
                return Ok((std::mem::take(pages).articles, words.channels));
            }
        }
        let many = std::mem::take(pages).articles.len();
        Err(DeskError::CatalogEndless(many))
    }

    /// Replaces the copy of the articles with these, which come from a file. From then on nothing reads them from OktoPOS
    /// unless a person asks for it.
    pub async fn import_catalog(&self, articles: Vec<Article>) -> Result<Synced, DeskError> {
        let _one_at_a_time = self.inner.pages.lock().await;
        self.replace(None, articles.into_iter().map(Arc::new).collect(), FROM_FILE).await
    }

    /// The copy of the articles and when it was made.
    pub async fn articles(&self) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), DeskError> {
        let (articles, written_at) = self.inner.journal.articles().await?;
        // Read anew and found the same, the copy is younger than what is written.
        let made_at = self.catalog_provenance().await?.map(|known| known.made_at);
        Ok((articles, written_at.map(|written_at| made_at.unwrap_or(written_at))))
    }

    /// Where the copy comes from; `None` as long as there is none.
    pub async fn catalog_provenance(&self) -> Result<Option<Provenance>, DeskError> {
        Ok(self.inner.journal.kept(SOURCE).await?.as_deref().and_then(Provenance::read))
    }

    /// Whether the articles are to be read from OktoPOS now, see `Provenance::is_due`. A first copy always is.
    pub fn catalog_is_due(&self, provenance: Option<&Provenance>, at_start: bool) -> bool {
        let every = self.inner.settings.catalog_refresh;
        let is_due =
            |known: &Provenance| known.is_due(self.inner.pos.base_url(), every, self.inner.clock.now(), at_start);
        provenance.is_none_or(is_due)
    }

    /// When a copy counts as old: an hour after it should have been read anew. `None` for one that does not grow old.
    pub fn catalog_old_from(&self, provenance: &Provenance) -> Option<Timestamp> {
        let every = self.inner.settings.catalog_refresh.filter(|_| !provenance.is_file())?;
        provenance.made_at.checked_add(every.saturating_add(SignedDuration::from_hours(1))).ok()
    }

    async fn replace(
        &self,
        shown: Option<&ShownCatalog>,
        articles: Vec<Arc<Article>>,
        source: &str,
    ) -> Result<Synced, DeskError> {
        if articles.is_empty() {
            return Err(DeskError::CatalogEmpty);
        }
        let journal = &self.inner.journal;
        let current = self.catalog_provenance().await?;
        // Another program may have replaced what is shown here; then the journal's own copy counts.
        let (changes, is_same) = match shown.filter(|shown| current.is_some() && shown.provenance == current) {
            Some(shown) => compare(shown.catalog.articles(), &articles),
            None => compare(&journal.articles().await?.0, &articles),
        };
        let provenance = Provenance { source: source.to_owned(), made_at: self.inner.clock.now() };
        // Between the two the copy has the wrong source. The old articles as imported are left alone, the new ones of
        // another address are read once more: neither does harm.
        if provenance.is_file() {
            journal.keep(SOURCE, &provenance.line()).await?;
        }
        if !is_same {
            journal.replace_articles(&articles, provenance.made_at).await?;
        }
        if !provenance.is_file() {
            journal.keep(SOURCE, &provenance.line()).await?;
        }
        Ok(Synced { articles, changes, provenance: Some(provenance), channels: Vec::new() })
    }
}

/// The article of the shown copy if it is the same.
fn as_shown(shown: Option<&ShownCatalog>, article: Article) -> Arc<Article> {
    let same = shown.and_then(|shown| shown.catalog.by_id(article.id)).filter(|known| ***known == article);
    same.map_or_else(|| Arc::new(article), Arc::clone)
}

/// What is different, and whether nothing is, the sequence included.
fn compare(old: &[Arc<Article>], new: &[Arc<Article>]) -> (Changes, bool) {
    let same = |(old, new): (&Arc<Article>, &Arc<Article>)| Arc::ptr_eq(old, new) || old == new;
    if old.len() == new.len() && old.iter().zip(new).all(same) {
        return (Changes::default(), true);
    }
    (Changes::between(old, new), false)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{
        desk::testing::{Bench, Reply, not_sent},
        domain::testing::article,
    };

    fn articles(from: i64, count: i64) -> Vec<Article> {
        (from..from + count).map(|id| Article::clone(&article(id, &format!("Artikel {id}"), "1.00"))).collect()
    }

    const HERE: &str = "https://shop.example/v1";
    const DAY: SignedDuration = SignedDuration::from_hours(24);

    #[rstest]
    #[case::at_start(HERE, Some(DAY), 60, true, true)]
    #[case::fresh(HERE, Some(DAY), 60, false, false)]
    #[case::old(HERE, Some(DAY), 86_400, false, true)]
    #[case::any_age(HERE, None, 864_000, true, false)]
    #[case::moved("https://old.example/v1", None, 60, false, true)]
    #[case::imported(FROM_FILE, Some(DAY), 864_000, true, false)]
    #[case::clock_went_back(HERE, Some(DAY), -7200, false, false)]
    fn articles_are_read_when_it_is_time(
        #[case] source: &str,
        #[case] every: Option<SignedDuration>,
        #[case] seconds: i64,
        #[case] at_start: bool,
        #[case] due: bool,
    ) {
        let at = |second| Timestamp::from_second(1_770_000_000 + second).unwrap();
        let provenance = Provenance { source: source.into(), made_at: at(0) };
        assert_eq!(provenance.is_due(HERE, every, at(seconds), at_start), due);
        assert_eq!(Provenance::read(&provenance.line()), Some(provenance));
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_breaks_off_goes_on_where_it_stopped() {
        let bench = Bench::new();
        let desk = bench.desk();
        bench.pos.pages(vec![articles(1, 3)]);
        desk.sync_catalog(None, |_| ()).await.unwrap();
        bench.pos.pages(vec![articles(1, 500), articles(501, 500), articles(1001, 3)]);
        bench.pos.catalogs([Reply::Good, Reply::Bad(not_sent())]);
        assert!(desk.sync_catalog(None, |_| ()).await.unwrap_err().retryable());
        assert_eq!(desk.articles().await.unwrap().0.len(), 3, "the copy stays as it was until all is there");
        let mut seen = Vec::new();
        let synced = desk.sync_catalog(None, |count| seen.push(count)).await.unwrap();
        assert_eq!((synced.articles.len(), synced.changes.new.len()), (1003, 1000));
        assert_eq!(seen, [500, 1000, 1003]);
        assert_eq!(bench.pos.article_pages(), [1, 1, 2, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_channels_of_the_instance_come_with_the_articles() {
        let bench = Bench::new();
        let desk = bench.desk();
        let channels = vec![DistributionChannel { dc_id: 34, name: "INHOUSE".into() }];
        bench.pos.words(Vocabulary { units: Vec::new(), channels: channels.clone() });
        bench.pos.pages(vec![articles(1, 500), articles(501, 3)]);
        bench.pos.catalogs([Reply::Good, Reply::Bad(not_sent())]);
        desk.sync_catalog(None, |_| ()).await.unwrap_err();
        assert_eq!(desk.sync_catalog(None, |_| ()).await.unwrap().channels, channels, "also after going on");
    }

    #[tokio::test(start_paused = true)]
    async fn pages_that_have_grown_old_are_read_again() {
        let bench = Bench::new();
        let desk = bench.desk();
        bench.pos.pages(vec![articles(1, 500), articles(501, 3)]);
        bench.pos.catalogs([Reply::Good, Reply::Bad(not_sent())]);
        desk.sync_catalog(None, |_| ()).await.unwrap_err();
        tokio::time::advance(PAGES_KEEP + Duration::from_secs(1)).await;
        desk.sync_catalog(None, |_| ()).await.unwrap();
        assert_eq!(bench.pos.article_pages(), [1, 2, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_the_same_is_neither_kept_twice_nor_written_again() {
        let bench = Bench::new();
        let desk = bench.desk();
        bench.pos.pages(vec![articles(1, 3)]);
        let first = desk.sync_catalog(None, |_| ()).await.unwrap();
        let catalog = Arc::new(Catalog::new(first.articles.clone(), &[], None));
        let shown = ShownCatalog { catalog, provenance: first.provenance.clone() };
        bench.journal.fail("replace_articles", 1);
        bench.clock.step(SignedDuration::from_hours(3));
        let second = desk.sync_catalog(Some(&shown), |_| ()).await.unwrap();
        assert!(first.articles.iter().zip(&second.articles).all(|(old, new)| Arc::ptr_eq(old, new)));
        let (_, made_at) = desk.articles().await.unwrap();
        assert_eq!(made_at, second.provenance.as_ref().map(|known| known.made_at));
        assert!(made_at > first.provenance.map(|known| known.made_at), "it is younger all the same");

        // The journal's copy is another than the one shown: the same articles have to be written now.
        let shown = ShownCatalog { provenance: None, ..shown };
        bench.journal.fail("articles", 1);
        desk.sync_catalog(Some(&shown), |_| ()).await.unwrap_err();

        let shown = ShownCatalog { provenance: second.provenance, ..shown };
        bench.pos.pages(vec![articles(1, 4)]);
        desk.sync_catalog(Some(&shown), |_| ()).await.unwrap_err();
        let third = desk.sync_catalog(Some(&shown), |_| ()).await.unwrap();
        assert_eq!((third.articles.len(), third.changes.new.len()), (4, 1));
        assert_eq!(desk.articles().await.unwrap().0.len(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_copy_knows_where_it_comes_from() {
        let bench = Bench::new();
        let desk = bench.desk();
        let due = async || {
            let provenance = desk.catalog_provenance().await.unwrap();
            let grows_old = provenance.as_ref().is_some_and(|known| desk.catalog_old_from(known).is_some());
            (desk.catalog_is_due(provenance.as_ref(), true), grows_old)
        };
        assert_eq!(due().await, (true, false));
        desk.import_catalog(articles(1, 2)).await.unwrap();
        assert_eq!(due().await, (false, false), "what was imported is left alone");
        bench.pos.pages(vec![articles(2, 2)]);
        let synced = desk.sync_catalog(None, |_| ()).await.unwrap();
        assert_eq!((synced.changes.new.len(), synced.changes.gone.len()), (1, 1));
        assert_eq!(due().await, (true, true));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_imported_while_pages_are_read_stays_unless_a_person_asked() {
        let bench = Bench::new();
        let (desk, other) = (bench.desk(), bench.desk());
        bench.pos.pages(vec![articles(1, 3)]);
        desk.sync_catalog(None, |_| ()).await.unwrap();
        let import = async || {
            tokio::time::sleep(Duration::from_secs(1)).await;
            other.import_catalog(articles(7, 2)).await.unwrap();
        };
        let slow = || bench.pos.catalogs([Reply::Slow(Duration::from_secs(5))]);
        slow();
        let (refreshed, ()) = tokio::join!(desk.refresh_catalog(None, |_| ()), import());
        let imported: Vec<_> = articles(7, 2).into_iter().map(Arc::new).collect();
        assert_eq!((refreshed.unwrap(), desk.articles().await.unwrap().0), (None, imported));
        assert!(desk.catalog_provenance().await.unwrap().unwrap().is_file());
        assert_eq!(desk.refresh_catalog(None, |_| ()).await.unwrap(), None, "nor is it read for nothing");
        assert_eq!(bench.pos.article_pages(), [1, 1]);
        slow();
        let (asked, ()) = tokio::join!(desk.sync_catalog(None, |_| ()), import());
        assert_eq!((asked.unwrap().articles.len(), desk.articles().await.unwrap().0.len()), (3, 3));
        assert!(desk.refresh_catalog(None, |_| ()).await.unwrap().is_some(), "and from then on it is kept fresh");
    }
}
