//! Answers to what was asked of an order: it was read, or what was decided was recorded.

use crate::{
    desk::{DeskError, live::LiveKey},
    domain::value::ids::OrderId,
    ports::journal::OrderRecord,
    tui::{
        effect::Effect,
        msg::OrderAction,
        screens::orders::{self, correct::open_correction},
        state::{
            model::{Model, Screen, Tone},
            orders::Purpose,
            overlay::{
                Overlay,
                details::{Details, Subject},
                status::StatusTarget,
            },
        },
        wording::{self, orders::waits},
    },
};

/// The order that was asked for.
pub fn opened(model: &mut Model, request: u64, result: Result<Box<OrderRecord>, DeskError>) -> Vec<Effect> {
    let Some(at) = model.orders.pending.iter().position(|pending| pending.request == request) else {
        return Vec::new();
    };
    let pending = model.orders.pending.remove(at);
    match result {
        Ok(record) if pending.purpose == Purpose::Correct => return open_correction(model, &record),
        Ok(record) if pending.purpose == Purpose::Beside => return orders::beside::opened(model, record),
        // It is shown in part, and nobody asked.
        Err(_) if pending.purpose == Purpose::Beside => {}
        Ok(record) if pending.purpose == Purpose::More => orders::more::open(model, &record),
        // Who went on to something else is not pulled back: a key typed there would be taken for one of the order's.
        Ok(_) if model.screen != Screen::Orders || !matches!(model.overlay, None | Some(Overlay::Details(_))) => {}
        Ok(record) => {
            let details = Details { subject: Subject::Ours(record), scroll: 0 };
            model.overlay = Some(Overlay::Details(Box::new(details)));
        }
        Err(error) => {
            let text = model.texts.t("notice.not_opened").to_owned();
            model.say_error(Tone::Warn, text, &error);
        }
    }
    Vec::new()
}

/// What a person decided was recorded, or was not.
pub fn decided(model: &mut Model, action: &OrderAction, result: Result<(), DeskError>) {
    if matches!(model.overlay, Some(Overlay::Details(_))) {
        model.overlay = None;
    }
    match result {
        Ok(()) => {
            let waits = waits(model);
            let text = match action {
                // It was said when the key was pressed, with the way back.
                OrderAction::Status { of: StatusTarget::Ours(id), status } if is_said(model, id, status) => return,
                OrderAction::Status { of, status } => wording::orders::status_asked(model, of, status, waits),
                OrderAction::Withdrawn { order_id, status } => {
                    let row = model.orders.list.find(&LiveKey::Order(order_id.clone()));
                    let order =
                        row.map_or_else(|| order_id.short().to_owned(), |row| wording::orders::name(model, row));
                    let label = wording::orders::status_word(model, status);
                    model.texts.fill("notice.withdrawn", &[("order", &order), ("status", &label)])
                }
                OrderAction::Resend => match waits {
                    Some(waits) => model.texts.fill("notice.resent_waits", &[("waits", &waits)]),
                    None => model.texts.t("notice.resent").to_owned(),
                },
                OrderAction::DropStatus => model.texts.t("notice.status_dropped").to_owned(),
                OrderAction::Arrived => model.texts.t("notice.arrived").to_owned(),
                OrderAction::Cancel => model.texts.t("notice.cancelled").to_owned(),
                OrderAction::Readdress => model.texts.t("notice.readdressed").to_owned(),
            };
            model.say(Tone::Done, text);
            if matches!(action, OrderAction::Resend)
                && let Some(order_id) = orders::decide::just_resent(model)
            {
                orders::news::on_its_way(model, &order_id);
            }
        }
        Err(error) => {
            let key = match action {
                OrderAction::Withdrawn { .. } => "notice.not_withdrawn",
                _ => "notice.not_decided",
            };
            let text = model.texts.t(key).to_owned();
            model.say_error(Tone::Alarm, text, &error);
        }
    }
}

/// Whether the message that stands says that this order was moved.
fn is_said(model: &Model, id: &OrderId, status: &str) -> bool {
    let is_last = model.orders.moved.iter().any(|(moved, to)| moved == id && to == status);
    is_last
        && model.orders.moved_said.is_some()
        && model.notice.as_ref().map(|said| &said.text) == model.orders.moved_said.as_ref()
}
