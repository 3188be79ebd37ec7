//! What is done when the cursor leaves a field, so that what stands there means the same later. Moves no cursor.

use crate::{
    domain::{
        draft::{TipDraft, field::Field, undo::Touch},
        value::due::{Due, parse_due, parse_past, write_time},
    },
    tui::{
        screens::{
            rows::{Row, TipPart, focused},
            tables,
        },
        state::model::{Model, Tone},
    },
};

/// What has to happen before the cursor leaves a field: a time is written out with its date, so that it means the same
/// tomorrow, the name of a table becomes its number, and a tip without an amount goes.
pub fn leave(model: &mut Model) {
    let local = model.moment.local();
    tables::leave(model);
    let Some(slot) = model.slot_mut() else { return };
    match focused(slot) {
        Some(Row::Field(field @ (Field::Due | Field::PaymentReceived))) => {
            // What was typed before midnight meant the day it was typed on.
            let typed_at = slot.typed_at.take().unwrap_or(local);
            let at = match (field, parse_due(slot.text(field), typed_at)) {
                (Field::PaymentReceived, _) => parse_past(slot.text(field), typed_at).ok(),
                (_, Some(Due::At(at))) => Some(at),
                _ => None,
            };
            let written = at.map(write_time);
            if field == Field::PaymentReceived {
                return paid_at(model, written);
            }
            if let Some(at) = written {
                slot.change(Touch::Field(field), |draft| draft.fields.insert(field, at));
            }
        }
        Some(Row::Tip(at, TipPart::Entry)) if slot.draft().tips.get(at).is_some_and(is_blank) => {
            slot.change(Touch::Alone, |draft| draft.tips.remove(at));
        }
        _ => {}
    }
}

fn is_blank(tip: &TipDraft) -> bool {
    tip.entry.trim().is_empty() && tip.notice.is_empty()
}

/// Writes a time of payment out. What was paid at some time is paid: one that was just typed says so in its neighbour, too, and
/// in words; taken away again, it takes that along.
fn paid_at(model: &mut Model, at: Option<String>) {
    const FIELD: Field = Field::PaymentReceived;
    let (open, paid) = (model.shop.payment_open.clone(), model.shop.payment_paid.clone());
    let Some(slot) = model.slot_mut() else { return };
    let typed = slot.text(FIELD);
    let Some(at) = at.filter(|at| at != typed) else {
        if typed.is_empty() && slot.draft().paid_by_time {
            slot.change(Touch::Field(FIELD), |draft| {
                draft.paid_by_time = false;
                draft.fields.remove(&Field::PaymentStatus)
            });
        }
        return;
    };
    let status = slot.text(Field::PaymentStatus);
    let turns = (status.is_empty() || status == open) && !paid.is_empty();
    slot.change(Touch::Field(FIELD), |draft| {
        draft.fields.insert(FIELD, at);
        if turns {
            draft.fields.insert(Field::PaymentStatus, paid);
            draft.paid_by_time = true;
        }
    });
    if turns {
        let text = model.texts.t("notice.paid_by_time").to_owned();
        model.say(Tone::Done, text);
    }
}
