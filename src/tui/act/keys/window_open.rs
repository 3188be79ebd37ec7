//! The keys of the screen below, while a window lies over it: none is silent, and none closes what is being answered.

use crate::tui::{
    act::{
        command::{self, global},
        language,
        leaving::{interrupt, quit},
        windows,
    },
    effect::Effect,
    input::{
        command::{ByContext, GlobalCommand, KeyContext, OverlayCommand},
        key::Key,
    },
    state::{model::Model, overlay::Overlay},
};

/// A key that works everywhere, or anywhere in an order. `None` for every other: it belongs to the window.
pub fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    use GlobalCommand as C;
    let below = [KeyContext::Global, KeyContext::Draft];
    let command = model.keymap.resolve(key, &below).filter(|_| key.typed().is_none())?;
    let ByContext::Global(global_command) = command.by_context() else {
        windows::say_first(model, command);
        return Some(Vec::new());
    };
    Some(match global_command {
        // The way out is open from anywhere: every draft is on disk. So is the way to who rings.
        C::Quit => quit(model),
        C::Interrupt => interrupt(model),
        C::TakeCall => command::run(model, command),
        C::Language => {
            let effects = global(model, C::Language);
            language::say_again(model);
            effects
        }
        // The same key leads back.
        C::Help if matches!(model.overlay, Some(Overlay::Help(_))) => {
            windows::command(model, OverlayCommand::OverlayClose)
        }
        C::Help => {
            windows::help(model);
            Vec::new()
        }
        C::NextDraft if matches!(model.overlay, Some(Overlay::Drafts(_))) => command::run(model, command),
        C::ToggleOrders | C::NextDraft | C::NewDraft | C::Attention | C::NoticeDetail | C::Palette | C::SyncCatalog => {
            windows::say_first(model, command);
            Vec::new()
        }
    })
}
