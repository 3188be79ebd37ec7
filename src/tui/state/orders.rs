//! The live list and where the person is in it. The list itself is `desk::live`.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::live::{Hour, LiveFilter, LiveKey, LiveList, LiveRow, TableNames},
    domain::{
        shop::Shop,
        value::{ids::OrderId, moment::Moment},
    },
    i18n::Texts,
    ports::journal::OrderRecord,
};

/// An order that is due within this time is no order for a later day.
const SOON: SignedDuration = SignedDuration::from_hours(3);

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
    pub news: News,
    /// Orders that are marked, to be moved together.
    pub marked: BTreeSet<LiveKey>,
    /// What was moved last, each order with the status it was given: one key takes it back.
    pub moved: Vec<(OrderId, String)>,
    /// What was said of it.
    pub moved_said: Option<String>,
    /// The order that is shown beside the list, as it was read last.
    pub beside: Option<Box<OrderRecord>>,
    /// Whether the bell is silenced.
    pub muted: bool,
    /// Whether the bell is to be rung with the next frame.
    pub rings: bool,
    /// How long an order takes for which nobody was told a time.
    usual: Option<SignedDuration>,
    key: Option<LiveKey>,
    /// Orders being read. Details that were asked for later take the place of earlier ones; a correction is always opened.
    pub pending: Vec<Pending>,
}

/// An order that is being read.
pub struct Pending {
    /// Which request its answer belongs to.
    pub request: u64,
    /// Which order.
    pub order_id: OrderId,
    /// What for.
    pub purpose: Purpose,
}

/// What an order is being read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be shown whole.
    Details,
    /// To be opened for correction.
    Correct,
    /// To order more for it.
    More,
    /// To be shown beside the list.
    Beside,
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
            marked: BTreeSet::new(),
            moved: Vec::new(),
            moved_said: None,
            beside: None,
            muted: false,
            rings: false,
            usual: shop.list.usual(),
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
        if !self.marked.is_empty() {
            parts.push(texts.fill("orders.marked", &[("n", &self.marked.len().to_string())]));
        }
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
    pub fn follow(&mut self) {
        if let Some(at) = self.key.as_ref().and_then(|key| self.list.position(key)) {
            self.selected = at;
        }
        self.selected = self.selected.min(self.list.len().saturating_sub(1));
        self.key = self.row().map(|row| row.key.clone());
    }

    /// Puts the cursor on a row, or on the last one.
    pub fn select(&mut self, at: usize) {
        self.selected = at.min(self.list.len().saturating_sub(1));
        self.key = self.row().map(|row| row.key.clone());
    }

    /// Changes what is looked for.
    pub fn filter(&mut self, change: impl FnOnce(&mut LiveFilter)) {
        let mut filter = self.list.filter().clone();
        change(&mut filter);
        self.list.set_filter(filter);
        self.follow();
    }

    /// The clock went on: what was soon is late, what was for a later day may be due now. Whatever is due within `SOON` is due,
    /// midnight or not.
    /// Returns whether an order stands elsewhere by it.
    pub fn clock(&mut self, moment: &Moment) -> bool {
        let now = moment.now;
        let whole = |seconds: i64| Timestamp::from_second(seconds).unwrap_or(now);
        let minute = now.as_second() - now.as_second().rem_euclid(60);
        let tomorrow = moment.local().date().tomorrow().ok().and_then(|day| day.to_zoned(moment.zone.clone()).ok());
        let soon = whole(minute + SOON.as_secs());
        let later_from = tomorrow.map_or(soon, |day| day.timestamp().max(soon));
        let moved = self.list.set_hour(Hour { minute: whole(minute), later_from, usual: self.usual });
        if moved {
            self.follow();
        }
        moved
    }

    /// The search of the list, if keys are typed into it.
    pub fn search(&self) -> Option<ListSearch> {
        self.searching.then(|| ListSearch {
            text: self.list.filter().text.clone(),
            cursor: self.cursor,
            selected: self.selected,
            key: self.key.clone(),
        })
    }

    /// The search as it was.
    pub fn put_back(&mut self, search: ListSearch) {
        let ListSearch { text, cursor, selected, key } = search;
        (self.cursor, self.selected, self.key) = (cursor, selected, key);
        self.filter(|filter| filter.text = text);
    }
}

/// What is typed in the search of the list, and where the cursor of the list was.
#[derive(Debug, Clone)]
pub struct ListSearch {
    text: String,
    cursor: usize,
    selected: usize,
    key: Option<LiveKey>,
}

/// What was said last.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// The orders it was about.
    pub orders: Vec<OrderId>,
    /// The words.
    pub text: String,
    /// When.
    pub at: Option<Timestamp>,
    /// The order that is said to be on its way, and the words of it.
    pub on_its_way: Option<(OrderId, String)>,
    /// Whether the outbox spoke before: what it holds back from the start is no news.
    pub has_heard: bool,
    /// The orders that are late, as far as it was said.
    pub late: BTreeSet<LiveKey>,
}
