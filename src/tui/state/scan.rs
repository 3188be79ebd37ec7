//! The text that digits of a scanner may go into, as it was before the first of them.

use std::sync::Arc;

use crate::{
    desk::catalog::search::Catalog,
    tui::state::{orders::ListSearch, overlay::Overlay, slot::typing::TypedText},
};

/// The text the digits go into, as it was before the first of them.
pub struct Before {
    /// The text and what belongs to it.
    pub text: Text,
    /// The articles then: hits are positions in them.
    pub catalog: Arc<Catalog>,
}

/// A text digits are typed into at once.
pub enum Text {
    /// A field or the item search of a draft.
    Draft(Box<TypedText>),
    /// A window's line of text.
    Overlay(Overlay),
    /// The search of the live list.
    List(ListSearch),
}
