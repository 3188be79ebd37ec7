//! The same once more: what a past order comes to at today's articles and prices. Nothing is replaced by something similar,
//! and what is different is said, not hidden.

use std::{collections::BTreeMap, sync::Arc};

use rust_decimal::Decimal;

use super::{
    Draft, Line,
    cart::{MAX_LINES, quantity_fits},
    deal::{self, Deal},
};
use crate::domain::{
    order::{DistributionChannel, Item, Order},
    shop::{article::Article, menu::Menu},
};

/// Something that is not as it was. Names are those of the past order, uncleaned.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// No longer sold, or not through this channel.
    Gone {
        /// What it was called.
        name: String,
    },
    /// Sold out.
    SoldOut {
        /// What it was called.
        name: String,
    },
    /// It costs something else now.
    Price {
        /// What it was called.
        name: String,
        /// Gross price of one unit then.
        from: Decimal,
        /// Gross price of one unit now.
        to: Decimal,
    },
}

/// A dish with its extras as it is ordered again.
#[derive(Debug, Clone, PartialEq)]
pub struct Dish {
    article: Arc<Article>,
    quantity: Decimal,
    comment: String,
    extras: Vec<(Arc<Article>, Decimal, String)>,
}

/// What a past order comes to now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Again {
    /// What can be had.
    pub dishes: Vec<Dish>,
    /// What is different.
    pub differences: Vec<Difference>,
}

impl Again {
    /// Reads a past order anew. `article` finds what is sold today, `is_sold_out` says what is not to be had.
    ///
    /// An extra whose dish cannot be had goes with it.
    pub fn of<'a>(
        order: &Order,
        channel: &DistributionChannel,
        article: impl Fn(&Item) -> Option<&'a Arc<Article>>,
        is_sold_out: impl Fn(&Article) -> bool,
    ) -> Self {
        let mut again = Self::default();
        // By the number of the dish in the order: where it stands now, if it does, and how many there were.
        let mut places: BTreeMap<i64, (Option<usize>, Decimal)> = BTreeMap::new();
        for item in &order.items {
            let dish = item.main_basket_item_id.filter(|main| item.basket_item_id != Some(*main));
            let dish = dish.and_then(|main| places.get(&main).copied());
            if matches!(dish, Some((None, _))) {
                continue;
            }
            let sold = again.sold(item, channel, article(item), &is_sold_out);
            let comment = item.comment.clone().unwrap_or_default();
            let each = |pieces| item.quantity.checked_div(pieces);
            let extra = dish.and_then(|(at, pieces)| Some((at?, each(pieces)?)));
            match (extra, sold) {
                (Some((at, each)), Some(sold)) if quantity_fits(&sold, each) => {
                    again.dishes[at].extras.push((sold, each, comment));
                }
                (_, Some(sold)) if quantity_fits(&sold, item.quantity) => {
                    places.extend(item.basket_item_id.map(|id| (id, (Some(again.dishes.len()), item.quantity))));
                    again.dishes.push(Dish { article: sold, quantity: item.quantity, comment, extras: Vec::new() });
                }
                _ if extra.is_some() => {}
                _ => places.extend(item.basket_item_id.map(|id| (id, (None, item.quantity)))),
            }
        }
        again
    }

    /// The article, if it can be had; notes what is different.
    fn sold(
        &mut self,
        item: &Item,
        channel: &DistributionChannel,
        article: Option<&Arc<Article>>,
        is_sold_out: impl Fn(&Article) -> bool,
    ) -> Option<Arc<Article>> {
        let name = item.name.clone();
        let row = article.and_then(|article| Some((article, article.price_in(channel)?)));
        let Some((article, row)) = row else {
            self.differences.push(Difference::Gone { name });
            return None;
        };
        if is_sold_out(article) {
            self.differences.push(Difference::SoldOut { name });
            return None;
        }
        if row.price != item.price_per_unit.value {
            let (from, to) = (item.price_per_unit.value, row.price);
            self.differences.push(Difference::Price { name, from, to });
        }
        Some(Arc::clone(article))
    }
}

/// Makes combos and halves of lines that were added again, where the past order had them and all of it can be had: `past` is
/// that order reopened, with its deals recognised. Their prices are those of now, and only what the whole costs is a
/// difference.
pub fn keep_deals(
    draft: &mut Draft,
    added: &[i64],
    past: &Draft,
    menu: &Menu,
    channel: &DistributionChannel,
    article: impl Fn(i64) -> Option<Arc<Article>> + Copy,
    differences: &mut Vec<Difference>,
) {
    let block = |draft: &Draft, main: i64| -> Vec<(i64, Option<Deal>)> {
        let lines = draft.lines.iter().filter(|line| line.main == main);
        lines.map(|line| (line.article.id, line.deal.clone())).collect()
    };
    let mut open: Vec<i64> = added.iter().copied().filter(|id| is_main(draft, *id)).collect();
    for was in past.lines.iter().filter(|line| line.deal.is_some() && !line.is_extra()) {
        let wanted = block(past, was.id);
        let same = |main: &i64| block(draft, *main).iter().map(|(id, _)| id).eq(wanted.iter().map(|(id, _)| id));
        let Some(at) = open.iter().position(same) else { continue };
        let main = open.remove(at);
        let lines = draft.lines.iter_mut().filter(|line| line.main == main);
        for (line, (_, deal)) in lines.zip(&wanted) {
            line.deal = deal.clone();
        }
        // Only this one: what was in the cart before keeps its price until a person takes the new one.
        deal::take_prices_of(draft, main, menu, channel, article);
        for line in past.deal_lines(was.id) {
            let is_of =
                |other: &Difference| matches!(other, Difference::Price { name, .. } if **name == *line.article.name);
            differences.iter().position(is_of).map(|at| differences.remove(at));
        }
        let (from, to) = (past.deal_price(was.id, channel), draft.deal_price(main, channel));
        if from != to {
            let name = match &was.deal {
                Some(Deal::Combo(name)) => name.clone(),
                _ => was.article.name.to_string(),
            };
            differences.push(Difference::Price { name, from, to });
        }
    }
}

