//! The page of the review on so many columns and rows: what always stays in sight, what moves between it when there is no room
//! for all, and long texts broken into rows. Says where everything goes, draws nothing.

use unicode_segmentation::UnicodeSegmentation;

use crate::{domain::value::text::drawable, tui::widgets::canvas::width};

/// One printed row: text, amount at the right, how loud.
pub type Printed = (String, String, Loud);

/// How loud a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loud {
    /// What is read out first.
    Strong,
    /// As anything else.
    Plain,
    /// Beside the point.
    Dim,
    /// That there is more than is shown.
    More,
}

/// Rows that move, at least; what else would stay in sight moves with them before there are fewer.
const LEAST: usize = 5;
/// Rows one text may take. A longer one is no address and no comment.
const ROWS: usize = 6;

/// What is printed, from top to bottom.
#[derive(Debug, Default)]
pub struct ReviewPage {
    /// Counts, and where and when: always in sight.
    pub head: Vec<Printed>,
    /// The lines of the cart, and what had to join them.
    pub moving: Vec<Printed>,
    /// What it comes to: always in sight, as far as it is strong.
    pub sums: Vec<Printed>,
    /// Guest, address and payment: in sight as long as there is room.
    pub people: Vec<Vec<Printed>>,
    /// Rows for what moves.
    pub room: usize,
}

impl ReviewPage {
    /// Lays it out: texts are broken, and as long as there is not enough room for what moves, less is kept in sight.
    pub fn laid(self, columns: u16, rows: usize) -> Self {
        let broken = |printed: Vec<Printed>| printed.into_iter().flat_map(|row| wrapped(row, columns)).collect();
        let mut page = Self {
            head: broken(self.head),
            moving: broken(self.moving),
            sums: broken(self.sums),
            people: self.people.into_iter().map(broken).collect(),
            room: 0,
        };
        let fixed = |page: &Self| page.head.len() + page.sums.len() + page.people.iter().map(Vec::len).sum::<usize>();
        if fixed(&page) + page.moving.len() > rows && fixed(&page) + LEAST > rows {
            let (strong, rest) = page.sums.into_iter().partition(|(.., loud)| *loud == Loud::Strong);
            page.sums = strong;
            page.moving.extend::<Vec<_>>(rest);
        }
        // Guest and address come first and go last.
        let mut gone = Vec::new();
        while fixed(&page) + page.moving.len() > rows && fixed(&page) + LEAST > rows && !page.people.is_empty() {
            gone.extend(page.people.pop());
        }
        page.moving.extend(gone.into_iter().rev().flatten());
        page.room = rows.saturating_sub(fixed(&page));
        page
    }

    /// Rows of what moves that are seen at once; one is taken by the word that there are more.
    pub fn seen(&self) -> usize {
        if self.moving.len() <= self.room { self.moving.len() } else { self.room.saturating_sub(1).max(1) }
    }

    /// How far it can be moved.
    pub fn furthest(&self) -> usize {
        self.moving.len() - self.seen()
    }

    /// Rows above and below those that are seen when it is moved so far.
    pub fn hidden(&self, top: usize) -> (usize, usize) {
        let top = top.min(self.furthest());
        (top, self.furthest() - top)
    }

    /// Every row that is seen when it is moved so far; `more` says that there are others.
    pub fn shown(self, top: usize, more: Option<String>) -> impl Iterator<Item = Printed> {
        let (top, seen) = (self.hidden(top).0, self.seen());
        let more = more.map(|text| (text, String::new(), Loud::More));
        let moving = self.moving.into_iter().skip(top).take(seen).chain(more);
        self.head.into_iter().chain(moving).chain(self.sums).chain(self.people.into_iter().flatten())
    }
}

