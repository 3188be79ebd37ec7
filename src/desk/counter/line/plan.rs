//! From a line that was understood to the draft it makes: first the pieces, since the order type decides the prices, then the
//! dishes with the questions that have to be asked. The draft changes when everything is answered, all at once.

use std::sync::Arc;

use jiff::civil;
use rust_decimal::Decimal;

use super::{
    piece::Piece,
    read::{LineReading, ReadDish},
};
use crate::{
    desk::counter::{
        ChoiceKind, Counter, ExtraWish, NotAdded, Questions, change_order_type, is_blank_tip, leave_field, write_field,
    },
    domain::{
        draft::{Draft, TipDraft, field::Field},
        order::OrderType,
        shop::article::Article,
    },
};

/// A line that can be taken.
#[derive(Debug, Clone)]
pub struct LinePlan {
    /// The draft with the line's pieces in it, and without the dishes.
    pub draft: Draft,
    /// The dishes.
    pub dishes: Vec<PlannedDish>,
}

/// A dish of the line.
#[derive(Debug, Clone)]
pub struct PlannedDish {
    /// Its questions, with what the line answers chosen.
    pub questions: Questions,
    /// Extras that are no answer to a question, and how many of each for each of the dish.
    pub extras: Vec<(Arc<Article>, Decimal)>,
}

impl LinePlan {
    /// The first dish with a question that the line does not answer, at that question; `None` when everything is answered.
    pub fn asked(&mut self) -> Option<&mut PlannedDish> {
        self.dishes.iter_mut().find_map(|dish| {
            let questions = &mut dish.questions;
            while questions.current().is_some_and(|question| question.chosen() >= question.min) {
                questions.at += 1;
            }
            questions.current().is_some().then_some(dish)
        })
    }

    /// Takes the answers to the dish that is asked for.
    pub fn answer(&mut self, questions: Questions) {
        if let Some(dish) = self.asked() {
            dish.questions = questions;
        }
    }
}

impl Counter<'_> {
    /// What taking a line comes to. Refused with the first dish that cannot be had.
    ///
    /// # Errors
    /// Why a dish is not added; of a line that is not understood as a whole, `Nothing`.
    pub fn plan_line(
        &self,
        draft: &Draft,
        reading: &LineReading,
        typed_at: civil::DateTime,
    ) -> Result<LinePlan, NotAdded> {
        if !reading.unread.is_empty() {
            return Err(NotAdded::Nothing);
        }
        let mut after = draft.clone();
        after.search.clear();
        // The order type first: what is typed for a table or a time then belongs to it.
        let is_type = |piece: &Piece| matches!(piece, Piece::OrderType(_));
        let (types, others): (Vec<&Piece>, Vec<&Piece>) =
            reading.pieces.iter().map(|(_, piece)| piece).partition(|piece| is_type(piece));
        types.into_iter().chain(others).for_each(|piece| self.put_piece(&mut after, piece, typed_at));
        let dishes = reading.dishes.iter().map(|dish| self.plan_dish(&after, dish)).collect::<Result<_, _>>()?;
        Ok(LinePlan { draft: after, dishes })
    }

    fn put_piece(&self, draft: &mut Draft, piece: &Piece, typed_at: civil::DateTime) {
        let order_type = |draft: &mut Draft, order_type: OrderType| {
            if draft.order_type != order_type {
                let leaves = self.token_is_of_table(draft);
                change_order_type(draft, order_type, leaves, &self.left_table(draft));
            }
        };
        match piece {
            Piece::OrderType(wanted) => order_type(draft, *wanted),
            Piece::Table(number) => {
                order_type(draft, OrderType::Local);
                let leaves = self.token_is_of_table(draft);
                write_field(draft, Field::Table, number.clone(), leaves);
            }
            Piece::Seat(number) => write_field(draft, Field::Seat, number.clone(), false),
            Piece::Due(text) => {
                write_field(draft, Field::Due, text.clone(), false);
                leave_field(draft, Field::Due, &self.shop.time_words, typed_at);
            }
            Piece::Payment(token) => write_field(draft, Field::PaymentMethod, token.clone(), false),
            Piece::Phone(number) => write_field(draft, Field::Phone, number.clone(), false),
            Piece::Tip(entry) => {
                draft.tips.retain(|tip| !is_blank_tip(tip));
                draft.tips.push(TipDraft {
                    entry: entry.clone(),
                    user_id: String::new(),
                    paid_with: String::new(),
                    kind: String::new(),
                    notice: String::new(),
                    created: self.moment.now,
                });
            }
        }
    }

    fn plan_dish(&self, draft: &Draft, dish: &ReadDish) -> Result<PlannedDish, NotAdded> {
        let ReadDish { at: _, quantity, article, halves, extras, comment } = dish;
        if article.price_in(&self.channel(draft)).is_none() {
            return Err(NotAdded::NotSold { name: article.name.to_string() });
        }
        if self.is_sold_out(Some(&draft.order_id), article) {
            return Err(NotAdded::SoldOut);
        }
        let mut questions = self.questions(draft, article, *quantity, comment);
        self.check_parts(draft, &questions)?;
        if !questions.is_possible() {
            return Err(NotAdded::Quantity { name: article.name.to_string() });
        }
        let mut wishes = Vec::new();
        for question in questions.list.iter_mut().filter(|question| matches!(question.kind, ChoiceKind::Halves(..))) {
            for (choice, chosen) in question.choices.iter_mut().filter(|_| !halves.is_empty()) {
                *chosen = halves.iter().any(|half| half.id == choice.id);
            }
        }
        for (count, extra) in extras {
            // One of an option answers the question; more than one is an extra like any other.
            if *count == 1 && questions.choose(extra.id) {
                continue;
            }
            let quantity = Decimal::from(*count);
            let wish = ExtraWish { dish: 0, article: Arc::clone(extra), quantity, comment: String::new() };
            self.check_extra(draft, &wish)?;
            wishes.push((wish.article, quantity));
        }
        Ok(PlannedDish { questions, extras: wishes })
    }

    /// The draft with everything that was planned, and the line of the last dish.
    ///
    /// # Errors
    /// Why a dish is not added; then nothing of the line is.
    pub fn take_line(&self, plan: &LinePlan) -> Result<(Draft, Option<i64>), NotAdded> {
        let mut after = plan.draft.clone();
        let mut last = None;
        for dish in &plan.dishes {
            let mut chosen = dish.questions.chosen(self);
            chosen.extras.extend(dish.extras.iter().cloned());
            let added = self.add(&after, &chosen)?;
            after = added.draft;
            last = Some(added.line);
        }
        Ok((after, last))
    }
}
