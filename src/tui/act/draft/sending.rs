//! The one key that matters: sends what was read back, once, and never by a key that is held.

use crate::{
    desk::{
        counter::{bill_of, taken_before},
        day::Day,
    },
    domain::{
        draft::{
            Draft,
            field::Field,
            flow::Step,
            problem::{Problem, ProblemKind},
            undo::Touch,
        },
        order::{Order, OrderType},
        value::ids::OrderId,
    },
    tui::{
        act::{draft::away, times},
        effect::Effect,
        input::{
            command::Command,
            rhythm::{Press, Verdict},
        },
        screens::navigation::{go_to_step, leave_field},
        state::model::{Model, Screen, Tone},
    },
};

/// Takes a press in before it means anything: what waited to be told from a held key is sent before another key is heard.
pub fn press(model: &mut Model, press: Press) -> Vec<Effect> {
    let waited = model.rhythm.press(press);
    waited.map_or_else(Vec::new, |order| after_waiting(model, &order))
}

/// The monotonic clock: what waited long enough is sent.
pub fn beat(model: &mut Model, now: std::time::Duration) -> Vec<Effect> {
    let waited = model.rhythm.beat(now);
    waited.map_or_else(Vec::new, |order| after_waiting(model, &order))
}

/// Sends: from the review at once, from any other step by way of the review, so that it is read back once.
pub fn send(model: &mut Model) -> Vec<Effect> {
    let verdict = model.rhythm.verdict();
    if number(model) {
        go_to_step(model, Step::Review);
        return Vec::new();
    }
    let Some((order, reviewed)) = ready(model) else { return Vec::new() };
    if !reviewed {
        go_to_step(model, Step::Review);
        return Vec::new();
    }
    judged(model, verdict, order)
}

/// Enter on a review where nothing is missing: sends, if it was not on its way through the fields.
pub fn send_by_enter(model: &mut Model) -> Vec<Effect> {
    let verdict = model.rhythm.verdict_of_enter();
    if number(model) {
        return Vec::new();
    }
    match ready(model) {
        Some((order, true)) => judged(model, verdict, order),
        _ => Vec::new(),
    }
}

/// Gives a pickup that nobody could ask for a number of the day, if the shop wants that. It is read back before it is sent.
fn number(model: &mut Model) -> bool {
    leave_field(model);
    let has = |draft: &Draft, field: Field| draft.fields.get(&field).is_some_and(|text| !text.trim().is_empty());
    let is_nameless = |draft: &Draft| {
        let names = [Field::PickupToken, Field::GivenName, Field::FamilyName];
        draft.order_type == OrderType::Pickup
            && !draft.lines.is_empty()
            && !names.iter().any(|field| has(draft, *field))
    };
    let wanted =
        model.shop.daily_numbers && model.slot().is_some_and(|slot| slot.away.is_none() && is_nameless(slot.draft()));
    if !wanted {
        return false;
    }
    let drafts = model.slots.iter().filter_map(|slot| slot.draft().fields.get(&Field::PickupToken));
    let number = model.orders.list.next_number(Day::began(&model.moment), drafts.map(String::as_str)).to_string();
    let text = model.texts.fill("notice.daily_number", &[("n", &number)]);
    let Some(slot) = model.slot_mut() else { return false };
    slot.change(Touch::Alone, |draft| draft.fields.insert(Field::PickupToken, number));
    model.say(Tone::Done, text);
    true
}

fn judged(model: &mut Model, verdict: Verdict, order: Order) -> Vec<Effect> {
    match verdict {
        Verdict::Counts => place_once(model, order),
        Verdict::Wait => {
            model.rhythm.wait(order.order_id);
            Vec::new()
        }
        Verdict::Repeated => {
            let key = model.key_label(Command::Send);
            let text = model.texts.fill("notice.held_key", &[("key", &key)]);
            model.say(Tone::Warn, text);
            Vec::new()
        }
    }
}

