//! The copy of the articles beside the screen: loaded at the start, read anew when it is time or somebody asks, indexed off the
//! runtime's threads.

use std::{sync::Arc, time::Duration};

use super::TaskContext;
use crate::{
    desk::{
        DeskError,
        catalog::{Provenance, ShownCatalog, Synced, search::Catalog},
    },
    domain::shop::article::Article,
    tui::msg::{Msg, Reply},
};

/// How often the age of the articles is looked at, at most: it is done beside a poll.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Pauses before articles are asked for again that were not given: the first, doubled each time, and the longest.
const RETRY_FIRST: Duration = Duration::from_secs(10);
const RETRY_LAST: Duration = Duration::from_secs(15 * 60);

/// Reads the articles anew at the start and whenever the copy has become too old. What broke off goes on soon.
pub(in crate::tui::shell::runner) async fn keep_fresh(context: TaskContext) {
    context.restored.notified().await;
    let mut known = context.desk.catalog_provenance().await.ok().flatten();
    let (mut at_start, mut retry) = (true, RETRY_FIRST);
    loop {
        // Counts that are not written now are written later, or not at all: they only decide what is shown first.
        context.desk.keep_sold().await.ok();
        context.read_stock().await;
        let Ok(now) = context.desk.catalog_provenance().await else {
            context.desk.rest_until_poll(LOOK_AGAIN).await;
            continue;
        };
        let is_due = context.desk.catalog_is_due(now.as_ref(), at_start);
        let is_done = !is_due || context.sync_catalog(false).await;
        if !is_due && now != known {
            // Another program made a copy on this data directory.
            context.show_catalog().await;
        }
        known = if is_due { context.desk.catalog_provenance().await.ok().flatten() } else { now };
        at_start &= !is_done;
        if is_done {
            retry = RETRY_FIRST;
            context.desk.rest_until_poll(LOOK_AGAIN).await;
        } else {
            tokio::time::sleep(retry).await;
            retry = (retry * 2).min(RETRY_LAST);
        }
    }
}

impl TaskContext {
    /// Reads the articles from OktoPOS and says what came of it. `false` if it did not work.
    pub(in crate::tui::shell::runner) async fn sync_catalog(&self, asked: bool) -> bool {
        let replies = self.replies.clone();
        // A screen that is busy misses a number; the next one tells more.
        let progress = |count| drop(replies.try_send(Msg::Reply(Reply::CatalogProgress(count))));
        let shown = self.shown.lock().await.clone();
        let synced = match asked {
            true => self.desk.sync_catalog(shown.as_ref(), progress).await.map(Some),
            false => self.desk.refresh_catalog(shown.as_ref(), progress).await,
        };
        drop(shown);
        let Some(synced) = synced.transpose() else {
            // Somebody imported articles, or another program was faster: the journal's copy is the one to show.
            self.show_catalog().await;
            return true;
        };
        let is_done = synced.is_ok();
        let loaded = match synced {
            Ok(Synced { articles, changes, provenance, channels }) => {
                self.index(articles, provenance).await.map(|catalog| (catalog, Box::new(changes), channels))
            }
            Err(error) => Err(error),
        };
        match loaded {
            Ok((catalog, changes, channels)) => {
                self.reply(Reply::CatalogSynced { catalog, changes, asked }).await;
                self.reply(Reply::Channels(channels)).await;
            }
            Err(error) => self.reply(Reply::CatalogFailed { error, asked }).await,
        }
        is_done
    }

    pub(in crate::tui::shell::runner) async fn show_catalog(&self) {
        let catalog = match self.load_catalog().await {
            Ok(catalog) => catalog,
            Err(error) => return self.reply(Reply::CatalogFailed { error, asked: false }).await,
        };
        let faults = if catalog.is_empty() { Vec::new() } else { catalog.menu_faults() };
        self.reply(Reply::Catalog(catalog)).await;
        if !faults.is_empty() {
            self.reply(Reply::MenuFaults(faults)).await;
        }
    }

    /// Loads the desk's own copy.
    async fn load_catalog(&self) -> Result<Arc<Catalog>, DeskError> {
        // First where it comes from: what another program replaces in between must not be taken for known.
        let provenance = self.desk.catalog_provenance().await?;
        let (articles, _) = self.desk.articles().await?;
        self.index(articles, provenance).await
    }

    /// Indexes a copy of the articles off the runtime's threads, and remembers it as the one that is shown.
    async fn index(
        &self,
        articles: Vec<Arc<Article>>,
        provenance: Option<Provenance>,
    ) -> Result<Arc<Catalog>, DeskError> {
        let made_at = provenance.as_ref().map(|known| known.made_at);
        let old_from = provenance.as_ref().and_then(|known| self.desk.catalog_old_from(known));
        let sold = self.desk.sold().await.unwrap_or_default();
        let (shop, menu) = (Arc::clone(&self.shop), Arc::clone(&self.menu));
        let index = move || {
            let menu = menu.for_articles(&shop, &articles);
            let mut catalog = Catalog::with_menu(articles, &shop.extras_groups, made_at, menu, &sold);
            catalog.old_from = old_from;
            Arc::new(catalog)
        };
        let catalog = tokio::task::spawn_blocking(index).await.map_err(|error| DeskError::Encode(error.to_string()))?;
        *self.shown.lock().await = Some(ShownCatalog { catalog: Arc::clone(&catalog), provenance });
        Ok(catalog)
    }
}
