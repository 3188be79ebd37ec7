//! The cart: beside every step on wide terminals, folded into one line on narrow ones.

use ratatui::layout::Rect;
use rust_decimal::Decimal;

use crate::{
    domain::draft::{
        Line,
        cart::{Priced, is_weighed},
        flow::Step,
    },
    tui::{
        input::{command::Command, target::Target},
        state::{model::Model, slot::Slot},
        widgets::canvas::{Canvas, width},
        wording,
    },
};

/// One printed line of the cart.
struct Printed {
    line: i64,
    text: String,
    amount: Option<String>,
    dim: bool,
    unsold: bool,
}

/// Draws the cart into an area, the selected line always in sight.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Rect, framed: bool) {
    let Some(slot) = model.slot() else { return };
    let channel = model.channel();
    let texts = &model.texts;
    if framed {
        for y in area.top()..area.bottom() {
            canvas.put(area.x, y, 1, "│", canvas.theme.dim);
        }
    }
    let (x, right) = (area.x + 2, area.right().saturating_sub(1));
    canvas.put(x, area.y, right - x, &wording::drafts::place(model, slot), canvas.theme.strong);
    let foot = foot_lines(model, slot);
    let foot_height = u16::try_from(foot.len()).unwrap_or(0) + 1;
    let rows = area.height.saturating_sub(foot_height + 2);
    let printed: Vec<Printed> = slot.draft().priced(&channel).flat_map(|priced| print(model, slot, &priced)).collect();
    let selected = slot.items.line;
    let at = printed.iter().position(|row| Some(row.line) == selected).unwrap_or(0);
    let height = usize::from(rows);
    let start = if printed.len() <= height { 0 } else { at.saturating_sub(height / 2).min(printed.len() - height) };
    for (y, row) in (area.y + 2..).zip(printed.iter().skip(start).take(height)) {
        print_row(canvas, slot, row, Rect::new(area.x + 1, y, right - area.x - 1, 1));
    }
    if printed.is_empty() {
        canvas.put(x, area.y + 2, right - x, texts.t("cart.empty"), canvas.theme.dim);
    }
    let top = area.bottom().saturating_sub(foot_height);
    canvas.rule(x, top, right.saturating_sub(x));
    for (y, (label, amount, strong)) in (top + 1..).zip(foot) {
        let style = if strong { canvas.theme.strong } else { canvas.theme.dim };
        canvas.put(x, y, right - x, &label, style);
        canvas.put_right(right, y, &amount, style);
    }
}

fn print_row(canvas: &mut Canvas<'_>, slot: &Slot, row: &Printed, area: Rect) {
    let chosen = slot.items.line == Some(row.line);
    let active = chosen && slot.draft().step == Step::Items;
    let style = match (row.unsold, active, row.dim) {
        (true, ..) => canvas.theme.alarm,
        (_, true, _) if slot.items.in_cart => canvas.theme.selected,
        (.., true) => canvas.theme.dim,
        _ => canvas.theme.text,
    };
    let amount = row.amount.as_deref().unwrap_or_default();
    if active {
        let mark = if slot.items.in_cart { "▌" } else { "▏" };
        canvas.put(area.x, area.y, 1, mark, canvas.theme.accent);
    }
    canvas.put(area.x + 1, area.y, area.width.saturating_sub(width(amount) + 2), &row.text, style);
    canvas.put_right(area.right(), area.y, amount, style);
    canvas.target(area, Target::CartLine(row.line));
}

