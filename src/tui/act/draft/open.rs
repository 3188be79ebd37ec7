//! Drafts come, go and change places: the next one, one that is thrown away, one that comes back.

use crate::{
    domain::{
        draft::{
            Draft,
            field::Field,
            problem::{Problem, ProblemKind},
        },
        value::ids::OrderId,
    },
    tui::{
        effect::Effect,
        input::command::Command,
        screens::{confirm, navigation::leave_field},
        state::{
            model::{Model, Screen, Tone},
            overlay::{Overlay, confirm::Question, lists::Drafts},
            rows::short_time,
            slot::Slot,
        },
    },
};

/// Takes a draft off the screen.
pub fn close(model: &mut Model, at: usize) {
    model.slots.remove(at);
    if model.current > at || model.current >= model.slots.len() {
        model.current = model.current.saturating_sub(1);
    }
    if model.slots.is_empty() {
        let screen = model.screen;
        model.open_draft();
        model.screen = screen;
    }
    model.search();
}

/// Asks whether the shown draft is thrown away; one of another desk is only closed here.
pub fn ask_discard(model: &mut Model) {
    let Some(slot) = model.slot() else { return };
    if slot.away.is_some() {
        close(model, model.current);
        let text = model.texts.t("notice.closed_here").to_owned();
        return model.say(Tone::Done, text);
    }
    if slot.is_blank() {
        let text = model.texts.t("notice.nothing_to_discard").to_owned();
        return model.say(Tone::Warn, text);
    }
    let (lines, origin) = (slot.draft().ordered().count(), model.counter().origin(slot.draft()));
    let lines = model.texts.count("count.items", lines);
    confirm::ask(model, Question::DiscardDraft(origin), lines);
}

/// Forgets the shown draft.
pub fn discard_draft(model: &mut Model) -> Vec<Effect> {
    if model.current >= model.slots.len() {
        return Vec::new();
    }
    let slot = model.slots.remove(model.current);
    model.current = model.current.min(model.slots.len().saturating_sub(1));
    if model.slots.is_empty() {
        model.open_draft();
    }
    model.search();
    let text = model.texts.t("notice.discarded").to_owned();
    model.say(Tone::Done, text);
    vec![Effect::DiscardDraft(slot.draft().order_id.clone())]
}

/// Lists the open drafts, the next one selected; pressed in the list, the key shows that one.
pub fn next_draft(model: &mut Model) {
    if let Some(Overlay::Drafts(drafts)) = &model.overlay {
        let at = drafts.selected;
        model.overlay = None;
        return show_draft(model, at);
    }
    leave_field(model);
    model.screen = Screen::Draft;
    if model.slots.len() > 1 {
        model.overlay = Some(Overlay::Drafts(Drafts { selected: (model.current + 1) % model.slots.len() }));
    } else {
        let text = model.texts.fill("notice.only_draft", &[("key", &model.key_label(Command::NewDraft))]);
        model.say(Tone::Warn, text);
    }
}

/// Shows one of the open drafts.
pub fn show_draft(model: &mut Model, at: usize) {
    if at < model.slots.len() {
        model.current = at;
        model.search();
    }
}

/// A draft that was on its way comes back, in front of everything else.
pub fn open_again(model: &mut Model, mut slot: Slot) {
    slot.touch();
    // What lies open asks about the draft that was shown; an answer to it must not reach this one.
    model.overlay = None;
    model.slots.push(slot);
    model.current = model.slots.len() - 1;
    model.screen = Screen::Draft;
}

/// Drafts from the last run come back; what was typed meanwhile stays in front.
pub fn restored(model: &mut Model, mut drafts: Vec<Draft>) {
    // What was typed meanwhile may have been read back already: the one in memory is the younger.
    let here = |id: &OrderId| model.slots.iter().chain(&model.placing).any(|slot| slot.draft().order_id == *id);
    drafts.retain(|draft| !here(&draft.order_id));
    if drafts.is_empty() {
        return;
    }
    let shown = model.slot().map(|slot| slot.draft().order_id.clone());
    let (blank, typed): (Vec<Slot>, Vec<Slot>) = std::mem::take(&mut model.slots).into_iter().partition(Slot::is_blank);
    let nothing_typed = typed.is_empty();
    model.slots = drafts.into_iter().map(Slot::new).chain(typed).collect();
    let at = model.slots.iter().position(|slot| Some(&slot.draft().order_id) == shown.as_ref());
    let last_shown = model.slots.iter().enumerate().max_by_key(|(_, slot)| slot.draft().turn).map_or(0, |(at, _)| at);
    model.current = at.unwrap_or(last_shown);
    // The id of the blank draft is not lost: it serves the next one.
    if let Some(slot) = blank.into_iter().next() {
        model.ids.give_back(slot.draft().order_id.clone());
    }
    if nothing_typed {
        resumed(model);
    }
    for at in 0..model.slots.len() {
        model.search_in(at);
    }
}

/// Says that it goes on, and at once if the time the guest was promised is over.
fn resumed(model: &mut Model) {
    let text = model.texts.count("notice.resumed", model.slots.len());
    let late = |problem: &Problem| problem.kind == ProblemKind::TimePassed;
    if model.problems().iter().any(late) {
        let due = model.slot().map_or("", |slot| slot.text(Field::Due));
        let due = short_time(Field::Due, due, &model.shop, model.moment.local(), &model.texts).unwrap_or_default();
        let late = model.texts.fill("notice.time_passed", &[("time", &due)]);
        return model.say(Tone::Warn, format!("{text} {late}"));
    }
    model.say(Tone::Done, text);
}
