//! A picture of every scene in the tables below: on a small terminal in German, on a large one in English, and in all four where
//! that makes a difference in kind.
//!
//! When a screen changes on purpose: `INSTA_UPDATE=always cargo test snapshot`, then read what changed.

use std::sync::Arc;

use jiff::Timestamp;
use rstest::rstest;

use super::{
    msg::{Msg, Reply},
    state::model::Tone,
    testing::{Hands, accepted, foreign, id, menu, minutes, record, regular, rejected, row, shop, unknown},
};
use crate::{
    desk::{
        DeskError,
        catalog::search::Catalog,
        event::{Connection, DeskEvent, Held, OutboxState},
    },
    domain::{
        draft::assortment::Changes,
        guest::call::CallEvent,
        order::{OrderType, delivery::Delivery},
        shop::{Shop, article::Article, promise::Kitchen},
        value::text::Clean,
    },
    i18n::Lang,
    ports::{
        JournalError,
        journal::{EventKind, Noted, OrderRow},
    },
};

/// A row of the tables: what is seen, at which desk, and what was done before.
struct Scene {
    name: &'static str,
    desk: fn(Lang) -> Hands,
    play: fn(&mut Hands),
}

/// A scene at the desk of the demo.
const fn scene(name: &'static str, play: fn(&mut Hands)) -> Scene {
    Scene { name, desk: Hands::speaking, play }
}

/// A scene at a desk with areas, and a kitchen that has much to do.
const fn busy(name: &'static str, play: fn(&mut Hands)) -> Scene {
    Scene { name, desk: busy_desk, play }
}

/// On a small terminal in German, on a large one in English: each size and each language is seen once.
const DIAGONAL: [(u16, u16, Lang); 2] = [(80, 24, Lang::De), (120, 40, Lang::En)];
/// The other two, for scenes in which size or language change more than where a line ends.
const BESIDE: [(u16, u16, Lang); 2] = [(80, 24, Lang::En), (120, 40, Lang::De)];
/// Those: the cart beside a step or folded below it, the columns of the list, a page that is read back, the widest window.
const ALL_FOUR: [&str; 5] = ["items_in_cart", "orders_open", "overlay_help", "place_delivery", "review_complete"];

impl Scene {
    /// Every size and language that it is drawn in.
    fn screens(&self) -> impl Iterator<Item = (u16, u16, Lang)> {
        DIAGONAL.into_iter().chain(BESIDE.into_iter().filter(|_| ALL_FOUR.contains(&self.name)))
    }

    fn draw(&self) {
        for (columns, rows, lang) in self.screens() {
            let mut hands = (self.desk)(lang);
            hands.take(Msg::Resize(columns, rows));
            (self.play)(&mut hands);
            picture(self.name, &hands, &format!("{columns}x{rows}-{lang}"));
        }
    }
}

fn picture(name: &str, hands: &Hands, suffix: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_suffix(suffix);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, hands.screen()));
}

/// Two pizzas with cheese, a burger with a wish, a drink.
fn cart(hands: &mut Hands) {
    hands.enter(&["2*51", "901"]);
    hands.press("a");
    hands.enter(&["132 #ohne Zwiebeln, gut durch", "402"]);
    hands.model.notice = None;
}

fn guest(hands: &mut Hands) {
    hands.press("alt+2");
    hands.enter(&["040 123456", "Muster", "Gast", "Beispielstraße", "12 a", "20095", "Hamburg", "2. Stock, links"]);
    hands.type_text("gast@beispiel.example");
}

/// A delivery with everything, ready to be sent.
fn delivery(hands: &mut Hands) {
    cart(hands);
    guest(hands);
    hands.press("ctrl+o ctrl+o alt+3");
    hands.type_text("1830");
    hands.press("alt+4");
    hands.type_text("=50");
    hands.press("enter 1");
    hands.press("alt+5 2 enter 2 enter");
    hands.enter(&["BELEG-77"]);
    hands.type_text("17:30");
    hands.press("alt+6");
    hands.model.notice = None;
}

