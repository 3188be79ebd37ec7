//! The client against servers, networks and surroundings that mean it harm, over real sockets.

use std::{process::Command, time::Duration};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use reqwest::Url;
use rstest::rstest;

use oktodesk::{
    domain::value::ids::InternalId,
    oktopos::{ClientSettings, Found, OktoPos, PathProbe},
    ports::{
        Clock, Pos, PosError,
        pos::{StatusChange, Vocabulary},
    },
};

use crate::raw_server::{Act, End, KEY, RawServer, http, settings};

const ACCEPTED: &str = r#"{"internalId":12345}"#;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn quick(server: &RawServer, total: Duration) -> OktoPos {
    let settings = ClientSettings { connect_timeout: total / 2, total_timeout: total, ..server.settings() };
    OktoPos::new(settings).unwrap()
}

async fn create_error(server: &RawServer) -> PosError {
    let error = server.client().create_order("{}").await.unwrap_err();
    assert!(!error.to_string().contains(KEY) && !format!("{error:?}").contains(KEY));
    error
}

#[track_caller]
fn assert_unknown(error: &PosError, words: &str) {
    assert!(matches!(error, PosError::Unknown { reason } if reason.contains(words)), "{error:?} without {words:?}");
}

#[track_caller]
fn assert_not_sent(error: &PosError, words: &str) {
    assert!(matches!(error, PosError::NotSent { reason } if reason.contains(words)), "{error:?} without {words:?}");
}

