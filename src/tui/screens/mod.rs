//! The screens: one state file and one view file each. This file only says which one a key belongs to.
//!
//! Five steps and a list: `items`, `guests` with `form` and `rows` (the fields of a step), `review`, `orders`. The others have no
//! screen of their own; several steps show what they know: `counts` (what is left of an article), `menu` (articles that changed
//! while they lie in a cart), `promise` (when the kitchen can do it), `tables` (what is open at a table), `terms` (delivery areas,
//! fees, what a manager let pass).

pub mod counts;
pub mod form;
pub mod guests;
pub mod items;
pub mod menu;
pub mod orders;
pub mod promise;
pub mod review;
pub mod rows;
pub mod tables;
pub mod terms;

use super::{
    input::command::{Context, Contexts},
    state::slot::Slot,
};
use crate::{
    domain::{draft::flow::Step, shop::Shop},
    i18n::Texts,
};

/// The contexts of the step a draft is at, the innermost first.
pub fn contexts(slot: &Slot, shop: &Shop, texts: &Texts, contexts: &mut Contexts) {
    match slot.draft().step {
        Step::Items if slot.items.in_cart => contexts.push(Context::Cart),
        Step::Items => {
            if slot.draft().search.is_empty() {
                contexts.push(Context::ItemsEmpty);
            }
            contexts.push(Context::Items);
        }
        Step::Customer | Step::Place | Step::Tip | Step::Payment => {
            if guests::is_choosing(slot) {
                contexts.push(Context::Guest);
            }
            if form::is_choosing(slot, shop, texts) {
                contexts.push(Context::Choice);
            }
            contexts.push(Context::Form);
        }
        Step::Review => contexts.push(Context::Review),
    }
}