/// The menu an hour later: Pizza Hawaii a euro dearer, cola gone.
fn new_menu(hands: &mut Hands) {
    let old: Vec<Article> = (0..).map_while(|at| menu().at(at).map(|article| Article::clone(article))).collect();
    let mut new: Vec<Article> = old.iter().filter(|article| &*article.number != "402").cloned().collect();
    for row in
        new.iter_mut().filter(|article| &*article.number == "51").flat_map(|article| Arc::make_mut(&mut article.prices))
    {
        row.price += rust_decimal::Decimal::ONE;
    }
    let changes = Box::new(Changes::between(&old, &new));
    let articles = new.into_iter().map(Arc::new).collect();
    let catalog = Arc::new(Catalog::new(articles, &shop().extras_groups, Some(minutes(0))));
    hands.take(Msg::Reply(Reply::CatalogSynced { catalog, changes, asked: true }));
}

fn at(row: OrderRow, due: Option<Timestamp>) -> OrderRow {
    OrderRow { due_at: due, ..row }
}

/// Every state an order can be in.
fn all_states() -> Vec<OrderRow> {
    let local = |n, delivery| OrderRow {
        order_type: Some(OrderType::Local),
        table: Some(12),
        seat: Some(2),
        who: String::new(),
        due_at: None,
        ..row(n, delivery)
    };
    let delivered = |n, delivery| OrderRow {
        order_type: Some(OrderType::Delivery),
        who: "Testgast Muster".into(),
        address: "Beispielstraße 12 a".into(),
        total: "1234.56".parse().unwrap(),
        ..row(n, delivery)
    };
    vec![
        OrderRow { pickup_token: "HH01".into(), ..at(row(1, accepted(4711)), Some(minutes(20))) },
        OrderRow { status: Some("in_preparation".into()), ..local(2, accepted(4712)) },
        OrderRow { pending_status: Some("in_preparation".into()), ..delivered(3, accepted(4713)) },
        OrderRow { status_problem: Some("unknown status".into()), ..at(row(4, accepted(4714)), Some(minutes(-7))) },
        delivered(5, Delivery::Queued),
        OrderRow { attempts: 2, ..local(6, Delivery::Sending) },
        row(7, rejected()),
        delivered(8, unknown()),
        at(row(9, Delivery::Queued), Some(minutes(-3))),
        OrderRow { status: Some("completed".into()), ..row(10, accepted(4720)) },
        row(11, Delivery::Cancelled),
        at(row(12, accepted(4721)), Some(minutes(60 * 26))),
        at(row(13, Delivery::Accepted { internal_id: None }), Some(minutes(60 * 3))),
    ]
}

fn orders(hands: &mut Hands) {
    hands.take(Msg::Desk(DeskEvent::Connection(Connection::Up { since: minutes(-65) })));
    hands.list(all_states());
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![foreign(1, None), foreign(2, Some(4800))], at: minutes(0) }));
    hands.take(Msg::Desk(DeskEvent::Outbox(OutboxState {
        waiting: 2,
        needs_person: 3,
        held: vec![(id(9), Held::DuePassed { due_at: minutes(-3) })],
        ..OutboxState::default()
    })));
    hands.press("f2");
}

/// Table 12 with two rounds, one of them unclear, a web order there, and table 5 with one.
fn tables(hands: &mut Hands) {
    let round = |n, table: i64, ago: i64, delivery, brief: &str| OrderRow {
        order_type: Some(OrderType::Local),
        table: Some(table),
        session_token: Some(format!("session of {table}")),
        brief: brief.into(),
        who: String::new(),
        due_at: None,
        created_at: minutes(-ago),
        ..row(n, delivery)
    };
    hands.list(vec![
        OrderRow {
            status: Some("in_preparation".into()),
            ..round(71, 12, 55, accepted(4711), "2 Pizza Hawaii, 1 Cola 0,4 l, 1 Apfelschorle")
        },
        round(72, 12, 9, unknown(), "2 Tiramisu"),
        round(73, 5, 20, accepted(4713), "1 Burger"),
    ]);
    let mut web = foreign(1, Some(4800));
    (web.order_type, web.table) = (Some(OrderType::Local), Some(12));
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![web], at: minutes(0) }));
    hands.model.notice = None;
}

