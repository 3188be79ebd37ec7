//! What a scanner types adds an article and reaches no field; what hands type goes where it always went. Text is typed at once
//! and taken back when Enter shows that it was a scan; only digits that would act at once wait for a moment.

use std::{sync::Arc, time::Duration};

use rust_decimal::Decimal;

use crate::{
    domain::{
        draft::{field::Field, flow::Step, quick},
        shop::article::Article,
        value::barcode::{DIGITS, spellings},
    },
    tui::{
        act::keys::dispatch::on_key,
        effect::Effect,
        input::{
            command::Command,
            key::{Code, Key},
            scan::{Burst, GAP},
        },
        overlay::dish::extras,
        screens::items,
        state::{
            model::{Model, Screen, Tone},
            overlay::Overlay,
            rows::{self, Row},
            scan::{Before, Text},
        },
    },
};

/// The monotonic clock: digits that waited long enough were no scan.
pub fn beat(model: &mut Model, now: Duration) -> Vec<Effect> {
    model.scan.now = now;
    if model.scan.wake_at().is_some_and(|at| at <= now) { settle(model) } else { Vec::new() }
}

/// Something else than a key was done: what waits comes before it, and it is no part of a scan.
pub fn interrupt(model: &mut Model) -> Vec<Effect> {
    let effects = settle(model);
    model.scan.other_key = Some(model.scan.now);
    effects
}

/// Takes a key.
pub fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    match key.typed().filter(char::is_ascii_digit) {
        Some(digit) => on_digit(model, key, digit),
        None if key == Key::plain(Code::Enter) => on_enter(model, key),
        None => {
            let mut effects = interrupt(model);
            effects.extend(on_key(model, key));
            effects
        }
    }
}

/// Digits that wait are given to whoever they were for.
fn settle(model: &mut Model) -> Vec<Effect> {
    let Some(burst) = model.scan.burst.take().filter(Burst::waits) else { return Vec::new() };
    burst.digits.chars().flat_map(|digit| on_key(model, Key::plain(Code::Char(digit)))).collect()
}

fn on_digit(model: &mut Model, key: Key, digit: char) -> Vec<Effect> {
    let now = model.scan.now;
    let mut effects = Vec::new();
    if !model.scan.burst.as_ref().is_some_and(|burst| burst.goes_on(now)) {
        effects = settle(model);
        let before = text_under(model, key).map(|text| Before { text, catalog: Arc::clone(&model.catalog) });
        let spoilt = model.scan.other_key.is_some_and(|at| now.saturating_sub(at) <= GAP);
        model.scan.burst = Some(Burst { digits: String::new(), begun: now, last: now, before, spoilt });
    }
    if model.scan.burst.as_ref().is_some_and(|burst| !burst.spoilt && burst.digits.len() == *DIGITS.end()) {
        // Longer than any barcode. What waited is given on, and so is what follows.
        let begun = now;
        effects.extend(settle(model));
        model.scan.burst = Some(Burst { digits: String::new(), begun, last: now, before: None, spoilt: true });
    }
    let Some(burst) = &mut model.scan.burst else { return effects };
    burst.last = now;
    if !burst.spoilt {
        burst.digits.push(digit);
    }
    if !burst.waits() {
        effects.extend(on_key(model, key));
    }
    effects
}

fn on_enter(model: &mut Model, key: Key) -> Vec<Effect> {
    let now = model.scan.now;
    if let Some(burst) = model.scan.burst.take_if(|burst| burst.is_scan(now)) {
        let codes = spellings(&burst.digits);
        let known = codes.iter().find_map(|code| model.catalog.exact(code)).cloned();
        let is_scan = known.is_some() || burst.is_barcode(is_in_phone(model));
        if is_scan && !(known.is_some() && is_in_search(model, &burst.digits)) {
            // The next scan may follow at once.
            model.scan.other_key = None;
            take_back(model, burst.before);
            model.notice = None;
            match known {
                // Two share it by mistake: a person has to say which it is.
                Some(_) if codes.iter().any(|code| items::say::several(model, code)) => {}
                Some(article) => add(model, &article),
                None => {
                    let text = model.texts.fill("notice.unknown_code", &[("code", &burst.digits)]);
                    model.say(Tone::Warn, text);
                }
            }
            return Vec::new();
        }
        if is_scan {
            model.scan.other_key = None;
            return on_key(model, key);
        }
        model.scan.burst = Some(burst);
    }
    let mut effects = interrupt(model);
    effects.extend(on_key(model, key));
    effects
}

