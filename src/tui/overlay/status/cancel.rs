//! Why an order is cancelled: a digit or an arrow chooses a ready-made reason, anything else is typed. Without one nothing happens.

use crate::tui::{
    input::{edit, key::Key},
    overlay::{moving::Move, outcome::Outcome},
    state::{
        model::{Model, Tone},
        overlay::status::CancelMenu,
    },
};

/// The ready-made reasons: the shop's, or else the program's own.
pub fn reasons(model: &Model) -> Vec<String> {
    const OWN: [&str; 4] = ["guest", "mistake", "sold_out", "not_possible"];
    let of_shop = &model.shop.list.cancel_reasons;
    if of_shop.is_empty() {
        OWN.map(|word| model.texts.t(&format!("cancel_reason.{word}")).to_owned()).into()
    } else {
        of_shop.clone()
    }
}

/// A digit chooses, as long as nothing is typed; everything else is typed.
pub fn key(menu: &mut CancelMenu, key: Key) -> Outcome {
    let digit = key.typed().and_then(|typed| typed.to_digit(10)).filter(|_| menu.text.is_empty());
    let at = digit.and_then(|digit| (digit as usize).checked_sub(1)).filter(|at| *at < menu.reasons.len());
    match at {
        Some(at) => menu.selected = Some(at),
        None => drop(edit::key(&mut menu.text, &mut menu.cursor, key)),
    }
    Outcome::Stay
}

/// Pastes into the reason.
pub fn paste(menu: &mut CancelMenu, pasted: &str) {
    edit::insert(&mut menu.text, &mut menu.cursor, pasted);
}

/// Moves among the reasons.
pub fn moved(menu: &mut CancelMenu, by: Move) {
    let last = menu.reasons.len().saturating_sub(1);
    menu.selected = match (menu.selected, by) {
        _ if menu.reasons.is_empty() => None,
        (_, Move::First | Move::PageUp) => Some(0),
        (_, Move::Last | Move::PageDown) => Some(last),
        (None, Move::Down) => Some(0),
        (None, Move::Up) => Some(last),
        (Some(at), Move::Down) => Some((at + 1).min(last)),
        (Some(at), Move::Up) => Some(at.saturating_sub(1)),
    };
}

/// Cancels, if there is a reason.
pub fn accept(model: &Model, menu: &CancelMenu) -> Outcome {
    match menu.reason() {
        Some(reason) => Outcome::Status {
            target: menu.target.clone(),
            status: menu.status.clone(),
            reason: Some(reason.to_owned()),
        },
        None => Outcome::Say(Tone::Warn, model.texts.t("notice.cancel_reason").to_owned()),
    }
}
