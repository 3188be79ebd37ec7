//! The missed calls of the evening, the newest first: one key opens an order for one of them.

use ratatui::layout::Rect;

use crate::tui::{
    input::{command::Command, key::Key, target::Target},
    overlay::outcome::Outcome,
    state::{model::Model, overlay::lists::Missed},
    widgets::{
        canvas::Canvas,
        window::{frame, lines_of, mark},
    },
};

/// Opens an order for the selected one.
pub fn accept(state: &Missed) -> Outcome {
    Outcome::CallBack(state.selected)
}

/// A digit opens an order for one of the first nine.
pub fn key(model: &Model, key: Key) -> Outcome {
    match key.typed().and_then(|c| c.to_digit(10)).and_then(|digit| usize::try_from(digit).ok()) {
        Some(digit) if (1..=model.calls.missed().len()).contains(&digit) => Outcome::CallBack(digit - 1),
        Some(_) | None => Outcome::Stay,
    }
}

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
