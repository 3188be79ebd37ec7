//! One open draft with everything that belongs to it on the screen. Every change goes through here, so that none is
//! left unsaved and none cannot be undone.

pub mod typing;

use std::sync::Arc;

use jiff::civil::DateTime;

use crate::{
    desk::{
        catalog::search::{Hits, Scope},
        counter::{LeftTable, Placing, Typed},
        drafts::Holder,
    },
    domain::{
        draft::{
            Draft,
            field::Field,
            flow::Step,
            undo::{Touch, Undo},
        },
        order::OrderType,
        shop::{Shop, article::Article, promise::Wish},
        value::ids::OrderId,
    },
    tui::state::{
        caller::Caller,
        rows::{self, Offer},
    },
};

/// An open draft and where the person is in it.
#[derive(Debug, Clone)]
pub struct Slot {
    draft: Draft,
    /// As it was when it came here.
    made: Draft,
    undo: Undo,
    unsaved: bool,
    /// The desk that has it, if that is another one: then it is only shown.
    pub away: Option<Holder>,
    /// Dishes of the review that were read back, from the first on.
    pub ticked: usize,
    /// That the guest had the same a few minutes ago was said.
    pub is_twice_said: bool,
    /// Cursor in the focused text, in bytes.
    pub cursor: usize,
    /// Whether the fields that are rarely needed are shown.
    pub more: bool,
    /// The item step.
    pub items: ItemsState,
    /// The selected problem of the review.
    pub review_at: usize,
    /// The first line of the review that is shown, where there is no room for all.
    pub review_top: usize,
    /// The shop's time when the focused field was last typed in: what `18:30` and `+25` are counted from.
    pub typed_at: Option<DateTime>,
    /// Whether what the focused field holds was chosen, not typed: it reads as its name, and typing replaces it.
    pub chosen: bool,
    /// Whether the cursor just came into the focused field: nothing was typed or moved in it yet.
    pub entered: bool,
    /// `sessionToken` of its order while that is being recorded.
    pub session: Option<String>,
    /// Times offered in the field for them, and what they were looked up for.
    pub times: Vec<Offer>,
    /// Order type and wish the offered times are for.
    pub times_for: Option<(OrderType, Wish)>,
    /// The town the desk filled in itself: another postcode may replace it.
    pub filled_city: Option<String>,
    /// Table, seat and the token that came from the table, as they were when the order last left the house.
    pub left_table: LeftTable,
    /// Who calls.
    pub caller: Caller,
    /// The bill it is a part of, as it was before it was split.
    pub whole: Option<Arc<Whole>>,
}

/// A bill before it was split.
#[derive(Debug)]
pub struct Whole {
    /// With everything that can be undone in it.
    pub slot: Slot,
    /// The parts as they were made.
    pub parts: Vec<Draft>,
}

/// Where the person is in the item step.
#[derive(Debug, Clone, Default)]
pub struct ItemsState {
    /// What the search looks at.
    pub scope: Scope,
    /// What it found.
    pub hits: Hits,
    /// The selected hit.
    pub selected: usize,
    /// Whether keys go to the cart.
    pub in_cart: bool,
    /// Whether the selected hit was chosen with the arrows, so that Enter may add it with nothing typed.
    pub browsing: bool,
    /// The selected line of the cart.
    pub line: Option<i64>,
    /// The line whose quantity is being typed: the next digit goes on with it.
    pub counting: Option<i64>,
}

impl Slot {
    /// A draft as it was opened or came back from the journal.
    pub fn new(draft: Draft) -> Self {
        let line = last_dish(&draft);
        let items = ItemsState { line, ..ItemsState::default() };
        let mut slot = Self {
            made: draft.clone(),
            draft,
            undo: Undo::default(),
            unsaved: false,
            away: None,
            ticked: 0,
            is_twice_said: false,
            cursor: 0,
            more: false,
            items,
            review_at: 0,
            review_top: 0,
            typed_at: None,
            chosen: true,
            // After a restart typing goes on where it stopped.
            entered: false,
            session: None,
            times: Vec::new(),
            times_for: None,
            filled_city: None,
            left_table: LeftTable::new(),
            caller: Caller::default(),
            whole: None,
        };
        // Typing goes on where it stopped: behind what the focused field or the search holds.
        slot.cursor = match slot.draft.step {
            Step::Items => slot.draft.search.len(),
            _ => rows::focused(&slot).map_or(0, |row| rows::value(&slot, row).len()),
        };
        slot
    }

    /// A draft that another desk has.
    pub fn away(draft: Draft, holder: Holder) -> Self {
        Self { away: Some(holder), ..Self::new(draft) }
    }

    /// The draft as it was when it came here.
    pub fn made(&self) -> &Draft {
        &self.made
    }

