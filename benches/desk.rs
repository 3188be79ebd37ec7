//! What a person waits for: from a key to the bytes of its frame. Holds no budget by itself; the budgets, on two cores,
//! are 1 ms with 150 articles, 4 ms with 50,000, 8 ms with 100,000 (as much for each article), and 1 ms in a live list of
//! 10,000 orders.
//!
//! Every measured turn is what the running desk does for one key: the clock, `update`, the view, ratatui's comparison with
//! the last frame, and the escape sequences, which go nowhere.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on ends there")]

use std::{
    cell::RefCell,
    collections::HashMap,
    io::{self, BufWriter},
    sync::Arc,
};

use divan::{Bencher, black_box};
use jiff::{Timestamp, tz::TimeZone};
use oktodesk::{
    config::Config,
    desk::{catalog::search::Catalog, event::DeskEvent, live::LiveList},
    domain::{
        draft::finish::finish,
        order::{OrderType, delivery::Delivery},
        shop::{
            Shop,
            article::Article,
            menu::{Colour, Combo, ComboPart, Menu},
        },
        value::{
            ids::{InternalId, OrderId},
            moment::Moment,
        },
    },
    i18n::Lang,
    ports::journal::OrderRow,
    sandbox,
    tui::{
        act::update,
        effect::{Effect, take_wanted_ids},
        input::{
            key::{Code, Key},
            keymap::Keymap,
        },
        msg::{Msg, Reply},
        state::model::{Model, ModelSetup},
        view,
        widgets::theme::{Theme, ThemeName},
    },
};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};
use rust_decimal::Decimal;

fn main() {
    divan::main();
}

const FEW: usize = 150;
const MANY: usize = 50_000;
const MOST: usize = 100_000;
const ORDERS: u32 = 10_000;

fn now() -> Timestamp {
    "2026-05-04T15:42:10Z".parse().unwrap()
}

fn id(number: u32) -> OrderId {
    OrderId(format!("0190d2f0-0000-7000-8000-{number:012}"))
}

fn shop() -> Shop {
    Config::defaults().unwrap().shop
}

/// The demo's menu, and after it names that share words, as large catalogues have.
fn articles(count: usize) -> Vec<Arc<Article>> {
    const PLACES: [&str; 16] = [
        "Toskana", "Riviera", "Alpen", "Nordsee", "Provence", "Balkan", "Sylter", "Wiener", "Adria", "Eifel",
        "Bodensee", "Harz", "Kreta", "Madeira", "Elsass", "Lausitz",
    ];
    const DISHES: [&str; 8] = ["Pizza", "Pfanne", "Auflauf", "Salat", "Suppe", "Spätzle", "Grillspieß", "Brötchen"];
    let menu = sandbox::menu().unwrap();
    let pattern = menu[0].clone();
    let made = (0..count).map(|index| {
        let mut article = pattern.clone();
        let (place, dish) = (PLACES[index / DISHES.len() % PLACES.len()], DISHES[index % DISHES.len()]);
        article.id = 1_000_000 + i64::try_from(index).unwrap();
        article.number = article.id.to_string().into();
        article.name = format!("{place}-{dish} Nr. {}", index + 1).into();
        article.barcode = (index % 5 == 0).then(|| format!("20{:011}", article.id).into());
        article
    });
    menu.clone().into_iter().chain(made).take(count).map(Arc::new).collect()
}

/// A running desk without a runtime, a disk or a terminal.
struct Desk {
    model: Model,
    terminal: Terminal<CrosstermBackend<BufWriter<io::Sink>>>,
    theme: Theme,
    ids: u32,
}

