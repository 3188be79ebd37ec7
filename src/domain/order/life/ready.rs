//! What OktoPOS's ready list says of an order. Merging is idempotent and never moves an order backwards.

use super::{Entry, Seen, Stray, change::Change};
use crate::{
    chaos::{self, Bug},
    domain::order::{delivery::Delivery, history::EventKind},
};

/// Takes over what the list says, unless a change of ours is newer than the list.
pub(super) fn take_over(change: &mut Change, seen: &Seen) {
    let Seen { internal_id, status } = seen;
    let is_changing = change.life.waiting.iter().any(|entry: &Entry| entry.status().is_some());
    let status = status.clone().filter(|status| !is_changing && !status.is_empty());
    let detail = internal_id.map_or_else(String::new, |id| id.to_string());
    match (&change.life.delivery, change.life.stray) {
        (Delivery::Queued | Delivery::Sending | Delivery::Unknown { .. }, _) => {
            change.accept(*internal_id, status);
            change.note(EventKind::SeenReady, detail);
        }
        (Delivery::Rejected { .. } | Delivery::Cancelled, None) if chaos::planted(Bug::ReadyListTakesBack) => {
            change.accept(*internal_id, status);
            change.note(EventKind::SeenReady, detail);
        }
        // It stays what it is here: a person has to say that OktoPOS is right.
        (Delivery::Rejected { .. } | Delivery::Cancelled, None) => {
            let life = &mut change.life;
            life.stray = Some(Stray { internal_id: *internal_id });
            life.may_have_arrived = true;
            life.status = Some(status.unwrap_or_else(|| life.first_status.clone()));
            change.note(EventKind::SeenReady, detail);
        }
        (Delivery::Accepted { .. } | Delivery::Rejected { .. } | Delivery::Cancelled, _) => {
            learn(change, seen, status);
        }
    }
}

/// Of what is known to be there only what is new counts: an id where there was none, and another status.
fn learn(change: &mut Change, seen: &Seen, status: Option<String>) {
    let life = &mut change.life;
    if let Some(id) = seen.internal_id.filter(|_| life.internal_id().is_none()) {
        match (&mut life.delivery, &mut life.stray) {
            (Delivery::Accepted { internal_id }, _) | (_, Some(Stray { internal_id })) => *internal_id = Some(id),
            (_, None) => {}
        }
        change.note(EventKind::SeenReady, id.to_string());
    }
    let life = &mut change.life;
    if let Some(status) = status.filter(|status| life.status.as_ref() != Some(status)) {
        life.status = Some(status.clone());
        change.note(EventKind::StatusSeen, status);
    }
}
