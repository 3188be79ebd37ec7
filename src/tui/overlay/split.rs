//! Splits the bill: single digits put what is selected into a part, Enter makes an order of each. Nothing is asked on the way,
//! so that no digit that is typed ahead becomes an answer; the sums come from the domain.

pub mod view;

use crate::{
    desk::counter::NoSuchSeat,
    domain::{
        draft::split::{By, Split},
        order::OrderType,
    },
    tui::{
        input::key::Key,
        overlay::outcome::Outcome,
        state::{
            model::{Model, Tone},
            overlay::split::SplitBill,
        },
    },
};

/// Turns to what the numbers can mean otherwise, or says that there are no seats.
pub fn turn(model: &Model, bill: &mut SplitBill) -> Outcome {
    bill.by = match bill.by {
        By::Seat => By::Item,
        By::Item if bill.split.draft.order_type == OrderType::Local => By::Seat,
        By::Item => return Outcome::Say(Tone::Warn, model.texts.t("split.no_seats").to_owned()),
    };
    Outcome::Stay
}

/// A digit takes one piece to a part, 0 takes it back to the rest; `a` takes what is left of the line after it.
pub fn key(model: &Model, bill: &mut SplitBill, key: Key) -> Outcome {
    let Some(typed) = key.typed() else { return Outcome::Stay };
    let dishes = bill.dishes();
    let Some(dish) = dishes.get(bill.selected).copied() else { return Outcome::Stay };
    let moved = match (typed.to_digit(10).and_then(|digit| u8::try_from(digit).ok()), bill.last) {
        (Some(part), _) => {
            if let Err(NoSuchSeat { seats }) = model.counter().check_seat(&bill.split.draft, bill.by, part) {
                let text = model.texts.fill("split.no_such_seat", &[("n", &seats.to_string())]);
                return Outcome::Say(Tone::Warn, text);
            }
            bill.last = Some(part);
            bill.split.put(dish, part, &model.channel())
        }
        (None, Some(part)) if typed.eq_ignore_ascii_case(&'a') => Some(bill.split.put_all(dish, part)),
        (None, _) => return Outcome::Stay,
    };
    let Some(moved) = moved else {
        return Outcome::Say(Tone::Warn, model.texts.t("split.full").to_owned());
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
    Outcome::Stay
}

/// Closed without splitting: seats that were given are kept, anything else is as it was.
pub fn close(bill: &SplitBill) -> Outcome {
    let has_seats = bill.by == By::Seat && bill.split.parts != Split::new(&bill.split.draft).parts;
    if has_seats { Outcome::Seated(Box::new(bill.split.seated())) } else { Outcome::Close }
}
