//! Random hands: whatever is pressed, pasted, answered or resized, nothing panics and nothing raw reaches the terminal.

use proptest::{prelude::*, test_runner::TestCaseResult};
use ratatui::buffer::Buffer;
use rust_decimal::Decimal;

use crate::{
    desk::{
        catalog::search::Catalog,
        event::{Connection, DeskEvent, Halt, Held, OutboxState},
        send::endpoint::Endpoint,
    },
    domain::{
        draft::field::Field,
        order::{Order, delivery::Delivery},
        shop::article::Article,
        testing::draft,
        value::text::{Clean, harmless},
    },
    i18n::Lang,
    ports::journal::{OrderRecord, OrderRow},
    tui::{
        effect::Effect,
        input::{
            command::{COMMANDS, Command},
            key::{Code, Key},
            target::Target,
        },
        msg::{Msg, OrderAction, Reply},
        state::overlay::status::StatusTarget,
        testing::{
            Hands, NOW, accepted, at, disk_full, foreign, id, menu, minutes, record, rejected, row, shop, unknown,
        },
    },
};

const HOSTILE: [&str; 8] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{202e}00,1 €\u{202c}",
    "a\u{200b}b\u{feff}c\u{2066}d",
    "\r\n\t\u{8}\u{8}\u{9b}31m\u{90}q\u{9c}",
    "日本語テキスト 👍🏽 é\u{301}\u{301}",
    "z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}",
    "\u{e0041}\u{e007f}\u{ad}",
    "Beispielstraße 12 a, Hinterhof, 3. Stock links, bitte zweimal klingeln und lange warten",
];

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(HOSTILE.as_slice()).prop_map(str::to_owned),
        proptest::collection::vec(any::<char>(), 0..40).prop_map(|chars| chars.into_iter().collect()),
        "[0-9*#x=%+,. a-zäöü]{0,12}",
    ]
}

fn key() -> impl Strategy<Value = Key> {
    let bound: Vec<Key> = COMMANDS
        .iter()
        .flat_map(|row| row.keys)
        .map(|key| key.parse().unwrap())
        .filter(|key: &Key| {
            // Quitting ends the run, not the test.
            key.to_string() != "ctrl+q" && key.to_string() != "ctrl+c"
        })
        .collect();
    prop_oneof![
        6 => proptest::sample::select(bound),
        3 => proptest::sample::select("0123456789*#=%+-.,abcdefghijklmnopqrstuvwxyz äöüß".chars().collect::<Vec<_>>())
            .prop_map(|c| Key::plain(Code::Char(c))),
        1 => any::<char>().prop_map(|c| Key::plain(Code::Char(c))),
    ]
}

fn delivery() -> impl Strategy<Value = Delivery> {
    prop_oneof![
        Just(Delivery::Queued),
        Just(Delivery::Sending),
        Just(Delivery::Cancelled),
        Just(Delivery::Accepted { internal_id: None }),
        Just(accepted(4711)),
        Just(rejected()),
        Just(unknown()),
        hostile().prop_map(|reason| Delivery::Rejected { reason }),
    ]
}

fn order_row() -> impl Strategy<Value = OrderRow> {
    (1u32..9, delivery(), hostile(), -5000i64..5000, 0u32..3).prop_map(|(n, delivery, text, due, attempts)| OrderRow {
        who: text.clone(),
        address: text.clone(),
        pickup_token: text.clone(),
        session_token: Some(text.clone()),
        brief: text.clone(),
        table: (n % 2 == 0).then_some(12),
        status: Some(text).filter(|text| text.len() % 2 == 0),
        due_at: (due % 3 != 0).then(|| minutes(due)),
        changed_at: minutes(due / 100),
        total: Decimal::new(due * 1_000_003, 2),
        attempts,
        may_have_arrived: attempts == 2,
        stray: attempts == 1,
        ..row(n, delivery)
    })
}

