//! Drafts that another desk has, and drafts that this desk lost to another. What another desk has is shown and not changed:
//! a person takes it over first. What was typed here and is nowhere else is never thrown away.

use crate::{
    desk::{
        DeskError,
        drafts::{Elsewhere, Holder},
    },
    domain::{
        draft::{Draft, flow::Step},
        order::life::Life,
        value::ids::OrderId,
    },
    tui::{
        act::draft::open::{close, open_again},
        effect::Effect,
        input::command::Command,
        msg::{Lost, Msg, Reply},
        screens::confirm,
        state::{
            model::{Model, Tone},
            overlay::confirm::Question,
            slot::Slot,
        },
    },
};

/// Whether a message says how drafts of other desks are now: it may change them.
pub fn is_about_them(msg: &Msg) -> bool {
    matches!(msg, Msg::Reply(Reply::Elsewhere(_) | Reply::Taken { .. } | Reply::Lost { .. }))
}

/// The drafts of other desks as they are before a message: nothing that the message does may change them.
pub fn before(model: &Model) -> Vec<Slot> {
    model.slots.iter().filter(|slot| slot.away.is_some()).cloned().collect()
}

/// Puts back what a message changed in drafts of other desks. If a person did it, asks whether to take the draft over.
pub fn put_back(model: &mut Model, before: Vec<Slot>, by_person: bool) {
    for slot in before {
        let id = slot.draft().order_id.clone();
        let Some(at) = model.slots.iter().position(|other| other.away.is_some() && other.draft().order_id == id) else {
            continue;
        };
        if model.slots[at].draft().same_content(slot.draft()) {
            continue;
        }
        model.slots[at] = slot;
        if by_person && at == model.current {
            ask_whether(model, true);
        }
    }
}

/// Asks whether to take the shown draft over, if another desk has it. `false` if it is this desk's.
pub fn ask(model: &mut Model) -> bool {
    ask_whether(model, false)
}

fn ask_whether(model: &mut Model, typed: bool) -> bool {
    let Some(slot) = model.slot() else { return false };
    let Some(holder) = slot.away.clone() else { return false };
    let about = model.texts.count("count.items", slot.draft().ordered().count());
    let order_id = slot.draft().order_id.clone();
    confirm::ask(model, Question::TakeOver { order_id, holder, typed }, about);
    true
}

/// A person wants it here.
pub fn take_over(order_id: &OrderId, holder: &Holder) -> Vec<Effect> {
    vec![Effect::TakeDraft { order_id: order_id.clone(), from: holder.desk.clone() }]
}

/// The other desk's draft is this desk's, or is not.
pub fn taken(model: &mut Model, id: &OrderId, result: Result<Box<Draft>, DeskError>) -> Vec<Effect> {
    let Some(at) = model.slots.iter().position(|slot| slot.away.is_some() && slot.draft().order_id == *id) else {
        return Vec::new();
    };
    match result {
        Ok(draft) => {
            model.slots[at] = Slot::new(*draft);
            model.search_in(at);
            let text = model.texts.fill("notice.taken_over", &[("order", id.short())]);
            model.say(Tone::Done, text);
        }
        Err(DeskError::NotFound(_)) => {
            close(model, at);
            let text = model.texts.fill("notice.gone_there", &[("order", id.short())]);
            model.say(Tone::Warn, text);
        }
        Err(error) => {
            let text = model.texts.t("notice.not_taken_over").to_owned();
            model.say_error(Tone::Warn, text, &error);
        }
    }
    vec![Effect::ReadDrafts]
}

/// The drafts of other desks as they are now. One that is shown and gone stays until another is shown.
pub fn seen(model: &mut Model, elsewhere: Vec<Elsewhere>) {
    let is_there = |slot: &Slot| elsewhere.iter().any(|other| other.draft.order_id == slot.draft().order_id);
    let gone: Vec<usize> =
        (0..model.slots.len()).filter(|at| model.slots[*at].away.is_some() && !is_there(&model.slots[*at])).collect();
    for at in gone.into_iter().rev() {
        close(model, at);
    }
    let before = count(model);
    for Elsewhere { draft, holder } in elsewhere {
        let id = &draft.order_id;
        if model.placing.iter().any(|slot| slot.draft().order_id == *id) {
            continue;
        }
        let known = model.slots.iter().position(|slot| slot.draft().order_id == *id);
        match known {
            // What this desk lost and does not know of yet is settled by its next save.
            Some(at) if model.slots[at].away.is_none() => continue,
            Some(at) if model.slots[at].draft().same_content(&draft) => model.slots[at].away = Some(holder),
            Some(at) => model.slots[at] = Slot::away(draft, holder),
            None => model.slots.push(Slot::away(draft, holder)),
        }
        model.search_in(known.unwrap_or(model.slots.len() - 1));
    }
    let now = count(model);
    if now > before {
        say_elsewhere(model, now);
    }
}

