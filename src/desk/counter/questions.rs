//! What has to be asked before a dish or a combo can be added, and what the answers come to. Knows nothing of keys and of how a
//! question is shown.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    add::{Chosen, ExtraWish, NotAdded},
    context::Counter,
};
use crate::domain::{
    draft::{Draft, cart::quantity_fits, deal::Deal},
    shop::{
        article::Article,
        menu::{ComboPart, HalvesRule, OptionGroup},
    },
};

/// A dish or combo that is about to be added, and its questions.
#[derive(Debug, Clone)]
pub struct Questions {
    /// What was asked for: a dish, or the article that stands for a combo.
    pub article: Arc<Article>,
    /// So many of it.
    pub quantity: Decimal,
    /// For the kitchen.
    pub comment: String,
    /// What is in it without a question: the dish itself, or what is always in the combo.
    pub fixed: Vec<Arc<Article>>,
    /// The questions, in the order they are asked.
    pub list: Vec<Question>,
    /// Which of them is asked now.
    pub at: usize,
    /// The dish of the cart whose answers are changed; `None` for one that is added.
    pub dish: Option<i64>,
}

/// What becomes of the choices of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Extras under the dish, at their own prices.
    Extras,
    /// The halves of the dish, which decide its price.
    Halves(HalvesRule, Decimal),
    /// Parts of the combo.
    Part,
}

/// One question.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is asked.
    pub name: String,
    /// So many have to be chosen.
    pub min: usize,
    /// So many may be chosen.
    pub max: usize,
    /// What can be chosen, and whether it is.
    pub choices: Vec<(Arc<Article>, bool)>,
    /// What becomes of it.
    pub kind: ChoiceKind,
    /// Whether something is chosen from the start.
    pub has_default: bool,
}

/// What comes after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The next question.
    Next,
    /// Everything is answered.
    Done,
}

/// An answer that does not fit its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadAnswer {
    /// At least this many have to be chosen.
    TooFew(usize),
    /// At most this many may be chosen.
    TooMany(usize),
}

impl Question {
    /// How many are chosen.
    pub fn chosen(&self) -> usize {
        self.choices.iter().filter(|(_, chosen)| *chosen).count()
    }

    /// Whether nothing has to be asked: what is chosen from the start will do.
    pub fn is_answered(&self) -> bool {
        self.has_default && (self.min..=self.max).contains(&self.chosen())
    }

    /// What is chosen, in order.
    pub fn picked(&self) -> impl Iterator<Item = &Arc<Article>> {
        self.choices.iter().filter(|(_, chosen)| *chosen).map(|(article, _)| article)
    }

    /// Whether choosing this one completes the answer: where a number is demanded and one of exactly one, or the last of
    /// several of which none was chosen before.
    pub fn is_completed_by(&self, at: usize) -> bool {
        let is_chosen = self.choices.get(at).is_some_and(|(_, chosen)| *chosen);
        let is_answer = !self.has_default || self.max == 1;
        is_answer && self.min == self.max && self.chosen() == self.max && is_chosen
    }
}

impl Questions {
    /// The question that is asked now.
    pub fn current(&self) -> Option<&Question> {
        self.list.get(self.at)
    }

    /// Whether every question can be answered at all: of a part or of halves there may be too few left.
    pub fn is_possible(&self) -> bool {
        self.list.iter().all(|question| question.choices.len() >= question.min)
    }

    /// Goes on to the first question that has to be asked. Who changes answers is asked every one of them.
    fn skip_answered(&mut self) {
        while self.dish.is_none() && self.current().is_some_and(Question::is_answered) {
            self.at += 1;
        }
    }

    /// Takes what is chosen as the answer and goes on to the next question.
    ///
    /// # Errors
    /// `TooFew` where not enough is chosen; the question stays.
    pub fn answer(&mut self, counter: &Counter<'_>, draft: &Draft) -> Result<Progress, BadAnswer> {
        if let Some(question) = self.list.get(self.at) {
            if question.chosen() < question.min {
                return Err(BadAnswer::TooFew(question.min));
            }
            if question.kind == ChoiceKind::Part {
                // What was chosen may have options of its own: a burger in a combo is asked for its sauce.
                let own: Vec<Question> =
                    question.picked().flat_map(|article| counter.options_of(draft, article)).collect();
                self.list.extend(own);
            }
            self.at += 1;
            self.skip_answered();
        }
        Ok(if self.at < self.list.len() { Progress::Next } else { Progress::Done })
    }

