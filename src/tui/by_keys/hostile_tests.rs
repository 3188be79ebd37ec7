//! Every hostile text on every screen and under every overlay: seen as text, in its place, and nothing of it obeyed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use oktodesk_testkit::hostile;
use ratatui::{
    backend::{Backend, CrosstermBackend},
    buffer::Buffer,
    layout::Rect,
};
use unicode_width::UnicodeWidthStr;

use crate::{
    desk::{
        catalog::search::Catalog,
        event::{Connection, DeskEvent, Halt, Held, OutboxState},
        guests::Known,
    },
    domain::{
        draft::{Draft, Line, TipDraft, deal::Deal, field::Field, flow::Step},
        guest::{Guest, PastOrder, call::CallEvent},
        order::{Order, OrderType, delivery::Delivery},
        shop::{
            article::Article,
            menu::{Comments, Menu, OptionGroup},
        },
        value::text::{Clean, harmless},
    },
    i18n::Lang,
    ports::journal::{EventKind, Noted, OrderEvent, OrderRecord, OrderRow},
    tui::{
        msg::{Msg, Reply},
        state::{
            model::{Model, Screen, Tone},
            overlay::Overlay,
        },
        testing::{Hands, NOW, accepted, at, foreign, id, menu, minutes, record, rejected, row, shop},
    },
};

/// A name for each variant and the list of them, from one list that the compiler holds to be complete.
macro_rules! places {
    ($name:ident, $all:ident, $type:ident, [$($variant:ident),*]) => {
        fn $name(value: &$type) -> &'static str {
            match value { $($type::$variant { .. } => stringify!($variant)),* }
        }
        const $all: &[&str] = &[$(stringify!($variant)),*];
    };
}
places!(
    overlay_name,
    OVERLAYS,
    Overlay,
    [
        Help, Palette, Confirm, Prompt, Price, Note, Comment, Extras, Options, Share, Split, Tables, Drafts, Missed,
        Status, Cancel, Details, Notice
    ]
);
places!(step_name, STEPS, Step, [Items, Customer, Place, Tip, Payment, Review]);
places!(screen_name, SCREENS, Screen, [Draft, Orders]);

/// What is on the screen now.
fn place(model: &Model) -> &'static str {
    match (&model.overlay, model.screen, model.slot().map(|slot| slot.draft().step)) {
        (Some(overlay), ..) => overlay_name(overlay),
        (None, Screen::Draft, Some(step)) => step_name(&step),
        (None, screen, _) => screen_name(&screen),
    }
}

/// Everything that has to be shown: a new screen, step or overlay is in these lists or the test does not compile.
fn places() -> BTreeSet<&'static str> {
    [OVERLAYS, STEPS, SCREENS].concat().into_iter().filter(|name| *name != "Draft").collect()
}

/// Articles as a damaged journal may hold them: nothing in them was cleaned.
fn articles(text: &str) -> Arc<Catalog> {
    let text = &*text.chars().take(5_000).collect::<String>();
    let article = |at: u32, number: &str, group: &str| {
        let mut article: Article = (**menu().at(at).unwrap()).clone();
        article.id = i64::from(at) + 1;
        article.name = text.into();
        article.number = number.into();
        article.group = group.into();
        article.unit = text.into();
        article.price_can_change = true;
        article.barcode = Some(text.into());
        Arc::new(article)
    };
    let articles =
        vec![article(0, "51", text), article(1, text, "Pizza"), article(2, "901", "Extras"), article(3, "77", "Pizza")];
    let question = OptionGroup {
        name: text.into(),
        articles: ["77".to_owned()].into(),
        max: 1,
        choices: vec!["901".into()],
        ..OptionGroup::default()
    };
    let comments = Comments { groups: [("Extras".to_owned(), vec![text.to_owned()])].into(), ..Comments::default() };
    let menu = Arc::new(Menu { options: vec![question], comments, ..Menu::default() });
    let read_at = Some(at(NOW));
    Arc::new(Catalog::with_menu(articles, &shop().extras_groups, read_at, menu, &HashMap::new()))
}

