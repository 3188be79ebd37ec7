//! Answers that say too much, too little or something else, to every call, over real sockets.

use rstest::rstest;

use oktodesk::{
    domain::value::ids::InternalId,
    oktopos::{ClientSettings, OktoPos},
    ports::{
        Pos, PosError,
        pos::{StatusChange, Vocabulary},
    },
};

use crate::raw_server::{Act, End, KEY, RawServer, http};

#[track_caller]
fn assert_unknown(error: &PosError, words: &str) {
    assert!(matches!(error, PosError::Unknown { reason } if reason.contains(words)), "{error:?} without {words:?}");
}

/// Every call, and what it says of an answer.
async fn every_call(pos: &OktoPos) -> [Result<(), PosError>; 5] {
    let change = StatusChange { internal_id: InternalId(7), status: "done".into(), reason: None };
    [
        pos.create_order("{}").await.map(drop),
        pos.ready_orders().await.map(drop),
        pos.set_status(&change).await,
        pos.articles(1, 500, &Vocabulary::default()).await.map(drop),
        pos.customers_by_phone("1").await.map(drop),
    ]
}

/// Requests that `every_call` makes: a phone number is asked for twice.
const EVERY_CALL: usize = 6;

#[rstest]
#[tokio::test]
async fn redirects_are_never_followed(
    #[values(300, 301, 302, 303, 304, 305, 307, 308)] code: u16,
    #[values("other host", "same host", "relative", "login page", "nonsense")] target: &str,
) {
    let elsewhere = RawServer::answering(http(200, &[], r#"{"internalId":12345}"#)).await;
    let there = elsewhere.url("http").to_string();
    let location = match target {
        "other host" => format!("{there}/order/create"),
        "login page" => format!("{}/login?from=x", there.replace("127.0.0.1", "localhost")),
        "relative" => "/v1/order/create".into(),
        "same host" => "here".into(),
        _ => "http://[::".into(),
    };
    let server = RawServer::start(move |_| {
        let location = if location == "here" { "//127.0.0.1/v1/order/create" } else { &location };
        let page = "<html>Bitte anmelden</html>";
        Act::answer(http(code, &[&format!("location: {location}")], if code == 304 { "" } else { page }))
    })
    .await;
    for outcome in every_call(&server.client()).await {
        let error = outcome.unwrap_err();
        assert_unknown(&error, "never followed");
        assert!(!error.to_string().contains("from=x"), "{error}");
    }
    assert_eq!((elsewhere.connections(), server.requests().len()), (0, EVERY_CALL), "the key went nowhere else");
}

#[rstest]
#[case::announced(http(200, &["x: y"], &" ".repeat(200_000)), End::Keep)]
#[case::endless(b"HTTP/1.1 200 X\r\n\r\n".to_vec(), End::Flood)]
#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end(#[case] write: Vec<u8>, #[case] end: End) {
    let server = RawServer::start(move |_| Act { read: None, write: write.clone(), end }).await;
    for outcome in every_call(&server.client()).await {
        assert_unknown(&outcome.unwrap_err(), "longer than 100000 bytes");
    }
}

/// What is certain without a body stays certain; everything else is unknown, however long the server talks.
#[rstest]
#[case(400, "unknown")]
#[case(401, "key")]
#[case(403, "key")]
#[case(404, "unknown")]
#[case(429, "throttled")]
#[case(500, "unknown")]
#[case(503, "unknown")]
#[tokio::test]
async fn an_endless_refusal_is_not_read_to_its_end(#[case] code: u16, #[case] word: &str) {
    let head = format!("HTTP/1.1 {code} X\r\n\r\n{{\"success\":false,\"messages\":[").into_bytes();
    let server = RawServer::start(move |_| Act { read: None, write: head.clone(), end: End::Flood }).await;
    for outcome in every_call(&server.client()).await {
        let got = match outcome.unwrap_err() {
            PosError::Unknown { .. } => "unknown",
            PosError::KeyRefused { .. } => "key",
            PosError::Throttled { .. } => "throttled",
            other => panic!("{other}"),
        };
        assert_eq!(got, word);
    }
    assert_eq!(server.requests().len(), EVERY_CALL);
}

#[rstest]
#[case::headers(b"HTTP/1.1 200 X\r\nx: ".to_vec())]
#[case::status_line(b"HTTP/1.1 200 ".to_vec())]
#[tokio::test]
async fn an_endless_head_ends_without_filling_the_memory(#[case] write: Vec<u8>) {
    let server = RawServer::start(move |_| Act { read: None, write: write.clone(), end: End::Flood }).await;
    for outcome in every_call(&server.client()).await {
        assert_unknown(&outcome.unwrap_err(), "broke before an answer came");
    }
}

/// A hundred megabytes that are announced, with the size limit as it comes.
#[tokio::test]
async fn a_hundred_megabytes_are_refused_before_they_are_read() {
    let head = b"HTTP/1.1 200 X\r\ncontent-length: 104857600\r\n\r\n".to_vec();
    let server = RawServer::start(move |_| Act { read: None, write: head.clone(), end: End::Flood }).await;
    let max_body = ClientSettings::new(server.url("http"), KEY.into()).max_body;
    let pos = OktoPos::new(ClientSettings { max_body, ..server.settings() }).unwrap();
    for outcome in every_call(&pos).await {
        assert_unknown(&outcome.unwrap_err(), "longer than 8388608 bytes");
    }
}

/// A packed answer is never unpacked, so none can grow: this one would be a good one.
#[tokio::test]
async fn a_packed_answer_is_not_unpacked() {
    const PACKED: &[u8] =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xab\x56\xca\xcc\x2b\x49\x2d\xca\x4b\xcc\xf1\x4c\x51\xb2\
        \x32\x34\x32\x36\x31\xad\x05\x00\x4a\x5c\x41\x6c\x14\x00\x00\x00";
    for encoding in ["gzip", "x-gzip", "deflate", "br", "zstd"] {
        let mut answer =
            format!("HTTP/1.1 200 X\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n", PACKED.len())
                .into_bytes();
        answer.extend_from_slice(PACKED);
        let server = RawServer::answering(answer).await;
        for outcome in every_call(&server.client()).await {
            assert_unknown(&outcome.unwrap_err(), "another form than expected");
        }
        let asks = server
            .requests()
            .iter()
            .map(|request| String::from_utf8_lossy(request).to_ascii_lowercase())
            .collect::<Vec<_>>();
        assert!(asks.iter().all(|ask| ask.contains("accept-encoding: identity")), "nobody asked for it: {asks:?}");
    }
}

/// Answers of success that say nothing a call can use: unknown, or nobody and nothing where a list is asked for, of which
/// a row that cannot be read is left out.
#[rstest]
#[case::two_hundred_deep(&format!("{}{}", "[".repeat(200), "]".repeat(200)), [false, true, false, true, true])]
#[case::deep_object(&format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200)), [false; 5])]
#[case::null("null", [false, true, false, true, true])]
#[case::empty_list("[]", [false, true, false, true, true])]
#[case::nulls("[null,null]", [false, true, false, true, true])]
#[case::number("1e400", [false; 5])]
#[case::huge_id(r#"{"internalId":99999999999999999999999999}"#, [false; 5])]
#[case::float_id(r#"{"internalId":12345.0}"#, [false; 5])]
#[case::text_id(r#"{"internalId":"12345"}"#, [false; 5])]
#[case::no_id(r#"{"internalid":12345}"#, [false; 5])]
#[case::null_id(r#"{"internalId":null,"success":null}"#, [false; 5])]
#[case::cut_off(r#"{"internalId":12345"#, [false; 5])]
#[case::twice(r#"{"internalId":1}{"internalId":2}"#, [false; 5])]
#[case::page("\u{feff}<!doctype html><title>x</title>", [false; 5])]
#[tokio::test]
async fn what_success_without_a_meaning_means(#[case] body: &str, #[case] fine: [bool; 5]) {
    let server = RawServer::answering(http(200, &[], body)).await;
    for (outcome, is_fine) in every_call(&server.client()).await.into_iter().zip(fine) {
        match outcome {
            Ok(()) => assert!(is_fine, "{body}"),
            Err(error) => assert!(matches!(error, PosError::Unknown { .. }) && !is_fine, "{body}: {error}"),
        }
    }
    assert_eq!(server.requests().len(), EVERY_CALL);
}

#[tokio::test]
async fn success_false_with_200_is_no_success_and_says_why() {
    let messages = (0..10_000).map(|n| format!(r#"{{"text":"m{n}","data":{{"a":[1,{{}}]}}}}"#)).collect::<Vec<_>>();
    let body = format!(r#"{{"items":[],"messages":[{}],"success":false}}"#, messages.join(","));
    let server = RawServer::answering(http(200, &[], &body)).await;
    let pos = OktoPos::new(ClientSettings { max_body: 10_000_000, ..server.settings() }).unwrap();
    let [create, ready, status, articles, customers] = every_call(&pos).await.map(Result::unwrap_err);
    assert_unknown(&create, "m0; m1");
    for error in [&ready, &status, &articles, &customers] {
        assert!(matches!(error, PosError::Rejected { code: 200, reason } if reason.starts_with("m0; m1")), "{error:?}");
    }
    for error in [create, ready, status, articles, customers] {
        assert!(error.to_string().len() < 2_000 && error.to_string().contains("more messages"), "{error}");
    }
}
