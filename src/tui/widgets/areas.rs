//! Where things go on a terminal of some size.

use ratatui::layout::Rect;

/// Where things go on a terminal of some size.
#[derive(Debug, Clone, Copy)]
pub struct FrameAreas {
    /// Between head and notice.
    pub body: Rect,
    /// The cart beside the body, on wide terminals.
    pub side: Option<Rect>,
    /// The folded cart, on narrow ones.
    pub fold: Option<u16>,
    /// The line of the notice.
    pub notice: u16,
    /// The line of the footer.
    pub footer: u16,
}

/// Columns from which the cart stands beside every step.
pub const WIDE: u16 = 100;
/// Lines of the head.
const HEAD: u16 = 3;

/// Lays the frame out.
pub fn areas(area: Rect, with_cart: bool) -> FrameAreas {
    let footer = area.bottom().saturating_sub(1);
    let notice = footer.saturating_sub(1);
    let wide = with_cart && area.width >= WIDE;
    let fold = (with_cart && !wide).then(|| notice.saturating_sub(1));
    let bottom = fold.unwrap_or(notice);
    let side_width = if wide { (area.width * 2 / 5).min(56) } else { 0 };
    let body = Rect::new(0, HEAD, area.width - side_width, bottom.saturating_sub(HEAD));
    let side = wide.then(|| Rect::new(body.right(), HEAD, side_width, body.height));
    FrameAreas { body, side, fold, notice, footer }
}

/// Columns from which an order stands beside the list.
pub const BESIDE: u16 = 120;

/// The list and, where there is room, what stands beside it.
pub fn with_details(body: Rect) -> (Rect, Option<Rect>) {
    if body.width < BESIDE {
        return (body, None);
    }
    let wide = (body.width * 3 / 8).min(64);
    let list = Rect { width: body.width - wide, ..body };
    (list, Some(Rect { x: list.right(), width: wide, ..body }))
}

/// Columns and rows of the body of a draft's step, on a terminal of so many columns and rows.
pub fn body((columns, rows): (u16, u16)) -> (u16, u16) {
    let body = areas(Rect::new(0, 0, columns, rows), true).body;
    (body.width, body.height)
}
