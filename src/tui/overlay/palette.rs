//! Every command that can be done here, found by typing part of its name.

use crate::{
    desk::catalog::fold::fold,
    tui::{
        input::{
            command::{COMMANDS, Command},
            edit::{self, Edited},
            key::Key,
        },
        overlay::outcome::Outcome,
        state::{model::Model, overlay::lists::Palette},
    },
};

/// The commands that match, with their sentence.
pub fn rows(model: &Model, palette: &Palette) -> Vec<(Command, String)> {
    let needle = fold(&palette.query);
    let words: Vec<&str> = needle.split_whitespace().collect();
    // The palette itself is the overlay now, so the contexts below it count.
    let here = model.contexts_below();
    COMMANDS
        .iter()
        .filter(|row| here.contains(&row.context) && row.command != Command::Palette)
        .map(|row| (row.command, model.texts.t(&format!("explain.{}", row.id)).to_owned()))
        .filter(|(_, text)| {
            let text = fold(text);
            words.iter().all(|word| text.contains(word))
        })
        .collect()
}

/// Does the selected command.
pub fn accept(model: &Model, palette: &Palette) -> Outcome {
    rows(model, palette).get(palette.selected).map_or(Outcome::Close, |(command, _)| Outcome::Do(*command))
}

/// Types into the query.
pub fn key(palette: &mut Palette, key: Key) {
    if edit::key(&mut palette.query, &mut palette.cursor, key) == Edited::Changed {
        palette.selected = 0;
    }
}

/// Pastes into the query.
pub fn paste(palette: &mut Palette, pasted: &str) {
    edit::insert(&mut palette.query, &mut palette.cursor, pasted);
    palette.selected = 0;
}
