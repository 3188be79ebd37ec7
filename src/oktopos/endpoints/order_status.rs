//! `order/status`: sets the status of an order OktoPOS knows. Knows no workflow: the word is sent as given.

use serde::Serialize;
use serde_json::Value;

use crate::{
    oktopos::{
        client::OktoPos,
        envelope::Envelope,
        lenient::Lookup,
        outcome::{classify, rejected, unusable},
        settings::EndpointUrl,
    },
    ports::{PosError, pos::StatusChange},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    order_id: i64,
    status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Payload<'a>>,
}

#[derive(Serialize)]
struct Payload<'a> {
    reason: &'a str,
}

/// Sends one status change.
pub(in crate::oktopos) async fn call(pos: &OktoPos, change: &StatusChange) -> Result<(), PosError> {
    let endpoint = &pos.endpoints.status;
    let answer = pos.tell(&endpoint.url, body(change)).await?;
    read(endpoint, &classify(endpoint, &answer)?)
}

fn body(change: &StatusChange) -> String {
    let StatusChange { internal_id, status, reason } = change;
    let payload = reason.as_deref().filter(|reason| !reason.trim().is_empty()).map(|reason| Payload { reason });
    let body = Body { order_id: internal_id.0, status, payload };
    // Integers and texts always serialize.
    serde_json::to_string(&body).unwrap_or_default()
}

pub(in crate::oktopos) fn read(endpoint: &EndpointUrl, text: &str) -> Result<(), PosError> {
    let Ok(answer) = serde_json::from_str::<Value>(text) else {
        return Err(unusable(endpoint, text));
    };
    match Envelope::from_value(&answer) {
        Some(envelope) => Err(rejected(endpoint, 200, envelope)),
        None if answer.at("success") == &Value::Bool(true) => Ok(()),
        None => Err(unusable(endpoint, text)),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::value::ids::InternalId;
    use crate::oktopos::outcome::tests::endpoint;

    #[rstest]
    #[case(None, r#"{"orderId":7,"status":"on \"the\" way"}"#)]
    #[case(Some(" "), r#"{"orderId":7,"status":"on \"the\" way"}"#)]
    #[case(Some("Öl\nleer"), r#"{"orderId":7,"status":"on \"the\" way","payload":{"reason":"Öl\nleer"}}"#)]
    fn bodies(#[case] reason: Option<&str>, #[case] expected: &str) {
        let change = StatusChange {
            internal_id: InternalId(7),
            status: "on \"the\" way".into(),
            reason: reason.map(str::to_owned),
        };
        assert_eq!(body(&change), expected);
    }

    #[test]
    fn answers() {
        let endpoint = endpoint("order/status", "oktopos.paths.status");
        let read = |text: &str| read(&endpoint, text);
        assert_eq!(read(r#"{"success":true}"#), Ok(()));
        assert_eq!(read(r#"{"success":true,"messages":[{"text":"done"}],"items":[]}"#), Ok(()));
        let refused = read(r#"{"success":false,"messages":[{"text":"no such status"}]}"#);
        assert_eq!(refused, Err(PosError::Rejected { code: 200, reason: "no such status".into() }));
        assert!(matches!(read(r#"{"success":false}"#), Err(PosError::Rejected { code: 200, .. })));
        for text in ["", "null", "[]", "{}", "true", "<p>", r#"{"success":"true"}"#, r#"{"success":1}"#] {
            assert!(matches!(read(text), Err(PosError::Unknown { .. })), "{text}");
        }
    }
}
