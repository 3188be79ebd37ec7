//! What views draw into: cells, places that can be clicked, and where the cursor is. Cuts what does not fit.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::{
    domain::value::text::drawable,
    tui::{
        input::{edit, target::Target},
        widgets::theme::Theme,
    },
};

/// One frame being drawn.
pub struct Canvas<'a> {
    /// The cells.
    pub buf: &'a mut Buffer,
    /// The styles.
    pub theme: &'a Theme,
    /// What a click means where.
    pub targets: Vec<(Rect, Target)>,
    /// Where the terminal's cursor is.
    pub cursor: Option<Position>,
}

/// Wider than any screen, and small enough that sums of some widths stay numbers.
const ENDLESS: u16 = 5_000;

/// Columns a text takes; of one that is wider than any screen only that it is.
pub fn width(text: &str) -> u16 {
    if text.len() > usize::from(ENDLESS) * 4 {
        return ENDLESS;
    }
    u16::try_from(text.width()).unwrap_or(ENDLESS).min(ENDLESS)
}

/// The text cut to a width, with `…` where something is missing.
pub fn fit(text: &str, max: u16) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        let wide = width(cluster);
        if used + wide + 1 > max {
            break;
        }
        used += wide;
        out.push_str(cluster);
    }
    if max > 0 {
        out.push('…');
    }
    out
}

impl Canvas<'_> {
    /// Writes a text from `x`, cut to `max` columns; returns the column after it.
    pub fn put(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        let area = self.buf.area;
        if y >= area.bottom() || x >= area.right() || max == 0 {
            return x;
        }
        let max = max.min(area.right() - x);
        self.free(x, y);
        // What others wrote is clean when it comes in; this holds for what was let in uncleaned, such as an order from a
        // file that is opened for correction.
        let text = drawable(text, usize::from(max));
        let (end, _) = self.buf.set_stringn(x, y, fit(&text, max), usize::from(max), style);
        end
    }

    /// A wide letter that reaches into this cell from its left makes room: a terminal would draw it over the cell.
    fn free(&mut self, x: u16, y: u16) {
        if let Some(before) = x.checked_sub(1).and_then(|x| self.buf.cell_mut((x, y)))
            && before.symbol().len() > 1
            && width(before.symbol()) > 1
        {
            before.set_symbol(" ");
        }
    }

    /// Writes a text that ends before column `right`.
    pub fn put_right(&mut self, right: u16, y: u16, text: &str, style: Style) {
        let text = drawable(text, usize::from(right));
        let x = right.saturating_sub(width(&text));
        self.put(x, y, right - x, &text, style);
    }

    /// Draws a horizontal rule.
    pub fn rule(&mut self, x: u16, y: u16, columns: u16) {
        let style = self.theme.dim;
        self.put(x, y, columns, &"─".repeat(usize::from(columns)), style);
    }

    /// Gives cells a style, keeping their text.
    pub fn paint(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buf.area);
        self.buf.set_style(area, style);
    }

    /// Empties cells.
    pub fn clear(&mut self, area: Rect) {
        let style = self.theme.text;
        let blank = " ".repeat(usize::from(area.width));
        for y in area.top()..area.bottom() {
            self.put(area.x, y, area.width, &blank, style);
        }
        let area = area.intersection(self.buf.area);
        self.targets.retain(|(rect, _)| !rect.intersects(area));
    }

    /// Says what a click on a place means.
    pub fn target(&mut self, area: Rect, target: Target) {
        self.targets.push((area, target));
    }

    /// Writes an input line with the cursor in it; scrolls sideways so that the cursor is always seen.
    pub fn input(&mut self, area: Rect, text: &str, cursor: usize, style: Style) {
        let room = area.width.saturating_sub(1);
        let (before, after) = text.split_at(edit::floor(text, cursor));
        let before = ending(before, room);
        let after = drawable(after, usize::from(area.width));
        self.put(area.x, area.y, area.width, &visible(&format!("{before}{after}"), area.width), style);
        self.cursor = Some(Position::new(area.x + width(&before).min(room), area.y));
    }
}

/// The end of a text that fits into some columns, however long the text is.
fn ending(text: &str, columns: u16) -> String {
    // A letter in its column has few marks; looking at more than that would cost more the longer the text is.
    let near = edit::floor(text, text.len().saturating_sub(usize::from(columns + 1) * 24));
    let near = drawable(&text[near..], text.len() - near);
    let mut start = near.len();
    let mut used = 0;
    for (at, cluster) in near.grapheme_indices(true).rev() {
        used += width(cluster);
        if used > columns {
            break;
        }
        start = at;
    }
    near[start..].to_owned()
}

/// The text cut hard, without the mark: in an input line a mark would look typed.
fn visible(text: &str, max: u16) -> String {
    let mut used = 0;
    text.graphemes(true)
        .take_while(|cluster| {
            used += width(cluster);
            used <= max
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_line_shows_its_end_whatever_it_is_made_of() {
        assert_eq!(ending("Pizza Hawaii", 6), "Hawaii");
        assert_eq!(ending("Pizza", 6), "Pizza");
        assert_eq!(ending("日本語", 5), "本語");
        for (name, text) in oktodesk_testkit::hostile::all() {
            let shown = ending(&text, 20);
            assert!(width(&shown) <= 20 && shown.ends_with("Zq"), "{name}: {shown:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_with_a_mark() {
        assert_eq!(fit("Pizza Hawaii", 12), "Pizza Hawaii");
        assert_eq!(fit("Pizza Hawaii", 6), "Pizza…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("ab", 0), "");
    }
}
