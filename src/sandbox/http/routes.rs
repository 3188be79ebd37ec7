//! The endpoints, one function each: read the body, ask the world, answer in the vendor's shape. Faults, keys and logs
//! are the gate's.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{Method, StatusCode, Uri},
    middleware,
    response::Response,
    routing::{get, post},
};
use serde_json::{Number, Value, json};

use super::{
    envelope::{ErrorAnswer, json_response},
    gate,
};
use crate::{
    domain::{
        order::form::{FieldKind, FieldSchema, optional, required},
        shop::article::{Article, ChannelPrice},
        value::text::Clean,
    },
    sandbox::{
        shared::Shared,
        shop::callers::PhoneType,
        validation::{
            order::check_order,
            shape::{self, Violation},
        },
        world::{NotTaken, OrderSource, StatusSet},
    },
};

/// The body of `order/status`.
const STATUS: &[FieldSchema] = &[
    required("orderId", FieldKind::Integer),
    required("status", FieldKind::Word),
    optional("payload", FieldKind::AnyObject),
];

/// The body of `articles/list`. The filter's fields are not published; these three are what a person would ask for.
const ARTICLE_LIST: &[FieldSchema] = &[
    required("page", FieldKind::IntegerIn(1, 1_000_000)),
    required("pageSize", FieldKind::IntegerIn(1, 500)),
    optional("filter", FieldKind::Object(ARTICLE_FILTER)),
];

const ARTICLE_FILTER: &[FieldSchema] = &[
    optional("externalReferenceNumber", FieldKind::Text),
    optional("description", FieldKind::Text),
    optional("group", FieldKind::Text),
];

/// The whole API behind the gate.
pub(in crate::sandbox) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/order/create", post(create))
        .route("/v1/order/ready", get(ready))
        .route("/v1/order/status", post(status))
        .route("/v1/articles/list", post(articles))
        .route("/v1/articles/units", get(units))
        .route("/v1/articles/distribution-channels", get(channels))
        .route("/v1/customers/findByPhoneNumber", get(customers))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(shared.clone(), gate::gate))
        .with_state(shared)
}

type SharedState = State<Arc<Shared>>;

async fn create(State(shared): SharedState, body: Bytes) -> Response {
    shared.answer(create_order(&shared, &body))
}

fn create_order(shared: &Shared, body: &Bytes) -> Result<Response, ErrorAnswer> {
    let order = parse(body)?;
    let now = shared.options.clock.now();
    check_order(&order, &shared.catalog, &shared.options, now)?;
    let raw = String::from_utf8_lossy(body).into();
    let taken = shared.world().create(order, raw, OrderSource::Api, now);
    match taken {
        Ok(internal_id) => Ok(ok(&json!({ "internalId": internal_id }))),
        Err(NotTaken::Known) => {
            let problem = Violation { path: "orderId".into(), text: "an order with this id is there already".into() };
            Err(ErrorAnswer { code: StatusCode::CONFLICT, problems: vec![problem] })
        }
        Err(NotTaken::Full) => {
            Err(ErrorAnswer::new(StatusCode::INSUFFICIENT_STORAGE, "the sandbox takes no more orders"))
        }
    }
}

async fn ready(State(shared): SharedState) -> Response {
    json_response(StatusCode::OK, shared.world().ready_list(&shared.options.ready_status))
}

async fn status(State(shared): SharedState, body: Bytes) -> Response {
    shared.answer(set_status(&shared, &body))
}

fn set_status(shared: &Shared, body: &Bytes) -> Result<Response, ErrorAnswer> {
    let request = parse_as(body, STATUS)?;
    let internal_id = request["orderId"].as_i64().unwrap_or_default();
    let change = StatusSet {
        status: request["status"].as_str().unwrap_or_default().to_owned(),
        payload: request["payload"].as_object().cloned(),
        at: shared.options.clock.now(),
    };
    match shared.world().set_status(internal_id, change) {
        Some(()) => Ok(ok(&json!({ "success": true }))),
        None => {
            let problem = Violation { path: "orderId".into(), text: format!("there is no order {internal_id}") };
            Err(ErrorAnswer { code: StatusCode::NOT_FOUND, problems: vec![problem] })
        }
    }
}

async fn articles(State(shared): SharedState, body: Bytes) -> Response {
    shared.answer(list_articles(&shared, &body))
}

