//! Draws who was found under a number: below the fields, with the note and what they ordered last. Changes nothing.

use ratatui::{layout::Rect, style::Style};

use crate::{
    domain::{
        guest::{Guest, PastOrder},
        order::{Customer, Order},
        value::text::Clean,
    },
    tui::{
        input::{command::Command, target::Target},
        state::{contexts::is_choosing_guest, model::Model, slot::Slot},
        widgets::canvas::{Canvas, fit, width},
        wording,
    },
    words,
};

/// Draws the panel; `false` where nothing is known of the number.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, slot: &Slot, area: Rect) -> bool {
    let known = &slot.caller.known;
    let texts = &model.texts;
    if known.guests.is_empty() && known.note.is_empty() && known.failed.is_none() {
        if slot.caller.is_new() && area.height > 0 {
            canvas.put(area.x, area.y, area.width, texts.t("guest.new"), canvas.theme.dim);
        }
        return false;
    }
    let mut area = area;
    if let Some(error) = known.failed.as_ref().filter(|_| area.height > 0) {
        // The last line: who was found all the same comes first.
        area.height -= 1;
        let text = texts.fill("guest.lookup_failed", &[("reason", &words::what_happened(error, texts))]);
        canvas.put(area.x, area.bottom(), area.width, &fit(&text, area.width), canvas.theme.warn);
    }
    if !known.guests.is_empty() {
        let head = texts.count("guest.known", known.guests.len());
        let end = canvas.put(area.x, area.y, area.width, &head, canvas.theme.accent) + 2;
        let keys = keys(model, slot).join(", ");
        canvas.put(end, area.y, area.right().saturating_sub(end), &keys, canvas.theme.dim);
    }
    let lines = lines(model, slot, usize::from(area.height.saturating_sub(1)));
    for (y, line) in (area.y + 1..area.bottom()).zip(lines) {
        let style = line.style(canvas);
        let end = canvas.put(area.x, y, area.width.saturating_sub(width(&line.right) + 1), &line.text, style);
        canvas.put_right(area.right(), y, &line.right, style);
        if line.kind == Kind::Chosen {
            canvas.target(Rect::new(area.x, y, end.saturating_sub(area.x), 1), Target::Command(Command::TakeGuest));
        }
    }
    true
}

/// What can be done about them from where the cursor is: elsewhere arrows and Enter go on through the fields.
fn keys(model: &Model, slot: &Slot) -> Vec<String> {
    let texts = &model.texts;
    let key = |command| model.key_label(command);
    let mut keys = Vec::new();
    if is_choosing_guest(slot) {
        if slot.caller.known.guests.len() > 1 {
            let (down, up) = (key(Command::GuestDown), key(Command::GuestUp));
            keys.push(texts.fill("guest.chooses", &[("down", &down), ("up", &up)]));
        }
        keys.push(texts.fill("guest.takes", &[("take", &key(Command::TakeGuest))]));
    }
    if slot.caller.guest().is_some_and(|guest| !guest.orders.is_empty()) && !slot.caller.is_repeated(slot.draft()) {
        keys.push(texts.fill("guest.repeats", &[("repeat", &key(Command::RepeatOrder))]));
    }
    keys
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Chosen,
    Other,
    Note,
    Past,
}

struct Printed {
    text: String,
    right: String,
    kind: Kind,
}

impl Printed {
    fn style(&self, canvas: &Canvas<'_>) -> Style {
        match self.kind {
            Kind::Chosen => canvas.theme.strong,
            Kind::Note => canvas.theme.warn,
            Kind::Other | Kind::Past => canvas.theme.text,
        }
    }
}

/// Everybody, if there is room, else the chosen one; of that one the last orders.
fn lines(model: &Model, slot: &Slot, height: usize) -> Vec<Printed> {
    let caller = &slot.caller;
    let note = wording::guests::note(model, slot).map(|text| Printed { text, right: String::new(), kind: Kind::Note });
    let past = caller.guest().map_or(0, |guest| guest.orders.len());
    let all = caller.known.guests.len() + past + usize::from(note.is_some()) <= height;
    let many = caller.known.guests.len();
    let mut lines: Vec<Printed> = note.into_iter().collect();
    for (at, guest) in caller.known.guests.iter().enumerate() {
        let here = at == caller.selected;
        if !here && !all {
            continue;
        }
        let mark = if here { "▌ " } else { "  " };
        let right = if many > 1 { format!("{}/{many}", at + 1) } else { String::new() };
        let kind = if here { Kind::Chosen } else { Kind::Other };
        lines.push(Printed { text: format!("{mark}{}", about(guest)), right, kind });
        if here {
            lines.extend(guest.orders.iter().map(|order| past_line(model, order)));
        }
    }
    lines
}

/// Name and address in one line.
fn about(guest: &Guest) -> String {
    let Customer { given_name, family_name, address, .. } = &guest.customer;
    let join = |parts: &[&Option<String>]| {
        let parts = parts.iter().filter_map(|part| part.as_deref()).filter(|part| !part.is_empty());
        Clean::new(&parts.collect::<Vec<_>>().join(" ")).into_string()
    };
    let mut parts = vec![join(&[given_name, family_name])];
    if let Some(address) = address {
        parts.push(join(&[&address.street, &address.house_number]));
        parts.push(join(&[&address.zip, &address.city]));
        parts.push(join(&[&address.additional_address]));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// `04.05. Lieferung: 2 Pizza Hawaii (extra Käse), 1 Cola` and the total.
fn past_line(model: &Model, past: &PastOrder) -> Printed {
    let texts = &model.texts;
    let order = &past.order;
    let day = texts.date(past.at.to_zoned(model.moment.zone.clone()).date());
    let kind = order.order_type.map(|kind| texts.choice("order_type", kind.token(), None)).unwrap_or_default();
    let price = &order.payment.price;
    let text = format!("    {day} {kind}: {}", dishes(model, order));
    Printed { text, right: texts.money(price.value, &price.currency), kind: Kind::Past }
}

fn dishes(model: &Model, order: &Order) -> String {
    let mut dishes: Vec<String> = Vec::new();
    for item in order.items.iter().take(40) {
        let name = Clean::bounded(&item.name, 60);
        let is_extra = item.main_basket_item_id.is_some() && item.main_basket_item_id != item.basket_item_id;
        match dishes.last_mut().filter(|_| is_extra) {
            Some(dish) => dish.push_str(&format!(" +{name}")),
            None => dishes.push(format!("{} {name}", model.texts.number(item.quantity))),
        }
        let comment =
            item.comment.as_deref().map(|comment| Clean::bounded(comment, 60)).filter(|text| !text.is_empty());
        if let (Some(dish), Some(comment)) = (dishes.last_mut(), comment) {
            dish.push_str(&format!(" {}", model.texts.quoted(&comment)));
        }
    }
    dishes.join(", ")
}
