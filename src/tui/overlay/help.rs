//! Every command with its keys, by context. Made from the command table alone.

use crate::tui::{
    input::command::{COMMANDS, KeyContext},
    overlay::{dish::extras, outcome::Outcome},
    state::{
        model::Model,
        overlay::{Help, Overlay},
    },
};

/// Closes help: the window below is there again.
pub fn close(model: &Model, help: &mut Help) -> Outcome {
    let Some(mut below) = help.below.take() else { return Outcome::Close };
    if let Overlay::Extras(picker) = &mut *below {
        // The articles may have changed meanwhile.
        let selected = picker.selected;
        extras::search(model, picker);
        picker.selected = selected.min(picker.hits.best.len().saturating_sub(1));
    }
    Outcome::Show(below)
}

/// The contexts that matter where help was asked for: those of the window below first.
pub fn contexts(model: &Model, help: &Help) -> Vec<KeyContext> {
    let mut contexts = help.below.as_deref().map(Overlay::contexts).unwrap_or_default();
    let screen = model.contexts_below().into_iter().filter(|context| !contexts.contains(context)).collect::<Vec<_>>();
    contexts.extend(screen);
    contexts
}

/// One line of help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelpLine {
    /// The title of a context.
    Title(String),
    /// Keys and what they do.
    Keys {
        /// `F8, Bild ab`.
        keys: String,
        /// One sentence.
        text: String,
    },
    /// Nothing.
    Gap,
}

/// The lines of help; the contexts that matter where the person is come first.
pub fn lines(model: &Model, here: &[KeyContext]) -> Vec<HelpLine> {
    let mut order: Vec<KeyContext> = here.to_vec();
    order.extend(KeyContext::ALL.iter().filter(|context| !here.contains(context)));
    let mut lines = Vec::new();
    for context in order {
        if !lines.is_empty() {
            lines.push(HelpLine::Gap);
        }
        lines.push(HelpLine::Title(model.texts.t(&format!("context.{}", context.word())).to_owned()));
        for row in COMMANDS.iter().filter(|row| row.context == context) {
            let keys: Vec<String> = model.keymap.keys(row.command).iter().map(|key| key.label(&model.texts)).collect();
            let text = model.texts.t(&format!("explain.{}", row.id)).to_owned();
            lines.push(HelpLine::Keys { keys: keys.join(", "), text });
        }
    }
    lines
}
