//! One bill in several: a draft is split into parts by dish, and parts are put together again. Lines are moved, never
//! repriced: the parts come to what the whole came to, to the cent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Draft, Line, TipDraft,
    cart::{MAX_LINES, is_weighed},
    field::Field,
    finish::tip_amount,
    flow::Step,
};
use crate::domain::{
    order::DistributionChannel,
    value::{ids::OrderId, money::cents},
};

/// The largest number of a part.
pub const MAX_PART: u8 = 9;

/// Where a part of a bill came from, so that it can be put together again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitMark {
    /// The `orderId` of the whole: the same for all of its parts.
    pub of: OrderId,
    /// The seat of the whole, as it was typed.
    #[serde(default)]
    pub seat: Option<String>,
    /// The token of the whole, as it was typed.
    #[serde(default)]
    pub token: Option<String>,
    /// The tips of the whole, as they were typed.
    #[serde(default)]
    pub tips: Vec<TipDraft>,
}

/// What numbers of parts mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Nothing: they only tell the parts apart.
    Item,
    /// Seats of the table.
    Seat,
}

/// A draft that is being split: which dish goes into which part.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The draft, with lines of several pieces taken apart as far as needed.
    pub draft: Draft,
    /// Part of a dish by the id of its line; what is not named is the rest.
    pub parts: BTreeMap<i64, u8>,
}

impl Split {
    /// Everything in the rest, but what has a seat already.
    pub fn new(draft: &Draft) -> Self {
        let dishes = draft.lines.iter().filter(|line| !line.is_extra());
        let parts = dishes
            .filter_map(|line| Some((line.id, line.seat.filter(|seat| (1..=MAX_PART).contains(seat))?)))
            .collect();
        Self { draft: draft.clone(), parts }
    }

    /// Puts a dish into a part, 0 for the rest: one piece of it if it can be divided, else all. The line that went there;
    /// `None` if there is no such dish or no room for one more line.
    pub fn put(&mut self, dish: i64, part: u8, channel: &DistributionChannel) -> Option<i64> {
        if self.part(dish) == part || self.draft.terms.fee_line == Some(dish) {
            return Some(dish);
        }
        let moved = if divides(&self.draft, dish, channel) { self.one(dish)? } else { dish };
        self.set(moved, part);
        Some(self.gather(moved))
    }

    /// Puts all of a dish into a part.
    pub fn put_all(&mut self, dish: i64, part: u8) -> i64 {
        if self.draft.terms.fee_line == Some(dish) {
            return dish;
        }
        self.set(dish, part);
        self.gather(dish)
    }

    /// The part of a dish, 0 for the rest. The delivery fee goes with the first part: it is no dish that somebody ordered.
    pub fn part(&self, dish: i64) -> u8 {
        let own = |dish: i64| self.parts.get(&dish).copied().unwrap_or_default();
        if self.draft.terms.fee_line != Some(dish) {
            return own(dish);
        }
        let dishes = self.draft.lines.iter().filter(|line| !line.is_extra() && line.id != dish);
        dishes.map(|line| own(line.id)).filter(|part| *part > 0).min().unwrap_or_default()
    }

    /// The parts that hold something, the rest at the end as 0, each with its sum.
    pub fn sums(&self, channel: &DistributionChannel) -> Vec<(u8, Decimal)> {
        let mut sums: BTreeMap<u8, Decimal> = BTreeMap::new();
        for priced in self.draft.priced(channel) {
            *sums.entry(self.part(priced.line.main)).or_default() += priced.total;
        }
        let rest = sums.remove(&0).map(|sum| (0, sum));
        sums.into_iter().chain(rest).collect()
    }

    /// How many drafts it makes.
    pub fn count(&self) -> usize {
        let dishes = self.draft.lines.iter().filter(|line| !line.is_extra());
        dishes.map(|line| self.part(line.id)).collect::<std::collections::BTreeSet<_>>().len()
    }

    /// The draft with the seats that were given, for when it is not split yet.
    pub fn seated(&self) -> Draft {
        let mut draft = self.draft.clone();
        for line in &mut draft.lines {
            line.seat = self.parts.get(&line.main).copied();
        }
        draft
    }

