//! The client and the sandbox keep the same contract: every call, every outcome, over real HTTP. Knows neither's insides.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::Timestamp;
use oktodesk::{
    domain::{
        order::{Customer, Order, OrderType},
        shop::article::TaxRate,
        value::ids::{InternalId, OrderId},
    },
    oktopos::{ClientSettings, Found, OktoPos},
    ports::{
        Clock, Pos, PosError,
        pos::{ReadyOrder, StatusChange, Vocabulary},
    },
    sandbox::{self, DEFAULT_KEY, RepeatedOrder, Route, Sandbox, SandboxClock, SandboxOptions},
};
use rstest::rstest;
use serde_json::Value;

const SAMPLE: &str = include_str!("fixtures/vendor-sample.json");
const SAMPLE_ID: &str = "04eee9db-f6a8-4132-8af2-3d262fd48fc5";

/// A sandbox that takes the vendor's sample: before its pickup time, with articles and sums as they are.
async fn lenient_sandbox(change: impl FnOnce(&mut SandboxOptions)) -> Sandbox {
    let mut options = SandboxOptions {
        known_articles_only: false,
        check_sums: false,
        clock: SandboxClock::fixed("2021-01-10T12:00:00Z".parse().unwrap()),
        ..SandboxOptions::default()
    };
    change(&mut options);
    sandbox::start(options).await.unwrap()
}

async fn sandbox_with(faults: &str) -> Sandbox {
    let plan = faults.parse().unwrap();
    lenient_sandbox(|options| options.faults = plan).await
}

fn settings(sandbox: &Sandbox) -> ClientSettings {
    let settings = ClientSettings::new(sandbox.base_url().parse().unwrap(), DEFAULT_KEY.into());
    ClientSettings { connect_timeout: Duration::from_secs(20), ..settings }
}

fn client(sandbox: &Sandbox) -> OktoPos {
    OktoPos::new(settings(sandbox)).unwrap()
}

fn sample() -> String {
    serde_json::to_string(&serde_json::from_str::<Order>(SAMPLE).unwrap()).unwrap()
}

fn change(internal_id: InternalId, reason: Option<&str>) -> StatusChange {
    StatusChange { internal_id, status: "on the way".into(), reason: reason.map(str::to_owned) }
}

/// Makes one call whose good outcome needs nothing but the sandbox's own data.
async fn call(endpoint: Route, pos: &OktoPos) -> Result<(), PosError> {
    match endpoint {
        Route::Create => pos.create_order(&sample()).await.map(drop),
        Route::Ready => pos.ready_orders().await.map(drop),
        Route::Status => pos.set_status(&change(InternalId(1), None)).await,
        Route::Articles => pos.articles(1, 500, &Vocabulary::default()).await.map(drop),
        Route::Customers => pos.customers_by_phone("030 23125 101").await.map(drop),
        Route::Other => panic!("no call goes there"),
    }
}

fn word(outcome: &Result<(), PosError>) -> &'static str {
    match outcome {
        Ok(()) => "ok",
        Err(PosError::NotSent { .. }) => "not sent",
        Err(PosError::Rejected { .. }) => "rejected",
        Err(PosError::KeyRefused { .. }) => "key refused",
        Err(PosError::Throttled { .. }) => "throttled",
        Err(PosError::Unavailable { .. }) => "unavailable",
        Err(PosError::Unknown { .. }) => "unknown",
    }
}

