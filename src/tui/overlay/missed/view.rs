//! Draws the missed calls, one a row.

use ratatui::layout::Rect;

use crate::tui::{
    input::{command::Command, target::Target},
    state::{model::Model, overlay::lists::Missed},
    widgets::{
        canvas::Canvas,
        window::{frame, lines_of, mark},
    },
};

/// Draws the list.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, state: &Missed, full: Rect) {
    let texts = &model.texts;
    let calls = model.calls.missed();
    let area = frame(canvas, full, texts.t("calls.missed_title"), 60, lines_of(calls.len()) + 1);
    let list = Rect::new(area.x, area.y, area.width, area.height.saturating_sub(1));
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    for (y, (at, (number, when))) in (list.y..list.bottom()).zip(calls.enumerate().skip(start)) {
        let style = mark(canvas, list.x, y, at == state.selected);
        let digit = if at < 9 { (at + 1).to_string() } else { " ".to_owned() };
        let number = if number.is_empty() { texts.t("calls.withheld") } else { number.as_str() };
        canvas.put(list.x + 1, y, list.width.saturating_sub(12), &format!("{digit} {number}"), style);
        canvas.put_right(list.right(), y, &texts.age(model.seconds_since(*when)), style);
        canvas.target(Rect::new(list.x, y, list.width, 1), Target::Row(at));
    }
    let (key, close) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayClose));
    let help = texts.fill("calls.missed_help", &[("key", &key), ("close", &close)]);
    canvas.put(area.x, area.bottom().saturating_sub(1), area.width, &help, canvas.theme.dim);
}
