//! What is done to the lines of the cart: quantities, extras, removal. Says what became of a line, because on a small
//! terminal the cart is not on the screen; prices come from the domain.

use rust_decimal::Decimal;

use crate::{
    desk::counter::{Added, ExtraWish, NotAdded, Questions, without_extra},
    domain::{
        draft::{Draft, Line, undo::Touch},
        shop::article::Article,
    },
    tui::{
        input::command::Command,
        screens::items::{self, say},
        state::{
            model::{Model, Tone},
            slot::Slot,
        },
        wording,
    },
};

/// What became of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// It is in the cart.
    Added,
    /// It cannot be; why was said.
    Refused,
    /// There are several of the dish: a person has to say whether it is for all of them.
    Ask,
}

/// Adds an extra to its dish, unless it has to be asked first for how many.
pub fn add_extra(model: &mut Model, wish: &ExtraWish) -> Extra {
    let Some(slot) = model.slot() else { return Extra::Refused };
    if let Err(why) = model.counter().check_extra(slot.draft(), wish) {
        if why == NotAdded::SoldOut {
            items::say::sold_out(model, &wish.article);
        } else {
            say::not_added(model, &why);
        }
        return Extra::Refused;
    }
    if slot.draft().has_several(wish.dish) {
        return Extra::Ask;
    }
    if put_extra(model, wish, false) { Extra::Added } else { Extra::Refused }
}

/// Adds an extra to all of its dish, or to one that is split off; says to which and what it costs. `false` if it is refused.
pub fn put_extra(model: &mut Model, wish: &ExtraWish, one: bool) -> bool {
    let Some(slot) = model.slot() else { return false };
    let Added { draft, line, name: extra, price, .. } = match model.counter().add_extra(slot.draft(), wish, one) {
        Ok(added) => added,
        Err(why) => {
            say::not_added(model, &why);
            return false;
        }
    };
    let Some(slot) = model.slot_mut() else { return false };
    slot.change(Touch::Alone, |old| *old = draft);
    slot.items.line = Some(line);
    let Some((dishes, name)) = slot.draft().line(line).map(|line| (line.quantity, line.article.name.to_string()))
    else {
        return true;
    };
    let total = model.texts.money(price * wish.quantity * dishes, &model.shop.currency);
    let (n, dishes) = (model.texts.number(wish.quantity), model.texts.number(dishes));
    let parts = [("n", &*n), ("name", &extra), ("dishes", &dishes), ("dish", &name), ("total", &total)];
    let text = model.texts.fill("notice.extra_added", &parts);
    model.say(Tone::Done, text);
    true
}

/// Takes one of an extra away from the selected dish, and says so.
pub fn less_extra(model: &mut Model, article: &Article) {
    let Some(slot) = model.slot_mut() else { return };
    let Some(dish) = slot.items.line.and_then(|id| slot.draft().line(id)).map(|line| line.main) else { return };
    let Some(draft) = without_extra(slot.draft(), dish, article.id) else {
        let text = model.texts.fill("notice.no_such_extra", &[("name", &article.name)]);
        return model.say(Tone::Warn, text);
    };
    slot.change(Touch::Alone, |old| *old = draft);
    // The extra may have been the selected line.
    slot.items.line = Some(dish);
    let (n, key) = (model.texts.quantity(Decimal::ONE, article), model.key_label(Command::Undo));
    let text = model.texts.fill("notice.removed", &[("n", &n), ("name", &article.name), ("key", &key)]);
    model.say(Tone::Done, text);
}

/// A dish has other answers to its questions; says what the dish is now.
pub fn change_answers(model: &mut Model, dish: i64, questions: &Questions) {
    let Some(slot) = model.slot() else { return };
    let draft = match model.counter().with_answers(slot.draft(), dish, questions) {
        Ok(draft) => draft,
        Err(why) => return say::not_added(model, &why),
    };
    let answers = wording::lines::answers(questions);
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |old| *old = draft);
    slot.items.line = Some(dish);
    let name = slot.draft().line(dish).map(|line| wording::lines::name(line).to_owned()).unwrap_or_default();
    let text = model.texts.fill("notice.answered", &[("name", &name), ("answers", &answers)]);
    model.say(Tone::Done, text);
}

