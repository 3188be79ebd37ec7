//! Delivery areas, promises and what a manager let pass, in words and with their figures.

use rust_decimal::Decimal;

use crate::{
    domain::{
        draft::{Line, problem::ProblemKind},
        shop::{
            area::{Area, Reach},
            promise::{Full, Limit, Promise},
        },
    },
    tui::state::{model::Model, slot::Slot},
};

/// The area as staff read it: what it asks for, costs and takes.
pub fn area_words(model: &Model, slot: &Slot) -> Option<String> {
    let area: &Area = slot.draft().area(&model.shop)?;
    let texts = &model.texts;
    let money = |value| texts.money(value, &model.shop.currency);
    let mut parts = Vec::new();
    if !area.fee.is_empty() {
        let article = model.catalog.by_number(&area.fee);
        let row = article.and_then(|article| article.price_in(&model.channel()).map(|row| row.price));
        parts.push(match row {
            Some(price) => texts.fill("area.fee", &[("amount", &money(price))]),
            None => texts.fill("area.no_fee_article", &[("number", &area.fee)]),
        });
    }
    if !area.minimum.is_zero() {
        parts.push(texts.fill("area.minimum", &[("amount", &money(area.minimum))]));
    }
    if area.minutes > 0 {
        parts.push(texts.fill("area.minutes", &[("n", &area.minutes.to_string())]));
    }
    let name = texts.fill("area.name", &[("name", &area.name)]);
    Some(if parts.is_empty() { name } else { format!("{name}: {}", parts.join(" · ")) })
}

/// The fee in the cart: marked as what it is, with the area it is for.
pub fn fee_words(model: &Model, slot: &Slot, line: &Line) -> String {
    let area = slot.draft().area(&model.shop).map(|area| format!(" · {}", area.name)).unwrap_or_default();
    let many = if line.quantity == Decimal::ONE { "→".to_owned() } else { model.texts.number(line.quantity) + " ×" };
    format!("{many:>4} {}{area}", line.article.name)
}

/// What is said beside the postcode: the area, or that there is none. The second is a warning.
pub fn zip_note(model: &Model, slot: &Slot) -> Option<(String, bool)> {
    match slot.draft().reach(&model.shop) {
        Reach::Open => None,
        Reach::Inside(area) => Some((area.name.clone(), false)),
        Reach::Outside => Some((model.texts.t("area.outside").to_owned(), true)),
    }
}

/// A problem in words, with its figures.
pub fn problem_words(model: &Model, kind: ProblemKind) -> String {
    let texts = &model.texts;
    let money = |value| texts.money(value, &model.shop.currency);
    let key = format!("problem.{}", kind.word());
    match kind {
        ProblemKind::BelowMinimum { missing, minimum } => {
            texts.fill(&key, &[("missing", &money(missing)), ("minimum", &money(minimum))])
        }
        ProblemKind::Closed { at, opens } => {
            let today = model.moment.local().date();
            let at = texts.moment(at, today);
            match opens {
                Some(opens) => texts.fill(&key, &[("at", &at), ("opens", &texts.moment(opens, today))]),
                None => texts.fill("problem.closed_for_long", &[("at", &at)]),
            }
        }
        ProblemKind::SlotFull { full, next } => {
            let full = full_words(model, full);
            let today = model.moment.local().date();
            match next {
                Some(next) => texts.fill(&key, &[("full", &full), ("next", &texts.moment(next, today))]),
                None => full,
            }
        }
        _ => texts.t(&key).to_owned(),
    }
}

/// Why a slot is full: `18:30 voll: 4/4 Bestellungen`.
pub fn full_words(model: &Model, full: Full) -> String {
    let Full { slot, limit, taken, most, wanted } = full;
    let key = match limit {
        Limit::Orders => "promise.full_orders",
        Limit::Items if wanted > most => "promise.too_big",
        Limit::Items => "promise.full_items",
    };
    let slot = model.texts.moment(slot, model.moment.local().date());
    let number = |n: u32| n.to_string();
    let (taken, most, wanted) = (number(taken), number(most), number(wanted));
    model.texts.fill(key, &[("slot", &slot), ("taken", &taken), ("most", &most), ("wanted", &wanted)])
}

/// What the place step says below its rows: when it can be there, why not sooner, and where it goes.
pub fn aside(model: &Model, slot: &Slot) -> Vec<String> {
    let counter = model.counter();
    let texts = &model.texts;
    let today = model.moment.local().date();
    let mut lines: Vec<String> = area_words(model, slot).into_iter().collect();
    let time = |promise: Promise| texts.moment(promise.local, today);
    match (counter.promise(slot.draft()), counter.why_later(slot.draft())) {
        (Some(promise), None) => {
            let minutes = promise.minutes.to_string();
            lines.push(texts.fill("promise.soonest", &[("time", &time(promise)), ("n", &minutes)]));
        }
        (Some(promise), Some(full)) => {
            let full = full_words(model, full);
            lines.push(texts.fill("promise.full_until", &[("full", &full), ("time", &time(promise))]));
        }
        (None, Some(full)) => lines.push(full_words(model, full)),
        (None, None) => {}
    }
    lines
}
