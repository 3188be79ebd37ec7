//! What the mouse does: each click and turn of the wheel stands for a command or a row. Draws nothing and knows no coordinates.

use crate::{
    domain::draft::flow::Step,
    tui::{
        act::{command, windows},
        effect::Effect,
        input::{
            command::{Command, ItemsCommand},
            target::Target,
        },
        screens::{form, items, orders},
        state::model::{Model, Screen},
    },
};

/// A click or a touch of what was drawn there.
pub fn click(model: &mut Model, target: Target) -> Vec<Effect> {
    items::lines::end_number(model);
    if target != Target::Command(Command::NoticeDetail) {
        model.notice = None;
    }
    match target {
        Target::Command(wanted) => return command::run(model, wanted),
        Target::Row(row) if model.overlay.is_some() => return windows::click(model, row),
        Target::Row(row) => match (model.screen, model.slot().map(|slot| slot.draft().step)) {
            (Screen::Orders, _) => return orders::act::click(model, row),
            (Screen::Draft, Some(Step::Items)) => {
                let again = model.slot().is_some_and(|slot| slot.items.browsing && slot.items.selected == row);
                items::search::select_hit(model, row);
                if again {
                    return items::act::command(model, ItemsCommand::Add);
                }
            }
            _ => {}
        },
        Target::CartLine(id) => {
            if let Some(slot) = model.slot_mut() {
                slot.items.line = Some(id);
            }
        }
        Target::FormRow(row) => form::cursor::focus(model, row),
    }
    Vec::new()
}

/// The wheel moves what the keys would move, row by row.
pub fn wheel(model: &mut Model, lines: i16) -> Vec<Effect> {
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
        effects.extend(command::run(model, if down { wanted.0 } else { wanted.1 }));
    }
    effects
}
