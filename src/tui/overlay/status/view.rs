//! Draws the statuses that may follow for an order, each with its letter, and the reasons for cancelling one.

use ratatui::layout::Rect;

use crate::tui::{
    input::{command::Command, target::Target},
    state::{
        model::Model,
        overlay::status::{CancelMenu, StatusMenu},
    },
    widgets::{
        canvas::Canvas,
        window::{frame, lines_of},
    },
};

/// Draws the statuses and the reason.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, state: &StatusMenu, full: Rect) {
    let texts = &model.texts;
    let title = texts.fill("prompt.status", &[("order", &state.about)]);
    let cancel = u16::from(state.cancel.is_some());
    let area = frame(canvas, full, &title, 56, lines_of(state.offers.len()) + 2 + cancel);
    for (y, (at, offer)) in (area.y..area.bottom()).zip(state.offers.iter().enumerate()) {
        // The chosen one stays marked while the reason is typed: it is the one Enter sets.
        let letter = offer.letter.unwrap_or(' ');
        row(canvas, Rect::new(area.x, y, area.width, 1), at == state.selected, &format!("{letter}  {}", offer.label));
        canvas.target(Rect::new(area.x, y, area.width, 1), Target::Row(at));
    }
    if cancel > 0 {
        let y = area.y + lines_of(state.offers.len());
        let text = format!(" {}  {}", model.key_label(Command::OrderCancel), texts.t("prompt.cancel_way"));
        canvas.put(area.x, y, area.width, &text, canvas.theme.text);
    }
    let y = area.bottom().saturating_sub(1);
    let label = texts.fill("prompt.reason", &[("key", &model.key_label(Command::OverlayTab))]);
    let style = if state.in_reason { canvas.theme.accent } else { canvas.theme.dim };
    let end = canvas.put(area.x, y, area.width, &label, style) + 1;
    let area = Rect::new(end, y, area.right().saturating_sub(end), 1);
    if state.in_reason {
        canvas.input(area, &state.reason, state.cursor, canvas.theme.strong);
    } else {
        canvas.put(area.x, y, area.width, &state.reason, canvas.theme.text);
    }
}

/// Draws the question and the reasons.
pub fn draw_cancel(canvas: &mut Canvas<'_>, model: &Model, state: &CancelMenu, full: Rect) {
    let texts = &model.texts;
    let title = texts.fill("prompt.cancel", &[("order", &state.about)]);
    let area = frame(canvas, full, &title, 60, lines_of(state.reasons.len()) + 3);
    for (y, (at, reason)) in (area.y..area.bottom()).zip(state.reasons.iter().enumerate()) {
        let here = state.selected == Some(at) && state.text.trim().is_empty();
        let key = if at < 9 { (at + 1).to_string() } else { " ".to_owned() };
        row(canvas, Rect::new(area.x, y, area.width, 1), here, &format!("{key}  {reason}"));
        canvas.target(Rect::new(area.x, y, area.width, 1), Target::Row(at));
    }
    let y = area.bottom().saturating_sub(3);
    let end = canvas.put(area.x, y, area.width, texts.t("prompt.cancel_text"), canvas.theme.dim) + 1;
    let line = Rect::new(end, y, area.right().saturating_sub(end), 1);
    canvas.input(line, &state.text, state.cursor, canvas.theme.strong);
    let (accept, close) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayClose));
    let keys = texts.fill("prompt.cancel_keys", &[("accept", &accept), ("close", &close)]);
    let style = if state.reason().is_some() { canvas.theme.key } else { canvas.theme.dim };
    canvas.put(area.x, area.bottom().saturating_sub(1), area.width, &keys, style);
}

fn row(canvas: &mut Canvas<'_>, area: Rect, here: bool, text: &str) {
    let style = if here { canvas.theme.selected } else { canvas.theme.text };
    let mark = if here { "▌" } else { " " };
    canvas.put(area.x, area.y, area.width, &format!("{mark}{text}"), style);
}
