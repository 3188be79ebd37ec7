//! A typed line in words: what was understood of it, part by part, and why a part was not.

use crate::{
    desk::counter::{LineReading, Piece, ReadDish, Unread, Why},
    domain::value::due::ASAP,
    tui::state::model::Model,
};

/// One part of the echo, and whether it is understood.
pub struct Part {
    /// The words.
    pub text: String,
    /// Whether it is understood.
    pub is_read: bool,
}

/// What a line means, part by part in the order it was typed.
pub fn echo(model: &Model, reading: &LineReading) -> Vec<Part> {
    let mut parts: Vec<(usize, Part)> = Vec::new();
    let read = |text: String| Part { text, is_read: true };
    parts.extend(reading.dishes.iter().map(|own| (own.at.start, read(dish(model, own)))));
    parts.extend(reading.pieces.iter().map(|(at, own)| (at.start, read(piece(model, own)))));
    let unread = |own: &Unread| (own.at.start, Part { text: why(model, own), is_read: false });
    parts.extend(reading.unread.iter().map(unread));
    parts.sort_by_key(|(at, _)| *at);
    parts.into_iter().map(|(_, part)| part).collect()
}

fn dish(model: &Model, dish: &ReadDish) -> String {
    let ReadDish { at: _, quantity, article, halves, extras, comment } = dish;
    let mut text = format!("{} {}", model.texts.quantity(*quantity, article), article.name);
    if !halves.is_empty() {
        let names: Vec<&str> = halves.iter().map(|half| &*half.name).collect();
        text.push_str(&format!(" ({})", names.join(" / ")));
    }
    for (count, extra) in extras {
        let count = if *count == 1 { String::new() } else { format!("{count}×") };
        text.push_str(&format!(" +{count}{}", extra.name));
    }
    if !comment.is_empty() {
        text.push_str(&format!(" {}", model.texts.quoted(comment)));
    }
    text
}

fn piece(model: &Model, piece: &Piece) -> String {
    let texts = &model.texts;
    match piece {
        Piece::Table(number) => texts.fill("line.table", &[("n", number)]),
        Piece::Seat(number) => texts.fill("line.seat", &[("n", number)]),
        Piece::OrderType(order_type) => texts.choice("order_type", order_type.token(), None),
        Piece::Due(text) if text == ASAP => texts.t("line.asap").to_owned(),
        Piece::Due(text) => texts.fill("line.due", &[("time", text)]),
        Piece::Payment(token) => {
            let own = model.shop.payment_methods.iter().find(|method| method.token == *token);
            texts.choice("payment", token, own.and_then(|method| method.label.as_deref()))
        }
        Piece::Tip(entry) => texts.fill("line.tip", &[("tip", entry)]),
        Piece::Phone(number) => texts.fill("line.phone", &[("phone", number)]),
    }
}

/// Why a part of a line is not understood.
pub fn why(model: &Model, unread: &Unread) -> String {
    let texts = &model.texts;
    let typed = texts.quoted(&unread.text);
    let typed = ("text", typed.as_str());
    match &unread.why {
        Why::Nothing(None) => texts.fill("line.nothing", &[typed]),
        Why::Nothing(Some(nearest)) => texts.fill("line.nearest", &[typed, ("nearest", nearest)]),
        Why::Several(names) => texts.fill("line.several", &[typed, ("names", &names.join(", "))]),
        Why::Negative => texts.fill("line.negative", &[typed]),
        Why::Quantity(name) => texts.fill("notice.quantity_refused", &[("name", name)]),
        Why::NoWeight(name) => texts.fill("line.no_weight", &[("name", name)]),
        Why::Extra(name) => texts.fill("line.extra", &[("name", name), typed]),
        Why::BehindPieces => texts.fill("line.behind", &[typed]),
        Why::Twice => texts.fill("line.twice", &[typed]),
    }
}

/// What was taken: how many dishes, and what the order comes to.
pub fn taken(model: &Model, dishes: usize) -> String {
    let total = model.slot().map(|slot| slot.draft().totals(&model.channel()).total).unwrap_or_default();
    let total = model.texts.money(total, &model.shop.currency);
    let n = model.texts.count("count.items", dishes);
    model.texts.fill("line.taken", &[("dishes", &n), ("total", &total)])
}
