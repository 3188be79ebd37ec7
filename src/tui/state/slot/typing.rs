//! The text that has the cursor in a draft, and what typing into it changes, as it was before. Whatever an answer changes in
//! the meantime is no part of it and stays.

use jiff::civil::DateTime;

use crate::{
    domain::{
        draft::{TipDraft, field::Field, flow::Step, undo::Undo},
        value::ids::OrderId,
    },
    tui::state::{
        rows::{self, Row, RowInput},
        slot::Slot,
    },
};

/// A text and its cursor, as they were.
#[derive(Debug, Clone)]
pub struct TypedText {
    order_id: OrderId,
    cursor: usize,
    place: Place,
    chosen: bool,
    entered: bool,
    typed_at: Option<DateTime>,
    /// Steps that can be undone: what is taken back is none of them.
    undo: Undo,
}

#[derive(Debug, Clone)]
enum Place {
    /// The item search and its selected hit.
    Search { text: String, browsing: bool, selected: usize },
    /// A field, and the fields that follow from it: a table has its session, a postcode its town.
    Fields { texts: Vec<(Field, Option<String>)>, filled_city: Option<String> },
    /// A tip; `None` for the one to come.
    Tip { at: usize, tip: Option<TipDraft> },
}

impl Slot {
    /// The text that has the cursor; `None` where digits do something else than to be typed.
    pub fn typed_text(&self) -> Option<TypedText> {
        let place = match self.draft.step {
            Step::Items if self.items.in_cart => return None,
            Step::Review => return None,
            Step::Items => Place::Search {
                text: self.draft.search.clone(),
                browsing: self.items.browsing,
                selected: self.items.selected,
            },
            Step::Customer | Step::Place | Step::Tip | Step::Payment => self.typed_row()?,
        };
        Some(TypedText {
            order_id: self.draft.order_id.clone(),
            cursor: self.cursor,
            place,
            chosen: self.chosen,
            entered: self.entered,
            typed_at: self.typed_at,
            undo: self.undo.clone(),
        })
    }

    fn typed_row(&self) -> Option<Place> {
        match rows::focused(self).filter(|row| rows::input(*row) != RowInput::Choice)? {
            Row::OrderType => None,
            Row::Field(field) => {
                let text = |field: Field| (field, self.draft.fields.get(&field).cloned());
                let texts = [field, Field::SessionToken, Field::City].into_iter().map(text).collect();
                Some(Place::Fields { texts, filled_city: self.filled_city.clone() })
            }
            Row::Tip(at, _) => Some(Place::Tip { at, tip: self.draft.tips.get(at).cloned() }),
        }
    }

    /// Puts a text back with its cursor, and whatever typing into it changed. `false` if it is another draft's. The hits of the
    /// search are not looked up anew.
    pub fn put_back(&mut self, typed: &TypedText) -> bool {
        if self.draft.order_id != typed.order_id {
            return false;
        }
        let TypedText { order_id: _, cursor, place, chosen, entered, typed_at, undo } = typed.clone();
        match place {
            Place::Search { text, browsing, selected } => {
                self.draft.search = text;
                (self.items.browsing, self.items.selected) = (browsing, selected);
            }
            Place::Fields { texts, filled_city } => {
                for (field, text) in texts {
                    match text {
                        Some(text) => self.draft.fields.insert(field, text),
                        None => self.draft.fields.remove(&field),
                    };
                }
                self.filled_city = filled_city;
            }
            Place::Tip { at, tip: Some(tip) } => {
                if let Some(now) = self.draft.tips.get_mut(at) {
                    *now = tip;
                }
            }
            Place::Tip { at, tip: None } => self.draft.tips.truncate(at),
        }
        (self.cursor, self.chosen, self.entered, self.typed_at) = (cursor, chosen, entered, typed_at);
        self.undo = undo;
        // With its digits it may be on disk already.
        self.unsaved = true;
        true
    }
}
