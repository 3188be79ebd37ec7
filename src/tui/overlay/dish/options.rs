//! The options of a dish, asked before it is added: single letters choose, Enter goes on as soon as enough is chosen. Nothing
//! is added before the last answer, so Esc leaves everything as it was. Digits, and letters that are no choice, never answer: who
//! types them ahead means the next article, so they take what is chosen as it is, and wait where something has to be chosen yet.
//! What is asked is decided at the counter.

use crate::{
    desk::counter::{BadAnswer, Progress, Question},
    tui::{
        input::{
            command::{Command, KeyContext},
            key::{Code, Key},
        },
        overlay::outcome::Outcome,
        state::{
            model::{Model, Tone},
            overlay::{Overlay, dish::Options, lists::ExtrasPicker},
        },
    },
};

/// The key of a choice: a letter. Of more than there are the last have none but the arrows and the space bar.
pub fn key_of(at: usize) -> Option<char> {
    ('a'..='z').nth(at)
}

/// Enter: the next question, or the dish is added.
pub fn accept(model: &Model, options: &mut Options) -> Outcome {
    options.end_word();
    answer(model, options)
}

fn answer(model: &Model, options: &mut Options) -> Outcome {
    let Some(slot) = model.slot() else { return Outcome::Close };
    let counter = model.counter();
    loop {
        match options.questions.answer(&counter, slot.draft()) {
            Err(bad) => return say_bad(model, bad),
            Ok(Progress::Next) => {
                options.selected = 0;
                options.letters = None;
                // Who typed on is past the next question as well, if it can be left open; a line leaves open what it may.
                let is_open = options.questions.current().is_some_and(|question| question.chosen() < question.min);
                if options.ahead.text.is_empty() && (options.line.is_none() || is_open) {
                    return Outcome::Stay;
                }
            }
            Ok(Progress::Done) => break,
        }
    }
    let ahead = std::mem::take(&mut options.ahead);
    if let Some(mut plan) = options.line.take() {
        plan.answer(options.questions.clone());
        return Outcome::Line { plan, ahead };
    }
    if let Some(dish) = options.questions.dish {
        return Outcome::Answers { dish, questions: Box::new(options.questions.clone()), ahead };
    }
    let chosen = Box::new(options.questions.chosen(&counter));
    Outcome::Dish { chosen, ahead }
}

fn say_bad(model: &Model, bad: BadAnswer) -> Outcome {
    let (key, n) = match bad {
        BadAnswer::TooFew(min) => ("notice.options_missing", min),
        BadAnswer::TooMany(max) => ("notice.options_full", max),
    };
    Outcome::Say(Tone::Warn, model.texts.fill(key, &[("n", &n.to_string())]))
}

/// A letter toggles its choice, the space bar the selected one; digits, and a letter that is no choice, begin the next article.
/// Where a number is demanded, the last key that completes it goes on by itself, unless several were chosen before.
pub fn key(model: &Model, options: &mut Options, key: Key) -> Outcome {
    let of_letter = |options: &Options, c: char| {
        let count = options.questions.current().map_or(0, |question| question.choices.len());
        (0..count).find(|at| key_of(*at) == Some(c.to_ascii_lowercase()))
    };
    let at = match key.typed() {
        Some(c) if options.ahead.is_word || is_ahead(&options.ahead.text, c) => {
            options.ahead.text.push(c);
            options.letters = None;
            return go_on(model, options);
        }
        Some(' ') => {
            options.end_word();
            options.selected
        }
        Some(c) => match of_letter(options, c) {
            Some(at) => {
                options.begin_letter(c);
                at
            }
            None if c.is_alphabetic() => {
                options.begin_word(c);
                return go_on(model, options);
            }
            None => return Outcome::Stay,
        },
        None => return other_key(model, options, key),
    };
    if let Some(refused) = toggle(model, options, at) {
        return refused;
    }
    let is_complete = |question: &Question| question.is_completed_by(at);
    if options.questions.current().is_some_and(is_complete) { answer(model, options) } else { Outcome::Stay }
}

/// Who types the next article takes what is chosen. Where a word took choices back, a person has to see it first: it waits for
/// Enter.
fn go_on(model: &Model, options: &mut Options) -> Outcome {
    if options.ahead.untaken.is_empty() { answer(model, options) } else { Outcome::Stay }
}

/// What was typed ahead is corrected, and the key that led to the answers of a dish leads on to its extras.
fn other_key(model: &Model, options: &mut Options, key: Key) -> Outcome {
    options.letters = None;
    if key == Key::plain(Code::Backspace) {
        options.ahead.text.pop();
        options.ahead.is_word &= !options.ahead.text.is_empty();
    }
    let leads_on = model.keymap.resolve(key, &[KeyContext::Items]) == Some(Command::Extras);
    if leads_on && options.questions.dish.is_some() {
        return Outcome::Show(Box::new(Overlay::Extras(ExtrasPicker::new(&model.catalog))));
    }
    Outcome::Stay
}

/// Whether a character belongs to the next article: its number, and how many of it.
pub fn is_ahead(ahead: &str, c: char) -> bool {
    c.is_ascii_digit() || (!ahead.is_empty() && matches!(c, '*' | ',' | '.'))
}

/// Chooses or no longer chooses, and puts the selection there; what is refused is said.
pub fn toggle(model: &Model, options: &mut Options, at: usize) -> Option<Outcome> {
    if options.questions.current().is_some_and(|question| at < question.choices.len()) {
        options.selected = at;
    }
    options.questions.toggle(at).err().map(|bad| say_bad(model, bad))
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;
