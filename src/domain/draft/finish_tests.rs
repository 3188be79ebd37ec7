//! Tests of `finish`: what each order type demands, what is refused, and the shape of what is made.

use jiff::tz::TimeZone;
use rstest::rstest;

use super::*;
use crate::domain::testing::{article, draft, shop};

fn moment() -> Moment {
    Moment { now: "2026-05-04T15:42:10.5Z".parse().unwrap(), zone: TimeZone::get("Europe/Berlin").unwrap() }
}

fn local() -> Draft {
    let mut draft = draft();
    draft.add(&article(1, "Pizza", "10.50"), Decimal::TWO, "").unwrap();
    draft.fields.insert(Field::Table, "12".into());
    draft
}

fn problems(draft: &Draft) -> Vec<(Spot, ProblemKind)> {
    match finish(draft, &shop(), &moment()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| (problem.spot, problem.kind)).collect(),
    }
}

#[test]
fn the_least_local_order_has_only_what_is_known() {
    let order = finish(&local(), &shop(), &moment()).unwrap();
    assert_eq!(
        serde_json::to_value(&order).unwrap(),
        serde_json::json!({
            "orderId": "0190d2f0-0000-7000-8000-000000000001",
            "payment": {"paymentMethod": "CASH", "price": {"value": "21.00", "currency": "EUR"}, "status": "open"},
            "location": {"table": 12},
            "items": [{
                "basketItemId": 1, "mainBasketItemId": 1, "productId": "1", "externalId": 1, "name": "Pizza",
                "distributionChannel": {"dcId": 1, "name": "INHOUSE"}, "quantity": 2,
                "price": {"value": "21.00", "currency": "EUR"}, "pricePerUnit": {"value": "10.50", "currency": "EUR"},
                "tax": {"taxRateId": 2, "taxRateValue": 7, "taxRateCode": "B", "taxValue": {"value": "1.37", "currency": "EUR"}},
            }],
            "status": "ready",
            "purchaseTime": {"timestamp": "2026-05-04T15:42:10Z", "timezone": "Europe/Berlin"},
            "orderType": "LOCAL",
        })
    );
}

#[test]
fn the_order_type_decides_the_price() {
    let mut draft = local();
    draft.order_type = OrderType::Pickup;
    let order = finish(&draft, &shop(), &moment()).unwrap();
    assert_eq!(order.payment.price.value, Decimal::new(2000, 2));
    assert_eq!(order.pickup.unwrap().asap_delivery, Some(true));
}

#[test]
fn an_empty_draft_names_cart_and_table_and_nothing_else() {
    use ProblemKind::Missing;
    assert_eq!(problems(&draft()), [(Spot::Cart, Missing), (Spot::Field(Field::Table), Missing)]);
}

#[test]
fn a_delivery_needs_somebody_and_an_address() {
    use ProblemKind::Missing;
    let mut draft = local();
    draft.order_type = OrderType::Delivery;
    let missing = [Field::Phone, Field::Street, Field::City].map(|field| (Spot::Field(field), Missing));
    assert_eq!(problems(&draft), missing);
    for (field, text) in [(Field::Phone, "040 123456"), (Field::Street, "Beispielweg"), (Field::Zip, "20095")] {
        draft.fields.insert(field, text.into());
    }
    assert_eq!(problems(&draft), []);
    draft.order_type = OrderType::Shipping;
    assert_eq!(problems(&draft), [(Spot::Field(Field::City), Missing)]);
}

#[rstest]
#[case(Field::Phone, "abc", ProblemKind::Phone)]
#[case(Field::Email, "gast@", ProblemKind::Email)]
#[case(Field::Zip, "123", ProblemKind::Zip)]
#[case(Field::Table, "zwölf", ProblemKind::NotANumber)]
#[case(Field::Table, "41", ProblemKind::NoSuchTable)]
#[case(Field::Seat, "7", ProblemKind::NoSuchSeat)]
#[case(Field::Due, "25:00", ProblemKind::Time)]
#[case(Field::Due, "17:30", ProblemKind::TimePassed)]
#[case(Field::Due, "28.3.2027 02:30", ProblemKind::Time)]
#[case(Field::Intermediary, "Lieferdienst & Co", ProblemKind::Characters)]
#[case(Field::PaymentReceived, "neulich", ProblemKind::PastTime)]
#[case(Field::PaymentReceived, "asap", ProblemKind::PastTime)]
#[case(Field::PaymentReceived, "29.3.2026 02:30", ProblemKind::PastTime)]
#[case(Field::PaymentReceived, "+25", ProblemKind::TimeToCome)]
#[case(Field::PaymentReceived, "18:30", ProblemKind::TimeToCome)]
#[case(Field::PaymentReceived, "24.6. 12", ProblemKind::TimeToCome)]
fn what_cannot_be_right_is_named_at_its_field(#[case] field: Field, #[case] text: &str, #[case] kind: ProblemKind) {
    let mut draft = local();
    draft.fields.insert(field, text.into());
    assert_eq!(problems(&draft), [(Spot::Field(field), kind)]);
}

