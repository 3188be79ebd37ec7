//! The item step: search as you type, add, and the cart beside it. Finds and adds; prices come from the domain.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    desk::{
        catalog::search::{Group, Scope},
        counter::{ExtraWish, add_comment},
    },
    domain::{
        draft::{cart::is_weighed, flow::Step, quick, undo::Touch},
        shop::article::Article,
    },
    tui::{
        effect::Effect,
        input::{
            command::{CartCommand, Command, ItemsCommand, ItemsEmptyCommand},
            edit::{self, Edited},
            key::Key,
        },
        screens::{
            items::{
                self,
                lines::Extra,
                search::{added, chosen},
            },
            navigation,
        },
        state::{
            model::{Model, Tone},
            overlay::{
                Overlay,
                comment::CommentPicker,
                dish::{Options, Share},
                lists::ExtrasPicker,
                prompt::Prompt,
            },
        },
    },
};

/// Does a command of the item search.
pub fn command(model: &mut Model, command: ItemsCommand) -> Vec<Effect> {
    match command {
        ItemsCommand::Add => add(model),
        ItemsCommand::HitDown => move_hit(model, 1),
        ItemsCommand::HitUp => move_hit(model, -1),
        ItemsCommand::HitPageDown => move_hit(model, page(model)),
        ItemsCommand::HitPageUp => move_hit(model, -page(model)),
        ItemsCommand::GroupNext => move_group(model, true),
        ItemsCommand::GroupBack => move_group(model, false),
        ItemsCommand::Extras => open_extras(model),
        ItemsCommand::LineComment => open_comment(model),
        ItemsCommand::LinePrice => items::prices::open(model),
        ItemsCommand::FocusCart => focus_cart(model, true),
        ItemsCommand::CartDown => items::lines::go(model, 1),
        ItemsCommand::CartUp => items::lines::go(model, -1),
        ItemsCommand::QuantityUp => items::lines::change(model, Decimal::ONE),
        ItemsCommand::QuantityDown => items::lines::change(model, Decimal::NEGATIVE_ONE),
        ItemsCommand::SoldOut => return items::sold_out::toggle_sold_out(model),
        ItemsCommand::SplitLine => items::lines::split(model),
        ItemsCommand::ClearSearch => clear(model),
    }
    Vec::new()
}

/// Does a command of the item search while nothing is typed.
pub fn empty_command(model: &mut Model, command: ItemsEmptyCommand) {
    match command {
        ItemsEmptyCommand::EmptyQuantityUp => items::lines::change(model, Decimal::ONE),
        ItemsEmptyCommand::RemoveLine => items::lines::remove(model),
    }
}

/// Does a command of the cart.
pub fn cart_command(model: &mut Model, command: CartCommand) {
    match command {
        CartCommand::CartLineDown => items::lines::go(model, 1),
        CartCommand::CartLineUp => items::lines::go(model, -1),
        CartCommand::CartPlus => items::lines::change(model, Decimal::ONE),
        CartCommand::CartMinus => items::lines::change(model, Decimal::NEGATIVE_ONE),
        CartCommand::CartRemove => items::lines::remove(model),
        CartCommand::CartComment => open_comment(model),
        CartCommand::CartExtras => open_extras(model),
        CartCommand::CartPrice => items::prices::open(model),
        CartCommand::CartLeave => focus_cart(model, false),
    }
}

/// A key that is no command: it is typed into the search. In the cart digits are a quantity.
pub fn key(model: &mut Model, key: Key) {
    let Some(slot) = model.slot_mut() else { return };
    if slot.items.in_cart {
        return match key.typed().and_then(|c| c.to_digit(10)) {
            Some(digit) => items::lines::digit(model, digit),
            None => items::lines::end_number(model),
        };
    }
    let (mut text, mut cursor) = (slot.draft().search.clone(), slot.cursor);
    let edited = edit::key(&mut text, &mut cursor, key);
    typed(model, edited, text, cursor);
}

/// A key typed on the review, where nothing takes text: who types there adds something, and a search begins with it. Left
/// where it is it would be lost, and the Enter behind it would send the order without what it was for.
pub fn begin(model: &mut Model, typed: Key) {
    if typed.typed().is_none_or(char::is_whitespace) {
        return;
    }
    navigation::go_to_step(model, Step::Items);
    added(model);
    key(model, typed);
}

