//! Hands at a desk, for tests of every part of the screen: keys in, effects and pictures out. No runtime, no disk, no clock.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{buffer::Buffer, layout::Rect};
use rust_decimal::Decimal;

use crate::{
    desk::{DeskError, catalog::search::Catalog, guests::Known},
    domain::{
        draft::Draft,
        guest::{Guest, PastOrder},
        order::{Address, Customer, Order, OrderType, delivery::Delivery},
        shop::{Shop, menu::Menu},
        value::{
            ids::{InternalId, OrderId, Revision},
            moment::Moment,
            money::Money,
            text::Clean,
        },
    },
    i18n::Lang,
    ports::{
        journal::{EventKind, JournalError, Noted, OrderEvent, OrderRecord, OrderRow},
        pos::{ReadyLine, ReadyOrder},
    },
    tui::{
        self,
        act::update,
        effect::{Effect, take_wanted_ids},
        input::{
            key::{Code, Key},
            keymap::Keymap,
        },
        msg::{Msg, Reply},
        state::model::{Model, ModelSetup},
        view::Drawn,
        widgets::theme::{Theme, ThemeName},
    },
};

/// 17:42:10 in Berlin.
pub const NOW: &str = "2026-05-04T15:42:10Z";

/// A person at a desk: what is pressed goes through `update`, what comes of it is collected.
pub struct Hands {
    /// The desk.
    pub model: Model,
    ids: u32,
}

impl std::ops::Deref for Hands {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.model
    }
}

impl std::ops::DerefMut for Hands {
    fn deref_mut(&mut self) -> &mut Model {
        &mut self.model
    }
}

impl Default for Hands {
    fn default() -> Self {
        Self::new()
    }
}

impl Hands {
    /// A desk with the demo's menu, nothing restored, in German on 80x24.
    pub fn new() -> Self {
        Self::speaking(Lang::De)
    }

    /// The same in a language.
    pub fn speaking(lang: Lang) -> Self {
        let mut hands = Self::before_anything(lang, shop());
        hands.take(Msg::Reply(Reply::Catalog(menu())));
        hands
    }

    /// A desk that has read nothing yet.
    pub fn before_anything(lang: Lang, shop: Shop) -> Self {
        let moment = Moment { now: at(NOW), zone: TimeZone::get("Europe/Berlin").unwrap() };
        let setup = ModelSetup { lang, shop, keymap: Keymap::default(), demo: true, moment, spare_id: id(1) };
        let mut hands = Self { model: Model::new(setup), ids: 1 };
        hands.take(Msg::Resize(80, 24));
        hands
    }

    /// One message; the fresh ids that it asks for follow, as in the running program.
    pub fn take(&mut self, msg: Msg) -> Vec<Effect> {
        let mut done = Vec::new();
        let mut next = Some(msg);
        while let Some(msg) = next.take() {
            let mut effects = update(&mut self.model, msg);
            let wanted = take_wanted_ids(&mut effects);
            done.extend(effects);
            next = (wanted > 0).then(|| Msg::Ids((0..wanted).map(|_| self.next_id()).collect()));
        }
        done
    }

    fn next_id(&mut self) -> OrderId {
        self.ids += 1;
        id(self.ids)
    }

    /// Presses keys by their names, separated by spaces: `f8 enter alt+3`.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        keys.split_whitespace()
            .flat_map(|name| self.key(name.parse().unwrap_or_else(|error| panic!("{error}"))))
            .collect()
    }

    /// Types characters.
    pub fn type_text(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|c| self.key(Key::plain(Code::Char(c)))).collect()
    }

    /// One key, and the moment after it: what waits whether a scanner goes on has waited.
    fn key(&mut self, key: Key) -> Vec<Effect> {
        let mut effects = self.take(Msg::Key(key));
        if let Some(at) = self.model.scan.wake_at() {
            effects.extend(self.take(Msg::Beat(at)));
        }
        effects
    }

    /// Types each text and presses Enter after it.
    pub fn enter(&mut self, texts: &[&str]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for text in texts {
            effects.extend(self.type_text(text));
            effects.extend(self.press("enter"));
        }
        effects
    }

    /// Answers who has the number that was typed last.
    pub fn answer_caller(&mut self, known: Known) -> Vec<Effect> {
        let request = self.model.slot().unwrap().caller.request();
        self.take(Msg::Reply(Reply::Guests { request, known }))
    }

    /// Pastes.
    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.take(Msg::Paste(text.to_owned()))
    }

    /// The shown draft.
    pub fn draft(&self) -> &Draft {
        self.model.slot().unwrap().draft()
    }

    /// The cart as text: `2 Pizza Hawaii`, extras with `+` before them, comments behind `#`.
    pub fn cart(&self) -> Vec<String> {
        let line = |line: &crate::domain::draft::Line| {
            let mark = if line.is_extra() { "+ " } else { "" };
            let comment = if line.comment.is_empty() { String::new() } else { format!(" #{}", line.comment) };
            format!("{mark}{} {}{comment}", line.quantity, line.article.name)
        };
        self.draft().lines.iter().map(line).collect()
    }

    /// What the desk says; empty if it says nothing.
    pub fn said(&self) -> &str {
        self.model.notice.as_ref().map_or("", |notice| &notice.text)
    }

    /// Rows of the journal come into the live list.
    pub fn list(&mut self, rows: Vec<OrderRow>) {
        self.take(Msg::Reply(Reply::Orders(rows)));
    }

    /// The screen as text at the size the desk has, line ends trimmed.
    pub fn screen(&self) -> String {
        let (buffer, _) = self.draw();
        text_of(&buffer)
    }

    /// The screen as cells.
    pub fn draw(&self) -> (Buffer, Drawn) {
        let (columns, rows) = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        let drawn = tui::view::draw(&self.model, &Theme::new(ThemeName::Default), &mut buffer);
        (buffer, drawn)
    }
}

