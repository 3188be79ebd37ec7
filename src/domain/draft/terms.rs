//! What comes with an order beside what the guest wants: the delivery fee, the least sum, and what a manager let pass.
//! PURE. The fee is a line like any other, so price and tax follow the channel; here it is only kept in step.

use std::{fmt, str::FromStr, sync::Arc};

use jiff::civil;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::{
    Draft, Line,
    field::Field,
    problem::{Problem, ProblemKind, Spot},
};
use crate::domain::{
    guest::customer::{zip_country, zip_fits},
    order::{DistributionChannel, OrderType},
    shop::{
        Shop,
        area::{Area, Outside, Reach},
        article::Article,
    },
    value::street::split_number,
};

/// The terms of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// The line that is the delivery fee, put there by the desk.
    pub fee_line: Option<i64>,
    /// A person took the fee away: it stays away.
    pub fee_refused: bool,
    /// What a manager let pass.
    pub passes: Vec<Pass>,
}

/// Something a manager let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// The least sum of the area is missed by at most this much.
    Minimum(Decimal),
    /// The address lies in no area.
    Outside,
    /// The postcode is none of the shop's country.
    Zip,
    /// The shop is closed at this local time.
    Closed(civil::DateTime),
    /// The slot that begins at this local time is full.
    Slot(civil::DateTime),
}

impl Pass {
    /// What lets this problem pass; `None` for one that nobody can wave through.
    pub fn of(kind: ProblemKind) -> Option<Self> {
        match kind {
            ProblemKind::BelowMinimum { missing, .. } => Some(Self::Minimum(missing)),
            ProblemKind::OutsideArea => Some(Self::Outside),
            ProblemKind::Zip => Some(Self::Zip),
            ProblemKind::Closed { at, .. } => Some(Self::Closed(at)),
            ProblemKind::SlotFull { full, .. } => Some(Self::Slot(full.slot)),
            _ => None,
        }
    }

    /// Whether it lets this problem pass.
    pub fn covers(self, kind: ProblemKind) -> bool {
        match (self, Self::of(kind)) {
            (Self::Minimum(allowed), Some(Self::Minimum(missing))) => missing <= allowed,
            (pass, Some(other)) => pass == other,
            (_, None) => false,
        }
    }
}

/// As the history keeps it: a word and what belongs to it.
impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minimum(missing) => write!(f, "minimum {missing}"),
            Self::Outside => f.write_str("outside"),
            Self::Zip => f.write_str("zip"),
            Self::Closed(at) => write!(f, "closed {at}"),
            Self::Slot(slot) => write!(f, "slot {slot}"),
        }
    }
}

impl FromStr for Pass {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(' ') {
            None if text == "outside" => Ok(Self::Outside),
            None if text == "zip" => Ok(Self::Zip),
            Some(("minimum", missing)) => missing.parse().map(Self::Minimum).map_err(drop),
            Some(("closed", at)) => at.parse().map(Self::Closed).map_err(drop),
            Some(("slot", slot)) => slot.parse().map(Self::Slot).map_err(drop),
            _ => Err(()),
        }
    }
}

