//! The way out. A person is asked before anything is lost that could not be written; the system, which cannot be asked, is
//! told afterwards what was lost. Writes nothing itself.

use crate::tui::{
    effect::Effect,
    input::command::Command,
    screens::{confirm, navigation::leave_field},
    state::{
        model::{Model, Tone},
        overlay::{Overlay, confirm::Question},
    },
};

/// The key that ends most programs is hit by accident, for a copy: here it ends nothing before it is pressed again.
pub fn interrupt(model: &mut Model) -> Vec<Effect> {
    if model.interrupted {
        return quit(model);
    }
    model.interrupted = true;
    let text = model.texts.fill("notice.interrupt", &[("key", &model.key_label(Command::Interrupt))]);
    model.say(Tone::Warn, text);
    Vec::new()
}

/// A person wants to leave: the program ends once everything is written. Where orders are not sent, it asks once. Asked for
/// again meanwhile, it asks what to do.
pub fn quit(model: &mut Model) -> Vec<Effect> {
    leave_field(model);
    let is_asked = is_asked(model);
    if model.outbox.waiting > 0 && !is_asked && !model.leaving {
        let about = model.texts.count("count.waiting", model.outbox.waiting);
        confirm::ask(model, Question::LeaveUnsent, about);
        return Vec::new();
    }
    model.overlay = model.overlay.take().filter(|_| !is_asked);
    go(model)
}

fn is_asked(model: &Model) -> bool {
    matches!(&model.overlay, Some(Overlay::Confirm(confirm)) if confirm.question == Question::LeaveUnsent)
}

/// What was asked about is sent meanwhile: nothing is left to be asked.
pub fn all_sent(model: &mut Model) -> Vec<Effect> {
    if model.outbox.waiting > 0 || !is_asked(model) {
        return Vec::new();
    }
    model.overlay = None;
    go(model)
}

/// The program ends once everything is written.
pub fn go(model: &mut Model) -> Vec<Effect> {
    if model.leaving {
        ask(model);
        return Vec::new();
    }
    model.leaving = true;
    // What could not be written before is tried once more.
    let unsaved = std::mem::take(&mut model.unsaved);
    for slot in model.slots.iter_mut().filter(|slot| unsaved.contains(&slot.draft().order_id)) {
        slot.touch();
    }
    let text = model.texts.t("notice.leaving").to_owned();
    model.say(Tone::Done, text);
    vec![Effect::Quit]
}

/// The system or the terminal ends it: nobody can be asked.
pub fn at_once(model: &mut Model) -> Vec<Effect> {
    leave_field(model);
    model.quitting = true;
    vec![Effect::Quit]
}

/// All that was asked for is done: the end, unless something could not be written.
pub fn ready(model: &mut Model) {
    let is_asked = matches!(&model.overlay, Some(Overlay::Confirm(confirm)) if confirm.question == Question::Leave);
    if !(model.leaving || is_asked) {
        return;
    }
    if model.unsaved.is_empty() && model.placing.is_empty() {
        model.quitting = true;
        return;
    }
    ask(model);
}

/// Asks whether to leave all the same, and says what is lost.
fn ask(model: &mut Model) {
    // Whoever says no goes on as if nothing had been asked.
    model.leaving = false;
    let about = lost(model);
    confirm::ask(model, Question::Leave, about);
}

/// What is lost if the program ends now.
fn lost(model: &Model) -> String {
    let is_unsaved = |id| model.unsaved.contains(id);
    let mut open = model.slots.iter().filter(|slot| is_unsaved(&slot.draft().order_id));
    let items: usize = open.clone().map(|slot| slot.draft().ordered().count()).sum();
    let orders = open.clone().count() + model.placing.len();
    let names: Vec<&str> = open.by_ref().filter_map(|slot| name(slot.draft())).take(2).collect();
    let mut parts = vec![model.texts.count("count.orders", orders.max(1)), model.texts.count("count.items", items)];
    if !names.is_empty() {
        parts.push(names.join(", "));
    }
    parts.join(" · ")
}

fn name(draft: &crate::domain::draft::Draft) -> Option<&str> {
    use crate::domain::draft::field::Field;
    let typed = [Field::FamilyName, Field::Phone].into_iter().filter_map(|field| draft.fields.get(&field));
    typed.map(String::as_str).find(|text| !text.is_empty())
}

/// Yes: what could not be written is given up.
pub fn leave_all(model: &mut Model) -> Vec<Effect> {
    model.quitting = true;
    Vec::new()
}
