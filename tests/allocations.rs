//! What a key costs in memory: how often the program asks for some, in `update` and in a frame. A clock cannot hold that on a
//! busy machine; these counts fail when they grow. Only ever make them smaller.

#![allow(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

use std::{io, sync::Arc};

use allocation_counter::measure;
use jiff::{Timestamp, tz::TimeZone};
use oktodesk::{
    config::Config,
    desk::catalog::search::Catalog,
    domain::{
        shop::article::Article,
        value::{ids::OrderId, moment::Moment},
    },
    i18n::Lang,
    sandbox,
    tui::{
        act::update,
        input::keymap::Keymap,
        msg::{Msg, Reply},
        state::model::{Model, ModelSetup},
        view,
        widgets::theme::{Theme, ThemeName},
    },
};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};

fn now() -> Timestamp {
    "2026-05-04T15:42:10Z".parse().unwrap()
}

fn articles(count: usize) -> Vec<Arc<Article>> {
    let menu = sandbox::menu().unwrap();
    let pattern = menu[0].clone();
    let made = (0..count).map(|index| {
        let mut article = pattern.clone();
        article.id = 1_000_000 + i64::try_from(index).unwrap();
        article.number = article.id.to_string().into();
        article.name = format!("Riviera-Pfanne Nr. {}", index + 1).into();
        article
    });
    menu.clone().into_iter().chain(made).take(count).map(Arc::new).collect()
}

/// A running desk without a runtime, a disk or a terminal.
struct Desk {
    model: Model,
    terminal: Terminal<CrosstermBackend<io::Sink>>,
    theme: Theme,
}

impl Desk {
    fn new() -> Self {
        let moment = Moment { now: now(), zone: TimeZone::get("Europe/Berlin").unwrap() };
        let shop = Config::defaults().unwrap().shop;
        let extras = shop.extras_groups.clone();
        let spare_id = OrderId("0190d2f0-0000-7000-8000-000000000001".into());
        let setup = ModelSetup { lang: Lang::De, shop, keymap: Keymap::default(), demo: false, moment, spare_id };
        let viewport = Viewport::Fixed(Rect::new(0, 0, 120, 40));
        let terminal = Terminal::with_options(CrosstermBackend::new(io::sink()), TerminalOptions { viewport }).unwrap();
        let mut desk = Self { model: Model::new(setup), terminal, theme: Theme::new(ThemeName::Default) };
        update(&mut desk.model, Msg::Resize(120, 40));
        let catalog = Catalog::new(articles(1_000), &extras, Some(now()));
        update(&mut desk.model, Msg::Reply(Reply::Catalog(Arc::new(catalog))));
        desk
    }

    fn frame(&mut self) {
        let Self { model, terminal, theme } = self;
        terminal
            .draw(|frame| {
                let drawn = view::draw(model, theme, frame.buffer_mut());
                if let Some(cursor) = drawn.cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .unwrap();
    }

    /// How often memory was asked for by `update` and by the frame, in the second of two equal keys: buffers have their size.
    fn costs(&mut self, key: &str) -> (u64, u64) {
        let mut last = (0, 0);
        for _ in 0..3 {
            let key = key.parse().unwrap();
            let in_update = measure(|| drop(update(&mut self.model, Msg::Key(key))));
            let in_frame = measure(|| self.frame());
            last = (in_update.count_total, in_frame.count_total);
        }
        last
    }
}

#[test]
fn the_counter_is_on() {
    assert_eq!(measure(|| drop(std::hint::black_box(vec![1_u8; 64]))).count_total, 1);
}

#[test]
fn a_key_asks_for_no_more_memory_than_it_did() {
    let mut desk = Desk::new();
    desk.frame();
    let (arrow, letter) = (desk.costs("down"), desk.costs("p"));
    update(&mut desk.model, Msg::Key("esc".parse().unwrap()));
    update(&mut desk.model, Msg::Key("f2".parse().unwrap()));
    desk.frame();
    let list = desk.costs("down");
    println!("update and frame: arrow {arrow:?}, letter {letter:?}, arrow in an empty list {list:?}");
    assert_eq!((arrow.0, list.0), (0, 0), "an arrow asks for nothing before its frame");
    assert!(letter.0 <= 16, "{letter:?}");
    assert!(arrow.1 <= 400 && letter.1 <= 240 && list.1 <= 85, "{arrow:?} {letter:?} {list:?}");
}
