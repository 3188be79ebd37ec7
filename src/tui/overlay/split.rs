//! Splits the bill: single digits put what is selected into a part, Enter makes an order of each. Nothing is asked on the way,
//! so that no digit that is typed ahead becomes an answer; the sums come from the domain.

pub mod view;

use std::sync::Arc;

use crate::{
    desk::counter::{NoSuchSeat, PutTogether, bill_of},
    domain::{
        draft::{
            Draft,
            split::{By, MAX_PART, Split},
            undo::Touch,
        },
        order::OrderType,
        value::ids::OrderId,
    },
    tui::{
        effect::Effect,
        input::{command::Command, key::Key},
        overlay::{Overlay, confirm},
        state::{
            model::{Model, Tone},
            slot::{Slot, Whole},
        },
        update::sending,
    },
};

/// The bill as it is being split.
#[derive(Debug, Clone)]
pub struct SplitBill {
    /// What goes where.
    pub split: Split,
    /// What the numbers mean.
    pub by: By,
    /// The selected dish, counted from 0.
    pub selected: usize,
    /// Where the last piece went.
    pub last: Option<u8>,
}

impl SplitBill {
    /// The dishes, by the ids of their lines.
    pub fn dishes(&self) -> Vec<i64> {
        self.split.draft.lines.iter().filter(|line| !line.is_extra()).map(|line| line.id).collect()
    }
}

/// Opens it for the shown draft.
pub fn open(model: &mut Model) {
    let Some(draft) = model.slot().map(|slot| slot.draft().clone()) else { return };
    if draft.lines.is_empty() {
        let text = model.texts.t("split.nothing").to_owned();
        return model.say(Tone::Warn, text);
    }
    let split = Split::new(&draft);
    let by = if split.parts.is_empty() { By::Item } else { By::Seat };
    // One part keeps the id of the whole; the rest is a part, too.
    model.ids_wanted = usize::from(MAX_PART).saturating_sub(model.more_ids.len());
    model.overlay = Some(Overlay::Split(Box::new(SplitBill { split, by, selected: 0, last: None })));
}

/// Moves the selection, or says what the numbers mean.
pub fn command(model: &mut Model, bill: &mut SplitBill, command: Command) {
    if command != Command::OverlayTab {
        let count = bill.dishes().len();
        return super::select(&mut bill.selected, count, command);
    }
    bill.by = match bill.by {
        By::Seat => By::Item,
        By::Item if bill.split.draft.order_type == OrderType::Local => By::Seat,
        By::Item => {
            let text = model.texts.t("split.no_seats").to_owned();
            model.say(Tone::Warn, text);
            By::Item
        }
    };
}

/// A digit takes one piece to a part, 0 takes it back to the rest; `a` takes what is left of the line after it.
pub fn key(model: &mut Model, bill: &mut SplitBill, key: Key) {
    let Some(typed) = key.typed() else { return };
    let dishes = bill.dishes();
    let Some(dish) = dishes.get(bill.selected).copied() else { return };
    let channel = model.channel();
    let moved = match (typed.to_digit(10).and_then(|digit| u8::try_from(digit).ok()), bill.last) {
        (Some(part), _) if has_seat(model, bill, part) => {
            bill.last = Some(part);
            bill.split.put(dish, part, &channel)
        }
        (Some(_), _) => return,
        (None, Some(part)) if typed.eq_ignore_ascii_case(&'a') => Some(bill.split.put_all(dish, part)),
        (None, _) => return,
    };
    let Some(moved) = moved else {
        let text = model.texts.t("split.full").to_owned();
        return model.say(Tone::Warn, text);
    };
    // The rest of a line stays selected: its next piece is the next thing that is said.
    let part = bill.split.part(moved);
    let stays = bill.split.draft.line(dish).is_some() && bill.split.part(dish) != part;
    let now = bill.dishes();
    // A line that was joined with another is gone.
    let is_rest = |id: &i64| now.contains(id) && bill.split.part(*id) == 0;
    let following = dishes.iter().skip(bill.selected + 1).copied().find(is_rest);
    let wanted = if stays { dish } else { following.unwrap_or(moved) };
    let at = now.iter().position(|id| *id == wanted).or_else(|| now.iter().position(|id| *id == moved));
    bill.selected = at.unwrap_or(0);
}

