//! What a shop lays over OktoPOS's articles: short codes, other names, favourites, what is hidden or sold out, and options
//! that are asked for with a dish. Values and rules; `config` reads them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rust_decimal::Decimal;

use super::{Shop, article::Article};
use crate::domain::{order::DistributionChannel, value::money::cents};

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
    /// Pieces there are at the start of a business day; at none an article is sold out.
    pub counts: BTreeMap<String, u32>,
    /// Short codes and other names of articles: text to number.
    pub names: BTreeMap<String, String>,
    /// Options in the order they are asked for.
    pub options: Vec<OptionGroup>,
    /// Several articles for one price.
    pub combos: Vec<Combo>,
    /// Ready-made comments.
    pub comments: Comments,
    /// Colours of groups.
    pub colours: BTreeMap<String, Colour>,
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
    /// All articles of these groups can be chosen, too.
    pub choice_groups: Vec<String>,
    /// Chosen unless somebody says otherwise.
    pub defaults: Vec<String>,
    /// Two halves are chosen, and the dish costs what this rule says and so much on top.
    pub halves: Option<(HalvesRule, Decimal)>,
}

/// What a dish of two halves costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HalvesRule {
    /// As much as the dearer one.
    Dearer,
    /// The middle of both, rounded half up to the cent.
    Average,
    /// Half of each, each rounded half up to the cent.
    Sum,
}

impl HalvesRule {
    /// The price of the whole from the prices of its halves.
    pub fn price(self, one: Decimal, other: Decimal) -> Decimal {
        match self {
            Self::Dearer => one.max(other),
            Self::Average => cents((one + other) / Decimal::TWO),
            Self::Sum => cents(one / Decimal::TWO) + cents(other / Decimal::TWO),
        }
    }
}

/// Several articles for one price: some always, some to be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Combo {
    /// What staff and guests call it.
    pub name: String,
    /// Typed and Enter takes it; may be empty.
    pub code: String,
    /// The group it is listed in; empty for that of its first article.
    pub group: String,
    /// Prices by channel: its name or OktoPOS's id, or empty for every channel.
    pub prices: BTreeMap<String, Decimal>,
    /// What is always in it. The first is its main line.
    pub articles: Vec<String>,
    /// What is chosen.
    pub parts: Vec<ComboPart>,
}

/// A choice of a combo: `1 of 5 drinks`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComboPart {
    /// What is asked.
    pub name: String,
    /// So many are chosen.
    pub count: usize,
    /// From these.
    pub choices: Vec<String>,
    /// And from all articles of these groups.
    pub groups: Vec<String>,
}

/// Comments that are chosen instead of typed, those for fewer articles first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comments {
    /// For everything.
    pub all: Vec<String>,
    /// For the articles of a group.
    pub groups: BTreeMap<String, Vec<String>>,
    /// For one article.
    pub articles: BTreeMap<String, Vec<String>>,
}

/// A colour of a group. What it means always stands beside it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Colour {
    Red,
    Yellow,
    Green,
    Cyan,
    Blue,
    Magenta,
    White,
}

impl OptionGroup {
    /// Whether it is asked for with this article.
    pub fn belongs_to(&self, article: &Article) -> bool {
        self.articles.contains(&*article.number) || self.groups.contains(&*article.group)
    }
}

impl Combo {
    /// What it costs in a channel; `None` if it is not sold there.
    pub fn price_in(&self, channel: &DistributionChannel) -> Option<Decimal> {
        let token = channel.token();
        // Tokens are compared as the shop's channels are: an instance may write them in another case.
        let is_it = |key: &&String| !token.is_empty() && key.trim().to_uppercase() == token;
        let by_token = self.prices.keys().find(is_it).and_then(|key| self.prices.get(key));
        let own = by_token.or_else(|| self.prices.get(&channel.dc_id.to_string()));
        own.or_else(|| self.prices.get("")).copied()
    }

    /// Moves the prices that are named by the id of a configured channel to the id that the instance has it under. A price that
    /// already stands there stays, unless that id belongs to another configured channel.
    fn follow(&mut self, moved: &[(i64, i64)], configured: &BTreeSet<String>) {
        let before = self.prices.clone();
        self.prices.retain(|key, _| {
            !moved
                .iter()
                .any(|(from, to)| *key == from.to_string() || (*key == to.to_string() && configured.contains(key)))
        });
        for (from, to) in moved {
            if let Some(price) = before.get(&from.to_string()) {
                self.prices.entry(to.to_string()).or_insert(*price);
            }
        }
    }
}

impl Comments {
    /// The comments for an article, each once.
    pub fn of(&self, article: &Article) -> Vec<&str> {
        let own = self.articles.get(&*article.number).into_iter().chain(self.groups.get(&*article.group));
        let mut comments: Vec<&str> = Vec::new();
        for text in own.flatten().chain(&self.all) {
            if !comments.contains(&text.as_str()) {
                comments.push(text);
            }
        }
        comments
    }
}

/// Something in the menu that the articles do not fulfil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuFault {
    /// No article has this number.
    Number(String),
    /// No article has this group.
    Group(String),
    /// Of the options of this name fewer can be had than have to be chosen, or there is no dish they belong to.
    Options(String),
    /// Something of this combo is gone or not sold, so it is not offered.
    Combo(String),
}