/// Says that other desks have drafts, and how they are reached.
fn say_elsewhere(model: &mut Model, count: usize) {
    let key = model.key_label(Command::NextDraft);
    let text = model.texts.count("notice.elsewhere", count).replace("{key}", &key);
    match &mut model.notice {
        Some(notice) if notice.tone == Tone::Done => notice.text = format!("{} {text}", notice.text),
        // What a person has to know is not pushed away.
        Some(_) => {}
        None => model.say(Tone::Done, text),
    }
}

/// Drafts of other desks.
fn count(model: &Model) -> usize {
    model.slots.iter().filter(|slot| slot.away.is_some()).count()
}

/// A draft of this desk is another desk's now, or its order was placed from elsewhere. What is on the screen and nowhere
/// else becomes a draft of its own; else the draft is where it is, and nothing is lost.
pub fn lost(model: &mut Model, id: &OrderId, lost: Lost) -> Vec<Effect> {
    let is_it = |slot: &Slot| slot.draft().order_id == *id;
    if let Some(at) = model.placing.iter().position(is_it) {
        // It was on its way to be recorded and comes back as it was.
        let slot = model.placing.remove(at);
        match lost {
            Lost::Placed { same: Some(true), .. } => model.slots.push(slot),
            _ => open_again(model, slot),
        }
    }
    let Some(at) = model.slots.iter().position(is_it) else { return Vec::new() };
    let differs = match &lost {
        Lost::Placed { same: Some(same), .. } => !same,
        Lost::Placed { base, .. } | Lost::Elsewhere { base, .. } => {
            !model.slots[at].draft().same_content(base.as_deref().unwrap_or(model.slots[at].made()))
        }
    };
    if differs && !become_new(model, at) {
        return Vec::new();
    }
    let (tone, text) = match (&lost, differs) {
        // It is not on its way: who wanted it sent has to know.
        (Lost::Placed { delivery, .. }, differs) if Life::FREE.contains(delivery) => {
            if !differs {
                close(model, at);
            }
            (Tone::Alarm, given_up(model, id, delivery, differs))
        }
        (Lost::Placed { .. }, true) => (Tone::Alarm, model.texts.fill("notice.kept_as_new", &[("order", id.short())])),
        (Lost::Placed { delivery, .. }, false) => {
            close(model, at);
            let delivery = model.texts.fill(&format!("delivery.{delivery}"), &[]);
            let parts = [("order", id.short()), ("delivery", &delivery)];
            (Tone::Warn, model.texts.fill("notice.already_saved", &parts))
        }
        (Lost::Elsewhere { holder, .. }, _) => {
            let parts = [("order", id.short()), ("key", &model.key_label(Command::Send))];
            if !differs {
                model.slots[at].away = Some(holder.clone());
            }
            let text = if differs { "notice.elsewhere_kept_as_new" } else { "notice.elsewhere_now" };
            (Tone::Alarm, model.texts.fill(text, &parts))
        }
    };
    model.say(tone, text);
    vec![Effect::ReadDrafts]
}

/// Says that the order was given up elsewhere, and which key goes on from there.
fn given_up(model: &Model, id: &OrderId, delivery: &str, kept: bool) -> String {
    let delivery = model.texts.fill(&format!("delivery.{delivery}"), &[]);
    let [send, list, correct] =
        [Command::Send, Command::ToggleOrders, Command::OrderCorrect].map(|command| model.key_label(command));
    let keys = [("send", &*send), ("list", &list), ("correct", &correct)];
    let parts = [[("order", id.short()), ("delivery", &delivery)].as_slice(), &keys].concat();
    model.texts.fill(if kept { "notice.given_up_kept_as_new" } else { "notice.given_up_elsewhere" }, &parts)
}

/// Gives what is on the screen an `orderId` of its own; cart, undo and guest stay. `false` without an id for it: then its
/// next save is refused again and asks for the same.
fn become_new(model: &mut Model, at: usize) -> bool {
    let Some(id) = model.ids.take() else { return false };
    let slot = &mut model.slots[at];
    let was_read_back = slot.draft().step == Step::Review;
    slot.rename(id);
    // It is read back once more before it is sent: a part of it may have been sent already.
    if was_read_back {
        slot.go(|draft| draft.step = Step::Items);
    }
    true
}

#[cfg(test)]
#[path = "away_tests.rs"]
mod tests;
