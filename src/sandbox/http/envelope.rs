//! The vendor's error envelope. Says what is wrong; never repeats what the guest is called or where he lives.

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::Response,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::validation::shape::Violation;

/// A refusal: the HTTP status and what is wrong, one message each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct ErrorAnswer {
    pub(in crate::sandbox) code: StatusCode,
    pub(in crate::sandbox) problems: Vec<Violation>,
}

impl ErrorAnswer {
    pub(in crate::sandbox) fn new(code: StatusCode, text: impl Into<String>) -> Self {
        Self { code, problems: vec![Violation { path: String::new(), text: text.into() }] }
    }

    /// 400 with every problem found.
    pub(in crate::sandbox) fn invalid(problems: Vec<Violation>) -> Self {
        Self { code: StatusCode::BAD_REQUEST, problems }
    }

    pub(in crate::sandbox) fn into_response(self, now: Timestamp) -> Response {
        let messages: Vec<Value> = self.problems.iter().map(message).collect();
        let body = json!({
            "items": [],
            "messages": messages,
            "success": false,
            "timestamp": now.as_second(),
            "version": concat!("sandbox-", env!("CARGO_PKG_VERSION")),
        });
        json_response(self.code, body.to_string())
    }
}

fn message(problem: &Violation) -> Value {
    let (data, text) = if problem.path.is_empty() {
        (json!({}), problem.text.clone())
    } else {
        (json!({ "field": problem.path }), format!("{}: {}", problem.path, problem.text))
    };
    json!({ "data": data, "index": -1, "text": text, "text_ns": "default.error.controller", "type": "error" })
}

/// An answer with a JSON body.
pub(in crate::sandbox) fn json_response(code: StatusCode, body: String) -> Response {
    typed_response(code, "application/json", body)
}

/// An answer with a body of some other type.
pub(in crate::sandbox) fn typed_response(code: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = code;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    response
}
