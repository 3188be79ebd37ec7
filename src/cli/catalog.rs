//! `catalog`: copies the articles, finds them, takes them from a file and writes them into one.

mod file;
mod gather;

use std::{path::Path, sync::Arc, time::Duration};

use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    args::{ExportArgs, ExportFormat},
    common::{
        context::{Context, Failure},
        exit::Exit,
        import::{self, FileTexts},
        out::say,
    },
};
use crate::{
    desk::{
        Desk, DeskError,
        catalog::{
            Synced,
            search::{Catalog, Scope},
        },
    },
    domain::{
        draft::assortment::{Changes, Named, PriceChange, articles_of},
        shop::{
            Shop,
            article::Article,
            channels::KnownChannels,
            menu::Menu,
            stock::{Said, count, day_start},
        },
    },
    i18n::Texts,
    words::channel_finding,
};
use file::ArticleLine;

/// Attempts of `catalog sync`; each goes on at the page that failed.
const ATTEMPTS: usize = 4;
/// Pause before the next of them.
const PAUSE: Duration = Duration::from_secs(2);
/// What is said of a file of articles.
const FILE: FileTexts = FileTexts {
    columns: &file::COLUMNS,
    empty: "catalog.file_empty",
    too_many: "catalog.file_too_many",
    nothing: "catalog.nothing_imported",
};

#[derive(Debug, Serialize)]
struct SyncLine {
    articles: usize,
    new: usize,
    gone: usize,
    dearer: usize,
    cheaper: usize,
    other: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangeLine<'a> {
    change: &'static str,
    id: i64,
    number: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

/// `catalog sync`: one JSON line with the counts, then one for every change.
pub async fn sync(ctx: &mut Context<'_>, desk: &Desk, shop: &Shop) -> Result<Exit, Failure> {
    let synced = tokio::select! {
        synced = sync_patiently(ctx.texts, desk) => synced?,
        () = ctx.stop.cancelled() => return Err(Failure::said(Exit::Unexpected, ctx.texts.t("cli.interrupted"))),
    };
    let known = KnownChannels { listed: synced.channels.clone(), priced: KnownChannels::priced_in(&synced.articles) };
    for finding in shop.clone().resolve_channels(&known) {
        say(channel_finding(&[&finding], ctx.texts));
    }
    Ok(report(ctx, &synced).await)
}

/// What broke off goes on at the page that failed, a few times.
async fn sync_patiently(texts: &Texts, desk: &Desk) -> Result<Synced, DeskError> {
    let mut read = 0;
    let mut attempt = 1;
    loop {
        let progress = |count| {
            read = count;
            say(texts.fill("catalog.progress", &[("n", &texts.number(count.into()))]));
        };
        match desk.sync_catalog(None, progress).await {
            Err(DeskError::Pos(error)) if attempt < ATTEMPTS && DeskError::Pos(error.clone()).retryable() => {
                let next = texts.number(Decimal::from(read + 1));
                say(texts.fill("catalog.resuming", &[("detail", &error.to_string()), ("n", &next)]));
                attempt += 1;
                tokio::time::sleep(PAUSE).await;
            }
            other => return other,
        }
    }
}

async fn report(ctx: &mut Context<'_>, synced: &Synced) -> Exit {
    let Changes { new, gone, dearer, cheaper, other } = &synced.changes;
    let line = SyncLine {
        articles: synced.articles.len(),
        new: new.len(),
        gone: gone.len(),
        dearer: articles_of(dearer),
        cheaper: articles_of(cheaper),
        other: other.len(),
    };
    ctx.result(&line).await;
    let plain = |change, list: &'_ [Named]| -> Vec<(&'static str, Named)> {
        list.iter().map(|article| (change, article.clone())).collect()
    };
    let priced = dearer.iter().map(|row| ("dearer", row)).chain(cheaper.iter().map(|row| ("cheaper", row)));
    for (change, PriceChange { article, channel, from, to }) in priced {
        let Named { id, number, name } = article;
        let (from, to) = (Some(from.to_string()), Some(to.to_string()));
        ctx.result(&ChangeLine { change, id: *id, number, name, channel_id: Some(channel.dc_id), from, to }).await;
    }
    for (change, article) in [plain("gone", gone), plain("new", new), plain("other", other)].concat() {
        let Named { id, number, name } = &article;
        ctx.result(&ChangeLine { change, id: *id, number, name, channel_id: None, from: None, to: None }).await;
    }
    Exit::Done
}

/// `catalog import`: all of the file, or nothing of it.
pub async fn import(ctx: &mut Context<'_>, desk: &Desk, path: &Path) -> Result<Exit, Failure> {
    let text = import::read(ctx, path).await?;
    let articles = file::read(&text).map_err(|problems| import::refuse(ctx.texts, &FILE, &problems))?;
    let synced = desk.import_catalog(articles).await?;
    Ok(report(ctx, &synced).await)
}

