//! Draws the live list: what is late on top, then by the time that was promised; every mark with its word.

use jiff::Timestamp;
use ratatui::{layout::Rect, style::Style};

use crate::{
    desk::{
        event::Held,
        live::{Band, LiveRow},
    },
    domain::order::{delivery::Delivery, round::shorter},
    tui::{
        input::target::Target,
        overlay::details::lines_within,
        screens::orders,
        state::{model::Model, overlay::details::Subject},
        widgets::{
            areas::with_details,
            canvas::{Canvas, width},
        },
        wording::orders::{about, place, status_label, why},
    },
};

/// Where the columns begin and how wide they are.
struct Columns {
    due: u16,
    number: u16,
    place: u16,
    food: u16,
    total: u16,
    state: u16,
}

impl Columns {
    fn new(columns: u16) -> Self {
        const LEAST: Columns = Columns { due: 11, number: 6, place: 20, food: 19, total: 0, state: 17 };
        let mut free = columns.saturating_sub(LEAST.whole());
        let mut take = |from: u16, to: u16| {
            let more = free.min(to - from);
            free -= more;
            from + more
        };
        // What is free goes first to who and where, then to what was ordered.
        let (place, food) = (take(LEAST.place, 24), take(LEAST.food, 30));
        let (state, number) = (take(LEAST.state, 20), take(LEAST.number, 8));
        // The sum stands in the details; in the list only where it costs nothing else its room.
        const TOTAL: u16 = 10;
        let total = if free >= TOTAL { TOTAL } else { 0 };
        let free = if total > 0 { free - total } else { 0 };
        Self { due: LEAST.due, number, place: place + free / 3, food: food + free - free / 3, total, state }
    }

    /// One column before them, and one behind.
    const fn whole(&self) -> u16 {
        2 + self.due + self.number + self.place + self.food + self.total + self.state
    }
}

/// Draws the rows that are in sight, and only those.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, body: Rect) {
    let (body, side) = with_details(body);
    if let Some(side) = side {
        beside(canvas, model, side);
    }
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
            let style = if heading.is_late { canvas.theme.alarm } else { canvas.theme.dim };
            canvas.put(rows.x + 1, y, rows.width.saturating_sub(2), &heading.text, style);
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
        ("orders.who", columns.place),
        ("orders.food", columns.food),
    ] {
        canvas.put(x, y, wide, texts.t(key), style);
        x += wide;
    }
    if columns.total > 0 {
        canvas.put_right(x + columns.total - 1, y, texts.t("word.total"), style);
    }
    canvas.put(x + columns.total, y, columns.state, texts.t("orders.status"), style);
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
    match (here, model.orders.marked.contains(&row.key)) {
        (true, false) => drop(canvas.put(area.x, y, 1, "▌", theme.accent)),
        (true, true) => drop(canvas.put(area.x, y, 1, "█", theme.accent)),
        (false, true) => drop(canvas.put(area.x, y, 1, "▪", theme.accent)),
        (false, false) => {}
    }
    let mut x = area.x + 1;
    let late = row.is_late() && !here;
    canvas.put(x, y, columns.due - 1, &due(model, row), if late { theme.warn } else { base });
    x += columns.due;
    let number = row.internal_id.map_or_else(|| "–".to_owned(), |id| id.to_string());
    canvas.put(x, y, columns.number - 1, &number, base);
    x += columns.number;
    canvas.put(x, y, columns.place - 1, &place(model, row, columns.place - 1), base);
    x += columns.place;
    let food = shorter(&row.brief, usize::from(columns.food - 1));
    canvas.put(x, y, columns.food - 1, if food.is_empty() { "–" } else { &food }, base);
    x += columns.food;
    if columns.total > 0 {
        let total = row.total.map_or_else(|| "–".to_owned(), |total| texts.amount(total));
        canvas.put_right(x + columns.total - 1, y, &total, base);
        x += columns.total;
    }
    let (text, style) = state(canvas, model, row);
    canvas.put(x, y, area.right().saturating_sub(x), &text, style.unwrap_or(base));
}

/// Why the selected order needs a person, in the words of whoever said so.
pub fn reason(model: &Model) -> Option<String> {
    why(model, model.orders.row()?).map(|why| format!("▲ {why}"))
}

