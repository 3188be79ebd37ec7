//! Combos among the articles, so that they are found, listed and named by a code like any article; and what of a menu the
//! articles do not fulfil. Puts nothing into a cart.

use std::{collections::HashMap, sync::Arc};

use super::Catalog;
use crate::domain::{
    order::DistributionChannel,
    shop::{
        article::{Article, ChannelPrice},
        menu::{Combo, ComboPart, Menu, MenuFault},
    },
};

/// Articles that stand for the combos that can be had, with the position of each in the menu.
pub(in crate::desk::catalog::search) fn offered(menu: &Menu, articles: &[Arc<Article>]) -> Vec<(Article, usize)> {
    if menu.combos.is_empty() {
        return Vec::new();
    }
    let known = Known::new(menu, articles);
    menu.combos.iter().enumerate().filter_map(|(at, combo)| Some((known.article(combo)?, at))).collect()
}

/// The articles a menu can name.
struct Known<'a> {
    by_number: HashMap<&'a str, &'a Article>,
    by_group: HashMap<&'a str, Vec<&'a Article>>,
}

impl<'a> Known<'a> {
    fn new(menu: &Menu, articles: &'a [Arc<Article>]) -> Self {
        let (mut by_number, mut by_group) = (HashMap::new(), HashMap::<&str, Vec<&Article>>::new());
        let of_parts = menu.combos.iter().flat_map(|combo| combo.parts.iter().flat_map(|part| &part.groups));
        let groups: Vec<&str> = of_parts.map(String::as_str).collect();
        for article in articles.iter().filter(|article| !menu.hidden.contains(&*article.number)) {
            by_number.entry(&*article.number).or_insert(&**article);
            if groups.contains(&&*article.group) {
                by_group.entry(&*article.group).or_default().push(article);
            }
        }
        Self { by_number, by_group }
    }

    fn choices(&self, part: &'a ComboPart) -> impl Iterator<Item = &'a Article> {
        let of_groups = part.groups.iter().filter_map(|group| self.by_group.get(group.as_str())).flatten();
        part.choices.iter().filter_map(|number| self.by_number.get(number.as_str())).chain(of_groups).copied()
    }

    /// `None` if something of the combo is gone, or no channel sells all of it.
    fn article(&self, combo: &'a Combo) -> Option<Article> {
        let fixed: Vec<&Article> =
            combo.articles.iter().map(|number| self.by_number.get(number.as_str()).copied()).collect::<Option<_>>()?;
        let main = fixed.first().copied().or_else(|| self.choices(combo.parts.first()?).next())?;
        let is_sold = |channel: &DistributionChannel| {
            let sold = |article: &&Article| article.price_in(channel).is_some();
            let chosen = |part: &'a ComboPart| self.choices(part).filter(sold).take(part.count).count() == part.count;
            fixed.iter().all(sold) && combo.parts.iter().all(chosen)
        };
        let rows = main.prices.iter().filter(|row| is_sold(&row.channel));
        let prices: Arc<[ChannelPrice]> =
            rows.filter_map(|row| Some(ChannelPrice { price: combo.price_in(&row.channel)?, ..row.clone() })).collect();
        (!prices.is_empty()).then(|| Article {
            id: id_of(&combo.name),
            number: combo.code.as_str().into(),
            name: combo.name.as_str().into(),
            group: if combo.group.is_empty() { Arc::clone(&main.group) } else { combo.group.as_str().into() },
            unit: "".into(),
            prices,
            barcode: None,
            price_can_change: false,
        })
    }
}

/// An id that no article has and that stays the same from start to start: below those that imported articles without an id
/// are given.
fn id_of(name: &str) -> i64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    i64::MIN + i64::try_from(hash >> 2).unwrap_or_default()
}

