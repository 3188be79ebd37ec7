//! The next status of an order: the sensible one first, a digit sets one at once, a reason if there is one.

use crate::{
    domain::value::{
        ids::{InternalId, OrderId},
        text::Clean,
    },
    tui::{
        effect::Effect,
        input::{command::Command, edit, key::Key},
        screens::orders::status_label,
        state::model::Model,
    },
};

/// The statuses that may follow and what is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMenu {
    /// Whose status.
    pub target: StatusTarget,
    /// What is shown of the order.
    pub about: Clean,
    /// Token and label of what may follow.
    pub offers: Vec<(String, String)>,
    /// The selected one.
    pub selected: usize,
    /// Whether typing goes into the reason.
    pub in_reason: bool,
    /// The reason.
    pub reason: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
}

/// Whose status is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusTarget {
    /// An order of our journal.
    Ours(OrderId),
    /// Another system's, by OktoPOS's id.
    Foreign(InternalId),
}

impl StatusMenu {
    /// Asks for the next status.
    pub fn new(target: StatusTarget, about: Clean, offers: Vec<(String, String)>) -> Self {
        Self { target, about, offers, selected: 0, in_reason: false, reason: String::new(), cursor: 0 }
    }
}

/// Moves in the list, or between list and reason.
pub fn command(menu: &mut StatusMenu, command: Command) {
    match command {
        Command::OverlayTab => menu.in_reason = !menu.in_reason,
        command => super::select(&mut menu.selected, menu.offers.len(), command),
    }
}

/// The language changed: the statuses are named in it.
pub fn say_again(model: &Model, menu: &mut StatusMenu) {
    for (token, label) in &mut menu.offers {
        *label = model.texts.choice("status", token, status_label(model, token).as_deref());
    }
}

/// A digit sets that status; in the reason it is typed.
pub fn key(model: &mut Model, menu: &mut StatusMenu, key: Key) -> Option<Vec<Effect>> {
    if menu.in_reason {
        edit::key(&mut menu.reason, &mut menu.cursor, key);
        return None;
    }
    let at = key.typed()?.to_digit(10)?.checked_sub(1)? as usize;
    if at >= menu.offers.len() {
        return None;
    }
    menu.selected = at;
    Some(accept(model, menu))
}

/// Pastes into the reason.
pub fn paste(menu: &mut StatusMenu, pasted: &str) {
    if menu.in_reason {
        edit::insert(&mut menu.reason, &mut menu.cursor, pasted);
    }
}

/// Asks for the selected status.
pub fn accept(_model: &mut Model, menu: &StatusMenu) -> Vec<Effect> {
    let Some((status, _)) = menu.offers.get(menu.selected).cloned() else { return Vec::new() };
    let reason = Some(menu.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    vec![match &menu.target {
        StatusTarget::Ours(order_id) => Effect::RequestStatus { order_id: order_id.clone(), status, reason },
        StatusTarget::Foreign(internal_id) => Effect::ForeignStatus { internal_id: *internal_id, status, reason },
    }]
}
