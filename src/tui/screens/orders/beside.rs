//! The selected order beside the list, where there is room for it: it is read without being asked for, and a key never waits for it.

use crate::{
    desk::live::LiveRow,
    ports::journal::OrderRecord,
    tui::{
        effect::Effect,
        screens::orders::decide::load,
        state::{
            model::{Model, Screen},
            orders::Purpose,
        },
        widgets::areas::BESIDE,
    },
};

/// Reads the selected order if it is shown and not known as it is now. One at a time: a held arrow reads no more than that.
pub fn read(model: &mut Model) -> Vec<Effect> {
    let is_shown = model.screen == Screen::Orders && model.size.0 >= BESIDE && !model.is_too_small();
    let row = model.orders.row().filter(|row| is_shown && !row.foreign && !is_known(model, row));
    let Some(order_id) = row.and_then(|row| row.order_id.clone()) else { return Vec::new() };
    if model.orders.pending.iter().any(|pending| pending.purpose == Purpose::Beside) {
        return Vec::new();
    }
    load(model, order_id, Purpose::Beside)
}

/// It was read. What is not in the list any more is not shown.
pub fn opened(model: &mut Model, record: Box<OrderRecord>) -> Vec<Effect> {
    model.orders.beside = Some(record);
    read(model)
}

fn is_known(model: &Model, row: &LiveRow) -> bool {
    let known = model.orders.beside.as_ref().map(|record| &record.row);
    known
        .is_some_and(|known| Some(&known.order_id) == row.order_id.as_ref() && Some(known.changed_at) >= row.changed_at)
}
