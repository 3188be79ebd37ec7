//! What a line means with the articles and words of this shop: every dish with its article, extras and comment, every piece, and
//! a mark on whatever is not understood. Takes nothing: half a line never becomes an order.

use std::{ops::Range, sync::Arc};

use jiff::civil;
use rust_decimal::Decimal;

use super::{
    grammar::{DishText, Part, cut, has_signs},
    piece::{NotPiece, Piece, read_piece},
};
use crate::{
    desk::{
        catalog::{
            fold::fold,
            search::{Catalog, Scope},
        },
        counter::{ChoiceKind, Counter},
    },
    domain::{
        draft::{
            Draft,
            cart::{is_weighed, quantity_fits},
            quick::{Amount, amount, amount_before_space},
        },
        shop::article::Article,
    },
};

/// A line as it was understood.
#[derive(Debug, Clone, Default)]
pub struct LineReading {
    /// The dishes, in their order.
    pub dishes: Vec<ReadDish>,
    /// What belongs to the order, and where it stands in the line (bytes).
    pub pieces: Vec<(Range<usize>, Piece)>,
    /// What is not understood, from left to right. With any of it nothing of the line is taken.
    pub unread: Vec<Unread>,
}

/// One dish as it was understood.
#[derive(Debug, Clone)]
pub struct ReadDish {
    /// Where it stands in the line, in bytes.
    pub at: Range<usize>,
    /// How much of it.
    pub quantity: Decimal,
    /// The dish, or the article that stands for a combo.
    pub article: Arc<Article>,
    /// The two halves of a dish of halves; empty for any other.
    pub halves: Vec<Arc<Article>>,
    /// Extras, and how many of each for each of the dish.
    pub extras: Vec<(u32, Arc<Article>)>,
    /// For the kitchen; may be empty.
    pub comment: String,
}

/// What stands before the signs of a dish.
struct What {
    quantity: Decimal,
    article: Arc<Article>,
    halves: Vec<Arc<Article>>,
}

/// A part of the line that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it stands in the line, in bytes.
    pub at: Range<usize>,
    /// The text.
    pub text: String,
    /// Why.
    pub why: Why,
}

/// Why a part of the line is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No article, extra or piece is called so. What comes nearest, if anything does.
    Nothing(Option<String>),
    /// Several are called so.
    Several(Vec<String>),
    /// A minus before a number: nothing is taken away by a line.
    Negative,
    /// The quantity makes no sense for this article.
    Quantity(String),
    /// This article is sold by weight, and none was typed.
    NoWeight(String),
    /// It is an extra, and stands where a dish belongs.
    Extra(String),
    /// It stands behind the pieces, where only pieces stand.
    BehindPieces,
    /// This was said before in the same line.
    Twice,
}

/// Whether a text is for this grammar and more than the name of one article: it has its signs, or a quantity that only the
/// articles tell from a name.
pub fn is_line(catalog: &Catalog, text: &str) -> bool {
    has_signs(text)
        || has_unit(text)
        || amount_before_space(text).is_some_and(|_| !catalog.is_name(text))
        || counts_no_article(catalog, text)
        || are_halves(catalog, text)
}

/// `51*2` where no article has the number 2: what only resembles it must not be taken 51 times.
fn counts_no_article(catalog: &Catalog, text: &str) -> bool {
    amount(text).is_some_and(|(_, rest)| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()) && catalog.exact(rest).is_none()
    })
}

/// `42/51`: two numbers of articles that may be the halves of a dish.
fn are_halves(catalog: &Catalog, text: &str) -> bool {
    let name = amount(text).map_or(text, |(_, rest)| rest);
    name.split_once('/')
        .is_some_and(|(one, other)| [one, other].into_iter().all(|number| catalog.by_number(number.trim()).is_some()))
}

/// `350g*`: a quantity with its unit.
fn has_unit(text: &str) -> bool {
    amount(text).is_some_and(|(amount, rest)| amount.unit.is_some() && !rest.is_empty())
}

/// Where the name of the dish under the cursor stands in a line, without its quantity. In bytes, as the cursor.
pub fn dish_at(catalog: &Catalog, line: &str, cursor: usize) -> Option<Range<usize>> {
    let cut = cut(line, |_| true);
    let dish = cut.dishes.iter().rev().find(|dish| dish.what.at.start <= cursor).or(cut.dishes.first())?;
    let own = line.get(dish.what.at.clone())?;
    let rest = match (amount(own), amount_before_space(own)) {
        _ if dish.what.is_quoted => own,
        (Some((_, rest)), _) => rest,
        (None, Some((_, rest))) if !catalog.is_name(own) => rest,
        _ => own,
    };
    Some(dish.what.at.end - rest.len()..dish.what.at.end)
}

