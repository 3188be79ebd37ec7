//! Lists in which typing looks for a row: what is typed, and which row is selected.

use crate::{
    desk::catalog::search::{Catalog, Hits, Scope},
    tui::state::slot::MAX_HITS,
};

/// What is typed and which row is selected.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub query: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
    /// The selected row.
    pub selected: usize,
}

/// What is typed and which table is selected.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// What is typed.
    pub query: String,
    /// Cursor in it, in bytes.
    pub cursor: usize,
    /// The selected row.
    pub selected: usize,
}

/// Which of the open drafts is selected.
#[derive(Debug, Clone, Default)]
pub struct Drafts {
    /// The selected row.
    pub selected: usize,
}

/// Which of the missed calls is selected.
#[derive(Debug, Clone, Default)]
pub struct Missed {
    /// The selected row.
    pub selected: usize,
}

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
