//! What may be done to a line of a draft that is not its quantity: its comment, its price, one extra less.

use rust_decimal::Decimal;

use crate::domain::draft::{Draft, Line};

/// The comment of a line with more behind it, unless it says that already: an allergy that stands there is never lost.
pub fn add_comment(line: &Line, more: &str) -> String {
    let framed = |text: &str| format!(", {}, ", text.trim().to_lowercase());
    match line.comment.as_str() {
        "" => more.to_owned(),
        own if framed(own).contains(&framed(more)) => own.to_owned(),
        own => format!("{own}, {}", more.trim()),
    }
}

/// Whether a person may set the price of a line. One that was set before can always be taken back.
pub fn can_set_price(line: &Line) -> bool {
    line.article.price_can_change || line.manual_price.is_some()
}

/// A draft with one less of an extra of a dish; `None` if the dish has no such extra. What belongs to a combo or a half goes
/// only with it.
pub fn without_extra(draft: &Draft, dish: i64, article: i64) -> Option<Draft> {
    let is_it = |line: &&Line| line.article.id == article && line.deal.is_none();
    let (id, quantity) = draft.extras_of(dish).find(is_it).map(|line| (line.id, line.quantity))?;
    let mut after = draft.clone();
    after.set_quantity(id, quantity - Decimal::ONE);
    Some(after)
}
