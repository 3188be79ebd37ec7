//! Draws the overlay that is open: a box over the body, its list or text inside, its keys in the footer.

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::{
    Overlay,
    confirm::Confirm,
    details::{Details, Subject},
    help::{self, HelpLine},
    palette::{self, Palette},
    picker::ExtrasPicker,
    prompt::Prompt,
    status::StatusMenu,
};
use crate::{
    desk::{event::Connection, live::LiveRow},
    domain::{order::Order, text::Clean},
    ports::journal::{OrderEvent, OrderRecord},
    tui::{
        model::Model,
        msg::Target,
        screens::orders::status_label,
        widgets::canvas::{Canvas, width},
    },
};

/// Draws the overlay over the body.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, body: Rect) {
    let full = Rect::new(0, body.y, canvas.buf.area.width, body.height);
    match &model.overlay {
        Some(Overlay::Help(state)) => draw_help(canvas, model, state.scroll, full),
        Some(Overlay::Palette(state)) => draw_palette(canvas, model, state, full),
        Some(Overlay::Confirm(state)) => draw_confirm(canvas, model, state, full),
        Some(Overlay::Prompt(state)) => draw_prompt(canvas, model, state, full),
        Some(Overlay::Extras(state)) => draw_extras(canvas, model, state, full),
        Some(Overlay::Status(state)) => draw_status(canvas, model, state, full),
        Some(Overlay::Details(state)) => draw_details(canvas, model, state, full),
        Some(Overlay::Notice { scroll }) => draw_notice(canvas, model, *scroll, full),
        None => {}
    }
}

/// Clears a box in the middle and draws its border and title; the area inside.
fn frame(canvas: &mut Canvas<'_>, within: Rect, title: &str, columns: u16, lines: u16) -> Rect {
    let wide = (columns + 4).min(within.width);
    let high = (lines + 2).min(within.height);
    let x = within.x + (within.width - wide) / 2;
    let y = within.y + (within.height - high) / 3;
    let area = Rect::new(x, y, wide, high);
    canvas.clear(area);
    let style = canvas.theme.dim;
    let bar = "─".repeat(usize::from(wide.saturating_sub(2)));
    canvas.put(x, y, wide, &format!("┌{bar}┐"), style);
    canvas.put(x, area.bottom() - 1, wide, &format!("└{bar}┘"), style);
    for y in y + 1..area.bottom() - 1 {
        canvas.put(x, y, 1, "│", style);
        canvas.put(area.right() - 1, y, 1, "│", style);
    }
    canvas.put(x + 2, y, wide.saturating_sub(4), &format!(" {title} "), canvas.theme.accent);
    Rect::new(x + 2, y + 1, wide.saturating_sub(4), high.saturating_sub(2))
}

fn lines_of(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The first line shown, so that scrolling ends at the last page.
fn first(scroll: usize, count: usize, height: u16) -> usize {
    scroll.min(count.saturating_sub(usize::from(height)))
}

fn draw_help(canvas: &mut Canvas<'_>, model: &Model, scroll: usize, full: Rect) {
    let lines = help::lines(model, &model.contexts_below());
    let area = frame(canvas, full, model.texts.t("command.help"), full.width, lines_of(lines.len()));
    let start = first(scroll, lines.len(), area.height);
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(start)) {
        match line {
            HelpLine::Title(title) => {
                canvas.put(area.x, y, area.width, title, canvas.theme.strong);
            }
            HelpLine::Keys { keys, text } => {
                canvas.put(area.x + 1, y, 21, keys, canvas.theme.key);
                canvas.put(area.x + 23, y, area.width.saturating_sub(23), text, canvas.theme.text);
            }
            HelpLine::Gap => {}
        }
    }
    more(canvas, area, start, lines.len());
}

/// Says how much lies above and below.
fn more(canvas: &mut Canvas<'_>, area: Rect, start: usize, count: usize) {
    if count > usize::from(area.height) {
        let shown = (start + usize::from(area.height)).min(count);
        canvas.put_right(area.right(), area.bottom(), &format!(" {shown}/{count} "), canvas.theme.dim);
    }
}

fn draw_palette(canvas: &mut Canvas<'_>, model: &Model, state: &Palette, full: Rect) {
    let rows = palette::rows(model, state);
    let area = frame(canvas, full, model.texts.t("command.palette"), 70, full.height);
    input(canvas, area, &state.query, state.cursor);
    let list = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    for (y, (at, (command, text))) in (list.y..list.bottom()).zip(rows.iter().enumerate().skip(start)) {
        let style = if at == state.selected { canvas.theme.selected } else { canvas.theme.text };
        let key = model.key_label(*command);
        canvas.put(list.x, y, list.width.saturating_sub(width(&key) + 2), text, style);
        canvas.put_right(list.right(), y, &key, canvas.theme.key);
        canvas.target(Rect::new(list.x, y, list.width, 1), Target::Row(at));
    }
}