/// An order as a file may hold it: nothing in it was cleaned.
fn raw_order(n: u32, text: &str) -> Order {
    let mut order = record(n, rejected()).order;
    order.items[0].name = text.to_owned();
    order.items[0].comment = Some(text.to_owned());
    order.session_token = Some(text.to_owned());
    if let Some(customer) = &mut order.customer {
        customer.family_name = Some(text.to_owned());
    }
    for tip in order.tip_transactions.iter_mut().flatten() {
        tip.user_id = Some(text.to_owned());
    }
    order
}

fn news() -> impl Strategy<Value = Msg> {
    let rows = || proptest::collection::vec(order_row(), 0..6);
    let ready = (hostile(), 1u32..5, proptest::option::of(4709i64..4714)).prop_map(|(text, n, internal)| {
        let mut order = foreign(n, internal);
        order.who = Clean::new(&text);
        order.lines[0].name = Clean::new(&text);
        order.status = Some(text);
        Msg::Desk(DeskEvent::Ready { orders: vec![order], at: minutes(0) })
    });
    let answer = (hostile(), 0u64..6, 1u32..9, delivery()).prop_map(|(text, request, n, delivery)| {
        let record = OrderRecord { order: raw_order(n, &text), ..record(n, delivery) };
        Msg::Reply(Reply::Order { request, result: Ok(Box::new(record)) })
    });
    let connection = hostile().prop_map(|text| {
        let reason = Clean::new(&text);
        Msg::Desk(DeskEvent::Connection(if text.len() % 2 == 0 {
            Connection::Down { since: minutes(-9), reason }
        } else {
            Connection::KeyRefused { since: minutes(-9), only: None, reason }
        }))
    });
    let restored = (hostile(), 90u32..93).prop_map(|(text, n)| {
        let mut draft = draft();
        draft.order_id = id(n);
        draft.search = text.clone();
        draft.focus = text.len();
        draft.fields = Field::ALL.into_iter().map(|field| (field, text.clone())).collect();
        Msg::Reply(Reply::Restored { drafts: vec![draft] })
    });
    prop_oneof![
        rows().prop_map(|rows| Msg::Desk(DeskEvent::Orders(rows))),
        rows().prop_map(|rows| Msg::Reply(Reply::Orders(rows))),
        ready,
        answer,
        connection,
        restored,
        (0usize..3, 0usize..3, 1u32..9).prop_map(|(waiting, needs_person, n)| {
            let held = vec![(id(n), Held::DuePassed { due_at: minutes(-3) })];
            let halted = (waiting == 1).then_some(Halt::KeyRefused { endpoint: Endpoint::Create });
            Msg::Desk(DeskEvent::Outbox(OutboxState { waiting, needs_person, held, halted, ..OutboxState::default() }))
        }),
        (1u32..6, any::<bool>()).prop_map(|(n, fails)| {
            let result = if fails { Err(disk_full()) } else { Ok(Box::new(row(n, Delivery::Queued))) };
            Msg::Reply(Reply::Placed { order_id: id(n), result })
        }),
        any::<bool>().prop_map(|fails| {
            let result = if fails { Err(disk_full()) } else { Ok(()) };
            Msg::Reply(Reply::Decided {
                action: OrderAction::Status { of: StatusTarget::Ours(id(1)), status: "ready".into() },
                result,
            })
        }),
        any::<bool>().prop_map(|few| Msg::Reply(Reply::Catalog(if few { hostile_menu() } else { menu() }))),
        Just(()).prop_map(|()| Msg::Reply(Reply::DraftNotSaved { order_id: id(1), error: disk_full() })),
        hostile().prop_map(|text| Msg::Desk(DeskEvent::ReadyRefused { reason: Clean::new(&text) })),
        (-90i64..90).prop_map(|minute| Msg::Clock(minutes(minute))),
    ]
}