#[test]
fn tips_are_resolved_in_their_order() {
    let mut draft = local();
    let tip = |entry: &str| TipDraft {
        entry: entry.into(),
        user_id: "07".into(),
        paid_with: String::new(),
        kind: String::new(),
        notice: String::new(),
        created: moment().now,
    };
    draft.tips = vec![tip("10%"), tip(""), tip("0"), tip("=25")];
    let order = finish(&draft, &shop(), &moment()).unwrap();
    let amounts: Vec<_> = order.tip_transactions.unwrap().iter().map(|tip| tip.amount.to_string()).collect();
    assert_eq!(amounts, ["2.10", "1.90"]);
    draft.tips = vec![tip("=20")];
    assert_eq!(problems(&draft), [(Spot::Tip(0), ProblemKind::TipTotal)]);
    draft.tips = vec![tip("viel")];
    assert_eq!(problems(&draft), [(Spot::Tip(0), ProblemKind::Tip)]);
}

#[test]
fn an_article_that_is_not_sold_in_the_channel_is_named() {
    let mut draft = local();
    let mut shop = shop();
    shop.order_types[0].channel.dc_id = 99;
    let problem = Problem { spot: Spot::Line(1), kind: ProblemKind::NotSold };
    assert_eq!(finish(&draft, &shop, &moment()), Err(vec![problem]));
    shop.order_types.clear();
    draft.lines.clear();
    let problem = Problem { spot: Spot::OrderType, kind: ProblemKind::NotOffered };
    assert_eq!(finish(&draft, &shop, &moment()), Err(vec![problem]));
}

#[rstest]
#[case("17:30", "2026-05-04T15:30:00Z")]
#[case("1:30", "2026-05-03T23:30:00Z")]
#[case("2.5. 17:30", "2026-05-02T15:30:00Z")]
#[case("-10", "2026-05-04T15:32:00Z")]
fn a_payment_was_received_in_the_past(#[case] text: &str, #[case] at: &str) {
    let mut draft = local();
    draft.fields.insert(Field::PaymentReceived, text.into());
    draft.fields.insert(Field::PaymentStatus, "paid".into());
    let order = finish(&draft, &shop(), &moment()).unwrap();
    assert_eq!(order.payment.payment_received, Some(at.parse().unwrap()));
}

#[test]
fn what_was_paid_at_some_time_is_not_open() {
    let mut draft = local();
    draft.fields.insert(Field::PaymentReceived, "17:30".into());
    let open = (Spot::Field(Field::PaymentStatus), ProblemKind::PaidButOpen);
    assert_eq!(problems(&draft), [open]);
    draft.fields.insert(Field::PaymentStatus, "open".into());
    assert_eq!(problems(&draft), [open]);
    let shop = Shop { payment_open: String::new(), ..shop() };
    draft.fields.remove(&Field::PaymentStatus);
    assert!(finish(&draft, &shop, &moment()).is_ok(), "a house that says nothing of it contradicts nothing");
}

#[test]
fn a_time_that_comes_twice_is_the_first_one() {
    let mut draft = local();
    draft.fields.insert(Field::Due, "25.10.2026 02:30".into());
    assert_eq!(problems(&draft), []);
    let at = |now: &str| Moment { now: now.parse().unwrap(), ..moment() };
    assert!(finish(&draft, &shop(), &at("2026-10-25T00:29:00Z")).is_ok());
    let passed = Problem { spot: Spot::Field(Field::Due), kind: ProblemKind::TimePassed };
    assert_eq!(finish(&draft, &shop(), &at("2026-10-25T00:31:00Z")), Err(vec![passed]), "the first one has passed");
}