#[rstest]
#[case("400", "unknown")]
#[case("400e", "rejected")]
#[case("401", "key refused")]
#[case("403", "key refused")]
#[case("403e", "key refused")]
#[case("404", "unknown")]
#[case("408", "unknown")]
#[case("408e", "unknown")]
#[case("409e", "rejected")]
#[case("422e", "rejected")]
#[case("429/7", "throttled")]
#[case("429e", "throttled")]
#[case("500", "unknown")]
#[case("500e", "unknown")]
#[case("502", "unknown")]
#[case("503", "unknown")]
#[case("503e", "unavailable")]
#[case("504", "unknown")]
#[case("302", "unknown")]
#[case("307", "unknown")]
#[case("308", "unknown")]
#[case("200", "unknown")]
#[case("drop-before", "unknown")]
#[case("drop-after", "unknown")]
#[case("body=html", "unknown")]
#[case("body=garbage", "unknown")]
#[case("body=empty", "unknown")]
#[case("portal", "unknown")]
#[tokio::test]
async fn every_fault_ends_as_the_table_says(
    #[case] fault: &str,
    #[case] expected: &str,
    #[values(Route::Create, Route::Ready, Route::Status, Route::Articles, Route::Customers)] endpoint: Route,
) {
    let sandbox = sandbox_with(fault).await;
    let outcome = call(endpoint, &client(&sandbox)).await;
    // There is no order 1 to set a status of; every one of these faults hides that.
    assert_eq!(word(&outcome), expected, "{outcome:?}");
    if let Err(PosError::Throttled { after, .. }) = outcome {
        assert_eq!(after, fault.contains('/').then_some(Duration::from_secs(7)));
    }
    // Nothing is asked twice, and no redirect is followed.
    let requests = sandbox.world().requests;
    let asked = if endpoint == Route::Customers { 2 } else { 1 };
    assert!(!requests.contains_key(&Route::Other), "{requests:?}");
    if matches!(endpoint, Route::Create | Route::Status) || !fault.starts_with("drop") {
        assert_eq!(requests.get(&endpoint), Some(&asked), "{requests:?}");
    }
}

#[rstest]
#[case("create:drop-before", 0)]
#[case("create:drop-after", 1)]
#[case("create:body=html", 1)]
#[case("create:body=empty", 1)]
#[case("create:late=60s", 1)]
#[case("create:latency=60s", 0)]
#[tokio::test]
async fn an_unknown_order_was_sent_once_whatever_became_of_it(#[case] fault: &str, #[case] arrived: usize) {
    let sandbox = sandbox_with(fault).await;
    let quick = if fault.contains("60s") { Duration::from_secs(2) } else { Duration::from_secs(30) };
    let settings = ClientSettings { connect_timeout: quick / 2, total_timeout: quick, ..settings(&sandbox) };
    let error = OktoPos::new(settings).unwrap().create_order(&sample()).await.unwrap_err();
    assert!(matches!(error, PosError::Unknown { .. }), "{error:?}");
    let world = sandbox.world();
    assert_eq!((world.orders.len(), world.attempts_of.get(SAMPLE_ID)), (arrived, Some(&1)));
}

#[tokio::test]
async fn the_vendors_sample_goes_round() {
    let sandbox = lenient_sandbox(|options| options.ready_internal_id = true).await;
    let pos = client(&sandbox);
    let body = sample();
    let internal_id = pos.create_order(&body).await.unwrap();
    let world = sandbox.world();
    assert_eq!(&*world.orders[0].raw, body.as_str());
    assert_eq!(world.orders[0].order, serde_json::from_str::<Value>(SAMPLE).unwrap());

    let ready = pos.ready_orders().await.unwrap();
    let [row] = ready.as_slice() else { panic!("{ready:?}") };
    assert_eq!((row.order_id.as_ref(), row.internal_id), (Some(&OrderId(SAMPLE_ID.into())), Some(internal_id)));
    assert_eq!((row.status.as_deref(), row.order_type), (Some("ready"), Some(OrderType::Delivery)));
    assert_eq!(row.total.as_ref().map(|total| total.value.to_string()).as_deref(), Some("19.95"));
    assert_eq!((row.who.as_str(), row.address.as_str()), ("Doe", "Main Street 66A"));
    assert_eq!((row.table, row.seat, row.pickup_token.as_str()), (Some(27), Some(2), "HH01"));
    assert_eq!(row.due_at, Some("2021-01-11T13:15:00Z".parse().unwrap()));
    assert_eq!(row.lines[0].name.as_str(), "Pizza Hawaii");

    pos.set_status(&change(internal_id, Some("Fahrer ist los"))).await.unwrap();
    let order = sandbox.world().orders.remove(0);
    assert_eq!(order.status, "on the way");
    let payload = order.status_changes[0].payload.clone().unwrap();
    assert_eq!(Value::from(payload), serde_json::json!({"reason": "Fahrer ist los"}));
    assert_eq!(pos.ready_orders().await, Ok(vec![]));
}

