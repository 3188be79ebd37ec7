//! Keys in the steps with typed fields. Changes the draft through its slot; what a field means is decided in the domain.

mod choice;
mod leave;
mod order_type;
pub mod view;
mod wrong;

use super::{
    rows::{Input, Row, TipPart, focused, has_more, input, offers_of, rows, tip_part_mut, value},
    tables,
};
use crate::{
    desk::counter::write_field,
    domain::{
        draft::{TipDraft, field::Field, undo::Touch},
        order::OrderType,
        shop::Shop,
    },
    i18n::Texts,
    tui::{
        input::{
            command::{ChoiceCommand, FormCommand},
            edit::{self, Edited},
            key::{Code, Key},
        },
        screens::{guests, terms},
        state::{
            model::{Model, Tone},
            slot::Slot,
        },
    },
};
use choice::{choose, pick};
pub use leave::leave;
pub use order_type::{next_order_type, set_order_type};
pub use wrong::{hint_key, problem, problems};

/// Whether left and right choose in the focused row, instead of moving in its text.
pub fn is_choosing(slot: &Slot, shop: &Shop, texts: &Texts) -> bool {
    focused(slot).is_some_and(|row| match input(row) {
        Input::Text => false,
        Input::Choice => true,
        Input::Combo => {
            let (text, offers) = (value(slot, row), offers_of(slot, row, shop, texts));
            offers.iter().any(|offer| text.is_empty() || offer.token == text)
        }
    })
}

/// Does a command of the form.
pub fn command(model: &mut Model, command: FormCommand) {
    match command {
        FormCommand::FieldNext => next(model),
        FormCommand::FieldBack => step_focus(model, false),
        FormCommand::MoreFields => toggle_more(model),
        FormCommand::ClearField => set_focused(model, String::new()),
        FormCommand::RemoveTip => remove_tip(model),
        FormCommand::RepeatOrder => guests::repeat(model),
        FormCommand::GuestNote => guests::open_note(model),
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
    if input(row) == Input::Choice {
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

/// The name of what was chosen in the focused row, where the draft keeps another word for it.
pub fn chosen_name(slot: &Slot, row: Row, shop: &Shop, texts: &Texts) -> Option<String> {
    let named = matches!(row, Row::Tip(_, TipPart::User) | Row::Field(Field::Due));
    let text = value(slot, row);
    if !named || !slot.chosen || text.is_empty() {
        return None;
    }
    offers_of(slot, row, shop, texts)
        .into_iter()
        .find(|offer| offer.token == text && offer.label != text)
        .map(|offer| offer.label)
}

/// Pasted text goes into the focused field and nowhere else.
pub fn paste(model: &mut Model, pasted: &str) {
    let Some(row) = model.slot().and_then(focused).filter(|row| input(*row) != Input::Choice) else { return };
    let (mut text, mut cursor) = begin_typing(model, row, true);
    let edited = edit::insert(&mut text, &mut cursor, pasted);
    typed(model, row, edited, text, cursor);
}

/// Puts the cursor into a row.
pub fn focus(model: &mut Model, at: usize) {
    leave(model);
    if let Some(slot) = model.slot_mut() {
        put_cursor(slot, at);
    }
}

fn put_cursor(slot: &mut Slot, at: usize) {
    slot.go(|draft| draft.focus = at);
    // The rows of tips unfold around the cursor, so the row is looked up once more.
    let count = rows(slot).len();
    slot.go(|draft| draft.focus = draft.focus.min(count.saturating_sub(1)));
    slot.cursor = focused(slot).map_or(0, |row| value(slot, row).len());
    (slot.chosen, slot.entered) = (true, true);
}

/// Puts the cursor into the row of a field, on the step that is shown.
pub fn focus_field(model: &mut Model, wanted: Row) {
    let Some(slot) = model.slot_mut() else { return };
    if !rows(slot).contains(&wanted) {
        slot.more = true;
    }
    let at = rows(slot).iter().position(|row| *row == wanted);
    focus(model, at.unwrap_or(0));
}

fn next(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let last = slot.draft().focus + 1 >= rows(slot).len();
    if last {
        leave(model);
        crate::tui::update::step(model, true);
    } else {
        step_focus(model, true);
    }
}

fn step_focus(model: &mut Model, forward: bool) {
    let Some(slot) = model.slot() else { return };
    let at = slot.draft().focus;
    if forward {
        focus(model, at + 1);
    } else if at == 0 {
        leave(model);
        crate::tui::update::step_over_top(model);
    } else {
        focus(model, at - 1);
    }
}

fn set_focused(model: &mut Model, text: String) {
    if let Some(row) = model.slot().and_then(focused) {
        set(model, row, text);
        if let Some(slot) = model.slot_mut() {
            slot.cursor = 0;
        }
    }
}

/// Writes a row's text into the draft.
fn set(model: &mut Model, row: Row, text: String) {
    let now = model.moment.now;
    match row {
        Row::OrderType => {
            if let Some(kind) = OrderType::ALL.into_iter().find(|kind| kind.token() == text) {
                set_order_type(model, kind);
            }
        }
        Row::Field(field) => {
            let local = model.moment.local();
            let leaves_table = field == Field::Table && tables::shown_is_of_table(model);
            let Some(slot) = model.slot_mut() else { return };
            slot.typed_at = Some(local);
            slot.change(Touch::Field(field), |draft| write_field(draft, field, text, leaves_table));
            if field == Field::Zip {
                terms::fill_city(model);
            }
        }
        Row::Tip(at, part) => {
            let Some(slot) = model.slot_mut() else { return };
            slot.change(Touch::Tip(at, part as u8), |draft| {
                if at == draft.tips.len() {
                    draft.tips.push(blank_tip(now));
                }
                if let Some(tip) = draft.tips.get_mut(at) {
                    *tip_part_mut(tip, part) = text;
                }
            });
        }
    }
}

fn blank_tip(now: jiff::Timestamp) -> TipDraft {
    TipDraft {
        entry: String::new(),
        user_id: String::new(),
        paid_with: String::new(),
        kind: String::new(),
        notice: String::new(),
        created: now,
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
