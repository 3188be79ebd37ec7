//! Draws the live list: what is due first on top, delivery and status apart, every mark with its word.

use jiff::Timestamp;
use ratatui::{layout::Rect, style::Style};

use crate::{
    desk::{event::Held, live::LiveRow},
    domain::order::delivery::Delivery,
    tui::{
        input::target::Target,
        screens::orders,
        state::model::Model,
        widgets::canvas::{Canvas, width},
        wording::orders::{kind_of, status_label, who, why},
    },
};

/// From this width on the due time says that its minutes are minutes.
const WITH_UNIT: u16 = 14;

/// Where the columns begin and how wide they are; who and where takes what is left.
struct Columns {
    due: u16,
    number: u16,
    kind: u16,
    who: u16,
    total: u16,
    delivery: u16,
    status: u16,
}

impl Columns {
    fn new(columns: u16) -> Self {
        const LEAST: Columns = Columns { due: 13, number: 6, kind: 10, who: 12, total: 8, delivery: 15, status: 13 };
        let mut free = columns.saturating_sub(LEAST.whole());
        let mut take = |from: u16, to: u16| {
            let more = free.min(to - from);
            free -= more;
            from + more
        };
        // What is free goes first to who and where, then to what is cut off next.
        let who = take(LEAST.who, 24);
        let (kind, due, status) = (take(LEAST.kind, 13), take(LEAST.due, WITH_UNIT), take(LEAST.status, 16));
        let (number, total, delivery) = (take(LEAST.number, 8), take(LEAST.total, 10), take(LEAST.delivery, 18));
        let (status, kind) = (take(status, 20), take(kind, 16));
        Self { due, number, kind, who: who + free, total, delivery, status }
    }

    /// One column before them, and one behind the total.
    const fn whole(&self) -> u16 {
        2 + self.due + self.number + self.kind + self.who + self.total + self.delivery + self.status
    }
}

/// Draws the rows that are in sight, and only those.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, body: Rect) {
    let columns = Columns::new(body.width);
    let mut y = body.y;
    if model.orders.searching {
        canvas.put(1, y, 2, "/", canvas.theme.accent);
        let area = Rect::new(3, y, body.width.saturating_sub(4), 1);
        canvas.input(area, &model.orders.list.filter().text, model.orders.cursor, canvas.theme.strong);
        y += 1;
    }
    head(canvas, model, &columns, y);
    let reason = reason(model);
    let bottom = body.bottom().saturating_sub(u16::from(reason.is_some()));
    if let Some(reason) = reason {
        canvas.put(1, bottom, body.width.saturating_sub(2), &reason, canvas.theme.alarm);
    }
    let rows = Rect::new(body.x, y + 1, body.width, bottom.saturating_sub(y + 1));
    let height = usize::from(rows.height);
    if model.orders.list.is_empty() {
        for (y, text) in (rows.y + 1..rows.bottom()).zip(orders::filters::nothing_shown(model)) {
            canvas.put(3, y, body.width.saturating_sub(4), &text, canvas.theme.dim);
        }
        return;
    }
    let start = orders::groups::first_shown(model, height);
    let mut y = rows.y;
    for (at, row) in model.orders.list.iter_from(start).enumerate() {
        // The first line of a screen says its group as well.
        if let Some(heading) = orders::groups::heading(model, start + at, at == 0).filter(|_| y + 1 < rows.bottom()) {
            canvas.put(rows.x + 1, y, rows.width.saturating_sub(2), &heading, canvas.theme.accent);
            y += 1;
        }
        if y >= rows.bottom() {
            break;
        }
        let area = Rect::new(rows.x, y, rows.width, 1);
        draw_row(canvas, model, &columns, row, start + at == model.orders.selected, area);
        canvas.target(area, Target::Row(start + at));
        y += 1;
    }
}

fn head(canvas: &mut Canvas<'_>, model: &Model, columns: &Columns, y: u16) {
    let texts = &model.texts;
    let style = canvas.theme.dim;
    let mut x = 1;
    for (key, wide) in [
        ("orders.due", columns.due),
        ("orders.number", columns.number),
        ("orders.kind", columns.kind),
        ("orders.who", columns.who),
    ] {
        canvas.put(x, y, wide, texts.t(key), style);
        x += wide;
    }
    canvas.put_right(x + columns.total, y, texts.t("word.total"), style);
    x += columns.total + 1;
    canvas.put(x, y, columns.delivery, "OktoPOS", style);
    canvas.put(x + columns.delivery, y, columns.status, texts.t("orders.status"), style);
}

fn draw_row(canvas: &mut Canvas<'_>, model: &Model, columns: &Columns, row: &LiveRow, here: bool, area: Rect) {
    let texts = &model.texts;
    let theme = *canvas.theme;
    let y = area.y;
    let base = match (here, row.done) {
        (true, _) => theme.selected,
        (_, true) => theme.dim,
        _ => theme.text,
    };
    if here {
        canvas.put(area.x, y, 1, "▌", theme.accent);
    }
    let mut x = area.x + 1;
    let (due, late) = due(model, row, columns.due);
    canvas.put(x, y, columns.due - 1, &due, if late && !here { theme.warn } else { base });
    x += columns.due;
    let number = row.internal_id.map_or_else(|| "–".to_owned(), |id| id.to_string());
    canvas.put(x, y, columns.number - 1, &number, base);
    x += columns.number;
    let kind = row.order_type.map_or_else(|| "–".to_owned(), |kind| kind_of(model, row, kind));
    // A name that is cut off could be that of the next table.
    let number = row.table.filter(|_| width(&kind) >= columns.kind);
    let kind = number.map_or(kind, |table| format!("{} {table}", texts.t("word.table")));
    canvas.put(x, y, columns.kind - 1, &kind, base);
    x += columns.kind;
    canvas.put(x, y, columns.who.saturating_sub(1), &who(model, row), base);
    x += columns.who;
    let total = row.total.map_or_else(|| "–".to_owned(), |total| texts.amount(total));
    canvas.put_right(x + columns.total, y, &total, base);
    x += columns.total + 1;
    let (text, style) = delivery(canvas, model, row);
    canvas.put(x, y, columns.delivery - 1, &text, style.unwrap_or(base));
    x += columns.delivery;
    let (text, style) = status(canvas, model, row);
    canvas.put(x, y, columns.status.min(area.right().saturating_sub(x)), &text, style.unwrap_or(base));
}