/// A draft as a damaged journal may hold it: larger texts than the desk itself writes, but no megabyte in each field.
fn draft(text: &str, catalog: &Catalog) -> Draft {
    let text = &text.chars().take(5_000).collect::<String>();
    let line = |id, main, at: u32| Line {
        manual_price: Some(1.into()),
        id,
        main,
        article: Arc::clone(catalog.at(at).unwrap()),
        quantity: 2.into(),
        comment: text.to_owned(),
        deal: Some(Deal::Combo(text.to_owned())).filter(|_| id == 3),
        seat: None,
    };
    let tip = TipDraft {
        entry: "2".into(),
        user_id: text.to_owned(),
        paid_with: text.to_owned(),
        kind: text.to_owned(),
        notice: text.to_owned(),
        created: minutes(-1),
    };
    Draft {
        order_id: id(90),
        lines: vec![line(1, 1, 0), line(2, 1, 2), line(3, 3, 1)],
        fields: Field::ALL.into_iter().map(|field| (field, text.to_owned())).collect(),
        tips: vec![tip.clone(), TipDraft { entry: text.to_owned(), ..tip }],
        search: text.to_owned(),
        ..crate::domain::testing::draft()
    }
}

/// An order as a file or a damaged journal may hold it.
fn order(text: &str) -> Order {
    let mut order = record(7, rejected()).order;
    let some = || Some(text.to_owned());
    for item in &mut order.items {
        (item.name, item.comment) = (text.to_owned(), some());
        (item.price.currency, item.price_per_unit.currency) = (text.to_owned(), text.to_owned());
    }
    order.payment.price.currency = text.to_owned();
    (order.session_token, order.intermediary, order.status) = (some(), some(), text.to_owned());
    (order.payment.payment_method, order.payment.status, order.payment.reference_id) = (some(), some(), some());
    if let Some(customer) = &mut order.customer {
        (customer.family_name, customer.given_name, customer.phone, customer.email) = (some(), some(), some(), some());
        let mut address = customer.address.clone().unwrap_or_default();
        (address.street, address.city, address.zip, address.house_number) = (some(), some(), some(), some());
        customer.address = Some(address);
    }
    for tip in order.tip_transactions.iter_mut().flatten() {
        (tip.user_id, tip.notice, tip.paid_with) = (some(), some(), some());
    }
    if let Some(pickup) = &mut order.pickup {
        pickup.pickup_token = some();
    }
    order
}

fn order_row(n: u32, text: &str, delivery: Delivery) -> OrderRow {
    OrderRow {
        status: Some(text.to_owned()),
        pending_status: (n == 2).then(|| text.to_owned()),
        status_tried: (n == 2).then(|| text.to_owned()),
        status_problem: (n == 3).then(|| text.to_owned()),
        who: text.to_owned(),
        address: text.to_owned(),
        pickup_token: text.to_owned(),
        intermediary: text.to_owned(),
        currency: text.to_owned(),
        order_type: Some(if n == 2 { OrderType::Local } else { OrderType::Pickup }),
        table: (n == 2).then_some(12),
        session_token: Some(text.to_owned()),
        brief: text.to_owned(),
        ..row(n, delivery)
    }
}

/// Everything that comes from elsewhere says this text.
fn news(hands: &mut Hands, text: &str) {
    let catalog = articles(text);
    hands.take(Msg::Reply(Reply::Catalog(Arc::clone(&catalog))));
    hands.take(Msg::Reply(Reply::Restored { drafts: vec![draft(text, &catalog)] }));
    let reason = || text.to_owned();
    hands.list(vec![
        order_row(1, text, accepted(4711)),
        order_row(2, text, accepted(4712)),
        order_row(3, text, accepted(4713)),
        order_row(7, text, Delivery::Rejected { reason: reason() }),
        order_row(8, text, Delivery::Unknown { reason: reason() }),
        order_row(9, text, Delivery::Queued),
    ]);
    let mut other = foreign(1, Some(4800));
    let clean = || Clean::new(text);
    (other.who, other.address, other.intermediary, other.pickup_token) = (clean(), clean(), clean(), clean());
    other.status = Some(text.to_owned());
    for line in &mut other.lines {
        (line.name, line.comment) = (clean(), clean());
    }
    hands.take(Msg::Desk(DeskEvent::Ready { orders: vec![other], at: minutes(0) }));
    let outbox = OutboxState {
        waiting: 1,
        needs_person: 3,
        held: vec![(id(9), Held::OtherAddress { base_url: clean(), now: clean() })],
        halted: Some(Halt::Journal { reason: clean() }),
        ..OutboxState::default()
    };
    hands.take(Msg::Desk(DeskEvent::Outbox(outbox)));
    hands.take(Msg::Desk(DeskEvent::Connection(Connection::Down { since: minutes(-9), reason: clean() })));
}