impl Desk {
    fn new(articles: Vec<Arc<Article>>, columns: u16, rows: u16) -> Self {
        let moment = Moment { now: now(), zone: TimeZone::get("Europe/Berlin").unwrap() };
        let keymap = Keymap::default();
        let setup = ModelSetup { lang: Lang::De, shop: shop(), keymap, demo: true, moment, spare_id: id(1) };
        let backend = CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::sink()));
        let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        let mut desk = Self { model: Model::new(setup), terminal, theme: Theme::new(ThemeName::Default), ids: 1 };
        desk.take(Msg::Resize(columns, rows));
        let extras = desk.model.shop.extras_groups.clone();
        desk.take(Msg::Reply(Reply::Catalog(Arc::new(Catalog::new(articles, &extras, Some(now()))))));
        desk.frame();
        desk
    }

    fn small(articles: usize) -> Self {
        Self::new(self::articles(articles), 120, 40)
    }

    /// A desk that shows a live list.
    fn listing(rows: &[OrderRow]) -> Self {
        let mut desk = Self::small(FEW);
        desk.take(Msg::Reply(Reply::Orders(rows.to_vec())));
        desk.press("f2");
        desk.frame();
        desk
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        let mut effects = update(&mut self.model, msg);
        for _ in 0..take_wanted_ids(&mut effects) {
            self.ids += 1;
            effects.extend(update(&mut self.model, Msg::Ids(vec![id(self.ids)])));
        }
        effects
    }

    fn press(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            self.take(Msg::Key(name.parse().unwrap()));
        }
    }

    fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.take(Msg::Key(Key::plain(Code::Char(c))));
        }
    }

    fn enter(&mut self, text: &str) {
        self.type_text(text);
        self.press("enter");
    }

    fn frame(&mut self) {
        let Self { model, terminal, theme, .. } = self;
        terminal
            .draw(|frame| {
                if let Some(cursor) = view::draw(model, theme, frame.buffer_mut()).cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .unwrap();
    }

    /// What one key costs.
    fn turn(&mut self, key: Key) -> Vec<Effect> {
        let mut effects = self.take(Msg::Clock(now()));
        effects.extend(self.take(Msg::Key(key)));
        self.frame();
        effects
    }
}

/// Measures one key on a desk that is brought to the same state before every turn.
fn measure(bencher: Bencher<'_, '_>, desk: Desk, mut prepare: impl FnMut(&mut Desk), key: &str) {
    let desk = RefCell::new(desk);
    let key: Key = key.parse().unwrap();
    let ready = || {
        let mut desk = desk.borrow_mut();
        prepare(&mut desk);
        desk.frame();
    };
    bencher.with_inputs(ready).bench_local_values(|()| black_box(desk.borrow_mut().turn(black_box(key))));
}

/// The item search, 120x40. A sample is one turn: every turn starts from its own state.
#[divan::bench_group(sample_size = 1, sample_count = 300)]
mod search {
    use super::{Bencher, Desk, FEW, MANY, MOST, articles, measure, under_menu};

    fn typed(bencher: Bencher<'_, '_>, articles: usize, before: &'static str, key: &str) {
        let prepare = move |desk: &mut Desk| {
            desk.press("esc");
            desk.type_text(before);
        };
        measure(bencher, Desk::small(articles), prepare, key);
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn first_letter(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "", "a");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn second_letter(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "a", "l");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn second_word(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "2*tosk pizz", "a");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn digit(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "100", "1");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn backspace_to_one_letter(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "al", "backspace");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn backspace_to_nothing(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "a", "backspace");
    }

    /// No article has the word: letters in sequence, which many names have.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn letters_in_sequence(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "a", "z");
    }

    /// Letters in sequence that few names have.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn rare_letters_in_sequence(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "tskpz", "z");
    }

    /// A word nothing has, not even as letters in sequence.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn nothing_found(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "xyzq", "q");
    }

    /// A scanned barcode, its last digit.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn barcode(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "400172481901", "1");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn arrow_down(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "a", "down");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn next_group(bencher: Bencher<'_, '_>, articles: usize) {
        typed(bencher, articles, "", "tab");
    }

    /// Adds, and shows everything again.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn enter(bencher: Bencher<'_, '_>, articles: usize) {
        let prepare = |desk: &mut Desk| {
            desk.press("esc ctrl+z");
            desk.type_text("al");
        };
        measure(bencher, Desk::small(articles), prepare, "enter");
    }

    /// Beside a cart of a hundred lines, the largest anybody takes.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn first_letter_beside_a_full_cart(bencher: Bencher<'_, '_>, articles: usize) {
        let mut desk = Desk::small(articles);
        for number in 0..100 {
            desk.enter(&format!("{}*51 #Zeile {number}", number + 1));
        }
        measure(bencher, desk, |desk| desk.press("esc"), "a");
    }

    /// Under a menu that names 500 articles, with codes, favourites, hidden ones, counts, colours and combos.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn first_letter_under_a_menu(bencher: Bencher<'_, '_>, articles: usize) {
        measure(bencher, under_menu(articles), |desk| desk.press("esc"), "a");
    }

    /// Enter on a combo whose drink is one of a group.
    #[divan::bench(args = [FEW, MANY, MOST])]
    fn a_combo_asks(bencher: Bencher<'_, '_>, articles: usize) {
        let prepare = |desk: &mut Desk| {
            desk.press("esc esc");
            desk.type_text("menu1");
        };
        measure(bencher, under_menu(articles), prepare, "enter");
    }

    #[divan::bench(args = [FEW, MANY, MOST])]
    fn first_letter_at_200x60(bencher: Bencher<'_, '_>, count: usize) {
        measure(bencher, Desk::new(articles(count), 200, 60), |desk| desk.press("esc"), "a");
    }
}