fn text_of(buffer: &Buffer) -> String {
    let area = buffer.area;
    let line = |y| {
        let symbols: String = (0..area.width).map(|x| buffer[(x, y)].symbol()).collect();
        symbols.trim_end().to_owned()
    };
    (0..area.height).map(line).collect::<Vec<_>>().join("\n")
}

/// The orders effects ask to be placed.
pub fn placed(effects: &[Effect]) -> Vec<&Order> {
    effects
        .iter()
        .filter_map(|effect| if let Effect::Place(order, _) = effect { Some(&**order) } else { None })
        .collect()
}

/// The drafts effects ask to be saved.
pub fn saved(effects: &[Effect]) -> Vec<&Draft> {
    effects.iter().filter_map(|e| if let Effect::SaveDraft(draft) = e { Some(&**draft) } else { None }).collect()
}

/// What the desk says when nothing can be written.
pub fn disk_full() -> DeskError {
    DeskError::Journal(JournalError::Unwritable("disk full".into()))
}

/// A shop with everything configured.
pub fn shop() -> Shop {
    crate::domain::testing::shop()
}

/// The demo's menu, indexed once.
pub fn menu() -> Arc<Catalog> {
    static MENU: OnceLock<Arc<Catalog>> = OnceLock::new();
    let read = || {
        let articles = crate::sandbox::menu().unwrap().into_iter().map(Arc::new).collect();
        Arc::new(Catalog::new(articles, &shop().extras_groups, Some(at(NOW))))
    };
    Arc::clone(MENU.get_or_init(read))
}

/// A desk with the menu of the demo's shop over the demo's articles.
pub fn with_shop_menu(lang: Lang) -> Hands {
    let mut hands = Hands::speaking(lang);
    hands.take(Msg::Reply(Reply::Catalog(shop_menu(|_| {}))));
    hands
}

/// The demo's articles under the menu of the demo's shop, changed.
pub fn shop_menu(change: impl Fn(&mut Menu)) -> Arc<Catalog> {
    let articles: Vec<_> = (0..).map_while(|at| menu().at(at).cloned()).collect();
    let mut laid = crate::config::parse_menu(include_str!("../../assets/sandbox/shop-menu.toml")).unwrap();
    change(&mut laid);
    Arc::new(Catalog::with_menu(articles, &shop().extras_groups, Some(at(NOW)), Arc::new(laid), &HashMap::new()))
}

/// An instant.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An instant so many minutes from now.
pub fn minutes(from_now: i64) -> Timestamp {
    at(NOW) + jiff::SignedDuration::from_mins(from_now)
}

/// The nth order id.
pub fn id(n: u32) -> OrderId {
    OrderId(format!("0190d2f0-0000-7000-8000-{n:012}"))
}

/// A row of the journal: a pickup order of 19.80, taken ten minutes ago, due in twenty.
pub fn row(n: u32, delivery: Delivery) -> OrderRow {
    OrderRow {
        order_id: id(n),
        status: matches!(delivery, Delivery::Accepted { .. }).then(|| "ready".to_owned()),
        delivery,
        pending_status: None,
        status_tried: None,
        status_problem: None,
        tried: None,
        last_sender: None,
        order_type: Some(OrderType::Pickup),
        total: Decimal::new(1980, 2),
        currency: "EUR".into(),
        who: format!("Testgast {n}"),
        address: String::new(),
        table: None,
        seat: None,
        pickup_token: String::new(),
        intermediary: String::new(),
        created_at: minutes(-10),
        due_at: Some(minutes(20)),
        promised_at: None,
        changed_at: minutes(-9),
        attempts: 1,
        may_have_arrived: false,
        stray: false,
        session_token: None,
        brief: String::new(),
    }
}

