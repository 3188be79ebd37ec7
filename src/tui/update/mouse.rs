//! The mouse: a click does what its key does, the wheel moves the list that has the cursor.

use super::windows;
use crate::{
    domain::draft::flow::Step,
    tui::{
        effect::Effect,
        input::command::{Command, ItemsCommand},
        msg::Target,
        screens::{form, items, orders},
        state::model::{Model, Screen},
    },
};

/// Does what the place that was clicked means.
pub(super) fn click(model: &mut Model, target: Target) -> Vec<Effect> {
    items::lines::end_number(model);
    if target != Target::Command(Command::NoticeDetail) {
        model.notice = None;
    }
    match target {
        Target::Command(command) => return super::command(model, command),
        Target::Row(row) if model.overlay.is_some() => return windows::click(model, row),
        Target::Row(row) => match (model.screen, model.slot().map(|slot| slot.draft().step)) {
            (Screen::Orders, _) => return orders::click(model, row),
            (Screen::Draft, Some(Step::Items)) => {
                let again = model.slot().is_some_and(|slot| slot.items.browsing && slot.items.selected == row);
                items::select_hit(model, row);
                if again {
                    return items::command(model, ItemsCommand::Add);
                }
            }
            _ => {}
        },
        Target::CartLine(id) => {
            if let Some(slot) = model.slot_mut() {
                slot.items.line = Some(id);
            }
        }
        Target::FormRow(row) => form::focus(model, row),
    }
    Vec::new()
}

/// Moves what the wheel is over, line by line.
pub(super) fn wheel(model: &mut Model, lines: i16) -> Vec<Effect> {
    let down = lines > 0;
    let wanted = match (&model.overlay, model.screen, model.slot().map(|slot| slot.draft().step)) {
        (Some(_), ..) => (Command::OverlayDown, Command::OverlayUp),
        (None, Screen::Orders, _) => (Command::OrderDown, Command::OrderUp),
        (None, Screen::Draft, Some(Step::Items)) => (Command::HitDown, Command::HitUp),
        (None, Screen::Draft, Some(Step::Review)) => (Command::ReviewDown, Command::ReviewUp),
        _ => return Vec::new(),
    };
    let mut effects = Vec::new();
    for _ in 0..lines.unsigned_abs().min(10) {
        effects.extend(super::command(model, if down { wanted.0 } else { wanted.1 }));
    }
    effects
}
