//! An extra for a dish of which there are several: for one of them or for all? One letter answers, or Enter: one. Digits never
//! do: who types a number ahead means the next article.

use crate::tui::{
    input::key::{Code, Key},
    overlay::{
        dish::{extras, options},
        outcome::Outcome,
    },
    state::{
        model::Model,
        overlay::{Overlay, dish::Share},
    },
};

/// The key that means one of them: the first letter of the word.
pub fn one(model: &Model) -> Option<char> {
    model.texts.t("share.single").chars().next()
}

/// The key that means all of them: the first letter of the word.
pub fn all(model: &Model) -> Option<char> {
    model.texts.t("share.all").chars().next()
}

/// The letter for one or for all. What belongs to the next article waits; every other key is ignored, so that no answer is an
/// accident.
pub fn key(model: &Model, share: &mut Share, key: Key) -> Outcome {
    if key == Key::plain(Code::Backspace) {
        share.ahead.pop();
    }
    let Some(typed) = key.typed().and_then(|typed| typed.to_lowercase().next()) else { return Outcome::Stay };
    if options::is_ahead(&share.ahead, typed) {
        share.ahead.push(typed);
        return Outcome::Stay;
    }
    let is_one = one(model) == Some(typed);
    if is_one || all(model) == Some(typed) { answer(share, is_one) } else { Outcome::Stay }
}

/// Adds the extra to one or to all.
pub fn answer(share: &mut Share, one: bool) -> Outcome {
    let ahead = std::mem::take(&mut share.ahead);
    Outcome::Shared { wish: share.wish.clone(), one, back: share.back.take(), ahead }
}

/// Back to the list of extras, without the one that was asked about.
pub fn close(model: &Model, share: &mut Share) -> Outcome {
    match share.back.take() {
        Some(mut back) => {
            extras::begin_again(model, &mut back);
            Outcome::Show(Box::new(Overlay::Extras(back)))
        }
        None => Outcome::Close,
    }
}
