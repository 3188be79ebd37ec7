//! What orders took of counted articles. What a person counted is kept in the journal; what was taken since is read from its
//! orders, so that it survives a crash, counts no order twice, and sees the orders of other programs.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::search::Catalog;
use crate::desk::{Desk, DeskError};
use crate::{
    domain::{
        order::{Order, delivery::Delivery},
        shop::{
            menu::Menu,
            stock::{Said, Stock, day_start, holds_since},
        },
        value::ids::OrderId,
    },
    ports::{
        JournalError,
        journal::{OrderFilter, PAGE, PersonDecision},
    },
};

/// Under this name the journal keeps what was said of articles.
const SAID: &str = "sold_out";
/// How long orders are remembered while nothing is counted: a count may be on its way to the journal.
const REMEMBER: SignedDuration = SignedDuration::from_mins(10);
/// Reads of the orders that are begun anew because an order was placed meanwhile.
const READS: usize = 3;

/// What was taken, and the right to write what is said.
#[derive(Default)]
pub(in crate::desk) struct Shelf {
    stock: std::sync::Mutex<Stock>,
    /// Whether anybody in this program asks what was taken: a command that records a file of orders does not.
    is_asked: AtomicBool,
    saying: tokio::sync::Mutex<()>,
}

impl Desk {
    /// What persons said of articles, by their ids. A text that cannot be read counts as nothing said.
    pub async fn said(&self) -> Result<BTreeMap<i64, Said>, DeskError> {
        let text = self.inner.journal.kept(SAID).await?.unwrap_or_default();
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Keeps what a person says of one article, beside what was said of others.
    pub async fn say(&self, article: i64, said: Said) -> Result<(), DeskError> {
        let _one_at_a_time = self.inner.shelf.saying.lock().await;
        let mut all = self.said().await?;
        all.insert(article, said);
        let text = serde_json::to_string(&all).map_err(|error| DeskError::Encode(error.to_string()))?;
        Ok(self.inner.journal.keep(SAID, &text).await?)
    }

    /// What orders took, as far as it is known now.
    pub fn stock(&self) -> Stock {
        self.inner.shelf.stock.lock().map(|stock| stock.clone()).unwrap_or_default()
    }

    /// Reads anew what orders took since the oldest count that holds. Reads nothing while nothing is counted. `is_in_menu`
    /// says of an article, by its id, whether the menu counts it; where nobody knows, more is read than is needed.
    pub async fn read_stock(&self, menu: &Menu, is_in_menu: impl Fn(i64) -> bool) -> Result<Stock, DeskError> {
        self.inner.shelf.is_asked.store(true, Ordering::Relaxed);
        let Some(since) = self.counted_since(menu, is_in_menu).await? else {
            let before = self.inner.clock.now() - REMEMBER;
            self.change_stock(|stock| stock.forget_before(before));
            return Ok(self.stock());
        };
        for _ in 0..READS {
            let version = self.stock().version;
            let mut read = self.taken_since(since).await?;
            let is_new = self.change_stock(|stock| {
                let is_new = stock.version == version;
                if is_new {
                    read.version = version + 1;
                    *stock = std::mem::take(&mut read);
                }
                is_new
            });
            if is_new == Some(true) {
                break;
            }
        }
        Ok(self.stock())
    }

    /// When the oldest count was made that still decides something: all orders since are read, so an old one is dear.
    async fn counted_since(
        &self,
        menu: &Menu,
        is_in_menu: impl Fn(i64) -> bool,
    ) -> Result<Option<Timestamp>, DeskError> {
        let zone = TimeZone::get(&self.inner.settings.shop_zone).unwrap_or(TimeZone::UTC);
        let today = day_start(self.inner.clock.now(), &zone);
        let of_menu = (!menu.counts.is_empty()).then_some(today);
        let said = self.said().await?;
        let counts = said.iter().filter_map(|(article, said)| match said {
            Said::Count(count) if count.at >= holds_since(is_in_menu(*article), today) => {
                count.pieces.map(|_| count.at)
            }
            _ => None,
        });
        Ok(counts.chain(of_menu).min())
    }

    async fn taken_since(&self, since: Timestamp) -> Result<Stock, DeskError> {
        let filter = OrderFilter { changed_since: Some(since), limit: Some(PAGE), ..OrderFilter::default() };
        let (mut stock, mut after) = (Stock::default(), None);
        loop {
            let page = self.inner.journal.orders_page(&filter, after).await?;
            for row in page.rows {
                if row.created_at >= since && row.delivery != Delivery::Cancelled {
                    match self.inner.journal.order(&row.order_id).await {
                        Ok(record) => stock.take(&record.order, row.created_at),
                        // One damaged order must not take the counts of all others away.
                        Err(JournalError::Unusable(_)) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(stock);
            }
        }
    }

    /// An order was recorded.
    pub(in crate::desk) fn took(&self, order: &Order, at: Timestamp) {
        if !self.inner.shelf.is_asked.load(Ordering::Relaxed) {
            return;
        }
        self.change_stock(|stock| stock.take(order, at));
    }

    /// A person decided about an order: what is given up or taken back is there again.
    pub(in crate::desk) fn decided_stock(&self, id: &OrderId, decision: &PersonDecision) {
        if matches!(decision, PersonDecision::Cancel | PersonDecision::Reopen { .. }) {
            self.change_stock(|stock| stock.give_back(id));
        }
    }

    fn change_stock<T>(&self, change: impl FnOnce(&mut Stock) -> T) -> Option<T> {
        self.inner.shelf.stock.lock().ok().map(|mut stock| change(&mut stock))
    }
}

impl Catalog {
    /// Whether the menu counts the article with this OktoPOS id.
    pub fn menu_counts(&self, id: i64) -> bool {
        self.by_id(id).is_some_and(|article| self.menu().counts.contains_key(&*article.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::{send::repeat_probe::test_order, testing::Bench},
        domain::{
            shop::stock::Count,
            testing::{article, shop},
        },
    };

    #[tokio::test(start_paused = true)]
    async fn what_is_said_of_one_article_leaves_the_others_alone() {
        let desk = Bench::new().desk();
        let count = Said::Count(Count { pieces: Some(12), at: desk.clock().now() });
        let (one, other) = tokio::join!(desk.say(7, Said::SoldOut(true)), desk.say(8, count));
        one.unwrap();
        other.unwrap();
        desk.say(7, Said::SoldOut(false)).await.unwrap();
        assert_eq!(desk.said().await.unwrap(), [(7, Said::SoldOut(false)), (8, count)].into());
    }

    #[tokio::test(start_paused = true)]
    async fn orders_run_a_count_down_and_what_is_taken_back_is_there_again() {
        let bench = Bench::new();
        let desk = bench.desk();
        let dish = article(7, "Forelle", "18.00");
        let menu = Menu { counts: [("7".into(), 8)].into(), ..Menu::default() };
        let start = desk.clock().now();
        let taken = |desk: &Desk| desk.stock().taken(&dish, start, None).to_string();
        desk.read_stock(&menu, |_| true).await.unwrap();
        for name in ["a", "b"] {
            let mut order = test_order(OrderId(name.into()), &shop(), desk.clock().now());
            order.items[0].external_id = Some(7);
            desk.place(&order).await.unwrap();
        }
        assert_eq!(taken(&desk), "2");
        let restarted = bench.desk();
        assert_eq!(taken(&restarted), "0");
        restarted.read_stock(&menu, |_| true).await.unwrap();
        assert_eq!(taken(&restarted), "2", "it comes from the orders, so a restart forgets nothing");
        desk.cancel(&OrderId("a".into())).await.unwrap();
        assert_eq!(taken(&desk), "1");
        restarted.read_stock(&menu, |_| true).await.unwrap();
        assert_eq!(taken(&restarted), "1", "and another program sees it");
        let before = desk.stock().version;
        assert!(desk.read_stock(&menu, |_| true).await.unwrap().version > before);
    }

    #[tokio::test(start_paused = true)]
    async fn orders_are_read_only_since_a_count_that_still_decides_something() {
        let bench = Bench::new();
        let (desk, menu) = (bench.desk(), Menu::default());
        let counted = desk.clock().now();
        desk.say(7, Said::Count(Count { pieces: Some(12), at: counted })).await.unwrap();
        let since = async |menu: &Menu, is_in_menu: bool| desk.counted_since(menu, |_| is_in_menu).await.unwrap();
        assert_eq!((since(&menu, false).await, since(&menu, true).await), (Some(counted), Some(counted)));
        bench.clock.step(SignedDuration::from_hours(24));
        let counts = Menu { counts: [("7".into(), 8)].into(), ..Menu::default() };
        let today = Some(day_start(desk.clock().now(), &TimeZone::get("Europe/Berlin").unwrap()));
        assert_eq!(since(&menu, false).await, Some(counted));
        assert_eq!(since(&counts, true).await, today, "the menu's count of today replaced it");
        assert_eq!(since(&counts, false).await, Some(counted), "the menu counts another article");
        bench.clock.step(SignedDuration::from_hours(24 * 14));
        assert_eq!(since(&menu, false).await, None, "after two weeks nothing is read for it");
    }
}
