//! What a typed text names, where it could be read in two ways: with a quantity before it, or as a name that begins with a
//! digit. Decides nothing about quantities.

use std::{cmp::Ordering, sync::Arc};

use super::{
    Catalog, Scope,
    index::{BORDER, barcode, by_code},
};
use crate::{desk::catalog::fold::fold, domain::shop::article::Article};

/// Hits that are looked at: names that begin with a text are among the first.
const LOOKED_AT: usize = 8;

impl Catalog {
    /// The article whose short code or other name, number, barcode or id is exactly this, in that order of preference.
    pub fn exact(&self, text: &str) -> Option<&Arc<Article>> {
        if text.is_empty() {
            return None;
        }
        self.named(text)
            .or_else(|| self.by_number(text))
            .or_else(|| self.first(&self.by_barcode, |article| by_code(barcode(article), text)))
            .or_else(|| text.parse().ok().and_then(|id| self.by_id(id)))
            .filter(|article| !self.menu.hidden.contains(&*article.number))
    }

    fn named(&self, text: &str) -> Option<&Arc<Article>> {
        if self.names.is_empty() {
            return None;
        }
        let text = fold(text);
        let found = self.names.binary_search_by(|(name, _)| (**name).cmp(&text)).ok()?;
        self.at(self.names[found].1)
    }

    /// The first article in a sorted list that compares equal.
    pub(in crate::desk::catalog::search) fn first(
        &self,
        sorted: &[u32],
        compare: impl Fn(&Article) -> Ordering,
    ) -> Option<&Arc<Article>> {
        let compared = |at: &u32| self.at(*at).map_or(Ordering::Less, |article| compare(article));
        let place = sorted.partition_point(|at| compared(at) == Ordering::Less);
        sorted.get(place).filter(|at| compared(at) == Ordering::Equal).and_then(|at| self.at(*at))
    }

    /// Whether a text is a name as it stands: a name, a number or a code begins with all of it (`7 up`), or it is a number with
    /// words of the article that has it (`51 haw`).
    pub fn is_name(&self, text: &str) -> bool {
        let folded = fold(text.trim());
        let hits = self.search(text, Scope::All, LOOKED_AT).best;
        let begins = |at: &u32| {
            let (start, end) = self.span(*at as usize);
            self.hay[start..end].split(BORDER).any(|own| own.starts_with(&folded))
        };
        if !folded.is_empty() && hits.iter().any(begins) {
            return true;
        }
        let Some((number, words)) = folded.split_once(char::is_whitespace) else { return false };
        let is_it = |article: &Arc<Article>| {
            let name = fold(&article.name);
            words.split_whitespace().all(|word| name.contains(word))
        };
        self.by_number(number).is_some_and(is_it)
    }

    /// Every article that a code, a number, a barcode or an id names exactly; the first kind of these that names any. Several
    /// share a number or a barcode only by mistake, and then a person has to say which is meant.
    pub fn exact_all(&self, text: &str) -> Vec<&Arc<Article>> {
        let text = text.trim();
        if text.is_empty() {
            return Vec::new();
        }
        let is_offered = |article: &&Arc<Article>| !self.menu().hidden.contains(&*article.number);
        let all = |sorted: &[u32], own: fn(&Article) -> &str| -> Vec<&Arc<Article>> {
            let compared = |at: &u32| self.at(*at).map(|article| by_code(own(article), text));
            let from = sorted.partition_point(|at| compared(at) == Some(Ordering::Less));
            let same = sorted[from..].iter().take_while(|at| compared(at) == Some(Ordering::Equal));
            same.filter_map(|at| self.at(*at)).filter(is_offered).collect()
        };
        if let Some(named) = self.named(text).filter(is_offered) {
            return vec![named];
        }
        let numbered = all(&self.by_number, |article| &article.number);
        if !numbered.is_empty() {
            return numbered;
        }
        let coded = all(&self.by_barcode, barcode);
        if !coded.is_empty() {
            return coded;
        }
        text.parse().ok().and_then(|id| self.by_id(id)).filter(is_offered).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::testing::article;

    fn catalog() -> Catalog {
        let named = |id, name: &str| article(id, name, "3.00");
        let mut articles = vec![
            named(7, "Käsespätzle"),
            named(51, "Pizza Hawaii"),
            named(60, "7 Up"),
            named(61, "Cola"),
            named(62, "Cola"),
        ];
        for at in [3, 4] {
            let article = Arc::make_mut(&mut articles[at]);
            article.barcode = Some("4001".into());
        }
        Catalog::new(articles, &[], None)
    }

    #[rstest]
    #[case("7 up", true)]
    #[case("7 u", true)]
    #[case("7 cola", false)]
    #[case("7 kase", true)]
    #[case("51 haw", true)]
    #[case("2 cola", false)]
    #[case("pizza haw", true)]
    #[case("", false)]
    fn names_are_told_from_quantities(#[case] text: &str, #[case] wanted: bool) {
        assert_eq!(catalog().is_name(text), wanted);
    }

    #[test]
    fn all_that_share_a_barcode_are_named() {
        let catalog = catalog();
        let ids = |text| catalog.exact_all(text).iter().map(|article| article.id).collect::<Vec<_>>();
        assert_eq!(ids("4001"), [61, 62]);
        assert_eq!(ids("51"), [51]);
        assert_eq!(ids("5"), Vec::<i64>::new());
        assert_eq!(ids(" "), Vec::<i64>::new());
    }
}
