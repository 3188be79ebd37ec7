//! The rules of the counter without a screen: repeat, correct, split, fields, lines.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::*;
use crate::{
    desk::{catalog::search::Catalog, live::LiveList},
    domain::{
        draft::{
            Draft, Line,
            field::Field,
            finish::finish,
            problem::ProblemKind,
            split::{By, Split},
            terms::Pass,
        },
        order::{Customer, Order, OrderType},
        shop::{
            Shop,
            hours::Hours,
            stock::{Said, Stock},
        },
        testing::{article, draft, shop},
        value::moment::Moment,
    },
};

/// A desk that knows its articles and no order.
pub(super) struct House {
    pub shop: Shop,
    pub moment: Moment,
    pub catalog: Catalog,
    pub said: BTreeMap<i64, Said>,
    pub stock: Stock,
    pub kitchen: KitchenLoad,
    pub orders: LiveList,
}

impl House {
    fn new() -> Self {
        let articles = vec![article(1, "Pizza", "10.00"), article(2, "Cola", "3.00")];
        Self::selling(Catalog::new(articles, &shop().extras_groups, None))
    }

    pub fn selling(catalog: Catalog) -> Self {
        let shop = shop();
        Self {
            orders: LiveList::new(shop.workflow.clone()),
            moment: Moment { now: "2026-05-04T15:00:00Z".parse().unwrap(), zone: TimeZone::UTC },
            catalog,
            said: BTreeMap::new(),
            stock: Stock::default(),
            kitchen: KitchenLoad::default(),
            shop,
        }
    }

    pub fn counter(&self) -> Counter<'_> {
        Counter {
            shop: &self.shop,
            moment: &self.moment,
            catalog: &self.catalog,
            said: &self.said,
            stock: &self.stock,
            kitchen: &self.kitchen,
            orders: &self.orders,
            placing: Vec::new(),
        }
    }

    /// Two pizzas and a cola at table 12.
    fn order(&self) -> Order {
        let mut draft = draft();
        draft.add(&article(1, "Pizza", "10.00"), Decimal::TWO, "").unwrap();
        draft.add(&article(2, "Cola", "3.00"), Decimal::ONE, "").unwrap();
        draft.fields.insert(Field::Table, "12".into());
        finish(&draft, &self.shop, &self.moment).unwrap()
    }
}

fn guest() -> Customer {
    let text = |text: &str| Some(text.to_owned());
    Customer { given_name: text("Ada"), family_name: text("Muster"), ..Customer::default() }
}

#[test]
fn a_past_order_is_repeated_once_with_what_can_be_had() {
    let mut house = House::new();
    house.said.insert(2, Said::SoldOut(true));
    let (order, guest, draft) = (house.order(), guest(), draft());
    let wanted = Reorder { order: &order, guest: &guest, guest_before: None, repeated: &[] };
    let Reordered { draft, lines, differences } = house.counter().reorder(&draft, wanted).unwrap();
    assert_eq!((lines.len(), differences.len()), (1, 1), "{differences:?}");
    assert_eq!(draft.fields.get(&Field::FamilyName).map(String::as_str), Some("Muster"));
    let again = Reorder { repeated: &lines, ..wanted };
    assert_eq!(house.counter().reorder(&draft, again), Err(NotReordered::AlreadyThere));
    house.catalog = Catalog::new(Vec::new(), &[], None);
    assert_eq!(house.counter().reorder(&draft, wanted), Err(NotReordered::NoArticles));
}

#[test]
fn a_guest_fills_in_nothing_over_what_was_typed() {
    let (mut draft, guest) = (draft(), guest());
    draft.fields.insert(Field::FamilyName, "Beispiel".into());
    take_guest(&mut draft, &guest, None);
    assert!(!draft.fields.contains_key(&Field::GivenName), "a name is taken whole or not at all");
    draft.fields.insert(Field::FamilyName, "MUSTER".into());
    take_guest(&mut draft, &guest, None);
    assert_eq!(draft.fields[&Field::GivenName], "Ada");
    let other = Customer { given_name: Some("Bea".into()), ..guest.clone() };
    draft.fields.insert(Field::FamilyName, "Muster".into());
    take_guest(&mut draft, &other, Some(&guest));
    assert_eq!(draft.fields[&Field::GivenName], "Bea", "what came from another guest is not typed");
}

#[test]
fn parts_of_a_bill_come_back_as_the_bill_they_were() {
    let house = House::new();
    let counter = house.counter();
    let whole = counter.reopened(&house.order());
    let channel = counter.channel(&whole);
    let mut split = Split::new(&whole);
    split.put(whole.lines[0].id, 1, &channel).unwrap();
    let ids = [crate::domain::value::ids::OrderId("second".into())];
    assert_eq!(counter.split(&split, By::Item, &[]), None, "there is no id for the second part");
    let parts = counter.split(&split, By::Item, &ids).unwrap();
    assert!(parts.iter().all(|part| bill_of(part) == Some(&whole.order_id)));
    let all: Vec<&Draft> = parts.iter().collect();
    let back = counter.put_together(&all, Some((&whole, &parts))).unwrap();
    assert!(back.as_it_was && back.draft.same_content(&whole));
    assert_eq!(back.gone, ids);
    let one = counter.put_together(&all[..1], Some((&whole, &parts))).unwrap();
    assert!(!one.as_it_was, "the other part was sent");
    assert_eq!(counter.check_seat(&whole, By::Seat, 7), Err(NoSuchSeat { seats: 6 }));
    assert_eq!(counter.check_seat(&whole, By::Item, 7), Ok(()));
}

