//! Undo and redo of a draft: bounded snapshots. Typing in one place is one step.

use std::{collections::VecDeque, sync::Arc};

use super::{Draft, field::Field};

/// Steps that can be undone.
const MAX_STEPS: usize = 100;

/// What a change touches; changes in a row that touch the same are one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Always a step of its own.
    Alone,
    /// Typing in a field.
    Field(Field),
    /// Typing the quantity of a line.
    Line(i64),
    /// Typing in part of a tip.
    Tip(usize, u8),
}

/// The past and the undone future of one draft.
#[derive(Debug, Clone, Default)]
pub struct Undo {
    // Shared: the whole of it is copied when what a scanner typed may have to be taken back.
    past: VecDeque<Arc<Draft>>,
    future: Vec<Arc<Draft>>,
    last: Option<Touch>,
}

impl Undo {
    /// Remembers the draft as it was before a change.
    pub fn record(&mut self, before: Draft, touch: Touch) {
        self.future.clear();
        if touch != Touch::Alone && self.last == Some(touch) {
            return;
        }
        self.last = Some(touch);
        if self.past.len() == MAX_STEPS {
            self.past.pop_front();
        }
        self.past.push_back(Arc::new(before));
    }

    /// Ends a run of typing, so that the next change is a step of its own.
    pub fn pause(&mut self) {
        self.last = None;
    }

    /// Puts the draft back by one step, keeping where the person is. `false` if there is nothing to undo.
    pub fn undo(&mut self, draft: &mut Draft) -> bool {
        let Some(before) = self.past.pop_back() else { return false };
        self.last = None;
        self.future.push(swap(draft, before).into());
        true
    }

    /// Takes back an undo. `false` if there is nothing to redo.
    pub fn redo(&mut self, draft: &mut Draft) -> bool {
        let Some(after) = self.future.pop() else { return false };
        self.last = None;
        self.past.push_back(swap(draft, after).into());
        true
    }
}

/// Replaces the content and keeps step, focus and search: undo must not throw the person about.
fn swap(draft: &mut Draft, content: Arc<Draft>) -> Draft {
    let mut content = Arc::unwrap_or_clone(content);
    content.step = draft.step;
    content.focus = draft.focus;
    content.search = draft.search.clone();
    // It may have got another id since, which is no change that is undone.
    content.order_id = draft.order_id.clone();
    std::mem::replace(draft, content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        draft::flow::Step,
        testing::{article, draft},
    };
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    #[test]
    fn typing_in_one_field_is_one_step() {
        let (mut draft, mut undo) = (draft(), Undo::default());
        for text in ["0", "04", "040"] {
            undo.record(draft.clone(), Touch::Field(Field::Phone));
            draft.fields.insert(Field::Phone, text.into());
        }
        draft.step = Step::Payment;
        assert!(undo.undo(&mut draft));
        assert_eq!(draft.fields.get(&Field::Phone), None);
        assert_eq!(draft.step, Step::Payment, "undo stays on the step");
        assert!(!undo.undo(&mut draft));
        assert!(undo.redo(&mut draft));
        assert_eq!(draft.fields[&Field::Phone], "040");
        assert!(!undo.redo(&mut draft));
    }

    proptest! {
        #[test]
        fn undo_all_then_redo_all_is_where_we_were(quantities in proptest::collection::vec(1i64..9, 1..30)) {
            let (mut draft, mut undo) = (draft(), Undo::default());
            let start = draft.clone();
            for (at, quantity) in (1..).zip(&quantities) {
                undo.record(draft.clone(), Touch::Alone);
                draft.add(&article(at, &format!("a{at}"), "1.00"), Decimal::from(*quantity), "").unwrap();
            }
            let end = draft.clone();
            while undo.undo(&mut draft) {}
            prop_assert_eq!(&draft, &start);
            while undo.redo(&mut draft) {}
            prop_assert_eq!(&draft, &end);
        }
    }
}