impl Menu {
    /// The menu for the articles of this instance: prices of combos that are named by the id of a channel of the settings belong
    /// to the channel that the shop sells through in its place.
    pub fn for_articles(self: Arc<Self>, shop: &Shop, articles: &[Arc<Article>]) -> Arc<Self> {
        if self.combos.is_empty() {
            return self;
        }
        let moved = shop.moved_channels(articles);
        if moved.is_empty() {
            return self;
        }
        let configured = shop.order_types.iter().map(|rule| rule.channel.dc_id.to_string()).collect();
        let mut menu = Self::clone(&self);
        menu.combos.iter_mut().for_each(|combo| combo.follow(&moved, &configured));
        Arc::new(menu)
    }

    /// Every article number that is named, for finding those that do not exist.
    pub fn numbers(&self) -> BTreeSet<&str> {
        let Self { groups: _, favourites, hidden, sold_out, counts, names, options, combos, comments, colours: _ } =
            self;
        let of_options = options.iter().flat_map(|group| group.articles.iter().chain(&group.choices));
        let of_combos = combos
            .iter()
            .flat_map(|combo| combo.articles.iter().chain(combo.parts.iter().flat_map(|part| &part.choices)));
        let codes: BTreeSet<&str> = combos.iter().map(|combo| combo.code.as_str()).collect();
        let all = favourites.iter().chain(hidden).chain(sold_out).chain(counts.keys()).chain(names.values());
        let all = all.chain(of_options).chain(of_combos).chain(comments.articles.keys());
        all.map(String::as_str).filter(|number| !codes.contains(number)).collect()
    }

    /// Every group that is named.
    pub fn named_groups(&self) -> BTreeSet<&str> {
        let of_options = self.options.iter().flat_map(|group| group.groups.iter().chain(&group.choice_groups));
        let of_combos = self.combos.iter().flat_map(|combo| combo.parts.iter().flat_map(|part| &part.groups));
        let own: BTreeSet<&str> = self.combos.iter().map(|combo| combo.group.as_str()).collect();
        let all = self.groups.iter().chain(of_options).chain(of_combos);
        let all = all.chain(self.comments.groups.keys()).chain(self.colours.keys());
        all.map(String::as_str).filter(|group| !own.contains(group)).collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::testing::{article, shop};

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

    fn priced(prices: &[(&str, i64)]) -> Menu {
        let prices = prices.iter().map(|(key, price)| ((*key).to_owned(), Decimal::from(*price))).collect();
        Menu { combos: vec![Combo { name: "M".into(), prices, ..Combo::default() }], ..Menu::default() }
    }

    /// Articles are sold through 34 INHOUSE and 35 TAKEAWAY, or as the case says; configured are 1 and 2. What the combo costs
    /// in the first and in the second of them.
    #[rstest]
    #[case::by_id(&[("1", 9), ("2", 8)], [34, 35], [Some(9), Some(8)])]
    #[case::by_id_and_for_all(&[("2", 8), ("", 7)], [34, 35], [Some(7), Some(8)])]
    #[case::by_the_id_of_the_instance(&[("34", 6), ("35", 5)], [34, 35], [Some(6), Some(5)])]
    #[case::by_both(&[("1", 9), ("34", 6)], [34, 35], [Some(6), None])]
    #[case::by_token(&[("Inhouse ", 9), ("TAKEAWAY", 8)], [34, 35], [Some(9), Some(8)])]
    #[case::ids_changed_places(&[("1", 9), ("2", 8)], [2, 1], [Some(9), Some(8)])]
    #[case::as_configured(&[("1", 9), ("2", 8)], [1, 2], [Some(9), Some(8)])]
    #[case::id_of_one_that_is_gone(&[("1", 9), ("2", 8)], [2, 77], [Some(9), Some(8)])]
    #[case::id_of_one_that_moved(&[("2", 8)], [2, 77], [None, Some(8)])]
    #[case::one_of_them_moved(&[("1", 9), ("2", 8)], [1, 35], [Some(9), Some(8)])]
    fn prices_of_combos_follow_their_channels(
        #[case] prices: &[(&str, i64)],
        #[case] ids: [i64; 2],
        #[case] wanted: [Option<i64>; 2],
    ) {
        let channels = [(ids[0], "inhouse"), (ids[1], "TAKEAWAY")];
        let channels = channels.map(|(dc_id, name)| DistributionChannel { dc_id, name: name.into() });
        let mut pizza = Article::clone(&article(1, "Pizza", "9.00"));
        let mut rows = pizza.prices.to_vec();
        rows.iter_mut().zip(&channels).for_each(|(row, channel)| row.channel = Arc::new(channel.clone()));
        pizza.prices = rows.into();
        let menu = Arc::new(priced(prices)).for_articles(&shop(), &[Arc::new(pizza)]);
        let found = channels.map(|channel| menu.combos[0].price_in(&channel));
        assert_eq!(found, wanted.map(|price| price.map(Decimal::from)));
    }
}