/// What of the menu the articles do not fulfil: numbers and groups nobody has, options that cannot be chosen, combos that
/// are not offered.
pub(in crate::desk::catalog::search) fn faults(catalog: &Catalog) -> Vec<MenuFault> {
    let menu = catalog.menu();
    let (mut numbers, mut groups) = (menu.numbers(), menu.named_groups());
    if !numbers.is_empty() || !groups.is_empty() {
        for article in &catalog.articles {
            numbers.remove(&*article.number);
            groups.remove(&*article.group);
        }
    }
    let options = menu.options.iter().filter(|group| {
        let has_dish = group.articles.iter().any(|number| catalog.by_number(number).is_some())
            || group.groups.iter().any(|name| catalog.groups().iter().any(|own| *own.name == **name && own.count > 0));
        !has_dish || catalog.choices(&group.choices, &group.choice_groups).len() < group.min
    });
    let is_offered = |at: &usize| catalog.combos.iter().any(|(_, known)| known == at);
    let combos = (0..menu.combos.len()).filter(|at| !is_offered(at)).filter_map(|at| menu.combos.get(at));
    let numbers = numbers.into_iter().map(|number| MenuFault::Number(number.to_owned()));
    let groups = groups.into_iter().map(|group| MenuFault::Group(group.to_owned()));
    let options = options.map(|group| MenuFault::Options(group.name.clone()));
    numbers.chain(groups).chain(options).chain(combos.map(|combo| MenuFault::Combo(combo.name.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::article;

    fn catalog(menu: Menu) -> Catalog {
        let mut articles = vec![article(1, "Burger", "9.00"), article(2, "Pommes", "3.00"), article(3, "Cola", "3.00")];
        Arc::make_mut(&mut articles[2]).group = "Getränke".into();
        Catalog::with_menu(articles, &[], None, Arc::new(menu), &HashMap::new())
    }

    fn combo(articles: &[&str], groups: &[&str]) -> Combo {
        let text = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let part = ComboPart { name: "Getränk".into(), count: 1, choices: Vec::new(), groups: text(groups) };
        Combo {
            name: "Burger-Menü".into(),
            code: "bm".into(),
            prices: [(String::new(), "13.90".parse().unwrap())].into(),
            articles: text(articles),
            parts: vec![part],
            ..Combo::default()
        }
    }

    #[test]
    fn a_combo_is_found_like_an_article_and_stands_for_itself() {
        let catalog = catalog(Menu { combos: vec![combo(&["1", "2"], &["Getränke"])], ..Menu::default() });
        let found = catalog.exact("BM").unwrap();
        assert_eq!((&*found.name, &*found.group, found.prices.len()), ("Burger-Menü", "Essen", 2));
        assert_eq!(catalog.combo(found.id).map(|combo| combo.name.as_str()), Some("Burger-Menü"));
        assert_eq!(catalog.combo(1), None);
        assert_eq!(
            catalog.choices(&["3".into()], &["Essen".into(), "Getränke".into()]).len(),
            3,
            "each once, no combo"
        );
        assert_eq!(catalog.menu_faults(), []);
        let own: Vec<i64> = catalog.articles().iter().map(|article| article.id).collect();
        assert_eq!(own.len(), catalog.len());
        assert!(!own.contains(&found.id), "no article of OktoPOS");
    }

    #[test]
    fn what_is_gone_makes_no_combo_and_is_told() {
        for (combo, number) in [(combo(&["1", "9"], &["Getränke"]), true), (combo(&["1"], &["Weine"]), false)] {
            let catalog = catalog(Menu { combos: vec![combo], ..Menu::default() });
            assert_eq!(catalog.exact("bm"), None);
            let gone = if number { MenuFault::Number("9".into()) } else { MenuFault::Group("Weine".into()) };
            assert_eq!(catalog.menu_faults(), [gone, MenuFault::Combo("Burger-Menü".into())]);
        }
        let hidden =
            Menu { combos: vec![combo(&["1"], &["Getränke"])], hidden: ["3".into()].into(), ..Menu::default() };
        assert_eq!(catalog(hidden).menu_faults(), [MenuFault::Combo("Burger-Menü".into())]);
    }
}
