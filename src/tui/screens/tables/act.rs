//! A new round of a table. What makes one, and which session it joins, is decided at the counter.

use crate::{
    desk::counter::{begin_round, has_rounds},
    domain::{
        draft::{flow::Step, undo::Touch},
        order::OrderType,
    },
    tui::{
        screens::navigation,
        state::model::{Model, Tone},
        wording::tables::name,
    },
};

/// A new round for a table, in a blank or a new draft, with the cursor in the search.
pub fn open_round(model: &mut Model, table: i64) {
    if !has_rounds(&model.shop) {
        let kind = model.texts.choice("order_type", OrderType::Local.token(), None);
        let text = model.texts.fill("tables.not_offered", &[("type", &kind)]);
        return model.say(Tone::Warn, text);
    }
    if !model.open_draft() {
        let text = model.texts.t("notice.no_id").to_owned();
        return model.say(Tone::Warn, text);
    }
    let Some(slot) = model.slot_mut() else { return };
    slot.change(Touch::Alone, |draft| begin_round(draft, table));
    navigation::go_to_step(model, Step::Items);
    model.search();
    let open = model.orders.list.open_table(table, None, model.moment.now);
    let (rounds, total) = (open.rounds.len(), model.texts.money(open.total, &model.shop.currency));
    let table = name(model, table);
    let text = match rounds {
        0 => model.texts.fill("tables.first_round", &[("table", &table)]),
        n => model.texts.count("tables.next_round", n).replace("{table}", &table).replace("{total}", &total),
    };
    model.say(Tone::Done, text);
}