fn input(canvas: &mut Canvas<'_>, area: Rect, text: &str, cursor: usize) {
    canvas.put(area.x, area.y, 1, "›", canvas.theme.accent);
    let style = canvas.theme.strong;
    canvas.input(Rect::new(area.x + 2, area.y, area.width.saturating_sub(2), 1), text, cursor, style);
}

fn draw_confirm(canvas: &mut Canvas<'_>, model: &Model, state: &Confirm, full: Rect) {
    let texts = &model.texts;
    let word = state.question.word();
    let question = texts.t(&format!("confirm.{word}")).to_owned();
    let effect = texts.t(&format!("confirm.{word}_effect")).to_owned();
    let columns = width(&question).max(width(&effect)).max(40);
    let area = frame(canvas, full, texts.t("confirm.title"), columns, 5);
    canvas.put(area.x, area.y, area.width, &question, canvas.theme.strong);
    canvas.put(area.x, area.y + 1, area.width, &state.about, canvas.theme.text);
    canvas.put(area.x, area.y + 2, area.width, &effect, canvas.theme.warn);
    let letter = |key: &str| texts.t(key).chars().next().map(|c| c.to_string()).unwrap_or_default();
    let answer = texts.fill("confirm.answer", &[("yes", &letter("word.yes")), ("no", &letter("word.no"))]);
    canvas.put(area.x, area.y + 4, area.width, &answer, canvas.theme.key);
}

fn draw_prompt(canvas: &mut Canvas<'_>, model: &Model, state: &Prompt, full: Rect) {
    let title = model.texts.fill("prompt.comment", &[("name", &state.about)]);
    let area = frame(canvas, full, &title, 60, 1);
    input(canvas, area, &state.text, state.cursor);
}

fn draw_extras(canvas: &mut Canvas<'_>, model: &Model, state: &ExtrasPicker, full: Rect) {
    let Some(slot) = model.slot() else { return };
    let dish = slot.items.line.and_then(|id| slot.draft().line(id)).map_or(0, |line| line.main);
    let about = slot
        .draft()
        .line(dish)
        .map_or_else(String::new, |line| format!("{} × {}", model.texts.number(line.quantity), line.article.name));
    let title = model.texts.fill("prompt.extras", &[("name", &about)]);
    let area = frame(canvas, full, &title, 56, full.height);
    input(canvas, area, &state.query, state.cursor);
    let list = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
    let channel = model.channel();
    let start = (state.selected + 1).saturating_sub(usize::from(list.height));
    for (y, (at, position)) in (list.y..list.bottom()).zip(state.hits.best.iter().enumerate().skip(start)) {
        let Some(article) = model.catalog.at(*position) else { continue };
        let style = if at == state.selected { canvas.theme.selected } else { canvas.theme.text };
        let has = slot.draft().extras_of(dish).find(|line| line.article.id == article.id);
        let mark = has.map_or_else(|| "   ".to_owned(), |line| format!("{:>2}×", model.texts.number(line.quantity)));
        let price = article.price_in(&channel).map_or_else(String::new, |row| model.texts.amount(row.price));
        let text = format!("{mark} {:<5} {}", article.number, article.name);
        canvas.put(list.x, y, list.width.saturating_sub(width(&price) + 1), &text, style);
        canvas.put_right(list.right(), y, &price, style);
        canvas.target(Rect::new(list.x, y, list.width, 1), Target::Row(at));
    }
}

fn draw_status(canvas: &mut Canvas<'_>, model: &Model, state: &StatusMenu, full: Rect) {
    let texts = &model.texts;
    let title = texts.fill("prompt.status", &[("order", &state.about)]);
    let area = frame(canvas, full, &title, 56, lines_of(state.offers.len()) + 2);
    for (y, (at, (_, label))) in (area.y..area.bottom()).zip(state.offers.iter().enumerate()) {
        let here = at == state.selected && !state.in_reason;
        let style = if here { canvas.theme.selected } else { canvas.theme.text };
        let mark = if here { "▌" } else { " " };
        canvas.put(area.x, y, area.width, &format!("{mark}{} {label}", at + 1), style);
        canvas.target(Rect::new(area.x, y, area.width, 1), Target::Row(at));
    }
    let y = area.bottom().saturating_sub(1);
    let label = texts.t("prompt.reason");
    let style = if state.in_reason { canvas.theme.accent } else { canvas.theme.dim };
    let end = canvas.put(area.x, y, area.width, label, style) + 1;
    let area = Rect::new(end, y, area.right().saturating_sub(end), 1);
    if state.in_reason {
        canvas.input(area, &state.reason, state.cursor, canvas.theme.strong);
    } else {
        canvas.put(area.x, y, area.width, &state.reason, canvas.theme.text);
    }
}

