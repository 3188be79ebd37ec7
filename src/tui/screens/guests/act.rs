//! The known caller: asks who has a number while it is typed, shows who was found, takes one over, repeats their last order.
//! What was typed by hand is never written over; what is found later changes nothing by itself.

use crate::{
    desk::{
        DeskError,
        counter::{NotReordered, Reorder, Reordered, take_guest},
        guests::Known,
    },
    domain::{
        draft::{field::Field, undo::Touch},
        guest::customer::phone_fits,
        value::text::Clean,
    },
    tui::{
        effect::Effect,
        input::command::{Command, GuestCommand},
        screens::{delivery, form},
        state::{
            caller::Caller,
            model::{Model, Tone},
            overlay::{Overlay, prompt::NotePrompt},
            slot::Slot,
        },
        wording::guests::differences,
    },
};

/// A number is looked for from so many digits on.
const MIN_DIGITS: usize = 5;

/// Asks for the number of the shown draft, if it is another one than before.
pub fn look_up(model: &mut Model) -> Option<Effect> {
    let typed = model.slot()?.text(Field::Phone).trim();
    let number: String = typed.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    if model.slot()?.caller.number == number {
        return None;
    }
    let is_asked = number.chars().filter(char::is_ascii_digit).count() >= MIN_DIGITS && phone_fits(typed);
    let effect = is_asked.then(|| typed.to_owned());
    let request = model.next_request();
    let caller = &mut model.slot_mut()?.caller;
    (caller.number, caller.request, caller.selected) = (number, request, 0);
    (caller.known, caller.is_noted, caller.is_answered) = (Known::default(), false, false);
    effect.map(|number| Effect::LookUp { number, request })
}

/// The answer. Who was chosen stays chosen when more people are found, and a note that was written meanwhile stays.
pub fn found(model: &mut Model, request: u64, known: Known) {
    let Some(slot) = model.slots.iter_mut().find(|slot| slot.caller.request == request) else {
        return model.calls.found(request, known);
    };
    let caller = &mut slot.caller;
    caller.is_answered = true;
    match caller.is_noted {
        true => (caller.known.guests, caller.known.failed) = (known.guests, known.failed),
        false => caller.known = known,
    }
    caller.selected = caller.selected.min(caller.known.guests.len().saturating_sub(1));
}

/// A note could not be kept: what is shown is not on disk.
pub fn note_not_kept(model: &mut Model, error: &DeskError) {
    let text = model.texts.t("notice.note_not_kept").to_owned();
    model.say_error(Tone::Alarm, text, error);
}

/// Does a command about the caller.
pub fn command(model: &mut Model, command: GuestCommand) {
    match command {
        GuestCommand::TakeGuest => {
            take(model);
            form::next::next(model);
        }
        GuestCommand::GuestDown => choose(model, true),
        GuestCommand::GuestUp => choose(model, false),
    }
}

/// The next guest; behind the last one the next field, before the first one the previous.
fn choose(model: &mut Model, forward: bool) {
    let Some(slot) = model.slot_mut() else { return };
    let (at, last) = (slot.caller.selected, slot.caller.known.guests.len().saturating_sub(1));
    match forward {
        true if at < last => slot.caller.selected += 1,
        false if at > 0 => slot.caller.selected -= 1,
        true => form::next::next(model),
        false => form::next::step_focus(model, false),
    }
}

fn take(model: &mut Model) {
    let Some(slot) = model.slot_mut() else { return };
    let Some(guest) = slot.caller.guest().map(|guest| guest.customer.clone()) else { return };
    let before = slot.caller.taken.take();
    slot.change(Touch::Alone, |draft| take_guest(draft, &guest, before.as_ref()));
    slot.caller.taken = Some(guest);
}

