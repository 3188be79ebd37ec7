//! The made-up web shop: orders nobody at the desk has taken, made from the menu by a counter alone. Takes no chances:
//! the same counter, catalogue and time make the same order.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use rust_decimal::Decimal;

use super::catalog::Assortment;
use crate::domain::{
    order::{
        Address, Customer, DistributionChannel, Item, Order, OrderType, Payment, Pickup, Tax, TipTransaction,
        ZonedInstant,
    },
    shop::article::Article,
    value::{
        ids::OrderId,
        money::{Money, cents, vat_contained},
    },
};

/// The first order comes no later than this after the start.
const FIRST_AFTER: Duration = Duration::from_secs(5);

/// While this many of its orders are in the ready list, the web shop takes no more.
pub(in crate::sandbox) const MAX_OPEN: usize = 8;

/// How long after the start the first order comes.
pub(in crate::sandbox) fn first_after(every: Duration) -> Duration {
    every.min(FIRST_AFTER)
}

/// Group of articles that only make sense with a dish.
const EXTRAS: &str = "Extras";

/// What an order is made of besides its number.
pub(in crate::sandbox) struct WebShop<'a> {
    pub(in crate::sandbox) catalog: &'a Assortment,
    pub(in crate::sandbox) currency: &'a str,
    pub(in crate::sandbox) zone_name: &'a str,
    pub(in crate::sandbox) zone: &'a TimeZone,
    pub(in crate::sandbox) status: &'a str,
}

impl WebShop<'_> {
    /// The order with this number, from 1, taken now.
    pub(in crate::sandbox) fn order(&self, number: usize, now: Timestamp) -> Order {
        let delivery = number.is_multiple_of(2);
        let items = self.items(number);
        let total = items.iter().map(|item| item.price.value).sum();
        let order_id = OrderId(format!("webshop-{}-{number:04}", now.as_second()));
        let payment = self.payment(number, total, now);
        Order {
            customer: Some(customer(number, delivery)),
            pickup: Some(self.pickup(number, now)),
            order_type: Some(if delivery { OrderType::Delivery } else { OrderType::Pickup }),
            tip_transactions: number.is_multiple_of(3).then(|| vec![self.tip(number, now)]),
            intermediary: Some("Muster-Webshop".into()),
            ..Order::required(order_id, payment, items, self.status.to_owned(), self.instant(now))
        }
    }

    /// One to four dishes or drinks; some dishes with an extra.
    fn items(&self, number: usize) -> Vec<Item> {
        let is_extra = |article: &&Article| &*article.group == EXTRAS;
        let dishes: Vec<&Article> = self.catalog.articles.iter().filter(|article| !is_extra(article)).collect();
        let extras: Vec<&Article> = self.catalog.articles.iter().filter(is_extra).collect();
        let mut items: Vec<Item> = Vec::new();
        for nth in 0..=number * 7 % 4 {
            let Some(dish) = dishes.get((number * 31 + nth * 47) % dishes.len().max(1)) else { continue };
            let pieces = 1 + (number + nth) % 3;
            let main = items.len() + 1;
            items.extend(self.item(dish, main, main, pieces, comment(number + nth)));
            let wants_extra = ["Pizza", "Burger"].contains(&&*dish.group);
            if let Some(extra) = extras.get(number * 5 % extras.len().max(1)).filter(|_| wants_extra) {
                items.extend(self.item(extra, main + 1, main, pieces, None));
            }
        }
        items
    }

    fn item(
        &self,
        article: &Article,
        id: usize,
        main: usize,
        pieces: usize,
        comment: Option<&'static str>,
    ) -> Option<Item> {
        let row = article.prices.last()?;
        let quantity = Decimal::from(pieces);
        let total = cents(quantity.checked_mul(row.price)?);
        Some(Item {
            basket_item_id: Some(i64::try_from(id).ok()?),
            main_basket_item_id: Some(i64::try_from(main).ok()?),
            product_id: Some(article.number.to_string()),
            external_id: Some(article.id),
            name: article.name.to_string(),
            distribution_channel: Some(DistributionChannel::clone(&row.channel)),
            quantity,
            price: Money::new(total, self.currency),
            price_per_unit: Money::new(row.price, self.currency),
            tax: Some(Tax {
                tax_rate_id: row.tax.id,
                tax_rate_value: row.tax.rate,
                tax_rate_code: row.tax.code.clone(),
                tax_value: Some(Money::new(vat_contained(total, row.tax.rate), self.currency)),
            }),
            comment: comment.map(str::to_owned),
        })
    }

    fn payment(&self, number: usize, total: Decimal, now: Timestamp) -> Payment {
        let paid = !number.is_multiple_of(4);
        Payment {
            reference_id: paid.then(|| format!("WEB{number:06}")),
            payment_method: Some(if paid { "ONLINE" } else { "CASH" }.into()),
            price: Money::new(total, self.currency),
            status: Some(if paid { "paid" } else { "open" }.into()),
            payment_received: paid.then(|| whole_second(now)),
        }
    }

    /// As soon as possible, or a quarter of an hour that is still to come.
    fn pickup(&self, number: usize, now: Timestamp) -> Pickup {
        let timed = number.is_multiple_of(3);
        Pickup {
            timestamp: timed.then(|| self.quarter_hour(number, now)),
            timezone: timed.then(|| self.zone_name.to_owned()),
            asap_delivery: Some(!timed),
            pickup_token: Some(format!("W{:02}", number % 100)),
        }
    }

    /// Local time in 45 minutes to two hours, at a full quarter.
    fn quarter_hour(&self, number: usize, now: Timestamp) -> civil::DateTime {
        let minutes = 45 + i64::try_from(number % 4).unwrap_or(0) * 15;
        let quarter = 15 * 60;
        let due = now.as_second() + minutes * 60;
        let due = due + (quarter - due.rem_euclid(quarter)) % quarter;
        Timestamp::from_second(due).unwrap_or(now).to_zoned(self.zone.clone()).datetime()
    }

    fn tip(&self, number: usize, now: Timestamp) -> TipTransaction {
        TipTransaction {
            amount: Decimal::new(100 + i64::try_from(number % 5).unwrap_or(0) * 50, 2),
            kind: Some("PAID".into()),
            user_id: None,
            paid_with: Some("ONLINE".into()),
            created: Some(self.instant(now)),
            notice: None,
        }
    }

    fn instant(&self, now: Timestamp) -> ZonedInstant {
        ZonedInstant { timestamp: whole_second(now), timezone: self.zone_name.to_owned() }
    }
}