/// Why the selected order needs a person, in the words of whoever said so.
pub fn reason(model: &Model) -> Option<String> {
    why(model, model.orders.row()?).map(|why| format!("▲ {why}"))
}

/// Due time and minutes to it, with their unit where there is room; whether it has passed.
fn due(model: &Model, row: &LiveRow, room: u16) -> (String, bool) {
    let texts = &model.texts;
    let Some(at) = row.due_at else {
        let age = row.created_at.map(|at| texts.age(model.seconds_since(at))).unwrap_or_default();
        return (format!("{} {}", texts.t("orders.asap"), age.replace(' ', "")), false);
    };
    let zone = &model.moment.zone;
    let local = at.to_zoned(zone.clone());
    if local.date() != model.moment.local().date() {
        let date = local.date();
        return (format!("{:02}.{:02}. {}", date.day(), date.month(), texts.time(local.time())), at < model.moment.now);
    }
    let minutes = (at.as_second() - model.moment.now.as_second()).div_euclid(60);
    let away = match minutes {
        0 => String::new(),
        late if late < 0 => format!(" −{}", span(-late)),
        away => format!(" +{}", span(away)),
    };
    // All rows or none: numbers with and without one in a column would be read as different things.
    let unit = if room >= WITH_UNIT && away.ends_with(|c: char| c.is_ascii_digit()) { " min" } else { "" };
    (format!("{}{away}{unit}", texts.time(local.time())), minutes < 0 && !row.done)
}

/// Minutes, or hours when they are many.
fn span(minutes: i64) -> String {
    if minutes < 100 { minutes.to_string() } else { format!("{}h", minutes / 60) }
}

/// Where a row stands between desk and OktoPOS, and in the house.
pub fn standing(canvas: &Canvas<'_>, model: &Model, row: &LiveRow) -> [(String, Option<Style>); 2] {
    [delivery(canvas, model, row), status(canvas, model, row)]
}

/// Mark and word of where it stands between desk and OktoPOS.
fn delivery(canvas: &Canvas<'_>, model: &Model, row: &LiveRow) -> (String, Option<Style>) {
    let texts = &model.texts;
    let theme = canvas.theme;
    // Without the space: on 80 columns it is what the word needs.
    let age =
        |at: Option<Timestamp>| at.map(|at| texts.age(model.seconds_since(at)).replace(' ', "")).unwrap_or_default();
    if row.stray {
        return (format!("▲ {}", texts.t("orders.stray")), Some(theme.alarm));
    }
    if let Some(held) = &row.held {
        let key = match held {
            Held::DuePassed { .. } => "orders.held_due",
            Held::OtherAddress { .. } => "orders.held_address",
        };
        return (format!("▲ {}", texts.t(key)), Some(theme.alarm));
    }
    match &row.delivery {
        None => (texts.t("orders.foreign").to_owned(), None),
        Some(delivery) => {
            let word = texts.t(&format!("delivery.{}", delivery.word())).to_owned();
            match delivery {
                Delivery::Queued => (format!("… {word} {}", age(row.created_at)), Some(theme.warn)),
                Delivery::Sending => (format!("↑ {word}"), Some(theme.warn)),
                Delivery::Accepted { .. } => (format!("✓ {word}"), None),
                Delivery::Rejected { .. } => (format!("✕ {word}"), Some(theme.alarm)),
                Delivery::Unknown { .. } => (format!("? {word} {}", age(row.changed_at)), Some(theme.alarm)),
                Delivery::Cancelled => (format!("– {word}"), Some(theme.dim)),
            }
        }
    }
}

/// The status OktoPOS has, and the one that was asked for and is not there yet.
fn status(canvas: &Canvas<'_>, model: &Model, row: &LiveRow) -> (String, Option<Style>) {
    let texts = &model.texts;
    let label = |token: &str| texts.choice("status", token, status_label(model, token).as_deref());
    if let Some(pending) = &row.pending_status {
        return (format!("… {}", label(pending)), Some(canvas.theme.warn));
    }
    let status = row.status.as_deref().map(label);
    if row.status_problem.is_some() {
        return (format!("✕ {}", status.unwrap_or_default()), Some(canvas.theme.alarm));
    }
    // The only column that may be shorter than its text on 80 columns: the mark would cost what the word needs.
    let text = status.filter(|status| !status.is_empty()).unwrap_or_else(|| "–".to_owned());
    (text, None)
}

#[cfg(test)]
mod tests {
    use crate::tui::screens::orders::view::Columns;

    #[test]
    fn a_wider_screen_makes_no_column_narrower() {
        let all = |of: &Columns| [of.due, of.number, of.kind, of.who, of.total, of.delivery, of.status];
        let mut before = Columns::new(80);
        for columns in 80..=200 {
            let now = Columns::new(columns);
            assert!(now.whole() <= columns, "{columns}");
            assert!(all(&now).iter().zip(all(&before)).all(|(now, before)| *now >= before), "{columns}");
            before = now;
        }
    }
}
