//! The way every request takes: counted, read whole, hit by a fault or not, checked for the key, handled, logged. Knows
//! no endpoint's meaning.

use std::{future::poll_fn, pin::Pin, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use bytes::BytesMut;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::{
    envelope::{ErrorAnswer, typed_response},
    log::{Entry, received, unknown_path},
};
use crate::{
    domain::value::text::Clean,
    sandbox::{
        faults::{FaultAction, FaultDecision, Route, Spoiled},
        shared::Shared,
    },
};

/// Longest body that is read.
const MAX_BODY: usize = 1 << 20;

/// A body that is longer than that is read up to this.
const MAX_DISCARDED: usize = 16 << 20;

/// A body has to arrive within this time.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the redirects of the faults point to: nowhere, but here, so that a client which follows is seen.
const MOVED: &str = "/v1/moved";

const LOGIN_PAGE: &str = "<!DOCTYPE html><html><head><title>WLAN-Anmeldung</title></head><body><h1>Bitte anmelden</h1>\
                          <form><input name=\"code\"><button>Los</button></form></body></html>";

/// Carried by an answer that is never given: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct HangUp;

/// The middleware around every route.
pub(in crate::sandbox) async fn gate(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let endpoint = endpoint_of(parts.uri.path());
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let number = shared.world().count_request(endpoint);
    let body = read_body(body).await;
    let order_id = note_attempt(&shared, endpoint, &method, &body);
    let bytes = body.as_ref().map_or(0, Bytes::len);
    let received = body.as_deref().ok().filter(|_| shared.options.log.is_some()).and_then(received);

    let verdict = shared.faults().decide(endpoint);
    pause(verdict.latency).await;
    let response = act(&shared, verdict, parts, body, next).await;
    pause(verdict.late).await;

    let hung_up = response.extensions().get::<HangUp>().is_some();
    shared.log(&Entry {
        at: shared.options.clock.now().to_string(),
        request: number,
        method: method.as_str(),
        path: if endpoint == Route::Other { unknown_path(&path) } else { path },
        endpoint: endpoint.word(),
        status: (!hung_up).then(|| response.status().as_u16()),
        fault: fault_word(verdict),
        order_id,
        bytes,
        body: received,
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    });
    response
}

/// Answers as the fault says, or has the request handled.
async fn act(
    shared: &Shared,
    verdict: FaultDecision,
    parts: Parts,
    body: Result<Bytes, ErrorAnswer>,
    next: Next,
) -> Response {
    match verdict.action {
        Some(FaultAction::DropBefore) => return hang_up(),
        Some(FaultAction::Portal) => {
            return typed_response(StatusCode::OK, "text/html; charset=utf-8", LOGIN_PAGE.into());
        }
        Some(FaultAction::Answer { code, envelope, retry_after }) => {
            return answer(shared, code, envelope, retry_after);
        }
        Some(FaultAction::DropAfter | FaultAction::Body(_) | FaultAction::Latency(_) | FaultAction::Late(_)) | None => {
        }
    }
    let response = handle(shared, parts, body, next).await;
    match verdict.action {
        Some(FaultAction::DropAfter) => hang_up(),
        Some(FaultAction::Body(spoiled)) => spoil(&response, spoiled),
        _ => response,
    }
}

async fn handle(shared: &Shared, parts: Parts, body: Result<Bytes, ErrorAnswer>, next: Next) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(refusal) => return shared.answer(Err(refusal)),
    };
    if !shared.key_fits(parts.headers.get("x-api-key").map(HeaderValue::as_bytes)) {
        let text = "no permission: the header X-API-KEY is missing or not accepted";
        return shared.answer(Err(ErrorAnswer::new(StatusCode::FORBIDDEN, text)));
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Sleeps, but not the millisecond a sleep of nothing takes.
async fn pause(wait: Duration) {
    if !wait.is_zero() {
        sleep(wait).await;
    }
}

async fn read_body(body: Body) -> Result<Bytes, ErrorAnswer> {
    match timeout(BODY_TIMEOUT, collect(body)).await {
        Ok(collected) => collected,
        Err(_) => Err(ErrorAnswer::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")),
    }
}

/// Reads a body. One that is too large is read on for a while and thrown away: a connection that is closed with bytes
/// unread is reset, and the client would not see the refusal.
async fn collect(mut body: Body) -> Result<Bytes, ErrorAnswer> {
    let mut bytes = BytesMut::new();
    let mut length: usize = 0;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|_| ErrorAnswer::new(StatusCode::BAD_REQUEST, "the body did not arrive whole"))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > MAX_DISCARDED {
            break;
        } else if length <= MAX_BODY {
            bytes.extend_from_slice(&data);
        }
    }
    if length > MAX_BODY {
        return Err(ErrorAnswer::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {MAX_BODY} bytes"),
        ));
    }
    Ok(bytes.freeze())
}

/// Remembers a create request that arrived whole; returns its `orderId` for the log.
fn note_attempt(shared: &Shared, endpoint: Route, method: &Method, body: &Result<Bytes, ErrorAnswer>) -> Option<Clean> {
    let Ok(body) = body else { return None };
    if endpoint != Route::Create || method != Method::POST {
        return None;
    }
    let order: Option<Value> = serde_json::from_slice(body).ok();
    let order_id = order.as_ref().and_then(|order| order.get("orderId")).and_then(Value::as_str);
    shared.world().note_attempt(order_id, String::from_utf8_lossy(body).into());
    order_id.map(|id| Clean::bounded(id, 80))
}

fn answer(shared: &Shared, code: StatusCode, envelope: bool, retry_after: Option<u32>) -> Response {
    let word = code.canonical_reason().unwrap_or("Fault");
    let mut response = if envelope {
        shared.answer(Err(ErrorAnswer::new(code, format!("{word} (a fault of the sandbox)"))))
    } else if matches!(code.as_u16(), 204 | 205 | 304) {
        typed_response(code, "text/plain", String::new())
    } else {
        typed_response(code, "text/plain", word.to_owned())
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    if code.is_redirection() {
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(MOVED));
    }
    response
}

fn spoil(response: &Response, spoiled: Spoiled) -> Response {
    let code = response.status();
    match spoiled {
        Spoiled::Html => typed_response(code, "text/html; charset=utf-8", LOGIN_PAGE.into()),
        Spoiled::Garbage => typed_response(code, "application/json", "{\"internalId\": 1\u{0}\u{1b}[31m,,".into()),
        Spoiled::Empty => typed_response(code, "application/json", String::new()),
    }
}

fn hang_up() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(HangUp);
    response
}

fn endpoint_of(path: &str) -> Route {
    match path {
        "/v1/order/create" => Route::Create,
        "/v1/order/ready" => Route::Ready,
        "/v1/order/status" => Route::Status,
        "/v1/articles/list" | "/v1/articles/units" | "/v1/articles/distribution-channels" => Route::Articles,
        "/v1/customers/findByPhoneNumber" => Route::Customers,
        _ => Route::Other,
    }
}

fn fault_word(verdict: FaultDecision) -> Option<String> {
    let waits = [(verdict.latency, "latency"), (verdict.late, "late")];
    let words = waits.into_iter().filter(|(wait, _)| !wait.is_zero()).map(|(_, word)| word.to_owned());
    let words: Vec<String> = words.chain(verdict.action.map(|action| action.to_string())).collect();
    (!words.is_empty()).then(|| words.join(" "))
}
