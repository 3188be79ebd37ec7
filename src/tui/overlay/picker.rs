//! The extras of the selected dish: typed for, added with Enter, as many as wanted until Esc.

use rust_decimal::Decimal;

use crate::{
    desk::{
        catalog::search::{Catalog, Hits, Scope},
        counter::{ExtraWish, without_extra},
    },
    domain::draft::undo::Touch,
    tui::{
        input::{command::Command, edit, key::Key},
        screens::items::lines::{self, Extra},
        state::model::{MAX_HITS, Model, Tone},
    },
};

/// What is typed and what it finds.
#[derive(Debug, Clone, Default)]
pub struct ExtrasPicker {
    /// What is typed.
    pub query: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
    /// The extras that match.
    pub hits: Hits,
    /// The selected one.
    pub selected: usize,
}

impl ExtrasPicker {
    /// Every extra.
    pub fn new(catalog: &Catalog) -> Self {
        Self { hits: catalog.search("", Scope::Extras, MAX_HITS), ..Self::default() }
    }
}

/// Adds the selected extra and waits for the next one; returns it if it has to be asked first for how many it is.
pub fn accept(model: &mut Model, picker: &mut ExtrasPicker) -> Option<ExtraWish> {
    let exact = model.catalog.exact(picker.query.trim()).filter(|article| model.shop.is_extra(&article.group));
    let selected = picker.hits.best.get(picker.selected).and_then(|at| model.catalog.at(*at));
    let article = exact.or(selected).cloned()?;
    let dish = model.slot()?.items.line?;
    let wish = ExtraWish { dish, article, quantity: Decimal::ONE, comment: String::new() };
    let extra = lines::add_extra(model, &wish);
    if extra == Extra::Added {
        begin_again(model, picker);
    }
    (extra == Extra::Ask).then_some(wish)
}

/// Takes one of the selected extra away from the dish, and says so.
pub fn less(model: &mut Model, picker: &ExtrasPicker) {
    let Some(article) = picker.hits.best.get(picker.selected).and_then(|at| model.catalog.at(*at)).cloned() else {
        return;
    };
    let Some(slot) = model.slot_mut() else { return };
    let Some(dish) = slot.items.line.and_then(|id| slot.draft().line(id)).map(|line| line.main) else { return };
    let Some(draft) = without_extra(slot.draft(), dish, article.id) else {
        let text = model.texts.fill("notice.no_such_extra", &[("name", &article.name)]);
        return model.say(Tone::Warn, text);
    };
    slot.change(Touch::Alone, |old| *old = draft);
    // The extra may have been the selected line.
    slot.items.line = Some(dish);
    let (n, key) = (model.texts.quantity(Decimal::ONE, &article), model.key_label(Command::Undo));
    let text = model.texts.fill("notice.removed", &[("n", &n), ("name", &article.name), ("key", &key)]);
    model.say(Tone::Done, text);
}

/// Nothing is typed any more: every extra is shown.
pub fn begin_again(model: &Model, picker: &mut ExtrasPicker) {
    picker.query.clear();
    picker.cursor = 0;
    search(model, picker);
}

/// Types into the query.
pub fn key(model: &Model, picker: &mut ExtrasPicker, key: Key) {
    if edit::key(&mut picker.query, &mut picker.cursor, key) == edit::Edited::Changed {
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
