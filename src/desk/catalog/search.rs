//! The desk's copy of the articles and the search in it. In memory only; neither loads nor stores.
//!
//! All folded names lie in one buffer, so that a key searches 50,000 articles in one pass instead of 50,000 small ones.

mod combos;
mod index;
mod reading;
mod typo;

pub use index::{FAVOURITE, Group};

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use memchr::{memchr, memmem::Finder};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::fold::fold;
use crate::domain::{
    order::DistributionChannel,
    shop::{
        article::Article,
        channels::KnownChannels,
        menu::{Combo, Menu, MenuFault},
    },
};
use index::{BORDER, Groups, Laid, barcode, by_code, letters, push_hay, sorted};

/// The articles a desk sells, ready to be searched.
pub struct Catalog {
    articles: Vec<Arc<Article>>,
    groups: Vec<Group>,
    group_of: Vec<u16>,
    hay: String,
    ends: Vec<u32>,
    letters: Vec<u32>,
    /// Positions sorted by id, by number and by barcode: tables of their own would cost ten times as much.
    by_id: Vec<u32>,
    by_number: Vec<u32>,
    by_barcode: Vec<u32>,
    /// Short codes and other names, folded, sorted.
    names: Vec<(Box<str>, u32)>,
    /// How much an article is wanted, from 0; empty if no article is more wanted than another.
    weights: Vec<u8>,
    hidden: Vec<u32>,
    /// Ids of the articles that stand for combos, and the positions of those in the menu.
    combos: Vec<(i64, usize)>,
    menu: Arc<Menu>,
    channels: Vec<DistributionChannel>,
    /// When it was read from OktoPOS.
    pub synced_at: Option<Timestamp>,
    /// When it counts as old; `None` if it does not grow old.
    pub old_from: Option<Timestamp>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Positions in the catalog, the best first, at most as many as asked for.
    pub best: Vec<u32>,
    /// How many there are altogether.
    pub total: usize,
    /// Whether they only have the typed letters in their sequence: nothing is called as typed, nor nearly so.
    pub is_loose: bool,
}

/// Which articles to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Every article; extras only when something is typed.
    #[default]
    All,
    /// One group, by its position in `groups`.
    Group(usize),
    /// Only extras.
    Extras,
}

