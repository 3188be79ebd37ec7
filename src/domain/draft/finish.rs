//! From draft to order: the one function that makes an Order object, or says everything that is missing and where.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    Draft, TipDraft,
    cart::Priced,
    field::Field,
    problem::{Problem, ProblemKind, Spot},
    terms,
};
use crate::domain::{
    guest::customer::{email_fits, needs_contact, phone_fits},
    order::{
        Address, Customer, DistributionChannel, Item, Location, Order, OrderType, Payment, Pickup, Tax, TipTransaction,
        ZonedInstant, form::intermediary_fits,
    },
    shop::{Shop, house::table_digits},
    value::{
        due::{Due, NotPast, parse_due, parse_past},
        moment::Moment,
        money::{Money, vat_contained},
        tip::TipEntry,
    },
};

/// Largest total of one order, and largest tip; more is a typing error.
const MAX_TOTAL: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// Makes the order, or lists every problem in the sequence of the steps.
///
/// # Errors
/// The problems, never empty.
pub fn finish(draft: &Draft, shop: &Shop, moment: &Moment) -> Result<Order, Vec<Problem>> {
    let mut problems = Problems::default();
    let channel = shop.channel(draft.order_type);
    if channel.is_none() {
        problems.add(Spot::OrderType, ProblemKind::NotOffered);
    }
    let items = channel.map(|channel| items(draft, shop, channel, &mut problems)).unwrap_or_default();
    let total = items.iter().map(|item| item.price.value).sum();
    if total > MAX_TOTAL {
        problems.add(Spot::Cart, ProblemKind::TooLarge);
    }
    problems.0.extend(channel.iter().flat_map(|channel| terms::problems(draft, shop, channel)));
    let customer = customer(draft, &mut problems);
    let location = location(draft, shop, &mut problems);
    let pickup = pickup(draft, shop, moment, &mut problems);
    let tips = tips(draft, shop, total, &mut problems);
    let payment = payment(draft, shop, moment, total, &mut problems);
    let intermediary = optional(draft, Field::Intermediary)
        .or_else(|| Some(shop.intermediary.clone()).filter(|text| !text.is_empty()))
        .inspect(|text| {
            problems.check(intermediary_fits(text), Spot::Field(Field::Intermediary), ProblemKind::Characters);
        });
    if !problems.0.is_empty() {
        problems.0.sort_by_key(|problem| problem.spot.step());
        return Err(problems.0);
    }
    Ok(Order {
        order_id: draft.order_id.clone(),
        payment,
        customer,
        location,
        items,
        status: optional(draft, Field::OrderStatus).unwrap_or_else(|| shop.workflow.initial.clone()),
        purchase_time: ZonedInstant { timestamp: whole_second(moment.now), timezone: shop.time_zone.clone() },
        pickup,
        order_type: Some(draft.order_type),
        tip_transactions: Some(tips).filter(|tips| !tips.is_empty()),
        session_token: optional(draft, Field::SessionToken),
        intermediary,
    })
}

/// What a tip comes to as the draft stands: `None` while it cannot be read.
pub fn tip_amount(draft: &Draft, at: usize, total: Decimal) -> Option<Decimal> {
    let mut given = Decimal::ZERO;
    for tip in draft.tips.get(..at)? {
        given += TipEntry::parse(&tip.entry).and_then(|entry| entry.amount(total, given)).unwrap_or_default();
    }
    TipEntry::parse(&draft.tips.get(at)?.entry)?.amount(total, given)
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, spot: Spot, kind: ProblemKind) {
        self.0.push(Problem { spot, kind });
    }

    fn check(&mut self, holds: bool, spot: Spot, kind: ProblemKind) {
        if !holds {
            self.add(spot, kind);
        }
    }
}