/// A dish or extra, and under it its comment; of a combo its name and price, and under them what is in it.
fn print(model: &Model, slot: &Slot, priced: &Priced<'_>) -> Vec<Printed> {
    let texts = &model.texts;
    let Priced { line, row, total, .. } = *priced;
    let name = wording::lines::name(line);
    let counted = format!("{} ", texts.quantity(line.quantity, &line.article));
    let is_one = line.quantity == Decimal::ONE && !is_weighed(&line.article);
    let many = if is_one { String::new() } else { counted };
    let text = match (line.is_extra(), line.deal.is_some()) {
        _ if slot.draft().is_fee(line) => wording::terms::fee_words(model, slot, line),
        (false, _) => format!("{:>4} {name}", texts.quantity(line.quantity, &line.article)),
        (true, false) if is_default(model, slot, line) => format!("    + {many}{name} ▾"),
        (true, false) => format!("    + {many}{name}"),
        (true, true) => format!("    · {name}"),
    };
    let total = wording::lines::total(slot.draft(), line, &model.channel()).unwrap_or(total);
    let amount = match row {
        Some(_) => Some(texts.amount(total)).filter(|_| !line.is_extra() || line.deal.is_none()),
        None => Some(texts.t("cart.not_sold").to_owned()),
    };
    let under = |text, dim, unsold| Printed { line: line.id, text, amount: None, dim, unsold };
    let mut printed = vec![Printed { line: line.id, text, amount, dim: false, unsold: row.is_none() }];
    printed.extend(wording::lines::main_part(line).map(|name| under(format!("    · {name}"), false, false)));
    if !line.comment.is_empty() {
        printed.push(under(format!("      {}", model.texts.quoted(&line.comment)), true, false));
    }
    if let Some(mark) = wording::lines::mark(model, line) {
        printed.push(under(format!("      {mark}"), false, false));
    }
    printed.extend(wording::articles::mark(model, line).map(|mark| under(format!("      ! {mark}"), false, true)));
    printed
}

/// Whether an extra answers a question that was not asked, so that another one can be chosen.
fn is_default(model: &Model, slot: &Slot, line: &Line) -> bool {
    let asked = model.counter().asked_of(slot.draft(), line.main);
    asked.is_some_and(|asked| asked.list.iter().any(|question| question.picked().any(|own| own.id == line.article.id)))
}

/// Sum, tip and VAT.
fn foot_lines(model: &Model, slot: &Slot) -> Vec<(String, String, bool)> {
    let texts = &model.texts;
    let totals = slot.draft().totals(&model.channel());
    let money = |value| texts.money(value, &model.shop.currency);
    let mut lines = vec![(texts.t("word.total").to_owned(), money(totals.total), true)];
    let vat: Vec<String> =
        totals.vat.iter().map(|(rate, _, vat)| format!("{} % {}", texts.number(*rate), texts.amount(*vat))).collect();
    if !vat.is_empty() {
        lines.push((texts.fill("cart.vat", &[("rates", &vat.join(" · "))]), String::new(), false));
    }
    let tips: Decimal = (0..slot.draft().tips.len())
        .filter_map(|at| crate::domain::draft::finish::tip_amount(slot.draft(), at, totals.total))
        .sum();
    if !tips.is_zero() {
        lines.push((texts.t("word.tip").to_owned(), money(tips), false));
        lines.push((texts.t("word.with_tip").to_owned(), money(totals.total + tips), false));
    }
    lines
}

/// The folded cart: `3 Positionen · 19,80 € · F6 Warenkorb`.
pub fn fold(canvas: &mut Canvas<'_>, model: &Model, y: u16) {
    let Some(slot) = model.slot() else { return };
    let texts = &model.texts;
    let totals = slot.draft().totals(&model.channel());
    let columns = canvas.buf.area.width;
    let left = format!(
        "{} · {}",
        wording::drafts::place(model, slot),
        texts.count("count.items", slot.draft().ordered().count())
    );
    let total = texts.money(totals.total, &model.shop.currency);
    let key = format!("{} {}", model.key_label(Command::FocusCart), texts.t("cart.title"));
    let items = slot.draft().step == Step::Items && !slot.draft().lines.is_empty();
    let right = if items { format!("{total} · {key}") } else { total };
    canvas.put(1, y, columns.saturating_sub(width(&right) + 4), &left, canvas.theme.text);
    canvas.put_right(columns.saturating_sub(1), y, &right, canvas.theme.strong);
    if totals.unpriced > 0 {
        let text = format!("! {}", texts.t("cart.unsold"));
        canvas.put_right(columns.saturating_sub(width(&right) + 4), y, &text, canvas.theme.alarm);
    }
}
