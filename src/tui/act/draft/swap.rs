//! Drafts that are written as one step stay together, whatever else changed them in the same moment.

use crate::{domain::draft::Draft, tui::effect::Effect};

/// Puts a draft that is written as one step with others into that step as it is now: alone it would tear them apart.
pub fn takes(effects: &mut [Effect], draft: &Draft) -> bool {
    effects.iter_mut().any(|effect| {
        let Effect::SwapDrafts { put, .. } = effect else { return false };
        let other = put.iter_mut().find(|other| other.order_id == draft.order_id);
        other.is_some_and(|other| {
            other.clone_from(draft);
            true
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{testing, value::ids::OrderId};

    #[test]
    fn a_draft_of_a_step_is_written_in_it_as_it_is_now() {
        let named =
            |id: &str, search: &str| Draft { order_id: OrderId(id.into()), search: search.into(), ..testing::draft() };
        let mut effects = vec![Effect::SwapDrafts { put: vec![named("a", "old"), named("b", "old")], gone: vec![] }];
        assert!(takes(&mut effects, &named("b", "new")));
        assert!(!takes(&mut effects, &named("c", "new")), "another one is written alone");
        let put = vec![named("a", "old"), named("b", "new")];
        assert_eq!(effects, [Effect::SwapDrafts { put, gone: vec![] }]);
    }
}
