//! The options of a dish, asked before it is added: single letters choose, Enter goes on as soon as enough is chosen. Nothing
//! is added before the last answer, so Esc leaves everything as it was. Digits never answer: who types a number ahead means the
//! next article, so it takes what is chosen as it is, and waits where something has to be chosen yet.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    domain::{
        article::Article,
        deal::{Deal, HalvesRule},
        menu::{ComboPart, OptionGroup},
    },
    tui::{
        command::Command,
        key::{Code, Key},
        model::{Model, Tone},
        screens::items::{self, deals::Whole},
    },
};

/// The dish that waits and what is asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// What was asked for: a dish, or the article that stands for a combo.
    pub article: Arc<Article>,
    /// So many of it.
    pub quantity: Decimal,
    /// For the kitchen.
    pub comment: String,
    /// What is in it without a question: the dish itself, or what is always in the combo.
    pub fixed: Vec<Arc<Article>>,
    /// The groups, in the order they are asked for.
    pub groups: Vec<Asked>,
    /// Which of them is asked for now.
    pub at: usize,
    /// The selected choice of it.
    pub selected: usize,
    /// What was typed for the next article already: the search begins with it.
    pub ahead: String,
}

/// What becomes of what is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Extras under the dish, at their own prices.
    Extras,
    /// The halves of the dish, which decide its price.
    Halves(HalvesRule, Decimal),
    /// Parts of the combo.
    Part,
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
    /// What becomes of it.
    pub kind: Kind,
    /// Whether something is chosen from the start: then Enter is the answer, and no key is one by itself.
    pub has_default: bool,
}

impl Asked {
    /// How many are chosen.
    pub fn chosen(&self) -> usize {
        self.choices.iter().filter(|(_, chosen)| *chosen).count()
    }

    /// What is chosen, in order.
    fn picked(&self) -> impl Iterator<Item = &Arc<Article>> {
        self.choices.iter().filter(|(_, chosen)| *chosen).map(|(article, _)| article)
    }
}

/// The key of a choice: a letter. Of more than there are the last have none but the arrows and the space bar.
pub fn key_of(at: usize) -> Option<char> {
    ('a'..='z').nth(at)
}

/// Begins to take a dish or a combo: its questions, which may be none.
pub fn begin(model: &Model, article: &Arc<Article>, quantity: Decimal, comment: &str) -> Options {
    let (fixed, groups) = match model.catalog.combo(article.id) {
        None => (vec![Arc::clone(article)], asked_of(model, article)),
        Some(combo) => {
            let fixed: Vec<Arc<Article>> =
                combo.articles.iter().filter_map(|number| model.catalog.by_number(number)).cloned().collect();
            let mut groups: Vec<Asked> = combo.parts.iter().map(|part| asked_part(model, part)).collect();
            groups.extend(fixed.iter().flat_map(|article| asked_of(model, article)));
            (fixed, groups)
        }
    };
    let (article, comment) = (Arc::clone(article), comment.to_owned());
    Options { article, quantity, comment, fixed, groups, at: 0, selected: 0, ahead: String::new() }
}

/// The options that belong to an article and of which there is something to choose.
fn asked_of(model: &Model, article: &Article) -> Vec<Asked> {
    let groups = model.catalog.menu().options.iter().filter(|group| group.belongs_to(article));
    groups.map(|group| asked(model, group, article)).filter(|group| !group.choices.is_empty()).collect()
}

/// What can be had now of these numbers and groups: what is not sold here or sold out is not offered.
fn offered<'a>(
    model: &'a Model,
    numbers: &'a [String],
    groups: &'a [String],
) -> impl Iterator<Item = &'a Arc<Article>> {
    let channel = model.channel();
    let all = model.catalog.choices(numbers, groups).into_iter();
    all.filter(move |article| article.price_in(&channel).is_some() && !model.is_sold_out(article))
}

/// A group with what can be had now; more than that is not demanded, except of halves: one is none.
fn asked(model: &Model, group: &OptionGroup, dish: &Article) -> Asked {
    let choices: Vec<(Arc<Article>, bool)> = offered(model, &group.choices, &group.choice_groups)
        .filter(|article| article.id != dish.id)
        .map(|article| (Arc::clone(article), group.defaults.iter().any(|number| **number == *article.number)))
        .collect();
    let (kind, min) = match group.halves {
        Some((rule, surcharge)) => (Kind::Halves(rule, surcharge), group.min),
        None => (Kind::Extras, group.min.min(choices.len())),
    };
    let has_default = choices.iter().any(|(_, chosen)| *chosen);
    Asked { name: group.name.clone(), min, max: group.max, choices, kind, has_default }
}

fn asked_part(model: &Model, part: &ComboPart) -> Asked {
    let choices = offered(model, &part.choices, &part.groups).map(|article| (Arc::clone(article), false)).collect();
    let (min, max) = (part.count, part.count);
    Asked { name: part.name.clone(), min, max, choices, kind: Kind::Part, has_default: false }
}