/// Pasted text goes into the search; a line end in it never adds.
pub fn paste(model: &mut Model, pasted: &str) {
    let Some(slot) = model.slot_mut() else { return };
    let (mut text, mut cursor) = (slot.draft().search.clone(), slot.cursor);
    let edited = edit::insert(&mut text, &mut cursor, pasted);
    slot.items.in_cart = false;
    typed(model, edited, text, cursor);
}

fn typed(model: &mut Model, edited: Edited, text: String, cursor: usize) {
    let Some(slot) = model.slot_mut() else { return };
    slot.cursor = cursor;
    if edited == Edited::Changed {
        slot.go(|draft| draft.search = text);
        slot.items.browsing = false;
        model.search();
    }
}

/// Enter: takes a line, adds what was found, or says why nothing is.
pub fn add(model: &mut Model) {
    if items::line::take(model) {
        return;
    }
    let Some(slot) = model.slot() else { return };
    let search = slot.draft().search.clone();
    let line = quick::parse(&search);
    let Some(article) = chosen(model, slot).cloned() else {
        if !items::say::several(model, line.text) {
            add_nothing(model, &line);
        }
        return;
    };
    if is_weighed(&article) && !quick::is_counted(&search) {
        return ask_weight(model, &article, line.comment);
    }
    add_article(model, &article, line.quantity, line.comment);
}

/// What is sold by weight needs one: the search waits for it, with the cursor where it belongs.
fn ask_weight(model: &mut Model, article: &Article, comment: &str) {
    let comment = if comment.is_empty() { String::new() } else { format!(" #{comment}") };
    let what = if article.number.is_empty() { &article.name } else { &article.number };
    let text = format!("*{what}{comment}");
    let example = if *article.unit == *"g" { "350" } else { model.texts.t("items.weight_example") };
    let key = model.key_label(Command::Add);
    let parts = [("name", &*article.name), ("unit", &*article.unit), ("example", example), ("key", &key)];
    let said = model.texts.fill("notice.weight", &parts);
    if let Some(slot) = model.slot_mut() {
        slot.cursor = 0;
        slot.items.browsing = false;
        slot.go(|draft| draft.search = text);
    }
    model.search();
    model.say(Tone::Warn, said);
}

/// Adds an article, with its options asked for, to the cart, or as an extra to the selected line.
pub fn add_article(model: &mut Model, article: &Arc<Article>, quantity: Decimal, comment: &str) {
    let channel = model.channel();
    let name = article.name.to_string();
    if article.price_in(&channel).is_none() {
        return items::say::not_sold(model, &name, &channel.name);
    }
    if model.is_sold_out(article) {
        return items::say::sold_out(model, article);
    }
    if model.shop.is_extra(&article.group) {
        let Some(dish) = model.slot().and_then(|slot| slot.items.line) else {
            let text = model.texts.t("notice.no_dish_for_extras").to_owned();
            return model.say(Tone::Warn, text);
        };
        let wish = ExtraWish { dish, article: Arc::clone(article), quantity, comment: comment.to_owned() };
        return match items::lines::add_extra(model, &wish) {
            Extra::Added => added(model),
            Extra::Ask => {
                model.overlay = Some(Overlay::Share(Box::new(Share { wish, back: None, ahead: String::new() })))
            }
            Extra::Refused => {}
        };
    }
    take(model, article, quantity, comment);
}

/// Asks what has to be asked for a dish or combo, or puts it into the cart at once.
fn take(model: &mut Model, article: &Arc<Article>, quantity: Decimal, comment: &str) {
    let Some(slot) = model.slot() else { return };
    let counter = model.counter();
    let questions = counter.questions(slot.draft(), article, quantity, comment);
    // Before any question: no answer would help.
    if let Err(why) = counter.check_parts(slot.draft(), &questions) {
        return items::say::not_added(model, &why);
    }
    if !questions.is_possible() {
        let text = model.texts.fill("notice.too_few_left", &[("name", &article.name)]);
        model.say(Tone::Alarm, text);
    } else if questions.current().is_none() {
        let chosen = questions.chosen(&counter);
        items::deals::add(model, &chosen);
    } else {
        model.overlay = Some(Overlay::Options(Box::new(Options::new(questions))));
    }
}