/// A shop with the demo's areas and a kitchen of two orders a quarter of an hour.
fn busy_desk(lang: Lang) -> Hands {
    let areas = crate::config::parse_areas(include_str!("../../assets/sandbox/areas.toml")).unwrap();
    let kitchen = Kitchen { base_minutes: 15, minutes_per_item: 1, orders_per_slot: 2, ..Kitchen::default() };
    let mut hands = Hands::before_anything(lang, Shop { areas, kitchen, ..shop() });
    hands.take(Msg::Reply(Reply::Catalog(menu())));
    let due = |n, at| OrderRow { due_at: Some(minutes(at)), ..row(n, accepted(i64::from(n))) };
    hands.list(vec![due(21, 18), due(22, 20), due(23, 33), due(24, 48), due(25, 50)]);
    hands
}

/// The menu of the example file over the articles.
fn over_menu(hands: &mut Hands) {
    let articles: Vec<_> = (0..).map_while(|at| menu().at(at).cloned()).collect();
    let laid = crate::config::parse_menu(crate::config::MENU_EXAMPLE).unwrap();
    let sold = std::collections::HashMap::new();
    let catalog = Catalog::with_menu(articles, &shop().extras_groups, Some(minutes(0)), Arc::new(laid), &sold);
    hands.take(Msg::Reply(Reply::Catalog(Arc::new(catalog))));
}

/// The menu of the demo's shop: colours, counts, combos, halves, ready-made comments.
fn laid(hands: &mut Hands) {
    hands.take(Msg::Reply(Reply::Catalog(super::testing::shop_menu(|_| {}))));
}

/// Combos, halves and counted dishes in the cart.
fn ordered(hands: &mut Hands) {
    laid(hands);
    hands.enter(&["2*bm #eilig"]);
    hands.press("a enter");
    hands.enter(&["hh"]);
    hands.press("b k");
    hands.enter(&["901", "3*115"]);
}

/// A number rings.
fn ring(hands: &mut Hands, number: &str) {
    hands.take(Msg::Call(CallEvent::Rings { number: Clean::new(number), line: None }));
}

/// A salad whose price a person set.
fn by_hand(hands: &mut Hands) {
    hands.enter(&["2*115"]);
    hands.press("alt+p");
    hands.type_text("15");
    hands.press("enter");
}

/// A pizza for an address with this postcode.
fn to(hands: &mut Hands, zip: &str) {
    hands.enter(&["51"]);
    hands.press("ctrl+o ctrl+o alt+2");
    hands.enter(&["040 123456", "Muster", "Gast", "Beispielstraße", "12 a", zip]);
    hands.press("alt+3");
    hands.model.notice = None;
}

/// An order that is due in so many hours.
fn due_in(n: u32, hours: i64) -> OrderRow {
    OrderRow { due_at: Some(minutes(hours * 60)), ..row(n, accepted(i64::from(n))) }
}

/// The bill of a table, about to be split.
fn party(hands: &mut Hands) {
    cart(hands);
    hands.enter(&["3*401"]);
    hands.press("alt+3");
    hands.type_text("12");
    hands.press("ctrl+g");
}

const CALLERS: &[Scene] = &[
    scene("caller_known", |hands| {
        hands.press("alt+2");
        hands.type_text("040 123456");
        hands.answer_caller(regular());
    }),
    scene("caller_second", |hands| {
        hands.press("alt+2");
        hands.type_text("040 123456");
        hands.answer_caller(regular());
        hands.press("down");
    }),
    scene("caller_note", |hands| {
        hands.press("alt+2");
        hands.type_text("040 123456");
        hands.answer_caller(regular());
        hands.press("alt+n");
    }),
    scene("caller_repeated", |hands| {
        hands.press("alt+2");
        hands.type_text("040 123456");
        hands.answer_caller(regular());
        new_menu(hands);
        hands.press("f5");
    }),
    scene("caller_review", |hands| {
        hands.press("alt+2");
        hands.type_text("040 123456");
        hands.answer_caller(regular());
        new_menu(hands);
        hands.press("f5 f9");
    }),
];