/// A row that is too long goes on below, further in. Spaces in it are only spaces then: nothing can be moved to where amounts
/// stand.
fn wrapped((text, amount, loud): Printed, columns: u16) -> Vec<Printed> {
    let room = columns.saturating_sub(width(&amount) + 1);
    if width(&text) <= room {
        return vec![(text, amount, loud)];
    }
    let text = drawable(&text, usize::from(room) * ROWS).into_owned();
    let indent = text.len() - text.trim_start_matches(' ').len();
    let mut rows = vec![" ".repeat(indent)];
    let mut is_first = true;
    for word in text.split_whitespace() {
        let gap = u16::from(!std::mem::take(&mut is_first));
        let fits = rows.last().is_some_and(|row| width(row) + gap + width(word) <= room);
        if !fits && gap > 0 {
            rows.push(" ".repeat(indent + 2));
        } else if gap > 0 {
            push(&mut rows, " ");
        }
        for letter in word.graphemes(true) {
            if rows.last().is_some_and(|row| width(row) + width(letter) > room) {
                rows.push(" ".repeat(indent + 2));
            }
            push(&mut rows, letter);
        }
    }
    let is_cut = rows.len() > ROWS;
    rows.truncate(ROWS);
    if is_cut {
        push(&mut rows, "…");
    }
    let mut amount = Some(amount);
    rows.into_iter().map(|row| (row, amount.take().unwrap_or_default(), loud)).collect()
}

fn push(rows: &mut [String], text: &str) {
    if let Some(row) = rows.last_mut() {
        row.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[&str]) -> Vec<Printed> {
        texts.iter().map(|text| ((*text).to_owned(), String::new(), Loud::Plain)).collect()
    }

    fn texts(printed: impl IntoIterator<Item = Printed>) -> Vec<String> {
        printed.into_iter().map(|(text, ..)| text).collect()
    }

    #[test]
    fn a_long_text_goes_on_below_with_its_amount_on_the_first_row() {
        let line = ("   2 × Pizza  „ohne Zwiebeln“".to_owned(), "21,00".to_owned(), Loud::Plain);
        let printed = wrapped(line, 22);
        assert_eq!(printed[0].1, "21,00");
        assert_eq!(texts(printed), ["   2 × Pizza", "     „ohne", "     Zwiebeln“"]);
        let long = wrapped(("x".repeat(500), String::new(), Loud::Plain), 20);
        assert_eq!(long.len(), ROWS);
        assert!(long.iter().all(|(text, ..)| width(text) <= 20), "{long:?}");
        for (name, text) in oktodesk_testkit::hostile::all() {
            let printed = wrapped((format!("  {text}"), "1,00".into(), Loud::Plain), 30);
            assert!(printed.iter().all(|(text, ..)| width(text) <= 30), "{name}: {printed:?}");
        }
    }

    #[test]
    fn every_row_is_seen_somewhere_and_the_rest_stays() {
        for rows_of_it in 6..30 {
            let lines: Vec<String> = (0..20).map(|n| format!("line {n}")).collect();
            let page = || {
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                let mut sums = rows(&["total", "vat"]);
                sums[0].2 = Loud::Strong;
                let people = vec![rows(&["guest"]), rows(&["address"]), rows(&["payment"])];
                let page = ReviewPage { head: rows(&["counts"]), moving: rows(&lines), sums, people, room: 0 };
                page.laid(40, rows_of_it)
            };
            let mut seen = std::collections::BTreeSet::new();
            for top in 0..=page().furthest() {
                let more = (page().furthest() > 0).then(|| "more".to_owned());
                let shown = texts(page().shown(top, more));
                assert!(shown.len() <= rows_of_it, "{rows_of_it}: {shown:?}");
                assert!(["counts", "total"].iter().all(|text| shown.contains(&(*text).to_owned())), "{shown:?}");
                assert!(rows_of_it < 10 || shown.contains(&"address".to_owned()), "{rows_of_it}: {shown:?}");
                seen.extend(shown);
            }
            let all = lines.iter().map(String::as_str).chain(["counts", "total", "vat", "guest", "address", "payment"]);
            assert!(all.into_iter().all(|text| seen.contains(text)), "{rows_of_it}: {seen:?}");
        }
    }
}