impl Draft {
    /// What the shop's areas say of where it goes; `Open` for an order that is not delivered.
    pub fn reach<'a>(&self, shop: &'a Shop) -> Reach<'a> {
        let text = |field| self.fields.get(&field).map_or("", |text| text.trim());
        let typed = text(Field::Zip);
        let is_typed = typed.is_empty() || zip_fits(&shop.country, typed);
        // `D-22765` is a postcode of an area like any other; `A-1010` keeps its country, so that no area takes it for its own.
        let zip = match zip_country(&shop.country, typed) {
            (country, zip) if country == shop.country => zip,
            _ => typed,
        };
        if self.order_type != OrderType::Delivery || !is_typed {
            return Reach::Open;
        }
        shop.areas.reach(zip, text(Field::Street), text(Field::City))
    }

    /// The area it goes to, if it is known.
    pub fn area<'a>(&self, shop: &'a Shop) -> Option<&'a Area> {
        match self.reach(shop) {
            Reach::Inside(area) => Some(area),
            Reach::Open | Reach::Outside => None,
        }
    }

    /// Whether it goes to a street and no number stands anywhere.
    pub fn lacks_house_number(&self) -> bool {
        let text = |field| self.fields.get(&field).map_or("", |text| text.trim());
        let (street, more) = (text(Field::Street), text(Field::AdditionalAddress));
        let has_number = |text: &str| text.contains(|c: char| c.is_ascii_digit());
        self.order_type.needs_address()
            && !street.is_empty()
            && text(Field::HouseNumber).is_empty()
            && split_number(street).is_none()
            && !has_number(more)
    }

    /// Whether a line is the delivery fee.
    pub fn is_fee(&self, line: &Line) -> bool {
        self.terms.fee_line == Some(line.id)
    }

    /// What a person ordered, line by line: dishes and drinks, a combo or a dish of halves once; no extras and no fee.
    pub fn ordered(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.is_extra() && !self.is_fee(line))
    }

    /// What the kitchen has to make: dishes and drinks, the fee not counted, a weighed one as one.
    pub fn kitchen_items(&self) -> u32 {
        let pieces = |line: &Line| if line.quantity.is_integer() { line.quantity.to_u32().unwrap_or(1) } else { 1 };
        self.ordered().map(pieces).fold(0, u32::saturating_add)
    }

    /// The sum of what the guest wants in a channel, without the fee.
    pub fn goods(&self, channel: &DistributionChannel) -> Decimal {
        self.priced(channel).filter(|priced| !self.is_fee(priced.line)).map(|priced| priced.total).sum()
    }

    /// Keeps the fee in step with where the order goes. `article` finds one by its number; without it nothing is added.
    pub fn keep_fee(&mut self, shop: &Shop, article: impl Fn(&str) -> Option<Arc<Article>>) {
        if shop.areas.is_empty() && self.terms.fee_line.is_none() {
            return;
        }
        let is_gone = |id| self.line(id).is_none_or(|line| !shop.areas.is_fee(&line.article.number));
        if self.terms.fee_line.is_some_and(is_gone) {
            self.terms.fee_line = None;
            self.terms.fee_refused = true;
        }
        let has_goods = self.lines.iter().any(|line| !self.is_fee(line));
        let wanted = self.area(shop).map(|area| area.fee.as_str()).filter(|fee| has_goods && !fee.is_empty());
        match (wanted, self.terms.fee_line) {
            (None, None) => {}
            (None, Some(id)) => {
                self.remove(id);
                self.terms.fee_line = None;
            }
            (Some(number), Some(id)) => self.change_fee(id, number, article),
            (Some(number), None) => self.take_fee(number, article),
        }
        self.fee_last();
    }

    fn change_fee(&mut self, id: i64, number: &str, article: impl Fn(&str) -> Option<Arc<Article>>) {
        let Some(line) = self.lines.iter_mut().find(|line| line.id == id) else { return };
        if *line.article.number != *number
            && let Some(article) = article(number)
        {
            line.article = article;
        }
    }

    /// One that is there already, from an order that is repeated or corrected, is the fee; else it is added.
    fn take_fee(&mut self, number: &str, article: impl Fn(&str) -> Option<Arc<Article>>) {
        let there = self.lines.iter().find(|line| !line.is_extra() && *line.article.number == *number);
        if let Some(line) = there {
            let only_one = self.lines.len() == 1;
            self.terms.fee_line = Some(line.id).filter(|_| !only_one);
            self.terms.fee_refused = false;
        } else if !self.terms.fee_refused
            && let (Some(article), Some(id)) = (article(number), self.next_line_id())
        {
            let (quantity, comment) = (Decimal::ONE, String::new());
            self.lines.push(Line::new(id, id, article, quantity, comment));
            self.terms.fee_line = Some(id);
        }
    }

    /// Behind what the guest wants, whatever is added later.
    fn fee_last(&mut self) {
        let Some(fee) = self.terms.fee_line else { return };
        let at_end = self.lines.iter().rev().take_while(|line| line.main == fee).count();
        if at_end == self.lines.iter().filter(|line| line.main == fee).count() {
            return;
        }
        let (fees, mut lines): (Vec<Line>, Vec<Line>) = self.lines.drain(..).partition(|line| line.main == fee);
        lines.extend(fees);
        self.lines = lines;
    }
}

/// What the areas have against an order, those apart that a manager let pass.
pub(in crate::domain) fn problems(draft: &Draft, shop: &Shop, channel: &DistributionChannel) -> Vec<Problem> {
    let found = draft.objections(shop, channel).into_iter();
    found.filter(|problem| !draft.is_let_pass(problem.kind)).collect()
}

impl Draft {
    /// What its address and the areas have against it, whatever a manager says.
    pub fn objections(&self, shop: &Shop, channel: &DistributionChannel) -> Vec<Problem> {
        let zip = self.fields.get(&Field::Zip).map_or("", |text| text.trim());
        let spot = Spot::Field(Field::Zip);
        if !zip.is_empty() && !zip_fits(&shop.country, zip) {
            return vec![Problem { spot, kind: ProblemKind::Zip }];
        }
        match self.reach(shop) {
            Reach::Outside if shop.areas.outside == Outside::Refuse => {
                vec![Problem { spot, kind: ProblemKind::OutsideArea }]
            }
            Reach::Inside(area) => {
                let missing = area.minimum - self.goods(channel);
                let kind = ProblemKind::BelowMinimum { missing, minimum: area.minimum };
                let is_short = missing > Decimal::ZERO && !self.lines.is_empty();
                is_short.then_some(Problem { spot: Spot::Cart, kind }).into_iter().collect()
            }
            Reach::Open | Reach::Outside => Vec::new(),
        }
    }

    /// Whether a manager let this problem pass.
    pub fn is_let_pass(&self, kind: ProblemKind) -> bool {
        self.terms.passes.iter().any(|pass| pass.covers(kind))
    }
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
