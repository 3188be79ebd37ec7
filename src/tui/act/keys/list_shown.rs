//! The keys of the draft while the list is shown: none is silent, and none does something that is not seen.

use crate::tui::{
    act::command::draft_command,
    effect::Effect,
    input::{
        command::{ByContext, Command, KeyContext},
        key::Key,
    },
    state::model::{Model, Screen, Tone},
};

/// Where these keys mean something, but for the screen that is shown.
const ELSEWHERE: [KeyContext; 3] = [KeyContext::Draft, KeyContext::Items, KeyContext::Form];

/// A key of the draft while the list is shown: a step leads there, anything else says where it works.
pub fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    if model.screen != Screen::Orders || key.typed().is_some() {
        return None;
    }
    // What moves in a text moves in the one that is typed.
    let elsewhere = if model.orders.searching { &ELSEWHERE[..1] } else { &ELSEWHERE };
    let command = model.keymap.resolve(key, elsewhere)?;
    if let ByContext::Draft(step) = command.by_context()
        && Command::STEPS.contains(&command)
    {
        model.screen = Screen::Draft;
        return Some(draft_command(model, step));
    }
    // The draft is behind the list: nobody sees what would go.
    let word = if command == Command::DiscardDraft { "notice.discard_unseen" } else { "notice.only_in_draft" };
    let text = model.texts.fill(word, &[("key", &model.key_label(Command::ToggleOrders))]);
    model.say(Tone::Warn, text);
    Some(Vec::new())
}
