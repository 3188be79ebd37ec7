//! The sandbox over real sockets: every route, every fault. Uses a client of its own that sees raw bytes, so that a
//! connection closed without an answer can be told from an empty one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use oktodesk::sandbox::{
    DEFAULT_KEY, OrderSource, RepeatedOrder, Route, Sandbox, SandboxClock, SandboxError, SandboxOptions, start,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

const NOW: &str = "2026-02-03T12:00:00Z";
const PATIENCE: Duration = Duration::from_secs(20);

fn options() -> SandboxOptions {
    SandboxOptions { clock: SandboxClock::fixed(NOW.parse().unwrap()), ..SandboxOptions::default() }
}

async fn sandbox_with(faults: &str) -> Sandbox {
    start(SandboxOptions { faults: faults.parse().unwrap(), ..options() }).await.unwrap()
}

/// An answer as it came over the wire.
#[derive(Debug)]
struct Answer {
    code: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Texts of the error envelope, after checking that it is one.
    fn messages(&self) -> Vec<String> {
        let envelope = self.json();
        assert_eq!((&envelope["items"], &envelope["success"]), (&json!([]), &json!(false)), "{self:?}");
        assert!(envelope["timestamp"].is_i64() && envelope["version"].is_string(), "{self:?}");
        let rows = envelope["messages"].as_array().unwrap();
        for row in rows {
            assert_eq!((&row["type"], &row["index"]), (&json!("error"), &json!(-1)));
            assert_eq!(row["text_ns"], "default.error.controller");
            assert!(row["data"].is_object());
        }
        rows.iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
    }
}

/// Sends raw bytes and reads until the other side closes. An empty answer is `None`.
async fn exchange(sandbox: &Sandbox, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut raw = Vec::new();
    match timeout(PATIENCE, stream.read_to_end(&mut raw)).await.expect("the sandbox closes in time") {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    if raw.is_empty() {
        return None;
    }
    let text = String::from_utf8(raw).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let code = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Answer { code, head: head.to_lowercase(), body: body.to_owned() })
}

fn request(method: &str, path: &str, key: Option<&str>, body: &str) -> String {
    let key = key.map(|key| format!("X-API-KEY: {key}\r\n")).unwrap_or_default();
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{key}Content-Length: {length}\r\n\r\n{body}")
}

async fn call(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Option<Answer> {
    exchange(sandbox, request(method, path, Some(DEFAULT_KEY), body).as_bytes()).await
}

async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    call(sandbox, "GET", path, "").await.expect("an answer")
}

async fn post(sandbox: &Sandbox, path: &str, body: &Value) -> Answer {
    call(sandbox, "POST", path, &body.to_string()).await.expect("an answer")
}

fn order(order_id: &str) -> Value {
    json!({
        "orderId": order_id,
        "payment": { "price": { "value": "21.00", "currency": "EUR" } },
        "customer": { "familyName": "Muster", "phone": "030 23125 101" },
        "items": [{
            "basketItemId": 1, "mainBasketItemId": 1, "productId": "51", "externalId": 1051, "name": "Pizza Hawaii",
            "quantity": 2,
            "price": { "value": "21.00", "currency": "EUR" },
            "pricePerUnit": { "value": "10.50", "currency": "EUR" },
        }],
        "status": "ready",
        "purchaseTime": { "timestamp": NOW, "timezone": "Europe/Berlin" },
    })
}

async fn create(sandbox: &Sandbox, order_id: &str) -> Option<Answer> {
    call(sandbox, "POST", "/v1/order/create", &order(order_id).to_string()).await
}

