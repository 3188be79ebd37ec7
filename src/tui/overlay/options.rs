//! The options of a dish, asked before it is added: single keys choose, Enter goes on as soon as enough is chosen. Nothing is
//! added before the last answer, so Esc leaves everything as it was.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    domain::{article::Article, menu::OptionGroup},
    tui::{
        command::Command,
        key::{Code, Key},
        model::{Model, Tone},
        screens::{items, menu},
    },
};

/// The dish that waits and what is asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The dish.
    pub article: Arc<Article>,
    /// So many of it.
    pub quantity: Decimal,
    /// For the kitchen.
    pub comment: String,
    /// The groups, in the order they are asked for; never empty.
    pub groups: Vec<Asked>,
    /// Which of them is asked for now.
    pub at: usize,
    /// The selected choice of it.
    pub selected: usize,
}

/// One group of options as it is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What is asked.
    pub name: String,
    /// So many have to be chosen.
    pub min: usize,
    /// So many may be chosen.
    pub max: usize,
    /// What can be chosen, and whether it is.
    pub choices: Vec<(Arc<Article>, bool)>,
}

impl Asked {
    /// How many are chosen.
    pub fn chosen(&self) -> usize {
        self.choices.iter().filter(|(_, chosen)| *chosen).count()
    }
}

/// The key of a choice: 1 to 9, then letters.
pub fn key_of(at: usize) -> char {
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    char::from_digit(at.saturating_add(1), 36).unwrap_or(' ')
}

/// The questions that belong to an article; `None` if there are none.
pub fn ask(model: &Model, article: &Arc<Article>, quantity: Decimal, comment: &str) -> Option<Options> {
    let groups: Vec<Asked> = model
        .catalog
        .menu()
        .options
        .iter()
        .filter(|group| group.belongs_to(article))
        .map(|group| asked(model, group))
        .filter(|group| !group.choices.is_empty())
        .collect();
    let (article, comment) = (Arc::clone(article), comment.to_owned());
    (!groups.is_empty()).then_some(Options { article, quantity, comment, groups, at: 0, selected: 0 })
}

/// A group with what can be had now: what is not sold here or sold out is not offered, and not demanded.
fn asked(model: &Model, group: &OptionGroup) -> Asked {
    let channel = model.channel();
    let choices: Vec<(Arc<Article>, bool)> = group
        .choices
        .iter()
        .filter_map(|number| model.catalog.by_number(number))
        .filter(|article| article.price_in(&channel).is_some() && !menu::is_sold_out(model, article))
        .map(|article| (Arc::clone(article), group.defaults.iter().any(|number| **number == *article.number)))
        .collect();
    Asked { name: group.name.clone(), min: group.min.min(choices.len()), max: group.max, choices }
}

/// Enter: the next question, or the dish is added. `true` when there is nothing more to ask.
pub fn accept(model: &mut Model, options: &mut Options) -> bool {
    let Some(group) = options.groups.get(options.at) else { return true };
    if group.chosen() < group.min {
        let text = model.texts.fill("notice.options_missing", &[("n", &group.min.to_string())]);
        model.say(Tone::Warn, text);
        return false;
    }
    options.at += 1;
    options.selected = 0;
    if options.at < options.groups.len() {
        return false;
    }
    let choices = options.groups.iter().flat_map(|group| &group.choices);
    let extras: Vec<Arc<Article>> =
        choices.filter(|(_, chosen)| *chosen).map(|(article, _)| Arc::clone(article)).collect();
    items::put(model, &options.article, options.quantity, &options.comment, &extras);
    true
}

/// Moves the selection.
pub fn command(options: &mut Options, command: Command) {
    let count = options.groups.get(options.at).map_or(0, |group| group.choices.len());
    super::select(&mut options.selected, count, command);
}

/// A single key toggles its choice, the space bar the selected one.
pub fn key(model: &mut Model, options: &mut Options, key: Key) {
    let count = options.groups.get(options.at).map_or(0, |group| group.choices.len());
    let at = match key.code {
        Code::Char(' ') => Some(options.selected),
        _ => key.typed().and_then(|c| (0..count).find(|at| key_of(*at) == c.to_ascii_lowercase())),
    };
    if let Some(at) = at {
        toggle(model, options, at);
    }
}

/// Chooses or no longer chooses. Where one may be chosen, it takes the place of the other.
pub fn toggle(model: &mut Model, options: &mut Options, at: usize) {
    let Some(group) = options.groups.get_mut(options.at) else { return };
    let (chosen, max) = (group.chosen(), group.max);
    let Some(is_chosen) = group.choices.get(at).map(|(_, chosen)| *chosen) else { return };
    options.selected = at;
    if !is_chosen && max == 1 {
        group.choices.iter_mut().for_each(|(_, chosen)| *chosen = false);
    } else if !is_chosen && chosen >= max {
        let text = model.texts.fill("notice.options_full", &[("n", &max.to_string())]);
        return model.say(Tone::Warn, text);
    }
    if let Some((_, chosen)) = group.choices.get_mut(at) {
        *chosen = !is_chosen;
    }
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;
