//! Who rings, as another program says: shown in one line until somebody takes the call or some minutes have passed. Opens
//! nothing by itself and changes no draft; only the key does.

use std::sync::Arc;

use crate::{
    desk::guests::Known,
    domain::{
        draft::{field::Field, flow::Step},
        guest::call::CallEvent,
        order::OrderType,
        value::text::Clean,
    },
    tui::{
        effect::Effect,
        input::command::Command,
        screens::{form, navigation},
        state::{
            calls::Call,
            model::{Model, Tone},
            overlay::{Overlay, lists::Missed},
            rows::Row,
        },
    },
};

/// Something is heard of a call; a number that rings is looked up.
pub fn heard(model: &mut Model, heard: CallEvent) -> Option<Effect> {
    match heard {
        CallEvent::Rings { number, line } => return rings(model, number, line),
        CallEvent::Answered { line } => model.calls.answered(line),
        CallEvent::Elsewhere { line } => model.calls.elsewhere(line),
        CallEvent::Over { line } => model.calls.over(line),
    }
    None
}

fn rings(model: &mut Model, number: Clean, line: Option<u32>) -> Option<Effect> {
    let (at, shop) = (model.moment.now, Arc::clone(&model.shop));
    let request = model.next_request();
    let effect = (!number.is_empty()).then(|| Effect::WhoCalls { number: number.to_string(), request });
    let call = Call { number, at, line, request, known: Known::default(), is_answered: false };
    model.calls.add(call, &shop.country);
    effect
}

/// Takes the newest call; while nobody rings, lists those that were missed.
pub fn take(model: &mut Model) {
    if model.calls.newest().is_none() {
        if model.calls.missed().len() > 0 && model.overlay.is_none() {
            model.overlay = Some(Overlay::Missed(Missed::default()));
            return;
        }
        let text = model.texts.t("notice.no_call").to_owned();
        return model.say(Tone::Warn, text);
    }
    // Only what was typed could be lost with the window.
    if model.overlay.as_ref().is_some_and(is_typing) {
        let (accept, close) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayClose));
        let key = model.key_label(Command::TakeCall);
        let text = model.texts.fill("notice.call_waits", &[("accept", &accept), ("close", &close), ("key", &key)]);
        return model.say(Tone::Warn, text);
    }
    if !open_for_call(model) {
        return;
    }
    model.overlay = None;
    let Some(call) = model.calls.take() else { return };
    let last = call.known.guests.first().and_then(|guest| guest.orders.first()?.order.order_type);
    begin(model, &call.number, last);
}

/// Opens an order for one of the missed calls.
pub fn call_back(model: &mut Model, at: usize) {
    if model.calls.missed().len() > at
        && open_for_call(model)
        && let Some(number) = model.calls.take_missed(at)
    {
        begin(model, &number, None);
    }
}

/// A draft of its own. The draft before stays where it was.
fn open_for_call(model: &mut Model) -> bool {
    navigation::leave_field(model);
    let is_open = model.open_draft();
    if !is_open {
        let text = model.texts.t("notice.no_id").to_owned();
        model.say(Tone::Warn, text);
    }
    is_open
}

/// At the guest, with the number in it; as what the guest had last, or as what orders on the telephone are here.
fn begin(model: &mut Model, number: &Clean, last: Option<OrderType>) {
    let is_offered = |kind: &OrderType| model.shop.channel(*kind).is_some();
    if let Some(kind) = last.or(model.shop.call_type).filter(is_offered) {
        form::order_type::set_order_type(model, kind);
    }
    navigation::go_to_step(model, Step::Customer);
    form::cursor::focus_field(model, Row::Field(Field::Phone));
    form::act::fill(model, number);
    if model.waiting_drafts() > 0 {
        let key = model.key_label(Command::NextDraft);
        let text = model.texts.count("notice.drafts_open", model.waiting_drafts()).replace("{key}", &key);
        model.say(Tone::Done, text);
    }
}

/// Whether a window holds a text that is in no draft.
fn is_typing(overlay: &Overlay) -> bool {
    match overlay {
        Overlay::Prompt(prompt) => !prompt.text.is_empty(),
        Overlay::Status(menu) => !menu.reason.is_empty(),
        Overlay::Cancel(menu) => !menu.text.is_empty(),
        Overlay::Price(prompt) => !prompt.text.is_empty(),
        Overlay::Note(prompt) => !prompt.text.is_empty(),
        Overlay::Comment(picker) => !picker.text.is_empty(),
        Overlay::Help(help) => help.below.as_deref().is_some_and(is_typing),
        // Who gets what was worked out piece by piece.
        Overlay::Split(_) => true,
        _ => false,
    }
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
