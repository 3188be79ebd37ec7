//! What is done while a window lies over the screen, and what comes of it: the window says what became of it, and here it is
//! done, in one exhaustive match.

use crate::{
    desk::counter::{Chosen, ExtraWish, Questions},
    tui::{
        act::{
            calls, command,
            confirmed::confirmed,
            draft::{bill, open::show_draft},
        },
        effect::Effect,
        input::{
            command::{Command, ExtrasCommand, OverlayCommand, OverlayListCommand, ReadingCommand},
            key::Key,
        },
        overlay::{self, dish::extras, outcome::Outcome},
        screens::{
            guests,
            items::{self, lines::Extra},
            orders, tables,
        },
        state::{
            model::{Model, Tone},
            overlay::{
                Help, Overlay,
                dish::{Ahead, Share},
                lists::ExtrasPicker,
            },
        },
    },
};

/// Closes the window or takes what it holds.
pub fn command(model: &mut Model, command: OverlayCommand) -> Vec<Effect> {
    match command {
        OverlayCommand::OverlayClose => with(model, overlay::close),
        OverlayCommand::OverlayAccept => with(model, overlay::accept),
    }
}

/// A command of a window with a list.
pub fn list(model: &mut Model, command: OverlayListCommand) -> Vec<Effect> {
    with(model, |model, open| overlay::list(model, open, command))
}

/// A command of a window that is only read.
pub fn read(model: &mut Model, command: ReadingCommand) -> Vec<Effect> {
    with(model, |model, open| overlay::read(model, open, command))
}

/// A command of the list of extras.
pub fn extras(model: &mut Model, command: ExtrasCommand) -> Vec<Effect> {
    match command {
        ExtrasCommand::ExtraLess => with(model, |model, open| overlay::less(model, open)),
    }
}

/// A key that is no command.
pub fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    with(model, |model, open| overlay::key(model, open, key))
}

/// Pasted text.
pub fn paste(model: &mut Model, pasted: &str) -> Vec<Effect> {
    with(model, |model, open| overlay::paste(model, open, pasted))
}

/// A click on a row.
pub fn click(model: &mut Model, row: usize) -> Vec<Effect> {
    with(model, |model, open| overlay::click(model, open, row))
}

/// Opens help, over the window that is open.
pub fn help(model: &mut Model) {
    let below = model.overlay.take().map(Box::new);
    model.overlay = Some(Overlay::Help(Help { scroll: 0, below }));
}

/// Says that the window has to be closed before a command; news that stand are worth more.
pub fn say_first(model: &mut Model, command: Command) {
    if !orders::news::stands(model) {
        let keys = [("close", &*model.key_label(Command::OverlayClose)), ("key", &*model.key_label(command))];
        let text = model.texts.fill("notice.window_first", &keys);
        model.say(Tone::Warn, text);
    }
}

/// Lets the open window do something and does what comes of it. Meanwhile there is none in the model.
fn with(model: &mut Model, does: impl FnOnce(&Model, &mut Overlay) -> Outcome) -> Vec<Effect> {
    let Some(mut open) = model.overlay.take() else { return Vec::new() };
    let outcome = does(model, &mut open);
    apply(model, open, outcome)
}

fn apply(model: &mut Model, open: Overlay, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Close => {}
        Outcome::Stay => model.overlay = Some(open),
        Outcome::Say(tone, text) => {
            model.overlay = Some(open);
            model.say(tone, text);
        }
        Outcome::CloseFirst(command) => {
            model.overlay = Some(open);
            say_first(model, command);
        }
        Outcome::Show(other) => model.overlay = Some(*other),
        Outcome::Do(command) => return command::run(model, command),
        Outcome::Confirmed(question) => return confirmed(model, &question),
        Outcome::Comment { line, text, warning } => {
            items::act::set_comment(model, line, &text);
            if let Some(warning) = warning {
                model.say(Tone::Warn, warning);
            }
        }
        Outcome::Price { line, price } => items::prices::set(model, line, price),
        Outcome::Note(note) => return guests::act::keep_note(model, &note),
        Outcome::Status { target, status, reason } => return orders::status::ask(model, target, status, reason),
        Outcome::Table(table) => tables::act::open_round(model, table),
        Outcome::Draft(at) => show_draft(model, at),
        Outcome::CallBack(at) => calls::call_back(model, at),
        Outcome::Dish { chosen, ahead } => add_dish(model, &chosen, &ahead),
        Outcome::Line { plan, ahead } => {
            items::line::go_on(model, *plan, &ahead.text);
            items::say::untaken(model, &ahead);
        }
        Outcome::Answers { dish, questions, ahead } => change_answers(model, dish, &questions, &ahead),
        Outcome::Extra(wish) => choose_extra(model, open, wish),
        Outcome::LessExtra(article) => {
            model.overlay = Some(open);
            items::lines::less_extra(model, &article);
        }
        Outcome::Shared { wish, one, back, ahead } => share_extra(model, &wish, one, back, &ahead),
        Outcome::Seated(draft) => items::lines::take_seats(model, *draft),
        Outcome::Split(parts) => match bill::split(model, &parts) {
            Some(effects) => return effects,
            None => model.overlay = Some(open),
        },
    }
    Vec::new()
}

fn add_dish(model: &mut Model, chosen: &Chosen, ahead: &Ahead) {
    items::deals::add(model, chosen);
    type_ahead(model, ahead);
}

fn change_answers(model: &mut Model, dish: i64, questions: &Questions, ahead: &Ahead) {
    items::lines::change_answers(model, dish, questions);
    type_ahead(model, ahead);
}

/// The search begins with what was typed ahead. What was refused keeps its search, and what was typed behind it would change
/// that.
fn type_ahead(model: &mut Model, ahead: &Ahead) {
    if !ahead.text.is_empty() && model.slot().is_some_and(|slot| slot.draft().search.is_empty()) {
        items::act::paste(model, &ahead.text);
    }
    items::say::untaken(model, ahead);
}

/// The list of extras waits for the next one, unless it has to be asked for how many of the dish this one is.
fn choose_extra(model: &mut Model, open: Overlay, wish: ExtraWish) {
    let extra = items::lines::add_extra(model, &wish);
    model.overlay = Some(match (open, extra) {
        (Overlay::Extras(mut list), Extra::Added) => {
            extras::begin_again(model, &mut list);
            Overlay::Extras(list)
        }
        (Overlay::Extras(list), Extra::Ask) => {
            Overlay::Share(Box::new(Share { wish, back: Some(list), ahead: String::new() }))
        }
        (open, _) => open,
    });
}

/// Adds the extra, goes back to where it was chosen, and begins the next search there with what was typed ahead.
fn share_extra(model: &mut Model, wish: &ExtraWish, one: bool, back: Option<ExtrasPicker>, ahead: &str) {
    if items::lines::put_extra(model, wish, one) && back.is_none() {
        items::search::added(model);
    }
    match back {
        Some(mut list) => {
            extras::begin_again(model, &mut list);
            extras::paste(model, &mut list, ahead);
            model.overlay = Some(Overlay::Extras(list));
        }
        None if model.slot().is_some_and(|slot| slot.draft().search.is_empty()) => items::act::paste(model, ahead),
        None => {}
    }
}
