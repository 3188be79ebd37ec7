//! What was ordered, line by line; a combo by its name and its price, as it stood in the cart. Only shows.

use rust_decimal::Decimal;

use crate::{
    domain::{
        draft::{Line, deal::Deal},
        order::{Item, Order},
        value::text::Clean,
    },
    tui::{state::model::Model, wording},
};

/// One line: text, and an amount at its right.
pub type DetailLine = (String, String);

/// The lines of an order as it was sent, which knows only articles and their prices.
pub fn lines(model: &Model, order: &Order) -> Vec<DetailLine> {
    let draft = model.counter().reopened(order);
    let in_combo = |line: &&Line| matches!(line.deal, Some(Deal::Combo(_)));
    let mut lines = Vec::with_capacity(order.items.len());
    for (id, item) in (1..).zip(&order.items) {
        match draft.line(id).filter(in_combo) {
            Some(line) if !line.is_extra() => {
                let parts = (1..)
                    .zip(&order.items)
                    .filter(|(id, _)| draft.line(*id).filter(in_combo).is_some_and(|part| part.main == line.id));
                let total: Decimal = parts.map(|(_, part)| part.price.value).sum();
                let name = Clean::new(wording::lines::name(line));
                let total = model.texts.money(total, &item.price.currency);
                lines.push((format!("  {} {name}", quantity(model, item)), total));
                lines.push(part(model, item));
            }
            Some(_) => lines.push(part(model, item)),
            None => lines.push(alone(model, item)),
        }
    }
    lines
}

fn part(model: &Model, item: &Item) -> DetailLine {
    (format!("    · {}", named(model, item)), String::new())
}

fn alone(model: &Model, item: &Item) -> DetailLine {
    let is_extra = item.main_basket_item_id.is_some() && item.main_basket_item_id != item.basket_item_id;
    let mark = if is_extra { "    + " } else { "  " };
    let text = format!("{mark}{} {}", quantity(model, item), named(model, item));
    (text, model.texts.money(item.price.value, &item.price.currency))
}

fn named(model: &Model, item: &Item) -> String {
    let comment = item.comment.as_ref().map(|text| format!("  {}", model.texts.quoted(&Clean::new(text))));
    format!("{}{}", Clean::new(&item.name), comment.unwrap_or_default())
}

/// How much of an item, in the unit the desk knows of its article.
fn quantity(model: &Model, item: &Item) -> String {
    match item.external_id.and_then(|id| model.catalog.by_id(id)) {
        Some(article) => model.texts.quantity(item.quantity, article),
        None => format!("{} ×", model.texts.number(item.quantity)),
    }
}