const ITEMS: &[Scene] = &[
    Scene { name: "items_loading", desk: |lang| Hands::before_anything(lang, shop()), play: |_| {} },
    scene("items_empty", |_| {}),
    scene("items_group", |hands| {
        cart(hands);
        hands.press("tab tab tab tab tab tab tab tab down");
    }),
    scene("items_searching", |hands| {
        cart(hands);
        hands.type_text("2*haw #ohne Ananas");
    }),
    scene("items_barcode", |hands| {
        hands.type_text("2000000004020");
    }),
    scene("items_nothing_found", |hands| {
        hands.type_text("qqqq");
    }),
    scene("items_added", |hands| {
        hands.enter(&["2*51"]);
    }),
    scene("items_in_cart", |hands| {
        cart(hands);
        hands.press("f6 up up");
    }),
    scene("items_repriced", |hands| {
        cart(hands);
        hands.press("ctrl+o");
    }),
];

const ARTICLES: &[Scene] = &[
    scene("articles_reading", |hands| {
        hands.press("ctrl+r");
        hands.take(Msg::Reply(Reply::CatalogProgress(1_500)));
    }),
    scene("articles_changed", |hands| {
        cart(hands);
        hands.press("f6");
        new_menu(hands);
    }),
    scene("articles_changed_list", |hands| {
        new_menu(hands);
        hands.press("f10");
    }),
    scene("articles_changed_review", |hands| {
        cart(hands);
        new_menu(hands);
        hands.press("alt+6");
    }),
    scene("articles_prices_taken", |hands| {
        cart(hands);
        new_menu(hands);
        hands.press("f6 ctrl+t");
    }),
    scene("articles_old", |hands| {
        let down = Connection::Down { since: minutes(-3), reason: Clean::new("connection refused") };
        hands.take(Msg::Desk(DeskEvent::Connection(down)));
        hands.take(Msg::Clock(minutes(60 * 50)));
    }),
];

const OPTIONS: &[Scene] = &[
    scene("options_one_of_two", |hands| {
        over_menu(hands);
        hands.enter(&["2*132"]);
        hands.press("f4");
    }),
    scene("options_up_to_three", |hands| {
        over_menu(hands);
        hands.enter(&["55"]);
        hands.press("a c d e");
    }),
    scene("items_sold_out", |hands| {
        over_menu(hands);
        hands.type_text("ph");
        hands.press("alt+e enter");
    }),
    scene("items_menu", over_menu),
];

const SHOP_MENU: &[Scene] = &[
    scene("menu_colours_and_counts", |hands| {
        laid(hands);
        hands.press("tab tab tab");
        hands.type_text("e");
        hands.press("down");
    }),
    scene("menu_combo_asks", |hands| {
        laid(hands);
        hands.enter(&["2*bm"]);
    }),
    scene("menu_halves_ask", |hands| {
        laid(hands);
        hands.enter(&["hh"]);
        hands.press("b");
    }),
    scene("menu_in_cart", |hands| {
        ordered(hands);
        hands.press("f6 up up");
    }),
    scene("menu_review", |hands| {
        ordered(hands);
        hands.press("alt+3");
        hands.type_text("12");
        hands.press("alt+6");
    }),
    scene("menu_only_left", |hands| {
        ordered(hands);
        hands.enter(&["3*115"]);
    }),
    scene("menu_comments", |hands| {
        laid(hands);
        hands.enter(&["51"]);
        hands.press("f5 1 4 down");
    }),
    scene("menu_comments_typed", |hands| {
        laid(hands);
        hands.enter(&["51"]);
        hands.press("f5 1");
        hands.type_text(", ohn");
    }),
];

