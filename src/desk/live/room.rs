//! How much of a long queue the list holds: what is looked at and what needs a person. The journal counts the rest. PURE.

use super::{Counts, InStore, LiveList, LiveRow};

/// What is left when the list comes to more rows than it may hold.
const LEFT: usize = 3_000;

/// With fewer that the journal has and the list has not, they are on their way here.
const MANY: usize = 200;

impl LiveList {
    /// How many orders there are, shown or not, as far as they are counted: those that are done are not, once there are many.
    pub fn total(&self) -> usize {
        self.index.len() + self.counts().waiting.saturating_sub(self.counts.waiting)
    }

    /// How many orders are what, shown or not.
    pub fn counts(&self) -> Counts {
        let lacks = self.store.waiting > self.counts.waiting + MANY;
        if self.is_cut || lacks { self.counts.in_all(self.store) } else { self.counts }
    }

    /// How many orders are not done, shown or not.
    pub fn open_count(&self) -> usize {
        self.counts().open
    }

    /// How many orders should be there by now, shown or not.
    pub fn late_count(&self) -> usize {
        self.counts.late
    }

    /// How many orders are for a later day, shown or not.
    pub fn later_count(&self) -> usize {
        self.counts.later
    }

    /// Takes in how many orders of each kind the journal holds: the list need not have all of them. Returns whether its numbers
    /// are others by it.
    pub fn set_in_store(&mut self, store: InStore) -> bool {
        let before = self.counts();
        self.store = store;
        self.counts() != before
    }

    /// Makes room: first what is done, then what stands neither at the beginning nor at the end of what is open, as both are
    /// looked at: what is late and what was taken just now. What needs a person goes last.
    pub(super) fn let_go(&mut self) {
        let is_ours = |slot: &usize| self.slots[*slot].as_ref().is_some_and(|row| !row.foreign && !row.in_ready);
        let mut ours: Vec<usize> = (0..self.slots.len()).filter(is_ours).collect();
        ours.sort_unstable_by(|a, b| {
            let sequence = |slot: &usize| self.slots[*slot].as_ref().map(LiveRow::sequence);
            sequence(a).cmp(&sequence(b))
        });
        let row = |slot: &usize| self.slots[*slot].as_ref();
        let (needy, rest): (Vec<usize>, Vec<usize>) =
            ours.into_iter().partition(|slot| row(slot).is_some_and(LiveRow::needs_person));
        let (done, open): (Vec<usize>, Vec<usize>) =
            rest.into_iter().partition(|slot| row(slot).is_some_and(|row| row.done));
        let mut over = self.held_rows().saturating_sub(LEFT);
        for (slots, is_middle) in [(done, false), (open, true), (needy, false)] {
            let cut = over.min(slots.len());
            let begin = if is_middle { (slots.len() - cut) / 2 } else { slots.len() - cut };
            for slot in &slots[begin..begin + cut] {
                self.remove(*slot, false);
            }
            over -= cut;
        }
        self.is_cut = true;
        self.rebuild();
    }

    pub(super) fn held_rows(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::MOST, *};
    use crate::{
        desk::{live::LiveKey, testing::row},
        domain::{
            order::{
                delivery::Delivery,
                status::{StatusRule, Workflow},
            },
            value::ids::OrderId,
        },
    };

    fn list() -> LiveList {
        let rule = |token: &str, last| StatusRule { last, ..StatusRule::named(token) };
        LiveList::new(Workflow { initial: "ready".into(), statuses: vec![rule("ready", false), rule("done", true)] })
    }

    fn has(list: &LiveList, name: &str) -> bool {
        list.find(&LiveKey::Order(OrderId(name.into()))).is_some()
    }

    #[test]
    fn of_a_long_queue_a_part_is_held_and_all_of_it_is_counted() {
        let mut list = list();
        let queued: Vec<_> = (0..100_000).map(|n| row(&format!("q{n}"), Delivery::Queued, n)).collect();
        list.apply(&[row("unclear", Delivery::Unknown { reason: "lost".into() }, 50_000)]);
        for page in queued.chunks(256) {
            list.apply(page);
            assert!(list.held_rows() <= MOST, "{}", list.held_rows());
        }
        assert!(
            ["unclear", "q0", "q99999"].iter().all(|name| has(&list, name)),
            "the first, the last, and who needs somebody"
        );
        assert_eq!(list.get(0).unwrap().order_id, Some(OrderId("unclear".into())));
        let store = InStore { waiting: 100_000, unknown: 1, rejected: 0, needs_person: 1 };
        assert!(list.set_in_store(store));
        assert_eq!((list.counts().waiting, list.open_count(), list.total()), (100_000, 100_001, 100_001));
        assert_eq!((list.counts().unknown, list.counts().other), (1, 0));
        // One that is taken now is seen at once.
        list.apply(&[row("now", Delivery::Queued, 200_000)]);
        assert!(has(&list, "now"));
    }

    #[test]
    fn what_is_done_goes_first_and_the_numbers_of_a_short_list_are_its_own() {
        let mut list = list();
        let done = |n: i64| crate::ports::journal::OrderRow {
            status: Some("done".into()),
            ..row(&format!("d{n}"), Delivery::Accepted { internal_id: None }, n)
        };
        list.apply(&(0..2_000).map(|n| row(&format!("q{n}"), Delivery::Queued, n)).collect::<Vec<_>>());
        list.set_in_store(InStore { waiting: 2_100, ..InStore::default() });
        assert_eq!(list.counts().waiting, 2_000, "the others are on their way");
        list.apply(&(0..2_500).map(done).collect::<Vec<_>>());
        assert_eq!(list.held_rows(), LEFT);
        assert!((0..2_000).all(|n| has(&list, &format!("q{n}"))), "nothing that waits");
        assert!(has(&list, "d2499") && !has(&list, "d0"), "of those the oldest");
    }
}
