//! What the desk found out: events of the sender and answers of the runner. Changes the model; a key never waits for it.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    desk::{
        DeskError,
        catalog::search::{Catalog, Scope},
        event::DeskEvent,
        live::InStore,
    },
    domain::{
        shop::stock::Said,
        value::{ids::OrderId, reason::Reason},
    },
    ports::{JournalError, journal::OrderRow, pos::Renewed},
    tui::{
        act::{
            catalog,
            draft::{
                away,
                open::{open_again, restored},
            },
            leaving,
        },
        effect::Effect,
        input::command::Command,
        msg::Reply,
        overlay::dish::extras,
        screens::{delivery, guests, items, orders},
        state::{
            model::{Model, Tone},
            overlay::Overlay,
        },
        wording,
    },
    words::{reason as reason_of, sentence},
};

/// The sender, the poll or the settings have news.
pub fn on_desk(model: &mut Model, event: DeskEvent) {
    match event {
        DeskEvent::Orders(rows) => orders::news::rows(model, rows),
        DeskEvent::Ready { orders, at } => orders::news::ready(model, orders, at),
        DeskEvent::Connection(connection) => model.connection = connection,
        DeskEvent::Outbox(outbox) => {
            orders::news::held(model, &outbox.held);
            model.orders.list.set_in_store(InStore::of(&outbox));
            model.outbox = outbox;
        }
        DeskEvent::ReadyRefused { reason } => {
            // It comes with every poll: it must not push away what the person is reading.
            if model.notice.is_none() {
                let text = model.texts.t("notice.ready_refused").to_owned();
                let detail = format!("{} {}", sentence(&reason_of(&reason, &model.texts)), model.texts.t("hint.paths"));
                model.say_detail(Tone::Warn, text, &detail);
            }
        }
        DeskEvent::Renewed(renewed) => say_renewed(model, &renewed),
        // The shell ends the desk: there is never a screen without a sender.
        DeskEvent::SenderStopped { .. } => {}
    }
}

/// Somebody changed the settings or the key because of what OktoPOS refuses: whether that reached the desk.
fn say_renewed(model: &mut Model, renewed: &Renewed) {
    match renewed {
        Renewed::Same => {}
        Renewed::Changed => {
            let text = model.texts.t("notice.renewed").to_owned();
            model.say(Tone::Done, text);
        }
        Renewed::Unusable { reason } => {
            let text = model.texts.t("notice.not_renewed").to_owned();
            model.say_detail(Tone::Alarm, text, reason);
        }
        Renewed::OtherAddress { base_url } => {
            let text = model.texts.t("notice.other_address").to_owned();
            let detail = model.texts.fill("notice.other_address_detail", &[("url", base_url)]);
            model.say_detail(Tone::Warn, text, &detail);
        }
    }
}

/// The answer to an effect.
pub fn on_reply(model: &mut Model, reply: Reply) -> Vec<Effect> {
    match reply {
        Reply::Placed { order_id, result } => return placed(model, &order_id, result),
        Reply::Restored { drafts } => restored(model, drafts),
        Reply::Elsewhere(elsewhere) => away::seen(model, elsewhere),
        Reply::Lost { order_id, lost } => return away::lost(model, &order_id, lost),
        Reply::Taken { order_id, result } => return away::taken(model, &order_id, result),
        Reply::Orders(rows) => orders::list::changed(model, rows),
        Reply::OnHand(on_hand) => model.kitchen.learn(on_hand),
        Reply::Towns(towns) => delivery::learn(model, towns),
        Reply::Catalog(catalog) => {
            // It also ends a read that came to nothing because another copy was there first.
            model.catalog_reading = None;
            new_catalog(model, catalog);
            catalog::resolve_channels(model);
        }
        Reply::CatalogProgress(count) => model.catalog_reading = Some(count),
        Reply::CatalogSynced { catalog, changes, asked } => {
            model.catalog_reading = None;
            new_catalog(model, catalog);
            catalog::synced(model, &changes, asked);
            catalog::resolve_channels(model);
        }
        Reply::Channels(listed) => {
            model.channels_listed = listed;
            catalog::resolve_channels(model);
        }
        Reply::SoldOut(said) => said_before(model, said),
        Reply::Stock(stock) => {
            if stock.version >= model.stock.version {
                model.stock = stock;
            }
        }
        Reply::SoldOutNotKept(error) => {
            let text = model.texts.t("notice.sold_out_not_kept").to_owned();
            model.say_error(Tone::Alarm, text, &error);
        }
        Reply::MenuFaults(faults) => catalog::faults(model, &faults),
        Reply::CatalogFailed { error, asked } => catalog::failed(model, &error, asked),
        Reply::Unread(error) => {
            let text = model.texts.t("notice.unread").to_owned();
            model.say_error(Tone::Alarm, text, &error);
        }
        Reply::Ready => leaving::ready(model),
        Reply::DraftSaved(order_id) => {
            model.unsaved.remove(&order_id);
        }
        Reply::DraftNotSaved { order_id, error } => not_saved(model, order_id, &error),
        Reply::Order { request, result } => return orders::answers::opened(model, request, result),
        Reply::Guests { request, known } => guests::act::found(model, request, known),
        Reply::NoteNotKept(error) => guests::act::note_not_kept(model, &error),
        Reply::Reopened { draft, result } => orders::correct::reopened(model, *draft, result),
        Reply::Decided { action, result } => orders::answers::decided(model, &action, result),
    }
    Vec::new()
}