    /// The parts as drafts at the review, the first with the id and the tips of the whole, the others with `ids`. All have
    /// the session `token`. `None` if there is only one part or there are too few ids.
    pub fn drafts(&self, by: By, token: &str, ids: &[OrderId], channel: &DistributionChannel) -> Option<Vec<Draft>> {
        let parts: Vec<u8> = self.sums(channel).into_iter().map(|(part, _)| part).collect();
        if parts.len() < 2 || ids.len() + 1 < parts.len() {
            return None;
        }
        let whole = &self.draft;
        let text = |field| whole.fields.get(&field).cloned();
        // A part that is split again stays a part of the first bill.
        let mark = whole.split.clone().unwrap_or_else(|| SplitMark {
            of: whole.order_id.clone(),
            seat: text(Field::Seat),
            token: text(Field::SessionToken),
            tips: whole.tips.clone(),
        });
        let tips = fixed_tips(whole, channel);
        let all_ids = std::iter::once(&whole.order_id).chain(ids);
        let made = parts.iter().zip(all_ids).enumerate().map(|(at, (part, id))| {
            let mut draft = whole.clone();
            draft.order_id = id.clone();
            (draft.step, draft.focus) = (Step::Review, 0);
            draft.search.clear();
            draft.corrects = whole.corrects.filter(|_| at == 0);
            draft.lines.retain(|line| self.part(line.main) == *part);
            draft.lines.iter_mut().for_each(|line| line.seat = None);
            if whole.terms.fee_line.is_some_and(|fee| draft.line(fee).is_none()) {
                // It is paid with the part that has it.
                (draft.terms.fee_line, draft.terms.fee_refused) = (None, true);
            }
            draft.tips = if at == 0 { tips.clone() } else { Vec::new() };
            draft.fields.insert(Field::SessionToken, token.to_owned());
            if by == By::Seat && *part > 0 {
                draft.fields.insert(Field::Seat, part.to_string());
            } else if by == By::Seat {
                draft.fields.remove(&Field::Seat);
            }
            draft.split = Some(mark.clone());
            draft
        });
        Some(made.collect())
    }

    fn set(&mut self, dish: i64, part: u8) {
        if part == 0 {
            self.parts.remove(&dish);
        } else {
            self.parts.insert(dish, part);
        }
    }

    /// One piece of a dish as a line of its own, right behind it.
    fn one(&mut self, dish: i64) -> Option<i64> {
        let part = self.part(dish);
        let one = self.draft.split_one(dish)?;
        let block: Vec<Line> = self.draft.lines.extract_if(.., |line| line.main == one).collect();
        let at = self.draft.lines.iter().rposition(|line| line.main == dish)? + 1;
        self.draft.lines.splice(at..at, block);
        self.set(one, part);
        Some(one)
    }

    /// Joins a dish with an equal one of the same part beside it; the line it is in then.
    fn gather(&mut self, dish: i64) -> i64 {
        let part = self.part(dish);
        let twin = self.draft.lines.iter().find(|line| {
            !line.is_extra() && line.id != dish && self.part(line.id) == part && are_equal(&self.draft, line.id, dish)
        });
        let Some(twin) = twin.map(|line| line.id) else { return dish };
        let first =
            self.draft.lines.iter().find(|line| line.id == twin || line.id == dish).map_or(twin, |line| line.id);
        let other = if first == twin { dish } else { twin };
        if join(&mut self.draft, first, other) {
            self.parts.remove(&other);
            return first;
        }
        dish
    }
}