    /// Chooses or no longer chooses. Where one may be chosen, it takes the place of the other; where one must be, it stays.
    ///
    /// # Errors
    /// `TooMany` where as many are chosen as may be.
    pub fn toggle(&mut self, at: usize) -> Result<(), BadAnswer> {
        let Some(question) = self.list.get_mut(self.at) else { return Ok(()) };
        let (chosen, max) = (question.chosen(), question.max);
        let Some(is_chosen) = question.choices.get(at).map(|(_, chosen)| *chosen) else { return Ok(()) };
        if is_chosen && question.min == 1 && max == 1 {
            return Ok(());
        }
        if !is_chosen && max == 1 {
            question.choices.iter_mut().for_each(|(_, chosen)| *chosen = false);
        } else if !is_chosen && chosen >= max {
            return Err(BadAnswer::TooMany(max));
        }
        if let Some((_, chosen)) = question.choices.get_mut(at) {
            *chosen = !is_chosen;
        }
        Ok(())
    }

    /// Chooses an extra in the question that offers it; `false` if none does, or if as many are chosen there as may be.
    pub fn choose(&mut self, extra: i64) -> bool {
        let offers = |question: &&mut Question| {
            question.kind == ChoiceKind::Extras && question.choices.iter().any(|(article, _)| article.id == extra)
        };
        let Some(question) = self.list.iter_mut().find(offers) else { return false };
        if question.max == 1 {
            question.choices.iter_mut().for_each(|(_, chosen)| *chosen = false);
        }
        let is_free = question.chosen() < question.max;
        let own = question.choices.iter_mut().find(|(article, _)| article.id == extra);
        own.is_some_and(|(_, chosen)| {
            *chosen |= is_free;
            *chosen
        })
    }

    /// What the answers come to.
    pub fn chosen(&self, counter: &Counter<'_>) -> Chosen {
        let of_kind = |wanted: fn(ChoiceKind) -> bool| {
            self.list.iter().filter(move |question| wanted(question.kind)).flat_map(Question::picked).cloned()
        };
        let halves = self.list.iter().find_map(|question| match question.kind {
            ChoiceKind::Halves(rule, surcharge) => Some((rule, surcharge)),
            ChoiceKind::Extras | ChoiceKind::Part => None,
        });
        let mut articles = self.fixed.clone();
        let deal = match (counter.catalog.combo(self.article.id), halves) {
            (Some(combo), _) => {
                articles.extend(of_kind(|kind| kind == ChoiceKind::Part));
                Some(Deal::Combo(combo.name.clone()))
            }
            (None, Some(_)) => {
                articles.extend(of_kind(|kind| matches!(kind, ChoiceKind::Halves(..))));
                Some(Deal::Halves)
            }
            (None, None) => None,
        };
        let extras = of_kind(|kind| kind == ChoiceKind::Extras).map(|extra| (extra, Decimal::ONE)).collect();
        Chosen { deal, halves, articles, extras, quantity: self.quantity, comment: self.comment.clone() }
    }
}

