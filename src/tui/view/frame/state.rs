//! Connection, what waits and what needs a person, in as many columns as the head has left. Draws and changes nothing.

use ratatui::style::Style;

use crate::{
    desk::event::Connection,
    tui::{
        input::command::Command,
        state::model::Model,
        widgets::{
            areas::WIDE,
            canvas::{Canvas, width},
        },
    },
};

/// What is said, from the left.
pub type Parts = Vec<(String, Style)>;

/// Columns between two parts.
const GAP: u16 = 3;

/// How much of it is said: every step is shorter than the one before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Length {
    /// All of it in words.
    Words,
    /// The number of those that need somebody, with a mark.
    Marked,
    /// The connection without since when.
    Short,
    /// The number of what waits, with a mark.
    Numbers,
    /// What waits by itself is left out: nobody has to do anything about it.
    Urgent,
    /// Only the connection: without it nothing that is sent arrives.
    Connection,
}

const LENGTHS: [Length; 6] =
    [Length::Words, Length::Marked, Length::Short, Length::Numbers, Length::Urgent, Length::Connection];

/// As much as fits into some columns. The connection is among it whatever else is there.
pub fn parts(canvas: &Canvas<'_>, model: &Model, room: u16) -> Parts {
    let wide = canvas.buf.area.width >= WIDE;
    let first = if wide { Length::Words } else { Length::Marked };
    let all = LENGTHS.into_iter().filter(|length| *length >= first).map(|length| of(canvas, model, length));
    let mut last = Parts::new();
    for parts in all {
        if width_of(&parts) <= room {
            return parts;
        }
        last = parts;
    }
    last
}

/// Columns of the parts with what stands between them.
pub fn width_of(parts: &Parts) -> u16 {
    let gaps = GAP * u16::try_from(parts.len().saturating_sub(1)).unwrap_or(0);
    parts.iter().map(|(text, _)| width(text)).sum::<u16>() + gaps
}

/// Right-aligned between two columns.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, left: u16, right: u16) {
    let parts = parts(canvas, model, right.saturating_sub(left));
    let mut x = right.saturating_sub(width_of(&parts)).max(left);
    for (at, (text, style)) in parts.iter().enumerate() {
        if at > 0 {
            canvas.put(x + 1, 0, 1, "·", canvas.theme.dim);
            x += GAP;
        }
        x = canvas.put(x, 0, right.saturating_sub(x), text, *style);
    }
}

fn of(canvas: &Canvas<'_>, model: &Model, length: Length) -> Parts {
    let texts = &model.texts;
    let mut parts = vec![connection(canvas, model, length)];
    let waiting = model.outbox.waiting;
    if waiting > 0 && length <= Length::Numbers {
        let text =
            if length < Length::Numbers { texts.count("count.waiting", waiting) } else { format!("… {waiting}") };
        parts.push((text, canvas.theme.warn));
    }
    if model.outbox.needs_person > 0 && length < Length::Connection {
        let key = model.key_label(Command::Attention);
        let text = if length == Length::Words { "head.needs_person" } else { "head.needs_person_short" };
        let text = texts.fill(text, &[("n", &model.outbox.needs_person.to_string()), ("key", &key)]);
        parts.push((text, canvas.theme.alarm));
    }
    parts
}

fn connection(canvas: &Canvas<'_>, model: &Model, length: Length) -> (String, Style) {
    let texts = &model.texts;
    let since = |at| texts.age(model.seconds_since(at));
    let (mark, word, style) = match &model.connection {
        Connection::Untried => ("○", texts.t("head.untried").to_owned(), canvas.theme.dim),
        Connection::Up { since: at } if length < Length::Short && canvas.buf.area.width >= WIDE => {
            ("●", texts.fill("head.up_since", &[("since", &since(*at))]), canvas.theme.text)
        }
        Connection::Up { .. } => ("●", texts.t("head.up").to_owned(), canvas.theme.text),
        Connection::Down { since: at, .. } => {
            let text = texts.fill("head.down", &[("since", &since(*at))]);
            let short = texts.fill("head.down", &[("since", "")]).trim_end().to_owned();
            ("✕", if length < Length::Short { text } else { short }, canvas.theme.warn)
        }
        Connection::Failing { since: at, endpoint, .. } => {
            let since = if length < Length::Short { since(*at) } else { String::new() };
            let text = texts.fill("head.failing", &[("endpoint", texts.t(endpoint.text())), ("since", &since)]);
            ("✕", text.trim_end().to_owned(), canvas.theme.warn)
        }
        Connection::KeyRefused { only: Some(endpoint), .. } if length < Length::Numbers => {
            let text = texts.fill("head.key_refused_for", &[("endpoint", texts.t(endpoint.text()))]);
            ("✕", text, canvas.theme.alarm)
        }
        Connection::KeyRefused { .. } => ("✕", texts.t("head.key_refused").to_owned(), canvas.theme.alarm),
    };
    (format!("{mark} {word}"), style)
}
