//! Draws the steps with typed fields: one row a field, the same place for the same thing.

use ratatui::layout::Rect;

use crate::{
    domain::draft::{
        Draft,
        field::Field,
        finish::tip_amount,
        flow::Step,
        problem::{Problem, ProblemKind},
    },
    tui::{
        input::target::Target,
        screens::{
            form::problems::{hint_key, problem, warning},
            guests, tables,
        },
        state::{
            model::Model,
            rows::{Offer, Row, RowInput, TipPart, chosen_name, input, label_key, offers_of, rows, short_time, value},
            slot::Slot,
        },
        widgets::canvas::{Canvas, width},
        wording,
    },
};

/// Columns of the labels.
const LABEL: u16 = 17;

/// Draws the rows of the step, the focused one always in sight.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, body: Rect) {
    let Some(slot) = model.slot() else { return };
    let problems = model.problems();
    let all = rows(slot);
    let focus = slot.draft().focus.min(all.len().saturating_sub(1));
    let height = usize::from(body.height.saturating_sub(3));
    let start = (focus + 1).saturating_sub(height);
    canvas.put(2, body.y, body.width.saturating_sub(3), &title(model, slot), canvas.theme.strong);
    for (y, (at, row)) in (body.y + 2..).zip(all.iter().enumerate().skip(start).take(height)) {
        let area = Rect::new(0, y, body.width, 1);
        draw_row(canvas, model, slot, *row, at == focus, &problems, area);
        canvas.target(area, Target::FormRow(at));
    }
    let bottom = body.bottom().saturating_sub(1);
    let below = u16::try_from(all.len().min(height)).unwrap_or(0) + body.y + 3;
    if slot.draft().step == Step::Customer {
        let panel = Rect::new(2, below - 1, body.width.saturating_sub(3), (bottom + 2).saturating_sub(below));
        if guests::view::draw(canvas, model, slot, panel) {
            return;
        }
    }
    if below < bottom {
        aside(canvas, model, slot, Rect::new(2, below, body.width.saturating_sub(3), bottom - below + 1));
    }
}

/// What the step is about, with the figures that belong to it.
fn title(model: &Model, slot: &Slot) -> String {
    let texts = &model.texts;
    let money = |value| texts.money(value, &model.shop.currency);
    let total = slot.draft().totals(&model.channel()).total;
    match slot.draft().step {
        Step::Tip => texts.fill("form.tip_title", &[("total", &money(total))]),
        Step::Payment => texts.fill("form.payment_title", &[("total", &money(total))]),
        Step::Place => texts.t("form.place_title").to_owned(),
        _ => texts.t("form.customer_title").to_owned(),
    }
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    model: &Model,
    slot: &Slot,
    row: Row,
    here: bool,
    problems: &[Problem],
    area: Rect,
) {
    let texts = &model.texts;
    let indent = u16::from(matches!(row, Row::Tip(_, part) if part != TipPart::Entry)) * 2;
    let wrong = problem(problems, row);
    let label = match row {
        Row::Tip(at, TipPart::Entry) if at == slot.draft().tips.len() && at > 0 => texts.t("field.tip_next").to_owned(),
        row => texts.t(&label_key(row)).to_owned(),
    };
    if here {
        canvas.put(area.x, area.y, 1, "▌", canvas.theme.accent);
    }
    let style = if here { canvas.theme.accent } else { canvas.theme.dim };
    canvas.put(area.x + 2 + indent, area.y, LABEL - indent, &label, style);
    let missing = wrong == Some(ProblemKind::Missing);
    if missing {
        canvas.put(area.x + LABEL + 1, area.y, 1, "*", canvas.theme.warn);
    }
    let x = area.x + LABEL + 3;
    let room = area.width.saturating_sub(LABEL + 4);
    let end = draw_value(canvas, model, slot, row, here, Rect::new(x, area.y, room, 1));
    let side = area.right().saturating_sub(1).saturating_sub(end + 2);
    match wrong.filter(|kind| *kind != ProblemKind::Missing) {
        Some(kind) => {
            let text = format!("  ! {}", wording::terms::problem_words(model, kind));
            // What is wrong is read before the rest of what was typed.
            let start = end.min(area.right().saturating_sub(width(&text) + 1)).max(x);
            canvas.put(start, area.y, area.right().saturating_sub(start + 1), &text, canvas.theme.alarm);
        }
        None if let Some(text) = warning(model, slot, row) => {
            canvas.put(end + 2, area.y, side, &format!("! {text}"), canvas.theme.warn);
        }
        None => {
            let note = note(model, slot, row, here);
            canvas.put(end + 2, area.y, side, &note, canvas.theme.dim);
        }
    }
}

