//! What the desk found out: events of the sender and answers of the runner. Changes the model; a key never waits for it.

use std::sync::Arc;

use super::orders;
use crate::{
    desk::{DeskError, event::DeskEvent},
    domain::{draft::Draft, ids::OrderId},
    ports::journal::OrderRow,
    tui::{
        effect::Effect,
        model::{MAX_HITS, Model, Screen, Tone},
        msg::Reply,
        slot::Slot,
    },
};

pub(super) fn on_desk(model: &mut Model, event: DeskEvent) {
    match event {
        DeskEvent::Orders(rows) => orders::changed(model, rows),
        DeskEvent::Ready { orders, at } => orders::ready(model, orders, at),
        DeskEvent::Connection(connection) => model.connection = connection,
        DeskEvent::Outbox(outbox) => {
            orders::held(model, &outbox.held);
            model.outbox = outbox;
        }
        DeskEvent::ReadyRefused { reason } => {
            // It comes with every poll: it must not push away what the person is reading.
            if model.notice.is_none() {
                let text = model.texts.t("notice.ready_refused").to_owned();
                model.say_detail(Tone::Warn, text, &reason);
            }
        }
        DeskEvent::SenderStopped { reason } => model.sender_stopped = Some(reason.to_string()),
    }
}

pub(super) fn on_reply(model: &mut Model, reply: Reply) -> Vec<Effect> {
    match reply {
        Reply::Placed { order_id, result } => placed(model, &order_id, result),
        Reply::Restored { drafts } => restored(model, drafts),
        Reply::Orders(rows) => orders::changed(model, rows),
        Reply::Catalog(catalog) => {
            model.catalog_loaded = true;
            model.catalog = catalog;
            model.search();
        }
        Reply::CatalogFailed(error) => {
            model.catalog_loaded = true;
            let text = model.texts.t("notice.catalog_failed").to_owned();
            model.say_error(Tone::Warn, text, &error);
        }
        Reply::DraftNotSaved(error) => {
            let text = model.texts.t("notice.draft_not_saved").to_owned();
            model.say_error(Tone::Alarm, text, &error);
        }
        Reply::Order { request, result } => orders::opened(model, request, result),
        Reply::Decided { action, result } => orders::decided(model, &action, result),
    }
    Vec::new()
}

/// The journal has the order, or has not: then its draft comes back, as it was, and says so loudly.
fn placed(model: &mut Model, id: &OrderId, result: Result<Box<OrderRow>, DeskError>) {
    let Some(at) = model.placing.iter().position(|slot| slot.draft().order_id == *id) else { return };
    let mut slot = model.placing.remove(at);
    match result {
        Ok(row) => {
            let total = model.texts.money(row.total, &row.currency);
            let text = model.texts.fill("notice.saved", &[("order", id.short()), ("total", &total)]);
            model.say(Tone::Done, text);
            orders::changed(model, vec![*row]);
        }
        Err(error) => {
            slot.touch();
            model.slots.push(slot);
            model.current = model.slots.len() - 1;
            model.screen = Screen::Draft;
            let text = model.texts.t("notice.not_saved").to_owned();
            model.say_error(Tone::Alarm, text, &error);
        }
    }
}

/// Drafts from the last run come back; what was typed meanwhile stays in front.
fn restored(model: &mut Model, drafts: Vec<Draft>) {
    if drafts.is_empty() {
        return;
    }
    let typed = std::mem::take(&mut model.slots);
    model.slots = drafts.into_iter().map(Slot::new).collect();
    let (blank, typed): (Vec<Slot>, Vec<Slot>) = typed.into_iter().partition(Slot::is_blank);
    let nothing_typed = typed.is_empty();
    model.slots.extend(typed);
    model.current = model.slots.len() - 1;
    // The id of the blank draft is not lost: it serves the next one.
    if model.spare_id.is_none() {
        model.spare_id = blank.into_iter().next().map(|slot| slot.draft().order_id.clone());
    }
    if nothing_typed {
        let text = model.texts.count("notice.resumed", model.slots.len());
        model.say(Tone::Done, text);
    }
    model.search();
    let catalog = Arc::clone(&model.catalog);
    for slot in &mut model.slots {
        let text = crate::domain::quick::parse(&slot.draft().search).text.to_owned();
        slot.items.hits = catalog.search(&text, slot.items.scope, MAX_HITS);
    }
}