/// Enter without an article: `3*` sets the selected line's quantity, `#text` adds to its comment; else it says what to do.
fn add_nothing(model: &mut Model, line: &quick::QuickLine<'_>) {
    let selected = model.slot().and_then(|slot| slot.items.line);
    let typed = model.slot().is_some_and(|slot| !slot.draft().search.trim().is_empty());
    let Some(id) = selected.filter(|_| typed && line.text.is_empty()) else {
        let is_none = model.slot().is_some_and(|slot| quick::is_none(&slot.draft().search));
        let (text, key) = match typed {
            true if is_none => ("notice.zero_quantity", Command::RemoveLine),
            true if line.text.is_empty() && line.comment.is_empty() => ("notice.no_line", Command::ClearSearch),
            true if line.text.is_empty() => ("notice.no_line_to_comment", Command::ClearSearch),
            true => ("notice.no_hit", Command::ClearSearch),
            false => ("notice.type_first", Command::HitDown),
        };
        let text = model.texts.fill(text, &[("key", &model.key_label(key))]);
        return model.say(Tone::Warn, text);
    };
    let counted = line.comment.is_empty() || line.quantity != Decimal::ONE;
    if counted && !items::lines::set(model, line.quantity, Touch::Alone) {
        return;
    }
    if !line.comment.is_empty() {
        let comment = model.slot().and_then(|slot| slot.draft().line(id)).map(|own| add_comment(own, line.comment));
        set_comment(model, id, &comment.unwrap_or_default());
    }
    items::say::line_now(model);
    if let Some(slot) = model.slot_mut() {
        slot.cursor = 0;
        slot.go(|draft| draft.search.clear());
    }
    model.search();
}

/// Writes the comment of a line.
pub fn set_comment(model: &mut Model, id: i64, comment: &str) {
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |draft| {
        if let Some(line) = draft.lines.iter_mut().find(|line| line.id == id) {
            comment.trim().clone_into(&mut line.comment);
        }
    });
}

fn clear(model: &mut Model) {
    let Some(slot) = model.slot_mut() else { return };
    if slot.draft().search.is_empty() {
        slot.items.scope = Scope::All;
    }
    slot.items.browsing = false;
    slot.cursor = 0;
    slot.go(|draft| draft.search.clear());
    model.search();
}

/// As many hits as are seen at once, but one.
fn page(model: &Model) -> isize {
    // Head, steps, rule, search, echo and groups above; message, footer and on narrow terminals the folded cart below.
    const AROUND: u16 = 10;
    isize::try_from(model.size.1.saturating_sub(AROUND)).unwrap_or(1).max(1)
}

fn move_hit(model: &mut Model, by: isize) {
    let Some(slot) = model.slot_mut() else { return };
    let count = slot.items.hits.best.len();
    if count == 0 {
        return;
    }
    // The first arrow down in an untouched list takes its first row, it does not skip it.
    let first = !slot.items.browsing && slot.draft().search.is_empty();
    slot.items.browsing = true;
    if !first {
        slot.items.selected = slot.items.selected.saturating_add_signed(by).min(count - 1);
    }
}

fn move_group(model: &mut Model, forward: bool) {
    let count = model.catalog.groups().len();
    let Some(slot) = model.slot_mut() else { return };
    let at = match slot.items.scope {
        Scope::Group(group) => group + 1,
        Scope::All | Scope::Extras => 0,
    };
    let all = count + 1;
    let at = if forward { (at + 1) % all } else { (at + all - 1) % all };
    slot.items.scope = at.checked_sub(1).map_or(Scope::All, Scope::Group);
    slot.items.browsing = false;
    model.search();
}

fn focus_cart(model: &mut Model, into: bool) {
    let Some(slot) = model.slot_mut() else { return };
    if into && slot.draft().lines.is_empty() {
        return items::say::no_line(model);
    }
    slot.items.in_cart = into;
    slot.keep_line();
}

/// The questions that a default answered for the selected dish; without any, or from there, the extras.
fn open_extras(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let asked = slot.items.line.and_then(|line| model.counter().asked_of(slot.draft(), line));
    if let Some(questions) = asked {
        model.overlay = Some(Overlay::Options(Box::new(Options::new(questions))));
        return;
    }
    if slot.items.line.is_none() || !model.catalog.groups().iter().any(|group: &Group| group.extra) {
        let text = model.texts.t("notice.no_dish_for_extras").to_owned();
        return model.say(Tone::Warn, text);
    }
    model.overlay = Some(Overlay::Extras(ExtrasPicker::new(&model.catalog)));
}

fn open_comment(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let Some(line) = slot.items.line.and_then(|id| slot.draft().line(id)) else {
        return items::say::no_line(model);
    };
    let ready_made = CommentPicker::of(line, &model.catalog.menu().comments);
    let prompt = || Overlay::Prompt(Prompt::comment(line));
    model.overlay = Some(ready_made.map_or_else(prompt, |picker| Overlay::Comment(Box::new(picker))));
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;