/// When it should be there and the minutes to it; of a later day the time, as the day stands above.
fn due(model: &Model, row: &LiveRow) -> String {
    let texts = &model.texts;
    let away = |at: Timestamp| {
        let minutes = (at.as_second() - model.moment.now.as_second()).div_euclid(60);
        // The minute that is not over yet is none that is too late.
        match if row.is_late() { minutes } else { minutes.max(0) } {
            0 => String::new(),
            late if late < 0 => format!(" −{}", span(model, -late)),
            away => format!(" +{}", span(model, away)),
        }
    };
    let Some(at) = row.promised_at else {
        let away = row.expected.filter(|_| !row.done).map(away).unwrap_or_default();
        return format!("{}{away}", texts.t("orders.asap"));
    };
    let local = at.to_zoned(model.moment.zone.clone());
    let is_today = local.date() == model.moment.local().date();
    match row.band {
        Band::Done if !is_today => format!("{:02}.{:02}.", local.date().day(), local.date().month()),
        Band::Done | Band::Days => texts.time(local.time()),
        Band::Person if !is_today => format!("{:02}.{:02}.", local.date().day(), local.date().month()),
        Band::Late | Band::Person | Band::Soon | Band::Today => format!("{}{}", texts.time(local.time()), away(at)),
    }
}

/// Minutes, or hours or days when they are many.
fn span(model: &Model, minutes: i64) -> String {
    match minutes {
        ..100 => minutes.to_string(),
        100..2_880 => format!("{}h", minutes / 60),
        _ => model.texts.fill("format.age.days", &[("n", &(minutes / 1_440).min(99).to_string())]).replace(' ', ""),
    }
}

/// What stands between desk and OktoPOS as long as there is something to say of it; else the status, behind the mark of it.
fn state(canvas: &Canvas<'_>, model: &Model, row: &LiveRow) -> (String, Option<Style>) {
    let delivery = delivery(canvas, model, row);
    let is_there = matches!(row.delivery, None | Some(Delivery::Accepted { .. }));
    if !is_there || row.stray || row.held.is_some() {
        return delivery;
    }
    let is_marked = row.pending_status.is_some() || row.status_problem.is_some();
    match status(canvas, model, row) {
        (text, _) if text == "–" => delivery,
        (text, style) if is_marked || row.foreign => (text, style),
        (text, style) => (format!("✓ {text}"), style),
    }
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

/// Draws the selected order beside the list.
fn beside(canvas: &mut Canvas<'_>, model: &Model, side: Rect) {
    let Some(row) = model.orders.row() else { return };
    for y in side.top()..side.bottom() {
        canvas.put(side.x, y, 1, "│", canvas.theme.dim);
    }
    let area = Rect { x: side.x + 2, width: side.width.saturating_sub(3), ..side };
    let known = model.orders.beside.as_ref().filter(|record| Some(&record.row.order_id) == row.order_id.as_ref());
    let subject = match (row.foreign, known) {
        (true, _) => Subject::Foreign(Box::new(row.clone())),
        (false, Some(record)) => Subject::Ours(record.clone()),
        (false, None) => {
            canvas.put(area.x, area.y, area.width, &about(model, row), canvas.theme.text);
            return;
        }
    };
    let lines = lines_within(model, &subject, area.width);
    for (y, (text, amount)) in (area.y..area.bottom()).zip(&lines) {
        let style = if amount.is_empty() && !text.starts_with(' ') { canvas.theme.strong } else { canvas.theme.text };
        canvas.put(area.x, y, area.width.saturating_sub(width(amount) + 1), text, style);
        canvas.put_right(area.right(), y, amount, style);
    }
}

#[cfg(test)]
mod tests {
    use crate::tui::screens::orders::view::Columns;

    #[test]
    fn a_wider_screen_makes_no_column_narrower() {
        let all = |of: &Columns| [of.due, of.number, of.place, of.food, of.total, of.state];
        let mut before = Columns::new(75);
        for columns in 75..=200 {
            let now = Columns::new(columns);
            assert!(now.whole() <= columns, "{columns}");
            assert!(all(&now).iter().zip(all(&before)).all(|(now, before)| *now >= before), "{columns}");
            before = now;
        }
    }
}