fn draw_details(canvas: &mut Canvas<'_>, model: &Model, state: &Details, full: Rect) {
    let lines = match &state.subject {
        Subject::Ours(record) => ours(model, record),
        Subject::Foreign(row) => foreign(model, row),
    };
    let area = frame(canvas, full, model.texts.t("details.title"), 92, full.height);
    let start = first(state.scroll, lines.len(), area.height);
    for (y, (text, amount)) in (area.y..area.bottom()).zip(lines.iter().skip(start)) {
        let style = if amount.is_empty() && !text.starts_with(' ') { canvas.theme.strong } else { canvas.theme.text };
        canvas.put(area.x, y, area.width.saturating_sub(width(amount) + 1), text, style);
        canvas.put_right(area.right(), y, amount, style);
    }
    more(canvas, area, start, lines.len());
}

type DetailLine = (String, String);

fn ours(model: &Model, record: &OrderRecord) -> Vec<DetailLine> {
    let texts = &model.texts;
    let OrderRecord { row, order, events } = record;
    let heading = |key: &str| (texts.t(key).to_owned(), String::new());
    let plain = |text: String| (format!("  {}", Clean::new(&text)), String::new());
    let delivery = texts.t(&format!("delivery.{}", row.delivery.word())).to_owned();
    let status = row.status.as_ref().map(|status| label(model, status));
    let mut lines = vec![heading("details.state"), plain(format!("OktoPOS: {delivery}"))];
    lines.extend(row.delivery.internal_id().map(|id| plain(format!("{}: {id}", texts.t("details.internal_id")))));
    lines.extend(row.delivery.reason().map(|reason| plain(reason.to_owned())));
    lines.extend(status.map(|status| plain(format!("{}: {status}", texts.t("orders.status")))));
    let pending = row.pending_status.as_ref().map(|status| label(model, status));
    lines.extend(pending.map(|status| plain(texts.fill("details.pending", &[("status", &status)]))));
    lines.extend(row.status_problem.as_ref().map(|why| plain(texts.fill("details.refused", &[("reason", why)]))));
    lines.push(plain(format!("orderId: {}", order.order_id)));
    lines.push(heading("details.items"));
    for item in &order.items {
        let extra = item.main_basket_item_id.is_some() && item.main_basket_item_id != item.basket_item_id;
        let mark = if extra { "    + " } else { "  " };
        let comment = item.comment.as_ref().map(|text| format!("  „{}“", Clean::new(text))).unwrap_or_default();
        let name = Clean::new(&item.name);
        let text = format!("{mark}{} × {name}{comment}", texts.number(item.quantity));
        lines.push((text, texts.money(item.price.value, &item.price.currency)));
    }
    let price = &order.payment.price;
    lines.push((format!("  {}", texts.t("word.total")), texts.money(price.value, &price.currency)));
    for tip in order.tip_transactions.iter().flatten() {
        let who = [&tip.user_id, &tip.paid_with, &tip.notice].into_iter().flatten().cloned().collect::<Vec<_>>();
        let who = Clean::new(&who.join(", "));
        lines.push((format!("  {} {who}", texts.t("word.tip")), texts.money(tip.amount, &price.currency)));
    }
    lines.push(heading("details.guest"));
    lines.extend(guest(order).into_iter().map(plain));
    lines.push(heading("details.events"));
    lines.extend(events.iter().map(|event| (event_line(model, event), String::new())));
    lines
}

fn label(model: &Model, status: &str) -> String {
    model.texts.choice("status", status, status_label(model, status).as_deref())
}

