//! Draws the review: counts first, then the lines, where and when, VAT by rate, what is missing and how to send.

use ratatui::{layout::Rect, style::Style};

use crate::{
    domain::draft::{
        problem::{Problem, Spot},
        terms::Pass,
    },
    tui::{
        input::command::Command,
        screens::review::{
            content::{below, changed, more, page},
            page::Loud,
        },
        state::{
            model::Model,
            rows::{Row, label_key},
            slot::Slot,
        },
        widgets::canvas::{Canvas, fit, width},
        wording,
    },
};

/// Draws the page; what is missing always stays in sight at the bottom.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, body: Rect) {
    let Some(slot) = model.slot() else { return };
    let missing = model.problems();
    let page = page(model, slot, missing.len(), (body.width, body.height));
    let more = more(model, page.hidden(slot.review_top));
    let (x, right) = (body.x + 2, body.right().saturating_sub(2));
    let top = body.bottom().saturating_sub(below(model, slot, missing.len()));
    for (y, (text, amount, loud)) in (body.y..top).zip(page.shown(slot.review_top, more)) {
        let style = style(canvas, loud);
        canvas.put(x, y, right.saturating_sub(x + width(&amount) + 1), &text, style);
        canvas.put_right(right, y, &amount, style);
    }
    let mut area = Rect::new(body.x, top, body.width, body.bottom() - top);
    if let Some(text) = changed(model, slot) {
        canvas.put(area.x + 2, area.y, area.width.saturating_sub(3), &format!("! {text}"), canvas.theme.warn);
        area = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(1));
    }
    draw_missing(canvas, model, slot, &missing, area);
}

fn style(canvas: &Canvas<'_>, loud: Loud) -> Style {
    match loud {
        Loud::Strong => canvas.theme.strong,
        Loud::Plain => canvas.theme.text,
        Loud::Dim => canvas.theme.dim,
        Loud::More => canvas.theme.accent,
    }
}

fn draw_missing(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, missing: &[Problem], area: Rect) {
    let texts = &model.texts;
    if missing.is_empty() {
        let (key, enter) = (model.key_label(Command::Send), model.key_label(Command::ReviewMend));
        let text = texts.fill("review.complete", &[("key", &key), ("enter", &enter)]);
        canvas.put(area.x + 2, area.y, area.width.saturating_sub(3), &text, canvas.theme.accent);
        return;
    }
    let selected = slot.review_at.min(missing.len() - 1);
    let height = usize::from(area.height);
    let start = (selected + 1).saturating_sub(height);
    for (y, (at, problem)) in (area.y..).zip(missing.iter().enumerate().skip(start).take(height)) {
        let here = at == selected;
        let style = if here { canvas.theme.selected } else { canvas.theme.warn };
        if here {
            canvas.put(area.x, y, 1, "▌", canvas.theme.accent);
        }
        let text = format!("! {}", explain(model, slot, *problem));
        canvas.put(area.x + 2, y, area.width.saturating_sub(3), &fit(&text, area.width - 3), style);
    }
}

/// What is wrong and which key goes there.
fn explain(model: &Model, slot: &Slot, problem: Problem) -> String {
    let texts = &model.texts;
    let what = match problem.spot {
        Spot::Cart => texts.t("step.items").to_owned(),
        Spot::Line(id) => slot.draft().line(id).map(|line| line.article.name.to_string()).unwrap_or_default(),
        Spot::Field(field) => texts.t(&label_key(Row::Field(field))).to_owned(),
        Spot::OrderType => texts.t("field.order_type").to_owned(),
        Spot::Tip(at) | Spot::TipUser(at) => format!("{} {}", texts.t("word.tip"), at + 1),
    };
    let command = match problem.spot.step().index() {
        0 => Command::StepItems,
        1 => Command::StepCustomer,
        2 => Command::StepPlace,
        3 => Command::StepTip,
        _ => Command::StepPayment,
    };
    let reason = wording::terms::problem_words(model, problem.kind);
    let reason = match Pass::of(problem.kind) {
        Some(_) => format!("{reason}{}", texts.fill("review.can_pass", &[("key", &model.key_label(Command::LetPass))])),
        None => reason,
    };
    let mend = model.key_label(Command::ReviewMend);
    texts.fill(
        "review.problem",
        &[("what", &what), ("reason", &reason), ("mend", &mend), ("key", &model.key_label(command))],
    )
}