const CUSTOMER: &[Scene] = &[
    scene("customer_empty", |hands| {
        hands.press("alt+2");
    }),
    scene("customer", |hands| {
        cart(hands);
        hands.press("ctrl+o ctrl+o");
        guest(hands);
        hands.press("alt+2");
        hands.type_text("x");
        hands.press("down down down down down");
        hands.type_text("9");
    }),
];

const PLACE: &[Scene] = &[
    scene("place_local", |hands| {
        cart(hands);
        hands.press("alt+3");
        hands.type_text("99");
    }),
    scene("place_pickup", |hands| {
        cart(hands);
        hands.press("ctrl+o alt+3");
    }),
    scene("place_delivery", |hands| {
        cart(hands);
        hands.press("alt+3 shift+tab 3");
    }),
    scene("place_more", |hands| {
        cart(hands);
        hands.press("alt+3 shift+tab 4 f4 enter");
        hands.type_text("25:00");
    }),
];

const PAYMENT: &[Scene] = &[
    scene("tip_empty", |hands| {
        cart(hands);
        hands.press("alt+4");
    }),
    scene("tip", |hands| {
        cart(hands);
        hands.press("alt+4");
        hands.type_text("=50");
        hands.press("enter enter");
    }),
    scene("tip_several", |hands| {
        cart(hands);
        hands.press("alt+4");
        hands.enter(&["2,50", "", "", "", "für die Küche"]);
        hands.type_text("=50");
    }),
    scene("payment", |hands| {
        cart(hands);
        hands.press("alt+5");
    }),
    scene("payment_paid", |hands| {
        cart(hands);
        hands.press("alt+5 2 enter 2 enter");
        hands.enter(&["BELEG-77"]);
        hands.type_text("17:30");
    }),
];

const REVIEW: &[Scene] = &[
    scene("review_complete", delivery),
    scene("review_local", |hands| {
        cart(hands);
        hands.press("alt+3");
        hands.enter(&["12", "2"]);
        hands.press("alt+6");
        hands.model.notice = None;
    }),
    scene("review_problems", |hands| {
        hands.enter(&["2*51", "402"]);
        hands.press("alt+2");
        hands.type_text("04x");
        hands.press("ctrl+o ctrl+o alt+3");
        hands.type_text("1200");
        hands.press("alt+4");
        hands.type_text("=5");
        hands.press("f9 down");
    }),
    scene("review_empty", |hands| {
        hands.press("alt+6");
    }),
    scene("review_long", |hands| {
        delivery(hands);
        hands.press("alt+1");
        for number in 71..=83 {
            hands.enter(&[&number.to_string()]);
        }
        hands.press("alt+6");
    }),
    scene("review_scrolled", |hands| {
        delivery(hands);
        hands.press("alt+1");
        for number in 71..=83 {
            hands.enter(&[&format!("{number} #mit viel Käse, ohne Knoblauch, die Soße bitte extra dazu")]);
        }
        hands.press("alt+6 pagedown");
    }),
];

const DRAFTS: &[Scene] = &[
    scene("drafts_saving", |hands| {
        delivery(hands);
        hands.press("f9");
    }),
    scene("drafts_saved", |hands| {
        delivery(hands);
        hands.press("f9");
        let mut row = row(1, Delivery::Queued);
        row.attempts = 0;
        hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result: Ok(Box::new(row)) }));
    }),
    scene("drafts_not_saved", |hands| {
        delivery(hands);
        hands.press("f9");
        let result = Err(DeskError::Journal(JournalError::Unwritable("disk full".into())));
        hands.take(Msg::Reply(Reply::Placed { order_id: id(1), result }));
    }),
    scene("drafts_two", |hands| {
        cart(hands);
        hands.press("ctrl+n");
        hands.enter(&["71"]);
        hands.press("f3 f3");
        hands.model.notice = None;
    }),
];

