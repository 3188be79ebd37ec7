//! Who rings, as another program says: shown in one line until somebody takes the call or some minutes have passed. Opens
//! nothing by itself and changes no draft; only the key does.

use crate::{
    domain::{
        draft::{field::Field, flow::Step},
        value::text::Clean,
    },
    tui::{
        input::command::Command,
        screens::{form, navigation},
        state::{
            model::{Model, Tone},
            overlay::Overlay,
            rows::Row,
        },
    },
};

/// A number rings.
pub fn rings(model: &mut Model, number: Clean) {
    let (now, shop) = (model.moment.now, std::sync::Arc::clone(&model.shop));
    model.calls.add(number, now, &shop.country);
}

/// Takes the newest call: a draft of its own with the number in it, at the guest. The draft before stays where it was.
pub fn take(model: &mut Model) {
    if model.calls.newest().is_none() {
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
    navigation::leave_field(model);
    if !model.open_draft() {
        let text = model.texts.t("notice.no_id").to_owned();
        return model.say(Tone::Warn, text);
    }
    model.overlay = None;
    let Some(number) = model.calls.take() else { return };
    navigation::go_to_step(model, Step::Customer);
    form::cursor::focus_field(model, Row::Field(Field::Phone));
    form::act::fill(model, &number);
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
