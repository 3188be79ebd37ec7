//! Every endpoint's decoder on structured nonsense: no panic, nothing raw comes out, and only an id is an acceptance.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};

use super::{
    endpoints::{articles, customers, order_create, order_ready, order_status},
    envelope::Envelope,
    outcome::{HttpAnswer, classify, tests::endpoint},
    settings::EndpointUrl,
};
use crate::{
    fuzz::{Random, assert_harmless, document, fuzz, text},
    ports::{PosError, pos::Vocabulary},
};

fn here() -> EndpointUrl {
    endpoint("order/create", "oktopos.paths.create")
}

/// An answer with this document in it, mostly one of success.
fn answer(whole: &Value, random: &mut Random) -> HttpAnswer {
    let mut headers = HeaderMap::new();
    if random.one_in(10) {
        let kinds = ["text/html", "application/json; charset=iso-8859-1", "application/json; charset=utf-16", "x"];
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(random.pick::<&str>(&kinds)));
    }
    if random.one_in(20)
        && let Ok(value) = HeaderValue::from_str(&text(random))
    {
        headers.insert(RETRY_AFTER, value);
    }
    let code = if random.one_in(5) {
        *random.pick(&[201, 204, 301, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503, 999])
    } else {
        200
    };
    HttpAnswer { code, headers, body: Ok(document(whole, random)) }
}

fn envelope() -> Value {
    json!({"items": [], "messages": [{"data": {"a": 1}, "index": -1, "text": "Artikel unbekannt", "text_ns": "default.error",
        "type": "error"}], "success": false, "timestamp": 1_778_586_944, "version": "3.93.4"})
}

fn failed(error: &PosError) {
    assert_harmless([error.to_string().as_str()]);
    assert!(!matches!(error, PosError::NotSent { .. }), "an answer is no proof that nothing was sent: {error}");
}

#[test]
fn fuzz_order_create() {
    let (endpoint, whole) = (here(), json!({"internalId": 12345, "success": true}));
    let mut accepted = 0;
    fuzz("fuzz_order_create", |random| {
        let answer = answer(&whole, random);
        match order_create::read(&endpoint, &answer) {
            Ok(id) => {
                let told = String::from_utf8_lossy(answer.body.as_ref().unwrap()).replace('\0', "");
                assert!(id.0 > 0 && (200..300).contains(&answer.code) && told.contains(&id.0.to_string()), "{told}");
                accepted += 1;
            }
            Err(error) => failed(&error),
        }
    });
    assert!(accepted > 0, "some documents are still whole");
}

#[test]
fn fuzz_order_ready() {
    let (endpoint, whole) = (here(), json!([order(), order()]));
    fuzz("fuzz_order_ready", |random| match order_ready::read(&endpoint, &answer(&whole, random)) {
        Ok(orders) => {
            for order in &orders {
                assert_harmless([&*order.who, &*order.address, &*order.pickup_token, &*order.intermediary]);
                assert_harmless(
                    order.status.as_deref().into_iter().chain(order.order_id.as_ref().map(|id| id.as_str())),
                );
                assert_harmless(order.total.as_ref().map(|total| total.currency.as_str()));
                for line in &order.lines {
                    assert_harmless([&*line.name, &*line.comment]);
                }
            }
        }
        Err(error) => failed(&error),
    });
}

fn order() -> Value {
    json!({"orderId": "04eee9db", "internalId": 7, "status": "ready", "orderType": "DELIVERY",
        "payment": {"price": {"value": "19.95", "currency": "EUR"}}, "location": {"table": 27, "seat": 2},
        "customer": {"familyName": "Muster", "address": {"street": "Beispielstraße", "houseNumber": "6"}},
        "items": [{"basketItemId": 5, "mainBasketItemId": 5, "name": "Pizza", "quantity": 3, "comment": "x"}],
        "purchaseTime": {"timestamp": "2021-01-18T10:22:12Z", "timezone": "Europe/Berlin"},
        "pickup": {"timestamp": "2021-01-18T14:15:00", "timezone": "Europe/Berlin", "asapDelivery": false},
        "intermediary": "Platform"})
}

