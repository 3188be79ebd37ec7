//! Who rings, as another program says: shown in one line until somebody takes the call or some minutes have passed. Opens
//! nothing by itself and changes no draft; only the key does.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::{
    input::command::Command,
    overlay::Overlay,
    screens::{form, rows::Row},
    state::model::{Model, Tone},
    update,
};
use crate::domain::{
    draft::{field::Field, flow::Step},
    value::{phone::same_number, text::Clean},
};

/// Calls kept; with more, the oldest is not shown any more.
const MAX_CALLS: usize = 9;
/// Nobody lets it ring for so long.
const RINGS: SignedDuration = SignedDuration::from_mins(3);

/// The calls nobody took yet, the newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    waiting: VecDeque<(Clean, Timestamp)>,
}

impl Calls {
    /// A number rings. One that rings already is the newest again.
    fn add(&mut self, number: Clean, now: Timestamp, country: &str) {
        self.waiting.retain(|(other, _)| *other != number && !same_number(country, other, &number));
        if self.waiting.len() == MAX_CALLS {
            self.waiting.pop_front();
        }
        self.waiting.push_back((number, now));
    }

    /// Calls that nobody took for so long are over. A clock that was set back makes none older.
    pub fn forget_old(&mut self, now: Timestamp) {
        self.waiting.retain(|(_, at)| now.duration_since(*at) < RINGS);
    }

    /// The newest call and how many more there are.
    pub fn newest(&self) -> Option<(&Clean, usize)> {
        self.waiting.back().map(|(number, _)| (number, self.waiting.len() - 1))
    }
}

/// A number rings.
pub fn rings(model: &mut Model, number: Clean) {
    let (now, shop) = (model.moment.now, std::sync::Arc::clone(&model.shop));
    model.calls.add(number, now, &shop.country);
}

/// What is shown of it: `☎ 040 123456 ruft an: F11`.
pub fn line(model: &Model) -> Option<String> {
    let (number, more) = model.calls.newest()?;
    let key = model.key_label(Command::TakeCall);
    let text = model.texts.fill("calls.rings", &[("number", number), ("key", &key)]);
    Some(if more == 0 { text } else { format!("{text} · {}", model.texts.count("calls.more", more)) })
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
    update::leave_field(model);
    if !model.open_draft() {
        let text = model.texts.t("notice.no_id").to_owned();
        return model.say(Tone::Warn, text);
    }
    model.overlay = None;
    let Some((number, _)) = model.calls.waiting.pop_back() else { return };
    update::go_to_step(model, Step::Customer);
    form::focus_field(model, Row::Field(Field::Phone));
    form::fill(model, &number);
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