#[test]
fn what_follows_from_a_field_goes_with_it() {
    let house = House::new();
    let counter = house.counter();
    let now = house.moment.local();
    let mut draft = draft();
    draft.fields.insert(Field::PaymentReceived, "12:00".into());
    assert!(counter.leave_payment_time(&mut draft, now));
    assert_eq!(draft.fields[&Field::PaymentStatus], house.shop.payment_paid);
    assert!(!counter.leave_payment_time(&mut draft, now), "it is said once");
    draft.fields.remove(&Field::PaymentReceived);
    counter.leave_payment_time(&mut draft, now);
    assert!(!draft.fields.contains_key(&Field::PaymentStatus), "without the time it is not paid");
    draft.fields.insert(Field::Table, "12".into());
    let left = counter.left_table(&draft);
    change_order_type(&mut draft, OrderType::Pickup, false, &left);
    assert!(!draft.fields.contains_key(&Field::Table));
    change_order_type(&mut draft, OrderType::Local, false, &left);
    assert_eq!(draft.fields[&Field::Table], "12", "back in the house it is the table it was");
    leave_field(&mut draft, Field::Due, &house.shop.time_words, now);
    assert!(!draft.fields.contains_key(&Field::Due));
    write_field(&mut draft, Field::Due, "18".into(), false);
    leave_field(&mut draft, Field::Due, &house.shop.time_words, now);
    assert_eq!(draft.fields[&Field::Due], "04.05.2026 18:00");
}

#[test]
fn a_comment_is_added_to_what_a_line_says_already() {
    let mut draft = draft();
    let id = draft.add(&article(1, "Pizza", "10.00"), Decimal::ONE, "Nussallergie").unwrap();
    let line = draft.line(id).unwrap();
    assert_eq!(add_comment(line, "ohne Käse"), "Nussallergie, ohne Käse");
    assert_eq!(add_comment(line, "nussallergie"), "Nussallergie");
    assert!(!can_set_price(line), "its article has a fixed price");
    let set = Line { manual_price: Some(Decimal::ONE), ..line.clone() };
    assert!(can_set_price(&set), "a price that was set before can be taken back");
}

/// Open from 17:00 to 22:00; it is 15:00 on a Monday.
fn with_hours() -> House {
    let mut house = House::new();
    house.shop.hours = toml::from_str::<Hours>(
        "monday = '17:00-22:00'\ntuesday = '17:00-22:00'\nwednesday = ''\nthursday = ''\nfriday = ''\n\
         saturday = ''\nsunday = ''\nclosed = []",
    )
    .unwrap();
    house.shop.time_zone = "UTC".into();
    house
}

/// A pizza to be fetched at this time, as it is typed.
fn fetched(due: &str) -> Draft {
    let mut draft = draft();
    draft.order_type = OrderType::Pickup;
    draft.add(&article(1, "Pizza", "10.00"), Decimal::ONE, "").unwrap();
    draft.fields.insert(Field::FamilyName, "Muster".into());
    draft.fields.insert(Field::Phone, "040 123456".into());
    draft.fields.insert(Field::Due, due.into());
    draft
}

#[test]
fn a_time_outside_the_opening_hours_needs_a_managers_word() {
    let house = with_hours();
    let mut draft = fetched("22:30");
    let at: jiff::civil::DateTime = "2026-05-04T22:30".parse().unwrap();
    let closed = ProblemKind::Closed { at, opens: Some("2026-05-05T17:00".parse().unwrap()) };
    let kinds = |draft: &Draft| -> Vec<ProblemKind> {
        let checked = house.counter().check(Typed { draft, at: None });
        checked.err().unwrap_or_default().into_iter().map(|problem| problem.kind).collect()
    };
    assert_eq!(kinds(&draft), [closed]);
    assert_eq!(kinds(&fetched("18:30")), []);
    draft.terms.passes.push(Pass::of(closed).unwrap());
    assert_eq!(kinds(&draft), []);
    let note = house.counter().note(Typed { draft: &draft, at: None });
    assert_eq!(note.passes, [Pass::Closed(at)], "the history tells it");
}

#[test]
fn as_soon_as_possible_before_opening_means_opening() {
    let mut house = with_hours();
    let due = |house: &House| {
        let draft = fetched("");
        house.counter().check(Typed { draft: &draft, at: None }).unwrap().pickup.unwrap()
    };
    let pickup = due(&house);
    assert_eq!((pickup.timestamp, pickup.asap_delivery), (Some("2026-05-04T17:00".parse().unwrap()), Some(false)));
    house.shop.kitchen.base_minutes = 20;
    assert_eq!(due(&house).timestamp, Some("2026-05-04T17:20".parse().unwrap()));
    house.moment.now = "2026-05-04T18:00:00Z".parse().unwrap();
    assert_eq!(due(&house).asap_delivery, Some(true), "while it is open nothing changes");
}
