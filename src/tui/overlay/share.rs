//! An extra for a dish of which there are several: for one of them or for all? One letter answers, or Enter: one. Digits never
//! do: who types a number ahead means the next article.

use super::{Overlay, options, picker, picker::ExtrasPicker};
use crate::{
    desk::counter::ExtraWish,
    tui::{
        effect::Effect,
        input::key::{Code, Key},
        screens::items::{self, lines},
        state::model::Model,
    },
};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Share {
    /// The extra and its dish.
    pub wish: ExtraWish,
    /// The list of extras it was chosen from, to go back to; without it, it was typed in the search.
    pub back: Option<ExtrasPicker>,
    /// What was typed for the next article already.
    pub ahead: String,
}

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
pub fn key(model: &mut Model, share: &mut Share, key: Key) -> Option<Vec<Effect>> {
    if key == Key::plain(Code::Backspace) {
        share.ahead.pop();
    }
    let typed = key.typed()?.to_lowercase().next()?;
    if options::is_ahead(&share.ahead, typed) {
        share.ahead.push(typed);
        return None;
    }
    let is_one = one(model) == Some(typed);
    (is_one || all(model) == Some(typed)).then(|| answer(model, share, is_one))
}

/// Adds the extra to one or to all, and goes back to where it was chosen.
pub fn answer(model: &mut Model, share: &mut Share, one: bool) -> Vec<Effect> {
    if lines::put_extra(model, &share.wish, one) && share.back.is_none() {
        items::added(model);
    }
    close(model, share);
    go_on(model, &share.ahead);
    Vec::new()
}

/// What was typed ahead begins the next search, in the list or in the articles.
fn go_on(model: &mut Model, ahead: &str) {
    match model.overlay.take() {
        Some(Overlay::Extras(mut list)) => {
            picker::paste(model, &mut list, ahead);
            model.overlay = Some(Overlay::Extras(list));
        }
        // What was refused keeps its search, and what was typed behind it would change that.
        None if model.slot().is_some_and(|slot| slot.draft().search.is_empty()) => items::paste(model, ahead),
        other => model.overlay = other,
    }
}

/// Back to the list of extras, without the one that was asked about.
pub fn close(model: &mut Model, share: &mut Share) {
    model.overlay = share.back.take().map(|mut back| {
        picker::begin_again(model, &mut back);
        Overlay::Extras(back)
    });
}
