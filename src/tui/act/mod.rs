//! From message to changed model and effects. Pure: no clock, no I/O, no drawing.

pub mod answers;
pub mod calls;
pub mod catalog;
pub mod command;
pub mod confirmed;
pub mod draft;
pub mod keys;
pub mod language;
pub mod leaving;
pub mod times;
pub mod waiver;
pub mod windows;

use crate::{
    chaos,
    domain::draft::split::MAX_PART,
    tui::{
        act::{
            answers::{on_desk, on_reply},
            draft::{away, sending, swap},
            keys::{
                dispatch::paste,
                pointer::{click, wheel},
                press::{plain_keys, press, unseen_key},
                scanning,
            },
        },
        effect::Effect,
        input::rhythm::Press,
        msg::Msg,
        screens::{delivery, guests, orders},
        state::{model::Model, overlay::Overlay, slot::Slot},
    },
};

/// Takes one message. The effects are to be done in sequence; every changed draft is among them.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    chaos::point("update.msg");
    let before = Before::of(model, &msg);
    let mut effects = Vec::new();
    if matches!(msg, Msg::Paste(_) | Msg::Click(_) | Msg::Wheel(_) | Msg::Terminate) {
        // Done by a person, and no key: what waits comes before it.
        effects = scanning::interrupt(model);
    }
    effects.extend(take(model, msg));
    after_each(model, before, effects)
}

/// What has to be known of the time before a message once it was taken.
struct Before {
    is_news: bool,
    by_person: bool,
    /// Drafts of other desks.
    elsewhere: Vec<Slot>,
}

impl Before {
    fn of(model: &Model, msg: &Msg) -> Self {
        Self {
            is_news: matches!(msg, Msg::Desk(_) | Msg::Reply(_)),
            by_person: matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Click(_) | Msg::Beat(_)),
            elsewhere: if away::is_about_them(msg) { Vec::new() } else { away::before(model) },
        }
    }
}

/// What is done after each message, whichever it was, and the effects in the sequence in which they are to be done.
fn after_each(model: &mut Model, before: Before, mut effects: Vec<Effect>) -> Vec<Effect> {
    away::put_back(model, before.elsewhere, before.by_person);
    if before.is_news {
        effects.extend(times::recount(model));
    }
    catalog::keep_channels(model);
    delivery::keep_fees(model);
    times::offer_times(model);
    model.mark_front();
    let mut saves: Vec<_> = model.slots.iter_mut().filter_map(Slot::take_unsaved).collect();
    saves.retain(|draft| !swap::takes(&mut effects, draft));
    // Drafts are written before anything that may end the program or take another draft's place.
    effects.splice(0..0, saves.into_iter().map(|draft| Effect::SaveDraft(Box::new(draft))));
    effects.extend(guests::act::look_up(model));
    effects.extend(orders::beside::read(model));
    // One part keeps the id of the whole; the rest is a part, too.
    let of_parts = if matches!(model.overlay, Some(Overlay::Split(_))) { usize::from(MAX_PART) } else { 0 };
    effects.extend(model.ids.ask(1 + of_parts));
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Clock(now) => {
            model.moment.now = now;
            model.calls.forget_old(now);
            if model.orders.clock(&model.moment) {
                orders::news::late(model);
            }
            Vec::new()
        }
        Msg::Beat(now) => {
            let mut effects = scanning::beat(model, now);
            effects.extend(sending::beat(model, now));
            effects
        }
        // What is not on the screen cannot be meant.
        Msg::Key(key) if model.is_too_small() => unseen_key(model, key),
        Msg::Paste(_) | Msg::Click(_) | Msg::Wheel(_) if model.is_too_small() => Vec::new(),
        Msg::Key(key) => press(model, key),
        Msg::Paste(text) => paste(model, &text),
        Msg::Click(target) => {
            let mut effects = sending::press(model, Press::Click(target));
            effects.extend(click(model, target));
            effects
        }
        Msg::Wheel(lines) => wheel(model, lines),
        Msg::PlainKeys => plain_keys(model),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Msg::Desk(event) => {
            on_desk(model, event);
            leaving::all_sent(model)
        }
        Msg::Call(heard) => calls::heard(model, heard).into_iter().collect(),
        Msg::Reply(reply) => on_reply(model, reply),
        Msg::Ids(ids) => {
            model.ids.arrived(ids);
            if model.slots.is_empty() {
                model.open_draft();
            }
            Vec::new()
        }
        Msg::Terminate => leaving::at_once(model),
    }
}

#[cfg(test)]
#[path = "act_tests.rs"]
mod tests;