/// Whether what is asked for can be answered at all: of a part or of halves there may be too few left.
pub fn is_possible(options: &Options) -> bool {
    options.groups.iter().all(|group| group.choices.len() >= group.min)
}

/// Enter: the next question, or the dish is added. `true` when there is nothing more to ask.
pub fn accept(model: &mut Model, options: &mut Options) -> bool {
    while let Some(group) = options.groups.get(options.at) {
        if group.chosen() < group.min {
            let text = model.texts.fill("notice.options_missing", &[("n", &group.min.to_string())]);
            model.say(Tone::Warn, text);
            return false;
        }
        if group.kind == Kind::Part {
            // What was chosen may have options of its own: a burger in a combo is asked for its sauce.
            let own: Vec<Asked> = group.picked().flat_map(|article| asked_of(model, article)).collect();
            options.groups.extend(own);
        }
        options.at += 1;
        options.selected = 0;
        // Who typed on is past the next question as well, if it can be left open.
        if options.ahead.is_empty() && options.at < options.groups.len() {
            return false;
        }
    }
    finish(model, options)
}

/// Everything is answered: it goes into the cart.
fn finish(model: &mut Model, options: &Options) -> bool {
    let of_kind = |wanted: fn(Kind) -> bool| {
        options.groups.iter().filter(move |group| wanted(group.kind)).flat_map(Asked::picked).cloned()
    };
    let extras = of_kind(|kind| kind == Kind::Extras).collect();
    let halves = options.groups.iter().find_map(|group| match group.kind {
        Kind::Halves(rule, surcharge) => Some((rule, surcharge)),
        _ => None,
    });
    let mut articles = options.fixed.clone();
    let combo = model.catalog.combo(options.article.id);
    let deal = match (combo, halves) {
        (Some(combo), _) => {
            articles.extend(of_kind(|kind| kind == Kind::Part));
            Some(Deal::Combo(combo.name.clone()))
        }
        (None, Some(_)) => {
            articles.extend(of_kind(|kind| matches!(kind, Kind::Halves(..))));
            Some(Deal::Halves)
        }
        (None, None) => None,
    };
    let comment = options.comment.clone();
    items::deals::put(model, &Whole { deal, halves, articles, extras, quantity: options.quantity, comment });
    // What was refused keeps its search, and what was typed behind it would change that.
    if model.slot().is_some_and(|slot| slot.draft().search.is_empty()) {
        items::paste(model, &options.ahead);
    }
    true
}

/// Moves the selection.
pub fn command(options: &mut Options, command: Command) {
    let count = options.groups.get(options.at).map_or(0, |group| group.choices.len());
    super::select(&mut options.selected, count, command);
}

/// A letter toggles its choice, the space bar the selected one; digits begin the next article. `true` when that was the last
/// answer: where a number is demanded, the last key that completes it goes on by itself, unless several were chosen before.
pub fn key(model: &mut Model, options: &mut Options, key: Key) -> bool {
    if let Some(c) = key.typed().filter(|c| is_ahead(&options.ahead, *c)) {
        options.ahead.push(c);
        return accept(model, options);
    }
    if key == Key::plain(Code::Backspace) {
        options.ahead.pop();
    }
    let count = options.groups.get(options.at).map_or(0, |group| group.choices.len());
    let at = match key.code {
        Code::Char(' ') => Some(options.selected),
        _ => key.typed().and_then(|c| (0..count).find(|at| key_of(*at) == Some(c.to_ascii_lowercase()))),
    };
    let Some(at) = at else { return false };
    toggle(model, options, at);
    let is_complete = |group: &Asked| {
        let is_chosen = group.choices.get(at).is_some_and(|(_, chosen)| *chosen);
        // Of exactly one a key is the whole answer, whatever was chosen before.
        let is_answer = !group.has_default || group.max == 1;
        is_answer && group.min == group.max && group.chosen() == group.max && is_chosen
    };
    options.groups.get(options.at).is_some_and(is_complete) && accept(model, options)
}

/// Whether a character belongs to the next article: its number, and how many of it.
pub fn is_ahead(ahead: &str, c: char) -> bool {
    c.is_ascii_digit() || (!ahead.is_empty() && matches!(c, '*' | ',' | '.'))
}

/// Chooses or no longer chooses. Where one may be chosen, it takes the place of the other; where one must be, it stays.
pub fn toggle(model: &mut Model, options: &mut Options, at: usize) {
    let Some(group) = options.groups.get_mut(options.at) else { return };
    let (chosen, max) = (group.chosen(), group.max);
    let Some(is_chosen) = group.choices.get(at).map(|(_, chosen)| *chosen) else { return };
    options.selected = at;
    if is_chosen && group.min == 1 && max == 1 {
        return;
    }
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
