//! Long texts of windows, broken into lines by words.

use unicode_width::UnicodeWidthStr;

use crate::domain::value::text::Clean;

/// Columns of a technical detail.
pub const NOTICE_COLUMNS: u16 = 70;

/// Lines of a technical detail that are shown; a list of changes has many.
const NOTICE_LINES: usize = 400;

/// A technical detail, broken into lines.
pub fn notice_lines(text: &str) -> Vec<String> {
    let columns = usize::from(NOTICE_COLUMNS);
    text.lines().take(NOTICE_LINES).flat_map(|line| wrap(&Clean::bounded(line, 4_000), columns, 0)).collect()
}

/// Breaks a text by words; a word that is longer than a line goes on in the next one. What follows the first is indented.
pub fn wrap(text: &str, columns: usize, indent: usize) -> Vec<String> {
    // However little room there is, a line holds a letter: else this would never end.
    let columns = columns.max(2);
    let indent = indent.min(columns / 2);
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let mut rest = word;
        while let Some(line) = lines.last_mut().filter(|_| !rest.is_empty()) {
            if line.width() + rest.trim_end().width() <= columns {
                line.push_str(rest);
                break;
            }
            if line.trim().is_empty() {
                let one = rest.chars().next().map_or(0, char::len_utf8);
                let ends = rest.char_indices().map(|(at, _)| at);
                let end = ends.take_while(|at| line.width() + rest[..*at].width() <= columns).last().unwrap_or(0);
                let (head, tail) = rest.split_at(end.max(one));
                line.push_str(head);
                rest = tail;
            }
            lines.push(" ".repeat(indent));
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}
