//! What a shop lays over OktoPOS's articles: short codes, other names, favourites, what is hidden or sold out, and options
//! that are asked for with a dish. Values and rules; `config` reads them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rust_decimal::Decimal;

use super::{
    article::Article,
    cart::{MAX_LINES, quantity_fits},
    draft::{Draft, Line},
};

/// The shop's menu. Articles are named by their number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Menu {
    /// Groups in the order they are shown; those that are not named follow in OktoPOS's order.
    pub groups: Vec<String>,
    /// Shown first.
    pub favourites: BTreeSet<String>,
    /// Not offered at all.
    pub hidden: BTreeSet<String>,
    /// Sold out until the file says otherwise, or a person at the desk.
    pub sold_out: BTreeSet<String>,
    /// Short codes and other names of articles: text to number.
    pub names: BTreeMap<String, String>,
    /// Options in the order they are asked for.
    pub options: Vec<OptionGroup>,
}

/// Options of a dish: `1 of 3 sauces`, `up to 5 toppings`. Each choice is an article that becomes a line under the dish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionGroup {
    /// What is asked.
    pub name: String,
    /// Dishes it is asked for.
    pub articles: BTreeSet<String>,
    /// Groups of dishes it is asked for.
    pub groups: BTreeSet<String>,
    /// So many have to be chosen.
    pub min: usize,
    /// So many may be chosen.
    pub max: usize,
    /// What can be chosen, in order.
    pub choices: Vec<String>,
    /// Chosen unless somebody says otherwise.
    pub defaults: Vec<String>,
}

impl OptionGroup {
    /// Whether it is asked for with this article.
    pub fn belongs_to(&self, article: &Article) -> bool {
        self.articles.contains(&*article.number) || self.groups.contains(&*article.group)
    }
}

impl Menu {
    /// Every article number that is named, for finding those that do not exist.
    pub fn numbers(&self) -> BTreeSet<&str> {
        let Self { groups: _, favourites, hidden, sold_out, names, options } = self;
        let of_options = options.iter().flat_map(|group| group.articles.iter().chain(&group.choices));
        let all = favourites.iter().chain(hidden).chain(sold_out).chain(names.values()).chain(of_options);
        all.map(String::as_str).collect()
    }
}

impl Draft {
    /// Adds a dish with the options that were chosen for it, one of each for each dish, and returns its line. It joins a line
    /// of the same dish with the very same options and comment.
    ///
    /// `None` when the quantity makes no sense or the cart is full.
    pub fn add_with(
        &mut self,
        article: &Arc<Article>,
        quantity: Decimal,
        comment: &str,
        options: &[Arc<Article>],
    ) -> Option<i64> {
        if options.is_empty() {
            return self.add(article, quantity, comment);
        }
        let fits = |line: &&Line| {
            !line.is_extra()
                && line.article == *article
                && line.comment == comment
                && self
                    .extras_of(line.id)
                    .map(|extra| (&extra.article, extra.quantity))
                    .eq(options.iter().map(|o| (o, Decimal::ONE)))
        };
        if let Some((id, sum)) = self.lines.iter().find(fits).map(|line| (line.id, line.quantity + quantity)) {
            return (quantity > Decimal::ZERO && self.set_quantity(id, sum)).then_some(id);
        }
        if !quantity_fits(article, quantity) || self.lines.len() + options.len() >= MAX_LINES {
            return None;
        }
        let id = self.next_line_id()?;
        self.lines.push(Line {
            id,
            main: id,
            article: Arc::clone(article),
            quantity,
            comment: comment.to_owned(),
            seat: None,
        });
        for option in options {
            self.add_extra(id, option, Decimal::ONE)?;
        }
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::article;

    #[test]
    fn options_belong_to_articles_and_groups() {
        let mut group = OptionGroup { articles: ["7".into()].into(), ..OptionGroup::default() };
        assert!(group.belongs_to(&article(7, "Tee", "2.00")) && !group.belongs_to(&article(8, "Cola", "3.00")));
        group.groups.insert("Essen".into());
        assert!(group.belongs_to(&article(8, "Cola", "3.00")));
        let names = [("t".into(), "7".into())].into();
        let menu = Menu { names, options: vec![group], ..Menu::default() };
        assert_eq!(menu.numbers().into_iter().collect::<Vec<_>>(), ["7"]);
    }
}
