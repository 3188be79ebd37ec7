//! Draws what is open at the table of the shown draft, below the fields of the place step.

use ratatui::layout::Rect;

use crate::{
    desk::live::{LiveRow, OpenTable},
    domain::order::round::shorter,
    tui::{
        screens::orders,
        state::{model::Model, slot::Slot},
        widgets::canvas::{Canvas, width},
        wording::tables::{name, with_draft},
    },
};

/// Columns of time, sum, delivery and status of a round; what it is made of takes the rest.
const TIME: u16 = 6;
const SUM: u16 = 9;
const DELIVERY: u16 = 16;
const STATUS: u16 = 13;

/// Draws the rounds from the top of the area; the lines that took.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, area: Rect) -> u16 {
    let Some(open) = model.counter().open_table(slot.draft()) else { return 0 };
    let texts = &model.texts;
    let right = area.right();
    let end = canvas.put(area.x, area.y, area.width, &title(model, &open), canvas.theme.strong);
    if !open.rounds.is_empty() {
        let total = texts.money(open.total, &model.shop.currency);
        canvas.put_right(right, area.y, &total, canvas.theme.strong);
    } else if end < right {
        canvas.put(end + 1, area.y, right - end - 1, texts.t("tables.none_open"), canvas.theme.dim);
    }
    let others = open.others.len();
    // A long evening is cut at its beginning: what was ordered last is what the guest asks about.
    let fixed = 2 + u16::from(others > 0) * 2;
    let room = usize::from(area.height.saturating_sub(fixed)).max(1);
    let skip = open.rounds.len().saturating_sub(room);
    let mut y = area.y + 1;
    for row in open.rounds.iter().skip(skip) {
        y = draw_round(canvas, model, row, false, Rect::new(area.x, y, area.width, 1), area.bottom());
    }
    if !open.rounds.is_empty() && !slot.draft().lines.is_empty() && y < area.bottom() {
        let sum = texts.money(with_draft(model, slot, &open), &model.shop.currency);
        canvas.put(
            area.x,
            y,
            area.width.saturating_sub(width(&sum) + 1),
            texts.t("tables.with_this"),
            canvas.theme.dim,
        );
        canvas.put_right(right, y, &sum, canvas.theme.strong);
        y += 1;
    }
    if others > 0 && y < area.bottom() {
        canvas.put(area.x, y, area.width, texts.t("tables.others"), canvas.theme.dim);
        y += 1;
        for row in &open.others {
            y = draw_round(canvas, model, row, true, Rect::new(area.x, y, area.width, 1), area.bottom());
        }
    }
    y - area.y + 1
}

/// `Terrasse 3 · Garten · 2 offene Runden`.
fn title(model: &Model, open: &OpenTable<'_>) -> String {
    let area = model.shop.table(open.table).map(|range| range.area.clone()).filter(|area| !area.is_empty());
    let rounds = Some(open.rounds.len()).filter(|n| *n > 0).map(|n| model.texts.count("tables.rounds", n));
    [Some(name(model, open.table)), area, rounds].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn draw_round(canvas: &mut Canvas<'_>, model: &Model, row: &LiveRow, dim: bool, area: Rect, bottom: u16) -> u16 {
    let Rect { x, y, width: wide, .. } = area;
    if y >= bottom {
        return y;
    }
    let base = if dim { canvas.theme.dim } else { canvas.theme.text };
    let texts = &model.texts;
    let time = row.created_at.map(|at| texts.time(at.to_zoned(model.moment.zone.clone()).time()));
    canvas.put(x, y, TIME - 1, &time.unwrap_or_else(|| "–".to_owned()), base);
    let brief = wide.saturating_sub(TIME + SUM + 1 + DELIVERY + STATUS);
    let what = shorter(&row.brief, usize::from(brief.saturating_sub(1)));
    canvas.put(x + TIME, y, brief, if what.is_empty() { "–" } else { &what }, base);
    let sum = row.total.map_or_else(|| "–".to_owned(), |total| texts.amount(total));
    let mut end = x + TIME + brief + SUM;
    canvas.put_right(end, y, &sum, base);
    end += 1;
    for ((text, style), wide) in orders::view::standing(canvas, model, row).into_iter().zip([DELIVERY, STATUS]) {
        canvas.put(end + 1, y, wide - 1, &text, style.unwrap_or(base));
        end += wide;
    }
    y + 1
}