#[tokio::test]
async fn an_order_is_created_listed_and_moved_on() {
    let sandbox = start(options()).await.unwrap();
    assert!(sandbox.base_url().starts_with("http://127.0.0.1:") && sandbox.base_url().ends_with("/v1"));
    let body = serde_json::to_string_pretty(&order("a")).unwrap();
    let created = call(&sandbox, "POST", "/v1/order/create", &body).await.unwrap();
    assert_eq!((created.code, created.json()), (200, json!({ "internalId": 10_001 })));
    assert_eq!(get(&sandbox, "/v1/order/ready").await.json(), json!([order("a")]));

    let change = json!({ "orderId": 10_001, "status": "done", "payload": { "reason": "served" } });
    let changed = post(&sandbox, "/v1/order/status", &change).await;
    assert_eq!((changed.code, changed.json()), (200, json!({ "success": true })));
    assert_eq!(get(&sandbox, "/v1/order/ready").await.json(), json!([]));

    let world = sandbox.world();
    let [kept] = &world.orders[..] else { panic!("{world:?}") };
    assert_eq!((kept.order_id(), kept.internal_id, kept.status.as_str()), ("a", 10_001, "done"));
    assert_eq!((&kept.order, &*kept.raw, kept.origin), (&order("a"), body.as_str(), OrderSource::Api));
    assert_eq!(kept.received_at.to_string(), NOW);
    assert_eq!(kept.status_changes[0].payload.as_ref().unwrap()["reason"], "served");
    assert_eq!(world.requests[&Route::Ready], 2);
}

#[tokio::test]
async fn the_ready_list_has_internal_ids_only_when_asked_for() {
    let sandbox = start(SandboxOptions { ready_internal_id: true, ..options() }).await.unwrap();
    create(&sandbox, "a").await.unwrap();
    let mut expected = order("a");
    expected["internalId"] = 10_001.into();
    assert_eq!(get(&sandbox, "/v1/order/ready").await.json(), json!([expected]));
}

#[tokio::test]
async fn a_wrong_or_missing_key_is_403_everywhere() {
    let sandbox = start(SandboxOptions { key: "right".into(), ..options() }).await.unwrap();
    for (method, path) in [
        ("POST", "/v1/order/create"),
        ("GET", "/v1/order/ready"),
        ("POST", "/v1/order/status"),
        ("POST", "/v1/articles/list"),
        ("GET", "/v1/articles/units"),
        ("GET", "/v1/articles/distribution-channels"),
        ("GET", "/v1/customers/findByPhoneNumber?number=1"),
        ("GET", "/nowhere"),
    ] {
        for key in [None, Some("wrong"), Some("righ"), Some("")] {
            let answer = exchange(&sandbox, request(method, path, key, "{}").as_bytes()).await.unwrap();
            assert_eq!((answer.code, answer.messages().len()), (403, 1), "{path} {key:?}");
        }
    }
    assert!(sandbox.world().orders.is_empty());
    let right = exchange(&sandbox, request("GET", "/v1/order/ready", Some("right"), "").as_bytes()).await.unwrap();
    assert_eq!(right.code, 200);
}

#[tokio::test]
async fn what_is_wrong_is_named_in_the_envelope() {
    let sandbox = start(options()).await.unwrap();
    let mut wrong = order("a");
    wrong["items"][0]["price"]["value"] = json!(21);
    let answer = post(&sandbox, "/v1/order/create", &wrong).await;
    assert_eq!(answer.code, 400);
    assert_eq!(answer.messages(), ["items[0].price.value: must be a string, not a number"]);
    assert_eq!(answer.json()["messages"][0]["data"], json!({ "field": "items[0].price.value" }));
    assert!(answer.head.contains("content-type: application/json"));

    let mut past = order("a");
    past["pickup"] = json!({ "timestamp": "2026-02-03T12:59:00", "timezone": "Europe/Berlin" });
    let answer = post(&sandbox, "/v1/order/create", &past).await;
    assert_eq!(
        (answer.code, answer.messages()),
        (503, vec!["pickup.timestamp: the pickup time is in the past".into()])
    );

    for body in ["", "{", "\u{feff}{}", "nonsense", &"[".repeat(500)] {
        let answer = call(&sandbox, "POST", "/v1/order/create", body).await.unwrap();
        assert_eq!((answer.code, answer.messages().len()), (400, 1), "{body:?}");
    }
    assert!(sandbox.world().orders.is_empty());
}

