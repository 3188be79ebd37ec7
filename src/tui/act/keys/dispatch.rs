//! A key that counts: a command, or text for the window or the screen that is shown.

use crate::{
    domain::draft::flow::Step,
    tui::{
        act::{
            command,
            keys::{list_shown, window_open},
            windows,
        },
        effect::Effect,
        input::{
            command::{Command, KeyContext},
            key::Key,
        },
        screens::{form, items, orders},
        state::model::{Model, Screen},
    },
};

/// Does what a key means here: a command, or text for the window or the screen that is shown.
pub fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let command = model.keymap.resolve(key, &model.active());
    model.interrupted &= model.keymap.resolve(key, &[KeyContext::Global]) == Some(Command::Interrupt);
    if command != Some(Command::NoticeDetail) && (command == Some(Command::Attention) || !orders::news::stands(model)) {
        model.notice = None;
    }
    if let Some(command) = command {
        return command::run(model, command);
    }
    if model.overlay.is_some() {
        return window_open::key(model, key).unwrap_or_else(|| windows::key(model, key));
    }
    if let Some(effects) = list_shown::key(model, key) {
        return effects;
    }
    match (model.screen, model.slot().map(|slot| slot.draft().step)) {
        (Screen::Orders, _) => orders::act::key(model, key),
        (Screen::Draft, Some(Step::Items)) => items::act::key(model, key),
        (Screen::Draft, Some(Step::Review)) => items::act::begin(model, key),
        (Screen::Draft, None) => {}
        (Screen::Draft, Some(_)) => form::act::key(model, key),
    }
    Vec::new()
}

/// Pasted text goes into the one line of text that is in front, and is never a command.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    model.notice = None;
    items::lines::end_number(model);
    if model.overlay.is_some() {
        return windows::paste(model, text);
    }
    match (model.screen, model.slot().map(|slot| slot.draft().step)) {
        (Screen::Orders, _) => orders::act::paste(model, text),
        (Screen::Draft, Some(Step::Items)) => items::act::paste(model, text),
        (Screen::Draft, Some(Step::Review) | None) => {}
        (Screen::Draft, Some(_)) => form::act::paste(model, text),
    }
    Vec::new()
}
