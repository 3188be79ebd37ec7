//! Units and channels as instances list them, over real sockets: a list that is missing is no fault.

use rstest::rstest;

use oktodesk::{
    domain::{order::DistributionChannel, shop::article::Article},
    ports::{
        PosError,
        pos::{Pos as _, Vocabulary},
    },
};

use crate::raw_server::{Act, RawServer, http};

const UNITS: &str = r#"[{"id": 1, "token": "Stück"}, {"id": "7", "token": "k\u001bg"}, {"id": 8}, {"token": "l"}]"#;
const CHANNELS: &str = r#"{"items": [{"id": 34, "token": "INHOUSE"}, {"id": 35}]}"#;
/// Ids alone, a word of its own, an id nobody explains.
const ARTICLES: &str = r#"[
    {"id": 1, "description": "Hack", "unit": {"id": 7},
        "price": [{"distributionChannel": {"id": 34}, "price": 9.5, "taxRate": "7"}]},
    {"id": 2, "description": "Ei", "unit": {"id": 7, "token": "Schachtel"}},
    {"id": 3, "description": "Salz", "unit": 1},
    {"id": 4, "description": "Mehl", "unit": {"id": 99}}]"#;

#[tokio::test]
async fn ids_that_stand_alone_get_their_words() {
    let bodies = [UNITS, CHANNELS, ARTICLES];
    let server = RawServer::start(move |n| Act::answer(http(200, &[], bodies[n]))).await;
    let pos = server.client();
    let words = pos.vocabulary().await.unwrap();
    assert_eq!(words.units, [(1, "Stück".into()), (7, "k\u{fffd}g".into())]);
    let channel = |dc_id, name: &str| DistributionChannel { dc_id, name: name.into() };
    assert_eq!(words.channels, [channel(34, "INHOUSE"), channel(35, "")]);
    let articles = pos.articles(1, 500, &words).await.unwrap();
    let units: Vec<&str> = articles.iter().map(|article: &Article| &*article.unit).collect();
    assert_eq!(units, ["k\u{fffd}g", "Schachtel", "Stück", ""]);
    assert_eq!(*articles[0].prices[0].channel, channel(34, "INHOUSE"));
    let paths: Vec<String> = (server.requests().iter())
        .map(|request| String::from_utf8_lossy(request).split(' ').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["/v1/articles/units", "/v1/articles/distribution-channels", "/v1/articles/list"]);
}

/// A list that is not there is none; what another moment mends is tried again in another moment.
#[rstest]
#[case(404, "", true)]
#[case(404, r#"{"success":false,"exceptionCode":"x","errors":[{"message":"no"}]}"#, true)]
#[case(403, "", true)]
#[case(200, "<html>", true)]
#[case(302, "", true)]
#[case(500, "", false)]
#[case(429, "", false)]
#[tokio::test]
async fn an_instance_need_not_have_them(#[case] code: u16, #[case] body: &'static str, #[case] absent: bool) {
    let server = RawServer::answering(http(code, &[], body)).await;
    let found: Result<Vocabulary, PosError> = server.client().vocabulary().await;
    assert_eq!(found.is_ok_and(|found| found == Vocabulary::default()), absent);
}