const LIVE_LIST: &[Scene] = &[
    scene("orders_none", |hands| {
        hands.press("f2");
    }),
    scene("orders_open", orders),
    scene("orders_all", |hands| {
        orders(hands);
        hands.press("f end");
    }),
    scene("orders_search", |hands| {
        orders(hands);
        hands.press("/");
        hands.type_text("beispielstr");
    }),
    scene("orders_nothing_found", |hands| {
        orders(hands);
        hands.press("/");
        hands.type_text("qqq");
        hands.press("enter");
    }),
    scene("orders_calm", |hands| {
        hands.take(Msg::Desk(DeskEvent::Connection(Connection::Up { since: minutes(-65) })));
        hands.list(vec![row(1, accepted(4711)), row(2, accepted(4712))]);
        hands.press("f2 f t");
    }),
    scene("orders_strays", |hands| {
        orders(hands);
        let stray = |row| OrderRow { stray: true, changed_at: minutes(0), ..row };
        hands.list(vec![stray(row(7, rejected())), stray(row(11, Delivery::Cancelled))]);
        hands.press("f7");
    }),
    scene("orders_offline", |hands| {
        orders(hands);
        let reason = Clean::new("connection refused");
        hands.take(Msg::Desk(DeskEvent::Connection(Connection::Down { since: minutes(-12), reason })));
        hands.press("end s");
    }),
];

const OVERLAYS: &[Scene] = &[
    scene("overlay_help", |hands| {
        hands.press("f1");
    }),
    scene("overlay_help_orders", |hands| {
        orders(hands);
        hands.press("f1");
    }),
    scene("overlay_palette", |hands| {
        hands.press("ctrl+p");
    }),
    scene("overlay_palette_typed", |hands| {
        hands.press("ctrl+p");
        hands.type_text("art");
    }),
    scene("overlay_discard", |hands| {
        cart(hands);
        hands.press("ctrl+d");
    }),
    scene("overlay_comment", |hands| {
        cart(hands);
        hands.press("ctrl+up f5");
    }),
    scene("overlay_extras", |hands| {
        cart(hands);
        hands.press("ctrl+up ctrl+up ctrl+up f4");
        hands.type_text("k");
    }),
    scene("overlay_share", |hands| {
        hands.enter(&["3*51", "901"]);
    }),
    scene("overlay_notice", |hands| {
        hands.model.say_detail(Tone::Warn, "Artikel".to_owned(), &"database is locked (code 5) ".repeat(6));
        hands.press("f10");
    }),
];

const LIST_OVERLAYS: &[Scene] = &[
    scene("overlay_status", |hands| {
        orders(hands);
        hands.press("home down down down down s");
    }),
    scene("overlay_status_reason", |hands| {
        orders(hands);
        hands.press("home down down down down s tab");
        hands.type_text("Gast hat angerufen");
    }),
    scene("overlay_resend", |hands| {
        orders(hands);
        hands.press("home w");
    }),
    scene("overlay_arrived", |hands| {
        orders(hands);
        hands.press("home a");
    }),
    scene("overlay_cancel", |hands| {
        orders(hands);
        hands.press("home down x");
    }),
    scene("overlay_cancel_unclear", |hands| {
        hands.list(vec![OrderRow { may_have_arrived: true, ..row(7, Delivery::Queued) }]);
        hands.press("f2 x");
    }),
    scene("overlay_readdress_status", |hands| {
        orders(hands);
        let away =
            Held::OtherAddress { base_url: Clean::new("https://old.test/"), now: Clean::new("https://new.test/") };
        let held = vec![(id(1), away)];
        hands.take(Msg::Desk(DeskEvent::Outbox(OutboxState { held, ..OutboxState::default() })));
        hands.press("/");
        hands.type_text("hh01");
        hands.press("enter home w");
    }),
    scene("overlay_discard_taken_back", |hands| {
        hands.list(vec![row(7, Delivery::Queued)]);
        hands.press("f2 b");
        let request = hands.model.request;
        let mut taken = record(7, Delivery::Cancelled);
        taken.order.order_id = id(7);
        hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(taken)) }));
        hands.list(vec![OrderRow { changed_at: minutes(0), ..row(7, Delivery::Cancelled) }]);
        hands.press("ctrl+d");
    }),
    scene("overlay_details", |hands| {
        orders(hands);
        hands.press("home down enter");
        let request = hands.model.request;
        hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(record(7, rejected()))) }));
    }),
    scene("overlay_details_foreign", |hands| {
        orders(hands);
        let at = (0..20).find(|at| hands.orders.list.get(*at).is_some_and(|row| row.foreign)).unwrap();
        hands.press("home");
        hands.press(&"down ".repeat(at));
        hands.press("enter");
    }),
];

