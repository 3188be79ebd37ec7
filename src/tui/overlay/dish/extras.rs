//! The extras of the selected dish: typed for, added with Enter, as many as wanted until Esc.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    desk::{catalog::search::Scope, counter::ExtraWish},
    domain::shop::article::Article,
    tui::{
        input::{
            edit::{self, Edited},
            key::Key,
        },
        overlay::outcome::Outcome,
        state::{model::Model, overlay::lists::ExtrasPicker, slot::MAX_HITS},
    },
};

/// Adds the selected extra and waits for the next one.
pub fn accept(model: &Model, picker: &ExtrasPicker) -> Outcome {
    let exact = model.catalog.exact(picker.query.trim()).filter(|article| model.shop.is_extra(&article.group));
    let article = exact.cloned().or_else(|| selected(model, picker));
    let dish = model.slot().and_then(|slot| slot.items.line);
    match (article, dish) {
        (Some(article), Some(dish)) => {
            Outcome::Extra(ExtraWish { dish, article, quantity: Decimal::ONE, comment: String::new() })
        }
        _ => Outcome::Stay,
    }
}

/// The selected extra.
pub fn selected(model: &Model, picker: &ExtrasPicker) -> Option<Arc<Article>> {
    picker.hits.best.get(picker.selected).and_then(|at| model.catalog.at(*at)).cloned()
}

/// Nothing is typed any more: every extra is shown.
pub fn begin_again(model: &Model, picker: &mut ExtrasPicker) {
    picker.query.clear();
    picker.cursor = 0;
    search(model, picker);
}

/// Types into the query.
pub fn key(model: &Model, picker: &mut ExtrasPicker, key: Key) {
    if edit::key(&mut picker.query, &mut picker.cursor, key) == Edited::Changed {
        search(model, picker);
    }
}

/// Pastes into the query.
pub fn paste(model: &Model, picker: &mut ExtrasPicker, pasted: &str) {
    edit::insert(&mut picker.query, &mut picker.cursor, pasted);
    search(model, picker);
}

/// Searches again for what is typed.
pub fn search(model: &Model, picker: &mut ExtrasPicker) {
    picker.hits = model.catalog.search(&picker.query, Scope::Extras, MAX_HITS);
    picker.selected = 0;
}