#[tokio::test]
async fn the_vendors_own_sample_gets_an_internal_id() {
    let sandbox = start(options()).await.unwrap();
    let mut sample: Value = serde_json::from_str(include_str!("fixtures/vendor-sample.json")).unwrap();
    let late = post(&sandbox, "/v1/order/create", &sample).await;
    assert_eq!(late.code, 503, "its time has passed: {late:?}");
    sample["pickup"]["timestamp"] = "2026-02-04T14:15:00".into();
    let created = post(&sandbox, "/v1/order/create", &sample).await;
    assert_eq!((created.code, created.json()), (200, json!({ "internalId": 10_001 })), "{created:?}");
    assert_eq!(get(&sandbox, "/v1/order/ready").await.json(), json!([sample]));
}

#[tokio::test]
async fn unknown_paths_methods_and_ids_have_the_envelope_too() {
    let sandbox = start(options()).await.unwrap();
    for path in ["/v1/order/created", "/v2/order/ready", "/", "/v1/order/ready/"] {
        let answer = get(&sandbox, path).await;
        assert_eq!((answer.code, answer.messages()), (404, vec![format!("there is nothing at {path}")]));
    }
    for (method, path) in [("GET", "/v1/order/create"), ("POST", "/v1/order/ready"), ("DELETE", "/v1/articles/list")] {
        let answer = call(&sandbox, method, path, "").await.unwrap();
        assert_eq!((answer.code, answer.messages()), (405, vec![format!("{path} does not answer to {method}")]));
    }
    let answer = post(&sandbox, "/v1/order/status", &json!({ "orderId": 77, "status": "done" })).await;
    assert_eq!((answer.code, answer.messages()), (404, vec!["orderId: there is no order 77".into()]));
}

#[tokio::test]
async fn a_status_change_is_checked() {
    let sandbox = start(options()).await.unwrap();
    create(&sandbox, "a").await.unwrap();
    for (body, problem) in [
        (json!({ "status": "done" }), "orderId: is required"),
        (json!({ "orderId": "10001", "status": "done" }), "orderId: must be an integer, not a string"),
        (json!({ "orderId": 10_001 }), "status: is required"),
        (json!({ "orderId": 10_001, "status": "" }), "status: must not be empty"),
        (json!({ "orderId": 10_001, "status": "x", "payload": "no" }), "payload: must be an object, not a string"),
        (json!({ "orderId": 10_001, "status": "x", "note": 1 }), "note: is not a field that is known here"),
    ] {
        let answer = post(&sandbox, "/v1/order/status", &body).await;
        assert_eq!((answer.code, answer.messages()), (400, vec![problem.into()]));
    }
    assert_eq!(sandbox.world().orders[0].status, "ready");
}

#[tokio::test]
async fn a_repeated_order_id_is_what_the_option_says() {
    for (repeated, code, kept) in
        [(RepeatedOrder::AcceptAgain, 200, 2), (RepeatedOrder::SameOrder, 200, 1), (RepeatedOrder::Conflict, 409, 1)]
    {
        let sandbox = start(SandboxOptions { repeated, ..options() }).await.unwrap();
        let first = create(&sandbox, "a").await.unwrap().json();
        let second = create(&sandbox, "a").await.unwrap();
        assert_eq!(second.code, code);
        match repeated {
            RepeatedOrder::AcceptAgain => assert_ne!(second.json(), first),
            RepeatedOrder::SameOrder => assert_eq!(second.json(), first),
            RepeatedOrder::Conflict => {
                assert_eq!(second.messages(), ["orderId: an order with this id is there already"])
            }
        }
        let world = sandbox.world();
        assert_eq!((world.of("a").len(), world.attempts_of["a"], world.attempts.len()), (kept, 2, 2));
        assert_eq!(world.attempts[0].body, world.attempts[1].body);
    }
}

