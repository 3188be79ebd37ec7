//! The keys of the screen below, while a window lies over it: none is silent, and none closes what is being answered.

use super::{global, quit};
use crate::tui::{
    effect::Effect,
    input::{
        command::{Command, Context},
        key::Key,
    },
    overlay::{self, Overlay},
    state::model::Model,
};

/// A key that works everywhere, or anywhere in an order. `None` for every other: it belongs to the window.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let below = [Context::Global, Context::Draft];
    let command = model.keymap.resolve(key, &below).filter(|_| key.typed().is_none())?;
    Some(match command {
        // The way out is open from anywhere: every draft is on disk. So is the way to who rings.
        Command::Quit => quit(model),
        Command::TakeCall => super::command(model, Command::TakeCall),
        Command::Language => {
            let effects = global(model, Command::Language);
            overlay::say_again(model);
            effects
        }
        // The same key leads back.
        Command::Help if matches!(model.overlay, Some(Overlay::Help(_))) => {
            overlay::command(model, Command::OverlayClose)
        }
        Command::Help => {
            overlay::help::open(model);
            Vec::new()
        }
        command => {
            overlay::say_first(model, command);
            Vec::new()
        }
    })
}