/// The value itself; the column after it.
fn draw_value(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, row: Row, here: bool, area: Rect) -> u16 {
    let text = value(slot, row);
    let offers = offers_of(slot, row, &model.shop, &model.texts);
    let style = if here { canvas.theme.strong } else { canvas.theme.text };
    if input(row) == RowInput::Choice {
        return draw_choices(canvas, text, &offers, here, area);
    }
    let known = offers.iter().find(|offer| offer.token == text && !text.is_empty());
    let time = match row {
        Row::Field(field) if !here => short_time(field, text, &model.shop, model.moment.local(), &model.texts),
        _ => None,
    };
    // A chosen offer reads as its label until it is typed over.
    let name = chosen_name(slot, row, &model.shop, &model.texts).filter(|_| here);
    let shown = match (known, &time, &name) {
        (.., Some(name)) => name,
        (Some(offer), ..) if !here => offer.label.as_str(),
        (_, Some(time), _) => time,
        _ => text,
    };
    if here {
        let room = area.width.min(width(shown).max(1) + 1).max(area.width.min(24));
        let cursor = if name.is_some() { shown.len() } else { slot.cursor };
        canvas.input(Rect::new(area.x, area.y, room, 1), shown, cursor, style);
    } else {
        canvas.put(area.x, area.y, area.width, shown, style);
    }
    (area.x + width(shown)).min(area.right())
}

/// All choices side by side while the cursor is there, else the chosen one.
fn draw_choices(canvas: &mut Canvas<'_>, token: &str, offers: &[Offer], here: bool, area: Rect) -> u16 {
    let at = offers.iter().position(|offer| offer.token == token);
    // A word that is not configured any more is shown as it is, not replaced by the first choice.
    let Some(at) = at.or_else(|| token.is_empty().then_some(0)).filter(|at| *at < offers.len()) else {
        return canvas.put(area.x, area.y, area.width, token, canvas.theme.warn);
    };
    if !here {
        return canvas.put(area.x, area.y, area.width, &offers[at].label, canvas.theme.text);
    }
    let span = |first: usize| -> u16 { offers[first..=at].iter().map(|offer| width(&offer.label) + 4).sum() };
    let mut first = 0;
    while first < at && span(first) > area.width.saturating_sub(2) {
        first += 1;
    }
    let mut x = area.x;
    for (position, offer) in offers.iter().enumerate().skip(first) {
        if x + width(&offer.label) + 2 > area.right() {
            canvas.put(area.right().saturating_sub(1), area.y, 1, "›", canvas.theme.dim);
            break;
        }
        let (text, style) = if position == at {
            (format!("[{}]", offer.label), canvas.theme.selected)
        } else {
            (format!(" {} ", offer.label), canvas.theme.dim)
        };
        x = canvas.put(x, area.y, area.right() - x, &text, style) + 1;
    }
    x
}

/// What a tip comes to, or how an empty field is filled.
fn note(model: &Model, slot: &Slot, row: Row, here: bool) -> String {
    let texts = &model.texts;
    if let Row::Tip(at, TipPart::Entry) = row
        && let Some(amount) = tip_amount(slot.draft(), at, slot.draft().totals(&model.channel()).total)
    {
        return format!("= {}", texts.money(amount, &model.shop.currency));
    }
    if let Some(note) = wording::tables::note(model, slot, row) {
        return note;
    }
    if row == Row::Field(Field::Zip)
        && let Some((area, _)) = wording::terms::zip_note(model, slot)
    {
        return area;
    }
    if !here || !value(slot, row).is_empty() || input(row) == RowInput::Choice {
        return String::new();
    }
    let offers = offers_of(slot, row, &model.shop, texts);
    if !offers.is_empty() {
        let labels: Vec<&str> = offers.iter().map(|offer| offer.label.as_str()).collect();
        return format!("‹› {}", labels.join("  "));
    }
    hint_key(row).and_then(|key| texts.get(&key).map(str::to_owned)).unwrap_or_default()
}

/// Below the rows: what is open at the table, and what the step comes to.
fn aside(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, mut area: Rect) {
    if slot.draft().step == Step::Place {
        let used = tables::view::draw(canvas, model, slot, area).min(area.height);
        area = Rect::new(area.x, area.y + used, area.width, area.height - used);
    }
    let texts = &model.texts;
    let draft: &Draft = slot.draft();
    let total = draft.totals(&model.channel()).total;
    let money = |value| texts.money(value, &model.shop.currency);
    let lines: Vec<String> = match draft.step {
        Step::Tip => {
            let tips: rust_decimal::Decimal = (0..draft.tips.len()).filter_map(|at| tip_amount(draft, at, total)).sum();
            vec![
                texts.fill("form.tip_sum", &[("tip", &money(tips)), ("total", &money(total + tips))]),
                texts.t("form.tip_help").to_owned(),
            ]
        }
        Step::Payment => vec![texts.t("form.payment_help").to_owned()],
        Step::Place => {
            let channel = texts.fill("form.place_help", &[("channel", &model.channel().name)]);
            let timed = rows(slot).contains(&Row::Field(Field::Due));
            let help = std::iter::once(channel).chain(timed.then(|| texts.t("form.time_help").to_owned()));
            wording::terms::aside(model, slot).into_iter().chain(help).collect()
        }
        _ => vec![texts.t("form.customer_help").to_owned()],
    };
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        canvas.put(area.x, y, area.width, &line, canvas.theme.dim);
    }
}
