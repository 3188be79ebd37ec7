//! The lines under the head: which desk has the shown draft, and who rings.

use crate::{
    desk::{drafts::Holder, live::LiveKey},
    domain::{
        guest::{Guest, PastOrder},
        order::Item,
        value::text::Clean,
    },
    ports::SeenDesk,
    tui::{
        input::command::Command,
        state::model::{Model, Screen},
        wording,
    },
};

/// Which desk has it, in words.
pub fn whose(model: &Model, holder: &Holder) -> String {
    match holder.seen {
        SeenDesk::Running { since: Some(since) } => {
            let local = since.to_zoned(model.moment.zone.clone()).datetime();
            model.texts.fill("desk.since", &[("time", &model.texts.time(local.time()))])
        }
        SeenDesk::Running { since: None } => model.texts.t("desk.unnamed").to_owned(),
        SeenDesk::Ended => model.texts.t("desk.ended").to_owned(),
    }
}

/// The line under the head while a draft of another desk is shown.
pub fn away_line(model: &Model) -> Option<String> {
    let holder = model.slot().filter(|_| model.screen == Screen::Draft)?.away.as_ref()?;
    let parts = [("whose", whose(model, holder)), ("key", model.key_label(Command::Send))];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(model.texts.fill("head.away", &parts))
}

/// Who rings: `☎ Muster, 040 123456 ruft an: F11 · zuletzt vor 3 Tagen 2 Pizza Hawaii · Klingel kaputt`. While nobody does, how many
/// calls were missed.
pub fn call_line(model: &Model) -> Option<String> {
    let key = model.key_label(Command::TakeCall);
    let Some((call, more)) = model.calls.newest() else {
        let missed = model.calls.missed().len();
        return (missed > 0).then(|| model.texts.count("calls.missed", missed).replace("{key}", &key));
    };
    // A withheld number is a call as well.
    let number = if call.number.is_empty() { model.texts.t("calls.withheld") } else { call.number.as_str() };
    let guest = call.known.guests.first();
    let name = guest.and_then(|guest| guest.customer.family_name.as_deref().or(guest.customer.given_name.as_deref()));
    let who = name.map_or_else(|| number.to_owned(), |name| format!("{name}, {number}"));
    let mut parts = vec![model.texts.fill("calls.rings", &[("number", &who), ("key", &key)])];
    parts.extend((more > 0).then(|| model.texts.count("calls.more", more)));
    parts.extend(Some(call.known.note.clone()).filter(|note| !note.is_empty()));
    parts.extend(guest.and_then(|guest| open_order(model, guest)));
    parts.extend(guest.and_then(|guest| last_order(model, guest)));
    Some(parts.join(" · "))
}

/// The order of a guest that is not done yet: what most of those who call again ask for.
fn open_order(model: &Model, guest: &Guest) -> Option<String> {
    let row = |past: &PastOrder| model.orders.list.find(&LiveKey::Order(past.order_id.clone()));
    let open = guest.orders.iter().filter_map(row).find(|row| !row.done)?;
    Some(model.texts.fill("calls.open", &[("order", &wording::orders::about(model, open))]))
}

/// What they had last, and how long ago.
fn last_order(model: &Model, guest: &Guest) -> Option<String> {
    let past = guest.orders.iter().find(|past| !past.is_cancelled)?;
    let is_dish = |item: &&Item| item.main_basket_item_id.is_none() || item.main_basket_item_id == item.basket_item_id;
    let dish = |item: &Item| format!("{} {}", model.texts.number(item.quantity.normalize()), Clean::new(&item.name));
    let dishes: Vec<String> = past.order.items.iter().filter(is_dish).take(2).map(dish).collect();
    let age = model.texts.age(model.seconds_since(past.at));
    Some(model.texts.fill("calls.last", &[("age", &age), ("dishes", &dishes.join(", "))]))
}