    /// Makes an order of its own of it, to be written as such: the other order stays what it is.
    pub fn rename(&mut self, id: OrderId) {
        self.draft.order_id = id;
        self.draft.corrects = None;
        self.session = None;
        self.away = None;
        self.unsaved = true;
    }

    /// The draft.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The draft with the moment its relative times count from.
    pub fn typed(&self) -> Typed<'_> {
        Typed { draft: &self.draft, at: self.typed_at }
    }

    /// The draft while it is being recorded as an order.
    pub fn placing(&self) -> Placing<'_> {
        Placing { draft: &self.draft, session: self.session.as_deref() }
    }

    /// Changes the content of the draft: one step of undo, and saved.
    pub fn change<T>(&mut self, touch: Touch, change: impl FnOnce(&mut Draft) -> T) -> T {
        let before = self.draft.clone();
        let result = change(&mut self.draft);
        if self.draft != before {
            // What was read back is no longer what stands there.
            self.ticked = if self.draft.lines == before.lines { self.ticked } else { 0 };
            self.undo.record(before, touch);
            self.unsaved = true;
        }
        result
    }

    /// Changes where the person is (step, focus, search): saved, but no step of undo.
    pub fn go(&mut self, change: impl FnOnce(&mut Draft)) {
        change(&mut self.draft);
        self.undo.pause();
        self.unsaved = true;
    }

    /// Ends a run of typing, so that the next change is a step of undo of its own.
    pub fn pause_undo(&mut self) {
        self.undo.pause();
    }

    /// Notes when the draft came to the front: saved, and nothing that undo knows of.
    pub fn note_turn(&mut self, turn: u64) {
        self.draft.turn = turn;
        self.unsaved = true;
    }

    /// Keeps the fee in step with the rest of the draft: part of the change that made it necessary, no step of its own.
    pub fn keep_fee(&mut self, shop: &Shop, article: impl Fn(&str) -> Option<Arc<Article>>) {
        let mark = |draft: &Draft| {
            let fee = draft.lines.iter().find(|line| draft.is_fee(line)).map(|line| Arc::as_ptr(&line.article));
            (draft.terms.clone(), draft.lines.len(), draft.lines.last().map(|line| line.id), fee)
        };
        let before = mark(&self.draft);
        self.draft.keep_fee(shop, article);
        if mark(&self.draft) != before {
            self.unsaved = true;
            self.keep_line();
        }
    }

    /// Sells the lines of before through the channel under its present id: no step of undo, nothing is priced anew.
    pub fn keep_channel(&mut self, shop: &Shop) {
        if let Some(channel) = shop.channel(self.draft.order_type) {
            self.unsaved |= self.draft.adopt_channel(channel);
        }
    }

    /// Takes back the last change.
    pub fn undo(&mut self) -> bool {
        let done = self.undo.undo(&mut self.draft);
        self.after_undo(done)
    }

    /// Does again what was taken back.
    pub fn redo(&mut self) -> bool {
        let done = self.undo.redo(&mut self.draft);
        self.after_undo(done)
    }

    fn after_undo(&mut self, done: bool) -> bool {
        self.unsaved |= done;
        self.keep_line();
        done
    }

    /// Makes sure the selected line is one of the cart: the nearest one that is left.
    pub fn keep_line(&mut self) {
        if self.items.line.is_none_or(|id| self.draft.line(id).is_none()) {
            self.items.line = last_dish(&self.draft);
        }
        if self.draft.lines.is_empty() {
            self.items.in_cart = false;
        }
    }

    /// The text of a field.
    pub fn text(&self, field: Field) -> &str {
        self.draft.fields.get(&field).map_or("", String::as_str)
    }

    /// The draft, if it changed since it was last taken here: to be written to the journal. Never one of another desk.
    pub fn take_unsaved(&mut self) -> Option<Draft> {
        (std::mem::take(&mut self.unsaved) && self.away.is_none()).then(|| self.draft.clone())
    }

    /// Marks the draft as not written, so that it is written again.
    pub fn touch(&mut self) {
        self.unsaved = true;
    }

    /// Whether nothing was typed into it yet. One of another desk is not free, whatever is in it.
    pub fn is_blank(&self) -> bool {
        let Draft { lines, fields, tips, search, corrects, .. } = &self.draft;
        self.away.is_none()
            && lines.is_empty()
            && tips.is_empty()
            && search.is_empty()
            && corrects.is_none()
            && fields.values().all(String::is_empty)
    }
}

/// The line a quantity key means unless another is chosen: the last one that is no fee.
fn last_dish(draft: &Draft) -> Option<i64> {
    draft.lines.iter().rev().find(|line| !draft.is_fee(line)).map(|line| line.id)
}

/// Hits of the item search kept at once; more than any screen shows, and the total is counted apart.
pub const MAX_HITS: usize = 300;
