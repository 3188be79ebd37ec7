//! Takes an article out of the sale, back in, or says how many are left. What is left is decided at the counter.

use rust_decimal::Decimal;

use crate::{
    domain::{
        draft::quick,
        shop::{article::Article, stock::Said},
    },
    tui::{
        effect::Effect,
        screens::items,
        state::model::{Model, Tone},
    },
};

/// A quantity that was typed with a mark, `12*` or `12*forelle`; without one nothing was said of a number.
pub fn typed(search: &str) -> Option<Decimal> {
    let line = quick::parse(search);
    let head = search.split_once(" #").map_or(search, |(head, _)| head);
    (head.trim() != line.text).then_some(line.quantity)
}

/// A person says how many there are.
pub fn set(model: &mut Model, article: &Article, pieces: Decimal) -> Vec<Effect> {
    let Some(count) = model.counter().counted(article, pieces) else {
        items::say::quantity_refused(model, &article.name);
        return Vec::new();
    };
    let said = Said::Count(count);
    model.sold_out.insert(article.id, said);
    // What stands in the search was the number: Enter must not add as many.
    items::search::added(model);
    let text = model
        .texts
        .fill("notice.counted", &[("name", &article.name), ("n", &count.pieces.unwrap_or_default().to_string())]);
    model.say(Tone::Done, text);
    vec![Effect::Say { article: article.id, said }]
}

/// Takes the chosen article out of the sale or back in: the hit, else the selected line of the cart. A quantity before it
/// says how many there are.
pub fn toggle_sold_out(model: &mut Model) -> Vec<Effect> {
    let Some(slot) = model.slot() else { return Vec::new() };
    let of_line = || slot.items.line.and_then(|id| slot.draft().line(id)).map(|line| line.article.id);
    let of_line = || of_line().and_then(|id| model.catalog.by_id(id));
    let typed = typed(&slot.draft().search);
    let Some(article) = items::search::chosen(model, slot).or_else(of_line).cloned() else {
        let text = model.texts.t("notice.type_first").to_owned();
        model.say(Tone::Warn, text);
        return Vec::new();
    };
    if let Some(pieces) = typed {
        return set(model, &article, pieces);
    }
    let own = model.slot().map(|slot| &slot.draft().order_id);
    let counter = model.counter();
    let (is_out, said) = (!counter.is_sold_out(own, &article), counter.toggled(own, &article));
    model.sold_out.insert(article.id, said);
    let key = if is_out { "notice.sold_out" } else { "notice.sold_again" };
    let text = model.texts.fill(key, &[("name", &article.name)]);
    model.say(Tone::Done, text);
    vec![Effect::Say { article: article.id, said }]
}
