//! Counted articles on the screen: says what is left and takes the number that was typed. What is left is decided at the
//! counter.

use rust_decimal::Decimal;

use crate::{
    desk::counter::TooFew,
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

/// Says that fewer are left than are wanted.
pub fn say_too_few(model: &mut Model, few: &TooFew) {
    let TooFew { name, left, has } = few;
    let (n, here) = (model.texts.number(*left), model.texts.number(*has));
    let key = if has.is_zero() { "notice.only_left" } else { "notice.only_left_here" };
    let text = model.texts.fill(key, &[("name", name), ("n", &n), ("here", &here)]);
    model.say(Tone::Alarm, text);
}

/// A quantity that was typed with a mark, `12*` or `12*forelle`; without one nothing was said of a number.
pub fn typed(search: &str) -> Option<Decimal> {
    let line = quick::parse(search);
    let head = search.split_once(" #").map_or(search, |(head, _)| head);
    (head.trim() != line.text).then_some(line.quantity)
}

/// A person says how many there are.
pub fn set(model: &mut Model, article: &Article, pieces: Decimal) -> Vec<Effect> {
    let Some(count) = model.counter().counted(article, pieces) else {
        items::lines::refuse(model, &article.name);
        return Vec::new();
    };
    let said = Said::Count(count);
    model.sold_out.insert(article.id, said);
    // What stands in the search was the number: Enter must not add as many.
    items::added(model);
    let text = model
        .texts
        .fill("notice.counted", &[("name", &article.name), ("n", &count.pieces.unwrap_or_default().to_string())]);
    model.say(Tone::Done, text);
    vec![Effect::Say { article: article.id, said }]
}