const CALLS: &[Scene] = &[
    scene("call_rings", |hands| {
        cart(hands);
        hands.type_text("haw");
        ring(hands, "0171 5550100");
        ring(hands, "040 123456");
    }),
    scene("call_rings_in_list", |hands| {
        hands.list(vec![row(1, accepted(4711)), row(2, Delivery::Queued)]);
        hands.press("f2");
        ring(hands, "040 123456");
    }),
    scene("call_taken", |hands| {
        cart(hands);
        ring(hands, "040 123456");
        hands.press("f11");
    }),
];

const PRICES: &[Scene] = &[
    scene("overlay_price", |hands| {
        hands.enter(&["2*115"]);
        hands.press("alt+p");
        hands.type_text("15,5x");
        hands.press("enter");
    }),
    scene("items_price_by_hand", |hands| {
        by_hand(hands);
        hands.press("f6");
    }),
    scene("review_price_by_hand", |hands| {
        by_hand(hands);
        hands.press("alt+6");
    }),
    scene("price_refused", |hands| {
        hands.enter(&["51"]);
        hands.press("alt+p");
    }),
];

const ROUNDS: &[Scene] = &[
    scene("table_free", |hands| {
        cart(hands);
        tables(hands);
        hands.press("alt+3");
        hands.type_text("7");
    }),
    scene("table_rounds", |hands| {
        cart(hands);
        tables(hands);
        hands.press("alt+3");
        hands.type_text("12");
    }),
    scene("table_rounds_more_fields", |hands| {
        cart(hands);
        tables(hands);
        hands.press("alt+3");
        hands.type_text("12");
        hands.press("f4");
    }),
    scene("table_review", |hands| {
        cart(hands);
        tables(hands);
        hands.press("alt+3");
        hands.type_text("12");
        hands.press("f9");
    }),
    scene("tables_open", |hands| {
        tables(hands);
        hands.press("alt+t");
    }),
    scene("tables_typed", |hands| {
        tables(hands);
        hands.press("alt+t");
        hands.type_text("1");
    }),
    scene("tables_none", |hands| {
        hands.press("alt+t");
    }),
    scene("table_new_round", |hands| {
        tables(hands);
        hands.press("alt+t");
        hands.type_text("12");
        hands.press("enter");
    }),
];

const AREAS: &[Scene] = &[
    busy("time_choices", |hands| {
        hands.enter(&["2*51"]);
        hands.press("ctrl+o alt+3");
        hands.model.notice = None;
    }),
    busy("time_full", |hands| {
        hands.enter(&["51"]);
        hands.press("ctrl+o alt+3");
        hands.type_text("1805");
        hands.model.notice = None;
    }),
    busy("area_inside", |hands| to(hands, "20457")),
    busy("area_outside", |hands| to(hands, "80331")),
    busy("area_review", |hands| {
        to(hands, "20457");
        hands.type_text("1835");
        hands.press("alt+6");
    }),
    busy("area_let_pass", |hands| {
        to(hands, "20457");
        hands.type_text("1835");
        hands.press("alt+6 alt+k");
    }),
    busy("area_passed", |hands| {
        to(hands, "20457");
        hands.press("alt+6 alt+k enter");
        hands.model.notice = None;
    }),
    busy("overlay_details_passed", |hands| {
        hands.press("f2 enter");
        let mut order = record(21, accepted(21));
        for pass in ["minimum 14.50", "slot 2026-05-04T18:30:00"] {
            order.events.push(Noted::plain(EventKind::Overridden, pass).at(minutes(-9)));
        }
        let request = hands.model.request;
        hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(order)) }));
        hands.press("pagedown");
    }),
];

