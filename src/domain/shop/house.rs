//! The tables of the house by number and by name. A name is the house's own: what is sent is always the number.

use super::{Shop, TableRange};

/// Longest name of a table.
const MAX_NAME: usize = 30;
/// Largest number of a table or seat; more is a typing error.
const MAX_NUMBER: i64 = 999_999;

impl TableRange {
    /// What staff call a table of this range, if it has a name.
    pub(crate) fn name_of(&self, number: i64) -> Option<String> {
        match self.name.trim() {
            "" => None,
            name if self.from == self.to => Some(name.to_owned()),
            name => Some(format!("{name} {}", number - self.from + 1)),
        }
    }

    /// The table of this range that is called so, and whether the name was typed whole. The beginning of a name is enough.
    fn find(&self, typed: &str) -> Option<(i64, bool)> {
        let name = plain(&self.name);
        if name.is_empty() {
            return None;
        }
        if self.from == self.to {
            return name.starts_with(typed).then_some((self.from, name == typed));
        }
        let word = typed.trim_end_matches(|c: char| c.is_ascii_digit());
        let count: i64 = typed[word.len()..].parse().ok()?;
        let number = self.from.checked_add(count)?.checked_sub(1)?;
        let fits = !word.is_empty() && name.starts_with(word) && (self.from..=self.to).contains(&number);
        fits.then_some((number, name == word))
    }
}

impl Shop {
    /// The table a person means by a number or a name, `Terrasse 3` or the beginning of it. `None` for what is neither, and
    /// for what two tables are called. Whether the house has a table of that number is another question.
    pub fn table_number(&self, typed: &str) -> Option<i64> {
        let typed = typed.trim();
        if typed.chars().all(|c| c.is_ascii_digit()) {
            return table_digits(typed);
        }
        let typed = plain(typed);
        let found: Vec<(i64, bool)> = self.tables.iter().filter_map(|range| range.find(&typed)).collect();
        let only = |hits: Vec<i64>| if let [hit] = hits[..] { Some(hit) } else { None };
        let whole = found.iter().filter(|(_, whole)| *whole).map(|(number, _)| *number).collect();
        only(whole).or_else(|| only(found.iter().map(|(number, _)| *number).collect()))
    }

    /// What staff call a table, if it has a name.
    pub fn table_name(&self, number: i64) -> Option<String> {
        self.table(number)?.name_of(number)
    }

    /// Whether any table has a name.
    pub fn has_table_names(&self) -> bool {
        self.tables.iter().any(|range| !range.name.trim().is_empty())
    }
}

/// A table or seat as digits.
pub fn table_digits(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| (0..=MAX_NUMBER).contains(number))
}

/// The first range whose name could not be told from a number or from another range's name.
pub fn bad_name(tables: &[TableRange]) -> Option<usize> {
    let names: Vec<String> = tables.iter().map(|range| plain(&range.name)).collect();
    tables.iter().zip(&names).position(|(range, name)| {
        let ends_in_digit = range.from != range.to && name.ends_with(|c: char| c.is_ascii_digit());
        let is_number = name.chars().all(|c| c.is_ascii_digit());
        let twins = names.iter().filter(|other| *other == name).count();
        let is_long = range.name.chars().count() > MAX_NAME;
        !range.name.trim().is_empty() && (is_number || ends_in_digit || twins > 1 || is_long)
    })
}

/// A name as it is compared: small letters and digits, umlauts as they are typed without them.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()) {
        match c {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn range(from: i64, to: i64, name: &str) -> TableRange {
        TableRange { from, to, seats: 4, area: String::new(), name: name.into() }
    }

    fn shop() -> Shop {
        let tables = vec![
            range(1, 20, ""),
            range(31, 39, "Terrasse"),
            range(41, 42, "Theke"),
            range(50, 50, "Stammtisch"),
            range(51, 51, "Nische 2"),
            range(60, 65, "Gärten"),
        ];
        Shop { tables, ..crate::domain::testing::shop() }
    }

    #[rstest]
    #[case("12", Some(12))]
    #[case(" 33 ", Some(33))]
    #[case("77", Some(77))]
    #[case("Terrasse 3", Some(33))]
    #[case("terrasse3", Some(33))]
    #[case("te 3", Some(33))]
    #[case("t 3", Some(33))]
    #[case("t 1", None)]
    #[case("terrasse 10", None)]
    #[case("terrasse 0", None)]
    #[case("terrasse", None)]
    #[case("stamm", Some(50))]
    #[case("nische 2", Some(51))]
    #[case("gaerten 2", Some(61))]
    #[case("Gärt 2", Some(61))]
    #[case("zwölf", None)]
    #[case("", None)]
    #[case("-1", None)]
    #[case("9999999", None)]
    #[case("terrasse 99999999999999999999", None)]
    fn a_table_is_found(#[case] typed: &str, #[case] number: Option<i64>) {
        assert_eq!(shop().table_number(typed), number);
    }

    #[test]
    fn a_table_is_called_what_the_house_calls_it() {
        let shop = shop();
        let name = |number| shop.table_name(number);
        assert_eq!(name(33).as_deref(), Some("Terrasse 3"));
        assert_eq!(name(50).as_deref(), Some("Stammtisch"));
        assert_eq!((name(12), name(99)), (None, None));
    }

    #[rstest]
    #[case(&[range(1, 2, "A"), range(3, 4, "a")], Some(0))]
    #[case(&[range(1, 2, "12")], Some(0))]
    #[case(&[range(1, 2, ""), range(3, 4, "Saal 2")], Some(1))]
    #[case(&[range(1, 2, "- -")], Some(0))]
    #[case(&[range(3, 3, "Saal 2"), range(4, 4, "")], None)]
    fn names_that_could_mean_something_else_are_refused(#[case] tables: &[TableRange], #[case] bad: Option<usize>) {
        assert_eq!(bad_name(tables), bad);
    }

    proptest! {
        #[test]
        fn every_name_leads_back_to_its_table(number in 31i64..66) {
            let shop = shop();
            if let Some(name) = shop.table_name(number) {
                prop_assert_eq!(shop.table_number(&name), Some(number));
            }
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,20}") {
            shop().table_number(&text);
        }
    }
}