/// `catalog export`: every article on standard output.
pub async fn export(ctx: &mut Context<'_>, desk: &Desk, args: ExportArgs) -> Result<Exit, Failure> {
    let (articles, made) = desk.articles().await?;
    if made.is_none() {
        say(ctx.texts.t("catalog.never"));
    }
    match args.format {
        ExportFormat::Csv => {
            let text = file::to_csv(articles.iter().map(|article| &**article)).map_err(std::io::Error::other)?;
            ctx.out.text(&text)?;
        }
        ExportFormat::Json => {
            for article in &articles {
                ctx.out.line(&ArticleLine::from(&**article))?;
            }
        }
    }
    Ok(Exit::Done)
}

/// An article that was found, and whether it can be had.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundLine {
    #[serde(flatten)]
    article: ArticleLine,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    favourite: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sold_out: bool,
    /// Pieces, where they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<String>,
}

/// `catalog search`: what the desk finds for a text. A code, number or barcode finds its article alone; other text every
/// article that holds its words, the best first. What the menu hides is not found.
pub async fn search(ctx: &mut Context<'_>, desk: &Desk, text: &str, menu: Menu, shop: &Shop) -> Result<Exit, Failure> {
    let (articles, made) = desk.articles().await?;
    if made.is_none() {
        say(ctx.texts.t("catalog.never"));
    }
    let menu = Arc::new(menu).for_articles(shop, &articles);
    let catalog = Catalog::with_menu(articles, &shop.extras_groups, made, menu, &desk.sold().await?);
    let said = desk.said().await?;
    let zone = TimeZone::get(&shop.time_zone).unwrap_or(TimeZone::UTC);
    let stock = desk.read_stock(catalog.menu(), |id| catalog.menu_counts(id)).await?;
    let today = day_start(desk.clock().now(), &zone);
    for article in find(&catalog, text) {
        let (menu, said) = (catalog.menu(), said.get(&article.id));
        let left = count(said, menu.counts.get(&*article.number).copied(), today)
            .map(|(pieces, since)| Decimal::from(pieces) - stock.taken(article, since, None));
        let is_out = match said {
            Some(Said::SoldOut(true)) => true,
            Some(_) => false,
            None => menu.sold_out.contains(&*article.number),
        };
        ctx.out.line(&FoundLine {
            article: ArticleLine::from(&**article),
            favourite: catalog.menu().favourites.contains(&*article.number),
            sold_out: is_out || left.is_some_and(|left| left <= Decimal::ZERO),
            left: left.map(|left| left.max(Decimal::ZERO).normalize().to_string()),
        })?;
    }
    Ok(Exit::Done)
}

fn find<'a>(catalog: &'a Catalog, text: &str) -> Vec<&'a Arc<Article>> {
    if let Some(article) = catalog.exact(text.trim()) {
        return vec![article];
    }
    let hits = catalog.search(text, Scope::All, catalog.len() + catalog.menu().combos.len());
    hits.best.iter().filter_map(|at| catalog.at(*at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::article;

    #[test]
    fn codes_numbers_and_barcodes_beat_words_and_hidden_ones_are_not_found() {
        let mut cola = Article::clone(&article(7, "Cola Öko", "3.00"));
        cola.barcode = Some("2000000000015".into());
        let articles = vec![
            article(51, "Pizza Hawaii", "9.00"),
            article(510, "Pizza 51", "9.00"),
            Arc::new(cola),
            article(9, "Pizza alt", "9.00"),
        ];
        let names = [("ph".into(), "51".into()), ("Ananasfladen".into(), "51".into())].into();
        let menu = Menu { names, hidden: ["9".into()].into(), ..Menu::default() };
        let catalog = Catalog::with_menu(articles, &[], None, Arc::new(menu), &Default::default());
        let names = |text| find(&catalog, text).into_iter().map(|article| &*article.name).collect::<Vec<_>>();
        assert_eq!(names("51"), ["Pizza Hawaii"]);
        assert_eq!(names("PH"), ["Pizza Hawaii"]);
        assert_eq!(names("2000000000015"), ["Cola Öko"]);
        assert_eq!(names("pizza haw"), ["Pizza Hawaii"]);
        assert_eq!(names("ananasfl"), ["Pizza Hawaii"]);
        assert_eq!(names("pizza"), ["Pizza Hawaii", "Pizza 51"]);
        assert_eq!(names("pizza cola"), Vec::<&str>::new());
        assert_eq!(names("").len(), 3);
    }
}