/// Answers the request for an order's details.
fn answer(hands: &mut Hands, text: &str) {
    let delivery = Delivery::Rejected { reason: text.to_owned() };
    let mut record =
        OrderRecord { row: order_row(7, text, delivery.clone()), order: order(text), ..record(7, delivery) };
    record.events.push(Noted::plain(EventKind::Settled, text).at(minutes(-1)));
    let words = text.to_owned();
    record.events.push(OrderEvent { words, ..Noted::plain(EventKind::Rejected, text).at(minutes(-1)) });
    let request = hands.request;
    hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(record)) }));
}

/// The rounds of a table, and a new one for it.
fn tables(hands: &mut Hands, text: &str, look: &mut impl FnMut(&Hands, bool)) {
    hands.press("alt+t");
    hands.paste(text);
    look(hands, false);
    hands.press("esc alt+t");
    hands.type_text("12");
    look(hands, false);
    hands.press("enter alt+3");
    look(hands, false);
    hands.press("ctrl+d enter");
    hands.press("ctrl+g");
    hands.type_text("12a");
    look(hands, false);
    hands.press("esc");
}

/// Goes everywhere, and looks at every step of the way.
fn everywhere(hands: &mut Hands, text: &str, mut look: impl FnMut(&Hands, bool)) {
    news(hands, text);
    for keys in
        ["alt+1", "esc down", "f6 up", "esc alt+2", "down", "alt+3 f4", "down", "alt+4", "down", "alt+5", "alt+6"]
    {
        hands.press(keys);
        look(hands, false);
    }
    tables(hands, text, &mut look);
    for keys in ["alt+1 esc f5", "esc alt+p", "enter", "esc ctrl+up f5 tab", "esc f6 up up up esc f4"] {
        hands.press(keys);
        hands.paste(text);
        look(hands, false);
    }
    windows(hands, text, &mut look);
    // Open orders and missed calls.
    hands.press("esc ctrl+n f3");
    look(hands, true);
    hands.press("f3");
    let number = crate::domain::value::text::Clean::new(text);
    hands.take(Msg::Call(CallEvent::Rings { number, line: Some(1) }));
    look(hands, true);
    hands.take(Msg::Call(CallEvent::Over { line: 1 }));
    hands.press("f11");
    look(hands, true);
    hands.press("esc f2 home");
    for _ in 0..4 {
        look(hands, false);
        for keys in ["s", "s x", "w", "x", "b"] {
            hands.press(keys);
            hands.paste(text);
            if hands.overlay.is_some() {
                look(hands, false);
            }
            close(hands);
            hands.press(if hands.screen == Screen::Draft { "f2" } else { "f5" });
        }
        hands.press("enter");
        answer(hands, text);
        look(hands, false);
        hands.press("pagedown");
        look(hands, false);
        close(hands);
        hands.press("down");
    }
    hands.press("/");
    hands.paste(text);
    // Whether an order is found follows from the text, and beside an empty list none is shown.
    look(hands, true);
    hands.press("enter");
    look(hands, true);
    known_caller(hands, text, look);
}

/// Who calls, from an order that came out of a file.
fn known_caller(hands: &mut Hands, text: &str, mut look: impl FnMut(&Hands, bool)) {
    hands.press("f2 alt+2 ctrl+u");
    hands.type_text("040123456");
    hands.answer_caller(caller(text));
    look(hands, false);
    hands.press("down alt+n");
    hands.paste(text);
    look(hands, false);
    hands.press("esc f5");
    look(hands, false);
    hands.press("alt+6");
    look(hands, false);
}

