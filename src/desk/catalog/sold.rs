//! What the desk remembers of articles by itself: how often they were sold. Kept in the journal as a short
//! text; losing the last minute of counts does no harm.

use std::collections::{BTreeMap, HashMap};

use crate::{
    desk::{Desk, DeskError},
    domain::order::Order,
};

/// Under this name the journal keeps it.
const SOLD: &str = "sold";

/// Articles whose sales are remembered, the most sold.
const REMEMBERED: usize = 5_000;

impl Desk {
    /// How often articles were sold, by their ids. A text that cannot be read counts as none.
    pub async fn sold(&self) -> Result<HashMap<i64, u32>, DeskError> {
        let text = self.inner.journal.kept(SOLD).await?.unwrap_or_default();
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Counts the articles of an order that was recorded; written by `keep_sold`.
    pub(in crate::desk) fn count_sold(&self, order: &Order) {
        let Ok(mut sold) = self.inner.sold.lock() else { return };
        for id in order.items.iter().filter_map(|item| item.external_id) {
            let count: &mut u32 = sold.entry(id).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Writes what was counted since the last time.
    pub async fn keep_sold(&self) -> Result<(), DeskError> {
        let counted = self.inner.sold.lock().map(|mut sold| std::mem::take(&mut *sold)).unwrap_or_default();
        if counted.is_empty() {
            return Ok(());
        }
        let mut sold = self.sold().await?;
        for (id, count) in counted {
            let all = sold.entry(id).or_default();
            *all = all.saturating_add(count);
        }
        let mut most: Vec<(i64, u32)> = sold.into_iter().collect();
        most.sort_unstable_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        let most: BTreeMap<i64, u32> = most.into_iter().take(REMEMBERED).collect();
        let text = serde_json::to_string(&most).map_err(|error| DeskError::Encode(error.to_string()))?;
        Ok(self.inner.journal.keep(SOLD, &text).await?)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        desk::{send::repeat_probe::test_order, testing::Bench},
        domain::{testing::shop, value::ids::OrderId},
    };

    #[tokio::test(start_paused = true)]
    async fn what_was_sold_is_remembered() {
        let bench = Bench::new();
        let desk = bench.desk();
        let mut order = test_order(OrderId("a".into()), &shop(), desk.clock().now());
        order.items[0].external_id = Some(7);
        desk.place(&order).await.unwrap();
        assert!(desk.sold().await.unwrap().is_empty(), "written later, so that no order waits for it");
        desk.keep_sold().await.unwrap();
        desk.keep_sold().await.unwrap();
        assert_eq!(desk.sold().await.unwrap(), [(7, 1)].into());
    }
}
