//! One more for an order: a draft for the same guest, at the same table or place, in the same session. What was ordered stays behind.

use crate::{
    domain::{
        draft::{Draft, field::Field, flow::Step, terms::Terms},
        value::ids::OrderId,
    },
    ports::journal::OrderRecord,
    tui::{
        effect::Effect,
        screens::orders::decide::load,
        state::{
            model::{Model, Screen, Tone},
            orders::Purpose,
        },
        wording::orders::name,
    },
};

/// What of the order before is not taken over: it belongs to that one alone.
const ITS_OWN: [Field; 6] = [
    Field::PaymentMethod,
    Field::PaymentStatus,
    Field::PaymentReference,
    Field::PaymentReceived,
    Field::OrderStatus,
    Field::Due,
];

/// Reads the selected order; its answer opens the draft.
pub fn ask(model: &mut Model) -> Vec<Effect> {
    let row = model.orders.row();
    let Some(order_id) = row.filter(|row| !row.foreign).and_then(|row| row.order_id.clone()) else {
        let text = model.texts.t("notice.more_foreign").to_owned();
        model.say(Tone::Warn, text);
        return Vec::new();
    };
    if model.orders.pending.iter().any(|pending| pending.purpose == Purpose::More && pending.order_id == order_id) {
        return Vec::new();
    }
    load(model, order_id, Purpose::More)
}

/// The order was read.
pub fn open(model: &mut Model, record: &OrderRecord) {
    if model.screen != Screen::Orders {
        return;
    }
    let Some(order_id) = model.ids.take() else {
        let text = model.texts.t("notice.no_id").to_owned();
        return model.say(Tone::Warn, text);
    };
    let draft = draft(model, record, order_id);
    let order = model.orders.list.find(&crate::desk::live::LiveKey::Order(record.row.order_id.clone()));
    let order = order.map_or_else(|| record.row.order_id.short().to_owned(), |row| name(model, row));
    let text = model.texts.fill("notice.more", &[("order", &order)]);
    model.overlay = None;
    model.push_draft(draft);
    if let Some(slot) = model.slot_mut() {
        slot.touch();
    }
    model.say(Tone::Done, text);
}

fn draft(model: &Model, record: &OrderRecord, order_id: OrderId) -> Draft {
    let mut draft = model.counter().reopened(&record.order);
    draft.fields.retain(|field, _| !ITS_OWN.contains(field));
    // A table's session goes on by itself; elsewhere the first order's id ties them together, if the order has none.
    Draft {
        order_id,
        opened_at: model.moment.now,
        step: Step::Items,
        lines: Vec::new(),
        tips: Vec::new(),
        corrects: None,
        terms: Terms::default(),
        ..draft
    }
}