fn optional(draft: &Draft, field: Field) -> Option<String> {
    draft.fields.get(&field).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn items(draft: &Draft, shop: &Shop, channel: &DistributionChannel, problems: &mut Problems) -> Vec<Item> {
    problems.check(!draft.lines.is_empty(), Spot::Cart, ProblemKind::Missing);
    let number = |id: i64| (1..).zip(&draft.lines).find(|(_, line)| line.id == id).map(|(number, _)| number);
    let mut items = Vec::with_capacity(draft.lines.len());
    for Priced { line, quantity, row, total } in draft.priced(channel) {
        let Some(row) = row else {
            problems.add(Spot::Line(line.id), ProblemKind::NotSold);
            continue;
        };
        items.push(Item {
            basket_item_id: number(line.id),
            main_basket_item_id: number(line.main),
            product_id: filled(&line.article.number),
            // Articles without OktoPOS's id have one of our own, below zero.
            external_id: Some(line.article.id).filter(|id| *id > 0),
            name: line.article.name.to_string(),
            distribution_channel: Some(channel.clone()),
            quantity: quantity.normalize(),
            price: Money::new(total, &shop.currency),
            price_per_unit: Money::new(line.unit_price(row), &shop.currency),
            tax: Some(Tax {
                tax_rate_id: row.tax.id,
                tax_rate_value: row.tax.rate,
                tax_rate_code: row.tax.code.clone(),
                tax_value: Some(Money::new(vat_contained(total, row.tax.rate), &shop.currency)),
            }),
            comment: filled(&line.comment),
        });
    }
    items
}

fn customer(draft: &Draft, problems: &mut Problems) -> Option<Customer> {
    let mut checked = |field: Field, kind, fits: &dyn Fn(&str) -> bool| {
        optional(draft, field).inspect(|text| problems.check(fits(text), Spot::Field(field), kind))
    };
    let phone = checked(Field::Phone, ProblemKind::Phone, &phone_fits);
    let email = checked(Field::Email, ProblemKind::Email, &email_fits);
    let address = Address {
        additional_address: optional(draft, Field::AdditionalAddress),
        street: optional(draft, Field::Street),
        house_number: optional(draft, Field::HouseNumber),
        zip: optional(draft, Field::Zip),
        city: optional(draft, Field::City),
    };
    let customer = Customer {
        gender: optional(draft, Field::Gender),
        given_name: optional(draft, Field::GivenName),
        family_name: optional(draft, Field::FamilyName),
        phone,
        email,
        address: Some(address).filter(|address| *address != Address::default()),
    };
    demand(draft.order_type, &customer, problems);
    Some(customer).filter(|customer| *customer != Customer::default())
}

/// What an order type needs to reach the guest, and nothing else.
fn demand(order_type: OrderType, customer: &Customer, problems: &mut Problems) {
    let nobody = customer.phone.is_none() && customer.family_name.is_none() && customer.given_name.is_none();
    problems.check(!(needs_contact(order_type) && nobody), Spot::Field(Field::Phone), ProblemKind::Missing);
    if !order_type.needs_address() {
        return;
    }
    let empty = Address::default();
    let address = customer.address.as_ref().unwrap_or(&empty);
    problems.check(address.street.is_some(), Spot::Field(Field::Street), ProblemKind::Missing);
    let parcel = order_type == OrderType::Shipping;
    problems.check(!parcel || address.zip.is_some(), Spot::Field(Field::Zip), ProblemKind::Missing);
    let town = address.city.is_some() || (!parcel && address.zip.is_some());
    problems.check(town, Spot::Field(Field::City), ProblemKind::Missing);
}

fn location(draft: &Draft, shop: &Shop, problems: &mut Problems) -> Option<Location> {
    let table = optional(draft, Field::Table).and_then(|text| {
        let number = shop.table_number(&text);
        let kind = if shop.has_table_names() { ProblemKind::NoSuchTable } else { ProblemKind::NotANumber };
        problems.check(number.is_some(), Spot::Field(Field::Table), kind);
        number
    });
    let seat = optional(draft, Field::Seat).and_then(|text| {
        let number = table_digits(&text);
        problems.check(number.is_some(), Spot::Field(Field::Seat), ProblemKind::NotANumber);
        number
    });
    match table {
        Some(table) if !shop.tables.is_empty() => match shop.table(table) {
            Some(range) => {
                let fits = seat.is_none_or(|seat| range.seats == 0 || (1..=range.seats).contains(&seat));
                problems.check(fits, Spot::Field(Field::Seat), ProblemKind::NoSuchSeat);
            }
            None => problems.add(Spot::Field(Field::Table), ProblemKind::NoSuchTable),
        },
        None if draft.order_type == OrderType::Local
            && !shop.tables.is_empty()
            && optional(draft, Field::Table).is_none() =>
        {
            problems.add(Spot::Field(Field::Table), ProblemKind::Missing);
        }
        _ => {}
    }
    Some(Location { table, seat }).filter(|location| *location != Location::default())
}

fn pickup(draft: &Draft, shop: &Shop, moment: &Moment, problems: &mut Problems) -> Option<Pickup> {
    let token = optional(draft, Field::PickupToken);
    let typed = optional(draft, Field::Due);
    if draft.order_type == OrderType::Local && typed.is_none() && token.is_none() {
        return None;
    }
    let local = moment.local();
    let spot = Spot::Field(Field::Due);
    let timestamp = match parse_due(typed.as_deref().unwrap_or_default(), &shop.time_words, local) {
        Some(Due::Asap) => None,
        Some(Due::At(at)) => {
            match moment.instant(at) {
                Some(instant) => problems.check(instant >= moment.now, spot, ProblemKind::TimePassed),
                None => problems.add(spot, ProblemKind::Time),
            }
            Some(at)
        }
        None => {
            problems.add(spot, ProblemKind::Time);
            None
        }
    };
    Some(Pickup {
        timestamp,
        timezone: Some(shop.time_zone.clone()),
        asap_delivery: Some(timestamp.is_none()),
        pickup_token: token,
    })
}

fn tips(draft: &Draft, shop: &Shop, total: Decimal, problems: &mut Problems) -> Vec<TipTransaction> {
    let mut tips = Vec::new();
    for (at, tip) in draft.tips.iter().enumerate() {
        let TipDraft { entry, user_id, paid_with, kind, notice, created } = tip;
        if entry.trim().is_empty() {
            continue;
        }
        if TipEntry::parse(entry).is_none() {
            problems.add(Spot::Tip(at), ProblemKind::Tip);
            continue;
        }
        let Some(amount) = tip_amount(draft, at, total) else {
            problems.add(Spot::Tip(at), ProblemKind::TipTotal);
            continue;
        };
        if amount.is_zero() {
            continue;
        }
        problems.check(amount <= MAX_TOTAL, Spot::Tip(at), ProblemKind::TooLarge);
        let receiver = shop.staff_id(user_id);
        problems.check(receiver.is_some(), Spot::TipUser(at), ProblemKind::NoSuchStaff);
        let default = |choices: &[crate::domain::shop::Choice]| choices.first().map(|choice| choice.token.clone());
        tips.push(TipTransaction {
            amount,
            kind: filled(kind).or_else(|| default(&shop.tip_types)),
            user_id: receiver.and_then(filled),
            paid_with: filled(paid_with).or_else(|| default(&shop.payment_methods)),
            created: Some(ZonedInstant { timestamp: whole_second(*created), timezone: shop.time_zone.clone() }),
            notice: filled(notice),
        });
    }
    tips
}

fn payment(draft: &Draft, shop: &Shop, moment: &Moment, total: Decimal, problems: &mut Problems) -> Payment {
    let received = optional(draft, Field::PaymentReceived).and_then(|text| {
        let spot = Spot::Field(Field::PaymentReceived);
        let at = parse_past(&text, &shop.time_words, moment.local())
            .and_then(|at| moment.instant(at).ok_or(NotPast::Unreadable));
        let kind = |why| if why == NotPast::Future { ProblemKind::TimeToCome } else { ProblemKind::PastTime };
        at.map_err(|why| problems.add(spot, kind(why))).ok()
    });
    let status = optional(draft, Field::PaymentStatus)
        .or_else(|| Some(shop.payment_open.clone()).filter(|word| !word.is_empty()));
    let is_open = status.as_ref() == Some(&shop.payment_open) && shop.payment_open != shop.payment_paid;
    let contradicts = received.is_some() && is_open && !shop.payment_paid.is_empty();
    problems.check(!contradicts, Spot::Field(Field::PaymentStatus), ProblemKind::PaidButOpen);
    Payment {
        reference_id: optional(draft, Field::PaymentReference),
        payment_method: optional(draft, Field::PaymentMethod)
            .or_else(|| shop.payment_methods.first().map(|method| method.token.clone())),
        price: Money::new(total, &shop.currency),
        status,
        payment_received: received,
    }
}

#[cfg(test)]
#[path = "finish_tests.rs"]
mod tests;
