//! What is done when the cursor leaves a field, so that what stands there means the same later. Moves no cursor.

use std::sync::Arc;

use jiff::civil;

use crate::{
    desk::counter::{is_blank_tip, leave_field, leave_street},
    domain::draft::{field::Field, undo::Touch},
    tui::state::{
        model::{Model, Tone},
        rows::{Row, TipPart, focused},
    },
};

/// What has to happen before the cursor leaves a field: a time is written out with its date, so that it means the same
/// tomorrow, the name of a table becomes its number, and a tip without an amount goes.
pub fn leave(model: &mut Model) {
    let local = model.moment.local();
    leave_table(model);
    let shop = Arc::clone(&model.shop);
    let Some(slot) = model.slot_mut() else { return };
    match focused(slot) {
        Some(Row::Field(field @ (Field::Due | Field::PaymentReceived))) => {
            // What was typed before midnight meant the day it was typed on.
            let typed_at = slot.typed_at.take().unwrap_or(local);
            if field == Field::PaymentReceived {
                return leave_payment_time(model, typed_at);
            }
            slot.change(Touch::Field(field), |draft| leave_field(draft, field, &shop.time_words, typed_at));
        }
        Some(Row::Field(Field::Street)) => slot.change(Touch::Field(Field::Street), leave_street),
        Some(Row::Tip(at, TipPart::User)) => {
            let id = slot.draft().tips.get(at).and_then(|tip| shop.staff_id(&tip.user_id)).map(str::to_owned);
            if let Some(id) = id {
                slot.change(Touch::Tip(at, TipPart::User as u8), |draft| draft.tips[at].user_id = id);
            }
        }
        Some(Row::Tip(at, TipPart::Entry)) if slot.draft().tips.get(at).is_some_and(is_blank_tip) => {
            slot.change(Touch::Alone, |draft| draft.tips.remove(at));
        }
        _ => {}
    }
}

/// Writes a time of payment out, and says so where it means that the order is paid.
fn leave_payment_time(model: &mut Model, typed_at: civil::DateTime) {
    let Some(mut draft) = model.slot().map(|slot| slot.draft().clone()) else { return };
    let is_paid = model.counter().leave_payment_time(&mut draft, typed_at);
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Field(Field::PaymentReceived), |old| *old = draft);
    if is_paid {
        let text = model.texts.t("notice.paid_by_time").to_owned();
        model.say(Tone::Done, text);
    }
}

/// The cursor leaves a field: the name of a table becomes its number.
pub fn leave_table(model: &mut Model) {
    let shop = Arc::clone(&model.shop);
    let Some(slot) = model.slot_mut().filter(|slot| focused(slot) == Some(Row::Field(Field::Table))) else { return };
    let typed = slot.text(Field::Table).trim();
    if let Some(number) = shop.table_number(typed).map(|number| number.to_string()).filter(|number| number != typed) {
        slot.change(Touch::Field(Field::Table), |draft| draft.fields.insert(Field::Table, number));
    }
}
