//! Moving in a list or a text of a window: by rows, by pages, to the ends.

use crate::tui::state::model::{Model, Screen};

/// Where the selection or the text of a window is moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The next line.
    Down,
    /// The line before.
    Up,
    /// Several lines on.
    PageDown,
    /// Several lines back.
    PageUp,
    /// The first line.
    First,
    /// The last line.
    Last,
}

/// Lines moved by page up and page down in overlays.
const PAGE: usize = 10;

/// Moves a position; the end is wherever its caller says.
pub fn scroll(at: &mut usize, by: Move) {
    match by {
        Move::Down => *at += 1,
        Move::Up => *at = at.saturating_sub(1),
        Move::PageDown => *at += PAGE,
        Move::PageUp => *at = at.saturating_sub(PAGE),
        Move::First => *at = 0,
        Move::Last => *at = usize::MAX,
    }
}

/// Scrolling ends at the last page, or the way back would begin with keys that do nothing.
pub fn scroll_within(at: &mut usize, count: usize, model: &Model, by: Move) {
    scroll(at, by);
    // Head, message, footer and border; narrow terminals show the folded cart below a draft.
    let around = if model.screen == Screen::Draft { 8 } else { 7 };
    *at = (*at).min(count.saturating_sub(usize::from(model.size.1).saturating_sub(around)));
}

/// Moves a selection among so many rows.
pub fn select(at: &mut usize, count: usize, by: Move) {
    scroll(at, by);
    *at = (*at).min(count.saturating_sub(1));
}