/// OktoPOS has it under this number.
pub fn accepted(internal: i64) -> Delivery {
    Delivery::Accepted { internal_id: Some(InternalId(internal)) }
}

/// OktoPOS refused it.
pub fn rejected() -> Delivery {
    Delivery::Rejected { reason: "items[0].productId: unknown product 51".into() }
}

/// Nobody knows whether OktoPOS has it.
pub fn unknown() -> Delivery {
    Delivery::Unknown { reason: "no answer within 35 s".into() }
}

/// An order from elsewhere, as the ready list names it.
pub fn foreign(n: u32, internal: Option<i64>) -> ReadyOrder {
    ReadyOrder {
        order_id: Some(OrderId(format!("web-{n}"))),
        internal_id: internal.map(InternalId),
        status: Some("ready".into()),
        order_type: Some(OrderType::Delivery),
        total: Some(Money::new(Decimal::new(2340, 2), "EUR")),
        who: Clean::new("Testgast Web"),
        address: Clean::new("Musterweg 7"),
        intermediary: Clean::new("Webshop"),
        created_at: Some(minutes(-4)),
        due_at: Some(minutes(35)),
        lines: vec![
            ReadyLine {
                quantity: Some(Decimal::TWO),
                name: Clean::new("Pizza Salami"),
                comment: Clean::new("gut durch"),
                is_extra: false,
                price: Some(Money::new(Decimal::new(1900, 2), "EUR")),
            },
            ReadyLine {
                quantity: Some(Decimal::TWO),
                name: Clean::new("extra Käse"),
                comment: Clean::new(""),
                is_extra: true,
                price: Some(Money::new(Decimal::new(440, 2), "EUR")),
            },
        ],
        ..ReadyOrder::default()
    }
}

/// An order taken by keys at another desk: two pizzas with cheese, a drink, fetched at 18:30.
pub fn order(n: u32) -> Order {
    let mut hands = Hands::new();
    hands.enter(&["2*51", "901"]);
    hands.press("a");
    hands.enter(&["402 #kalt"]);
    hands.press("alt+2");
    hands.enter(&["040 123456", "Muster", "Gast"]);
    hands.press("ctrl+o alt+3");
    hands.type_text("1830");
    hands.press("alt+4");
    hands.type_text("=30");
    hands.press("enter 1");
    hands.press("f9");
    let effects = hands.press("enter");
    let mut order = placed(&effects)[0].clone();
    order.order_id = id(n);
    order
}

/// A regular: Erika Muster, who had that order yesterday and two before; with her lives Max, who never ordered.
pub fn regular() -> Known {
    let address = Address {
        street: Some("Beispielweg".into()),
        house_number: Some("1".into()),
        zip: Some("20095".into()),
        city: Some("Hamburg".into()),
        additional_address: None,
    };
    let guest = |given: &str, orders| {
        let text = |text: &str| Some(text.to_owned());
        let customer = Customer {
            given_name: text(given),
            family_name: text("Muster"),
            phone: text("040 123456"),
            address: Some(address.clone()),
            ..Customer::default()
        };
        Guest { customer, orders }
    };
    let past = |n: u32, days: i64| {
        let order = order(n);
        PastOrder { order_id: id(n), at: minutes(-60 * 24 * days), is_cancelled: false, order }
    };
    let orders = vec![past(31, 1), past(32, 8), past(33, 40)];
    Known {
        note: "Klingel kaputt, bitte anrufen".into(),
        note_number: "040 123456".into(),
        guests: vec![guest("Erika", orders), guest("Max", Vec::new())],
        failed: None,
    }
}

/// That order as the journal has it, with its history.
pub fn record(n: u32, delivery: Delivery) -> OrderRecord {
    let event = |minute, kind, detail: &str| Noted::plain(kind, detail).at(minutes(minute));
    let said = |kind, words: &str| OrderEvent { words: words.into(), ..event(-9, kind, "") };
    let mut row = row(n, delivery.clone());
    row.total = order(n).payment.price.value;
    let mut events = vec![event(-10, EventKind::Placed, ""), event(-10, EventKind::Attempt, "1")];
    match &delivery {
        Delivery::Accepted { .. } => events.push(event(-9, EventKind::Accepted, "4711")),
        Delivery::Rejected { reason } => events.push(said(EventKind::Rejected, reason)),
        Delivery::Unknown { reason } => events.push(said(EventKind::Unknown, reason)),
        _ => {}
    }
    OrderRecord { row, order: order(n), events, revision: Revision(1) }
}