/// A desk with a large menu over its articles.
fn under_menu(count: usize) -> Desk {
    let articles = articles(count);
    let mut menu = Menu::default();
    for (at, article) in articles.iter().enumerate().step_by((count / 500).max(1)) {
        let number = article.number.to_string();
        menu.names.insert(format!("kurz{at}"), number.clone());
        menu.colours.insert(article.group.to_string(), Colour::Red);
        match at % 7 {
            0 => drop(menu.favourites.insert(number)),
            1 => drop(menu.hidden.insert(number)),
            _ => drop(menu.counts.insert(number, 12)),
        }
    }
    let part = ComboPart { name: "Getränk".into(), count: 1, choices: vec![], groups: vec!["Getränke".into()] };
    menu.combos.extend((0..20).map(|at| Combo {
        name: format!("Kombi {at}"),
        code: format!("menu{at}"),
        prices: [(String::new(), Decimal::from(15))].into(),
        articles: vec!["132".into(), "161".into()],
        parts: vec![part.clone()],
        ..Combo::default()
    }));
    let mut desk = Desk::small(FEW);
    let extras = desk.model.shop.extras_groups.clone();
    let catalog = Catalog::with_menu(articles, &extras, Some(now()), Arc::new(menu), &HashMap::new());
    desk.take(Msg::Reply(Reply::Catalog(Arc::new(catalog))));
    desk
}

/// What `Model::search` costs without the frame, with 100,000 articles.
#[divan::bench(args = ["a", "al", "tosk pizz", "az", "tskpz", "xyzqq"])]
fn search_alone(bencher: Bencher<'_, '_>, text: &str) {
    let catalog = Catalog::new(articles(MOST), &shop().extras_groups, None);
    bencher.bench_local(|| catalog.search(black_box(text), oktodesk::desk::catalog::search::Scope::All, 300));
}

/// Indexing the articles, beside the screen.
#[divan::bench(sample_size = 1, sample_count = 20, args = [MANY, MOST])]
fn index(bencher: Bencher<'_, '_>, count: usize) {
    let extras = shop().extras_groups;
    bencher.with_inputs(|| articles(count)).bench_local_values(|articles| Catalog::new(articles, &extras, None));
}

fn row(number: u32) -> OrderRow {
    let delivery = match number % 50 {
        0 => Delivery::Unknown { reason: "no answer within 40 s".into() },
        1 => Delivery::Rejected { reason: "items[0].productId: unknown product 51".into() },
        2 => Delivery::Queued,
        _ => Delivery::Accepted { internal_id: Some(InternalId(i64::from(number))) },
    };
    let ago = |minutes| now() - jiff::SignedDuration::from_mins(minutes);
    OrderRow {
        order_id: id(number),
        status: matches!(delivery, Delivery::Accepted { .. }).then(|| "ready".to_owned()),
        delivery,
        pending_status: None,
        status_tried: None,
        status_problem: None,
        tried: None,
        last_sender: None,
        order_type: Some(OrderType::ALL[number as usize % OrderType::ALL.len()]),
        total: Decimal::new(i64::from(number % 9_000) + 500, 2),
        currency: "EUR".into(),
        who: format!("Testgast {number}"),
        address: format!("Musterstraße {}", number % 200),
        table: None,
        seat: None,
        pickup_token: String::new(),
        intermediary: String::new(),
        created_at: ago(i64::from(number % 600)),
        due_at: Some(ago(i64::from(number * 7 % 900) - 450)),
        promised_at: None,
        changed_at: ago(i64::from(number % 600)),
        attempts: 1,
        may_have_arrived: false,
        stray: false,
        session_token: None,
        brief: String::new(),
    }
}

fn rows() -> Vec<OrderRow> {
    (0..ORDERS).map(row).collect()
}

/// The live list with 10,000 open orders, 120x40.
#[divan::bench_group(sample_size = 1, sample_count = 300)]
mod live_list {
    use super::{Bencher, Delivery, Desk, DeskEvent, LiveList, Msg, RefCell, black_box, measure, row, rows, shop};