/// Guest, address, place and payment as they stand in the order.
fn guest(order: &Order) -> Vec<String> {
    let join = |parts: &[&Option<String>]| {
        parts.iter().filter_map(|part| part.as_deref()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let mut lines = Vec::new();
    if let Some(customer) = &order.customer {
        lines.push(join(&[&customer.given_name, &customer.family_name]));
        lines.push(join(&[&customer.phone, &customer.email]));
        if let Some(address) = &customer.address {
            lines.push(join(&[&address.street, &address.house_number]));
            lines.push(join(&[&address.zip, &address.city, &address.additional_address]));
        }
    }
    let payment = &order.payment;
    lines.push(join(&[&payment.payment_method, &payment.status, &payment.reference_id]));
    lines.push(join(&[&order.intermediary, &order.session_token]));
    lines.retain(|line| !line.is_empty());
    lines
}

fn event_line(model: &Model, event: &OrderEvent) -> String {
    let texts = &model.texts;
    let word = serde_word(event);
    let what = texts.t(&format!("event.{word}")).to_owned();
    let detail = if event.detail.is_empty() { String::new() } else { format!(": {}", Clean::new(&event.detail)) };
    format!("  {}  {what}{detail}", clock(model, event.at))
}

/// The kind's word, as it is written in the journal.
fn serde_word(event: &OrderEvent) -> String {
    use crate::ports::journal::EventKind as Kind;
    match event.kind {
        Kind::Placed => "placed",
        Kind::Corrected => "corrected",
        Kind::Attempt => "attempt",
        Kind::Requeued => "requeued",
        Kind::Accepted => "accepted",
        Kind::Rejected => "rejected",
        Kind::Unknown => "unknown",
        Kind::SeenReady => "seen_ready",
        Kind::Resent => "resent",
        Kind::Settled => "settled",
        Kind::Cancelled => "cancelled",
        Kind::StatusRequested => "status_requested",
        Kind::StatusSet => "status_set",
        Kind::StatusRefused => "status_refused",
        Kind::StatusSeen => "status_seen",
    }
    .to_owned()
}

fn clock(model: &Model, at: Timestamp) -> String {
    let local = at.to_zoned(model.moment.zone.clone());
    let time = format!("{}:{:02}", model.texts.time(local.time()), local.second());
    if local.date() == model.moment.local().date() {
        time
    } else {
        format!("{} {time}", model.texts.date(local.date()))
    }
}

fn foreign(model: &Model, row: &LiveRow) -> Vec<DetailLine> {
    let texts = &model.texts;
    let heading = |key: &str| (texts.t(key).to_owned(), String::new());
    let plain = |text: String| (format!("  {text}"), String::new());
    let mut lines = vec![heading("details.state"), plain(texts.t("details.foreign").to_owned())];
    lines.extend(row.internal_id.map(|id| plain(format!("{}: {id}", texts.t("details.internal_id")))));
    lines.extend(row.status.as_deref().map(|s| plain(format!("{}: {}", texts.t("orders.status"), label(model, s)))));
    lines.extend(row.order_id.as_ref().map(|id| plain(format!("orderId: {}", Clean::new(id.as_str())))));
    lines.push(heading("details.items"));
    for line in &row.lines {
        let mark = if line.is_extra { "    + " } else { "  " };
        let many = line.quantity.map(|quantity| format!("{} × ", texts.number(quantity))).unwrap_or_default();
        let comment = if line.comment.is_empty() { String::new() } else { format!("  „{}“", line.comment) };
        let price = line.price.as_ref().map(|price| texts.money(price.value, &price.currency)).unwrap_or_default();
        lines.push((format!("{mark}{many}{}{comment}", line.name), price));
    }
    if let Some(total) = row.total {
        lines.push((format!("  {}", texts.t("word.total")), texts.money(total, &row.currency)));
    }
    lines.push(heading("details.guest"));
    let parts = [&row.who, &row.address, &row.pickup_token, &row.intermediary];
    lines.extend(parts.into_iter().filter(|part| !part.is_empty()).map(|part| plain(part.to_string())));
    lines
}

/// The technical detail of the last message, or why OktoPOS does not answer.
fn draw_notice(canvas: &mut Canvas<'_>, model: &Model, scroll: usize, full: Rect) {
    let detail = model.notice.as_ref().and_then(|notice| notice.detail.clone());
    let down = match &model.connection {
        Connection::Down { reason, .. } | Connection::KeyRefused { reason, .. } => Some(reason.to_string()),
        _ => None,
    };
    let text = detail.or_else(|| model.sender_stopped.clone()).or(down).unwrap_or_default();
    let lines = wrap(&Clean::bounded(&text, 4_000), 70);
    let area = frame(canvas, full, model.texts.t("command.notice_detail"), 70, lines_of(lines.len()));
    let start = first(scroll, lines.len(), area.height);
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(start)) {
        canvas.put(area.x, y, area.width, line, canvas.theme.text);
    }
}

/// Breaks a text by words; a word that is longer than a line is cut there.
fn wrap(text: &str, columns: u16) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| width(line));
        if line > 0 && line + 1 + width(word) > columns {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
