//! Writes the text of a row into the draft. What a field means is decided in the domain and at the counter.

use crate::{
    desk::counter::write_field,
    domain::{
        draft::{TipDraft, field::Field, undo::Touch},
        order::OrderType,
    },
    tui::{
        screens::{delivery, form::order_type::set_order_type},
        state::{
            model::Model,
            rows::{Row, tip_part_mut},
        },
    },
};

/// Writes a row's text into the draft.
pub fn set(model: &mut Model, row: Row, text: String) {
    let now = model.moment.now;
    match row {
        Row::OrderType => {
            if let Some(kind) = OrderType::ALL.into_iter().find(|kind| kind.token() == text) {
                set_order_type(model, kind);
            }
        }
        Row::Field(field) => {
            let local = model.moment.local();
            let leaves_table = field == Field::Table && model.token_is_of_table();
            let Some(slot) = model.slot_mut() else { return };
            slot.typed_at = Some(local);
            slot.change(Touch::Field(field), |draft| write_field(draft, field, text, leaves_table));
            if field == Field::Zip {
                delivery::fill_city(model);
            }
        }
        Row::Tip(at, part) => {
            let Some(slot) = model.slot_mut() else { return };
            slot.change(Touch::Tip(at, part as u8), |draft| {
                if at == draft.tips.len() {
                    draft.tips.push(blank_tip(now));
                }
                if let Some(tip) = draft.tips.get_mut(at) {
                    *tip_part_mut(tip, part) = text;
                }
            });
        }
    }
}

fn blank_tip(now: jiff::Timestamp) -> TipDraft {
    TipDraft {
        entry: String::new(),
        user_id: String::new(),
        paid_with: String::new(),
        kind: String::new(),
        notice: String::new(),
        created: now,
    }
}