#[tokio::test]
async fn articles_come_in_pages_and_the_vendors_shape() {
    let sandbox = start(SandboxOptions { articles: Some(700), ..options() }).await.unwrap();
    let mut all = Vec::new();
    for page in 1.. {
        let rows = post(&sandbox, "/v1/articles/list", &json!({ "page": page, "pageSize": 500 })).await.json();
        let rows = rows.as_array().unwrap().clone();
        let last = rows.len() < 500;
        all.extend(rows);
        if last {
            break;
        }
    }
    assert!(all.len() > 840, "{}", all.len());
    let cola = all.iter().find(|row| row["externalReferenceNumber"] == "401").unwrap();
    let expected: Value = serde_json::from_str(
        r#"{"id": 1401, "externalReferenceNumber": "401", "description": "Cola 0,33 l", "cashierCanChangePrice": false,
            "price": [
                {"distributionChannel": {"id": 1, "token": "INHOUSE"}, "price": 2.90, "taxRateId": 1, "taxRate": "19.00"},
                {"distributionChannel": {"id": 2, "token": "TAKEAWAY"}, "price": 2.50, "taxRateId": 1, "taxRate": "19.00"}],
            "unit": {"id": 4, "token": "Flasche"}, "group": {"token": "Getränke"}, "materialNumber": "2000000004013"}"#,
    )
    .unwrap();
    assert_eq!(cola, &expected);

    let beyond = post(&sandbox, "/v1/articles/list", &json!({ "page": 1_000_000, "pageSize": 500 })).await;
    assert_eq!(beyond.json(), json!([]));
    let filtered = |filter: Value| json!({ "page": 1, "pageSize": 500, "filter": filter });
    let found = post(&sandbox, "/v1/articles/list", &filtered(json!({ "description": "hawaii" }))).await.json();
    assert_eq!(found.as_array().unwrap().len(), 3);
    for (body, problem) in [
        (json!({ "pageSize": 10 }), "page: is required"),
        (json!({ "page": 0, "pageSize": 10 }), "page: must be from 1 to 1000000"),
        (json!({ "page": 1, "pageSize": 501 }), "pageSize: must be from 1 to 500"),
        (filtered(json!({ "colour": "red" })), "filter.colour: is not a field that is known here"),
    ] {
        let answer = post(&sandbox, "/v1/articles/list", &body).await;
        assert_eq!((answer.code, answer.messages()), (400, vec![problem.into()]));
    }
    let channels = get(&sandbox, "/v1/articles/distribution-channels").await.json();
    assert_eq!(channels, json!([{ "id": 1, "token": "INHOUSE" }, { "id": 2, "token": "TAKEAWAY" }]));
    assert_eq!(get(&sandbox, "/v1/articles/units").await.json()[3], json!({ "id": 4, "token": "Flasche" }));
}