/// What people said of articles before. What was said meanwhile is younger.
fn said_before(model: &mut Model, said: BTreeMap<i64, Said>) {
    for (article, said) in said {
        model.sold_out.entry(article).or_insert(said);
    }
}

fn not_saved(model: &mut Model, order_id: OrderId, error: &DeskError) {
    model.unsaved.insert(order_id);
    let is_full = matches!(error, DeskError::Journal(JournalError::Unwritable(why))
        if matches!(Reason::read(why), Some((Reason::DiskFull, _))));
    let key = if is_full { "notice.draft_not_saved" } else { "notice.draft_not_written" };
    let text = model.texts.t(key).to_owned();
    model.say_error(Tone::Alarm, text, error);
}

/// The journal has the order, or has not: then its draft comes back, as it was, and says so loudly.
fn placed(model: &mut Model, id: &OrderId, result: Result<Box<OrderRow>, DeskError>) -> Vec<Effect> {
    let Some(at) = model.placing.iter().position(|slot| slot.draft().order_id == *id) else { return Vec::new() };
    let slot = model.placing.remove(at);
    match result {
        Ok(row) => {
            delivery::learn_from(model, &slot);
            let total = model.texts.money(row.total, &row.currency);
            let waits = wording::orders::waits(model).unwrap_or_else(|| model.texts.t("notice.is_sent").to_owned());
            let parts = [("order", id.short()), ("total", &total), ("waits", &waits)];
            let text = model.texts.fill("notice.saved", &parts);
            say_saved(model, text);
            orders::list::changed(model, vec![*row]);
            // What became of it may have been quicker than the word that it is saved.
            orders::news::on_its_way(model, id);
            orders::news::tell(model, vec![id.clone()]);
        }
        Err(DeskError::SavedUnread(_)) => {
            let text = model.texts.fill("notice.saved_unread", &[("order", id.short())]);
            say_saved(model, text);
        }
        Err(error) => {
            // Not while it is the last thing before the end: nobody would see that it is still here.
            model.leaving = false;
            let is_stray = matches!(error, DeskError::WrongState { .. });
            let text = model.texts.t(if is_stray { "notice.not_sent_stray" } else { "notice.not_saved" }).to_owned();
            open_again(model, slot);
            model.say_error(Tone::Alarm, text, &error);
        }
    }
    Vec::new()
}

fn say_saved(model: &mut Model, mut text: String) {
    let waiting = model.waiting_drafts();
    if waiting > 0 {
        let key = model.key_label(Command::NextDraft);
        text.push(' ');
        text.push_str(&model.texts.count("notice.drafts_open", waiting).replace("{key}", &key));
    }
    model.say(Tone::Done, text);
}

/// Hits and groups are positions in the catalog: with another one all of them are looked up again, and a choice stays the
/// choice.
fn new_catalog(model: &mut Model, catalog: Arc<Catalog>) {
    let chosen = model.slot().filter(|slot| slot.items.browsing).and_then(|slot| items::search::chosen(model, slot));
    let chosen = chosen.map(|article| article.id);
    let old = std::mem::replace(&mut model.catalog, catalog);
    model.catalog_loaded = true;
    let groups = model.catalog.groups();
    for slot in &mut model.slots {
        if let Scope::Group(at) = slot.items.scope {
            let name = old.groups().get(at).map(|group| &group.name);
            let same = groups.iter().position(|group| Some(&group.name) == name);
            slot.items.scope = same.map_or(Scope::All, Scope::Group);
        }
    }
    for at in 0..model.slots.len() {
        model.search_in(at);
    }
    if let Some(chosen) = chosen {
        items::search::choose(model, chosen);
    }
    if let Some(Overlay::Extras(mut picker)) = model.overlay.take_if(|overlay| matches!(overlay, Overlay::Extras(_))) {
        extras::search(model, &mut picker);
        model.overlay = Some(Overlay::Extras(picker));
    }
}
