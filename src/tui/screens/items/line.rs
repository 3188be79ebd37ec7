//! A whole line in the item search: `2 co;51 .t12`. What it means is read at the counter; here it is taken with Enter or F9, or
//! what is not understood is said. Half of a line is never taken.

use std::sync::Arc;

use jiff::civil::DateTime;
use rust_decimal::Decimal;

use crate::{
    desk::{
        catalog::search::Scope,
        counter::{LinePlan, LineReading, Why, dish_at, has_signs, is_line},
    },
    domain::{
        draft::{quick::amount_before_space, undo::Touch},
        shop::article::Article,
    },
    tui::{
        screens::items::{self, search::added},
        state::{
            model::{Model, Tone},
            overlay::{Overlay, dish::Options},
            slot::Slot,
        },
        wording,
    },
};

/// What the search of a draft means, if it is a line.
pub fn reading(model: &Model, slot: &Slot) -> Option<LineReading> {
    let search = &slot.draft().search;
    let typed_at = typed_at(model, slot);
    is_line(&model.catalog, search).then(|| model.counter().read_line(slot.draft(), search, typed_at))
}

/// What the times of a line count from, in the shop's zone.
fn typed_at(model: &Model, slot: &Slot) -> DateTime {
    slot.typed_at.unwrap_or_else(|| model.moment.local())
}

/// Takes the line that is typed, all of it, or says what is not understood; `false` if what is typed is no line.
pub fn take(model: &mut Model) -> bool {
    let Some(slot) = model.slot() else { return false };
    let Some(reading) = reading(model, slot) else { return false };
    if slot.items.browsing {
        return pin(model, &reading);
    }
    if let Some((article, quantity, comment)) = single(model, slot, &reading) {
        items::act::add_article(model, &article, quantity, &comment);
        return true;
    }
    if let Some(unread) = reading.unread.first() {
        let text = wording::line::why(model, unread);
        model.say(Tone::Warn, text);
        return true;
    }
    let Some(slot) = model.slot() else { return false };
    let typed_at = typed_at(model, slot);
    match model.counter().plan_line(slot.draft(), &reading, typed_at) {
        Ok(plan) => go_on(model, plan, ""),
        Err(why) => match reading.dishes.iter().find(|dish| model.is_sold_out(&dish.article)) {
            Some(dish) => items::say::sold_out(model, &Arc::clone(&dish.article)),
            None => items::say::not_added(model, &why),
        },
    }
    true
}

/// A line of one dish and nothing else is added as any hit is: with all its questions, and an extra to the selected dish.
fn single(model: &Model, slot: &Slot, reading: &LineReading) -> Option<(Arc<Article>, Decimal, String)> {
    if has_signs(&slot.draft().search) {
        return None;
    }
    match (reading.dishes.as_slice(), reading.unread.as_slice()) {
        ([dish], []) if dish.halves.is_empty() => {
            Some((Arc::clone(&dish.article), dish.quantity, dish.comment.clone()))
        }
        ([], [unread]) if matches!(unread.why, Why::Extra(_)) => {
            let (amount, name) = amount_before_space(&unread.text)?;
            let hits = model.catalog.search(name, Scope::All, 1).best;
            let article = model.catalog.at(*hits.first()?)?;
            Some((Arc::clone(article), amount.of(article)?, String::new()))
        }
        _ => None,
    }
}

/// Asks what the line leaves open, or puts all of it into the draft. `ahead` was typed for what comes next.
pub fn go_on(model: &mut Model, mut plan: LinePlan, ahead: &str) {
    if let Some(questions) = plan.asked().map(|dish| dish.questions.clone()) {
        let options = Options { line: Some(Box::new(plan)), ..Options::new(questions) };
        model.overlay = Some(Overlay::Options(Box::new(options)));
        return;
    }
    let (draft, line) = match model.counter().take_line(&plan) {
        Ok(taken) => taken,
        Err(why) => return items::say::not_added(model, &why),
    };
    let before = model.slot().map(|slot| slot.draft().lines.clone()).unwrap_or_default();
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |old| *old = draft);
    if line.is_some() {
        slot.items.line = line;
    }
    let dishes = plan.dishes.len();
    added(model);
    if dishes > 0 || before.is_empty() {
        let text = wording::line::taken(model, dishes);
        model.say(Tone::Done, text);
    }
    items::act::paste(model, ahead);
}

/// The hit that was chosen with the arrows takes the place of the name under the cursor, by its number. A line of one dish is
/// taken with it at once. `false` if there is nothing to put there.
fn pin(model: &mut Model, reading: &LineReading) -> bool {
    let Some(slot) = model.slot() else { return false };
    let Some(number) = items::search::chosen(model, slot).map(|article| article.number.to_string()) else {
        return false;
    };
    let (search, cursor) = (slot.draft().search.clone(), slot.cursor);
    let Some(at) = dish_at(&model.catalog, &search, cursor).filter(|_| !number.is_empty()) else { return false };
    // `2 152` is no quantity; `2x152` is.
    let head = search[..at.start].trim_end();
    let is_counted = head.ends_with(|c: char| c.is_ascii_digit() || matches!(c, 'g' | 'G'));
    let before = if is_counted { format!("{head}x") } else { search[..at.start].to_owned() };
    let text = format!("{before}{number}{}", &search[at.end..]);
    let cursor = before.len() + number.len();
    let is_alone = reading.dishes.len() + reading.unread.len() == 1 && reading.pieces.is_empty();
    let Some(slot) = model.slot_mut() else { return false };
    slot.cursor = cursor;
    slot.items.browsing = false;
    slot.go(|draft| draft.search = text);
    model.search();
    if is_alone {
        // The chosen hit is what Enter means.
        take(model) || {
            items::act::add(model);
            true
        }
    } else {
        true
    }
}