#[tokio::test]
async fn customers_are_found_by_phone() {
    let sandbox = start(options()).await.unwrap();
    let find = |query: &'static str| format!("/v1/customers/findByPhoneNumber?{query}");
    let found = get(&sandbox, &find("number=%2B49%2030%2023125101&type=home")).await;
    let rows = found.json();
    assert_eq!((found.code, rows.as_array().unwrap().len()), (200, 2));
    assert_eq!(rows[0]["person"]["name"], json!({ "givenName": "Erika", "familyName": "Muster" }));
    assert_eq!(rows[0]["person"]["phone"][1], json!({ "type": "mobile", "value": "0152 28817386" }));
    assert_eq!(rows[0]["person"]["address"]["postalCode"], "12345");
    assert_eq!(get(&sandbox, &find("number=+4915228817386&type=mobile")).await.code, 200);

    let stranger = get(&sandbox, &find("number=03023125999&type=home")).await;
    assert_eq!((stranger.code, stranger.messages()), (404, vec!["no customer has this phone number".into()]));
    for (query, problem) in
        [("type=home", "number: is required"), ("number=1&type=fax", "type: must be one of home, mobile")]
    {
        let answer = get(&sandbox, &find(query)).await;
        assert_eq!((answer.code, answer.messages()), (400, vec![problem.into()]));
    }
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused_in_the_envelope() {
    let sandbox = start(options()).await.unwrap();
    let body = "x".repeat((1 << 20) + 1);
    let answer = call(&sandbox, "POST", "/v1/order/create", &body).await.unwrap();
    assert_eq!((answer.code, answer.messages()), (413, vec!["the body is larger than 1048576 bytes".into()]));
    assert!(sandbox.world().attempts.is_empty());
    let mut large = order("a");
    large["customer"]["familyName"] = "x".repeat(1_000_000).into();
    assert_eq!(post(&sandbox, "/v1/order/create", &large).await.code, 200);
}

#[tokio::test]
async fn drop_before_closes_without_a_byte_and_without_the_order() {
    let sandbox = sandbox_with("create:drop-before@1").await;
    assert!(create(&sandbox, "a").await.is_none());
    assert!(sandbox.world().orders.is_empty());
    assert_eq!(create(&sandbox, "a").await.unwrap().code, 200);
    assert_eq!(sandbox.world().attempts_of["a"], 2);
}

#[tokio::test]
async fn drop_after_closes_without_a_byte_but_has_the_order() {
    let sandbox = sandbox_with("create:drop-after,status:drop-after").await;
    assert!(create(&sandbox, "a").await.is_none());
    assert_eq!(sandbox.world().of("a").len(), 1);
    let change = json!({ "orderId": 10_001, "status": "done" }).to_string();
    assert!(call(&sandbox, "POST", "/v1/order/status", &change).await.is_none());
    assert_eq!(sandbox.world().orders[0].status, "done");
    sandbox.set_faults(Default::default());
    assert_eq!(create(&sandbox, "b").await.unwrap().code, 200);
}

/// A connection that is kept open and hung up on: the next request on it is what the client loses.
#[tokio::test]
async fn drop_closes_a_reused_connection_too() {
    let sandbox = sandbox_with("ready:drop-before@2").await;
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let head = "GET /v1/order/ready HTTP/1.1\r\nHost: x\r\nX-API-KEY: sandbox\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"[]") {
        let mut byte = [0];
        timeout(PATIENCE, stream.read_exact(&mut byte)).await.unwrap().unwrap();
        seen.push(byte[0]);
    }
    stream.write_all(head.as_bytes()).await.unwrap();
    let rest = timeout(PATIENCE, stream.read(&mut [0; 64])).await.unwrap();
    assert!(
        matches!(&rest, Ok(0)) || rest.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::ConnectionReset),
        "{rest:?}"
    );
}

#[tokio::test]
async fn a_status_fault_answers_without_handling() {
    let sandbox = sandbox_with("create:500@1,create:503e@2,create:429/7@3,create:307@4,create:200@5").await;
    let answers = [500, 503, 429, 307, 200];
    for (nth, code) in answers.into_iter().enumerate() {
        let answer = create(&sandbox, "a").await.unwrap();
        assert_eq!(answer.code, code);
        assert_eq!(answer.body.starts_with('{'), nth == 1, "{answer:?}");
        assert_eq!(answer.head.contains("retry-after: 7"), code == 429);
        assert_eq!(answer.head.contains("location: /v1/moved"), code == 307);
    }
    assert!(sandbox.world().orders.is_empty());
    assert_eq!(create(&sandbox, "a").await.unwrap().json(), json!({ "internalId": 10_001 }));
}

#[tokio::test]
async fn a_spoiled_body_hides_an_order_that_was_taken() {
    let sandbox = sandbox_with("create:body=html@1,create:body=garbage@2,create:body=empty@3,create:portal@4").await;
    for (id, taken) in [("html", 1), ("garbage", 1), ("empty", 1), ("portal", 0)] {
        let answer = create(&sandbox, id).await.unwrap();
        assert_eq!(answer.code, 200);
        assert!(serde_json::from_str::<Value>(&answer.body).is_err(), "{answer:?}");
        assert_eq!(answer.body.is_empty(), id == "empty");
        assert_eq!(answer.head.contains("text/html"), id == "html" || id == "portal");
        assert_eq!(sandbox.world().of(id).len(), taken, "{id}");
    }
}

