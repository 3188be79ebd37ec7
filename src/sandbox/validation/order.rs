//! What an order of the right shape must still fulfil: sums that add up, a pickup time to come, and for every article of the
//! menu that its ids, channel, rate and VAT are the menu's. An article that is none of the menu's is another house's, as in
//! the vendor's sample: nothing is known of its ids, channels and rates, so nothing is said of them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::{Timestamp, tz::TimeZone};
use rust_decimal::Decimal;
use serde_json::Value;

use super::shape::{self, Violation};
use crate::{
    domain::{
        order::{Item, Order, Pickup, Tax, form},
        shop::article::Article,
        value::money::{Money, cents, vat_contained},
    },
    sandbox::{http::envelope::ErrorAnswer, options::SandboxOptions, shop::catalog::Assortment},
};

/// Checks the body of `order/create` wholly.
pub(in crate::sandbox) fn check_order(
    body: &Value,
    catalog: &Assortment,
    options: &SandboxOptions,
    now: Timestamp,
) -> Result<(), ErrorAnswer> {
    let problems = shape::check(body, form::ORDER);
    if !problems.is_empty() {
        return Err(ErrorAnswer::invalid(problems));
    }
    let order: Order = serde_json::from_value(body.clone())
        .map_err(|error| ErrorAnswer::new(StatusCode::BAD_REQUEST, format!("the order cannot be read: {error}")))?;
    let mut rules = Rules { catalog, options, problems: Vec::new() };
    rules.order(&order);
    if !rules.problems.is_empty() {
        return Err(ErrorAnswer::invalid(rules.problems));
    }
    if order.pickup.is_some_and(|pickup| is_past(&pickup, now)) {
        // The vendor answers 503 here: it looks like an outage and is a rejected order.
        let text = "the pickup time is in the past".to_owned();
        let problems = vec![Violation { path: "pickup.timestamp".into(), text }];
        return Err(ErrorAnswer { code: StatusCode::SERVICE_UNAVAILABLE, problems });
    }
    Ok(())
}

/// Whether the time has passed where the order is picked up; one that exists twice has passed with its second time.
/// "As soon as possible" never passes.
fn is_past(pickup: &Pickup, now: Timestamp) -> bool {
    let (Some(local), Some(zone)) = (pickup.timestamp, &pickup.timezone) else { return false };
    pickup.asap_delivery != Some(true)
        && TimeZone::get(zone).and_then(|zone| zone.to_ambiguous_timestamp(local).later()).is_ok_and(|due| due < now)
}

struct Rules<'a> {
    catalog: &'a Assortment,
    options: &'a SandboxOptions,
    problems: Vec<Violation>,
}

