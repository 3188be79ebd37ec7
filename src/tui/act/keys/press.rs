//! A key is pressed: whether it is bound, held, or on a terminal that shows nothing.

use crate::tui::{
    act::{
        draft::sending,
        keys::scanning,
        leaving::{interrupt, quit},
    },
    effect::Effect,
    input::{
        command::{Command, KeyContext},
        key::Key,
        rhythm::Press,
    },
    state::model::{Model, Tone},
};

/// Takes a key: held keys are told from others first, then scans from typing.
pub fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    let is_bound = model.keymap.resolve(key, &model.active()).is_some();
    let key = if is_bound { key } else { key.unbound() };
    let mut effects = sending::press(model, Press::Key(key));
    effects.extend(scanning::key(model, key));
    effects
}

/// The terminal never delivers some of the configured keys: that is said, and what works instead.
pub fn plain_keys(model: &mut Model) -> Vec<Effect> {
    let gone = model.keymap.without_kitty();
    let configured =
        gone.into_iter().find(|gone| !gone.command.row().keys.iter().any(|key| key.parse() == Ok(gone.key)));
    let Some(gone) = configured else { return Vec::new() };
    let (key, other) = (gone.key.label(&model.texts), model.key_label(gone.command));
    let words = [("id", gone.command.row().id), ("key", key.as_str()), ("other", other.as_str())];
    let text = model.texts.fill(if other.is_empty() { "notice.key_lost" } else { "notice.key_unreachable" }, &words);
    model.say(Tone::Warn, text);
    Vec::new()
}

/// A key on a terminal that shows nothing but how large it has to be: the way out is open, everything else waits for it.
pub fn unseen_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let mut effects = sending::press(model, Press::Key(key));
    effects.extend(scanning::interrupt(model));
    let command = model.keymap.resolve(key, &[KeyContext::Global]);
    if command == Some(Command::Quit) {
        effects.extend(quit(model));
    } else if command == Some(Command::Interrupt) {
        effects.extend(interrupt(model));
    }
    effects
}