    #[divan::bench]
    fn down(bencher: Bencher<'_, '_>) {
        measure(bencher, Desk::listing(&rows()), |_| {}, "down");
    }

    #[divan::bench]
    fn to_the_last_row(bencher: Bencher<'_, '_>) {
        measure(bencher, Desk::listing(&rows()), |desk| desk.press("home"), "end");
    }

    #[divan::bench]
    fn page_down_in_the_middle(bencher: Bencher<'_, '_>) {
        let mut desk = Desk::listing(&rows());
        for _ in 0..500 {
            desk.press("pagedown");
        }
        measure(bencher, desk, |desk| desk.press("pageup"), "pagedown");
    }

    #[divan::bench]
    fn a_letter_of_the_filter(bencher: Bencher<'_, '_>) {
        measure(bencher, Desk::listing(&rows()), |desk| desk.press("/ esc / t"), "e");
    }

    /// One order changes while the list is looked at, and the frame after it.
    #[divan::bench]
    fn one_row_changes(bencher: Bencher<'_, '_>) {
        let desk = RefCell::new(Desk::listing(&rows()));
        let mut number = 0;
        let changed = || {
            number = (number + 7) % super::ORDERS;
            let mut changed = row(number);
            changed.delivery = Delivery::Sending;
            changed.attempts += 1;
            changed.changed_at = super::now() + jiff::SignedDuration::from_secs(i64::from(number));
            vec![changed]
        };
        bencher.with_inputs(changed).bench_local_values(|rows| {
            let mut desk = desk.borrow_mut();
            desk.take(Msg::Desk(DeskEvent::Orders(black_box(rows))));
            desk.frame();
        });
    }

    /// The same without the frame.
    #[divan::bench]
    fn apply_one_row(bencher: Bencher<'_, '_>) {
        let mut list = LiveList::new(shop().workflow);
        list.apply(&rows());
        let list = RefCell::new(list);
        let mut number = 0;
        let changed = || {
            number = (number + 7) % super::ORDERS;
            let mut changed = row(number);
            changed.delivery = Delivery::Sending;
            changed.changed_at = super::now() + jiff::SignedDuration::from_secs(i64::from(number));
            [changed]
        };
        bencher.with_inputs(changed).bench_local_values(|rows| list.borrow_mut().apply(black_box(&rows)));
    }

    /// At start.
    #[divan::bench(sample_count = 20)]
    fn apply_all(bencher: Bencher<'_, '_>) {
        let rows = rows();
        bencher.with_inputs(|| LiveList::new(shop().workflow)).bench_local_values(|mut list| {
            list.apply(black_box(&rows));
            list
        });
    }
}

/// A desk with an order that can be sent: a delivery of six lines with everything typed.
fn with_order() -> Desk {
    let mut desk = Desk::small(FEW);
    for text in ["2*51", "901"] {
        desk.enter(text);
    }
    desk.press("a");
    for text in ["402 #kalt", "52", "3*7", "61"] {
        desk.enter(text);
    }
    desk.press("alt+2");
    for text in ["040 123456", "Muster", "Gast"] {
        desk.enter(text);
    }
    desk.press("ctrl+o");
    desk.press("alt+3");
    desk.type_text("1830");
    desk.press("alt+4");
    desk.type_text("10%");
    desk.press("alt+1");
    desk
}

/// From the finished draft to the order as it is sent.
#[divan::bench]
fn finish_an_order(bencher: Bencher<'_, '_>) {
    let desk = with_order();
    let draft = desk.model.slot().unwrap().draft();
    finish(draft, &desk.model.shop, &desk.model.moment).unwrap();
    bencher.bench_local(|| finish(black_box(draft), &desk.model.shop, &desk.model.moment));
}

/// A whole frame of every screen: what a resize costs, and the most any key can.
#[divan::bench(args = ["items", "guest", "place", "tip", "payment", "review", "orders", "help", "palette"])]
fn frame(bencher: Bencher<'_, '_>, screen: &str) {
    let mut desk = with_order();
    let rows: Vec<_> = (0..100).map(row).collect();
    desk.take(Msg::Reply(Reply::Orders(rows)));
    desk.press(match screen {
        "guest" => "alt+2",
        "place" => "alt+3",
        "tip" => "alt+4",
        "payment" => "alt+5",
        "review" => "alt+6",
        "orders" => "f2",
        "help" => "f1",
        "palette" => "ctrl+p",
        _ => "alt+1",
    });
    bencher.bench_local(|| {
        desk.terminal.swap_buffers();
        desk.frame();
    });
}