#[tokio::test]
async fn refusals_name_what_is_wrong() {
    let sandbox = lenient_sandbox(|options| {
        options.clock = SandboxClock::fixed("2021-01-12T00:00:00Z".parse().unwrap());
    })
    .await;
    let pos = client(&sandbox);
    let refusal = |outcome: Result<InternalId, PosError>| match outcome.unwrap_err() {
        PosError::Rejected { code, reason } => (code, reason.into_string()),
        PosError::Unavailable { reason, at } => {
            assert!(at.is_some(), "it says when");
            (503, reason.into_string())
        }
        other => panic!("{other}"),
    };
    let (code, reason) = refusal(pos.create_order(&sample()).await);
    assert!(code == 503 && reason.contains("pickup time is in the past"), "{code} {reason}");
    let (code, reason) = refusal(pos.create_order("{\"orderId\":\"x\"}").await);
    assert!(code == 400 && reason.contains("payment") && reason.contains("items"), "{code} {reason}");
    let (code, _) = refusal(pos.create_order("no JSON").await);
    assert_eq!(code, 400);
    assert_eq!(sandbox.world().orders, []);

    let error = pos.set_status(&change(InternalId(4711), None)).await.unwrap_err();
    assert!(matches!(&error, PosError::Rejected { code: 404, reason } if reason.contains("4711")), "{error:?}");
}

#[rstest]
#[case(RepeatedOrder::AcceptAgain, 2)]
#[case(RepeatedOrder::SameOrder, 1)]
#[case(RepeatedOrder::Conflict, 1)]
#[tokio::test]
async fn the_same_order_again(#[case] repeated: RepeatedOrder, #[case] orders: usize) {
    let sandbox = lenient_sandbox(|options| options.repeated = repeated).await;
    let pos = client(&sandbox);
    let first = pos.create_order(&sample()).await.unwrap();
    match (repeated, pos.create_order(&sample()).await) {
        (RepeatedOrder::AcceptAgain, Ok(second)) => assert_ne!(first, second),
        (RepeatedOrder::SameOrder, Ok(second)) => assert_eq!(first, second),
        (RepeatedOrder::Conflict, Err(PosError::Rejected { code: 409, .. })) => {}
        (_, outcome) => panic!("{outcome:?}"),
    }
    assert_eq!(sandbox.world().orders.len(), orders);
}

#[rstest]
#[tokio::test]
async fn another_key_is_refused_everywhere(
    #[values(Route::Create, Route::Ready, Route::Status, Route::Articles, Route::Customers)] endpoint: Route,
) {
    let sandbox = sandbox_with("").await;
    let pos = OktoPos::new(ClientSettings { key: "another".into(), ..settings(&sandbox) }).unwrap();
    let outcome = call(endpoint, &pos).await;
    assert!(matches!(outcome, Err(PosError::KeyRefused { code: 403, .. })), "{outcome:?}");
    assert_eq!(sandbox.world().orders, []);
}

#[rstest]
#[tokio::test]
async fn a_stopped_instance_was_sent_nothing(
    #[values(Route::Create, Route::Ready, Route::Status, Route::Articles, Route::Customers)] endpoint: Route,
) {
    let sandbox = sandbox_with("").await;
    let pos = client(&sandbox);
    sandbox.shutdown().await;
    assert_eq!(word(&call(endpoint, &pos).await), "not sent");
}

#[tokio::test]
async fn a_wrong_path_names_its_setting() {
    let sandbox = sandbox_with("").await;
    let mut settings = settings(&sandbox);
    settings.paths.create = "orders/new".into();
    let error = OktoPos::new(settings).unwrap().create_order(&sample()).await.unwrap_err();
    assert!(error.to_string().ends_with("check oktopos.paths.create"), "{error}");
}