#[tokio::test]
async fn latency_comes_before_the_handling_and_late_after_it() {
    let sandbox = sandbox_with("create:late=10m").await;
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let body = order("late").to_string();
    stream.write_all(request("POST", "/v1/order/create", Some(DEFAULT_KEY), &body).as_bytes()).await.unwrap();
    let taken = async {
        while sandbox.world().of("late").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, taken).await.expect("the order is there long before its answer");

    sandbox.set_faults("create:latency=150ms".parse().unwrap());
    let started = Instant::now();
    assert_eq!(create(&sandbox, "slow").await.unwrap().code, 200);
    assert!(started.elapsed() >= Duration::from_millis(150));
}

/// A real server goes on with what it has received; the sandbox does too.
#[tokio::test]
async fn a_client_that_gives_up_does_not_stop_its_order() {
    let sandbox = sandbox_with("create:latency=100ms").await;
    let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
    let body = order("given-up").to_string();
    stream.write_all(request("POST", "/v1/order/create", Some(DEFAULT_KEY), &body).as_bytes()).await.unwrap();
    drop(stream);
    let taken = async {
        while sandbox.world().of("given-up").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, taken).await.expect("the order is taken nevertheless");
}

#[tokio::test]
async fn the_web_shop_puts_orders_into_the_ready_list() {
    let sandbox = start(options()).await.unwrap();
    let internal_id = sandbox.add_web_shop_order().unwrap();
    let rows = get(&sandbox, "/v1/order/ready").await.json();
    assert_eq!(rows[0]["intermediary"], "Muster-Webshop");
    assert_eq!(rows[0]["status"], "ready");
    let done = json!({ "orderId": internal_id, "status": "done" });
    assert_eq!(post(&sandbox, "/v1/order/status", &done).await.code, 200);
    assert_eq!(get(&sandbox, "/v1/order/ready").await.json(), json!([]));
    assert_eq!(sandbox.world().orders[0].origin, OrderSource::WebShop);
}

#[tokio::test]
async fn the_web_shop_comes_by_itself_and_knows_when_to_stop() {
    let sandbox = start(SandboxOptions { web_shop: Some(Duration::from_millis(10)), ..options() }).await.unwrap();
    let until = |count| {
        let sandbox = &sandbox;
        async move {
            while sandbox.world().orders.len() < count {
                tokio::task::yield_now().await;
            }
        }
    };
    timeout(PATIENCE, until(8)).await.expect("eight orders arrive");
    assert_eq!(sandbox.world().orders.len(), 8);
    let first = sandbox.world().orders[0].internal_id;
    post(&sandbox, "/v1/order/status", &json!({ "orderId": first, "status": "done" })).await;
    timeout(PATIENCE, until(9)).await.expect("a ninth comes when one is done");
    sandbox.shutdown().await;
}

#[tokio::test]
async fn time_is_the_one_it_is_given() {
    let now = Arc::new(AtomicI64::new(NOW.parse::<Timestamp>().unwrap().as_second()));
    let read = now.clone();
    let clock = SandboxClock::new(move || Timestamp::from_second(read.load(Ordering::Relaxed)).unwrap());
    let sandbox = start(SandboxOptions { clock, ..options() }).await.unwrap();
    let mut due = order("a");
    due["pickup"] = json!({ "timestamp": "2026-02-03T13:30:00", "timezone": "Europe/Berlin" });
    assert_eq!(post(&sandbox, "/v1/order/create", &due).await.code, 200);
    now.fetch_add(31 * 60, Ordering::Relaxed);
    assert_eq!(post(&sandbox, "/v1/order/create", &due).await.code, 503);
}

