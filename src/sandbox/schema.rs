//! The smaller bodies of the API as tables; the Order object is `domain::order::form::ORDER`. No rule that needs two fields at once
//! is here.

use crate::domain::order::form::{Field, Kind, optional, required};

/// `order/status`
pub(super) const STATUS: &[Field] =
    &[required("orderId", Kind::Integer), required("status", Kind::Word), optional("payload", Kind::AnyObject)];

/// `articles/list`. The filter's fields are not published; these three are what a person would ask for.
pub(super) const ARTICLE_LIST: &[Field] = &[
    required("page", Kind::IntegerIn(1, 1_000_000)),
    required("pageSize", Kind::IntegerIn(1, 500)),
    optional("filter", Kind::Object(ARTICLE_FILTER)),
];

const ARTICLE_FILTER: &[Field] = &[
    optional("externalReferenceNumber", Kind::Text),
    optional("description", Kind::Text),
    optional("group", Kind::Text),
];
