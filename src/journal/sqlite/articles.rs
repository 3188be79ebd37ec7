//! The desk's copy of the articles: replaced as a whole, loaded as a whole, page by page.

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteJournal,
    error::{damaged, journal_error},
    rows::instant,
};
use crate::{
    chaos,
    domain::shop::article::Article,
    journal::packed::{PAGE, Packer, Unpacker},
    ports::JournalError,
};

const CLEAR: &str = "BEGIN IMMEDIATE; DELETE FROM article_pages";
const PUT_META: &str =
    "INSERT OR REPLACE INTO meta (key, value) VALUES ('articles_shared', ?1), ('articles_at', ?2); COMMIT";
/// A read transaction, so that all pages are of one moment.
const HEAD: &str = "BEGIN; SELECT (SELECT value FROM meta WHERE key = 'articles_shared'), \
    (SELECT value FROM meta WHERE key = 'articles_at')";
/// Some pages at a time: few trips, and little memory beside the articles themselves.
const PAGES: &str = "SELECT packed FROM article_pages WHERE page > ?1 ORDER BY page LIMIT ?2";
const PAGES_AT_ONCE: usize = 8;

impl SqliteJournal {
    pub(super) async fn put_articles(&self, articles: &[Arc<Article>], at: Timestamp) -> Result<(), JournalError> {
        let mut hold = self.write().await?;
        match replace(hold.conn(), articles, at).await {
            Ok(()) => {
                hold.done();
                Ok(())
            }
            Err(error) => Err(hold.refuse(error).await),
        }
    }

    pub(super) async fn all_articles(&self) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), JournalError> {
        let mut hold = self.read().await?;
        let loaded = load(hold.conn()).await?;
        sqlx::raw_sql("COMMIT").execute(hold.conn()).await.map_err(journal_error)?;
        hold.done();
        Ok(loaded)
    }
}

async fn load(conn: &mut SqliteConnection) -> Result<(Vec<Arc<Article>>, Option<Timestamp>), JournalError> {
    let rows = sqlx::query(HEAD).fetch_all(&mut *conn).await.map_err(journal_error)?;
    let broken = || damaged("the articles cannot be read; loading them again from OktoPOS mends it");
    let head = rows.first().ok_or_else(broken)?;
    let Some(shared) = head.try_get::<Option<&str>, _>(0).map_err(journal_error)? else {
        return Ok((Vec::new(), None));
    };
    let mut unpacker = Unpacker::new(shared).ok_or_else(broken)?;
    let at: &str = head.try_get(1).map_err(journal_error)?;
    let at = at.parse().ok().map(instant).ok_or_else(broken)?.map_err(journal_error)?;
    let mut articles = Vec::new();
    for first in (0i64..).step_by(PAGES_AT_ONCE) {
        let pages: Vec<String> = sqlx::query_scalar(PAGES)
            .bind(first)
            .bind(PAGES_AT_ONCE as i64)
            .fetch_all(&mut *conn)
            .await
            .map_err(journal_error)?;
        for page in &pages {
            unpacker.unpack(page, &mut articles).ok_or_else(broken)?;
        }
        if pages.len() < PAGES_AT_ONCE {
            break;
        }
    }
    articles.shrink_to_fit();
    Ok((articles, Some(at)))
}

async fn replace(conn: &mut SqliteConnection, articles: &[Arc<Article>], at: Timestamp) -> Result<(), JournalError> {
    let unwritable =
        |error: serde_json::Error| JournalError::Unwritable(format!("an article cannot be written: {error}"));
    let mut packer = Packer::default();
    sqlx::query(CLEAR).execute(&mut *conn).await.map_err(journal_error)?;
    for (chunk, page) in articles.chunks(PAGE).zip(1i64..) {
        sqlx::query("INSERT INTO article_pages (page, packed) VALUES (?1, ?2)")
            .bind(page)
            .bind(packer.page(chunk).map_err(unwritable)?)
            .execute(&mut *conn)
            .await
            .map_err(journal_error)?;
    }
    chaos::point("catalog.before_commit");
    sqlx::query(PUT_META)
        .bind(packer.shared().map_err(unwritable)?)
        .bind(at.as_microsecond().to_string())
        .execute(conn)
        .await
        .map_err(journal_error)?;
    chaos::point("catalog.after_commit");
    Ok(())
}
