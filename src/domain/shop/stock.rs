//! How many pieces of an article are left: a count from the menu or from a person, less what orders took since. Holds what
//! orders took; an order that is given up gives it back.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::article::Article;
use crate::domain::{order::Order, value::ids::OrderId};

/// When a business day begins, in hours after midnight of the shop's zone: late guests belong to the evening before.
const DAY_BEGINS: i8 = 4;

/// A person's count is over so many days before the business day: nobody counts on it any more, and every order since would
/// have to be read for it.
const COUNT_DAYS: i64 = 14;

/// What a person at the desk said of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Said {
    /// It is sold out (`true`), or there again, whatever the menu says.
    SoldOut(bool),
    /// So many were there.
    Count(Count),
}

/// Pieces at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many; `None` for enough.
    pub pieces: Option<u32>,
    /// When they were counted.
    pub at: Timestamp,
}

/// The start of the business day an instant lies in.
pub fn day_start(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let before = now.to_zoned(zone.clone()).datetime().checked_sub(SignedDuration::from_hours(DAY_BEGINS.into()));
    let start = before.ok().map(|moment| moment.date().at(DAY_BEGINS, 0, 0, 0));
    start.and_then(|start| zone.to_ambiguous_timestamp(start).earlier().ok()).unwrap_or(now)
}

/// Since when a person's count still decides something. The menu's count replaces it with every business day; without one
/// it holds for two weeks, then the article is not counted any more.
pub fn holds_since(is_in_menu: bool, day_start: Timestamp) -> Timestamp {
    let days = SignedDuration::from_hours(24 * COUNT_DAYS);
    if is_in_menu { day_start } else { day_start.checked_sub(days).unwrap_or(Timestamp::MIN) }
}

/// The count that holds: how many pieces, and since when orders run it down. A person's count comes before the menu's as long
/// as it holds, see `holds_since`, and the menu's is new every business day.
pub fn count(said: Option<&Said>, of_menu: Option<u32>, day_start: Timestamp) -> Option<(u32, Timestamp)> {
    let of_menu = of_menu.map(|pieces| (pieces, day_start));
    match said {
        Some(Said::Count(Count { pieces, at })) if *at >= holds_since(of_menu.is_some(), day_start) => {
            pieces.map(|pieces| (pieces, *at))
        }
        _ => of_menu,
    }
}

/// What one order took of one article.
#[derive(Debug, Clone, PartialEq)]
struct Taken {
    at: Timestamp,
    id: Option<i64>,
    number: Option<Box<str>>,
    quantity: Decimal,
}

/// What orders took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stock {
    /// Rises with every change, so that an older copy is never shown after a newer one.
    pub version: u64,
    /// By order: one of many is found without looking at the others.
    taken: BTreeMap<OrderId, Vec<Taken>>,
}

impl Stock {
    /// Notes what an order took, in place of what was noted of it before.
    pub fn take(&mut self, order: &Order, at: Timestamp) {
        self.version += 1;
        let taken = order.items.iter().map(|item| Taken {
            at,
            id: item.external_id,
            number: item.product_id.as_deref().map(Into::into),
            quantity: item.quantity,
        });
        self.taken.insert(order.order_id.clone(), taken.collect());
    }

    /// Forgets what an order took.
    pub fn give_back(&mut self, order_id: &OrderId) {
        self.version += 1;
        self.taken.remove(order_id);
    }

    /// Forgets what was taken before an instant.
    pub fn forget_before(&mut self, at: Timestamp) {
        self.version += 1;
        for taken in self.taken.values_mut() {
            taken.retain(|taken| taken.at >= at);
        }
        self.taken.retain(|_, taken| !taken.is_empty());
    }

    /// Whether it knows of an order.
    pub fn knows(&self, order_id: &OrderId) -> bool {
        self.taken.contains_key(order_id)
    }

