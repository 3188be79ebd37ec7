//! How many pieces of an article are left, as the desk shows it and refuses by it. Counts nothing itself: what orders took is
//! read beside the keys.

use std::collections::BTreeSet;

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    domain::{
        article::Article,
        cart::MAX_QUANTITY,
        draft::{Draft, Line},
        problem::{Problem, ProblemKind, Spot},
        quick,
        stock::{Count, Said, count, day_start},
    },
    tui::{
        effect::Effect,
        model::{Model, Tone},
        screens::items,
    },
};

/// Pieces that the shown draft can have, orders that are being recorded taken off; `None` for an article that is not counted.
pub fn left(model: &Model, article: &Article) -> Option<Decimal> {
    let of_menu = model.catalog.menu().counts.get(&*article.number).copied();
    let said = model.sold_out.get(&article.id);
    if of_menu.is_none() && !matches!(said, Some(Said::Count(_))) {
        return None;
    }
    let (pieces, since) = count(said, of_menu, day_start(model.moment.now, &model.moment.zone))?;
    let own = model.slot().map(|slot| &slot.draft().order_id);
    let taken = model.stock.taken(article, since, own);
    let placing = model.placing.iter().map(|slot| slot.draft()).filter(|draft| !model.stock.knows(&draft.order_id));
    let placing: Decimal = placing.map(|draft| pieces_of(draft, article.id)).sum();
    Some((Decimal::from(pieces) - taken - placing).max(Decimal::ZERO).normalize())
}

/// What a draft holds of an article.
fn pieces_of(draft: &Draft, article: i64) -> Decimal {
    let dishes = |line: &Line| match line.is_extra() {
        true => draft.line(line.main).map_or(Decimal::ONE, |dish| dish.quantity),
        false => Decimal::ONE,
    };
    draft.lines.iter().filter(|line| line.article.id == article).map(|line| line.quantity * dishes(line)).sum()
}

/// Whether a change of the shown draft would take more than is left; says so. What it takes already stays.
pub fn refuses<T>(model: &mut Model, change: impl FnOnce(&mut Draft) -> T) -> bool {
    let is_counted =
        !model.catalog.menu().counts.is_empty() || model.sold_out.values().any(|said| matches!(said, Said::Count(_)));
    let Some(slot) = model.slot().filter(|_| is_counted) else { return false };
    let mut after = slot.draft().clone();
    change(&mut after);
    let refused = after.lines.iter().find_map(|line| {
        let (left, id) = (left(model, &line.article)?, line.article.id);
        let (has, wants) = (pieces_of(slot.draft(), id), pieces_of(&after, id));
        (wants > has && wants > left).then(|| (line.article.name.to_string(), left, has))
    });
    let Some((name, left, has)) = refused else { return false };
    let (n, here) = (model.texts.number(left), model.texts.number(has));
    let key = if has.is_zero() { "notice.only_left" } else { "notice.only_left_here" };
    let text = model.texts.fill(key, &[("name", &name), ("n", &n), ("here", &here)]);
    model.say(Tone::Alarm, text);
    true
}

/// How many are left, if the shown draft holds more of a line's article: another order was quicker. Told once, at the last
/// line of the article.
pub fn too_few(model: &Model, line: &Line) -> Option<Decimal> {
    let (draft, id) = (model.slot()?.draft(), line.article.id);
    let is_last = draft.lines.iter().rev().find(|other| other.article.id == id)?.id == line.id;
    left(model, &line.article).filter(|left| is_last && pieces_of(draft, id) > *left)
}

/// Lines of which more is ordered than is left.
pub fn problems(model: &Model, draft: &Draft) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let lines = draft.lines.iter().rev().filter(|line| seen.insert(line.article.id));
    let few =
        lines.filter(|line| left(model, &line.article).is_some_and(|left| pieces_of(draft, line.article.id) > left));
    few.map(|line| Problem { spot: Spot::Line(line.id), kind: ProblemKind::TooFewLeft }).collect()
}

/// A quantity that was typed with a mark, `12*` or `12*forelle`; without one nothing was said of a number.
pub fn typed(search: &str) -> Option<Decimal> {
    let line = quick::parse(search);
    let head = search.split_once(" #").map_or(search, |(head, _)| head);
    (head.trim() != line.text).then_some(line.quantity)
}

/// A person says how many there are.
pub fn set(model: &mut Model, article: &Article, pieces: Decimal) -> Vec<Effect> {
    let whole = pieces.to_u32().filter(|whole| Decimal::from(*whole) == pieces && pieces <= MAX_QUANTITY);
    let Some(whole) = whole.filter(|_| model.catalog.combo(article.id).is_none()) else {
        items::lines::refuse(model, &article.name);
        return Vec::new();
    };
    let said = Said::Count(Count { pieces: Some(whole), at: model.moment.now });
    model.sold_out.insert(article.id, said);
    // What stands in the search was the number: Enter must not add as many.
    items::added(model);
    let text = model.texts.fill("notice.counted", &[("name", &article.name), ("n", &whole.to_string())]);
    model.say(Tone::Done, text);
    vec![Effect::Say { article: article.id, said }]
}