const LATER_DAYS: &[Scene] = &[
    scene("orders_later", |hands| {
        hands.list(vec![due_in(2, 1), due_in(3, 17), due_in(4, 19), due_in(5, 48), due_in(6, 24 * 300)]);
        hands.press("f2");
    }),
    scene("orders_later_all", |hands| {
        let done = OrderRow { status: Some("completed".into()), ..due_in(7, -2) };
        hands.list(vec![due_in(2, 1), due_in(3, 17), done]);
        hands.press("f2 f");
    }),
];

const BILLS: &[Scene] = &[
    scene("split_begin", party),
    scene("split_by_item", |hands| {
        party(hands);
        hands.press("1 2 1");
    }),
    scene("split_by_seat", |hands| {
        party(hands);
        hands.press("tab 1 2 9");
    }),
    scene("split_send_all", |hands| {
        party(hands);
        hands.press("1 2 1 enter");
    }),
    scene("split_first_part", |hands| {
        party(hands);
        hands.press("1 2 1 enter esc");
    }),
];

#[rstest]
#[case::callers(CALLERS)]
#[case::items(ITEMS)]
#[case::articles(ARTICLES)]
#[case::options(OPTIONS)]
#[case::shop_menu(SHOP_MENU)]
#[case::customer(CUSTOMER)]
#[case::place(PLACE)]
#[case::payment(PAYMENT)]
#[case::review(REVIEW)]
#[case::drafts(DRAFTS)]
#[case::live_list(LIVE_LIST)]
#[case::overlays(OVERLAYS)]
#[case::list_overlays(LIST_OVERLAYS)]
#[case::calls(CALLS)]
#[case::prices(PRICES)]
#[case::rounds(ROUNDS)]
#[case::areas(AREAS)]
#[case::later_days(LATER_DAYS)]
#[case::bills(BILLS)]
fn every_scene_looks_as_it_did(#[case] scenes: &[Scene]) {
    scenes.iter().for_each(Scene::draw);
}

#[test]
fn too_small() {
    for (columns, rows) in [(79, 24), (40, 10), (12, 3)] {
        for lang in Lang::ALL {
            let mut hands = Hands::speaking(lang);
            hands.take(Msg::Reply(Reply::Catalog(menu())));
            hands.take(Msg::Resize(columns, rows));
            picture("too_small", &hands, &format!("{columns}x{rows}-{lang}"));
        }
    }
}

/// A picture nobody draws any more would be read as one of the desk.
#[test]
fn no_picture_is_left_behind() {
    let tables = [
        CALLERS,
        ITEMS,
        ARTICLES,
        OPTIONS,
        SHOP_MENU,
        CUSTOMER,
        PLACE,
        PAYMENT,
        REVIEW,
        DRAFTS,
        LIVE_LIST,
        OVERLAYS,
        LIST_OVERLAYS,
        CALLS,
        PRICES,
        ROUNDS,
        AREAS,
        LATER_DAYS,
        BILLS,
    ];
    let mut drawn = std::collections::BTreeSet::new();
    for scene in tables.into_iter().flatten() {
        let mut pictures =
            scene.screens().map(|(columns, rows, lang)| format!("{}@{columns}x{rows}-{lang}.snap", scene.name));
        assert_eq!(pictures.find(|picture| !drawn.insert(picture.clone())), None, "two scenes have one name");
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tui/snapshots");
    let kept = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let kept = kept.filter(|name| name.ends_with(".snap") && !name.starts_with("too_small"));
    assert_eq!(kept.collect::<std::collections::BTreeSet<_>>(), drawn);
}