/// The lines have the seats that were given in the bill.
pub fn take_seats(model: &mut Model, seated: Draft) {
    if let Some(slot) = model.slot_mut() {
        slot.change(Touch::Alone, |draft| draft.lines = seated.lines);
        slot.keep_line();
    }
}

/// Sets the selected line's quantity; `false` if it makes no sense, which is said.
pub fn set(model: &mut Model, quantity: Decimal, touch: Touch) -> bool {
    let Some(slot) = model.slot() else { return false };
    let Some(id) = slot.items.line else { return false };
    match model.counter().with_quantity(slot.draft(), id, quantity) {
        Ok(draft) => {
            if let Some(slot) = model.slot_mut() {
                slot.change(touch, |old| *old = draft);
            }
            true
        }
        Err(why) => {
            say::not_added(model, &why);
            false
        }
    }
}

/// A digit in the cart: the first one sets the quantity, the ones that follow at once are the rest of the number.
pub fn digit(model: &mut Model, digit: u32) {
    let Some(slot) = model.slot() else { return };
    let Some(line) = whole(slot) else { return };
    let id = line.id;
    let begun = if slot.items.counting == Some(id) { line.quantity } else { Decimal::ZERO };
    let quantity = begun * Decimal::TEN + Decimal::from(digit);
    if !quantity.is_zero()
        && set(model, quantity, Touch::Line(id))
        && let Some(slot) = model.slot_mut()
    {
        slot.items.counting = Some(id);
    }
}

/// Whatever is done next is not part of the number that was typed.
pub fn end_number(model: &mut Model) {
    if let Some(slot) = model.slot_mut()
        && slot.items.counting.take().is_some()
    {
        slot.pause_undo();
    }
}

/// The line whose quantity counts for the selected one.
fn whole(slot: &Slot) -> Option<&Line> {
    slot.items.line.and_then(|id| slot.draft().line(slot.draft().whole(id)))
}

/// More or less of the selected line.
pub fn change(model: &mut Model, by: Decimal) {
    let Some(slot) = model.slot() else { return };
    let Some(quantity) = whole(slot).map(|line| line.quantity + by) else {
        return say::no_line(model);
    };
    if quantity <= Decimal::ZERO {
        return remove(model);
    }
    if set(model, quantity, Touch::Alone) {
        say::line_now(model);
    }
}

/// Takes the selected line away and says so: it may not have been on the screen.
pub fn remove(model: &mut Model) {
    let Some(slot) = model.slot_mut() else { return };
    let Some(id) = slot.items.line else { return say::no_line(model) };
    let id = slot.draft().whole(id);
    let Some(at) = slot.draft().lines.iter().position(|line| line.id == id) else { return };
    let gone = slot.draft().lines[at].clone();
    slot.change(Touch::Alone, |draft| draft.remove(id));
    let lines = &slot.draft().lines;
    let near = lines.get(at).or(lines.last()).map(|line| line.id);
    slot.items.line = near;
    slot.keep_line();
    let (n, key) = (model.texts.quantity(gone.quantity, &gone.article), model.key_label(Command::Undo));
    let text = model.texts.fill("notice.removed", &[("n", &n), ("name", wording::lines::name(&gone)), ("key", &key)]);
    model.say(Tone::Done, text);
}

/// Splits one off the selected line.
pub fn split(model: &mut Model) {
    let Some(slot) = model.slot_mut() else { return };
    let Some(id) = slot.items.line else { return say::no_line(model) };
    match slot.change(Touch::Alone, |draft| draft.split_one(id)) {
        Some(one) => {
            slot.items.line = Some(one);
            say::line_now(model);
        }
        None => {
            let text = model.texts.t("notice.nothing_to_split").to_owned();
            model.say(Tone::Warn, text);
        }
    }
}

/// Selects another line.
pub fn go(model: &mut Model, by: isize) {
    let Some(slot) = model.slot_mut() else { return };
    let lines = &slot.draft().lines;
    if lines.is_empty() {
        return say::no_line(model);
    }
    let at = lines.iter().position(|line| Some(line.id) == slot.items.line).unwrap_or(0);
    let to = at.saturating_add_signed(by).min(lines.len().saturating_sub(1));
    slot.items.line = lines.get(to).map(|line| line.id);
    say::line_now(model);
}