#[test]
fn fuzz_order_status() {
    let (endpoint, whole) = (here(), json!({"success": true}));
    fuzz("fuzz_order_status", |random| {
        let answer = answer(&whole, random);
        if let Err(error) = classify(&endpoint, &answer).and_then(|text| order_status::read(&endpoint, &text)) {
            failed(&error);
        }
    });
}

#[test]
fn fuzz_articles() {
    let endpoint = here();
    let article = json!({"id": 123, "externalReferenceNumber": "51", "description": "Pizza Hawaii",
        "price": [{"distributionChannel": {"id": 34, "token": "INHOUSE"}, "price": 9.5, "taxRateId": 23, "taxRate": "19.00"}],
        "cashierCanChangePrice": true, "unit": {"id": 1, "token": "Stück"}, "group": {"token": "Pizza"}, "materialNumber": "4"});
    let menu = json!({"basicArticle": {"id": "124", "externalReferenceNumber": 52, "description": "",
        "price": [{"distributionChannel": {"id": 34, "token": "INHOUSE"}, "price": "1.10",
            "articleTax": {"taxRateValue": 19.00, "taxRateCode": "A", "taxRateId": 23}}], "group": {"token": "Getränke"}},
        "names": [{"languageCode": "de", "value": "Wasser"}]});
    let words = Vocabulary { units: vec![(1, "kg".into())], channels: Vec::new() };
    let whole = [json!([article]), json!({"items": [menu]})];
    fuzz("fuzz_articles", |random| {
        let whole = random.pick(&whole).clone();
        match articles::read(&endpoint, &answer(&whole, random), &words) {
            Ok(articles) => {
                for article in &articles {
                    assert_harmless([&*article.name, &*article.number, &*article.group, &*article.unit]);
                    assert_harmless(article.barcode.as_deref());
                    assert_harmless(article.prices.iter().map(|row| row.channel.name.as_str()));
                    assert_harmless(article.prices.iter().filter_map(|row| row.tax.code.as_deref()));
                }
            }
            Err(error) => failed(&error),
        }
    });
}

#[test]
fn fuzz_channels() {
    let (endpoint, whole) = (here(), json!([{"id": 34, "token": "INHOUSE"}, {"dcId": 35, "name": "TAKEAWAY"}]));
    fuzz("fuzz_channels", |random| match articles::read_channels(&endpoint, &answer(&whole, random)) {
        Ok(channels) => assert_harmless(channels.iter().map(|channel| channel.name.as_str())),
        Err(error) => failed(&error),
    });
}

#[test]
fn fuzz_customers() {
    let endpoint = here();
    let whole = json!([{"id": 1, "person": {"name": {"givenName": "Gast", "familyName": "Muster"}, "gender": "x",
        "email": "gast@beispiel.example", "phone": [{"type": "home", "value": "040 123456"}],
        "address": {"addressLocality": "Hamburg", "postalCode": "20095", "streetAddress": "Weg", "houseNumber": "1"}}}]);
    fuzz("fuzz_customers", |random| match customers::read(&endpoint, &answer(&whole, random), "040123456") {
        Ok(found) => {
            for found in &found {
                let customer = &found.customer;
                let address = customer.address.clone().unwrap_or_default();
                let own =
                    [&customer.gender, &customer.given_name, &customer.family_name, &customer.phone, &customer.email];
                let of_address =
                    [&address.street, &address.house_number, &address.zip, &address.city, &address.additional_address];
                assert_harmless(own.into_iter().chain(of_address).filter_map(Option::as_deref));
            }
        }
        Err(error) => failed(&error),
    });
}

#[test]
fn fuzz_envelope() {
    let (endpoint, whole) = (here(), envelope());
    let mut read = 0;
    fuzz("fuzz_envelope", |random| {
        let answer = HttpAnswer { code: 400, ..answer(&whole, random) };
        if let Some(envelope) = answer.envelope() {
            assert_harmless([envelope.text.as_str()]);
            read += 1;
        }
        let text = answer.text().unwrap();
        assert_eq!(Envelope::read(&text), answer.envelope());
        failed(&classify(&endpoint, &answer).unwrap_err());
    });
    assert!(read > 0);
}
