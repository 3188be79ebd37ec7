//! From order back to draft: a rejected order is opened for correction, a past one is ordered again.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use rust_decimal::Decimal;

use super::{Draft, Line, TipDraft, cart::quantity_fits, field::Field, flow::Step, terms::Terms};
use crate::domain::{
    order::{Address, Customer, Item, Location, Order, OrderType, Payment, Pickup, TipTransaction, ZonedInstant},
    shop::{
        Shop,
        article::{Article, ChannelPrice, TaxRate},
    },
    value::due::write_time,
};

/// Makes the draft an order came from, with the same `orderId`: what is corrected is the same order.
///
/// `article` finds an article of the desk's copy by its OktoPOS id; lines keep the price they were ordered at.
pub fn reopen(
    order: &Order,
    shop: &Shop,
    zone: &TimeZone,
    now: Timestamp,
    article: impl Fn(i64) -> Option<Arc<Article>>,
) -> Draft {
    let Order {
        order_id,
        payment,
        customer,
        location,
        items,
        status,
        purchase_time: _, // a corrected order is taken when it is corrected
        pickup,
        order_type,
        tip_transactions,
        session_token,
        intermediary,
    } = order;
    let order_type = order_type.unwrap_or(OrderType::Local);
    let mut fields = Fields(BTreeMap::new());
    fields.customer(customer.as_ref());
    fields.location(location.as_ref());
    fields.pickup(pickup.as_ref());
    fields.payment(payment, zone);
    fields.put(Field::OrderStatus, Some(status).filter(|status| **status != shop.workflow.initial));
    fields.put(Field::SessionToken, session_token.as_ref());
    fields.put(Field::Intermediary, intermediary.as_ref());
    Draft {
        order_id: order_id.clone(),
        opened_at: now,
        step: Step::Review,
        focus: 0,
        order_type,
        lines: lines(items, shop, order_type, article),
        fields: fields.0,
        tips: tip_transactions.iter().flatten().map(|tip| tip_draft(tip, now)).collect(),
        search: String::new(),
        corrects: None,
        turn: 0,
        // A fee that the order has is found again; one that it has not was taken away.
        terms: Terms { fee_refused: true, ..Terms::default() },
        split: None,
        paid_by_time: false,
    }
}

struct Fields(BTreeMap<Field, String>);

impl Fields {
    fn put(&mut self, field: Field, text: Option<&String>) {
        if let Some(text) = text {
            self.0.insert(field, text.clone());
        }
    }

    fn customer(&mut self, customer: Option<&Customer>) {
        let Some(Customer { gender, given_name, family_name, phone, email, address }) = customer else { return };
        self.put(Field::Gender, gender.as_ref());
        self.put(Field::GivenName, given_name.as_ref());
        self.put(Field::FamilyName, family_name.as_ref());
        self.put(Field::Phone, phone.as_ref());
        self.put(Field::Email, email.as_ref());
        let Some(Address { additional_address, street, house_number, zip, city }) = address else { return };
        self.put(Field::AdditionalAddress, additional_address.as_ref());
        self.put(Field::Street, street.as_ref());
        self.put(Field::HouseNumber, house_number.as_ref());
        self.put(Field::Zip, zip.as_ref());
        self.put(Field::City, city.as_ref());
    }

    fn location(&mut self, location: Option<&Location>) {
        let Some(Location { table, seat }) = location else { return };
        self.put(Field::Table, table.map(|table| table.to_string()).as_ref());
        self.put(Field::Seat, seat.map(|seat| seat.to_string()).as_ref());
    }

    fn pickup(&mut self, pickup: Option<&Pickup>) {
        let Some(Pickup { timestamp, timezone: _, asap_delivery, pickup_token }) = pickup else { return };
        let due = timestamp.filter(|_| *asap_delivery != Some(true)).map(write_time);
        self.put(Field::Due, due.as_ref());
        self.put(Field::PickupToken, pickup_token.as_ref());
    }

    fn payment(&mut self, payment: &Payment, zone: &TimeZone) {
        let Payment { reference_id, payment_method, price: _, status, payment_received } = payment;
        self.put(Field::PaymentReference, reference_id.as_ref());
        self.put(Field::PaymentMethod, payment_method.as_ref());
        self.put(Field::PaymentStatus, status.as_ref());
        let received = payment_received.map(|at| write_time(at.to_zoned(zone.clone()).datetime()));
        self.put(Field::PaymentReceived, received.as_ref());
    }
}

fn lines(
    items: &[Item],
    shop: &Shop,
    order_type: OrderType,
    article: impl Fn(i64) -> Option<Arc<Article>>,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::with_capacity(items.len());
    let mut dishes: BTreeMap<i64, (i64, Decimal)> = BTreeMap::new();
    for (id, item) in (1..).zip(items) {
        let (sold, manual_price) = sold_article(item, shop, order_type, &article);
        let dish = item
            .main_basket_item_id
            .filter(|main| item.basket_item_id != Some(*main))
            .and_then(|main| dishes.get(&main).copied())
            // An extra that does not divide among its dishes stays, as a line of its own.
            .and_then(|(dish, pieces)| Some((dish, item.quantity.checked_div(pieces)?)))
            .filter(|(_, each)| quantity_fits(&sold, *each));
        let comment = item.comment.clone().unwrap_or_default();
        match dish {
            Some((main, quantity)) => {
                lines.push(Line { manual_price, ..Line::new(id, main, sold, quantity, comment) });
            }
            None => {
                dishes.insert(item.basket_item_id.unwrap_or(-id), (id, item.quantity));
                let quantity = item.quantity;
                lines.push(Line { manual_price, ..Line::new(id, id, sold, quantity, comment) });
            }
        }
    }
    // Extras follow their dish whatever order they came in.
    lines.sort_by_key(|line| line.main);
    lines
}

