//! What the search in the articles is built from: their texts in one buffer, sorted positions, groups, and the shop's menu
//! by positions. Searches nothing.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use super::Catalog;
use crate::{
    desk::catalog::fold::{fold, fold_german},
    domain::{
        order::DistributionChannel,
        shop::{article::Article, menu::Menu},
    },
};

/// Separates number, name and spellings of one article in the buffer; never typed, since input is cleaned.
pub(in crate::desk::catalog::search) const BORDER: char = '\u{1}';
/// The weight of a favourite; what is only sold often weighs less.
pub const FAVOURITE: u8 = 255;

/// A group of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// OktoPOS's token.
    pub name: Arc<str>,
    /// Articles in it.
    pub count: usize,
    /// Whether its articles are extras of a dish.
    pub extra: bool,
}

/// The groups while they are collected.
pub(in crate::desk::catalog::search) struct Groups<'a> {
    pub list: Vec<Group>,
    extras: &'a [String],
    positions: HashMap<Arc<str>, u16>,
}

impl<'a> Groups<'a> {
    pub fn new(extras: &'a [String]) -> Self {
        Self { list: Vec::new(), extras, positions: HashMap::new() }
    }

    /// The position of a group; a new one comes last.
    pub fn position(&mut self, name: &Arc<str>) -> u16 {
        let (list, extras) = (&mut self.list, self.extras);
        *self.positions.entry(Arc::clone(name)).or_insert_with(|| {
            let extra = extras.iter().any(|extra| **extra == **name);
            list.push(Group { name: Arc::clone(name), count: 0, extra });
            u16::try_from(list.len() - 1).unwrap_or(u16::MAX)
        })
    }

    /// One more article in a group.
    pub fn count(&mut self, at: u16) {
        if let Some(group) = self.list.get_mut(usize::from(at)) {
            group.count += 1;
        }
    }
}

/// The shop's menu, by positions of articles.
pub(in crate::desk::catalog::search) struct Laid {
    pub names: Vec<(Box<str>, u32)>,
    /// Positions that have a name, sorted.
    pub named: Vec<u32>,
    pub weights: Vec<u8>,
    pub hidden: Vec<u32>,
}

impl Laid {
    pub fn new(menu: &Menu, articles: &[Arc<Article>], sold: &HashMap<i64, u32>) -> Self {
        let by_number: HashMap<&str, u32> = match menu.names.is_empty() {
            true => HashMap::new(),
            false => (0..).zip(articles).map(|(at, article)| (&*article.number, at)).collect(),
        };
        let name = |(name, number): (&String, &String)| Some((fold(name).into(), *by_number.get(number.as_str())?));
        let mut names: Vec<(Box<str>, u32)> = menu.names.iter().filter_map(name).collect();
        names.sort_unstable();
        let mut named: Vec<u32> = names.iter().map(|(_, at)| *at).collect();
        named.sort_unstable();
        let weight = |article: &Arc<Article>| match sold.get(&article.id) {
            _ if menu.favourites.contains(&*article.number) => FAVOURITE,
            None | Some(0) => 0,
            // The tenth doubling counts as much as the second: who is ahead matters, not by how much.
            Some(sold) => u8::try_from(1 + sold.ilog2() * 7).unwrap_or(FAVOURITE - 1),
        };
        let is_weighed = !menu.favourites.is_empty() || !sold.is_empty();
        let weights = if is_weighed { articles.iter().map(weight).collect() } else { Vec::new() };
        let is_hidden = |(_, article): &(u32, &Arc<Article>)| menu.hidden.contains(&*article.number);
        let hidden = match menu.hidden.is_empty() {
            true => Vec::new(),
            false => (0..).zip(articles).filter(is_hidden).map(|(at, _)| at).collect(),
        };
        Self { names, named, weights, hidden }
    }

    /// The names of one article, to be found like its own.
    pub fn push_names(&self, hay: &mut String, position: u32) {
        if self.named.binary_search(&position).is_err() {
            return;
        }
        for (name, _) in self.names.iter().filter(|(_, at)| *at == position) {
            hay.push_str(name);
            hay.push(BORDER);
        }
    }
}

pub(in crate::desk::catalog::search) fn barcode(article: &Article) -> &str {
    article.barcode.as_deref().unwrap_or_default()
}

/// Numbers and barcodes, upper and lower case being one.
pub(in crate::desk::catalog::search) fn by_code(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// Positions of the articles that are wanted, sorted; of equal ones the first stays first.
pub(in crate::desk::catalog::search) fn sorted(
    articles: &[Arc<Article>],
    wanted: impl Fn(&Article) -> bool,
    compare: impl Fn(&Article, &Article) -> Ordering,
) -> Vec<u32> {
    let mut all: Vec<u32> = (0..).zip(articles).filter(|(_, article)| wanted(article)).map(|(at, _)| at).collect();
    all.shrink_to_fit();
    all.sort_by(|a, b| compare(&articles[*a as usize], &articles[*b as usize]));
    all
}

/// Number, name without marks, and the name with `ae` for `ä` where that differs.
pub(in crate::desk::catalog::search) fn push_hay(hay: &mut String, article: &Article) {
    let name = fold(&article.name);
    hay.push_str(&fold(&article.number));
    hay.push(BORDER);
    hay.push_str(&name);
    let spelled = fold_german(&article.name);
    if spelled != name {
        hay.push(BORDER);
        hay.push_str(&spelled);
    }
    hay.push(BORDER);
}

/// The letters of a folded text as bits, to pass over what cannot match: `a` to `z`, all digits as one.
pub(in crate::desk::catalog::search) fn letters(text: &str) -> u32 {
    text.bytes().fold(0, |set, byte| match byte {
        b'a'..=b'z' => set | 1 << (byte - b'a'),
        b'0'..=b'9' => set | 1 << 26,
        _ => set,
    })
}
impl Catalog {
    /// The channels in which articles have a price.
    pub fn channels(&self) -> &[DistributionChannel] {
        &self.channels
    }

    /// The groups in the order of their first article.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}
