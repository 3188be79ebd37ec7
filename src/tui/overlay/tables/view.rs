//! Draws the open tables, one a row.

use ratatui::layout::Rect;

use crate::tui::{
    input::{command::Command, target::Target},
    overlay::tables::{TableRow, rows},
    state::{model::Model, overlay::lists::Tables},
    widgets::{
        canvas::Canvas,
        window::{frame, input, mark},
    },
};

/// Columns of area, rounds, sum and since when; the name takes the rest.
const AREA: u16 = 14;
const ROUNDS: u16 = 13;
const SUM: u16 = 11;
const SINCE: u16 = 10;

/// Draws the list.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, state: &Tables, full: Rect) {
    let rows = rows(model, state);
    let texts = &model.texts;
    let area = frame(canvas, full, texts.t("tables.title"), 74, full.height);
    input(canvas, area, &state.query, state.cursor);
    let list = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(3));
    if rows.is_empty() {
        let key = if state.query.trim().is_empty() { "tables.none" } else { "tables.no_such" };
        canvas.put(list.x + 1, list.y, list.width.saturating_sub(1), texts.t(key), canvas.theme.dim);
    }
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    for (y, (at, row)) in (list.y..list.bottom()).zip(rows.iter().enumerate().skip(start)) {
        let area = Rect::new(list.x, y, list.width, 1);
        draw_row(canvas, model, row, at == state.selected, area);
        canvas.target(area, Target::Row(at));
    }
    let (key, close) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayClose));
    let help = texts.fill("tables.help", &[("key", &key), ("close", &close)]);
    canvas.put(area.x, area.bottom().saturating_sub(1), area.width, &help, canvas.theme.dim);
}

fn draw_row(canvas: &mut Canvas<'_>, model: &Model, row: &TableRow, here: bool, area: Rect) {
    let texts = &model.texts;
    let style = mark(canvas, area.x, area.y, here);
    let mut x = area.x + 1;
    let name = area.width.saturating_sub(1 + AREA + ROUNDS + SUM + SINCE + 2);
    canvas.put(x, area.y, name.saturating_sub(1), &row.name, style);
    x += name;
    canvas.put(x, area.y, AREA - 1, &row.area, style);
    x += AREA;
    let rounds = match (row.rounds, row.others) {
        (0, 0) => texts.t("tables.free").to_owned(),
        (0, n) => texts.count("tables.count_others", n),
        (n, _) => texts.count("tables.count", n),
    };
    let end = canvas.put(x, area.y, ROUNDS - 1, &rounds, style);
    if row.unclear {
        canvas.put(end + 1, area.y, 2, "?", canvas.theme.alarm);
    }
    x += ROUNDS + SUM;
    if row.rounds > 0 {
        canvas.put_right(x, area.y, &texts.amount(row.total), style);
    }
    let since = row.since.map(|at| texts.age(model.seconds_since(at))).unwrap_or_default();
    canvas.put_right(area.right(), area.y, &since, style);
}
