//! Drafts that are written in one step, a bill and its parts, and those that could not be: until they are, none of them is
//! written or recorded alone, so that a crash finds the whole bill or all of its parts. Holds them; writes nothing.

use crate::domain::{draft::Draft, value::ids::OrderId};

/// Drafts that are written in one step, all of them or none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftSwap {
    /// Written over their last state.
    pub put: Vec<Draft>,
    /// Forgotten.
    pub gone: Vec<OrderId>,
}

impl DraftSwap {
    fn concerns(&self, id: &OrderId) -> bool {
        self.gone.contains(id) || self.put.iter().any(|draft| draft.order_id == *id)
    }

    /// A draft as it is now.
    pub fn put(&mut self, draft: Draft) {
        self.gone.retain(|id| *id != draft.order_id);
        match self.put.iter_mut().find(|known| known.order_id == draft.order_id) {
            Some(known) => *known = draft,
            None => self.put.push(draft),
        }
    }

    /// A draft that is no more.
    pub fn forget(&mut self, id: OrderId) {
        self.put.retain(|draft| draft.order_id != id);
        if !self.gone.contains(&id) {
            self.gone.push(id);
        }
    }
}

/// Swaps that could not be written yet.
#[derive(Debug, Default)]
pub struct UnwrittenSwaps(Vec<DraftSwap>);

impl UnwrittenSwaps {
    /// Takes out what concerns a draft.
    pub fn take(&mut self, id: &OrderId) -> Option<DraftSwap> {
        let at = self.0.iter().position(|swap| swap.concerns(id))?;
        Some(self.0.remove(at))
    }

    /// Keeps what could not be written.
    pub fn keep(&mut self, swap: DraftSwap) {
        self.0.push(swap);
    }

    /// Joins what was not written before with what is to be written now.
    pub fn with(&mut self, swap: DraftSwap) -> DraftSwap {
        let ids: Vec<OrderId> =
            swap.put.iter().map(|draft| draft.order_id.clone()).chain(swap.gone.iter().cloned()).collect();
        let mut all = DraftSwap::default();
        for id in &ids {
            while let Some(older) = self.take(id) {
                older.put.into_iter().for_each(|draft| all.put(draft));
                older.gone.into_iter().for_each(|id| all.forget(id));
            }
        }
        swap.put.into_iter().for_each(|draft| all.put(draft));
        swap.gone.into_iter().for_each(|id| all.forget(id));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::draft;

    fn named(id: &str, search: &str) -> Draft {
        Draft { order_id: OrderId(id.into()), search: search.into(), ..draft() }
    }

    #[test]
    fn what_was_not_written_is_written_with_what_comes_next() {
        let mut unwritten = UnwrittenSwaps::default();
        unwritten.keep(DraftSwap { put: vec![named("a", "1"), named("b", "1")], gone: vec![] });
        assert_eq!(unwritten.take(&OrderId("c".into())), None);
        let mut swap = unwritten.take(&OrderId("b".into())).unwrap();
        swap.put(named("b", "2"));
        unwritten.keep(swap);
        let merged = unwritten.with(DraftSwap { put: vec![named("a", "3")], gone: vec![OrderId("b".into())] });
        assert_eq!(merged, DraftSwap { put: vec![named("a", "3")], gone: vec![OrderId("b".into())] });
        assert_eq!(unwritten.take(&OrderId("a".into())), None);
    }
}