/// The article a line was ordered from, at the price it was ordered at; other channels as the desk's copy has them. Where
/// staff may change the price, another one than the article's is taken for one that a person set: it stays marked as such.
fn sold_article(
    item: &Item,
    shop: &Shop,
    order_type: OrderType,
    article: impl Fn(i64) -> Option<Arc<Article>>,
) -> (Arc<Article>, Option<Decimal>) {
    let known = item.external_id.and_then(article);
    let channel = item.distribution_channel.as_ref().or_else(|| shop.channel(order_type));
    let price = item.price_per_unit.value;
    if let (Some(known), Some(channel)) = (&known, channel)
        && let Some(own) = known.price_in(channel).map(|row| row.price)
        && (own == price || known.price_can_change)
    {
        return (Arc::clone(known), Some(price).filter(|price| *price != own));
    }
    let tax = item.tax.as_ref();
    let row = channel.map(|channel| ChannelPrice {
        channel: Arc::new(channel.clone()),
        price,
        tax: Arc::new(TaxRate {
            id: tax.and_then(|tax| tax.tax_rate_id),
            rate: tax.map_or(Decimal::ZERO, |tax| tax.tax_rate_value),
            code: tax.and_then(|tax| tax.tax_rate_code.clone()),
        }),
    });
    let others = known.iter().flat_map(|known| known.prices.iter());
    let others = others.filter(|row| channel.is_none_or(|channel| row.channel.dc_id != channel.dc_id)).cloned();
    let sold = Article {
        id: item.external_id.unwrap_or_default(),
        number: item.product_id.clone().unwrap_or_default().into(),
        name: item.name.as_str().into(),
        group: known.as_ref().map_or_else(|| "".into(), |known| Arc::clone(&known.group)),
        unit: known.as_ref().map_or_else(|| "".into(), |known| Arc::clone(&known.unit)),
        prices: row.into_iter().chain(others).collect(),
        barcode: None,
        price_can_change: false,
    };
    (Arc::new(sold), None)
}

fn tip_draft(tip: &TipTransaction, now: Timestamp) -> TipDraft {
    let TipTransaction { amount, kind, user_id, paid_with, created, notice } = tip;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    TipDraft {
        entry: amount.to_string(),
        user_id: text(user_id),
        paid_with: text(paid_with),
        kind: text(kind),
        notice: text(notice),
        created: created.as_ref().map_or(now, |ZonedInstant { timestamp, timezone: _ }| *timestamp),
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

    #[test]
    fn an_order_opened_for_correction_finishes_as_the_same_order() {
        let (shop, zone) = (shop(), TimeZone::get("Europe/Berlin").unwrap());
        let now: Timestamp = "2026-05-04T15:42:10Z".parse().unwrap();
        let moment = Moment { now, zone: zone.clone() };
        let mut draft = draft();
        draft.order_type = OrderType::Delivery;
        let pizza = draft.add(&article(1, "Pizza", "10.50"), Decimal::TWO, "gut durch").unwrap();
        draft.add_extra(pizza, &article(2, "Käse", "1.50"), Decimal::ONE).unwrap();
        draft.add(&article(3, "Cola", "3.90"), Decimal::ONE, "").unwrap();
        for (field, text) in [
            (Field::Phone, "040 123456"),
            (Field::GivenName, "Gast"),
            (Field::FamilyName, "Muster"),
            (Field::Gender, "diverse"),
            (Field::Email, "gast@beispiel.example"),
            (Field::Street, "Beispielweg"),
            (Field::HouseNumber, "1a"),
            (Field::Zip, "20095"),
            (Field::City, "Hamburg"),
            (Field::AdditionalAddress, "2. Stock"),
            (Field::Table, "12"),
            (Field::Seat, "2"),
            (Field::Due, "19:30"),
            (Field::PickupToken, "HH01"),
            (Field::SessionToken, "s-1"),
            (Field::Intermediary, "Telefon"),
            (Field::OrderStatus, "in_preparation"),
            (Field::PaymentMethod, "CREDIT_CARD"),
            (Field::PaymentStatus, "paid"),
            (Field::PaymentReference, "R-7"),
            (Field::PaymentReceived, "2026-05-04 17:30"),
        ] {
            draft.fields.insert(field, text.into());
        }
        let tip = |entry: &str| TipDraft {
            entry: entry.into(),
            user_id: "07".into(),
            paid_with: "CASH".into(),
            kind: "PAID".into(),
            notice: "danke".into(),
            created: now,
        };
        draft.tips = vec![tip("10%"), tip("=50")];
        let order = finish(&draft, &shop, &moment).unwrap();
        assert_eq!(draft.fields.len(), Field::ALL.len(), "every field is filled, so that none can be forgotten");
        let again = reopen(&order, &shop, &zone, now, |_| None);
        assert_eq!(finish(&again, &shop, &moment).unwrap(), order);
    }
}
