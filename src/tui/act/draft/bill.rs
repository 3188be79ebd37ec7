//! The bill of the shown draft in several orders, and its parts on their way: splits, sends all parts, puts them together
//! again. What a bill is split into is decided at the counter.

use std::sync::Arc;

use crate::{
    desk::counter::{PutTogether, bill_of},
    domain::{draft::Draft, value::ids::OrderId},
    tui::{
        act::draft::sending,
        effect::Effect,
        input::command::Command,
        screens::confirm,
        state::{
            model::{Model, Tone},
            overlay::{Overlay, confirm::Question, split::SplitBill},
            slot::{Slot, Whole},
        },
    },
};

/// Opens the window for the shown draft.
pub fn open(model: &mut Model) {
    let Some(draft) = model.slot().map(|slot| slot.draft().clone()) else { return };
    if draft.lines.is_empty() {
        let text = model.texts.t("split.nothing").to_owned();
        return model.say(Tone::Warn, text);
    }
    model.overlay = Some(Overlay::Split(Box::new(SplitBill::of(&draft))));
}

/// Makes a draft of each part; `None` if there is nothing to be split, which is said.
pub fn split(model: &mut Model, bill: &SplitBill) -> Option<Vec<Effect>> {
    let Some(parts) = model.counter().split(&bill.split, bill.by, model.ids.of_parts()) else {
        let text = model.texts.t("split.one_part").to_owned();
        model.say(Tone::Warn, text);
        return None;
    };
    model.ids.take_parts(parts.len() - 1);
    let at = model.current;
    let whole = Arc::new(Whole { slot: model.slots[at].clone(), parts: parts.clone() });
    let mut slots: Vec<Slot> = parts.iter().cloned().map(Slot::new).collect();
    slots.iter_mut().for_each(|slot| slot.whole = Some(Arc::clone(&whole)));
    model.slots.splice(at..=at, slots);
    for slot in at..at + parts.len() {
        model.search_in(slot);
    }
    let total = |draft: &Draft| draft.totals(&model.channel()).total;
    let totals: Vec<String> = parts.iter().map(|draft| model.texts.amount(total(draft))).collect();
    let count = model.texts.count("split.done", parts.len()).replace("{key}", &model.key_label(Command::Undo));
    model.say(Tone::Done, count.replace("{totals}", &totals.join(" + ")));
    if model.slots[at..at + parts.len()].iter().all(|slot| model.counter().check(slot.typed()).is_ok()) {
        let of = bill_of(&parts[0])?.clone();
        let about = parts_about(model, &of);
        confirm::ask(model, Question::SendParts(of), about);
    }
    Some(vec![Effect::SwapDrafts { put: parts, gone: Vec::new() }])
}

/// How many orders the open parts of a bill are, and what they come to.
pub fn parts_about(model: &Model, of: &OrderId) -> String {
    let parts = model.parts_of(of);
    let total = parts.iter().map(|at| model.slots[*at].draft().totals(&model.channel()).total).sum();
    let total = model.texts.money(total, &model.shop.currency);
    format!("{} · {total}", model.texts.count("count.orders", parts.len()))
}

/// Sends every open part, if nothing is missing in any of them; else goes to the one where something is.
pub fn send_all(model: &mut Model, of: &OrderId) -> Vec<Effect> {
    for at in model.parts_of(of) {
        if let Err(problems) = model.counter().check(model.slots[at].typed()) {
            model.current = at;
            sending::hold_back(model, &problems);
            return Vec::new();
        }
    }
    let mut effects = Vec::new();
    while let Some(at) = model.parts_of(of).first().copied() {
        model.current = at;
        // The parts before it count now: of what is scarce the last one may find nothing left.
        match model.counter().check(model.slots[at].typed()) {
            Ok(order) => effects.extend(sending::place(model, order)),
            Err(problems) => {
                sending::hold_back(model, &problems);
                break;
            }
        }
    }
    effects
}

/// Puts the open parts of the shown draft's bill together again; `None` if it is no part.
pub fn undo(model: &mut Model) -> Option<Vec<Effect>> {
    let of = bill_of(model.slot()?.draft())?.clone();
    let at = model.parts_of(&of);
    let parts: Vec<&Draft> = at.iter().map(|at| model.slots[*at].draft()).collect();
    let (first, count) = (*at.first()?, at.len());
    let before = model.slots[first].whole.clone();
    let whole = before.as_ref().map(|whole| (whole.slot.draft(), whole.parts.as_slice()));
    let PutTogether { draft, gone, as_it_was } = model.counter().put_together(&parts, whole)?;
    let slot = match before.filter(|_| as_it_was) {
        // With everything that can be undone in it.
        Some(whole) => {
            let mut slot = whole.slot.clone();
            slot.go(|before| before.clone_from(&draft));
            slot
        }
        None => Slot::new(draft.clone()),
    };
    for at in at.iter().rev() {
        model.slots.remove(*at);
    }
    model.slots.insert(first, slot);
    model.current = first;
    model.search();
    let text = model.texts.count("split.undone", count);
    model.say(Tone::Done, text);
    Some(vec![Effect::SwapDrafts { put: vec![draft], gone }])
}
