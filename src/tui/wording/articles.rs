//! What is said of articles that changed, are sold out or few: marks in the cart, sentences for the review, the listing of a new copy.

use crate::{
    desk::{counter::ChangedLines, event::Connection},
    domain::draft::{
        Line,
        assortment::{Changes, LineChange, Named, PriceChange, articles_of},
    },
    i18n::Texts,
    tui::state::{model::Model, slot::Slot},
};

/// `2 neu, 1 weg, 3 teurer`.
pub fn counts(texts: &Texts, changes: &Changes) -> String {
    let Changes { new, gone, dearer, cheaper, other } = changes;
    let counted = [
        ("change.new", new.len()),
        ("change.gone", gone.len()),
        ("change.dearer", articles_of(dearer)),
        ("change.cheaper", articles_of(cheaper)),
        ("change.changed", other.len()),
    ];
    let named = counted.into_iter().filter(|(_, n)| *n > 0);
    named.map(|(key, n)| format!("{n} {}", texts.t(key))).collect::<Vec<_>>().join(", ")
}

/// Every change on a line of its own.
pub fn listing(texts: &Texts, changes: &Changes) -> String {
    let name = |article: &Named| format!("{} {}", article.number, article.name).trim().to_owned();
    let plain = |key: &str, list: &[Named]| -> Vec<String> {
        list.iter().map(|article| format!("{}: {}", texts.t(key), name(article))).collect()
    };
    let priced = |key: &str, list: &[PriceChange]| -> Vec<String> {
        let line = |change: &PriceChange| {
            let (from, to) = (texts.amount(change.from), texts.amount(change.to));
            format!("{}: {} ({}) {from} → {to}", texts.t(key), name(&change.article), change.channel.name)
        };
        list.iter().map(line).collect()
    };
    let Changes { new, gone, dearer, cheaper, other } = changes;
    let mut lines = priced("change.dearer", dearer);
    lines.extend(priced("change.cheaper", cheaper));
    lines.extend(plain("change.gone", gone));
    lines.extend(plain("change.new", new));
    lines.extend(plain("change.changed", other));
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    if more > 0 {
        lines.push(texts.count("change.more", more));
    }
    lines.join("\n")
}

/// Changes listed one by one; more are only counted.
const LISTED: usize = 200;

/// The sentence about the lines of the shown draft whose article changed, for the review; `None` if there are none.
pub fn sentence(model: &Model, slot: &Slot, key: &str) -> Option<String> {
    let ChangedLines { repriced: priced, gone } = model.counter().changed_lines(slot.draft());
    let mut parts = Vec::new();
    if priced > 0 {
        parts.push(model.texts.count("review.repriced", priced).replace("{key}", key));
    }
    if gone > 0 {
        parts.push(model.texts.count("review.gone", gone));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The mark of a line in the cart.
pub fn mark(model: &Model, line: &Line) -> Option<String> {
    let texts = &model.texts;
    let change = model.slot().and_then(|slot| model.counter().line_change(slot.draft(), line));
    let Some(change) = change else {
        let few = model.slot().and_then(|slot| model.counter().too_few(slot.draft(), line));
        let left = few.map(|left| texts.fill("cart.left", &[("n", &texts.number(left))]));
        return left.or_else(|| model.is_sold_out(&line.article).then(|| texts.t("cart.sold_out").to_owned()));
    };
    Some(match change {
        LineChange::Gone => texts.t("cart.gone").to_owned(),
        LineChange::Price { to, .. } => texts.fill("cart.new_price", &[("price", &texts.amount(to))]),
        LineChange::Tax { to, .. } => texts.fill("cart.new_tax", &[("rate", &texts.number(to))]),
    })
}

/// How old the copy is, where that matters: it is older than it should be, or OktoPOS is away.
pub fn age(model: &Model) -> Option<String> {
    let made_at = model.catalog.synced_at?;
    let is_old = model.catalog.old_from.is_some_and(|from| model.moment.now >= from);
    let is_away = matches!(model.connection, Connection::Down { .. } | Connection::KeyRefused { .. });
    let age = model.texts.age(model.seconds_since(made_at));
    (is_old || is_away).then(|| model.texts.fill("items.age", &[("age", &age)]))
}
