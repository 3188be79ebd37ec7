//! Every command with its keys, by context. Made from the command table alone.

use crate::tui::{
    command::{COMMANDS, Context},
    model::Model,
};

/// Where help is scrolled to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Help {
    /// First line shown.
    pub scroll: usize,
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
pub fn lines(model: &Model, here: &[Context]) -> Vec<HelpLine> {
    let mut order: Vec<Context> = here.to_vec();
    order.extend(Context::ALL.iter().filter(|context| !here.contains(context)));
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
