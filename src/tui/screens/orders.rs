//! The live list: which order is selected, what is asked of it, and what came of that. The list itself is `desk::live`.

mod about;
mod act;
mod correct;
mod filters;
mod groups;
pub mod news;
pub mod view;

use jiff::{SignedDuration, Timestamp};

pub use about::{about, halted, reason, status_problem, waits};
pub use act::{Decision, ask, fits, label};
use act::{ask_status, open};
use correct::{correct, open_correction};
pub use correct::{reopened, start_correction};
use filters::{next_filter, next_status, next_type};
use news::News;

use crate::{
    desk::{
        DeskError,
        event::{Halt, Held},
        live::{LiveFilter, LiveKey, LiveList, LiveRow, TableNames},
    },
    domain::{order::delivery::Delivery, shop::Shop, value::ids::OrderId},
    i18n::Texts,
    ports::{
        journal::{OrderRecord, OrderRow},
        pos::ReadyOrder,
    },
    tui::{
        effect::Effect,
        input::{
            command::{OrdersCommand, OrdersSearchCommand},
            edit,
            key::Key,
        },
        msg::Action,
        overlay::{
            Overlay,
            details::{Details, Subject},
        },
        state::model::{Model, Screen, Tone},
    },
    words,
};

/// An order that is due within this time is no order for a later day.
const SOON: SignedDuration = SignedDuration::from_hours(3);
/// Rows moved by page up and page down.
const PAGE: isize = 10;

/// The live list and where the person is in it.
pub struct OrdersState {
    /// Rows and filter.
    pub list: LiveList,
    /// Position of the cursor among the rows shown.
    pub selected: usize,
    /// Whether typing goes into the filter.
    pub searching: bool,
    /// Cursor in the filter's text, in bytes.
    pub cursor: usize,
    /// When the ready list was last read.
    pub read_at: Option<Timestamp>,
    /// What was said last of orders that need a person.
    news: News,
    key: Option<LiveKey>,
    /// Orders being read. Details that were asked for later take the place of earlier ones; a correction is always opened.
    pending: Vec<Pending>,
}

/// What an order is being read for.
struct Pending {
    request: u64,
    order_id: OrderId,
    purpose: Purpose,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Details,
    Correct,
}

impl OrdersState {
    /// An empty list.
    pub fn new(shop: &Shop, texts: &Texts) -> Self {
        let tables = TableNames::new(&[texts.t("word.table")], &shop.tables);
        Self {
            list: LiveList::new(shop.workflow.clone()).with_tables(tables),
            selected: 0,
            searching: false,
            cursor: 0,
            read_at: None,
            news: News::default(),
            key: None,
            pending: Vec::new(),
        }
    }

    /// Orders that are not done.
    pub fn open_count(&self) -> usize {
        self.list.open_count()
    }

    /// The selected row.
    pub fn row(&self) -> Option<&LiveRow> {
        self.list.get(self.selected)
    }

    /// What is shown, in one line: how many of how many, and the filter.
    pub fn summary(&self, texts: &Texts) -> String {
        let LiveFilter { text, delivery, status, order_type, open_only } = self.list.filter();
        let mut parts = vec![
            texts.fill("orders.shown", &[("n", &self.list.len().to_string()), ("all", &self.list.total().to_string())]),
        ];
        if self.list.later_count() > 0 {
            parts.push(texts.fill("orders.later_count", &[("n", &self.list.later_count().to_string())]));
        }
        parts.push(match delivery {
            Some(word) => texts.t(&format!("delivery.{word}")).to_owned(),
            None if *open_only => texts.t("orders.open_only").to_owned(),
            None => texts.t("orders.all").to_owned(),
        });
        parts.extend(order_type.map(|kind| texts.choice("order_type", kind.token(), None)));
        parts.extend(status.as_ref().map(|status| texts.choice("status", status, None)));
        if !text.is_empty() {
            parts.push(texts.quoted(text));
        }
        parts.join(" · ")
    }

    /// Keeps the cursor on its order when rows come, go and move.
    fn follow(&mut self) {
        if let Some(at) = self.key.as_ref().and_then(|key| self.list.position(key)) {
            self.selected = at;
        }
        self.selected = self.selected.min(self.list.len().saturating_sub(1));
        self.key = self.row().map(|row| row.key.clone());
    }

    fn select(&mut self, at: usize) {
        self.selected = at.min(self.list.len().saturating_sub(1));
        self.key = self.row().map(|row| row.key.clone());
    }

    fn filter(&mut self, change: impl FnOnce(&mut LiveFilter)) {
        let mut filter = self.list.filter().clone();
        change(&mut filter);
        self.list.set_filter(filter);
        self.follow();
    }
}

/// The clock went on: what was for a later day may be due now. Whatever is due within `SOON` is due, midnight or not.
pub fn clock(model: &mut Model) {
    let now = model.moment.now;
    let minute = SOON.as_secs() + now.as_second() - now.as_second().rem_euclid(60);
    let tomorrow =
        model.moment.local().date().tomorrow().ok().and_then(|day| day.to_zoned(model.moment.zone.clone()).ok());
    let soon = Timestamp::from_second(minute).unwrap_or(now);
    let later_from = tomorrow.map_or(soon, |day| day.timestamp().max(soon));
    if model.orders.list.set_later_from(later_from) {
        model.orders.follow();
    }
}

/// The list comes to the front.
pub fn shown(model: &mut Model) {
    model.orders.follow();
}

/// Rows of the journal are new or changed.
pub fn changed(model: &mut Model, rows: Vec<OrderRow>) {
    if model.orders.list.apply(&rows) {
        model.orders.follow();
    }
}

