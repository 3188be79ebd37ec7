//! The contexts in which a key is looked up, the innermost first. They follow from what is shown alone.

use crate::{
    domain::{
        draft::{field::Field, flow::Step},
        shop::Shop,
    },
    i18n::Texts,
    tui::{
        input::command::{Contexts, KeyContext},
        state::{
            model::{Model, Screen},
            overlay::Overlay,
            rows::{self, Row, focused},
            slot::Slot,
        },
    },
};

impl Model {
    /// The contexts keys are looked up in, the innermost first.
    pub fn contexts(&self) -> Vec<KeyContext> {
        self.active().to_vec()
    }

    /// The contexts of the screen itself, whatever lies over it.
    pub fn contexts_below(&self) -> Vec<KeyContext> {
        self.active_below().to_vec()
    }

    /// The same as `contexts`, for what asks with every key.
    pub fn active(&self) -> Contexts {
        self.overlay.as_ref().map_or_else(|| self.active_below(), Overlay::active)
    }

    fn active_below(&self) -> Contexts {
        let mut contexts = Contexts::new();
        match self.screen {
            Screen::Orders if self.orders.searching => contexts.push(KeyContext::OrdersSearch),
            Screen::Orders => contexts.push(KeyContext::Orders),
            Screen::Draft => {
                if let Some(slot) = self.slot() {
                    of_step(slot, &self.shop, &self.texts, &mut contexts);
                }
                contexts.push(KeyContext::Draft);
            }
        }
        contexts.push(KeyContext::Global);
        contexts
    }
}

/// The contexts of the step a draft is at, the innermost first.
fn of_step(slot: &Slot, shop: &Shop, texts: &Texts, contexts: &mut Contexts) {
    match slot.draft().step {
        Step::Items if slot.items.in_cart => contexts.push(KeyContext::Cart),
        Step::Items => {
            if slot.draft().search.is_empty() {
                contexts.push(KeyContext::ItemsEmpty);
            }
            contexts.push(KeyContext::Items);
        }
        Step::Customer | Step::Place | Step::Tip | Step::Payment => {
            if is_choosing_guest(slot) {
                contexts.push(KeyContext::Guest);
            }
            if rows::is_choosing(slot, shop, texts) {
                contexts.push(KeyContext::Choice);
            }
            contexts.push(KeyContext::Form);
        }
        Step::Review => contexts.push(KeyContext::Review),
    }
}

/// Whether the cursor is where a guest can be taken over.
pub fn is_choosing_guest(slot: &Slot) -> bool {
    slot.draft().step == Step::Customer
        && slot.caller.guest().is_some()
        && focused(slot) == Some(Row::Field(Field::Phone))
}
