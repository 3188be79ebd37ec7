//! The next status of an order: the sensible one first, a digit sets one at once, a reason if there is one.

use crate::tui::{
    input::{edit, key::Key},
    overlay::outcome::Outcome,
    state::{model::Model, overlay::status::StatusMenu},
    wording::orders::status_label,
};

/// The language changed: the statuses are named in it.
pub fn say_again(model: &Model, menu: &mut StatusMenu) {
    for (token, label) in &mut menu.offers {
        *label = model.texts.choice("status", token, status_label(model, token).as_deref());
    }
}

/// A digit sets that status; in the reason it is typed.
pub fn key(menu: &mut StatusMenu, key: Key) -> Outcome {
    if menu.in_reason {
        edit::key(&mut menu.reason, &mut menu.cursor, key);
        return Outcome::Stay;
    }
    let digit = key.typed().and_then(|typed| typed.to_digit(10));
    let at = digit.and_then(|digit| (digit as usize).checked_sub(1)).filter(|at| *at < menu.offers.len());
    let Some(at) = at else { return Outcome::Stay };
    menu.selected = at;
    accept(menu)
}

/// Pastes into the reason.
pub fn paste(menu: &mut StatusMenu, pasted: &str) {
    if menu.in_reason {
        edit::insert(&mut menu.reason, &mut menu.cursor, pasted);
    }
}

/// Asks for the selected status.
pub fn accept(menu: &StatusMenu) -> Outcome {
    let Some((status, _)) = menu.offers.get(menu.selected).cloned() else { return Outcome::Close };
    let reason = Some(menu.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    Outcome::Status { target: menu.target.clone(), status, reason }
}
