//! The hits of the item search: which one is chosen, and the search that is empty again.

use std::sync::Arc;

use crate::{
    desk::catalog::search::Scope,
    domain::{draft::quick, shop::article::Article},
    tui::state::{model::Model, slot::Slot},
};

/// The hit Enter would add: nothing while nothing is typed and nothing was chosen with the arrows.
pub fn chosen<'a>(model: &'a Model, slot: &Slot) -> Option<&'a Arc<Article>> {
    let text = quick::parse(&slot.draft().search).text;
    if (text.is_empty() && !slot.items.browsing) || quick::is_none(&slot.draft().search) {
        return None;
    }
    // Numbers and barcodes win unless the person moved away from them; of several that share one nobody is meant.
    let exact = if slot.items.browsing { Vec::new() } else { model.catalog.exact_all(text) };
    if exact.len() > 1 {
        return None;
    }
    exact
        .first()
        .copied()
        .or_else(|| slot.items.hits.best.get(slot.items.selected).and_then(|at| model.catalog.at(*at)))
}

/// The search is empty again, for what comes next.
pub fn added(model: &mut Model) {
    let Some(slot) = model.slot_mut() else { return };
    slot.items.browsing = false;
    slot.items.scope = Scope::All;
    slot.cursor = 0;
    slot.go(|draft| draft.search.clear());
    model.search();
}

/// Puts the cursor on a hit, as a click does.
pub fn select_hit(model: &mut Model, at: usize) {
    let Some(slot) = model.slot_mut() else { return };
    if at < slot.items.hits.best.len() {
        slot.items.browsing = true;
        slot.items.selected = at;
    }
}

/// Puts the cursor on an article, if it is among the hits; else nothing is chosen any more.
pub fn choose(model: &mut Model, article: i64) {
    let catalog = Arc::clone(&model.catalog);
    let Some(slot) = model.slot_mut() else { return };
    let is_it = |at: &u32| catalog.at(*at).is_some_and(|other| other.id == article);
    let at = slot.items.hits.best.iter().position(is_it);
    slot.items.browsing = at.is_some();
    slot.items.selected = at.unwrap_or(0);
}