impl Counter<'_> {
    /// Whether what is in a dish or combo without a question can be added, whatever is answered.
    ///
    /// # Errors
    /// Why not.
    pub fn check_parts(&self, draft: &Draft, questions: &Questions) -> Result<(), NotAdded> {
        let Questions { article, quantity, comment, fixed, .. } = questions;
        if !quantity_fits(article, *quantity) {
            return Err(NotAdded::Quantity { name: article.name.to_string() });
        }
        let mut after = draft.clone();
        for article in fixed {
            after.add(article, *quantity, comment);
        }
        self.too_few_between(draft, &after).map_or(Ok(()), |few| Err(NotAdded::TooFew(few)))
    }

    /// The questions of a dish or combo, which may be none.
    pub fn questions(&self, draft: &Draft, article: &Arc<Article>, quantity: Decimal, comment: &str) -> Questions {
        let (fixed, list) = match self.catalog.combo(article.id) {
            None => (vec![Arc::clone(article)], self.options_of(draft, article)),
            Some(combo) => {
                let number = |number: &String| self.catalog.by_number(number).cloned();
                let fixed: Vec<Arc<Article>> = combo.articles.iter().filter_map(number).collect();
                let mut list: Vec<Question> = combo.parts.iter().map(|part| self.part_of_combo(draft, part)).collect();
                list.extend(fixed.iter().flat_map(|article| self.options_of(draft, article)));
                (fixed, list)
            }
        };
        let comment = comment.to_owned();
        let mut questions =
            Questions { article: Arc::clone(article), quantity, comment, fixed, list, at: 0, dish: None };
        questions.skip_answered();
        questions
    }

    /// The questions of a dish in the cart that were not asked because a default answered them, with what the dish has now
    /// chosen. `None` where there are none.
    pub fn asked_of(&self, draft: &Draft, line: i64) -> Option<Questions> {
        let dish = draft.line(draft.line(line)?.main)?;
        let parts = draft.deal_lines(dish.id).filter(|part| part.id != dish.id).map(|part| &part.article);
        let articles: Vec<&Arc<Article>> = std::iter::once(&dish.article).chain(parts).collect();
        let has = |article: &Article| draft.extras_of(dish.id).any(|extra| extra.article.id == article.id);
        let of = |article: &&Arc<Article>| self.options_of(draft, article);
        let mut list: Vec<Question> = articles.iter().flat_map(of).filter(|question| question.has_default).collect();
        for (article, chosen) in list.iter_mut().flat_map(|question| question.choices.iter_mut()) {
            *chosen = has(article);
        }
        let (article, comment) = (Arc::clone(&dish.article), String::new());
        let (quantity, fixed) = (dish.quantity, Vec::new());
        (!list.is_empty()).then(|| Questions { article, quantity, comment, fixed, list, at: 0, dish: Some(dish.id) })
    }

    /// The draft with other answers to the questions of a dish that is in it.
    ///
    /// # Errors
    /// Why an answer cannot be had.
    pub fn with_answers(&self, draft: &Draft, dish: i64, questions: &Questions) -> Result<Draft, NotAdded> {
        let mut after = draft.clone();
        for (article, chosen) in questions.list.iter().flat_map(|question| &question.choices) {
            let line = after.extras_of(dish).find(|extra| extra.article.id == article.id).map(|extra| extra.id);
            match line {
                Some(line) if !chosen => {
                    after.remove(line);
                }
                None if *chosen => {
                    let (article, comment) = (Arc::clone(article), String::new());
                    let wish = ExtraWish { dish, article, quantity: Decimal::ONE, comment };
                    self.check_extra(&after, &wish)?;
                    after = self.add_extra(&after, &wish, false)?.draft;
                }
                Some(_) | None => {}
            }
        }
        Ok(after)
    }

    /// The options that belong to an article and of which there is something to choose.
    fn options_of(&self, draft: &Draft, article: &Article) -> Vec<Question> {
        let groups = self.catalog.menu().options.iter().filter(|group| group.belongs_to(article));
        groups.map(|group| self.option(draft, group, article)).filter(|asked| !asked.choices.is_empty()).collect()
    }

    /// What can be had now of these numbers and groups: what is not sold here or sold out is not offered.
    fn offered<'a>(
        &'a self,
        draft: &'a Draft,
        numbers: &'a [String],
        groups: &'a [String],
    ) -> impl Iterator<Item = &'a Arc<Article>> {
        let channel = self.channel(draft);
        let all = self.catalog.choices(numbers, groups).into_iter();
        let is_sold_out = |article: &Article| self.is_sold_out(Some(&draft.order_id), article);
        all.filter(move |article| article.price_in(&channel).is_some() && !is_sold_out(article))
    }

    /// A group with what can be had now; more than that is not demanded, except of halves: one is none.
    fn option(&self, draft: &Draft, group: &OptionGroup, dish: &Article) -> Question {
        let choices: Vec<(Arc<Article>, bool)> = self
            .offered(draft, &group.choices, &group.choice_groups)
            .filter(|article| article.id != dish.id)
            .map(|article| (Arc::clone(article), group.defaults.iter().any(|number| **number == *article.number)))
            .collect();
        let (kind, min) = match group.halves {
            Some((rule, surcharge)) => (ChoiceKind::Halves(rule, surcharge), group.min),
            None => (ChoiceKind::Extras, group.min.min(choices.len())),
        };
        let has_default = choices.iter().any(|(_, chosen)| *chosen);
        Question { name: group.name.clone(), min, max: group.max, choices, kind, has_default }
    }

    fn part_of_combo(&self, draft: &Draft, part: &ComboPart) -> Question {
        let offered = self.offered(draft, &part.choices, &part.groups);
        let choices = offered.map(|article| (Arc::clone(article), false)).collect();
        let (min, max) = (part.count, part.count);
        Question { name: part.name.clone(), min, max, choices, kind: ChoiceKind::Part, has_default: false }
    }
}
