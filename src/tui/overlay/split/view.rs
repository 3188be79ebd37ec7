//! Draws the bill that is being split: its lines with their parts, and what each part comes to.

use ratatui::layout::Rect;

use crate::{
    domain::draft::{cart::Priced, split::By},
    tui::{
        input::{command::Command, target::Target},
        state::{model::Model, overlay::split::SplitBill},
        widgets::{
            canvas::{Canvas, width},
            window::{frame, mark},
        },
        wording,
    },
};

/// Columns of the part and of the sum of a line.
const PART: u16 = 10;
const SUM: u16 = 10;
/// Lines below the list: sums, and what the keys do.
const FOOT: u16 = 4;

/// Draws the bill.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, bill: &SplitBill, full: Rect) {
    let texts = &model.texts;
    let by = texts.t(if bill.by == By::Seat { "split.by_seat" } else { "split.by_item" });
    let area = frame(canvas, full, &format!("{} · {by}", texts.t("split.title")), 74, full.height);
    let list = Rect::new(area.x, area.y, area.width, area.height.saturating_sub(FOOT));
    let channel = model.channel();
    let lines: Vec<Priced<'_>> = bill.split.draft.priced(&channel).collect();
    let dishes = bill.dishes();
    let chosen = dishes.get(bill.selected).copied();
    let rows = rows(&lines);
    let at = rows.iter().position(|(priced, _)| Some(priced.line.id) == chosen).unwrap_or(0);
    let start = (at + 2).saturating_sub(usize::from(list.height)).min(at);
    for (y, (priced, main)) in (list.y..list.bottom()).zip(rows.into_iter().skip(start)) {
        let area = Rect::new(list.x, y, list.width, 1);
        match main {
            Some(name) => {
                let text = format!("   · {name}");
                canvas.put(area.x + 1 + PART, y, area.width.saturating_sub(1 + PART + SUM), &text, canvas.theme.dim);
            }
            None => draw_line(canvas, model, bill, priced, Some(priced.line.id) == chosen, area),
        }
        if let Some(dish) = dishes.iter().position(|id| *id == priced.line.main) {
            canvas.target(area, Target::Row(dish));
        }
    }
    let sums: Vec<String> = bill
        .split
        .sums(&channel)
        .into_iter()
        .map(|(part, sum)| format!("{} {}", label(model, bill, part), texts.amount(sum)))
        .collect();
    let total = texts.money(bill.split.draft.totals(&channel).total, &model.shop.currency);
    let y = list.bottom();
    canvas.rule(area.x, y, area.width);
    let sums = sums.join("   ");
    canvas.put(area.x, y + 1, area.width.saturating_sub(width(&total) + 2), &sums, canvas.theme.strong);
    canvas.put_right(area.right(), y + 1, &total, canvas.theme.strong);
    let (key, tab) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayTab));
    canvas.put(area.x, y + 2, area.width, texts.t("split.help"), canvas.theme.dim);
    let close = model.key_label(Command::OverlayClose);
    let keys = texts.fill("split.keys", &[("key", &key), ("tab", &tab), ("close", &close)]);
    canvas.put(area.x, y + 3, area.width, &keys, canvas.theme.dim);
}

fn draw_line(canvas: &mut Canvas<'_>, model: &Model, bill: &SplitBill, priced: &Priced<'_>, here: bool, area: Rect) {
    let texts = &model.texts;
    let Priced { line, quantity, total, .. } = *priced;
    let style = mark(canvas, area.x, area.y, here);
    let style = if line.is_extra() { canvas.theme.dim } else { style };
    let part = if line.is_extra() { String::new() } else { label(model, bill, bill.split.part(line.id)) };
    canvas.put(area.x + 1, area.y, PART - 1, &part, style);
    let comment = if line.comment.is_empty() { String::new() } else { format!("  {}", texts.quoted(&line.comment)) };
    let (name, n) = (wording::lines::name(line), texts.quantity(quantity, &line.article));
    let is_part = line.is_extra() && line.deal.is_some();
    let text = match (line.is_extra(), is_part) {
        (_, true) => format!("   · {name}{comment}"),
        (true, _) => format!("   + {n:>4} {name}{comment}"),
        (false, _) => format!("{n:>4} {name}{comment}"),
    };
    canvas.put(area.x + 1 + PART, area.y, area.width.saturating_sub(1 + PART + SUM), &text, style);
    if !is_part {
        let total = wording::lines::total(&bill.split.draft, line, &model.channel()).unwrap_or(total);
        canvas.put_right(area.right(), area.y, &texts.amount(total), style);
    }
}

/// A row of each line, and one of a combo's main dish under the line that bears the combo's name.
fn rows<'a>(lines: &'a [Priced<'a>]) -> Vec<(&'a Priced<'a>, Option<&'a str>)> {
    let main = |priced: &'a Priced<'a>| wording::lines::main_part(priced.line).map(|name| (priced, Some(name)));
    lines.iter().flat_map(|priced| [(priced, None)].into_iter().chain(main(priced))).collect()
}

/// `Platz 2`, `Teil 2`, or the rest.
fn label(model: &Model, bill: &SplitBill, part: u8) -> String {
    let texts = &model.texts;
    match (part, bill.by) {
        (0, _) => texts.t("split.rest").to_owned(),
        (part, By::Seat) => format!("{} {part}", texts.t("word.seat")),
        (part, By::Item) => format!("{} {part}", texts.t("split.part")),
    }
}