/// The text a digit would be typed into; `None` where it does something else, or nothing.
fn text_under(model: &Model, key: Key) -> Option<Text> {
    if model.keymap.resolve(key, &model.active()).is_some() {
        return None;
    }
    match &model.overlay {
        Some(overlay) => overlay.typed_text().map(Text::Overlay),
        None if model.screen == Screen::Orders => model.orders.search().map(Text::List),
        None => model.slot()?.typed_text().map(|typed| Text::Draft(Box::new(typed))),
    }
}

fn is_in_phone(model: &Model) -> bool {
    let row = model.slot().filter(|_| model.overlay.is_none() && model.screen == Screen::Draft).and_then(rows::focused);
    row == Some(Row::Field(Field::Phone))
}

/// Whether the item search holds nothing but the code, and perhaps how many: then its own Enter adds it.
fn is_in_search(model: &Model, digits: &str) -> bool {
    is_at_items(model)
        && model.slot().is_some_and(|slot| !slot.items.in_cart && quick::parse(&slot.draft().search).text == digits)
        && model.catalog.exact(digits).is_some()
}

fn is_at_items(model: &Model) -> bool {
    let step = model.slot().map(|slot| slot.draft().step);
    model.overlay.is_none() && model.screen == Screen::Draft && step == Some(Step::Items)
}

/// Puts the text back as it was before the first digit, if it is still the one in front.
fn take_back(model: &mut Model, before: Option<Before>) {
    let Some(Before { text, catalog }) = before else { return };
    match text {
        Text::Draft(typed) => {
            let Some(at) = model.slots.iter_mut().position(|slot| slot.put_back(&typed)) else { return };
            let selected = model.slots[at].items.selected;
            model.search_in(at);
            if Arc::ptr_eq(&catalog, &model.catalog) {
                model.slots[at].items.selected = selected;
            }
        }
        Text::Overlay(mut overlay) => {
            let same = |open: &Overlay| std::mem::discriminant(open) == std::mem::discriminant(&overlay);
            if !model.overlay.as_ref().is_some_and(same) {
                return;
            }
            if let Overlay::Extras(list) = &mut overlay
                && !Arc::ptr_eq(&catalog, &model.catalog)
            {
                // Hits are positions in the articles, and those are others now.
                extras::search(model, list);
            }
            model.overlay = Some(overlay);
        }
        Text::List(text) => model.orders.put_back(text),
    }
}

/// Adds a scanned article to the shown draft; the search, the cursor and the cart's focus stay as they are.
fn add(model: &mut Model, article: &Arc<Article>) {
    let Some(slot) = model.slot() else {
        let text = model.texts.t("notice.no_id").to_owned();
        return model.say(Tone::Warn, text);
    };
    let questions = model.counter().questions(slot.draft(), article, Decimal::ONE, "");
    let asks = !questions.list.is_empty()
        || model.shop.is_extra(&article.group) && slot.items.line.is_some_and(|dish| slot.draft().has_several(dish));
    let at_items = is_at_items(model);
    if asks && !at_items {
        // A question must not come between somebody and what is being typed.
        let key = model.key_label(Command::StepItems);
        let text = model.texts.fill("notice.scan_asks", &[("name", &article.name), ("key", &key)]);
        return model.say(Tone::Warn, text);
    }
    let (search, items, cursor) = (slot.draft().search.clone(), slot.items.clone(), slot.cursor);
    items::act::add_article(model, article, Decimal::ONE, "");
    if model.overlay.is_none() || !at_items {
        let at = model.current;
        let Some(slot) = model.slot_mut() else { return };
        slot.cursor = cursor;
        slot.go(|draft| draft.search = search);
        (slot.items.scope, slot.items.browsing, slot.items.in_cart) = (items.scope, items.browsing, items.in_cart);
        model.search_in(at);
        if let Some(slot) = model.slot_mut() {
            slot.items.selected = items.selected;
        }
    }
    if !at_items && model.notice.as_ref().is_some_and(|notice| notice.tone == Tone::Done) {
        let what = model.notice.take().map(|notice| notice.text).unwrap_or_default();
        let text = model.texts.fill("notice.scanned", &[("what", &what)]);
        model.say(Tone::Done, text);
    }
}

#[cfg(test)]
#[path = "scanning_tests.rs"]
mod tests;
