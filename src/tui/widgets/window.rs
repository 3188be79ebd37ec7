//! Pieces of windows: the box with its title, a marked row, a line that is typed into.

use ratatui::{layout::Rect, style::Style};

use crate::tui::widgets::canvas::Canvas;

/// Clears a box in the middle and draws its border and title; the area inside.
pub fn frame(canvas: &mut Canvas<'_>, within: Rect, title: &str, columns: u16, lines: u16) -> Rect {
    let wide = (columns + 4).min(within.width);
    let high = (lines + 2).min(within.height);
    let x = within.x + (within.width - wide) / 2;
    let y = within.y + (within.height - high) / 3;
    let area = Rect::new(x, y, wide, high);
    canvas.clear(area);
    let style = canvas.theme.dim;
    let bar = "─".repeat(usize::from(wide.saturating_sub(2)));
    canvas.put(x, y, wide, &format!("┌{bar}┐"), style);
    canvas.put(x, area.bottom() - 1, wide, &format!("└{bar}┘"), style);
    for y in y + 1..area.bottom() - 1 {
        canvas.put(x, y, 1, "│", style);
        canvas.put(area.right() - 1, y, 1, "│", style);
    }
    canvas.put(x + 2, y, wide.saturating_sub(4), &format!(" {title} "), canvas.theme.accent);
    Rect::new(x + 2, y + 1, wide.saturating_sub(4), high.saturating_sub(2))
}

/// Marks the selected row, so that it can be told without colours; the style of its text.
pub fn mark(canvas: &mut Canvas<'_>, x: u16, y: u16, here: bool) -> Style {
    if !here {
        return canvas.theme.text;
    }
    canvas.put(x, y, 1, "▌", canvas.theme.accent);
    canvas.theme.selected
}

/// A line that is typed into, with its mark.
pub fn input(canvas: &mut Canvas<'_>, area: Rect, text: &str, cursor: usize) {
    canvas.put(area.x, area.y, 1, "›", canvas.theme.accent);
    let style = canvas.theme.strong;
    canvas.input(Rect::new(area.x + 2, area.y, area.width.saturating_sub(2), 1), text, cursor, style);
}

/// A number of lines, as many as a screen can have.
pub fn lines_of(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The first line shown, so that scrolling ends at the last page.
pub fn first(scroll: usize, count: usize, height: u16) -> usize {
    scroll.min(count.saturating_sub(usize::from(height)))
}

/// Says how much lies above and below.
pub fn more(canvas: &mut Canvas<'_>, area: Rect, start: usize, count: usize) {
    if count > usize::from(area.height) {
        let shown = (start + usize::from(area.height)).min(count);
        canvas.put_right(area.right(), area.bottom(), &format!(" {shown}/{count} "), canvas.theme.dim);
    }
}