#[tokio::test]
async fn a_plain_call_arrives() {
    let server = RawServer::answering(http(200, &[], ACCEPTED)).await;
    assert_eq!(server.client().create_order("{}").await, Ok(InternalId(12345)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_order_is_sent_byte_for_byte_with_the_key() {
    let server = RawServer::answering(http(201, &[], ACCEPTED)).await;
    let body = "{ \"orderId\" : \"ä\\u00e4\",\r\n\t\"n\":12.990,\"n\":1e2, \"euro\":\"€\u{1f355}\" }\n";
    assert_eq!(server.client().create_order(body).await, Ok(InternalId(12345)));
    let request = text(&server.requests()[0]);
    let (head, sent) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(sent, body);
    assert!(head.starts_with("POST /v1/order/create HTTP/1.1\r\n"), "{head}");
    for line in [
        &format!("x-api-key: {KEY}"),
        "content-type: application/json; charset=utf-8",
        "accept: application/json",
        "accept-encoding: identity",
    ] {
        assert_eq!(head.to_ascii_lowercase().matches(&line.to_ascii_lowercase()).count(), 1, "{line} in {head}");
    }
}

#[tokio::test]
async fn every_call_goes_where_the_settings_say() {
    let server = RawServer::answering(http(200, &[], "[]")).await;
    let mut settings = server.settings();
    settings.header = "X-Other".into();
    settings.paths.ready = "orders/all-ready".into();
    let pos = OktoPos::new(settings).unwrap();
    assert_eq!(pos.base_url(), server.url("http").as_str());
    assert_eq!(pos.ready_orders().await, Ok(vec![]));
    assert_eq!(pos.articles(3, 9999, &Vocabulary::default()).await, Ok(vec![]));
    assert_eq!(pos.customers_by_phone("0171 5").await, Ok(vec![]));
    assert_eq!(pos.distribution_channels().await, Ok(vec![]));
    let change = StatusChange { internal_id: InternalId(7), status: "done".into(), reason: Some("weg".into()) };
    pos.set_status(&change).await.unwrap_err();
    let requests: Vec<String> = server.requests().iter().map(|request| text(request)).collect();
    let lines = [
        "GET /v1/orders/all-ready HTTP/1.1\r\n",
        "POST /v1/articles/list HTTP/1.1\r\n",
        "GET /v1/customers/findByPhoneNumber?number=0171+5&type=mobile HTTP/1.1\r\n",
        "GET /v1/customers/findByPhoneNumber?number=0171+5&type=home HTTP/1.1\r\n",
        "GET /v1/articles/distribution-channels HTTP/1.1\r\n",
        "POST /v1/order/status HTTP/1.1\r\n",
    ];
    for line in lines {
        assert_eq!(requests.iter().filter(|request| request.starts_with(line)).count(), 1, "{line}");
    }
    assert!(requests.iter().all(|request| request.contains(&format!("\r\nx-other: {KEY}\r\n"))));
    assert!(requests[1].ends_with(r#"{"page":3,"pageSize":500}"#));
    assert!(requests[5].ends_with(r#"{"orderId":7,"status":"done","payload":{"reason":"weg"}}"#));
}

#[tokio::test]
async fn nobody_listens() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let pos = OktoPos::new(settings(Url::parse(&format!("http://{free}/v1")).unwrap())).unwrap();
    assert_not_sent(&pos.create_order("{}").await.unwrap_err(), "connection refused");
}

#[tokio::test]
async fn a_name_that_cannot_exist() {
    // Longer than a name may be, so that the lookup fails on this machine; the proxy's, because TLS refuses such a name first.
    let long = format!("{}.invalid", "a".repeat(70));
    let url = Url::parse(&format!("https://{long}/v1")).unwrap();
    let pos = OktoPos::new(settings(url.clone())).unwrap();
    assert_not_sent(&pos.create_order("{}").await.unwrap_err(), "no connection");
    let proxy = Some(Url::parse(&format!("http://{long}:3128")).unwrap());
    let pos = OktoPos::new(ClientSettings { proxy, ..settings(url) }).unwrap();
    assert_not_sent(&pos.create_order("{}").await.unwrap_err(), "the name was not found");
}

#[rstest]
#[case::an_alert(b"\x15\x03\x03\x00\x02\x02\x28".to_vec())]
#[case::plain_http(http(400, &[], "speak plainly"))]
#[tokio::test]
async fn tls_that_fails_has_sent_nothing(#[case] answer: Vec<u8>) {
    let server = RawServer::start(move |_| Act { read: Some(50), write: answer.clone(), end: End::Stall }).await;
    let pos = OktoPos::new(settings(server.url("https"))).unwrap();
    assert_not_sent(&pos.create_order("{\"a\":1}").await.unwrap_err(), "TLS failed");
}

#[tokio::test]
async fn a_handshake_that_never_ends_has_sent_nothing() {
    let server = RawServer::start(|_| Act { read: Some(1), write: Vec::new(), end: End::Stall }).await;
    let connect_timeout = Duration::from_millis(300);
    let pos = OktoPos::new(ClientSettings { connect_timeout, ..settings(server.url("https")) }).unwrap();
    assert_not_sent(&pos.create_order("{}").await.unwrap_err(), "no connection in time");
}

#[tokio::test]
async fn a_proxy_is_used_only_when_configured_and_never_sees_the_key() {
    let proxy = RawServer::answering(http(502, &[], "")).await;
    let url = Url::parse("https://shop.example/v1").unwrap();
    let pos = OktoPos::new(ClientSettings { proxy: Some(proxy.url("http")), ..settings(url) }).unwrap();
    let error = pos.create_order("{}").await.unwrap_err();
    assert!(matches!(error, PosError::NotSent { .. }), "{error}");
    let request = text(&proxy.requests()[0]);
    assert!(request.starts_with("CONNECT shop.example:443 ") && !request.contains(KEY), "{request}");

    let server = RawServer::answering(http(200, &[], ACCEPTED)).await;
    let plain = ClientSettings { proxy: Some(proxy.url("http")), ..server.settings() };
    assert_eq!(OktoPos::new(plain).unwrap().create_order("{}").await, Ok(InternalId(12345)));
    assert_eq!(proxy.requests().len(), 1);
}

/// Variables of the environment cannot be set in this process without touching the other tests.
#[test]
fn proxies_of_the_environment_are_ignored() {
    let proxy = "http://127.0.0.1:1";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "client::a_plain_call_arrives"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, proxy);
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    assert!(output.status.success() && text(&output.stdout).contains("1 passed"), "{}", text(&output.stdout));
}

#[rstest]
#[case::captive_portal(http(200, &[], "<html>Willkommen im WLAN</html>"), "a web page")]
#[case::empty(http(200, &[], ""), "an empty answer")]
#[case::no_content(http(204, &[], ""), "an empty answer")]
#[case::other_json(http(200, &[], r#"{"internalId":"12345"}"#), "another form")]
#[case::refused_softly(http(200, &[], r#"{"success":false,"messages":[{"text":"geht nicht"}]}"#), "geht nicht")]
#[case::gzip(http(200, &["content-encoding: gzip"], "\u{1f}\u{8b}\u{8}\0\0"), "another form")]
#[case::gzip_refusal(http(400, &["content-encoding: gzip"], "\u{1f}\u{8b}\u{8}\0\0"), "HTTP 400")]
#[case::no_http(b"SSH-2.0-x\r\n".to_vec(), "broke before an answer")]
#[case::http_09(b"{\"internalId\":1}".to_vec(), "broke before an answer")]
#[case::unavailable(http(503, &[], "<h1>Wartung</h1>"), "HTTP 503 at order/create")]
#[case::wrong_path(http(404, &[], "<h1>404</h1>"), "check oktopos.paths.create")]
#[tokio::test]
async fn answers_that_settle_nothing(#[case] write: Vec<u8>, #[case] words: &str) {
    let server = RawServer::start(move |_| Act { read: None, write: write.clone(), end: End::Close }).await;
    assert_unknown(&create_error(&server).await, words);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn refusals_keep_their_code_and_are_cleaned() {
    let envelope = r#"{"success":false,"messages":[{"text":"\u001b]0;x\u0007Abholzeit \u202evorbei\r\n"}]}"#;
    for code in [400, 409, 422] {
        let server = RawServer::answering(http(code, &[], envelope)).await;
        let reason = "\u{fffd}]0;x\u{fffd}Abholzeit \u{fffd}vorbei".into();
        assert_eq!(create_error(&server).await, PosError::Rejected { code, reason });
    }
    let server = RawServer::answering(http(503, &[], envelope)).await;
    let reason = "\u{fffd}]0;x\u{fffd}Abholzeit \u{fffd}vorbei".into();
    assert_eq!(create_error(&server).await, PosError::Unavailable { reason, at: None });
    let server = RawServer::answering(http(403, &[], envelope)).await;
    assert!(matches!(create_error(&server).await, PosError::KeyRefused { code: 403, .. }));
    let server = RawServer::answering(http(429, &["retry-after: 7"], "")).await;
    assert_eq!(
        create_error(&server).await,
        PosError::Throttled { after: Some(Duration::from_secs(7)), is_proven: false }
    );
}

#[tokio::test]
async fn a_slow_answer_ends_with_the_time_of_the_whole_call() {
    let head = b"HTTP/1.1 200 X\r\ncontent-length: 90000\r\n\r\n".to_vec();
    let server = RawServer::start(move |_| Act { read: None, write: head.clone(), end: End::Drip }).await;
    let pos = quick(&server, Duration::from_secs(1));
    assert_unknown(&pos.create_order("{}").await.unwrap_err(), "did not end in time");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_never_begins_is_unknown() {
    let server = RawServer::start(|_| Act { read: None, write: Vec::new(), end: End::Stall }).await;
    let pos = quick(&server, Duration::from_secs(1));
    assert_unknown(&pos.create_order("{}").await.unwrap_err(), "no answer in time");
}

#[tokio::test]
async fn orders_never_ride_on_a_kept_connection() {
    // The server would keep every connection; one it closed meanwhile would leave an order neither sent nor not sent.
    let server = RawServer::answering(http(200, &[], ACCEPTED)).await;
    let pos = server.client();
    for count in 1..=5 {
        assert_eq!(pos.create_order("{}").await, Ok(InternalId(12345)));
        assert_eq!((server.connections(), server.requests().len()), (count, count));
    }
}

#[tokio::test]
async fn polling_keeps_its_connection() {
    let server = RawServer::answering(http(200, &[], "[]")).await;
    let pos = server.client();
    for _ in 0..5 {
        assert_eq!(pos.ready_orders().await, Ok(vec![]));
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 5));
}

#[tokio::test]
async fn unknown_customers_are_an_empty_list() {
    let envelope = r#"{"items":[],"messages":[{"text":"nobody"}],"success":false}"#;
    let server = RawServer::answering(http(404, &[], envelope)).await;
    assert_eq!(server.client().customers_by_phone("1").await, Ok(vec![]));
    let server = RawServer::answering(http(404, &[], "")).await;
    let error = server.client().customers_by_phone("1").await.unwrap_err();
    assert_unknown(&error, "check oktopos.paths.customers");
}

#[tokio::test]
async fn deep_and_hostile_lists() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let server = RawServer::answering(http(200, &[], &format!(r#"{{"items":1,"x":{deep}}}"#))).await;
    assert_unknown(&server.client().ready_orders().await.unwrap_err(), "oktopos.paths.ready");
    let list = "\u{feff}[null,7,{\"orderId\":\"a\u{0}\",\"status\":\"x\u{1b}[2J\"},{\"orderId\":\"b\"}]\u{0}";
    let server = RawServer::answering(http(200, &[], list)).await;
    let read = server.client().ready_orders().await.unwrap();
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].status.as_deref(), Some("x [2J"));
    assert_eq!(read[1].order_id.as_ref().unwrap().as_str(), "b");
}

#[tokio::test]
async fn the_key_is_in_no_debug_text() {
    let server = RawServer::answering(http(200, &[], "[]")).await;
    let shown = format!("{:?}", server.client());
    assert!(shown.contains("127.0.0.1") && !shown.contains(KEY), "{shown}");
}

/// Stands still, so that the server's date alone decides.
struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test]
async fn the_probe_tells_facts_and_changes_nothing() {
    let clock = Still("2021-01-18T10:22:00Z".parse().unwrap());
    let date = "date: Mon, 18 Jan 2021 10:22:12 GMT";
    let server = RawServer::start(move |number| {
        Act::answer(match number {
            5 | 7 => http(405, &[date], ""),
            // Behind each of them a path that is certainly not there.
            2 | 6 | 8 => http(404, &[date], ""),
            _ => http(200, &[date], "[]"),
        })
    })
    .await;
    let probes = server.client().probe(&clock).await;
    let reachable = |probe: &&PathProbe| matches!(probe.found, Found::Reachable { .. });
    assert_eq!(probes.iter().filter(reachable).count(), 6);
    assert_eq!(probes[2].setting, "oktopos.paths.customers");
    assert!(matches!(probes[2].found, Found::Missing { code: 404, .. }));
    assert!(probes.iter().all(|probe| probe.clock_ahead == Some(SignedDuration::from_secs(12))));
    let posts = server.requests().iter().filter(|request| request.starts_with(b"POST")).count();
    assert_eq!((server.requests().len(), posts), (9, 1));
}

/// What is found at the paths of the two calls that change something, where GET is answered so at the first, at the second, and
/// at a path that is not there.
#[rstest::rstest]
#[case::known_by_405(405, 405, 404, "reachable reachable")]
#[case::alike_everywhere(404, 404, 404, "unclear unclear")]
#[case::alike_with_405(405, 405, 405, "unclear unclear")]
#[case::only_what_is_known_says_404(404, 404, 400, "reachable reachable")]
#[case::one_path_is_wrong(404, 405, 404, "missing reachable")]
#[case::the_other_path_is_wrong(405, 404, 404, "reachable missing")]
#[tokio::test]
async fn another_method_alone_proves_no_path_wrong(
    #[case] create: u16,
    #[case] status: u16,
    #[case] nowhere: u16,
    #[case] wanted: &str,
) {
    let server = RawServer::start(move |number| {
        Act::answer(match number {
            5 => http(create, &[], ""),
            7 => http(status, &[], ""),
            6 | 8 => http(nowhere, &[], ""),
            _ => http(200, &[], "[]"),
        })
    })
    .await;
    let probes = server.client().probe(&Still(Timestamp::UNIX_EPOCH)).await;
    let word = |setting: &str| match &probes.iter().find(|probe| probe.setting.ends_with(setting)).unwrap().found {
        Found::Reachable { .. } => "reachable",
        Found::Missing { .. } => "missing",
        Found::Unclear { .. } => "unclear",
        other => panic!("{other:?}"),
    };
    assert_eq!(format!("{} {}", word("create"), word("status")), wanted);
    assert!(server.requests().iter().filter(|request| request.starts_with(b"POST")).count() == 1, "nothing is changed");
}

#[tokio::test]
async fn the_probe_of_a_dead_server_waits_once() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let pos = OktoPos::new(settings(Url::parse(&format!("http://{free}/v1")).unwrap())).unwrap();
    let probes = pos.probe(&Still(Timestamp::UNIX_EPOCH)).await;
    assert_eq!(probes.len(), 7);
    assert!(probes.iter().all(|probe| matches!(probe.found, Found::Unreachable { .. })));
    assert_eq!(probes.iter().filter(|probe| probe.latency.is_some()).count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes after the connection stands, nothing but a positive `internalId` is success and nothing is "not sent".
    #[test]
    fn random_answers_never_say_not_sent(bytes in proptest::collection::vec(any::<u8>(), 0..300), with_head: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut write = if with_head { b"HTTP/1.1 200 X\r\n\r\n".to_vec() } else { Vec::new() };
            write.extend(&bytes);
            let server = RawServer::start(move |_| Act { read: None, write: write.clone(), end: End::Close }).await;
            let error = create_error(&server).await;
            assert!(matches!(error, PosError::Unknown { .. }), "{error:?}");
            assert!(!error.to_string().chars().any(char::is_control));
            assert_eq!(server.requests().len(), 1);
        });
    }
}
