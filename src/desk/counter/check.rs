//! The gate that every order passes: the order, or everything that is in its way. And what the desk keeps of an order beside it.

use super::context::{Counter, Typed};
use crate::{
    domain::{
        draft::{
            field::Field,
            finish::finish,
            problem::{Problem, Spot},
            terms::Pass,
        },
        order::Order,
        value::due::{Due, parse_due, write_time},
    },
    ports::house::PlaceNote,
};

impl Counter<'_> {
    /// The order, or everything that is in its way: what it lacks, what its area asks for, what is no longer there, and what
    /// the kitchen says.
    ///
    /// # Errors
    /// The problems in the sequence of the steps, never empty.
    pub fn check(&self, typed: Typed<'_>) -> Result<Order, Vec<Problem>> {
        let mut draft = typed.draft.clone();
        self.join_session(&mut draft);
        if let Some(at) = self.asap_after_opening(&draft).filter(|_| self.typed_time(typed).is_none()) {
            // OktoPOS would make an order without a time at once, and nobody is there.
            let text = draft.fields.entry(Field::Due).or_default();
            if matches!(parse_due(text, &self.shop.time_words, self.moment.local()), None | Some(Due::Asap)) {
                *text = write_time(at);
            }
        }
        let finished = finish(&draft, self.shop, self.moment);
        let mut problems = self.shortages(&draft);
        let objections = self.closed(typed).into_iter().chain(self.kitchen_objection(typed));
        let objections = objections.filter(|kind| !draft.is_let_pass(*kind));
        problems.extend(objections.map(|kind| Problem { spot: Spot::Field(Field::Due), kind }));
        let own = match finished {
            Ok(order) if problems.is_empty() => return Ok(order),
            finished => finished.err(),
        };
        problems.extend(own.unwrap_or_default());
        problems.sort_by_key(|problem| problem.spot.step());
        Err(problems)
    }

    /// What is kept of an order beside it, as the guest was told it a moment ago.
    pub fn note(&self, typed: Typed<'_>) -> PlaceNote {
        let draft = typed.draft;
        let channel = self.channel(draft);
        let usual = || self.shop.kitchen.soonest(self.wish(draft), self.moment);
        let promised = || self.promise(draft).map(|promise| promise.at).or_else(usual);
        let due = self.typed_time(typed).and_then(|at| self.moment.instant(at));
        let objections = draft.objections(self.shop, &channel).into_iter().map(|problem| problem.kind);
        let objections = objections.chain(self.closed(typed)).chain(self.kitchen_objection(typed));
        let passed = objections.filter(|kind| draft.is_let_pass(*kind));
        PlaceNote {
            prices: draft.price_notes(&channel),
            pieces: draft.kitchen_items(),
            promised_at: due.or_else(promised).filter(|_| self.shop.kitchen.is_known()),
            passes: passed.filter_map(Pass::of).collect(),
            corrects: draft.corrects,
        }
    }
}
