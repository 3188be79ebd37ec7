//! Fresh `orderId`s that wait for the drafts they will belong to. Makes none: they are asked for by an effect.

use crate::{domain::value::ids::OrderId, tui::effect::Effect};

/// Ids nobody has yet. The first is for the next draft, the rest for the parts of a bill.
#[derive(Debug, Clone, Default)]
pub struct FreshIds {
    ready: Vec<OrderId>,
    /// How many were asked for and have not come yet.
    asked: usize,
}

impl FreshIds {
    /// With one for the first draft.
    pub fn new(first: OrderId) -> Self {
        Self { ready: vec![first], asked: 0 }
    }

    /// An id for a draft.
    pub fn take(&mut self) -> Option<OrderId> {
        (!self.ready.is_empty()).then(|| self.ready.remove(0))
    }

    /// The ids that parts of a bill can have: all but the one for the next draft.
    pub fn of_parts(&self) -> &[OrderId] {
        self.ready.get(1..).unwrap_or_default()
    }

    /// Parts of a bill have so many of them now.
    pub fn take_parts(&mut self, count: usize) {
        let end = self.ready.len().min(1 + count);
        self.ready.drain(1.min(end)..end);
    }

    /// An id that its draft does not need any more, if there is no other one.
    pub fn give_back(&mut self, id: OrderId) {
        if self.ready.is_empty() {
            self.ready.push(id);
        }
    }

    /// They were made.
    pub fn arrived(&mut self, ids: Vec<OrderId>) {
        self.asked = self.asked.saturating_sub(ids.len());
        self.ready.extend(ids);
    }

    /// Asks for what is missing to have so many.
    pub fn ask(&mut self, wanted: usize) -> Option<Effect> {
        let missing = wanted.saturating_sub(self.ready.len() + self.asked);
        self.asked += missing;
        (missing > 0).then_some(Effect::MakeIds(missing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: usize) -> OrderId {
        OrderId(n.to_string())
    }

    #[test]
    fn what_was_asked_for_is_not_asked_for_twice() {
        let mut ids = FreshIds::new(id(1));
        assert_eq!(ids.ask(1), None);
        assert_eq!(ids.take(), Some(id(1)));
        assert_eq!(ids.ask(1), Some(Effect::MakeIds(1)));
        assert_eq!((ids.ask(1), ids.ask(3)), (None, Some(Effect::MakeIds(2))));
        ids.arrived(vec![id(2), id(3), id(4)]);
        assert_eq!(ids.of_parts(), [id(3), id(4)]);
        ids.take_parts(1);
        assert_eq!((ids.take(), ids.take(), ids.take()), (Some(id(2)), Some(id(4)), None));
        assert_eq!(ids.ask(1), Some(Effect::MakeIds(1)));
    }
}