fn message() -> impl Strategy<Value = Msg> {
    let target = prop_oneof![
        (0usize..30).prop_map(Target::Row),
        (0i64..5).prop_map(Target::CartLine),
        (0usize..20).prop_map(Target::FormRow),
        proptest::sample::select(COMMANDS)
            .prop_map(|row| row.command)
            .prop_filter("ends", |command| { *command != Command::Quit })
            .prop_map(Target::Command),
    ];
    prop_oneof![
        20 => key().prop_map(Msg::Key),
        2 => hostile().prop_map(Msg::Paste),
        1 => target.prop_map(Msg::Click),
        1 => (-40i16..40).prop_map(Msg::Wheel),
        1 => (1u16..=500, 1u16..=200).prop_map(|(columns, rows)| Msg::Resize(columns, rows)),
        1 => Just(()).prop_map(|()| Msg::Resize(80, 24)),
        4 => news(),
    ]
}

/// Articles with names nobody should have to see.
fn hostile_menu() -> std::sync::Arc<Catalog> {
    let article = |(at, text): (usize, &&str)| {
        let mut article: Article = (**menu().at(u32::try_from(at).unwrap()).unwrap()).clone();
        article.name = Clean::new(text).into_string().into();
        article.number = Clean::new(text).into_string().into();
        article.group = if at % 2 == 0 { "Extras".into() } else { Clean::new(text).into_string().into() };
        std::sync::Arc::new(article)
    };
    let articles = HOSTILE.iter().enumerate().map(article).collect();
    std::sync::Arc::new(Catalog::new(articles, &shop().extras_groups, Some(at(NOW))))
}

fn nothing_raw(buffer: &Buffer) -> TestCaseResult {
    for cell in buffer.content() {
        prop_assert!(cell.symbol().chars().all(|c| harmless(c) == c), "{:?}", cell.symbol());
    }
    Ok(())
}

fn live(lang: Lang, messages: Vec<Msg>) -> TestCaseResult {
    let mut hands = Hands::speaking(lang);
    let mut placed = Vec::new();
    for msg in messages {
        for effect in hands.take(msg) {
            if let Effect::Place(order, _) = effect {
                placed.push(order);
            }
        }
        prop_assert!(!hands.slots.is_empty() && hands.current < hands.slots.len());
        let ids: std::collections::HashSet<_> = hands.slots.iter().map(|slot| &slot.draft().order_id).collect();
        prop_assert_eq!(ids.len(), hands.slots.len(), "one draft, one order");
        let (buffer, drawn) = hands.draw();
        nothing_raw(&buffer)?;
        let inside = |at: ratatui::layout::Position| buffer.area.contains(at);
        prop_assert!(drawn.cursor.is_none_or(inside), "{:?} in {:?}", drawn.cursor, buffer.area);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn random_hands_break_nothing(german: bool, messages in proptest::collection::vec(message(), 1..80)) {
        live(if german { Lang::De } else { Lang::En }, messages)?;
    }

    #[test]
    fn hostile_orders_stay_text_wherever_they_are_shown(text in hostile(), german: bool) {
        let mut hands = Hands::speaking(if german { Lang::De } else { Lang::En });
        hands.list(vec![OrderRow { who: text.clone(), ..row(7, rejected()) }]);
        for keys in ["f2", "enter", "esc", "b"] {
            hands.press(keys);
            let request = hands.request;
            let record = OrderRecord { order: raw_order(7, &text), ..record(7, rejected()) };
            hands.take(Msg::Reply(Reply::Order { request, result: Ok(Box::new(record)) }));
            nothing_raw(&hands.draw().0)?;
        }
        for keys in ["alt+1", "f6", "enter", "esc", "alt+2", "down", "alt+3", "alt+4", "down", "alt+5", "alt+6"] {
            for (columns, rows) in [(80, 24), (120, 40)] {
                hands.take(Msg::Resize(columns, rows));
                hands.press(keys);
                nothing_raw(&hands.draw().0)?;
            }
        }
    }
}
