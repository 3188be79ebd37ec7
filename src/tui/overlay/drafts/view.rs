//! Draws the open drafts, two lines each.

use ratatui::layout::Rect;

use crate::tui::{
    input::{command::Command, target::Target},
    state::{model::Model, overlay::lists::Drafts, slot::Slot},
    widgets::{
        canvas::{Canvas, fit, width},
        window::{frame, lines_of, mark},
    },
    wording,
};

/// Dishes named of each.
const DISHES: usize = 2;
/// The steps' texts.
const STEPS: [&str; 6] = ["step.items", "step.customer", "step.place", "step.tip", "step.payment", "step.review"];
/// Columns of the total and of the age.
const TOTAL: u16 = 11;
const AGE: u16 = 9;

/// Draws the list, two lines a draft.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, state: &Drafts, full: Rect) {
    let area = frame(canvas, full, model.texts.t("drafts.title"), 76, lines_of(model.slots.len() * 2) + 1);
    let list = Rect::new(area.x, area.y, area.width, area.height.saturating_sub(1));
    let shown = usize::from(list.height / 2).max(1);
    let start = (state.selected + 1).saturating_sub(shown);
    let rows = model.slots.iter().enumerate().skip(start).take(shown);
    for (y, (at, slot)) in (list.y..list.bottom()).step_by(2).zip(rows) {
        let area = Rect::new(list.x, y, list.width, 2.min(list.bottom() - y));
        draw_row(canvas, model, (at, slot), at == state.selected, area);
        canvas.target(area, Target::Row(at));
    }
    let (key, close) = (model.key_label(Command::OverlayAccept), model.key_label(Command::OverlayClose));
    let next = model.key_label(Command::NextDraft);
    let help = model.texts.fill("drafts.help", &[("key", &key), ("close", &close), ("next", &next)]);
    canvas.put(area.x, area.bottom().saturating_sub(1), area.width, &help, canvas.theme.dim);
}

fn draw_row(canvas: &mut Canvas<'_>, model: &Model, (at, slot): (usize, &Slot), here: bool, area: Rect) {
    let texts = &model.texts;
    let style = mark(canvas, area.x, area.y, here);
    let number = if at < 9 { (at + 1).to_string() } else { " ".to_owned() };
    let step = texts.t(STEPS[slot.draft().step.index()]).to_owned();
    let place = area.width.saturating_sub(4 + width(&step));
    canvas.put(
        area.x + 1,
        area.y,
        place,
        &fit(&format!("{number} {}", wording::drafts::place(model, slot)), place),
        style,
    );
    canvas.put_right(area.right(), area.y, &step, style);
    if area.height < 2 {
        return;
    }
    let y = area.y + 1;
    if slot.is_blank() {
        canvas.put(area.x + 3, y, area.width.saturating_sub(3), texts.t("cart.empty"), canvas.theme.dim);
        return;
    }
    let dishes = area.width.saturating_sub(4 + TOTAL + AGE);
    canvas.put(area.x + 3, y, dishes, &fit(&wording::drafts::dishes(model, slot, DISHES), dishes), style);
    let channel = model.shop.channel(slot.draft().order_type);
    let total = channel.map(|channel| slot.draft().totals(channel).total).unwrap_or_default();
    canvas.put_right(area.right().saturating_sub(AGE), y, &texts.money(total, &model.shop.currency), style);
    canvas.put_right(area.right(), y, &texts.age(model.seconds_since(slot.draft().opened_at)), style);
}
