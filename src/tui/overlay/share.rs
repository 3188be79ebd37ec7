//! An extra for a dish of which there are several: for one of them or for all? One key answers.

use super::{Overlay, picker, picker::ExtrasPicker};
use crate::tui::{
    effect::Effect,
    key::Key,
    model::Model,
    screens::items::{
        self,
        lines::{self, Wish},
    },
};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Share {
    /// The extra and its dish.
    pub wish: Wish,
    /// The list of extras it was chosen from, to go back to; without it, it was typed in the search.
    pub back: Option<ExtrasPicker>,
}

/// The key that means one of them.
pub const ONE: char = '1';

/// The key that means all of them: the first letter of the word.
pub fn all(model: &Model) -> Option<char> {
    model.texts.t("share.all").chars().next()
}

/// `1` or the letter for all; every other key is ignored, so that no answer is an accident.
pub fn key(model: &mut Model, share: &mut Share, key: Key) -> Option<Vec<Effect>> {
    let typed = key.typed()?.to_lowercase().next();
    if typed != Some(ONE) && typed != all(model) {
        return None;
    }
    Some(answer(model, share, typed == Some(ONE)))
}

/// Adds the extra to one or to all, and goes back to where it was chosen.
pub fn answer(model: &mut Model, share: &mut Share, one: bool) -> Vec<Effect> {
    if lines::put_extra(model, &share.wish, one) && share.back.is_none() {
        items::added(model);
    }
    close(model, share);
    Vec::new()
}

/// Back to the list of extras, without the one that was asked about.
pub fn close(model: &mut Model, share: &mut Share) {
    model.overlay = share.back.take().map(|mut back| {
        picker::begin_again(model, &mut back);
        Overlay::Extras(back)
    });
}