fn caller(text: &str) -> Known {
    let guest = |n| {
        let order = order(text);
        let customer = order.customer.clone().unwrap_or_default();
        let past = PastOrder { order_id: id(n), at: minutes(-60), is_cancelled: false, order };
        Guest { customer, orders: vec![past.clone(), past] }
    };
    Known { note: text.to_owned(), note_number: text.to_owned(), guests: vec![guest(41), guest(42)], failed: None }
}

/// What opens over the items.
fn windows(hands: &mut Hands, text: &str, look: &mut impl FnMut(&Hands, bool)) {
    // An extra for one or for all of a line of two.
    hands.press("esc f4 enter");
    look(hands, false);
    hands.press("esc esc ctrl+p");
    hands.paste(text);
    look(hands, false);
    hands.press("esc f1");
    look(hands, false);
    hands.press("esc ctrl+d");
    look(hands, false);
    hands.press("esc alt+1 esc");
    hands.enter(&["77"]);
    look(hands, false);
    hands.press("esc esc");
    hands.enter(&["51"]);
    look(hands, false);
    hands.model.say_detail(Tone::Warn, text.to_owned(), text);
    look(hands, false);
    // The only box that is as high as its text is long.
    hands.press("f10");
    look(hands, true);
    close(hands);
}

/// Closes what lies over the screen, and leaves the screen as it is.
fn close(hands: &mut Hands) {
    if hands.overlay.is_some() {
        hands.press("esc");
    }
}

fn is_border(symbol: &str) -> bool {
    matches!(symbol, "│" | "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼")
}

fn borders(buffer: &Buffer) -> Vec<(u16, u16)> {
    let area = buffer.area;
    let all = (0..area.height).flat_map(|y| (0..area.width).map(move |x| (x, y)));
    all.filter(|at| is_border(buffer[*at].symbol())).collect()
}

/// Every row is as wide as the terminal, and every cell holds one harmless letter with few marks.
fn whole(buffer: &Buffer, about: &str) {
    for (y, row) in buffer.content().chunks(usize::from(buffer.area.width)).enumerate() {
        let mut x = 0;
        while let Some(cell) = row.get(x) {
            let symbol = cell.symbol();
            if symbol.len() == 1 {
                assert!((b' '..=b'~').contains(&symbol.as_bytes()[0]), "{about}: {symbol:?} at {x},{y}");
                x += 1;
                continue;
            }
            assert!(symbol.chars().all(|c| harmless(c) == c), "{about}: {symbol:?} at {x},{y}");
            assert!(symbol.len() <= 64, "{about}: {symbol:?} at {x},{y}");
            x += symbol.width().max(1);
        }
        assert_eq!(x, row.len(), "{about}: row {y} is wider than the terminal");
    }
}

/// What the real backend writes to the terminal for this frame.
fn bytes(buffer: &Buffer) -> Vec<u8> {
    let mut bytes = Vec::new();
    let blank = Buffer::empty(buffer.area);
    CrosstermBackend::new(&mut bytes).draw(blank.diff(buffer).into_iter()).unwrap();
    bytes
}

/// Only colours and positions are said to the terminal, and only harmless letters.
pub fn obeyed_is_only_ours(bytes: &[u8], about: &str) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{about}: no UTF-8"));
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            assert!(harmless(c) == c, "{about}: {c:?} reaches the terminal");
            continue;
        }
        assert_eq!(rest.next(), Some('['), "{about}: an escape that is not ours");
        let end = rest.find(|c| !c.is_ascii_digit() && *c != ';' && *c != ':');
        assert!(matches!(end, Some('m' | 'H')), "{about}: ESC [ … {end:?} reaches the terminal");
    }
}