fn is_main(draft: &Draft, id: i64) -> bool {
    draft.line(id).is_some_and(|line| !line.is_extra())
}

impl Draft {
    /// Adds dishes as lines of their own, with extras and comments, and returns all their lines; what no longer fits into
    /// the cart is left out.
    pub fn add_again(&mut self, dishes: &[Dish]) -> Vec<i64> {
        let mut added = Vec::new();
        for Dish { article, quantity, comment, extras } in dishes {
            if self.lines.len() + 1 + extras.len() > MAX_LINES {
                break;
            }
            let Some(main) = self.next_line_id() else { break };
            let (quantity, comment) = (*quantity, comment.clone());
            self.lines.push(Line::new(main, main, Arc::clone(article), quantity, comment));
            added.push(main);
            for (id, (article, quantity, comment)) in (main + 1..).zip(extras) {
                let (quantity, comment) = (*quantity, comment.clone());
                self.lines.push(Line::new(id, main, Arc::clone(article), quantity, comment));
                added.push(id);
            }
        }
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        draft::finish::finish,
        order::OrderType,
        testing::{article, draft, shop, takeaway},
        value::moment::Moment,
    };

    /// Two pizzas with cheese each, gut durch; a cola; a tea.
    fn order() -> Order {
        let mut draft = draft();
        draft.order_type = OrderType::Pickup;
        let pizza = draft.add(&article(1, "Pizza", "10.50"), Decimal::TWO, "gut durch").unwrap();
        draft.add_extra(pizza, &article(2, "Käse", "1.50"), Decimal::ONE).unwrap();
        draft.add(&article(3, "Cola", "3.90"), Decimal::ONE, "").unwrap();
        draft.add(&article(4, "Tee", "2.80"), Decimal::ONE, "").unwrap();
        let now = "2026-05-04T15:42:10Z".parse().unwrap();
        let moment = Moment { now, zone: jiff::tz::TimeZone::get("Europe/Berlin").unwrap() };
        finish(&draft, &shop(), &moment).unwrap()
    }

    fn again(order: &Order, menu: &[Arc<Article>], sold_out: i64) -> (Vec<String>, Vec<Difference>) {
        let find = |item: &Item| menu.iter().find(|article| Some(article.id) == item.external_id);
        let again = Again::of(order, &takeaway(), find, |article| article.id == sold_out);
        let mut draft = draft();
        let added = draft.add_again(&again.dishes);
        assert_eq!(added, draft.lines.iter().map(|line| line.id).collect::<Vec<_>>());
        let line = |line: &Line| {
            let mark = if line.is_extra() { "+ " } else { "" };
            format!("{mark}{} {} {}", line.quantity, line.article.name, line.comment).trim_end().to_owned()
        };
        (draft.lines.iter().map(line).collect(), again.differences)
    }

    #[test]
    fn everything_comes_again_with_extras_and_comments_at_the_price_of_now() {
        let menu = [
            article(1, "Pizza", "11.00"),
            article(2, "Käse", "1.50"),
            article(3, "Cola", "3.90"),
            article(4, "Tee", "2.80"),
        ];
        let (lines, differences) = again(&order(), &menu, 0);
        assert_eq!(lines, ["2 Pizza gut durch", "+ 1 Käse", "1 Cola", "1 Tee"]);
        let (from, to) = (Decimal::new(1000, 2), Decimal::new(1050, 2));
        assert_eq!(differences, [Difference::Price { name: "Pizza".into(), from, to }]);
    }

    #[test]
    fn what_cannot_be_had_is_said_and_takes_its_extras_along() {
        let menu = [article(2, "Käse", "1.50"), article(3, "Cola", "3.90"), article(4, "Tee", "2.80")];
        let (lines, differences) = again(&order(), &menu, 3);
        assert_eq!(lines, ["1 Tee"]);
        let gone = Difference::Gone { name: "Pizza".into() };
        assert_eq!(differences, [gone, Difference::SoldOut { name: "Cola".into() }]);
        let menu = [article(1, "Pizza", "10.50")];
        let (lines, differences) = again(&order(), &menu, 0);
        assert_eq!((lines, differences.len()), (vec!["2 Pizza gut durch".to_owned()], 3));
    }

    #[test]
    fn orders_from_elsewhere_and_full_carts_do_no_harm() {
        let mut strange = order();
        for item in &mut strange.items {
            item.basket_item_id = None;
            item.main_basket_item_id = Some(99);
            item.quantity = Decimal::new(-5, 1);
        }
        let menu = [article(1, "Pizza", "10.50")];
        assert!(again(&strange, &menu, 0).0.is_empty());
        let find = |_: &Item| Some(&menu[0]);
        let dishes = Again::of(&order(), &takeaway(), find, |_| false).dishes;
        let mut full = draft();
        while !full.add_again(&dishes).is_empty() {}
        assert!(full.lines.len() <= MAX_LINES);
    }
}
