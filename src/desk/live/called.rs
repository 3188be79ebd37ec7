//! What a table is called where somebody looks for its order, and what a typed word asks of a row. PURE.

use super::row::LiveRow;
use crate::{
    desk::catalog::fold::{fold, fold_german},
    domain::shop::TableRange,
};

/// An order's own id is looked at from this many characters on: it holds every digit, and would be found by any.
const MIN_ID: usize = 4;

/// What staff and callers call the tables of the house.
#[derive(Debug, Clone, Default)]
pub struct TableNames {
    /// `tisch`, folded.
    words: Vec<String>,
    ranges: Vec<TableRange>,
    /// What stands before a table's number, folded: the words, and the last word of every name.
    heads: Vec<String>,
}

/// What a row is found by, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sought {
    /// Everything but what its table is called.
    pub(super) text: String,
    /// What its table is called, a line each.
    pub(super) called: String,
}

/// One part of what is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Occurs anywhere.
    Word(String),
    /// `tisch 9`: this table and not table 19.
    Table(String),
}

impl TableNames {
    /// `words` are those for a table in general.
    pub fn new(words: &[&str], ranges: &[TableRange]) -> Self {
        let folded = |text: &str| [fold(text), fold_german(text)];
        let words: Vec<String> = words.iter().copied().flat_map(folded).collect();
        let names = ranges.iter().flat_map(|range| folded(&range.name));
        let last = |name: String| name.split_whitespace().last().map(str::to_owned);
        let mut heads: Vec<String> = words.iter().cloned().chain(names.filter_map(last)).collect();
        heads.sort();
        heads.dedup();
        Self { words, ranges: ranges.to_vec(), heads }
    }

    /// Everything a table is called, folded, a line each.
    pub(super) fn lines(&self, table: Option<i64>) -> String {
        let Some(table) = table else { return String::new() };
        let mut lines: Vec<String> = self.words.iter().map(|word| format!("{word} {table}\n")).collect();
        let range = self.ranges.iter().find(|range| (range.from..=range.to).contains(&table));
        if let Some(name) = range.and_then(|range| range.name_of(table)) {
            lines.extend([format!("{}\n", fold(&name)), format!("{}\n", fold_german(&name))]);
        }
        lines.dedup();
        lines.concat()
    }

    /// What a text asks for.
    pub(super) fn asked(&self, text: &str) -> Vec<Asked> {
        let folded = fold(text);
        let mut asked: Vec<Asked> = Vec::new();
        for word in folded.split_whitespace() {
            let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
            match asked.last_mut() {
                Some(last @ Asked::Word(_)) if is_number && last.is_one_of(&self.heads) => {
                    *last = Asked::Table(format!("{} {word}\n", last.text()));
                }
                _ => asked.push(Asked::Word(word.to_owned())),
            }
        }
        asked
    }
}

impl Asked {
    fn text(&self) -> &str {
        let (Self::Word(text) | Self::Table(text)) = self;
        text
    }

    fn is_one_of(&self, words: &[String]) -> bool {
        words.iter().any(|word| word == self.text())
    }

    /// Whether a row has it.
    pub(super) fn is_in(&self, row: &LiveRow) -> bool {
        match self {
            Self::Table(line) => row.sought.called.contains(line.as_str()),
            Self::Word(word) => {
                let has_id = || row.order_id.as_ref().is_some_and(|id| fold(id.as_str()).contains(word.as_str()));
                row.sought.text.contains(word.as_str())
                    || row.sought.called.contains(word.as_str())
                    || (word.chars().count() >= MIN_ID && has_id())
            }
        }
    }
}
