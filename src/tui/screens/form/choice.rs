//! Choosing in the focused row, by arrows, by number or by first letter. What is chosen is written by the form.

use crate::tui::{
    screens::form::write::set,
    state::{
        model::Model,
        rows::{Offer, Row, RowInput, focused, input, offers_of, value},
    },
};

/// The next choice or the one before.
pub fn choose(model: &mut Model, forward: bool) {
    let Some(row) = model.slot().and_then(focused) else { return };
    let Some(offers) = model.slot().map(|slot| offers_of(slot, row, &model.shop, &model.texts)) else { return };
    let Some(current) = model.slot().map(|slot| value(slot, row).to_owned()) else { return };
    if offers.is_empty() {
        return;
    }
    let at = offers.iter().position(|offer| offer.token == current);
    let at = match (at, input(row)) {
        // An empty choice means its first offer; an empty combo means nothing yet.
        (None, RowInput::Combo) => {
            if forward {
                0
            } else {
                offers.len() - 1
            }
        }
        (at, _) if forward => (at.unwrap_or(0) + 1) % offers.len(),
        (at, _) => (at.unwrap_or(0) + offers.len() - 1) % offers.len(),
    };
    take(model, row, &offers[at]);
}

/// A character typed in a choice: its number, or the next offer that starts with it.
pub fn pick(model: &mut Model, row: Row, typed: char) {
    let Some(offers) = model.slot().map(|slot| offers_of(slot, row, &model.shop, &model.texts)) else { return };
    if let Some(at) =
        typed.to_digit(10).and_then(|digit| (digit as usize).checked_sub(1)).filter(|at| *at < offers.len())
    {
        take(model, row, &offers[at]);
        return;
    }
    let Some(current) = model.slot().map(|slot| value(slot, row).to_owned()) else { return };
    let start = offers.iter().position(|offer| offer.token == current).map_or(0, |at| at + 1);
    let wanted = typed.to_lowercase().next();
    let found = (0..offers.len())
        .map(|offset| (start + offset) % offers.len())
        .find(|at| offers[*at].label.chars().next().and_then(|c| c.to_lowercase().next()) == wanted);
    if let Some(at) = found {
        take(model, row, &offers[at]);
    }
}

fn take(model: &mut Model, row: Row, offer: &Offer) {
    set(model, row, offer.token.clone());
    if let Some(slot) = model.slot_mut() {
        slot.cursor = offer.token.len();
        slot.chosen = true;
    }
}
