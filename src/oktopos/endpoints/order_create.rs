//! `order/create`: one Order object out, OktoPOS's id of it back. Never sends twice and never guesses an id.

use serde_json::Value;

use crate::{
    domain::value::ids::InternalId,
    oktopos::{
        client::OktoPos,
        lenient::Lookup,
        outcome::{HttpAnswer, classify, unusable},
        settings::EndpointUrl,
    },
    ports::PosError,
};

/// Sends the frozen JSON byte for byte.
pub(in crate::oktopos) async fn call(pos: &OktoPos, body: &str) -> Result<InternalId, PosError> {
    let endpoint = &pos.endpoints.create;
    read(endpoint, &pos.tell(&endpoint.url, body.to_owned()).await?)
}

/// Reads OktoPOS's id of the order.
pub(in crate::oktopos) fn read(endpoint: &EndpointUrl, answer: &HttpAnswer) -> Result<InternalId, PosError> {
    let text = classify(endpoint, answer)?;
    internal_id(&text).ok_or_else(|| unusable(endpoint, &text))
}

/// The only reader that is strict: an order counts as accepted for a positive JSON integer and for nothing else.
fn internal_id(text: &str) -> Option<InternalId> {
    let answer: Value = serde_json::from_str(text).ok()?;
    if answer.at("success") == &Value::Bool(false) {
        return None;
    }
    answer.at("internalId").as_i64().filter(|id| *id > 0).map(InternalId)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::oktopos::lenient::tests::any_json;

    #[rstest]
    #[case(r#"{"internalId":12345}"#, 12345)]
    #[case(r#" { "internalId" : 9223372036854775807 , "more": [null] } "#, i64::MAX)]
    #[case(r#"{"internalId":1,"success":true,"messages":[]}"#, 1)]
    fn accepted(#[case] text: &str, #[case] id: i64) {
        assert_eq!(internal_id(text), Some(InternalId(id)));
    }

    #[rstest]
    #[case("")]
    #[case("null")]
    #[case("12345")]
    #[case("{}")]
    #[case("[]")]
    #[case("<html></html>")]
    #[case(r#"{"internalId":"12345"}"#)]
    #[case(r#"{"internalId":12345.0}"#)]
    #[case(r#"{"internalId":1e3}"#)]
    #[case(r#"{"internalId":-1}"#)]
    #[case(r#"{"internalId":0}"#)]
    #[case(r#"{"internalId":9223372036854775808}"#)]
    #[case(r#"{"internalId":null}"#)]
    #[case(r#"{"internalId":true}"#)]
    #[case(r#"{"internalId":[12345]}"#)]
    #[case(r#"{"internalid":12345}"#)]
    #[case(r#"[{"internalId":12345}]"#)]
    #[case(r#"{"success":false}"#)]
    #[case(r#"{"success":false,"internalId":12345}"#)]
    #[case(r#"{"internalId":12345"#)]
    fn not_accepted(#[case] text: &str) {
        assert_eq!(internal_id(text), None);
    }

    proptest! {
        #[test]
        fn only_a_positive_integer_is_accepted(id in any_json()) {
            let expected = id.as_i64().filter(|id| *id > 0).map(InternalId);
            prop_assert_eq!(internal_id(&serde_json::json!({"internalId": id}).to_string()), expected);
        }
    }
}