/// Whether the table has the seat; says so if not.
fn has_seat(model: &mut Model, bill: &SplitBill, part: u8) -> bool {
    match model.counter().check_seat(&bill.split.draft, bill.by, part) {
        Ok(()) => true,
        Err(NoSuchSeat { seats }) => {
            let text = model.texts.fill("split.no_such_seat", &[("n", &seats.to_string())]);
            model.say(Tone::Warn, text);
            false
        }
    }
}

/// Closed without splitting: seats that were given are kept, anything else is as it was.
pub fn close(model: &mut Model, bill: &SplitBill) {
    if bill.by == By::Seat && bill.split.parts != Split::new(&bill.split.draft).parts {
        let seated = bill.split.seated();
        if let Some(slot) = model.slot_mut() {
            slot.change(Touch::Alone, |draft| draft.lines = seated.lines);
            slot.keep_line();
        }
    }
}

/// Makes a draft of each part; `None` if there is nothing to be split.
pub fn accept(model: &mut Model, bill: &SplitBill) -> Option<Vec<Effect>> {
    let Some(parts) = model.counter().split(&bill.split, bill.by, &model.more_ids) else {
        let text = model.texts.t("split.one_part").to_owned();
        model.say(Tone::Warn, text);
        return None;
    };
    model.more_ids.drain(..parts.len() - 1);
    let at = model.current;
    let whole = Arc::new(Whole { slot: model.slots[at].clone(), parts: parts.clone() });
    let mut slots: Vec<Slot> = parts.iter().cloned().map(Slot::new).collect();
    slots.iter_mut().for_each(|slot| slot.whole = Some(Arc::clone(&whole)));
    model.slots.splice(at..=at, slots);
    for slot in at..at + parts.len() {
        model.search_in(slot);
    }
    let count = model.texts.count("split.done", parts.len()).replace("{key}", &model.key_label(Command::Undo));
    model.say(Tone::Done, count);
    if model.slots[at..at + parts.len()].iter().all(|slot| model.counter().check(slot.typed()).is_ok()) {
        let of = bill_of(&parts[0])?.clone();
        let about = parts_about(model, &of);
        confirm::ask(model, confirm::Question::SendParts(of), about);
    }
    Some(vec![Effect::SwapDrafts { put: parts, gone: Vec::new() }])
}

/// How many orders the open parts of a bill are, and what they come to.
pub fn parts_about(model: &Model, of: &OrderId) -> String {
    let parts = parts_of(model, of);
    let total = parts.iter().map(|at| model.slots[*at].draft().totals(&model.channel()).total).sum();
    let total = model.texts.money(total, &model.shop.currency);
    format!("{} · {total}", model.texts.count("count.orders", parts.len()))
}

/// Where the open parts of a bill are.
pub fn parts_of(model: &Model, of: &OrderId) -> Vec<usize> {
    model.slots.iter().enumerate().filter(|(_, slot)| bill_of(slot.draft()) == Some(of)).map(|(at, _)| at).collect()
}

/// Sends every open part, if nothing is missing in any of them; else goes to the one where something is.
pub fn send_all(model: &mut Model, of: &OrderId) -> Vec<Effect> {
    for at in parts_of(model, of) {
        if let Err(problems) = model.counter().check(model.slots[at].typed()) {
            model.current = at;
            sending::hold_back(model, &problems);
            return Vec::new();
        }
    }
    let mut effects = Vec::new();
    while let Some(at) = parts_of(model, of).first().copied() {
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
    let at = parts_of(model, &of);
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