/// How well an article matches: exact number, number, start of the name, start of a word, anywhere.
const RANKS: usize = 5;
/// The worst rank of a match that begins a word.
const BEGINS: usize = 3;

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("articles", &self.articles.len()).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Indexes articles in the order given. `extras` are the groups whose articles are extras of a dish.
    pub fn new(articles: Vec<Arc<Article>>, extras: &[String], synced_at: Option<Timestamp>) -> Self {
        Self::with_menu(articles, extras, synced_at, Arc::default(), &HashMap::new())
    }

    /// Indexes articles with the shop's menu laid over them. `sold` says how often an article was sold, by its id.
    pub fn with_menu(
        mut articles: Vec<Arc<Article>>,
        extras: &[String],
        synced_at: Option<Timestamp>,
        menu: Arc<Menu>,
        sold: &HashMap<i64, u32>,
    ) -> Self {
        let channels = KnownChannels::priced_in(&articles);
        let offered = combos::offered(&menu, &articles);
        let combos = offered.iter().map(|(article, combo)| (article.id, *combo)).collect();
        articles.extend(offered.into_iter().map(|(article, _)| Arc::new(article)));
        // Collected in place, the list still has the room of the articles themselves.
        articles.shrink_to_fit();
        let mut groups = Groups::new(extras);
        let mut group_of = Vec::with_capacity(articles.len());
        let mut hay = String::with_capacity(articles.len() * 32);
        let mut ends = Vec::with_capacity(articles.len());
        let laid = Laid::new(&menu, &articles, sold);
        for name in &menu.groups {
            groups.position(&name.as_str().into());
        }
        for (position, article) in (0..).zip(&articles) {
            let at = groups.position(&article.group);
            let is_hidden = laid.hidden.binary_search(&position).is_ok();
            group_of.push(at);
            if !is_hidden {
                groups.count(at);
                push_hay(&mut hay, article);
                laid.push_names(&mut hay, position);
            }
            ends.push(u32::try_from(hay.len()).unwrap_or(u32::MAX));
        }
        hay.shrink_to_fit();
        let mut start = 0;
        let own = ends.iter().map(|end| {
            let end = *end as usize;
            letters(&hay[std::mem::replace(&mut start, end)..end])
        });
        let letters = own.collect();
        let by_id = sorted(&articles, |_| true, |a, b| a.id.cmp(&b.id));
        let offered = |a: &Article| !menu.hidden.contains(&*a.number);
        let by_number = sorted(&articles, |a| !a.number.is_empty() && offered(a), |a, b| by_code(&a.number, &b.number));
        let by_barcode =
            sorted(&articles, |a| !barcode(a).is_empty() && offered(a), |a, b| by_code(barcode(a), barcode(b)));
        let Laid { names, named: _, weights, hidden } = laid;
        Self {
            articles,
            groups: groups.list,
            group_of,
            hay,
            ends,
            letters,
            by_id,
            by_number,
            by_barcode,
            names,
            weights,
            hidden,
            combos,
            menu,
            channels,
            synced_at,
            old_from: None,
        }
    }

    /// How many articles there are; combos are none.
    pub fn len(&self) -> usize {
        self.articles.len() - self.combos.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// Every article, in the order given; combos are none.
    pub fn articles(&self) -> &[Arc<Article>] {
        // Combos stand behind the articles.
        &self.articles[..self.len()]
    }

    /// The article at a position a search returned.
    pub fn at(&self, position: u32) -> Option<&Arc<Article>> {
        self.articles.get(position as usize)
    }

    /// The article with this OktoPOS id.
    pub fn by_id(&self, id: i64) -> Option<&Arc<Article>> {
        self.first(&self.by_id, |article| article.id.cmp(&id))
    }

    /// The shop's menu that lies over the articles.
    pub fn menu(&self) -> &Menu {
        &self.menu
    }

    /// The combo an article stands for: one that is found like an article and is never in an order itself.
    pub fn combo(&self, article: i64) -> Option<&Combo> {
        let (_, at) = self.combos.iter().find(|(id, _)| *id == article)?;
        self.menu.combos.get(*at)
    }

    /// The articles that can be chosen: those of these numbers, and those of these groups, each once. Hidden ones cannot.
    pub fn choices(&self, numbers: &[String], groups: &[String]) -> Vec<&Arc<Article>> {
        let mut found: Vec<&Arc<Article>> = numbers.iter().filter_map(|number| self.by_number(number)).collect();
        let of_groups = |article: &&Arc<Article>| {
            groups.iter().any(|group| **group == *article.group) && !self.menu.hidden.contains(&*article.number)
        };
        let all = self.articles.iter().filter(|_| !groups.is_empty()).filter(of_groups);
        for article in all.filter(|article| self.combo(article.id).is_none()) {
            if !found.iter().any(|other| other.id == article.id) {
                found.push(article);
            }
        }
        found
    }

    /// What of the menu the articles do not fulfil.
    pub fn menu_faults(&self) -> Vec<MenuFault> {
        combos::faults(self)
    }

    /// The article with this number.
    pub fn by_number(&self, number: &str) -> Option<&Arc<Article>> {
        self.first(&self.by_number, |article| by_code(&article.number, number))
    }

    /// Finds articles that hold every word typed, numbers and starts of names first; letters in sequence if none does.
    pub fn search(&self, text: &str, scope: Scope, limit: usize) -> Hits {
        let needle = fold(text);
        let mut words = needle.split_whitespace();
        let Some(first) = words.next() else { return self.everything(scope, limit) };
        let rest: Vec<&str> = words.collect();
        let mut buckets: [Vec<u32>; BUCKETS] = Default::default();
        let mut total = 0;
        let finder = Finder::new(first.as_bytes());
        let mut at = 0;
        let mut from = 0;
        while let Some(found) = self.hay.as_bytes().get(from..).and_then(|hay| finder.find(hay)) {
            let offset = from + found;
            // One step after the other: matches are many where time is short, and all steps together are one pass.
            while self.ends[at] as usize <= offset {
                at += 1;
            }
            let (start, end) = self.span(at);
            from = end;
            let own = &self.hay[start..end];
            if self.in_scope(at, scope) && rest.iter().all(|word| own.contains(word)) {
                total += 1;
                // Once enough better hits are there, it does not matter any more where in a word the rest matches.
                let step = self.step(at);
                let enough = step == 2 && buckets[..bucket(RANKS - 1, 0)].iter().map(Vec::len).sum::<usize>() >= limit;
                let bucket = &mut buckets[bucket(rank(own, first, &rest, enough), step)];
                if bucket.len() < limit {
                    bucket.push(u32::try_from(at).unwrap_or(u32::MAX));
                }
            }
        }
        // Numbers and barcodes are right or wrong: another one that resembles it is another article.
        let is_a_code = needle.bytes().all(|byte| byte.is_ascii_digit());
        if total == 0 && !is_a_code && needle.chars().count() >= 2 {
            let found = self.letters_in_sequence(&needle, scope, limit);
            return if found.total > 0 { found } else { self.nearly(&needle, scope, limit) };
        }
        for bucket in &mut buckets {
            self.by_weight(bucket);
        }
        Hits { best: buckets.into_iter().flatten().take(limit).collect(), total, is_loose: false }
    }

    fn everything(&self, scope: Scope, limit: usize) -> Hits {
        let shown = |at: &usize| {
            let extra = self.groups.get(usize::from(self.group_of[*at])).is_some_and(|group| group.extra);
            let is_hidden = self.hidden.binary_search(&u32::try_from(*at).unwrap_or(u32::MAX)).is_ok();
            self.in_scope(*at, scope) && !(scope == Scope::All && extra) && !is_hidden
        };
        let all = (0..self.articles.len()).filter(shown);
        let is_favourite = |at: &usize| self.step(*at) == 0;
        let favourites = all.clone().filter(is_favourite).take(if self.weights.is_empty() { 0 } else { limit });
        let best = favourites
            .chain(all.filter(|at| !is_favourite(at)))
            .take(limit)
            .map(|at| u32::try_from(at).unwrap_or(u32::MAX))
            .collect();
        let total = match scope {
            Scope::All => self.groups.iter().filter(|group| !group.extra).map(|group| group.count).sum(),
            Scope::Extras => self.groups.iter().filter(|group| group.extra).map(|group| group.count).sum(),
            Scope::Group(group) => self.groups.get(group).map_or(0, |group| group.count),
        };
        Hits { best, total, is_loose: false }
    }

    fn letters_in_sequence(&self, needle: &str, scope: Scope, limit: usize) -> Hits {
        let compact: String = needle.split_whitespace().collect();
        // Both sides are folded already.
        let mut config = Config::DEFAULT;
        (config.ignore_case, config.normalize) = (false, false);
        let mut matcher = Matcher::new(config);
        let (mut buffer, mut typed) = (Vec::new(), Vec::new());
        let typed = Utf32Str::new(&compact, &mut typed);
        let wanted = letters(&compact);
        let mut found: Vec<(u16, u32)> = (0..self.articles.len())
            .filter(|at| self.letters[*at] & wanted == wanted && self.in_scope(*at, scope))
            .filter_map(|at| {
                let (start, end) = self.span(at);
                let own = Utf32Str::new(&self.hay[start..end], &mut buffer);
                // Not the very best place of the letters, but found in one pass: this runs at every key.
                let score = matcher.fuzzy_match_greedy(own, typed)?;
                Some((u16::MAX - score, u32::try_from(at).ok()?))
            })
            .collect();
        let total = found.len();
        found.sort_unstable();
        Hits { best: found.into_iter().take(limit).map(|(_, at)| at).collect(), total, is_loose: true }
    }

    /// One typing error in a word, when nothing else was found.
    fn nearly(&self, needle: &str, scope: Scope, limit: usize) -> Hits {
        let words: Vec<&str> = needle.split_whitespace().collect();
        let wanted = letters(needle);
        let errors = u32::try_from(words.iter().map(|word| typo::errors(word)).sum::<usize>()).unwrap_or(u32::MAX);
        let near = |at: &usize| {
            let (start, end) = self.span(*at);
            // A wrong letter in each word is missing at most; this passes over nearly all of them.
            (wanted & !self.letters[*at]).count_ones() <= errors
                && self.in_scope(*at, scope)
                && typo::holds(&self.hay[start..end], &words)
        };
        let found = (0..self.articles.len()).filter(near);
        let mut best: Vec<u32> = found.filter_map(|at| u32::try_from(at).ok()).collect();
        let total = best.len();
        self.by_weight(&mut best);
        best.truncate(limit);
        Hits { best, total, is_loose: false }
    }

    /// 0 for favourites, 1 for what was sold, 2 for the rest.
    fn step(&self, at: usize) -> usize {
        match self.weights.get(at) {
            Some(&FAVOURITE) => 0,
            None | Some(0) => 2,
            Some(_) => 1,
        }
    }

    fn by_weight(&self, found: &mut [u32]) {
        if !self.weights.is_empty() {
            found.sort_by_key(|at| std::cmp::Reverse(self.weights.get(*at as usize).copied().unwrap_or(0)));
        }
    }

    fn in_scope(&self, at: usize, scope: Scope) -> bool {
        let group = usize::from(self.group_of[at]);
        match scope {
            Scope::All => true,
            Scope::Group(wanted) => group == wanted,
            Scope::Extras => self.groups.get(group).is_some_and(|group| group.extra),
        }
    }

    fn span(&self, at: usize) -> (usize, usize) {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        (start, self.ends[at] as usize)
    }
}