/// A terminal that takes those bytes shows the borders where the frame has them.
fn shown_in_place(bytes: &[u8], buffer: &Buffer, about: &str) {
    let size = |count: u16| std::num::NonZeroU16::new(count).unwrap();
    let mut terminal = vt100::Parser::new(size(buffer.area.height), size(buffer.area.width), 0);
    // This terminal of ours takes the placeholder itself for broken input and leaves it out; real ones draw it.
    let text = std::str::from_utf8(bytes).unwrap().replace('\u{fffd}', "?");
    terminal.process(text.as_bytes());
    for (x, y) in borders(buffer) {
        let cell = terminal.screen().cell(y, x).map(|cell| cell.contents().to_owned());
        let shown = || terminal.screen().contents();
        assert_eq!(cell.as_deref(), Some(buffer[(x, y)].symbol()), "{about}: at {x},{y}\n{}", shown());
    }
}

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// The borders of every look with a text that nobody could object to.
fn plain() -> Vec<Vec<Vec<(u16, u16)>>> {
    let look_at = |size: (u16, u16)| {
        let mut hands = Hands::speaking(Lang::De);
        hands.take(Msg::Resize(size.0, size.1));
        let mut seen = Vec::new();
        everywhere(&mut hands, "QaplainZq", |hands, _| seen.push(borders(&hands.draw().0)));
        seen
    };
    SIZES.map(look_at).to_vec()
}

#[test]
fn every_hostile_text_is_only_text_on_every_screen() {
    let texts = hostile::all();
    assert!(texts.len() >= 100, "{}", texts.len());
    let plain = plain();
    let seen = Mutex::new(BTreeSet::new());
    let (next, frames) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some((name, text)) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
            for (size, plain) in SIZES.into_iter().zip(&plain) {
                // The wide terminal shows the cart besides; some texts are enough for it.
                if size.0 > 80 && name.len() % 8 != 0 {
                    continue;
                }
                let mut at = 0;
                let mut hands = Hands::speaking(Lang::De);
                hands.take(Msg::Resize(size.0, size.1));
                everywhere(&mut hands, text, |hands, grows| {
                    let place = place(hands);
                    let about = format!("{name} in {place} at {size:?}, look {at}");
                    seen.lock().unwrap().insert(place);
                    let (buffer, drawn) = hands.draw();
                    whole(&buffer, &about);
                    let missing = |at: &&(u16, u16)| !is_border(buffer[**at].symbol());
                    // A long message may cover the foot of the cart's border.
                    let notice = size.1 - 2;
                    let broken = plain[at].iter().filter(|at| !grows && at.1 != notice).find(missing);
                    assert_eq!(broken, None, "{about}: a border is gone\n{}", hands.screen());
                    let cursor = drawn.cursor.is_none_or(|cursor| buffer.area.contains(cursor));
                    assert!(cursor, "{about}: the cursor is at {:?}", drawn.cursor);
                    let bytes = bytes(&buffer);
                    obeyed_is_only_ours(&bytes, &about);
                    shown_in_place(&bytes, &buffer, &about);
                    at += 1;
                    frames.fetch_add(1, Ordering::Relaxed);
                });
                assert_eq!(at, plain.len(), "{name}: as many looks as with a plain text");
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    assert_eq!(seen.into_inner().unwrap(), places(), "every screen, step and overlay was looked at");
    let frames = frames.into_inner();
    println!("{} texts, {} places, {frames} frames", texts.len(), places().len());
    assert!(frames >= texts.len() * places().len());
}

#[test]
fn hostile_texts_are_only_text_where_there_is_no_room_for_them() {
    for (name, text) in hostile::short() {
        for size in
            [(1, 1), (2, 3), (79, 24), (500, 200)].into_iter().filter(|size| size.0 < 500 || name.len() % 8 == 0)
        {
            let mut hands = Hands::speaking(Lang::En);
            news(&mut hands, &text);
            hands.press("f2");
            hands.take(Msg::Resize(size.0, size.1));
            let (buffer, _) = hands.draw();
            assert_eq!(buffer.area, Rect::new(0, 0, size.0, size.1));
            whole(&buffer, &name);
            obeyed_is_only_ours(&bytes(&buffer), &name);
        }
    }
}

#[test]
fn what_is_hostile_is_seen_to_be_there() {
    for (name, text) in hostile::short() {
        let clean = Clean::new(&text);
        if clean.as_str() == text || !clean.contains('\u{fffd}') || clean.chars().count() > 20 {
            continue;
        }
        let mut hands = Hands::speaking(Lang::De);
        hands.take(Msg::Resize(120, 40));
        let marks = |hands: &Hands| hands.screen().matches('\u{fffd}').count();
        let before = marks(&hands);
        hands.paste(&text);
        assert!(marks(&hands) > before, "{name}: a placeholder stands where it was:\n{}", hands.screen());
    }
}