/// Puts parts of one bill together. What was typed into the first of them since stays; equal dishes become one line again.
/// `None` without parts, or if they are too many lines for one order.
pub fn merged(parts: &[&Draft], channel: &DistributionChannel) -> Option<Draft> {
    let mark = parts.first()?.split.as_ref()?;
    // The one with the id of the whole goes on as the whole.
    let first = parts.iter().find(|part| part.order_id == mark.of).or(parts.first())?;
    if parts.iter().map(|part| part.lines.len()).sum::<usize>() > MAX_LINES {
        return None;
    }
    let mut whole = Draft { split: None, lines: Vec::new(), tips: Vec::new(), ..(*first).clone() };
    for (field, text) in [(Field::Seat, &mark.seat), (Field::SessionToken, &mark.token)] {
        match text {
            Some(text) => whole.fields.insert(field, text.clone()),
            None => whole.fields.remove(&field),
        };
    }
    let fee_of = |part: &&Draft| part.terms.fee_line.filter(|fee| part.line(*fee).is_some());
    // Without the part that has the fee, which was sent then, there is no second one.
    let has_fee = parts.iter().any(|part| fee_of(part).is_some());
    (whole.terms.fee_line, whole.terms.fee_refused) = (None, !has_fee && whole.terms.fee_refused);
    let mut next = 1;
    // A line of the bill kept its number in its part: as they were taken, the fee last.
    let mut taken: Vec<_> = parts.iter().flat_map(|part| blocks(&part.lines).map(move |block| (part, block))).collect();
    taken.sort_by_key(|(part, block)| block.first().map(|line| (fee_of(part) == Some(line.id), line.main)));
    for (part, block) in taken {
        let dish = next;
        if block.first().is_some_and(|line| fee_of(part) == Some(line.id)) {
            whole.terms.fee_line = Some(dish);
        }
        for line in block {
            let main = if line.is_extra() { dish } else { next };
            whole.lines.push(Line { id: next, main, seat: None, ..line.clone() });
            next += 1;
        }
        let twin =
            whole.lines.iter().find(|line| !line.is_extra() && line.id != dish && are_equal(&whole, line.id, dish));
        if let Some(twin) = twin.map(|line| line.id) {
            join(&mut whole, twin, dish);
        }
    }
    let tips: Vec<TipDraft> = parts.iter().flat_map(|part| part.tips.iter().cloned()).collect();
    let untouched = Draft { tips: mark.tips.clone(), ..whole.clone() };
    let same = fixed_tips(&untouched, channel) == tips;
    whole.tips = if same { mark.tips.clone() } else { tips };
    Some(whole)
}

/// Dishes, each with its extras.
fn blocks(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    lines.chunk_by(|a, b| a.main == b.main)
}

/// Whether one piece of a dish may go elsewhere: it is counted, and a piece costs whole cents with everything on it, so that
/// the pieces cost together what they cost apart.
fn divides(draft: &Draft, dish: i64, channel: &DistributionChannel) -> bool {
    let Some(line) = draft.line(dish).filter(|line| line.quantity > Decimal::ONE && line.quantity.is_integer()) else {
        return false;
    };
    let exact = |line: &Line| {
        let piece = if line.is_extra() { line.quantity } else { Decimal::ONE };
        let price = |row| piece * line.unit_price(row);
        line.article.price_in(channel).is_none_or(|row| cents(price(row)) == price(row))
    };
    !is_weighed(&line.article) && draft.lines.iter().filter(|line| line.main == dish).all(exact)
}

/// Whether two dishes are the same but for their number of pieces.
fn are_equal(draft: &Draft, a: i64, b: i64) -> bool {
    let block = |dish: i64| draft.lines.iter().filter(move |line| line.main == dish);
    let equal = |(a, b): (&Line, &Line)| {
        let extras = !a.is_extra() || a.quantity == b.quantity;
        let price = a.article == b.article && a.manual_price == b.manual_price && a.deal == b.deal;
        price && a.comment == b.comment && a.is_extra() == b.is_extra() && extras
    };
    let counted = draft.line(a).is_some_and(|line| !is_weighed(&line.article) && line.quantity.is_integer());
    counted && block(a).count() == block(b).count() && block(a).zip(block(b)).all(equal)
}

/// Adds the pieces of one dish to another and takes its lines away. `false` if that are more than a line may hold.
fn join(draft: &mut Draft, into: i64, from: i64) -> bool {
    let (Some(a), Some(b)) = (draft.line(into), draft.line(from)) else { return false };
    let sum = a.quantity + b.quantity;
    draft.set_quantity(into, sum) && draft.remove(from)
}

/// The tips as amounts: ten percent of the whole are not ten percent of a part, and "make it 50" is not either.
fn fixed_tips(draft: &Draft, channel: &DistributionChannel) -> Vec<TipDraft> {
    let total = draft.totals(channel).total;
    let fixed = |(at, tip): (usize, &TipDraft)| match tip_amount(draft, at, total) {
        Some(amount) => TipDraft { entry: amount.to_string(), ..tip.clone() },
        None => tip.clone(),
    };
    draft.tips.iter().enumerate().map(fixed).collect()
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