#[tokio::test]
async fn the_log_has_a_line_per_request_with_its_body_and_no_key() {
    let directory = tempfile::tempdir().unwrap();
    let log: PathBuf = directory.path().join("requests.jsonl");
    let options = SandboxOptions { log: Some(log.clone()), key: "very-secret".into(), ..options() };
    let sandbox = start(SandboxOptions { faults: "create:drop-after@2,status:500".parse().unwrap(), ..options }).await;
    let sandbox = sandbox.unwrap();
    let key = Some("very-secret");
    let body = order("a-1").to_string();
    for (method, path, body) in [
        ("POST", "/v1/order/create", body.as_str()),
        ("POST", "/v1/order/create", body.as_str()),
        ("GET", "/v1/customers/findByPhoneNumber?number=03023125101", ""),
        ("GET", "/v1/customers/03023125101?x=y", ""),
        ("POST", "/v1/order/status", "{}"),
    ] {
        exchange(&sandbox, request(method, path, key, body).as_bytes()).await;
    }
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen = |name: &str| lines.iter().map(|line| line[name].clone()).collect::<Vec<_>>();
    assert_eq!(seen("request"), [1, 2, 3, 4, 5]);
    assert_eq!(seen("status"), [json!(200), json!(null), json!(200), json!(404), json!(500)]);
    assert_eq!(seen("fault"), [json!(null), json!("drop-after"), json!(null), json!(null), json!("status=500")]);
    assert_eq!(seen("endpoint"), ["create", "create", "customers", "other", "status"]);
    assert_eq!(seen("orderId")[..2], ["a-1", "a-1"]);
    assert_eq!(seen("bytes")[0], body.len());
    assert_eq!(lines[3]["path"], "/v#/customers/###########");
    // What was sent can be compared; an answer's guests and what stands in an address are not written down.
    assert_eq!(seen("body"), [order("a-1"), order("a-1"), Value::Null, Value::Null, json!({})]);
    for private in ["very-secret", "03023125101", "Erika", "number="] {
        assert!(!text.contains(private), "{private} in {text}");
    }
    for line in lines.iter().filter(|line| line["body"].is_null()) {
        assert!(!line.to_string().contains("23125") && !line.to_string().contains("Muster"), "{line}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn it_says_why_it_cannot_start() {
    let sandbox = start(options()).await.unwrap();
    let taken = start(SandboxOptions { port: sandbox.address().port(), ..options() }).await.unwrap_err();
    assert!(matches!(taken, SandboxError::Bind { .. }), "{taken}");
    let empty = start(SandboxOptions { key: "".into(), ..options() }).await.unwrap_err();
    assert_eq!(empty, SandboxError::EmptyKey);
    let zone = start(SandboxOptions { time_zone: "Mars/Base".into(), ..options() }).await.unwrap_err();
    assert_eq!(zone, SandboxError::TimeZone("Mars/Base".into()));
    let log = start(SandboxOptions { log: Some("/nowhere/at/all.log".into()), ..options() }).await.unwrap_err();
    assert!(matches!(log, SandboxError::Log { .. }), "{log}");
}

#[tokio::test]
async fn shutting_down_and_dropping_close_the_port_and_open_connections() {
    let sandbox = start(options()).await.unwrap();
    let address = sandbox.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    sandbox.shutdown().await;
    assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    let end = timeout(PATIENCE, idle.read(&mut [0; 8])).await.unwrap();
    assert!(matches!(end, Ok(0)) || end.is_err(), "{end:?}");

    let sandbox = start(options()).await.unwrap();
    let address = sandbox.address();
    drop(sandbox);
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, refused).await.expect("the port closes soon");
}

#[tokio::test]
async fn many_clients_at_once_are_all_served() {
    let sandbox = Arc::new(start(options()).await.unwrap());
    let mut clients = tokio::task::JoinSet::new();
    for id in 0..300 {
        let sandbox = sandbox.clone();
        clients.spawn(async move { create(&sandbox, &format!("order-{id}")).await.map(|answer| answer.code) });
    }
    let codes = clients.join_all().await;
    assert_eq!(codes, vec![Some(200); 300]);
    let world = sandbox.world();
    assert_eq!((world.orders.len(), world.requests[&Route::Create]), (300, 300));
}
