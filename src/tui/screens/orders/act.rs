//! The live list: which order is selected, what is asked of it, and what came of that. The list itself is `desk::live`.

use crate::{
    desk::live::Decision,
    tui::{
        effect::Effect,
        input::{
            command::{Command, OrdersCommand, OrdersSearchCommand},
            edit,
            key::Key,
        },
        screens::orders::{
            self,
            correct::correct,
            decide::{ask, ask_status, open},
            filters::{By, next_filter, next_status, next_type},
        },
        state::{
            model::{Model, Tone},
            orders::OrdersState,
        },
    },
};

/// Rows moved by page up and page down.
const PAGE: isize = 10;

/// Does a command of the live list.
pub fn command(model: &mut Model, command: OrdersCommand) -> Vec<Effect> {
    if !orders::decide::is_for_shown(model, command) {
        return Vec::new();
    }
    let orders = &mut model.orders;
    let go = |orders: &mut OrdersState, by: isize| orders.select(orders.selected.saturating_add_signed(by));
    match command {
        OrdersCommand::OrderDown => go(orders, 1),
        OrdersCommand::OrderUp => go(orders, -1),
        OrdersCommand::OrderPageDown => go(orders, PAGE),
        OrdersCommand::OrderPageUp => go(orders, -PAGE),
        OrdersCommand::OrderFirst => orders.select(0),
        OrdersCommand::OrderLast => orders.select(usize::MAX),
        OrdersCommand::OrderSearch => {
            orders.searching = true;
            orders.cursor = orders.list.filter().text.len();
        }
        OrdersCommand::OrderFilter => {
            next_filter(orders);
            orders::filters::say_choices(model, By::State);
        }
        OrdersCommand::OrderTypeFilter => {
            next_type(orders);
            orders::filters::say_choices(model, By::Type);
        }
        OrdersCommand::OrderStatusFilter => {
            next_status(model);
            orders::filters::say_choices(model, By::Status);
        }
        // The way back out of what is looked for is the way to all of it.
        OrdersCommand::OrderLeave if orders::filters::is_set(orders) => orders::filters::clear(orders),
        // Letters typed behind one Esc too many would be searched for, and Enter would add a dish to the order.
        OrdersCommand::OrderLeave => {
            let text = model.texts.fill("notice.list_stays", &[("key", &model.key_label(Command::ToggleOrders))]);
            model.say(Tone::Warn, text);
        }
        OrdersCommand::OrderPoll => return vec![Effect::TryNow],
        OrdersCommand::OrderOpen => return open(model),
        OrdersCommand::OrderStatus => ask_status(model),
        OrdersCommand::OrderNext => return orders::status::next(model),
        OrdersCommand::OrderMark => orders::status::mark(model),
        OrdersCommand::OrderMore => return orders::more::ask(model),
        OrdersCommand::OrderMute => orders::news::mute(model),
        OrdersCommand::OrderUndo => return orders::status::take_back(model),
        OrdersCommand::OrderResend => ask(model, Decision::Resend),
        OrdersCommand::OrderArrived => ask(model, Decision::Arrived),
        OrdersCommand::OrderCancel => ask(model, Decision::Cancel),
        OrdersCommand::OrderCorrect => return correct(model),
    }
    Vec::new()
}

/// Does a command of the line in which the list is searched.
pub fn search_command(model: &mut Model, command: OrdersSearchCommand) {
    model.orders.searching = false;
    match command {
        OrdersSearchCommand::SearchDone => {}
        OrdersSearchCommand::SearchClear => model.orders.filter(|filter| filter.text.clear()),
    }
}

/// A key that is no command: typed into the filter while it is open.
pub fn key(model: &mut Model, key: Key) {
    if !model.orders.searching {
        return;
    }
    let (mut text, mut cursor) = (model.orders.list.filter().text.clone(), model.orders.cursor);
    edit::key(&mut text, &mut cursor, key);
    model.orders.cursor = cursor;
    model.orders.filter(|filter| filter.text = text);
}

/// Pasted text goes into the filter while it is open, and nowhere else.
pub fn paste(model: &mut Model, pasted: &str) {
    if !model.orders.searching {
        return;
    }
    let (mut text, mut cursor) = (model.orders.list.filter().text.clone(), model.orders.cursor);
    edit::insert(&mut text, &mut cursor, pasted);
    model.orders.cursor = cursor;
    model.orders.filter(|filter| filter.text = text);
}

/// A click selects; a second one opens.
pub fn click(model: &mut Model, row: usize) -> Vec<Effect> {
    if model.orders.selected == row {
        return open(model);
    }
    model.orders.select(row);
    Vec::new()
}

#[cfg(test)]
#[path = "orders_tests.rs"]
mod tests;