/// How many buckets there are.
const BUCKETS: usize = bucket(RANKS - 1, 2) + 1;

/// Where a match stands: by rank, and in each rank favourites, what was sold, and the rest. Whether the first word begins so or a
/// later one only matters for the rest: the pizza that is asked for every evening comes before the toast.
const fn bucket(rank: usize, step: usize) -> usize {
    match (rank, step) {
        (2 | BEGINS, 0 | 1) => 2 * 3 + step,
        (2 | BEGINS, _) => 2 * 3 + rank,
        (rank, step) if rank > BEGINS => 2 * 3 + BEGINS + 1 + step,
        (rank, step) => rank * 3 + step,
    }
}

/// `coarse` spares the look for the start of a word.
fn rank(own: &str, first: &str, rest: &[&str], coarse: bool) -> usize {
    let border = memchr(BORDER as u8, own.as_bytes()).unwrap_or(own.len());
    if rest.is_empty() && own.starts_with(first) {
        return usize::from(border != first.len());
    }
    let names = own.get(border + 1..).unwrap_or_default();
    let other = memchr(BORDER as u8, names.as_bytes()).and_then(|end| names.get(end + 1..)).unwrap_or_default();
    if names.starts_with(first) || other.starts_with(first) {
        return 2;
    }
    let starts_word = |at: usize| !names[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    if !coarse && names.match_indices(first).any(|(at, _)| starts_word(at)) { 3 } else { 4 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::article;
    use rstest::rstest;

    fn catalog() -> Catalog {
        let mut articles: Vec<_> = [
            (51, "Pizza Hawaii"),
            (152, "Hawaii-Toast"),
            (318, "Hawaii-Salat"),
            (7, "Käsespätzle"),
            (510, "Großes Bier"),
            (900, "extra Käse"),
        ]
        .map(|(id, name)| article(id, name, "5.00"))
        .into();
        for (at, article) in articles.iter_mut().enumerate() {
            let article = Arc::make_mut(article);
            article.id += 1000;
            article.group = if article.id == 1900 { "Extras" } else { "Essen" }.into();
            article.barcode = (at == 4).then(|| "4001724819011".into());
        }
        Catalog::new(articles, &["Extras".to_owned()], None)
    }

    #[rstest]
    #[case("haw", &["Hawaii-Toast", "Hawaii-Salat", "Pizza Hawaii"])]
    #[case("51", &["Pizza Hawaii", "Großes Bier"])]
    #[case("piz haw", &["Pizza Hawaii"])]
    #[case("haw piz", &["Pizza Hawaii"])]
    #[case("kase", &["Käsespätzle", "extra Käse"])]
    #[case("Kaese", &["Käsespätzle", "extra Käse"])]
    #[case("KÄSE", &["Käsespätzle", "extra Käse"])]
    #[case("grosses", &["Großes Bier"])]
    #[case("pzhw", &["Pizza Hawaii"])]
    #[case("zzzz", &[])]
    #[case("", &["Pizza Hawaii", "Hawaii-Toast", "Hawaii-Salat", "Käsespätzle", "Großes Bier"])]
    fn finds(#[case] text: &str, #[case] names: &[&str]) {
        let catalog = catalog();
        let hits = catalog.search(text, Scope::All, 100);
        let found: Vec<_> = hits.best.iter().map(|at| &*catalog.at(*at).unwrap().name).collect();
        assert_eq!(found, names);
        assert_eq!(hits.total, names.len());
    }

    #[test]
    fn exact_is_number_then_barcode_then_id() {
        let catalog = catalog();
        let name = |text| catalog.exact(text).map(|article| article.name.to_string());
        assert_eq!(name("51").as_deref(), Some("Pizza Hawaii"));
        assert_eq!(name("4001724819011").as_deref(), Some("Großes Bier"));
        assert_eq!(name("1007").as_deref(), Some("Käsespätzle"));
        assert_eq!(name("5"), None);
        assert_eq!(name("901"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn numbers_and_barcodes_are_found_whatever_their_case_and_sequence() {
        let codes = ["b7", "A3", "", "10", "9", "a3", "Z"];
        let articles = (0..).zip(codes).map(|(at, code)| {
            let mut article = Arc::unwrap_or_clone(article(1000 - at, &format!("Artikel {at}"), "1.00"));
            article.number = code.into();
            article.barcode = (at % 2 == 0).then(|| format!("EAN{at}").into());
            Arc::new(article)
        });
        let catalog = Catalog::new(articles.collect(), &[], None);
        let found = [("B7", 1000), ("a3", 999), ("A3", 999), ("10", 997), ("z", 994), ("ean4", 996), ("998", 998)];
        for (text, id) in found {
            assert_eq!(catalog.exact(text).map(|article| article.id), Some(id), "{text}");
        }
        for text in ["", "b", "b77", "EAN1", "EAN"] {
            assert_eq!(catalog.exact(text), None, "{text}");
        }
    }

    /// The same articles with a menu over them and some sales.
    fn laid(menu: Menu, sold: &[(i64, u32)]) -> Catalog {
        let articles = catalog().articles;
        Catalog::with_menu(articles, &["Extras".to_owned()], None, Arc::new(menu), &sold.iter().copied().collect())
    }

    fn names(catalog: &Catalog, text: &str) -> Vec<String> {
        let hits = catalog.search(text, Scope::All, 100);
        assert_eq!(hits.total, hits.best.len());
        hits.best.iter().map(|at| catalog.at(*at).unwrap().name.to_string()).collect()
    }

    #[test]
    fn a_number_that_nobody_has_finds_nothing_that_resembles_it() {
        let catalog = catalog();
        for code in ["4001724819012", "53", "64", "99999"] {
            assert_eq!(catalog.search(code, Scope::All, 10).total, 0, "{code}");
        }
    }

    #[test]
    fn one_typing_error_is_forgiven_when_nothing_else_is_found() {
        let catalog = catalog();
        assert_eq!(names(&catalog, "hawwaii piz"), ["Pizza Hawaii"]);
        assert_eq!(names(&catalog, "spötzle"), Vec::<String>::new(), "the start of a word, not its middle");
        assert_eq!(names(&catalog, "käsespötz"), ["Käsespätzle"]);
        assert_eq!(names(&catalog, "hxwxii"), Vec::<String>::new());
    }

    #[test]
    fn codes_come_before_numbers_and_names_are_found_like_names() {
        let text = |text: &str| text.to_owned();
        let menu_names = [("51", "510"), ("Ananas-Fladen", "51"), ("KSP", "7"), ("weg", "999")];
        let names_of = menu_names.map(|(name, number)| (text(name), text(number))).into();
        let catalog = laid(Menu { names: names_of, ..Menu::default() }, &[]);
        let exact = |text: &str| catalog.exact(text).map(|article| article.name.to_string());
        assert_eq!(exact("51").as_deref(), Some("Großes Bier"), "the shop's code wins");
        assert_eq!(exact("ksp").as_deref(), Some("Käsespätzle"));
        assert_eq!(exact("ananas-fladen").as_deref(), Some("Pizza Hawaii"));
        assert_eq!(exact("weg"), None);
        assert_eq!(names(&catalog, "flad"), ["Pizza Hawaii"]);
    }

    #[test]
    fn favourites_come_first_then_what_is_sold_and_hidden_ones_never() {
        let favourites = ["318".to_owned()].into();
        let catalog = laid(Menu { favourites, ..Menu::default() }, &[(1152, 3), (1051, 90)]);
        assert_eq!(
            names(&catalog, "haw"),
            ["Hawaii-Salat", "Pizza Hawaii", "Hawaii-Toast"],
            "favourites, then what is sold most"
        );
        assert_eq!(names(&catalog, "ii"), ["Hawaii-Salat", "Pizza Hawaii", "Hawaii-Toast"]);
        assert_eq!(names(&catalog, "a")[..3], ["Hawaii-Salat", "Pizza Hawaii", "Hawaii-Toast"]);
        assert_eq!(names(&catalog, "")[..2], ["Hawaii-Salat", "Pizza Hawaii"], "what is sold does not move the list");
        let hidden = ["318".to_owned()].into();
        let catalog = laid(Menu { hidden, groups: vec!["Extras".into()], ..Menu::default() }, &[]);
        assert_eq!(names(&catalog, "haw"), ["Hawaii-Toast", "Pizza Hawaii"]);
        assert_eq!(names(&catalog, "").len(), 4);
        assert_eq!(catalog.exact("318"), None);
        assert!(catalog.by_id(1318).is_some(), "it is not gone");
        let groups: Vec<_> = catalog.groups().iter().map(|group| (&*group.name, group.count)).collect();
        assert_eq!(groups, [("Extras", 1), ("Essen", 4)]);
    }

    #[test]
    fn scopes_and_limits_hold() {
        let catalog = catalog();
        assert_eq!(catalog.search("kase", Scope::Extras, 10).total, 1);
        assert_eq!(catalog.search("", Scope::Group(1), 10).total, 1);
        let few = catalog.search("a", Scope::All, 2);
        assert_eq!((few.best.len(), few.total), (2, 5));
    }

    #[test]
    fn many_articles_are_all_found() {
        let articles = (0..5_000).map(|n| article(n, &format!("Artikel Nummer {n}"), "1.00")).collect();
        let catalog = Catalog::new(articles, &[], None);
        assert_eq!(catalog.search("nummer 4999", Scope::All, 10).total, 1);
        assert_eq!(catalog.search("artikel", Scope::All, 10).total, 5_000);
    }
}