#[tokio::test]
async fn the_menu_arrives_whole_page_by_page() {
    let sandbox = lenient_sandbox(|options| options.articles = Some(700)).await;
    let pos = client(&sandbox);
    let mut articles = Vec::new();
    for page in 1.. {
        let rows = pos.articles(page, 300, &Vocabulary::default()).await.unwrap();
        let last = rows.len() < 300;
        articles.extend(rows);
        if last {
            break;
        }
    }
    let menu = sandbox::menu().unwrap();
    assert_eq!(articles.len(), menu.len() + 700);
    for (mut expected, article) in menu.into_iter().zip(&articles) {
        // This API names a rate by its id and value, not by its letter.
        for price in std::sync::Arc::make_mut(&mut expected.prices) {
            price.tax = Arc::new(TaxRate { code: None, ..(*price.tax).clone() });
        }
        assert_eq!(*article, expected);
    }
    let channels = pos.distribution_channels().await.unwrap();
    let known: BTreeSet<i64> = channels.iter().map(|channel| channel.dc_id).collect();
    assert!(known.len() > 1 && channels.iter().all(|channel| !channel.name.is_empty()));
    assert!(
        articles.iter().flat_map(|article| article.prices.iter()).all(|price| known.contains(&price.channel.dc_id))
    );
}

#[tokio::test]
async fn customers_by_home_and_mobile_number() {
    let sandbox = sandbox_with("").await;
    let pos = client(&sandbox);
    let names = |found: Vec<Customer>| found.into_iter().filter_map(|one| one.given_name).collect::<Vec<_>>();
    assert_eq!(names(pos.customers_by_phone("+49 30 23125101").await.unwrap()), ["Erika", "Max"]);
    let mobile = pos.customers_by_phone("0172 9980752").await.unwrap();
    assert_eq!(mobile[0].phone.as_deref(), Some("0172 9980752"));
    assert_eq!(mobile[0].address.as_ref().unwrap().street.as_deref(), Some("Beispielweg"));
    assert_eq!(names(mobile), ["Max"]);
    assert_eq!(pos.customers_by_phone("0999 1").await, Ok(vec![]));
}

#[tokio::test]
async fn one_unanswered_kind_of_number_does_not_hide_the_other() {
    let sandbox = sandbox_with("customers:500@1").await;
    let found = client(&sandbox).customers_by_phone("030 23125 101").await;
    // Which of the two questions is hit is open; with the home number only one of them knows anybody.
    assert!(matches!(&found, Ok(found) if found.len() == 2) || word(&found.map(drop)) == "unknown");
}

#[tokio::test]
async fn orders_of_others_are_read() {
    let sandbox = sandbox_with("").await;
    sandbox.add_web_shop_order().unwrap();
    let ready = client(&sandbox).ready_orders().await.unwrap();
    let [ReadyOrder { order_id: Some(_), internal_id: None, total: Some(_), created_at: Some(_), lines, .. }] =
        ready.as_slice()
    else {
        panic!("{ready:?}")
    };
    assert!(lines.iter().all(|line| !line.name.is_empty() && line.quantity.is_some() && line.price.is_some()));
}

struct Midnight;

impl Clock for Midnight {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test]
async fn the_probe_finds_every_path_and_orders_nothing() {
    let sandbox = sandbox_with("").await;
    let mut settings = settings(&sandbox);
    let probes = OktoPos::new(settings.clone()).unwrap().probe(&Midnight).await;
    assert!(probes.iter().all(|probe| matches!(probe.found, Found::Reachable { .. })), "{probes:?}");
    let world = sandbox.world();
    assert_eq!((world.orders.len(), world.attempts.len()), (0, 0));

    settings.paths.status = "order/state".into();
    let probes = OktoPos::new(settings).unwrap().probe(&Midnight).await;
    let missing: Vec<_> = probes.iter().filter(|probe| matches!(probe.found, Found::Missing { .. })).collect();
    assert_eq!(missing.iter().map(|probe| probe.setting).collect::<Vec<_>>(), ["oktopos.paths.status"]);
}
