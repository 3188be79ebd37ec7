//! Keys in the steps with typed fields. Changes the draft through its slot; what a field means is decided in the domain.

use crate::{
    domain::draft::{field::Field, undo::Touch},
    tui::{
        input::{
            command::{ChoiceCommand, FormCommand},
            edit::{self, Edited},
            key::{Code, Key},
        },
        screens::{
            form::{
                choice::{choose, pick},
                next::{next, step_focus},
                write::set,
            },
            guests,
        },
        state::{
            model::{Model, Tone},
            rows::{Row, RowInput, TipPart, chosen_name, focused, has_more, input, rows, value},
        },
    },
};

/// Does a command of the form.
pub fn command(model: &mut Model, command: FormCommand) {
    match command {
        FormCommand::FieldNext => next(model),
        FormCommand::FieldBack => step_focus(model, false),
        FormCommand::MoreFields => toggle_more(model),
        FormCommand::ClearField => set_focused(model, String::new()),
        FormCommand::RemoveTip => remove_tip(model),
        FormCommand::RepeatOrder => guests::act::repeat(model),
        FormCommand::GuestNote => guests::act::open_note(model),
    }
}

/// Does a command of a field with choices.
pub fn choice_command(model: &mut Model, command: ChoiceCommand) {
    match command {
        ChoiceCommand::ChoiceNext => choose(model, true),
        ChoiceCommand::ChoiceBack => choose(model, false),
    }
}

fn toggle_more(model: &mut Model) {
    let Some(slot) = model.slot_mut() else { return };
    if has_more(slot) {
        slot.more = !slot.more;
    } else {
        let text = model.texts.t("notice.no_more_fields").to_owned();
        model.say(Tone::Warn, text);
    }
}

/// A key that is no command: typed text, or a move of the cursor.
pub fn key(model: &mut Model, key: Key) {
    let Some(row) = model.slot().and_then(focused) else { return };
    if input(row) == RowInput::Choice {
        if let Some(c) = key.typed() {
            pick(model, row, c);
        }
        return;
    }
    let is_letter = key.typed().is_some();
    let (mut text, mut cursor) = begin_typing(model, row, is_letter);
    let named = model.slot().is_some_and(|slot| value(slot, row) != text);
    let mut edited = edit::key(&mut text, &mut cursor, key);
    if named && matches!(key.code, Code::Backspace | Code::Delete) {
        edited = Edited::Changed;
    }
    typed(model, row, edited, text, cursor);
}

/// The text typing goes on with: a choice that reads as its name is replaced as a whole, and so is a town that the desk filled
/// in, by who types one instead of going on. Who comes to a filled table, seat or time and types means another one: behind the
/// old one it would be table 31 for a 1, and no time at all.
fn begin_typing(model: &Model, row: Row, is_letter: bool) -> (String, usize) {
    let Some(slot) = model.slot() else { return Default::default() };
    if is_letter
        && row == Row::Field(Field::City)
        && slot.chosen
        && slot.filled_city.as_deref() == Some(value(slot, row))
    {
        return Default::default();
    }
    if is_letter && slot.entered && matches!(row, Row::Field(Field::Table | Field::Seat | Field::Due)) {
        return Default::default();
    }
    match chosen_name(slot, row, &model.shop, &model.texts) {
        Some(_) => Default::default(),
        None => (value(slot, row).to_owned(), slot.cursor),
    }
}

fn typed(model: &mut Model, row: Row, edited: Edited, text: String, cursor: usize) {
    let Some(slot) = model.slot_mut() else { return };
    // Whatever was done, an end pressed at the end among it: the text is worked on from now on, not replaced.
    slot.entered = false;
    match edited {
        Edited::Changed => {
            slot.cursor = cursor;
            slot.chosen = false;
            set(model, row, text);
        }
        Edited::Moved => slot.cursor = cursor,
        Edited::Ignored => {}
    }
}

/// Writes a text into the focused field as if it was typed there, with the cursor behind it.
pub fn fill(model: &mut Model, text: &str) {
    let Some(row) = model.slot().and_then(focused) else { return };
    let (mut filled, mut cursor) = (String::new(), 0);
    let edited = edit::insert(&mut filled, &mut cursor, text);
    typed(model, row, edited, filled, cursor);
}

/// Pasted text goes into the focused field and nowhere else.
pub fn paste(model: &mut Model, pasted: &str) {
    let Some(row) = model.slot().and_then(focused).filter(|row| input(*row) != RowInput::Choice) else { return };
    let (mut text, mut cursor) = begin_typing(model, row, true);
    let edited = edit::insert(&mut text, &mut cursor, pasted);
    typed(model, row, edited, text, cursor);
}

fn set_focused(model: &mut Model, text: String) {
    if let Some(row) = model.slot().and_then(focused) {
        set(model, row, text);
        if let Some(slot) = model.slot_mut() {
            slot.cursor = 0;
        }
    }
}

fn remove_tip(model: &mut Model) {
    let Some(slot) = model.slot_mut() else { return };
    if let Some(Row::Tip(at, _)) = focused(slot)
        && at < slot.draft().tips.len()
    {
        slot.change(Touch::Alone, |draft| draft.tips.remove(at));
        let here = rows(slot).iter().position(|row| *row == Row::Tip(at, TipPart::Entry)).unwrap_or(0);
        slot.go(|draft| draft.focus = here);
        slot.cursor = focused(slot).map_or(0, |row| value(slot, row).len());
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