/// The same guest had the same a few minutes ago: that is said once, before it is sent a second time.
fn say_taken_before(model: &mut Model, order: &Order) -> bool {
    let Some(slot) = model.slot().filter(|slot| !slot.is_twice_said) else { return false };
    let now = model.moment.now;
    let Some(before) = taken_before(&slot.caller.known.guests, order, now) else { return false };
    let age = model.texts.age(model.seconds_since(before.at));
    let number = before.order_id.to_string();
    let key = model.key_label(Command::Send);
    let text = model.texts.fill("notice.taken_before", &[("age", &age), ("order", &number), ("key", &key)]);
    if let Some(slot) = model.slot_mut() {
        slot.is_twice_said = true;
    }
    model.say(Tone::Warn, text);
    true
}

/// The order, if the shown draft is one, and whether the review is on the screen; else says what is missing.
fn ready(model: &mut Model) -> Option<(Order, bool)> {
    leave_field(model);
    if away::ask(model) {
        return None;
    }
    let slot = model.slot()?;
    if slot.is_blank() {
        // The key was held or hit twice: the fresh draft keeps its cursor in the search, where typing goes on.
        let text = model.texts.t("notice.nothing_to_send").to_owned();
        model.say(Tone::Warn, text);
        return None;
    }
    let reviewed = slot.draft().step == Step::Review;
    match model.counter().check(slot.typed()) {
        Ok(order) => Some((order, reviewed)),
        Err(problems) => {
            hold_back(model, &problems);
            None
        }
    }
}

/// Shows what is in the way of the shown draft.
pub fn hold_back(model: &mut Model, problems: &[Problem]) {
    go_to_step(model, Step::Review);
    let missing = problems.iter().filter(|problem| problem.kind == ProblemKind::Missing).count();
    let text = match (missing, problems.len()) {
        (missing, all) if missing == all => model.texts.count("notice.problems", all),
        (0, all) => model.texts.count("notice.wrong", all),
        (_, all) => model.texts.fill("notice.wrong_or_missing", &[("n", &all.to_string())]),
    };
    model.say(Tone::Warn, text);
}

/// The key was not held. Whatever came between, only the review that is still on the screen is sent.
fn after_waiting(model: &mut Model, waited: &OrderId) -> Vec<Effect> {
    let shown = model.screen == Screen::Draft && model.overlay.is_none() && !model.quitting;
    let same = model.slot().is_some_and(|slot| slot.draft().order_id == *waited);
    if !(shown && same) {
        return Vec::new();
    }
    match ready(model) {
        Some((order, true)) => place_once(model, order),
        _ => Vec::new(),
    }
}

fn place_once(model: &mut Model, order: Order) -> Vec<Effect> {
    if say_taken_before(model, &order) { Vec::new() } else { place(model, order) }
}

/// Records the shown draft as this order. Of a split bill the next part is shown then.
pub fn place(model: &mut Model, order: Order) -> Vec<Effect> {
    let note = model.slot().map(|slot| model.counter().note(slot.typed())).unwrap_or_default();
    let mut slot = model.slots.remove(model.current);
    // What is recorded now replaces the draft; a later save would bring the draft back.
    slot.take_unsaved();
    slot.session.clone_from(&order.session_token);
    let of = bill_of(slot.draft()).cloned();
    model.placing.push(slot);
    model.current = model.slots.len().saturating_sub(1);
    match of.and_then(|of| model.parts_of(&of).first().copied()) {
        Some(part) => {
            model.current = part;
            go_to_step(model, Step::Review);
        }
        None => {
            model.open_draft();
        }
    }
    let text = model.texts.t("notice.saving").to_owned();
    model.say(Tone::Done, text);
    model.kitchen.promised(order.order_id.clone(), &note);
    let mut effects = vec![Effect::Place(Box::new(order), Box::new(note))];
    effects.extend(times::recount(model));
    effects
}