/// Repeats the last order of the guest that is shown, at the prices of now, and takes the guest over: one step of undo.
pub fn repeat(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let past = slot.caller.guest().and_then(|guest| Some((&guest.customer, &guest.orders.first()?.order)));
    let Some((guest, order)) = past else {
        // Others under this number may have one: that nobody has would be wrong then.
        let has_other = slot.caller.known.guests.iter().any(|guest| !guest.orders.is_empty());
        return refuse_repeat(model, if has_other { "notice.no_past_order_of" } else { "notice.no_past_order" });
    };
    let Caller { taken, repeated, .. } = &slot.caller;
    let wanted = Reorder { order, guest, guest_before: taken.as_ref(), repeated };
    let guest = guest.clone();
    let Reordered { draft, lines, differences } = match model.counter().reorder(slot.draft(), wanted) {
        Ok(reordered) => reordered,
        Err(NotReordered::NoArticles) => return refuse_repeat(model, "notice.no_articles_yet"),
        Err(NotReordered::AlreadyThere) => return refuse_repeat(model, "notice.repeated_already"),
    };
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |old| *old = draft);
    slot.items.line = lines.last().copied().or(slot.items.line);
    slot.caller.taken = Some(guest);
    (slot.caller.repeated, slot.caller.differences) = (lines, differences);
    // The fee is part of what it costs, and stands in the cart a moment later.
    delivery::keep_fees(model);
    say_repeated(model);
}

fn refuse_repeat(model: &mut Model, key: &str) {
    let text = model.texts.fill(key, &[("key", &model.key_label(Command::Undo))]);
    model.say(Tone::Warn, text);
}

/// Says what was repeated and what is different, all of it in the detail.
fn say_repeated(model: &mut Model) {
    let channel = model.channel();
    let Some(slot) = model.slot() else { return };
    let texts = &model.texts;
    let n = slot.draft().ordered().filter(|line| slot.caller.repeated.contains(&line.id)).count();
    let total = texts.money(slot.draft().totals(&channel).total, &model.shop.currency);
    let has_fee = slot.draft().lines.iter().any(|line| slot.draft().is_fee(line));
    let text = texts.count(if has_fee { "notice.repeated_fee" } else { "notice.repeated" }, n);
    let text = text.replace("{total}", &total);
    let listed = differences(&slot.caller, texts);
    if listed.is_empty() {
        return model.say(Tone::Done, text);
    }
    let text = format!("{text} {}", listed.join(" · "));
    model.say_detail(Tone::Warn, text, &listed.join("\n"));
}

/// Opens the note of the guest whose number is typed.
pub fn open_note(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    let number = noted_under(slot).to_owned();
    if slot.caller.number.chars().filter(char::is_ascii_digit).count() < MIN_DIGITS {
        let text = model.texts.t("notice.no_number_for_note").to_owned();
        return model.say(Tone::Warn, text);
    }
    let text = slot.caller.known.note.clone();
    model.overlay = Some(Overlay::Note(NotePrompt { number, before: text.clone(), cursor: text.len(), text }));
}

/// The number a note is kept under: where it was found, else the one that is typed.
fn noted_under(slot: &Slot) -> &str {
    match slot.caller.known.note_number.as_str() {
        "" => slot.text(Field::Phone).trim(),
        number => number,
    }
}

/// Keeps a note: shown at once, and on disk a moment later. One that became known while this one was typed is not lost.
pub fn keep_note(model: &mut Model, prompt: &NotePrompt) -> Vec<Effect> {
    if prompt.text == prompt.before {
        return Vec::new();
    }
    let known = model.slot().map(|slot| slot.caller.known.note.as_str()).unwrap_or_default();
    let text = match known {
        "" => prompt.text.clone(),
        _ if known == prompt.before => prompt.text.clone(),
        // What was there before is in both.
        known => match prompt.text.strip_prefix(&prompt.before).unwrap_or(&prompt.text).trim() {
            "" => known.to_owned(),
            typed => format!("{known} · {typed}"),
        },
    };
    let note = Clean::bounded(&text, crate::desk::guests::MAX_NOTE).into_string();
    for slot in &mut model.slots {
        // The note of the typed number goes before one of another number; without it that one is still there.
        let is_typed = !note.is_empty() && slot.text(Field::Phone).trim() == prompt.number;
        if is_typed || noted_under(slot) == prompt.number {
            let number = if note.is_empty() { "" } else { &prompt.number };
            number.clone_into(&mut slot.caller.known.note_number);
            slot.caller.known.note.clone_from(&note);
            slot.caller.is_noted = true;
        }
    }
    let key = if note.is_empty() { "notice.note_removed" } else { "notice.note_kept" };
    let text = model.texts.t(key).to_owned();
    model.say(Tone::Done, text);
    vec![Effect::KeepNote { number: prompt.number.clone(), note }]
}