impl Counter<'_> {
    /// Reads a line for a draft. Times are read as at `typed_at`, in the shop's zone.
    pub fn read_line(&self, draft: &Draft, line: &str, typed_at: civil::DateTime) -> LineReading {
        let cut = cut(line, |word| read_piece(self.shop, word, typed_at).is_ok());
        let mut reading = LineReading::default();
        for part in &cut.pieces {
            match read_piece(self.shop, &part.text, typed_at) {
                Ok(piece) if reading.pieces.iter().any(|(_, other)| other.is_same_kind(&piece)) => {
                    reading.mark(part, Why::Twice);
                }
                Ok(piece) => reading.pieces.push((part.at.clone(), piece)),
                Err(NotPiece::Unknown(nearest)) => {
                    let nearest = nearest.map(|word| format!(".{word}"));
                    reading.mark(part, Why::Nothing(nearest));
                }
                Err(NotPiece::Ambiguous(words)) => reading.mark(part, Why::Several(words)),
            }
        }
        cut.negative.iter().for_each(|part| reading.mark(part, Why::Negative));
        cut.behind.iter().for_each(|part| reading.mark(part, Why::BehindPieces));
        for text in &cut.dishes {
            if let Some(dish) = self.read_dish(draft, text, &mut reading) {
                reading.dishes.push(dish);
            }
        }
        reading.unread.sort_by_key(|unread| unread.at.start);
        reading
    }

    fn read_dish(&self, draft: &Draft, text: &DishText, reading: &mut LineReading) -> Option<ReadDish> {
        let what = self.read_what(draft, &text.what);
        let What { quantity, article, halves } = match what {
            Ok(what) => what,
            Err(why) => {
                reading.mark(&text.what, why);
                return None;
            }
        };
        let mut extras: Vec<(u32, Arc<Article>)> = Vec::new();
        let mut is_whole = true;
        for (count, part) in &text.extras {
            match self.read_extra(draft, &article, &part.text) {
                Ok(extra) if extras.iter().any(|(_, other)| other.id == extra.id) => reading.mark(part, Why::Twice),
                Ok(extra) if quantity_fits(&extra, Decimal::from(*count)) => {
                    extras.push((*count, extra));
                    continue;
                }
                Ok(extra) => reading.mark(part, Why::Quantity(extra.name.to_string())),
                Err(why) => reading.mark(part, why),
            }
            is_whole = false;
        }
        let without = text.without.iter().map(|part| self.without(&article, &part.text));
        let comments: Vec<String> = without.chain(text.comments.iter().map(|part| part.text.clone())).collect();
        let parts = text.extras.iter().map(|(_, part)| part).chain(&text.without).chain(&text.comments);
        let end = parts.map(|part| part.at.end).max().unwrap_or(0).max(text.what.at.end);
        let at = text.what.at.start..end;
        let dish = ReadDish { at, quantity, article, halves, extras, comment: comments.join(", ") };
        is_whole.then_some(dish)
    }

    /// Quantity, dish and halves.
    fn read_what(&self, draft: &Draft, part: &Part) -> Result<What, Why> {
        let nothing = Amount { number: Decimal::ONE, unit: None };
        let (amount, is_counted, name) =
            self.amount_of(part)?.map_or((nothing, false, part.text.as_str()), |(amount, name)| (amount, true, name));
        let name = name.trim();
        let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        let name = quoted.unwrap_or(name);
        if let Some((dish, halves)) = self.read_halves(draft, name).filter(|_| quoted.is_none() && !part.is_quoted) {
            let quantity = amount.of(&dish).filter(|quantity| quantity_fits(&dish, *quantity));
            return quantity
                .map(|quantity| What { quantity, article: Arc::clone(&dish), halves })
                .ok_or(Why::Quantity(dish.name.to_string()));
        }
        let article = self.find(name)?;
        if is_weighed(&article) && !is_counted {
            return Err(Why::NoWeight(article.name.to_string()));
        }
        match amount.of(&article).filter(|quantity| quantity_fits(&article, *quantity)) {
            Some(quantity) => Ok(What { quantity, article, halves: Vec::new() }),
            None => Err(Why::Quantity(article.name.to_string())),
        }
    }

    /// The quantity that a text begins with, and what stands behind it.
    fn amount_of<'t>(&self, part: &'t Part) -> Result<Option<(Amount, &'t str)>, Why> {
        if part.is_quoted {
            return Ok(None);
        }
        let text = part.text.as_str();
        if let Some((amount, rest)) = amount(text) {
            let head: String = text.chars().take_while(char::is_ascii_digit).collect();
            // Whose numbers changed places meant the article that comes first.
            return match counts_no_article(self.catalog, text) && self.catalog.by_number(&head).is_some() {
                true => Err(Why::Nothing(Some(format!("{rest}x{head}")))),
                false => Ok(Some((amount, rest))),
            };
        }
        Ok(amount_before_space(text).filter(|_| !self.catalog.is_name(text)))
    }

    /// The article that a name, a number or a code means. Digits alone are right or wrong; words take what is found first.
    fn find(&self, name: &str) -> Result<Arc<Article>, Why> {
        match self.catalog.exact_all(name).as_slice() {
            [] => {}
            [one] if self.shop.is_extra(&one.group) => return Err(Why::Extra(one.name.to_string())),
            [one] => return Ok(Arc::clone(one)),
            several => return Err(Why::Several(several.iter().map(|article| article.name.to_string()).collect())),
        }
        let hits = self.catalog.search(name, Scope::All, 1);
        let hit = hits.best.first().and_then(|at| self.catalog.at(*at)).filter(|_| !name.is_empty());
        let is_a_code = name.bytes().all(|byte| byte.is_ascii_digit());
        match hit {
            Some(article) if is_a_code => Err(Why::Nothing(Some(article.number.to_string()))),
            // Its letters alone are too little to be taken without a look.
            Some(article) if hits.is_loose => Err(Why::Nothing(Some(article.name.to_string()))),
            Some(article) if self.shop.is_extra(&article.group) => Err(Why::Extra(article.name.to_string())),
            Some(article) => Ok(Arc::clone(article)),
            None => Err(Why::Nothing(None)),
        }
    }

    /// `42/51`: the dish that can be made of these two halves, and the halves.
    fn read_halves(&self, draft: &Draft, name: &str) -> Option<(Arc<Article>, Vec<Arc<Article>>)> {
        let (one, other) = name.split_once('/')?;
        let number = |text: &str| self.catalog.by_number(text.trim()).cloned();
        let halves = [number(one)?, number(other)?];
        if halves[0].id == halves[1].id {
            return None;
        }
        let of_halves = self.catalog.menu().options.iter().filter(|group| group.halves.is_some());
        let numbers = of_halves.clone().flat_map(|group| &group.articles).filter_map(|own| self.catalog.by_number(own));
        let groups: Vec<String> = of_halves.flat_map(|group| group.groups.iter().cloned()).collect();
        let mut dishes: Vec<&Arc<Article>> = numbers.collect();
        dishes.extend(self.catalog.choices(&[], &groups));
        let holds = |dish: &&&Arc<Article>| {
            let questions = self.questions(draft, dish, Decimal::ONE, "").list;
            let of_halves = questions.iter().filter(|question| matches!(question.kind, ChoiceKind::Halves(..)));
            let mut choices = of_halves.map(|question| &question.choices);
            choices.any(|own| halves.iter().all(|half| own.iter().any(|(choice, _)| choice.id == half.id)))
        };
        let dish = dishes.iter().find(holds)?;
        Some((Arc::clone(dish), halves.into()))
    }

    /// An extra of a dish: one of its options first, then any extra of the menu.
    fn read_extra(&self, draft: &Draft, dish: &Arc<Article>, text: &str) -> Result<Arc<Article>, Why> {
        let questions = self.questions(draft, dish, Decimal::ONE, "").list;
        let of_extras = questions.iter().filter(|question| question.kind == ChoiceKind::Extras);
        let choices: Vec<&Arc<Article>> =
            of_extras.flat_map(|question| question.choices.iter().map(|(article, _)| article)).collect();
        let exact = self.catalog.exact_all(text);
        if let Some(choice) = choices.iter().find(|choice| exact.iter().any(|article| article.id == choice.id)) {
            return Ok(Arc::clone(choice));
        }
        let words = fold(text);
        let begins = |article: &&&Arc<Article>| {
            let name = fold(&article.name);
            let own: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
            !words.is_empty() && words.split_whitespace().all(|word| own.iter().any(|own| own.starts_with(word)))
        };
        match choices.iter().filter(begins).collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => return Ok(Arc::clone(one)),
            several => return Err(Why::Several(several.iter().map(|article| article.name.to_string()).collect())),
        }
        if let Some(extra) = exact.into_iter().find(|article| self.shop.is_extra(&article.group)) {
            return Ok(Arc::clone(extra));
        }
        let hits = self.catalog.search(text, Scope::Extras, 1).best;
        let hit = hits.first().and_then(|at| self.catalog.at(*at)).filter(|_| !words.trim().is_empty());
        hit.cloned().ok_or(Why::Nothing(None))
    }

    /// The ready-made comment that says that this is left out, or one that says so in words.
    fn without(&self, article: &Article, text: &str) -> String {
        let without = &self.shop.piece_words.without;
        let wanted = fold(text);
        let fits = |comment: &&str| {
            let comment = fold(comment);
            let mut words = comment.split_whitespace();
            let leads = words.next().is_some_and(|first| without.iter().any(|word| fold(word) == first));
            leads && words.any(|word| word.starts_with(&wanted))
        };
        let ready_made = self.catalog.menu().comments.of(article).into_iter().find(fits).map(str::to_owned);
        ready_made.unwrap_or_else(|| match without.first() {
            Some(word) => format!("{word} {text}"),
            None => text.to_owned(),
        })
    }
}

impl LineReading {
    fn mark(&mut self, part: &Part, why: Why) {
        self.unread.push(Unread { at: part.at.clone(), text: part.text.clone(), why });
    }
}
