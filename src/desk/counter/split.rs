//! One bill in several: the drafts its parts become, which open drafts are parts of one bill, and the bill they are put
//! together to again. Lines are moved in the domain; nothing is written here.

pub(super) mod swap;

use super::{context::Counter, session::table_number};
use crate::domain::{
    draft::{
        Draft,
        flow::Step,
        split::{By, Split, merged},
    },
    value::ids::OrderId,
};

/// A bill that is put together from its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct PutTogether {
    /// The bill.
    pub draft: Draft,
    /// The parts that are no more.
    pub gone: Vec<OrderId>,
    /// Whether it is the bill as it was before it was split.
    pub as_it_was: bool,
}

/// A table that has fewer seats than the one that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchSeat {
    /// Seats of the table.
    pub seats: i64,
}

impl Counter<'_> {
    /// Whether the table of a bill has a seat, where the numbers of parts mean seats.
    ///
    /// # Errors
    /// How many seats the table has.
    pub fn check_seat(&self, draft: &Draft, by: By, part: u8) -> Result<(), NoSuchSeat> {
        let range = table_number(self.shop, draft).and_then(|number| self.shop.table(number));
        let seats = range.map_or(0, |range| range.seats);
        let fits = by == By::Item || seats == 0 || i64::from(part) <= seats;
        if fits { Ok(()) } else { Err(NoSuchSeat { seats }) }
    }

    /// The drafts a bill becomes, the first under its own id; all of them belong to one session. `None` if there is only one
    /// part, or there are too few ids.
    pub fn split(&self, split: &Split, by: By, ids: &[OrderId]) -> Option<Vec<Draft>> {
        let whole = &split.draft;
        let token = self.session(whole).map_or_else(|| whole.order_id.0.clone(), |session| session.token);
        split.drafts(by, &token, ids, &self.channel(whole))
    }

    /// Puts parts of a bill together. `whole` is the bill and the parts it became: it comes back as it was, if no part of it
    /// was changed or sent since. `None` without parts, or if they are too many lines for one order.
    pub fn put_together(&self, parts: &[&Draft], whole: Option<(&Draft, &[Draft])>) -> Option<PutTogether> {
        let first = *parts.first()?;
        let untouched = whole.filter(|(_, made)| is_untouched(made, parts)).map(|(whole, _)| whole);
        let draft = match untouched {
            Some(whole) => Draft { step: first.step, focus: 0, ..whole.clone() },
            None => merged(parts, &self.channel(first))?,
        };
        let gone = parts.iter().map(|part| part.order_id.clone()).filter(|id| *id != draft.order_id).collect();
        Some(PutTogether { draft, gone, as_it_was: untouched.is_some() })
    }
}

/// The bill a draft is a part of.
pub fn bill_of(draft: &Draft) -> Option<&OrderId> {
    draft.split.as_ref().map(|mark| &mark.of)
}

/// Whether drafts hold the same as the parts that were made of a bill, all of them.
fn is_untouched(made: &[Draft], parts: &[&Draft]) -> bool {
    let content =
        |draft: &Draft| Draft { step: Step::Review, focus: 0, search: String::new(), turn: 0, ..draft.clone() };
    made.len() == parts.len() && made.iter().zip(parts).all(|(made, part)| content(made) == content(part))
}