/// The ready list was read.
pub fn ready(model: &mut Model, rows: Vec<ReadyOrder>, at: Timestamp) {
    model.orders.read_at = Some(at);
    if model.orders.list.set_ready(&rows) {
        model.orders.follow();
    }
}

/// Which orders are held, as the outbox says.
pub fn held(model: &mut Model, held: &[(OrderId, Held)]) {
    if model.orders.list.set_held(held) {
        model.orders.follow();
    }
}

/// Puts the cursor on the first order that needs a person.
pub fn attention(model: &mut Model) {
    model.orders.searching = false;
    model.orders.filter(|filter| *filter = LiveFilter::default());
    model.orders.select(0);
    if model.orders.row().is_some_and(LiveRow::needs_person) {
        return;
    }
    match &model.outbox.halted {
        Some(Halt::KeyRefused { .. }) => return key_refused(model),
        Some(Halt::OtherSender { holder: Some(holder) }) if holder.is_stopped => {
            let text = model.texts.t("notice.sender_stopped").to_owned();
            let detail = words::sender(holder, model.moment.now, &model.texts);
            return model.say_detail(Tone::Alarm, text, &detail);
        }
        Some(halt @ Halt::Throttled { .. }) => {
            let text = halted(model, halt);
            return model.say(Tone::Warn, text);
        }
        _ => {}
    }
    let text = model.texts.t("notice.nobody_needed").to_owned();
    model.say(Tone::Done, text);
}

/// No order needs a person, but the key does: what to do about it, and the cursor on what waits for it.
fn key_refused(model: &mut Model) {
    let waits = |row: &LiveRow| matches!(row.delivery, Some(Delivery::Queued));
    let first = model.orders.list.iter_from(0).position(waits);
    model.orders.select(first.unwrap_or_default());
    let (text, detail) = (model.texts.t("notice.check_key").to_owned(), model.texts.t("hint.key").to_owned());
    model.say_detail(Tone::Warn, text, &detail);
}

/// What is typed in the search of the list, and where the cursor of the list was.
#[derive(Debug, Clone)]
pub struct ListSearch {
    text: String,
    cursor: usize,
    selected: usize,
    key: Option<LiveKey>,
}

/// The search of the list, if keys are typed into it.
pub fn search_text(model: &Model) -> Option<ListSearch> {
    let orders = &model.orders;
    let text = || orders.list.filter().text.clone();
    orders.searching.then(|| ListSearch {
        text: text(),
        cursor: orders.cursor,
        selected: orders.selected,
        key: orders.key.clone(),
    })
}

/// The search as it was.
pub fn put_back_search(model: &mut Model, search: ListSearch) {
    let ListSearch { text, cursor, selected, key } = search;
    let orders = &mut model.orders;
    (orders.cursor, orders.selected, orders.key) = (cursor, selected, key);
    orders.filter(|filter| filter.text = text);
}

/// Does a command of the live list.
pub fn command(model: &mut Model, command: OrdersCommand) -> Vec<Effect> {
    if !act::is_for_shown(model, command) {
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
        OrdersCommand::OrderFilter => next_filter(orders),
        OrdersCommand::OrderTypeFilter => next_type(orders),
        OrdersCommand::OrderStatusFilter => next_status(model),
        // The way back out of what is looked for is the way to all of it.
        OrdersCommand::OrderLeave if filters::is_set(orders) => filters::clear(orders),
        OrdersCommand::OrderLeave => model.screen = Screen::Draft,
        OrdersCommand::OrderPoll => return vec![Effect::TryNow],
        OrdersCommand::OrderOpen => return open(model),
        OrdersCommand::OrderStatus => ask_status(model),
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

/// The order that was asked for.
pub fn opened(model: &mut Model, request: u64, result: Result<Box<OrderRecord>, DeskError>) -> Vec<Effect> {
    let Some(at) = model.orders.pending.iter().position(|pending| pending.request == request) else {
        return Vec::new();
    };
    let pending = model.orders.pending.remove(at);
    match result {
        Ok(record) if pending.purpose == Purpose::Correct => return open_correction(model, &record),
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
pub fn decided(model: &mut Model, action: &Action, result: Result<(), DeskError>) {
    if matches!(model.overlay, Some(Overlay::Details(_))) {
        model.overlay = None;
    }
    match result {
        Ok(()) => {
            let waits = waits(model);
            let text = match action {
                Action::Status { of, status } => about::status_asked(model, of, status, waits),
                Action::Resend => match waits {
                    Some(waits) => model.texts.fill("notice.resent_waits", &[("waits", &waits)]),
                    None => model.texts.t("notice.resent").to_owned(),
                },
                Action::DropStatus => model.texts.t("notice.status_dropped").to_owned(),
                Action::Arrived => model.texts.t("notice.arrived").to_owned(),
                Action::Cancel => model.texts.t("notice.cancelled").to_owned(),
                Action::Readdress => model.texts.t("notice.readdressed").to_owned(),
            };
            model.say(Tone::Done, text);
            if matches!(action, Action::Resend)
                && let Some(order_id) = act::just_resent(model)
            {
                news::on_its_way(model, &order_id);
            }
        }
        Err(error) => {
            let text = model.texts.t("notice.not_decided").to_owned();
            model.say_error(Tone::Alarm, text, &error);
        }
    }
}

/// The shop's label of a status, if it has one.
pub fn status_label(model: &Model, status: &str) -> Option<String> {
    model.shop.workflow.rule(status).and_then(|rule| rule.label.clone())
}

#[cfg(test)]
#[path = "orders_tests.rs"]
mod tests;
