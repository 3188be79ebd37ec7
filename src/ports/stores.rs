//! Everything a desk keeps, as one value: handed over once and whole, so that no part of it can be missing.

use std::sync::Arc;

use super::{Desks, GuestBook, HouseBook, Journal};

/// What a desk keeps and where. All parts look at the same orders.
#[derive(Clone)]
pub struct Stores {
    /// Drafts, orders, their events, the outbox and articles.
    pub journal: Arc<dyn Journal>,
    /// What is kept of guests.
    pub guests: Arc<dyn GuestBook>,
    /// What is known of the house beyond single orders.
    pub house: Arc<dyn HouseBook>,
    /// The other desks on this journal.
    pub desks: Arc<dyn Desks>,
}

impl Stores {
    /// One store that keeps all of it.
    pub fn of<S>(store: &Arc<S>, desks: Arc<dyn Desks>) -> Self
    where
        S: Journal + GuestBook + HouseBook + 'static,
    {
        Self { journal: Arc::<S>::clone(store), guests: Arc::<S>::clone(store), house: Arc::<S>::clone(store), desks }
    }
}