/// Plainly made up, with a phone number the Bundesnetzagentur keeps free for film and print.
fn customer(number: usize, delivery: bool) -> Customer {
    Customer {
        gender: None,
        given_name: Some("Web".into()),
        family_name: Some(format!("Testgast {number}")),
        phone: Some(format!("030 23125 {:03}", number % 1000)),
        email: Some(format!("testgast{number}@example.org")),
        address: delivery.then(|| Address {
            additional_address: number.is_multiple_of(6).then(|| "Hinterhaus".into()),
            street: Some("Beispielweg".into()),
            house_number: Some((1 + number % 99).to_string()),
            zip: Some("12345".into()),
            city: Some("Musterstadt".into()),
        }),
    }
}

fn comment(number: usize) -> Option<&'static str> {
    match number % 6 {
        1 => Some("bitte gut durch"),
        4 => Some("ohne Zwiebeln, wenn möglich"),
        _ => None,
    }
}

fn whole_second(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_nanos(i64::from(at.subsec_nanosecond()))).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sandbox::{SandboxOptions, validation};

    fn shop<'a>(catalog: &'a Assortment, zone: &'a TimeZone) -> WebShop<'a> {
        WebShop { catalog, currency: "EUR", zone_name: "Europe/Berlin", zone, status: "ready" }
    }

    #[test]
    fn every_order_passes_the_sandbox_itself() {
        let (catalog, zone) = (Assortment::load(40, 1).unwrap(), TimeZone::get("Europe/Berlin").unwrap());
        let shop = shop(&catalog, &zone);
        // Also around both clock changes of 2026, and with a fraction of a second.
        for start in ["2026-02-03T11:59:59.75Z", "2026-03-29T00:30:00Z", "2026-10-25T00:40:00Z"] {
            let now: Timestamp = start.parse().unwrap();
            for number in 1..=500 {
                let order = serde_json::to_value(shop.order(number, now)).unwrap();
                let verdict = validation::order::check_order(&order, &catalog, &SandboxOptions::default(), now);
                assert_eq!(verdict, Ok(()), "order {number}: {order}");
            }
        }
    }

    #[test]
    fn orders_are_the_same_for_the_same_counter_and_differ_otherwise() {
        let (catalog, zone) = (Assortment::load(0, 1).unwrap(), TimeZone::get("Europe/Berlin").unwrap());
        let shop = shop(&catalog, &zone);
        let now: Timestamp = "2026-02-03T12:00:00Z".parse().unwrap();
        assert_eq!(shop.order(7, now), shop.order(7, now));
        let orders: Vec<Order> = (1..=40).map(|number| shop.order(number, now)).collect();
        let ids: BTreeSet<_> = orders.iter().map(|order| order.order_id.clone()).collect();
        assert_eq!(ids.len(), 40);
        assert!(orders.iter().any(|order| order.items.iter().any(|i| i.basket_item_id != i.main_basket_item_id)));
        assert!(orders.iter().any(|order| order.order_type == Some(OrderType::Delivery)));
        assert!(orders.iter().any(|order| order.pickup.as_ref().is_some_and(|pickup| pickup.timestamp.is_some())));
    }
}
