//! What is said when something is added, refused or changed in the cart: on a small terminal the cart is not on the screen.

use crate::{
    desk::counter::{NotAdded, TooFew},
    domain::shop::article::Article,
    tui::{
        input::command::Command,
        state::{
            model::{Model, Tone},
            overlay::dish::Ahead,
        },
        wording,
    },
};

/// Says that fewer are left than are wanted.
pub fn too_few(model: &mut Model, few: &TooFew) {
    let TooFew { name, left, has } = few;
    let (n, here) = (model.texts.number(*left), model.texts.number(*has));
    let key = if has.is_zero() { "notice.only_left" } else { "notice.only_left_here" };
    let text = model.texts.fill(key, &[("name", name), ("n", &n), ("here", &here)]);
    model.say(Tone::Alarm, text);
}

/// Says that an article is sold out, and which key takes it back.
pub fn sold_out(model: &mut Model, article: &Article) {
    let key = model.key_label(Command::SoldOut);
    let text = model.texts.fill("notice.is_sold_out", &[("name", &article.name), ("key", &key)]);
    model.say(Tone::Alarm, text);
}

/// Says what the selected line is now, where the cart that shows it does not have the keys.
pub fn line_now(model: &mut Model) {
    let channel = model.channel();
    let Some(slot) = model.slot().filter(|slot| !slot.items.in_cart) else { return };
    let Some(priced) = slot.draft().priced(&channel).find(|priced| Some(priced.line.id) == slot.items.line) else {
        return;
    };
    let n = model.texts.quantity(priced.quantity, &priced.line.article);
    let total = wording::lines::total(slot.draft(), priced.line, &channel).unwrap_or(priced.total);
    let total = model.texts.money(total, &model.shop.currency);
    let comment = if priced.line.comment.is_empty() { String::new() } else { format!(" #{}", priced.line.comment) };
    let name = format!("{}{comment}", wording::lines::name(priced.line));
    let text = model.texts.fill("notice.line", &[("n", &n), ("name", &name), ("total", &total)]);
    model.say(Tone::Done, text);
}

/// Says that the shown order type does not sell an article, and which key leads to another one.
pub fn not_sold(model: &mut Model, name: &str, channel: &str) {
    let key = model.key_label(Command::OrderTypeNext);
    let text = model.texts.fill("notice.not_in_channel", &[("name", name), ("channel", channel), ("key", &key)]);
    model.say(Tone::Alarm, text);
}

/// Says why something is not added.
pub fn not_added(model: &mut Model, why: &NotAdded) {
    match why {
        NotAdded::NotSold { name } => {
            let channel = model.channel();
            not_sold(model, name, &channel.name);
        }
        NotAdded::TooFew(few) => too_few(model, few),
        NotAdded::Quantity { name } => quantity_refused(model, name),
        NotAdded::SoldOut | NotAdded::Nothing => {}
    }
}

/// Says that there is no line to do anything with.
pub fn no_line(model: &mut Model) {
    let text = model.texts.t("notice.no_line").to_owned();
    model.say(Tone::Warn, text);
}

/// Says that a quantity makes no sense.
pub fn quantity_refused(model: &mut Model, name: &str) {
    let text = model.texts.fill("notice.quantity_refused", &[("name", name)]);
    model.say(Tone::Warn, text);
}

/// Says that letters which had chosen something were a word of the next article.
pub fn untaken(model: &mut Model, ahead: &Ahead) {
    if !ahead.untaken.is_empty() {
        let parts = [("names", &*ahead.untaken.join(", ")), ("text", &ahead.text)];
        let text = model.texts.fill("notice.untaken", &parts);
        model.say(Tone::Warn, text);
    }
}

/// Says that several articles share a number or a barcode, and which; `false` if they do not.
pub fn several(model: &mut Model, code: &str) -> bool {
    let articles = model.catalog.exact_all(code);
    if articles.len() < 2 {
        return false;
    }
    let names: Vec<&str> = articles.iter().map(|article| &*article.name).collect();
    let text = model.texts.fill("line.several", &[("text", code), ("names", &names.join(", "))]);
    model.say(Tone::Warn, text);
    true
}