fn list_articles(shared: &Shared, body: &Bytes) -> Result<Response, ErrorAnswer> {
    let request = parse_as(body, ARTICLE_LIST)?;
    let number = |name: &str| request[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
    let (page, size) = (number("page"), number("pageSize"));
    let wanted = |name: &str| request["filter"][name].as_str().map(str::to_lowercase);
    let (article_number, description, group) =
        (wanted("externalReferenceNumber"), wanted("description"), wanted("group"));
    let fits = |article: &&Article| {
        article_number.as_ref().is_none_or(|n| article.number.to_lowercase() == *n)
            && description.as_ref().is_none_or(|text| article.name.to_lowercase().contains(text))
            && group.as_ref().is_none_or(|name| article.group.to_lowercase() == *name)
    };
    let found = shared.catalog.articles.iter().filter(fits).skip((page - 1).saturating_mul(size)).take(size);
    let rows: Vec<Value> = found.map(|article| article_row(shared, article)).collect();
    Ok(ok(&rows.into()))
}

/// An article in the Article API's shape.
fn article_row(shared: &Shared, article: &Article) -> Value {
    let unit = shared.catalog.units.iter().find(|unit| unit.token == article.unit);
    let mut row = json!({
        "id": article.id,
        "externalReferenceNumber": article.number,
        "description": article.name,
        "price": article.prices.iter().map(price_row).collect::<Vec<_>>(),
        "cashierCanChangePrice": article.price_can_change,
        "unit": { "id": unit.map(|unit| unit.id), "token": article.unit },
        "group": { "token": article.group },
    });
    if let Some(barcode) = &article.barcode {
        row["materialNumber"] = barcode.as_str().into();
    }
    row
}

fn price_row(price: &ChannelPrice) -> Value {
    json!({
        "distributionChannel": { "id": price.channel.dc_id, "token": price.channel.name },
        // A number in this API, exact to the digit.
        "price": Number::from_str(&price.price.to_string()).ok(),
        "taxRateId": price.tax.id,
        "taxRate": price.tax.rate.to_string(),
    })
}

async fn units(State(shared): SharedState) -> Response {
    let rows: Vec<Value> =
        shared.catalog.units.iter().map(|unit| json!({ "id": unit.id, "token": unit.token })).collect();
    ok(&rows.into())
}

async fn channels(State(shared): SharedState) -> Response {
    let rows = shared.catalog.channels.iter().map(|channel| json!({ "id": channel.dc_id, "token": channel.name }));
    ok(&rows.collect::<Vec<_>>().into())
}

async fn customers(State(shared): SharedState, uri: Uri) -> Response {
    shared.answer(find_customers(&shared, &uri))
}

fn find_customers(shared: &Shared, uri: &Uri) -> Result<Response, ErrorAnswer> {
    let query = Query::<BTreeMap<String, String>>::try_from_uri(uri)
        .map_err(|_| ErrorAnswer::new(StatusCode::BAD_REQUEST, "the query cannot be read"))?;
    let invalid =
        |path: &str, text: &str| ErrorAnswer::invalid(vec![Violation { path: path.to_owned(), text: text.to_owned() }]);
    let number = query.get("number").ok_or_else(|| invalid("number", "is required"))?;
    let kind = match query.get("type").map(String::as_str) {
        None => None,
        Some("home") => Some(PhoneType::Home),
        Some("mobile") => Some(PhoneType::Mobile),
        Some(_) => return Err(invalid("type", "must be one of home, mobile")),
    };
    let found = shared.callers.find(number, kind);
    if found.is_empty() {
        return Err(ErrorAnswer::new(StatusCode::NOT_FOUND, "no customer has this phone number"));
    }
    Ok(ok(&found.into()))
}

async fn unknown_path(State(shared): SharedState, uri: Uri) -> Response {
    let text = format!("there is nothing at {}", Clean::bounded(uri.path(), 100));
    shared.answer(Err(ErrorAnswer::new(StatusCode::NOT_FOUND, text)))
}

async fn wrong_method(State(shared): SharedState, method: Method, uri: Uri) -> Response {
    let text = format!("{} does not answer to {}", uri.path(), Clean::bounded(method.as_str(), 20));
    shared.answer(Err(ErrorAnswer::new(StatusCode::METHOD_NOT_ALLOWED, text)))
}

fn parse_as(body: &Bytes, fields: &'static [FieldSchema]) -> Result<Value, ErrorAnswer> {
    let value = parse(body)?;
    let problems = shape::check(&value, fields);
    if problems.is_empty() { Ok(value) } else { Err(ErrorAnswer::invalid(problems)) }
}

fn parse(body: &Bytes) -> Result<Value, ErrorAnswer> {
    serde_json::from_slice(body)
        .map_err(|error| ErrorAnswer::new(StatusCode::BAD_REQUEST, format!("the body is no JSON: {error}")))
}

fn ok(body: &Value) -> Response {
    json_response(StatusCode::OK, body.to_string())
}
