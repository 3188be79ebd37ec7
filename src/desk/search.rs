//! The desk's copy of the articles and the search in it. In memory only; neither loads nor stores.
//!
//! All folded names lie in one buffer, so that a key searches 50,000 articles in one pass instead of 50,000 small ones.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use jiff::Timestamp;
use memchr::{memchr, memmem::Finder};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::fold::{fold, fold_german};
use crate::domain::article::Article;

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
    /// When it was read from OktoPOS.
    pub synced_at: Option<Timestamp>,
    /// When it counts as old; `None` if it does not grow old.
    pub old_from: Option<Timestamp>,
}

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

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Positions in the catalog, the best first, at most as many as asked for.
    pub best: Vec<u32>,
    /// How many there are altogether.
    pub total: usize,
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

/// Separates number, name and spellings of one article in the buffer; never typed, since input is cleaned.
const BORDER: char = '\u{1}';
/// How well an article matches, from 0: exact number, number, start of the name, start of a word, anywhere.
const RANKS: usize = 5;

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("articles", &self.articles.len()).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Indexes articles in the order given. `extras` are the groups whose articles are extras of a dish.
    pub fn new(mut articles: Vec<Arc<Article>>, extras: &[String], synced_at: Option<Timestamp>) -> Self {
        // Collected in place, the list still has the room of the articles themselves.
        articles.shrink_to_fit();
        let mut groups: Vec<Group> = Vec::new();
        let mut group_index: HashMap<Arc<str>, u16> = HashMap::new();
        let mut group_of = Vec::with_capacity(articles.len());
        let mut hay = String::with_capacity(articles.len() * 32);
        let mut ends = Vec::with_capacity(articles.len());
        for article in &articles {
            let at = *group_index.entry(Arc::clone(&article.group)).or_insert_with(|| {
                let extra = extras.iter().any(|extra| **extra == *article.group);
                groups.push(Group { name: Arc::clone(&article.group), count: 0, extra });
                u16::try_from(groups.len() - 1).unwrap_or(u16::MAX)
            });
            if let Some(group) = groups.get_mut(usize::from(at)) {
                group.count += 1;
            }
            group_of.push(at);
            push_hay(&mut hay, article);
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
        let by_number = sorted(&articles, |a| !a.number.is_empty(), |a, b| by_code(&a.number, &b.number));
        let by_barcode = sorted(&articles, |a| !barcode(a).is_empty(), |a, b| by_code(barcode(a), barcode(b)));
        Self { articles, groups, group_of, hay, ends, letters, by_id, by_number, by_barcode, synced_at, old_from: None }
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// The groups in the order of their first article.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The article at a position a search returned.
    pub fn at(&self, position: u32) -> Option<&Arc<Article>> {
        self.articles.get(position as usize)
    }

    /// The article with this OktoPOS id.
    pub fn by_id(&self, id: i64) -> Option<&Arc<Article>> {
        self.first(&self.by_id, |article| article.id.cmp(&id))
    }

    /// The article whose number, barcode or id is exactly this, in that order of preference.
    pub fn exact(&self, text: &str) -> Option<&Arc<Article>> {
        if text.is_empty() {
            return None;
        }
        self.first(&self.by_number, |article| by_code(&article.number, text))
            .or_else(|| self.first(&self.by_barcode, |article| by_code(barcode(article), text)))
            .or_else(|| text.parse().ok().and_then(|id| self.by_id(id)))
    }

    /// The first article in a sorted list that compares equal.
    fn first(&self, sorted: &[u32], compare: impl Fn(&Article) -> Ordering) -> Option<&Arc<Article>> {
        let compared = |at: &u32| self.at(*at).map_or(Ordering::Less, |article| compare(article));
        let place = sorted.partition_point(|at| compared(at) == Ordering::Less);
        sorted.get(place).filter(|at| compared(at) == Ordering::Equal).and_then(|at| self.at(*at))
    }

    /// Finds articles that hold every word typed, numbers and starts of names first; letters in sequence if none does.
    pub fn search(&self, text: &str, scope: Scope, limit: usize) -> Hits {
        let needle = fold(text);
        let mut words = needle.split_whitespace();
        let Some(first) = words.next() else { return self.everything(scope, limit) };
        let rest: Vec<&str> = words.collect();
        let mut buckets: [Vec<u32>; RANKS] = Default::default();
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
                let enough = buckets[..4].iter().map(Vec::len).sum::<usize>() >= limit;
                let bucket = &mut buckets[rank(own, first, &rest, enough)];
                if bucket.len() < limit {
                    bucket.push(u32::try_from(at).unwrap_or(u32::MAX));
                }
            }
        }
        if total == 0 && needle.chars().count() >= 2 {
            return self.letters_in_sequence(&needle, scope, limit);
        }
        Hits { best: buckets.into_iter().flatten().take(limit).collect(), total }
    }

    fn everything(&self, scope: Scope, limit: usize) -> Hits {
        let shown = |at: &usize| {
            let extra = self.groups.get(usize::from(self.group_of[*at])).is_some_and(|group| group.extra);
            self.in_scope(*at, scope) && !(scope == Scope::All && extra)
        };
        let all = (0..self.articles.len()).filter(shown);
        let best = all.clone().take(limit).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        let total = match scope {
            Scope::All => self.groups.iter().filter(|group| !group.extra).map(|group| group.count).sum(),
            Scope::Extras => self.groups.iter().filter(|group| group.extra).map(|group| group.count).sum(),
            Scope::Group(group) => self.groups.get(group).map_or(0, |group| group.count),
        };
        Hits { best, total }
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
        Hits { best: found.into_iter().take(limit).map(|(_, at)| at).collect(), total }
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

fn barcode(article: &Article) -> &str {
    article.barcode.as_deref().unwrap_or_default()
}

/// Numbers and barcodes, upper and lower case being one.
fn by_code(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower))
}

/// Positions of the articles that are wanted, sorted; of equal ones the first stays first.
fn sorted(
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
fn push_hay(hay: &mut String, article: &Article) {
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

/// The letters of a folded text as bits, to pass over what cannot match: `a` to `z`, all digits as one.
fn letters(text: &str) -> u32 {
    text.bytes().fold(0, |set, byte| match byte {
        b'a'..=b'z' => set | 1 << (byte - b'a'),
        b'0'..=b'9' => set | 1 << 26,
        _ => set,
    })
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
