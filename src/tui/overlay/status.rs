//! The next status of an order: the sensible one first, a letter sets one at once and means the same status always. Cancelling has
//! a window of its own.

pub mod cancel;
pub mod view;

use crate::tui::{
    input::{command::Command, edit, key::Key},
    overlay::outcome::Outcome,
    state::{
        model::{Model, Tone},
        overlay::{
            Overlay,
            status::{CancelMenu, StatusMenu},
        },
    },
    wording::orders::status_word,
};

/// The language changed: the statuses are named in it.
pub fn say_again(model: &Model, menu: &mut StatusMenu) {
    for offer in &mut menu.offers {
        offer.label = status_word(model, &offer.token);
    }
}

/// A letter sets its status; in the reason it is typed.
pub fn key(model: &Model, menu: &mut StatusMenu, key: Key) -> Outcome {
    if menu.in_reason {
        edit::key(&mut menu.reason, &mut menu.cursor, key);
        return Outcome::Stay;
    }
    if let (Some(status), true) = (&menu.cancel, model.keymap.key(Command::OrderCancel) == Some(key)) {
        let reasons = cancel::reasons(model);
        let cancel = CancelMenu::new(menu.target.clone(), menu.about.clone(), status.clone(), reasons);
        return Outcome::Show(Box::new(Overlay::Cancel(cancel)));
    }
    let Some(letter) = key.typed().and_then(|typed| typed.to_lowercase().next()) else { return Outcome::Stay };
    if let Some(at) = menu.offers.iter().position(|offer| offer.letter == Some(letter)) {
        menu.selected = at;
        return accept(menu);
    }
    match model.shop.workflow.lettered(letter) {
        Some(rule) => {
            let label = status_word(model, &rule.token);
            Outcome::Say(Tone::Warn, model.texts.fill("notice.status_not_now", &[("status", &label)]))
        }
        None => Outcome::Stay,
    }
}

/// Pastes into the reason.
pub fn paste(menu: &mut StatusMenu, pasted: &str) {
    if menu.in_reason {
        edit::insert(&mut menu.reason, &mut menu.cursor, pasted);
    }
}

/// Asks for the selected status.
pub fn accept(menu: &StatusMenu) -> Outcome {
    let Some(offer) = menu.offers.get(menu.selected).cloned() else { return Outcome::Close };
    let reason = Some(menu.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    Outcome::Status { target: menu.target.clone(), status: offer.token, reason }
}