impl Rules<'_> {
    fn report(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.problems.push(Violation { path: path.into(), text: text.into() });
    }

    fn order(&mut self, order: &Order) {
        self.currency("payment.price", &order.payment.price);
        if self.options.pickup_required && order.pickup.is_none() {
            self.report("pickup", "is required");
        }
        if order.pickup.as_ref().is_some_and(|pickup| pickup.timestamp.is_some() && pickup.timezone.is_none()) {
            self.report("pickup.timezone", "is required beside timestamp");
        }
        self.basket(&order.items);
        for (index, item) in order.items.iter().enumerate() {
            let path = format!("items[{index}]");
            self.money_of(&path, item);
            let is_ours = !self.is_of_another_house(item);
            if self.options.known_articles_only && is_ours {
                self.known(&path, item);
            }
            if self.options.check_sums {
                self.sums(&path, item, is_ours);
                if is_ours {
                    self.vat(&path, item);
                }
            }
        }
        if self.options.check_sums {
            let total: Decimal = order.items.iter().map(|item| item.price.value).sum();
            if total != order.payment.price.value {
                let text = format!("is {}, the items add up to {total}", order.payment.price.value);
                self.report("payment.price.value", text);
            }
        }
    }

    /// Line numbers are used once, and an extra belongs to a line that is there.
    fn basket(&mut self, items: &[Item]) {
        let mut seen = BTreeSet::new();
        for (index, id) in items.iter().enumerate().filter_map(|(index, item)| Some((index, item.basket_item_id?))) {
            if !seen.insert(id) {
                self.report(format!("items[{index}].basketItemId"), format!("{id} is used twice"));
            }
        }
        for (index, main) in
            items.iter().enumerate().filter_map(|(index, item)| Some((index, item.main_basket_item_id?)))
        {
            if !seen.contains(&main) {
                self.report(format!("items[{index}].mainBasketItemId"), format!("no item has the basketItemId {main}"));
            }
        }
    }

    fn currency(&mut self, path: &str, money: &Money) {
        if money.currency != self.options.currency {
            self.report(format!("{path}.currency"), format!("must be {}", self.options.currency));
        }
    }

    fn money_of(&mut self, path: &str, item: &Item) {
        self.currency(&format!("{path}.price"), &item.price);
        self.currency(&format!("{path}.pricePerUnit"), &item.price_per_unit);
        if let Some(value) = item.tax.as_ref().and_then(|tax| tax.tax_value.as_ref()) {
            self.currency(&format!("{path}.tax.taxValue"), value);
        }
    }

    /// Whether an item names an article and none of the names is one of the menu.
    fn is_of_another_house(&self, item: &Item) -> bool {
        let by_id = item.external_id.map(|id| self.catalog.by_id(id).is_some());
        let by_number = item.product_id.as_deref().map(|number| self.catalog.by_number(number).is_some());
        by_id.or(by_number).is_some() && by_id != Some(true) && by_number != Some(true)
    }

    fn known(&mut self, path: &str, item: &Item) {
        let by_id = item.external_id.map(|id| self.catalog.by_id(id));
        let by_number = item.product_id.as_deref().map(|number| self.catalog.by_number(number));
        if by_id == Some(None) {
            self.report(format!("{path}.externalId"), "no article has this id");
        }
        if by_number == Some(None) {
            self.report(format!("{path}.productId"), "no article has this number");
        }
        if let (Some(Some(one)), Some(Some(other))) = (by_id, by_number)
            && one.id != other.id
        {
            self.report(format!("{path}.productId"), "belongs to another article than externalId");
        }
        self.channel(path, item, by_id.or(by_number).flatten());
        if let Some(tax) = &item.tax {
            self.tax_rate(&format!("{path}.tax"), tax);
        }
    }

    fn channel(&mut self, path: &str, item: &Item, article: Option<&Article>) {
        let Some(channel) = &item.distribution_channel else { return };
        let path = format!("{path}.distributionChannel");
        match self.catalog.channel(channel.dc_id) {
            None => self.report(format!("{path}.dcId"), "no distribution channel has this id"),
            Some(known) if !channel.name.is_empty() && known.name != channel.name => {
                self.report(format!("{path}.name"), format!("channel {} is called {}", known.dc_id, known.name));
            }
            Some(_) if article.is_some_and(|article| article.price_in(channel).is_none()) => {
                self.report(format!("{path}.dcId"), "the article is not sold through this channel");
            }
            Some(_) => {}
        }
    }

    fn tax_rate(&mut self, path: &str, tax: &Tax) {
        let Some(id) = tax.tax_rate_id else { return };
        let Some(known) = self.catalog.tax_rate(id) else {
            return self.report(format!("{path}.taxRateId"), "no tax rate has this id");
        };
        if known.rate != tax.tax_rate_value {
            self.report(format!("{path}.taxRateValue"), format!("rate {id} is {} percent", known.rate));
        }
        if tax.tax_rate_code.is_some() && tax.tax_rate_code != known.code {
            self.report(format!("{path}.taxRateCode"), format!("is not the code of rate {id}"));
        }
    }

    /// The vendor's sample sells three at 19.95 for 19.95: there `price` is the price of one, and of another house's articles
    /// either reading is taken.
    fn sums(&mut self, path: &str, item: &Item, is_ours: bool) {
        let price = item.price.value;
        if !is_ours && price == item.price_per_unit.value {
            return;
        }
        match item.quantity.checked_mul(item.price_per_unit.value).map(cents) {
            Some(total) if total == price => {}
            Some(total) => {
                let text = format!("is {price}, but {} x {} is {total}", item.quantity, item.price_per_unit.value);
                self.report(format!("{path}.price.value"), text);
            }
            None => self.report(format!("{path}.price.value"), "cannot be computed: the numbers are too large"),
        }
    }

    fn vat(&mut self, path: &str, item: &Item) {
        let price = item.price.value;
        if let Some(tax) = &item.tax
            && let Some(value) = &tax.tax_value
            && value.value != vat_contained(price, tax.tax_rate_value)
        {
            let contained = vat_contained(price, tax.tax_rate_value);
            let text =
                format!("is {}, but {price} contains {contained} at {} percent", value.value, tax.tax_rate_value);
            self.report(format!("{path}.tax.taxValue.value"), text);
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const NOW: &str = "2026-02-03T12:00:00Z";

    fn valid() -> Value {
        json!({
            "orderId": "a-1",
            "payment": { "paymentMethod": "CASH", "price": { "value": "23.00", "currency": "EUR" }, "status": "open",
                "paymentReceived": "2026-02-03T11:59:00Z", "referenceId": "R1" },
            "customer": { "gender": "female", "givenName": "Erika", "familyName": "Muster", "phone": "03023125101",
                "email": "erika@example.org", "address": { "street": "Beispielweg", "houseNumber": "1",
                "zip": "12345", "city": "Musterstadt", "additionalAddress": "Hinterhaus" } },
            "location": { "table": 27, "seat": 2 },
            "items": [
                { "basketItemId": 1, "mainBasketItemId": 1, "productId": "51", "externalId": 1051,
                    "name": "Pizza Hawaii", "distributionChannel": { "dcId": 2, "name": "TAKEAWAY" }, "quantity": 2,
                    "price": { "value": "21.00", "currency": "EUR" },
                    "pricePerUnit": { "value": "10.50", "currency": "EUR" },
                    "tax": { "taxRateId": 2, "taxRateValue": 7.00, "taxRateCode": "B",
                        "taxValue": { "value": "1.37", "currency": "EUR" } },
                    "comment": "ohne Ananas" },
                { "basketItemId": 2, "mainBasketItemId": 1, "name": "Versand", "quantity": 0.5,
                    "price": { "value": "2.00", "currency": "EUR" },
                    "pricePerUnit": { "value": "4.00", "currency": "EUR" } },
            ],
            "status": "ready",
            "purchaseTime": { "timestamp": "2026-02-03T12:00:00Z", "timezone": "Europe/Berlin" },
            "pickup": { "timestamp": "2026-02-03T14:15:00", "timezone": "Europe/Berlin", "asapDelivery": false,
                "pickupToken": "HH01" },
            "orderType": "DELIVERY",
            "tipTransactions": [{ "amount": 12.99, "type": "PAID", "userId": "u1", "paidWith": "CASH",
                "created": { "timestamp": "2026-02-03T12:00:00Z", "timezone": "Europe/Berlin" }, "notice": "n" }],
            "sessionToken": "s",
            "intermediary": "Käse-Platform_2.0 x",
        })
    }

    /// Puts `value`, JSON text, where the pointer says; nothing takes the field out.
    fn changed(pointer: &str, value: &str) -> Value {
        let mut order = valid();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match order.pointer_mut(parent).unwrap() {
            Value::Object(map) if value.is_empty() => {
                map.remove(name).unwrap();
            }
            Value::Object(map) => {
                map.insert(name.into(), serde_json::from_str(value).unwrap());
            }
            Value::Array(rows) => rows[name.parse::<usize>().unwrap()] = serde_json::from_str(value).unwrap(),
            other => panic!("{pointer} leads to {other}"),
        }
        order
    }

    fn check(order: &Value) -> Result<(), ErrorAnswer> {
        let catalog = Assortment::load(0, 1).unwrap();
        check_order(order, &catalog, &SandboxOptions::default(), NOW.parse().unwrap())
    }

    fn problems(order: &Value) -> Vec<String> {
        let refusal = check(order).unwrap_err();
        assert_eq!(refusal.code, StatusCode::BAD_REQUEST);
        refusal.problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.text)).collect()
    }

    #[test]
    fn a_valid_order_passes_with_every_field_and_without_the_optional_ones() {
        assert_eq!(check(&valid()), Ok(()));
        for optional in [
            "/customer",
            "/location",
            "/pickup",
            "/orderType",
            "/tipTransactions",
            "/sessionToken",
            "/intermediary",
            "/payment/referenceId",
            "/payment/paymentMethod",
            "/payment/status",
            "/payment/paymentReceived",
            "/customer/gender",
            "/customer/givenName",
            "/customer/familyName",
            "/customer/phone",
            "/customer/email",
            "/customer/address",
            "/customer/address/street",
            "/customer/address/houseNumber",
            "/customer/address/zip",
            "/customer/address/city",
            "/customer/address/additionalAddress",
            "/location/table",
            "/location/seat",
            "/items/0/productId",
            "/items/0/externalId",
            "/items/0/distributionChannel",
            "/items/0/tax",
            "/items/0/distributionChannel/name",
            "/items/0/comment",
            "/items/0/mainBasketItemId",
            "/items/0/tax/taxRateId",
            "/items/0/tax/taxRateCode",
            "/items/0/tax/taxValue",
            "/pickup/timestamp",
            "/pickup/asapDelivery",
            "/pickup/pickupToken",
            "/tipTransactions/0/type",
            "/tipTransactions/0/userId",
            "/tipTransactions/0/paidWith",
            "/tipTransactions/0/created",
            "/tipTransactions/0/notice",
        ] {
            assert_eq!(check(&changed(optional, "")), Ok(()), "{optional}");
        }
    }

    #[rstest]
    #[case("/orderId", "orderId")]
    #[case("/payment", "payment")]
    #[case("/payment/price", "payment.price")]
    #[case("/payment/price/value", "payment.price.value")]
    #[case("/payment/price/currency", "payment.price.currency")]
    #[case("/items", "items")]
    #[case("/items/0/name", "items[0].name")]
    #[case("/items/0/quantity", "items[0].quantity")]
    #[case("/items/1/price", "items[1].price")]
    #[case("/items/1/pricePerUnit", "items[1].pricePerUnit")]
    #[case("/items/0/tax/taxRateValue", "items[0].tax.taxRateValue")]
    #[case("/items/0/distributionChannel/dcId", "items[0].distributionChannel.dcId")]
    #[case("/status", "status")]
    #[case("/purchaseTime", "purchaseTime")]
    #[case("/purchaseTime/timestamp", "purchaseTime.timestamp")]
    #[case("/purchaseTime/timezone", "purchaseTime.timezone")]
    #[case("/tipTransactions/0/amount", "tipTransactions[0].amount")]
    fn a_missing_required_field_is_named(#[case] pointer: &str, #[case] path: &str) {
        assert_eq!(problems(&changed(pointer, "")), [format!("{path}: is required")]);
    }

    #[rstest]
    #[case("/orderId", "7", "orderId: must be a string, not a number")]
    #[case("/orderId", r#"" ""#, "orderId: must not be empty")]
    #[case("/payment", "[]", "payment: must be an object, not an array")]
    #[case("/payment/price/value", "21.00", "payment.price.value: must be a string, not a number")]
    #[case("/payment/price/value", r#""21,00""#, r#"payment.price.value: must be an amount such as "19.95""#)]
    #[case("/payment/price/value", r#""2.1e1""#, r#"payment.price.value: must be an amount such as "19.95""#)]
    #[case("/payment/price/value", r#""+21.00""#, r#"payment.price.value: must be an amount such as "19.95""#)]
    #[case("/payment/price/value", r#""21.""#, r#"payment.price.value: must be an amount such as "19.95""#)]
    #[case("/payment/price/currency", r#""eur""#, "payment.price.currency: must be a currency code such as EUR")]
    #[case("/customer", "null", "customer: must be an object, not null")]
    #[case("/customer/phone", "30", "customer.phone: must be a string, not a number")]
    #[case("/customer/address/zip", "12345", "customer.address.zip: must be a string, not a number")]
    #[case("/location/table", r#""27""#, "location.table: must be an integer, not a string")]
    #[case("/location/seat", "2.5", "location.seat: must be an integer")]
    #[case("/items", "[]", "items: must not be empty")]
    #[case("/items", "{}", "items: must be an array, not an object")]
    #[case("/items/1", "true", "items[1]: must be an object, not a boolean")]
    #[case("/items/0/externalId", r#""1051""#, "items[0].externalId: must be an integer, not a string")]
    #[case("/items/0/externalId", "99999999999999999999", "items[0].externalId: must be an integer")]
    #[case("/items/0/productId", "51", "items[0].productId: must be a string, not a number")]
    #[case("/items/0/quantity", r#""2""#, "items[0].quantity: must be a number, not a string")]
    #[case("/items/0/quantity", "0", "items[0].quantity: must be greater than 0")]
    #[case("/items/0/quantity", "-1", "items[0].quantity: must be greater than 0")]
    #[case("/items/0/tax/taxRateValue", r#""7""#, "items[0].tax.taxRateValue: must be a number, not a string")]
    #[case("/items/0/tax/taxRateValue", "-7", "items[0].tax.taxRateValue: must not be negative")]
    #[case("/items/0/basketItemId", "1.0", "items[0].basketItemId: must be an integer")]
    #[case("/orderType", r#""TAKEAWAY""#, "orderType: must be one of LOCAL, PICKUP, DELIVERY, SHIPPING")]
    #[case("/intermediary", r#""a&b""#, r"intermediary: must match ^[\w\d\. \-]+$")]
    #[case("/intermediary", r#""""#, r"intermediary: must match ^[\w\d\. \-]+$")]
    #[case("/purchaseTime/timezone", r#""Berlin""#, "purchaseTime.timezone: must be a time zone such as Europe/Berlin")]
    #[case("/pickup/asapDelivery", r#""no""#, "pickup.asapDelivery: must be a boolean, not a string")]
    #[case("/tipTransactions", "{}", "tipTransactions: must be an array, not an object")]
    #[case("/tipTransactions/0/amount", r#""12.99""#, "tipTransactions[0].amount: must be a number, not a string")]
    #[case("/tipTransactions/0/amount", "-1", "tipTransactions[0].amount: must not be negative")]
    #[case("/tip", "1", "tip: is not a field that is known here")]
    #[case("/items/0/price/cents", "1", "items[0].price.cents: is not a field that is known here")]
    #[case("/customer/address/country", r#""DE""#, "customer.address.country: is not a field that is known here")]
    fn a_wrong_type_is_named(#[case] pointer: &str, #[case] value: &str, #[case] problem: &str) {
        assert_eq!(problems(&changed(pointer, value)), [problem]);
    }

    #[rstest]
    #[case("/purchaseTime/timestamp", "UTC")]
    #[case("/payment/paymentReceived", "UTC")]
    #[case("/tipTransactions/0/created/timestamp", "UTC")]
    #[case("/pickup/timestamp", "local")]
    fn times_have_their_form(#[case] pointer: &str, #[case] kind: &str) {
        let (utc, local) = ("2027-02-03T12:00:00Z", "2027-02-03T12:00:00");
        let wrong = if kind == "UTC" { local } else { utc };
        for value in [wrong, "2027-02-03T12:00:00+01:00", "2027-02-30T12:00:00Z", "2027-02-03 12:00:00", "", "12:00"] {
            let found = problems(&changed(pointer, &format!("{value:?}")));
            assert!(found.len() == 1 && found[0].contains(&format!("must be a {kind} time")), "{value}: {found:?}");
        }
        let right = if kind == "UTC" { utc } else { local };
        assert_eq!(check(&changed(pointer, &format!("{right:?}"))), Ok(()));
    }

    #[test]
    fn an_inexact_tip_is_refused() {
        let found = problems(&changed("/tipTransactions/0/amount", "12.990000000000001"));
        let expected = "must be a plain number with at most 2 decimals and 12 digits before them";
        assert_eq!(found, [format!("tipTransactions[0].amount: {expected}")]);
    }

    #[rstest]
    #[case("/items/0/externalId", "5", "items[0].externalId: no article has this id")]
    #[case("/items/0/productId", r#""5000""#, "items[0].productId: no article has this number")]
    #[case("/items/0/productId", r#""52""#, "items[0].productId: belongs to another article than externalId")]
    #[case(
        "/items/0/distributionChannel/dcId",
        "3",
        "items[0].distributionChannel.dcId: no distribution channel has this id"
    )]
    #[case(
        "/items/0/distributionChannel/name",
        r#""INHOUSE""#,
        "items[0].distributionChannel.name: channel 2 is called TAKEAWAY"
    )]
    #[case("/items/0/tax/taxRateId", "9", "items[0].tax.taxRateId: no tax rate has this id")]
    #[case("/items/0/tax/taxRateCode", r#""A""#, "items[0].tax.taxRateCode: is not the code of rate 2")]
    #[case("/items/1/basketItemId", "1", "items[1].basketItemId: 1 is used twice")]
    #[case("/items/1/mainBasketItemId", "7", "items[1].mainBasketItemId: no item has the basketItemId 7")]
    #[case("/items/0/price/currency", r#""USD""#, "items[0].price.currency: must be EUR")]
    #[case("/items/0/pricePerUnit/currency", r#""USD""#, "items[0].pricePerUnit.currency: must be EUR")]
    #[case("/items/0/tax/taxValue/currency", r#""USD""#, "items[0].tax.taxValue.currency: must be EUR")]
    #[case("/payment/price/currency", r#""USD""#, "payment.price.currency: must be EUR")]
    #[case("/payment/price/value", r#""22.99""#, "payment.price.value: is 22.99, the items add up to 23.00")]
    #[case("/items/0/pricePerUnit/value", r#""10.00""#, "items[0].price.value: is 21.00, but 2 x 10.00 is 20.00")]
    #[case(
        "/items/0/tax/taxValue/value",
        r#""1.36""#,
        "items[0].tax.taxValue.value: is 1.36, but 21.00 contains 1.37 at 7.0 percent"
    )]
    #[case("/pickup/timezone", "", "pickup.timezone: is required beside timestamp")]
    fn a_broken_rule_is_named(#[case] pointer: &str, #[case] value: &str, #[case] problem: &str) {
        assert_eq!(problems(&changed(pointer, value)), [problem]);
    }

    #[test]
    fn a_rate_that_is_not_the_one_of_its_id_is_refused() {
        let mut order = changed("/items/0/tax/taxRateValue", "19");
        order["items"][0]["tax"]["taxValue"]["value"] = "3.35".into();
        assert_eq!(problems(&order), ["items[0].tax.taxRateValue: rate 2 is 7.00 percent"]);
    }

    #[test]
    fn several_problems_are_all_named_but_not_without_end() {
        assert_eq!(problems(&json!({ "orderId": 1, "items": [] })).len(), 5);
        let order = changed("/items", &serde_json::to_string(&vec![1; 1000]).unwrap());
        assert_eq!(problems(&order).len(), 50);
        assert_eq!(problems(&json!([])), [": the body must be an object, not an array"]);
    }

    #[rstest]
    #[case("2026-02-03T12:59:59", false, true)]
    #[case("2026-02-03T13:00:00", false, false)]
    #[case("2026-02-03T12:59:59", true, false)]
    fn a_pickup_time_in_the_past_is_503(#[case] local: &str, #[case] asap: bool, #[case] past: bool) {
        let mut order = changed("/pickup/timestamp", &format!("{local:?}"));
        order["pickup"]["asapDelivery"] = asap.into();
        let code = check(&order).err().map(|refusal| refusal.code);
        assert_eq!(code, past.then_some(StatusCode::SERVICE_UNAVAILABLE));
    }

    /// On the night of the clock change 02:30 exists twice; it has passed with the second one, 01:30 UTC.
    #[test]
    fn a_time_that_exists_twice_passes_with_its_second() {
        let pickup = Pickup {
            timestamp: Some("2026-10-25T02:30:00".parse().unwrap()),
            timezone: Some("Europe/Berlin".into()),
            ..Pickup::default()
        };
        assert!(!is_past(&pickup, "2026-10-25T01:29:59Z".parse().unwrap()));
        assert!(is_past(&pickup, "2026-10-25T01:30:01Z".parse().unwrap()));
    }

    /// The vendor's sample prices three pizzas like one, names articles of another house and is long past.
    #[test]
    fn the_vendors_sample_passes_until_its_time_has_passed() {
        let sample: Value = serde_json::from_str(include_str!("../../../tests/fixtures/vendor-sample.json")).unwrap();
        let catalog = Assortment::load(0, 1).unwrap();
        let now = "2021-01-11T13:00:00Z".parse().unwrap();
        let lenient = SandboxOptions { known_articles_only: false, check_sums: false, ..SandboxOptions::default() };
        for options in [SandboxOptions::default(), lenient] {
            assert_eq!(check_order(&sample, &catalog, &options, now), Ok(()));
            let late = check_order(&sample, &catalog, &options, NOW.parse().unwrap()).unwrap_err();
            assert_eq!(late.code, StatusCode::SERVICE_UNAVAILABLE);
        }
    }

    /// What another house sells is taken, and its sums still have to add up; what is ours in part is a mistake.
    #[test]
    fn an_article_of_another_house_is_taken_with_its_own_ids() {
        let mut order = changed("/items/0/productId", r#""5000""#);
        order["items"][0]["externalId"] = 5.into();
        order["items"][0]["tax"] = json!({ "taxRateId": 9, "taxRateValue": 20, "taxRateCode": "Q" });
        order["items"][0]["distributionChannel"] = json!({ "dcId": 34, "name": "GARDEN" });
        assert_eq!(check(&order), Ok(()));
        order["items"][0]["pricePerUnit"]["value"] = "10.00".into();
        assert_eq!(problems(&order), ["items[0].price.value: is 21.00, but 2 x 10.00 is 20.00"]);
    }
}