    /// What orders took of an article since an instant, without one of them.
    pub fn taken(&self, article: &Article, since: Timestamp, without: Option<&OrderId>) -> Decimal {
        let is_it = |taken: &&Taken| match taken.id {
            Some(id) => id == article.id,
            None => taken.number.as_deref().is_some_and(|number| *number == *article.number),
        };
        let orders = self.taken.iter().filter(|(order_id, _)| Some(*order_id) != without);
        let counts = |taken: &&Taken| taken.at >= since && is_it(taken);
        orders.flat_map(|(_, taken)| taken).filter(counts).map(|taken| taken.quantity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        draft::finish::finish,
        testing::{article, draft, shop},
        value::moment::Moment,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_at_four() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        for (now, start) in [
            ("2026-05-04T15:00:00Z", "2026-05-04T02:00:00Z"),
            ("2026-05-04T01:59:00Z", "2026-05-03T02:00:00Z"),
            ("2026-05-04T02:00:00Z", "2026-05-04T02:00:00Z"),
            ("2026-10-25T12:00:00Z", "2026-10-25T03:00:00Z"),
        ] {
            assert_eq!(day_start(at(now), &zone), at(start), "{now}");
        }
    }

    #[test]
    fn a_count_of_today_comes_before_the_menus() {
        let (start, before, after) =
            (at("2026-05-04T02:00:00Z"), at("2026-05-03T20:00:00Z"), at("2026-05-04T09:00:00Z"));
        let said = |pieces, at| Said::Count(Count { pieces, at });
        assert_eq!(count(None, None, start), None);
        assert_eq!(count(None, Some(8), start), Some((8, start)));
        assert_eq!(count(Some(&said(Some(5), after)), Some(8), start), Some((5, after)));
        assert_eq!(count(Some(&said(Some(5), before)), Some(8), start), Some((8, start)), "a new day");
        assert_eq!(count(Some(&said(Some(5), before)), None, start), Some((5, before)), "until it is set again");
        let days = |days: i64| start - SignedDuration::from_hours(days * 24);
        assert_eq!(count(Some(&said(Some(5), days(14))), None, start), Some((5, days(14))));
        assert_eq!(count(Some(&said(Some(0), days(15))), None, start), None, "nobody counts on it any more");
        assert_eq!(count(Some(&said(None, after)), Some(8), start), None, "enough, said a person");
        assert_eq!(count(Some(&Said::SoldOut(false)), Some(8), start), Some((8, start)));
    }

    #[test]
    fn what_was_said_is_read_as_older_programs_wrote_it() {
        let said: std::collections::BTreeMap<i64, Said> =
            serde_json::from_str(r#"{"7":true,"8":{"pieces":12,"at":"2026-05-04T09:00:00Z"}}"#).unwrap();
        assert_eq!(said[&7], Said::SoldOut(true));
        assert_eq!(said[&8], Said::Count(Count { pieces: Some(12), at: at("2026-05-04T09:00:00Z") }));
    }

    #[test]
    fn an_order_takes_once_and_gives_back() {
        let (dish, cheese) = (article(1, "Pizza", "10.00"), article(2, "Käse", "1.00"));
        let (mut draft, mut stock) = (draft(), Stock::default());
        let pizza = draft.add(&dish, Decimal::from(3), "").unwrap();
        draft.add_extra(pizza, &cheese, Decimal::TWO).unwrap();
        let now = at("2026-05-04T15:00:00Z");
        draft.fields.insert(crate::domain::draft::field::Field::Table, "1".into());
        let order = finish(&draft, &shop(), &Moment { now, zone: TimeZone::UTC }).unwrap();
        stock.take(&order, now);
        stock.take(&order, now);
        let six = Decimal::from(6);
        assert_eq!((stock.taken(&dish, now, None), stock.taken(&cheese, now, None)), (Decimal::from(3), six));
        assert_eq!(stock.taken(&dish, now, Some(&order.order_id)), Decimal::ZERO);
        assert_eq!(stock.taken(&dish, now + SignedDuration::from_secs(1), None), Decimal::ZERO);
        let mut own = order.clone();
        (own.order_id, own.items[0].external_id) = (OrderId("other".into()), None);
        stock.take(&own, now);
        assert_eq!(stock.taken(&dish, now, None), six, "by its number where OktoPOS's id is not known");
        stock.give_back(&order.order_id);
        assert_eq!(stock.taken(&dish, now, None), Decimal::from(3));
        assert!(stock.knows(&own.order_id) && !stock.knows(&order.order_id));
    }
}
